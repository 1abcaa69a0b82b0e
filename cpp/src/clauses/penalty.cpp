#include "engine/lowering.hpp"

namespace openbook {

const Record& Penalty::record() {
    static const Record record = describe<Penalty>(
        "penalty",
        "From the clause's receiver back to its payer: min(cap, rate * max(0, quantity - allowance)) * enforcement.",
        {field<&Penalty::quantity>("quantity", "What is counted, for instance breaches.").required(),
         field<&Penalty::allowance>("allowance", "How many go free."),
         field<&Penalty::rate>("rate", "Charge for each unit beyond the allowance.").in("£ per unit").required(),
         field<&Penalty::cap>("cap", "Most that is charged in a period; absent: no cap.").in("£"),
         field<&Penalty::enforcement>("enforcement", "Fraction that is enforced.")},
        "PM-12; PAY-20; H19",
        R"({"kind": "penalty", "id": "four_hours", "quantity": "breaches", "allowance": "5% * attendances", "rate": "breach_charge"})");
    return record;
}

}  // namespace openbook

namespace openbook::engine {

void lower(const Penalty& terms, ClauseLowering& clause) {
    Lowering& low = clause.low;
    Builder& b = low.builder;
    std::vector<Typed> units{clause.value(terms.quantity, "quantity"), clause.value(terms.allowance, "allowance")};
    const Typed rate = clause.value(terms.rate, "rate"),
                enforcement = clause.fraction(terms.enforcement, "enforcement");
    const NodeId excess = b.positive(b.subtract(units[0].node, units[1].node));
    Typed amount =
        clause.pounds(b.multiply(excess, rate.node), "rate * excess", {units[0].trace, units[1].trace, rate.trace});
    amount.unit = rate.unit * (units[0].bare ? Unit{} : units[0].unit);
    if (!units[0].bare && !units[1].bare && units[0].unit != units[1].unit &&
        !(b.known(units[1].node) && *b.known(units[1].node) == 0))
        low.fail("unit", clause.at("allowance"),
                 "the allowance is in " + units[1].unit.text() + ", the quantity in " + units[0].unit.text());
    amount = low.money_or_fail(amount, clause.at("rate"), "rate * excess");
    std::vector<TracePtr> traces{amount.trace};
    if (const auto cap = clause.limit(terms.cap, "cap")) {
        clause.require_not_negative(*cap, "cap");
        amount.node = low.capped(amount.node, *cap);
        traces.push_back(cap->trace);
    }
    traces.push_back(enforcement.trace);
    clause.pay(clause.place.payee, clause.place.payer, "penalty",
               clause.pounds(b.multiply(amount.node, enforcement.node), "capped and enforced", traces));
}

}  // namespace openbook::engine
