#include "scenarios/check.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "book/json_reader.hpp"
#include "engine/exact.hpp"
#include "formula/expression.hpp"
#include "scenarios/distribution.hpp"

namespace openbook::scenarios {
namespace {

/// The number that a formula is, where it is no more than that.
std::optional<engine::Exact> literal(const Formula& formula) {
    if (formula.empty()) return std::nullopt;
    // A sign before a literal makes it an operation.
    const bool negative = formula.text.starts_with('-');
    const auto expression = formula::parse(formula.text.substr(negative ? 1 : 0));
    if (expression->form != formula::Form::number) return std::nullopt;
    return negative ? engine::Exact(-expression->value) : expression->value;
}
std::optional<engine::Exact> literal(const Term& term) {
    return term.steps.empty() ? literal(term.value) : std::nullopt;
}

std::string numbered(const std::string& path, std::size_t i) {
    return path + "/" + std::to_string(i);
}

class Checker {
public:
    Checker(const Book& book, const Report& report) : book_(book), report_(report) {}

    void run() {
        for (std::size_t i = 0; i < book_.recorded_series.size(); ++i)
            if (book_.recorded_series[i].values.empty())
                report_("wrong-size", numbered("/recorded_series", i) + "/values", "the series has no value");
        for (std::size_t i = 0; i < book_.resamplings.size(); ++i)
            resampling(book_.resamplings[i], numbered("/resamplings", i));
        for (std::size_t i = 0; i < book_.regime_chains.size(); ++i)
            chain(book_.regime_chains[i], numbered("/regime_chains", i));
        for (std::size_t i = 0; i < book_.hazards.size(); ++i) hazard(book_.hazards[i], numbered("/hazards", i));
        for (std::size_t i = 0; i < book_.drivers.size(); ++i) driver(book_.drivers[i], numbered("/drivers", i));
        for (std::size_t i = 0; i < book_.correlations.size(); ++i)
            correlation(book_.correlations[i], numbered("/correlations", i));
    }

private:
    const Book& book_;
    const Report& report_;
    std::map<std::string, std::string> of_, stream_, group_;

    template <class List>
    static auto find(const List& list, const std::string& id) {
        const auto found = std::find_if(list.begin(), list.end(), [&](const auto& item) { return item.id == id; });
        return found == list.end() ? nullptr : &*found;
    }

    void own_stream(const std::string& kind, const std::string& id, const std::string& given, const std::string& path) {
        const std::string& name = given.empty() ? id : given;
        if (!stream_.try_emplace(name, kind + " \"" + id + "\"").second)
            report_("duplicate-id", path + "/stream",
                    "the stream \"" + name + "\" is used by " + stream_[name] + " already; each " + kind +
                        " needs its own");
        if (name.find('#') != std::string::npos)
            report_("malformed", path + "/stream",
                    "got \"" + name + "\"; the sign # tells the streams of one driver apart and may not stand in it");
    }
    void ordered(const Month& first, const Month& last, const std::string& path) {
        if (last < first)
            report_("not-in-order", path + "/ends",
                    "it ends in " + last.text() + ", before it starts in " + first.text());
    }
    void distribution(const Distribution& item, const std::string& path) {
        for (const auto& [field, message] : faults(item))
            report_(message.find("is missing") != std::string::npos ? "missing-key" : "unknown-key", path + "/" + field,
                    message);
    }
    void probability(const Term& term, const std::string& path) {
        const auto value = literal(term);
        if (value && (*value < 0 || *value > 1))
            report_("probability", path, "got " + term.value.text + "; a probability is 0 to 1");
    }

    void resampling(const Resampling& item, const std::string& path) {
        own_stream("resampling", item.id, item.stream, path);
        ordered(item.starts, item.ends, path);
        const int window = item.ends - item.starts + 1;
        if (window >= 1 && item.block_length > window)
            report_("out-of-range", path + "/block_length",
                    "got " + std::to_string(item.block_length) + " months, but only the " + std::to_string(window) +
                        " from " + item.starts.text() + " to " + item.ends.text() + " may be drawn");
    }

    void chain(const RegimeChain& item, const std::string& path) {
        own_stream("regime chain", item.id, item.stream, path);
        if (item.regimes.size() < 2) report_("wrong-size", path + "/regimes", "a chain needs two regimes or more");
        std::vector<std::string> names;
        std::vector<const Term*> begins;
        for (std::size_t i = 0; i < item.regimes.size(); ++i) {
            const Regime& regime = item.regimes[i];
            if (std::find(names.begin(), names.end(), regime.name) != names.end())
                report_("duplicate-id", numbered(path + "/regimes", i) + "/name",
                        "two regimes are called \"" + regime.name + "\"");
            names.push_back(regime.name);
            if (!regime.initial.empty()) begins.push_back(&regime.initial);
            probability(regime.initial, numbered(path + "/regimes", i) + "/initial");
        }
        if (!begins.empty()) sum(begins, path + "/regimes", "the initial probabilities");
        for (std::size_t i = 0; i < item.regimes.size(); ++i) {
            const std::string at = numbered(path + "/regimes", i) + "/next";
            std::vector<const Term*> row;
            for (const auto& [to, term] : item.regimes[i].next) {
                row.push_back(&term);
                probability(term, at + "/" + pointer_part(to));
                if (std::find(names.begin(), names.end(), to) == names.end())
                    unknown(to, names, "regime of this chain", at + "/" + pointer_part(to));
            }
            sum(row, at, "the probabilities after \"" + item.regimes[i].name + "\"");
        }
    }
    void sum(const std::vector<const Term*>& terms, const std::string& path, const std::string& what) {
        engine::Exact total = 0;
        for (const Term* term : terms) {
            const auto value = literal(*term);
            if (!value) return;  // known when the book is compiled, and checked then
            total += *value;
        }
        if (std::abs(engine::to_double(total) - 1) > 1e-9)
            report_("probability", path, what + " sum to " + engine::to_text(total) + "; expected 1");
    }
    void unknown(const std::string& name, const std::vector<std::string>& names, const std::string& what,
                 const std::string& path) {
        const std::string nearest = nearest_name(name, names);
        report_("missing-reference", path,
                "\"" + name + "\" is no " + what + (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
    }

    void hazard(const Hazard& item, const std::string& path) {
        own_stream("hazard", item.id, item.stream, path);
        if (item.starts && item.ends) ordered(*item.starts, *item.ends, path);
        const auto rate = literal(item.rate);
        if (item.arrivals == Arrivals::bernoulli) probability(item.rate, path + "/rate");
        if (item.arrivals == Arrivals::poisson && rate && (*rate < 0 || *rate > 50))
            report_("out-of-range", path + "/rate",
                    "got " + item.rate.value.text + " arrivals in a period; expected 0 to 50");
    }

    void driver(const Driver& item, const std::string& path) {
        own_stream("driver", item.id, item.stream, path);
        const bool first = of_.try_emplace(item.of, item.id).second;
        if (!first && item.effect == Effect::value)
            report_("duplicate-id", path + "/of",
                    "the input \"" + item.of + "\" has a driver already: \"" + of_[item.of] +
                        "\"; another one must be a factor or an addition, or it would undo the first");
        std::visit([&](const auto& d) { kind(d, item, path); }, item.distribution);
    }
    template <class D>
    void kind(const D&, const Driver&, const std::string&) {}
    void kind(const RegimeSwitching& d, const Driver&, const std::string& path) {
        for (const auto& [name, spread] : d.regimes) distribution(spread, path + "/regimes/" + pointer_part(name));
        const RegimeChain* chain = find(book_.regime_chains, d.chain);
        if (!chain) return;
        std::vector<std::string> names;
        for (const Regime& regime : chain->regimes) {
            names.push_back(regime.name);
            if (!d.regimes.contains(regime.name))
                report_("missing-key", path + "/regimes",
                        "no distribution is given for the regime \"" + regime.name + "\" of \"" + chain->id + "\"");
        }
        for (const auto& [name, spread] : d.regimes)
            if (std::find(names.begin(), names.end(), name) == names.end())
                unknown(name, names, "regime of \"" + chain->id + "\"", path + "/regimes/" + pointer_part(name));
    }
    void kind(const JumpEvents& d, const Driver&, const std::string& path) {
        if (d.severity) distribution(*d.severity, path + "/severity");
    }
    void kind(const Seasonal& d, const Driver&, const std::string& path) {
        twelve(d.months.size(), path);
        if (d.amplitude) distribution(*d.amplitude, path + "/amplitude");
    }
    void kind(const CalendarMonth& d, const Driver&, const std::string& path) {
        twelve(d.months.size(), path);
        for (std::size_t i = 0; i < d.months.size(); ++i) distribution(d.months[i], numbered(path + "/months", i));
    }
    void kind(const Bootstrap& d, const Driver&, const std::string& path) {
        const Resampling* resampling = find(book_.resamplings, d.resampling);
        const RecordedSeries* series = find(book_.recorded_series, d.series);
        if (!resampling || !series) return;
        const Month last = series->starts + (static_cast<int>(series->values.size()) - 1);
        if (resampling->starts < series->starts || last < resampling->ends)
            report_("out-of-range", path + "/series",
                    "\"" + series->id + "\" has " + series->starts.text() + " to " + last.text() + " but \"" +
                        resampling->id + "\" draws from " + resampling->starts.text() + " to " +
                        resampling->ends.text());
    }
    void twelve(std::size_t count, const std::string& path) {
        if (count != 12)
            report_("wrong-size", path + "/months",
                    "got " + std::to_string(count) + "; expected twelve, January first");
    }

    /// Whether a member is new every month, quarter, ...: of its input, or of its hazard.
    const Every* calendar_of(const std::string& id) {
        if (const Hazard* hazard = find(book_.hazards, id)) return &hazard->every;
        const Driver* driver = find(book_.drivers, id);
        if (!driver) return nullptr;
        if (const auto* jump = std::get_if<JumpEvents>(&driver->distribution)) {
            const Hazard* hazard = find(book_.hazards, jump->hazard);
            return hazard ? &hazard->every : nullptr;
        }
        const Input* input = find(book_.inputs, driver->of);
        return input ? &input->every : nullptr;
    }
    /// Sums of months that are extreme together are no t distribution.
    void several_calendars(const Correlation& item, const std::string& path) {
        if (!item.degrees_of_freedom) return;
        const Every* first = nullptr;
        for (std::size_t i = 0; i < item.drivers.size(); ++i) {
            const Every* own = calendar_of(item.drivers[i]);
            if (own && !first) first = own;
            if (own && *own != *first)
                return report_("correlation", numbered(path + "/drivers", i),
                               "\"" + item.drivers[i] + "\" is drawn by " +
                                   choice_names<Every>()[static_cast<std::size_t>(*own)] + " and \"" + item.drivers[0] +
                                   "\" by " + choice_names<Every>()[static_cast<std::size_t>(*first)] +
                                   "; a t copula takes members of one calendar");
        }
    }

    void correlation(const Correlation& item, const std::string& path) {
        const std::size_t n = item.drivers.size();
        if (item.degrees_of_freedom) own_stream("correlation", item.id, item.stream, path);
        if (std::set<std::string>(item.drivers.begin(), item.drivers.end()).size() != n)
            report_("duplicate-id", path + "/drivers", "a driver stands twice in the group");
        for (std::size_t i = 0; i < n; ++i) {
            if (!group_.try_emplace(item.drivers[i], item.id).second && group_[item.drivers[i]] != item.id)
                report_(
                    "duplicate-id", path + "/drivers",
                    "the driver \"" + item.drivers[i] + "\" is in group \"" + group_[item.drivers[i]] + "\" already");
            const Driver* driver = find(book_.drivers, item.drivers[i]);
            if (driver && std::holds_alternative<Bootstrap>(driver->distribution))
                report_("correlation", numbered(path + "/drivers", i),
                        "\"" + driver->id +
                            "\" draws recorded months; drivers that share a resampling move together already");
        }
        several_calendars(item, path);
        if (item.matrix.size() != n)
            return report_(
                "wrong-size", path + "/matrix",
                "the matrix has " + std::to_string(item.matrix.size()) + " rows for " + std::to_string(n) + " drivers");
        for (std::size_t i = 0; i < n; ++i)
            if (item.matrix[i].size() != n)
                return report_("wrong-size", numbered(path + "/matrix", i),
                               "the row has " + std::to_string(item.matrix[i].size()) + " values for " +
                                   std::to_string(n) + " drivers");
    }
};

}  // namespace

void check_drivers(const Book& book, const Report& report) {
    Checker(book, report).run();
}

}  // namespace openbook::scenarios
