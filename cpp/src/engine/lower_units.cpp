// Percentages, percentage points and units of scale: what may stand beside what, and what is converted into what.
#include "engine/lowering.hpp"

namespace openbook::engine {

using formula::Expression;

namespace {

bool is_points(const Typed& value) {
    return value.unit == formula::percentage_points();
}

std::string without_sign(const Exact& value) {
    return to_text(abs(value));
}

}  // namespace

void Lowering::join_points(std::vector<Typed>& values) const {
    const auto percentage = [](const Typed& value) { return value.unit.plain() && value.unit.percent; };
    if (std::none_of(values.begin(), values.end(), percentage)) return;
    for (Typed& value : values) {
        if (!is_points(value)) continue;
        value.node = const_cast<Builder&>(builder).scale(value.node, Exact(1) / Exact(100));
        value.unit = Unit::parse("%");
    }
}

void Lowering::refuse_bare_percent(const std::vector<Typed>& values, const Context& context, const std::string& what,
                                   Meets meets) const {
    const auto nothing = [&](const Typed& value) {
        const Exact* known = builder.known(value.node);
        return known && *known == 0;
    };
    // A figure such as 5% takes a unit as other figures do; what is declared to be in percent is a percentage.
    bool percentage = false, figure = false;
    const Typed* counted = nullptr;
    for (const Typed& value : values) {
        if (nothing(value)) continue;
        if (value.unit.plain() && value.unit.percent) (value.bare ? figure : percentage) = true;
        if (!value.bare && !value.unit.plain()) counted = &value;
    }
    if (meets != Meets::in_choice && counted && figure)
        fail("unit", context,
             what + " of " + counted->unit.text() + " and a percentage; a part more is x * (1 + 5%), not x + 5%");
    for (std::size_t i = 0; percentage && i < values.size(); ++i) {
        const Exact* known = builder.known(values[i].node);
        if (!known || !values[i].bare || values[i].unit.percent || never_limits(values[i])) continue;
        // A fraction is a percentage written in another way, and 1 is the whole: 1 + x, 1 - x, x - 1. But x + 1 is read
        // as one point more by half of its readers.
        const Exact size = abs(*known);
        if (size < 1 || (size == 1 && (meets != Meets::in_sum || i == 0))) continue;
        const std::string number = without_sign(*known);
        fail("unit", context,
             what + " of a percentage and the number " + to_text(*known) + ", which is " +
                 to_text(Exact(*known * Exact(100))) + "%; write " + number + "% for a percentage, " + number +
                 "pp for percentage points" + (size == 1 ? ", or the whole first: 1 + x" : ""));
    }
}

Typed Lowering::in_unit(const Expression& e, const Context& context) {
    const std::string text = formula::to_text(e);
    Typed value = expression(*e.operands[0], context);
    refuse_categories({value}, context, text);
    const Unit to = Unit::parse(text_argument(e, 1, "a unit such as 'per 1000'", context));
    auto factor = formula::conversion(value.unit, to);
    // A number that was calculated, as a sum of parts of a year, may be given the unit of what it counts.
    if (!factor && value.unit.plain() && !value.unit.percent && !formula::has_currency(to)) factor = Exact(1);
    if (!factor)
        fail("unit", context,
             "'" + text + "': " + value.unit.words() + " measures something else than " + to.words() +
                 "; only the scale or the time of a unit is converted" +
                 (value.unit.plain() && formula::has_currency(to) ? ", and money is made by £1 * x" : ""));
    Typed result = value;
    result.node = *factor == 1 ? value.node : builder.scale(value.node, *factor);
    result.unit = to;
    result.bare = false;
    result.truth = false;
    return traced(result, e.name, text, {value});
}

}  // namespace openbook::engine
