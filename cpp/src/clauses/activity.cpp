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
    std::vector<Typed> both = {clause.value(terms.quantity, "quantity"), clause.value(terms.price, "price")};
    const std::string dimension = clause.low.align(both, clause.at("price"), "quantity * price");
    const Typed &quantity = both[0], &price = both[1];
    Builder& b = clause.low.builder;
    Typed amount =
        clause.pounds(b.multiply(quantity.node, price.node), "quantity * price", {quantity.trace, price.trace});
    amount.unit = quantity.unit * price.unit;
    // Written once, applied over every member, and added up.
    if (!dimension.empty()) amount.node = b.make(Op::sum_members, {amount.node});
    clause.pay(clause.place.payer, clause.place.payee, "activity",
               clause.low.money_or_fail(amount, clause.at("price"), "quantity * price"));
}

}  // namespace openbook::engine
