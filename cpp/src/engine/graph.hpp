// The compiled book as data: a directed acyclic graph of small typed nodes, one instance per quantity and period.
//
// Every clause family, formula and driver lowers to these operations and to nothing else; no node knows the name of a
// case. A node may carry several members of one dimension (`width`); an operand of width 1 is broadcast. Inputs of a
// node always have smaller ids, so that the order of ids is an order of evaluation.
//
// Two evaluators walk the same graph: the exact one (engine/exact_evaluation), with rationals, one lane; and the lanes
// (engine/lanes), with doubles, many draws at once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/exact.hpp"

namespace openbook::engine {

using NodeId = std::uint32_t;
inline constexpr NodeId no_node = 0xffffffffu;

enum class Op : std::uint8_t {
    constant,      // numbers: one per member; none at all: missing
    input,         // a value given from outside (data, plan or driver); index: slot in Graph::inputs
    weighted_sum,  // numbers[0] + sum of numbers[1 + i] * inputs[i]; in doubles a chain of fused multiply-adds in that
                   // order
    multiply,      // inputs[0] * inputs[1]
    divide,        // inputs[0] / inputs[1], or inputs[2] (missing if there is none) where the divisor is zero
    minimum,       // of inputs[0], inputs[1]
    maximum,
    absolute,  // |inputs[0]|
    less,      // inputs[0] < inputs[1]: 1 or 0; in doubles, numbers closer than lanes::closeness are equal
    less_equal,
    equal,
    logical_and,  // of 0/1 values
    logical_or,
    logical_not,
    choose,        // inputs[0] is 1: inputs[1], else inputs[2]
    piecewise,     // continuous or jumping piecewise-linear function of inputs[0]; index: table in Graph::tables
    round_step,    // to a multiple of numbers[0], mode `rounding`
    floor_divide,  // floor(inputs[0] / inputs[1]), inputs[2] where the divisor is zero
    modulo,        // inputs[0] - inputs[1] * floor_divide(inputs[0], inputs[1]), inputs[2] where the divisor is zero
    exponential,   // e ** inputs[0]; in settlement rounded to numbers[0] decimals
    logarithm,     // natural; in settlement rounded to numbers[0] decimals; of zero or less: missing
    power,         // inputs[0] ** inputs[1]; in settlement rounded to numbers[0] decimals
    statistic,     // a distribution function; index: engine/statistic.hpp; in settlement rounded to numbers[0] decimals
    is_missing,    // 1 where inputs[0] is missing, in doubles: is not a number
    if_missing,    // inputs[0], or inputs[1] where it is missing
    sum_members,   // over the members of inputs[0]: width 1
    min_members,   // numbers[0] is 1: of those that are not missing
    max_members,
    product_members,
    stack,      // member m is inputs[m], each of width 1
    pick,       // member `index` of inputs[0]: width 1
    gather,     // member m is member maps[index][m] of inputs[0]
    group_sum,  // member g is the sum over the members m of inputs[0] with maps[index][m] == g; zero where there is
                // none
    group_min,  // likewise; missing where there is none
    group_max,
    group_product,
    rank,     // 1 and how many members of inputs[0], of the same inputs[1] if there is one, lie above (numbers[0] is 1:
              // below) the member; equals have the best place (numbers[1] is 0), the mean of their places (1) or the
              // places in their order (2). Missing where one of its numbers is; such members take no place
    running,  // member m is the sum (numbers[1] is 0), product (1), least (2) or greatest (3) of the members up to m,
              // or from m on (numbers[0] is 1)
    running_by,  // member m is the sum of inputs[0] where inputs[1] is not above (numbers[0] is 1: is) m's own, or that
                 // of inputs[2]; members without inputs[1] take no part, who asks without a number is missing
    apportion_members,  // each member's part of inputs[0] by the weights inputs[1]: see apportion. With runs inputs[0]
                        // has a member for each run
    // rank, running, running_by and apportion_members look at all members, or, where `index` is not 0, at runs of so
    // many by themselves: one dimension of two that cross
    post,  // money entered in the ledger. inputs: amount, cumulative, cumulative before. In settlement
           // round(cumulative) - round(cumulative before) to steps of numbers[0]; in doubles the amount itself
    // Member `index`'s part of inputs[0] by weights inputs[1...], in settlement in steps of numbers[0] (the total is a
    // multiple of it already): by largest remainder; or, with numbers[1], each part rounded and what is left to member
    // numbers[1] (-1: to nobody, the parts may not add up; -2: to the last that takes part). In doubles total * weight
    // / sum of weights. Where all weights are zero the part is zero
    apportion,
    gaussian,  // standard normal draw; index: stream in Graph::streams, period: its period
    quantile,  // a marginal's quantile at the probability of a standard normal inputs[0]; index: in Graph::marginals
};

/// Why a value is missing, as numbers from 1 on; the first for one that is there.
inline std::vector<std::string> missing_reason_names() {
    return {"none", "not_stated", "not_open", "closed", "merged_into", "not_submitted", "suppressed"};
}

enum class Unmet : std::uint8_t { extend, clamp, error };

/// A piecewise-linear function: below knots[0] and above the last knot by `below` and `above`.
struct PiecewiseTable {
    std::vector<Exact> at;     // ascending breakpoints; equal neighbours make a jump
    std::vector<Exact> value;  // value at each breakpoint (for a jump: left value, then right value)
    Exact slope_below, slope_above;
    bool upper_at_jump = true;  // at a jump, whether the right-hand value applies
};

struct Node {
    Op op = Op::constant;
    Rounding rounding = Rounding::half_away;
    std::uint32_t width = 1;
    std::uint32_t index = 0;
    std::uint32_t period = 0;
    std::vector<NodeId> inputs;
    std::vector<Exact> numbers;
};

/// How many members stand together in an operation that looks at runs of members by themselves.
template <class AnyNode>
std::uint32_t run_length(const AnyNode& node) {
    return node.index == 0 ? node.width : node.index;
}

/// A random stream: its identity survives renaming of everything around it.
struct Stream {
    std::string id;
};

/// A marginal distribution given as its inverse over the standard normal scale, as plain tables (see
/// scenarios/marginal).
struct Marginal {
    enum class Shape : std::uint8_t { smooth, steps } shape = Shape::smooth;
    // smooth: values at z = first + i * step, cubic between, linear beyond the ends
    double first = 0, step = 0;
    std::vector<double> values;
    // steps: the value is steps_value[number of thresholds below or equal z]
    std::vector<double> thresholds;   // ascending on the z scale
    std::vector<double> step_values;  // thresholds.size() + 1 of them
};

struct InputSlot {
    std::string quantity;
    std::uint32_t period = 0;
    NodeId plan = no_node;    // value where nothing else is known
    NodeId driven = no_node;  // value in simulation
    // A number of the document that derivatives are asked for; `quantity` is its path and `period` the number of its
    // step, 0: the value before all steps. `fixed`: it also decides how the plan is made, which no derivative sees.
    bool term = false, fixed = false;
    bool reason = false;  // not the value itself but why it is missing
};

struct Graph {
    std::vector<Node> nodes;
    std::vector<InputSlot> inputs;
    std::vector<PiecewiseTable> tables;
    std::vector<std::vector<std::uint32_t>> maps;  // for each member the member of another list
    std::vector<Stream> streams;
    std::vector<Marginal> marginals;
};

}  // namespace openbook::engine
