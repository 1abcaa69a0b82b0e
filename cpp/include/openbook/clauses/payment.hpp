#pragma once
#include "openbook/clauses/common.hpp"

namespace openbook {

/// What no family covers: any formula, from the payer to the parties named (negative: the other way).
struct Payment {
    Term amount;
    std::vector<Part> shares;
    static const Record& record();
    friend bool operator==(const Payment&, const Payment&) = default;
};

}  // namespace openbook
