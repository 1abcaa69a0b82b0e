#include "engine/lowering.hpp"

namespace openbook {

const Record& Forecast::record() {
    static const Record record = describe<Forecast>(
        "forecast",
        "Pays forecast * price each period and, at the end of each reconciliation period, (actual - forecast) * price "
        "plus agreed "
        "shifts of activity between providers.",
        {field<&Forecast::forecast>("forecast", "Forecast activity.").required(),
         field<&Forecast::actual>("actual", "Activity that happened.").required(),
         field<&Forecast::price>("price", "Price of one unit.").in("£ per unit").required(),
         field<&Forecast::agreed_shift>(
             "agreed_shift", "Value of mutually agreed shifts in the reconciliation period, + = to this provider.")
             .in("£"),
         field<&Forecast::reconcile>("reconcile", "How often the forecast is corrected.")},
        "PM-11; RS-19",
        R"json({"kind": "forecast", "id": "placements", "forecast": "plan(placements)", "actual": "placements", "price": "placement_price"})json");
    return record;
}

}  // namespace openbook

namespace openbook::engine {

void lower(const Forecast& terms, ClauseLowering& clause) {
    Lowering& low = clause.low;
    Builder& b = low.builder;
    const Calendar& calendar = low.calendar();
    const auto valued = [&](const Term& quantity, const std::string& field, int period) {
        const Context context = clause.at(field, clause.clause.every, period);
        const Typed q = low.term(quantity, context, field),
                    price = low.term(terms.price, clause.at("price", clause.clause.every, period), "price");
        Typed amount = clause.pounds(b.multiply(q.node, price.node), field + " * price", {q.trace, price.trace});
        amount.unit = q.unit * price.unit;
        return low.money_or_fail(amount, context, field + " * price");
    };
    clause.pay(clause.place.payer, clause.place.payee, "forecast", valued(terms.forecast, "forecast", clause.period));

    const int reconciled = calendar.of_month(terms.reconcile, clause.last_month());
    const std::vector<int> periods = clause.periods_in_force(terms.reconcile, reconciled);
    if (periods.empty() || periods.back() != clause.period) return;
    std::vector<NodeId> nodes;
    std::vector<Exact> signs{0};
    std::vector<TracePtr> traces;
    for (const int period : periods) {
        const Typed actual = valued(terms.actual, "actual", period),
                    forecast = valued(terms.forecast, "forecast", period);
        nodes.insert(nodes.end(), {actual.node, forecast.node});
        signs.insert(signs.end(), {1, -1});
        traces.insert(traces.end(), {actual.trace, forecast.trace});
    }
    const Context shift_at = clause.at("agreed_shift", terms.reconcile, reconciled);
    const Typed shift =
        low.money_or_fail(low.term(terms.agreed_shift, shift_at, "agreed shift"), shift_at, "agreed_shift");
    nodes.push_back(shift.node);
    signs.push_back(1);
    traces.push_back(shift.trace);
    clause.move(
        clause.place.payer, clause.place.payee, "reconciliation",
        clause.pence(clause.pounds(b.weighted(nodes, signs), "actual less forecast, and agreed shifts", traces)),
        calendar.first_month(clause.clause.every, periods.front()), clause.last_month());
}

}  // namespace openbook::engine
