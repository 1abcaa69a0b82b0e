// What a name stands for over a period of any calendar: an input, its plan, a quantity, a clause.
#include <algorithm>
#include <set>

#include "book/json_reader.hpp"
#include "engine/driver_lowering.hpp"

namespace openbook::engine {
namespace {

/// Joins the periods of one named thing into a longer one, as it declares.
Typed aggregated(Builder& builder, std::vector<Typed> parts, Aggregate how, const std::string& label,
                 const std::string& kind) {
    if (parts.size() == 1) return parts[0];
    std::vector<NodeId> nodes;
    auto trace = std::make_shared<Trace>();
    trace->kind = kind;
    trace->label = label + " (" + choice_names<Aggregate>()[static_cast<std::size_t>(how)] + ")";
    for (const Typed& part : parts) {
        nodes.push_back(part.node);
        trace->children.push_back(part.trace);
    }
    Typed result = parts[0];
    if (how != Aggregate::first) result.no_limit = how == Aggregate::last ? parts.back().no_limit : no_node;
    switch (how) {
        case Aggregate::sum: result.node = builder.sum(nodes); break;
        case Aggregate::mean:
            result.node = builder.scale(builder.sum(nodes), Exact(1, static_cast<long>(nodes.size())));
            break;
        case Aggregate::first: result.node = nodes.front(); break;
        case Aggregate::last: result.node = nodes.back(); break;
        case Aggregate::minimum:
        case Aggregate::maximum:
            for (const NodeId node : nodes)
                result.node =
                    how == Aggregate::minimum ? builder.minimum(result.node, node) : builder.maximum(result.node, node);
    }
    trace->node = result.node;
    trace->unit = result.unit.text();
    if (parts[0].trace) trace->members = parts[0].trace->members;
    result.trace = trace;
    return result;
}

}  // namespace

Typed Lowering::spread_plan(const Input& item, Typed value, const Context& context) {
    if (value.dimension.empty() || value.dimension == item.dimension) return value;
    if (item.dimension.empty())
        fail("dimension", context,
             "the plan has the dimension '" + value.dimension + "' and the input none; add it up with sum(...)");
    if (!belonging(item.dimension, value.dimension))
        fail("dimension", context,
             "the plan has members of '" + value.dimension + "' but the input has those of '" + item.dimension + "'");
    return spread_to(std::move(value), item.dimension);
}

Typed Lowering::planned(const Input& item, Every every, int period, const Context& asker) {
    std::vector<Typed> parts;
    const std::string title = "plan of " + (item.name.empty() ? item.id : item.name);
    for (const int p : periods_within(item.every, every, period, item.id, asker))
        parts.push_back(remembered("plan", item.id, World::practised, p, [&] {
            Context context{World::practised, item.every, p, asker.path, "input '" + item.id + "'"};
            context.category = item.category;
            if (item.plan.empty()) fail("missing-plan", context, "input '" + item.id + "' has no plan");
            Typed value = term(item.plan, context, title);
            require_category(value, item.category, context, item.id);
            if (!item.category.empty()) return spread_plan(item, std::move(value), context);
            const Unit unit = Unit::parse(item.unit);
            if (needs_conversion(value, unit))
                fail("unit", context,
                     "the plan is in " + value.unit.words() + " but the input is in " + unit.words() +
                         conversion_hint(value.unit, unit));
            value.unit = unit;
            value.bare = false;
            return spread_plan(item, std::move(value), context);
        }));
    return aggregated(builder, std::move(parts), item.aggregate, title + ", " + calendar().label(every, period),
                      "formula");
}

Typed Lowering::input(const Input& item, Every every, int period, const Context& asker) {
    std::vector<Typed> parts;
    const std::string title = item.name.empty() ? item.id : item.name;
    for (const int p : periods_within(item.every, every, period, item.id, asker))
        parts.push_back(remembered("input", item.id, World::practised, p, [&] {
            const Context context{World::practised, item.every, p, asker.path, "input '" + item.id + "'"};
            const auto width = item.dimension.empty()
                                   ? 1u
                                   : static_cast<std::uint32_t>(dimensions_.at(item.dimension)->members.size());
            const NodeId plan = item.plan.empty() ? no_node : planned(item, item.every, p, asker).node;
            Typed value;
            value.node =
                builder.input(item.id, static_cast<std::uint32_t>(p), width,
                              request.simulate ? plan : standing_for_draw(item, plan, context), item.may_be_missing);
            value.unit = Unit::parse(item.unit);
            value.dimension = item.dimension;
            value.category = item.category;
            const std::size_t slot = builder.graph.inputs.size() - 1;
            std::vector<TracePtr> drivers;
            NodeId drawn = no_node;
            if (request.simulate) {
                const NodeId node = drivers_->value(item, p, plan, drivers);
                builder.graph.inputs[slot].driven = drawn = node;
            }
            auto trace = std::make_shared<Trace>();
            trace->children = std::move(drivers);
            trace->drawn = drawn;
            trace->kind = "input";
            trace->label = title + ", " + calendar().label(item.every, p);
            trace->unit = value.unit.text();
            trace->node = value.node;
            value.trace = trace;
            value = with_members(std::move(value));
            return shocked(std::move(value), item.id, calendar().first_month(item.every, p), context);
        }));
    names_do_not_add_up(parts, item.aggregate, item.id, asker);
    return aggregated(builder, std::move(parts), item.aggregate, title + ", " + calendar().label(every, period),
                      "input");
}

Typed Lowering::reason_of(const Input& item, int period) {
    return remembered("reason", item.id, World::practised, period, [&] {
        const auto width =
            item.dimension.empty() ? 1u : static_cast<std::uint32_t>(dimensions_.at(item.dimension)->members.size());
        Typed value = literal(1);
        value.node = builder.input(item.id, static_cast<std::uint32_t>(period), width, builder.constant(1));
        builder.graph.inputs.back().reason = true;
        value.dimension = item.dimension;
        value.category = missing_reasons;
        auto trace = std::make_shared<Trace>();
        trace->kind = "input";
        trace->label =
            "why " + (item.name.empty() ? item.id : item.name) + " is missing, " + calendar().label(item.every, period);
        trace->node = value.node;
        value.trace = trace;
        return with_members(std::move(value));
    });
}

void Lowering::names_do_not_add_up(const std::vector<Typed>& parts, Aggregate how, const std::string& id,
                                   const Context& asker) const {
    if (parts.size() < 2 || parts[0].category.empty() || (how != Aggregate::sum && how != Aggregate::mean)) return;
    fail("type", asker,
         "'" + id + "' is a name of category '" + parts[0].category +
             "', of which several periods have no sum: give it the aggregate first or last");
}

Typed Lowering::quantity(const Quantity& item, World world, int period) {
    return remembered("quantity", item.id, world, period, [&] {
        Context context{world, item.every, period, "quantity '" + item.id + "'", "quantity '" + item.id + "'"};
        context.category = item.category;
        const std::string title =
            (item.name.empty() ? item.id : item.name) + ", " + calendar().label(item.every, period);
        Typed value = term(item.formula, context, title);
        require_category(value, item.category, context, item.id);
        value.category = item.category;
        if (!item.dimension.empty()) {
            if (value.dimension.empty()) value = spread_as(item.id, std::move(value));
            if (value.dimension != item.dimension)
                fail("dimension", context,
                     "the formula gives members of '" + value.dimension + "' but '" + item.id + "' has those of '" +
                         item.dimension + "'" +
                         (belonging(item.dimension, value.dimension)
                              ? "; should each have the same? Write spread(..., '" + item.dimension + "')"
                              : ""));
        }
        if (!item.unit.empty()) {
            const Unit unit = Unit::parse(item.unit);
            const bool figure = builder.known(value.node) && !formula::conversion(value.unit, unit);
            if (needs_conversion(value, unit) && !figure)
                fail("unit", context,
                     "the formula gives " + value.unit.words() + " but '" + item.id + "' is in " + unit.words() +
                         conversion_hint(value.unit, unit));
            value.unit = unit;
            value.bare = false;
        }
        return shocked(std::move(value), item.id, calendar().first_month(item.every, period), context);
    });
}

Typed Lowering::named(const std::string& name, World world, Every every, int period, const Context& asker) {
    if (const auto found = parameters_.find(name); found != parameters_.end())
        return parameter(*found->second, world, calendar().first_month(every, period), asker);
    if (const auto found = inputs_.find(name); found != inputs_.end())
        return input(*found->second, every, period, asker);
    if (const auto found = quantities_.find(name); found != quantities_.end()) {
        const Quantity& item = *found->second;
        std::vector<Typed> parts;
        for (const int p : periods_within(item.every, every, period, name, asker))
            parts.push_back(quantity(item, world, p));
        names_do_not_add_up(parts, item.aggregate, item.id, asker);
        return aggregated(builder, std::move(parts), item.aggregate,
                          (item.name.empty() ? item.id : item.name) + ", " + calendar().label(every, period),
                          "formula");
    }
    if (clauses_by_id_.contains(name)) return clause_paid(name, world, every, period, asker);
    std::vector<std::string> names;
    for (const auto& [id, unused] : parameters_) names.push_back(id);
    for (const auto& [id, unused] : inputs_) names.push_back(id);
    for (const auto& [id, unused] : quantities_) names.push_back(id);
    for (const auto& [id, unused] : clauses_by_id_) names.push_back(id);
    static const std::set<std::string> nothing = {"missing", "none", "null", "nan", "na", "None", "NaN", "NULL", "NA"};
    const std::string nearest = nearest_name(name, names);
    fail("missing-reference", asker,
         "'" + name + "' is no parameter, input, quantity or clause of the book" +
             (nothing.contains(name) ? "; whether x is missing asks missing(x), a missing value is no_value(), and no "
                                       "limit is no_limit()"
              : nearest.empty()      ? ""
                                     : "; did you mean '" + nearest + "'?"));
}

}  // namespace openbook::engine
