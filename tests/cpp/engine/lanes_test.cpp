// The lanes against scalar references, and the promise that bits depend on seed and draw alone.
#include "engine/lanes.hpp"

#include <boost/test/unit_test.hpp>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "openbook/errors.hpp"
#include "scenarios/marginal.hpp"

namespace {

using namespace openbook::engine;
using openbook::RunControl;

constexpr double missing_value = std::numeric_limits<double>::quiet_NaN();

bool to_one(Op op) {
    return op == Op::sum_members || op == Op::min_members || op == Op::max_members || op == Op::product_members ||
           op == Op::pick;
}

struct Maker {
    Graph graph;

    NodeId add(Op op, std::vector<NodeId> inputs, std::vector<double> numbers = {}, std::uint32_t index = 0,
               std::uint32_t period = 0, Rounding rounding = Rounding::half_away) {
        Node node;
        node.op = op;
        node.inputs = std::move(inputs);
        node.index = index;
        node.period = period;
        node.rounding = rounding;
        for (const double number : numbers) node.numbers.emplace_back(number);
        const bool reduces = to_one(op);
        if (op == Op::constant && !numbers.empty()) node.width = static_cast<std::uint32_t>(numbers.size());
        if (op == Op::stack) node.width = static_cast<std::uint32_t>(node.inputs.size());
        if (!reduces)
            for (const NodeId input : node.inputs) node.width = std::max(node.width, graph.nodes[input].width);
        graph.nodes.push_back(std::move(node));
        return static_cast<NodeId>(graph.nodes.size() - 1);
    }
    NodeId constant(double value) { return add(Op::constant, {}, {value}); }
    NodeId draw(std::uint32_t stream, std::uint32_t period) {
        while (graph.streams.size() <= stream)
            graph.streams.push_back(Stream{"stream " + std::to_string(graph.streams.size())});
        return add(Op::gaussian, {}, {}, stream, period);
    }
};

std::vector<double> run(const Program& program, LanesSettings settings) {
    RunControl control;
    const Columns kept = program.run(settings, control);
    std::vector<double> values(kept.begin(), kept.end());
    BOOST_TEST(control.done() == settings.draws);
    return values;
}
LanesSettings settings(std::uint64_t draws, std::uint64_t seed = 7) {
    LanesSettings s;
    s.draws = draws;
    s.seed = seed;
    s.level = available_levels().back();
    return s;
}
bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (std::bit_cast<std::uint64_t>(a[i]) != std::bit_cast<std::uint64_t>(b[i])) return false;
    return true;
}
bool close(double a, double b, double relative) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
    if (std::isinf(a) || std::isinf(b))
        return a == b || (std::abs(a) > 1e307 && std::abs(b) > 1e307 && (a > 0) == (b > 0));
    return std::abs(a - b) <= relative * std::max(std::abs(a), std::abs(b)) + 1e-307;
}

/// The documented draw, in ordinary code.
double reference_draw(std::uint64_t seed, const std::string& stream, std::uint64_t draw, std::uint32_t period) {
    const std::uint64_t key = stream_key(seed, stream);
    const std::uint32_t counter[4] = {static_cast<std::uint32_t>(draw), static_cast<std::uint32_t>(draw >> 32),
                                      period / 4, 0};
    const std::uint32_t keys[2] = {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)};
    const Philox4x32 out = philox(counter, keys);
    const std::uint32_t first = period % 4 / 2 * 2, radius = out.word[first], angle = out.word[first + 1];
    const double uniform = (radius + 0.5) * 0x1p-32;
    const double place = (((angle & 0x3fffffffu) + 0.5) * 0x1p-30 - 0.5) * std::acos(-1.0) / 2;
    const double larger = std::cos(place) * (angle >> 31 ? -1 : 1), smaller = std::sin(place);
    const bool swap = angle >> 30 & 1, odd = period % 2 == 1;
    return std::sqrt(-2 * std::log(uniform)) * (swap != odd ? smaller : larger);
}

/// Numbers this close are equal in the lanes.
constexpr double near_enough = 0x1p-44;
bool nearly_equal(double a, double b) {
    return a == b || std::abs(a - b) <= std::min(std::abs(a), std::abs(b)) * near_enough;
}
double settled(double steps) {
    const double whole = std::nearbyint(steps);
    return std::abs(steps - whole) <= std::abs(whole) * near_enough ? whole : steps;
}

double step_rounded(double x, double step, Rounding mode) {
    const Exact exact_step(step);
    const double q = to_double(Exact(denominator(exact_step))), p = to_double(Exact(numerator(exact_step)));
    const double steps = settled(x * q / p * 2) / 2;
    double whole = 0;
    switch (mode) {
        case Rounding::half_away: whole = std::round(steps); break;
        case Rounding::half_even: whole = std::nearbyint(steps); break;
        case Rounding::half_up:
            whole = steps - std::floor(steps) >= 0.5 ? std::floor(steps) + 1 : std::floor(steps);
            break;
        case Rounding::floor: whole = std::floor(steps); break;
        case Rounding::ceiling: whole = std::ceil(steps); break;
        case Rounding::truncate: whole = std::trunc(steps); break;
    }
    return whole * p / q;
}

double table_at(const PiecewiseTable& table, double x) {
    const auto at = [&](std::size_t i) { return to_double(table.at[i]); };
    const auto value = [&](std::size_t i) { return to_double(table.value[i]); };
    const std::size_t n = table.at.size();
    if (std::isnan(x)) return missing_value;
    for (std::size_t i = 0; i + 1 < n; ++i)
        if (at(i) == at(i + 1) && nearly_equal(x, at(i))) x = at(i);
    if (x < at(0)) return value(0) + to_double(table.slope_below) * (x - at(0));
    std::size_t right = 0;
    while (right < n && at(right) <= x) ++right;
    if (at(right - 1) == x) {
        std::size_t left = right - 1;
        while (left > 0 && at(left - 1) == x) --left;
        return table.upper_at_jump ? value(right - 1) : value(left);
    }
    if (right == n) return value(n - 1) + to_double(table.slope_above) * (x - at(n - 1));
    return value(right - 1) + (x - at(right - 1)) * (value(right) - value(right - 1)) / (at(right) - at(right - 1));
}

/// One member of an operation from its operands' members, in ordinary code.
/// By halving.
double normal_quantile(double p) {
    double low = -40, high = 40;
    for (int i = 0; i < 200; ++i) {
        const double middle = (low + high) / 2;
        (std::erfc(-middle / std::sqrt(2.0)) / 2 < p ? low : high) = middle;
    }
    return low;
}

double reference(const Graph& graph, const Node& node, const std::vector<double>& x) {
    const auto truth = [](bool holds) { return holds ? 1.0 : 0.0; };
    bool any_missing = false;
    for (const double value : x) any_missing = any_missing || std::isnan(value);
    switch (node.op) {
        case Op::weighted_sum: {
            double sum = to_double(node.numbers[0]);
            for (std::size_t i = 0; i < x.size(); ++i) sum = std::fma(to_double(node.numbers[i + 1]), x[i], sum);
            return sum;
        }
        case Op::multiply: return x[0] * x[1];
        case Op::divide:
            return std::isnan(x[0]) ? missing_value : x[1] == 0 ? (x.size() > 2 ? x[2] : missing_value) : x[0] / x[1];
        case Op::minimum: return any_missing ? missing_value : std::min(x[0], x[1]);
        case Op::maximum: return any_missing ? missing_value : std::max(x[0], x[1]);
        case Op::absolute: return std::abs(x[0]);
        case Op::less: return any_missing ? missing_value : truth(x[0] < x[1] && !nearly_equal(x[0], x[1]));
        case Op::less_equal: return any_missing ? missing_value : truth(x[0] <= x[1] || nearly_equal(x[0], x[1]));
        case Op::equal: return any_missing ? missing_value : truth(nearly_equal(x[0], x[1]));
        case Op::logical_and: return x[0] == 0 || x[1] == 0 ? 0 : any_missing ? missing_value : 1;
        case Op::logical_or:
            return (!std::isnan(x[0]) && x[0] != 0) || (!std::isnan(x[1]) && x[1] != 0) ? 1
                   : any_missing                                                        ? missing_value
                                                                                        : 0;
        case Op::logical_not: return any_missing ? missing_value : truth(x[0] == 0);
        case Op::choose: return std::isnan(x[0]) ? missing_value : x[0] != 0 ? x[1] : x[2];
        case Op::piecewise: return table_at(graph.tables[node.index], x[0]);
        case Op::round_step: return step_rounded(x[0], to_double(node.numbers[0]), node.rounding);
        case Op::floor_divide:
        case Op::modulo: {
            if (std::isnan(x[0]) || std::isnan(x[1])) return missing_value;
            if (x[1] == 0) return x.size() > 2 ? x[2] : missing_value;
            const double whole = std::floor(settled(x[0] / x[1]));
            if (node.op == Op::floor_divide) return whole;
            const double rest = std::fma(-whole, x[1], x[0]);
            return (rest < 0 && x[1] > 0) || (rest > 0 && x[1] < 0) ? 0 : rest;
        }
        case Op::exponential: return std::exp(x[0]);
        case Op::statistic:  // the normal distribution; its quantile is undone by its probability
            if (!std::isfinite(x[0])) return missing_value;
            if (node.index == 0) return std::erfc(-x[0] / std::sqrt(2.0)) / 2;
            return x[0] > 0 && x[0] < 1 ? normal_quantile(x[0]) : missing_value;
        case Op::logarithm: return x[0] > 0 ? std::log(x[0]) : missing_value;
        case Op::power:  // negative bases have whole exponents up to 64
            if (any_missing || (x[0] == 0 && x[1] < 0) || (x[0] < 0 && std::abs(x[1]) > 64)) return missing_value;
            return std::pow(x[0], x[1]);
        case Op::is_missing: return truth(std::isnan(x[0]));
        case Op::if_missing: return std::isnan(x[0]) ? x[1] : x[0];
        case Op::post: return x[0];
        case Op::apportion: {
            double sum = 0;
            for (std::size_t i = 1; i < x.size(); ++i) sum += x[i];
            return sum == 0 ? (std::isnan(x[0]) ? missing_value : 0) : x[0] * x[1 + node.index] / sum;
        }
        case Op::quantile: return openbook::scenarios::evaluate(graph.marginals[node.index], x[0]);
        default: return missing_value;
    }
}

PiecewiseTable table(std::vector<double> at, std::vector<double> value, double below, double above, bool upper) {
    PiecewiseTable made;
    for (const double x : at) made.at.emplace_back(x);
    for (const double x : value) made.value.emplace_back(x);
    made.slope_below = Exact(below);
    made.slope_above = Exact(above);
    made.upper_at_jump = upper;
    return made;
}

bool reads_members(Op op) {
    return op == Op::gather || op == Op::group_sum || op == Op::group_min || op == Op::group_max ||
           op == Op::group_product || op == Op::rank || op == Op::running || op == Op::running_by ||
           op == Op::apportion_members;
}

/// Brings a further member to what is there; `skip`: one that is missing counts as if it were not there.
double joined(Op op, double so_far, double member, bool skip) {
    if (skip && std::isnan(so_far)) return member;
    if (skip && std::isnan(member)) return so_far;
    if (op == Op::sum_members || op == Op::group_sum) return so_far + member;
    if (op == Op::product_members || op == Op::group_product) return so_far * member;
    if (std::isnan(so_far) || std::isnan(member)) return missing_value;
    return op == Op::min_members || op == Op::group_min ? std::min(so_far, member) : std::max(so_far, member);
}

/// Operations that give each member something made of others, in ordinary code.
double of_members(const Graph& graph, const Node& node, const std::vector<double>& x, const std::vector<double>& y,
                  std::size_t m) {
    if (node.op == Op::gather) return x[graph.maps[node.index][m]];
    if (node.op == Op::running) {
        constexpr Op how[] = {Op::sum_members, Op::product_members, Op::min_members, Op::max_members};
        const Op op = how[static_cast<std::size_t>(to_double(node.numbers[1]))];
        const bool backwards = node.numbers[0] == 1;
        double so_far = x[backwards ? x.size() - 1 : 0];
        for (std::size_t i = 1; backwards ? i < x.size() - m : i <= m; ++i)
            so_far = joined(op, so_far, x[backwards ? x.size() - 1 - i : i], false);
        return so_far;
    }
    if (node.op == Op::running_by) {
        double sum = 0;
        for (std::size_t i = 0; i < y.size(); ++i)
            if (y[i] <= y[m]) sum += x[i];
        return std::isnan(y[m]) ? missing_value : sum;
    }
    if (node.op == Op::apportion_members) {
        double sum = 0;
        for (const double weight : y) sum += weight;
        return std::isnan(x[0]) || std::isnan(sum) ? missing_value : sum == 0 ? 0 : x[0] * y[m] / sum;
    }
    if (node.op == Op::rank) {
        if (std::isnan(x[m])) return missing_value;
        double place = 1;
        for (std::size_t i = 0; i < x.size(); ++i) {
            if (node.numbers[0] == 0 ? x[i] > x[m] : x[i] < x[m]) place += 1;
            if (i != m && x[i] == x[m]) place += node.numbers[1] == 0 ? 0 : node.numbers[1] == 1 ? 0.5 : i < m ? 1 : 0;
        }
        return place;
    }
    const bool starts = node.op == Op::group_sum || node.op == Op::group_product;
    double result = node.op == Op::group_sum ? 0 : node.op == Op::group_product ? 1 : missing_value;
    bool seen = starts;
    for (std::size_t i = 0; i < graph.maps[node.index].size(); ++i) {
        if (graph.maps[node.index][i] != m) continue;
        result = seen ? joined(node.op, result, x[i], !starts && node.numbers[0] == 1) : x[i];
        seen = true;
    }
    return result;
}

/// Operations that may look at runs of members by themselves.
bool in_runs(Op op) {
    return op == Op::rank || op == Op::running || op == Op::running_by || op == Op::apportion_members;
}

/// The same, within the run in which the member stands.
double of_run(const Graph& graph, const Node& node, const std::vector<double>& x, const std::vector<double>& y,
              std::size_t m) {
    if (!in_runs(node.op) || node.index == 0) return of_members(graph, node, x, y, m);
    const std::size_t length = node.index, begin = m - m % length;
    const auto part = [&](const std::vector<double>& all) {
        const auto from = all.begin() + static_cast<long>(begin);
        return std::vector<double>(from, from + static_cast<long>(length));
    };
    Node alone = node;
    alone.index = 0;
    const std::vector<double> total{x[x.size() == 1 ? 0 : m / length]};
    return of_members(graph, alone, node.op == Op::apportion_members ? total : part(x), part(y), m % length);
}

/// Every operation at random, on draws, constants, missing values and three-member values.
Maker random_graph(unsigned seed, std::size_t operations) {
    std::mt19937 random(seed);
    const auto pick = [&](std::size_t n) { return static_cast<std::uint32_t>(random() % n); };
    Maker m;
    m.graph.tables = {table({-1, 0.5, 2}, {3, 1, 4}, 0.5, -1, true), table({0, 0, 1, 1}, {-1, 1, 2, 5}, 0, 0, true),
                      table({0, 0, 1, 1}, {-1, 1, 2, 5}, 1, 2, false)};
    m.graph.marginals = {openbook::scenarios::triangular(1, 2, 5), openbook::scenarios::poisson(3.5)};
    m.graph.maps = {{2, 0, 0}, {1, 1, 0}};  // the third group of each has no member, or one
    std::vector<NodeId> narrow, wide;
    for (std::uint32_t stream = 0; stream < 4; ++stream)
        for (const std::uint32_t period : {0u, 1u, 2u, 5u}) narrow.push_back(m.draw(stream, period));
    for (const double value : {0.0, 1.0, -2.0, 0.25, 1000.0}) narrow.push_back(m.constant(value));
    narrow.push_back(m.add(Op::constant, {}));
    wide.push_back(m.add(Op::constant, {}, {1, -2, 3}));
    // An input whose value has a larger id than itself, and one that has only its plan.
    m.graph.inputs.push_back(InputSlot{"volume", 0, narrow[0], no_node});
    m.graph.inputs.push_back(InputSlot{"price", 0, narrow[3], no_node});
    const NodeId driven = m.add(Op::input, {}, {}, 0), planned = m.add(Op::input, {}, {}, 1);
    narrow.push_back(driven);
    narrow.push_back(planned);
    m.graph.inputs[0].driven = m.add(Op::weighted_sum, {narrow[1], narrow[2]}, {0.5, 1, -1});
    for (std::size_t made = 0; made < operations; ++made) {
        const auto op = static_cast<Op>(made < 2 * (static_cast<std::size_t>(Op::quantile) + 1)
                                            ? made / 2
                                            : pick(static_cast<std::size_t>(Op::quantile) + 1));
        if (op == Op::constant || op == Op::input || op == Op::gaussian) continue;
        const auto any = [&] { return pick(4) == 0 ? wide[pick(wide.size())] : narrow[pick(narrow.size())]; };
        std::size_t count = 2;
        std::vector<double> numbers;
        std::uint32_t index = 0;
        Rounding rounding = Rounding::half_away;
        if (op == Op::weighted_sum) {
            count = pick(5) == 0 ? 9 + pick(12) : 1 + pick(8);
            for (std::size_t i = 0; i <= count; ++i) numbers.push_back((static_cast<double>(pick(9)) - 4) / 8);
        }
        if (op == Op::divide || op == Op::floor_divide || op == Op::modulo) count = 2 + pick(2);
        if (op == Op::choose || op == Op::post) count = 3;
        if (op == Op::apportion) {
            count = 4;
            index = pick(3);
        }
        if (op == Op::round_step) {
            numbers = {std::vector<double>{0.25, 1, 5, 2.5}[pick(4)]};
            rounding = static_cast<Rounding>(pick(6));
        }
        if (op == Op::absolute || op == Op::logical_not || op == Op::piecewise || op == Op::round_step ||
            op == Op::exponential || op == Op::logarithm || op == Op::is_missing || op == Op::quantile)
            count = 1;
        if (op == Op::piecewise) index = pick(3);
        if (op == Op::quantile) index = pick(2);
        std::vector<NodeId> inputs;
        for (std::size_t i = 0; i < count; ++i) inputs.push_back(any());
        if (op == Op::quantile) inputs = {narrow[pick(16)]};
        if (to_one(op)) {
            inputs = {wide[pick(wide.size())]};
            index = pick(3);
            numbers = {static_cast<double>(pick(2))};
        }
        if (op == Op::stack)
            inputs = {narrow[pick(narrow.size())], narrow[pick(narrow.size())], narrow[pick(narrow.size())]};
        if (op == Op::statistic) {
            index = pick(2);  // of one value each
            inputs = {narrow[pick(narrow.size())]};
            numbers = {6};
        }
        if (reads_members(op)) {
            inputs = {wide[pick(wide.size())]};
            index = in_runs(op) ? std::array{0u, 1u, 3u}[pick(3)] : pick(2);
            numbers = {static_cast<double>(pick(2)), static_cast<double>(pick(op == Op::running ? 4 : 3))};
            if (op == Op::running_by) inputs.push_back(wide[pick(wide.size())]);
            if (op == Op::apportion_members) inputs = {narrow[pick(narrow.size())], wide[pick(wide.size())]};
        }
        const NodeId id = m.add(op, std::move(inputs), std::move(numbers), index, 0, rounding);
        (m.graph.nodes[id].width == 1 ? narrow : wide).push_back(id);
    }
    return m;
}
std::vector<NodeId> narrow_nodes(const Graph& graph) {
    std::vector<NodeId> ids;
    for (NodeId id = 0; id < graph.nodes.size(); ++id)
        if (graph.nodes[id].width == 1) ids.push_back(id);
    return ids;
}

void check_against_reference(const Graph& graph, const std::vector<std::vector<double>>& values) {
    for (NodeId id = 0; id < graph.nodes.size(); ++id) {
        const Node& node = graph.nodes[id];
        if (node.op == Op::constant || node.op == Op::gaussian || node.op == Op::input) continue;
        BOOST_REQUIRE(values[id].size() == node.width);
        const std::vector<double>& first = values[node.inputs[0]];
        if (to_one(node.op)) {
            const bool skip = (node.op == Op::min_members || node.op == Op::max_members) && node.numbers[0] == 1;
            double expected = first[0];
            for (std::size_t i = 1; i < first.size(); ++i) expected = joined(node.op, expected, first[i], skip);
            if (node.op == Op::pick) expected = first[node.index];
            BOOST_TEST(close(values[id][0], expected, 1e-15),
                       "node " << id << ": " << values[id][0] << " for " << expected);
            continue;
        }
        if (node.op == Op::stack) {
            for (std::uint32_t m = 0; m < node.width; ++m)
                BOOST_TEST(close(values[id][m], values[node.inputs[m]][0], 0), "node " << id);
            continue;
        }
        if (reads_members(node.op)) {
            for (std::uint32_t m = 0; m < node.width; ++m) {
                const double expected = of_run(graph, node, first, values[node.inputs.back()], m);
                BOOST_TEST(close(values[id][m], expected, 1e-15), "node " << id << " operation "
                                                                          << static_cast<int>(node.op) << ": "
                                                                          << values[id][m] << " for " << expected);
            }
            continue;
        }
        for (std::uint32_t m = 0; m < node.width; ++m) {
            std::vector<double> x;
            for (const NodeId input : node.inputs) x.push_back(values[input][values[input].size() == 1 ? 0 : m]);
            // A remainder of a quotient beyond 2^53 has no digits.
            if ((node.op == Op::modulo || node.op == Op::floor_divide) && std::abs(x[0]) > 1e15 * std::abs(x[1]))
                continue;
            if ((node.op == Op::modulo || node.op == Op::floor_divide) && (std::isinf(x[0]) || std::isinf(x[1])))
                continue;
            if ((node.op == Op::piecewise || node.op == Op::power) && (std::isinf(x[0]) || std::isinf(x.back())))
                continue;
            const double expected = reference(graph, node, x);
            const double allowed = node.op == Op::power || node.op == Op::statistic ? 1e-12
                                   : node.op == Op::modulo                          ? 1e-9
                                                                                    : 1e-14;
            BOOST_TEST(close(values[id][m], expected, allowed),
                       "node " << id << " operation " << static_cast<int>(node.op) << ": " << values[id][m] << " for "
                               << expected << " from " << x[0] << ", " << x.back());
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lanes)

BOOST_AUTO_TEST_CASE(philox_gives_the_known_answers) {
    const std::uint32_t cases[3][10] = {{0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
                                        {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff,
                                         0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
                                        {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0,
                                         0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}};
    for (const auto& known : cases) {
        const Philox4x32 out = philox(known, known + 4);
        for (int w = 0; w < 4; ++w) BOOST_TEST(out.word[w] == known[6 + w]);
    }
}

BOOST_AUTO_TEST_CASE(stream_keys_are_pinned_and_unrelated) {
    BOOST_TEST(stream_key(0, "") == 0x97a7e8de67b775bbu);
    BOOST_TEST(stream_key(1, "activity/emergency") == 0x39ef6778a5070105u);
    for (std::uint64_t seed = 0; seed < 20; ++seed)
        BOOST_TEST(std::abs(std::popcount(stream_key(seed, "a") ^ stream_key(seed + 1, "a")) - 32) < 20);
}

BOOST_AUTO_TEST_CASE(draws_are_those_of_the_reference) {
    Maker m;
    std::vector<NodeId> columns;
    for (std::uint32_t period = 0; period < 4; ++period) columns.push_back(m.draw(0, period));
    columns.push_back(m.draw(1, 7));
    const Program program(m.graph, columns);
    for (const std::uint64_t first : {std::uint64_t{0}, (std::uint64_t{1} << 32) - 21}) {
        LanesSettings s = settings(300, 99);
        s.first_draw = first;
        for (const Level level : available_levels()) {
            s.level = level;
            const auto values = run(program, s);
            for (std::size_t c = 0; c < columns.size(); ++c)
                for (std::uint64_t d = 0; d < s.draws; ++d) {
                    const double expected = reference_draw(99, c == 4 ? "stream 1" : "stream 0", first + d,
                                                           c == 4 ? 7 : static_cast<std::uint32_t>(c));
                    BOOST_TEST(std::abs(values[c * s.draws + d] - expected) <= 2e-13 * std::abs(expected) + 1e-17);
                }
        }
    }
}

BOOST_AUTO_TEST_CASE(draws_are_standard_normal_and_unrelated) {
    Maker m;
    const std::vector<NodeId> columns{m.draw(0, 0), m.draw(0, 1), m.draw(0, 2), m.draw(1, 0), m.draw(0, 3)};
    const std::size_t n = 400'000;
    const auto values = run(Program(m.graph, columns), settings(n));
    const double root = std::sqrt(static_cast<double>(n));
    for (std::size_t a = 0; a < columns.size(); ++a) {
        double moments[5] = {};
        std::size_t beyond_two = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const double z = values[a * n + i];
            for (int k = 1; k < 5; ++k) moments[k] += std::pow(z, k) / static_cast<double>(n);
            beyond_two += z > 2;
        }
        BOOST_TEST(std::abs(moments[1]) < 5 / root);
        BOOST_TEST(std::abs(moments[2] - 1) < 5 * std::sqrt(2.0) / root);
        BOOST_TEST(std::abs(moments[3]) < 5 * std::sqrt(15.0) / root);
        BOOST_TEST(std::abs(moments[4] - 3) < 5 * std::sqrt(96.0) / root);
        const double p = 0.022750131948179;
        BOOST_TEST(std::abs(static_cast<double>(beyond_two) / static_cast<double>(n) - p) <
                   5 * std::sqrt(p * (1 - p)) / root);
        for (std::size_t b = 0; b < a; ++b) {
            double product = 0, squares = 0;
            for (std::size_t i = 0; i < n; ++i) {
                const double x = values[a * n + i], y = values[b * n + i];
                product += x * y;
                squares += (x * x - 1) * (y * y - 1);
            }
            BOOST_TEST(std::abs(product) < 5 * root);
            BOOST_TEST(std::abs(squares) < 5 * 2 * root);
        }
    }
}

BOOST_AUTO_TEST_CASE(functions_are_accurate_to_the_last_digits) {
    Maker m;
    const NodeId z = m.draw(0, 0);
    std::vector<NodeId> columns;
    for (const double scale : {1e-9, 0.1, 3.0, 150.0, 400.0}) {
        const NodeId x = m.add(Op::weighted_sum, {z}, {0, scale}), e = m.add(Op::exponential, {x});
        columns.insert(columns.end(), {x, e, m.add(Op::logarithm, {e})});
    }
    const std::size_t n = 20'000;
    const auto values = run(Program(m.graph, columns), settings(n));
    for (std::size_t c = 0; c < columns.size(); c += 3)
        for (std::size_t i = 0; i < n; ++i) {
            const double x = values[c * n + i], e = values[(c + 1) * n + i], l = values[(c + 2) * n + i];
            const long double exact = std::exp(static_cast<long double>(x));
            if (exact > std::numeric_limits<double>::max())
                BOOST_REQUIRE(std::isinf(e));
            else
                BOOST_REQUIRE(std::abs(e - exact) <= 1e-15L * exact + 4.95e-324L);
            if (e == 0)
                BOOST_REQUIRE(std::isnan(l));
            else if (std::isinf(e))
                BOOST_REQUIRE(l == e);
            else
                BOOST_REQUIRE(std::abs(l - std::log(static_cast<long double>(e))) <=
                              1e-15L * std::abs(std::log(static_cast<long double>(e))));
        }
}

BOOST_AUTO_TEST_CASE(every_operation_agrees_with_ordinary_code) {
    for (const unsigned seed : {1u, 2u, 3u}) {
        const Maker m = random_graph(seed, 400);
        const Program program(m.graph, {0});
        for (const Level level : available_levels())
            for (std::uint64_t draw = 0; draw < 60; ++draw)
                check_against_reference(m.graph, program.replay(5, draw, level));
    }
}

BOOST_AUTO_TEST_CASE(special_values) {
    Maker m;
    const NodeId zero = m.constant(0), one = m.constant(1), missing = m.add(Op::constant, {});
    const NodeId endless = m.add(Op::exponential, {m.constant(710)});
    const std::vector<std::pair<NodeId, double>> cases{
        {m.add(Op::logical_and, {zero, missing}), 0},
        {m.add(Op::logical_and, {missing, one}), missing_value},
        {m.add(Op::logical_or, {one, missing}), 1},
        {m.add(Op::logical_or, {missing, zero}), missing_value},
        {m.add(Op::less, {missing, one}), missing_value},
        {m.add(Op::choose, {missing, one, one}), missing_value},
        {m.add(Op::choose, {one, zero, missing}), 0},
        {m.add(Op::is_missing, {missing}), 1},
        {m.add(Op::if_missing, {missing, one}), 1},
        {m.add(Op::minimum, {one, missing}), missing_value},
        {m.add(Op::maximum, {missing, one}), missing_value},
        {m.add(Op::divide, {one, zero}), missing_value},
        {m.add(Op::divide, {one, zero, one}), 1},
        {m.add(Op::modulo, {m.constant(-7), m.constant(3)}), 2},
        {m.add(Op::floor_divide, {m.constant(-7), m.constant(3)}), -3},
        {m.add(Op::exponential, {m.constant(710)}), HUGE_VAL},
        {m.add(Op::exponential, {m.constant(-746)}), 0},
        {m.add(Op::logarithm, {zero}), missing_value},
        {m.add(Op::logarithm, {m.constant(0x1p-1060)}), -1060 * std::log(2.0)},
        {m.add(Op::power, {m.constant(1.5), m.constant(2)}), 2.25},
        {m.add(Op::power, {m.constant(-2), m.constant(3)}), -8},
        {m.add(Op::power, {m.constant(-2), m.constant(0.5)}), missing_value},
        {m.add(Op::power, {zero, zero}), 1},
        {m.add(Op::power, {zero, m.constant(-1)}), missing_value},
        {m.add(Op::power, {zero, m.constant(0.5)}), 0},
        {m.add(Op::power, {m.constant(2), m.constant(-2)}), 0.25},
        {m.add(Op::round_step, {m.constant(-2.5)}, {1}), -3},
        {m.add(Op::round_step, {m.constant(0.49999999999999994)}, {1}), 1},  // a half, but for the last bit
        {m.add(Op::round_step, {m.constant(0.4999999999)}, {1}), 0},
        {m.add(Op::round_step, {m.constant(3.9999999999999996)}, {1}, 0, 0, Rounding::floor), 4},
        {m.add(Op::less, {m.constant(0.3), m.constant(0.1 + 0.2)}), 0},
        {m.add(Op::less, {m.constant(0.3), m.constant(0.300000001)}), 1},
        {m.add(Op::less_equal, {m.constant(0.1 + 0.2), m.constant(0.3)}), 1},
        {m.add(Op::equal, {m.constant(0.1 + 0.2), m.constant(0.3)}), 1},
        {m.add(Op::less, {m.constant(1), endless}), 1},
        {m.add(Op::less_equal, {endless, m.constant(1)}), 0},
        {m.add(Op::less_equal, {endless, endless}), 1},
        {m.add(Op::floor_divide, {m.constant(0.1 + 0.2), m.constant(0.3)}), 1},
        {m.add(Op::floor_divide, {m.constant(0.7), m.constant(0.1)}), 7},  // 6.999999999999999
        {m.add(Op::modulo, {m.constant(0.7), m.constant(0.1)}), 0},
        {m.add(Op::round_step, {m.constant(2.5)}, {1}, 0, 0, Rounding::half_even), 2},
        {m.add(Op::round_step, {m.constant(-2.5)}, {1}, 0, 0, Rounding::half_up), -2}};
    std::vector<NodeId> columns;
    for (const auto& [id, expected] : cases) columns.push_back(id);
    const Program program(m.graph, columns);
    for (const Level level : available_levels()) {
        LanesSettings s = settings(3);
        s.level = level;
        const auto values = run(program, s);
        for (std::size_t c = 0; c < cases.size(); ++c)
            BOOST_TEST(close(values[c * 3 + 2], cases[c].second, 1e-15), "case " << c << ": " << values[c * 3 + 2]);
    }
}

BOOST_AUTO_TEST_CASE(bits_depend_on_seed_and_draw_alone) {
    for (const unsigned seed : {11u, 12u}) {
        const Maker m = random_graph(seed, 400);
        const auto columns = narrow_nodes(m.graph);
        const Program program(m.graph, columns);
        const std::uint64_t draws = 4500;  // three chunks, the last one cut off within a tile
        const auto expected = run(program, settings(draws));
        for (const Level level : available_levels())
            for (const unsigned block : {0u, 16u, 48u, 2048u})
                for (const unsigned threads : {1u, 3u}) {
                    LanesSettings s = settings(draws);
                    s.level = level;
                    s.block = block;
                    s.threads = threads;
                    BOOST_TEST(same_bits(run(program, s), expected),
                               to_string(level) << ", block " << block << ", threads " << threads);
                }
        for (const std::uint64_t cut : {1u, 100u, 3001u}) {
            LanesSettings s = settings(draws - cut);
            s.first_draw = cut;
            const auto rest = run(program, s);
            bool same = true;
            for (std::size_t c = 0; c < columns.size(); ++c)
                for (std::uint64_t d = cut; d < draws; ++d)
                    same = same && std::bit_cast<std::uint64_t>(rest[c * s.draws + d - cut]) ==
                                       std::bit_cast<std::uint64_t>(expected[c * draws + d]);
            BOOST_TEST(same, "first draw " << cut);
        }
        // The order in which columns are asked for changes the schedule, never the bits.
        const auto last = run(Program(m.graph, {columns.back()}), settings(draws));
        BOOST_TEST(same_bits(last, {expected.end() - static_cast<std::ptrdiff_t>(draws), expected.end()}));
        BOOST_TEST(!same_bits(run(program, settings(draws, 8)), expected));
    }
}

BOOST_AUTO_TEST_CASE(replay_is_the_run_to_the_bit) {
    const Maker m = random_graph(21, 400);
    const auto columns = narrow_nodes(m.graph);
    const Program program(m.graph, columns);
    const auto values = run(program, settings(200));
    for (const Level level : available_levels())
        for (const std::uint64_t draw : {0u, 15u, 16u, 199u}) {
            const auto again = program.replay(7, draw, level);
            for (std::size_t c = 0; c < columns.size(); ++c)
                BOOST_TEST(std::bit_cast<std::uint64_t>(again[columns[c]][0]) ==
                           std::bit_cast<std::uint64_t>(values[c * 200 + draw]));
        }
}

BOOST_AUTO_TEST_CASE(long_sums_keep_their_order_and_need_few_registers) {
    Maker m;
    std::vector<NodeId> terms;
    std::vector<double> numbers{0.1};
    for (std::uint32_t period = 0; period < 60; ++period) {
        terms.push_back(m.add(Op::exponential,
                              {m.add(Op::weighted_sum, {m.draw(0, period), m.draw(1, period)}, {-0.02, 0.2, 0.1})}));
        numbers.push_back(0.7 + 0.01 * period);
    }
    const NodeId total = m.add(Op::weighted_sum, terms, numbers);
    const Program program(m.graph, {total});
    BOOST_TEST(program.registers() < 24u);
    const auto values = run(program, settings(50));
    const auto replayed = program.replay(7, 33, Level::baseline);
    double sum = 0.1;
    for (std::size_t i = 0; i < terms.size(); ++i) sum = std::fma(numbers[i + 1], replayed[terms[i]][0], sum);
    BOOST_TEST(values[33] == sum);
}

BOOST_AUTO_TEST_CASE(impossible_programs_are_refused) {
    Maker m;
    m.graph.inputs.push_back(InputSlot{"attendances", 3, no_node, no_node});
    const NodeId input = m.add(Op::input, {}, {}, 0), twice = m.add(Op::weighted_sum, {input}, {0, 2}),
                 other = m.constant(4);
    BOOST_CHECK_EXCEPTION(Program(m.graph, {twice}), std::invalid_argument,
                          [](const auto& e) { return std::string(e.what()).find("attendances") != std::string::npos; });
    // Where no column needs it, it is merely missing.
    const auto values = Program(m.graph, {other}).replay(1, 0, Level::baseline);
    BOOST_TEST(std::isnan(values[input][0]));
    BOOST_TEST(std::isnan(values[twice][0]));
    m.graph.inputs[0].driven = twice;
    BOOST_CHECK_THROW(Program(m.graph, {twice}), std::invalid_argument);
    m.graph.inputs[0].driven = input;
    BOOST_CHECK_THROW(Program(m.graph, {twice}), std::invalid_argument);
    LanesSettings s = settings(10);
    s.block = 40;
    RunControl control;
    BOOST_CHECK_THROW((void)Program(Maker().graph, {}).run(s, control), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_stopped_run_throws_cancelled) {
    Maker m;
    const Program program(m.graph, {m.draw(0, 0)});
    for (const unsigned threads : {1u, 2u}) {
        LanesSettings s = settings(100'000);
        s.threads = threads;
        RunControl control;
        control.cancel();
        BOOST_CHECK_THROW((void)program.run(s, control), openbook::Cancelled);
        BOOST_TEST(control.done() == 0u);
    }
}

BOOST_AUTO_TEST_SUITE_END()
