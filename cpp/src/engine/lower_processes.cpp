// Processes that several drivers share: regimes, hazards, resampled months.
#include <algorithm>
#include <cmath>

#include "engine/driver_lowering.hpp"
#include "scenarios/marginal.hpp"

namespace openbook::engine {
namespace {

constexpr double tolerance = 1e-9;  // of probabilities that sum to one

Context context_of(const std::string& what, Every every, int period) {
    return {World::practised, every, period, what, what};
}

double probability(Lowering& low, const Term& term, const Context& context, const std::string& what) {
    const double value = to_double(low.constant_term(term, context, what));
    if (!(value >= 0 && value <= 1))
        low.fail("probability", context, what + " is " + std::to_string(value) + "; expected 0 to 1");
    return value;
}

void need_one(Lowering& low, const std::vector<double>& probabilities, const Context& context,
              const std::string& what) {
    double sum = 0;
    for (const double value : probabilities) sum += value;
    if (std::abs(sum - 1) > tolerance)
        low.fail("probability", context, what + " sum to " + std::to_string(sum) + "; expected 1");
}

/// Probabilities of the regimes after this one, in the order of the chain.
std::vector<double> row(Lowering& low, const RegimeChain& chain, const Regime& regime, int period) {
    const Context context = context_of("regime chain '" + chain.id + "'", chain.every, period);
    std::vector<double> result;
    for (const Regime& to : chain.regimes) {
        const auto given = regime.next.find(to.name);
        const std::string what = "the probability of '" + to.name + "' after '" + regime.name + "'";
        result.push_back(given == regime.next.end() ? 0 : probability(low, given->second, context, what));
    }
    need_one(low, result, context, "the probabilities after '" + regime.name + "'");
    return result;
}

std::vector<double> numbered(std::size_t n) {
    std::vector<double> result(n);
    for (std::size_t i = 0; i < n; ++i) result[i] = static_cast<double>(i);
    return result;
}

std::vector<double> joined(std::vector<double> a, const std::vector<double>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

}  // namespace

int DriverLowering::period_of(Every own, const std::string& what, const Drawing& drawing) const {
    const Calendar& calendar = low.calendar();
    const int first = calendar.first_month(drawing.input.every, drawing.period);
    const int period = calendar.of_month(own, first);
    if (calendar.end_month(own, period) < calendar.end_month(drawing.input.every, drawing.period))
        low.fail("calendar", drawing.context(),
                 what + " changes every " + choice_names<Every>()[static_cast<std::size_t>(own)] +
                     ", within a period of input '" + drawing.input.id + "', which is known by " +
                     choice_names<Every>()[static_cast<std::size_t>(drawing.input.every)]);
    return period;
}

/// The long-run shares of the regimes, by elimination without a subtraction (Grassmann, Taksar, Heyman 1985).
std::vector<double> DriverLowering::shares_at_start(const RegimeChain& chain) {
    const std::size_t n = chain.regimes.size();
    const Context context = context_of("regime chain '" + chain.id + "'", chain.every, 0);
    std::vector<double> shares(n, 0.0);
    const auto given = [](const Regime& regime) { return !regime.initial.empty(); };
    if (std::any_of(chain.regimes.begin(), chain.regimes.end(), given)) {
        for (std::size_t i = 0; i < n; ++i)
            if (given(chain.regimes[i]))
                shares[i] = probability(low, chain.regimes[i].initial, context,
                                        "the probability to begin in '" + chain.regimes[i].name + "'");
        need_one(low, shares, context, "the initial probabilities");
        return shares;
    }
    std::vector<std::vector<double>> p;
    for (const Regime& regime : chain.regimes) p.push_back(row(low, chain, regime, 0));
    for (std::size_t k = n - 1; k > 0; --k) {
        double leaving = 0;
        for (std::size_t j = 0; j < k; ++j) leaving += p[k][j];
        if (!(leaving > 0))
            low.fail("probability", context,
                     "regime '" + chain.regimes[k].name +
                         "' is never left for one that stands before it, so that the long-run shares cannot be worked "
                         "out; give initial probabilities");
        for (std::size_t i = 0; i < k; ++i) p[i][k] /= leaving;
        for (std::size_t i = 0; i < k; ++i)
            for (std::size_t j = 0; j < k; ++j) p[i][j] += p[i][k] * p[k][j];
    }
    shares[0] = 1;
    double sum = 1;
    for (std::size_t k = 1; k < n; ++k) {
        for (std::size_t i = 0; i < k; ++i) shares[k] += shares[i] * p[i][k];
        sum += shares[k];
    }
    for (double& share : shares) share /= sum;
    return shares;
}

NodeId DriverLowering::regime(const RegimeChain& chain, int period) {
    const std::string name = chain.stream.empty() ? chain.id : chain.stream;
    const std::vector<double> states = numbered(chain.regimes.size());
    const auto drawn = [&](const std::vector<double>& probabilities, int p) {
        const auto certain = std::find(probabilities.begin(), probabilities.end(), 1.0);
        if (certain != probabilities.end()) return low.builder.constant(Exact(certain - probabilities.begin()));
        return quantile(
            "regime", joined(states, probabilities), [&] { return scenarios::discrete(states, probabilities); },
            low.builder.gaussian(name, static_cast<std::uint32_t>(p)));
    };
    NodeId state = no_node;
    for (int p = 0; p <= period; ++p) {
        const auto [place, is_new] = paths_.try_emplace({chain.id, "", p}, no_node);
        if (is_new && p == 0) place->second = drawn(shares_at_start(chain), 0);
        if (is_new && p > 0) {
            NodeId next = no_node;
            for (std::size_t i = chain.regimes.size(); i-- > 0;) {
                const NodeId after = drawn(row(low, chain, chain.regimes[i], p), p);
                const NodeId here = low.builder.constant(Exact(static_cast<long>(i)));
                next = next == no_node ? after
                                       : low.builder.choose(low.builder.make(Op::equal, {state, here}), after, next);
            }
            place->second = next;
        }
        state = place->second;
    }
    return state;
}

NodeId DriverLowering::arrivals(const Hazard& hazard, int period) {
    const auto [place, is_new] = paths_.try_emplace({hazard.id, "arrivals", period}, no_node);
    if (!is_new) return place->second;
    NodeId& result = place->second;
    Builder& builder = low.builder;
    const Context context = context_of("hazard '" + hazard.id + "'", hazard.every, period);
    const NodeId none = builder.constant(0);
    const Month month = low.calendar().start + low.calendar().first_month(hazard.every, period);
    if ((hazard.starts && month < *hazard.starts) || (hazard.ends && *hazard.ends < month)) return result = none;
    if (hazard.arrivals == Arrivals::bernoulli) {
        const double rate = probability(low, hazard.rate, context, "the rate of a hazard with bernoulli arrivals");
        if (rate == 0) return result = none;
        result = rate == 1 ? builder.constant(1)
                           : quantile(
                                 "bernoulli", {rate}, [&] { return scenarios::discrete({0, 1}, {1 - rate, rate}); },
                                 node_of(innovation(hazard.id, period)));
    } else {
        const double rate = to_double(low.constant_term(hazard.rate, context, "rate"));
        if (!(rate >= 0 && rate <= 50))
            low.fail("out-of-range", context,
                     "the mean number of arrivals in a period is " + std::to_string(rate) + "; expected 0 to 50");
        if (rate == 0) return result = none;
        result = quantile(
            "arrivals", {rate}, [&] { return scenarios::arrivals(rate); }, node_of(innovation(hazard.id, period)));
    }
    if ((hazard.at_most_once || hazard.one_at_a_time) && hazard.arrivals == Arrivals::poisson)
        result = builder.minimum(result, builder.constant(1));
    const auto unless = [&](NodeId earlier) {
        result = builder.choose(builder.make(Op::less, {none, earlier}), none, result);
    };
    if (hazard.at_most_once && period > 0) unless(arrivals_since(hazard, 0, period - 1));
    if (hazard.one_at_a_time && !hazard.at_most_once && period > 0 && hazard.lasts > 1)
        unless(arrivals_since(hazard, period - hazard.lasts + 1, period - 1));
    return result;
}

/// Arrivals from the first to the last of some periods; from the beginning on as a running sum.
NodeId DriverLowering::arrivals_since(const Hazard& hazard, int first, int last) {
    if (first > 0) {
        std::vector<NodeId> counts;
        for (int p = first; p <= last; ++p) counts.push_back(arrivals(hazard, p));
        return low.builder.sum(counts);
    }
    NodeId sum = low.builder.constant(0);
    for (int p = 0; p <= last; ++p) {
        const auto known = paths_.find({hazard.id, "so far", p});
        sum = known != paths_.end() ? known->second : low.builder.add(sum, arrivals(hazard, p));
        paths_[{hazard.id, "so far", p}] = sum;
    }
    return sum;
}

std::size_t DriverLowering::most_arrivals(const Hazard& hazard, int period) {
    const NodeId count = arrivals(hazard, period);
    if (const Exact* known = low.builder.known(count)) return *known > 0 ? 1 : 0;
    if (hazard.arrivals == Arrivals::bernoulli || hazard.at_most_once || hazard.one_at_a_time) return 1;
    return low.builder.graph.marginals[low.builder.graph.nodes[count].index].thresholds.size();
}

/// Places in the window where a block for a month of the model may begin.
std::vector<std::size_t> DriverLowering::places_for(const Resampling& resampling, int month, std::size_t length) const {
    const auto window = static_cast<std::size_t>(resampling.ends - resampling.starts + 1);
    const int wanted = (low.calendar().start + month).month();
    std::vector<std::size_t> places;
    for (std::size_t s = 0; s + length <= window; ++s)
        if (!resampling.same_calendar_month || (resampling.starts + static_cast<int>(s)).month() == wanted)
            places.push_back(s);
    return places;
}

NodeId DriverLowering::resampled(const Resampling& resampling, int month, const std::vector<double>& values,
                                 const Context& context) {
    if (resampling.blocks == Blocks::stationary)
        return quantile(
            "recorded", values, [&] { return scenarios::lookup(values); }, resampled_place(resampling, month, context));
    // Moving blocks need no place: the block's beginning is one draw, and the values behind it are a table.
    const int offset = month % resampling.block_length, first = month - offset;
    const auto length = static_cast<std::size_t>(resampling.block_length);
    std::vector<double> possible;
    for (const std::size_t place : places_for(resampling, first, length))
        possible.push_back(values[place + static_cast<std::size_t>(offset)]);
    if (possible.empty())
        low.fail("out-of-range", context,
                 "resampling '" + resampling.id + "' has no block of " + std::to_string(resampling.block_length) +
                     " recorded months that could stand for " + (low.calendar().start + first).text() +
                     " and what follows");
    const std::vector<double> equal(possible.size(), 1.0);
    if (possible.size() == 1) return low.builder.constant(Exact(possible[0]));
    return quantile(
        "block", possible, [&] { return scenarios::discrete(possible, equal); },
        low.builder.gaussian(resampling.stream.empty() ? resampling.id : resampling.stream,
                             static_cast<std::uint32_t>(first)));
}

/// The recorded month, counted from the first that may be drawn, of a stationary bootstrap: one draw says whether a new
/// block begins and where.
NodeId DriverLowering::resampled_place(const Resampling& resampling, int month, const Context& context) {
    Builder& builder = low.builder;
    const auto window = static_cast<std::size_t>(resampling.ends - resampling.starts + 1);
    NodeId place = no_node;
    for (int m = 0; m <= month; ++m) {
        const auto [known, is_new] = paths_.try_emplace({resampling.id, "", m}, no_node);
        if (is_new) {
            const std::vector<std::size_t> starts = places_for(resampling, m, 1);
            if (starts.empty())
                low.fail("out-of-range", context,
                         "resampling '" + resampling.id + "' has no recorded month that could stand for " +
                             (low.calendar().start + m).text());
            std::vector<double> values(starts.begin(), starts.end());
            const double fresh = m == 0 ? 1 : 1.0 / resampling.block_length;
            std::vector<double> probabilities(starts.size(), fresh / static_cast<double>(starts.size()));
            values.push_back(-1);
            probabilities.push_back(1 - fresh);
            const NodeId drawn = quantile(
                "place", joined(values, probabilities), [&] { return scenarios::discrete(values, probabilities); },
                builder.gaussian(resampling.stream.empty() ? resampling.id : resampling.stream,
                                 static_cast<std::uint32_t>(m)));
            if (m == 0) {
                known->second = drawn;
            } else {
                const NodeId last = builder.constant(Exact(static_cast<long>(window) - 1));
                const NodeId next = builder.choose(builder.make(Op::equal, {place, last}),
                                                   builder.constant(Exact(static_cast<long>(starts.front()))),
                                                   builder.weighted({place}, {1, 1}));
                known->second = builder.choose(builder.make(Op::less, {drawn, builder.constant(0)}), next, drawn);
            }
        }
        place = known->second;
    }
    return place;
}

}  // namespace openbook::engine
