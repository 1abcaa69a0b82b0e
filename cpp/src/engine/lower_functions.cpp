// Functions of values, member by member: choices, limits, rounding, powers, conditions.
#include <algorithm>
#include <map>
#include <set>

#include "engine/lowering.hpp"
#include "engine/statistic.hpp"

namespace openbook::engine {

using formula::Expression;

bool takes_names(const std::string& name) {
    static const std::set<std::string> names = {"min",     "max",     "if",       "choose", "missing",
                                                "or_else", "number",  "first",    "last",   "member",
                                                "spread",  "largest", "smallest", "rank",   "median"};
    return names.contains(name);
}

/// One call of such a function, with its operands lowered and brought onto one dimension.
struct Lowering::Call {
    Lowering& low;
    const Expression& e;
    const Context& context;
    const std::string text;
    std::vector<Typed> x;
    std::string dimension;

    Typed min_or_max();
    Typed clip();
    Typed absolute();
    Typed side_of_zero();
    Typed branches();
    Typed quotient();
    Typed round();
    Typed to_decimals();
    Typed logistic(NodeId a, const Exact& decimals);
    Typed statistic();
    Typed is_missing();
    Typed or_else();
    Typed of_conditions();
    Typed as_number();

    [[noreturn]] void fail(const std::string& code, const std::string& message) const {
        low.fail(code, context, message);
    }
    Typed done(Typed value) const {
        value.dimension = dimension;
        return traced(std::move(value), e.name, text, x);
    }
    NodeId plain_number(std::size_t i) const {
        if (!x[i].unit.plain())
            fail("unit", text + " needs a plain number, not " + x[i].unit.text() + "; use number(...)");
        return x[i].node;
    }
    void refuse_one_operand_over_members() const;
    /// Operands whose units must agree: no limit has none.
    std::vector<Typed> limits_left_out() const;
};

std::vector<Typed> Lowering::Call::limits_left_out() const {
    std::vector<Typed> limited;
    for (const Typed& value : x)
        if (!low.never_limits(value)) limited.push_back(value);
    if (limited.empty()) limited.push_back(x[0]);
    return limited;
}

/// min(x) of one value that has members is likely meant to go over these.
void Lowering::Call::refuse_one_operand_over_members() const {
    static const std::map<std::string, std::string> over_all = {
        {"min", "smallest"}, {"max", "largest"}, {"count", "sum"}, {"any", "any_member"}, {"all", "all_members"}};
    const auto members = over_all.find(e.name);
    if (members == over_all.end() || x.size() != 1 || dimension.empty()) return;
    fail("dimension", text + " has one operand, which stays as it is; over the members of '" + dimension + "' it is " +
                          members->second + text.substr(e.name.size()));
}

/// The smallest of some and no limit is the smallest of these; the largest is no limit.
Typed Lowering::Call::min_or_max() {
    low.require_order(x, context, text);
    std::vector<Typed> limited = limits_left_out();
    Typed result = low.same_unit(limited, context, "'" + text + "': a choice");
    Typed least = x[0];
    for (std::size_t i = 1; i < x.size(); ++i)
        least = e.name == "min" ? low.smaller(least, x[i]) : low.larger(least, x[i]);
    result.node = least.node;
    result.no_limit = least.no_limit;
    return done(std::move(result));
}

Typed Lowering::Call::clip() {
    std::vector<Typed> limited = limits_left_out();
    Typed result = low.same_unit(limited, context, "'" + text + "': bounds");
    const Typed within = low.smaller(low.not_below(x[0], x[1]), x[2]);
    result.node = within.node;
    result.no_limit = within.no_limit;
    return done(std::move(result));
}

Typed Lowering::Call::absolute() {
    Typed result = x[0];
    result.node = low.builder.make(Op::absolute, {x[0].node});
    return done(std::move(result));
}

Typed Lowering::Call::side_of_zero() {
    Typed result = x[0];
    if (e.name == "negative") result.no_limit = no_node;
    result.node = low.builder.positive(e.name == "positive" ? x[0].node : low.builder.negate(x[0].node));
    return done(std::move(result));
}

Typed Lowering::Call::branches() {
    if (x.size() % 2 == 0) fail("type", text + " needs pairs of condition and value and then the value for 'else'");
    std::vector<Typed> values;
    for (std::size_t i = 1; i < x.size(); i += 2) values.push_back(x[i]);
    values.push_back(x.back());
    Typed result = low.same_unit(values, context, "'" + text + "': branches");
    result.node = x.back().node;
    result.no_limit = x.back().no_limit;
    for (std::size_t i = x.size() - 1; i >= 2; i -= 2) {
        low.truth_or_fail(x[i - 2], context, "a condition in " + text);
        result.node = low.builder.choose(x[i - 2].node, x[i - 1].node, result.node);
        result.no_limit = low.no_limit_of_choice(x[i - 2].node, x[i - 1], result);
    }
    // Of a condition that is known now only the branch that holds is explained.
    const Exact* known = low.builder.known(x[0].node);
    if (known && e.name == "if") return traced(result, e.name, text, {*known != 0 ? x[1] : x[2]});
    return done(std::move(result));
}

Typed Lowering::Call::quotient() {
    Typed result = x[0];
    result.no_limit = no_node;
    result.bare = x[0].bare && x[1].bare;
    result.unit = e.name == "modulo" ? x[0].unit : x[0].unit / x[1].unit;
    result.unit.percent =
        e.name == "modulo" ? x[0].unit.percent : result.unit.plain() && e.name == "divide" && keeps_percent(e, x);
    if (e.name == "divide")
        result.node = low.builder.divide(x[0].node, x[1].node, x[2].node);
    else
        result.node = low.builder.make(e.name == "whole" ? Op::floor_divide : Op::modulo, {x[0].node, x[1].node});
    return done(std::move(result));
}

Typed Lowering::Call::round() {
    static const std::map<std::string, Rounding> modes = {
        {"half_away", Rounding::half_away}, {"half_up", Rounding::half_up}, {"half_even", Rounding::half_even},
        {"floor", Rounding::floor},         {"ceiling", Rounding::ceiling}, {"truncate", Rounding::truncate}};
    const std::string mode = e.operands.size() > 2 ? low.text_argument(e, 2, "a rounding mode", context) : "half_away";
    if (!modes.contains(mode))
        fail("unknown-choice",
             "'" + mode + "' is no rounding mode; expected half_away, half_up, half_even, floor, ceiling or truncate");
    const Exact step = low.number_argument(e, 1, "the step", context);
    if (step <= 0) fail("out-of-range", "the step in " + text + " must be above zero, not " + to_text(step));
    if (formula::is_currency(x[0].unit) && x[1].bare)
        fail("unit", text + ": the step is an amount, such as " + x[0].unit.text() + "0.01 for pennies; " +
                         to_text(step) + " is none (it says to multiples of what, not how many decimals)");
    Typed result = x[0];
    result.node = low.builder.round(x[0].node, step, modes.at(mode));
    return done(std::move(result));
}

/// What no rational can hold is computed to the decimals that the formula states.
Typed Lowering::Call::to_decimals() {
    const Exact decimals = low.decimals_argument(e, x.size() - 1, context);
    const NodeId a = plain_number(0);
    Typed result;
    if (e.name == "exp")
        result.node = low.builder.make(Op::exponential, {a}, {decimals});
    else if (e.name == "log")
        result.node = low.builder.make(Op::logarithm, {a}, {decimals});
    else if (e.name == "power")
        result.node = low.builder.make(Op::power, {a, plain_number(1)}, {decimals});
    else if (e.name == "sqrt")
        result.node = low.builder.make(Op::power, {a, low.builder.constant(Exact(1, 2))}, {decimals});
    else
        result = logistic(a, decimals);
    return done(std::move(result));
}

Typed Lowering::Call::logistic(NodeId a, const Exact& decimals) {
    Builder& builder = low.builder;
    // Many more decimals inside, so that the one rounding stated is the last one.
    const NodeId power = builder.make(Op::exponential, {builder.negate(a)}, {decimals + 20});
    Typed result;
    result.node = builder.divide(builder.constant(1), builder.weighted({power}, {1, 1}));
    if (low.request.simulate) return result;
    const boost::multiprecision::cpp_int ten(10);
    const auto places = static_cast<unsigned>(to_double(decimals));
    result.node =
        builder.round(result.node, Exact(1) / Exact(boost::multiprecision::pow(ten, places)), Rounding::half_away);
    return result;
}

Typed Lowering::Call::statistic() {
    const Exact decimals = low.decimals_argument(e, x.size() - 1, context);
    if (decimals > 15) fail("out-of-range", text + " is computed to 15 decimals at most, not " + to_text(decimals));
    std::vector<NodeId> of;
    for (std::size_t i = 0; i + 1 < x.size(); ++i) of.push_back(plain_number(i));
    Typed result;
    result.node = low.builder.make(Op::statistic, of, {decimals}, static_cast<std::uint32_t>(statistic_named(e.name)));
    result.bare = true;
    return done(std::move(result));
}

Typed Lowering::Call::is_missing() {
    Typed result;
    result.node = low.builder.make(Op::is_missing, {x[0].node});
    result.truth = true;
    return done(std::move(result));
}

Typed Lowering::Call::or_else() {
    Typed result = low.same_unit(x, context, "'" + text + "': values");
    result.node = low.builder.make(Op::if_missing, {x[0].node, x[1].node});
    if (x[1].no_limit != no_node)
        result.no_limit = low.builder.both(low.builder.make(Op::is_missing, {x[0].node}), x[1].no_limit);
    return done(std::move(result));
}

Typed Lowering::Call::of_conditions() {
    const std::string& f = e.name;
    std::vector<NodeId> nodes;
    for (const Typed& value : x) nodes.push_back(low.truth_or_fail(value, context, "a part of " + text).node);
    Typed result;
    result.truth = f != "count";
    result.bare = f == "count";
    result.node = nodes[0];
    if (f == "count")
        result.node = low.builder.sum(nodes);
    else if (f == "not")
        result.node = low.builder.make(Op::logical_not, {nodes[0]});
    else
        for (std::size_t i = 1; i < nodes.size(); ++i)
            result.node = f == "any" || f == "or" ? low.builder.either(result.node, nodes[i])
                                                  : low.builder.both(result.node, nodes[i]);
    return done(std::move(result));
}

Typed Lowering::Call::as_number() {
    Typed result = x[0];
    if (e.name == "money") plain_number(0);
    result.unit = e.name == "money" ? Unit::pounds() : Unit{};
    result.bare = false;
    result.category.clear();
    return done(std::move(result));
}

Typed Lowering::of_values(const Expression& e, std::vector<Typed> x, const Context& context) {
    static const std::map<std::string, Typed (Call::*)()> functions = {
        {"min", &Call::min_or_max},       {"max", &Call::min_or_max},        {"clip", &Call::clip},
        {"abs", &Call::absolute},         {"positive", &Call::side_of_zero}, {"negative", &Call::side_of_zero},
        {"if", &Call::branches},          {"choose", &Call::branches},       {"divide", &Call::quotient},
        {"whole", &Call::quotient},       {"modulo", &Call::quotient},       {"round", &Call::round},
        {"exp", &Call::to_decimals},      {"log", &Call::to_decimals},       {"sqrt", &Call::to_decimals},
        {"logistic", &Call::to_decimals}, {"power", &Call::to_decimals},     {"missing", &Call::is_missing},
        {"or_else", &Call::or_else},      {"count", &Call::of_conditions},   {"any", &Call::of_conditions},
        {"all", &Call::of_conditions},    {"and", &Call::of_conditions},     {"or", &Call::of_conditions},
        {"not", &Call::of_conditions},    {"number", &Call::as_number},      {"money", &Call::as_number}};
    static const std::set<std::string> like_units = {"min", "max", "clip", "if", "choose", "or_else"};
    const std::string text = formula::to_text(e);
    if (!takes_names(e.name)) refuse_categories(x, context, text);
    if (like_units.contains(e.name)) join_points(x);
    const std::string dimension = align(x, context, "'" + text + "'");
    Call call{*this, e, context, text, std::move(x), dimension};
    call.refuse_one_operand_over_members();
    if (statistic_named(e.name) >= 0) return call.statistic();
    const auto found = functions.find(e.name);
    if (found == functions.end()) fail("formula", context, "the function '" + e.name + "' cannot be used here");
    return (call.*found->second)();
}

}  // namespace openbook::engine
