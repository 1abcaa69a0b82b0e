// Operators and functions of the formula language, with their units.
#include <algorithm>
#include <map>
#include <set>

#include "engine/lowering.hpp"
#include "engine/statistic.hpp"

namespace openbook::engine {
namespace {

using formula::Expression;
using formula::Form;

const std::map<std::string, Every>& calendars() {
    static const std::map<std::string, Every> names = [] {
        std::map<std::string, Every> result;
        const auto list = choice_names<Every>();
        for (std::size_t i = 0; i < list.size(); ++i) result[list[i]] = static_cast<Every>(i);
        return result;
    }();
    return names;
}

bool is_currency(const Unit& unit) {
    return unit.powers.size() == 1 && unit.powers.begin()->second == 1 && formula::has_currency(unit);
}

/// A percentage stays one when it is taken of a percentage, or so many times by a figure that the formula writes out:
/// 2 * rate, rate / 4. Of anything else it takes a part.
bool keeps_percent(const Expression& e, const std::vector<Typed>& x) {
    const auto times = [&](std::size_t i) {
        return e.operands[i]->form == Form::number && !x[i].unit.percent && x[i].bare &&
               e.operands[1 - i]->form != Form::number;
    };
    if (e.name == "divide") return x[0].unit.percent && x[0].unit.plain() && times(1);
    return (x[0].unit.percent && x[1].unit.percent) || (x[0].unit.percent && times(1)) ||
           (x[1].unit.percent && times(0));
}

bool is_comparison(const std::string& name) {
    return name == "less" || name == "less_equal" || name == "greater" || name == "greater_equal" || name == "equal" ||
           name == "not_equal";
}

}  // namespace

bool takes_names(const std::string& name) {
    static const std::set<std::string> names = {"min",     "max",     "if",       "choose", "missing",
                                                "or_else", "number",  "first",    "last",   "member",
                                                "spread",  "largest", "smallest", "rank",   "median"};
    return names.contains(name);
}

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

Typed traced(Typed value, const std::string& operation, const std::string& text, const std::vector<Typed>& operands) {
    auto trace = std::make_shared<Trace>();
    trace->kind = "formula";
    trace->operation = operation;
    trace->formula = text;
    trace->unit = value.truth ? "condition" : value.unit.text();
    trace->node = value.node;
    for (const Typed& operand : operands)
        if (operand.trace) trace->children.push_back(operand.trace);
    value.trace = trace;
    return value;
}

Typed Lowering::expression(const Expression& e, const Context& context) {
    switch (e.form) {
        case Form::number: {
            Typed value = literal(e.value, e.money ? Unit::pounds() : Unit::parse(e.unit), !e.money && e.unit.empty());
            value.unit.percent = e.percent;
            return value;
        }
        case Form::boolean: {
            Typed value = literal(e.truth ? 1 : 0);
            value.truth = true;
            return value;
        }
        case Form::text:
            if (!context.category.empty()) return with_members(name_of_category(context.category, e.name, context));
            fail("type", context, "the text '" + e.name + "' stands where a value is expected");
        case Form::name:
            if (context.locals)
                if (const auto found = context.locals->find(e.name); found != context.locals->end())
                    return found->second;
            return named(e.name, context.world, context.every, context.period, context);
        case Form::call: break;
    }
    if (e.name == "add" || e.name == "subtract" || e.name == "multiply" || e.name == "negate" ||
        (e.name == "divide" && e.operands.size() == 2))
        return with_members(arithmetic(e, context));
    if (is_comparison(e.name)) return with_members(comparison(e, context));
    return with_members(function(e, context));
}

Typed Lowering::same_unit(std::vector<Typed>& values, const Context& context, const std::string& what, Meets meets) {
    const std::string dimension = align(values, context, what);
    refuse_bare_percent(values, context, what, meets);
    const std::string names = same_category(values, context, what);
    // A literal without a unit takes its neighbours' unit; zero and nothing fit everywhere; money must be written with
    // its sign.
    const Typed* lead = nullptr;
    const auto zero = [&](const Typed& value) {
        const Node& node = builder.graph.nodes[value.node];
        const Exact* known = builder.known(value.node);
        return (known && *known == 0) || (node.op == Op::constant && node.numbers.empty());
    };
    Typed result = values[0];
    for (const Typed& value : values)
        if (!value.bare && !zero(value)) {
            lead = &value;
            break;
        }
    result.bare = lead == nullptr && std::all_of(values.begin(), values.end(), [](const Typed& v) { return v.bare; });
    result.unit = lead ? lead->unit : values[0].unit;
    // Where nothing else leads, what is zero or missing for now has its unit all the same.
    for (const Typed& value : values)
        if (!lead && result.unit.plain() && !value.bare && !value.unit.plain()) {
            result.unit = value.unit;
            result.bare = false;
        }
    // Among bare figures one percentage makes all of them percentages; a ratio stays one beside them.
    if (!lead)
        result.unit.percent = result.unit.plain() && std::any_of(values.begin(), values.end(), [&](const Typed& v) {
                                  return v.unit.percent && !zero(v);
                              });
    result.category = names;
    result.truth = std::all_of(values.begin(), values.end(), [](const Typed& v) { return v.truth; });
    result.dimension = dimension;
    // Zero leads nobody; but beside £0 a bare figure is no money.
    if (!lead && is_currency(result.unit))
        for (const Typed& value : values)
            if (value.bare && !zero(value))
                lead = &*std::find_if(values.begin(), values.end(),
                                      [&](const Typed& v) { return !v.bare && v.unit == result.unit; });
    for (const Typed& value : values) {
        if (!lead || zero(value)) continue;
        if (value.bare && !is_currency(lead->unit)) continue;
        if (value.unit != lead->unit)
            fail("unit", context,
                 what + " of " + lead->unit.words() + " and " + value.unit.words() +
                     (value.bare ? " (write " + lead->unit.text() + " before the number)"
                      : is_currency(lead->unit) && is_currency(value.unit)
                          ? ", unlike currencies: multiply one by a rate of exchange in " + lead->unit.text() +
                                " per " + value.unit.text()
                          : conversion_hint(value.unit, lead->unit)));
    }
    return result;
}

std::string Lowering::same_category(const std::vector<Typed>& values, const Context& context,
                                    const std::string& what) const {
    std::string names;
    for (const Typed& value : values)
        if (names.empty()) names = value.category;
    if (names.empty()) return names;
    for (const Typed& value : values) {
        const Node& node = builder.graph.nodes[value.node];
        const bool missing = node.op == Op::constant && node.numbers.empty();
        if (value.category != names && !missing)
            fail("type", context,
                 what + " of a name of category '" + names + "' and " +
                     (value.category.empty() ? "a number in " + value.unit.words()
                                             : "one of category '" + value.category + "'"));
    }
    return names;
}

void Lowering::require_order(const std::vector<Typed>& values, const Context& context, const std::string& text) const {
    for (const Typed& value : values)
        if (!value.category.empty() && !category(value.category).ordered)
            fail("type", context, "'" + text + "': the values of category '" + value.category + "' stand in no order");
}

Typed Lowering::arithmetic(const Expression& e, const Context& context) {
    std::vector<Typed> x;
    for (const auto& operand : e.operands) x.push_back(expression(*operand, context));
    const std::string text = formula::to_text(e);
    refuse_categories(x, context, text);
    if (e.name == "negate") {
        Typed result = x[0];
        result.node = builder.negate(x[0].node);
        if (x[0].trace && x[0].trace->kind == "constant")
            return literal(*builder.known(result.node), result.unit, result.bare);
        return traced(result, e.name, text, x);
    }
    Typed result;
    const Unit date{{{"date", 1}}}, day{{{"day", 1}}};
    const bool sum = e.name == "add" || e.name == "subtract";
    if (sum && (x[0].unit == date || x[1].unit == date)) {
        // A date less a date is days; days are put to a date.
        const bool apart = e.name == "subtract" && x[0].unit == date && x[1].unit == date;
        const Typed& days = x[0].unit == date ? x[1] : x[0];
        if (!apart &&
            (days.unit == date || (!days.bare && days.unit != day) || (e.name == "subtract" && x[1].unit == date)))
            fail("unit", context,
                 "'" + text + "': dates take days, or give the days between them; this is of " + x[0].unit.text() +
                     " and " + x[1].unit.text());
        result.dimension = align(x, context, "'" + text + "'");
        result.unit = apart ? day : date;
        result.node = e.name == "add" ? builder.add(x[0].node, x[1].node) : builder.subtract(x[0].node, x[1].node);
    } else if (sum) {
        join_points(x);
        result = same_unit(x, context, "'" + text + "': a sum", e.name == "add" ? Meets::in_sum : Meets::in_difference);
        result.truth = false;
        result.node = e.name == "add" ? builder.add(x[0].node, x[1].node) : builder.subtract(x[0].node, x[1].node);
    } else {
        result.dimension = align(x, context, "'" + text + "'");
        result.bare = x[0].bare && x[1].bare;
        result.unit = e.name == "multiply" ? x[0].unit * x[1].unit : x[0].unit / x[1].unit;
        result.node =
            e.name == "multiply" ? builder.multiply(x[0].node, x[1].node) : builder.divide(x[0].node, x[1].node);
        result.unit.percent = result.unit.plain() && keeps_percent(e, x);
    }
    return traced(result, e.name, text, x);
}

Typed Lowering::comparison(const Expression& e, const Context& context) {
    const std::string text = formula::to_text(e);
    std::vector<Typed> x(2);
    for (const std::size_t i : {0u, 1u})
        if (e.operands[i]->form != Form::text) x[i] = expression(*e.operands[i], context);
    for (const std::size_t i : {0u, 1u}) {
        if (e.operands[i]->form != Form::text) continue;
        const std::string& names = x[1 - i].category;
        if (names.empty())
            fail("type", context,
                 "'" + text + "': the text '" + e.operands[i]->name + "' is compared with what is of no category");
        x[i] = with_members(name_of_category(names, e.operands[i]->name, context));
    }
    const std::string names = same_category(x, context, "'" + text + "': a comparison");
    if (!names.empty() && e.name != "equal" && e.name != "not_equal" && !category(names).ordered)
        fail("type", context, "'" + text + "': the values of category '" + names + "' stand in no order");
    join_points(x);
    if (x[0].unlimited != x[1].unlimited && e.name != "equal" && e.name != "not_equal") {
        // Everything is below no limit.
        const bool below = (e.name == "less" || e.name == "less_equal") == x[1].unlimited;
        Typed result = literal(below ? 1 : 0);
        result.truth = true;
        return traced(result, e.name, text, x);
    }
    // A bare number may stand beside money here: it decides nothing but a side.
    if (!x[0].bare && !x[1].bare)
        same_unit(x, context, "'" + text + "': a comparison");
    else
        refuse_bare_percent(x, context, "'" + text + "': a comparison", Meets::in_choice);
    Typed result;
    result.truth = true;
    result.dimension = align(x, context, "'" + text + "'");
    const NodeId a = x[0].node, b = x[1].node;
    if (e.name == "less")
        result.node = builder.make(Op::less, {a, b});
    else if (e.name == "greater")
        result.node = builder.make(Op::less, {b, a});
    else if (e.name == "less_equal")
        result.node = builder.make(Op::less_equal, {a, b});
    else if (e.name == "greater_equal")
        result.node = builder.make(Op::less_equal, {b, a});
    else
        result.node = builder.make(Op::equal, {a, b});
    if (e.name == "not_equal") result.node = builder.make(Op::logical_not, {result.node});
    return traced(result, e.name, text, x);
}

std::string Lowering::text_argument(const Expression& e, std::size_t index, const std::string& what,
                                    const Context& context) const {
    if (index >= e.operands.size() || (e.operands[index]->form != Form::text && e.operands[index]->form != Form::name))
        fail("type", context, e.name + "(...) expects " + what + " as its argument " + std::to_string(index + 1));
    return e.operands[index]->name;
}

Every Lowering::calendar_argument(const Expression& e, std::size_t index, Every otherwise,
                                  const Context& context) const {
    if (index >= e.operands.size()) return otherwise;
    const std::string name = text_argument(e, index, "a calendar", context);
    const auto found = calendars().find(name);
    if (found == calendars().end())
        fail("unknown-choice", context,
             "'" + name + "' is no calendar; expected month, quarter, half_year, year, financial_year or term");
    return found->second;
}

std::size_t Lowering::choice_argument(const Expression& e, std::size_t index, const std::vector<std::string>& choices,
                                      const Context& context) const {
    if (index >= e.operands.size()) return 0;
    const std::string name = text_argument(e, index, "a word", context);
    const auto found = std::find(choices.begin(), choices.end(), name);
    std::string expected;
    for (const std::string& choice : choices) expected += (expected.empty() ? "" : ", ") + choice;
    if (found == choices.end())
        fail("unknown-choice", context,
             "'" + name + "' in " + formula::to_text(e) + " is unknown; expected one of: " + expected);
    return static_cast<std::size_t>(found - choices.begin());
}

Exact Lowering::number_argument(const Expression& e, std::size_t index, const std::string& what,
                                const Context& context) {
    const Typed value = expression(*e.operands[index], context);
    const Exact* known = builder.known(value.node);
    if (!known)
        fail("not-constant", context,
             what + " in " + formula::to_text(e) + " must be a number that does not depend on data");
    builder.fix(value.node);
    return *known;
}

Exact Lowering::decimals_argument(const Expression& e, std::size_t index, const Context& context) {
    const Exact value = number_argument(e, index, "the number of decimals", context);
    if (!is_whole(value) || value < 0 || value > 30)
        fail("out-of-range", context,
             "decimals in " + formula::to_text(e) + " must be a whole number between 0 and 30, not " + to_text(value));
    return value;
}

void Lowering::require_known(const std::string& name, const Context& context) {
    if (!inputs_.contains(name) && !quantities_.contains(name) && !clauses_by_id_.contains(name) &&
        !parameters_.contains(name))
        named(name, context.world, context.every, context.period, context);
}

Typed Lowering::function(const Expression& e, const Context& context) {
    const std::string& f = e.name;
    if (const auto found = definitions_.find(f); found != definitions_.end())
        return defined(e, *found->second, context);
    if (formula::named_operand(e, formula::named_over) || formula::named_operand(e, formula::named_where))
        return over_members(e, context);
    const std::string text = formula::to_text(e);
    const auto require_party = [&](const std::string& id) {
        if (!has_party(id)) fail("missing-reference", context, "'" + id + "' in " + text + " is no party of the book");
        return id;
    };

    // Functions whose first argument names something.
    if (auto value = over_time(e, context)) return *value;
    if (auto value = of_dates(e, context)) return *value;
    if (f == "cumulative") return cumulative(e, context);
    if (f == "over") {
        const std::string name = text_argument(e, 0, "a name", context);
        const Every every = calendar_argument(e, 1, context.every, context);
        const int p = period_around(every, context, text);
        const Typed value = named(name, context.world, every, p, context);
        return traced(value, f, text, {value});
    }
    if (f == "plan") {
        const std::string name = text_argument(e, 0, "an input", context);
        const auto found = inputs_.find(name);
        if (found == inputs_.end())
            fail("missing-reference", context, "'" + name + "' in " + text + " is no input of the book");
        const Every every = calendar_argument(e, 1, context.every, context);
        const int p = period_around(every, context, text);
        return spread_as(name, planned(*found->second, every, p, context));
    }
    if (f == "paid" || f == "received" || f == "position" || f == "provisional" || f == "income" || f == "cost") {
        const std::size_t names = f == "received" ? 2 : 1;
        const std::string first = text_argument(e, 0, names == 2 || f == "paid" ? "a clause" : "a party", context);
        const Every every = calendar_argument(e, names, context.every, context);
        const int p = period_around(every, context, text);
        Typed value;
        if (f == "paid")
            value = clause_paid(first, context.world, every, p, context);
        else if (f == "received")
            value = clause_received(first, require_party(text_argument(e, 1, "a party", context)), context.world, every,
                                    p, context);
        else
            value = position(require_party(first),
                             f == "position"      ? Scope::everything
                             : f == "provisional" ? Scope::before_overlays
                             : f == "income"      ? Scope::contracts
                                                  : Scope::costs,
                             context.world, every, p, context);
        return traced(value, f, text, {value});
    }
    if (f == "cash") {
        const Typed value = cash(require_party(text_argument(e, 0, "a party", context)), context.world,
                                 calendar().end_month(context.every, context.period), context);
        return traced(value, f, text, {value});
    }
    if (f == "reserves") {
        const auto found = book.finances.reserves.find(require_party(text_argument(e, 0, "a party", context)));
        if (found == book.finances.reserves.end()) return literal(0, Unit::pounds());
        return term(found->second, context, "reserves of '" + found->first + "'");
    }
    if (f == "score" || f == "measure") {
        const std::string name = text_argument(e, 0, f == "score" ? "a framework" : "a measure", context);
        for (const Framework& framework : book.frameworks) {
            if (f == "score" && framework.id == name) return framework_score(framework, context);
            for (const Measure& measure : framework.measures)
                if (f == "measure" && measure.id == name) return measure_score(measure, context);
        }
        fail("missing-reference", context,
             "'" + name + "' in " + text + " is no " + (f == "score" ? "framework" : "measure") + " of the book");
    }
    if (f == "in_unit") return in_unit(e, context);
    if (f == "reason") return reason(*e.operands[0], context);
    if (f == "by_category") return by_category(e, context);
    if (f == "curve" || f == "inverse") return curve_function(e, context);
    if (f == "by_member") return by_member(e, context);
    if (f == "lookup") return lookup(e, context);
    if (f == "solve") return solve(e, context);
    if (f == "no_limit") {
        Typed value = literal(0, {}, true);
        value.node = builder.missing();
        value.unlimited = true;
        return traced(value, f, text, {});
    }
    if (f == "no_value") {
        Typed value = literal(0, {}, true);
        value.node = builder.missing();
        return value;
    }
    const int first_month = calendar().first_month(context.every, context.period);
    if (f == "contract_year") return literal(calendar().of_month(Every::year, first_month) + 1, {}, true);
    if (f == "month_number") return literal(calendar().end_month(context.every, context.period), {}, true);
    if (f == "calendar_month") return literal((calendar().start + first_month).month(), {}, true);
    if (f == "months") return literal(calendar().end_month(context.every, context.period) - first_month, {}, true);
    if (f == "from_month") {
        Typed value = literal(0);
        try {
            value = literal(Month::parse(text_argument(e, 0, "a month such as '2016-04'", context)) <=
                                    calendar().start + first_month
                                ? 1
                                : 0);
        } catch (const std::invalid_argument& error) {
            fail("type", context, error.what());
        }
        value.truth = true;
        return value;
    }

    // Functions of values.
    std::vector<Typed> x;
    const auto& of_members = functions_over_members();
    const auto over = of_members.find(f);
    const std::size_t values = over != of_members.end() ? std::min(over->second, e.operands.size())
                               : f == "round"           ? 2
                                                        : e.operands.size();
    const bool asks = f == "sum_matching" || f == "running_by";  // by a key, which may be a name
    for (std::size_t i = 0; i < values; ++i) {
        Context of_key = context;
        if (asks && i == 2) of_key.category = x[1].category;
        x.push_back(expression(*e.operands[i], of_key));
    }
    if (!takes_names(f)) refuse_categories(asks ? std::vector<Typed>{x[0]} : x, context, text);
    if (over != of_members.end()) return over_members(e, std::move(x), context, e);
    if (f == "min" || f == "max" || f == "clip" || f == "if" || f == "choose" || f == "or_else") join_points(x);
    const std::string dimension = align(x, context, "'" + text + "'");
    static const std::map<std::string, std::string> over_all = {
        {"min", "smallest"}, {"max", "largest"}, {"count", "sum"}, {"any", "any_member"}, {"all", "all_members"}};
    if (const auto members = over_all.find(f); members != over_all.end() && x.size() == 1 && !dimension.empty())
        fail("dimension", context,
             text + " has one operand, which stays as it is; over the members of '" + dimension + "' it is " +
                 members->second + text.substr(f.size()));
    if (f == "min" || f == "max") require_order(x, context, text);
    const auto number = [&](std::size_t i, const std::string& what) {
        const Exact* known = builder.known(x[i].node);
        if (!known)
            fail("not-constant", context, what + " in " + text + " must be a number that does not depend on data");
        builder.fix(x[i].node);
        return *known;
    };
    const auto decimals = [&](std::size_t i) { return decimals_argument(e, i, context); };
    const auto plain = [&](std::size_t i) {
        if (!x[i].unit.plain())
            fail("unit", context, text + " needs a plain number, not " + x[i].unit.text() + "; use number(...)");
        return x[i].node;
    };
    Typed result;
    const auto without_limit = [](const Typed& value) { return value.unlimited; };
    if ((f == "min" || f == "max") && std::any_of(x.begin(), x.end(), without_limit)) {
        // The smallest of some and no limit is the smallest of these; the largest is no limit.
        if (f == "max") return traced(*std::find_if(x.begin(), x.end(), without_limit), f, text, x);
        std::vector<Typed> limited;
        std::copy_if(x.begin(), x.end(), std::back_inserter(limited), [](const Typed& v) { return !v.unlimited; });
        if (limited.empty()) return traced(x[0], f, text, x);
        result = same_unit(limited, context, "'" + text + "': a choice");
        result.node = limited[0].node;
        for (std::size_t i = 1; i < limited.size(); ++i) result.node = builder.minimum(result.node, limited[i].node);
    } else if (f == "clip" && (x[1].unlimited || x[2].unlimited)) {
        std::vector<Typed> limited{x[0]};
        for (const Typed& bound : {x[1], x[2]})
            if (!bound.unlimited) limited.push_back(bound);
        result = same_unit(limited, context, "'" + text + "': bounds");
        result.node = x[0].node;
        if (!x[1].unlimited) result.node = builder.maximum(result.node, x[1].node);
        if (!x[2].unlimited) result.node = builder.minimum(result.node, x[2].node);
    } else if (f == "min" || f == "max") {
        result = same_unit(x, context, "'" + text + "': a choice");
        result.node = x[0].node;
        for (std::size_t i = 1; i < x.size(); ++i)
            result.node =
                f == "min" ? builder.minimum(result.node, x[i].node) : builder.maximum(result.node, x[i].node);
    } else if (f == "clip") {
        result = same_unit(x, context, "'" + text + "': bounds");
        result.node = builder.minimum(builder.maximum(x[0].node, x[1].node), x[2].node);
    } else if (f == "abs" || f == "positive" || f == "negative") {
        result = x[0];
        if (f == "abs")
            result.node = builder.make(Op::absolute, {x[0].node});
        else
            result.node = builder.positive(f == "positive" ? x[0].node : builder.negate(x[0].node));
    } else if (f == "if" || f == "choose") {
        if (x.size() % 2 == 0)
            fail("type", context, text + " needs pairs of condition and value and then the value for 'else'");
        std::vector<Typed> branches;
        for (std::size_t i = 1; i < x.size(); i += 2) branches.push_back(x[i]);
        branches.push_back(x.back());
        result = same_unit(branches, context, "'" + text + "': branches");
        result.node = x.back().node;
        for (std::size_t i = x.size() - 1; i >= 2; i -= 2) {
            truth_or_fail(x[i - 2], context, "a condition in " + text);
            result.node = builder.choose(x[i - 2].node, x[i - 1].node, result.node);
        }
        if (builder.known(x[0].node) && f == "if")
            return traced(result, f, text, {*builder.known(x[0].node) != 0 ? x[1] : x[2]});
    } else if (f == "divide" || f == "whole" || f == "modulo") {
        result = x[0];
        result.bare = x[0].bare && x[1].bare;
        result.unit = f == "modulo" ? x[0].unit : x[0].unit / x[1].unit;
        if (f == "divide")
            result.node = builder.divide(x[0].node, x[1].node, x[2].node);
        else
            result.node = builder.make(f == "whole" ? Op::floor_divide : Op::modulo, {x[0].node, x[1].node});
    } else if (f == "round") {
        static const std::map<std::string, Rounding> modes = {
            {"half_away", Rounding::half_away}, {"half_up", Rounding::half_up}, {"half_even", Rounding::half_even},
            {"floor", Rounding::floor},         {"ceiling", Rounding::ceiling}, {"truncate", Rounding::truncate}};
        const std::string mode = e.operands.size() > 2 ? text_argument(e, 2, "a rounding mode", context) : "half_away";
        if (!modes.contains(mode))
            fail("unknown-choice", context,
                 "'" + mode +
                     "' is no rounding mode; expected half_away, half_up, half_even, floor, ceiling or truncate");
        const Exact step = number(1, "the step");
        if (step <= 0)
            fail("out-of-range", context, "the step in " + text + " must be above zero, not " + to_text(step));
        if (is_currency(x[0].unit) && x[1].bare)
            fail("unit", context,
                 text + ": the step is an amount, such as " + x[0].unit.text() + "0.01 for pennies; " + to_text(step) +
                     " is none (it says to multiples of what, not how many decimals)");
        result = x[0];
        result.node = builder.round(x[0].node, step, modes.at(mode));
    } else if (f == "exp" || f == "log" || f == "sqrt" || f == "logistic" || f == "power") {
        const Exact places = decimals(x.size() - 1);
        const NodeId a = plain(0);
        if (f == "exp")
            result.node = builder.make(Op::exponential, {a}, {places});
        else if (f == "log")
            result.node = builder.make(Op::logarithm, {a}, {places});
        else if (f == "power")
            result.node = builder.make(Op::power, {a, plain(1)}, {places});
        else if (f == "sqrt")
            result.node = builder.make(Op::power, {a, builder.constant(Exact(1, 2))}, {places});
        else {
            // Many more decimals inside, so that the one rounding stated is the last one.
            const NodeId e_to = builder.make(Op::exponential, {builder.negate(a)}, {places + 20});
            const NodeId value = builder.divide(builder.constant(1), builder.weighted({e_to}, {1, 1}));
            result.node = request.simulate ? value
                                           : builder.round(value,
                                                           Exact(1) / Exact(boost::multiprecision::pow(
                                                                          boost::multiprecision::cpp_int(10),
                                                                          static_cast<unsigned>(to_double(places)))),
                                                           Rounding::half_away);
        }
    } else if (const int statistic = statistic_named(f); statistic >= 0) {
        const Exact places = decimals(x.size() - 1);
        if (places > 15)
            fail("out-of-range", context, text + " is computed to 15 decimals at most, not " + to_text(places));
        std::vector<NodeId> of;
        for (std::size_t i = 0; i + 1 < x.size(); ++i) of.push_back(plain(i));
        result.node = builder.make(Op::statistic, of, {places}, static_cast<std::uint32_t>(statistic));
        result.bare = true;
    } else if (f == "missing") {
        result.node = builder.make(Op::is_missing, {x[0].node});
        result.truth = true;
    } else if (f == "or_else") {
        result = same_unit(x, context, "'" + text + "': values");
        result.node = builder.make(Op::if_missing, {x[0].node, x[1].node});
    } else if (f == "count" || f == "any" || f == "all" || f == "and" || f == "or" || f == "not") {
        std::vector<NodeId> nodes;
        for (Typed& value : x) nodes.push_back(truth_or_fail(value, context, "a part of " + text).node);
        result.truth = f != "count";
        result.bare = f == "count";
        if (f == "count")
            result.node = builder.sum(nodes);
        else if (f == "not")
            result.node = builder.make(Op::logical_not, {nodes[0]});
        else {
            result.node = nodes[0];
            for (std::size_t i = 1; i < nodes.size(); ++i)
                result.node = f == "any" || f == "or" ? builder.either(result.node, nodes[i])
                                                      : builder.both(result.node, nodes[i]);
        }
    } else if (f == "number" || f == "money") {
        result = x[0];
        result.unit = f == "money" ? Unit::pounds() : Unit{};
        result.bare = false;
        result.category.clear();
        if (f == "money") plain(0);
    } else {
        fail("formula", context, "the function '" + f + "' cannot be used here");
    }
    result.dimension = dimension;
    return traced(result, f, text, x);
}

}  // namespace openbook::engine
