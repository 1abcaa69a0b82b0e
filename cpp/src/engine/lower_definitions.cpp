// Definitions: formulas with arguments, written out where they are called.
#include "engine/lowering.hpp"

namespace openbook::engine {

using formula::Expression;
using formula::Form;

bool Lowering::is_value(const std::string& name, const Context& context) const {
    return (context.locals && context.locals->contains(name)) || parameters_.contains(name) || inputs_.contains(name) ||
           quantities_.contains(name) || clauses_by_id_.contains(name);
}

Typed Lowering::defined(const Expression& e, const Definition& definition, const Context& context) {
    const std::string text = formula::to_text(e);
    const formula::Written* written = written_.find(e.name);
    if (!written || e.operands.size() != definition.arguments.size())
        fail("formula", context,
             "the definition '" + e.name + "' has " + std::to_string(definition.arguments.size()) + " arguments, not " +
                 std::to_string(e.operands.size()));
    // What is given, with its unit checked; names of dimensions, tables and the like are no values.
    std::vector<Typed> shown;
    for (std::size_t i = 0; i < e.operands.size(); ++i) {
        const Expression& operand = *e.operands[i];
        if (operand.form == Form::text || (operand.form == Form::name && !is_value(operand.name, context))) continue;
        Typed given = expression(operand, context);
        const Argument& argument = definition.arguments[i];
        const Unit unit = Unit::parse(argument.unit);
        const Exact* known = builder.known(given.node);
        if (!argument.unit.empty() && !given.bare && given.unit != unit && !(known && *known == 0))
            fail("unit", context,
                 "argument '" + argument.id + "' of " + text + " is in " + given.unit.words() + ", not in " +
                     unit.words());
        shown.push_back(std::move(given));
    }
    Context inside = context;
    inside.where += (inside.where.empty() ? "" : ", ") + ("definition '" + definition.id + "'");
    Typed result = expression(*formula::Definitions::expanded(e, *written), inside);
    if (!definition.unit.empty()) {
        const Unit unit = Unit::parse(definition.unit);
        if (!result.bare && result.unit != unit)
            fail("unit", inside,
                 "the definition '" + definition.id + "' is in " + unit.words() + " but comes to " +
                     result.unit.words());
        result.unit = unit;
        result.bare = false;
    }
    shown.push_back(result);
    result = traced(result, "definition", text, shown);
    auto named = std::make_shared<Trace>(*result.trace);
    named->label = (definition.name.empty() ? definition.id : definition.name) + ": " + text;
    named->source = definition.source;
    result.trace = std::move(named);
    return result;
}

}  // namespace openbook::engine
