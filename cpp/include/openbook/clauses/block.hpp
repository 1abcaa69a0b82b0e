#pragma once
#include "openbook/clauses/common.hpp"

namespace openbook {

/// A lump sum a year, spread over months.
struct Block {
    Term amount;
    std::vector<Term> profile;
    static const Record& record();
    friend bool operator==(const Block&, const Block&) = default;
};

}  // namespace openbook
