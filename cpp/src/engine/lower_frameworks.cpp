// Scores of measures and of frameworks of them.
#include "engine/lowering.hpp"

namespace openbook::engine {

Typed Lowering::measure_score(const Measure& measure, const Context& context) {
    const auto at = [&](const std::string& field) {
        Context inside = context;
        inside.path = "measure '" + measure.id + "'/" + field;
        inside.where = "measure '" + measure.id + "'";
        return inside;
    };
    const Typed value = term(measure.value, at("value"), measure.name.empty() ? measure.id : measure.name);
    const Typed gain = term(measure.gain_at, at("gain_at"), "gain at");
    Typed result = literal(0);
    auto trace = std::make_shared<Trace>();
    trace->kind = "formula";
    trace->label = "score of " + (measure.name.empty() ? measure.id : measure.name);
    trace->unit = "number";
    trace->operation = "score";
    trace->children = {value.trace, gain.trace};
    const NodeId one = builder.constant(1), zero = builder.constant(0);
    const auto reaches = [&](NodeId bound, NodeId upwards) {
        return builder.choose(upwards, builder.make(Op::less_equal, {bound, value.node}),
                              builder.make(Op::less_equal, {value.node, bound}));
    };
    if (measure.pain_at.empty()) {
        result.node = builder.choose(builder.make(Op::less_equal, {gain.node, value.node}), one, zero);
        if (measure.shape == ScoreShape::linear)
            fail("missing-value", at("pain_at"), "a linear score needs both pain_at and gain_at");
    } else {
        const Typed pain = term(measure.pain_at, at("pain_at"), "pain at");
        trace->children.push_back(pain.trace);
        const NodeId upwards = builder.make(Op::less, {pain.node, gain.node});
        const NodeId downwards = builder.make(Op::less, {gain.node, pain.node});
        if (measure.shape == ScoreShape::steps) {
            result.node = builder.choose(reaches(gain.node, upwards), one,
                                         builder.choose(reaches(pain.node, downwards), builder.constant(-1), zero));
        } else {
            const NodeId width = builder.subtract(gain.node, pain.node);
            const NodeId along = builder.divide(builder.subtract(value.node, pain.node), width, zero);
            result.node =
                builder.maximum(builder.minimum(builder.weighted({along}, {-1, 2}), one), builder.constant(-1));
        }
    }
    trace->node = result.node;
    result.trace = trace;
    return result;
}

Typed Lowering::framework_score(const Framework& framework, const Context& context) {
    std::vector<NodeId> parts;
    auto trace = std::make_shared<Trace>();
    trace->kind = "formula";
    trace->label = "score of " + (framework.name.empty() ? framework.id : framework.name);
    trace->unit = "number";
    for (const Measure& measure : framework.measures) {
        Context inside = context;
        inside.path = "measure '" + measure.id + "'/weight";
        const Typed weight = term(measure.weight, inside, "weight");
        const Typed score = measure_score(measure, context);
        auto part = std::make_shared<Trace>();
        part->kind = "formula";
        part->label = "weight * " + score.trace->label;
        part->unit = "number";
        part->node = builder.multiply(weight.node, score.node);
        part->children = {weight.trace, score.trace};
        parts.push_back(part->node);
        trace->children.push_back(part);
    }
    Typed result = literal(0);
    result.node = parts.empty() ? builder.constant(0) : builder.sum(parts);
    trace->node = result.node;
    result.trace = trace;
    return result;
}

}  // namespace openbook::engine
