// What parties spend: fixed, variable, stepped and stranded cost, and what they hold.
#pragma once

#include "openbook/book/quantities.hpp"

namespace openbook {

struct FixedCost {
    Term amount;  // £ a month
    static const Record& record();
    friend bool operator==(const FixedCost&, const FixedCost&) = default;
};
struct VariableCost {
    Term quantity, rate;
    static const Record& record();
    friend bool operator==(const VariableCost&, const VariableCost&) = default;
};
struct StepCost {
    Term quantity, capacity, rate;  // each started unit of capacity costs `rate`
    static const Record& record();
    friend bool operator==(const StepCost&, const StepCost&) = default;
};
/// A fixed cost that stays when activity leaves, until its capacity is closed.
struct StrandedCost {
    Term amount, quantity, closes_below, notice = "0";
    static const Record& record();
    friend bool operator==(const StrandedCost&, const StrandedCost&) = default;
};
using CostTerms = std::variant<FixedCost, VariableCost, StepCost, StrandedCost>;

struct Cost {
    std::string id, name, party, to;
    std::optional<Month> starts, ends;
    std::vector<std::string> tags;
    CostTerms terms;
    static const Record& record();
    friend bool operator==(const Cost&, const Cost&) = default;
};

/// Money that comes from outside the contracts.
struct Funding {
    std::string id, name, party, from;
    Every every = Every::month;
    Term amount;
    static const Record& record();
    friend bool operator==(const Funding&, const Funding&) = default;
};

struct Finances {
    std::map<std::string, Term> opening_cash, reserves;
    std::vector<Cost> costs;
    std::vector<Funding> funding;
    static const Record& record();
    friend bool operator==(const Finances&, const Finances&) = default;
};

}  // namespace openbook
