#include "engine/lanes/lane_graph.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <queue>
#include <stdexcept>

#include "engine/lanes/kernels.hpp"
#include "engine/lanes/quantile_formula.hpp"

namespace openbook::engine::lanes {
namespace {

/// Segments of a piecewise function as the kernel reads them. A jump whose left value applies at the breakpoint itself
/// has a segment for that one point.
LaneTable flattened(const PiecewiseTable& table, std::vector<double>& numbers) {
    LaneTable result;
    result.first = static_cast<std::uint32_t>(numbers.size());
    const std::size_t n = table.at.size();
    if (n == 0 || table.value.size() != n)
        throw std::invalid_argument("a piecewise table needs one value for each breakpoint");
    const auto segment = [&](double threshold, double anchor, const Exact& value, const Exact& slope) {
        numbers.insert(numbers.end(), {threshold, anchor, to_double(value), to_double(slope)});
        ++result.segments;
    };
    numbers.insert(numbers.end(), {to_double(table.at[0]), to_double(table.value[0]), to_double(table.slope_below)});
    for (std::size_t i = 0; i < n;) {
        std::size_t right = i;
        while (right + 1 < n && table.at[right + 1] == table.at[i]) ++right;
        const double at = to_double(table.at[i]);
        const Exact slope =
            right + 1 < n
                ? Exact((table.value[right + 1] - table.value[right]) / (table.at[right + 1] - table.at[right]))
                : table.slope_above;
        double threshold = at;
        if (right > i) {  // what is close to a jump is at it
            const double gap = std::abs(at) * closeness;
            threshold = at - gap;
            if (!table.upper_at_jump) {
                segment(threshold, at, table.value[i], 0);
                threshold = std::nextafter(at + gap, HUGE_VAL);
            }
        }
        segment(threshold, at, table.value[right], slope);
        i = right + 1;
    }
    return result;
}

LaneTable flattened(const Marginal& marginal, std::vector<double>& numbers) {
    LaneTable result;
    result.first = static_cast<std::uint32_t>(numbers.size());
    result.steps = marginal.shape == Marginal::Shape::steps;
    if (result.steps) {
        if (marginal.step_values.size() != marginal.thresholds.size() + 1)
            throw std::invalid_argument("a marginal of steps needs one value more than thresholds");
        numbers.push_back(static_cast<double>(marginal.thresholds.size()));
        numbers.insert(numbers.end(), marginal.thresholds.begin(), marginal.thresholds.end());
        numbers.insert(numbers.end(), marginal.step_values.begin(), marginal.step_values.end());
    } else {
        if (marginal.values.size() < 4 || !(marginal.step > 0))
            throw std::invalid_argument("a smooth marginal needs at least four values and a positive step");
        numbers.insert(numbers.end(), {marginal.first, 1 / marginal.step, static_cast<double>(marginal.values.size())});
        numbers.insert(numbers.end(), marginal.values.begin(), marginal.values.end());
    }
    return result;
}

/// The node whose value this node passes on as it is, if it does.
NodeId passed_on(const Graph& graph, const Node& node) {
    if (node.op == Op::input) {
        const InputSlot& slot = graph.inputs.at(node.index);
        return slot.driven != no_node ? slot.driven : slot.plan;
    }
    if (node.op == Op::post || node.op == Op::pick) return node.inputs.at(0);
    return no_node;
}

/// Resolves all names. Draws with the same stream and period are the same draw.
std::vector<View> resolve(const Graph& graph) {
    std::vector<View> resolved(graph.nodes.size());
    std::map<std::pair<std::uint32_t, std::uint32_t>, NodeId> draws;
    std::vector<NodeId> path;
    for (NodeId start = 0; start < graph.nodes.size(); ++start) {
        path.clear();
        NodeId id = start;
        while (resolved[id].root == no_node) {
            const NodeId next = passed_on(graph, graph.nodes[id]);
            if (path.size() > graph.nodes.size()) throw std::invalid_argument("an input's value needs itself");
            path.push_back(id);
            if (next == no_node) {
                const Node& node = graph.nodes[id];
                NodeId root = id;
                if (node.op == Op::gaussian) root = draws.try_emplace({node.index, node.period}, id).first->second;
                resolved[id] = View{root, View::whole, node.width};
                path.pop_back();
                break;
            }
            id = next;
        }
        for (; !path.empty(); path.pop_back()) {
            const Node& node = graph.nodes[path.back()];
            View view = resolved[passed_on(graph, node)];
            if (node.op == Op::pick && view.member == View::whole && graph.nodes[view.root].width > 1)
                view.member = node.index;
            view.width = node.width;
            resolved[path.back()] = view;
        }
    }
    return resolved;
}

}  // namespace

LaneGraph lane_graph(const Graph& graph) {
    LaneGraph lanes;
    lanes.resolved = resolve(graph);
    lanes.nodes.reserve(graph.nodes.size());
    for (NodeId id = 0; id < graph.nodes.size(); ++id) {
        const Node& node = graph.nodes[id];
        LaneNode lane;
        lane.op = node.op;
        lane.rounding = node.rounding;
        lane.width = node.width;
        lane.index = node.index;
        lane.period = node.period;
        lane.first_input = static_cast<std::uint32_t>(lanes.views.size());
        lane.first_number = static_cast<std::uint32_t>(lanes.numbers.size());
        if (lanes.resolved[id].root == id) {
            lane.inputs = static_cast<std::uint32_t>(node.inputs.size());
            for (const NodeId input : node.inputs) lanes.views.push_back(lanes.resolved.at(input));
            if (node.op == Op::round_step) {
                lanes.numbers.push_back(to_double(Exact(denominator(node.numbers.at(0)))));
                lanes.numbers.push_back(to_double(Exact(numerator(node.numbers.at(0)))));
            } else if (node.op == Op::running_by) {
                const double equal = !node.numbers.empty() && node.numbers[0] == 1 ? 1 : 0;
                const std::uint32_t members = graph.nodes[node.inputs.at(1)].width;
                lanes.numbers.insert(lanes.numbers.end(),
                                     {equal, static_cast<double>(node.inputs.size() > 2 ? members : run_length(node)),
                                      static_cast<double>(members)});
            } else if (node.op == Op::constant || node.op == Op::weighted_sum || node.op == Op::rank ||
                       node.op == Op::running || node.op == Op::min_members || node.op == Op::max_members ||
                       node.op == Op::group_min || node.op == Op::group_max) {
                for (const Exact& number : node.numbers) lanes.numbers.push_back(to_double(number));
                if (node.op == Op::rank) lanes.numbers.push_back(run_length(node));
            }
            if (node.op == Op::gaussian && node.width != 1) throw std::invalid_argument("a draw has one member");
            if (node.op == Op::weighted_sum && node.numbers.size() != node.inputs.size() + 1)
                throw std::invalid_argument("a weighted sum needs one number more than inputs");
        }
        lane.numbers = static_cast<std::uint32_t>(lanes.numbers.size()) - lane.first_number;
        lanes.nodes.push_back(lane);
    }
    for (const PiecewiseTable& table : graph.tables) lanes.tables.push_back(flattened(table, lanes.numbers));
    for (const Marginal& marginal : graph.marginals) lanes.marginals.push_back(flattened(marginal, lanes.numbers));
    lanes.maps = graph.maps;
    for (const Stream& stream : graph.streams) lanes.streams.push_back(stream.id);
    for (const InputSlot& slot : graph.inputs) lanes.slots.push_back(slot.quantity);
    return lanes;
}

std::vector<NodeId> depth_first_order(const LaneGraph& graph, const std::vector<NodeId>& wanted) {
    enum : char { unseen, open, done };
    std::vector<char> state(graph.nodes.size(), unseen);
    std::vector<NodeId> order;
    std::vector<std::pair<NodeId, std::uint32_t>> stack;  // node, next input to look at
    for (const NodeId target : wanted) {
        if (state[target] != unseen) continue;
        stack.emplace_back(target, 0);
        state[target] = open;
        while (!stack.empty()) {
            const NodeId id = stack.back().first;
            const LaneNode& node = graph.nodes[id];
            if (stack.back().second == node.inputs) {
                state[id] = done;
                order.push_back(id);
                stack.pop_back();
                continue;
            }
            const NodeId input = graph.views[node.first_input + stack.back().second++].root;
            if (state[input] == open) throw std::invalid_argument("a value needs itself");
            if (state[input] == done) continue;
            state[input] = open;
            stack.emplace_back(input, 0);
        }
    }
    return order;
}

std::vector<NodeId> ascending_order(const LaneGraph& graph, const std::vector<NodeId>& wanted, bool lenient) {
    const std::vector<NodeId> needed = depth_first_order(graph, wanted);
    std::vector<std::uint32_t> missing(graph.nodes.size(), 0), first_user(graph.nodes.size() + 1, 0);
    for (const NodeId id : needed) {
        const LaneNode& node = graph.nodes[id];
        if (node.op == Op::input && !lenient)
            throw std::invalid_argument("input '" + graph.slots[node.index] + "' has neither a driver nor a plan");
        missing[id] = node.inputs;
        for (std::uint32_t i = 0; i < node.inputs; ++i) ++first_user[graph.views[node.first_input + i].root + 1];
    }
    for (std::size_t i = 1; i < first_user.size(); ++i) first_user[i] += first_user[i - 1];
    std::vector<NodeId> users(first_user.back());
    std::vector<std::uint32_t> place(first_user.begin(), first_user.end() - 1);
    for (const NodeId id : needed)
        for (std::uint32_t i = 0; i < graph.nodes[id].inputs; ++i)
            users[place[graph.views[graph.nodes[id].first_input + i].root]++] = id;
    std::priority_queue<NodeId, std::vector<NodeId>, std::greater<>> ready;
    for (const NodeId id : needed)
        if (missing[id] == 0) ready.push(id);
    std::vector<NodeId> order;
    while (!ready.empty()) {
        const NodeId id = ready.top();
        ready.pop();
        order.push_back(id);
        for (std::uint32_t u = first_user[id]; u < first_user[id + 1]; ++u)
            if (--missing[users[u]] == 0) ready.push(users[u]);
    }
    return order;
}

}  // namespace openbook::engine::lanes
