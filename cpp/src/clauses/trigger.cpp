#include "engine/lowering.hpp"

namespace openbook {

const Record& Test::record() {
    static const Record record = describe<Test>(
        "test", "A condition with a name. Its comparison says who owns the boundary: >= includes it, > does not.",
        {field<&Test::name>("name", "What is tested.").required(),
         field<&Test::holds>("holds", "The condition.").required()});
    return record;
}

const Record& Trigger::record() {
    static const Record record = describe<Trigger>(
        "trigger", "When every test holds, an amount is due: reopeners, break payments, thresholds with a consequence.",
        {field<&Trigger::tests>("tests", "All of them must hold.").required(),
         field<&Trigger::amount>("amount", "What is due then; negative: the other way.").in("£").required(),
         field<&Trigger::shares>("shares", "Who receives, by weight; absent: the clause's receiver.")},
        "RS-12; PAY-27; SCN-09; S-B7", R"({"kind": "trigger", "id": "reopener", "every": "year",
            "tests": [{"name": "demand", "holds": "demand >= 110% * planned_demand"}], "amount": "overspend"})");
    return record;
}

}  // namespace openbook

namespace openbook::engine {

void lower(const Trigger& terms, ClauseLowering& clause) {
    Builder& b = clause.low.builder;
    NodeId holds = b.constant(1);
    std::vector<TracePtr> traces;
    for (std::size_t i = 0; i < terms.tests.size(); ++i) {
        const std::string field = "tests/" + std::to_string(i) + "/holds";
        const Typed test = clause.condition(terms.tests[i].holds, field);
        holds = b.both(holds, test.node);
        auto trace = std::make_shared<Trace>();
        trace->kind = "branch";
        trace->label = "test: " + terms.tests[i].name;
        trace->unit = "condition";
        trace->node = test.node;
        if (test.trace) trace->children = {test.trace};
        traces.push_back(trace);
    }
    const Typed amount = clause.money(terms.amount, "amount");
    traces.push_back(amount.trace);
    const Typed due =
        clause.pence(clause.pounds(b.choose(holds, amount.node, b.constant(0)), "due when every test holds", traces));
    // Not copied: shocks know a term by where it stands.
    const std::vector<Part> alone{Part{clause.place.payee, "1", "true"}};
    const std::vector<Part>& shares = terms.shares.empty() ? alone : terms.shares;
    for (const auto& [party, part] : clause.split(shares, due, "shares"))
        clause.move(clause.place.payer, party, "trigger", part, clause.first_month(), clause.last_month());
}

}  // namespace openbook::engine
