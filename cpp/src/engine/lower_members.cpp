// Dimensions in formulas: values meet member by member, along the parents of their dimensions; functions over members.
#include <algorithm>

#include "engine/lowering.hpp"

namespace openbook::engine {

using formula::Expression;

const std::vector<std::uint32_t>* Lowering::belonging(const std::string& dimension, const std::string& to) {
    const auto key = std::make_pair(dimension, to);
    if (const auto found = belonging_.find(key); found != belonging_.end())
        return found->second.empty() ? nullptr : &found->second;
    std::vector<std::uint32_t>& map = belonging_[key];  // empty while it is being looked for
    const Dimension& from = *dimensions_.at(dimension);
    for (const auto& [parent, member_of] : from.parents) {
        const std::vector<std::string>& members = dimensions_.at(parent)->members;
        const std::vector<std::uint32_t>* further = parent == to ? nullptr : belonging(parent, to);
        if (parent != to && !further) continue;
        std::map<std::string, std::uint32_t> place;
        for (std::uint32_t i = 0; i < members.size(); ++i) place[members[i]] = i;
        for (const std::string& member : from.members) {
            const std::uint32_t own = place.at(member_of.at(member));
            map.push_back(further ? (*further)[own] : own);
        }
        return &map;
    }
    return nullptr;
}

std::string Lowering::align(std::vector<Typed>& values, const Context& context, const std::string& what) {
    std::string finest;
    for (const Typed& value : values) {
        if (value.dimension.empty() || value.dimension == finest) continue;
        if (finest.empty() || belonging(value.dimension, finest))
            finest = value.dimension;
        else if (!belonging(finest, value.dimension))
            fail("dimension", context,
                 what + " mixes the dimensions '" + finest + "' and '" + value.dimension +
                     "', and neither is a parent of the other");
    }
    for (Typed& value : values) {
        if (value.dimension.empty() || value.dimension == finest) continue;
        const std::vector<std::uint32_t>& map = *belonging(finest, value.dimension);
        if (builder.width(value.node) > 1)
            value.node = builder.mapped(Op::gather, value.node, map, static_cast<std::uint32_t>(map.size()));
        value.dimension = finest;
    }
    return finest;
}

namespace {

/// Order statistics: the member that stands in a place when they stand in ascending order.
NodeId member_in_place(Builder& b, NodeId x, NodeId place_of, std::size_t place) {
    const NodeId there = b.make(Op::equal, {place_of, b.constant(Exact(place + 1))});
    return b.make(Op::sum_members, {b.choose(there, x, b.constant(0))});
}

NodeId quantile_of_members(Builder& b, NodeId x, std::size_t count, const Exact& p, std::size_t definition) {
    const NodeId place_of = b.make(Op::rank, {x}, {1, 2});
    const Exact most = Exact(count - 1);
    Exact at = definition == 0   ? Exact(most * p)
               : definition == 1 ? Exact(Exact(count + 1) * p - 1)
                                 : Exact(round_to(Exact(count) * p, 1, Rounding::ceiling) - 1);
    at = std::min(most, std::max(Exact(0), at));
    const Exact below = round_to(at, 1, Rounding::floor), along = at - below;
    const auto first = static_cast<std::size_t>(to_double(below));
    const NodeId low = member_in_place(b, x, place_of, first);
    return along == 0 ? low : b.weighted({low, member_in_place(b, x, place_of, first + 1)}, {0, 1 - along, along});
}

/// Members that are missing and yet not left out.
NodeId still_missing(Builder& b, NodeId x, NodeId out) {
    return b.both(b.make(Op::is_missing, {x}), b.make(Op::logical_not, {out}));
}

/// Parts by weight, none above its cap, what a cap holds back given to the others. Where the members with the lowest
/// caps for their weight are full, the others get (total - those caps) / their weights each; the true level is the
/// greatest of these, because the sum of capped parts is the least over all choices of who is full.
NodeId capped_parts(Builder& b, NodeId total, NodeId weight, NodeId cap) {
    const NodeId zero = b.constant(0), weights = b.make(Op::sum_members, {weight});
    const NodeId ratio = b.make(Op::divide, {cap, weight});
    const NodeId full = b.make(Op::running_by, {cap, ratio});
    const NodeId open = b.subtract(weights, b.make(Op::running_by, {weight, ratio}));
    const NodeId level = b.make(Op::if_missing, {b.divide(b.subtract(total, full), open, zero), zero});
    const NodeId highest = b.maximum(b.divide(total, weights, zero), b.make(Op::max_members, {level}));
    return b.minimum(cap, b.multiply(weight, highest));
}

}  // namespace

Typed Lowering::by_member(const Expression& e, const Context& context) {
    const std::string text = formula::to_text(e);
    const std::string dimension = text_argument(e, 0, "a dimension", context);
    const auto found = dimensions_.find(dimension);
    if (found == dimensions_.end())
        fail("missing-reference", context, "'" + dimension + "' in " + text + " is no dimension of the book");
    const std::vector<std::string>& members = found->second->members;
    const bool has_else = e.operands.size() % 2 == 0;
    std::vector<Typed> values;
    std::map<std::string, std::size_t> given;
    for (std::size_t i = 1; i + 1 < e.operands.size(); i += 2) {
        const std::string member = text_argument(e, i, "a member", context);
        if (std::find(members.begin(), members.end(), member) == members.end())
            fail("missing-reference", context, "'" + member + "' is no member of dimension '" + dimension + "'");
        if (!given.try_emplace(member, values.size()).second)
            fail("duplicate-id", context, "'" + member + "' stands twice in " + text);
        values.push_back(expression(*e.operands[i + 1], context));
    }
    if (has_else) values.push_back(expression(*e.operands.back(), context));
    for (const Typed& value : values)
        if (!value.dimension.empty())
            fail("dimension", context,
                 text + " needs one value for each member; one has the dimension '" + value.dimension + "' itself");
    join_points(values);
    Typed result = same_unit(values, context, "'" + text + "': members");
    std::vector<NodeId> nodes;
    for (const std::string& member : members) {
        const auto own = given.find(member);
        if (own == given.end() && !has_else)
            fail("missing-member", context,
                 text + " has no value for member '" + member + "', and no last one for all others");
        nodes.push_back(own == given.end() ? values.back().node : values[own->second].node);
    }
    result.node = builder.stack(std::move(nodes));
    result.dimension = dimension;
    return traced(result, "by_member", text, values);
}

Typed Lowering::over_members(const Expression& e, std::vector<Typed> x, const Context& context) {
    const std::string& f = e.name;
    const std::string text = formula::to_text(e);
    Builder& b = builder;
    const auto known_dimension = [&](const std::string& name) {
        if (!dimensions_.contains(name))
            fail("missing-reference", context, "'" + name + "' in " + text + " is no dimension of the book");
        return name;
    };
    const auto width_of = [&](const std::string& dimension) {
        return static_cast<std::uint32_t>(dimensions_.at(dimension)->members.size());
    };
    if (f == "spread") {
        Typed result = x[0];
        const std::string to = known_dimension(text_argument(e, 1, "a dimension", context));
        if (!result.dimension.empty() && !belonging(to, result.dimension))
            fail("dimension", context, text + ": '" + result.dimension + "' is no parent of '" + to + "'");
        const std::vector<std::uint32_t> map =
            result.dimension.empty() ? std::vector<std::uint32_t>(width_of(to), 0) : *belonging(to, result.dimension);
        result.node = b.mapped(Op::gather, result.node, map, width_of(to));
        result.dimension = to;
        return traced(result, f, text, x);
    }
    if (f == "sum_matching" || (f == "running_by" && x.size() > 2)) return sum_asked(e, x, context);
    if (auto value = over_groups(e, x, context)) return *value;
    std::vector<Typed> operands = x;
    const bool apportions = f == "apportion" || f == "apportion_capped";
    if (apportions && !x[0].dimension.empty())
        fail("dimension", context, text + " apportions one total; reduce it with sum(...)");
    const std::string dimension = align(x, context, "'" + text + "'");
    if (dimension.empty()) fail("dimension", context, text + " needs a value with a dimension");
    const auto& members = dimensions_.at(dimension)->members;
    const std::uint32_t width = width_of(dimension);
    const Exact count = Exact(members.size());
    // A value that is the same for every member is one for each of them.
    for (std::size_t i = apportions ? 1 : 0; i < x.size(); ++i)
        if (b.width(x[i].node) == 1 && width > 1)
            x[i].node = b.mapped(Op::gather, x[i].node, std::vector<std::uint32_t>(width, 0), width);
    const auto sum = [&](NodeId node) { return b.make(Op::sum_members, {node}); };
    const auto plain = [&](std::size_t i) {
        if (!x[i].unit.plain()) fail("unit", context, text + " needs plain numbers, not " + x[i].unit.text());
    };
    Typed result = x[0];
    result.dimension = dimension;
    const NodeId node = x[0].node;
    const auto reduced = [&](NodeId to) {
        result.node = to;
        result.dimension.clear();
    };
    if (f == "rank") {
        result.node = b.make(Op::rank, {node},
                             {Exact(choice_argument(e, 1, {"descending", "ascending"}, context)),
                              Exact(choice_argument(e, 2, {"best", "mean", "order"}, context))});
        result.unit = Unit{};
        result.bare = true;
    } else if (f == "percentile_group") {
        const Exact groups = number_argument(e, 1, "the number of groups", context);
        if (!is_whole(groups) || groups < 1 || groups > count)
            fail("out-of-range", context,
                 text + " makes between 1 and " + to_text(count) + " groups, not " + to_text(groups));
        const NodeId place = b.make(Op::rank, {node}, {1, 2});
        const NodeId before = b.weighted({place}, {-groups, groups});
        result.node = b.weighted({b.make(Op::floor_divide, {before, b.constant(count)})}, {1, 1});
        result.unit = Unit{};
        result.bare = true;
    } else if (f == "running") {
        const auto how = choice_argument(e, 2, {"sum", "product", "smallest", "largest"}, context);
        if (how == 1) plain(0);
        result.node =
            b.make(Op::running, {node}, {Exact(choice_argument(e, 1, {"forwards", "backwards"}, context)), Exact(how)});
    } else if (f == "running_by") {
        result.node = b.make(Op::running_by, {node, x[1].node});
    } else if (f == "apportion" || f == "apportion_capped") {
        const std::size_t given = functions_over_members().at(f);
        Exact step = 0;
        ZeroWeights rule = ZeroWeights::nothing;
        for (std::size_t i = given; i < e.operands.size(); ++i)
            if (e.operands[i]->form == formula::Form::text)
                rule = static_cast<ZeroWeights>(choice_argument(e, i, choice_names<ZeroWeights>(), context));
            else if (f == "apportion")
                step = number_argument(e, i, "the step", context);
            else
                fail("type", context, text + " has caps and no step; round the parts themselves");
        if (step < 0) fail("out-of-range", context, "the step in " + text + " must not be below zero");
        const NodeId weight = weights_of_members(x[1].node, node, rule, dimension, context, text);
        if (f == "apportion") {
            const NodeId total = step == 0 || request.simulate ? node : b.round(node, step, Rounding::half_away);
            result.node = b.make(Op::apportion_members, {total, weight}, {step});
        } else {
            std::vector<Typed> money{x[0], x[2]};
            result = same_unit(money, context, "'" + text + "': total and caps");
            result.dimension = dimension;
            result.node = capped_parts(b, node, weight, x[2].node);
        }
    } else if (f == "member") {
        const std::string name = text_argument(e, 1, "a member", context);
        const auto found = std::find(members.begin(), members.end(), name);
        if (found == members.end())
            fail("missing-reference", context, "'" + name + "' is no member of dimension '" + dimension + "'");
        reduced(width > 1 ? b.make(Op::pick, {node}, {}, static_cast<std::uint32_t>(found - members.begin())) : node);
    } else if (f == "first" || f == "last") {
        reduced(width > 1 ? b.make(Op::pick, {node}, {}, f == "first" ? 0 : width - 1) : node);
    } else if (f == "median" || f == "quantile") {
        const Exact p = f == "median" ? Exact(1, 2) : number_argument(e, 1, "the fraction", context);
        if (p < 0 || p > 1)
            fail("out-of-range", context, "the fraction in " + text + " lies between 0 and 1, not " + to_text(p));
        const auto definition = choice_argument(e, 2, {"inclusive", "exclusive", "nearest"}, context);
        reduced(quantile_of_members(b, node, members.size(), p, f == "median" ? 0 : definition));
    } else if (f == "weighted_mean") {
        reduced(b.divide(sum(b.multiply(node, x[1].node)), sum(x[1].node)));
    } else if (f == "deviation") {
        const auto kind = choice_argument(e, 1, {"sample", "population"}, context);
        const Exact decimals = decimals_argument(e, 2, context);
        const NodeId from_mean = b.subtract(node, b.scale(sum(node), Exact(1) / count));
        const NodeId squares = sum(b.multiply(from_mean, from_mean));
        const NodeId variance = b.divide(squares, b.constant(kind == 0 ? Exact(count - 1) : count));
        reduced(b.make(Op::power, {variance, b.constant(Exact(1, 2))}, {decimals}));
    } else if (f == "slope") {
        const NodeId weight = x.size() > 2 ? x[2].node : b.constant(1);
        const NodeId total = x.size() > 2 ? sum(weight) : b.constant(count);
        const auto from_mean = [&](NodeId of) { return b.subtract(of, b.divide(sum(b.multiply(weight, of)), total)); };
        const NodeId along = from_mean(x[1].node), weighted = b.multiply(weight, along);
        reduced(b.divide(sum(b.multiply(weighted, from_mean(node))), sum(b.multiply(weighted, along))));
        result.unit = x[0].unit / x[1].unit;
        result.bare = x[0].bare && x[1].bare;
    } else {
        const bool least = f == "smallest" || f == "all_members", most = f == "largest" || f == "any_member";
        const bool product = f == "product";
        if ((f == "any_member" || f == "all_members") && !x[0].truth)
            fail("type", context, text + " needs a condition on the members");
        if (!least && !most && x[0].truth) {  // how many hold
            result.truth = false;
            result.bare = true;
        }
        if (product) plain(0);
        require_order(x, context, text);
        bool skip = false;
        std::string to;
        std::vector<std::string> reasons;
        const std::vector<std::string> known_reasons = category(missing_reasons).values;
        for (std::size_t i = 1; i < e.operands.size(); ++i) {
            const std::string word = text_argument(e, i, "a dimension, or 'skip'", context);
            if (word == "skip" && !dimensions_.contains(word))
                skip = true;
            else if (skip && !dimensions_.contains(word) &&
                     std::find(known_reasons.begin(), known_reasons.end(), word) != known_reasons.end())
                reasons.push_back(word);
            else
                to = known_dimension(word);
        }
        NodeId values = node;
        const NodeId out = skip && (f == "mean" || !reasons.empty()) ? left_out(e, x[0], reasons, context) : no_node;
        if (skip && !least && !most)
            values = reasons.empty() ? b.make(Op::if_missing, {node, b.constant(product ? 1 : 0)})
                                     : b.choose(out, b.constant(product ? 1 : 0), node);
        const NodeId there = skip && f == "mean" ? b.weighted({out}, {1, -1}) : no_node;
        std::vector<Exact> numbers;
        if (skip && (least || most)) numbers = {1};
        if (to.empty()) {
            result.dimension.clear();
            result.node = b.make(least     ? Op::min_members
                                 : most    ? Op::max_members
                                 : product ? Op::product_members
                                           : Op::sum_members,
                                 {values}, numbers);
            if (f == "mean")
                result.node = skip ? b.divide(result.node, sum(there)) : b.scale(result.node, Exact(1) / count);
            if (!reasons.empty() && (least || most))
                result.node =
                    b.choose(b.make(Op::max_members, {still_missing(b, node, out)}), b.missing(), result.node);
        } else {
            const std::vector<std::uint32_t>* map = belonging(dimension, to);
            if (!map) fail("dimension", context, text + ": '" + to + "' is no parent of '" + dimension + "'");
            result.dimension = to;
            result.node = b.mapped(least     ? Op::group_min
                                   : most    ? Op::group_max
                                   : product ? Op::group_product
                                             : Op::group_sum,
                                   values, *map, width_of(to), numbers);
            if (f == "mean") {
                std::vector<Exact> counts(width_of(to));
                for (const std::uint32_t group : *map) counts[group] += 1;
                const NodeId of =
                    skip ? b.mapped(Op::group_sum, there, *map, width_of(to)) : b.constants(std::move(counts));
                result.node = b.divide(result.node, of);
            }
            if (!reasons.empty() && (least || most))
                result.node = b.choose(b.mapped(Op::group_sum, still_missing(b, node, out), *map, width_of(to)),
                                       b.missing(), result.node);
        }
    }
    return traced(result, f, text, operands);
}

}  // namespace openbook::engine
