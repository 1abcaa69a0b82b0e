#include "scenarios/marginal.hpp"

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/negative_binomial.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <functional>
#include <sstream>
#include <stdexcept>

#include "engine/lanes/quantile_formula.hpp"
#include "scenarios/tables.hpp"

namespace openbook::scenarios {
namespace {

using engine::Marginal;

constexpr double coarsest_step = 1.0 / 64, finest_step = 1.0 / 1024;
constexpr double allowed_error = 5e-8;  // of the standard deviation, between knots
constexpr double negligible = 1e-17;
constexpr double hardly_ever = 1e-12;      // arrivals beyond it are not told apart
constexpr double widest_support = 20'000;  // values of a count; wider ones get a smooth table

// A library's own limits are reported as infinity or the nearest value, never thrown: the table's ends touch them.
using Lenient =
    boost::math::policies::policy<boost::math::policies::overflow_error<boost::math::policies::ignore_error>>;
using Real = boost::math::policies::policy<boost::math::policies::overflow_error<boost::math::policies::ignore_error>,
                                           boost::math::policies::discrete_quantile<boost::math::policies::real>>;

[[noreturn]] void refuse(const std::string& name, double value, const std::string& limit) {
    std::ostringstream message;
    message << name << " is " << value << "; expected " << limit;
    throw std::invalid_argument(message.str());
}
void need_finite(const std::string& name, double value) {
    if (!std::isfinite(value)) refuse(name, value, "a finite number");
}
void need_positive(const std::string& name, double value, double most) {
    if (!(value > 0) || !(value <= most)) refuse(name, value, "more than 0 and at most " + std::to_string(most));
}

/// A quantile given the probability below and the probability above.
using Quantile = std::function<double(double below, double above)>;

/// Halves the step until the cubic between knots is close enough; the midpoints checked are the next table's knots.
Marginal smooth(const Quantile& quantile, double deviation) {
    const auto at = [&](double z) { return quantile(normal_below(z), normal_below(-z)); };
    Marginal table;
    table.first = -table_end;
    table.step = coarsest_step;
    const auto cells = static_cast<std::size_t>(2 * table_end / coarsest_step);
    for (std::size_t i = 0; i <= cells; ++i)
        table.values.push_back(at(table.first + static_cast<double>(i) * table.step));
    for (std::size_t i = 1; i < table.values.size(); ++i)
        table.values[i] = std::max(table.values[i], table.values[i - 1]);
    while (table.step > finest_step) {
        std::vector<double> finer;
        double worst = 0;
        for (std::size_t i = 0; i + 1 < table.values.size(); ++i) {
            const double z = table.first + (static_cast<double>(i) + 0.5) * table.step;
            const double value = std::clamp(at(z), table.values[i], table.values[i + 1]);
            worst = std::max(worst, std::abs(value - evaluate(table, z)));
            finer.push_back(table.values[i]);
            finer.push_back(value);
        }
        finer.push_back(table.values.back());
        if (worst <= allowed_error * deviation) break;
        table.values = std::move(finer);
        table.step /= 2;
    }
    for (double& value : table.values) value = rounded(value);
    return table;
}

/// A count's table: one threshold for each value that has a probability worth speaking of. Where there are too many
/// values, the continuous quantile, half a step up because a count is that quantile rounded up.
template <class Discrete, class Continuous>
Marginal counts(const Discrete& distribution, const Continuous& continuous, double deviation) {
    using boost::math::cdf;
    using boost::math::complement;
    using boost::math::quantile;
    const double low = std::max(0.0, std::floor(quantile(distribution, negligible)));
    const double high = std::ceil(quantile(complement(distribution, negligible)));
    if (high - low > widest_support) {
        const double none = cdf(distribution, 0.0);
        return smooth(
            [&](double below, double above) {
                if (below <= none) return 0.0;
                return 0.5 + (below < above ? quantile(continuous, below) : quantile(complement(continuous, above)));
            },
            deviation);
    }
    Marginal table;
    table.shape = Marginal::Shape::steps;
    table.step_values.push_back(low);
    for (double k = low; k < high; ++k) {
        const double below = cdf(distribution, k), above = cdf(complement(distribution, k));
        if (above < negligible / 10) break;
        const double threshold = rounded(normal_quantile(below, above));
        if (!table.thresholds.empty() && threshold < table.thresholds.back()) continue;
        table.thresholds.push_back(threshold);
        table.step_values.push_back(k + 1);
    }
    return table;
}

void need_order(double low, double high) {
    need_finite("low", low);
    need_finite("high", high);
    if (!(low < high)) refuse("low", low, "less than high, which is " + std::to_string(high));
}
void need_mode(double low, double mode, double high) {
    need_order(low, high);
    if (!(mode >= low && mode <= high)) refuse("mode", mode, "between low and high");
}

}  // namespace

Marginal triangular(double low, double mode, double high) {
    need_mode(low, mode, high);
    const double range = high - low, left = mode - low, right = high - mode;
    const double deviation =
        std::sqrt((low * low + mode * mode + high * high - low * mode - low * high - mode * high) / 18);
    return smooth(
        [&](double below, double above) {
            return below * range <= left ? low + std::sqrt(below * range * left)
                                         : high - std::sqrt(above * range * right);
        },
        deviation);
}

Marginal beta(double alpha, double beta, double low, double high) {
    need_positive("alpha", alpha, 1e9);
    need_positive("beta", beta, 1e9);
    need_order(low, high);
    const boost::math::beta_distribution<double, Lenient> distribution(alpha, beta);
    const double deviation = (high - low) * boost::math::standard_deviation(distribution);
    return smooth(
        [&](double below, double above) {
            // From the nearer end, so that neither tail loses its digits.
            const double at = below < above ? boost::math::quantile(distribution, below)
                                            : boost::math::quantile(boost::math::complement(distribution, above));
            return std::clamp(low + (high - low) * at, low, high);
        },
        deviation);
}

Marginal pert(double low, double mode, double high) {
    need_mode(low, mode, high);
    return beta(1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low), low, high);
}

Marginal poisson(double mean) {
    need_positive("mean", mean, 1e12);
    return counts(boost::math::poisson_distribution<double, Lenient>(mean),
                  boost::math::poisson_distribution<double, Real>(mean), std::sqrt(mean));
}

Marginal negative_binomial(double mean, double dispersion) {
    need_positive("mean", mean, 1e12);
    need_positive("dispersion", dispersion, 1e6);
    const double size = 1 / dispersion, success = 1 / (1 + dispersion * mean);
    return counts(boost::math::negative_binomial_distribution<double, Lenient>(size, success),
                  boost::math::negative_binomial_distribution<double, Real>(size, success),
                  std::sqrt(mean * (1 + dispersion * mean)));
}

Marginal empirical(std::vector<double> observed) {
    if (observed.empty()) throw std::invalid_argument("observed values: got none; expected at least one");
    for (const double value : observed) need_finite("an observed value", value);
    std::sort(observed.begin(), observed.end());
    Marginal table;
    table.shape = Marginal::Shape::steps;
    const double n = static_cast<double>(observed.size());
    for (std::size_t i = 1; i < observed.size(); ++i) {
        const double count = static_cast<double>(i);
        table.thresholds.push_back(rounded(normal_quantile(count / n, (n - count) / n)));
    }
    table.step_values = std::move(observed);
    return table;
}

Marginal student_t(double degrees_of_freedom) {
    if (!(degrees_of_freedom >= 1) || !(degrees_of_freedom <= 1e6))
        refuse("degrees_of_freedom", degrees_of_freedom, "1 to 1000000");
    const boost::math::students_t_distribution<double, Lenient> distribution(degrees_of_freedom);
    return smooth_table(-table_end, table_end, 1, [&](double z) {
        return z < 0 ? boost::math::quantile(distribution, normal_below(z))
                     : boost::math::quantile(boost::math::complement(distribution, normal_below(-z)));
    });
}

Marginal pareto(double minimum, double shape) {
    need_positive("minimum", minimum, 1e15);
    if (!(shape >= 0.25) || !(shape <= 1e6)) refuse("the tail index", shape, "0.25 to 1000000");
    return smooth_table(-table_end, table_end, minimum,
                        [&](double z) { return minimum * std::exp(-std::log(normal_below(-z)) / shape); });
}

Marginal discrete(const std::vector<double>& values, const std::vector<double>& probabilities) {
    if (values.size() != probabilities.size() || values.empty())
        throw std::invalid_argument("one probability is needed for each value");
    std::vector<double> above(values.size() + 1, 0.0);
    for (std::size_t i = values.size(); i-- > 0;) above[i] = above[i + 1] + probabilities[i];
    Marginal table;
    table.shape = Marginal::Shape::steps;
    double below = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!(probabilities[i] > 0)) continue;
        if (!table.step_values.empty())
            table.thresholds.push_back(rounded(normal_quantile(below / above[0], above[i] / above[0])));
        table.step_values.push_back(values[i]);
        below += probabilities[i];
    }
    if (table.step_values.empty()) throw std::invalid_argument("some probability must be above 0");
    return table;
}

Marginal arrivals(double mean) {
    need_positive("rate", mean, 50);
    std::vector<double> counts, probabilities;
    const boost::math::poisson_distribution<double, Lenient> distribution(mean);
    for (double k = 0;; ++k) {
        counts.push_back(k);
        const double above = boost::math::cdf(boost::math::complement(distribution, k));
        if (above < hardly_ever) {
            probabilities.push_back(boost::math::pdf(distribution, k) + above);
            return discrete(counts, probabilities);
        }
        probabilities.push_back(boost::math::pdf(distribution, k));
    }
}

Marginal lookup(std::vector<double> values) {
    Marginal table;
    table.shape = Marginal::Shape::steps;
    for (std::size_t i = 1; i < values.size(); ++i) table.thresholds.push_back(static_cast<double>(i) - 0.5);
    table.step_values = std::move(values);
    return table;
}

double evaluate(const Marginal& marginal, double z) {
    if (marginal.shape == Marginal::Shape::steps)
        return engine::lanes::step_quantile(marginal.thresholds.data(), marginal.thresholds.size(),
                                            marginal.step_values.data(), z);
    return engine::lanes::smooth_quantile(marginal.first, 1 / marginal.step, marginal.values.size(),
                                          marginal.values.data(), z);
}

double mean(const Marginal& marginal) {
    double sum = 0;
    if (marginal.shape == Marginal::Shape::steps) {
        const std::size_t n = marginal.thresholds.size();
        for (std::size_t i = 0; i <= n; ++i) {
            const double from = i == 0 ? -HUGE_VAL : marginal.thresholds[i - 1],
                         to = i == n ? HUGE_VAL : marginal.thresholds[i];
            // Differences of the smaller tail, so that no digits are lost.
            const double chance =
                from > 0 ? normal_below(-from) - normal_below(-to) : normal_below(to) - normal_below(from);
            sum += marginal.step_values[i] * chance;
        }
        return sum;
    }
    // The trapezium rule is as good as exact here: the integrand vanishes smoothly at both ends.
    const double density = marginal.step / std::sqrt(2 * 3.14159265358979323846);
    for (std::size_t i = 0; i < marginal.values.size(); ++i) {
        const double z = marginal.first + static_cast<double>(i) * marginal.step;
        sum += marginal.values[i] * density * std::exp(-0.5 * z * z);
    }
    return sum;
}

}  // namespace openbook::scenarios
