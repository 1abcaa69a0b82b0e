#include "engine/lowering.hpp"

namespace openbook {

const Record& Capitation::record() {
    static const Record record = describe<Capitation>(
        "capitation",
        "So much a head a year: the sum over the groups of people * weight * rate, each period its months' part of the "
        "year.",
        {field<&Capitation::people>("people", "The people on the list; with a dimension by group, such as age band.")
             .required(),
         field<&Capitation::rate>("rate", "Rate of one person of weight 1 for a year.").in("£ per person").required(),
         field<&Capitation::weight>("weight", "Risk weight, of all or by group.")},
        "PM-03; PM-04; PM-05; PAY-22; PAY-32; PAY-34",
        R"({"kind": "capitation", "id": "whole_population", "people": "registered", "rate": "head_rate"})");
    return record;
}

}  // namespace openbook

namespace openbook::engine {

void lower(const Capitation& terms, ClauseLowering& clause) {
    Lowering& low = clause.low;
    Builder& b = low.builder;
    std::vector<Typed> x{clause.value(terms.people, "people"), clause.value(terms.weight, "weight"),
                         clause.value(terms.rate, "rate")};
    const std::vector<TracePtr> traces{x[0].trace, x[1].trace, x[2].trace};
    const std::string dimension = low.align(x, clause.at("people"), "people * weight * rate");
    if (!x[1].unit.plain())
        low.fail("unit", clause.at("weight"), "a weight is a plain number, not in " + x[1].unit.text());
    const NodeId by_group = b.multiply(b.multiply(x[0].node, x[1].node), x[2].node);
    const NodeId year = dimension.empty() ? by_group : b.make(Op::sum_members, {by_group});
    const Exact part(clause.last_month() - clause.first_month() + 1, 12);
    Typed amount =
        clause.pounds(b.scale(year, part), "people * weight * rate, for the period's part of a year", traces);
    amount.unit = x[0].unit * x[2].unit;
    clause.pay(clause.place.payer, clause.place.payee, "capitation",
               low.money_or_fail(amount, clause.at("rate"), "people * rate"));
}

}  // namespace openbook::engine
