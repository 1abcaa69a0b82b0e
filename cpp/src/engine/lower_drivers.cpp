// What each kind of driver makes of an input in one period, and how that is told.
#include <cmath>

#include "engine/marginal_lowering.hpp"
#include "scenarios/distribution.hpp"
#include "scenarios/marginal.hpp"

namespace openbook::engine {
namespace {

const std::string& called(const std::string& name, const std::string& id) {
    return name.empty() ? id : name;
}

/// Kinds that are told in an explanation: the others are one draw, which the input's own figure shows.
template <class D>
constexpr bool is_told = std::is_same_v<D, RegimeSwitching> || std::is_same_v<D, JumpEvents> ||
                         std::is_same_v<D, Seasonal> || std::is_same_v<D, RandomWalk> || std::is_same_v<D, Bootstrap>;

bool told(const Driver& driver) {
    return std::visit([](const auto& d) { return is_told<std::decay_t<decltype(d)>>; }, driver.distribution);
}

}  // namespace

TracePtr part(const std::string& kind, const std::string& label, NodeId node, std::vector<std::string> words,
              const std::string& source, bool illustrative) {
    auto trace = std::make_shared<Trace>();
    trace->kind = kind;
    trace->label = label;
    trace->unit = "number";
    trace->node = node;
    trace->words = std::move(words);
    trace->source = source;
    trace->illustrative = illustrative;
    return trace;
}

Context DriverLowering::Drawing::context() const {
    const std::string where = "driver '" + driver.id + "'";
    return {World::practised, input.every, period, where, where};
}

DriverLowering::DriverLowering(Lowering& lowering) : low(lowering) {
    const Book& book = low.book;
    for (const Driver& driver : book.drivers) drivers_of_[driver.of].push_back(&driver);
    for (const RegimeChain& chain : book.regime_chains) chains_[chain.id] = &chain;
    for (const Hazard& hazard : book.hazards) hazards_[hazard.id] = &hazard;
    for (const RecordedSeries& series : book.recorded_series) series_[series.id] = &series;
    for (const Resampling& resampling : book.resamplings) resamplings_[resampling.id] = &resampling;
    read_groups();
}

NodeId DriverLowering::value(const Input& item, int period, NodeId plan, std::vector<TracePtr>& parts) {
    const auto found = drivers_of_.find(item.id);
    if (found == drivers_of_.end()) return no_node;
    bool telling = found->second.size() > 1;
    for (const Driver* driver : found->second) telling = telling || told(*driver);
    if (item.dimension.empty()) {
        NodeId value = plan;
        for (const Driver* driver : found->second)
            value = applied({*driver, item, period, "", value, telling ? &parts : nullptr});
        return value;
    }
    // One draw for all members, or one for each; each member's plan is its own. What the members share is told once.
    const std::vector<std::string>& members = low.members_named(item.dimension);
    std::vector<NodeId> values;
    for (std::uint32_t m = 0; m < members.size(); ++m) {
        NodeId value =
            plan == no_node || low.builder.width(plan) == 1 ? plan : low.builder.make(Op::pick, {plan}, {}, m);
        for (const Driver* driver : found->second)
            value = applied({*driver, item, period, driver->members == Drawn::each ? members[m] : "", value,
                             telling && m == 0 ? &parts : nullptr});
        values.push_back(value);
    }
    return low.builder.stack(std::move(values));
}

NodeId DriverLowering::applied(const Drawing& drawing) {
    const Driver& driver = drawing.driver;
    std::vector<TracePtr> shared;
    Drawing inner{driver, drawing.input, drawing.period, drawing.member, drawing.plan, &shared};
    NodeId value = std::visit(
        [&](const auto& d) -> NodeId {
            if constexpr (requires { drawn(d, inner); }) {
                return drawn(d, inner);
            } else {
                const Context context = drawing.context();
                const Score z = score(drawing);
                return MarginalLowering(*this, context, z, drawing.plan)(d);
            }
        },
        driver.distribution);
    if (drawing.parts) {
        static const char* const does[] = {"gives the value", "a factor", "an addition"};
        const std::string label =
            called(driver.name, driver.id) + " (" + does[static_cast<std::size_t>(driver.effect)] + ")";
        // A member's own value is not the input's; what lies behind it is shared.
        const NodeId shown = drawing.input.dimension.empty() ? value : no_node;
        auto trace = std::make_shared<Trace>(*part("driver", label, shown, {}, driver.source, driver.illustrative));
        if (driver.effect != Effect::factor) trace->unit = drawing.input.unit.empty() ? "number" : drawing.input.unit;
        trace->children = std::move(shared);
        drawing.parts->push_back(trace);
    }
    value = low.shocked_draw(driver, value, drawing.context());
    if (driver.effect == Effect::value) return value;
    if (drawing.plan == no_node)
        low.fail("missing-plan", drawing.context(),
                 "the driver acts on the plan of input '" + drawing.input.id + "', which has none");
    return driver.effect == Effect::factor ? low.builder.multiply(drawing.plan, value)
                                           : low.builder.add(drawing.plan, value);
}

NodeId DriverLowering::draw(const Distribution& distribution, const Score& score, const Drawing& drawing,
                            const Context& context) {
    const scenarios::AnyDistribution named = scenarios::as_named(distribution);
    return std::visit(MarginalLowering(*this, context, score, drawing.plan), named);
}

NodeId DriverLowering::drawn(const RegimeSwitching& terms, const Drawing& drawing) {
    const RegimeChain& chain = *chains_.at(terms.chain);
    const int period = period_of(chain.every, "regime chain '" + chain.id + "'", drawing);
    const NodeId state = regime(chain, period);
    const Score z = score(drawing);
    std::vector<std::string> names;
    NodeId value = no_node;
    for (std::size_t i = chain.regimes.size(); i-- > 0;) {
        const NodeId here = draw(terms.regimes.at(chain.regimes[i].name), z, drawing, drawing.context());
        const NodeId number = low.builder.constant(Exact(static_cast<long>(i)));
        value = value == no_node ? here : low.builder.choose(low.builder.make(Op::equal, {state, number}), here, value);
    }
    for (const Regime& regime : chain.regimes) names.push_back("regime: " + regime.name);
    drawing.parts->push_back(part("regime",
                                  called(chain.name, chain.id) + ", " + low.calendar().label(chain.every, period),
                                  state, std::move(names), chain.source, chain.illustrative));
    return value;
}

NodeId DriverLowering::drawn(const JumpEvents& terms, const Drawing& drawing) {
    no_memory(drawing, "jump");
    Builder& builder = low.builder;
    const Hazard& hazard = *hazards_.at(terms.hazard);
    const int period = period_of(hazard.every, "hazard '" + hazard.id + "'", drawing);
    const int first = std::max(0, period - terms.lasts.value_or(hazard.lasts) + 1);
    std::vector<NodeId> counts;
    for (int p = first; p <= period; ++p) counts.push_back(arrivals(hazard, p));
    const NodeId underway = builder.sum(counts);
    const std::string name = called(hazard.name, hazard.id);
    drawing.parts->push_back(part("hazard", name + ", " + low.calendar().label(hazard.every, period), underway,
                                  {"not underway", "underway", "more than one underway"}, hazard.source,
                                  hazard.illustrative));
    if (first < period)
        drawing.parts->push_back(part("hazard", "arrivals of " + name + " in this period", counts.back()));
    if (!terms.severity) return builder.make(Op::less, {builder.constant(0), underway});
    const bool factor = drawing.driver.effect == Effect::factor;
    const NodeId nothing = builder.constant(factor ? 1 : 0);
    NodeId value = nothing;
    for (int p = first; p <= period; ++p) {
        const Context context{World::practised, hazard.every, p, drawing.context().path, drawing.context().where};
        for (std::size_t k = 1, most = most_arrivals(hazard, p); k <= most; ++k) {
            // The severity of each arrival is drawn in its own period and kept while it is felt.
            const Score z = innovation(drawing.driver.id, p, drawing.member, k == 1 ? "" : std::to_string(k));
            const NodeId severity = draw(*terms.severity, z, drawing, context);
            const NodeId arrived = builder.make(Op::less_equal, {builder.constant(Exact(static_cast<long>(k))),
                                                                 counts[static_cast<std::size_t>(p - first)]});
            const NodeId felt = builder.choose(arrived, severity, nothing);
            value = factor ? builder.multiply(value, felt) : builder.add(value, felt);
        }
    }
    return value;
}

int DriverLowering::calendar_month(const Drawing& drawing, const std::string& kind) const {
    if (drawing.input.every != Every::month)
        low.fail("calendar", drawing.context(),
                 "a driver of kind " + kind + " needs an input that is known by month; '" + drawing.input.id +
                     "' is known by " + choice_names<Every>()[static_cast<std::size_t>(drawing.input.every)]);
    return (low.calendar().start + drawing.period).month() - 1;
}

void DriverLowering::no_memory(const Drawing& drawing, const std::string& kind) {
    if (number(drawing.driver.autoregression, drawing.context(), "autoregression") != 0)
        low.fail("out-of-range", drawing.context(), "a driver of kind " + kind + " takes no autoregression");
}

double DriverLowering::number(const Term& term, const Context& context, const std::string& what) {
    return to_double(low.constant_term(term, context, what));
}

double DriverLowering::deviation(const Term& term, const Context& context, const std::string& what) {
    const double value = number(term, context, what);
    if (value < 0) low.fail("out-of-range", context, what + " must be at least 0, not " + std::to_string(value));
    return value;
}

NodeId DriverLowering::drawn(const Seasonal& terms, const Drawing& drawing) {
    no_memory(drawing, "seasonal");
    const int month = calendar_month(drawing, "seasonal");
    const Context context = drawing.context();
    Exact mean = 0;
    for (const Term& term : terms.months) mean += low.constant_term(term, context, "months") / 12;
    const Exact figure = low.constant_term(terms.months[static_cast<std::size_t>(month)], context, "months");
    if (!terms.amplitude) return low.builder.constant(figure);
    const Exact neutral = drawing.driver.effect == Effect::factor     ? Exact(1)
                          : drawing.driver.effect == Effect::addition ? Exact(0)
                                                                      : mean;
    // One amplitude for the whole period that it is drawn for: that of its first month.
    const Calendar& calendar = low.calendar();
    const int period = calendar.of_month(terms.amplitude_every, drawing.period);
    const int first = calendar.first_month(terms.amplitude_every, period);
    const Context then{World::practised, Every::month, first, context.path, context.where};
    const NodeId amplitude =
        draw(*terms.amplitude, innovation(drawing.driver.id, first, drawing.member), drawing, then);
    drawing.parts->push_back(
        part("driver", "amplitude in " + calendar.label(terms.amplitude_every, period), amplitude));
    return low.builder.weighted({amplitude}, {neutral, figure - neutral});
}

NodeId DriverLowering::drawn(const CalendarMonth& terms, const Drawing& drawing) {
    const int month = calendar_month(drawing, "calendar_month");
    return draw(terms.months[static_cast<std::size_t>(month)], score(drawing), drawing, drawing.context());
}

/// The sum of the random parts of the steps up to a period.
NodeId DriverLowering::walked(const RandomWalk& terms, const Drawing& drawing, int period) {
    NodeId sum = low.builder.constant(0);
    for (int p = 0; p <= period; ++p) {
        const auto [place, is_new] = paths_.try_emplace({drawing.driver.id, drawing.member, p}, no_node);
        if (is_new) {
            const Context context{World::practised, drawing.input.every, p, drawing.context().path,
                                  drawing.context().where};
            const Score step = innovation(drawing.driver.id, p, drawing.member);
            std::vector<NodeId> nodes{sum};
            std::vector<Exact> weights{0, 1};
            const Exact by(deviation(terms.deviation, context, "deviation"));
            for (std::size_t i = 0; i < step.nodes.size(); ++i) {
                nodes.push_back(step.nodes[i]);
                weights.push_back(by * step.weights[i + 1]);
            }
            place->second = low.builder.weighted(nodes, weights);
        }
        sum = place->second;
    }
    return sum;
}

NodeId DriverLowering::drawn(const RandomWalk& terms, const Drawing& drawing) {
    no_memory(drawing, "random_walk");
    const bool compounded = terms.steps == WalkSteps::compounded;
    const Context context = drawing.context();
    double path = terms.start.empty() ? (compounded ? 1 : 0) : number(terms.start, context, "start");
    if (compounded && !(path > 0))
        low.fail("out-of-range", context, "a walk that compounds must start above 0, not " + std::to_string(path));
    if (compounded) path = std::log(path);
    const double steps = drawing.period + 1;
    for (int p = 0; p <= drawing.period; ++p) {
        const Context then{World::practised, drawing.input.every, p, context.path, context.where};
        const double drift = number(terms.drift, then, "drift");
        if (compounded && !(drift > -1))
            low.fail("out-of-range", context, "a drift that compounds must be above -1, not " + std::to_string(drift));
        path += compounded ? std::log1p(drift) : drift;
        // So that the mean, not the median, compounds by the drift.
        if (compounded) path -= std::pow(deviation(terms.deviation, then, "deviation"), 2) / 2;
    }
    std::vector<NodeId> nodes{walked(terms, drawing, drawing.period)};
    std::vector<Exact> weights{0, 1};
    const Context at_start{World::practised, drawing.input.every, 0, context.path, context.where};
    if (const double spread = deviation(terms.drift_deviation, at_start, "drift_deviation"); spread > 0) {
        nodes.push_back(low.builder.gaussian(stream(drawing.driver.id, drawing.member, "drift"), 0));
        weights.push_back(Exact(spread * steps));
        if (compounded) path -= std::pow(spread * steps, 2) / 2;
    }
    weights[0] = Exact(path);
    const NodeId sum = low.builder.weighted(nodes, weights);
    return compounded ? low.builder.make(Op::exponential, {sum}, {15}) : sum;
}

NodeId DriverLowering::drawn(const Bootstrap& terms, const Drawing& drawing) {
    no_memory(drawing, "bootstrap");
    calendar_month(drawing, "bootstrap");
    const Resampling& resampling = *resamplings_.at(terms.resampling);
    const RecordedSeries& series = *series_.at(terms.series);
    const auto first = static_cast<std::size_t>(resampling.starts - series.starts);
    const auto window = static_cast<std::size_t>(resampling.ends - resampling.starts + 1);
    std::vector<Exact> recorded;
    Exact mean = 0;
    for (std::size_t i = 0; i < window; ++i) {
        recorded.push_back(exact(series.values[first + i]));
        mean += recorded.back() / static_cast<long>(window);
    }
    if (terms.measured == Measured::over_mean && mean == 0)
        low.fail("out-of-range", drawing.context(),
                 "the mean of series '" + series.id + "' is 0; nothing can be measured over it");
    std::vector<double> values, months;
    std::vector<std::string> words;
    for (std::size_t i = 0; i < window; ++i) {
        const Exact value = terms.measured == Measured::over_mean   ? Exact(recorded[i] / mean)
                            : terms.measured == Measured::less_mean ? Exact(recorded[i] - mean)
                                                                    : recorded[i];
        values.push_back(to_double(value));
        months.push_back(static_cast<double>(i));
        words.push_back("as recorded in " + (resampling.starts + static_cast<int>(i)).text());
    }
    const NodeId month = resampled(resampling, drawing.period, months, drawing.context());
    drawing.parts->push_back(part("recorded month", called(resampling.name, resampling.id), month, std::move(words),
                                  series.source, series.illustrative));
    return resampled(resampling, drawing.period, values, drawing.context());
}

}  // namespace openbook::engine
