#include "engine/missing.hpp"

#include <algorithm>

namespace openbook::engine {
namespace {

bool lacks(const Held& held, std::size_t m) {
    return m < size_of(held) && !has(held, m);
}

bool any_missing(const Held& held) {
    for (std::size_t m = 0; m < size_of(held); ++m)
        if (lacks(held, m)) return true;
    return false;
}

/// The operand that a missing value comes from; `no_node` where all operands are there.
NodeId origin(const Node& node, const Values& values) {
    // Of a choice only the condition and the branch that it takes matter.
    if (node.op == Op::choose && !any_missing(values.held(node.inputs[0]))) {
        for (const std::size_t branch : {1u, 2u})
            for (std::size_t m = 0; m < node.width; ++m) {
                const Members& holds = values[node.inputs[0]];
                const Value& one = holds[holds.size() == 1 ? 0 : m];
                const Held& taken = values.held(node.inputs[branch]);
                if ((*one != 0) == (branch == 1) && lacks(taken, size_of(taken) == 1 ? 0 : m))
                    return node.inputs[branch];
            }
        return no_node;
    }
    for (const NodeId operand : node.inputs)
        if (any_missing(values.held(operand))) return operand;
    return no_node;
}

std::string of_input(const Plan& plan, const InputSlot& slot, const Held& held) {
    const Book& book = *plan.book;
    const auto input = std::find_if(book.inputs.begin(), book.inputs.end(),
                                    [&](const Input& item) { return item.id == slot.quantity; });
    if (input == book.inputs.end()) return "'" + slot.quantity + "' has no value";
    std::string member;
    const auto dimension = std::find_if(book.dimensions.begin(), book.dimensions.end(),
                                        [&](const Dimension& item) { return item.id == input->dimension; });
    if (dimension != book.dimensions.end()) {
        std::size_t m = 0, count = 0;
        for (std::size_t i = size_of(held); i-- > 0;)
            if (lacks(held, i)) m = i, ++count;
        member = count == size_of(held) ? "" : " of member '" + dimension->members[m] + "'";
        if (count > 1 && !member.empty()) member += " and " + std::to_string(count - 1) + " more";
    }
    return "input '" + slot.quantity + "'" + member + " has no value for " +
           book.calendar.label(input->every, static_cast<int>(slot.period));
}

}  // namespace

std::string why_missing(const Plan& plan, const Values& values, NodeId at) {
    if (!any_missing(values.held(at))) return "under another reading of a clause";
    for (;;) {
        const Node& node = plan.graph.nodes[at];
        if (node.op == Op::input) return of_input(plan, plan.graph.inputs[node.index], values.held(at));
        const NodeId from = origin(node, values);
        if (from == no_node) {
            if (node.op == Op::divide) return "a division by zero has no result";
            if (node.op == Op::constant)
                return "a formula has no value: no_value(), a calculation with no_limit(), or a division by zero";
            return "a formula has no result for what it is given";
        }
        at = from;
    }
}

}  // namespace openbook::engine
