// Marginal distributions as plain tables over the standard normal scale (engine/graph.hpp: Marginal). Boost.Math
// computes the quantiles; entries are rounded to 40 bits so that the last bit of a mathematical library never shows in
// a result.
#pragma once

#include <vector>

#include "engine/graph.hpp"

namespace openbook::scenarios {

// Parameters outside a distribution's domain throw std::invalid_argument naming the parameter, its value and the limit.
engine::Marginal triangular(double low, double mode, double high);
engine::Marginal pert(double low, double mode, double high);
engine::Marginal beta(double alpha, double beta, double low, double high);
engine::Marginal poisson(double mean);
/// Variance = mean * (1 + dispersion * mean), dispersion > 0.
engine::Marginal negative_binomial(double mean, double dispersion);
/// Each observed value with equal probability.
engine::Marginal empirical(std::vector<double> observed);

/// Of location 0 and scale 1; 1 degree of freedom or more.
engine::Marginal student_t(double degrees_of_freedom);
/// P(X > x) = (minimum / x) ** shape.
engine::Marginal pareto(double minimum, double shape);
/// Stated values with stated probabilities, in that order over the normal scale; those with none are left out.
engine::Marginal discrete(const std::vector<double>& values, const std::vector<double>& probabilities);
/// Poisson counts up to the one that is exceeded with a probability below 1e-12; mean at most 50.
engine::Marginal arrivals(double mean);
/// No distribution: the value whose number is given in place of a normal score.
engine::Marginal lookup(std::vector<double> values);

/// Reference evaluation of a marginal at z (tests, exact base path): same arithmetic as the lanes.
double evaluate(const engine::Marginal& marginal, double z);

/// Mean of the distribution that the table stands for.
double mean(const engine::Marginal& marginal);

}  // namespace openbook::scenarios
