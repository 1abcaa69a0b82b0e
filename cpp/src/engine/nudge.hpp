// One-sided derivatives: an exact plan whose input is moved by less than any number.
//
// A moved value is a limit and a slope: what the value becomes as soon as the input moves at all, and how fast it goes
// on from there. Comparisons of equal values are decided by their slopes, so that every branch is the one that holds
// just beside the point; where a branch jumps, the limit differs from the value, and the difference is what is at
// stake. (Directional derivatives of piecewise smooth functions compose: Scholtes, Introduction to Piecewise
// Differentiable Equations, 2012.)
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "engine/exact_evaluation.hpp"

namespace openbook::engine {

class Nudge {
public:
    /// The settled values, and what was given for each slot; members that are missing there took the slot's plan.
    Nudge(const Graph& graph, const std::vector<Members>& values, const std::vector<Members>& bound)
        : graph_(graph), values_(values), bound_(bound) {}

    /// Moves one member of an input upwards (+1) or downwards (-1) and follows it to the nodes up to `last`.
    void move(NodeId input, std::uint32_t member, int direction, NodeId last);

    /// Slope in the direction of the move.
    [[nodiscard]] Exact slope(NodeId node, std::uint32_t member) const;
    /// What the value becomes; equal to the settled value where nothing jumps.
    [[nodiscard]] const Value& limit(NodeId node, std::uint32_t member) const;
    [[nodiscard]] bool moved(NodeId node) const { return !moved_[node].limits.empty(); }

    /// How far the input may move before another branch binds in one of the nodes that are watched; nothing: as far as
    /// one likes. What does not matter in the end may bind earlier, so that slopes hold at least as far.
    [[nodiscard]] std::optional<Exact> reach(const std::function<bool(NodeId)>& watched) const;
    /// Whether one of them is no straight line: its slope changes at once.
    [[nodiscard]] bool bends(const std::function<bool(NodeId)>& watched) const;

private:
    struct Moved {
        Members limits;
        std::vector<Exact> slopes;
    };
    const Graph& graph_;
    const std::vector<Members>& values_;
    const std::vector<Members>& bound_;
    std::vector<Moved> moved_;

    [[nodiscard]] std::size_t place(NodeId node, std::size_t member) const {
        return values_[node].size() == 1 ? 0 : member;
    }
    void keep(NodeId id, Moved moved);
    Moved of_node(NodeId id, const Node& node) const;
    Moved by_rule(const Node& node) const;
    Moved by_small_steps(const Node& node) const;
    Members limits_of(const Node& node) const;
    [[nodiscard]] std::optional<Exact> until_equal(NodeId a, NodeId b, std::uint32_t member) const;
    [[nodiscard]] std::optional<Exact> until_other_branch(const Node& node, std::uint32_t member) const;
    Exact slope_of_part(const Node& node, std::size_t member, Value& part_limit) const;
    Exact slope_of_product(NodeId from, const std::vector<std::size_t>& members) const;
};

}  // namespace openbook::engine
