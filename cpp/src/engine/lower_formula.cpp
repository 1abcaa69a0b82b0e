// Operators of the formula language and the arguments of its functions, with their units.
#include <algorithm>
#include <map>

#include "engine/lowering.hpp"

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

bool is_comparison(const std::string& name) {
    return name == "less" || name == "less_equal" || name == "greater" || name == "greater_equal" || name == "equal" ||
           name == "not_equal";
}

}  // namespace

bool Lowering::keeps_percent(const Expression& e, const std::vector<Typed>& x) {
    const auto times = [&](std::size_t i) {
        return e.operands[i]->form == Form::number && !x[i].unit.percent && x[i].bare &&
               e.operands[1 - i]->form != Form::number;
    };
    if (e.name == "divide") return x[0].unit.percent && x[0].unit.plain() && times(1);
    return (x[0].unit.percent && x[1].unit.percent) || (x[0].unit.percent && times(1)) ||
           (x[1].unit.percent && times(0));
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
    result.no_limit = no_node;
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
    if (!lead && formula::is_currency(result.unit))
        for (const Typed& value : values)
            if (value.bare && !zero(value))
                lead = &*std::find_if(values.begin(), values.end(),
                                      [&](const Typed& v) { return !v.bare && v.unit == result.unit; });
    for (const Typed& value : values) {
        if (!lead || zero(value)) continue;
        if (value.bare && !formula::is_currency(lead->unit)) continue;
        if (value.unit != lead->unit)
            fail("unit", context,
                 what + " of " + lead->unit.words() + " and " + value.unit.words() +
                     (value.bare ? " (write " + lead->unit.text() + " before the number)"
                      : formula::is_currency(lead->unit) && formula::is_currency(value.unit)
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
        result.no_limit = no_node;
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
    const bool equality = e.name == "equal" || e.name == "not_equal",
               upwards = e.name == "less" || e.name == "less_equal";
    if (x[1].no_limit != no_node) result.node = against_no_limit(x[1], x[0], upwards && !equality, result.node);
    if (x[0].no_limit != no_node) result.node = against_no_limit(x[0], x[1], !upwards && !equality, result.node);
    if (x[0].no_limit != no_node && x[1].no_limit != no_node) {
        const bool alike = equality || e.name == "less_equal" || e.name == "greater_equal";
        result.node =
            builder.choose(builder.both(x[0].no_limit, x[1].no_limit), builder.constant(alike ? 1 : 0), result.node);
    }
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
    if (const auto found = definitions_.find(e.name); found != definitions_.end())
        return defined(e, *found->second, context);
    const bool named =
        formula::named_operand(e, formula::named_over) || formula::named_operand(e, formula::named_where);
    if (named || functions_over_members().contains(e.name)) return over_members(e, context);
    if (auto value = over_time(e, context)) return *value;
    if (auto value = of_dates(e, context)) return *value;
    if (auto value = of_book(e, context)) return *value;
    std::vector<Typed> x;
    // Of round(x, step, mode) the last is a word.
    const std::size_t values = e.name == "round" ? 2 : e.operands.size();
    for (std::size_t i = 0; i < values; ++i) x.push_back(expression(*e.operands[i], context));
    return of_values(e, std::move(x), context);
}

}  // namespace openbook::engine
