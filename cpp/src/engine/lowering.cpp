#include "engine/lowering.hpp"

#include <algorithm>

#include "book/check.hpp"
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
    const std::string *source = &term.source, *deferred = &term.deferred;
    bool illustrative = term.illustrative;
    std::uint32_t step_in_force = 0;
    const Month now = calendar().start + calendar().first_month(context.every, context.period);
    for (const Step& step : term.steps)
        if (step.from <= now) {
            formula = &step.value;
            step_in_force = static_cast<std::uint32_t>(&step - term.steps.data()) + 1;
            if (!step.source.empty()) source = &step.source;
            illustrative = term.illustrative || step.illustrative;
            deferred = step.deferred.empty() ? &term.deferred : &step.deferred;
        }
    if (formula->empty()) fail("missing-value", context, "no value is given for " + now.text());
    const formula::Expression& read = parsed(*formula, context);
    if (!deferred->empty()) {
        const Problem warning{"deferred-term", context.path,
                              "still to be agreed (" + *deferred + "); " + formula->text + " is taken until then",
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

Typed Lowering::formula_in(const formula::Expression& e, const std::string& text, const Context& context) {
    const std::string key = text + " by " + choice_names<Every>()[static_cast<std::size_t>(context.every)] +
                            (context.category.empty() ? "" : " of " + context.category);
    return remembered("formula", key, context.world, context.period, [&] { return expression(e, context); });
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

}  // namespace openbook::engine
