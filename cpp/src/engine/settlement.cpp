#include "engine/settlement.hpp"

#include <algorithm>
#include <set>

#include "engine/disputes.hpp"
#include "engine/missing.hpp"
#include "engine/requirements.hpp"
#include "openbook/errors.hpp"

namespace openbook::engine {
namespace {

/// The last month that may be posted.
int horizon(const Plan& plan, const SettleRequest& request) {
    const Calendar& calendar = plan.book->calendar;
    if (!request.as_at) return calendar.months - 1;
    const int month = *request.as_at - calendar.start;
    if (month < 0 || month >= calendar.months)
        throw DataError("the settlement date lies outside the calendar",
                        {{"out-of-range", "/as_at",
                          "as_at is " + request.as_at->text() + "; expected a month from " + calendar.start.text() +
                              " to " + (calendar.start + (calendar.months - 1)).text(),
                          ""}});
    return month;
}

/// Periods of an input, from its first on, that the data speak of: up to the last one with a value, or a reason for
/// none.
std::size_t periods_spoken_of(const SettleRequest& request, const Input& input, std::size_t width) {
    std::size_t spoken = 0;
    if (const auto given = request.inputs.find(input.id); given != request.inputs.end())
        for (std::size_t at = given->second.size(); at > spoken; --at)
            if (given->second.has(at - 1)) spoken = at;
    if (const auto stated = request.reasons.find(input.id); stated != request.reasons.end())
        for (std::size_t at = stated->second.size(); at > spoken; --at)
            if (!stated->second[at - 1].empty()) spoken = at;
    return (spoken + width - 1) / width;
}

/// Why the values of one period are missing, where somebody said so.
Members reasons_of(const SettleRequest& request, const Input& input, std::size_t first, std::size_t width,
                   bool plan_fills) {
    static const std::vector<std::string> names = missing_reason_names();
    const auto place_of = [&](const std::string& name) {
        return Exact(static_cast<long>(std::find(names.begin(), names.end(), name) - names.begin()) + 1);
    };
    const auto stated = request.reasons.find(input.id);
    const auto given = request.inputs.find(input.id);
    Members result(width);
    for (std::size_t m = 0; m < width; ++m) {
        const std::size_t at = first + m;
        const bool there = given != request.inputs.end() && at < given->second.size() && given->second.has(at);
        if (stated != request.reasons.end() && at < stated->second.size() && !stated->second[at].empty())
            result[m] = place_of(stated->second[at]);
        else if (there || !plan_fills)  // otherwise the plan stands in, and nothing is missing
            result[m] = place_of(there ? "none" : "not_stated");
    }
    return result;
}

void check_reasons(const SettleRequest& request, std::vector<Problem>& faults) {
    const std::vector<std::string> names = missing_reason_names();
    for (const auto& [id, reasons] : request.reasons)
        for (std::size_t i = 0; i < reasons.size(); ++i)
            if (!reasons[i].empty() && std::find(names.begin(), names.end(), reasons[i]) == names.end())
                faults.push_back({"unknown-choice", "/reasons/" + id + "/" + std::to_string(i),
                                  "'" + reasons[i] + "' is no reason for a missing value", ""});
}

/// A value of a category is the place of one of its names.
void names_only(const Book& book, const Input& input, const Members& values, const std::string& when,
                std::vector<Problem>& faults) {
    const auto of = std::find_if(book.categories.begin(), book.categories.end(),
                                 [&](const Category& item) { return item.id == input.category; });
    const Exact last = of == book.categories.end() ? Exact(0) : Exact(of->values.size());
    for (const Value& value : values)
        if (value && (!is_whole(*value) || *value < 1 || *value > last))
            faults.push_back({"unknown-choice", "/inputs/" + input.id,
                              "input '" + input.id + "' is " + to_text(*value) + " in " + when +
                                  "; expected the place of a value of category '" + input.category + "', 1 to " +
                                  to_text(last),
                              ""});
}

std::size_t count_of(const Held& held) {
    if (const Packed* packed = std::get_if<Packed>(&held))
        return packed->size() - static_cast<std::size_t>(std::count(packed->missing.begin(), packed->missing.end(), 1));
    const Members& members = std::get<Members>(held);
    return static_cast<std::size_t>(std::count_if(members.begin(), members.end(), [](const Value& v) { return !!v; }));
}

Members members_of(const Held& held) {
    const Packed* packed = std::get_if<Packed>(&held);
    return packed ? unpacked(*packed) : std::get<Members>(held);
}

std::vector<Held> bind_inputs(const Plan& plan, const SettleRequest& request, int last, PlanFills& plan_fills,
                              std::vector<Problem>& faults) {
    const Book& book = *plan.book;
    const Calendar& calendar = book.calendar;
    std::map<std::string, const Input*> inputs;
    for (const Input& input : book.inputs) inputs[input.id] = &input;
    std::map<std::string, std::size_t> members{{"", 1}};  // what has no dimension is one value
    for (const Dimension& dimension : book.dimensions) members[dimension.id] = dimension.members.size();
    for (const auto& [id, values] : request.inputs) {
        const auto found = inputs.find(id);
        if (found == inputs.end()) {
            faults.push_back({"unknown-quantity", "/inputs/" + id, "'" + id + "' is no input of the book", ""});
            continue;
        }
        const std::size_t width = members[found->second->dimension];
        const std::size_t expected = static_cast<std::size_t>(calendar.count(found->second->every)) * width;
        if (values.size() != expected)
            faults.push_back({"wrong-length", "/inputs/" + id,
                              "input '" + id + "' has " + std::to_string(values.size()) + " values; expected " +
                                  std::to_string(expected) + ", one per " +
                                  choice_names<Every>()[static_cast<std::size_t>(found->second->every)],
                              ""});
    }
    check_reasons(request, faults);
    if (!faults.empty()) return {};
    std::map<std::string, std::size_t> spoken_of;
    for (const auto& [id, input] : inputs)
        if (request.plan_mode && input->may_be_missing)
            spoken_of[id] = periods_spoken_of(request, *input, members[input->dimension]);
    std::vector<Held> bound(plan.graph.inputs.size());
    plan_fills.assign(bound.size(), 0);
    for (std::size_t slot = 0; slot < bound.size(); ++slot) {
        const InputSlot& place = plan.graph.inputs[slot];
        if (place.term) continue;  // has its own value
        const Input& input = *inputs.at(place.quantity);
        const int period = static_cast<int>(place.period);
        const std::size_t width = members[input.dimension];
        const auto given = request.inputs.find(input.id);
        const bool known = calendar.end_month(input.every, period) - 1 <= last;
        const bool stays = input.may_be_missing && place.period < spoken_of[input.id];
        plan_fills[slot] = request.plan_mode && place.plan != no_node && !stays ? 1 : 0;
        if (place.reason) {
            const bool filled = request.plan_mode && !input.plan.empty() && !stays;
            if (known)
                bound[slot] = reasons_of(request, input, static_cast<std::size_t>(period) * width, width, filled);
            continue;
        }
        const bool is_given = given != request.inputs.end() && known;
        Held values = is_given ? given->second.part(static_cast<std::size_t>(period) * width, width) : Members(width);
        const std::size_t present = is_given ? count_of(values) : 0;
        if (!input.category.empty()) {
            values = members_of(values);
            names_only(book, input, std::get<Members>(values), calendar.label(input.every, period), faults);
        }
        const bool may_have_gaps = input.may_be_missing || (request.plan_mode && place.plan != no_node);
        if (present == width || (present > 0 && may_have_gaps)) {
            bound[slot] = std::move(values);
        } else if (known && !request.plan_mode) {
            if (!input.may_be_missing)
                faults.push_back({"missing-data", "/inputs/" + input.id,
                                  "input '" + input.id + "' has no value for " + calendar.label(input.every, period) +
                                      "; expected a number in " + (input.unit.empty() ? "plain units" : input.unit),
                                  ""});
            bound[slot] = Members(width);
        } else if (known && (stays || (given != request.inputs.end() && place.plan == no_node))) {
            bound[slot] = Members(width);
        }
    }
    return bound;
}

const Value& first_member(const Values& values, NodeId node) {
    return values[node][0];
}

std::string basis_text(World world) {
    return basis_names[static_cast<int>(world)];
}

Entry entry_of(const Plan& plan, const Posting& posting, World world, const Exact& amount) {
    Entry entry;
    entry.key = posting.key;
    entry.from = posting.from;
    entry.to = posting.to;
    entry.contract = posting.contract;
    entry.title = posting.title;
    entry.label = posting.label;
    entry.kind = posting.kind;
    entry.basis = basis_text(world);
    entry.service_from = posting.service_from;
    entry.service_to = posting.service_to;
    entry.posting = posting.posting;
    entry.due = posting.due;
    entry.amount = amount;
    if (posting.clause >= 0) {
        entry.clause = plan.clauses[static_cast<std::size_t>(posting.clause)].id;
        entry.reading = plan.clauses[static_cast<std::size_t>(posting.clause)].reading;
    }
    entry.id = posting.key + (world == World::practised ? "" : "#" + entry.basis);
    return entry;
}

void make_entries(Settlement& s, int last, const std::function<const Value&(NodeId)>& amount_of) {
    const Plan& plan = *s.plan;
    for (const Posting& posting : plan.postings) {
        for (const World world : {World::practised, World::words, World::written_world}) {
            if (world != World::practised && s.request.compile.amounts_only) break;
            if (posting.service_from > last) continue;
            const Value& amount = amount_of(posting.amount[static_cast<int>(world)]);
            const bool due_now = posting.posting <= last;
            if (!amount) {
                if (world == World::practised) {
                    const NodeId node = posting.amount[static_cast<int>(world)];
                    const std::string what = "'" + posting.title + "' (" + posting.label + ") for " +
                                             (plan.book->calendar.start + posting.service_from).text();
                    if (due_now)
                        throw DataError(
                            "an amount cannot be computed",
                            {{"missing-data", posting.key,
                              what + " depends on a value that is missing: " + why_missing(plan, s.values, node), ""}});
                    s.warnings.push_back(
                        {"not-estimated", posting.key,
                         what + " cannot be accrued: a value after the settlement date is missing and has no plan (" +
                             why_missing(plan, s.values, node) + ")",
                         ""});
                }
                continue;
            }
            Entry entry = entry_of(plan, posting, world, *amount);
            if (!due_now) {
                // Not yet crystallised: the part of the period that has passed, on a plan for the rest.
                const int length = posting.service_to - posting.service_from + 1,
                          passed = last - posting.service_from + 1;
                entry.amount = round_to(entry.amount * Exact(passed, length), Exact(1, 100), Rounding::half_away);
                entry.kind = "accrual";
                entry.posting = last;
                entry.id += "@accrual";
            }
            if (entry.amount != 0 || due_now) s.entries.push_back(std::move(entry));
        }
    }
}

void compare_with_posted(Settlement& s, int last) {
    std::map<std::string, std::pair<Exact, int>> before;  // by entry id without the difference's suffix
    std::set<std::string> seen;
    for (const PostedEntry& entry : s.request.posted) {
        const std::string prefix = s.plan->book->id + ":";
        if (!entry.id.starts_with(prefix))
            throw DataError("the posted ledger belongs to another book",
                            {{"foreign-ledger", "/posted",
                              "entry '" + entry.id + "' was not posted by book '" + s.plan->book->id + "'", ""}});
        if (entry.kind == "accrual") continue;  // an estimate of its day, never part of what was posted
        if (!seen.insert(entry.id).second)
            throw DataError("the posted ledger has an entry twice",
                            {{"duplicate-entry", "/posted", "entry '" + entry.id + "' stands twice", ""}});
        auto& [sum, count] = before[entry.id.substr(0, entry.id.find('~'))];
        sum += entry.amount;
        ++count;
    }
    for (const Entry& entry : s.entries) {
        if (entry.basis != "practised" || entry.kind == "accrual") continue;
        const auto found = before.find(entry.id);
        if (found == before.end()) {
            s.to_post.push_back(entry);
            continue;
        }
        const Exact difference = entry.amount - found->second.first;
        if (difference != 0) {
            Entry correction = entry;
            correction.kind = "difference";
            correction.amount = difference;
            correction.posting = last;
            correction.due = std::max(entry.due, last);
            correction.id = entry.id + "~" + std::to_string(found->second.second);
            s.to_post.push_back(std::move(correction));
        }
        before.erase(found);
    }
    // What was posted and is no longer due at all is taken back.
    for (const auto& [id, sum] : before) {
        if (sum.first == 0) continue;
        const auto original = std::find_if(s.plan->postings.begin(), s.plan->postings.end(),
                                           [&](const Posting& p) { return p.key == id; });
        Entry back;
        back.key = id;
        if (original != s.plan->postings.end()) {
            if (original->posting > last) continue;
            back = entry_of(*s.plan, *original, World::practised, Exact(0));
        } else {
            // "book:owner:label:from>to:month"
            std::vector<std::string> parts;
            std::string rest = id;
            for (std::size_t colon; (colon = rest.find(':')) != std::string::npos; rest.erase(0, colon + 1))
                parts.push_back(rest.substr(0, colon));
            if (parts.size() < 4) continue;
            const std::size_t arrow = parts[3].find('>');
            back.clause = parts[1];
            back.label = parts[2];
            back.from = parts[3].substr(0, arrow);
            back.to = parts[3].substr(arrow + 1);
            back.basis = "practised";
            back.service_from = back.service_to = Month::parse(rest.substr(0, 7)) - s.plan->book->calendar.start;
        }
        back.kind = "difference";
        back.amount = -sum.first;
        back.posting = back.due = last;
        back.id = id + "~" + std::to_string(sum.second);
        s.to_post.push_back(std::move(back));
    }
}

void make_positions(Settlement& s, int last) {
    const Calendar& calendar = s.plan->book->calendar;
    for (const World world : {World::practised, World::words, World::written_world})
        for (const Party& party : s.plan->book->parties)
            for (const Every every : {Every::month, Every::year, Every::term}) {
                if (s.request.compile.amounts_only && (world != World::practised || every != Every::term)) continue;
                const int periods = calendar.of_month(every, last) + 1;
                std::vector<Exact> sums(static_cast<std::size_t>(periods), Exact(0));
                for (const Entry& entry : s.entries) {
                    if (entry.basis != basis_text(world)) continue;
                    const auto period = static_cast<std::size_t>(calendar.of_month(every, entry.posting));
                    if (entry.to == party.id) sums[period] += entry.amount;
                    if (entry.from == party.id) sums[period] -= entry.amount;
                }
                for (int p = 0; p < periods; ++p)
                    s.positions.push_back(
                        {party.id, calendar.label(every, p), world, every, p, sums[static_cast<std::size_t>(p)]});
            }
}

void make_cash(Settlement& s, int last) {
    int first = 0;
    for (const Entry& entry : s.entries) first = std::min(first, entry.due);
    for (const Party& party : s.plan->book->parties) {
        const auto opening = s.plan->opening_cash.find(party.id);
        Exact sum = 0;
        if (opening != s.plan->opening_cash.end()) {
            const Value& cash = first_member(s.values, opening->second);
            if (!cash)
                throw DataError("an amount cannot be computed",
                                {{"missing-data", "/finances/opening_cash/" + party.id,
                                  "the opening cash depends on a value that is missing", ""}});
            sum = *cash;
        }
        for (int month = first; month <= last; ++month) {
            for (const Entry& entry : s.entries) {
                if (entry.basis != "practised" || entry.kind == "accrual" || entry.due != month) continue;
                if (entry.to == party.id) sum += entry.amount;
                if (entry.from == party.id) sum -= entry.amount;
            }
            s.cash.push_back({party.id, month, sum});
        }
    }
}

void make_gap(Settlement& s, int last) {
    const Calendar& calendar = s.plan->book->calendar;
    std::map<std::pair<int, int>, GapLine> lines;
    for (const Posting& posting : s.plan->postings) {
        if (posting.clause < 0 || posting.posting > last) continue;
        const CompiledClause& clause = s.plan->clauses[static_cast<std::size_t>(posting.clause)];
        GapLine& line = lines[{posting.clause, posting.period}];
        line.clause = clause.id;
        line.contract = clause.container;
        line.period = posting.period;
        line.label = calendar.label(posting.every, posting.period);
        const Value& written = first_member(s.values, posting.amount[static_cast<int>(World::words)]);
        const Value& practised = first_member(s.values, posting.amount[static_cast<int>(World::practised)]);
        // Pain and other money back to the payer counts against what the clause pays.
        if (written) line.written += posting.to_payer ? Exact(-*written) : *written;
        if (practised) line.practised += posting.to_payer ? Exact(-*practised) : *practised;
    }
    for (auto& [key, line] : lines) s.gap.push_back(std::move(line));
}

}  // namespace

std::map<std::string, Exact> term_positions(const Settlement& s) {
    std::map<std::string, Exact> result;
    for (const PartyPosition& position : s.positions)
        if (position.basis == World::practised && position.every == Every::term)
            result[position.party] += position.amount;
    return result;
}

void fill_amounts(Settlement& s, const std::function<const Value&(NodeId)>& amount_of) {
    const int last = horizon(*s.plan, s.request);
    s.entries.clear();
    s.positions.clear();
    make_entries(s, last, amount_of);
    make_positions(s, last);
}

Settlement settle_once(const std::shared_ptr<const Book>& book, SettleRequest request, Plans* plans) {
    Settlement s;
    s.plan = plans ? plans->of(book, request.compile) : compile(book, request.compile);
    const int last = horizon(*s.plan, request);
    std::vector<Problem> faults;
    s.bound = Values(bind_inputs(*s.plan, request, last, s.plan_fills, faults));
    if (!faults.empty()) throw DataError("the data do not fit the book", std::move(faults));
    s.values = Values(evaluate_held(s.plan->graph, s.bound, s.plan_fills));
    if (!request.compile.amounts_only) check_requirements(*s.plan, s.values, last);
    s.warnings = s.plan->warnings;
    s.request = std::move(request);
    fill_amounts(s, [&s](NodeId node) -> const Value& { return first_member(s.values, node); });
    return s;
}

Held Given::part(std::size_t first, std::size_t count) const {
    const auto from = static_cast<std::ptrdiff_t>(first), to = static_cast<std::ptrdiff_t>(first + count);
    if (const Members* members = std::get_if<Members>(held_.get()))
        return Members(members->begin() + from, members->begin() + to);
    const Packed& packed = std::get<Packed>(*held_);
    Packed part;
    part.under = packed.under;
    part.over.assign(packed.over.begin() + from, packed.over.begin() + to);
    if (!packed.missing.empty() && std::count(packed.missing.begin() + from, packed.missing.begin() + to, 1) > 0)
        part.missing.assign(packed.missing.begin() + from, packed.missing.begin() + to);
    const auto odd = odd_.lower_bound(first);
    if (odd == odd_.end() || odd->first >= first + count) return part;
    Members members = unpacked(part);
    for (auto number = odd; number != odd_.end() && number->first < first + count; ++number)
        members[number->first - first] = number->second;
    return members;
}

Settlement settle(std::shared_ptr<const Book> book, SettleRequest request, Plans* plans) {
    const bool against_posted = request.against_posted, disputes = request.disputes;
    Settlement s = settle_once(book, std::move(request), plans);
    const int last = horizon(*s.plan, s.request);
    make_cash(s, last);
    make_gap(s, last);
    if (against_posted) compare_with_posted(s, last);
    if (disputes) make_disputes(s, book, plans);
    return s;
}

}  // namespace openbook::engine
