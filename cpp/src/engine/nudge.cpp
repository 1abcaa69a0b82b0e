#include "engine/nudge.hpp"

#include "engine/adjoint.hpp"

namespace openbook::engine {
namespace {

/// Small against every distance that two decimals of a contract can have.
const Exact& small_step() {
    static const Exact step(Integer(1), Integer(1'000'000'000'000'000'000));
    return step;
}

bool has_rule(Op op) {
    switch (op) {
        case Op::weighted_sum:
        case Op::multiply:
        case Op::divide:
        case Op::round_step:
        case Op::post:
        case Op::exponential:
        case Op::logarithm:
        case Op::power:
        case Op::statistic:
        case Op::apportion:
        case Op::apportion_members:
        case Op::product_members:
        case Op::group_product: return true;
        default: return false;
    }
}

}  // namespace

void Nudge::move(NodeId input, std::uint32_t member, int direction, NodeId last) {
    moved_.assign(graph_.nodes.size(), {});
    Moved start{values_[input], std::vector<Exact>(values_[input].size(), Exact(0))};
    if (!start.limits[place(input, member)]) return;
    start.slopes[place(input, member)] = direction;
    moved_[input] = std::move(start);
    for (NodeId id = input + 1; id <= last; ++id) {
        const Node& node = graph_.nodes[id];
        if (node.op == Op::input) {
            const NodeId plan = graph_.inputs[node.index].plan;
            if (plan == no_node || !moved(plan)) continue;
            Moved own{values_[id], std::vector<Exact>(values_[id].size(), Exact(0))};
            const Members& given = bound_[node.index];
            for (std::size_t m = 0; m < own.limits.size(); ++m)
                if (given.empty() || !given[m]) {
                    own.limits[m] = limit(plan, static_cast<std::uint32_t>(m));
                    own.slopes[m] = slope(plan, static_cast<std::uint32_t>(m));
                }
            keep(id, std::move(own));
        } else if (std::any_of(node.inputs.begin(), node.inputs.end(), [&](NodeId x) { return moved(x); })) {
            keep(id, of_node(id, node));
        }
    }
}

/// What stands still is not kept, so that nothing behind it is followed.
void Nudge::keep(NodeId id, Moved own) {
    const bool still = std::all_of(own.slopes.begin(), own.slopes.end(), [](const Exact& s) { return s == 0; });
    if (!still || own.limits != values_[id]) moved_[id] = std::move(own);
}

Exact Nudge::slope(NodeId node, std::uint32_t member) const {
    return moved(node) ? moved_[node].slopes[place(node, member)] : Exact(0);
}
const Value& Nudge::limit(NodeId node, std::uint32_t member) const {
    return moved(node) ? moved_[node].limits[place(node, member)] : values_[node][place(node, member)];
}

Nudge::Moved Nudge::of_node(NodeId, const Node& node) const {
    return has_rule(node.op) ? by_rule(node) : by_small_steps(node);
}

Members Nudge::limits_of(const Node& node) const {
    std::vector<const Members*> operands;
    for (const NodeId x : node.inputs) operands.push_back(moved(x) ? &moved_[x].limits : &values_[x]);
    return evaluate_node(graph_, node, operands);
}

/// Comparisons, branches, tables, extremes, orders: linear in the step once it is small enough, so that two steps show
/// the line that holds just beside the point.
Nudge::Moved Nudge::by_small_steps(const Node& node) const {
    const auto after = [&](int steps) {
        std::vector<Members> stepped;
        std::vector<const Members*> operands;
        stepped.reserve(node.inputs.size());
        for (const NodeId x : node.inputs) {
            if (!moved(x)) {
                operands.push_back(&values_[x]);
                continue;
            }
            Members members = moved_[x].limits;
            for (std::size_t m = 0; m < members.size(); ++m)
                if (members[m]) *members[m] += small_step() * Exact(steps) * moved_[x].slopes[m];
            stepped.push_back(std::move(members));
            operands.push_back(&stepped.back());
        }
        return evaluate_node(graph_, node, operands);
    };
    const Members once = after(1), twice = after(2);
    Moved own{Members(once.size()), std::vector<Exact>(once.size(), Exact(0))};
    for (std::size_t m = 0; m < once.size(); ++m) {
        if (!once[m] || !twice[m]) continue;
        own.limits[m] = Exact(2) * *once[m] - *twice[m];
        own.slopes[m] = (*twice[m] - *once[m]) / small_step();
    }
    return own;
}

/// Where all weights are zero nobody has a part; as soon as they move, parts go by how fast each of them does.
Exact Nudge::slope_of_part(const Node& node, std::size_t member, Value& part_limit) const {
    const bool members = node.op == Op::apportion_members;
    const std::size_t count = members ? run_length(node) : node.inputs.size() - 1;
    const std::size_t own = members ? member % count : node.index;
    const std::size_t first = members ? member - own : 0;
    const auto weight = [&](std::size_t i) {
        return members ? std::pair<NodeId, std::uint32_t>(node.inputs[1], static_cast<std::uint32_t>(first + i))
                       : std::pair<NodeId, std::uint32_t>(node.inputs[i + 1], static_cast<std::uint32_t>(member));
    };
    const auto at = [&](std::pair<NodeId, std::uint32_t> x) { return limit(x.first, x.second).value_or(Exact(0)); };
    const auto by = [&](std::pair<NodeId, std::uint32_t> x) { return slope(x.first, x.second); };
    const std::pair<NodeId, std::uint32_t> total{node.inputs[0],
                                                 static_cast<std::uint32_t>(members ? first / count : member)};
    Exact sum = 0, sum_slope = 0;
    for (std::size_t i = 0; i < count; ++i) {
        sum += at(weight(i));
        sum_slope += by(weight(i));
    }
    if (sum == 0) {
        if (sum_slope == 0) return 0;
        const Exact share = by(weight(own)) / sum_slope;
        part_limit = at(total) * share;
        return by(total) * share;
    }
    const Exact part = at(weight(own)) / sum;
    return by(total) * part + at(total) * (by(weight(own)) - part * sum_slope) / sum;
}

Exact Nudge::slope_of_product(NodeId from, const std::vector<std::size_t>& members) const {
    Exact result = 0;
    for (const std::size_t m : members) {
        Exact term = slope(from, static_cast<std::uint32_t>(m));
        for (const std::size_t k : members)
            if (k != m) term *= limit(from, static_cast<std::uint32_t>(k)).value_or(Exact(1));
        result += term;
    }
    return result;
}

Nudge::Moved Nudge::by_rule(const Node& node) const {
    Moved own{limits_of(node), {}};
    own.slopes.assign(own.limits.size(), Exact(0));
    const auto& in = node.inputs;
    for (std::uint32_t m = 0; m < own.limits.size(); ++m) {
        if (!own.limits[m] && node.op != Op::divide) continue;
        const auto at = [&](std::size_t i) { return limit(in[i], m).value_or(Exact(0)); };
        const auto by = [&](std::size_t i) { return slope(in[i], m); };
        Exact& result = own.slopes[m];
        switch (node.op) {
            case Op::weighted_sum:
                for (std::size_t i = 0; i < in.size(); ++i) result += node.numbers[i + 1] * by(i);
                break;
            case Op::multiply: result = by(0) * at(1) + at(0) * by(1); break;
            case Op::divide:
                if (at(1) != 0) {
                    if (own.limits[m]) result = (by(0) - at(0) * by(1) / at(1)) / at(1);
                } else if (by(1) == 0) {
                    if (in.size() > 2 && own.limits[m]) result = by(2);
                } else if (at(0) == 0) {
                    own.limits[m] = by(0) / by(1);  // both start from zero
                } else {
                    own.limits[m] = std::nullopt;  // beyond every number
                }
                break;
            case Op::round_step: result = by(0); break;
            case Op::post: result = by(1) - by(2); break;
            case Op::exponential: result = *own.limits[m] * by(0); break;
            case Op::logarithm: result = by(0) / at(0); break;
            case Op::power:
                if (at(0) == 0) {
                    if (at(1) == 1) result = by(0);
                    break;
                }
                result = *own.limits[m] * at(1) * by(0) / at(0);
                if (by(1) != 0 && at(0) > 0) result += *own.limits[m] * natural_logarithm(at(0)) * by(1);
                break;
            case Op::statistic: {
                std::vector<double> given;
                for (std::size_t i = 0; i < in.size(); ++i) given.push_back(to_double(at(i)));
                for (std::size_t i = 0; i < in.size(); ++i)
                    if (by(i) != 0) result += Exact(statistic_slope(node.index, given, i)) * by(i);
                break;
            }
            case Op::apportion:
            case Op::apportion_members: result = slope_of_part(node, m, own.limits[m]); break;
            case Op::product_members:
            case Op::group_product: {
                std::vector<std::size_t> members;
                const bool grouped = node.op == Op::group_product;
                const std::size_t count = grouped ? graph_.maps[node.index].size() : values_[in[0]].size();
                for (std::size_t k = 0; k < count; ++k)
                    if (!grouped || graph_.maps[node.index][k] == m) members.push_back(k);
                result = slope_of_product(in[0], members);
                break;
            }
            default: break;
        }
    }
    return own;
}

// ---- how far it goes on like this ----

namespace {

void sooner(std::optional<Exact>& so_far, const std::optional<Exact>& other) {
    if (other && (!so_far || *other < *so_far)) so_far = other;
}

/// Steps until a value that moves at `slope` covers `gap`; nothing where it moves away, or not.
std::optional<Exact> steps_over(const Exact& gap, const Exact& slope) {
    if (slope == 0 || gap == 0 || (gap < 0) != (slope < 0)) return std::nullopt;
    return gap / slope;
}

}  // namespace

std::optional<Exact> Nudge::until_equal(NodeId a, NodeId b, std::uint32_t m) const {
    if (!limit(a, m) || !limit(b, m)) return std::nullopt;
    return steps_over(*limit(b, m) - *limit(a, m), slope(a, m) - slope(b, m));
}

std::optional<Exact> Nudge::until_other_branch(const Node& node, std::uint32_t m) const {
    const auto& in = node.inputs;
    switch (node.op) {
        case Op::minimum:
        case Op::maximum:
        case Op::less:
        case Op::less_equal:
        case Op::equal: return until_equal(in[0], in[1], m);
        case Op::absolute: return limit(in[0], m) ? steps_over(-*limit(in[0], m), slope(in[0], m)) : std::nullopt;
        case Op::piecewise: {
            std::optional<Exact> first;
            if (limit(in[0], m))
                for (const Exact& at : graph_.tables[node.index].at)
                    sooner(first, steps_over(at - *limit(in[0], m), slope(in[0], m)));
            return first;
        }
        case Op::floor_divide:
        case Op::modulo: {
            // To the next multiple of a divisor that stands still; one that moves may be met at once.
            if (!limit(in[0], m) || !limit(in[1], m) || *limit(in[1], m) == 0) return std::nullopt;
            if (slope(in[1], m) != 0) return Exact(0);
            const Exact by = slope(in[0], m) / *limit(in[1], m), at = *limit(in[0], m) / *limit(in[1], m);
            const Exact down = floor_of(at);
            if (by == 0) return std::nullopt;
            return by > 0 ? (down + 1 - at) / by : (at == down ? Exact(1) : Exact(at - down)) / -by;
        }
        default: return std::nullopt;
    }
}

std::optional<Exact> Nudge::reach(const std::function<bool(NodeId)>& watched) const {
    std::optional<Exact> first;
    const auto among_members = [&](NodeId from, std::uint32_t run = 0) {
        const auto count = static_cast<std::uint32_t>(values_[from].size());
        for (std::uint32_t a = 0; a < count; ++a)
            for (std::uint32_t b = run == 0 ? 0 : a - a % run; b < a; ++b)
                if (limit(from, a) && limit(from, b))
                    sooner(first, steps_over(*limit(from, b) - *limit(from, a), slope(from, a) - slope(from, b)));
    };
    const auto between = [&](NodeId these, NodeId those) {
        for (std::uint32_t a = 0; a < values_[these].size(); ++a)
            for (std::uint32_t b = 0; b < values_[those].size(); ++b)
                if (limit(these, a) && limit(those, b))
                    sooner(first, steps_over(*limit(those, b) - *limit(these, a), slope(these, a) - slope(those, b)));
    };
    for (NodeId id = 0; id < graph_.nodes.size(); ++id) {
        const Node& node = graph_.nodes[id];
        if (!watched(id) || std::none_of(node.inputs.begin(), node.inputs.end(), [&](NodeId x) { return moved(x); }))
            continue;
        switch (node.op) {
            case Op::min_members:
            case Op::max_members:
            case Op::group_min:
            case Op::group_max: among_members(node.inputs[0]); break;
            case Op::running: among_members(node.inputs[0], run_length(node)); break;
            case Op::rank:
                for (const NodeId input : node.inputs) among_members(input, run_length(node));
                break;
            case Op::running_by:
                if (node.inputs.size() > 2)
                    between(node.inputs[1], node.inputs[2]);
                else
                    among_members(node.inputs[1], run_length(node));
                break;
            default:
                for (std::uint32_t m = 0; m < node.width; ++m) sooner(first, until_other_branch(node, m));
        }
    }
    return first;
}

bool Nudge::bends(const std::function<bool(NodeId)>& watched) const {
    for (NodeId id = 0; id < graph_.nodes.size(); ++id) {
        const Node& node = graph_.nodes[id];
        if (!watched(id) || !moved(id)) continue;
        const auto moves = [&](std::size_t i) { return moved(node.inputs[i]); };
        switch (node.op) {
            case Op::multiply:
                if (moves(0) && moves(1)) return true;
                break;
            case Op::divide:
                if (moves(1)) return true;
                break;
            case Op::apportion:
                for (std::size_t i = 1; i < node.inputs.size(); ++i)
                    if (moves(i)) return true;
                break;
            case Op::apportion_members:
                if (moves(1)) return true;
                break;
            case Op::exponential:
            case Op::logarithm:
            case Op::power:
            case Op::statistic: return true;
            case Op::product_members:
            case Op::group_product: return true;
            default: break;
        }
    }
    return false;
}

}  // namespace openbook::engine
