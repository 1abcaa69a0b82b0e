// Scenarios: what might happen, as shocks in order.
#pragma once

#include "openbook/book/quantities.hpp"

namespace openbook {

/// What a shock does: changes of a value, a recorded path, or what a party or a rule does.
enum class Action {
    set,
    add,
    scale,
    ramp,
    replay,
    withdrawal,
    insolvency,
    key_person_leaves,
    data_embargo,
    rule_change,
    delay_of_payment
};
template <>
inline std::vector<std::string> choice_names<Action>() {
    return {"set",          "add",         "scale",           "ramp",
            "replay",       "withdrawal",  "insolvency",      "key_person_leaves",
            "data_embargo", "rule_change", "delay_of_payment"};
}

/// What a ramp comes to when it is full.
enum class Towards { scale, add, set };
template <>
inline std::vector<std::string> choice_names<Towards>() {
    return {"scale", "add", "set"};
}

enum class RampShape { linear, stepped };
template <>
inline std::vector<std::string> choice_names<RampShape>() {
    return {"linear", "stepped"};
}

/// What the values of a recorded path are.
enum class Recorded { value, ratio_to_plan };
template <>
inline std::vector<std::string> choice_names<Recorded>() {
    return {"value", "ratio_to_plan"};
}

/// What stands for a value that is missing though it may not be.
enum class StandIn { none, plan, last, zero };
template <>
inline std::vector<std::string> choice_names<StandIn>() {
    return {"none", "plan", "last", "zero"};
}

enum class Sought { input, parameter, quantity, price, cost, list, score, driver, clause, contract, party };
template <>
inline std::vector<std::string> choice_names<Sought>() {
    return {"input", "parameter", "quantity", "price",    "cost", "list",
            "score", "driver",    "clause",   "contract", "party"};
}

/// What a shock acts on by what it is, not by its name: for scenarios that are meant for many books.
struct Selector {
    Sought kind = Sought::input;
    std::vector<std::string> units, words, without, tags, roles, legal;
    static const Record& record();
    friend bool operator==(const Selector&, const Selector&) = default;
};

struct Shock {
    std::string on;
    std::optional<Selector> select;
    Action action = Action::scale;
    Term value;
    std::optional<Month> starts, ends;
    std::vector<int> months;  // of every year, 1 to 12; none: all
    // A ramp.
    Towards towards = Towards::scale;
    std::optional<Month> full, gone;
    RampShape shape = RampShape::linear;
    int steps = 1;
    // A replay.
    std::map<std::string, Decimal> path;
    Recorded recorded = Recorded::value;
    std::optional<Month> aligned;
    // A party's events.
    std::vector<std::string> contracts, keeps;
    Term costs = "1", recovered = "0";
    StandIn stand_in = StandIn::none;
    std::string chosen;  // a reading or an alternative
    std::string narrative, source;
    static const Record& record();
    friend bool operator==(const Shock&, const Shock&) = default;
};

struct Scenario {
    std::string id, name, narrative, source;
    bool illustrative = false;
    std::vector<std::string> includes;
    bool one_at_a_time = false;
    std::vector<Shock> shocks;
    static const Record& record();
    friend bool operator==(const Scenario&, const Scenario&) = default;
};

/// A file of scenarios with its own story; belongs to no book.
struct ScenarioSet {
    std::string id, name, narrative, source;
    bool illustrative = false;
    std::optional<Month> written_for;
    std::vector<Scenario> scenarios;
    static const Record& record();
    friend bool operator==(const ScenarioSet&, const ScenarioSet&) = default;
};

}  // namespace openbook
