#pragma once
#include "openbook/clauses/common.hpp"

namespace openbook {

struct Test {
    std::string name;
    Term holds;
    static const Record& record();
    friend bool operator==(const Test&, const Test&) = default;
};

/// When every test holds, an amount is due: reopeners, break payments, thresholds with a consequence.
struct Trigger {
    std::vector<Test> tests;
    Term amount;
    std::vector<Part> shares;
    static const Record& record();
    friend bool operator==(const Trigger&, const Trigger&) = default;
};

}  // namespace openbook
