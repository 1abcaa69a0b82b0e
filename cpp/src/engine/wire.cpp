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

[[noreturn]] void refuse(const std::string& path, const std::string& message) {
    throw LimitError("the request is not understood", {{"request", path, message, ""}});
}

template <class E>
E choice(const Json& value, const std::string& path) {
    const std::vector<std::string> names = choice_names<E>();
    const auto found =
        value.is_string() ? std::find(names.begin(), names.end(), value.get<std::string>()) : names.end();
    if (found == names.end()) {
        std::string known;
        for (const std::string& name : names) known += (known.empty() ? "" : ", ") + name;
        refuse(path, "got " + value.dump() + "; expected one of: " + known);
    }
    return static_cast<E>(found - names.begin());
}

World world_named(const Json& value, const std::string& path) {
    if (value == "practised") return World::practised;
    if (value == "written") return World::words;
    if (value == "written_world") return World::written_world;
    refuse(path, "got " + value.dump() + "; expected practised, written or written_world");
}
const char* name_of(World world) {
    return world == World::practised ? "practised" : world == World::words ? "written" : "written_world";
}

std::string text_of(const Json& value, const std::string& path) {
    if (!value.is_string()) refuse(path, "got " + value.dump() + "; expected text");
    return value.get<std::string>();
}
Month month_of(const Json& value, const std::string& path) {
    try {
        return Month::parse(text_of(value, path));
    } catch (const std::invalid_argument& error) {
        refuse(path, error.what());
    }
}
std::uint64_t whole(const Json& value, const std::string& path) {
    if (!value.is_number_unsigned()) refuse(path, "got " + value.dump() + "; expected a whole number of at least 0");
    return value.get<std::uint64_t>();
}
bool truth(const Json& value, const std::string& path) {
    if (!value.is_boolean()) refuse(path, "got " + value.dump() + "; expected true or false");
    return value.get<bool>();
}

/// The number in a value; nothing where it is none.
std::optional<Exact> number_in(const Json& value) {
    try {
        if (value.is_string()) return exact_from_text(value.get_ref<const std::string&>());
        if (value.is_number()) return exact_from_text(value.dump());
    } catch (const std::exception&) {
    }
    return std::nullopt;
}

Exact number_of(const Json& value, const std::string& path) {
    if (std::optional<Exact> number = number_in(value)) return *std::move(number);
    throw DataError("the data do not fit the book",
                    {{"not-a-number", path, "got " + value.dump() + "; expected a finite decimal number", ""}});
}

std::map<std::string, std::vector<std::optional<Exact>>> inputs_of(const Json& value) {
    std::map<std::string, std::vector<std::optional<Exact>>> result;
    if (!value.is_object()) refuse("/inputs", "expected an object of lists");
    for (const auto& [id, list] : value.items()) {
        if (!list.is_array()) refuse("/inputs/" + id, "expected a list");
        auto& values = result[id];
        values.reserve(list.size());
        for (std::size_t i = 0; i < list.size(); ++i) {
            std::optional<Exact> number = number_in(list[i]);
            // Words for a fault, and a path to it, are made only where there is one.
            if (!number && !list[i].is_null()) number = number_of(list[i], "/inputs/" + id + "/" + std::to_string(i));
            values.push_back(std::move(number));
        }
    }
    return result;
}

std::map<std::string, std::vector<std::string>> reasons_of(const Json& value) {
    std::map<std::string, std::vector<std::string>> result;
    if (!value.is_object()) refuse("/reasons", "expected an object of lists");
    for (const auto& [id, list] : value.items()) {
        if (!list.is_array()) refuse("/reasons/" + id, "expected a list");
        for (std::size_t i = 0; i < list.size(); ++i)
            result[id].push_back(list[i].is_null() ? std::string()
                                                   : text_of(list[i], "/reasons/" + id + "/" + std::to_string(i)));
    }
    return result;
}

std::map<std::string, std::string> texts_of(const Json& value, const std::string& path) {
    std::map<std::string, std::string> result;
    if (!value.is_object()) refuse(path, "expected an object of texts");
    for (const auto& [name, text] : value.items()) result[name] = text_of(text, path + "/" + name);
    return result;
}

std::vector<Change> shocks_of(const Json& value) {
    std::vector<Change> result;
    if (!value.is_array()) refuse("/shocks", "expected a list");
    for (std::size_t i = 0; i < value.size(); ++i) {
        const std::string path = "/shocks/" + std::to_string(i);
        Change shock;
        if (!value[i].is_object()) refuse(path, "expected an object");
        for (const auto& [name, item] : value[i].items()) {
            if (name == "on")
                shock.on = text_of(item, path + "/on");
            else if (name == "member")
                shock.member = text_of(item, path + "/member");
            else if (name == "words")
                shock.words = text_of(item, path + "/words");
            else if (name == "action")
                shock.how = choice<Laid>(item, path + "/action");
            else if (name == "value")
                shock.value.value.text = item.is_string()   ? item.get<std::string>()
                                         : item.is_object() ? text_of(item.value("value", Json("")), path + "/value")
                                                            : item.dump();
            else if (name == "weight")
                shock.weight = number_of(item, path + "/weight");
            else if (name == "of_plan")
                shock.of_plan = truth(item, path + "/of_plan");
            else if (name == "starts") {
                if (!item.is_null()) shock.starts = month_of(item, path + "/starts");
            } else if (name == "ends") {
                if (!item.is_null()) shock.ends = month_of(item, path + "/ends");
            } else
                refuse(path + "/" + name,
                       "unknown key; expected on, member, action, value, weight, of_plan, starts, ends, words");
        }
        const bool valued = shock.how != Laid::hold && shock.how != Laid::missing;
        if (shock.on.empty() || (valued && shock.value.empty())) refuse(path, "a shock needs 'on' and 'value'");
        result.push_back(std::move(shock));
    }
    return result;
}

std::vector<PartsRequest> parts_of(const Json& value) {
    std::vector<PartsRequest> result;
    if (!value.is_array()) refuse("/parts", "expected a list");
    for (std::size_t i = 0; i < value.size(); ++i) {
        const std::string path = "/parts/" + std::to_string(i);
        PartsRequest wanted;
        if (!value[i].is_object()) refuse(path, "expected an object");
        for (const auto& [name, item] : value[i].items()) {
            if (name == "party")
                wanted.party = text_of(item, path + "/party");
            else if (name == "every")
                wanted.every = choice<Every>(item, path + "/every");
            else if (name == "period")
                wanted.period = static_cast<int>(std::min<std::uint64_t>(whole(item, path + "/period"), 1'000'000));
            else if (name == "basis")
                wanted.basis = world_named(item, path + "/basis");
            else
                refuse(path + "/" + name, "unknown key; expected party, every, period, basis");
        }
        result.push_back(std::move(wanted));
    }
    return result;
}

Json parsed(const std::string& text) {
    Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded() || !json.is_object()) refuse("", "expected a JSON object");
    return json;
}

/// Keys that settling and simulating have in common; false where the key is none of them.
void known_edition(const Json& item) {
    const std::string edition = text_of(item, "/edition");
    std::string known;
    for (const std::string_view name : arithmetic_editions) {
        if (edition == name) return;
        known += (known.empty() ? "" : ", ") + std::string(name);
    }
    refuse("/edition", "got '" + edition + "'; this release calculates by the editions " + known +
                           ": use a release that knows the edition of the sealed book");
}

bool common(CompileRequest& compile, const std::string& name, const Json& item) {
    if (name == "readings")
        compile.readings = texts_of(item, "/readings");
    else if (name == "alternatives")
        compile.alternatives = texts_of(item, "/alternatives");
    else if (name == "shocks")
        compile.shocks = shocks_of(item);
    else if (name == "edition")
        known_edition(item);
    else if (name == "open") {
        if (!item.is_array()) refuse("/open", "expected a list of paths");
        for (const Json& path : item) compile.open.push_back(text_of(path, "/open"));
    } else
        return false;
    return true;
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

Target read_target(const std::string& json) {
    Target target;
    const Json value = parsed(json);
    for (const auto& [name, item] : value.items()) {
        if (item.is_null()) continue;
        if (name == "party")
            target.party = text_of(item, "/party");
        else if (name == "clause")
            target.clause = text_of(item, "/clause");
        else if (name == "quantity")
            target.quantity = text_of(item, "/quantity");
        else if (name == "entry")
            target.entry = text_of(item, "/entry");
        else if (name == "every")
            target.every = choice<Every>(item, "/every");
        else if (name == "period")
            target.period = static_cast<int>(whole(item, "/period"));
        else if (name == "basis")
            target.basis = world_named(item, "/basis");
        else
            refuse("/" + name, "unknown key; expected party, clause, quantity or entry, and every, period, basis");
    }
    return target;
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

Target target_of(const std::string& json) {
    return read_target(json);
}

SettleRequest read_settle_request(const std::string& json) {
    SettleRequest request;
    const Json value = parsed(json);
    for (const auto& [name, item] : value.items()) {
        if (common(request.compile, name, item)) continue;
        if (name == "inputs") {
            for (auto& [id, values] : inputs_of(item)) request.inputs[id] = Given(std::move(values));
        } else if (name == "reasons") {
            request.reasons = reasons_of(item);
        } else if (name == "mode") {
            if (item != "data" && item != "plan") refuse("/mode", "got " + item.dump() + "; expected data or plan");
            request.plan_mode = item == "plan";
        } else if (name == "as_at") {
            if (!item.is_null()) request.as_at = month_of(item, "/as_at");
        } else if (name == "posted") {
            if (item.is_null()) continue;
            request.against_posted = true;
            if (!item.is_array()) refuse("/posted", "expected a list of entries");
            for (std::size_t i = 0; i < item.size(); ++i) {
                const std::string path = "/posted/" + std::to_string(i);
                if (!item[i].is_object() || !item[i].contains("id") || !item[i].contains("amount"))
                    throw DataError("the posted ledger is not understood",
                                    {{"malformed", path, "an entry needs id and amount", ""}});
                if (item[i].value("basis", "practised") != "practised") continue;
                request.posted.push_back({text_of(item[i]["id"], path + "/id"), "practised",
                                          item[i].value("kind", "payment"),
                                          number_of(item[i]["amount"], path + "/amount")});
            }
        } else if (name == "disputes") {
            request.disputes = truth(item, "/disputes");
        } else if (name == "dispute_limit") {
            request.dispute_limit = static_cast<int>(std::min<std::uint64_t>(whole(item, "/dispute_limit"), 1'000'000));
        } else {
            refuse("/" + name, "unknown key");
        }
    }
    return request;
}

namespace {
SamplingDesign sampling_design(const Json& value) {
    SamplingDesign design;
    if (!value.is_object()) refuse("/sampling", "expected an object");
    for (const auto& [name, item] : value.items()) {
        if (name == "method")
            design.method = sampling_named(text_of(item, "/sampling/method"));
        else if (name == "replications")
            design.replications =
                static_cast<unsigned>(std::min<std::uint64_t>(whole(item, "/sampling/replications"), 1'000'000));
        else if (name == "points")
            design.points = whole(item, "/sampling/points");
        else
            refuse("/sampling/" + name, "unknown key; expected method, replications or points");
    }
    return design;
}
}  // namespace

SimulateRequest read_simulate_request(const std::string& json) {
    SimulateRequest request;
    const Json value = parsed(json);
    for (const auto& [name, item] : value.items()) {
        if (common(request.compile, name, item)) continue;
        if (name == "inputs")
            request.inputs = inputs_of(item);
        else if (name == "reasons")
            request.reasons = reasons_of(item);
        else if (name == "draws")
            request.draws = whole(item, "/draws");
        else if (name == "seed")
            request.seed = whole(item, "/seed");
        else if (name == "first_draw")
            request.first_draw = whole(item, "/first_draw");
        else if (name == "threads")
            request.threads = static_cast<unsigned>(std::min<std::uint64_t>(whole(item, "/threads"), 100'000));
        else if (name == "sampling")
            request.sampling = sampling_design(item);
        else if (name == "block")
            request.block = static_cast<unsigned>(std::min<std::uint64_t>(whole(item, "/block"), 1'000'000));
        else if (name == "all_parties")
            request.all_parties = truth(item, "/all_parties");
        else if (name == "level")
            request.level = text_of(item, "/level");
        else if (name == "precision") {
            const std::string precision = text_of(item, "/precision");
            if (precision != "double" && precision != "single") refuse("/precision", "expected 'double' or 'single'");
            request.precision = precision == "single" ? Precision::single : Precision::full;
        } else if (name == "parts")
            request.parts = parts_of(item);
        else if (name == "every" || name == "basis" || name == "track") {
            if (!item.is_array()) refuse("/" + name, "expected a list");
            if (name == "every") request.compile.position_calendars.clear();
            if (name == "basis") request.basis.clear();
            for (const Json& part : item) {
                if (name == "every")
                    request.compile.position_calendars.push_back(choice<Every>(part, "/every"));
                else if (name == "basis")
                    request.basis.push_back(world_named(part, "/basis"));
                else
                    request.compile.track.push_back(text_of(part, "/track"));
            }
        } else if (name == "track_every")
            request.compile.track_every = choice<Every>(item, "/track_every");
        else
            refuse("/" + name, "unknown key");
    }
    return request;
}

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
    const Target target = read_target(wanted);
    const bool planned = target.every == Every::year || target.every == Every::term;
    const bool known = std::any_of(s.plan->book->parties.begin(), s.plan->book->parties.end(),
                                   [&](const Party& p) { return p.id == target.party; });
    if (known && (s.request.as_at || !planned) && target.period < s.plan->book->calendar.count(target.every))
        return explain_position(s, target, look);
    return explain(*s.plan, target, look);
}

std::string explain(const Simulation& s, std::uint64_t draw, const std::string& target) {
    const std::vector<std::vector<double>> values = s.replay(draw);
    return explain(*s.plan, read_target(target), [&](NodeId node, const std::string& unit) -> Shown {
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
