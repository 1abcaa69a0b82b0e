#include "engine/lowering.hpp"

namespace openbook {

const Record& Challenge::record() {
    static const Record record = describe<Challenge>(
        "challenge",
        "From the clause's receiver back to its payer: quantity * upheld * (price - repriced), for activity that was "
        "paid "
        "for and is in dispute.",
        {field<&Challenge::quantity>("quantity", "What is challenged.").required(),
         field<&Challenge::price>("price", "The price that was paid for one unit.").in("£ per unit").required(),
         field<&Challenge::upheld>("upheld", "Fraction of the challenge that is upheld."),
         field<&Challenge::repriced>("repriced", "What is due for one unit where a challenge is upheld; 0: nothing.")
             .in("£ per unit")},
        "H34; S29; PAY-36",
        R"({"kind": "challenge", "id": "disputed_spells", "quantity": "challenged", "price": "spell_price", "upheld": "60%"})");
    return record;
}

}  // namespace openbook

namespace openbook::engine {

void lower(const Challenge& terms, ClauseLowering& clause) {
    Lowering& low = clause.low;
    Builder& b = low.builder;
    const Typed quantity = clause.value(terms.quantity, "quantity"), upheld = clause.fraction(terms.upheld, "upheld"),
                price = clause.value(terms.price, "price"), repriced = clause.value(terms.repriced, "repriced");
    const Exact* none = b.known(repriced.node);
    if (repriced.unit != price.unit && !repriced.bare && !(none && *none == 0))
        low.fail("unit", clause.at("repriced"),
                 "the price is in " + price.unit.text() + ", the new one in " + repriced.unit.text());
    const NodeId less = b.subtract(price.node, repriced.node);
    Typed amount = clause.pounds(b.multiply(b.multiply(quantity.node, upheld.node), less),
                                 "quantity * upheld * (price - repriced)",
                                 {quantity.trace, upheld.trace, price.trace, repriced.trace});
    amount.unit = quantity.unit * price.unit;
    amount.dimension = quantity.dimension;
    clause.pay(clause.place.payee, clause.place.payer, "challenge upheld",
               low.money_or_fail(amount, clause.at("price"), "quantity * price"), "difference");
}

}  // namespace openbook::engine
