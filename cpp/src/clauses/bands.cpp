#include "engine/lowering.hpp"

namespace openbook {

const Record& Band::record() {
    static const Record record = describe<Band>(
        "band",
        "One band of a piecewise-linear payment: from the previous band's end (the first from zero) up to `to`, each "
        "unit is paid at `rate`.",
        {field<&Band::to>(
             "to", "Where the band ends, in units or as a fraction of `edges_of`; absent: no limit (last band only)."),
         field<&Band::rate>("rate", "Rate of each unit inside the band; multiplied by the clause's price.")
             .required()});
    return record;
}

const Record& Bands::record() {
    static const Record record = describe<Bands>(
        "bands",
        "A payment that is piecewise-linear in a quantity over one period: base + sum of rate * price * units inside "
        "each band. Cost and "
        "volume, floors, ceilings, caps, collars, marginal rates and blended payments are bands.",
        {field<&Bands::quantity>("quantity", "The quantity, usually over a year.").required(),
         field<&Bands::base>("base", "Paid whatever the quantity.").in("£"),
         field<&Bands::edges_of>(
             "edges_of", "What the bands' ends are fractions of, for instance the plan; absent: ends are in units."),
         field<&Bands::price>("price", "Price that the rates multiply.").in("£ per unit"),
         field<&Bands::on_account>("on_account", "Paid each month during the period; the balance follows at its end.")
             .in("£ a month"),
         field<&Bands::bands>("bands", "The bands, in ascending order.").required()},
        "PAY-02; PAY-06; PAY-13; PAY-21; H14",
        R"({"kind": "bands", "id": "cost_and_volume", "every": "year", "quantity": "spells",
            "price": "£2000", "bands": [{"to": "10000", "rate": "1"}, {"rate": "50%"}]})");
    return record;
}

}  // namespace openbook

namespace openbook::engine {

void lower(const Bands& terms, ClauseLowering& clause) {
    Lowering& low = clause.low;
    Builder& b = low.builder;
    const Typed quantity = clause.value(terms.quantity, "quantity"), price = clause.value(terms.price, "price");
    const Typed base = clause.money(terms.base, "base");
    const Typed scale = terms.edges_of.empty() ? low.literal(1) : clause.value(terms.edges_of, "edges_of");
    std::vector<NodeId> parts{base.node};
    std::vector<TracePtr> traces{base.trace, quantity.trace};
    NodeId lower_edge = b.constant(0), open = b.constant(0);  // whether a band before has no upper limit
    for (std::size_t i = 0; i < terms.bands.size(); ++i) {
        const Band& band = terms.bands[i];
        const std::string field = "bands/" + std::to_string(i), called = "band " + std::to_string(i + 1);
        const Typed rate = clause.value(band.rate, field + "/rate", "rate of " + called);
        Typed amount = clause.pounds(no_node, called, {rate.trace, price.trace});
        amount.unit = rate.unit * price.unit * quantity.unit;
        NodeId width = no_node, ends_before = open;
        const Typed to = band.to.empty() ? Typed{} : clause.value(band.to, field + "/to", "end of " + called);
        if (band.to.empty() || low.never_limits(to)) {
            if (band.to.empty() && i + 1 != terms.bands.size())
                low.fail("not-in-order", clause.at(field + "/to"), "only the last band may have no upper limit");
            width = b.positive(b.subtract(quantity.node, lower_edge));
            ends_before = b.constant(1);
        } else {
            const NodeId edge = b.multiply(to.node, scale.node);
            const Exact *low_known = b.known(lower_edge), *known = b.known(edge);
            if (low_known && known && *known < *low_known)
                low.fail("not-in-order", clause.at(field + "/to"),
                         "the band ends at " + to_text(*known) + ", before it starts at " + to_text(*low_known));
            Typed most = to;
            most.node = edge;
            width = b.subtract(low.capped(b.maximum(quantity.node, lower_edge), most), lower_edge);
            lower_edge = edge;
            if (to.no_limit != no_node) ends_before = b.either(open, to.no_limit);
        }
        width = b.choose(open, b.constant(0), width);
        open = ends_before;
        amount.node = b.multiply(width, b.multiply(rate.node, price.node));
        auto trace = std::make_shared<Trace>(*amount.trace);
        trace->node = amount.node;
        amount.trace = trace;
        low.money_or_fail(amount, clause.at(field + "/rate"), "rate * price * units in the band");
        parts.push_back(amount.node);
        traces.push_back(trace);
    }
    const Typed total = clause.pounds(b.sum(parts), "base and bands", traces);
    std::vector<Typed> on_account;
    bool paid_ahead = false;
    for (int month = clause.first_month(); month <= clause.last_month(); ++month) {
        const Context context = clause.at("on_account", Every::month, month);
        on_account.push_back(
            clause.pence(low.money_or_fail(low.term(terms.on_account, context, "on account"), context, "on_account")));
        const Exact* known = b.known(on_account.back().node);
        paid_ahead = paid_ahead || !known || *known != 0;
    }
    if (!paid_ahead) {
        clause.pay(clause.place.payer, clause.place.payee, "bands", total);
        return;
    }
    std::vector<NodeId> paid;
    for (std::size_t i = 0; i < on_account.size(); ++i) {
        const int month = clause.first_month() + static_cast<int>(i);
        clause.move(clause.place.payer, clause.place.payee, "on account", on_account[i], month, month);
        paid.push_back(on_account[i].node);
    }
    const Typed due = clause.pence(total);
    paid.insert(paid.begin(), due.node);
    std::vector<Exact> signs(paid.size() + 1, Exact(-1));
    signs[0] = 0;
    signs[1] = 1;
    clause.move(
        clause.place.payer, clause.place.payee, "balance",
        clause.pounds(b.weighted(paid, signs), "the period's amount less what was paid on account", {due.trace}),
        clause.first_month(), clause.last_month());
}

}  // namespace openbook::engine
