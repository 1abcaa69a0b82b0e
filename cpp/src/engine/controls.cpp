#include "engine/controls.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "openbook/risk/expectation.hpp"

namespace openbook::engine {
namespace {

using risk::PiecewiseLinear;
using Draw = std::pair<std::uint32_t, std::uint32_t>;  // stream, period
using Weights = std::map<Draw, double>;

/// A normal quantity, or e to its power.
struct Quantity {
    bool lognormal = false;
    double shift = 0;
    Weights weights;
    friend auto operator<=>(const Quantity&, const Quantity&) = default;

    [[nodiscard]] double scale() const {
        double squares = 0;
        for (const auto& [draw, weight] : weights) squares += weight * weight;
        return std::sqrt(squares);
    }
};

/// What is proved of a node.
struct Proved {
    enum class Kind {
        nothing,
        linear,    // constant + weights * normals; without weights a constant
        function,  // of one quantity
        sum        // of such functions: of it only the expectation is kept
    } kind = Kind::nothing;
    double constant = 0;
    Weights weights;
    std::size_t quantity = 0;
    PiecewiseLinear of_quantity;
    double expected = 0;

    [[nodiscard]] bool known() const { return kind != Kind::nothing; }
    [[nodiscard]] bool is_constant() const { return kind == Kind::linear && weights.empty(); }
};

PiecewiseLinear function_of(const PiecewiseTable& table) {
    PiecewiseLinear f;
    f.lines.clear();
    const auto through = [](double x, double y, double slope) { return risk::StraightLine{y - slope * x, slope}; };
    f.lines.push_back(through(to_double(table.at[0]), to_double(table.value[0]), to_double(table.slope_below)));
    for (std::size_t i = 0; i < table.at.size();) {
        std::size_t right = i;
        while (right + 1 < table.at.size() && table.at[right + 1] == table.at[i]) ++right;
        const double at = to_double(table.at[i]);
        const double slope = to_double(
            right + 1 < table.at.size()
                ? Exact((table.value[right + 1] - table.value[right]) / (table.at[right + 1] - table.at[right]))
                : table.slope_above);
        f.breaks.push_back(at);
        f.lines.push_back(through(at, to_double(table.value[right]), slope));
        i = right + 1;
    }
    return f;
}
/// slope_below * x below zero, slope_above * x above.
PiecewiseLinear bent_at_zero(double slope_below, double slope_above) {
    PiecewiseLinear f;
    f.breaks = {0};
    f.lines = {{0, slope_below}, {0, slope_above}};
    return f;
}

class Prover {
public:
    explicit Prover(const Graph& graph) : graph_(graph), proved_(graph.nodes.size()), known_(graph.nodes.size()) {}

    const Proved& of(NodeId id) {
        std::vector<NodeId> open{id};
        while (!open.empty()) {
            const NodeId at = open.back();
            bool waits = false;
            if (!known_[at])
                for (const NodeId input : needs(at))
                    if (!known_[input]) {
                        open.push_back(input);
                        waits = true;
                    }
            if (waits) continue;
            if (!known_[at]) {
                proved_[at] = prove(at);
                known_[at] = 1;
            }
            open.pop_back();
        }
        return proved_[id];
    }
    double expected(const Proved& p) const {
        if (p.kind == Proved::Kind::linear) return p.constant;
        if (p.kind == Proved::Kind::sum) return p.expected;
        const Quantity& quantity = quantities_[p.quantity];
        return risk::expectation(p.of_quantity, quantity.lognormal, quantity.shift, quantity.scale());
    }
    /// What a node's value is made of.
    [[nodiscard]] std::vector<NodeId> needs(NodeId id) const {
        const Node& node = graph_.nodes[id];
        if (node.op == Op::input) {
            const InputSlot& slot = graph_.inputs[node.index];
            const NodeId value = slot.driven != no_node ? slot.driven : slot.plan;
            return value == no_node ? std::vector<NodeId>{} : std::vector<NodeId>{value};
        }
        if (node.op == Op::post) return {node.inputs[0]};
        if (node.op == Op::pick)
            if (const NodeId member = member_of(node.inputs[0], node.index); member != no_node) return {member};
        return node.inputs;
    }

private:
    /// The node that is a member of a list, if it is a node of its own.
    [[nodiscard]] NodeId member_of(NodeId list, std::uint32_t member) const {
        for (const Node* node = &graph_.nodes[list];; node = &graph_.nodes[list]) {
            if (node->width == 1) return list;
            if (node->op == Op::stack) return node->inputs[member];
            if (node->op != Op::input) return no_node;
            const std::vector<NodeId> value = needs(list);
            if (value.empty()) return no_node;
            list = value[0];
        }
    }
    static Proved constant(double value) {
        Proved p;
        p.kind = Proved::Kind::linear;
        p.constant = value;
        return p;
    }
    std::size_t number_of(Quantity quantity) {
        const auto [place, fresh] = numbers_.try_emplace(quantity, quantities_.size());
        if (fresh) quantities_.push_back(std::move(quantity));
        return place->second;
    }
    /// a + times * b.
    Proved sum(const Proved& a, double times, const Proved& b) {
        if (!a.known() || !b.known()) return {};
        if (b.is_constant()) return moved(a, times * b.constant);
        if (a.is_constant()) return moved(scaled(b, times), a.constant);
        using Kind = Proved::Kind;
        Proved result = a;
        if (a.kind == Kind::linear && b.kind == Kind::linear) {
            result.constant += times * b.constant;
            for (const auto& [draw, weight] : b.weights)
                if ((result.weights[draw] += times * weight) == 0) result.weights.erase(draw);
        } else if (a.kind == Kind::function && b.kind == Kind::function && a.quantity == b.quantity) {
            result.of_quantity = risk::added(a.of_quantity, times, b.of_quantity);
        } else {
            result = {};
            result.kind = Kind::sum;
            result.expected = expected(a) + times * expected(b);
        }
        return result;
    }
    static Proved moved(Proved p, double by) {
        p.constant += by;
        p.expected += by;
        for (risk::StraightLine& line : p.of_quantity.lines) line.at_zero += by;
        return p;
    }
    static Proved scaled(Proved p, double by) {
        if (by == 0) return constant(0);
        p.constant *= by;
        p.expected *= by;
        for (auto& [draw, weight] : p.weights) weight *= by;
        for (risk::StraightLine& line : p.of_quantity.lines) line = {line.at_zero * by, line.slope * by};
        return p;
    }
    Proved applied(const PiecewiseLinear& g, const Proved& p) {
        if (p.kind == Proved::Kind::linear) {
            const double location = p.constant;
            if (p.is_constant()) return constant(risk::expectation(g, false, location, 0));
            Proved result;
            result.kind = Proved::Kind::function;
            result.quantity = number_of({false, location, p.weights});
            result.of_quantity = g;
            return result;
        }
        if (p.kind != Proved::Kind::function) return {};
        Proved result = p;
        result.of_quantity = risk::composed(g, p.of_quantity);
        return result;
    }
    Proved weighted(const Node& node) {
        Proved total = constant(to_double(node.numbers[0]));
        for (std::size_t i = 0; i < node.inputs.size() && total.known(); ++i)
            total = sum(total, to_double(node.numbers[i + 1]), proved_[node.inputs[i]]);
        return total;
    }
    Proved product(const Proved& a, const Proved& b) {
        if (!a.known() || !b.known()) return {};
        if (a.is_constant()) return scaled(b, a.constant);
        return b.is_constant() ? scaled(a, b.constant) : Proved{};
    }
    Proved raised(const Proved& p) {
        if (p.kind != Proved::Kind::linear) return {};
        if (p.is_constant()) return constant(std::exp(p.constant));
        Proved result;
        result.kind = Proved::Kind::function;
        result.quantity = number_of({true, p.constant, p.weights});
        return result;
    }
    Proved prove(NodeId id) {
        const Node& node = graph_.nodes[id];
        const auto input = [&](std::size_t i) -> const Proved& { return proved_[node.inputs[i]]; };
        if (node.op == Op::sum_members && graph_.nodes[node.inputs[0]].op == Op::stack) {
            Proved total = constant(0);
            for (const NodeId member : graph_.nodes[node.inputs[0]].inputs) {
                if (!known_[member] || graph_.nodes[member].width != 1) return {};
                total = sum(total, 1, proved_[member]);
            }
            return total;
        }
        if (node.width != 1) return {};
        switch (node.op) {
            case Op::constant: return node.numbers.size() == 1 ? constant(to_double(node.numbers[0])) : Proved{};
            case Op::input:
            case Op::post: {
                const std::vector<NodeId> value = needs(id);
                return value.empty() ? Proved{} : proved_[value[0]];
            }
            case Op::pick: {
                const NodeId member = member_of(node.inputs[0], node.index);
                if (member != no_node) return proved_[member];
                const Node& list = graph_.nodes[node.inputs[0]];
                return list.op == Op::constant && node.index < list.numbers.size()
                           ? constant(to_double(list.numbers[node.index]))
                           : Proved{};
            }
            case Op::gaussian: {
                Proved p = constant(0);
                p.weights[{node.index, node.period}] = 1;
                return p;
            }
            case Op::weighted_sum: return weighted(node);
            case Op::multiply: return product(input(0), input(1));
            case Op::divide:
                return input(1).is_constant() && input(1).constant != 0 ? scaled(input(0), 1 / input(1).constant)
                                                                        : Proved{};
            case Op::minimum: return sum(input(1), 1, applied(bent_at_zero(1, 0), sum(input(0), -1, input(1))));
            case Op::maximum: return sum(input(1), 1, applied(bent_at_zero(0, 1), sum(input(0), -1, input(1))));
            case Op::absolute: return applied(bent_at_zero(-1, 1), input(0));
            case Op::piecewise: return applied(function_of(graph_.tables[node.index]), input(0));
            case Op::exponential: return raised(input(0));
            default: return {};
        }
    }

    const Graph& graph_;
    std::vector<Proved> proved_;
    std::vector<char> known_;
    std::map<Quantity, std::size_t> numbers_;
    std::vector<Quantity> quantities_;
};

bool useful(const Proved& p) {
    return p.known() && !p.is_constant();
}

}  // namespace

Controls controls(const Simulation& simulation, std::size_t column) {
    Controls result;
    result.graph = simulation.plan->graph;
    Prover prover(simulation.plan->graph);
    const NodeId root = simulation.column_nodes.at(column);
    std::set<NodeId> seen{root};
    std::vector<NodeId> open{root};
    const auto found = [&](NodeId node, double expected) {
        for (const Control& control : result.found)
            if (control.node == node) return;
        result.found.push_back({node, expected, node == root});
    };
    if (prover.of(root).known()) {
        found(root, prover.expected(prover.of(root)));
        return result;
    }
    while (!open.empty()) {
        const NodeId id = open.back();
        open.pop_back();
        const Node& node = simulation.plan->graph.nodes[id];
        Node together;
        double expected = 0;
        together.op = Op::weighted_sum;
        together.numbers.push_back(0);
        const std::vector<NodeId> inputs = prover.needs(id);
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const Proved& proved = prover.of(inputs[i]);
            if (!proved.known()) {
                if (seen.insert(inputs[i]).second) open.push_back(inputs[i]);
            } else if (useful(proved) && node.op == Op::weighted_sum) {
                together.inputs.push_back(inputs[i]);
                together.numbers.push_back(node.numbers[i + 1]);
                expected += to_double(node.numbers[i + 1]) * prover.expected(proved);
            } else if (useful(proved)) {
                found(inputs[i], prover.expected(proved));
            }
        }
        if (together.inputs.size() == 1) found(together.inputs[0], prover.expected(prover.of(together.inputs[0])));
        if (together.inputs.size() > 1) {
            result.graph.nodes.push_back(std::move(together));
            found(static_cast<NodeId>(result.graph.nodes.size() - 1), expected);
        }
    }
    return result;
}

Columns control_values(const Simulation& simulation, const Controls& controls, RunControl& control) {
    // The simulation's own columns too, so that the program has the same dimensions and a source of normals fits it.
    std::vector<NodeId> nodes;
    for (const Control& found : controls.found) nodes.push_back(found.node);
    nodes.insert(nodes.end(), simulation.column_nodes.begin(), simulation.column_nodes.end());
    const Program program(controls.graph, std::move(nodes));
    Columns all = program.run(simulation.settings(), control);
    all.resize(controls.found.size() * simulation.request.draws);
    return all;
}

}  // namespace openbook::engine
