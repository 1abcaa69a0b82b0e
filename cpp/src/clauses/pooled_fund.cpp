#include "engine/lowering.hpp"

namespace openbook {

const Record& PooledFund::record() {
    static const Record record = describe<PooledFund>(
        "pooled_fund",
        "Partners pay a budget into a fund by ratio. At the end of the period the fund gives back what was not spent "
        "and "
        "asks for what was spent beyond the budget, by the same ratio or by another. The fund is the clause's "
        "receiver.",
        {field<&PooledFund::budget>("budget", "The period's budget.").in("£").required(),
         field<&PooledFund::contributions>("contributions", "Who pays in, by weight.").required(),
         field<&PooledFund::spent>("spent", "What the fund spent in the period.").in("£").required(),
         field<&PooledFund::underspend>("underspend",
                                        "Who gets back what was not spent, by weight; absent: as contributions."),
         field<&PooledFund::overspend>("overspend", "Who pays an overspend, by weight; absent: as contributions."),
         field<&PooledFund::carried>("carried", "Fraction of an underspend that stays in the fund for later.")},
        "CF-13; BUD-13; BUD-14; S-B4",
        R"({"kind": "pooled_fund", "id": "section_75", "every": "year", "to": "fund", "budget": "£1m", "spent": "spending",
            "contributions": [{"party": "ccg", "weight": "60%"}, {"party": "trust", "weight": "40%"}]})");
    return record;
}

}  // namespace openbook

namespace openbook::engine {

void lower(const PooledFund& terms, ClauseLowering& clause) {
    Builder& b = clause.low.builder;
    const std::string& fund = clause.place.payee;
    const int first = clause.first_month(), last = clause.last_month();
    const Typed budget = clause.money(terms.budget, "budget"), spent = clause.money(terms.spent, "spent");
    clause.require_not_negative(budget, "budget");
    for (const auto& [party, part] :
         clause.split(terms.contributions, clause.pence(budget), "contributions", ClauseLowering::Side::pays))
        clause.move(party, fund, "contribution", part, first, last);

    const Typed carried = clause.fraction(terms.carried, "carried");
    const NodeId left = b.positive(b.subtract(budget.node, spent.node));
    const NodeId returned = b.multiply(left, b.weighted({carried.node}, {1, -1}));
    const Typed under = clause.pence(clause.pounds(returned, "budget less spending, less what is carried",
                                                   {budget.trace, spent.trace, carried.trace}));
    const auto& takers = terms.underspend.empty() ? terms.contributions : terms.underspend;
    for (const auto& [party, part] :
         clause.split(takers, under, terms.underspend.empty() ? "contributions" : "underspend"))
        clause.move(fund, party, "underspend", part, first, last);

    const Typed over = clause.pence(clause.pounds(b.positive(b.subtract(spent.node, budget.node)),
                                                  "spending beyond the budget", {spent.trace, budget.trace}));
    const auto& payers = terms.overspend.empty() ? terms.contributions : terms.overspend;
    for (const auto& [party, part] : clause.split(payers, over, terms.overspend.empty() ? "contributions" : "overspend",
                                                  ClauseLowering::Side::pays))
        clause.move(party, fund, "overspend", part, first, last);
}

}  // namespace openbook::engine
