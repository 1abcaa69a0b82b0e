#include "engine/lowering.hpp"

namespace openbook {

const Record& Netting::record() {
    static const Record record = describe<Netting>(
        "netting",
        "First call on underspends: they cover partners' overspends, pro rata among those who may pay and those who "
        "may receive, until "
        "one side is used up. No member's variance changes its sign.",
        {field<&Netting::members>("members", "Who takes part, each with its own variance.").required()},
        "RS-16; RS-17; S-B3",
        R"({"kind": "netting", "id": "first_call", "every": "year", "members": [{"party": "trust", "variance": "trust_variance"}]})");
    return record;
}

}  // namespace openbook

namespace openbook::engine {

void lower(const Netting& terms, ClauseLowering& clause) {
    Builder& b = clause.low.builder;
    std::vector<NodeId> under, over;
    std::vector<TracePtr> traces;
    for (std::size_t i = 0; i < terms.members.size(); ++i) {
        const Member& member = terms.members[i];
        const std::string field = "members/" + std::to_string(i);
        const Typed variance = clause.money(member.variance, field + "/variance", "variance of " + member.party);
        const NodeId eligible = clause.condition(member.eligible, field + "/eligible").node;
        const NodeId none = b.constant(0);
        under.push_back(clause.may_pay(member.party) ? b.choose(eligible, b.positive(variance.node), none) : none);
        over.push_back(clause.may_receive(member.party) ? b.choose(eligible, b.positive(b.negate(variance.node)), none)
                                                        : none);
        traces.push_back(variance.trace);
    }
    const NodeId underspends = b.sum(under), overspends = b.sum(over);
    const NodeId covered = b.minimum(underspends, overspends);
    std::vector<std::pair<std::string, Typed>> net;
    for (std::size_t i = 0; i < terms.members.size(); ++i) {
        const NodeId gives = b.multiply(covered, b.divide(under[i], underspends, b.constant(0)));
        const NodeId takes = b.multiply(covered, b.divide(over[i], overspends, b.constant(0)));
        net.emplace_back(terms.members[i].party, clause.pounds(b.subtract(takes, gives),
                                                               "first call of " + terms.members[i].party, {traces[i]}));
    }
    clause.transfer(net, "netting");
}

}  // namespace openbook::engine
