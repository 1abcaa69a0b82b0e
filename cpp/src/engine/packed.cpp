#include "engine/packed.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace openbook::engine {
namespace {

__extension__ using Wide = __int128;

/// Numbers stay below 2^62, as in `Exact`: a product fits 124 bits, and a sum of two of them 125.
constexpr std::int64_t limit = std::int64_t{1} << 62;
bool fits(Wide value) {
    return value > -limit && value < limit;
}

Exact exact_of(Wide over, std::int64_t under) {
    if (fits(over)) return Exact(static_cast<std::int64_t>(over)) / Exact(under);
    const bool negative = over < 0;
    const auto size = static_cast<unsigned __int128>(negative ? -over : over);
    const Integer whole =
        (Integer(static_cast<std::uint64_t>(size >> 64)) << 64) + Integer(static_cast<std::uint64_t>(size));
    return Exact(negative ? Integer(-whole) : whole, Integer(under));
}

struct Fraction {
    std::int64_t over, under;
};

/// A number in two words; nothing where it needs more.
std::optional<Fraction> in_words(const Exact& value) {
    const Integer over = numerator(value), under = denominator(value);
    if (over <= -limit || over >= limit || under >= limit) return std::nullopt;
    return Fraction{static_cast<std::int64_t>(over), static_cast<std::int64_t>(under)};
}

/// The least common multiple; nothing where it is too large.
std::optional<std::int64_t> common(std::int64_t a, std::int64_t b) {
    const Wide multiple = Wide(a / std::gcd(a, b)) * b;
    return fits(multiple) ? std::optional(static_cast<std::int64_t>(multiple)) : std::nullopt;
}

/// One operand as the members of the node read it: one that stands for all has a stride of zero.
struct Operand {
    const std::int64_t* over;
    const std::uint8_t* missing;  // none: nothing is missing
    std::size_t stride;
    explicit Operand(const Packed& packed)
        : over(packed.over.data()),
          missing(packed.missing.empty() ? nullptr : packed.missing.data()),
          stride(packed.size() == 1 ? 0 : 1) {}
    [[nodiscard]] std::int64_t at(std::size_t m) const { return over[m * stride]; }
    [[nodiscard]] bool lacks(std::size_t m) const { return missing && missing[m * stride] != 0; }
};

/// Missing where an operand is; nothing at all where none is.
void mark_missing(Packed& result, const std::vector<const Packed*>& operands) {
    for (const Packed* operand : operands) {
        if (operand->missing.empty()) continue;
        if (result.missing.empty()) result.missing.assign(result.size(), 0);
        const Operand x(*operand);
        for (std::size_t m = 0; m < result.size(); ++m)
            result.missing[m] = static_cast<std::uint8_t>(result.missing[m] | (x.lacks(m) ? 1 : 0));
    }
    if (result.missing.empty()) return;
    for (std::size_t m = 0; m < result.size(); ++m)
        if (result.missing[m]) result.over[m] = 0;
}

/// Fills a result member by member, from numbers in 128 bits; false where one is too large.
template <class Of>
bool fill(Packed& result, Of&& of) {
    bool good = true;
    for (std::size_t m = 0; m < result.size(); ++m) {
        const Wide value = of(m);
        good = good && fits(value);
        result.over[m] = static_cast<std::int64_t>(value);
    }
    return good;
}

using Operands = std::vector<const Packed*>;

std::optional<Packed> finished(bool good, Packed result, const Operands& operands) {
    if (!good) return std::nullopt;
    mark_missing(result, operands);
    return result;
}

Packed empty_result(const Node& node) {
    Packed result;
    result.over.resize(node.width);
    return result;
}

std::optional<Packed> product(const Node& node, const Operands& x) {
    Packed result = empty_result(node);
    const Wide under = Wide(x[0]->under) * x[1]->under;
    if (!fits(under)) return std::nullopt;
    result.under = static_cast<std::int64_t>(under);
    const Operand a(*x[0]), b(*x[1]);
    // Overflow is found at the end of the row, so that the loop has no branch.
    bool over = false;
    for (std::size_t m = 0; m < result.size(); ++m) {
        std::int64_t value;
        over |= __builtin_mul_overflow(a.at(m), b.at(m), &value);
        over |= value <= -limit || value >= limit;
        result.over[m] = value;
    }
    return finished(!over, std::move(result), x);
}

/// By one divisor for all members; where each has its own, so has each result its denominator.
std::optional<Packed> quotient(const Node& node, const Operands& x) {
    if (x[1]->size() != 1 || !x[1]->has(0) || x[1]->over[0] == 0) return std::nullopt;
    const std::int64_t divisor = x[1]->over[0];
    Packed inverse;
    inverse.over = {divisor < 0 ? -x[1]->under : x[1]->under};
    inverse.under = divisor < 0 ? -divisor : divisor;
    return product(node, {x[0], &inverse});
}

std::optional<Packed> weighted_sum(const Node& node, const Operands& x) {
    std::vector<Fraction> factors;
    std::int64_t under = 1;
    for (std::size_t i = 0; i <= x.size(); ++i) {
        const std::optional<Fraction> factor = in_words(node.numbers[i]);
        if (!factor) return std::nullopt;
        const Wide own = Wide(factor->under) * (i == 0 ? 1 : x[i - 1]->under);
        const std::optional<std::int64_t> both =
            fits(own) ? common(under, static_cast<std::int64_t>(own)) : std::nullopt;
        if (!both) return std::nullopt;
        under = *both;
        factors.push_back({factor->over, static_cast<std::int64_t>(own)});
    }
    Packed result = empty_result(node);
    result.under = under;
    for (std::size_t i = 0; i <= x.size(); ++i) {
        const Wide factor = Wide(factors[i].over) * (under / factors[i].under);
        if (!fits(factor)) return std::nullopt;
        const bool good = i == 0 ? fill(result, [&](std::size_t) { return factor; })
                                 : fill(result, [&, own = Operand(*x[i - 1])](std::size_t m) {
                                       return result.over[m] + factor * own.at(m);
                                   });
        if (!good) return std::nullopt;
    }
    return finished(true, std::move(result), x);
}

/// Two operands over one denominator: what each is multiplied with.
struct Level {
    Wide first, second;
    std::int64_t under;
};
std::optional<Level> level(const Packed& a, const Packed& b) {
    const std::optional<std::int64_t> under = common(a.under, b.under);
    if (!under) return std::nullopt;
    return Level{*under / a.under, *under / b.under, *under};
}

std::optional<Packed> of_two(const Node& node, const Operands& x) {
    const std::optional<Level> by = level(*x[0], *x[1]);
    if (!by) return std::nullopt;
    Packed result = empty_result(node);
    const Operand a(*x[0]), b(*x[1]);
    const auto left = [&](std::size_t m) { return by->first * a.at(m); };
    const auto right = [&](std::size_t m) { return by->second * b.at(m); };
    bool good = true;
    switch (node.op) {
        case Op::minimum: good = fill(result, [&](std::size_t m) { return std::min(left(m), right(m)); }); break;
        case Op::maximum: good = fill(result, [&](std::size_t m) { return std::max(left(m), right(m)); }); break;
        case Op::less: fill(result, [&](std::size_t m) { return left(m) < right(m); }); break;
        case Op::less_equal: fill(result, [&](std::size_t m) { return left(m) <= right(m); }); break;
        default: fill(result, [&](std::size_t m) { return left(m) == right(m); });
    }
    if (node.op == Op::minimum || node.op == Op::maximum) result.under = by->under;
    return finished(good, std::move(result), x);
}

/// Of two branches the one that `first` names for each member, with its gaps.
template <class First>
std::optional<Packed> branch(const Node& node, const Packed& one, const Packed& other, First&& first) {
    const std::optional<Level> by = level(one, other);
    if (!by) return std::nullopt;
    Packed result = empty_result(node);
    result.under = by->under;
    const Operand a(one), b(other);
    if (!one.missing.empty() || !other.missing.empty()) result.missing.assign(result.size(), 0);
    const bool good = fill(result, [&](std::size_t m) {
        const bool is_first = first(m);
        if (is_first ? a.lacks(m) : b.lacks(m)) result.missing[m] = 1;
        return is_first ? by->first * a.at(m) : by->second * b.at(m);
    });
    return good ? std::optional(std::move(result)) : std::nullopt;
}

std::optional<Packed> chosen(const Node& node, const Operands& x) {
    const Operand condition(*x[0]);
    std::optional<Packed> result = branch(node, *x[1], *x[2], [&](std::size_t m) { return condition.at(m) != 0; });
    if (result && !x[0]->missing.empty()) mark_missing(*result, {x[0]});
    return result;
}

std::optional<Packed> filled(const Node& node, const Operands& x) {
    const Operand own(*x[0]);
    if (x[0]->missing.empty() && x[0]->size() == node.width) return *x[0];
    std::optional<Packed> result = branch(node, *x[0], *x[1], [&](std::size_t m) { return !own.lacks(m); });
    if (result && x[1]->missing.empty()) result->missing.clear();
    return result;
}

std::optional<Packed> absolute(const Node& node, const Operands& x) {
    Packed result = empty_result(node);
    result.under = x[0]->under;
    const Operand own(*x[0]);
    fill(result, [&](std::size_t m) { return own.at(m) < 0 ? -own.at(m) : own.at(m); });
    return finished(true, std::move(result), x);
}

std::optional<Packed> gaps(const Node& node, const Operands& x) {
    Packed result = empty_result(node);
    const Operand own(*x[0]);
    fill(result, [&](std::size_t m) { return own.lacks(m) ? 1 : 0; });
    return result;
}

/// Not, and, or: what decides by itself decides whether the other is there or not.
std::optional<Packed> logical(const Node& node, const Operands& x) {
    Packed result = empty_result(node);
    result.missing.assign(node.width, 0);
    const bool either = node.op == Op::logical_or;
    for (std::size_t m = 0; m < result.size(); ++m) {
        bool decided = false, lacks = false;
        for (const Packed* operand : x) {
            const Operand own(*operand);
            lacks = lacks || own.lacks(m);
            decided = decided || (!own.lacks(m) && (own.at(m) != 0) == either);
        }
        if (node.op == Op::logical_not)
            result.over[m] = Operand(*x[0]).at(m) == 0 && !lacks ? 1 : 0;
        else
            result.over[m] = (decided || !lacks) && decided == either ? 1 : 0;
        result.missing[m] = lacks && (!decided || node.op == Op::logical_not) ? 1 : 0;
    }
    return result;
}

Wide floor_of(Wide over, Wide under) {
    const Wide down = over / under;
    return over % under < 0 ? down - 1 : down;
}

std::optional<Packed> rounded(const Node& node, const Operands& x) {
    const std::optional<Fraction> step = in_words(node.numbers[0]);
    if (!step || step->over <= 0) return std::nullopt;
    const Wide under = Wide(x[0]->under) * step->over;
    if (!fits(under)) return std::nullopt;
    Packed result = empty_result(node);
    result.under = step->under;
    const Operand own(*x[0]);
    const bool good = fill(result, [&](std::size_t m) {
        const Wide steps = Wide(own.at(m)) * step->under, down = floor_of(steps, under), rest = steps - down * under;
        const bool half = 2 * rest == under;
        bool up = 2 * rest > under;
        switch (node.rounding) {
            case Rounding::half_away: up = up || (half && steps > 0); break;
            case Rounding::half_up: up = up || half; break;
            case Rounding::half_even: up = up || (half && down % 2 != 0); break;
            case Rounding::floor: up = false; break;
            case Rounding::ceiling: up = rest != 0; break;
            case Rounding::truncate: up = rest != 0 && steps < 0; break;
        }
        return (down + (up ? 1 : 0)) * step->over;
    });
    return finished(good, std::move(result), x);
}

std::optional<Packed> gathered(const Graph& graph, const Node& node, const Packed& from) {
    Packed result = empty_result(node);
    result.under = from.under;
    const Operand own(from);
    const std::vector<std::uint32_t>& members = graph.maps[node.index];
    if (!from.missing.empty()) result.missing.resize(result.size());
    for (std::size_t m = 0; m < result.size(); ++m) {
        result.over[m] = own.at(members[m]);
        if (!from.missing.empty()) result.missing[m] = own.lacks(members[m]) ? 1 : 0;
    }
    return result;
}

bool skips(const Node& node) {
    return !node.numbers.empty() && node.numbers[0] == 1;
}

std::optional<Packed> grouped(const Graph& graph, const Node& node, const Packed& from) {
    const std::vector<std::uint32_t>& group_of = graph.maps[node.index];
    const Operand own(from);
    std::vector<Wide> sums(node.width, 0);
    std::vector<std::uint8_t> lacking(node.width, 0);
    for (std::size_t m = 0; m < group_of.size(); ++m) {
        if (own.lacks(m))
            lacking[group_of[m]] = skips(node) ? lacking[group_of[m]] : 1;
        else
            sums[group_of[m]] += own.at(m);
    }
    Packed result = empty_result(node);
    result.under = from.under;
    const bool good = fill(result, [&](std::size_t g) { return lacking[g] ? Wide(0) : sums[g]; });
    if (std::find(lacking.begin(), lacking.end(), 1) != lacking.end()) result.missing = std::move(lacking);
    return good ? std::optional(std::move(result)) : std::nullopt;
}

Packed constant(const Node& node) {
    Packed result = empty_result(node);
    result.missing.assign(node.width, 1);
    return result;
}

}  // namespace

std::optional<Packed> packed(const Members& members) {
    Packed result;
    result.over.resize(members.size());
    std::vector<std::int64_t> under(members.size(), 1);
    for (std::size_t m = 0; m < members.size(); ++m) {
        if (!members[m]) {
            if (result.missing.empty()) result.missing.assign(members.size(), 0);
            result.missing[m] = 1;
            continue;
        }
        const std::optional<Fraction> words = in_words(*members[m]);
        if (!words) return std::nullopt;
        result.over[m] = words->over;
        under[m] = words->under;
        if (result.under % words->under == 0) continue;
        const std::optional<std::int64_t> both = common(result.under, words->under);
        if (!both) return std::nullopt;
        result.under = *both;
    }
    for (std::size_t m = 0; m < members.size(); ++m) {
        const Wide value = Wide(result.over[m]) * (result.under / under[m]);
        if (!fits(value)) return std::nullopt;
        result.over[m] = static_cast<std::int64_t>(value);
    }
    return result;
}

Members unpacked(const Packed& from) {
    Members result(from.size());
    const Exact under(from.under);
    for (std::size_t m = 0; m < from.size(); ++m)
        if (from.has(m)) result[m] = from.under == 1 ? Exact(from.over[m]) : Exact(from.over[m]) / under;
    return result;
}

std::optional<Packed> evaluate_packed(const Graph& graph, const Node& node, const Operands& x) {
    switch (node.op) {
        case Op::constant: return node.numbers.empty() ? std::optional(constant(node)) : std::nullopt;
        case Op::weighted_sum: return weighted_sum(node, x);
        case Op::multiply: return product(node, x);
        case Op::divide: return quotient(node, x);
        case Op::logical_and:
        case Op::logical_or:
        case Op::logical_not: return logical(node, x);
        case Op::minimum:
        case Op::maximum:
        case Op::less:
        case Op::less_equal:
        case Op::equal: return of_two(node, x);
        case Op::absolute: return absolute(node, x);
        case Op::choose: return chosen(node, x);
        case Op::is_missing: return gaps(node, x);
        case Op::if_missing: return filled(node, x);
        case Op::round_step: return rounded(node, x);
        case Op::gather: return gathered(graph, node, *x[0]);
        case Op::group_sum: return grouped(graph, node, *x[0]);
        default: return std::nullopt;
    }
}

std::optional<Value> reduce_packed(const Node& node, const Packed& from) {
    if (node.op == Op::pick) {
        if (!from.has(node.index)) return Value();
        return Value(exact_of(from.over[node.index], from.under));
    }
    if (node.op != Op::sum_members && node.op != Op::min_members && node.op != Op::max_members) return std::nullopt;
    Wide sum = 0;
    bool any = false;
    for (std::size_t m = 0; m < from.size(); ++m) {
        if (!from.has(m)) {
            if (!skips(node)) return Value();
            continue;
        }
        const Wide own = from.over[m];
        sum = !any || node.op == Op::sum_members ? sum + own
              : node.op == Op::min_members       ? std::min(sum, own)
                                                 : std::max(sum, own);
        any = true;
    }
    return any ? Value(exact_of(sum, from.under)) : Value();
}

// -- what is held -----------------------------------------------------------------------------------------------------

std::size_t size_of(const Held& held) {
    return std::visit([](const auto& members) { return members.size(); }, held);
}

bool has(const Held& held, std::size_t m) {
    const Packed* packed = std::get_if<Packed>(&held);
    return packed ? packed->has(m) : std::get<Members>(held)[m].has_value();
}

const Members& Values::operator[](std::size_t at) const {
    const Packed* packed = std::get_if<Packed>(&all_->held[at]);
    if (!packed) return std::get<Members>(all_->held[at]);
    std::call_once(all_->once[at], [&] { all_->plain[at] = engine::unpacked(*packed); });
    return all_->plain[at];
}

const std::vector<Members>& Values::unpacked() const {
    std::call_once(all_->once_everything, [&] {
        for (std::size_t at = 0; at < size(); ++at) all_->everything.push_back((*this)[at]);
    });
    return all_->everything;
}

// -- the walk ---------------------------------------------------------------------------------------------------------

namespace {

/// Below, the short way saves nothing.
constexpr std::size_t many = 16;

class Walk {
public:
    Walk(const Graph& graph, const Values& inputs, const PlanFills& plan_fills)
        : graph_(graph),
          inputs_(inputs),
          plan_fills_(plan_fills),
          held_(graph.nodes.size()),
          other_(graph.nodes.size()) {}

    std::vector<Held> run() {
        for (NodeId id = 0; id < graph_.nodes.size(); ++id) held_[id] = of_node(graph_.nodes[id]);
        return std::move(held_);
    }

private:
    const Graph& graph_;
    const Values& inputs_;
    const PlanFills& plan_fills_;
    std::vector<Held> held_;
    std::vector<std::optional<Held>> other_;  // the other form of what is held, where a node asked for it

    Held of_node(const Node& node) {
        if (node.op == Op::input) return of_input(node);
        if (node.op == Op::gaussian || node.op == Op::quantile) return Members(node.width);
        const bool wide = node.width >= many || std::any_of(node.inputs.begin(), node.inputs.end(), [&](NodeId input) {
                              return size_of(held_[input]) >= many;
                          });
        if (wide)
            if (std::optional<Held> found = shortly(node)) return *std::move(found);
        std::vector<const Members*> operands;
        for (const NodeId input : node.inputs) operands.push_back(&members(input));
        return evaluate_node(graph_, node, operands);
    }

    Held of_input(const Node& node) {
        const Held& given = inputs_.held(node.index);
        const NodeId plan = graph_.inputs[node.index].plan;
        const bool none = size_of(given) == 0;
        if (plan == no_node || (!none && (plan_fills_.empty() || !plan_fills_[node.index])))
            return none ? Held(Members(node.width)) : given;
        Members own = none ? Members(node.width) : inputs_[node.index];
        const Members& planned = members(plan);
        for (std::size_t m = 0; m < own.size(); ++m)
            if (!own[m]) own[m] = planned[planned.size() == 1 ? 0 : m];
        return own;
    }

    std::optional<Held> shortly(const Node& node) {
        if (node.op == Op::constant && !node.numbers.empty()) {
            std::optional<Packed> made = packed(Members(node.numbers.begin(), node.numbers.end()));
            return made ? std::optional<Held>(*std::move(made)) : std::nullopt;
        }
        std::vector<const Packed*> operands;
        for (const NodeId input : node.inputs) {
            operands.push_back(packed_of(input));
            if (!operands.back()) return std::nullopt;
        }
        if (node.width == 1 && !operands.empty()) {
            const std::optional<Value> value = reduce_packed(node, *operands[0]);
            return value ? std::optional<Held>(Members{*value}) : std::nullopt;
        }
        std::optional<Packed> found = evaluate_packed(graph_, node, operands);
        return found ? std::optional<Held>(*std::move(found)) : std::nullopt;
    }

    const Members& members(NodeId id) {
        if (const Members* own = std::get_if<Members>(&held_[id])) return *own;
        if (!other_[id]) other_[id] = unpacked(std::get<Packed>(held_[id]));
        return std::get<Members>(*other_[id]);
    }

    const Packed* packed_of(NodeId id) {
        if (const Packed* own = std::get_if<Packed>(&held_[id])) return own;
        if (!other_[id]) {
            std::optional<Packed> made = packed(std::get<Members>(held_[id]));
            other_[id] = made ? Held(*std::move(made)) : Held(Members{});
        }
        return std::get_if<Packed>(&*other_[id]);
    }
};

}  // namespace

std::vector<Held> evaluate_held(const Graph& graph, const Values& inputs, const PlanFills& plan_fills) {
    return Walk(graph, inputs, plan_fills).run();
}

}  // namespace openbook::engine
