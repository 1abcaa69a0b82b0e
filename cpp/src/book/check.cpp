#include "book/check.hpp"

#include <algorithm>
#include <set>

#include "book/crossing.hpp"
#include "book/json_reader.hpp"
#include "engine/exact.hpp"
#include "formula/expression.hpp"
#include "openbook/json.hpp"
#include "scenarios/check.hpp"

namespace openbook {
namespace {

/// Calls `visit(record, field, place, path of the record)` for every field of every record below an object. Paths of
/// fields are put together only where something stands or something is wrong: most fields of most records are at their
/// defaults.
template <class Visit>
void walk(const Record& record, void* object, const std::string& path, const Visit& visit);

template <class Visit>
void walk_value(const Type& type, void* place, const std::string& path, const Visit& visit) {
    switch (type.kind) {
        case Kind::record: walk(type.record(), place, path, visit); return;
        case Kind::term:
            if (!static_cast<Term*>(place)->steps.empty()) walk(type.record(), place, path, visit);
            return;
        case Kind::list:
            for (std::size_t i = 0; i < type.size(place); ++i)
                walk_value(*type.element, type.at(place, i), path + "/" + std::to_string(i), visit);
            return;
        case Kind::map:
            each_entry(type, place, [&](const std::string& key, void* value) {
                walk_value(*type.element, value, path + "/" + pointer_part(key), visit);
            });
            return;
        case Kind::optional:
            if (type.size(place)) walk_value(*type.element, type.at(place, 0), path, visit);
            return;
        default: return;
    }
}

/// Whether something may stand below a value that has a path of its own.
bool holds_something(const Type& type, const void* place) {
    if (type.kind == Kind::term) return !static_cast<const Term*>(place)->steps.empty();
    if (type.kind == Kind::list || type.kind == Kind::map || type.kind == Kind::optional) return type.size(place) > 0;
    return type.kind == Kind::record;
}

template <class Visit>
void walk(const Record& record, void* object, const std::string& path, const Visit& visit) {
    for (const Field& field : record.fields) {
        void* place = field.at(object);
        if (field.flattened) {
            walk(field.type->alternatives[field.type->size(place)](), field.type->at(place, 0), path, visit);
            continue;
        }
        visit(record, field, place, path);
        if (holds_something(*field.type, place)) walk_value(*field.type, place, path + "/" + field.name, visit);
    }
}

class Checker {
public:
    Checker(const Book& book, std::vector<Problem>& problems) : book_(book), problems_(problems) {}

    void run() {
        collect();
        // The descriptors reach members through plain pointers; nothing is changed.
        walk(Book::record(), const_cast<Book*>(&book_), "",
             [&](const Record& record, const Field& field, void* place, const std::string& path) {
                 references(field, place, path);
                 if (&record == &Term::record() && field.name == "steps")
                     steps(*static_cast<std::vector<Step>*>(place), path + "/steps");
             });
        for (std::size_t c = 0; c < book_.contracts.size(); ++c) {
            const std::string path = "/contracts/" + std::to_string(c);
            dates(book_.contracts[c].starts, book_.contracts[c].ends, path);
            for (std::size_t k = 0; k < book_.contracts[c].clauses.size(); ++k)
                clause(book_.contracts[c].clauses[k], path + "/clauses/" + std::to_string(k));
        }
        for (std::size_t o = 0; o < book_.overlays.size(); ++o) {
            const std::string path = "/overlays/" + std::to_string(o);
            dates(book_.overlays[o].starts, book_.overlays[o].ends, path);
            for (std::size_t k = 0; k < book_.overlays[o].clauses.size(); ++k)
                clause(book_.overlays[o].clauses[k], path + "/clauses/" + std::to_string(k));
        }
        for (std::size_t i = 0; i < book_.concessions.size(); ++i)
            concession(book_.concessions[i], "/concessions/" + std::to_string(i));
        for (std::size_t i = 0; i < book_.frameworks.size(); ++i)
            framework(book_.frameworks[i], "/frameworks/" + std::to_string(i));
        for (std::size_t i = 0; i < book_.finances.costs.size(); ++i)
            dates(book_.finances.costs[i].starts, book_.finances.costs[i].ends, "/finances/costs/" + std::to_string(i));
        for (std::size_t i = 0; i < book_.scenarios.size(); ++i)
            for (std::size_t k = 0; k < book_.scenarios[i].shocks.size(); ++k)
                shock(book_.scenarios[i].shocks[k], "/scenarios/" + std::to_string(i) + "/shocks/" + std::to_string(k));
        scenarios::check_drivers(book_, [&](const std::string& code, const std::string& path,
                                            const std::string& message) { report(code, path, message); });
        bearings();
        members();
        check_crossings(book_, [&](const std::string& code, const std::string& path, const std::string& message) {
            report(code, path, message);
        });
    }

private:
    const Book& book_;
    std::vector<Problem>& problems_;
    std::map<std::string, std::vector<std::string>> names_;
    std::map<std::string, std::string> owner_, kinds_;

    void report(const std::string& code, const std::string& path, const std::string& message) {
        if (problems_.size() < most_problems) problems_.push_back({code, path, message, ""});
    }

    void name(const std::string& kind, const std::string& id, const std::string& path) {
        names_[kind].push_back(id);
        kinds_.try_emplace(id, kind);
        const auto [place, fresh] = owner_.try_emplace(id, path);
        if (!fresh)
            report("duplicate-id", path + "/id",
                   "the id \"" + id + "\" is taken by " + place->second + "; every id of a book is its own");
    }
    template <class List>
    void name_all(const std::string& kind, const List& list, const std::string& path) {
        for (std::size_t i = 0; i < list.size(); ++i) name(kind, list[i].id, path + "/" + std::to_string(i));
    }
    void collect() {
        name_all("party", book_.parties, "/parties");
        name_all("service", book_.services, "/services");
        name_all("dimension", book_.dimensions, "/dimensions");
        name_all("category", book_.categories, "/categories");
        name_all("definition", book_.definitions, "/definitions");
        name_all("input", book_.inputs, "/inputs");
        name_all("parameter", book_.parameters, "/parameters");
        name_all("curve", book_.curves, "/curves");
        name_all("table", book_.tables, "/tables");
        name_all("quantity", book_.quantities, "/quantities");
        name_all("framework", book_.frameworks, "/frameworks");
        for (std::size_t i = 0; i < book_.frameworks.size(); ++i)
            name_all("measure", book_.frameworks[i].measures, "/frameworks/" + std::to_string(i) + "/measures");
        name_all("contract", book_.contracts, "/contracts");
        for (std::size_t i = 0; i < book_.contracts.size(); ++i)
            name_all("clause", book_.contracts[i].clauses, "/contracts/" + std::to_string(i) + "/clauses");
        name_all("overlay", book_.overlays, "/overlays");
        for (std::size_t i = 0; i < book_.overlays.size(); ++i)
            name_all("clause", book_.overlays[i].clauses, "/overlays/" + std::to_string(i) + "/clauses");
        name_all("concession", book_.concessions, "/concessions");
        name_all("cost", book_.finances.costs, "/finances/costs");
        name_all("funding", book_.finances.funding, "/finances/funding");
        name_all("recorded_series", book_.recorded_series, "/recorded_series");
        name_all("resampling", book_.resamplings, "/resamplings");
        name_all("regime_chain", book_.regime_chains, "/regime_chains");
        name_all("hazard", book_.hazards, "/hazards");
        name_all("driver", book_.drivers, "/drivers");
        name_all("correlation", book_.correlations, "/correlations");
        name_all("scenario", book_.scenarios, "/scenarios");
    }

    void refer(const std::string& kinds, const std::string& id, const std::string& path) {
        if (id.empty()) return;
        const auto kind = kinds_.find(id);
        const std::string padded = " or " + kinds + " or ";
        if (kind != kinds_.end() && padded.find(" or " + kind->second + " or ") != std::string::npos) return;
        std::vector<std::string> known;
        for (const auto& [name, list] : names_)
            if (padded.find(" or " + name + " or ") != std::string::npos)
                known.insert(known.end(), list.begin(), list.end());
        const std::string nearest = nearest_name(id, known);
        report("missing-reference", path,
               "\"" + id + "\" is no " + kinds + " of the book" +
                   (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
    }
    void references(const Field& field, void* place, const std::string& record_path) {
        if (field.refers_to.empty()) return;
        const Type& type = *field.type;
        const std::string path = record_path + "/" + field.name;
        if (type.kind == Kind::text) refer(field.refers_to, *static_cast<std::string*>(place), path);
        if (type.kind == Kind::list)
            for (std::size_t i = 0; i < type.size(place); ++i)
                refer(field.refers_to, *static_cast<std::string*>(type.at(place, i)), path + "/" + std::to_string(i));
        if (type.kind == Kind::map)
            each_entry(type, place, [&](const std::string& key, void*) {
                refer(field.refers_to, key, path + "/" + pointer_part(key));
            });
    }

    void steps(const std::vector<Step>& list, const std::string& path) {
        for (std::size_t i = 1; i < list.size(); ++i)
            if (list[i].from <= list[i - 1].from)
                report("not-in-order", path + "/" + std::to_string(i) + "/from",
                       "the step from " + list[i].from.text() + " follows the step from " + list[i - 1].from.text() +
                           "; steps must not overlap and stand in ascending order");
    }
    void dates(const std::optional<Month>& starts, const std::optional<Month>& ends, const std::string& path) {
        if (starts && ends && *ends < *starts)
            report("not-in-order", path + "/ends",
                   "it ends in " + ends->text() + ", before it starts in " + starts->text());
    }

    static std::optional<engine::Exact> literal(const Term& term) {
        if (!term.steps.empty() || term.value.empty()) return std::nullopt;
        const auto expression = formula::parse_in_book(term.value.text);
        if (expression->form != formula::Form::number) return std::nullopt;
        return expression->value;
    }
    static bool negative_literal(const std::string& text) {
        if (!text.starts_with('-')) return false;
        const auto expression = formula::parse_in_book(text.substr(1));
        return expression->form == formula::Form::number && expression->value > 0;
    }
    template <class List, class Get>
    void weights(const List& list, const std::string& path, const Get& get) {
        engine::Exact sum = 0;
        bool all = !list.empty();
        for (std::size_t i = 0; i < list.size(); ++i) {
            const auto value = literal(get(list[i]));
            if (!value) {
                // A sign before a literal makes it an operation, and a negative weight must still be refused.
                if (negative_literal(get(list[i]).value.text))
                    report("negative", path + "/" + std::to_string(i) + "/weight",
                           "got " + get(list[i]).value.text + "; a weight must not be negative");
                all = false;
                continue;
            }
            sum += *value;
        }
        if (all && sum == 0) report("weights", path, "the weights sum to 0; at least one must be above 0");
    }

    void clause(const Clause& item, const std::string& path) {
        dates(item.starts, item.ends, path);
        std::set<std::string> seen;
        for (std::size_t i = 0; i < item.readings.size(); ++i) {
            if (!seen.insert(item.readings[i].name).second)
                report("duplicate-id", path + "/readings/" + std::to_string(i) + "/name",
                       "two readings are called \"" + item.readings[i].name + "\"");
            try {
                const std::string inside = path + "/readings/" + std::to_string(i) + "/overrides";
                std::vector<Reader::Foreign> foreign;
                Clause changed = overridden(item, item.readings[i].overrides, foreign);
                for (Reader::Foreign& formula : foreign)
                    formula.path = path + "/readings/" + std::to_string(i) + formula.path;
                check_calls(book_, foreign, problems_);
                walk(Clause::record(), &changed, inside,
                     [&](const Record&, const Field& field, void* place, const std::string& at) {
                         const std::string below = (at + "/" + field.name).substr(inside.size() + 1);
                         if (item.readings[i].overrides.contains(below.substr(0, below.find('/'))))
                             references(field, place, at);
                     });
            } catch (const BookError& error) {
                for (const Problem& problem : error.problems())
                    report(problem.code, path + "/readings/" + std::to_string(i) + problem.path, problem.message);
            }
        }
        for (const auto& [field, chosen] :
             {std::pair{"reading", item.reading}, std::pair{"provisional", item.provisional}}) {
            const std::string given = chosen;
            if (given.empty() || seen.contains(given)) continue;
            std::string known;
            for (const std::string& reading : seen) known += (known.empty() ? "" : ", ") + reading;
            report("unknown-choice", path + "/" + field,
                   "\"" + given + "\" is no reading of this clause; expected one of: " +
                       (known.empty() ? "(it has none)" : known));
        }
        const auto weight_of = [](const auto& part) -> const Term& { return part.weight; };
        std::visit(
            [&](const auto& terms) {
                if constexpr (requires { terms.shares; }) weights(terms.shares, path + "/shares", weight_of);
                if constexpr (requires { terms.members; }) weights(terms.members, path + "/members", weight_of);
                if constexpr (requires { terms.givers; }) weights(terms.givers, path + "/givers", weight_of);
                if constexpr (requires { terms.contributions; })
                    for (const auto& [list, field] :
                         {std::pair{&terms.contributions, "/contributions"},
                          std::pair{&terms.underspend, "/underspend"}, std::pair{&terms.overspend, "/overspend"}})
                        weights(*list, path + field, weight_of);
                if constexpr (requires { terms.tranches; })
                    for (std::size_t i = 0; i < terms.tranches.size(); ++i)
                        weights(terms.tranches[i].to, path + "/tranches/" + std::to_string(i) + "/to", weight_of);
            },
            item.terms);
    }

    /// What a shock acts on is an id, a member as "id[member]", or the name or path of a term; only an id is checked
    /// here.
    void shock(const Shock& item, const std::string& path) {
        dates(item.starts, item.ends, path);
        const std::string id = item.on.substr(0, item.on.find('['));
        const bool named = id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
        if (item.on.empty() && !item.select)
            report("missing-key", path + "/on", "a shock says what it acts on by \"on\" or by \"select\"");
        else if (named && !id.empty() && !kinds_.contains(id))
            refer(
                "input or parameter or quantity or driver or cost or measure or clause or contract or overlay or party",
                id, path + "/on");
    }

    void concession(const Concession& item, const std::string& path) {
        dates(item.starts, item.ends, path);
        const bool parameter =
            std::find(names_["parameter"].begin(), names_["parameter"].end(), item.on) != names_["parameter"].end();
        if (item.concession == ConcessionKind::recalibrate) {
            if (!parameter)
                report("missing-reference", path + "/on",
                       "\"" + item.on + "\" is no parameter; what is recalibrated must be one");
            if (item.amount.empty())
                report("missing-key", path + "/amount", "\"amount\" is missing: the recalibrated value");
        } else if (parameter) {
            report("missing-reference", path + "/on",
                   "\"" + item.on + "\" is a parameter; a clause is waived or credited");
        }
        // What has no effect is a misunderstanding.
        static const Concession usual;
        const std::string kind = choice_names<ConcessionKind>()[static_cast<std::size_t>(item.concession)];
        const auto of_no_use = [&](const char* field, const std::string& why) {
            report("unknown-key", path + "/" + field, "\"" + std::string(field) + "\" has no effect here: " + why);
        };
        if (item.concession != ConcessionKind::waive) {
            if (!item.limit.empty()) of_no_use("limit", "it is the most that is waived, and this is to " + kind);
            if (item.fraction != usual.fraction)
                of_no_use("fraction", "it is the fraction that is waived, and this is to " + kind);
            if (!item.part.empty()) of_no_use("part", "entries are waived, and this is to " + kind);
        } else if (!item.amount.empty()) {
            of_no_use("amount",
                      "it is what is credited or recalibrated; what is waived has \"fraction\" and \"limit\"");
        }
    }

    void framework(const Framework& item, const std::string& path) {
        engine::Exact sum = 0;
        for (const Measure& measure : item.measures) {
            const auto value = literal(measure.weight);
            if (!value) return;
            sum += *value;
        }
        if (!item.measures.empty() && sum != 1)
            report("weights", path + "/measures",
                   "the weights of framework \"" + item.id + "\" sum to " + engine::to_text(sum) + "; expected 1");
    }

    void bearings() {
        std::vector<std::string> known = names_["clause"];
        for (const Field& field : Clause::record().fields)
            for (const auto& family : field.type->alternatives) known.push_back(family().name);
        for (std::size_t i = 0; i < book_.parties.size(); ++i)
            for (std::size_t k = 0; k < book_.parties[i].bears.size(); ++k) {
                const std::string& mechanism = book_.parties[i].bears[k].mechanism;
                if (std::find(known.begin(), known.end(), mechanism) != known.end()) continue;
                const std::string nearest = nearest_name(mechanism, known);
                report("missing-reference",
                       "/parties/" + std::to_string(i) + "/bears/" + std::to_string(k) + "/mechanism",
                       "\"" + mechanism + "\" is no clause of the book and no clause family" +
                           (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
            }
    }
    void parents(std::size_t i, const std::map<std::string, std::set<std::string>>& of) {
        const Dimension& dimension = book_.dimensions[i];
        for (const auto& [parent, member_of] : dimension.parents) {
            const std::string path = "/dimensions/" + std::to_string(i) + "/parents/" + pointer_part(parent);
            const auto found = of.find(parent);
            if (found == of.end()) {
                report("missing-reference", path, "\"" + parent + "\" is no dimension of the book with members");
                continue;
            }
            for (const std::string& member : dimension.members)
                if (!member_of.contains(member))
                    report("missing-member", path, "the member \"" + member + "\" has no member of \"" + parent + "\"");
            for (const auto& [member, above] : member_of) {
                if (!of.at(dimension.id).contains(member))
                    report("missing-reference", path + "/" + pointer_part(member),
                           "\"" + member + "\" is no member of dimension \"" + dimension.id + "\"");
                if (!found->second.contains(above)) {
                    const std::string nearest = nearest_name(above, {found->second.begin(), found->second.end()});
                    report("missing-reference", path + "/" + pointer_part(member),
                           "\"" + above + "\" is no member of dimension \"" + parent + "\"" +
                               (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
                }
            }
        }
    }
    bool parents_in_circles() {
        bool circle = false;
        std::map<std::string, const Dimension*> by_id;
        for (const Dimension& dimension : book_.dimensions) by_id[dimension.id] = &dimension;
        for (std::size_t i = 0; i < book_.dimensions.size(); ++i) {
            std::vector<std::string> above{book_.dimensions[i].id};
            std::set<std::string> seen;
            while (!above.empty()) {
                const auto found = by_id.find(above.back());
                above.pop_back();
                if (found == by_id.end()) continue;
                for (const auto& [parent, unused] : found->second->parents) {
                    if (parent == book_.dimensions[i].id) {
                        report("cycle", "/dimensions/" + std::to_string(i) + "/parents",
                               "dimension \"" + parent + "\" is a parent of itself");
                        circle = true;
                        above.clear();
                        break;
                    }
                    if (seen.insert(parent).second) above.push_back(parent);
                }
            }
        }
        return circle;
    }
    /// Where several ways lead to one dimension, they lead to the same member.
    void parents_agree() {
        std::map<std::string, const Dimension*> by_id;
        for (const Dimension& dimension : book_.dimensions) by_id[dimension.id] = &dimension;
        for (std::size_t i = 0; i < book_.dimensions.size(); ++i)
            for (const std::string& member : book_.dimensions[i].members) {
                std::map<std::string, std::string> found;
                std::vector<std::pair<std::string, std::string>> way{{book_.dimensions[i].id, member}};
                while (!way.empty()) {
                    const auto [dimension, at] = way.back();
                    way.pop_back();
                    if (!by_id.contains(dimension)) continue;
                    for (const auto& [parent, member_of] : by_id.at(dimension)->parents) {
                        const auto above = member_of.find(at);
                        if (above == member_of.end()) continue;
                        const auto [place, fresh] = found.try_emplace(parent, above->second);
                        if (!fresh && place->second != above->second) {
                            report("ambiguous-parent", "/dimensions/" + std::to_string(i) + "/parents",
                                   "\"" + member + "\" belongs to both \"" + place->second + "\" and \"" +
                                       above->second + "\" of dimension \"" + parent + "\"");
                            return;
                        }
                        way.emplace_back(parent, above->second);
                    }
                }
            }
    }
    void members() {
        std::map<std::string, std::set<std::string>> of;
        for (std::size_t i = 0; i < book_.dimensions.size(); ++i) {
            if (book_.dimensions[i].members.empty())
                report("missing-key", "/dimensions/" + std::to_string(i) + "/members",
                       "a dimension has at least one member");
            for (std::size_t k = 0; k < book_.dimensions[i].members.size(); ++k)
                if (!of[book_.dimensions[i].id].insert(book_.dimensions[i].members[k]).second)
                    report("duplicate-id", "/dimensions/" + std::to_string(i) + "/members/" + std::to_string(k),
                           "the member \"" + book_.dimensions[i].members[k] + "\" stands twice in the dimension");
        }
        for (std::size_t i = 0; i < book_.dimensions.size(); ++i) parents(i, of);
        if (!parents_in_circles()) parents_agree();
        for (std::size_t i = 0; i < book_.parameters.size(); ++i) {
            const Parameter& parameter = book_.parameters[i];
            const std::string path = "/parameters/" + std::to_string(i) + "/members";
            if (parameter.dimension.empty() && !parameter.members.empty())
                report("missing-key", "/parameters/" + std::to_string(i) + "/dimension",
                       "\"dimension\" is missing: \"members\" gives a value for each of its members");
            const auto dimension = of.find(parameter.dimension);
            if (dimension == of.end()) continue;
            for (const auto& [member, value] : parameter.members) {
                if (dimension->second.contains(member)) continue;
                const std::string nearest = nearest_name(member, {dimension->second.begin(), dimension->second.end()});
                report("missing-reference", path + "/" + pointer_part(member),
                       "\"" + member + "\" is no member of dimension \"" + parameter.dimension + "\"" +
                           (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
            }
        }
    }
};

}  // namespace

void check_book(const Book& book, std::vector<Problem>& problems) {
    Checker(book, problems).run();
    check_language(book, problems);
}

std::string contract_words(const Book& book, const std::string& path) {
    const auto index_after = [&](const std::string& prefix) -> std::optional<std::size_t> {
        const auto at = path.find(prefix);
        if (at == std::string::npos) return std::nullopt;
        std::size_t value = 0, i = at + prefix.size();
        if (i >= path.size() || path[i] < '0' || path[i] > '9') return std::nullopt;
        for (; i < path.size() && path[i] >= '0' && path[i] <= '9' && value < 1'000'000; ++i)
            value = value * 10 + static_cast<std::size_t>(path[i] - '0');
        return value;
    };
    const auto words = [&](const auto& containers, std::size_t index) -> std::string {
        if (index >= containers.size()) return {};
        const auto& container = containers[index];
        std::string result = container.name.empty() ? container.id : container.name;
        const auto k = index_after("/clauses/");
        if (!k || *k >= container.clauses.size()) return result;
        const Clause& clause = container.clauses[*k];
        const std::string name = !clause.ref.empty() ? clause.ref : !clause.name.empty() ? clause.name : clause.id;
        result += ", clause " + (name.empty() ? std::to_string(*k + 1) : name);
        if (const auto band = index_after("/bands/")) result += ", band " + std::to_string(*band + 1);
        return result;
    };
    if (path.starts_with("/contracts/")) return words(book.contracts, *index_after("/contracts/"));
    if (path.starts_with("/overlays/")) return words(book.overlays, *index_after("/overlays/"));
    return {};
}

}  // namespace openbook
