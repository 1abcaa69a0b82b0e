// Money: what clauses, costs and funding move, and the positions that result.
#include <algorithm>

#include "engine/lowering.hpp"

namespace openbook::engine {
namespace {

const std::string& supplier_of(const Book& book, const std::string& named) {
    static const std::string none;
    if (!named.empty()) return named;
    for (const Party& party : book.parties)
        for (const Role role : party.roles)
            if (role == Role::supplier) return party.id;
    return none;
}

bool within(const Month now, const std::optional<Month>& starts, const std::optional<Month>& ends) {
    return (!starts || *starts <= now) && (!ends || now <= *ends);
}

/// Of a period of which only some months are a clause's own, their part of each amount is due.
void keep_part(Builder& builder, std::vector<Flow>& flows, const Exact& part, bool in_pennies) {
    for (Flow& flow : flows) {
        auto trace = std::make_shared<Trace>();
        trace->kind = "formula";
        trace->label = "part of the period in which no other clause of the subject wins";
        trace->unit = "£";
        trace->operation = "precedence";
        trace->children = {flow.amount.trace};
        flow.amount.node = builder.scale(flow.amount.node, part);
        if (in_pennies) flow.amount.node = builder.round(flow.amount.node, Exact(1, 100), Rounding::half_away);
        trace->node = flow.amount.node;
        flow.amount.trace = trace;
    }
}

}  // namespace

bool Lowering::active(std::size_t index, int period) const {
    const ClausePlace& place = clauses[index];
    return within(calendar().start + calendar().first_month(place.clause->every, period), place.starts, place.ends);
}

bool Lowering::gives_way(const ClausePlace& place, const ClausePlace& against) const {
    const auto rank = [&](const std::string& id) {
        return std::find(book.precedence.begin(), book.precedence.end(), id) - book.precedence.begin();
    };
    const auto named = [&](const std::string& id) { return rank(id) < static_cast<long>(book.precedence.size()); };
    if (place.overlay && against.overlay)  // the order decides where it names both
        return named(place.overlay->id) && rank(against.overlay->id) < rank(place.overlay->id);
    if (!place.overlay && !against.overlay) return false;
    const Overlay& overlay = place.overlay ? *place.overlay : *against.overlay;
    const Contract& contract = place.overlay ? *against.contract : *place.contract;
    if (std::find(overlay.wraps.begin(), overlay.wraps.end(), contract.id) == overlay.wraps.end()) return false;
    // The contract's own term wins unless the order of precedence names the overlay, and names it first.
    const bool overlay_wins = named(overlay.id) && rank(overlay.id) < rank(contract.id);
    return overlay_wins != (place.overlay != nullptr);
}

bool Lowering::loses_precedence(std::size_t index, int month) {
    const ClausePlace& place = clauses[index];
    for (std::size_t other = 0; other < clauses.size(); ++other) {
        const ClausePlace& against = clauses[other];
        if (other == index || against.clause->subject != place.clause->subject) continue;
        if (!gives_way(place, against)) continue;
        if (!active(other, calendar().of_month(against.clause->every, month))) continue;
        if (superseded_seen_.insert({index, against.clause->id}).second)
            superseded.push_back({place.clause->id, against.clause->id, place.clause->subject});
        return true;
    }
    return false;
}

int Lowering::months_kept(std::size_t index, int period) {
    const Clause& clause = *clauses[index].clause;
    const int first = calendar().first_month(clause.every, period), end = calendar().end_month(clause.every, period);
    if (clause.subject.empty()) return end - first;
    int kept = 0;
    for (int month = first; month < end; ++month) kept += loses_precedence(index, month) ? 0 : 1;
    return kept;
}

const std::vector<Flow>& Lowering::clause_flows(std::size_t index, World world, int period) {
    const auto key = std::make_tuple(std::string("clause"), index, static_cast<int>(world), period);
    if (const auto found = flows_.find(key); found != flows_.end()) return found->second;
    const ClausePlace& place = clauses[index];
    std::vector<Flow> flows;
    const int first = calendar().first_month(place.clause->every, period),
              end = calendar().end_month(place.clause->every, period);
    const int kept = active(index, period) ? months_kept(index, period) : 0;
    if (kept > 0) {
        enter("clause '" + place.clause->id + "'", {"clause", place.clause->id, static_cast<int>(world), period});
        const Exact part(kept, end - first);
        const auto readings = variants.find(index);
        if (readings == variants.end()) {
            flows = flows_of(index, place, world, period, part);
        } else {
            for (const Variant& variant : readings->second)
                for (Flow& flow : flows_of(index, variant.place, world, period, part)) {
                    flow.amount.node = builder.choose(variant.holds, flow.amount.node, builder.constant(0));
                    flows.push_back(std::move(flow));
                }
        }
        stack_.pop_back();
    }
    return flows_.emplace(key, std::move(flows)).first->second;
}

std::vector<Flow> Lowering::flows_of(std::size_t index, const ClausePlace& place, World world, int period,
                                     const Exact& part) {
    ClauseLowering clause(*this, index, place, world, period);
    std::visit([&](const auto& terms) { lower(terms, clause); }, place.clause->terms);
    if (part < 1) keep_part(builder, clause.flows, part, !request.simulate);
    if (world == World::practised) apply_concessions(index, period, clause.flows);
    return std::move(clause.flows);
}

/// A concession is decided on the positions that the words would make of its period.
Context Lowering::conceding(const Concession& concession, const std::string& field, Every every, int period) const {
    return {World::provisional, every, period,
            "/concessions/" + std::to_string(&concession - book.concessions.data()) + "/" + field,
            "concession '" + concession.id + "'"};
}

void Lowering::apply_concessions(std::size_t index, int period, std::vector<Flow>& flows) {
    const Clause& clause = *clauses[index].clause;
    for (const Concession& concession : book.concessions) {
        if (concession.concession != ConcessionKind::waive || concession.on != clause.id) continue;
        if (!within(calendar().start + calendar().first_month(clause.every, period), concession.starts,
                    concession.ends))
            continue;
        const auto at = [&](const char* field) { return conceding(concession, field, clause.every, period); };
        const Typed holds = truth_or_fail(term(concession.when, at("when")), at("when"), "when");
        const Typed fraction = term(concession.fraction, at("fraction"), "fraction that is waived");
        require_between(fraction, 0, 1, at("fraction"), "the fraction that is waived");
        NodeId left = no_node;
        std::vector<TracePtr> decided{holds.trace, fraction.trace};
        if (!concession.limit.empty()) {
            const Typed limit = term(concession.limit, at("limit"), "most that is waived");
            left = money_or_fail(limit, at("limit"), "the limit").node;
            decided.push_back(limit.trace);
        }
        for (Flow& flow : flows) {
            if (!concession.part.empty() && concession.part != flow.label) continue;
            // What is not moved, whichever way it would go: a fraction of the amount, no more than what is left of the
            // limit.
            NodeId waived = builder.multiply(flow.amount.node, fraction.node);
            if (left != no_node) waived = builder.maximum(builder.minimum(waived, left), builder.negate(left));
            waived = builder.pence(waived);
            waived = builder.choose(holds.node, waived, builder.constant(0));
            if (left != no_node) left = builder.subtract(left, builder.make(Op::absolute, {waived}));
            auto trace = std::make_shared<Trace>();
            trace->kind = "formula";
            trace->label = "after concession '" + concession.id + "'";
            trace->unit = "£";
            trace->operation = "concession";
            trace->source = concession.source;
            trace->illustrative = concession.illustrative;
            trace->children = {flow.amount.trace};
            trace->children.insert(trace->children.end(), decided.begin(), decided.end());
            flow.amount.node = builder.subtract(flow.amount.node, waived);
            trace->node = flow.amount.node;
            flow.amount.trace = trace;
        }
    }
}

Typed Lowering::credited(std::size_t index, const Typed& score, const Context& context) {
    Typed result = score;
    if (context.world != World::practised) return result;
    for (const Concession& concession : book.concessions) {
        if (concession.concession != ConcessionKind::credit || concession.on != clauses[index].clause->id) continue;
        if (!within(calendar().start + calendar().first_month(context.every, context.period), concession.starts,
                    concession.ends))
            continue;
        const auto at = [&](const char* field) { return conceding(concession, field, context.every, context.period); };
        const Typed holds = truth_or_fail(term(concession.when, at("when")), at("when"), "when");
        const Typed credit = concession.amount.empty() ? literal(1) : term(concession.amount, at("amount"));
        auto trace = std::make_shared<Trace>();
        trace->kind = "formula";
        trace->label = "score credited by concession '" + concession.id + "'";
        trace->operation = "concession";
        trace->unit = "number";
        trace->source = concession.source;
        trace->illustrative = concession.illustrative;
        trace->children = {holds.trace, credit.trace, result.trace};
        result.node = builder.choose(holds.node, builder.maximum(credit.node, result.node), result.node);
        trace->node = result.node;
        result.trace = trace;
    }
    return result;
}

const std::vector<Flow>& Lowering::cost_flows(std::size_t index, World world, int month) {
    const auto key = std::make_tuple(std::string("cost"), index, static_cast<int>(world), month);
    if (const auto found = flows_.find(key); found != flows_.end()) return found->second;
    const Cost& cost = book.finances.costs[index];
    const std::string path = "/finances/costs/" + std::to_string(index);
    const Context context{world, Every::month, month, path, "cost '" + cost.id + "'"};
    std::vector<Flow> flows;
    if (within(calendar().start + month, cost.starts, cost.ends)) {
        enter("cost '" + cost.id + "'", {"cost", cost.id, static_cast<int>(world), month});
        const std::string& to = supplier_of(book, cost.to);
        if (to.empty())
            fail("missing-reference", context,
                 "a cost needs a party to go to: name one in 'to' or give a party the role supplier");
        Typed amount;
        if (const auto* fixed = std::get_if<FixedCost>(&cost.terms)) {
            amount = money_or_fail(term(fixed->amount, context), context, "amount");
        } else if (const auto* variable = std::get_if<VariableCost>(&cost.terms)) {
            const Typed q = term(variable->quantity, context, "quantity"), rate = term(variable->rate, context, "rate");
            amount = q;
            amount.node = builder.multiply(q.node, rate.node);
            amount.unit = q.unit * rate.unit;
            amount = money_or_fail(amount, context, "quantity * rate");
            auto trace = std::make_shared<Trace>();
            trace->kind = "formula";
            trace->label = "quantity * rate";
            trace->unit = "£";
            trace->node = amount.node;
            trace->children = {q.trace, rate.trace};
            amount.trace = trace;
        } else if (const auto* step = std::get_if<StepCost>(&cost.terms)) {
            const Typed q = term(step->quantity, context, "quantity"),
                        capacity = term(step->capacity, context, "capacity"), rate = term(step->rate, context, "rate");
            amount = money_or_fail(rate, context, "rate");
            // Each started unit of capacity: rounded up.
            const NodeId units =
                builder.negate(builder.make(Op::floor_divide, {builder.negate(q.node), capacity.node}));
            amount.node = builder.multiply(units, rate.node);
            auto trace = std::make_shared<Trace>();
            trace->kind = "formula";
            trace->label = "started steps * rate";
            trace->unit = "£";
            trace->node = amount.node;
            trace->children = {q.trace, capacity.trace, rate.trace};
            amount.trace = trace;
        } else {
            const auto& stranded = std::get<StrandedCost>(cost.terms);
            amount = money_or_fail(term(stranded.amount, context), context, "amount");
            const int notice = static_cast<int>(to_double(constant_term(stranded.notice, context, "notice")));
            // Closed once the quantity has been below the closing point in any month up to `notice` months ago.
            NodeId closed = builder.constant(0);
            for (int m = 0; m <= month - notice; ++m) {
                const Context then{world, Every::month, m, path, context.where};
                if (!within(calendar().start + m, cost.starts, cost.ends)) continue;
                closed = builder.either(closed, builder.make(Op::less, {term(stranded.quantity, then).node,
                                                                        term(stranded.closes_below, then).node}));
            }
            const Typed amount_open = amount;
            amount.node = builder.choose(closed, builder.constant(0), amount.node);
            auto trace = std::make_shared<Trace>();
            trace->kind = "formula";
            trace->label = "until the capacity is closed";
            trace->unit = "£";
            trace->node = amount.node;
            trace->children = {amount_open.trace};
            amount.trace = trace;
        }
        amount.node = builder.pence(amount.node);
        flows.push_back(
            {cost.party, to, cost.name.empty() ? cost.id : cost.name, "cost", month, month, month, month, amount});
        stack_.pop_back();
    }
    return flows_.emplace(key, std::move(flows)).first->second;
}

const std::vector<Flow>& Lowering::funding_flows(std::size_t index, World world, int period) {
    const auto key = std::make_tuple(std::string("funding"), index, static_cast<int>(world), period);
    if (const auto found = flows_.find(key); found != flows_.end()) return found->second;
    const Funding& funding = book.finances.funding[index];
    const Context context{world, funding.every, period, "/finances/funding/" + std::to_string(index),
                          "funding '" + funding.id + "'"};
    enter("funding '" + funding.id + "'", {"funding", funding.id, static_cast<int>(world), period});
    Typed amount = money_or_fail(term(funding.amount, context, "funding"), context, "amount");
    amount.node = builder.pence(amount.node);
    const int first = calendar().first_month(funding.every, period),
              last = calendar().end_month(funding.every, period) - 1;
    stack_.pop_back();
    std::vector<Flow> flows{{funding.from, funding.party, funding.name.empty() ? funding.id : funding.name, "funding",
                             first, last, last, last, amount}};
    return flows_.emplace(key, std::move(flows)).first->second;
}

namespace {

/// Adds up signed parts with a trace that adds up too.
Typed total(Builder& builder, const std::vector<std::pair<Typed, int>>& parts, const std::string& kind,
            const std::string& label) {
    std::vector<NodeId> nodes;
    std::vector<Exact> signs{0};
    auto trace = std::make_shared<Trace>();
    trace->kind = kind;
    trace->label = label;
    trace->unit = "£";
    for (const auto& [part, sign] : parts) {
        nodes.push_back(part.node);
        signs.push_back(sign);
        if (sign > 0) {
            trace->children.push_back(part.trace);
        } else {
            auto negative = std::make_shared<Trace>(part.trace ? *part.trace : Trace{});
            negative->label = "less " + negative->label;
            negative->node = builder.negate(part.node);
            trace->children.push_back(negative);
        }
    }
    Typed result;
    result.node = nodes.empty() ? builder.constant(0) : builder.weighted(nodes, signs);
    result.unit = Unit::pounds();
    trace->node = result.node;
    result.trace = trace;
    return result;
}

}  // namespace

Typed Lowering::clause_paid(const std::string& id, World world, Every every, int period, const Context& asker,
                            const std::string& part) {
    const std::size_t index = clause_index(id, asker);
    const ClausePlace& place = clauses[index];
    // The words are asked of one clause at a time: what it reads of others is what was practised.
    const World inside = world == World::words ? World::practised : world;
    std::vector<std::pair<Typed, int>> parts;
    for (const int p : periods_within(place.clause->every, every, period, id, asker))
        for (const Flow& flow : clause_flows(index, inside, p)) {
            if (flow.from == flow.to) continue;  // what the payer keeps is not paid
            if (!part.empty() && flow.label != part) continue;
            // Where there is no payer, as in a share, all that moves; otherwise nothing that others give.
            if (flow.from == place.payer || place.payer.empty())
                parts.emplace_back(flow.amount, 1);
            else if (flow.to == place.payer)
                parts.emplace_back(flow.amount, -1);
        }
    return total(builder, parts, "clause",
                 (place.clause->name.empty() ? id : place.clause->name) + (part.empty() ? "" : ": " + part) + ", " +
                     calendar().label(every, period));
}

Typed Lowering::clause_received(const std::string& id, const std::string& party, World world, Every every, int period,
                                const Context& asker, const std::string& part) {
    const std::size_t index = clause_index(id, asker);
    const ClausePlace& place = clauses[index];
    const World inside = world == World::words ? World::practised : world;
    std::vector<std::pair<Typed, int>> parts;
    for (const int p : periods_within(place.clause->every, every, period, id, asker))
        for (const Flow& flow : clause_flows(index, inside, p)) {
            if (!part.empty() && flow.label != part) continue;
            if (flow.to == party && flow.from != party) parts.emplace_back(flow.amount, 1);
            if (flow.from == party && flow.to != party) parts.emplace_back(flow.amount, -1);
        }
    return total(builder, parts, "clause",
                 (place.clause->name.empty() ? id : place.clause->name) + " to " + party + ", " +
                     calendar().label(every, period));
}

Typed Lowering::position(const std::string& party, Scope scope, World world, Every every, int period,
                         const Context& asker) {
    const int begin = calendar().first_month(every, period), end = calendar().end_month(every, period);
    static const char* const scopes[] = {"position", "provisional position", "income", "cost"};
    std::vector<std::pair<Typed, int>> all;
    const auto take = [&](const std::vector<Flow>& flows, std::vector<std::pair<Typed, int>>& parts) {
        for (const Flow& flow : flows) {
            if (flow.posting < begin || flow.posting >= end || flow.from == flow.to) continue;
            if (flow.to == party) parts.emplace_back(flow.amount, 1);
            if (flow.from == party) parts.emplace_back(flow.amount, -1);
        }
    };
    const World inside = world == World::words && scope != Scope::everything ? World::practised : world;
    if (scope != Scope::costs)
        for (std::size_t i = 0; i < clauses.size(); ++i) {
            if (clauses[i].overlay && scope != Scope::everything) continue;
            const Every own = clauses[i].clause->every;
            std::vector<std::pair<Typed, int>> parts;
            for (int p = calendar().of_month(own, begin); p <= calendar().of_month(own, end - 1); ++p)
                take(clause_flows(i, inside, p), parts);
            if (!parts.empty())
                all.emplace_back(
                    total(builder, parts, "clause",
                          clauses[i].clause->name.empty() ? clauses[i].clause->id : clauses[i].clause->name),
                    1);
        }
    if (scope == Scope::everything || scope == Scope::before_overlays)
        for (std::size_t i = 0; i < book.finances.funding.size(); ++i) {
            const Every own = book.finances.funding[i].every;
            std::vector<std::pair<Typed, int>> parts;
            for (int p = calendar().of_month(own, begin); p <= calendar().of_month(own, end - 1); ++p)
                take(funding_flows(i, inside, p), parts);
            if (!parts.empty()) all.emplace_back(total(builder, parts, "funding", book.finances.funding[i].name), 1);
        }
    if (scope != Scope::contracts)
        for (std::size_t i = 0; i < book.finances.costs.size(); ++i) {
            const Cost& cost = book.finances.costs[i];
            std::vector<std::pair<Typed, int>> parts;
            for (int month = begin; month < end; ++month) take(cost_flows(i, inside, month), parts);
            if (!parts.empty())
                all.emplace_back(total(builder, parts, "cost", cost.name.empty() ? cost.id : cost.name), 1);
        }
    const std::string& name = parties_.at(party)->name;
    Typed result =
        total(builder, all, "position",
              std::string(scopes[static_cast<int>(scope)]) + " of " + (name.empty() ? party : name) + ", " +
                  calendar().label(every, period) + (world == World::provisional ? ", before concessions" : ""));
    if (scope == Scope::costs) result.node = builder.negate(result.node);
    (void)asker;
    return result;
}

Typed Lowering::cash(const std::string& party, World world, int end_month, const Context& asker) {
    std::vector<std::pair<Typed, int>> parts;
    if (const auto opening = book.finances.opening_cash.find(party); opening != book.finances.opening_cash.end())
        parts.emplace_back(money_or_fail(term(opening->second, asker, "opening cash"), asker, "opening cash"), 1);
    const auto take = [&](const std::vector<Flow>& flows) {
        for (const Flow& flow : flows) {
            if (flow.due >= end_month || flow.from == flow.to) continue;
            if (flow.to == party) parts.emplace_back(flow.amount, 1);
            if (flow.from == party) parts.emplace_back(flow.amount, -1);
        }
    };
    // By the words and for a concession, what went before is as practised.
    const int own_begin = calendar().first_month(asker.every, asker.period);
    const World now = world == World::words ? World::practised : world;
    const auto then = [&](Every every, int p) {
        return calendar().end_month(every, p) <= own_begin ? history_of(world) : now;
    };
    // Payments in advance belong to periods that have not come yet: all periods are looked at, and only those due by
    // now count.
    for (std::size_t i = 0; i < clauses.size(); ++i) {
        // The lag may differ from period to period: the clause's own period says, unless it is one number for all.
        const Clause& clause = *clauses[i].clause;
        const Term& after = clause.paid_after;
        const bool one = after.steps.empty() && !shocks_of_term_.contains(&after) &&
                         parsed(after.value, asker).form == formula::Form::number;
        int lag = 0;
        for (int p = 0; p < calendar().count(clause.every); ++p) {
            const Context own{world, clause.every, p, asker.path, asker.where};
            if (p == 0 || !one) lag = static_cast<int>(to_double(constant_term(after, own, "paid_after")));
            if (calendar().first_month(clause.every, p) + lag < end_month)
                take(clause_flows(i, then(clause.every, p), p));
        }
    }
    for (std::size_t i = 0; i < book.finances.funding.size(); ++i) {
        const Every every = book.finances.funding[i].every;
        for (int p = 0; p < calendar().count(every); ++p)
            if (calendar().end_month(every, p) <= end_month) take(funding_flows(i, then(every, p), p));
    }
    for (std::size_t i = 0; i < book.finances.costs.size(); ++i)
        for (int month = 0; month < end_month; ++month) take(cost_flows(i, then(Every::month, month), month));
    return total(builder, parts, "position", "cash of " + party);
}

}  // namespace openbook::engine
