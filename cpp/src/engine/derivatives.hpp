// The exact marginal pound: how a settled position moves with each number that went into it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/explanation.hpp"
#include "engine/settlement.hpp"

namespace openbook::engine {

/// Slopes of a position by one number: a value of the data, or a number that the document states.
struct MarginalPound {
    std::string quantity;  // an input's id; of a term its path
    int period = 0;        // of an input; of a term the number of its step, 0: the value before all steps
    std::uint32_t member = 0;
    std::string label;  // of the period
    Exact value;
    bool term = false;
    bool fixed = false;  // the term also decides how the plan is made: slopes hold for the rest of what it does only
    Exact left, right;   // £ for one unit less and one more, as slopes beside the point
    Exact cliff_left, cliff_right;    // £ that move at once where the number moves at all; 0: no cliff here
    std::optional<Exact> whole_step;  // units until a rounding on the way takes a whole step; slopes pass over it
};

/// What a marginal pound goes through: slopes by clause, cost or funding. They add up to the position's.
struct Passage {
    std::string contract, clause, title;
    Exact slope, cliff;
};

/// The period of a slot as people call it; nothing for a term.
std::string label_of(const Book& book, const InputSlot& slot);

/// The settlement again with these terms of its document kept apart (see CompileRequest::open).
Settlement opened(const Settlement& settlement, const std::vector<std::string>& paths);

/// Every number that a party's position in a period depends on. `target`: party, every, period, basis.
std::vector<MarginalPound> marginals(const Settlement& settlement, const Target& target);

/// Through which clauses one of them goes. `up`: to the right, else to the left.
std::vector<Passage> passages(const Settlement& settlement, const Target& target, const MarginalPound& of, bool up);

/// What the position comes to less what it was, exactly and with every rounding, when the number is so much more.
Exact change_by(const Settlement& settlement, const Target& target, const MarginalPound& of, const Exact& more);

/// How far the number may move before another slope holds: at least `far`, nothing: as far as one likes. `bends`: not
/// even there is it one slope, because two things that move are multiplied.
struct Range {
    std::optional<Exact> far;
    bool bends = false;
};
Range range_of(const Settlement& settlement, const Target& target, const MarginalPound& of, bool up);

/// The tree of explain() with slopes in place of values, as JSON; null where the position is not the plan's own (to a
/// date, or by month).
std::string passage_tree(const Settlement& settlement, const Target& target, const MarginalPound& of, bool up);

}  // namespace openbook::engine
