#include "engine/exact_evaluation.hpp"

#include <algorithm>
#include <boost/multiprecision/cpp_dec_float.hpp>
#include <cmath>
#include <iomanip>
#include <numeric>
#include <sstream>
#include <stdexcept>

#include "engine/statistic.hpp"
#include "openbook/errors.hpp"

namespace openbook::engine {
namespace {

using Wide = boost::multiprecision::cpp_dec_float_100;

Exact rounded(const Exact& value, const Exact& decimals) {
    using boost::multiprecision::pow;
    const Integer parts = pow(Integer(10), static_cast<unsigned>(to_double(decimals)));
    return round_to(value, Exact(Integer(1), parts), Rounding::half_away);
}
/// Functions that no rational can hold: computed to 100 digits and rounded to the decimals that the formula states.
/// What lies within the last digits of a half, as the root of 0.015625 does at two decimals, is one.
Value rounded(const Wide& value, const Exact& decimals) {
    if (abs(value) > Wide("1e60"))
        throw LimitError("a number is too large",
                         {{"limit-exceeded", "", "a power or exponential comes to more than 10^60", ""}});
    return rounded(exact_from_text(value.str(50, std::ios_base::fixed)), decimals);
}
Wide wide(const Exact& value) {
    return Wide(numerator(value)) / Wide(denominator(value));
}

Value power_of(const Exact& base, const Exact& exponent, const Exact& decimals) {
    if (is_whole(exponent) && abs(exponent) <= 64) {
        if (base == 0 && exponent < 0) return std::nullopt;
        Exact result = 1;
        const int times = static_cast<int>(to_double(abs(exponent)));
        for (int i = 0; i < times; ++i) result *= base;
        if (exponent < 0) result = Exact(1) / result;
        return rounded(result, decimals);
    }
    if (base < 0 || (base == 0 && exponent < 0)) return std::nullopt;
    if (base == 0) return Exact(0);
    return rounded(exp(wide(exponent) * log(wide(base))), decimals);
}

/// Extended precision, rounded to the decimals that the formula states. These are 15 at most: what lies within the last
/// bits of a half, as 0.0078125 at six decimals may, is one.
Value statistic_of(const Node& node, const std::vector<Value>& x) {
    long double given[3] = {0, 0, 0};
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (!x[i]) return std::nullopt;
        given[i] = wide(*x[i]).convert_to<long double>();
    }
    const long double value = statistic_value(node.index, given);
    if (!std::isfinite(value)) return std::nullopt;
    std::ostringstream text;
    text << std::fixed << std::setprecision(17) << value;  // a long double has 19 digits
    return rounded(exact_from_text(text.str()), node.numbers[0]);
}

/// Each part rounded; what is left goes to the member that takes it (-1: to none; -2: to the last that takes part), or
/// where that one takes no part to the first that does.
std::vector<Exact> rounded_parts(const Exact& total, const std::vector<Exact>& weights, const Exact& step, int taker) {
    const Exact sum = std::accumulate(weights.begin(), weights.end(), Exact(0));
    std::vector<Exact> parts(weights.size(), Exact(0));
    if (sum == 0) return parts;
    Exact given = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        parts[i] = round_to(total * weights[i] / sum, step, Rounding::half_away);
        given += parts[i];
    }
    if (taker == -1) return parts;
    const auto takes_part = [](const Exact& weight) { return weight != 0; };
    auto to = static_cast<std::size_t>(taker);
    if (taker == -2)
        to = weights.size() - 1 -
             static_cast<std::size_t>(std::find_if(weights.rbegin(), weights.rend(), takes_part) - weights.rbegin());
    else if (weights[to] == 0)
        to = static_cast<std::size_t>(std::find_if(weights.begin(), weights.end(), takes_part) - weights.begin());
    parts[to] += total - given;
    return parts;
}

Exact floor_quotient(const Exact& a, const Exact& b) {
    return floor_of(a / b);
}

Value truth(bool holds) {
    return Exact(holds ? 1 : 0);
}

/// One member of an elementwise operation; operands that do not matter may be missing.
Value elementwise(const Graph& graph, const Node& node, const std::vector<Value>& x) {
    const auto present = [&](std::size_t count) {
        for (std::size_t i = 0; i < count; ++i)
            if (!x[i]) return false;
        return true;
    };
    switch (node.op) {
        case Op::weighted_sum: {
            if (!present(x.size())) return std::nullopt;
            Exact sum = node.numbers[0];
            for (std::size_t i = 0; i < x.size(); ++i) {
                if (node.numbers[i + 1] == 1)
                    sum += *x[i];
                else
                    sum += node.numbers[i + 1] * *x[i];
            }
            return sum;
        }
        case Op::multiply: return present(2) ? Value(*x[0] * *x[1]) : std::nullopt;
        case Op::divide:
            if (!present(2)) return std::nullopt;
            if (*x[1] == 0) return x.size() > 2 ? x[2] : std::nullopt;
            return Exact(*x[0] / *x[1]);
        case Op::minimum: return present(2) ? Value(std::min(*x[0], *x[1])) : std::nullopt;
        case Op::maximum: return present(2) ? Value(std::max(*x[0], *x[1])) : std::nullopt;
        case Op::absolute: return present(1) ? Value(Exact(abs(*x[0]))) : std::nullopt;
        case Op::less: return present(2) ? truth(*x[0] < *x[1]) : std::nullopt;
        case Op::less_equal: return present(2) ? truth(*x[0] <= *x[1]) : std::nullopt;
        case Op::equal: return present(2) ? truth(*x[0] == *x[1]) : std::nullopt;
        case Op::logical_and:
            if ((x[0] && *x[0] == 0) || (x[1] && *x[1] == 0)) return truth(false);
            return present(2) ? truth(true) : std::nullopt;
        case Op::logical_or:
            if ((x[0] && *x[0] != 0) || (x[1] && *x[1] != 0)) return truth(true);
            return present(2) ? truth(false) : std::nullopt;
        case Op::logical_not: return x[0] ? truth(*x[0] == 0) : std::nullopt;
        case Op::choose:
            if (!x[0]) return std::nullopt;
            return *x[0] != 0 ? x[1] : x[2];
        case Op::piecewise: return x[0] ? Value(evaluate_table(graph.tables[node.index], *x[0])) : std::nullopt;
        case Op::round_step: return x[0] ? Value(round_to(*x[0], node.numbers[0], node.rounding)) : std::nullopt;
        case Op::floor_divide:
            if (!present(2)) return std::nullopt;
            if (*x[1] == 0) return x.size() > 2 ? x[2] : std::nullopt;
            return Exact(floor_quotient(*x[0], *x[1]));
        case Op::modulo:
            if (!present(2)) return std::nullopt;
            if (*x[1] == 0) return x.size() > 2 ? x[2] : std::nullopt;
            return Exact(*x[0] - *x[1] * Exact(floor_quotient(*x[0], *x[1])));
        case Op::exponential: return x[0] ? rounded(exp(wide(*x[0])), node.numbers[0]) : std::nullopt;
        case Op::logarithm: return x[0] && *x[0] > 0 ? rounded(log(wide(*x[0])), node.numbers[0]) : std::nullopt;
        case Op::power: return present(2) ? power_of(*x[0], *x[1], node.numbers[0]) : std::nullopt;
        case Op::statistic: return statistic_of(node, x);
        case Op::is_missing: return truth(!x[0]);
        case Op::if_missing: return x[0] ? x[0] : x[1];
        case Op::post: {
            if (!present(3)) return std::nullopt;
            const Exact& step = node.numbers[0];
            return Exact(round_to(*x[1], step, Rounding::half_away) - round_to(*x[2], step, Rounding::half_away));
        }
        case Op::apportion: {
            if (!present(x.size())) return std::nullopt;
            std::vector<Exact> weights;
            for (std::size_t i = 1; i < x.size(); ++i) weights.push_back(*x[i]);
            if (node.numbers.size() < 2) return apportion(*x[0], weights, node.numbers[0])[node.index];
            return rounded_parts(*x[0], weights, node.numbers[0],
                                 static_cast<int>(to_double(node.numbers[1])))[node.index];
        }
        default: throw std::logic_error("an operation that the exact evaluator does not know");
    }
}

bool skips(const Node& node) {
    return !node.numbers.empty() && node.numbers[0] == 1;
}

/// Puts a further member to what is there.
void join(Value& so_far, const Value& member, Op op) {
    switch (op) {
        case Op::sum_members:
        case Op::group_sum: *so_far += *member; break;
        case Op::product_members:
        case Op::group_product: *so_far *= *member; break;
        case Op::min_members:
        case Op::group_min: so_far = std::min(*so_far, *member); break;
        default: so_far = std::max(*so_far, *member);
    }
}

Value reduced(const Node& node, const Members& members) {
    Value result;
    for (const Value& member : members) {
        if (!member && skips(node)) continue;
        if (!member) return std::nullopt;
        if (!result)
            result = member;
        else
            join(result, member, node.op);
    }
    return result;
}

Members grouped(const Node& node, const Members& members, const std::vector<std::uint32_t>& group_of) {
    Members result(node.width);
    std::vector<char> seen(node.width, 0);
    if (node.op == Op::group_sum || node.op == Op::group_product) {
        result.assign(node.width, Exact(node.op == Op::group_sum ? 0 : 1));
        seen.assign(node.width, 1);
    }
    for (std::size_t m = 0; m < group_of.size(); ++m) {
        const std::uint32_t group = group_of[m];
        Value& sum = result[group];
        const Value& member = members[members.size() == 1 ? 0 : m];
        if (!member && skips(node)) continue;
        if (!seen[group])
            sum = member;
        else if (!sum || !member)
            sum = std::nullopt;
        else
            join(sum, member, node.op);
        seen[group] = 1;
    }
    return result;
}

/// `keys`, where there are some, part the members into groups that are ranked by themselves.
Members ranked(const Node& node, const Members& members, const Members* keys) {
    const auto key = [&](std::uint32_t m) -> const Value& { return (*keys)[keys->size() == 1 ? 0 : m]; };
    std::vector<std::uint32_t> order;
    for (std::uint32_t m = 0; m < members.size(); ++m)
        if (members[m] && (!keys || key(m))) order.push_back(m);
    const bool ascending = node.numbers[0] == 1;
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        if (keys && *key(a) != *key(b)) return *key(a) < *key(b);
        return ascending ? *members[a] < *members[b] : *members[b] < *members[a];
    });
    Members result(members.size());
    for (std::size_t group = 0; group < order.size();) {
        std::size_t group_end = group + 1;
        while (group_end < order.size() && (!keys || *key(order[group_end]) == *key(order[group]))) ++group_end;
        for (std::size_t first = group; first < group_end;) {
            std::size_t end = first + 1;
            while (end < group_end && *members[order[end]] == *members[order[first]]) ++end;
            for (std::size_t i = first; i < end; ++i)
                result[order[i]] = node.numbers[1] == 0   ? Exact(first - group + 1)
                                   : node.numbers[1] == 1 ? Exact(first + 1 + end - 2 * group) / 2
                                                          : Exact(i - group + 1);
            first = end;
        }
        group = group_end;
    }
    return result;
}

Members running(const Node& node, const Members& members) {
    constexpr Op how[] = {Op::sum_members, Op::product_members, Op::min_members, Op::max_members};
    const Op op = how[static_cast<std::size_t>(to_double(node.numbers[1]))];
    Members result(members.size());
    Value so_far;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const std::size_t m = node.numbers[0] == 1 ? members.size() - 1 - i : i;
        if (i == 0)
            so_far = members[m];
        else if (so_far && members[m])
            join(so_far, members[m], op);
        else
            so_far = std::nullopt;
        result[m] = so_far;
    }
    return result;
}

/// Sums in ascending order of the keys: each of those who ask takes the sum as it is when its own key is passed; with
/// `equal` only what came at that key.
Members running_by(const Members& members, const Members& keys, const Members& asked, bool equal) {
    const auto in_order = [](const Members& of) {
        std::vector<std::size_t> order;
        for (std::size_t m = 0; m < of.size(); ++m)
            if (of[m]) order.push_back(m);
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return *of[a] < *of[b]; });
        return order;
    };
    const std::vector<std::size_t> order = in_order(keys), asking = in_order(asked);
    Members result(asked.size());
    Value sum = Exact(0);
    std::size_t next = 0;
    for (std::size_t first = 0; first < asking.size();) {
        const Exact& own = *asked[asking[first]];
        for (; next < order.size() && *keys[order[next]] <= own; ++next) {
            if (equal && *keys[order[next]] != own) continue;
            const Value& member = members[members.size() == 1 ? 0 : order[next]];
            if (sum && member)
                *sum += *member;
            else
                sum = std::nullopt;
        }
        for (; first < asking.size() && *asked[asking[first]] == own; ++first) result[asking[first]] = sum;
        if (equal) sum = Exact(0);
    }
    return result;
}

Members apportioned(const Node& node, const Members& total, const Members& weights) {
    std::vector<Exact> given;
    for (const Value& weight : weights) {
        if (!weight || !total[0]) return Members(weights.size());
        given.push_back(*weight);
    }
    const Exact& step = node.numbers[0];
    if (step != 0) {
        const std::vector<Exact> parts = apportion(*total[0], given, step);
        return Members(parts.begin(), parts.end());
    }
    const Exact sum = std::accumulate(given.begin(), given.end(), Exact(0));
    Members result;
    for (const Exact& weight : given) result.emplace_back(sum == 0 ? Exact(0) : Exact(*total[0] * weight / sum));
    return result;
}

}  // namespace

Exact evaluate_table(const PiecewiseTable& table, const Exact& x) {
    const auto& at = table.at;
    const std::size_t n = at.size();
    if (x < at.front()) return table.value.front() + table.slope_below * (x - at.front());
    // The last breakpoint not above x; at a jump, the side that the table declares.
    std::size_t right = static_cast<std::size_t>(std::upper_bound(at.begin(), at.end(), x) - at.begin());
    if (!table.upper_at_jump && right >= 2 && at[right - 1] == x) {
        const std::size_t left = static_cast<std::size_t>(std::lower_bound(at.begin(), at.end(), x) - at.begin());
        return table.value[left];
    }
    if (right == n) return table.value[n - 1] + table.slope_above * (x - at[n - 1]);
    if (at[right - 1] == x) return table.value[right - 1];
    const Exact along = (x - at[right - 1]) / (at[right] - at[right - 1]);
    return table.value[right - 1] + along * (table.value[right] - table.value[right - 1]);
}

std::vector<Exact> apportion(const Exact& total, const std::vector<Exact>& weights, const Exact& step) {
    const Exact sum = std::accumulate(weights.begin(), weights.end(), Exact(0));
    std::vector<Exact> parts(weights.size(), Exact(0));
    if (sum == 0) return parts;
    std::vector<std::pair<Exact, std::size_t>> remainders;
    Exact given = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const Exact due = total * weights[i] / sum;
        parts[i] = round_to(due, step, Rounding::floor);
        given += parts[i];
        remainders.emplace_back(due - parts[i], i);
    }
    std::stable_sort(remainders.begin(), remainders.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    for (std::size_t i = 0; given < total && i < remainders.size(); ++i) {
        parts[remainders[i].second] += step;
        given += step;
    }
    return parts;
}

namespace {

/// An operation over members, run by run where the node says so. What has a member for each run gives each its own.
template <class Operation>
Members by_runs(const Node& node, const std::vector<const Members*>& operands, const Operation& operation) {
    if (node.index == 0) return operation(operands);
    Members result;
    const std::size_t length = node.index;
    std::vector<Members> parts(operands.size());
    std::vector<const Members*> of_run(operands.size());
    for (std::size_t begin = 0; begin < node.width; begin += length) {
        for (std::size_t i = 0; i < operands.size(); ++i) {
            const Members& all = *operands[i];
            if (all.size() == node.width)
                parts[i].assign(all.begin() + static_cast<long>(begin),
                                all.begin() + static_cast<long>(begin + length));
            else
                parts[i] = {all[all.size() == 1 ? 0 : begin / length]};
            of_run[i] = &parts[i];
        }
        Members of_members = operation(of_run);
        result.insert(result.end(), std::make_move_iterator(of_members.begin()),
                      std::make_move_iterator(of_members.end()));
    }
    return result;
}

}  // namespace

Members evaluate_node(const Graph& graph, const Node& node, const std::vector<const Members*>& operands) {
    switch (node.op) {
        case Op::constant: {
            if (node.numbers.empty()) return Members(node.width);
            return Members(node.numbers.begin(), node.numbers.end());
        }
        case Op::sum_members:
        case Op::min_members:
        case Op::max_members:
        case Op::product_members: return {reduced(node, *operands[0])};
        case Op::stack: {
            Members result;
            for (const Members* operand : operands) result.push_back((*operand)[0]);
            return result;
        }
        case Op::pick: return {(*operands[0])[node.index]};
        case Op::gather: {
            Members result;
            for (const std::uint32_t member : graph.maps[node.index])
                result.push_back((*operands[0])[operands[0]->size() == 1 ? 0 : member]);
            return result;
        }
        case Op::group_sum:
        case Op::group_min:
        case Op::group_max:
        case Op::group_product: return grouped(node, *operands[0], graph.maps[node.index]);
        case Op::rank:
            return by_runs(node, operands,
                           [&](const auto& of) { return ranked(node, *of[0], of.size() > 1 ? of[1] : nullptr); });
        case Op::running: return by_runs(node, operands, [&](const auto& of) { return running(node, *of[0]); });
        case Op::running_by:
            return by_runs(node, operands, [&](const auto& of) {
                return running_by(*of[0], *of[1], *of[of.size() > 2 ? 2 : 1],
                                  !node.numbers.empty() && node.numbers[0] == 1);
            });
        case Op::apportion_members:
            return by_runs(node, operands, [&](const auto& of) { return apportioned(node, *of[0], *of[1]); });
        case Op::input:
        case Op::gaussian:
        case Op::quantile: throw std::logic_error("inputs and draws are not evaluated node by node");
        default: break;
    }
    Members result(node.width);
    std::vector<Value> x(operands.size());
    for (std::uint32_t m = 0; m < node.width; ++m) {
        for (std::size_t i = 0; i < operands.size(); ++i) x[i] = (*operands[i])[operands[i]->size() == 1 ? 0 : m];
        result[m] = elementwise(graph, node, x);
    }
    return result;
}

namespace {
Members value_of(const Graph& graph, NodeId id, const std::vector<Members>& inputs, const PlanFills& plan_fills,
                 const std::vector<Members>& values, std::vector<const Members*>& operands) {
    const Node& node = graph.nodes[id];
    if (node.op == Op::input) {
        const Members& given = inputs[node.index];
        const NodeId plan = graph.inputs[node.index].plan;
        Members own = given.empty() ? Members(node.width) : given;
        if (plan == no_node || (!given.empty() && (plan_fills.empty() || !plan_fills[node.index]))) return own;
        for (std::size_t m = 0; m < own.size(); ++m)
            if (!own[m]) own[m] = values[plan][values[plan].size() == 1 ? 0 : m];
        return own;
    }
    if (node.op == Op::gaussian || node.op == Op::quantile) return Members(node.width);
    operands.clear();
    for (const NodeId input : node.inputs) operands.push_back(&values[input]);
    return evaluate_node(graph, node, operands);
}
}  // namespace

std::vector<Members> evaluate(const Graph& graph, const std::vector<Members>& inputs, const PlanFills& plan_fills) {
    std::vector<Members> values(graph.nodes.size());
    std::vector<const Members*> operands;
    for (NodeId id = 0; id < graph.nodes.size(); ++id)
        values[id] = value_of(graph, id, inputs, plan_fills, values, operands);
    return values;
}

void evaluate_again(const Graph& graph, const std::vector<NodeId>& which, const std::vector<Members>& inputs,
                    const PlanFills& plan_fills, std::vector<Members>& values) {
    std::vector<const Members*> operands;
    for (const NodeId id : which) values[id] = value_of(graph, id, inputs, plan_fills, values, operands);
}

}  // namespace openbook::engine
