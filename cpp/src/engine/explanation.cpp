#include "engine/explanation.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <nlohmann/json.hpp>
#include <set>

#include "engine/lowering.hpp"
#include "openbook/errors.hpp"

namespace openbook::engine {
namespace {

using Json = nlohmann::ordered_json;
using Look = std::function<Shown(NodeId, const std::string&)>;

constexpr std::size_t most_nodes = 20'000;
/// Of a clause that was asked for and whose entries are all nothing: they say why.
const std::string nothing_moved = "nothing moved";

std::string distance(double a, double b, const std::string& unit) {
    char text[400];
    const double d = std::fabs(a - b), pennies = d * 100;
    if (unit != "£")
        std::snprintf(text, sizeof text, "%.10g", d);
    else if (std::fabs(pennies - std::round(pennies)) < 1e-4)
        std::snprintf(text, sizeof text, "£%.2f", d);
    else  // nothing has rounded it
        std::snprintf(text, sizeof text, "£%.6f", d);
    return text;
}

/// Which branch bound, and how far its boundary is.
std::string branch_note(const Trace& trace, const Look& look) {
    const auto child = [&](std::size_t i) { return look(trace.children[i]->node, trace.children[i]->unit); };
    const std::size_t n = trace.children.size();
    for (const TracePtr& item : trace.children)
        if (!item || item->node == no_node) return {};
    if ((trace.operation == "min" || trace.operation == "max") && n >= 2) {
        std::size_t bound = 0;
        double next = 0;
        bool have_next = false;
        for (std::size_t i = 1; i < n; ++i)
            if (trace.operation == "min" ? child(i).number < child(bound).number
                                         : child(i).number > child(bound).number)
                bound = i;
        for (std::size_t i = 0; i < n; ++i) {
            if (i == bound) continue;
            const double gap = std::fabs(child(i).number - child(bound).number);
            if (!have_next || gap < next) {
                next = gap;
                have_next = true;
            }
        }
        return "operand " + std::to_string(bound + 1) + " bound, " + distance(next, 0, trace.unit) + " from the next";
    }
    if ((trace.operation == "first_when" || trace.operation == "last_when") && n > 0) {
        const Shown found = look(trace.node, trace.unit);
        const std::string which = trace.operation == "first_when" ? "first" : "last";
        return found.text.empty()
                   ? "held in none of " + std::to_string(n) + " periods; the latest is shown"
                   : "held " + which + " in period " + found.text + " of " + std::to_string(n) + ", which is shown";
    }
    if (trace.operation == "round" && n >= 1) {
        const std::string before = child(0).text;
        if (before.empty() || child(0).number == look(trace.node, trace.unit).number) return {};
        return "rounded from " + std::string(trace.unit == "£" ? "£" : "") + before;
    }
    if (trace.operation == "positive" && n == 1)
        return child(0).number > 0 ? "above zero by " + distance(child(0).number, 0, trace.unit)
                                   : "held at zero, " + distance(child(0).number, 0, trace.unit) + " below";
    if ((trace.operation == "if" || trace.operation == "choose") && n >= 3) {
        for (std::size_t i = 0; i + 1 < n; i += 2)
            if (child(i).number != 0) return "condition " + std::to_string(i / 2 + 1) + " held";
        return "no condition held: the else branch";
    }
    if ((trace.operation == "less" || trace.operation == "less_equal" || trace.operation == "greater" ||
         trace.operation == "greater_equal" || trace.operation == "equal") &&
        n == 2)
        return distance(child(0).number, child(1).number, trace.children[0]->unit) + " from the boundary";
    return {};
}

/// Whether it is the member that was asked for, or a pair with it.
bool is_of(const std::string& name, const std::string& asked) {
    return name == asked || name.starts_with(asked + ", ") || name.ends_with(", " + asked);
}

/// The member that figures are of, and whether what it is compared with or added up with matters too.
struct Asked {
    std::string member;
    bool among_all = false;
};

/// Whether the value of a member rests on all members: it is their mean, its place among them, its part of a whole.
bool looks_at_all(const Trace& trace, const std::string& member) {
    static const std::set<std::string> of_each = {"rank",      "percentile_group", "running",          "running_by",
                                                  "apportion", "running_between",  "apportion_capped", "sum_matching"};
    if (of_each.contains(trace.operation)) return true;
    const bool reduces = functions_over_members().contains(trace.operation) && trace.operation != "member" &&
                         trace.operation != "spread";
    const bool has_member = trace.members && std::any_of(trace.members->begin(), trace.members->end(),
                                                         [&](const std::string& name) { return is_of(name, member); });
    return reduces && !has_member;
}

/// The values of a dimension's members, as many as can be read at a glance; of the member that was asked for, if these
/// members have it, alone, or before all others.
std::string member_note(const std::vector<std::string>& names, const std::function<std::string(std::size_t)>& value_of,
                        const Asked& asked) {
    constexpr std::size_t most = 12;
    std::vector<std::size_t> meant, others;
    for (std::size_t m = 0; m < names.size(); ++m)
        (!asked.member.empty() && is_of(names[m], asked.member) ? meant : others).push_back(m);
    if (meant.empty() || asked.among_all) meant.insert(meant.end(), others.begin(), others.end());
    const std::size_t left = names.size() - std::min(most, meant.size());
    meant.resize(std::min(most, meant.size()));
    // The names of pairs have commas themselves.
    const bool commas = std::any_of(meant.begin(), meant.end(),
                                    [&](std::size_t m) { return names[m].find(", ") != std::string::npos; });
    std::string text;
    for (const std::size_t m : meant) {
        const std::string value = value_of(m);
        text += (text.empty() ? "" : commas ? "; " : ", ") + names[m] + " " + (value.empty() ? "missing" : value);
    }
    return left > 0 ? text + ", ... of " + std::to_string(names.size()) + " members" : text;
}

/// What a value of a category is called.
std::string called(const std::vector<std::string>* words, const std::string& text) {
    if (!words || text.empty() || text.size() > 6 || text.find_first_not_of("0123456789") != std::string::npos)
        return text;
    const auto place = static_cast<std::size_t>(std::stoul(text));
    return place >= 1 && place <= words->size() ? (*words)[place - 1] : text;
}

/// A figure among others in words: an amount with its sign, a date as the day that it counts.
std::string in_words(const std::string& figure, const std::string& unit) {
    if (figure.empty()) return figure;
    if (unit == "£") return figure.starts_with('-') ? "-£" + figure.substr(1) : "£" + figure;
    const std::size_t sign = figure.starts_with('-') ? 1 : 0;
    if (unit != "date" || figure.size() > 7 || figure.find_first_not_of("0123456789", sign) != std::string::npos)
        return figure;
    const std::chrono::year_month_day day{std::chrono::sys_days{std::chrono::days{std::stoi(figure)}}};
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                  static_cast<unsigned>(day.day()));
    return text;
}

/// One figure of a tree, without what it is made of.
Json figure(const Trace& trace, const Look& look, const Asked& asked = {}) {
    Json node;
    node["label"] = trace.label.empty() ? (trace.formula.empty() ? trace.kind : trace.formula) : trace.label;
    Shown shown = trace.node == no_node ? Shown{} : look(trace.node, trace.unit);
    shown.text = called(trace.category_words, shown.text);
    if (shown.text.empty())
        node["value"] = nullptr;
    else
        node["value"] = shown.text;
    node["unit"] = trace.unit;
    node["kind"] = trace.kind;
    if (!trace.formula.empty()) node["formula"] = trace.formula;
    if (!trace.source.empty()) node["source"] = trace.source;
    if (trace.illustrative) node["illustrative"] = true;
    if (const std::string note = branch_note(trace, look); !note.empty()) node["note"] = note;
    if (!trace.words.empty() && !shown.text.empty() && shown.number >= 0)
        node["note"] = trace.words[std::min(static_cast<std::size_t>(shown.number + 0.5), trace.words.size() - 1)];
    if (trace.members && shown.width == trace.members->size())
        node["note"] = member_note(
            *trace.members,
            [&](std::size_t m) { return in_words(called(trace.category_words, shown.member(m)), trace.unit); }, asked);
    node["children"] = Json::array();
    return node;
}

/// Whether an input was given by data, so that what its drivers would have drawn is no part of it.
bool is_given(const Trace& trace, const Graph* graph) {
    return trace.drawn != no_node && graph && graph->inputs[graph->nodes[trace.node].index].driven != trace.drawn;
}

/// Of the periods in which a first or last time was looked for the one that decided, or the latest where there is none.
std::size_t deciding_period(const Trace& trace, const Look& look) {
    const std::size_t now = trace.children.size() - 1;
    const Shown found = trace.node == no_node ? Shown{} : look(trace.node, trace.unit);
    const auto period = found.text.empty() ? now : static_cast<std::size_t>(found.number + 0.5) - 1;
    return trace.operation == "first_when" ? now - std::min(period, now) : std::min(period, now);
}

/// Whether `part`, the first of the parts of `whole`, is the beginning of the same sum or product: a + b of a + b + c.
bool continues(const Trace& whole, const Trace& part) {
    const auto either = [](const Trace& trace, const char* a, const char* b) {
        return trace.operation == a || trace.operation == b;
    };
    if (part.kind != "formula" || !part.label.empty() || !part.source.empty()) return false;
    return (either(whole, "add", "subtract") && either(part, "add", "subtract")) ||
           (either(whole, "multiply", "divide") && either(part, "multiply", "divide"));
}

std::vector<const Trace*> shown_parts(const Trace& trace, const Look& look, const Graph* graph) {
    std::vector<const Trace*> parts;
    if (is_given(trace, graph)) return parts;
    const bool looks = (trace.operation == "first_when" || trace.operation == "last_when") && !trace.children.empty();
    const Trace* decides = looks ? trace.children[deciding_period(trace, look)].get() : nullptr;
    for (const TracePtr& child : trace.children) {
        if (!child || (decides && child.get() != decides)) continue;
        if (child == trace.children[0] && continues(trace, *child)) {  // one level for a sum, however long it is
            const std::vector<const Trace*> before = shown_parts(*child, look, graph);
            parts.insert(parts.end(), before.begin(), before.end());
            continue;
        }
        if (child->kind == "constant" && child->source.empty() && child->label.empty())
            continue;  // literals stand in the formula
        if (child->kind == "entry" && trace.operation != nothing_moved) {
            const Shown moved = look(child->node, child->unit);
            if (!moved.text.empty() && moved.number == 0) continue;  // an entry of nothing adds nothing
        }
        parts.push_back(child.get());
    }
    return parts;
}

/// Opens figures level by level, so that a limit cuts the depths and never the sums above them: of a figure all parts
/// are shown, or none.
class Opening {
public:
    explicit Opening(const Look& look, const Graph* graph = nullptr) : look_(look), graph_(graph) {}
    /// `node` must stay where it is until everything is opened.
    void add(Json& node, const Trace& trace, const Asked& asked = {}) {
        waiting_.push_back({&node, &trace, trace.asked.empty() ? asked : Asked{trace.asked}});
    }
    void open() {
        std::size_t left = most_nodes;
        for (; !waiting_.empty(); waiting_.pop_front()) {
            auto [node, trace, asked] = waiting_.front();
            asked.among_all = asked.among_all || (!asked.member.empty() && looks_at_all(*trace, asked.member));
            const std::vector<const Trace*> parts = shown_parts(*trace, look_, graph_);
            if (parts.size() > left) {
                const std::string words = "not opened: the explanation has more than " + std::to_string(most_nodes) +
                                          " parts; explain this one by itself";
                (*node)["note"] = node->contains("note") ? (*node)["note"].get<std::string>() + "; " + words : words;
                left = 0;
                continue;
            }
            left -= parts.size();
            Json& children = (*node)["children"];
            for (const Trace* part : parts)
                children.push_back(figure(*part, look_, part->asked.empty() ? asked : Asked{part->asked}));
            for (std::size_t i = 0; i < parts.size(); ++i) add(children[i], *parts[i], asked);
        }
    }

private:
    const Look& look_;
    const Graph* graph_;
    struct Closed {
        Json* node;
        const Trace* trace;
        Asked asked;  // the member that the figures above are of
    };
    std::deque<Closed> waiting_;
};

Json tree(const Trace& trace, const Look& look, const Graph& graph) {
    Json root = figure(trace, look);
    Opening opening(look, &graph);
    opening.add(root, trace);
    opening.open();
    return root;
}

Trace gathered(const std::string& kind, const std::string& label, const std::vector<const Posting*>& postings,
               World basis) {
    Trace trace;
    trace.kind = kind;
    trace.label = label;
    trace.unit = "£";
    for (const Posting* posting : postings) trace.children.push_back(posting->trace[static_cast<int>(basis)]);
    return trace;
}

}  // namespace

std::string explain_sum(const std::string& label, const std::vector<Line>& lines, const Look& look) {
    Exact total = 0;
    std::vector<std::pair<std::string, std::vector<const Line*>>> groups;
    for (const Line& line : lines) {
        total += line.amount;
        auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.first == line.group; });
        if (group == groups.end()) group = groups.insert(groups.end(), {line.group, {}});
        group->second.push_back(&line);
    }
    const auto node = [](const std::string& text, const Exact& amount, const char* kind) {
        return Json{
            {"label", text}, {"value", to_text(amount, 2)}, {"unit", "£"}, {"kind", kind}, {"children", Json::array()}};
    };
    Json root = node(label, total, "position");
    std::vector<const Trace*> traces;  // of each entry, in order
    for (const auto& [name, members] : groups) {
        Exact sum = 0;
        for (const Line* line : members) sum += line->amount;
        Json group = node(name, sum, "clause");
        for (const Line* line : members) {
            if (line->amount == 0) continue;  // an entry of nothing adds nothing
            Json entry = node(line->label, line->amount, "entry");
            if (!line->note.empty()) entry["note"] = line->note;
            if (line->trace) {
                entry["children"].push_back(figure(*line->trace, look));
                traces.push_back(line->trace.get());
            } else {
                traces.push_back(nullptr);
            }
            group["children"].push_back(std::move(entry));
        }
        if (!group["children"].empty()) root["children"].push_back(std::move(group));
    }
    Opening opening(look);
    auto trace = traces.begin();
    for (Json& group : root["children"])
        for (Json& entry : group["children"])
            if (const Trace* made = *trace++) opening.add(entry["children"][0], *made);
    opening.open();
    return root.dump();
}

namespace {

/// What the period of a clause is called that somebody asks for.
std::string period_of_clause(const Plan& plan, const Target& target) {
    for (const CompiledClause& clause : plan.clauses)
        if (clause.id == target.clause && target.period < plan.book->calendar.count(clause.every))
            return plan.book->calendar.label(clause.every, target.period);
    return "period " + std::to_string(target.period + 1);
}

}  // namespace

std::string explain(const Plan& plan, const Target& target, const Look& look) {
    if (!target.party.empty()) {
        for (const PositionNode& position : plan.positions)
            if (position.party == target.party && position.every == target.every && position.period == target.period &&
                position.world == target.basis)
                return tree(*position.trace, look, plan.graph).dump();
        throw BookError(
            "there is nothing to explain",
            {{"missing-reference", "/target", "no position of party '" + target.party + "' for that period", ""}});
    }
    if (!target.quantity.empty()) {
        for (const NamedValue& value : plan.quantities)
            if (value.id == target.quantity && value.period == target.period)
                return tree(*value.trace, look, plan.graph).dump();
        for (const ValueOfMembers& of : plan.quantities_of_members)
            if (of.value.id == target.quantity && of.value.period == target.period)
                return tree(*of.value.trace, look, plan.graph).dump();
        throw BookError(
            "there is nothing to explain",
            {{"unknown-period", "/target",
              "quantity '" + target.quantity + "' has no period " + std::to_string(target.period + 1), ""}});
    }
    std::vector<const Posting*> postings;
    std::string title;
    for (const Posting& posting : plan.postings) {
        const bool entry = !target.entry.empty() && target.entry.starts_with(posting.key) &&
                           (target.entry.size() == posting.key.size() || target.entry[posting.key.size()] == '#' ||
                            target.entry[posting.key.size()] == '@' || target.entry[posting.key.size()] == '~');
        const bool clause = !target.clause.empty() && posting.clause >= 0 &&
                            plan.clauses[static_cast<std::size_t>(posting.clause)].id == target.clause &&
                            posting.period == target.period;
        if (!entry && !clause) continue;
        postings.push_back(&posting);
        title = posting.title + ", " + plan.book->calendar.label(posting.every, posting.period);
    }
    if (postings.empty())
        throw BookError(
            "there is nothing to explain",
            {target.entry.empty()
                 ? Problem{"nothing-moved", "/target",
                           "clause '" + target.clause + "' moves nothing in " + period_of_clause(plan, target), ""}
                 : Problem{"missing-reference", "/target", "no entry '" + target.entry + "'", ""}});
    if (!target.entry.empty())
        return tree(*postings[0]->trace[static_cast<int>(target.basis)], look, plan.graph).dump();
    // A clause's figure is what each of its entries moves, from whom to whom.
    const CompiledClause& info = plan.clauses[static_cast<std::size_t>(postings[0]->clause)];
    Trace trace = gathered("clause", title, postings, target.basis);
    double sum = 0;
    bool complete = true, nothing = true;
    for (const Posting* posting : postings) {
        const Shown shown = look(posting->amount[static_cast<int>(target.basis)], "£");
        complete = complete && !shown.text.empty();
        sum += shown.number;
        nothing = nothing && !shown.text.empty() && shown.number == 0;
    }
    if (nothing) trace.operation = nothing_moved;
    Json node = tree(trace, look, plan.graph);
    char text[64];
    std::snprintf(text, sizeof text, "%.2f", sum);
    if (complete) node["value"] = text;
    if (!info.reading.empty()) node["note"] = "reading: " + info.reading + (info.provisional ? " (provisional)" : "");
    if (!info.ref.empty()) node["formula"] = info.ref;
    return node.dump();
}

}  // namespace openbook::engine
