#include "openbook/risk/statistics.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>

#include "risk/ordered_sum.hpp"

namespace openbook::risk {
namespace {

void need_numbers(std::span<const double> column) {
    if (column.empty()) throw std::invalid_argument("a column without draws has no statistics");
    std::size_t missing = 0;
    for (const double value : column) missing += value != value;
    if (missing == 0) return;
    const auto first = std::find_if(column.begin(), column.end(), [](double value) { return value != value; });
    throw std::invalid_argument("a column has missing values in " + std::to_string(missing) +
                                " draws, first at position " + std::to_string(first - column.begin()));
}

/// The `count` smallest values at least, in any order; found through a threshold from a sample, without sorting the
/// column.
std::vector<double> lower_tail(std::span<const double> column, std::size_t count) {
    constexpr std::size_t sample_size = 4096;
    const std::size_t n = column.size();
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
        std::vector<double> tail(n + 1);
        std::size_t kept = 0;
        for (const double value : column) {
            tail[kept] = value;  // overwritten by the next one unless it counts
            kept += value <= threshold;
        }
        if (kept >= count) {
            tail.resize(kept);
            return tail;
        }
    }
    return {column.begin(), column.end()};
}

void tail_figures(std::span<const double> column, Summary& summary) {
    std::vector<TailRanks> places;
    std::vector<std::size_t> needed;
    for (const double level : summary.levels) {
        places.push_back(tail_ranks(column.size(), level));
        needed.insert(needed.end(), {places.back().at, places.back().below, places.back().above});
    }
    if (needed.empty()) return;
    std::sort(needed.begin(), needed.end(), std::greater<>());
    needed.erase(std::unique(needed.begin(), needed.end()), needed.end());
    std::vector<double> tail = lower_tail(column, needed.front());
    auto end = tail.end();
    for (const std::size_t rank : needed) {
        const auto place = tail.begin() + static_cast<std::ptrdiff_t>(rank) - 1;
        std::nth_element(tail.begin(), place, end);
        end = place;  // what is left of it holds every lower rank
    }
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
    need_numbers(column);
    const std::size_t draws = column.size();
    const double n = static_cast<double>(draws);
    Summary summary;
    summary.draws = draws;
    summary.levels.assign(levels.begin(), levels.end());

    // From a value of the column's own size, so that large equal values have no deviation at all.
    const double origin = column[0];
    const double mean = origin + ordered_sum(column, [&](double x) { return x - origin; }) / n;
    const double second = ordered_sum(column, [&](double x) { return (x - mean) * (x - mean); }) / n;
    const double fourth =
        ordered_sum(column, [&](double x) { return (x - mean) * (x - mean) * ((x - mean) * (x - mean)); }) / n;
    const double deviation = draws > 1 ? std::sqrt(second * n / (n - 1)) : 0;
    summary.mean = {mean, draws > 1 ? deviation / std::sqrt(n) : unknown_error};
    // Two draws always lie alike from their mean: their fourth moment says nothing.
    const double scatter = second > 0 ? std::sqrt(std::max(0.0, fourth - second * second) / (4 * second * n)) : 0;
    summary.deviation = {deviation, draws > 2 || (draws == 2 && second == 0) ? scatter : unknown_error};

    std::size_t below = 0;
    double least = column[0], most = column[0];
    for (const double x : column) {
        below += nothing > 0 ? x <= -nothing : x < 0;
        least = x < least ? x : least;
        most = x > most ? x : most;
    }
    const double share = static_cast<double>(below) / n;
    summary.probability_below_zero = {share, std::sqrt(share * (1 - share) / n)};
    summary.minimum = least;
    summary.maximum = most;
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
