// Names as values: categories, statuses with their permitted changes, and reasons why a value is missing.
#include <algorithm>

#include "book/json_reader.hpp"
#include "engine/lowering.hpp"

namespace openbook::engine {

using formula::Expression;
using formula::Form;

Typed Lowering::name_of_category(const std::string& id, const std::string& name, const Context& context) const {
    const Category& of = category(id);
    const auto found = std::find(of.values.begin(), of.values.end(), name);
    if (found == of.values.end()) {
        const std::string nearest = nearest_name(name, of.values);
        fail("missing-reference", context,
             "'" + name + "' is no value of category '" + of.id + "'" +
                 (nearest.empty() ? "" : "; did you mean '" + nearest + "'?"));
    }
    Typed result = literal(static_cast<long>(found - of.values.begin()) + 1);
    result.category = id;
    return result;
}

void Lowering::refuse_categories(const std::vector<Typed>& values, const Context& context,
                                 const std::string& text) const {
    for (const Typed& value : values)
        if (!value.category.empty())
            fail("type", context,
                 "'" + text + "' calculates with a name of category '" + value.category +
                     "'; names are compared, or chosen by with by_category(...); number(...) gives the place");
}

Typed Lowering::by_category(const Expression& e, const Context& context) {
    const std::string text = formula::to_text(e);
    const Typed of = expression(*e.operands[0], context);
    if (of.category.empty()) fail("type", context, text + " needs a value of a category first, not " + of.unit.words());
    const Category& names = category(of.category);
    const bool has_else = e.operands.size() % 2 == 0;
    std::vector<Typed> values;
    std::map<std::string, std::size_t> given;
    for (std::size_t i = 1; i + 1 < e.operands.size(); i += 2) {
        const std::string name = text_argument(e, i, "a value of the category", context);
        name_of_category(of.category, name, context);
        if (!given.try_emplace(name, values.size()).second)
            fail("duplicate-id", context, "'" + name + "' stands twice in " + text);
        values.push_back(expression(*e.operands[i + 1], context));
    }
    if (has_else) values.push_back(expression(*e.operands.back(), context));
    for (const std::string& name : names.values)
        if (!has_else && !given.contains(name))
            fail("missing-member", context,
                 text + " has no value for '" + name + "' of category '" + of.category +
                     "', and no last one for all others");
    join_points(values);
    std::vector<Typed> all = values;
    all.push_back(of);
    const std::string dimension = align(all, context, "'" + text + "'");
    std::copy(all.begin(), all.end() - 1, values.begin());
    Typed result = same_unit(values, context, "'" + text + "': values");
    const Typed& last = has_else ? values.back() : values[given.at(names.values.back())];
    result.node = last.node;
    result.no_limit = last.no_limit;
    for (std::size_t place = names.values.size(); place-- > 0;) {
        const auto own = given.find(names.values[place]);
        if (own == given.end() || (!has_else && place + 1 == names.values.size())) continue;
        const NodeId here = builder.make(Op::equal, {all.back().node, builder.constant(Exact(place + 1))});
        result.node = builder.choose(here, values[own->second].node, result.node);
        result.no_limit = no_limit_of_choice(here, values[own->second], result);
    }
    if (!has_else)  // a missing name leads nowhere, not to the last value
        result.node = builder.choose(builder.make(Op::is_missing, {all.back().node}), builder.missing(), result.node);
    result.dimension = dimension;
    std::vector<Typed> operands{of};
    operands.insert(operands.end(), values.begin(), values.end());
    return traced(result, "by_category", text, operands);
}

void Lowering::require_transitions(const Category& of, const std::string& id, const std::string& path, Every every,
                                   const std::function<Typed(int)>& value_in) {
    if (of.transitions.empty() && of.initial.empty()) return;
    Builder& b = builder;
    const auto is = [&](NodeId node, const std::string& name) {
        const auto place = std::find(of.values.begin(), of.values.end(), name) - of.values.begin();
        return b.make(Op::equal, {node, b.constant(static_cast<long>(place) + 1)});
    };
    for (int p = 0; p < calendar().count(every); ++p) {
        const int first = calendar().first_month(every, p);
        const Month now = calendar().start + first;
        const Context context{World::practised, every, p, path, "status '" + id + "'"};
        const Typed value = value_in(p);
        NodeId allowed = b.constant(0);
        std::string permitted;
        if (p == 0) {
            if (of.initial.empty()) continue;
            for (const std::string& name : of.initial) {
                allowed = b.either(allowed, is(value.node, name));
                permitted += (permitted.empty() ? "" : ", ") + name;
            }
            require(b.make(Op::logical_not, {allowed}), "forbidden-transition", context,
                    "'" + id + "' is '{0}' in " + calendar().label(every, p) + "; it may begin as: " + permitted,
                    {value.node}, value.dimension, of.id);
            continue;
        }
        if (of.transitions.empty()) continue;
        const Typed before = value_in(p - 1);
        allowed = b.make(Op::equal, {before.node, value.node});
        for (const Transition& change : of.transitions) {
            if ((change.starts && now < *change.starts) || (change.ends && *change.ends < now)) continue;
            for (const std::string& to : change.to) {
                allowed = b.either(allowed, b.both(is(before.node, change.from), is(value.node, to)));
                permitted += (permitted.empty() ? "" : ", ") + change.from + " to " + to;
            }
        }
        require(b.make(Op::logical_not, {allowed}), "forbidden-transition", context,
                "'" + id + "' goes from '{0}' to '{1}' in " + calendar().label(every, p) +
                    "; then it may go: " + (permitted.empty() ? "nowhere" : permitted),
                {before.node, value.node}, value.dimension, of.id);
    }
}

void Lowering::require_transitions(const Quantity& item) {
    if (item.category.empty()) return;
    const auto index = static_cast<std::size_t>(&item - book.quantities.data());
    require_transitions(category(item.category), item.id, "/quantities/" + std::to_string(index), item.every,
                        [&](int p) { return quantity(item, World::practised, p); });
}

void Lowering::require_transitions(const Input& item) {
    if (item.category.empty()) return;
    const std::string path = "/inputs/" + std::to_string(&item - book.inputs.data());
    require_transitions(category(item.category), item.id, path, item.every, [&](int p) {
        return input(item, item.every, p, {World::practised, item.every, p, path, "input '" + item.id + "'"});
    });
}

void Lowering::inputs_in(const Expression& e, std::vector<const Input*>& inputs) const {
    // Functions that look at other periods or other things say nothing of why a value is missing here.
    static const std::set<std::string> elsewhere = {"previous",   "window",      "later",   "first_when", "last_when",
                                                    "cumulative", "over",        "plan",    "paid",       "received",
                                                    "position",   "provisional", "income",  "cost",       "cash",
                                                    "reserves",   "score",       "measure", "solve"};
    if (e.form == Form::name)
        if (const auto found = inputs_.find(e.name); found != inputs_.end()) inputs.push_back(found->second);
    if (e.form == Form::call && elsewhere.contains(e.name)) return;
    for (const auto& operand : e.operands) inputs_in(*operand, inputs);
}

Typed Lowering::reason(const Expression& e, const Context& context) {
    const Expression& of = *e.operands[0];
    std::vector<const Input*> inputs;
    inputs_in(of, inputs);
    const std::string text = formula::to_text(of);
    if (inputs.empty())
        fail("type", context, "reason(" + text + ") needs an input: only what is given has a reason for being missing");
    std::vector<Typed> parts;
    for (const Input* item : inputs)
        for (const int p : periods_within(item->every, context.every, context.period, item->id, context))
            parts.push_back(reason_of(*item, p));
    const std::string dimension = align(parts, context, "reason(" + text + ")");
    // The first that is missing says why.
    const NodeId none = builder.constant(1);
    Typed result = parts.back();
    for (std::size_t i = parts.size() - 1; i-- > 0;)
        result.node = builder.choose(builder.make(Op::equal, {parts[i].node, none}), result.node, parts[i].node);
    result.dimension = dimension;
    return traced(result, "reason", "reason(" + text + ")", {});
}

NodeId Lowering::left_out(const Expression& e, const Typed& value, const std::vector<std::string>& reasons,
                          const Context& context) {
    const NodeId missing = builder.make(Op::is_missing, {value.node});
    if (reasons.empty()) return missing;
    std::vector<Typed> both{value, reason(e, context)};
    align(both, context, "'" + formula::to_text(e) + "'");
    NodeId named = builder.constant(0);
    for (const std::string& name : reasons)
        named = builder.either(
            named, builder.make(Op::equal, {both[1].node, name_of_category(missing_reasons, name, context).node}));
    return builder.both(missing, named);
}

}  // namespace openbook::engine
