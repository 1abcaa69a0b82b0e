#include "engine/derivatives.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "engine/adjoint.hpp"
#include "engine/nudge.hpp"
#include "engine/roundings.hpp"
#include "openbook/errors.hpp"

namespace openbook::engine {
namespace {

/// One amount of the ledger within a position: + = received.
struct Stake {
    const Posting* posting;
    NodeId node;
    Exact weight;
};

/// What the position is made of, to the settlement's date: entries in full, and of an accrual the part that has passed.
std::vector<Stake> stakes_of(const Settlement& s, const Target& target) {
    const Plan& plan = *s.plan;
    const Calendar& calendar = plan.book->calendar;
    const int last = s.request.as_at ? *s.request.as_at - calendar.start : calendar.months - 1;
    std::vector<Stake> stakes;
    for (const Posting& posting : plan.postings) {
        if (posting.service_from > last || (posting.to != target.party && posting.from != target.party)) continue;
        const bool due_now = posting.posting <= last;
        const int month = due_now ? posting.posting : last;
        if (calendar.of_month(target.every, month) != target.period) continue;
        const NodeId node = posting.amount[static_cast<int>(target.basis)];
        if (!s.values[node][0]) continue;
        Exact weight = posting.to == target.party ? 1 : -1;
        if (!due_now)
            weight *= Exact(last - posting.service_from + 1) / Exact(posting.service_to - posting.service_from + 1);
        stakes.push_back({&posting, node, weight});
    }
    return stakes;
}

/// Members that were not given took their plan.
class Settled : public Adjoint<Exact, Value> {
public:
    explicit Settled(const Settlement& s) : Adjoint(s.plan->graph, s.values.unpacked()), s_(s) {}

protected:
    NodeId source(const Node& input, std::uint32_t member) const override {
        const Members& given = s_.bound[input.index];
        if (!given.empty() && (given[member] || !s_.plan_fills[input.index])) return no_node;
        return s_.plan->graph.inputs[input.index].plan;
    }
    double quantile_slope(const Node&, double) const override { return 0; }

private:
    const Settlement& s_;
};

Settled walked_back(const Settlement& s, const std::vector<Stake>& stakes) {
    Settled adjoint(s);
    for (const Stake& stake : stakes) adjoint.seed(stake.node, 0, stake.weight);
    std::vector<NodeId> order(s.plan->graph.nodes.size());
    std::iota(order.begin(), order.end(), NodeId{0});
    adjoint.run(order);
    return adjoint;
}

NodeId last_of(const std::vector<Stake>& stakes) {
    NodeId last = 0;
    for (const Stake& stake : stakes) last = std::max(last, stake.node);
    return last;
}

/// The node of each slot of the plan.
std::vector<NodeId> nodes_of_slots(const Graph& graph) {
    std::vector<NodeId> nodes(graph.inputs.size(), no_node);
    for (NodeId id = 0; id < graph.nodes.size(); ++id)
        if (graph.nodes[id].op == Op::input) nodes[graph.nodes[id].index] = id;
    return nodes;
}

void one_side(const Settlement& s, const std::vector<Stake>& stakes, Nudge& nudge, NodeId input,
              MarginalPound& marginal, int direction) {
    nudge.move(input, marginal.member, direction, last_of(stakes));
    Exact slope = 0, cliff = 0;
    for (const Stake& stake : stakes) {
        slope += stake.weight * nudge.slope(stake.node, 0);
        const Value& limit = nudge.limit(stake.node, 0);
        if (limit) cliff += stake.weight * (*limit - *s.values[stake.node][0]);
    }
    (direction > 0 ? marginal.right : marginal.left) = direction > 0 ? slope : -slope;
    (direction > 0 ? marginal.cliff_right : marginal.cliff_left) = cliff;
}

void check_party(const Settlement& s, const Target& target) {
    const auto& parties = s.plan->book->parties;
    if (std::none_of(parties.begin(), parties.end(), [&](const Party& p) { return p.id == target.party; }))
        throw BookError("there is nothing to differentiate",
                        {{"missing-reference", "/target", "'" + target.party + "' is no party of the book", ""}});
    if (target.period < 0 || target.period >= s.plan->book->calendar.count(target.every))
        throw BookError("there is nothing to differentiate",
                        {{"missing-reference", "/target",
                          "no period " + std::to_string(target.period + 1) + " in the calendar", ""}});
}

NodeId node_of(const Settlement& s, const MarginalPound& of) {
    const Graph& graph = s.plan->graph;
    const std::vector<NodeId> nodes = nodes_of_slots(graph);
    for (std::size_t slot = 0; slot < graph.inputs.size(); ++slot) {
        const InputSlot& input = graph.inputs[slot];
        if (input.quantity != of.quantity || input.period != static_cast<std::uint32_t>(of.period)) continue;
        if (nodes[slot] != no_node && of.member < graph.nodes[nodes[slot]].width) return nodes[slot];
    }
    throw BookError("there is nothing to differentiate",
                    {{"missing-reference", "/" + of.quantity,
                      "the settlement reads no '" + of.quantity + "' in period " + std::to_string(of.period + 1), ""}});
}

}  // namespace

std::string label_of(const Book& book, const InputSlot& slot) {
    for (const Input& input : book.inputs)
        if (!slot.term && input.id == slot.quantity)
            return book.calendar.label(input.every, static_cast<int>(slot.period));
    return {};
}

Settlement opened(const Settlement& settlement, const std::vector<std::string>& paths) {
    SettleRequest request = settlement.request;
    request.disputes = request.against_posted = false;
    request.compile.open = paths;
    return settle(settlement.plan->book, std::move(request));
}

std::vector<MarginalPound> marginals(const Settlement& s, const Target& target) {
    check_party(s, target);
    const Graph& graph = s.plan->graph;
    const std::vector<Stake> stakes = stakes_of(s, target);
    const Settled adjoint = walked_back(s, stakes);
    const std::vector<NodeId> nodes = nodes_of_slots(graph);
    const Roundings roundings(graph, [&](NodeId node, std::uint32_t m) { return adjoint.slope(node, m); });
    Nudge nudge(graph, s.values.unpacked(), s.bound.unpacked());
    std::vector<MarginalPound> result;
    for (std::size_t slot = 0; slot < graph.inputs.size(); ++slot) {
        const NodeId node = nodes[slot];
        const InputSlot& input = graph.inputs[slot];
        if (node == no_node || (!adjoint.reached(node) && !input.fixed)) continue;
        for (std::uint32_t m = 0; m < graph.nodes[node].width; ++m) {
            if (!s.values[node][m]) continue;
            MarginalPound marginal;
            marginal.quantity = input.quantity;
            marginal.period = static_cast<int>(input.period);
            marginal.member = m;
            marginal.label = label_of(*s.plan->book, input);
            marginal.value = *s.values[node][m];
            marginal.term = input.term;
            marginal.fixed = input.fixed;
            marginal.left = marginal.right = adjoint.slope(node, m);
            if (adjoint.tied(node)) {
                one_side(s, stakes, nudge, node, marginal, 1);
                one_side(s, stakes, nudge, node, marginal, -1);
            }
            if (roundings.behind(node)) {
                nudge.move(node, m, 1, last_of(stakes));
                marginal.whole_step = roundings.whole_step(nudge);
            }
            result.push_back(std::move(marginal));
        }
    }
    return result;
}

Exact change_by(const Settlement& s, const Target& target, const MarginalPound& of, const Exact& more) {
    check_party(s, target);
    const NodeId node = node_of(s, of);
    std::vector<Members> inputs = s.bound.unpacked();
    Members& own = inputs[s.plan->graph.nodes[node].index];
    own = s.values[node];
    if (!own[of.member]) return 0;
    *own[of.member] += more;
    const std::vector<Members> after = evaluate(s.plan->graph, inputs, s.plan_fills);
    Exact change = 0;
    for (const Stake& stake : stakes_of(s, target))
        if (after[stake.node][0]) change += stake.weight * (*after[stake.node][0] - *s.values[stake.node][0]);
    return change;
}

namespace {

std::vector<Passage> passages_of(const Settlement& s, const std::vector<Stake>& stakes, const Nudge& nudge,
                                 int direction) {
    std::map<std::pair<int, std::string>, Passage> sums;
    for (const Stake& stake : stakes) {
        const Exact slope = stake.weight * nudge.slope(stake.node, 0) * Exact(direction);
        const Value& limit = nudge.limit(stake.node, 0);
        const Exact cliff = limit ? stake.weight * (*limit - *s.values[stake.node][0]) : Exact(0);
        if (slope == 0 && cliff == 0) continue;
        const Posting& posting = *stake.posting;
        Passage& sum = sums[{posting.clause, posting.title}];
        sum.contract = posting.contract;
        sum.title = posting.title;
        if (posting.clause >= 0) sum.clause = s.plan->clauses[static_cast<std::size_t>(posting.clause)].id;
        sum.slope += slope;
        sum.cliff += cliff;
    }
    std::vector<Passage> result;
    for (auto& [key, passage] : sums) result.push_back(std::move(passage));
    return result;
}

}  // namespace

std::vector<Passage> passages(const Settlement& s, const Target& target, const MarginalPound& of, bool up) {
    check_party(s, target);
    const std::vector<Stake> stakes = stakes_of(s, target);
    Nudge nudge(s.plan->graph, s.values.unpacked(), s.bound.unpacked());
    nudge.move(node_of(s, of), of.member, up ? 1 : -1, last_of(stakes));
    return passages_of(s, stakes, nudge, up ? 1 : -1);
}

Range range_of(const Settlement& s, const Target& target, const MarginalPound& of, bool up) {
    check_party(s, target);
    const std::vector<Stake> stakes = stakes_of(s, target);
    const Settled adjoint = walked_back(s, stakes);
    const auto matters = [&](NodeId node) { return adjoint.reached(node); };
    Nudge nudge(s.plan->graph, s.values.unpacked(), s.bound.unpacked());
    nudge.move(node_of(s, of), of.member, up ? 1 : -1, last_of(stakes));
    return {nudge.reach(matters), nudge.bends(matters)};
}

std::string passage_tree(const Settlement& s, const Target& target, const MarginalPound& of, bool up) {
    check_party(s, target);
    if (s.request.as_at || (target.every != Every::year && target.every != Every::term)) return "null";
    const int direction = up ? 1 : -1;
    Nudge nudge(s.plan->graph, s.values.unpacked(), s.bound.unpacked());
    nudge.move(node_of(s, of), of.member, direction, static_cast<NodeId>(s.plan->graph.nodes.size() - 1));
    return explain(*s.plan, target, [&](NodeId node, const std::string&) -> Shown {
        if (node >= s.values.size() || s.values[node].size() != 1) return {};
        const Exact slope = nudge.slope(node, 0) * Exact(direction);
        return {to_text(slope), to_double(slope), 0, {}};
    });
}

}  // namespace openbook::engine
