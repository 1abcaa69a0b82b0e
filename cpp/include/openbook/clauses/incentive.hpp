#pragma once
#include "openbook/clauses/common.hpp"

namespace openbook {

/// Gain and pain on a score between -1 and 1: a gain is paid by the payer, a pain by the providers.
struct Incentive {
    Term gain, pain = "0", score;
    std::string framework;
    Term modifier = "0", modifier_applies = "false";
    std::vector<Part> shares;
    std::string within;
    static const Record& record();
    friend bool operator==(const Incentive&, const Incentive&) = default;
};

}  // namespace openbook
