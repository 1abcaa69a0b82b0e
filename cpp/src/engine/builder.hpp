// Builds a graph: equal nodes are made once, constants are folded, sums are kept flat. What is built never changes a
// value: it only avoids computing the same thing twice.
#pragma once

#include <unordered_map>

#include "engine/exact_evaluation.hpp"

namespace openbook::engine {

class Builder {
public:
    Graph graph;

    NodeId constant(const Exact& value);
    NodeId constants(std::vector<Exact> members);
    NodeId missing(std::uint32_t width = 1);
    /// `gaps`: whether it may be missing.
    NodeId input(const std::string& quantity, std::uint32_t period, std::uint32_t width, NodeId plan,
                 bool gaps = false);
    /// A number of the document that is not folded away, because derivatives by it are asked for.
    NodeId opened(const std::string& path, std::uint32_t step, const Exact& value);
    /// 1 or 0, and given anew in each evaluation.
    NodeId switched(const std::string& name, bool on);
    /// Notes that the plan itself was made by this value.
    void fix(NodeId id);
    NodeId sum(const std::vector<NodeId>& terms);
    NodeId add(NodeId a, NodeId b) { return weighted({a, b}, {0, 1, 1}); }
    NodeId subtract(NodeId a, NodeId b) { return weighted({a, b}, {0, 1, -1}); }
    /// Their difference; of two that are equal nothing at all, where doubles would leave their last bits.
    NodeId apart(NodeId a, NodeId b) { return choose(make(Op::equal, {a, b}), constant(0), subtract(a, b)); }
    NodeId negate(NodeId a) { return weighted({a}, {0, -1}); }
    NodeId scale(NodeId a, const Exact& by) { return weighted({a}, {0, by}); }
    /// numbers[0] + sum of numbers[1 + i] * terms[i].
    NodeId weighted(std::vector<NodeId> terms, std::vector<Exact> numbers);
    NodeId multiply(NodeId a, NodeId b);
    NodeId divide(NodeId a, NodeId b, NodeId if_zero = no_node);
    NodeId minimum(NodeId a, NodeId b);
    NodeId maximum(NodeId a, NodeId b);
    NodeId positive(NodeId a) { return maximum(a, constant(0)); }
    NodeId choose(NodeId condition, NodeId then, NodeId otherwise);
    NodeId both(NodeId a, NodeId b);
    NodeId either(NodeId a, NodeId b);
    NodeId make(Op op, std::vector<NodeId> inputs, std::vector<Exact> numbers = {}, std::uint32_t index = 0,
                std::uint32_t period = 0, Rounding rounding = Rounding::half_away);
    NodeId piecewise(PiecewiseTable table, NodeId x);
    /// Values of width 1 as the members of one.
    NodeId stack(std::vector<NodeId> members);
    /// gather or one of the group operations along a map, giving `width` members.
    NodeId mapped(Op op, NodeId x, const std::vector<std::uint32_t>& map, std::uint32_t width,
                  std::vector<Exact> numbers = {});
    /// To the penny where a settlement enters it; a draw takes it as it is.
    NodeId pence(NodeId a) { return make(Op::post, {a, a, constant(0)}, {Exact(1, 100)}); }
    NodeId round(NodeId x, const Exact& step, Rounding mode) { return make(Op::round_step, {x}, {step}, 0, 0, mode); }
    NodeId gaussian(const std::string& stream, std::uint32_t period);
    NodeId quantile(Marginal marginal, NodeId z);

    /// The value of a node of width 1 that depends on no data; of what depends on opened numbers, as they are written.
    [[nodiscard]] const Exact* known(NodeId id) const;
    /// Whether its value, or some member's, may be missing: then nothing that it takes part in may be folded away.
    [[nodiscard]] bool may_be_missing(NodeId id) const { return gaps_[id] != 0; }
    [[nodiscard]] std::uint32_t width(NodeId id) const { return graph.nodes[id].width; }

private:
    /// The value of a constant node of width 1, which may be folded.
    [[nodiscard]] const Exact* folds(NodeId id) const;
    NodeId intern(Node node);
    [[nodiscard]] bool makes_gaps(const Node& node) const;
    void note_written(NodeId id);
    NodeId folded(Node node);
    std::unordered_map<std::size_t, std::vector<NodeId>> by_hash_;
    std::vector<std::uint8_t> gaps_;           // by node
    std::vector<std::uint8_t> gaps_of_input_;  // by slot
    std::unordered_map<std::string, std::uint32_t> streams_;
    std::unordered_map<std::string, NodeId> opened_;
    std::unordered_map<NodeId, Members> written_;  // of nodes that depend on opened numbers and on no data
};

}  // namespace openbook::engine
