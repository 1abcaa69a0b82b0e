#include "engine/builder.hpp"

#include <algorithm>
#include <boost/container_hash/hash.hpp>

namespace openbook::engine {
namespace {

std::size_t hash_of(const Node& node) {
    std::size_t seed = static_cast<std::size_t>(node.op);
    boost::hash_combine(seed, node.width);
    boost::hash_combine(seed, node.index);
    boost::hash_combine(seed, node.period);
    boost::hash_combine(seed, static_cast<int>(node.rounding));
    for (const NodeId input : node.inputs) boost::hash_combine(seed, input);
    for (const Exact& number : node.numbers) boost::hash_combine(seed, hash_value(number));
    return seed;
}

bool same(const Node& a, const Node& b) {
    return a.op == b.op && a.width == b.width && a.index == b.index && a.period == b.period &&
           a.rounding == b.rounding && a.inputs == b.inputs && a.numbers == b.numbers;
}

}  // namespace

NodeId Builder::intern(Node node) {
    std::vector<NodeId>& bucket = by_hash_[hash_of(node)];
    for (const NodeId id : bucket)
        if (same(graph.nodes[id], node)) return id;
    gaps_.push_back(makes_gaps(node) ? 1 : 0);
    graph.nodes.push_back(std::move(node));
    bucket.push_back(static_cast<NodeId>(graph.nodes.size() - 1));
    const NodeId made = bucket.back();
    if (!opened_.empty()) note_written(made);
    return made;
}

NodeId Builder::opened(const std::string& path, std::uint32_t step, const Exact& value) {
    const auto [place, fresh] = opened_.try_emplace(path + "@" + std::to_string(step), no_node);
    if (!fresh) return place->second;
    const NodeId id = input(path, step, 1, constant(value));
    graph.inputs.back().term = true;
    written_[id] = {value};
    return opened_[path + "@" + std::to_string(step)] = id;
}

NodeId Builder::switched(const std::string& name, bool on) {
    const NodeId id = input(name, 0, 1, constant(on ? 1 : 0));
    graph.inputs.back().term = true;
    return id;
}

void Builder::note_written(NodeId id) {
    const Node& node = graph.nodes[id];
    if (node.op == Op::constant || node.op == Op::input || node.op == Op::gaussian || node.op == Op::quantile) return;
    std::vector<Members> constants(node.inputs.size());
    std::vector<const Members*> operands;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        const auto found = written_.find(node.inputs[i]);
        if (found == written_.end()) {
            if (graph.nodes[node.inputs[i]].op != Op::constant) return;
            constants[i] = evaluate_node(graph, graph.nodes[node.inputs[i]], {});
        }
        operands.push_back(found == written_.end() ? &constants[i] : &found->second);
    }
    Members value = evaluate_node(graph, node, operands);
    written_[id] = std::move(value);
}

void Builder::fix(NodeId id) {
    if (!written_.contains(id)) return;
    std::vector<NodeId> open{id};
    std::vector<char> seen(graph.nodes.size(), 0);
    while (!open.empty()) {
        const NodeId at = open.back();
        open.pop_back();
        if (seen[at]++) continue;
        const Node& node = graph.nodes[at];
        if (node.op == Op::input) graph.inputs[node.index].fixed = true;
        open.insert(open.end(), node.inputs.begin(), node.inputs.end());
    }
}

const Exact* Builder::known(NodeId id) const {
    if (const Exact* constant = folds(id)) return constant;
    const auto found = written_.find(id);
    return found != written_.end() && found->second.size() == 1 && found->second[0] ? &*found->second[0] : nullptr;
}

const Exact* Builder::folds(NodeId id) const {
    const Node& node = graph.nodes[id];
    return node.op == Op::constant && node.width == 1 && node.numbers.size() == 1 ? &node.numbers[0] : nullptr;
}

NodeId Builder::constant(const Exact& value) {
    return constants({value});
}

NodeId Builder::constants(std::vector<Exact> members) {
    Node node;
    node.width = static_cast<std::uint32_t>(members.size());
    node.numbers = std::move(members);
    return intern(std::move(node));
}

NodeId Builder::missing(std::uint32_t width) {
    Node node;
    node.width = width;
    return intern(std::move(node));
}

/// Of a node that is not in the graph yet.
bool Builder::makes_gaps(const Node& node) const {
    const auto gap = [&](std::size_t i) { return gaps_[node.inputs[i]] != 0; };
    switch (node.op) {
        case Op::constant: return node.numbers.size() < node.width;
        case Op::input: return gaps_of_input_[node.index] != 0;
        case Op::is_missing: return false;
        case Op::if_missing: return gap(1);
        case Op::divide:
        case Op::floor_divide:
        case Op::modulo: {
            const Exact* divisor = folds(node.inputs[1]);
            if (node.inputs.size() < 3 && (!divisor || *divisor == 0)) return true;
            break;
        }
        case Op::piecewise:
        case Op::exponential:
        case Op::logarithm:
        case Op::power:
        case Op::statistic:
        case Op::min_members:
        case Op::max_members:
        case Op::group_min:
        case Op::group_max:
        case Op::rank:
        case Op::running_by: return true;
        default: break;
    }
    return std::any_of(node.inputs.begin(), node.inputs.end(), [&](NodeId input) { return gaps_[input] != 0; });
}

NodeId Builder::input(const std::string& quantity, std::uint32_t period, std::uint32_t width, NodeId plan, bool gaps) {
    Node node;
    node.op = Op::input;
    node.width = width;
    node.index = static_cast<std::uint32_t>(graph.inputs.size());
    graph.inputs.push_back(InputSlot{quantity, period, plan, no_node});
    gaps_of_input_.push_back(gaps ? 1 : 0);
    return intern(std::move(node));
}

NodeId Builder::make(Op op, std::vector<NodeId> inputs, std::vector<Exact> numbers, std::uint32_t index,
                     std::uint32_t period, Rounding rounding) {
    Node node;
    node.op = op;
    node.index = index;
    node.period = period;
    node.rounding = rounding;
    node.inputs = std::move(inputs);
    node.numbers = std::move(numbers);
    const bool reduces = op == Op::sum_members || op == Op::min_members || op == Op::max_members ||
                         op == Op::product_members || op == Op::pick;
    if (!reduces)
        for (const NodeId input : node.inputs) node.width = std::max(node.width, width(input));
    if (op == Op::running_by && node.inputs.size() > 2) node.width = width(node.inputs[2]);
    return folded(std::move(node));
}

NodeId Builder::stack(std::vector<NodeId> members) {
    Node node;
    node.op = Op::stack;
    node.width = static_cast<std::uint32_t>(members.size());
    node.inputs = std::move(members);
    return node.width == 1 ? node.inputs[0] : folded(std::move(node));
}

NodeId Builder::mapped(Op op, NodeId x, const std::vector<std::uint32_t>& map, std::uint32_t width,
                       std::vector<Exact> numbers) {
    const auto found = std::find(graph.maps.begin(), graph.maps.end(), map);
    Node node;
    node.op = op;
    node.index = static_cast<std::uint32_t>(found - graph.maps.begin());
    node.width = width;
    node.inputs = {x};
    node.numbers = std::move(numbers);
    if (found == graph.maps.end()) graph.maps.push_back(map);
    return folded(std::move(node));
}

/// The node, or the constant that it comes to.
NodeId Builder::folded(Node node) {
    bool constant = node.op != Op::gaussian && node.op != Op::quantile && !node.inputs.empty();
    for (const NodeId input : node.inputs) constant = constant && graph.nodes[input].op == Op::constant;
    if (!constant) return intern(std::move(node));
    std::vector<Members> values;
    for (const NodeId input : node.inputs) values.push_back(evaluate_node(graph, graph.nodes[input], {}));
    std::vector<const Members*> operands;
    for (const Members& value : values) operands.push_back(&value);
    const Members result = evaluate_node(graph, node, operands);
    std::vector<Exact> known;
    for (const Value& member : result)
        if (member) known.push_back(*member);
    if (known.empty()) return missing(node.width);
    return known.size() == result.size() ? constants(std::move(known)) : intern(std::move(node));
}

NodeId Builder::weighted(std::vector<NodeId> terms, std::vector<Exact> numbers) {
    // Scaled or shifted terms are taken apart and constants join the leading number, so that a sum is one node.
    std::vector<NodeId> flat;
    std::vector<Exact> weights{numbers[0]};
    for (std::size_t i = 0; i < terms.size(); ++i) {
        const Exact weight = numbers[i + 1];
        if (weight == 0 && !may_be_missing(terms[i])) continue;
        const Node& node = graph.nodes[terms[i]];
        if (const Exact* value = folds(terms[i])) {
            weights[0] += weight * *value;
        } else if (node.op == Op::weighted_sum && node.inputs.size() == 1) {
            weights[0] += weight * node.numbers[0];
            flat.push_back(node.inputs[0]);
            weights.push_back(weight * node.numbers[1]);
        } else {
            flat.push_back(terms[i]);
            weights.push_back(weight);
        }
    }
    // The same term twice is one term.
    for (std::size_t i = 0; i < flat.size(); ++i) {
        for (std::size_t j = i + 1; j < flat.size() && flat.size() <= 32;) {
            if (flat[j] != flat[i]) {
                ++j;
                continue;
            }
            weights[i + 1] += weights[j + 1];
            flat.erase(flat.begin() + static_cast<long>(j));
            weights.erase(weights.begin() + static_cast<long>(j) + 1);
        }
    }
    for (std::size_t i = flat.size(); i-- > 0;) {
        if (weights[i + 1] != 0 || may_be_missing(flat[i])) continue;
        flat.erase(flat.begin() + static_cast<long>(i));
        weights.erase(weights.begin() + static_cast<long>(i) + 1);
    }
    if (flat.empty()) {
        std::uint32_t members = 1;
        for (const NodeId term : terms) members = std::max(members, width(term));
        return constants(std::vector<Exact>(members, weights[0]));
    }
    if (flat.size() == 1 && weights[0] == 0 && weights[1] == 1) return flat[0];
    return make(Op::weighted_sum, std::move(flat), std::move(weights));
}

NodeId Builder::sum(const std::vector<NodeId>& terms) {
    std::vector<Exact> numbers(terms.size() + 1, Exact(1));
    numbers[0] = 0;
    return weighted(terms, std::move(numbers));
}

NodeId Builder::multiply(NodeId a, NodeId b) {
    if (const Exact* value = folds(a)) return weighted({b}, {0, *value});
    if (const Exact* value = folds(b)) return weighted({a}, {0, *value});
    return make(Op::multiply, {a, b});
}

NodeId Builder::divide(NodeId a, NodeId b, NodeId if_zero) {
    if (const Exact* value = folds(b); value && *value != 0) return scale(a, Exact(1) / *value);
    return if_zero == no_node ? make(Op::divide, {a, b}) : make(Op::divide, {a, b, if_zero});
}

NodeId Builder::minimum(NodeId a, NodeId b) {
    return a == b ? a : make(Op::minimum, {a, b});
}
NodeId Builder::maximum(NodeId a, NodeId b) {
    return a == b ? a : make(Op::maximum, {a, b});
}

NodeId Builder::choose(NodeId condition, NodeId then, NodeId otherwise) {
    if (const Exact* value = folds(condition)) return *value != 0 ? then : otherwise;
    return then == otherwise && !may_be_missing(condition) ? then : make(Op::choose, {condition, then, otherwise});
}

NodeId Builder::both(NodeId a, NodeId b) {
    if (const Exact* value = folds(a)) return *value != 0 ? b : a;
    if (const Exact* value = folds(b)) return *value != 0 ? a : b;
    return make(Op::logical_and, {a, b});
}

NodeId Builder::either(NodeId a, NodeId b) {
    if (const Exact* value = folds(a)) return *value != 0 ? a : b;
    if (const Exact* value = folds(b)) return *value != 0 ? b : a;
    return make(Op::logical_or, {a, b});
}

NodeId Builder::piecewise(PiecewiseTable table, NodeId x) {
    const auto equal = [&](const PiecewiseTable& other) {
        return other.at == table.at && other.value == table.value && other.slope_below == table.slope_below &&
               other.slope_above == table.slope_above && other.upper_at_jump == table.upper_at_jump;
    };
    const auto found = std::find_if(graph.tables.begin(), graph.tables.end(), equal);
    const auto index = static_cast<std::uint32_t>(found - graph.tables.begin());
    if (found == graph.tables.end()) graph.tables.push_back(std::move(table));
    return make(Op::piecewise, {x}, {}, index);
}

NodeId Builder::gaussian(const std::string& stream, std::uint32_t period) {
    const auto [place, fresh] = streams_.try_emplace(stream, static_cast<std::uint32_t>(graph.streams.size()));
    if (fresh) graph.streams.push_back(Stream{stream});
    return make(Op::gaussian, {}, {}, place->second, period);
}

NodeId Builder::quantile(Marginal marginal, NodeId z) {
    const auto same_table = [&](const Marginal& other) {
        return other.shape == marginal.shape && other.first == marginal.first && other.step == marginal.step &&
               other.values == marginal.values && other.thresholds == marginal.thresholds &&
               other.step_values == marginal.step_values;
    };
    const auto found = std::find_if(graph.marginals.begin(), graph.marginals.end(), same_table);
    const auto index = static_cast<std::uint32_t>(found - graph.marginals.begin());
    if (found == graph.marginals.end()) graph.marginals.push_back(std::move(marginal));
    return make(Op::quantile, {z}, {}, index);
}

}  // namespace openbook::engine
