#pragma once
#include "openbook/clauses/common.hpp"

namespace openbook {

/// Monthly payment on forecast activity, corrected to what happened at the end of each reconciliation period.
struct Forecast {
    Term forecast, actual, price, agreed_shift = "0";
    Every reconcile = Every::quarter;
    static const Record& record();
    friend bool operator==(const Forecast&, const Forecast&) = default;
};

}  // namespace openbook
