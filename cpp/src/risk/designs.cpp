#include "openbook/risk/designs.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <stdexcept>
#include <thread>

namespace openbook::risk {
namespace {

using Column = std::span<const double>;

/// Every estimate of a summary, in one fixed order.
std::vector<Estimate*> estimates(Summary& summary) {
    std::vector<Estimate*> all{&summary.mean, &summary.deviation, &summary.probability_below_zero};
    for (Estimate& estimate : summary.value_at_risk) all.push_back(&estimate);
    for (Estimate& estimate : summary.expected_shortfall) all.push_back(&estimate);
    return all;
}

void between_replications(Column column, double nothing, const Design& design, Summary& summary) {
    const std::size_t count = design.replications;
    if (count < 2) throw std::invalid_argument("errors between replications need two of them");
    if (column.size() < 2 * count) {  // a draw that was made again alone
        for (Estimate* estimate : estimates(summary)) estimate->error = unknown_error;
        return;
    }
    std::vector<Summary> parts;
    std::vector<double> own;
    for (std::size_t start = 0; start < count; ++start) {
        own.clear();
        for (std::size_t i = start; i < column.size(); i += count) own.push_back(column[i]);
        parts.push_back(summarise(own, summary.levels, nothing));
    }
    const std::vector<Estimate*> whole = estimates(summary);
    const double n = static_cast<double>(count);
    for (std::size_t e = 0; e < whole.size(); ++e) {
        double mean = 0, squares = 0;
        for (Summary& part : parts) mean += estimates(part)[e]->value / n;
        for (Summary& part : parts) {
            const double apart = estimates(part)[e]->value - mean;
            squares += apart * apart;
        }
        whole[e]->error = std::sqrt(squares / (n - 1) / n);
    }
}

/// The standard error of the mean of influence(x), from sums over pairs.
template <class Influence>
double pair_error(Column column, std::uint64_t first_draw, Influence influence) {
    const double n = static_cast<double>(column.size());
    double total = 0;
    for (const double x : column) total += influence(x);
    const double mean = total / n;
    double squares = 0, pairs = 0;
    for (std::size_t i = 0; i < column.size(); pairs += 1) {
        double sum = influence(column[i]) - mean;
        if ((first_draw + i) % 2 == 0 && i + 1 < column.size()) sum += influence(column[++i]) - mean;
        ++i;
        squares += sum * sum;
    }
    return pairs > 1 ? std::sqrt(squares * pairs / (pairs - 1)) / n : unknown_error;
}

/// Half the distance between the order statistics `spread` to either side of a level's.
double half_distance(Column column, double level, std::size_t spread) {
    std::vector<double> values(column.begin(), column.end());
    const TailRanks ranks = tail_ranks(values.size(), level, spread);
    const auto upper = values.begin() + static_cast<std::ptrdiff_t>(ranks.above) - 1;
    const auto lower = values.begin() + static_cast<std::ptrdiff_t>(ranks.below) - 1;
    std::nth_element(values.begin(), upper, values.end());
    if (ranks.below < ranks.above) std::nth_element(values.begin(), lower, upper);
    return ranks.half_distance(*lower, *upper);
}

void between_pairs(Column column, double nothing, const Design& design, Summary& summary) {
    const std::uint64_t first = design.first_draw;
    const double n = static_cast<double>(column.size()), mean = summary.mean.value;
    summary.mean.error = pair_error(column, first, [](double x) { return x; });
    summary.probability_below_zero.error =
        pair_error(column, first, [&](double x) { return (nothing > 0 ? x <= -nothing : x < 0) ? 1.0 : 0.0; });
    const double deviation = summary.deviation.value;
    summary.deviation.error =
        deviation > 0 ? pair_error(column, first, [&](double x) { return (x - mean) * (x - mean) / (2 * deviation); })
                      : summary.mean.error;
    const bool constant = column.size() > 2 && summary.minimum == summary.maximum;
    for (std::size_t i = 0; i < summary.levels.size(); ++i) {
        const double level = summary.levels[i], share = 1 - level, quantile = -summary.value_at_risk[i].value;
        const double off = pair_error(column, first, [&](double x) { return x <= quantile ? 1.0 : 0.0; });
        const bool known = off == off && tail_ranks(column.size(), level).at > 1;
        const auto spread = static_cast<std::size_t>(std::max(1.0, std::round((off == off ? off : 0) * n)));
        const double shortfall =
            pair_error(column, first, [&](double x) { return x <= quantile ? (x - quantile) / share : 0.0; });
        summary.value_at_risk[i].error = constant     ? 0
                                         : off == off ? half_distance(column, level, spread)
                                                      : unknown_error;
        summary.expected_shortfall[i].error = constant ? 0 : known ? shortfall : unknown_error;
    }
}

}  // namespace

std::vector<Summary> summarise_columns(Column columns, std::size_t draws, Column levels, unsigned threads,
                                       Column nothing, const Design& design) {
    std::vector<Summary> summaries = summarise_columns(columns, draws, levels, threads, nothing);
    if (design.kind == Design::Kind::independent) return summaries;
    std::vector<std::exception_ptr> failures(summaries.size());
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t c = next++; c < summaries.size(); c = next++) {
            try {
                const Column column = columns.subspan(c * draws, draws);
                const double level = nothing.empty() ? 0 : nothing[c];
                if (design.kind == Design::Kind::replicated)
                    between_replications(column, level, design, summaries[c]);
                else
                    between_pairs(column, level, design, summaries[c]);
            } catch (...) {
                failures[c] = std::current_exception();
            }
        }
    };
    {
        std::vector<std::jthread> others;
        for (std::size_t t = 1; t < std::min<std::size_t>(threads, summaries.size()); ++t) others.emplace_back(work);
        work();
    }
    for (const std::exception_ptr& failure : failures)
        if (failure) std::rethrow_exception(failure);
    return summaries;
}

}  // namespace openbook::risk
