// No limit as a value: above everything in min, max, clip, comparisons and bounds, missing everywhere else.
#include <algorithm>

#include "engine/lowering.hpp"

namespace openbook::engine {

bool Lowering::never_limits(const Typed& value) const {
    if (value.no_limit == no_node) return false;
    const Node& node = builder.graph.nodes[value.no_limit];
    return node.op == Op::constant && !node.numbers.empty() &&
           std::all_of(node.numbers.begin(), node.numbers.end(), [](const Exact& holds) { return holds == 1; });
}

Typed Lowering::smaller(const Typed& a, const Typed& b) {
    Typed result = a;
    result.node = builder.minimum(a.node, b.node);
    if (b.no_limit != no_node) result.node = builder.choose(b.no_limit, a.node, result.node);
    if (a.no_limit != no_node) result.node = builder.choose(a.no_limit, b.node, result.node);
    const bool both = a.no_limit != no_node && b.no_limit != no_node;
    result.no_limit = both ? builder.both(a.no_limit, b.no_limit) : no_node;
    return result;
}

Typed Lowering::larger(const Typed& a, const Typed& b) {
    Typed result = a;
    result.node = builder.maximum(a.node, b.node);
    result.no_limit = a.no_limit == no_node   ? b.no_limit
                      : b.no_limit == no_node ? a.no_limit
                                              : builder.either(a.no_limit, b.no_limit);
    return result;
}

Typed Lowering::not_below(const Typed& value, const Typed& bound) {
    if (bound.no_limit == no_node) return larger(value, bound);
    Typed result = value;
    result.node = builder.choose(bound.no_limit, value.node, builder.maximum(value.node, bound.node));
    return result;
}

NodeId Lowering::no_limit_of_choice(NodeId condition, const Typed& then, const Typed& otherwise) {
    if (then.no_limit == no_node && otherwise.no_limit == no_node) return no_node;
    const auto where = [&](const Typed& value) {
        return value.no_limit == no_node ? builder.constant(0) : value.no_limit;
    };
    const NodeId result = builder.choose(condition, where(then), where(otherwise));
    const Exact* known = builder.known(result);
    return known && *known == 0 ? no_node : result;
}

Typed Lowering::stack_of(const std::vector<Typed>& members) {
    std::vector<NodeId> nodes, limits;
    bool any = false;
    for (const Typed& member : members) {
        nodes.push_back(member.node);
        limits.push_back(member.no_limit == no_node ? builder.constant(0) : member.no_limit);
        any = any || member.no_limit != no_node;
    }
    Typed result;
    result.node = builder.stack(std::move(nodes));
    if (any) result.no_limit = builder.stack(std::move(limits));
    return result;
}

NodeId Lowering::against_no_limit(const Typed& limit, const Typed& other, bool holds, NodeId otherwise) {
    const NodeId lacks = builder.make(Op::is_missing, {other.node});
    const NodeId sure = builder.choose(lacks, builder.missing(), builder.constant(holds ? 1 : 0));
    return builder.choose(limit.no_limit, sure, otherwise);
}

NodeId Lowering::capped(NodeId value, const Typed& cap) {
    Typed of;
    of.node = value;
    return smaller(of, cap).node;
}

}  // namespace openbook::engine
