#include "engine/lowering.hpp"

namespace openbook {

const Record& Payment::record() {
    static const Record record = describe<Payment>(
        "payment",
        "What no family covers: any formula, from the payer to the receiver or to several by weight; negative: the "
        "other way.",
        {field<&Payment::amount>("amount", "The amount of one period.").in("£").required(),
         field<&Payment::shares>("shares", "Who receives, by weight; absent: the clause's receiver.")},
        "", R"({"kind": "payment", "id": "transitional", "every": "quarter", "amount": "£25k"})");
    return record;
}

}  // namespace openbook

namespace openbook::engine {

void lower(const Payment& terms, ClauseLowering& clause) {
    const Typed amount = clause.pence(clause.money(terms.amount, "amount"));
    const std::vector<Part> shares =
        terms.shares.empty() ? std::vector<Part>{Part{clause.place.payee, "1", "true"}} : terms.shares;
    for (const auto& [party, part] : clause.split(shares, amount, "shares"))
        clause.move(clause.place.payer, party, "payment", part, clause.first_month(), clause.last_month());
}

}  // namespace openbook::engine
