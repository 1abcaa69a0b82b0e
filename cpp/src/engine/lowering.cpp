#include "engine/lowering.hpp"

#include <algorithm>

#include "book/check.hpp"
#include "book/crossing.hpp"
#include "book/json_reader.hpp"
#include "engine/driver_lowering.hpp"
#include "engine/open_terms.hpp"

namespace openbook::engine {
namespace {

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : " -> ") + name;
    return text;
}

/// The number that a formula is, if it is nothing else.
std::optional<Exact> plain_number(const formula::Expression& read) {
    if (read.form == formula::Form::number) return read.value;
    if (read.form == formula::Form::call && read.name == "negate" && read.operands[0]->form == formula::Form::number)
        return -read.operands[0]->value;
    return std::nullopt;
}

std::optional<Month> later(const std::optional<Month>& a, const std::optional<Month>& b) {
    return a && b ? std::max(*a, *b) : a ? a : b;
}
std::optional<Month> earlier(const std::optional<Month>& a, const std::optional<Month>& b) {
    return a && b ? std::min(*a, *b) : a ? a : b;
}

}  // namespace

Lowering::Lowering(const Book& b, const CompileRequest& r) : book(b), request(r), written_(definitions_of(b)) {
    // Why a value is missing is a name too; no category of a book can be called so.
    static const Category reasons{missing_reasons, "", missing_reason_names(), false, {}, {}};
    categories_[missing_reasons] = &reasons;
    for (const Category& item : book.categories) categories_[item.id] = &item;
    for (const Definition& item : book.definitions) definitions_[item.id] = &item;
    for (const Parameter& item : book.parameters) parameters_[item.id] = &item;
    for (const Input& item : book.inputs) inputs_[item.id] = &item;
    for (const Quantity& item : book.quantities) quantities_[item.id] = &item;
    for (const Curve& item : book.curves) curves_[item.id] = &item;
    for (const LookupTable& item : book.tables) tables_[item.id] = &item;
    for (const Framework& item : book.frameworks) frameworks_[item.id] = &item;
    for (const Party& item : book.parties) parties_[item.id] = &item;
    for (const Dimension& item : book.dimensions) dimensions_[item.id] = &item;
    find_crossings();
    if (!request.open.empty()) open_ = open_terms(book, request.open);
    for (std::size_t c = 0; c < book.contracts.size(); ++c) {
        const Contract& contract = book.contracts[c];
        for (std::size_t k = 0; k < contract.clauses.size(); ++k) {
            const Clause& clause = contract.clauses[k];
            clauses.push_back(
                {&clause, &contract, nullptr, "/contracts/" + std::to_string(c) + "/clauses/" + std::to_string(k),
                 clause.from.empty() ? contract.payer : clause.from, clause.to.empty() ? contract.payee : clause.to,
                 later(contract.starts, clause.starts), earlier(contract.ends, clause.ends)});
        }
    }
    for (std::size_t o = 0; o < book.overlays.size(); ++o) {
        const Overlay& overlay = book.overlays[o];
        for (std::size_t k = 0; k < overlay.clauses.size(); ++k) {
            const Clause& clause = overlay.clauses[k];
            clauses.push_back({&clause, nullptr, &overlay,
                               "/overlays/" + std::to_string(o) + "/clauses/" + std::to_string(k), clause.from,
                               clause.to, later(overlay.starts, clause.starts), earlier(overlay.ends, clause.ends)});
        }
    }
    for (std::size_t i = 0; i < clauses.size(); ++i) clauses_by_id_[clauses[i].clause->id] = i;
    drivers_ = std::make_unique<DriverLowering>(*this);
    find_shocks();
}

Lowering::~Lowering() = default;

void Lowering::fail(const std::string& code, const Context& context, const std::string& message) const {
    throw BookError("the book cannot be compiled", {{code, context.path, message, context.where}});
}

Typed Lowering::with_members(Typed value) const {
    const NodeId folded = value.node;
    if (!value.dimension.empty() && builder.width(value.node) == 1) {
        // What was folded to one value for all, such as the branch of a condition that is known, is one for each.
        const auto width = static_cast<std::uint32_t>(members_named(value.dimension).size());
        if (width > 1)
            value.node = const_cast<Builder&>(builder).mapped(Op::gather, value.node,
                                                              std::vector<std::uint32_t>(width, 0), width);
    }
    if ((value.dimension.empty() && value.category.empty()) || !value.trace) return value;
    auto trace = std::make_shared<Trace>(*value.trace);
    if (!value.dimension.empty()) {
        trace->members = &members_named(value.dimension);
        if (trace->node == folded) trace->node = value.node;
    }
    if (!value.category.empty()) {
        trace->category_words = &category(value.category).values;
        trace->unit = "category";
    }
    value.trace = std::move(trace);
    return value;
}

Typed Lowering::literal(const Exact& value, const Unit& unit, bool bare) const {
    Typed result;
    result.node = const_cast<Builder&>(builder).constant(value);
    result.unit = unit;
    result.bare = bare;
    auto trace = std::make_shared<Trace>();
    trace->kind = "constant";
    trace->node = result.node;
    trace->unit = unit.text();
    result.trace = trace;
    return result;
}

void Lowering::enter(const std::string& label, const std::tuple<std::string, std::string, int, int>& key) {
    const auto found = std::find_if(stack_.begin(), stack_.end(), [&](const auto& item) { return item.first == key; });
    if (found != stack_.end()) {
        std::vector<std::string> names;
        for (auto item = found; item != stack_.end(); ++item)
            if (names.empty() || names.back() != item->second) names.push_back(item->second);
        names.push_back(label);
        throw BookError("the book cannot be compiled",
                        {{"cycle", path_of(std::get<0>(found->first), std::get<1>(found->first)),
                          "these need each other in the same period: " + joined(names) +
                              "; say previous(name, initial) where an earlier value is meant",
                          label}});
    }
    if (stack_.size() > 400)
        throw BookError(
            "the book cannot be compiled",
            {{"too-deep", "", "more than 400 rules that each need the next one, ending with " + label, label}});
    stack_.emplace_back(key, label);
}

template <class Make>
Typed Lowering::remembered(const std::string& kind, const std::string& name, World world, int period, Make make) {
    const auto key = std::make_tuple(kind, name, static_cast<int>(world), period);
    if (const auto found = values_.find(key); found != values_.end()) return found->second;
    enter(kind + " '" + name + "'", key);
    Typed result = make();
    stack_.pop_back();
    return values_.emplace(key, std::move(result)).first->second;
}

std::vector<int> Lowering::periods_within(Every own, Every every, int period, const std::string& name,
                                          const Context& asker) const {
    if (own == every) return {period};
    const int begin = calendar().first_month(every, period), end = calendar().end_month(every, period);
    std::vector<int> result;
    for (int month = begin; month < end; ++month) {
        const int p = calendar().of_month(own, month);
        if (calendar().first_month(own, p) == month) result.push_back(p);
    }
    const bool whole = !result.empty() && calendar().first_month(own, result.front()) == begin &&
                       calendar().end_month(own, result.back()) == end;
    if (!whole)
        fail(
            "calendar", asker,
            "'" + name + "' is known by " + choice_names<Every>()[static_cast<std::size_t>(own)] +
                ", which does not make up " + calendar().label(every, period) + " of the calendar '" +
                choice_names<Every>()[static_cast<std::size_t>(every)] + "'" +
                (calendar().end_month(own, calendar().of_month(own, begin)) > end || result.empty()
                     ? "; over(" + name + ", '" + choice_names<Every>()[static_cast<std::size_t>(own)] +
                           "') is that of the period around it, previous(" + name + ", ...) the last one that has ended"
                     : ""));
    return result;
}

const formula::Expression& Lowering::parsed(const Formula& formula, const Context& context) {
    formula::ExpressionPtr& known = parsed_[formula.text];
    if (!known) {
        try {
            std::vector<formula::ForeignCall> calls;
            known = formula::parse(formula.text, &calls);
            for (const formula::ForeignCall& call : calls)
                if (!definitions_.contains(call.name)) fail("formula", context, call.fault);
            if (!calls.empty() && written_.expanded_size(*known) > formula::most_expanded)
                fail("formula", context, "with its definitions written out the formula has more than 20,000 parts");
        } catch (const formula::Fault& fault) {
            fail("formula", context, fault.what());
        }
    }
    return *known;
}

Typed Lowering::term(const Term& term, const Context& context, const std::string& label) {
    // The step in force in the period's first month.
    const Formula* formula = &term.value;
    const std::string* source = &term.source;
    bool illustrative = term.illustrative;
    std::uint32_t step_in_force = 0;
    const Month now = calendar().start + calendar().first_month(context.every, context.period);
    for (const Step& step : term.steps)
        if (step.from <= now) {
            formula = &step.value;
            step_in_force = static_cast<std::uint32_t>(&step - term.steps.data()) + 1;
            if (!step.source.empty()) source = &step.source;
            illustrative = term.illustrative || step.illustrative;
        }
    if (formula->empty()) fail("missing-value", context, "no value is given for " + now.text());
    const formula::Expression& read = parsed(*formula, context);
    if (!term.deferred.empty()) {
        const Problem warning{"deferred-term", context.path,
                              "still to be agreed (" + term.deferred + "); " + formula->text + " is taken until then",
                              context.where};
        const auto same = [&](const Problem& w) { return w.path == warning.path && w.message == warning.message; };
        if (std::none_of(warnings.begin(), warnings.end(), same)) warnings.push_back(warning);
    }
    Typed result = expression(read, context);
    if (const auto open = open_.find(&term); open != open_.end())
        if (const std::optional<Exact> number = plain_number(read))
            result.node = builder.opened(open->second, step_in_force, *number);
    if (!term.unit.empty()) {
        const Unit unit = Unit::parse(term.unit);
        // "£2,000" in a term of "£ per case" is £2,000 a case: the literal gives the figure, the term its unit.
        const bool literal_pounds = read.form == formula::Form::number && read.money && unit.powers.contains("£");
        if (needs_conversion(result, unit) && !literal_pounds)
            fail("unit", context,
                 "the value is in " + result.unit.words() + " but the term says " + unit.words() +
                     conversion_hint(result.unit, unit));
        result.unit = unit;
        result.bare = false;
    }
    result = with_members(std::move(result));
    if (!label.empty() || !source->empty() || illustrative) {
        auto trace = std::make_shared<Trace>(result.trace ? *result.trace : Trace{});
        if (!label.empty()) {
            auto outer = std::make_shared<Trace>();
            outer->kind = "formula";
            outer->label = label;
            outer->formula = formula->text;
            outer->node = result.node;
            outer->unit = result.truth ? "condition" : result.unit.text();
            outer->members = trace->members;
            if (trace->kind != "constant") outer->children = {trace};
            trace = outer;
        }
        trace->source = *source;
        trace->illustrative = illustrative;
        result.trace = trace;
    }
    if (const auto found = shocks_of_term_.find(&term); found != shocks_of_term_.end())
        result =
            laid_over(std::move(result), found->second, calendar().first_month(context.every, context.period), context);
    return result;
}

Exact Lowering::constant_term(const Term& t, const Context& context, const std::string& what) {
    const Typed value = term(t, context);
    const Exact* known = builder.known(value.node);
    if (!known) fail("not-constant", context, what + " must be a number that does not depend on data or draws");
    builder.fix(value.node);
    return *known;
}

namespace {

/// Digits with a point at most among them: what needs no parser of formulas.
bool only_digits(const std::string& text) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return !text.empty() && text.size() <= 18 && digit(text.front()) && digit(text.back()) &&
           std::count(text.begin(), text.end(), '.') <= 1 &&
           std::all_of(text.begin(), text.end(), [&](char c) { return c == '.' || digit(c); });
}

/// The members' numbers where each is written in digits alone, in the unit that is stated for all; a list of prices has
/// thousands of them.
std::optional<std::vector<Exact>> written_in_digits(const Parameter& item, const Dimension& dimension) {
    std::vector<Exact> numbers;
    for (const std::string& member : dimension.members) {
        const auto found = item.members.find(member);
        const bool own = found != item.members.end();
        const Term& term = own ? found->second : item.value;
        if (!only_digits(term.value.text) || !term.steps.empty() || (own && !term.unit.empty())) return std::nullopt;
        numbers.push_back(exact_from_text(term.value.text));
    }
    return numbers;
}

}  // namespace

const std::optional<std::set<Month>>& Lowering::steps_of_numbers(const Parameter& item, const Context& context) {
    const auto [found, fresh] = steps_of_numbers_.try_emplace(&item);
    if (!fresh) return found->second;
    std::set<Month> steps;
    const auto number = [&](const Formula& formula) {
        return only_digits(formula.text) ||
               (!formula.empty() && parsed(formula, context).form == formula::Form::number);
    };
    const auto plain = [&](const Term& term) {
        for (const Step& step : term.steps) steps.insert(step.from);
        return term.deferred.empty() && number(term.value) &&
               std::all_of(term.steps.begin(), term.steps.end(), [&](const Step& step) { return number(step.value); });
    };
    const bool all = (item.value.empty() || plain(item.value)) &&
                     std::all_of(item.members.begin(), item.members.end(),
                                 [&](const auto& member) { return plain(member.second); }) &&
                     std::all_of(item.pairs.begin(), item.pairs.end(), [&](const auto& row) {
                         return std::all_of(row.second.begin(), row.second.end(),
                                            [&](const auto& pair) { return plain(pair.second); });
                     });
    if (all) found->second = std::move(steps);
    return found->second;
}

Typed Lowering::members_of(const Parameter& item, const Context& context) {
    const std::optional<std::set<Month>>& steps = steps_of_numbers(item, context);
    std::optional<Month> step;
    if (steps) {
        const auto next = steps->upper_bound(calendar().start + calendar().first_month(context.every, context.period));
        if (next != steps->begin()) step = *std::prev(next);
        if (const auto known = numbers_.find({&item, step}); known != numbers_.end()) return known->second;
    }
    const Dimension& dimension = *dimensions_.at(item.dimension);
    // A value without a unit of its own is in the unit that is stated for all.
    const Unit stated = Unit::parse(item.value.unit);
    std::vector<Typed> members;
    const auto* factors = crossing(item.dimension);
    const auto value_of = [&](const std::string& member) {
        if (factors)
            return value_of_pair(item, dimension.parents.at(factors->first).at(member),
                                 dimension.parents.at(factors->second).at(member));
        const auto found = item.members.find(member);
        return found != item.members.end() ? &found->second : item.value.empty() ? nullptr : &item.value;
    };
    const auto one_by_one = [&] {
        std::vector<NodeId> nodes;
        for (const std::string& member : dimension.members) {
            const Term* own = value_of(member);
            if (own == nullptr)
                fail("missing-member", context,
                     "no value for member '" + member + "' of dimension '" + item.dimension + "'");
            Typed value = term(*own, context);
            if (!value.dimension.empty())
                fail("dimension", context,
                     "the value of member '" + member + "' has the dimension '" + value.dimension + "' itself");
            if (!item.value.unit.empty() && (value.bare || value.unit == Unit::pounds())) value.unit = stated;
            if (!item.value.unit.empty()) value.bare = false;
            members.push_back(std::move(value));
            nodes.push_back(members.back().node);
        }
        return builder.stack(std::move(nodes));
    };
    std::optional<std::vector<Exact>> numbers;
    if (!factors && steps && open_.empty() && shocks_of_term_.empty() && item.category.empty() &&
        !item.value.unit.empty())
        numbers = written_in_digits(item, dimension);
    if (numbers) members = {literal(0, stated, false)};
    const NodeId node = numbers ? builder.constants(*std::move(numbers)) : one_by_one();
    if (!item.value.unit.empty())
        for (const Typed& value : members)
            if (value.unit != stated)
                fail("unit", context, "a member's value is in " + value.unit.text() + ", not in " + item.value.unit);
    Typed result = same_unit(members, context, "the members of '" + item.id + "'");
    result.node = node;
    result.dimension = item.dimension;
    result.trace = literal(0).trace;
    if (!item.value.unit.empty()) result.unit = stated;
    if (steps) numbers_.emplace(std::pair{&item, step}, result);
    return result;
}

Typed Lowering::parameter(const Parameter& item, World world, int month, const Context& asker) {
    return remembered("parameter", item.id, world, month, [&] {
        Context context{world, Every::month, month, asker.path, "parameter '" + item.id + "'"};
        context.category = item.category;
        Typed result = item.dimension.empty() ? term(item.value, context) : members_of(item, context);
        require_category(result, item.category, context, item.id);
        result = shocked(std::move(result), item.id, month, context);
        auto trace = std::make_shared<Trace>();
        trace->kind = "parameter";
        trace->label = item.name.empty() ? item.id : item.name;
        trace->unit = result.unit.text();
        if (result.trace) {
            trace->source = result.trace->source;
            trace->illustrative = result.trace->illustrative;
            if (result.trace->kind != "constant") trace->children = {result.trace};
        }
        trace->node = result.node;
        result.trace = trace;
        result = with_members(std::move(result));
        if (world != World::practised) return result;
        for (const Concession& concession : book.concessions) {
            if (concession.concession != ConcessionKind::recalibrate || concession.on != item.id) continue;
            const Month now = calendar().start + month;
            if ((concession.starts && now < *concession.starts) || (concession.ends && *concession.ends < now))
                continue;
            const Context inside{world, Every::month, month, "concession '" + concession.id + "'",
                                 "concession '" + concession.id + "'"};
            const Typed holds = truth_or_fail(term(concession.when, inside), inside, "when");
            Typed moved = term(concession.amount, inside);
            auto changed = std::make_shared<Trace>();
            changed->kind = "parameter";
            changed->operation = "choose";
            changed->label = trace->label + " as recalibrated by concession '" + concession.id + "'";
            changed->unit = result.unit.text();
            changed->source = concession.source;
            changed->illustrative = concession.illustrative;
            changed->children = {holds.trace, moved.trace, result.trace};
            result.node = builder.choose(holds.node, moved.node, result.node);
            changed->node = result.node;
            result.trace = changed;
        }
        return result;
    });
}

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
            value.node = builder.input(item.id, static_cast<std::uint32_t>(p), width,
                                       request.simulate ? plan : standing_for_draw(item, plan, context));
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

Typed Lowering::formula_in(const formula::Expression& e, const std::string& text, const Context& context) {
    const std::string key = text + " by " + choice_names<Every>()[static_cast<std::size_t>(context.every)] +
                            (context.category.empty() ? "" : " of " + context.category);
    return remembered("formula", key, context.world, context.period, [&] { return expression(e, context); });
}

void Lowering::names_do_not_add_up(const std::vector<Typed>& parts, Aggregate how, const std::string& id,
                                   const Context& asker) const {
    if (parts.size() < 2 || parts[0].category.empty() || (how != Aggregate::sum && how != Aggregate::mean)) return;
    fail("type", asker,
         "'" + id + "' is a name of category '" + parts[0].category +
             "', of which several periods have no sum: give it the aggregate first or last");
}

void Lowering::require_category(const Typed& value, const std::string& wanted, const Context& context,
                                const std::string& id) const {
    const Exact* known = builder.known(value.node);
    const bool missing =
        !known && builder.graph.nodes[value.node].op == Op::constant && builder.graph.nodes[value.node].numbers.empty();
    if (value.category == wanted || missing) return;
    fail("type", context,
         wanted.empty() ? "'" + id + "' comes to a name of category '" + value.category + "': say so with \"category\""
                        : "'" + id + "' is a name of category '" + wanted + "', written as a text such as '" +
                              category(wanted).values.front() + "', but it comes to " +
                              (value.category.empty() ? value.unit.words() : "one of '" + value.category + "'"));
}

bool Lowering::needs_conversion(const Typed& value, const Unit& unit) {
    // A figure without a unit takes the one that is wanted; "5%" has one though it counts as a plain number.
    return value.bare ? value.unit.percent && unit == formula::percentage_points() : value.unit != unit;
}

std::string Lowering::conversion_hint(const Unit& from, const Unit& to) {
    return formula::conversion(from, to) ? "; in_unit(..., '" + to.words() + "') converts" : "";
}

std::string Lowering::path_of(const std::string& kind, const std::string& name) const {
    const auto place = [&](const auto& list, const std::string& path) {
        for (std::size_t i = 0; i < list.size(); ++i)
            if (list[i].id == name) return path + std::to_string(i);
        return std::string();
    };
    if (kind == "clause") {
        const auto found = clauses_by_id_.find(name);
        return found == clauses_by_id_.end() ? "" : clauses[found->second].path;
    }
    return kind == "quantity"    ? place(book.quantities, "/quantities/")
           : kind == "parameter" ? place(book.parameters, "/parameters/")
           : kind == "cost"      ? place(book.finances.costs, "/finances/costs/")
           : kind == "funding"   ? place(book.finances.funding, "/finances/funding/")
                                 : place(book.inputs, "/inputs/");
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

Typed Lowering::money_or_fail(Typed value, const Context& context, const std::string& what) const {
    const Exact* known = builder.known(value.node);
    if (known && *known == 0) value.unit = Unit::pounds();
    if (value.unit != Unit::pounds())
        fail("unit", context,
             what + " must be in £, it is " + (value.truth ? "a condition" : "in " + value.unit.text()) +
                 (value.bare ? " (write £ before the number)" : ""));
    if (!value.dimension.empty())
        fail("dimension", context,
             what + " still has the dimension '" + value.dimension + "'; reduce it with sum(...)");
    return value;
}

Typed Lowering::truth_or_fail(Typed value, const Context& context, const std::string& what) const {
    const Exact* known = builder.known(value.node);
    if (!value.truth && !(known && (*known == 0 || *known == 1)) && !value.unit.plain())
        fail("type", context, what + " must be a condition, it is a number in " + value.unit.text());
    if (!value.truth && value.trace && value.trace->kind == "formula" && value.trace->operation != "")
        fail("type", context, what + " must be a condition such as 'a >= b', it is a number");
    return value;
}

std::size_t Lowering::clause_index(const std::string& id, const Context& asker) const {
    const auto found = clauses_by_id_.find(id);
    if (found == clauses_by_id_.end()) fail("missing-reference", asker, "'" + id + "' is no clause of the book");
    return found->second;
}

Typed Lowering::measure_score(const Measure& measure, const Context& context) {
    const auto at = [&](const std::string& field) {
        Context inside = context;
        inside.path = "measure '" + measure.id + "'/" + field;
        inside.where = "measure '" + measure.id + "'";
        return inside;
    };
    const Typed value = term(measure.value, at("value"), measure.name.empty() ? measure.id : measure.name);
    const Typed gain = term(measure.gain_at, at("gain_at"), "gain at");
    Typed result = literal(0);
    auto trace = std::make_shared<Trace>();
    trace->kind = "formula";
    trace->label = "score of " + (measure.name.empty() ? measure.id : measure.name);
    trace->unit = "number";
    trace->operation = "score";
    trace->children = {value.trace, gain.trace};
    const NodeId one = builder.constant(1), zero = builder.constant(0);
    const auto reaches = [&](NodeId bound, NodeId upwards) {
        return builder.choose(upwards, builder.make(Op::less_equal, {bound, value.node}),
                              builder.make(Op::less_equal, {value.node, bound}));
    };
    if (measure.pain_at.empty()) {
        result.node = builder.choose(builder.make(Op::less_equal, {gain.node, value.node}), one, zero);
        if (measure.shape == ScoreShape::linear)
            fail("missing-value", at("pain_at"), "a linear score needs both pain_at and gain_at");
    } else {
        const Typed pain = term(measure.pain_at, at("pain_at"), "pain at");
        trace->children.push_back(pain.trace);
        const NodeId upwards = builder.make(Op::less, {pain.node, gain.node});
        const NodeId downwards = builder.make(Op::less, {gain.node, pain.node});
        if (measure.shape == ScoreShape::steps) {
            result.node = builder.choose(reaches(gain.node, upwards), one,
                                         builder.choose(reaches(pain.node, downwards), builder.constant(-1), zero));
        } else {
            const NodeId width = builder.subtract(gain.node, pain.node);
            const NodeId along = builder.divide(builder.subtract(value.node, pain.node), width, zero);
            result.node =
                builder.maximum(builder.minimum(builder.weighted({along}, {-1, 2}), one), builder.constant(-1));
        }
    }
    trace->node = result.node;
    result.trace = trace;
    return result;
}

Typed Lowering::framework_score(const Framework& framework, const Context& context) {
    std::vector<NodeId> parts;
    auto trace = std::make_shared<Trace>();
    trace->kind = "formula";
    trace->label = "score of " + (framework.name.empty() ? framework.id : framework.name);
    trace->unit = "number";
    for (const Measure& measure : framework.measures) {
        Context inside = context;
        inside.path = "measure '" + measure.id + "'/weight";
        const Typed weight = term(measure.weight, inside, "weight");
        const Typed score = measure_score(measure, context);
        auto part = std::make_shared<Trace>();
        part->kind = "formula";
        part->label = "weight * " + score.trace->label;
        part->unit = "number";
        part->node = builder.multiply(weight.node, score.node);
        part->children = {weight.trace, score.trace};
        parts.push_back(part->node);
        trace->children.push_back(part);
    }
    Typed result = literal(0);
    result.node = parts.empty() ? builder.constant(0) : builder.sum(parts);
    trace->node = result.node;
    result.trace = trace;
    return result;
}

}  // namespace openbook::engine
