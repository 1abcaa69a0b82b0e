#include "engine/lowering.hpp"

namespace openbook {

const Record& FundMember::record() {
    static const Record record =
        describe<FundMember>("fund_member", "One party's part of a conditional fund.",
                             {field<&FundMember::party>("party", "Who.").refers("party").required(),
                              field<&FundMember::weight>("weight", "Its weight in the fund, at least zero."),
                              field<&FundMember::earned>(
                                  "earned", "The condition on which it is paid, such as meeting its control total.")});
    return record;
}

const Record& Fund::record() {
    static const Record record = describe<Fund>(
        "fund",
        "A sum set aside for several members, each of which gets its part when its own condition holds. What is not "
        "earned is kept by the payer, or goes to those who earned theirs.",
        {field<&Fund::pot>("pot", "What is set aside for the period.").in("£").required(),
         field<&Fund::members>("members", "Who may get a part, and on what condition.").required(),
         field<&Fund::unearned>("unearned", "Where the parts go that are not earned.")},
        "RS-29; BUD-16; PAY-15; SCN-13; S-G3",
        R"({"kind": "fund", "id": "sustainability", "every": "year", "pot": "£900k",
            "members": [{"party": "trust", "earned": "trust_variance >= £0"}, {"party": "partner", "earned": "partner_variance >= £0"}]})");
    return record;
}

}  // namespace openbook

namespace openbook::engine {

void lower(const Fund& terms, ClauseLowering& clause) {
    Builder& b = clause.low.builder;
    const Typed pot = clause.pence(clause.money(terms.pot, "pot"));
    clause.require_not_negative(pot, "pot");
    const bool redistributed = terms.unearned == Unearned::redistributed;
    std::vector<Part> parts;
    std::vector<Typed> earned;
    for (std::size_t i = 0; i < terms.members.size(); ++i) {
        const FundMember& member = terms.members[i];
        earned.push_back(clause.condition(member.earned, "members/" + std::to_string(i) + "/earned"));
        const Exact* known = b.known(earned.back().node);
        const bool never = known != nullptr && *known == 0;
        parts.push_back({member.party, member.weight,
                         !redistributed ? Term("true")
                         : never        ? Term("false")
                                        : member.earned});
    }
    const auto split = clause.split(parts, pot, "members");
    for (std::size_t i = 0; i < split.size(); ++i) {
        const auto& [party, part] = split[i];
        const NodeId paid = redistributed ? part.node : b.choose(earned[i].node, part.node, b.constant(0));
        clause.move(clause.place.payer, party, "fund",
                    clause.pounds(paid, "part of " + party + " if earned", {part.trace, earned[i].trace}),
                    clause.first_month(), clause.last_month());
    }
}

}  // namespace openbook::engine
