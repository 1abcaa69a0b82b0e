#include <algorithm>

#include "engine/lowering.hpp"

namespace openbook {

const Record& Incentive::record() {
    static const Record record = describe<Incentive>(
        "incentive",
        "Gain and pain on a score between -1 and 1: the payer pays gain * score where the score is above zero; the "
        "providers pay "
        "pain * -score where it is below. Both are split by `shares`.",
        {field<&Incentive::gain>("gain", "Most that can be gained in a period.").in("£").required(),
         field<&Incentive::pain>("pain",
                                 "Most that can be lost in a period; equal to gain where the incentive is symmetric.")
             .in("£"),
         field<&Incentive::score>("score", "The score, when no framework gives it."),
         field<&Incentive::framework>("framework", "A framework whose weighted score is used.").refers("framework"),
         field<&Incentive::modifier>(
             "modifier", "Fraction of the gain available that is deducted from a gain while `modifier_applies`."),
         field<&Incentive::modifier_applies>("modifier_applies", "When the modifier applies."),
         field<&Incentive::shares>("shares", "Who gains and loses, by weight; absent: the clause's receiver alone."),
         field<&Incentive::within>("within", "A clause out of whose payment the gain is met: no new money.")
             .refers("clause")},
        "RS-05; RS-06; RS-07; RS-09; PM-09; PAY-26",
        R"({"kind": "incentive", "id": "gain_pain", "every": "year", "gain": "£140k",
            "pain": "£140k", "score": "achieved"})");
    return record;
}

}  // namespace openbook

namespace openbook::engine {

void lower(const Incentive& terms, ClauseLowering& clause) {
    Lowering& low = clause.low;
    Builder& b = low.builder;
    Typed score;
    if (!terms.framework.empty()) {
        const auto found = std::find_if(low.book.frameworks.begin(), low.book.frameworks.end(),
                                        [&](const Framework& f) { return f.id == terms.framework; });
        if (found == low.book.frameworks.end())
            low.fail("missing-reference", clause.at("framework"),
                     "'" + terms.framework + "' is no framework of the book");
        score = low.framework_score(*found, clause.at("framework"));
    } else {
        score = clause.value(terms.score, "score");
    }
    low.require_between(score, -1, 1, clause.at(terms.framework.empty() ? "score" : "framework"), "a score");
    score = low.credited(clause.index, score, clause.at("score"));
    const Typed gain = clause.money(terms.gain, "gain"), pain = clause.money(terms.pain, "pain");
    clause.require_not_negative(gain, "gain");
    clause.require_not_negative(pain, "pain");
    const Typed modifier = clause.value(terms.modifier, "modifier");
    const Typed applies = clause.condition(terms.modifier_applies, "modifier_applies");

    // A modifier is a fraction of the gain available, taken from the gain earned.
    const NodeId earned = b.multiply(gain.node, b.positive(score.node));
    const NodeId deduction = b.choose(applies.node, b.multiply(gain.node, modifier.node), b.constant(0));
    const Typed gained = clause.pence(clause.pounds(b.positive(b.subtract(earned, deduction)), "gain earned",
                                                    {gain.trace, score.trace, modifier.trace, applies.trace}));
    const Typed suffered = clause.pence(
        clause.pounds(b.multiply(pain.node, b.positive(b.negate(score.node))), "pain", {pain.trace, score.trace}));
    // Not copied: shocks know a term by where it stands.
    const std::vector<Part> alone{Part{clause.place.payee, "1", "true"}};
    const std::vector<Part>& shares = terms.shares.empty() ? alone : terms.shares;
    const auto gains = clause.split(shares, gained, "shares"),
               pains = clause.split(shares, suffered, "shares", ClauseLowering::Side::pays);
    for (const auto& [party, amount] : gains)
        clause.move(clause.place.payer, party, "gain", amount, clause.first_month(), clause.last_month());
    for (const auto& [party, amount] : pains)
        clause.move(party, clause.place.payer, "pain", amount, clause.first_month(), clause.last_month());
    if (terms.within.empty()) return;
    // No new money: what the gain takes is met out of what the named clause pays anyway, as far as it goes.
    const Typed pot =
        low.clause_paid(terms.within, clause.world, clause.clause.every, clause.period, clause.at("within"));
    const Typed met = clause.pounds(b.minimum(gained.node, b.positive(pot.node)), "met from " + terms.within,
                                    {gained.trace, pot.trace});
    for (const auto& [party, amount] : clause.split(shares, met, "shares", ClauseLowering::Side::pays))
        clause.move(party, clause.place.payer, "met from existing payment", amount, clause.first_month(),
                    clause.last_month());
}

}  // namespace openbook::engine
