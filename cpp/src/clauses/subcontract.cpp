#include <algorithm>

#include "engine/lowering.hpp"

namespace openbook {

const Record& Subcontract::record() {
    static const Record record = describe<Subcontract>(
        "subcontract",
        "Passes down what another clause pays: portion * (1 - margin) of its price, and of the gains and losses under "
        "other clauses portion * risk. Subcontracts may stand on subcontracts, to any depth: of a subcontract the "
        "price "
        "passed down is the price, and the risk passed down is passed on where risks names it. A chain that leads back "
        "to itself is an error.",
        {field<&Subcontract::of>("of", "The clause whose payment is passed down.").refers("clause").required(),
         field<&Subcontract::portion>("portion", "Part of the work that is subcontracted."),
         field<&Subcontract::margin>("margin", "Fraction of the price that the lead keeps."),
         field<&Subcontract::risks>("risks",
                                    "Clauses whose gains and losses are passed down too: + what the lead receives, - "
                                    "what it pays under them.")
             .refers("clause"),
         field<&Subcontract::risk>("risk", "Fraction of these that is passed down.")},
        "CF-03; CF-04; CF-05; CF-08; BH-11; S-L2",
        R"({"kind": "subcontract", "id": "community_part", "from": "trust", "to": "partner", "of": "main_block", "portion": "40%", "margin": "5%"})");
    return record;
}

}  // namespace openbook

namespace openbook::engine {
namespace {

const char* const price_passed = "price passed down";
const char* const risk_passed = "risk passed down";

/// Of a subcontract above only its price, or only its risk; of any other clause all that it moves.
std::string own_part(const Lowering& low, const std::string& clause, const char* part) {
    const auto above = std::find_if(low.clauses.begin(), low.clauses.end(),
                                    [&](const ClausePlace& place) { return place.clause->id == clause; });
    const bool subcontract = above != low.clauses.end() && std::holds_alternative<Subcontract>(above->clause->terms);
    return subcontract ? part : "";
}

}  // namespace

void lower(const Subcontract& terms, ClauseLowering& clause) {
    Lowering& low = clause.low;
    Builder& b = low.builder;
    const std::string& lead = clause.place.payer;
    const Typed portion = clause.fraction(terms.portion, "portion"), margin = clause.fraction(terms.margin, "margin"),
                risk = clause.fraction(terms.risk, "risk");
    const Typed price = low.clause_paid(terms.of, clause.world, clause.clause.every, clause.period, clause.at("of"),
                                        own_part(low, terms.of, price_passed));
    const NodeId kept = b.multiply(portion.node, b.weighted({margin.node}, {1, -1}));
    clause.pay(lead, clause.place.payee, price_passed,
               clause.pounds(b.multiply(price.node, kept), "price * portion * (1 - margin)",
                             {price.trace, portion.trace, margin.trace}));
    if (terms.risks.empty()) return;
    std::vector<NodeId> moved;
    std::vector<TracePtr> traces{portion.trace, risk.trace};
    for (std::size_t i = 0; i < terms.risks.size(); ++i) {
        const Typed under =
            low.clause_received(terms.risks[i], lead, clause.world, clause.clause.every, clause.period,
                                clause.at("risks/" + std::to_string(i)), own_part(low, terms.risks[i], risk_passed));
        moved.push_back(under.node);
        traces.push_back(under.trace);
    }
    clause.pay(lead, clause.place.payee, risk_passed,
               clause.pounds(b.multiply(b.sum(moved), b.multiply(portion.node, risk.node)),
                             "gains and losses * portion * risk", traces));
}

}  // namespace openbook::engine
