#include "openbook/risk/reduction.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "risk/ordered_sum.hpp"
#include "risk/sorting.hpp"

namespace openbook::risk {

MomentSums moments_of(std::span<const double> draws) {
    MomentSums sums;
    sums.draws = static_cast<double>(draws.size());
    // From a value of the draws' own size, so that large equal values have no deviation at all.
    const double origin = draws[0];
    sums.mean = origin + group_sum(draws, [&](double x) { return x - origin; }) / sums.draws;
    const double mean = sums.mean;
    sums.second = group_sum(draws, [&](double x) { return (x - mean) * (x - mean); });
    sums.third = group_sum(draws, [&](double x) { return (x - mean) * (x - mean) * (x - mean); });
    sums.fourth = group_sum(draws, [&](double x) { return ((x - mean) * (x - mean)) * ((x - mean) * (x - mean)); });
    const auto [least, most] = std::minmax_element(draws.begin(), draws.end());
    sums.minimum = *least;
    sums.maximum = *most;
    return sums;
}

MomentSums joined(const MomentSums& a, const MomentSums& b) {
    MomentSums all;
    const double n = a.draws + b.draws, gap = b.mean - a.mean;
    const double ab = a.draws * b.draws, step = gap / n;
    all.draws = n;
    all.mean = a.mean + step * b.draws;
    all.second = a.second + b.second + gap * step * ab;
    all.third = a.third + b.third + gap * step * step * ab * (a.draws - b.draws) +
                3 * step * (a.draws * b.second - b.draws * a.second);
    all.fourth = a.fourth + b.fourth + gap * step * step * step * ab * (a.draws * a.draws - ab + b.draws * b.draws) +
                 6 * step * step * (a.draws * a.draws * b.second + b.draws * b.draws * a.second) +
                 4 * step * (a.draws * b.third - b.draws * a.third);
    all.minimum = std::min(a.minimum, b.minimum);
    all.maximum = std::max(a.maximum, b.maximum);
    return all;
}

MomentSums Gathered::all_moments() const {
    MomentSums all = moments.back();
    for (auto larger = std::next(moments.rbegin()); larger != moments.rend(); ++larger) all = joined(*larger, all);
    return all;
}

// -- sketches ----------------------------------------------------------------------------------------------------

void Sketch::add(std::span<const double> draws) {
    open_.insert(open_.end(), draws.begin(), draws.end());
    if (open_.size() < capacity_) return;
    std::vector<double> buffer(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(capacity_));
    open_.erase(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(capacity_));
    sort_numbers(buffer);
    const auto both = std::make_unique_for_overwrite<double[]>(2 * capacity_);
    for (std::size_t level = 0;; ++level) {
        if (level == full_.size()) {
            full_.emplace_back();
            joinings_.push_back(0);
        }
        if (!full_[level]) {
            full_[level] = std::move(buffer);
            return;
        }
        merge_alike(*full_[level], buffer, both.get());
        full_[level].reset();
        const std::size_t from = joinings_[level]++ % 2;
        for (std::size_t i = 0; i < capacity_; ++i) buffer[i] = both[2 * i + from];
    }
}

Sketch::Values Sketch::values() const {
    std::vector<std::pair<double, std::uint64_t>> all;
    for (const double value : open_) all.emplace_back(value, 1);
    for (std::size_t level = 0; level < full_.size(); ++level)
        if (full_[level])
            for (const double value : *full_[level]) all.emplace_back(value, std::uint64_t{1} << level);
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    Values values;
    for (const auto& [value, weight] : all) {
        values.value.push_back(value);
        values.weight.push_back(weight);
    }
    return values;
}

namespace {
/// Joinings of one weight are wrong by turns in either direction: what is left is one more in one of them.
std::uint64_t wrong_by(std::uint64_t joinings, std::size_t level) {
    return (joinings + 1) / 2 << level;
}
}  // namespace

std::uint64_t Sketch::bound() const {
    std::uint64_t bound = 0;
    for (std::size_t level = 0; level < joinings_.size(); ++level) bound += wrong_by(joinings_[level], level);
    return bound;
}

std::size_t Sketch::capacity_for(std::uint64_t draws, double error) {
    for (std::size_t capacity = group_of_draws;; capacity *= 2) {
        std::uint64_t bound = 0, joinings = draws / capacity;
        for (std::size_t level = 0; (joinings /= 2) > 0; ++level) bound += wrong_by(joinings, level);
        if (static_cast<double>(bound) <= error * static_cast<double>(draws)) return capacity;
    }
}

// -- reductions --------------------------------------------------------------------------------------------------

Reduction::Reduction(std::vector<Wanted> wanted, std::uint64_t draws)
    : wanted_(std::move(wanted)), columns_(wanted_.size()) {
    for (std::size_t c = 0; c < wanted_.size(); ++c) {
        columns_[c].below.resize(wanted_[c].thresholds.size());
        if (wanted_[c].keep) columns_[c].kept.reserve(draws);
        if (wanted_[c].sketch) columns_[c].sketch.emplace(wanted_[c].sketch);
    }
}

void Reduction::add(std::span<const double> columns, std::size_t draws, unsigned threads) {
    if (columns.size() != draws * columns_.size() || draws_ % group_of_draws != 0)
        throw std::invalid_argument("draws are gathered in whole groups, for all columns");
    std::atomic<std::size_t> next{0};
    std::vector<std::exception_ptr> failures(columns_.size());
    const auto work = [&] {
        for (std::size_t c = next++; c < columns_.size(); c = next++) {
            try {
                add_to(c, columns.subspan(c * draws, draws));
            } catch (...) {
                failures[c] = std::current_exception();
            }
        }
    };
    {
        std::vector<std::jthread> others;
        for (std::size_t t = 1; t < std::min<std::size_t>(threads, columns_.size()); ++t) others.emplace_back(work);
        work();
    }
    for (const std::exception_ptr& failure : failures)
        if (failure) std::rethrow_exception(failure);
    draws_ += draws;
}

void Reduction::add_to(std::size_t column, std::span<const double> draws) {
    const Wanted& wanted = wanted_[column];
    Gathered& gathered = columns_[column];
    if (!wanted.moments && !wanted.keep && wanted.thresholds.empty() && !wanted.sketch) return;
    const auto missing = std::find_if(draws.begin(), draws.end(), [](double x) { return x != x; });
    if (missing != draws.end())
        throw std::invalid_argument("a column has missing values, first at position " +
                                    std::to_string(draws_ + static_cast<std::uint64_t>(missing - draws.begin())));
    if (wanted.keep) gathered.kept.insert(gathered.kept.end(), draws.begin(), draws.end());
    for (std::size_t t = 0; t < wanted.thresholds.size(); ++t) {
        const Threshold at = wanted.thresholds[t];
        std::uint64_t below = 0;
        for (const double x : draws) below += at.inclusive ? x <= at.value : x < at.value;
        gathered.below[t] += below;
    }
    for (std::size_t start = 0; start < draws.size(); start += group_of_draws) {
        const auto group = draws.subspan(start, std::min(group_of_draws, draws.size() - start));
        if (wanted.sketch) gathered.sketch->add(group);
        if (!wanted.moments) continue;
        // Groups are joined two by two like the digits of a binary number.
        gathered.moments.push_back(moments_of(group));
        for (std::uint64_t number = (draws_ + start) / group_of_draws; number % 2 == 1 && gathered.moments.size() > 1;
             number /= 2) {
            const MomentSums last = gathered.moments.back();
            gathered.moments.pop_back();
            gathered.moments.back() = joined(gathered.moments.back(), last);
        }
    }
}

}  // namespace openbook::risk
