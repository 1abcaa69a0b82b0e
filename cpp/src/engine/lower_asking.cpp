// Functions that ask the book: for plans, amounts of clauses, positions of parties, scores, and where in the term it
// is.
#include <map>

#include "engine/lowering.hpp"

namespace openbook::engine {

using formula::Expression;

std::optional<Typed> Lowering::of_book(const Expression& e, const Context& context) {
    using Function = Typed (Lowering::*)(const Expression&, const Context&);
    static const std::map<std::string, Function> functions = {{"cumulative", &Lowering::cumulative},
                                                              {"over", &Lowering::over_period},
                                                              {"plan", &Lowering::plan_of},
                                                              {"paid", &Lowering::money_of_clause},
                                                              {"received", &Lowering::money_of_clause},
                                                              {"position", &Lowering::money_of_party},
                                                              {"provisional", &Lowering::money_of_party},
                                                              {"income", &Lowering::money_of_party},
                                                              {"cost", &Lowering::money_of_party},
                                                              {"cash", &Lowering::cash_of_party},
                                                              {"reserves", &Lowering::reserves_of_party},
                                                              {"score", &Lowering::score_of},
                                                              {"measure", &Lowering::score_of},
                                                              {"in_unit", &Lowering::in_unit},
                                                              {"reason", &Lowering::reason},
                                                              {"by_category", &Lowering::by_category},
                                                              {"curve", &Lowering::curve_function},
                                                              {"inverse", &Lowering::curve_function},
                                                              {"by_member", &Lowering::by_member},
                                                              {"lookup", &Lowering::lookup},
                                                              {"solve", &Lowering::solve},
                                                              {"no_limit", &Lowering::nothing},
                                                              {"no_value", &Lowering::nothing},
                                                              {"contract_year", &Lowering::place_in_term},
                                                              {"month_number", &Lowering::place_in_term},
                                                              {"calendar_month", &Lowering::place_in_term},
                                                              {"months", &Lowering::place_in_term},
                                                              {"from_month", &Lowering::has_begun}};
    const auto found = functions.find(e.name);
    if (found == functions.end()) return std::nullopt;
    return (this->*found->second)(e, context);
}

std::string Lowering::party_argument(const Expression& e, std::size_t index, const Context& context) const {
    const std::string id = text_argument(e, index, "a party", context);
    if (!has_party(id))
        fail("missing-reference", context, "'" + id + "' in " + formula::to_text(e) + " is no party of the book");
    return id;
}

Typed Lowering::over_period(const Expression& e, const Context& context) {
    const std::string text = formula::to_text(e), name = text_argument(e, 0, "a name", context);
    const Every every = calendar_argument(e, 1, context.every, context);
    const Typed value = named(name, context.world, every, period_around(every, context, text), context);
    return traced(value, e.name, text, {value});
}

Typed Lowering::plan_of(const Expression& e, const Context& context) {
    const std::string text = formula::to_text(e), name = text_argument(e, 0, "an input", context);
    const auto found = inputs_.find(name);
    if (found == inputs_.end())
        fail("missing-reference", context, "'" + name + "' in " + text + " is no input of the book");
    const Every every = calendar_argument(e, 1, context.every, context);
    return spread_as(name, planned(*found->second, every, period_around(every, context, text), context));
}

Typed Lowering::money_of_clause(const Expression& e, const Context& context) {
    const std::string text = formula::to_text(e), clause = text_argument(e, 0, "a clause", context);
    const bool received = e.name == "received";
    const Every every = calendar_argument(e, received ? 2 : 1, context.every, context);
    const int period = period_around(every, context, text);
    const Typed value =
        received ? clause_received(clause, party_argument(e, 1, context), context.world, every, period, context)
                 : clause_paid(clause, context.world, every, period, context);
    return traced(value, e.name, text, {value});
}

Typed Lowering::money_of_party(const Expression& e, const Context& context) {
    static const std::map<std::string, Scope> scopes = {{"position", Scope::everything},
                                                        {"provisional", Scope::before_overlays},
                                                        {"income", Scope::contracts},
                                                        {"cost", Scope::costs}};
    const std::string text = formula::to_text(e);
    const Every every = calendar_argument(e, 1, context.every, context);
    const int period = period_around(every, context, text);
    const Typed value =
        position(party_argument(e, 0, context), scopes.at(e.name), context.world, every, period, context);
    return traced(value, e.name, text, {value});
}

Typed Lowering::cash_of_party(const Expression& e, const Context& context) {
    const int end = calendar().end_month(context.every, context.period);
    const Typed value = cash(party_argument(e, 0, context), context.world, end, context);
    return traced(value, e.name, formula::to_text(e), {value});
}

Typed Lowering::reserves_of_party(const Expression& e, const Context& context) {
    const auto found = book.finances.reserves.find(party_argument(e, 0, context));
    if (found == book.finances.reserves.end()) return literal(0, Unit::pounds());
    return term(found->second, context, "reserves of '" + found->first + "'");
}

Typed Lowering::score_of(const Expression& e, const Context& context) {
    const bool whole = e.name == "score";
    const std::string name = text_argument(e, 0, whole ? "a framework" : "a measure", context);
    for (const Framework& framework : book.frameworks) {
        if (whole && framework.id == name) return framework_score(framework, context);
        for (const Measure& measure : framework.measures)
            if (!whole && measure.id == name) return measure_score(measure, context);
    }
    fail("missing-reference", context,
         "'" + name + "' in " + formula::to_text(e) + " is no " + (whole ? "framework" : "measure") + " of the book");
}

Typed Lowering::nothing(const Expression& e, const Context&) {
    Typed value = literal(0, {}, true);
    value.node = builder.missing();
    if (e.name == "no_value") return value;
    value.no_limit = builder.constant(1);
    return traced(value, e.name, formula::to_text(e), {});
}

Typed Lowering::place_in_term(const Expression& e, const Context& context) {
    const int first = calendar().first_month(context.every, context.period);
    const int end = calendar().end_month(context.every, context.period);
    if (e.name == "contract_year") return literal(calendar().of_month(Every::year, first) + 1, {}, true);
    if (e.name == "calendar_month") return literal((calendar().start + first).month(), {}, true);
    return literal(e.name == "months" ? end - first : end, {}, true);
}

Typed Lowering::has_begun(const Expression& e, const Context& context) {
    const Month first = calendar().start + calendar().first_month(context.every, context.period);
    Typed value = literal(0);
    try {
        value = literal(Month::parse(text_argument(e, 0, "a month such as '2016-04'", context)) <= first ? 1 : 0);
    } catch (const std::invalid_argument& error) {
        fail("type", context, error.what());
    }
    value.truth = true;
    return value;
}

}  // namespace openbook::engine
