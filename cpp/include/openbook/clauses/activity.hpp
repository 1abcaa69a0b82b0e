#pragma once
#include "openbook/clauses/common.hpp"

namespace openbook {

/// Price times quantity, period by period.
struct Activity {
    Term quantity, price;
    static const Record& record();
    friend bool operator==(const Activity&, const Activity&) = default;
};

}  // namespace openbook
