#include "engine/lanes/normals.hpp"

#include <algorithm>

namespace openbook::engine::lanes {
namespace {

/// One for all levels: nothing is calculated.
void copy_given(const Call& call, const Block& block) {
    std::copy_n(block.given + call.pair * block.given_stride, block.lanes, call.out);
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

Call given_normal(std::uint32_t dimension, double* out) {
    Call call{};
    call.run = copy_given;
    call.out = out;
    call.pair = dimension;
    return call;
}

}  // namespace openbook::engine::lanes
