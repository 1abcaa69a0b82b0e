#pragma once
#include "openbook/clauses/common.hpp"

namespace openbook {

/// Partners pay into one budget by ratio; what is over or under at the end of the period is theirs by ratio too.
struct PooledFund {
    Term budget, spent;
    std::vector<Part> contributions, underspend, overspend;
    Term carried = "0";
    static const Record& record();
    friend bool operator==(const PooledFund&, const PooledFund&) = default;
};

}  // namespace openbook
