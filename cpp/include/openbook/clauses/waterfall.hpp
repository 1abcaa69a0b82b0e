#pragma once
#include "openbook/clauses/common.hpp"

namespace openbook {

/// One step of a waterfall: takes what is left, up to `limit`, while `when` holds.
struct Tranche {
    std::string name;
    Term when = "true", limit, share = "1";
    std::vector<Part> to;
    static const Record& record();
    friend bool operator==(const Tranche&, const Tranche&) = default;
};

/// An amount handed down through ordered tranches.
struct Waterfall {
    Term amount;
    std::vector<Part> givers;
    std::vector<Tranche> tranches;
    static const Record& record();
    friend bool operator==(const Waterfall&, const Waterfall&) = default;
};

}  // namespace openbook
