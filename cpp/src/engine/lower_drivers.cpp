// Drivers: an input's random path as a few nodes. Each driver has its own stream of standard normals; a correlation
// group mixes the streams of its members; time gives them a memory; the marginal turns the result into the input's
// value.
#include <algorithm>
#include <cmath>

#include "engine/lowering.hpp"
#include "scenarios/marginal.hpp"

namespace openbook::engine {
namespace {

Exact from_double(double value) {
    return Exact(value);
}

const std::string& stream_of(const Driver& driver) {
    return driver.stream.empty() ? driver.id : driver.stream;
}

}  // namespace

std::vector<std::pair<std::string, Exact>> Lowering::innovation_parts(const Driver& driver, const std::string& member) {
    // Members that go alone have a stream each, named after them; in a correlation group the members' own part is the
    // last one, so that they share what the group shares.
    const auto group = groups_.find(driver.id);
    const std::string own = member.empty() ? stream_of(driver) : stream_of(driver) + "/" + member;
    if (group == groups_.end()) return {{own, Exact(1)}};
    const auto& [correlation, row] = group->second;
    const std::vector<double>& factor = factors_.at(correlation);
    const std::size_t n = correlation->drivers.size();
    std::vector<std::pair<std::string, Exact>> parts;
    for (std::size_t j = 0; j <= row; ++j) {
        const auto other = std::find_if(book.drivers.begin(), book.drivers.end(),
                                        [&](const Driver& d) { return d.id == correlation->drivers[j]; });
        if (factor[row * n + j] != 0)
            parts.emplace_back(j == row ? own : stream_of(*other), from_double(factor[row * n + j]));
    }
    return parts;
}

NodeId Lowering::innovation(const Driver& driver, int period, const std::string& member) {
    std::vector<NodeId> nodes;
    std::vector<Exact> weights{0};
    for (const auto& [stream, weight] : innovation_parts(driver, member)) {
        nodes.push_back(builder.gaussian(stream, static_cast<std::uint32_t>(period)));
        weights.push_back(weight);
    }
    return builder.weighted(nodes, weights);
}

NodeId Lowering::driven(const Input& item, int period, NodeId plan) {
    const auto found = driver_of_input_.find(item.id);
    if (found == driver_of_input_.end()) return no_node;
    const Driver& driver = *found->second;
    if (item.dimension.empty()) return driven_member(driver, item, period, plan, "");
    // One draw for all members, or one for each; each member's plan is its own.
    const std::vector<std::string>& members = dimensions_.at(item.dimension)->members;
    const auto plan_of = [&](std::uint32_t m) {
        return plan == no_node || builder.width(plan) == 1 ? plan : builder.make(Op::pick, {plan}, {}, m);
    };
    std::vector<NodeId> nodes;
    for (std::uint32_t m = 0; m < members.size(); ++m)
        nodes.push_back(
            driven_member(driver, item, period, plan_of(m), driver.members == Drawn::each ? members[m] : ""));
    return builder.stack(std::move(nodes));
}

NodeId Lowering::driven_member(const Driver& driver, const Input& item, int period, NodeId plan,
                               const std::string& member) {
    const Context context{World::practised, item.every, period, "driver '" + driver.id + "'",
                          "driver '" + driver.id + "'"};
    const auto number = [&](const Term& t, const std::string& what) {
        return to_double(constant_term(t, context, what));
    };
    const double memory = number(driver.autoregression, "autoregression");
    if (!(memory > -1 && memory < 1))
        fail("out-of-range", context, "autoregression must lie between -1 and 1, not " + std::to_string(memory));

    // A linear marginal without memory is one sum over the streams; everything else goes through z.
    std::vector<NodeId> streams;
    std::vector<Exact> mix{0};
    NodeId z = no_node;
    if (memory == 0) {
        for (const auto& [stream, weight] : innovation_parts(driver, member)) {
            streams.push_back(builder.gaussian(stream, static_cast<std::uint32_t>(period)));
            mix.push_back(weight);
        }
    } else {
        z = innovation(driver, 0, member);
        const Exact keep = from_double(memory), fresh = from_double(std::sqrt(1 - memory * memory));
        for (int p = 1; p <= period; ++p) z = builder.weighted({z, innovation(driver, p, member)}, {0, keep, fresh});
        streams = {z};
        mix = {0, 1};
    }
    const auto linear = [&](double shift, double by) {
        std::vector<Exact> numbers{from_double(shift)};
        for (std::size_t i = 1; i < mix.size(); ++i) numbers.push_back(from_double(by) * mix[i]);
        return builder.weighted(streams, numbers);
    };
    const auto tabled = [&](Marginal marginal) {
        return builder.quantile(std::move(marginal), z == no_node ? builder.weighted(streams, mix) : z);
    };
    const auto planned_mean = [&](const Term& mean, const std::string& what) {
        if (!mean.empty()) return number(mean, what);
        const Exact* known = plan == no_node ? nullptr : builder.known(plan);
        if (!known)
            fail("missing-value", context, what + " is not given and the input has no constant plan to stand for it");
        builder.fix(plan);
        return to_double(*known);
    };
    NodeId value = no_node;
    try {
        value = std::visit(
            [&](const auto& d) -> NodeId {
                using D = std::decay_t<decltype(d)>;
                if constexpr (std::is_same_v<D, Normal>) {
                    const double deviation = number(d.deviation, "deviation");
                    if (deviation < 0)
                        fail("out-of-range", context, "deviation must be at least 0, not " + std::to_string(deviation));
                    return linear(number(d.mean, "mean"), deviation);
                } else if constexpr (std::is_same_v<D, Lognormal>) {
                    const double mean = number(d.mean, "mean"), deviation = number(d.deviation, "deviation");
                    if (mean <= 0)
                        fail("out-of-range", context,
                             "the mean of a lognormal must be above 0, not " + std::to_string(mean));
                    if (deviation < 0)
                        fail("out-of-range", context, "deviation must be at least 0, not " + std::to_string(deviation));
                    return builder.make(Op::exponential,
                                        {linear(std::log(mean) - deviation * deviation / 2, deviation)}, {15});
                } else if constexpr (std::is_same_v<D, Triangular>) {
                    return tabled(
                        scenarios::triangular(number(d.low, "low"), number(d.mode, "mode"), number(d.high, "high")));
                } else if constexpr (std::is_same_v<D, Pert>) {
                    return tabled(
                        scenarios::pert(number(d.low, "low"), number(d.mode, "mode"), number(d.high, "high")));
                } else if constexpr (std::is_same_v<D, Beta>) {
                    return tabled(scenarios::beta(number(d.alpha, "alpha"), number(d.beta, "beta"),
                                                  number(d.low, "low"), number(d.high, "high")));
                } else if constexpr (std::is_same_v<D, Poisson>) {
                    return tabled(scenarios::poisson(planned_mean(d.mean, "mean")));
                } else if constexpr (std::is_same_v<D, NegativeBinomial>) {
                    return tabled(
                        scenarios::negative_binomial(planned_mean(d.mean, "mean"), number(d.dispersion, "dispersion")));
                } else {
                    std::vector<double> observed;
                    for (const Decimal& x : d.values) observed.push_back(x.to_double());
                    return tabled(scenarios::empirical(observed));
                }
            },
            driver.distribution);
    } catch (const std::invalid_argument& error) {
        fail("distribution", context, error.what());
    }
    if (driver.effect == Effect::value) return value;
    if (plan == no_node)
        fail("missing-plan", context, "the driver acts on the plan of input '" + item.id + "', which has none");
    return driver.effect == Effect::factor ? builder.multiply(plan, value) : builder.add(plan, value);
}

}  // namespace openbook::engine
