// Results as JSON: settlements, columns of simulations, explanations.
#include "engine/wire.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/explanation.hpp"
#include "formula/expression.hpp"
#include "openbook/edition.hpp"

namespace openbook::engine {
namespace {

using Json = nlohmann::ordered_json;

const char* name_of(World world) {
    return basis_names[static_cast<int>(world)];
}

std::string money(const Exact& amount) {
    return to_text(amount, 2);
}

std::string shown_value(const Exact& value, const std::string& unit) {
    if (unit == "£" && is_whole(value * 100)) return money(value);
    const std::string exact_text = to_text(value);
    if (exact_text.find('/') == std::string::npos && exact_text.size() < 24) return exact_text;
    return to_text(value, 10);
}

/// A number, or what a value of a category is called.
std::string value_text(const Exact& value, const NamedValue& of) {
    const auto place = of.words && is_whole(value) ? static_cast<std::size_t>(to_double(value)) : 0;
    return place >= 1 && place <= of.words->size() ? (*of.words)[place - 1] : shown_value(value, of.unit);
}

Json entry_json(const Entry& entry, const Calendar& calendar) {
    const auto month = [&](int index) { return (calendar.start + index).text(); };
    return {{"id", entry.id},
            {"service_from", month(entry.service_from)},
            {"service_to", month(entry.service_to)},
            {"posting", month(entry.posting)},
            {"due", month(entry.due)},
            {"from", entry.from},
            {"to", entry.to},
            {"contract", entry.contract},
            {"clause", entry.clause.empty() ? entry.title : entry.clause},
            {"label", entry.label},
            {"reading", entry.reading},
            {"basis", entry.basis},
            {"kind", entry.kind},
            {"amount", money(entry.amount)}};
}

Json graph_json(const formula::Expression& e) {
    switch (e.form) {
        case formula::Form::number:
            if (!e.unit.empty()) return {{"number", to_text(e.value)}, {"unit", e.unit}};
            return e.money ? Json{{"money", to_text(e.value)}} : Json{{"number", to_text(e.value)}};
        case formula::Form::boolean: return {{"truth", e.truth}};
        case formula::Form::text: return {{"text", e.name}};
        case formula::Form::name: return {{"name", e.name}};
        case formula::Form::call: break;
    }
    Json operands = Json::array();
    for (const auto& operand : e.operands) operands.push_back(graph_json(*operand));
    return {{"function", e.name}, {"operands", operands}};
}

}  // namespace

std::string write(const Settlement& s) {
    const Plan& plan = *s.plan;
    const Calendar& calendar = plan.book->calendar;
    Json out;
    out["book"] = plan.book->id;
    out["edition"] = std::string(arithmetic_editions.back());
    out["as_at"] = s.request.as_at ? Json(s.request.as_at->text()) : Json(nullptr);
    const auto entries = [&](const std::vector<Entry>& list, bool all) {
        Json result = Json::array();
        for (const Entry& entry : list)
            if (all || entry.basis != "written_world") result.push_back(entry_json(entry, calendar));
        return result;
    };
    out["entries"] = entries(s.entries, false);
    out["to_post"] = s.request.against_posted ? entries(s.to_post, true) : Json(nullptr);
    Json& positions = out["positions"] = Json::array();
    for (const PartyPosition& p : s.positions)
        positions.push_back({{"party", p.party},
                             {"basis", name_of(p.basis)},
                             {"every", choice_names<Every>()[static_cast<std::size_t>(p.every)]},
                             {"period", p.period},
                             {"label", p.label},
                             {"amount", money(p.amount)}});
    Json& cash = out["cash"] = Json::array();
    for (const CashPoint& c : s.cash)
        cash.push_back(
            {{"party", c.party}, {"month", (calendar.start + c.month).text()}, {"received", money(c.received)}});
    Json& gap = out["gap"] = Json::array();
    for (const GapLine& g : s.gap)
        gap.push_back({{"clause", g.clause},
                       {"contract", g.contract},
                       {"period", g.period},
                       {"label", g.label},
                       {"written", money(g.written)},
                       {"practised", money(g.practised)},
                       {"gap", money(g.practised - g.written)}});
    Json& disputes = out["disputes"] = Json::array();
    for (const DisputeLine& d : s.disputes) {
        Json amounts = Json::object();
        for (const auto& [party, amount] : d.positions) amounts[party] = money(amount);
        disputes.push_back(
            {{"clause", d.clause}, {"reading", d.reading}, {"chosen", d.chosen}, {"positions", amounts}});
    }
    Json range = Json::object();
    for (const auto& [party, bounds] : s.joint.range) range[party] = {money(bounds.first), money(bounds.second)};
    out["joint"] = {{"exact", s.joint.exact}, {"combinations", s.joint.combinations}, {"range", range}};
    Json& provisional = out["provisional"] = Json::array();
    for (const CompiledClause& clause : plan.clauses)
        if (clause.provisional) provisional.push_back(clause.id);
    Json& superseded = out["superseded"] = Json::array();
    for (const Superseded& item : plan.superseded)
        superseded.push_back({{"clause", item.clause}, {"by", item.by}, {"subject", item.subject}});
    Json& quantities = out["quantities"] = Json::array();
    for (const NamedValue& q : plan.quantities) {
        const Value& value = s.values[q.node][0];
        quantities.push_back({{"id", q.id},
                              {"name", q.label},
                              {"every", choice_names<Every>()[static_cast<std::size_t>(q.every)]},
                              {"period", q.period},
                              {"label", calendar.label(q.every, q.period)},
                              {"unit", q.unit},
                              {"value", value ? Json(value_text(*value, q)) : Json(nullptr)}});
    }
    Json& warnings = out["warnings"] = Json::array();
    for (const Problem& w : s.warnings)
        warnings.push_back({{"code", w.code}, {"path", w.path}, {"message", w.message}});
    return out.dump();
}

std::string write_members(const Settlement& s, const std::string& quantity) {
    const Calendar& calendar = s.plan->book->calendar;
    Json out = Json::array();
    for (const auto& [q, dimension] : s.plan->quantities_of_members) {
        if (q.id != quantity) continue;
        const Members& values = s.values[q.node];
        const std::vector<std::string>& members = *q.trace->members;
        for (std::size_t m = 0; m < members.size(); ++m) {
            const Value& value = values[values.size() == 1 ? 0 : m];
            out.push_back({{"id", q.id},
                           {"name", q.label},
                           {"every", choice_names<Every>()[static_cast<std::size_t>(q.every)]},
                           {"period", q.period},
                           {"label", calendar.label(q.every, q.period)},
                           {"dimension", dimension},
                           {"member", members[m]},
                           {"unit", q.unit},
                           {"value", value ? Json(value_text(*value, q)) : Json(nullptr)}});
        }
    }
    return out.dump();
}

std::string write_columns(const Simulation& simulation) {
    Json out = Json::array();
    for (const Column& c : simulation.columns) {
        Json column{{"kind", c.kind},
                    {"party", c.party},
                    {"basis", name_of(c.basis)},
                    {"every", choice_names<Every>()[static_cast<std::size_t>(c.every)]},
                    {"period", c.period},
                    {"label", c.label},
                    {"formula", c.formula}};
        if (c.kind == "part") column.update({{"owner", c.owner}, {"other", c.other}});
        out.push_back(std::move(column));
    }
    return out.dump();
}

namespace {

/// A position that is not the plan's own node: to a date within the term, or by month. It is opened into the ledger's
/// entries.
std::string explain_position(const Settlement& s, const Target& target,
                             const std::function<Shown(NodeId, const std::string&)>& look) {
    const Calendar& calendar = s.plan->book->calendar;
    std::map<std::string, const Posting*> postings;
    for (const Posting& posting : s.plan->postings) postings[posting.key] = &posting;
    std::vector<Line> lines;
    for (const Entry& entry : s.entries) {
        if (entry.basis != name_of(target.basis) || calendar.of_month(target.every, entry.posting) != target.period)
            continue;
        if (entry.to != target.party && entry.from != target.party) continue;
        const bool receives = entry.to == target.party;
        const auto found = postings.find(entry.key);
        Line line;
        line.group = entry.title.empty() ? entry.clause : entry.title;
        line.label = (receives ? "" : "less ") + entry.label + ": " + entry.from + " to " + entry.to + ", " +
                     (calendar.start + entry.posting).text();
        line.amount = receives ? entry.amount : Exact(-entry.amount);
        line.trace = found == postings.end() ? nullptr : found->second->trace[static_cast<int>(target.basis)];
        if (entry.kind == "accrual")
            line.note = "accrual: " + std::to_string(entry.posting - entry.service_from + 1) + " of " +
                        std::to_string(entry.service_to - entry.service_from + 1) +
                        " months of the amount below, on a plan for the rest";
        lines.push_back(std::move(line));
    }
    const std::string date = s.request.as_at ? ", as at " + s.request.as_at->text() : "";
    return explain_sum("position of " + target.party + ", " + calendar.label(target.every, target.period) + date, lines,
                       look);
}

}  // namespace

std::string explain(const Settlement& s, const std::string& wanted) {
    const auto look = [&](NodeId node, const std::string& unit) -> Shown {
        if (node >= s.values.size()) return {};
        const auto text = [unit](const Value& value) {
            return !value                ? std::string()
                   : unit == "condition" ? std::string(*value != 0 ? "yes" : "no")
                                         : shown_value(*value, unit);
        };
        Shown shown;
        if (s.values[node].size() == 1 && s.values[node][0]) {
            shown.text = text(s.values[node][0]);
            shown.number = to_double(*s.values[node][0]);
        }
        if (s.values[node].size() > 1) {
            shown.width = s.values[node].size();
            shown.member = [text, &values = s.values[node]](std::size_t m) { return text(values[m]); };
        }
        return shown;
    };
    const Target target = target_of(wanted);
    const bool planned = target.every == Every::year || target.every == Every::term;
    const bool known = std::any_of(s.plan->book->parties.begin(), s.plan->book->parties.end(),
                                   [&](const Party& p) { return p.id == target.party; });
    if (known && (s.request.as_at || !planned) && target.period < s.plan->book->calendar.count(target.every))
        return explain_position(s, target, look);
    return explain(*s.plan, target, look);
}

std::string explain(const Simulation& s, std::uint64_t draw, const std::string& target) {
    const std::vector<std::vector<double>> values = s.replay(draw);
    return explain(*s.plan, target_of(target), [&](NodeId node, const std::string& unit) -> Shown {
        if (node >= values.size()) return {};
        const auto text = [unit](double value) {
            char digits[64];
            std::snprintf(digits, sizeof digits, unit == "£" ? "%.2f" : "%.12g", value);
            return std::isnan(value)     ? std::string()
                   : unit == "condition" ? std::string(value != 0 ? "yes" : "no")
                                         : std::string(digits);
        };
        Shown shown;
        if (values[node].size() == 1 && !std::isnan(values[node][0])) {
            shown.text = text(values[node][0]);
            shown.number = values[node][0];
        }
        if (values[node].size() > 1) {
            shown.width = values[node].size();
            shown.member = [text, &members = values[node]](std::size_t m) { return text(members[m]); };
        }
        return shown;
    });
}

std::string formula_graph(const std::string& text) {
    try {
        const formula::ExpressionPtr expression = formula::parse_in_book(text);
        return Json{{"text", formula::to_text(*expression)}, {"graph", graph_json(*expression)}}.dump();
    } catch (const formula::Fault& fault) {
        throw BookError("the formula is not understood", {{"formula", "", fault.what(), ""}});
    }
}

}  // namespace openbook::engine
