// What the clause families share when they are lowered: terms, rounding to pence, splitting, transfers between members.
#include <algorithm>

#include "engine/lowering.hpp"

namespace openbook::engine {

ClauseLowering::ClauseLowering(Lowering& l, std::size_t i, const ClausePlace& at, World w, int p)
    : low(l), place(at), clause(*place.clause), index(i), world(w), period(p) {}

Context ClauseLowering::at(const std::string& field) const {
    return at(field, clause.every, period);
}

Context ClauseLowering::at(const std::string& field, Every every, int own_period) const {
    const std::string container = place.contract
                                      ? (place.contract->name.empty() ? place.contract->id : place.contract->name)
                                      : (place.overlay->name.empty() ? place.overlay->id : place.overlay->name);
    const std::string name = !clause.ref.empty() ? clause.ref : clause.name.empty() ? clause.id : clause.name;
    return {world, every, own_period, place.path + "/" + field, container + ", clause " + name};
}

namespace {

/// What explanations call a field that has no label of its own: as the document does.
const std::string& called(const std::string& field, const std::string& label) {
    return label.empty() ? field : label;
}

}  // namespace

Typed ClauseLowering::value(const Term& term, const std::string& field, const std::string& label) {
    return low.term(term, at(field), called(field, label));
}
Typed ClauseLowering::money(const Term& term, const std::string& field, const std::string& label) {
    return low.money_or_fail(value(term, field, label), at(field), called(field, label));
}
std::optional<Typed> ClauseLowering::limit(const Term& term, const std::string& field, const std::string& label) {
    if (term.empty()) return std::nullopt;
    const Typed limit = value(term, field, label);
    if (low.never_limits(limit)) return std::nullopt;
    return low.money_or_fail(limit, at(field), called(field, label));
}
Typed ClauseLowering::fraction(const Term& term, const std::string& field) {
    const Typed part = value(term, field);
    low.require_between(part, 0, 1, at(field), field);
    return part;
}
void ClauseLowering::require_not_negative(const Typed& amount, const std::string& field) {
    low.require(low.builder.make(Op::less, {amount.node, low.builder.constant(0)}), "negative", at(field),
                field + " must not be negative, it is {0}", {amount.node});
}
Typed ClauseLowering::condition(const Term& term, const std::string& field) {
    return low.truth_or_fail(low.term(term, at(field)), at(field), field);
}

Typed ClauseLowering::pounds(NodeId node, const std::string& label, std::vector<TracePtr> children) const {
    Typed result;
    result.node = node;
    result.unit = Unit::pounds();
    auto trace = std::make_shared<Trace>();
    trace->kind = "formula";
    trace->label = label;
    trace->unit = "£";
    trace->node = node;
    trace->children = std::move(children);
    result.trace = trace;
    return result;
}

int ClauseLowering::first_month() const {
    return low.calendar().first_month(clause.every, period);
}
std::vector<int> ClauseLowering::periods_in_force(Every every, int of) const {
    const Calendar& calendar = low.calendar();
    std::vector<int> periods;
    for (int month = calendar.first_month(every, of); month < calendar.end_month(every, of);) {
        const int own = calendar.of_month(clause.every, month);
        const auto begins = calendar.start + calendar.first_month(clause.every, own);
        if (!(place.starts && begins < *place.starts) && !(place.ends && *place.ends < begins) &&
            low.months_kept(index, own) > 0)
            periods.push_back(own);
        month = calendar.end_month(clause.every, own);
    }
    return periods;
}
int ClauseLowering::last_month() const {
    return low.calendar().end_month(clause.every, period) - 1;
}

Typed ClauseLowering::pence(const Typed& amount) const {
    Typed result = amount;
    result.node = low.builder.pence(amount.node);
    return result;
}

void ClauseLowering::pay(const std::string& from, const std::string& to, const std::string& label, const Typed& amount,
                         const std::string& kind) {
    move(from, to, label, pence(amount), first_month(), last_month(), kind);
}

NodeId ClauseLowering::by_side(NodeId amount, bool above, bool below) const {
    Builder& b = low.builder;
    if (above == below) return b.constant(above ? 1 : 0);
    return b.choose(b.make(Op::less, {amount, b.constant(0)}), b.constant(below ? 1 : 0), b.constant(above ? 1 : 0));
}

Typed ClauseLowering::borne(const std::string& from, const std::string& to, const Typed& amount) const {
    const bool forth = may_pay(from) && may_receive(to), back = may_pay(to) && may_receive(from);
    if (forth && back) return amount;
    Typed result = pounds(low.builder.choose(by_side(amount.node, forth, back), amount.node, low.builder.constant(0)),
                          "as far as " + from + " and " + to + " may pay and receive", {amount.trace});
    return result;
}

void ClauseLowering::move(const std::string& from, const std::string& to, const std::string& label, const Typed& due,
                          int service_from, int service_to, const std::string& kind) {
    const Typed amount = borne(from, to, due);
    for (const auto& [party, what] : {std::pair{from, "payer"}, std::pair{to, "receiver"}}) {
        if (party.empty())
            low.fail(
                "missing-key", at(""),
                std::string("the clause has no ") + what + ": give 'from' and 'to', or a contract's payer and payee");
        if (!low.has_party(party)) low.fail("missing-reference", at(""), "'" + party + "' is no party of the book");
    }
    const Exact lag = low.constant_term(clause.paid_after, at("paid_after"), "paid_after");
    if (!is_whole(lag))
        low.fail("out-of-range", at("paid_after"), "paid_after must be a whole number of months, not " + to_text(lag));
    auto trace = std::make_shared<Trace>();
    trace->kind = "entry";
    trace->label = label + ": " + from + " to " + to + ", " + low.calendar().label(Every::month, service_to);
    trace->unit = "£";
    trace->node = amount.node;
    trace->source = clause.source;
    if (amount.trace) trace->children = {amount.trace};
    Typed moved = amount;
    moved.trace = trace;
    flows.push_back({from, to, label, kind, service_from, service_to, service_to,
                     service_to + static_cast<int>(to_double(lag)), moved});
}

namespace {

const Bearing* bearing(const Party& party, const Clause& clause) {
    const std::string& family = type_of<Terms>().alternatives[clause.terms.index()]().name;
    for (const Bearing& item : party.bears)
        if (item.mechanism == clause.id) return &item;
    for (const Bearing& item : party.bears)
        if (item.mechanism == family) return &item;
    return nullptr;
}

}  // namespace

bool ClauseLowering::may_pay(const std::string& party) const {
    const Bearing* item = low.has_party(party) ? bearing(low.party(party), clause) : nullptr;
    return item == nullptr || item->may_pay;
}
bool ClauseLowering::may_receive(const std::string& party) const {
    const Bearing* item = low.has_party(party) ? bearing(low.party(party), clause) : nullptr;
    return item == nullptr || item->may_receive;
}

std::vector<std::pair<std::string, Typed>> ClauseLowering::split(const std::vector<Part>& parts, const Typed& total,
                                                                 const std::string& field, Side side) {
    Builder& b = low.builder;
    std::vector<NodeId> counted, takes_part;
    std::vector<TracePtr> weights;
    std::vector<Context> places;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string where = field + "/" + std::to_string(i);
        const Typed weight = value(parts[i].weight, where + "/weight", "weight of " + parts[i].party);
        const Exact* known = b.known(weight.node);
        if (known && *known < 0)
            low.fail("negative", at(where + "/weight"), "a weight must not be negative, it is " + to_text(*known));
        const Typed eligible = condition(parts[i].eligible, where + "/eligible");
        const std::string& party = parts[i].party;
        const NodeId bears = side == Side::pays ? by_side(total.node, may_pay(party), may_receive(party))
                                                : by_side(total.node, may_receive(party), may_pay(party));
        takes_part.push_back(b.both(bears, eligible.node));
        counted.push_back(b.choose(takes_part.back(), weight.node, b.constant(0)));
        weights.push_back(weight.trace);
        places.push_back(at(where + "/weight"));
    }
    std::vector<NodeId> operands{total.node};
    for (const NodeId weight :
         low.weights_that_count(counted, takes_part, total.node, clause.zero_weights, places, field))
        operands.push_back(weight);
    std::vector<Exact> numbers{Exact(1, 100)};
    if (clause.pennies != Pennies::fair) numbers.push_back(taker_of_pennies(parts, field));
    std::vector<std::pair<std::string, Typed>> result;
    if (parts.size() == 1 && b.known(operands[1]) && *b.known(operands[1]) != 0) {
        result.emplace_back(parts[0].party, total);  // the only one takes it all
        return result;
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const NodeId node = b.make(Op::apportion, operands, numbers, static_cast<std::uint32_t>(i));
        result.emplace_back(parts[i].party, pounds(node, "part of " + parts[i].party, {total.trace, weights[i]}));
    }
    return result;
}

Exact ClauseLowering::taker_of_pennies(const std::vector<Part>& parts, const std::string& field) const {
    if (clause.pennies == Pennies::each) return -1;
    if (clause.pennies == Pennies::first) return 0;
    if (clause.pennies == Pennies::last) return -2;
    for (std::size_t i = 0; i < parts.size(); ++i)
        if (parts[i].party == clause.pennies_to) return Exact(i);
    low.fail("missing-reference", at("pennies_to"),
             clause.pennies_to.empty() ? "pennies fall to a named receiver: name it"
                                       : "'" + clause.pennies_to + "' is no receiver in " + field);
}

void ClauseLowering::transfer(const std::vector<std::pair<std::string, Typed>>& net, const std::string& label) {
    Builder& b = low.builder;
    if (clause.pennies != Pennies::fair)
        low.fail("out-of-range", at("pennies"), "transfers between members always add up: pennies fall fairly");
    std::vector<NodeId> gives, takes;
    for (const auto& [party, amount] : net) {
        takes.push_back(b.positive(amount.node));
        gives.push_back(b.positive(b.negate(amount.node)));
    }
    const Typed moved = pence(pounds(b.sum(takes), "total transferred"));
    const auto part = [&](NodeId whole, const std::vector<NodeId>& weights, std::size_t which) {
        std::vector<NodeId> operands{whole};
        operands.insert(operands.end(), weights.begin(), weights.end());
        return b.make(Op::apportion, std::move(operands), {Exact(1, 100)}, static_cast<std::uint32_t>(which));
    };
    // What each has still to take: one giver after the other is split by it, so that nobody ends a penny beyond its
    // own.
    std::vector<NodeId> open;
    for (std::size_t j = 0; j < net.size(); ++j) open.push_back(part(moved.node, takes, j));
    for (std::size_t i = 0; i < net.size(); ++i) {
        const NodeId given = part(moved.node, gives, i);
        std::vector<NodeId> weights = takes;  // in a simulation, where nothing is rounded, they come to the same
        if (!low.request.simulate)
            for (std::size_t j = 0; j < net.size(); ++j)
                weights[j] = b.choose(b.make(Op::less, {b.constant(0), given}), open[j], takes[j]);
        for (std::size_t j = 0; j < net.size(); ++j) {
            if (i == j) continue;
            const NodeId node = part(given, weights, j);
            open[j] = b.subtract(open[j], node);
            move(net[i].first, net[j].first, label,
                 pounds(node, "transfer from " + net[i].first + " to " + net[j].first,
                        {net[i].second.trace, net[j].second.trace}),
                 first_month(), last_month(), "transfer");
        }
    }
}

}  // namespace openbook::engine
