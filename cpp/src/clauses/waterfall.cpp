#include "engine/lowering.hpp"

namespace openbook {

const Record& Tranche::record() {
    static const Record record = describe<Tranche>(
        "tranche", "One step of a waterfall: takes share * what is left, at most `limit`, while `when` holds.",
        {field<&Tranche::name>("name", "What the step is for; it labels the entries.").required(),
         field<&Tranche::when>("when", "When the step applies."),
         field<&Tranche::limit>("limit", "Most that it takes; absent: no limit.").in("£"),
         field<&Tranche::share>("share", "Fraction of what is left that it may take."),
         field<&Tranche::to>("to", "Who receives, by weight.").required()});
    return record;
}

const Record& Waterfall::record() {
    static const Record record = describe<Waterfall>(
        "waterfall", "An amount handed down through ordered tranches; what no tranche takes stays where it is.",
        {field<&Waterfall::amount>("amount", "The amount; nothing is handed down where it is below zero.")
             .in("£")
             .required(),
         field<&Waterfall::givers>("givers", "Who gives, by weight; absent: the clause's payer."),
         field<&Waterfall::tranches>("tranches", "The steps, in order.").required()},
        "RS-13; RS-14; RS-15; PAY-28; S-B6",
        R"({"kind": "waterfall", "id": "underspend", "every": "year", "amount": "pool",
            "tranches": [{"name": "cohort", "limit": "£80k", "to": [{"party": "fund"}]}, {"name": "rest", "to": [{"party": "ccg"}]}]})");
    return record;
}

}  // namespace openbook

namespace openbook::engine {

void lower(const Waterfall& terms, ClauseLowering& clause) {
    Builder& b = clause.low.builder;
    const Typed amount = clause.money(terms.amount, "amount");
    Typed left = clause.pence(clause.pounds(b.positive(amount.node), "amount to hand down", {amount.trace}));
    // Not copied: shocks know a term by where it stands.
    const std::vector<Part> alone{Part{clause.place.payer, "1", "true"}};
    const std::vector<Part>& givers = terms.givers.empty() ? alone : terms.givers;
    for (std::size_t i = 0; i < terms.tranches.size(); ++i) {
        const Tranche& tranche = terms.tranches[i];
        const std::string field = "tranches/" + std::to_string(i), called = "tranche '" + tranche.name + "'";
        const Typed when = clause.condition(tranche.when, field + "/when"),
                    share = clause.value(tranche.share, field + "/share", "share of " + called);
        clause.low.require_between(share, 0, 1, clause.at(field + "/share"), "a tranche's share of what is left");
        NodeId taken = b.multiply(left.node, share.node);
        std::vector<TracePtr> traces{left.trace, when.trace};
        if (const auto limit = clause.limit(tranche.limit, field + "/limit", "limit of " + called)) {
            Typed most = *limit;
            most.node = b.positive(limit->node);
            taken = clause.low.capped(taken, most);
            traces.push_back(limit->trace);
        }
        taken = b.choose(when.node, taken, b.constant(0));
        const Typed given = clause.pence(clause.pounds(taken, called, traces));
        // From each giver its part, and from it to each receiver its part: both splits add up to the penny.
        for (const auto& [giver, part] : clause.split(givers, given, "givers", ClauseLowering::Side::pays))
            for (const auto& [receiver, received] : clause.split(tranche.to, part, field + "/to"))
                clause.move(giver, receiver, tranche.name, received, clause.first_month(), clause.last_month(),
                            "transfer");
        left = clause.pounds(b.subtract(left.node, given.node), "left after '" + tranche.name + "'",
                             {left.trace, given.trace});
    }
}

}  // namespace openbook::engine
