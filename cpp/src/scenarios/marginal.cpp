#include "scenarios/marginal.hpp"

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/negative_binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <boost/math/distributions/triangular.hpp>
#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <string>

#include "engine/lanes/quantile_formula.hpp"

namespace openbook::scenarios {
namespace {

namespace math = boost::math;
using engine::Marginal;

constexpr double edge = 8.5, grid_step = 1.0 / 64;
constexpr std::size_t widest_support = 20'000;

/// Forty bits: a mathematical library's last bit never shows, so that the same table comes out everywhere.
double rounded(double value) {
    if (value == 0 || !std::isfinite(value)) return value;
    int exponent = 0;
    const double mantissa = std::frexp(value, &exponent);
    return std::ldexp(std::round(std::ldexp(mantissa, 40)), exponent - 40);
}

[[noreturn]] void refuse(const std::string& what, double value, const std::string& expected) {
    throw std::invalid_argument(what + " is " + std::to_string(value) + "; expected " + expected);
}

void check_order(double low, double mode, double high) {
    if (!std::isfinite(low) || !std::isfinite(mode) || !std::isfinite(high)) refuse("a bound", low, "a finite number");
    if (!(low < high)) refuse("high", high, "more than low, " + std::to_string(low));
    if (mode < low || mode > high) refuse("mode", mode, "between low and high");
}

double upper_tail(double z) { return math::cdf(math::complement(math::normal(), z)); }
double lower_tail(double z) { return math::cdf(math::normal(), z); }

/// Quantiles over the z grid; each tail from its own side, so that both keep their digits.
Marginal smooth(const std::function<double(double)>& from_below, const std::function<double(double)>& from_above) {
    Marginal marginal;
    marginal.shape = Marginal::Shape::smooth;
    marginal.first = -edge;
    marginal.step = grid_step;
    const auto knots = static_cast<std::size_t>(2 * edge / grid_step) + 1;
    for (std::size_t i = 0; i < knots; ++i) {
        const double z = -edge + static_cast<double>(i) * grid_step;
        marginal.values.push_back(rounded(z <= 0 ? from_below(lower_tail(z)) : from_above(upper_tail(z))));
    }
    return marginal;
}

/// z below which a variable with distribution function F(k) = 1 - tail(k) is at most k.
double threshold(double below, double above) {
    return rounded(below <= 0.5 ? math::quantile(math::normal(), below) : math::quantile(math::complement(math::normal(), above)));
}

template <class Distribution>
Marginal counts(const Distribution& distribution, double mean, double deviation) {
    const double spread = 2 * 8.5 * deviation + 64;
    if (spread > static_cast<double>(widest_support)) {
        // So wide that single counts do not matter: a smooth table of the quantile itself, between the counts.
        const auto place = [&](double k) { return std::max(0.0, k); };
        return smooth([&](double p) { return place(mean + deviation * math::quantile(math::normal(), p)); },
                      [&](double q) { return place(mean + deviation * math::quantile(math::complement(math::normal(), q))); });
    }
    Marginal marginal;
    marginal.shape = Marginal::Shape::steps;
    constexpr double tiny = 1e-17;
    std::size_t k = 0;
    // Counts in the far lower tail are never drawn.
    while (math::cdf(distribution, static_cast<double>(k)) < tiny) ++k;
    marginal.step_values.push_back(static_cast<double>(k));
    for (;; ++k) {
        const double above = math::cdf(math::complement(distribution, static_cast<double>(k)));
        if (above < tiny) break;
        marginal.thresholds.push_back(threshold(math::cdf(distribution, static_cast<double>(k)), above));
        marginal.step_values.push_back(static_cast<double>(k + 1));
    }
    return marginal;
}

}  // namespace

Marginal triangular(double low, double mode, double high) {
    check_order(low, mode, high);
    const math::triangular distribution(low, mode, high);
    return smooth([&](double p) { return math::quantile(distribution, p); },
                  [&](double q) { return math::quantile(math::complement(distribution, q)); });
}

Marginal beta(double alpha, double beta_shape, double low, double high) {
    if (!(alpha > 0) || !std::isfinite(alpha)) refuse("alpha", alpha, "above 0");
    if (!(beta_shape > 0) || !std::isfinite(beta_shape)) refuse("beta", beta_shape, "above 0");
    if (!(low < high) || !std::isfinite(low) || !std::isfinite(high)) refuse("high", high, "more than low, " + std::to_string(low));
    const math::beta_distribution<> distribution(alpha, beta_shape);
    const double width = high - low;
    return smooth([&](double p) { return low + width * math::quantile(distribution, p); },
                  [&](double q) { return low + width * math::quantile(math::complement(distribution, q)); });
}

Marginal pert(double low, double mode, double high) {
    check_order(low, mode, high);
    const double width = high - low;
    return beta(1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width, low, high);
}

Marginal poisson(double mean_count) {
    if (!(mean_count >= 0) || !std::isfinite(mean_count)) refuse("the mean", mean_count, "at least 0");
    if (mean_count == 0) {
        Marginal none;
        none.shape = Marginal::Shape::steps;
        none.step_values = {0};
        return none;
    }
    return counts(math::poisson(mean_count), mean_count, std::sqrt(mean_count));
}

Marginal negative_binomial(double mean_count, double dispersion) {
    if (!(mean_count > 0) || !std::isfinite(mean_count)) refuse("the mean", mean_count, "above 0");
    if (!(dispersion > 0) || !std::isfinite(dispersion)) refuse("the dispersion", dispersion, "above 0");
    const double size = 1 / dispersion, deviation = std::sqrt(mean_count * (1 + dispersion * mean_count));
    const math::negative_binomial distribution(size, size / (size + mean_count));
    if (17 * deviation + 64 > static_cast<double>(widest_support)) {
        return smooth([&](double p) { return std::max(0.0, static_cast<double>(math::quantile(distribution, p))); },
                      [&](double q) { return static_cast<double>(math::quantile(math::complement(distribution, q))); });
    }
    return counts(distribution, mean_count, deviation);
}

Marginal empirical(std::vector<double> observed) {
    if (observed.empty()) throw std::invalid_argument("an empirical distribution needs at least one value");
    for (const double value : observed)
        if (!std::isfinite(value)) refuse("an observed value", value, "a finite number");
    std::sort(observed.begin(), observed.end());
    Marginal marginal;
    marginal.shape = Marginal::Shape::steps;
    const double size = static_cast<double>(observed.size());
    for (std::size_t i = 1; i < observed.size(); ++i)
        marginal.thresholds.push_back(threshold(static_cast<double>(i) / size, static_cast<double>(observed.size() - i) / size));
    marginal.step_values = std::move(observed);
    return marginal;
}

double evaluate(const Marginal& marginal, double z) {
    std::vector<double> table;
    if (marginal.shape == Marginal::Shape::smooth) {
        table = {marginal.first, 1 / marginal.step, static_cast<double>(marginal.values.size())};
        table.insert(table.end(), marginal.values.begin(), marginal.values.end());
        return engine::lanes::smooth_quantile(table.data(), z);
    }
    table = {static_cast<double>(marginal.thresholds.size())};
    table.insert(table.end(), marginal.thresholds.begin(), marginal.thresholds.end());
    table.insert(table.end(), marginal.step_values.begin(), marginal.step_values.end());
    return engine::lanes::step_quantile(table.data(), z);
}

double mean(const Marginal& marginal) {
    if (marginal.shape == Marginal::Shape::steps) {
        double sum = 0, below = 0;
        for (std::size_t i = 0; i < marginal.step_values.size(); ++i) {
            const double upto = i < marginal.thresholds.size() ? lower_tail(marginal.thresholds[i]) : 1.0;
            sum += (upto - below) * marginal.step_values[i];
            below = upto;
        }
        return sum;
    }
    // The density of z over the grid, cell by cell.
    double sum = 0;
    for (std::size_t i = 0; i + 1 < marginal.values.size(); ++i) {
        const double z = marginal.first + static_cast<double>(i) * marginal.step;
        const double weight = z < 0 ? lower_tail(z + marginal.step) - lower_tail(z) : upper_tail(z) - upper_tail(z + marginal.step);
        sum += weight * evaluate(marginal, z + marginal.step / 2);
    }
    return sum;
}

}  // namespace openbook::scenarios
