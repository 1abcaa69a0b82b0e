// Opens a figure into the clauses, readings, inputs and formulas that made it.
#pragma once

#include <functional>
#include <string>

#include "engine/plan.hpp"

namespace openbook::engine {

/// What to explain: a party's position, a clause's payment, a quantity or an entry.
struct Target {
    std::string party, clause, quantity, entry;
    Every every = Every::term;
    int period = 0;
    World basis = World::practised;
};

/// A value as text and as a number; empty text: missing.
struct Shown {
    std::string text;
    double number = 0;
    // Of a value with a dimension: how many members it has, and each in words.
    std::size_t width = 0;
    std::function<std::string(std::size_t)> member;
};

/// One amount of a sum that is explained, from the party's side: + = received.
struct Line {
    std::string group, label, note;
    Exact amount;
    TracePtr trace;
};

/// A sum opened into its groups and lines, each with its own tree.
std::string explain_sum(const std::string& label, const std::vector<Line>& lines,
                        const std::function<Shown(NodeId, const std::string& unit)>& value);

/// JSON tree; children of positions and clauses add up to them. Throws BookError when the target is unknown.
std::string explain(const Plan& plan, const Target& target,
                    const std::function<Shown(NodeId, const std::string& unit)>& value);

}  // namespace openbook::engine
