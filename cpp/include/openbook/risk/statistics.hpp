// Statistics of a column of simulated results, each with its Monte Carlo standard error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace openbook::risk {

/// A figure and how far to trust it.
struct Estimate {
    double value = 0;
    double error = 0;  // standard error, same unit; NaN: these draws do not tell it
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

/// An error that draws cannot tell: of one draw's mean, or of a tail in which fewer than two draws lie.
inline constexpr double unknown_error = std::numeric_limits<double>::quiet_NaN();

/// Where the figures of a level are found in `n` draws: order statistics, counted from one.
struct TailRanks {
    std::size_t at = 1, below = 1, above = 1;
    double widened = 1;     // the distance asked for over that of `below` and `above`, where the tail is cut off
    bool has_draw = false;  // at least one draw is expected in the tail
    double half_distance(double low, double high) const {
        return has_draw ? (high - low) / 2 * widened : unknown_error;
    }
};
TailRanks tail_ranks(std::size_t n, double level);
TailRanks tail_ranks(std::size_t n, double level, std::size_t spread);

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
