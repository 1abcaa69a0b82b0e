#include "engine/lowering.hpp"

namespace openbook {

const Record& Share::record() {
    static const Record record = describe<Share>(
        "share",
        "Members share the pool of their variances: each ends with its part of the pool instead of its own variance. "
        "Transfers add up to "
        "zero; a member that is not eligible, or may not bear the mechanism, keeps its own variance.",
        {field<&Share::members>("members", "Who takes part, each with its own variance.").required(),
         field<&Share::shared>("shared", "Whether the pool's gains, its losses or both are shared."),
         field<&Share::split>("split",
                              "How the pool is split: by weight, equally, by who caused it, or left where it falls."),
         field<&Share::rate>("rate", "Fraction of the pool that is shared."),
         field<&Share::cap>("cap", "Largest gain that is shared.").in("£"),
         field<&Share::collar>("collar", "Largest loss that is shared.").in("£")},
        "RS-02; RS-11; PAY-24; S-B14; SCN-11",
        R"({"kind": "share", "id": "overspend", "every": "year", "shared": "losses",
            "members": [{"party": "trust", "variance": "trust_variance", "weight": "0.5"}]})");
    return record;
}

}  // namespace openbook

namespace openbook::engine {

void lower(const Share& terms, ClauseLowering& clause) {
    Lowering& low = clause.low;
    Builder& b = low.builder;
    struct Seat {
        NodeId variance, weight, eligible;
        TracePtr trace;
    };
    std::vector<Seat> seats;
    std::vector<NodeId> own;
    for (std::size_t i = 0; i < terms.members.size(); ++i) {
        const Member& member = terms.members[i];
        const std::string field = "members/" + std::to_string(i);
        const Typed variance = clause.money(member.variance, field + "/variance", "variance of " + member.party),
                    weight = clause.value(member.weight, field + "/weight", "weight of " + member.party);
        const bool allowed = clause.may_pay(member.party) && clause.may_receive(member.party);
        const NodeId eligible = allowed ? clause.condition(member.eligible, field + "/eligible").node : b.constant(0);
        seats.push_back({variance.node, weight.node, eligible, variance.trace});
        own.push_back(b.choose(eligible, variance.node, b.constant(0)));
    }
    // The part of the pool that is shared: its gain, its loss or both, within cap and collar, at the rate.
    NodeId pool = b.sum(own);
    if (terms.shared == Shared::gains) pool = b.positive(pool);
    if (terms.shared == Shared::losses) pool = b.minimum(pool, b.constant(0));
    const NodeId whole = b.sum(own);
    const auto cap = clause.limit(terms.cap, "cap"), collar = clause.limit(terms.collar, "collar");
    if (cap) clause.require_not_negative(*cap, "cap");
    if (collar) clause.require_not_negative(*collar, "collar");
    if (cap) pool = low.capped(pool, *cap);
    if (collar) pool = b.negate(low.capped(b.negate(pool), *collar));
    const Typed rate = clause.fraction(terms.rate, "rate");
    pool = b.multiply(pool, rate.node);
    // Each member brings its own part of what is shared, in proportion, and takes its share of it.
    std::vector<NodeId> weights, takes_part;
    std::vector<Context> places;
    for (std::size_t i = 0; i < seats.size(); ++i) {
        takes_part.push_back(seats[i].eligible);
        places.push_back(clause.at("members/" + std::to_string(i) + "/weight"));
        NodeId weight = b.choose(seats[i].eligible, seats[i].weight, b.constant(0));
        if (terms.split == SplitRule::equal) weight = seats[i].eligible;
        if (terms.split == SplitRule::causer)
            weight =
                b.choose(b.make(Op::less, {pool, b.constant(0)}), b.positive(b.negate(own[i])), b.positive(own[i]));
        weights.push_back(weight);
    }
    if (terms.split == SplitRule::weight)
        weights = low.weights_that_count(weights, takes_part, pool, clause.clause.zero_weights, places, "members");
    const NodeId sum = b.sum(weights);
    // Gains and losses that cancel to nothing are still brought in whole: the limit from either side is the rate,
    // unless a cap or collar of zero, or a side that is not shared, holds the pool there.
    NodeId at_zero = terms.shared == Shared::both ? rate.node : b.constant(0);
    for (const auto* limit : {&cap, &collar})
        if (*limit) {
            const NodeId nothing = b.make(Op::equal, {(*limit)->node, b.constant(0)});
            const NodeId held = b.choose(nothing, b.constant(0), at_zero);
            at_zero = (*limit)->no_limit == no_node ? held : b.choose((*limit)->no_limit, at_zero, held);
        }
    std::vector<NodeId> gains, losses;
    for (const NodeId variance : own) {
        gains.push_back(b.positive(variance));
        losses.push_back(b.positive(b.negate(variance)));
    }
    // Compared, not looked at for zero: doubles leave the last bits of what cancels.
    const NodeId cancels = b.make(Op::equal, {b.sum(gains), b.sum(losses)});
    const NodeId brought_share = b.choose(cancels, at_zero, b.divide(pool, whole, at_zero));
    std::vector<std::pair<std::string, Typed>> net;
    for (std::size_t i = 0; i < seats.size(); ++i) {
        NodeId amount = b.constant(0);
        if (terms.split != SplitRule::where_it_falls) {
            const NodeId share = b.multiply(pool, b.divide(weights[i], sum, b.constant(0)));
            amount = b.subtract(share, b.multiply(own[i], brought_share));
            // What nobody has a weight in stays where it fell.
            amount = b.choose(b.make(Op::equal, {sum, b.constant(0)}), b.constant(0), amount);
        }
        net.emplace_back(terms.members[i].party,
                         clause.pounds(amount, "share of the pool less what " + terms.members[i].party + " brings",
                                       {seats[i].trace}));
    }
    clause.transfer(net, "share");
}

}  // namespace openbook::engine
