// Parameters: one number or one for each member, as dated, shocked and recalibrated.
#include <algorithm>

#include "book/crossing.hpp"
#include "engine/lowering.hpp"

namespace openbook::engine {
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
               std::all_of(term.steps.begin(), term.steps.end(),
                           [&](const Step& step) { return step.deferred.empty() && number(step.value); });
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
        }
        return stack_of(members);
    };
    std::optional<std::vector<Exact>> numbers;
    if (!factors && steps && open_.empty() && shocks_of_term_.empty() && item.category.empty() &&
        !item.value.unit.empty())
        numbers = written_in_digits(item, dimension);
    if (numbers) members = {literal(0, stated, false)};
    Typed all;
    if (numbers)
        all.node = builder.constants(*std::move(numbers));
    else
        all = one_by_one();
    if (!item.value.unit.empty())
        for (const Typed& value : members)
            if (value.unit != stated && !never_limits(value))
                fail("unit", context, "a member's value is in " + value.unit.text() + ", not in " + item.value.unit);
    Typed result = same_unit(members, context, "the members of '" + item.id + "'");
    result.node = all.node;
    result.no_limit = all.no_limit;
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
            const auto at = [&](const char* field) { return conceding(concession, field, Every::month, month); };
            const Typed holds = truth_or_fail(term(concession.when, at("when")), at("when"), "when");
            Typed moved = term(concession.amount, at("amount"));
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

}  // namespace openbook::engine
