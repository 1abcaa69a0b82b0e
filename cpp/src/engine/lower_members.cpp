// Functions over the members of a dimension, or along one of two that cross.
#include <algorithm>
#include <set>

#include "engine/lowering.hpp"

namespace openbook::engine {

using formula::Expression;

const std::map<std::string, std::size_t>& functions_over_members() {
    static const std::map<std::string, std::size_t> names = {{"sum", 1},
                                                             {"largest", 1},
                                                             {"smallest", 1},
                                                             {"mean", 1},
                                                             {"product", 1},
                                                             {"first", 1},
                                                             {"last", 1},
                                                             {"member", 1},
                                                             {"any_member", 1},
                                                             {"all_members", 1},
                                                             {"rank", 1},
                                                             {"running", 1},
                                                             {"running_by", 3},
                                                             {"running_between", 4},
                                                             {"sum_matching", 3},
                                                             {"spread", 1},
                                                             {"percentile_group", 1},
                                                             {"median", 1},
                                                             {"quantile", 1},
                                                             {"deviation", 1},
                                                             {"slope", 3},
                                                             {"weighted_mean", 2},
                                                             {"apportion", 2},
                                                             {"apportion_capped", 3}};
    return names;
}

namespace {

/// Order statistics: the member that stands in a place when they stand in ascending order.
NodeId member_in_place(const Along& along, NodeId x, NodeId place_of, std::size_t place) {
    Builder& b = along.b;
    const NodeId there = b.make(Op::equal, {place_of, b.constant(Exact(place + 1))});
    return along.sum(b.choose(there, x, b.constant(0)));
}

NodeId quantile_of_members(const Along& along_members, NodeId x, const Exact& p, std::size_t definition) {
    Builder& b = along_members.b;
    const NodeId place_of = along_members.within(Op::rank, {x}, {1, 2});
    const Exact count(along_members.length), most = count - 1;
    Exact at = definition == 0   ? Exact(most * p)
               : definition == 1 ? Exact(Exact(count + 1) * p - 1)
                                 : Exact(round_to(Exact(count * p), 1, Rounding::ceiling) - 1);
    at = std::min(most, std::max(Exact(0), at));
    const Exact below = round_to(at, 1, Rounding::floor), along = at - below;
    const auto first = static_cast<std::size_t>(to_double(below));
    const NodeId low = member_in_place(along_members, x, place_of, first);
    return along == 0
               ? low
               : b.weighted({low, member_in_place(along_members, x, place_of, first + 1)}, {0, 1 - along, along});
}

/// What a condition comes to in each group; of no members at all none fulfils it, and all do.
NodeId over_nobody(Builder& b, NodeId holds, const std::vector<std::uint32_t>& map, std::uint32_t width, bool all) {
    std::vector<Exact> nobody(width, Exact(1));
    for (const std::uint32_t group : map) nobody[group] = 0;
    if (std::none_of(nobody.begin(), nobody.end(), [](const Exact& none) { return none != 0; })) return holds;
    return b.choose(b.constants(std::move(nobody)), b.constant(all ? 1 : 0), holds);
}

/// Members that are missing and yet not left out.
NodeId still_missing(Builder& b, NodeId x, NodeId out) {
    return b.both(b.make(Op::is_missing, {x}), b.make(Op::logical_not, {out}));
}

/// Parts by weight, none above its cap, what a cap holds back given to the others. Where the members are full whose
/// caps for their weight are below a member's own, the others get (total - those caps) / their weights each; the true
/// level is the greatest of these, because the sum of capped parts is the least over all choices of who is full. The
/// weights of the others are added up by themselves: a difference of sums that is nothing would not be in doubles.
NodeId capped_parts(const Along& along, NodeId total, NodeId weight, NodeId cap) {
    Builder& b = along.b;
    const NodeId zero = b.constant(0), weights = along.for_each(along.sum(weight)), shared = along.for_each(total);
    const NodeId ratio = b.make(Op::divide, {cap, weight});
    const NodeId full =
        b.subtract(along.within(Op::running_by, {cap, ratio}), along.within(Op::running_by, {cap, ratio}, {Exact(1)}));
    const NodeId open = along.within(Op::running_by, {weight, b.negate(ratio)});
    const NodeId level = b.make(Op::if_missing, {b.divide(b.subtract(shared, full), open, zero), zero});
    const NodeId highest = b.maximum(b.divide(shared, weights, zero), along.for_each(along.most(level)));
    return b.minimum(cap, b.multiply(weight, highest));
}

}  // namespace

Typed Lowering::by_member(const Expression& e, const Context& context) {
    const std::string text = formula::to_text(e);
    const std::string dimension = known_dimension(text_argument(e, 0, "a dimension", context), context, text);
    const std::vector<std::string>& members = members_named(dimension);
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
    std::vector<Typed> by_name;
    for (const std::string& member : members) {
        const auto own = given.find(member);
        if (own == given.end() && !has_else)
            fail("missing-member", context,
                 text + " has no value for member '" + member + "', and no last one for all others");
        by_name.push_back(own == given.end() ? values.back() : values[own->second]);
    }
    const Typed stacked = stack_of(by_name);
    result.node = stacked.node;
    result.no_limit = stacked.no_limit;
    result.dimension = dimension;
    return traced(result, "by_member", text, values);
}

Typed Lowering::over_members(const Expression& written, const Context& context) {
    const Expression plain = formula::without_named(written);
    const std::size_t values = std::min(functions_over_members().at(plain.name), plain.operands.size());
    // Where others ask by a key, that may be a name, and is one of the names of the key.
    const bool named = plain.operands.size() != written.operands.size();
    const bool asks = !named && (plain.name == "sum_matching" || plain.name == "running_by");
    std::vector<Typed> x;
    for (std::size_t i = 0; i < values; ++i) {
        Context of_key = context;
        if (asks && i == 2) of_key.category = x[1].category;
        x.push_back(expression(*plain.operands[i], of_key));
    }
    if (!takes_names(plain.name))
        refuse_categories(asks ? std::vector<Typed>{x[0]} : x, context, formula::to_text(written));
    if (!named) {
        Typed result = over_members(plain, std::move(x), context, written);
        // One member keeps what it is; what is made of several is a value, or missing.
        if (plain.name != "member" && plain.name != "spread") result.no_limit = no_node;
        return result;
    }
    if (const auto pairs = rolled_up(plain, values, x, written, context)) {
        Typed result = over_members(formula::without_named(*pairs), std::move(x), context, *pairs);
        auto trace = std::make_shared<Trace>(*result.trace);
        trace->formula = formula::to_text(written);
        result.trace = std::move(trace);
        result.no_limit = no_node;
        return result;
    }
    Typed result = over_members(plain, std::move(x), context, written);
    result.no_limit = no_node;
    return result;
}

/// sum(points, 'domain', over='measure') of a value by hospital and measure goes to its pairs of hospital and domain:
/// sum(points, 'hospital by domain'); and median(points, 'skip', over='measure') is that of each hospital:
/// median(points, 'hospital', 'skip'). Nothing where it says neither.
std::optional<Expression> Lowering::rolled_up(const Expression& plain, std::size_t values, std::vector<Typed> x,
                                              const Expression& written, const Context& context) {
    const Expression* over = formula::named_operand(written, formula::named_over);
    if (!over || !dimensions_.contains(over->name)) return std::nullopt;
    static const std::set<std::string> skip_in_groups = {"median", "quantile", "deviation", "weighted_mean"};
    const std::string text = formula::to_text(written);
    for (std::size_t i = values; i < plain.operands.size(); ++i) {
        Expression word = *plain.operands[i];
        const bool parent = dimensions_.contains(word.name) && belonging(over->name, word.name);
        if (word.form != formula::Form::text ||
            (!parent && (word.name != "skip" || !skip_in_groups.contains(plain.name))))
            continue;
        const std::string remains = remaining(align(x, context, "'" + text + "'"), over->name, context, text);
        Expression result = written;
        std::erase_if(result.operands, [](const formula::ExpressionPtr& operand) {
            return operand->form == formula::Form::call && operand->name == formula::named_over;
        });
        if (parent) {
            if (!remains.empty()) word.name = crossed(remains, word.name, context, text);
            result.operands[i] = std::make_shared<const Expression>(std::move(word));
        } else if (!remains.empty()) {
            word.name = remains;
            result.operands.push_back(std::make_shared<const Expression>(std::move(word)));
        }
        return result;
    }
    return std::nullopt;
}

/// What stands after each member: what stood before it and its own, not below the lower bound nor above the upper one.
Typed Lowering::kept_between(const std::vector<Typed>& x, const Along& along, const Context& context,
                             const std::string& text) {
    std::vector<Typed> limited{x[0]};
    for (std::size_t i = 1; i < x.size(); ++i)
        if (!never_limits(x[i])) limited.push_back(x[i]);
    require_order(limited, context, text);
    Typed result = same_unit(limited, context, "'" + text + "': members, bounds and start");
    const auto picked = [&](NodeId node, std::uint32_t m) {
        return node == no_node || builder.width(node) == 1 ? node : builder.make(Op::pick, {node}, {}, m);
    };
    const auto of_member = [&](const Typed& value, std::uint32_t m) {
        Typed member;
        member.node = picked(value.node, m);
        member.no_limit = picked(value.no_limit, m);
        return member;
    };
    std::vector<NodeId> levels;
    for (std::uint32_t m = 0; m < along.width; ++m) {
        const NodeId before = m % along.length != 0 ? levels.back()
                              : x.size() > 3        ? picked(x[3].node, m)
                                                    : builder.constant(0);
        Typed level;
        level.node = builder.add(before, picked(x[0].node, m));
        levels.push_back(smaller(not_below(level, of_member(x[1], m)), of_member(x[2], m)).node);
    }
    result.node = builder.stack(std::move(levels));
    return result;
}

Typed Lowering::first_or_last(const Expression& e, const Typed& value, const Along& along, NodeId where,
                              const Context&) {
    Builder& b = builder;
    const bool first = e.name == "first";
    Typed result = value;
    if (where == no_node) {
        result.node = along.member(value.node, first ? 0 : along.length - 1);
        return result;
    }
    // The place of the first or last for whom the condition holds; there may be none.
    const NodeId none = b.constant(first ? Exact(along.length + 1) : Exact(0));
    const NodeId places = b.choose(where, along.places(), none);
    const NodeId place = first ? along.least(places) : along.most(places);
    const NodeId there = b.make(Op::equal, {along.places(), along.for_each(place)});
    const NodeId found = along.sum(b.choose(there, value.node, b.constant(0)));
    result.node = b.choose(b.make(Op::equal, {place, none}), b.missing(), found);
    return result;
}

Typed Lowering::over_members(const Expression& e, std::vector<Typed> x, const Context& context,
                             const Expression& written) {
    const std::string& f = e.name;
    const std::string text = formula::to_text(written);
    Builder& b = builder;
    const auto width_of = [&](const std::string& dimension) {
        return static_cast<std::uint32_t>(dimensions_.at(dimension)->members.size());
    };
    if (f == "spread") return spread_wider(e, std::move(x[0]), context);
    std::vector<Typed> operands = x;
    const Expression* over = formula::named_operand(written, formula::named_over);
    const Expression* condition = formula::named_operand(written, formula::named_where);
    const bool apportions = f == "apportion" || f == "apportion_capped";
    const bool joins = f == "sum" || f == "largest" || f == "smallest" || f == "mean" || f == "product" ||
                       f == "any_member" || f == "all_members";
    if (f == "sum_matching" || (f == "running_by" && x.size() > 2)) {
        if (over || condition) fail("type", context, text + " takes no over=... and no where=...");
        return sum_asked(e, x, context);
    }
    if (auto value = over_groups(e, x, context, over || condition)) return *value;
    if (apportions && !over && !x[0].dimension.empty())
        fail("dimension", context,
             text +
                 " apportions one total; reduce it with sum(...), or name what each total is apportioned over: "
                 "over='" +
                 x[0].dimension + "'");
    if (condition) {
        if (!joins && f != "first" && f != "last" && f != "weighted_mean")
            fail("type", context,
                 text + " takes no where=...; say if(condition, x, no_value()) instead of x" +
                     (f == "median" || f == "quantile" || f == "deviation" ? ", and 'skip'" : ""));
        x.push_back(truth_or_fail(expression(*condition, context), context, "where=... in " + text));
        operands.push_back(x.back());
    }
    // A total for each run is of what remains, and does not take part where the others meet.
    Typed total;
    if (apportions) {
        total = x[0];
        x[0] = x[1];
    }
    const std::string dimension = align(x, context, "'" + text + "'");
    if (dimension.empty()) fail("dimension", context, text + " needs a value with a dimension");
    const std::uint32_t width = width_of(dimension);
    Along along{b, width, width, {}};
    bool turn = false;  // whether the runs must be brought together first
    if (over) {
        along.remains = remaining(dimension, known_dimension(over->name, context, text), context, text);
        if (!along.remains.empty()) {
            along.length = width / width_of(along.remains);
            turn = !joins && over->name == crossing(dimension)->first;
        }
    }
    // A value that is the same for every member is one for each of them.
    for (Typed& value : x) {
        if (b.width(value.node) == 1 && width > 1)
            value.node = b.mapped(Op::gather, value.node, std::vector<std::uint32_t>(width, 0), width);
        if (!turn || along.all()) continue;
        for (NodeId* each : {&value.node, &value.no_limit})
            if (*each != no_node && b.width(*each) > 1)
                *each = b.mapped(Op::gather, *each, turned(dimension, false), width);
    }
    if (apportions) {
        if (!total.dimension.empty()) {
            if (total.dimension != along.remains &&
                (along.remains.empty() || !belonging(along.remains, total.dimension)))
                fail("dimension", context,
                     text + ": the total is by '" + total.dimension + "', but what is left of the weights is " +
                         (along.remains.empty() ? "one value" : "by '" + along.remains + "'"));
            total = spread_to(std::move(total), along.remains);
        }
        if (!along.remains.empty() && b.width(total.node) == 1 && along.runs() > 1)
            total = spread_to(
                [&] {
                    Typed one = total;
                    one.dimension.clear();
                    return one;
                }(),
                along.remains);
        x[0] = total;
    }
    const NodeId where = condition ? x.back().node : no_node;
    const Exact count = Exact(along.length);
    const auto sum = [&](NodeId node) { return along.sum(node); };
    const auto plain = [&](std::size_t i) {
        if (!x[i].unit.plain()) fail("unit", context, text + " needs plain numbers, not " + x[i].unit.text());
    };
    Typed result = x[0];
    result.dimension = dimension;
    const NodeId node = x[0].node;
    bool for_each_member = true;
    const auto reduced = [&](NodeId to) {
        result.node = to;
        result.dimension = along.remains;
        for_each_member = false;
    };
    if (f == "rank") {
        result.node = along.within(Op::rank, {node},
                                   {Exact(choice_argument(e, 1, {"descending", "ascending"}, context)),
                                    Exact(choice_argument(e, 2, {"best", "mean", "order"}, context))});
        result.unit = Unit{};
        result.bare = true;
    } else if (f == "percentile_group") {
        const Exact groups = number_argument(e, 1, "the number of groups", context);
        if (!is_whole(groups) || groups < 1 || groups > count)
            fail("out-of-range", context,
                 text + " makes between 1 and " + to_text(count) + " groups, not " + to_text(groups));
        const NodeId place = along.within(Op::rank, {node}, {1, 2});
        const NodeId before = b.weighted({place}, {-groups, groups});
        const NodeId there = sum(b.weighted({b.make(Op::is_missing, {node})}, {1, -1}));
        result.node = b.weighted({b.make(Op::floor_divide, {before, along.for_each(there)})}, {1, 1});
        result.unit = Unit{};
        result.bare = true;
    } else if (f == "running") {
        const auto how = choice_argument(e, 2, {"sum", "product", "smallest", "largest"}, context);
        if (how == 1) plain(0);
        result.node = along.within(Op::running, {node},
                                   {Exact(choice_argument(e, 1, {"forwards", "backwards"}, context)), Exact(how)});
    } else if (f == "running_by") {
        result.node = along.within(Op::running_by, {node, x[1].node});
    } else if (f == "running_between") {
        result = kept_between(x, along, context, text);
        result.dimension = dimension;
    } else if (apportions) {
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
        const NodeId weight = weights_of_members(x[1].node, node, rule, turn ? turned_dimension(dimension) : dimension,
                                                 along, context, text);
        if (f == "apportion") {
            const NodeId rounded = step == 0 || request.simulate ? node : b.round(node, step, Rounding::half_away);
            result.node = along.within(Op::apportion_members, {rounded, weight}, {step});
        } else {
            // Units are compared by themselves: the total is by what remains, the caps are by member.
            std::vector<Typed> money{x[0], x[2]};
            for (Typed& value : money) value.dimension.clear();
            result = same_unit(money, context, "'" + text + "': total and caps");
            result.dimension = dimension;
            // Nobody takes more than all of it.
            const NodeId all = b.make(Op::absolute, {along.for_each(node)});
            const NodeId cap = x[2].no_limit == no_node ? x[2].node : b.choose(x[2].no_limit, all, x[2].node);
            result.node = capped_parts(along, node, weight, cap);
        }
    } else if (f == "member") {
        return member_of(e, x[0], context);
    } else if (f == "first" || f == "last") {
        reduced(first_or_last(e, x[0], along, where, context).node);
    } else if (f == "median" || f == "quantile") {
        const Exact p = f == "median" ? Exact(1, 2) : number_argument(e, 1, "the fraction", context);
        if (p < 0 || p > 1)
            fail("out-of-range", context, "the fraction in " + text + " lies between 0 and 1, not " + to_text(p));
        const auto definition = choice_argument(e, 2, {"inclusive", "exclusive", "nearest"}, context);
        reduced(quantile_of_members(along, node, p, f == "median" ? 0 : definition));
    } else if (f == "weighted_mean") {
        const NodeId zero = b.constant(0);
        const NodeId weight = where == no_node ? x[1].node : b.choose(where, x[1].node, zero);
        const NodeId values = where == no_node ? node : b.choose(where, node, zero);
        reduced(b.divide(sum(b.multiply(values, weight)), sum(weight)));
    } else if (f == "deviation") {
        const auto kind = choice_argument(e, 1, {"sample", "population"}, context);
        const Exact decimals = decimals_argument(e, 2, context);
        const NodeId from_mean = b.apart(node, along.for_each(b.scale(sum(node), Exact(1) / count)));
        const NodeId squares = sum(b.multiply(from_mean, from_mean));
        const NodeId variance = b.divide(squares, b.constant(kind == 0 ? Exact(count - 1) : count));
        reduced(b.make(Op::power, {variance, b.constant(Exact(1, 2))}, {decimals}));
    } else if (f == "slope") {
        const NodeId weight = x.size() > 2 ? x[2].node : b.constant(1);
        const NodeId weights = x.size() > 2 ? sum(weight) : b.constant(count);
        const auto from_mean = [&](NodeId of) {
            return b.subtract(of, along.for_each(b.divide(sum(b.multiply(weight, of)), weights)));
        };
        const NodeId across = from_mean(x[1].node), weighted = b.multiply(weight, across);
        reduced(b.divide(sum(b.multiply(weighted, from_mean(node))), sum(b.multiply(weighted, across))));
        result.unit = x[0].unit / x[1].unit;
        result.bare = x[0].bare && x[1].bare;
    } else {
        const bool least = f == "smallest" || f == "all_members", most = f == "largest" || f == "any_member";
        const bool product = f == "product", holds = f == "any_member" || f == "all_members";
        if (holds && !x[0].truth) fail("type", context, text + " needs a condition on the members");
        if (written.name == "count" && !x[0].truth)
            fail("type", context, text + " counts the members for whom a condition holds");
        if (!least && !most && x[0].truth) {  // how many hold
            result.truth = false;
            result.bare = true;
        }
        if (product) plain(0);
        require_order({x[0]}, context, text);
        bool skip = false;
        std::string to = along.remains;
        std::vector<std::string> reasons;
        const std::vector<std::string> known_reasons = category(missing_reasons).values;
        for (std::size_t i = 1; i < e.operands.size(); ++i) {
            const std::string word = text_argument(e, i, "a dimension, or 'skip'", context);
            if (word == "skip" && !dimensions_.contains(word)) {
                skip = true;
            } else if (skip && !dimensions_.contains(word) &&
                       std::find(known_reasons.begin(), known_reasons.end(), word) != known_reasons.end()) {
                reasons.push_back(word);
            } else {
                if (over)
                    fail("dimension", context,
                         text + ": beside over='" + over->name + "' a dimension is a parent of '" + over->name +
                             "', which '" + word + "' is not");
                to = known_dimension(word, context, text);
            }
        }
        const std::vector<std::uint32_t>* map = to.empty() ? nullptr : belonging(dimension, to);
        if (!to.empty() && !map)
            fail("dimension", context, text + ": '" + to + "' is no parent of '" + dimension + "'");
        const auto joined = [&](Op of_all, Op of_groups, NodeId of, std::vector<Exact> numbers = {}) {
            return map ? b.mapped(of_groups, of, *map, width_of(to), std::move(numbers))
                       : b.make(of_all, {of}, std::move(numbers));
        };
        // Who is left out: those for whom the condition does not hold, and those who may be missing.
        NodeId out = where == no_node ? no_node : b.make(Op::logical_not, {where});
        if (skip && (f == "mean" || !reasons.empty() || where != no_node)) {
            const NodeId absent = left_out(e, x[0], reasons, context);
            out = out == no_node ? absent : b.either(out, absent);
        }
        const NodeId neutral = holds ? b.constant(least ? 1 : 0) : b.constant(product ? 1 : 0);
        NodeId values = node;
        if (skip && reasons.empty() && where == no_node && !least && !most)
            values = b.make(Op::if_missing, {node, neutral});
        else if (out != no_node && (where != no_node || !(least || most)))
            values = b.choose(out, (least || most) && !holds ? b.missing() : neutral, node);
        const bool passes = (least || most) && !holds;
        std::vector<Exact> numbers;
        if (passes && (skip || out != no_node)) numbers = {1};
        result.dimension = to;
        for_each_member = false;
        const auto all_of = [&](const std::vector<Exact>& leaves_out) {
            return joined(least     ? Op::min_members
                          : most    ? Op::max_members
                          : product ? Op::product_members
                                    : Op::sum_members,
                          least     ? Op::group_min
                          : most    ? Op::group_max
                          : product ? Op::group_product
                                    : Op::group_sum,
                          values, leaves_out);
        };
        result.node = all_of(numbers);
        // One member that is known decides alone, whoever is missing.
        if (holds && least) result.node = b.choose(all_of({1}), result.node, b.constant(0));
        if (holds && most) result.node = b.choose(all_of({1}), b.constant(1), result.node);
        if (map && holds && (least || most)) result.node = over_nobody(b, result.node, *map, width_of(to), least);
        if (f == "mean") {
            if (out != no_node) {
                result.node = b.divide(result.node, joined(Op::sum_members, Op::group_sum, b.weighted({out}, {1, -1})));
            } else if (map) {
                std::vector<Exact> counts(width_of(to));
                for (const std::uint32_t group : *map) counts[group] += 1;
                result.node = b.divide(result.node, b.constants(std::move(counts)));
            } else {
                result.node = b.scale(result.node, Exact(1) / Exact(width));
            }
        }
        // Among those who take part a missing one makes the result missing, unless it may be skipped.
        if (!numbers.empty() && out != no_node && !(skip && reasons.empty()))
            result.node =
                b.choose(joined(Op::max_members, Op::group_sum, still_missing(b, node, out)), b.missing(), result.node);
        if ((holds || !numbers.empty()) && where != no_node)
            result.node = b.choose(joined(Op::max_members, Op::group_sum, b.make(Op::is_missing, {where})), b.missing(),
                                   result.node);
    }
    if (for_each_member && turn && !along.all() && b.width(result.node) > 1)
        result.node = b.mapped(Op::gather, result.node, turned(dimension, true), width);
    return traced(result, f, text, operands);
}

}  // namespace openbook::engine
