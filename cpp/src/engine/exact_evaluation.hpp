// The exact evaluator: one lane of a graph, in rationals, with missing values.
#pragma once

#include <optional>
#include <vector>

#include "engine/graph.hpp"

namespace openbook::engine {

/// A member's value; nothing: missing.
using Value = std::optional<Exact>;
using Members = std::vector<Value>;
/// For each slot whether the plan stands in for members that are missing among others; none: nowhere.
using PlanFills = std::vector<char>;

/// One node's value from its operands' values. Inputs and random draws are not evaluated here.
Members evaluate_node(const Graph& graph, const Node& node, const std::vector<const Members*>& operands);

/// All nodes in order. `inputs[slot]` gives a slot's members; an empty entry: the slot's plan, else missing.
std::vector<Members> evaluate(const Graph& graph, const std::vector<Members>& inputs, const PlanFills& plan_fills = {});
/// The same of the nodes in `which` only, ascending; the values of all others stand.
void evaluate_again(const Graph& graph, const std::vector<NodeId>& which, const std::vector<Members>& inputs,
                    const PlanFills& plan_fills, std::vector<Members>& values);

/// Value of a piecewise-linear table.
Exact evaluate_table(const PiecewiseTable& table, const Exact& x);

/// Splits `total` (a multiple of step) by weights; parts are multiples of step and add up exactly (largest remainder,
/// ties to the earlier member).
std::vector<Exact> apportion(const Exact& total, const std::vector<Exact>& weights, const Exact& step);

}  // namespace openbook::engine
