// What a settlement refuses on its data: weights below zero or all zero, fractions and scores out of their bounds.
#include <algorithm>

#include "engine/lowering.hpp"
#include "engine/requirements.hpp"

namespace openbook::engine {

void Lowering::require(NodeId broken, const std::string& code, const Context& context, const std::string& message,
                       std::vector<NodeId> shown, const std::string& dimension, const std::string& of) {
    const Node& node = builder.graph.nodes[broken];
    if (node.op == Op::constant) {
        if (std::all_of(node.numbers.begin(), node.numbers.end(), [](const Exact& x) { return x == 0; })) return;
        if (node.width == 1) {
            std::vector<std::string> figures;
            for (const NodeId figure : shown) {
                const Exact* known = builder.known(figure);
                const auto place = known ? static_cast<std::size_t>(to_double(*known)) : 0;
                figures.push_back(!known ? "?"
                                  : !of.empty() && place >= 1 && place <= category(of).values.size()
                                      ? category(of).values[place - 1]
                                      : to_text(*known));
            }
            fail(code, context, with_figures(message, figures));
        }
    }
    if (!required_.insert({broken, context.path + message}).second) return;
    Requirement made;
    made.broken = broken;
    made.shown = std::move(shown);
    if (!of.empty()) made.words = &category(of).values;
    if (!dimension.empty()) made.members = &dimensions_.at(dimension)->members;
    made.code = code;
    made.path = context.path;
    made.where = context.where;
    made.message = message;
    made.month = calendar().first_month(context.every, context.period);
    made.label = calendar().label(context.every, context.period);
    requirements.push_back(std::move(made));
}

void Lowering::require_between(const Typed& value, const Exact& low, const Exact& high, const Context& context,
                               const std::string& what) {
    const NodeId outside = builder.either(builder.make(Op::less, {value.node, builder.constant(low)}),
                                          builder.make(Op::less, {builder.constant(high), value.node}));
    require(outside, "out-of-range", context,
            what + " must lie between " + to_text(low) + " and " + to_text(high) + ", it is {0}", {value.node},
            value.dimension);
}

NodeId Lowering::weights_of_members(NodeId weights, NodeId total, ZeroWeights rule, const std::string& dimension,
                                    const Along& along, const Context& context, const std::string& what) {
    Builder& b = builder;
    const NodeId zero = b.constant(0), ones = b.constants(std::vector<Exact>(b.width(weights), Exact(1)));
    require(b.make(Op::less, {weights, zero}), "negative", context, what + ": a weight must not be negative, it is {0}",
            {weights}, dimension);
    if (rule == ZeroWeights::nothing) return weights;
    const NodeId none = b.make(Op::equal, {along.sum(weights), zero});
    if (rule == ZeroWeights::equal) return b.choose(along.for_each(none), ones, weights);
    const NodeId stuck = b.both(none, b.make(Op::logical_not, {b.make(Op::equal, {total, zero})}));
    require(stuck, "weights", context, what + ": {0} is to be apportioned, and all weights are zero", {total},
            along.remains);
    return b.choose(along.for_each(stuck), b.missing(b.width(weights)), weights);
}

std::vector<NodeId> Lowering::weights_that_count(std::vector<NodeId> weights, const std::vector<NodeId>& takes_part,
                                                 NodeId total, ZeroWeights rule, const std::vector<Context>& at,
                                                 const std::string& what) {
    Builder& b = builder;
    const NodeId zero = b.constant(0);
    for (std::size_t i = 0; i < weights.size(); ++i)
        require(b.make(Op::less, {weights[i], zero}), "negative", at[i], "a weight must not be negative, it is {0}",
                {weights[i]});
    if (rule == ZeroWeights::nothing || weights.empty()) return weights;
    const NodeId none = b.make(Op::equal, {b.sum(weights), zero});
    if (rule == ZeroWeights::equal) {
        for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = b.choose(none, takes_part[i], weights[i]);
        return weights;
    }
    const NodeId stuck = b.both(none, b.make(Op::logical_not, {b.make(Op::equal, {total, zero})}));
    require(stuck, "weights", at[0], "{0} is to be split by " + what + ", and all weights are zero", {total});
    for (NodeId& weight : weights) weight = b.choose(stuck, b.missing(), weight);
    return weights;
}

}  // namespace openbook::engine
