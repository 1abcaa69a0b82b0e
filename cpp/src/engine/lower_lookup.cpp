// Curves, tables, and factors that are solved for.
#include <algorithm>
#include <map>

#include "engine/lowering.hpp"

namespace openbook::engine {

using formula::Expression;

PiecewiseTable Lowering::curve_table(const Curve& item, const Context& context) {
    PiecewiseTable table;
    const Context inside{context.world, context.every, context.period, "curve '" + item.id + "'",
                         "curve '" + item.id + "'"};
    for (const Point& point : item.points) {
        table.at.push_back(constant_term(point.at, inside, "a point of a curve"));
        table.value.push_back(constant_term(point.value, inside, "a point of a curve"));
        if (table.at.size() > 1 && table.at.back() < table.at[table.at.size() - 2])
            fail("not-in-order", inside,
                 "the points must stand in ascending order; " + to_text(table.at.back()) + " follows " +
                     to_text(table.at[table.at.size() - 2]));
    }
    if (table.at.empty()) fail("missing-value", context, "curve '" + item.id + "' has no points");
    const auto slope = [&](std::size_t a, std::size_t b) {
        return table.at[a] == table.at[b] ? Exact(0)
                                          : Exact((table.value[b] - table.value[a]) / (table.at[b] - table.at[a]));
    };
    const std::size_t n = table.at.size();
    if (item.below == Tail::extend && n > 1) table.slope_below = slope(0, 1);
    if (item.above == Tail::extend && n > 1) table.slope_above = slope(n - 2, n - 1);
    table.upper_at_jump = item.at_jump == Jump::upper;
    return table;
}

Typed Lowering::curve_function(const Expression& e, const Context& context) {
    const auto found = curves_.find(text_argument(e, 0, "a curve", context));
    if (found == curves_.end())
        fail("missing-reference", context,
             "'" + e.operands[0]->name + "' in " + formula::to_text(e) + " is no curve of the book");
    const Curve& item = *found->second;
    const Typed x = expression(*e.operands[1], context);
    PiecewiseTable table = curve_table(item, context);
    const bool inverse = e.name == "inverse";
    Tail below = item.below, above = item.above;
    if (inverse) {
        for (std::size_t i = 1; i < table.at.size(); ++i)
            if (table.at[i] == table.at[i - 1] || table.value[i] == table.value[i - 1] ||
                (table.value[i] > table.value[i - 1]) != (table.value[1] > table.value[0]))
                fail("not-in-order", context,
                     "curve '" + item.id + "' has no inverse: it must rise or fall all the way, without jumps");
        std::swap(table.at, table.value);
        std::swap(table.slope_below, table.slope_above);
        if (table.at.front() > table.at.back()) {
            std::reverse(table.at.begin(), table.at.end());
            std::reverse(table.value.begin(), table.value.end());
            std::swap(below, above);  // a curve that falls has its highest values at its beginning
        } else {
            std::swap(table.slope_below, table.slope_above);
        }
        for (Exact* slope : {&table.slope_below, &table.slope_above})
            if (*slope != 0) *slope = Exact(1) / *slope;
    }
    const Exact first = table.at.front(), last = table.at.back();
    Typed result;
    result.unit = inverse ? Unit{} : Unit::parse(item.unit);
    result.bare = inverse;
    result.dimension = x.dimension;
    result.node = builder.piecewise(std::move(table), x.node);
    if (below == Tail::missing)
        result.node =
            builder.choose(builder.make(Op::less, {x.node, builder.constant(first)}), builder.missing(), result.node);
    if (above == Tail::missing)
        result.node =
            builder.choose(builder.make(Op::less, {builder.constant(last), x.node}), builder.missing(), result.node);
    return traced(result, e.name, (inverse ? "inverse of curve '" : "curve '") + item.id + "'", {x});
}

Typed Lowering::table_rows(const LookupTable& table, const std::vector<Typed>& keys, std::size_t key,
                           const std::vector<std::size_t>& rows, const std::vector<std::vector<Exact>>& at,
                           const Context& context) {
    Builder& b = builder;
    if (key == keys.size()) {
        if (rows.size() > 1) {
            Context inside = context;
            inside.path = "table '" + table.id + "'";
            fail("duplicate-row", inside,
                 "rows " + std::to_string(rows[0] + 1) + " and " + std::to_string(rows[1] + 1) + " of table '" +
                     table.id + "' stand at the same place");
        }
        Typed value = term(table.rows[rows[0]].value, context);
        if (value.bare && !table.unit.empty()) value.unit = Unit::parse(table.unit);
        if (!table.unit.empty() && value.unit != Unit::parse(table.unit))
            fail("unit", context,
                 "a value of table '" + table.id + "' is in " + value.unit.text() + ", not in " + table.unit);
        value.bare = value.bare && table.unit.empty();
        return value;
    }
    std::map<Exact, std::vector<std::size_t>> places;
    for (const std::size_t row : rows) places[at[row][key]].push_back(row);
    std::vector<Exact> at_place;
    std::vector<Typed> values;
    for (const auto& [place, those] : places) {
        at_place.push_back(place);
        values.push_back(table_rows(table, keys, key + 1, those, at, context));
    }
    Typed result = same_unit(values, context, "table '" + table.id + "'");
    const TableKey& how = table.keys[key];
    const NodeId x = keys[key].node;
    const bool nearest = how.uncovered == Uncovered::nearest;
    const auto place = [&](std::size_t i) { return b.constant(at_place[i]); };
    const auto reached = [&](std::size_t i, bool included) {
        return b.make(included ? Op::less_equal : Op::less, {place(i), x});
    };
    const std::size_t n = values.size();
    Typed found;
    found.node = b.missing();
    const auto choose = [&](NodeId condition, const Typed& then, const Typed& otherwise) {
        found.no_limit = no_limit_of_choice(condition, then, otherwise);
        found.node = b.choose(condition, then.node, otherwise.node);
    };
    switch (how.match) {
        case Match::exact:
            for (std::size_t i = n; i-- > 0;) choose(b.make(Op::equal, {x, place(i)}), values[i], Typed(found));
            break;
        case Match::from:
        case Match::above:
            if (nearest) found = values[0];
            for (std::size_t i = 0; i < n; ++i) choose(reached(i, how.match == Match::from), values[i], Typed(found));
            break;
        case Match::up_to:
        case Match::below:
            if (nearest) found = values[n - 1];
            for (std::size_t i = n; i-- > 0;) choose(reached(i, how.match == Match::below), Typed(found), values[i]);
            break;
        case Match::interpolate: {
            NodeId node = values[0].node;
            for (std::size_t i = 1; i < n; ++i) {
                const NodeId along = b.scale(b.subtract(x, place(i - 1)), Exact(1) / (at_place[i] - at_place[i - 1]));
                const NodeId between =
                    b.add(values[i - 1].node, b.multiply(along, b.subtract(values[i].node, values[i - 1].node)));
                node = b.choose(b.make(Op::less, {x, place(i - 1)}), node, between);
            }
            const NodeId below = nearest ? values[0].node : b.missing(),
                         above = nearest ? values[n - 1].node : b.missing();
            node = b.choose(b.make(Op::less, {x, place(0)}), below, node);
            found.node = b.choose(b.make(Op::less, {place(n - 1), x}), above, node);
        }
    }
    result.node = found.node;
    result.no_limit = found.no_limit;
    return result;
}

Typed Lowering::lookup(const Expression& e, const Context& context) {
    const std::string text = formula::to_text(e);
    const auto found = tables_.find(text_argument(e, 0, "a table", context));
    if (found == tables_.end())
        fail("missing-reference", context, "'" + e.operands[0]->name + "' in " + text + " is no table of the book");
    const LookupTable& table = *found->second;
    if (e.operands.size() != table.keys.size() + 1)
        fail("arguments", context,
             "table '" + table.id + "' is looked up by " + std::to_string(table.keys.size()) + " keys, not " +
                 std::to_string(e.operands.size() - 1));
    std::vector<Typed> keys;
    for (std::size_t i = 1; i < e.operands.size(); ++i) {
        keys.push_back(expression(*e.operands[i], context));
        const Unit unit = Unit::parse(table.keys[i - 1].unit);
        if (const std::string& names = keys.back().category;
            !names.empty() && table.keys[i - 1].match != Match::exact) {
            require_order({keys.back()}, context, text);
            if (table.keys[i - 1].match == Match::interpolate)
                fail("type", context, text + ": nothing lies between two names of category '" + names + "'");
        }
        if (!keys.back().bare && !table.keys[i - 1].unit.empty() && keys.back().unit != unit)
            fail("unit", context,
                 "key '" + table.keys[i - 1].name + "' of table '" + table.id + "' is in " + unit.text() + ", not in " +
                     keys.back().unit.text());
    }
    const std::string dimension = align(keys, context, "'" + text + "'");
    Context inside = context;
    inside.path = "table '" + table.id + "'";
    inside.where = "table '" + table.id + "'";
    inside.locals = nullptr;
    std::vector<std::vector<Exact>> at;
    std::vector<std::size_t> rows;
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        const TableRow& row = table.rows[r];
        if (row.at.size() != table.keys.size())
            fail("arguments", inside,
                 "row " + std::to_string(r + 1) + " has " + std::to_string(row.at.size()) + " places for " +
                     std::to_string(table.keys.size()) + " keys");
        at.emplace_back();
        for (std::size_t k = 0; k < keys.size(); ++k) {
            Context here = inside;
            here.category = keys[k].category;
            at.back().push_back(constant_term(row.at[k], here, "a row's place"));
        }
        rows.push_back(r);
    }
    if (rows.empty()) fail("missing-value", inside, "table '" + table.id + "' has no rows");
    Typed result = table_rows(table, keys, 0, rows, at, inside);
    if (!table.otherwise.empty()) {
        std::vector<Typed> both{result, term(table.otherwise, inside)};
        const NodeId otherwise = both[1].node;
        const NodeId value = result.node;
        result = same_unit(both, inside, "table '" + table.id + "' and its otherwise");
        // A missing key stays missing: only what no row covers, and is not no limit, is otherwise.
        NodeId known = keys_known(keys), none = builder.make(Op::is_missing, {value});
        if (both[0].no_limit != no_node) none = builder.both(none, builder.make(Op::logical_not, {both[0].no_limit}));
        const NodeId covered = builder.choose(none, otherwise, value);
        result.node = builder.choose(known, covered, builder.missing());
        result.no_limit = no_limit_of_choice(none, both[1], both[0]);
    }
    result.dimension = dimension;
    return traced(result, "lookup", text, keys);
}

NodeId Lowering::keys_known(const std::vector<Typed>& keys) {
    NodeId known = builder.constant(1);
    for (const Typed& key : keys)
        known = builder.both(known, builder.make(Op::logical_not, {builder.make(Op::is_missing, {key.node})}));
    return known;
}

Typed Lowering::solve(const Expression& e, const Context& context) {
    const std::string text = formula::to_text(e);
    const std::string unknown = text_argument(e, 0, "a name for the unknown", context);
    if (parameters_.contains(unknown) || inputs_.contains(unknown) || quantities_.contains(unknown) ||
        clauses_by_id_.contains(unknown))
        fail("duplicate-id", context,
             "'" + unknown + "' in " + text + " is a name of the book; the unknown needs one of its own");
    const Typed target = expression(*e.operands[2], context);
    const Exact low = number_argument(e, 3, "the lower end", context),
                high = number_argument(e, 4, "the upper end", context),
                step = number_argument(e, 5, "the step", context);
    const bool falls = choice_argument(e, 6, {"rising", "falling"}, context) == 1;
    if (step <= 0 || high <= low || !is_whole((high - low) / step))
        fail("out-of-range", context, text + " needs a lower end below its upper end, a whole number of steps apart");
    const Exact steps = (high - low) / step;
    if (steps > Exact(1'000'000'000'000))
        fail("out-of-range", context,
             text + " has more than a million million steps; take a coarser step or a shorter bracket");
    Builder& b = builder;
    std::vector<Typed> traced_parts{target};
    const auto objective = [&](NodeId node) {
        Typed value = literal(0, {}, true);
        value.node = node;
        auto names = context.locals ? std::make_shared<std::map<std::string, Typed>>(*context.locals)
                                    : std::make_shared<std::map<std::string, Typed>>();
        (*names)[unknown] = value;
        Context inside = context;
        inside.locals = names;
        std::vector<Typed> both{expression(*e.operands[1], inside), target};
        if (!both[0].dimension.empty() || !target.dimension.empty())
            fail("dimension", context, text + " solves one equation; reduce both sides with sum(...)");
        same_unit(both, context, "'" + text + "': objective and target");
        return both[0];
    };
    const auto at = [&](NodeId node) { return objective(node).node; };
    // Whether the objective has not passed the target.
    const auto holds = [&](NodeId node) {
        return falls ? b.make(Op::less_equal, {target.node, at(node)})
                     : b.make(Op::less_equal, {at(node), target.node});
    };
    // Whole steps by halving: the greatest that does not pass the target.
    Exact reach = 1;
    while (reach * 2 <= steps) reach *= 2;
    NodeId count = b.constant(0);
    for (; reach >= 1; reach /= 2) {
        const NodeId further = b.weighted({count}, {reach, 1});
        const NodeId within = b.make(Op::less_equal, {further, b.constant(steps)});
        const NodeId taken = b.both(within, holds(b.weighted({further}, {low, step})));
        count = b.weighted({count, taken}, {0, 1, reach});
    }
    const NodeId root = b.weighted({count}, {low, step});
    const NodeId beyond_start = b.make(Op::logical_not, {holds(b.constant(low))});
    const NodeId before_end = b.both(holds(b.constant(high)),
                                     b.make(Op::logical_not, {b.make(Op::equal, {at(b.constant(high)), target.node})}));
    if (!request.simulate) {  // for explanations: what the objective comes to, and that one step more is too far
        const auto shown = [&](NodeId node, const std::string& label) {
            const Typed there = objective(node);
            auto trace = std::make_shared<Trace>();
            trace->kind = "formula";
            trace->label = label;
            trace->unit = there.unit.text();
            trace->node = there.node;
            if (there.trace) trace->children = {there.trace};
            Typed part = there;
            part.trace = trace;
            return part;
        };
        traced_parts.push_back(shown(root, "the objective at the " + unknown + " that was found"));
        traced_parts.push_back(shown(b.weighted({root}, {step, 1}), "the objective one step further"));
    }
    Typed result = literal(0, {}, true);
    result.node = b.choose(b.either(beyond_start, before_end), b.missing(), root);
    return traced(result, "solve", text, traced_parts);
}

}  // namespace openbook::engine
