#include "engine/roundings.hpp"

namespace openbook::engine {
namespace {

const Exact& penny() {
    static const Exact one(Integer(1), Integer(100));
    return one;
}

Exact size_of(const Exact& value) {
    return value < 0 ? Exact(-value) : value;
}

}  // namespace

Roundings::Roundings(const Graph& graph, const std::function<Exact(NodeId, std::uint32_t)>& slope_of)
    : graph_(graph), behind_(graph.nodes.size(), 0) {
    for (NodeId id = static_cast<NodeId>(graph.nodes.size()); id-- > 0;) {
        const Node& node = graph.nodes[id];
        if (node.op == Op::round_step) {
            bool counts = false;
            for (std::uint32_t m = 0; m < node.width && !counts; ++m)
                counts = size_of(slope_of(id, m)) * node.numbers[0] > penny();
            if (counts) roundings_.push_back(id);
            behind_[id] |= static_cast<char>(counts);
        }
        if (!behind_[id]) continue;
        for (const NodeId from : node.inputs) behind_[from] = 1;
        if (node.op == Op::input && graph.inputs[node.index].plan != no_node)
            behind_[graph.inputs[node.index].plan] = 1;
    }
}

std::optional<Exact> Roundings::whole_step(const Nudge& moved) const {
    std::optional<Exact> coarsest;
    for (const NodeId id : roundings_) {
        const Node& node = graph_.nodes[id];
        const NodeId from = node.inputs[0];
        if (!moved.moved(from)) continue;
        for (std::uint32_t m = 0; m < node.width; ++m) {
            const Exact slope = size_of(moved.slope(from, m));
            if (slope == 0) continue;
            const Exact units = node.numbers[0] / slope;
            if (!coarsest || units > *coarsest) coarsest = units;
        }
    }
    return coarsest;
}

}  // namespace openbook::engine
