#pragma once
#include "openbook/clauses/common.hpp"

namespace openbook {

/// A sum for each unit beyond an allowance, up to a cap, from the provider to the payer.
struct Penalty {
    Term quantity, allowance = "0", rate, cap, enforcement = "1";
    static const Record& record();
    friend bool operator==(const Penalty&, const Penalty&) = default;
};

}  // namespace openbook
