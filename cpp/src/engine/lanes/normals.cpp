#include "engine/lanes/normals.hpp"

#include <algorithm>

namespace openbook::engine::lanes {
namespace {

/// One for all levels: nothing is calculated.
template <class Number>
void copy_given(const Call& call, const Block& block) {
    const double* from = block.given + call.number * block.given_stride;
    std::transform(from, from + block.lanes, reinterpret_cast<Number*>(call.out),
                   [](double value) { return static_cast<Number>(value); });
}

}  // namespace

Dimensions::Dimensions(const LaneGraph& graph, const std::vector<NodeId>& needed) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, NodeId> draws;
    for (const NodeId id : needed)
        if (graph.nodes[id].op == Op::gaussian) draws[{graph.nodes[id].index, graph.nodes[id].period}] = id;
    for (const auto& [place, id] : draws) {
        numbers_[place] = size();
        nodes_.push_back(id);
    }
}

std::uint32_t Dimensions::number(std::uint32_t stream, std::uint32_t period) const {
    const auto found = numbers_.find({stream, period});
    return found == numbers_.end() ? none : found->second;
}

Call given_normal(std::uint32_t dimension, double* out, bool single) {
    Call call{};
    call.run = single ? copy_given<float> : copy_given<double>;
    call.out = out;
    call.number = dimension;
    return call;
}

}  // namespace openbook::engine::lanes
