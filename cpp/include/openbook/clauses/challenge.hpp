#pragma once
#include "openbook/clauses/common.hpp"

namespace openbook {

/// Activity that the payer disputes: what is upheld is taken back, or paid at another price.
struct Challenge {
    Term quantity, price, upheld = "1", repriced = "0";
    static const Record& record();
    friend bool operator==(const Challenge&, const Challenge&) = default;
};

}  // namespace openbook
