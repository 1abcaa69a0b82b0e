#include "engine/gradient.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "engine/adjoint.hpp"
#include "engine/derivatives.hpp"
#include "engine/lanes/quantile_formula.hpp"

namespace openbook::engine {
namespace {

/// One row of a table in the place of every draw.
class OneRow : public NormalSource {
public:
    explicit OneRow(std::span<const double> row) : row_(row) {}
    std::unique_ptr<NormalFiller> filler(std::size_t) const override { return std::make_unique<Filler>(row_); }

private:
    class Filler : public NormalFiller {
    public:
        explicit Filler(std::span<const double> row) : row_(row) {}
        void fill(std::uint64_t, std::size_t lanes, double* out, std::size_t stride) override {
            for (std::size_t d = 0; d < row_.size(); ++d) std::fill_n(out + d * stride, lanes, row_[d]);
        }

    private:
        std::span<const double> row_;
    };
    std::span<const double> row_;
};

NodeId source_of(const Graph& graph, const Node& input) {
    const InputSlot& slot = graph.inputs[input.index];
    return slot.driven != no_node ? slot.driven : slot.plan;
}

class Simulated : public Adjoint<double, double> {
public:
    Simulated(const Graph& graph, const std::vector<std::vector<double>>& values)
        : Adjoint(graph, values), graph_(graph) {}

protected:
    NodeId source(const Node& input, std::uint32_t) const override { return source_of(graph_, input); }
    /// A difference over a small part of the table's step: the table is a cubic there. Tables of steps are level.
    double quantile_slope(const Node& node, double z) const override {
        const Marginal& marginal = graph_.marginals[node.index];
        if (marginal.shape == Marginal::Shape::steps) return 0;
        const double h = marginal.step / 1024;
        const auto at = [&](double x) {
            return lanes::smooth_quantile(marginal.first, 1 / marginal.step, marginal.values.size(),
                                          marginal.values.data(), x);
        };
        return (at(z + h) - at(z - h)) / (2 * h);
    }

private:
    const Graph& graph_;
};

/// The node of each kept column.
std::vector<NodeId> nodes_of(const Simulation& s) {
    std::vector<NodeId> nodes;
    for (const Column& c : s.columns) {
        NodeId found = no_node;
        if (c.kind == "position") {
            for (const PositionNode& p : s.plan->positions)
                if (p.party == c.party && p.world == c.basis && p.every == c.every && p.period == c.period)
                    found = p.node;
        } else {
            for (const Tracked& t : s.plan->tracked)
                if (t.formula == c.formula && t.every == c.every && t.period == c.period) found = t.node;
        }
        if (found == no_node) throw std::logic_error("a kept column that the plan does not have");
        nodes.push_back(found);
    }
    return nodes;
}

/// What the columns need, each after what it needs. An input's driver stands behind it in the graph.
std::vector<NodeId> order_of(const Graph& graph, const std::vector<NodeId>& wanted) {
    std::vector<char> state(graph.nodes.size(), 0);  // 1: open, 2: done
    std::vector<NodeId> order, stack(wanted.begin(), wanted.end());
    while (!stack.empty()) {
        const NodeId id = stack.back();
        if (state[id] != 0) {
            stack.pop_back();
            if (state[id] == 1) order.push_back(id);
            state[id] = 2;
            continue;
        }
        state[id] = 1;
        const Node& node = graph.nodes[id];
        const auto need = [&](NodeId x) {
            if (x != no_node && state[x] == 0) stack.push_back(x);
        };
        if (node.op == Op::input) need(source_of(graph, node));
        for (const NodeId x : node.inputs) need(x);
    }
    return order;
}

/// Where slopes are read off: nodes that draw, by dimension, and members of inputs.
struct Places {
    std::vector<std::vector<NodeId>> normals;
    std::vector<std::pair<NodeId, std::uint32_t>> numbers;
    std::vector<Number> names;
};

Places places_of(const Simulation& s) {
    const Graph& graph = s.plan->graph;
    Places places;
    std::map<std::pair<std::string, std::uint32_t>, std::size_t> dimensions;
    for (const NormalDimension& d : s.program->dimensions())
        dimensions.try_emplace(std::pair{d.stream, d.period}, dimensions.size());
    places.normals.resize(dimensions.size());
    for (const NodeId id : order_of(graph, nodes_of(s))) {
        const Node& node = graph.nodes[id];
        if (node.op == Op::gaussian) {
            const auto found = dimensions.find({graph.streams[node.index].id, node.period});
            if (found != dimensions.end()) places.normals[found->second].push_back(id);
        } else if (node.op == Op::input) {
            const InputSlot& slot = graph.inputs[node.index];
            for (std::uint32_t m = 0; m < node.width; ++m) {
                places.numbers.emplace_back(id, m);
                places.names.push_back(
                    {slot.quantity, slot.period, m, label_of(*s.plan->book, slot), slot.term, slot.fixed});
            }
        }
    }
    return places;
}

}  // namespace

std::vector<Number> numbers(const Simulation& simulation) {
    return places_of(simulation).names;
}

Gradients gradient(const Simulation& s, std::span<const double> normals, std::uint64_t rows,
                   const std::vector<std::size_t>& columns, bool with_numbers) {
    const Graph& graph = s.plan->graph;
    const Places places = places_of(s);
    const std::vector<NodeId> nodes = nodes_of(s), order = order_of(graph, nodes);
    const std::size_t width = places.normals.size(), count = columns.size();
    if (normals.size() != width * rows) throw std::invalid_argument("one normal for each dimension of each row");
    for (const std::size_t column : columns)
        if (column >= nodes.size()) throw std::out_of_range("no such column");
    Gradients result;
    result.by_normals.resize(rows * count * width);
    if (with_numbers) result.by_numbers.resize(rows * count * places.numbers.size());

    const auto one_row = [&](std::uint64_t row) {
        const OneRow given(normals.subspan(row * width, width));
        const std::vector<std::vector<double>> values = s.program->replay(s.request.seed, 0, s.level, &given);
        Simulated adjoint(graph, values);
        for (std::size_t c = 0; c < count; ++c) {
            adjoint.clear();
            adjoint.seed(nodes[columns[c]], 0, 1.0);
            adjoint.run(order);
            double* out = result.by_normals.data() + (row * count + c) * width;
            for (std::size_t d = 0; d < width; ++d)
                for (const NodeId node : places.normals[d]) out[d] += adjoint.slope(node, 0);
            if (!with_numbers) continue;
            out = result.by_numbers.data() + (row * count + c) * places.numbers.size();
            for (std::size_t i = 0; i < places.numbers.size(); ++i)
                out[i] = adjoint.slope(places.numbers[i].first, places.numbers[i].second);
        }
    };
    // Rows are independent: which thread takes which changes nothing.
    std::atomic<std::uint64_t> next{0};
    std::exception_ptr failure;
    std::mutex failure_lock;
    const auto work = [&] {
        try {
            for (std::uint64_t row = next.fetch_add(1); row < rows; row = next.fetch_add(1)) one_row(row);
        } catch (...) {
            const std::lock_guard lock(failure_lock);
            if (!failure) failure = std::current_exception();
            next = rows;
        }
    };
    {
        std::vector<std::jthread> others;
        const std::uint64_t threads =
            std::min<std::uint64_t>(std::max(1u, s.request.threads), std::max<std::uint64_t>(rows, 1));
        for (std::uint64_t t = 1; t < threads; ++t) others.emplace_back(work);
        work();
    }
    if (failure) std::rethrow_exception(failure);
    return result;
}

}  // namespace openbook::engine
