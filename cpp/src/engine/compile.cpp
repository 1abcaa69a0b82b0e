#include <algorithm>
#include <cstdlib>

#include "book/crossing.hpp"
#include "engine/lowering.hpp"
#include "openbook/json.hpp"

namespace openbook::engine {
namespace {

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

/// Chooses each clause's reading and writes its overrides into the clause. `written` keeps the clauses as they stand in
/// the document.
void choose_readings(Book& book, const CompileRequest& request, std::vector<CompiledClause>& compiled,
                     std::vector<Clause>& written) {
    std::vector<Problem> undecided, unknown;
    std::vector<std::string> known;
    const auto choose = [&](Clause& clause, CompiledClause info) {
        known.push_back(clause.id);
        written.push_back(clause);
        for (const Reading& reading : clause.readings) info.readings.push_back(reading.name);
        const auto asked = request.readings.find(clause.id);
        info.reading = asked != request.readings.end() ? asked->second : clause.reading;
        if (info.reading.empty() && !clause.provisional.empty()) {
            info.reading = clause.provisional;
            info.provisional = true;
        }
        if (!info.reading.empty()) {
            const auto found = std::find_if(clause.readings.begin(), clause.readings.end(),
                                            [&](const Reading& r) { return r.name == info.reading; });
            if (found == clause.readings.end()) {
                unknown.push_back({"unknown-reading", info.path,
                                   "clause '" + clause.id + "' has no reading '" + info.reading +
                                       "'; expected one of: " + listed(info.readings),
                                   info.container_name});
            } else {
                clause = with_overrides(clause, found->overrides);
            }
        } else if (!clause.readings.empty()) {
            undecided.push_back({"reading-not-chosen", info.path,
                                 "clause '" + clause.id + "' has several readings (" + listed(info.readings) +
                                     ") and none is chosen; name one in 'reading' or 'provisional', or when settling",
                                 info.container_name});
        }
        compiled.push_back(std::move(info));
    };
    const auto choose_all = [&](auto& containers, const std::string& list, bool overlay) {
        for (std::size_t c = 0; c < containers.size(); ++c)
            for (std::size_t k = 0; k < containers[c].clauses.size(); ++k) {
                Clause& clause = containers[c].clauses[k];
                CompiledClause info;
                info.id = clause.id;
                info.name = clause.name;
                info.ref = clause.ref;
                info.every = clause.every;
                info.overlay = overlay;
                info.container = containers[c].id;
                info.container_name = containers[c].name.empty() ? containers[c].id : containers[c].name;
                info.path = "/" + list + "/" + std::to_string(c) + "/clauses/" + std::to_string(k);
                choose(clause, std::move(info));
            }
    };
    choose_all(book.contracts, "contracts", false);
    choose_all(book.overlays, "overlays", true);
    for (const auto& [clause, reading] : request.readings)
        if (std::find(known.begin(), known.end(), clause) == known.end())
            unknown.push_back(
                {"missing-reference", "/readings/" + clause, "'" + clause + "' is no clause of the book", ""});
    if (!unknown.empty()) throw ReadingError("a reading is unknown", std::move(unknown));
    if (!undecided.empty())
        throw ReadingError("a reading must be chosen before the book can be settled", std::move(undecided));
}

/// The term of a parameter, a quantity or an input (its plan) by id, or any term by its path.
Term* term_called(Book& book, const std::string& name) {
    if (name.starts_with('/')) return const_cast<Term*>(term_at(book, name));  // of this book, which may be changed
    for (Parameter& item : book.parameters)
        if (item.id == name) return &item.value;
    for (Quantity& item : book.quantities)
        if (item.id == name) return &item.formula;
    for (Input& item : book.inputs)
        if (item.id == name) return &item.plan;
    return nullptr;
}

/// Puts the alternatives that are chosen in the place of what the terms say: from the start of the book, in their unit.
void choose_alternatives(Book& book, const CompileRequest& request) {
    std::vector<Problem> problems;
    for (const auto& [name, alternative] : request.alternatives) {
        const std::string path = "/alternatives/" + name;
        Term* term = term_called(book, name);
        if (term == nullptr) {
            problems.push_back({"missing-reference", path,
                                "'" + name + "' is no parameter, quantity or input of the book, and no path of a term",
                                ""});
            continue;
        }
        const auto& list = term->alternatives;
        const auto chosen =
            std::find_if(list.begin(), list.end(), [&](const Alternative& a) { return a.name == alternative; });
        if (chosen == list.end()) {
            std::vector<std::string> names;
            for (const Alternative& a : list) names.push_back(a.name);
            problems.push_back({"unknown-alternative", path,
                                "alternative '" + alternative + "' of '" + name + "' is unknown; expected one of: " +
                                    (names.empty() ? "none, it has no alternatives" : listed(names)),
                                ""});
            continue;
        }
        Term changed;
        changed.value = chosen->value;
        changed.unit = term->unit;
        changed.source = chosen->source;
        *term = std::move(changed);
    }
    if (!problems.empty()) throw BookError("the request does not fit the book", std::move(problems));
}

void check_names(const Book& book, const CompileRequest& request) {
    std::vector<Problem> problems;
    const auto is = [](const auto& list, const std::string& id) {
        return std::any_of(list.begin(), list.end(), [&](const auto& item) { return item.id == id; });
    };
    for (std::size_t i = 0; i < request.shocks.size(); ++i) {
        const Change& shock = request.shocks[i];
        const std::string path = "/shocks/" + std::to_string(i) + "/on";
        const auto missing = [&](const std::string& what) {
            problems.push_back({"missing-reference", path, "'" + shock.on + "' is no " + what + " of the book", ""});
        };
        if (shock.on.starts_with("/drivers/") && shock.on.find('/', 9) == std::string::npos) {
            const std::size_t at = std::strtoul(shock.on.c_str() + 9, nullptr, 10);
            if (at >= book.drivers.size()) missing("driver");
        } else if (shock.on.starts_with('/')) {
            if (term_at(book, shock.on) == nullptr) missing("term");
        } else if (!is(book.parameters, shock.on) && !is(book.inputs, shock.on) && !is(book.quantities, shock.on)) {
            missing("input, parameter or quantity");
        }
        const bool needs_input = shock.of_plan || shock.how == Laid::hold || shock.how == Laid::missing;
        if (needs_input && !is(book.inputs, shock.on)) missing("input");
    }
    if (!problems.empty()) throw BookError("the request does not fit the book", std::move(problems));
}

class Compiler {
public:
    Compiler(std::shared_ptr<const Book> book, const CompileRequest& request) : request_(request) {
        auto chosen = std::make_shared<Book>(*book);
        choose_readings(*chosen, request, plan_.clauses, written_);
        choose_alternatives(*chosen, request);
        check_names(*chosen, request);
        write_out_crossings(*chosen);
        plan_.book = chosen;
    }

    std::shared_ptr<const Plan> compile() {
        Lowering low(*plan_.book, request_);
        if (request_.every_reading) lower_every_reading(low);
        conceded_ = !plan_.book->concessions.empty() && !request_.amounts_only;
        clause_postings(low);
        other_postings(low);
        if (!request_.amounts_only) {
            positions(low);
            quantities(low);
            tracked(low);
            opening_cash(low);
            for (const Quantity& item : plan_.book->quantities) low.require_transitions(item);
            for (const Input& item : plan_.book->inputs) low.require_transitions(item);
        }
        plan_.superseded = low.superseded;
        plan_.warnings = low.warnings;
        plan_.requirements = std::move(low.requirements);
        plan_.graph = std::move(low.builder.graph);
        return std::make_shared<const Plan>(std::move(plan_));
    }

private:
    const CompileRequest& request_;
    Plan plan_;
    std::vector<Clause> written_;
    std::vector<std::unique_ptr<Clause>> readings_;
    bool conceded_ = false;

    [[nodiscard]] const Calendar& calendar() const { return plan_.book->calendar; }

    /// Whether a reading changes what a clause pays, and neither when nor between whom.
    static bool same_frame(const Clause& a, const Clause& b) {
        return a.every == b.every && a.subject == b.subject && a.from == b.from && a.to == b.to &&
               a.starts == b.starts && a.ends == b.ends;
    }
    /// All readings of clauses that have several, each with an input that says whether it holds.
    void lower_every_reading(Lowering& low) {
        std::map<std::size_t, std::vector<Variant>> variants;
        for (std::size_t c = 0; c < low.clauses.size(); ++c) {
            if (written_[c].readings.size() < 2) continue;
            for (const Reading& reading : written_[c].readings) {
                readings_.push_back(std::make_unique<Clause>(with_overrides(written_[c], reading.overrides)));
                if (!same_frame(*readings_.back(), *low.clauses[c].clause)) return;
                Variant variant{low.clauses[c], no_node};
                variant.place.clause = readings_.back().get();
                variants[c].push_back(variant);
            }
        }
        // Changes of a term stand in the clause itself, not in what its readings make of it.
        for (const Change& shock : request_.shocks)
            if (shock.on.starts_with("/contracts/") || shock.on.starts_with("/overlays/")) return;
        for (auto& [c, of_clause] : variants)
            for (std::size_t r = 0; r < of_clause.size(); ++r) {
                const std::string& name = written_[c].readings[r].name;
                const bool chosen = name == plan_.clauses[c].reading;
                of_clause[r].holds = low.builder.switched(written_[c].id + ":" + name, chosen);
                plan_.switches.push_back({written_[c].id, name, low.builder.graph.inputs.size() - 1});
            }
        low.variants = std::move(variants);
    }

    /// The same flows in the three worlds make postings with three amounts.
    void post(int clause, const std::string& owner, const std::string& contract, const std::string& title, Every every,
              int period, const std::vector<const std::vector<Flow>*>& flows, const std::string& payer = {}) {
        for (std::size_t i = 0; i < flows[0]->size(); ++i) {
            const Flow& flow = (*flows[0])[i];
            if (flow.from == flow.to) continue;
            Posting posting;
            posting.clause = clause;
            posting.contract = contract;
            posting.title = title;
            posting.owner = owner;
            posting.every = every;
            posting.period = period;
            posting.from = flow.from;
            posting.to = flow.to;
            posting.label = flow.label;
            posting.kind = flow.kind;
            posting.service_from = flow.service_from;
            posting.service_to = flow.service_to;
            posting.posting = flow.posting;
            posting.due = flow.due;
            posting.to_payer = !payer.empty() && flow.to == payer;
            posting.key =
                plan_.book->id + ":" + owner + ":" + flow.label + ":" + flow.from + ">" + flow.to + ":" +
                (calendar().start + flow.service_from).text() +
                (flow.service_from == flow.service_to ? ""
                                                      : "+" + std::to_string(flow.service_to - flow.service_from + 1));
            for (int w = 0; w < worlds; ++w) {
                posting.amount[w] = (*flows[static_cast<std::size_t>(w)])[i].amount.node;
                posting.trace[w] = (*flows[static_cast<std::size_t>(w)])[i].amount.trace;
            }
            plan_.postings.push_back(std::move(posting));
        }
    }

    void clause_postings(Lowering& low) {
        for (std::size_t c = 0; c < low.clauses.size(); ++c) {
            const Clause& clause = *low.clauses[c].clause;
            plan_.clauses[c].every = clause.every;  // an override may have changed it
            for (int p = 0; p < calendar().count(clause.every); ++p) {
                std::vector<const std::vector<Flow>*> flows;
                for (const World world : {World::practised, World::written_world, World::words})
                    flows.push_back(&low.clause_flows(c, conceded_ ? world : World::practised, p));
                post(static_cast<int>(c), clause.id, plan_.clauses[c].container,
                     clause.name.empty() ? clause.id : clause.name, clause.every, p, flows, low.clauses[c].payer);
            }
        }
    }

    void other_postings(Lowering& low) {
        const auto in_worlds = [&](auto get) {
            std::vector<const std::vector<Flow>*> flows;
            for (const World world : {World::practised, World::written_world, World::practised})
                flows.push_back(&get(conceded_ ? world : World::practised));
            return flows;
        };
        const Finances& finances = plan_.book->finances;
        for (std::size_t i = 0; i < finances.costs.size(); ++i)
            for (int month = 0; month < calendar().months; ++month)
                post(-1, finances.costs[i].id, "", finances.costs[i].name, Every::month, month,
                     in_worlds([&](World w) -> const std::vector<Flow>& { return low.cost_flows(i, w, month); }));
        for (std::size_t i = 0; i < finances.funding.size(); ++i)
            for (int p = 0; p < calendar().count(finances.funding[i].every); ++p)
                post(-1, finances.funding[i].id, "", finances.funding[i].name, finances.funding[i].every, p,
                     in_worlds([&](World w) -> const std::vector<Flow>& { return low.funding_flows(i, w, p); }));
    }

    void positions(Lowering& low) {
        for (const Party& party : plan_.book->parties)
            for (const Every every : request_.position_calendars)
                for (int p = 0; p < calendar().count(every); ++p)
                    for (const World world : {World::practised, World::written_world, World::words}) {
                        const Context asker{world, every, p, "", "party '" + party.id + "'"};
                        const Typed value = low.position(party.id, Lowering::Scope::everything,
                                                         conceded_ ? world : World::practised, every, p, asker);
                        plan_.positions.push_back({party.id, world, every, p, value.node, value.trace});
                    }
    }

    void opening_cash(Lowering& low) {
        for (const auto& [party, term] : plan_.book->finances.opening_cash) {
            const Context context{World::practised, Every::month, 0, "/finances/opening_cash/" + party,
                                  "opening cash of '" + party + "'"};
            plan_.opening_cash[party] = low.money_or_fail(low.term(term, context), context, "opening cash").node;
        }
    }

    void quantities(Lowering& low) {
        for (const Quantity& item : plan_.book->quantities)
            for (int p = 0; p < calendar().count(item.every); ++p) {
                const Typed value = low.quantity(item, World::practised, p);
                NamedValue named{
                    item.id,     item.name.empty() ? item.id : item.name,
                    item.every,  p,
                    value.node,  value.truth ? "condition" : value.category.empty() ? value.unit.text() : "category",
                    value.trace, value.category.empty() ? nullptr : &low.category(value.category).values};
                if (value.dimension.empty())
                    plan_.quantities.push_back(std::move(named));
                else if (!request_.simulate)
                    plan_.quantities_of_members.push_back({std::move(named), value.dimension});
            }
    }

    void tracked(Lowering& low) {
        for (std::size_t i = 0; i < request_.track.size(); ++i)
            for (int p = 0; p < calendar().count(request_.track_every); ++p) {
                Term term;
                term.value.text = request_.track[i];
                const Context context{World::practised, request_.track_every, p, "/track/" + std::to_string(i),
                                      "tracked formula"};
                const Typed value = low.term(term, context);
                if (!value.dimension.empty())
                    low.fail("dimension", context, "a tracked formula must be reduced to one value");
                plan_.tracked.push_back({request_.track[i], calendar().label(request_.track_every, p),
                                         request_.track_every, p, value.node});
            }
    }
};

}  // namespace

std::shared_ptr<const Plan> compile(std::shared_ptr<const Book> book, const CompileRequest& request) {
    return Compiler(std::move(book), request).compile();
}

}  // namespace openbook::engine
