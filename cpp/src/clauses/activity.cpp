#include "engine/lowering.hpp"

namespace openbook {

const Record& Activity::record() {
    static const Record record = describe<Activity>(
        "activity", "Price times quantity, each period: tariff, cost per case, average specialty price.",
        {field<&Activity::quantity>("quantity", "What is paid for, usually an input.").required(),
         field<&Activity::price>("price", "Price of one unit.").in("£ per unit").required()},
        "PM-02; PAY-03; PAY-04",
        R"({"kind": "activity", "id": "spells_at_tariff", "quantity": "spells", "price": "spell_price"})");
    return record;
}

}  // namespace openbook

namespace openbook::engine {

void lower(const Activity& terms, ClauseLowering& clause) {
    const Typed quantity = clause.value(terms.quantity, "quantity"), price = clause.value(terms.price, "price");
    Builder& b = clause.low.builder;
    Typed amount =
        clause.pounds(b.multiply(quantity.node, price.node), "quantity * price", {quantity.trace, price.trace});
    amount.unit = quantity.unit * price.unit;
    amount.dimension = quantity.dimension.empty() ? price.dimension : quantity.dimension;
    if (!amount.dimension.empty()) {
        // Written once, applied over every member, and added up.
        amount.node = b.make(Op::sum_members, {amount.node});
        amount.dimension.clear();
    }
    clause.pay(clause.place.payer, clause.place.payee, "activity",
               clause.low.money_or_fail(amount, clause.at("price"), "quantity * price"));
}

}  // namespace openbook::engine
