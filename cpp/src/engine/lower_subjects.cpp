// What functions of other periods look at: something that has a name, or a formula, which then stands for a quantity
// that nobody named, on the calendar of the rule that asks.
#include <algorithm>

#include "engine/lowering.hpp"

namespace openbook::engine {

using formula::Expression;
using formula::Form;

Lowering::Subject Lowering::subject(const Expression& e, const Context& context) {
    const Expression& of = *e.operands[0];
    Subject result;
    result.text = formula::to_text(of);
    if (of.form == Form::text || (of.form == Form::name && !(context.locals && context.locals->contains(of.name)))) {
        require_known(of.name, context);
        // A parameter has no calendar of its own: it is looked at as a formula is, by the rule that asks.
        const bool parameter = parameters_.contains(of.name);
        result.own = parameter ? context.every : own_calendar(of.name);
        if (parameter && !context.locals && of.form == Form::name)
            result.formula = &of;
        else
            result.name = of.name;
        return result;
    }
    if (context.locals)
        fail("type", context,
             formula::to_text(e) + ": inside solve(...) other periods are looked up by name; make '" + result.text +
                 "' a quantity");
    result.formula = &of;
    result.own = context.every;
    return result;
}

Typed Lowering::of_subject(const Subject& of, int period, int now, const Context& context) {
    if (!of.formula) return in_period(of.name, of.own, period, now, context);
    Context then = context;
    then.period = period;
    if (period < now) then.world = history_of(context.world);
    return formula_in(*of.formula, of.text, then);
}

/// The dimension of a formula, without lowering it: in its own first period there may be nothing to lower.
std::string Lowering::declared_dimension(const Expression& e, const Context& context) {
    if (e.form == Form::name) {
        if (const auto i = inputs_.find(e.name); i != inputs_.end()) return i->second->dimension;
        if (const auto q = quantities_.find(e.name); q != quantities_.end()) return q->second->dimension;
        if (const auto p = parameters_.find(e.name); p != parameters_.end()) return p->second->dimension;
    }
    if (e.form != Form::call) return {};
    static const std::set<std::string> one_of_all = {"sum",   "largest",       "smallest",   "mean",       "product",
                                                     "first", "last",          "median",     "quantile",   "deviation",
                                                     "slope", "weighted_mean", "any_member", "all_members"};
    const Expression* over = formula::named_operand(e, formula::named_over);
    const bool named = over || formula::named_operand(e, formula::named_where);
    const Expression of = named ? formula::without_named(e) : e;
    const auto declared = [&](std::size_t i) { return declared_dimension(*of.operands[i], context); };
    const auto word = [&](std::size_t i) {  // a text, or a name that is nothing in the book
        const Expression& said = *of.operands[i];
        return said.form == Form::text ||
               (said.form == Form::name && !parameters_.contains(said.name) && !inputs_.contains(said.name) &&
                !quantities_.contains(said.name) && !clauses_by_id_.contains(said.name));
    };
    const auto text_at = [&](std::size_t i) {
        return i < of.operands.size() && word(i) ? of.operands[i]->name : std::string{};
    };
    const std::string text = formula::to_text(e);
    const auto named_at = [&](std::size_t i) {
        const std::string said = text_at(i);
        const bool names = dimensions_.contains(said) || said.find(" by ") != std::string::npos;
        return names ? known_dimension(said, context, text) : std::string{};
    };
    if (of.name == "by_member") return named_at(0);
    if (of.name == "spread") {
        const std::string own = declared(0), to = named_at(1);
        const bool apart = !own.empty() && own != to && !to.empty() && !belonging(to, own);
        return apart && !crossing(own) && !crossing(to) ? crossed(own, to, context, text) : to;
    }
    if ((of.name == "sum_matching" || of.name == "running_by") && of.operands.size() > 2) return declared(2);
    if (of.name == "member") {
        const std::string whole = declared(0);
        const auto* factors = crossing(whole);
        if (!factors) return {};
        const std::string second = text_at(2);
        if (!second.empty())
            return second == factors->first ? factors->second : second == factors->second ? factors->first : "";
        const auto has = [&](const std::string& dimension) {
            const auto& members = dimensions_.at(dimension)->members;
            return std::find(members.begin(), members.end(), text_at(1)) != members.end();
        };
        return has(whole) ? "" : has(factors->first) ? factors->second : factors->first;
    }
    std::vector<std::string> names;
    bool keyed = false;
    for (std::size_t i = 0; i < of.operands.size(); ++i) {
        const std::string parent = one_of_all.contains(of.name) ? named_at(i) : "";
        if (!parent.empty()) return parent;
        if (const std::string own = declared(i); !own.empty()) names.push_back(own);
        keyed = keyed || (i >= first_option(of.name) && !word(i));
    }
    const std::string finest = names.empty() ? "" : meeting_of(names, context, text);
    if (!one_of_all.contains(of.name) || keyed) return finest;
    const auto* factors = over ? crossing(finest) : nullptr;
    return !factors ? "" : over->name == factors->first ? factors->second : factors->first;
}

/// A single value, or that of a parent, for each member of what it stands for in periods without a history.
Typed Lowering::spread_over(Typed value, const std::string& dimension) {
    const bool spreads = !dimension.empty() && (value.dimension.empty() || belonging(dimension, value.dimension));
    return spreads ? spread_to(std::move(value), dimension) : value;
}

Typed Lowering::spread_subject(const Subject& of, Typed value, const Context& context) {
    if (!of.formula) {
        const auto input = inputs_.find(of.name);
        const auto quantity = quantities_.find(of.name);
        const std::string unit = input != inputs_.end()          ? input->second->unit
                                 : quantity != quantities_.end() ? quantity->second->unit
                                                                 : "";
        // A number without a unit takes that of what it stands for; money needs its sign, but for zero.
        const Unit declared = Unit::parse(unit);
        const Exact* known = builder.known(value.node);
        if (!unit.empty() && value.bare && value.category.empty() && !declared.percent &&
            (!formula::has_currency(declared) || (known && *known == 0))) {
            value.unit = declared;
            value.bare = false;
        }
        return spread_as(of.name, std::move(value));
    }
    return spread_over(std::move(value), declared_dimension(*of.formula, context));
}

Context Lowering::for_initial(const Subject& of, const Context& context) const {
    Context inside = context;
    if (const auto i = inputs_.find(of.name); i != inputs_.end()) inside.category = i->second->category;
    if (const auto q = quantities_.find(of.name); q != quantities_.end()) inside.category = q->second->category;
    return inside;
}

bool Lowering::skips(const Expression& e, std::size_t index, const Context& context) const {
    return choice_argument(e, index, {"all", "skip"}, context) == 1;
}

Typed Lowering::cumulative(const Expression& e, const Context& context) {
    const std::string text = formula::to_text(e);
    const Subject of = subject(e, context);
    const Every every = calendar_argument(e, 1, Every::term, context);
    const bool skip = skips(e, 2, context);
    const int first = calendar().first_month(context.every, context.period),
              end = calendar().end_month(context.every, context.period);
    const int start = calendar().first_month(every, period_around(every, context, text));
    std::vector<Typed> parts;
    std::vector<NodeId> nodes;
    for (int month = start; month < end;) {
        const int p = calendar().of_month(of.own, month);
        if (calendar().first_month(of.own, p) >= start && calendar().end_month(of.own, p) <= end) {
            // What has ended before this period begins is history.
            const int now = calendar().end_month(of.own, p) <= first ? p + 1 : p;
            parts.push_back(of_subject(of, p, now, context));
            if (!parts.back().category.empty()) refuse_categories(parts, context, text);
            nodes.push_back(skip ? builder.make(Op::if_missing, {parts.back().node, builder.constant(0)})
                                 : parts.back().node);
        }
        month = calendar().end_month(of.own, p);
    }
    if (parts.empty()) return literal(0);
    Typed result = parts[0];
    if (result.truth) {  // how many hold
        result.truth = false;
        result.bare = true;
    }
    result.node = builder.sum(nodes);
    return traced(result, e.name, text, parts);
}

namespace {

/// In ascending order, each pair of neighbours put right until all are: members keep to themselves.
std::vector<NodeId> in_order(Builder& b, std::vector<NodeId> nodes) {
    for (std::size_t end = nodes.size(); end > 1; --end)
        for (std::size_t i = 0; i + 1 < end; ++i) {
            const NodeId low = b.minimum(nodes[i], nodes[i + 1]);
            nodes[i + 1] = b.maximum(nodes[i], nodes[i + 1]);
            nodes[i] = low;
        }
    return nodes;
}

}  // namespace

Typed Lowering::window_place(const Expression& e, const Subject& of, int now, int reach, const Context& context) {
    const std::string text = formula::to_text(e);
    const Exact place = number_argument(e, 2, "the place", context);
    if (!is_whole(place) || place == 0 || abs(place) > reach)
        fail("out-of-range", context,
             "the place in " + text + " must be a whole number from 1, the smallest, to " + std::to_string(reach) +
                 ", or from -1, the largest, down; not " + to_text(place));
    if (reach > 120) fail("out-of-range", context, text + " puts at most 120 periods in order");
    std::vector<Typed> parts;
    std::vector<NodeId> nodes;
    for (int p = std::max(0, now - reach + 1); p <= now; ++p) {
        parts.push_back(of_subject(of, p, now, context));
        nodes.push_back(parts.back().node);
    }
    if (parts.empty()) fail("calendar", context, text + ": '" + of.text + "' has no period that ends with this one");
    require_order(parts, context, text);
    Typed result = parts[0];
    const auto from_end = static_cast<std::size_t>(to_double(Exact(abs(place))));
    if (from_end > nodes.size()) {
        result.node = builder.missing();
    } else {
        nodes = in_order(builder, std::move(nodes));
        result.node = nodes[place > 0 ? from_end - 1 : nodes.size() - from_end];
    }
    return traced(result, e.name, text, parts);
}

Typed Lowering::window(const Expression& e, const Subject& of, int now, int reach, const Context& context) {
    const std::string text = formula::to_text(e);
    enum How { sum, mean, smallest, largest, product, median };
    const auto how = choice_argument(e, 2, {"sum", "mean", "smallest", "largest", "product", "median"}, context);
    const bool skip = skips(e, 3, context);
    Builder& b = builder;
    std::vector<Typed> parts;
    for (int p = std::max(0, now - reach + 1); p <= now; ++p) parts.push_back(of_subject(of, p, now, context));
    if (parts.empty()) fail("calendar", context, text + ": '" + of.text + "' has no period that ends with this one");
    if (how != smallest && how != largest) refuse_categories(parts, context, text);
    require_order(parts, context, text);
    Typed result = parts[0];
    if (result.truth && how <= mean) {
        result.truth = false;
        result.bare = true;
    }
    if (how == product && !result.unit.plain())
        fail("unit", context, text + " needs plain numbers, not " + result.unit.text());
    if (how == median) {
        if (skip)
            fail("type", context, text + ": a median over periods leaves out none; use or_else(...) for its value");
        std::vector<NodeId> all;
        for (const Typed& part : parts) all.push_back(part.node);
        all = in_order(b, std::move(all));
        const std::size_t middle = all.size() / 2;
        result.node = all.size() % 2 == 1 ? all[middle]
                                          : b.weighted({all[middle - 1], all[middle]}, {0, Exact(1, 2), Exact(1, 2)});
        return traced(result, e.name, text, parts);
    }
    std::vector<NodeId> nodes, there;
    for (const Typed& part : parts) {
        there.push_back(skip ? b.weighted({b.make(Op::is_missing, {part.node})}, {1, -1}) : no_node);
        const bool neutral = skip && how != smallest && how != largest;
        nodes.push_back(neutral ? b.make(Op::if_missing, {part.node, b.constant(how == product ? 1 : 0)}) : part.node);
    }
    if (how == sum) result.node = b.sum(nodes);
    if (how == mean)
        result.node = skip ? b.divide(b.sum(nodes), b.sum(there))
                           : b.scale(b.sum(nodes), Exact(1, static_cast<long>(nodes.size())));
    if (how > mean) result.node = nodes[0];
    for (std::size_t i = 1; how > mean && i < nodes.size(); ++i) {
        const NodeId before = result.node;
        result.node = how == smallest  ? b.minimum(before, nodes[i])
                      : how == largest ? b.maximum(before, nodes[i])
                                       : b.multiply(before, nodes[i]);
        if (skip && how != product)  // the one of two that is there
            result.node = b.make(Op::if_missing, {b.make(Op::if_missing, {result.node, before}), nodes[i]});
    }
    return traced(result, e.name, text, parts);
}

}  // namespace openbook::engine
