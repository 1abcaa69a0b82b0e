#pragma once
#include "openbook/clauses/common.hpp"

namespace openbook {

/// What no family covers: any formula, from the payer to the parties named (negative: the other way).
struct Payment {
    Term amount;
    std::vector<Part> shares;
    std::string each;  // a dimension whose members are parties
    static const Record& record();
    friend bool operator==(const Payment&, const Payment&) = default;
};

}  // namespace openbook
