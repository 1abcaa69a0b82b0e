#pragma once
#include "openbook/clauses/common.hpp"

namespace openbook {

/// A provider passes a price down to another, keeps a margin, and passes down a part of gains and losses.
struct Subcontract {
    std::string of;
    Term portion = "1", margin = "0";
    std::vector<std::string> risks;
    Term risk = "1";
    static const Record& record();
    friend bool operator==(const Subcontract&, const Subcontract&) = default;
};

}  // namespace openbook
