// Reverse differentiation: one walk from a result back to everything that it depends on.
//
// Each operation says what its result owes to each operand at the values that were computed: a weight, a factor, the
// branch that was taken. The walk multiplies these along every path and adds the paths up (the chain rule; Griewank and
// Walther, Evaluating Derivatives, 2008, chapter 3). The same rules serve exact numbers and doubles. Steps of rounding
// are passed as if they were not there: a penny's step says nothing of the slope.
//
// Where a value lies on a kink or a jump, slopes to the left and to the right differ. The walk takes the branch that
// was taken, and marks as `tied` what stands behind: their sides are found by engine/nudge.
#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "engine/exact_evaluation.hpp"
#include "engine/statistic.hpp"

namespace openbook::engine {

inline bool absent(const Value& value) {
    return !value;
}
inline bool absent(double value) {
    return value != value;
}
inline const Exact& number(const Value& value) {
    return *value;
}
inline double number(double value) {
    return value;
}

/// Slopes of the smooth functions, which exact numbers can only hold to some decimals.
Exact natural_logarithm(const Exact& x);
inline double natural_logarithm(double x) {
    return std::log(x);
}
/// Slope of a distribution function by its operand, a central difference in extended precision.
double statistic_slope(std::uint32_t index, const std::vector<double>& x, std::size_t operand);
inline void put(Exact& to, double value) {
    to = Exact(value);
}
inline void put(double& to, double value) {
    to = value;
}
inline double real(const Exact& value) {
    return to_double(value);
}
inline double real(double value) {
    return value;
}

template <class Number>
Number in_kind(const Exact& value) {
    if constexpr (std::is_same_v<Number, double>)
        return to_double(value);
    else
        return value;
}

/// A table's slope just to the right of `x`, and whether `x` lies on a breakpoint.
template <class Number>
Number table_slope(const PiecewiseTable& table, const Number& x, bool& at_breakpoint) {
    std::size_t right = 0;  // breakpoints that are not above x
    for (; right < table.at.size() && !(x < in_kind<Number>(table.at[right])); ++right)
        at_breakpoint = at_breakpoint || x == in_kind<Number>(table.at[right]);
    if (right == 0) return in_kind<Number>(table.slope_below);
    if (right == table.at.size()) return in_kind<Number>(table.slope_above);
    return in_kind<Number>((table.value[right] - table.value[right - 1]) / (table.at[right] - table.at[right - 1]));
}

/// `Held` is what a member's value is kept as: Value or double; `Number` what slopes are: Exact or double.
template <class Number, class Held>
class Adjoint {
public:
    /// `values[node]` has the node's members.
    Adjoint(const Graph& graph, const std::vector<std::vector<Held>>& values)
        : graph_(graph), values_(values), slopes_(graph.nodes.size()), tied_(graph.nodes.size(), 0) {}
    virtual ~Adjoint() = default;

    /// The result is `weight` times the node's member, and what was said before.
    void seed(NodeId node, std::uint32_t member, const Number& weight) { owe(node, member, weight); }
    /// `order`: nodes in an order of evaluation, at least those that the result needs.
    void run(const std::vector<NodeId>& order) {
        for (auto id = order.rbegin(); id != order.rend(); ++id)
            if (!slopes_[*id].empty()) visit(*id, graph_.nodes[*id]);
        now_tied_ = false;
    }
    /// Forgets seeds and slopes, for another result at the same values.
    void clear() {
        for (auto& own : slopes_) own.clear();
        std::fill(tied_.begin(), tied_.end(), 0);
    }
    /// Slope of the result by a member of a node; 0 where it does not depend on it.
    [[nodiscard]] Number slope(NodeId node, std::uint32_t member) const {
        const auto& own = slopes_[node];
        return own.empty() ? Number(0) : own[own.size() == 1 ? 0 : member];
    }
    [[nodiscard]] bool reached(NodeId node) const { return !slopes_[node].empty(); }
    [[nodiscard]] bool tied(NodeId node) const { return tied_[node] != 0; }

protected:
    /// Where an input's member comes from if it was not given; no_node: given.
    virtual NodeId source(const Node& input, std::uint32_t member) const = 0;
    /// Slope of a marginal's quantile at z; exact graphs have none.
    virtual double quantile_slope(const Node& node, double z) const = 0;

private:
    const Graph& graph_;
    const std::vector<std::vector<Held>>& values_;
    std::vector<std::vector<Number>> slopes_;
    std::vector<char> tied_;
    bool now_tied_ = false;

    const Held& at(NodeId node, std::size_t member) const {
        const auto& members = values_[node];
        return members[members.size() == 1 ? 0 : member];
    }
    /// Adds to what the result owes to a member; of an operand with one value for all members, to that.
    void owe(NodeId node, std::size_t member, const Number& part) {
        auto& own = slopes_[node];
        if (own.empty()) own.assign(graph_.nodes[node].width, Number(0));
        own[own.size() == 1 ? 0 : member] += part;
        if (now_tied_) tied_[node] = 1;
    }
    /// What decides without a slope of its own: it is reached, so that ties behind it are found. What does not bind now
    /// may bind once something behind it jumps.
    void read(NodeId node) { owe(node, 0, Number(0)); }
    void read_tied(NodeId node) {
        read(node);
        tied_[node] = 1;
    }

    void visit(NodeId id, const Node& node) {
        now_tied_ = tied_[id] != 0;
        switch (node.op) {
            case Op::constant:
            case Op::gaussian: return;
            case Op::sum_members:
            case Op::min_members:
            case Op::max_members:
            case Op::product_members: return joined(id, node, values_[node.inputs[0]].size());
            case Op::group_sum:
            case Op::group_min:
            case Op::group_max:
            case Op::group_product: return joined(id, node, graph_.maps[node.index].size());
            case Op::stack:
                for (std::size_t m = 0; m < node.inputs.size(); ++m) owe(node.inputs[m], 0, slopes_[id][m]);
                return;
            case Op::pick: return owe(node.inputs[0], node.index, slopes_[id][0]);
            case Op::gather:
                for (std::size_t m = 0; m < node.width; ++m)
                    owe(node.inputs[0], graph_.maps[node.index][m], slopes_[id][m]);
                return;
            case Op::rank: return ranked(node);
            case Op::running: return running(id, node);
            case Op::running_by: return running_by(id, node);
            case Op::apportion_members: {
                const std::size_t length = run_length(node);
                for (std::size_t begin = 0; begin < node.width; begin += length) {
                    std::vector<std::pair<NodeId, std::size_t>> weights;
                    for (std::size_t m = 0; m < length; ++m) weights.emplace_back(node.inputs[1], begin + m);
                    for (std::size_t m = 0; m < length; ++m)
                        apportioned({node.inputs[0], begin / length}, weights, m, slopes_[id][begin + m]);
                }
                return;
            }
            default:
                for (std::size_t m = 0; m < node.width; ++m) elementwise(id, node, m);
        }
    }

    void elementwise(NodeId id, const Node& node, std::size_t m) {
        const Number slope = slopes_[id][m];
        const auto& in = node.inputs;
        const auto x = [&](std::size_t i) -> const Held& { return at(in[i], m); };
        const auto v = [&](std::size_t i) { return number(x(i)); };
        const auto known = [&](std::size_t count) {
            for (std::size_t i = 0; i < count; ++i)
                if (absent(x(i))) return false;
            return true;
        };
        switch (node.op) {
            case Op::weighted_sum:
                for (std::size_t i = 0; i < in.size(); ++i) owe(in[i], m, weight(node, i + 1) * slope);
                return;
            case Op::multiply:
                if (!known(2)) return;
                owe(in[0], m, slope * v(1));
                owe(in[1], m, slope * v(0));
                return;
            case Op::divide:
                if (!known(2)) return;
                if (v(1) == 0) {
                    read_tied(in[1]);
                    if (in.size() > 2) owe(in[2], m, slope);
                    return;
                }
                owe(in[0], m, slope / v(1));
                owe(in[1], m, Number(0) - slope * v(0) / (v(1) * v(1)));
                return;
            case Op::minimum:
            case Op::maximum: {
                if (!known(2)) return;
                const bool first = node.op == Op::minimum ? !(v(1) < v(0)) : !(v(0) < v(1));
                if (v(0) == v(1)) tie(in, 2);
                read(in[first ? 1 : 0]);
                return owe(in[first ? 0 : 1], m, slope);
            }
            case Op::absolute:
                if (!known(1)) return;
                if (v(0) == 0) tie(in, 1);
                return owe(in[0], m, v(0) < 0 ? Number(0) - slope : slope);
            case Op::less:
            case Op::less_equal:
            case Op::equal:
                read(in[0]);
                read(in[1]);
                if (known(2) && v(0) == v(1)) tie(in, 2);
                return;
            case Op::logical_and:
            case Op::logical_or:
            case Op::logical_not:
                for (const NodeId operand : in) read(operand);
                return;
            case Op::choose:
                read(in[0]);
                if (!known(1)) return;
                return owe(in[v(0) != 0 ? 1 : 2], m, slope);
            case Op::piecewise: {
                if (!known(1)) return;
                bool at_breakpoint = false;
                const Number right = table_slope<Number>(graph_.tables[node.index], v(0), at_breakpoint);
                if (at_breakpoint) tie(in, 1);
                return owe(in[0], m, slope * right);
            }
            case Op::round_step: return owe(in[0], m, slope);
            case Op::floor_divide:
            case Op::modulo: {
                if (!known(2)) return;
                if (v(1) == 0) {
                    read_tied(in[1]);
                    if (in.size() > 2) owe(in[2], m, slope);
                    return;
                }
                const Number whole = floored(v(0) / v(1));
                read(in[0]);
                read(in[1]);
                if (whole * v(1) == v(0)) tie(in, 2);
                if (node.op == Op::floor_divide) return;
                owe(in[0], m, slope);
                return owe(in[1], m, Number(0) - slope * whole);
            }
            case Op::exponential:
                if (known(1)) owe(in[0], m, slope * number(at(id, m)));
                return;
            case Op::logarithm:
                if (known(1) && v(0) > 0) owe(in[0], m, slope / v(0));
                return;
            case Op::power: {
                if (!known(2) || absent(at(id, m))) return;
                if (v(0) == 0) {
                    tie(in, 1);
                    if (v(1) == 1) owe(in[0], m, slope);
                    return;
                }
                const Number value = number(at(id, m));
                owe(in[0], m, slope * value * v(1) / v(0));
                if (v(0) > 0) owe(in[1], m, slope * value * natural_logarithm(v(0)));
                return;
            }
            case Op::statistic: {
                if (!known(in.size())) return;
                std::vector<double> given;
                for (std::size_t i = 0; i < in.size(); ++i) given.push_back(real(v(i)));
                for (std::size_t i = 0; i < in.size(); ++i) {
                    Number by{};
                    put(by, statistic_slope(node.index, given, i));
                    owe(in[i], m, slope * by);
                }
                return;
            }
            case Op::if_missing: return owe(in[absent(x(0)) ? 1 : 0], m, slope);
            case Op::post:
                // In settlement the step of a cumulative sum; in doubles the amount itself: the slopes are the same.
                if constexpr (std::is_same_v<Number, double>) return owe(in[0], m, slope);
                owe(in[1], m, slope);
                return owe(in[2], m, Number(0) - slope);
            case Op::apportion: {
                std::vector<std::pair<NodeId, std::size_t>> weights;
                for (std::size_t i = 1; i < in.size(); ++i) weights.emplace_back(in[i], m);
                return apportioned({in[0], m}, weights, node.index, slope);
            }
            case Op::input:
                if (const NodeId from = source(node, static_cast<std::uint32_t>(m)); from != no_node)
                    owe(from, m, slope);
                return;
            case Op::quantile: {
                Number by{};
                if (!known(1)) return;
                put(by, quantile_slope(node, real(v(0))));
                return owe(in[0], m, slope * by);
            }
            default: return;  // is_missing
        }
    }

    void tie(const std::vector<NodeId>& operands, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) read_tied(operands[i]);
    }
    static Number weight(const Node& node, std::size_t i) { return in_kind<Number>(node.numbers[i]); }
    static Number floored(const Number& value) {
        if constexpr (std::is_same_v<Number, double>)
            return std::floor(value);
        else
            return floor_of(value);
    }
    /// A part by weights: total * weight / sum of weights.
    void apportioned(std::pair<NodeId, std::size_t> total, const std::vector<std::pair<NodeId, std::size_t>>& weights,
                     std::size_t own, const Number& slope) {
        if (absent(at(total.first, total.second))) return;
        Number sum(0);
        for (const auto& [node, member] : weights) {
            if (absent(at(node, member))) return;
            sum += number(at(node, member));
        }
        if (sum == 0) {
            read(total.first);
            for (const auto& [node, member] : weights) read_tied(node);
            return;
        }
        const Number whole = number(at(total.first, total.second));
        const Number weight = number(at(weights[own].first, weights[own].second));
        owe(total.first, total.second, slope * weight / sum);
        for (std::size_t j = 0; j < weights.size(); ++j) {
            const Number other = Number(0) - weight, over = j == own ? Number(sum - weight) : other;
            owe(weights[j].first, weights[j].second, slope * whole * over / (sum * sum));
        }
    }

    /// Sums, products and extremes over members or over the members of each group.
    void joined(NodeId id, const Node& node, std::size_t count) {
        const NodeId from = node.inputs[0];
        const bool grouped = node.op == Op::group_sum || node.op == Op::group_min || node.op == Op::group_max ||
                             node.op == Op::group_product;
        const auto group_of = [&](std::size_t m) -> std::size_t { return grouped ? graph_.maps[node.index][m] : 0; };
        const bool sum = node.op == Op::sum_members || node.op == Op::group_sum;
        const bool product = node.op == Op::product_members || node.op == Op::group_product;
        read(from);
        for (std::size_t m = 0; m < count; ++m) {
            const Number& slope = slopes_[id][group_of(m)];
            const Held& own = at(from, m);
            if (sum) {
                owe(from, m, slope);
            } else if (!absent(own) && product) {
                Number others(1);
                for (std::size_t k = 0; k < count; ++k)
                    if (k != m && group_of(k) == group_of(m) && !absent(at(from, k)))
                        others = others * number(at(from, k));
                owe(from, m, slope * others);
            } else if (!absent(own) && !absent(values_[id][group_of(m)])) {
                if (!(number(own) == number(values_[id][group_of(m)]))) continue;
                // The first of equal ones is taken.
                bool earlier = false, other = false;
                for (std::size_t k = 0; k < count; ++k)
                    if (k != m && group_of(k) == group_of(m) && !absent(at(from, k)) &&
                        number(at(from, k)) == number(own)) {
                        other = true;
                        earlier = earlier || k < m;
                    }
                if (other) read_tied(from);
                if (!earlier) owe(from, m, slope);
            }
        }
    }

    void ranked(const Node& node) {
        for (const NodeId input : node.inputs) read(input);
        const auto& members = values_[node.inputs[0]];
        for (std::size_t a = 0; a < members.size(); ++a)
            for (std::size_t b = a - a % run_length(node); b < a; ++b)
                if (!absent(members[a]) && !absent(members[b]) && number(members[a]) == number(members[b]) &&
                    (node.inputs.size() < 2 || same_key(node.inputs[1], a, b)))
                    return read_tied(node.inputs[0]);
    }

    bool same_key(NodeId keys, std::size_t a, std::size_t b) {
        return !absent(at(keys, a)) && !absent(at(keys, b)) && number(at(keys, a)) == number(at(keys, b));
    }

    void running(NodeId id, const Node& node) {
        const NodeId from = node.inputs[0];
        const std::size_t count = node.width, length = run_length(node);
        const bool backwards = node.numbers[0] == 1;
        const auto how = static_cast<int>(to_double(node.numbers[1]));  // sum, product, least, greatest
        const auto place = [&](std::size_t i) { return backwards ? count - 1 - i : i; };
        read(from);
        for (std::size_t end = 0; end < count; ++end) {
            const Number& slope = slopes_[id][place(end)];
            if (absent(values_[id][place(end)])) continue;
            bool taken = false;
            const std::size_t begin = end - end % length;
            for (std::size_t i = begin; i <= end; ++i) {
                const std::size_t m = place(i);
                if (how == 0) {
                    owe(from, m, slope);
                } else if (how == 1) {
                    Number others(1);
                    for (std::size_t k = begin; k <= end; ++k)
                        if (k != i) others = others * number(at(from, place(k)));
                    owe(from, m, slope * others);
                } else if (number(at(from, m)) == number(values_[id][place(end)])) {
                    if (taken) read_tied(from);
                    if (!taken) owe(from, m, slope);
                    taken = true;
                }
            }
        }
    }

    void running_by(NodeId id, const Node& node) {
        const bool equal = !node.numbers.empty() && node.numbers[0] == 1, asks = node.inputs.size() > 2;
        const NodeId own = node.inputs[asks ? 2 : 1];
        const auto& keys = values_[node.inputs[1]];
        const std::size_t length = asks ? keys.size() : run_length(node);
        for (std::size_t m = 0; m < node.width; ++m) {
            const std::size_t begin = asks ? 0 : m - m % length;
            for (std::size_t k = begin; k < begin + length; ++k) {
                const Held& asked = at(own, m);
                if (absent(asked) || absent(keys[k])) continue;
                const bool same = number(keys[k]) == number(asked);
                if ((k != m || asks) && same) {
                    read_tied(node.inputs[1]);
                    read_tied(own);
                }
                if (same || (!equal && number(keys[k]) < number(asked))) owe(node.inputs[0], k, slopes_[id][m]);
            }
        }
        read(node.inputs[1]);
        read(own);
    }
};

}  // namespace openbook::engine
