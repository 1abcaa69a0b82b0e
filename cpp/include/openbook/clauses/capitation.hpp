#pragma once
#include "openbook/clauses/common.hpp"

namespace openbook {

/// So much a head a year, by risk weight: list times rate, each period its months' part.
struct Capitation {
    Term people, rate, weight = "1";
    static const Record& record();
    friend bool operator==(const Capitation&, const Capitation&) = default;
};

}  // namespace openbook
