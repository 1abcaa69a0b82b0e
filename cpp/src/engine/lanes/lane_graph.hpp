// The graph as the lanes need it: numbers as doubles, and every name for a value resolved to the node that computes it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/graph.hpp"

namespace openbook::engine::lanes {

/// Where a node's values are: all members of another node or of itself, or one member of it. It may have more members
/// than its root, which then has one value for all of them.
struct View {
    static constexpr std::uint32_t whole = 0xffffffffu;
    NodeId root = no_node;
    std::uint32_t member = whole;
    std::uint32_t width = 1;
};

struct LaneNode {
    Op op = Op::constant;
    Rounding rounding = Rounding::half_away;
    std::uint32_t width = 1, index = 0, period = 0;
    std::uint32_t first_input = 0, inputs = 0;    // in LaneGraph::views
    std::uint32_t first_number = 0, numbers = 0;  // in LaneGraph::numbers
};

/// A table for the kernels: where its numbers start and how many segments a piecewise function has.
struct LaneTable {
    std::uint32_t first = 0, segments = 0;
    bool steps = false;
};

struct LaneGraph {
    std::vector<LaneNode> nodes;
    std::vector<View> views;     // operands of nodes, resolved
    std::vector<View> resolved;  // one for each node
    std::vector<double> numbers;
    std::vector<LaneTable> tables, marginals;
    std::vector<std::vector<std::uint32_t>> maps;
    std::vector<std::string> streams;
    std::vector<std::string> slots;  // quantities of inputs, for messages
};

/// Throws std::invalid_argument where names of values lead back to themselves.
LaneGraph lane_graph(const Graph& graph);

/// Roots that `wanted` needs, each after what it needs, lowest id first where there is a choice. Throws
/// std::invalid_argument on a cycle, and on an input without a value unless `lenient`.
std::vector<NodeId> ascending_order(const LaneGraph& graph, const std::vector<NodeId>& wanted, bool lenient);
/// The same nodes, each as late as the node that first asks for it allows.
std::vector<NodeId> depth_first_order(const LaneGraph& graph, const std::vector<NodeId>& wanted);

}  // namespace openbook::engine::lanes
