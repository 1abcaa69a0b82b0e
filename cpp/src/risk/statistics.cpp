#include "openbook/risk/statistics.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <exception>
#include <functional>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "risk/ordered_sum.hpp"
#include "risk/sorting.hpp"

namespace openbook::risk {
namespace {

void need_numbers(std::span<const double> column) {
    if (column.empty()) throw std::invalid_argument("a column without draws has no statistics");
    std::int64_t missing = 0;
    for (const double value : column) missing += value != value;
    if (missing == 0) return;
    const auto first = std::find_if(column.begin(), column.end(), [](double value) { return value != value; });
    throw std::invalid_argument("a column has missing values in " + std::to_string(missing) +
                                " draws, first at position " + std::to_string(first - column.begin()));
}

/// The `count` smallest values at least, ascending; found through a threshold from a sample, without sorting the
/// column.
std::vector<double> lower_tail(std::span<const double> column, std::size_t count) {
    constexpr std::size_t sample_size = 4096;
    const std::size_t n = column.size();
    std::vector<double> tail;
    if (n > 4 * sample_size && count < n / 2) {
        const std::size_t stride = n / sample_size;
        std::vector<double> sample;
        for (std::size_t i = 0; i < n; i += stride) sample.push_back(column[i]);
        const double share = static_cast<double>(count) / static_cast<double>(n),
                     size = static_cast<double>(sample.size());
        // Four standard deviations of the sample's own error above.
        const double rank = share * size + 4 * std::sqrt(share * (1 - share) * size) + 4;
        const auto place = std::min(static_cast<std::size_t>(rank), sample.size() - 1);
        std::nth_element(sample.begin(), sample.begin() + static_cast<std::ptrdiff_t>(place), sample.end());
        const double threshold = sample[place];
        tail.reserve(count + count / 2);
        std::array<double, group_of_draws + 1> low;
        for (std::size_t start = 0; start < n; start += group_of_draws) {
            std::size_t kept = 0;
            for (const double value : column.subspan(start, std::min(group_of_draws, n - start))) {
                low[kept] = value;  // overwritten by the next one unless it counts
                kept += value <= threshold;
            }
            tail.insert(tail.end(), low.begin(), low.begin() + static_cast<std::ptrdiff_t>(kept));
        }
    }
    if (tail.size() < count) tail.assign(column.begin(), column.end());
    sort_numbers(tail);
    return tail;
}

/// What a second reading of a column finds, once its mean is known.
struct Moments {
    double second = 0, fourth = 0;  // sums of powers of deviations, each in the order of an ordered_sum
    std::int64_t below = 0;         // draws that end below zero by more than what counts as nothing
    double least, most;
};
/// Group by group, so that a column is read from memory once.
Moments moments(std::span<const double> column, double mean, double nothing) {
    // x <= -nothing, or x < 0: in both cases x <= the bound.
    const double bound = nothing > 0 ? -nothing : -std::numeric_limits<double>::denorm_min();
    Moments all;
    all.least = all.most = column[0];
    for (std::size_t start = 0; start < column.size(); start += group_of_draws) {
        const auto group = column.subspan(start, std::min(group_of_draws, column.size() - start));
        all.second += group_sum(group, [&](double x) { return (x - mean) * (x - mean); });
        all.fourth += group_sum(group, [&](double x) { return (x - mean) * (x - mean) * ((x - mean) * (x - mean)); });
        for (const double x : group) all.below += x <= bound;
        const auto [least, most] = range_of(group);
        all.least = std::min(all.least, least);
        all.most = std::max(all.most, most);
    }
    return all;
}

void tail_figures(std::span<const double> column, Summary& summary) {
    std::vector<TailRanks> places;
    std::size_t most = 0;
    for (const double level : summary.levels) {
        places.push_back(tail_ranks(column.size(), level));
        most = std::max(most, places.back().above);
    }
    if (places.empty()) return;
    const std::vector<double> tail = lower_tail(column, most);
    const double n = static_cast<double>(column.size());
    const bool constant = column.size() > 1 && summary.minimum == summary.maximum;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const TailRanks& place = places[i];
        const double quantile = tail[place.at - 1], k = static_cast<double>(place.at);
        const std::span<const double> worst(tail.data(), place.at);
        const double average =
            std::min(quantile, ordered_sum(worst, [&](double x) { return x - quantile; }) / k + quantile);
        const double variance = ordered_sum(worst, [&](double x) { return (x - average) * (x - average); }) / k;
        const double share = 1 - summary.levels[i], gap = quantile - average;
        const double distance = place.half_distance(tail[place.below - 1], tail[place.above - 1]);
        const double spread =
            place.at > 1 ? std::sqrt((variance + (1 - share) * gap * gap) / (n * share)) : unknown_error;
        summary.value_at_risk.push_back({-quantile, constant ? 0 : distance});
        summary.expected_shortfall.push_back({-average, constant ? 0 : spread});
    }
}

}  // namespace

TailRanks tail_ranks(std::size_t n, double level) {
    const double draws = static_cast<double>(n);
    return tail_ranks(n, level,
                      static_cast<std::size_t>(std::max(1.0, std::round(std::sqrt(draws * (1 - level) * level)))));
}

TailRanks tail_ranks(std::size_t n, double level, std::size_t spread) {
    if (!(level > 0 && level < 1)) throw std::invalid_argument("a level must lie between 0 and 1");
    // 1 - 0.99 is not 0.01 exactly: a billionth of a draw does not count.
    const double wanted = std::floor(std::round(static_cast<double>(n) * (1 - level) * 1e9) / 1e9);
    TailRanks ranks;
    ranks.has_draw = wanted >= 1;
    ranks.at = std::clamp<std::size_t>(static_cast<std::size_t>(wanted), 1, n);
    ranks.below = ranks.at > spread ? ranks.at - spread : 1;
    ranks.above = std::min(ranks.at + spread, n);
    if (ranks.above > ranks.below)
        ranks.widened = 2 * static_cast<double>(spread) / static_cast<double>(ranks.above - ranks.below);
    return ranks;
}

Summary summarise(std::span<const double> column, std::span<const double> levels, double nothing) {
    if (column.empty()) need_numbers(column);
    const std::size_t draws = column.size();
    const double n = static_cast<double>(draws);
    Summary summary;
    summary.draws = draws;
    summary.levels.assign(levels.begin(), levels.end());

    // From a value of the column's own size, so that large equal values have no deviation at all.
    const double origin = column[0];
    const double mean = origin + ordered_sum(column, [&](double x) { return x - origin; }) / n;
    if (mean != mean) need_numbers(column);  // a missing value leaves no mean
    const Moments found = moments(column, mean, nothing);
    const double second = found.second / n, fourth = found.fourth / n;
    const double deviation = draws > 1 ? std::sqrt(second * n / (n - 1)) : 0;
    summary.mean = {mean, draws > 1 ? deviation / std::sqrt(n) : unknown_error};
    // Two draws always lie alike from their mean: their fourth moment says nothing.
    const double scatter = second > 0 ? std::sqrt(std::max(0.0, fourth - second * second) / (4 * second * n)) : 0;
    summary.deviation = {deviation, draws > 2 || (draws == 2 && second == 0) ? scatter : unknown_error};

    const double share = static_cast<double>(found.below) / n;
    summary.probability_below_zero = {share, std::sqrt(share * (1 - share) / n)};
    summary.minimum = found.least;
    summary.maximum = found.most;
    tail_figures(column, summary);
    return summary;
}

std::vector<Summary> summarise_columns(std::span<const double> columns, std::size_t draws,
                                       std::span<const double> levels, unsigned threads,
                                       std::span<const double> nothing) {
    if (draws == 0 || columns.size() % draws != 0)
        throw std::invalid_argument("columns must have one and the same length");
    const std::size_t count = columns.size() / draws;
    if (!nothing.empty() && nothing.size() != count)
        throw std::invalid_argument("expected one value of `nothing` for each column");
    std::vector<Summary> summaries(count);
    std::vector<std::exception_ptr> failures(count);
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t c = next++; c < count; c = next++) {
            try {
                summaries[c] = summarise(columns.subspan(c * draws, draws), levels, nothing.empty() ? 0 : nothing[c]);
            } catch (...) {
                failures[c] = std::current_exception();
            }
        }
    };
    {
        std::vector<std::jthread> others;
        for (std::size_t t = 1; t < std::min<std::size_t>(threads, count); ++t) others.emplace_back(work);
        work();
    }
    for (const std::exception_ptr& failure : failures)
        if (failure) std::rethrow_exception(failure);
    return summaries;
}

namespace {
std::size_t rank_of(double probability, std::size_t n) {
    if (!(probability >= 0 && probability <= 1)) throw std::invalid_argument("a probability must lie from 0 to 1");
    return static_cast<std::size_t>(std::floor(probability * static_cast<double>(n - 1) + 0.5));
}
}  // namespace

std::vector<double> quantiles(std::span<const double> column, std::span<const double> probabilities) {
    need_numbers(column);
    std::vector<std::size_t> order;
    for (const double probability : probabilities) order.push_back(rank_of(probability, column.size()));
    std::vector<std::size_t> needed = order;
    std::sort(needed.begin(), needed.end(), std::greater<>());
    std::vector<double> values(column.begin(), column.end());
    auto end = values.end();
    for (const std::size_t rank : needed) {
        const auto place = values.begin() + static_cast<std::ptrdiff_t>(rank);
        if (place == end) continue;  // the same rank again
        std::nth_element(values.begin(), place, end);
        end = place;
    }
    std::vector<double> result;
    for (const std::size_t rank : order) result.push_back(values[rank]);
    return result;
}

double largest_size(std::span<const double> column) {
    if (column.empty()) return 0;
    std::array<double, 8> largest{};
    std::size_t i = 0;
    for (; i + largest.size() <= column.size(); i += largest.size())
#pragma GCC unroll 8
        for (std::size_t lane = 0; lane < largest.size(); ++lane) {
            const double size = std::abs(column[i + lane]);
            largest[lane] = size > largest[lane] ? size : largest[lane];
        }
    for (; i < column.size(); ++i) largest[0] = std::max(largest[0], std::abs(column[i]));
    return *std::max_element(largest.begin(), largest.end());
}

std::uint64_t draw_at(std::span<const double> column, double probability) {
    need_numbers(column);
    const std::size_t rank = rank_of(probability, column.size());
    std::vector<std::uint64_t> draws(column.size());
    std::iota(draws.begin(), draws.end(), std::uint64_t{0});
    const auto place = draws.begin() + static_cast<std::ptrdiff_t>(rank);
    std::nth_element(draws.begin(), place, draws.end(), [&](std::uint64_t a, std::uint64_t b) {
        return column[a] != column[b] ? column[a] < column[b] : a < b;
    });
    return *place;
}

}  // namespace openbook::risk
