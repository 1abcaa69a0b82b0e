#include "engine/lowering.hpp"

namespace openbook {

const Record& Payment::record() {
    static const Record record = describe<Payment>(
        "payment",
        "What no family covers: any formula, from the payer to the receiver or to several by weight; negative: the "
        "other way.",
        {field<&Payment::amount>("amount", "The amount of one period.").in("£").required(),
         field<&Payment::shares>("shares", "Who receives, by weight; absent: the clause's receiver."),
         field<&Payment::each>(
             "each",
             "A dimension whose members are parties: each of them receives the amount's own member, which is rounded "
             "by itself.")
             .refers("dimension")},
        "", R"({"kind": "payment", "id": "transitional", "every": "quarter", "amount": "£25k"})");
    return record;
}

}  // namespace openbook

namespace openbook::engine {
namespace {

/// The members of the amount, each to the party of its name.
void pay_each(const Payment& terms, ClauseLowering& clause) {
    Lowering& low = clause.low;
    if (!terms.shares.empty())
        low.fail("out-of-range", clause.at("shares"), "what each member receives is not split: leave shares out");
    const Typed amount = clause.value(terms.amount, "amount");
    if (amount.dimension != terms.each)
        low.fail("dimension", clause.at("amount"),
                 amount.dimension.empty()
                     ? "the amount is one for all; it must have the dimension '" + terms.each + "'"
                     : "the amount has the dimension '" + amount.dimension + "', not '" + terms.each + "'");
    const std::vector<std::string>& parties = low.members_named(terms.each);
    // An explanation of what one of them receives speaks of its own member.
    const auto trace_of = [&](const std::string& party) -> TracePtr {
        if (!amount.trace) return nullptr;
        auto trace = std::make_shared<Trace>(*amount.trace);
        trace->asked = party;
        return trace;
    };
    for (std::uint32_t m = 0; m < parties.size(); ++m) {
        Typed own = amount;
        own.dimension.clear();
        if (low.builder.width(amount.node) > 1) own.node = low.builder.make(Op::pick, {amount.node}, {}, m);
        own = low.money_or_fail(own, clause.at("amount"), "amount");
        clause.pay(clause.place.payer, parties[m], "payment",
                   clause.pounds(own.node, "amount of " + parties[m], {trace_of(parties[m])}));
    }
}

}  // namespace

void lower(const Payment& terms, ClauseLowering& clause) {
    if (!terms.each.empty()) return pay_each(terms, clause);
    const Typed amount = clause.pence(clause.money(terms.amount, "amount"));
    // Not copied: shocks know a term by where it stands.
    const std::vector<Part> alone{Part{clause.place.payee, "1", "true"}};
    const std::vector<Part>& shares = terms.shares.empty() ? alone : terms.shares;
    for (const auto& [party, part] : clause.split(shares, amount, "shares"))
        clause.move(clause.place.payer, party, "payment", part, clause.first_month(), clause.last_month());
}

}  // namespace openbook::engine
