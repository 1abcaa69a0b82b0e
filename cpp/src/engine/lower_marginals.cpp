#include <cmath>

#include "engine/marginal_lowering.hpp"
#include "scenarios/marginal.hpp"

namespace openbook::engine {

double MarginalLowering::number(const Term& term, const std::string& what) {
    return to_double(drivers_.low.constant_term(term, context_, what));
}

double MarginalLowering::spread(const Term& term, const std::string& what) {
    const double value = number(term, what);
    if (value < 0)
        drivers_.low.fail("out-of-range", context_, what + " must be at least 0, not " + std::to_string(value));
    return value;
}

double MarginalLowering::planned_mean(const Term& mean) {
    if (!mean.empty()) return number(mean, "mean");
    const Exact* known = plan_ == no_node ? nullptr : drivers_.low.builder.known(plan_);
    if (!known)
        drivers_.low.fail("missing-value", context_,
                          "mean is not given and the input has no constant plan to stand for it");
    drivers_.low.builder.fix(plan_);
    return to_double(*known);
}

NodeId MarginalLowering::linear(double shift, double by) {
    std::vector<Exact> numbers{Exact(shift)};
    for (std::size_t i = 1; i < score_.weights.size(); ++i) numbers.push_back(Exact(by) * score_.weights[i]);
    return drivers_.low.builder.weighted(score_.nodes, numbers);
}

template <class Make>
NodeId MarginalLowering::tabled(const std::string& kind, const std::vector<double>& numbers, const Make& make) {
    try {
        return drivers_.quantile(kind, numbers, make, drivers_.node_of(score_));
    } catch (const std::invalid_argument& error) {
        drivers_.low.fail("distribution", context_, error.what());
    }
}

NodeId MarginalLowering::operator()(const Fixed& d) {
    return drivers_.low.builder.constant(drivers_.low.constant_term(d.value, context_, "value"));
}

NodeId MarginalLowering::operator()(const Normal& d) {
    const double deviation = spread(d.deviation, "deviation");
    return linear(number(d.mean, "mean"), deviation);
}

NodeId MarginalLowering::operator()(const Lognormal& d) {
    const double mean = number(d.mean, "mean"), deviation = spread(d.deviation, "deviation");
    if (mean <= 0)
        drivers_.low.fail("out-of-range", context_,
                          "the mean of a lognormal must be above 0, not " + std::to_string(mean));
    return drivers_.low.builder.make(Op::exponential, {linear(std::log(mean) - deviation * deviation / 2, deviation)},
                                     {15});
}

NodeId MarginalLowering::operator()(const StudentT& d) {
    const double location = number(d.location, "location"), scale = spread(d.scale, "scale");
    const double freedom = number(d.degrees_of_freedom, "degrees_of_freedom");
    const NodeId standard = tabled("student_t", {freedom}, [&] { return scenarios::student_t(freedom); });
    return drivers_.low.builder.weighted({standard}, {Exact(location), Exact(scale)});
}

NodeId MarginalLowering::operator()(const Triangular& d) {
    const double low = number(d.low, "low"), mode = number(d.mode, "mode"), high = number(d.high, "high");
    return tabled("triangular", {low, mode, high}, [&] { return scenarios::triangular(low, mode, high); });
}

NodeId MarginalLowering::operator()(const Pert& d) {
    const double low = number(d.low, "low"), mode = number(d.mode, "mode"), high = number(d.high, "high");
    return tabled("pert", {low, mode, high}, [&] { return scenarios::pert(low, mode, high); });
}

NodeId MarginalLowering::operator()(const Beta& d) {
    const double alpha = number(d.alpha, "alpha"), beta = number(d.beta, "beta"), low = number(d.low, "low"),
                 high = number(d.high, "high");
    return tabled("beta", {alpha, beta, low, high}, [&] { return scenarios::beta(alpha, beta, low, high); });
}

NodeId MarginalLowering::operator()(const Pareto& d) {
    const double minimum = number(d.minimum, "minimum"), shape = number(d.shape, "tail index");
    return tabled("pareto", {minimum, shape}, [&] { return scenarios::pareto(minimum, shape); });
}

NodeId MarginalLowering::operator()(const Poisson& d) {
    const double mean = planned_mean(d.mean);
    return tabled("poisson", {mean}, [&] { return scenarios::poisson(mean); });
}

NodeId MarginalLowering::operator()(const NegativeBinomial& d) {
    const double mean = planned_mean(d.mean), dispersion = number(d.dispersion, "dispersion");
    return tabled("negative_binomial", {mean, dispersion},
                  [&] { return scenarios::negative_binomial(mean, dispersion); });
}

NodeId MarginalLowering::operator()(const Empirical& d) {
    std::vector<double> observed;
    for (const Decimal& x : d.values) observed.push_back(x.to_double());
    return tabled("empirical", observed, [&] { return scenarios::empirical(observed); });
}

}  // namespace openbook::engine
