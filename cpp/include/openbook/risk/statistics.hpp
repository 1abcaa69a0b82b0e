// Statistics of a column of simulated results, each with its Monte Carlo standard error.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace openbook::risk {

/// A figure and how far to trust it.
struct Estimate {
    double value = 0;
    double error = 0;  // standard error, same unit
};

/// Of a party's result, + = in its favour; low is bad. Value at risk and expected shortfall are losses: positive =
/// loss.
struct Summary {
    std::uint64_t draws = 0;
    Estimate mean, deviation, probability_below_zero;
    std::vector<double> levels;  // e.g. 0.95, 0.99
    std::vector<Estimate>
        value_at_risk;  // minus the (1 - level) quantile: order statistic number floor(draws * (1 - level))
    std::vector<Estimate> expected_shortfall;  // minus the mean of the draws at or below it
    double minimum = 0, maximum = 0;
};

/// Money less than half a penny from zero is zero: what the last bits of a sum leave.
inline constexpr double half_a_penny = 0.005;

/// `nothing`: how far below zero a draw must lie to count as below it.
Summary summarise(std::span<const double> column, std::span<const double> levels, double nothing = 0);
/// Many columns of equal length stored one after the other, with `nothing` of each (none: 0 for all); uses up to
/// `threads` threads, same bits whatever their number.
std::vector<Summary> summarise_columns(std::span<const double> columns, std::size_t draws,
                                       std::span<const double> levels, unsigned threads,
                                       std::span<const double> nothing = {});
/// Quantiles by order statistic floor(p * (n - 1) + 0.5), ascending; p in [0, 1].
std::vector<double> quantiles(std::span<const double> column, std::span<const double> probabilities);
/// The largest absolute value; missing ones do not count.
double largest_size(std::span<const double> column);
/// Number of the draw that is the given percentile's order statistic; ties by draw number.
std::uint64_t draw_at(std::span<const double> column, double probability);

}  // namespace openbook::risk
