#include "openbook/risk/statistics.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>

namespace openbook::risk {
namespace {

constexpr std::size_t chunk = 2048;  // sums are made chunk by chunk and merged in order, whatever the threads

struct Moments {
    double mean = 0, second = 0, third = 0, fourth = 0;  // central sums
    std::uint64_t below_zero = 0;
    double minimum = 0, maximum = 0;
};

/// Two passes: the mean first, then central sums, which keeps their digits.
Moments moments_of(std::span<const double> x) {
    Moments m;
    m.minimum = m.maximum = x[0];
    double sum = 0;
    for (std::size_t begin = 0; begin < x.size(); begin += chunk) {
        const std::size_t end = std::min(begin + chunk, x.size());
        double lanes[8] = {}, low[8], high[8];
        std::uint64_t below[8] = {};
        std::fill_n(low, 8, x[begin]);
        std::fill_n(high, 8, x[begin]);
        std::size_t i = begin;
        for (; i + 8 <= end; i += 8)
            for (std::size_t l = 0; l < 8; ++l) {
                const double v = x[i + l];
                lanes[l] += v;
                below[l] += v < 0;
                low[l] = v < low[l] ? v : low[l];
                high[l] = v > high[l] ? v : high[l];
            }
        for (; i < end; ++i) {
            lanes[0] += x[i];
            below[0] += x[i] < 0;
            low[0] = std::min(low[0], x[i]);
            high[0] = std::max(high[0], x[i]);
        }
        for (std::size_t l = 0; l < 8; ++l) {
            m.below_zero += below[l];
            m.minimum = std::min(m.minimum, low[l]);
            m.maximum = std::max(m.maximum, high[l]);
        }
        sum += ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
    }
    m.mean = sum / static_cast<double>(x.size());
    if (!std::isfinite(m.mean)) throw std::invalid_argument("a column has a value that is not finite");
    for (std::size_t begin = 0; begin < x.size(); begin += chunk) {
        const std::size_t end = std::min(begin + chunk, x.size());
        double s2[8] = {}, s4[8] = {};
        std::size_t i = begin;
        for (; i + 8 <= end; i += 8)
            for (std::size_t l = 0; l < 8; ++l) {
                const double d = x[i + l] - m.mean, d2 = d * d;
                s2[l] += d2;
                s4[l] += d2 * d2;
            }
        for (; i < end; ++i) {
            const double d = x[i] - m.mean, d2 = d * d;
            s2[0] += d2;
            s4[0] += d2 * d2;
        }
        m.second += std::accumulate(s2, s2 + 8, 0.0);
        m.fourth += std::accumulate(s4, s4 + 8, 0.0);
    }
    return m;
}

/// floor(n * (1 - level)), not thrown off by the last bit of 1 - 0.99; at least one draw.
std::size_t tail_count(std::size_t n, double level) {
    const double exact = std::round(static_cast<double>(n) * (1 - level) * 1e9) / 1e9;
    return std::clamp<std::size_t>(static_cast<std::size_t>(exact), 1, n);
}

/// The lowest `count` values, ascending. A sampled bound throws out nearly everything else before anything is sorted.
std::vector<double> lowest(std::span<const double> x, std::size_t count) {
    std::vector<double> kept;
    if (x.size() > 16 * chunk && count < x.size() / 4) {
        std::vector<double> sample;
        const std::size_t stride = x.size() / 4096;
        for (std::size_t i = 0; i < x.size(); i += stride) sample.push_back(x[i]);
        const double fraction = static_cast<double>(count) / static_cast<double>(x.size());
        const auto place = std::min(sample.size() - 1, static_cast<std::size_t>(static_cast<double>(sample.size()) * fraction * 1.2) + 32);
        std::nth_element(sample.begin(), sample.begin() + static_cast<long>(place), sample.end());
        const double bound = sample[place];
        kept.resize(x.size() + 1);
        std::size_t n = 0;
        for (const double v : x) {
            kept[n] = v;
            n += v <= bound;
        }
        kept.resize(n);
    }
    if (kept.size() < count) kept.assign(x.begin(), x.end());
    if (count < kept.size()) std::nth_element(kept.begin(), kept.begin() + static_cast<long>(count), kept.end());
    kept.resize(count);
    std::sort(kept.begin(), kept.end());
    return kept;
}

}  // namespace

Summary summarise(std::span<const double> x, std::span<const double> levels) {
    if (x.empty()) throw std::invalid_argument("a column without draws has no statistics");
    const std::size_t n = x.size();
    const double size = static_cast<double>(n);
    const Moments m = moments_of(x);
    Summary s;
    s.draws = n;
    s.minimum = m.minimum;
    s.maximum = m.maximum;
    const double variance = n > 1 ? m.second / (size - 1) : 0;
    s.mean = {m.mean, std::sqrt(variance / size)};
    const double fourth = m.fourth / size;
    s.deviation = {std::sqrt(variance), variance > 0 ? std::sqrt(std::max(0.0, fourth - variance * variance) / size) / (2 * std::sqrt(variance)) : 0};
    const double p = static_cast<double>(m.below_zero) / size;
    s.probability_below_zero = {p, std::sqrt(p * (1 - p) / size)};
    std::size_t longest = 1;
    for (const double level : levels) {
        if (!(level > 0 && level < 1)) throw std::invalid_argument("a level must lie between 0 and 1, not " + std::to_string(level));
        const std::size_t k = tail_count(n, level);
        // A few more than the tail, for the quantile's own error.
        longest = std::max(longest, std::min(n, k + static_cast<std::size_t>(2 + std::sqrt(static_cast<double>(k)))));
    }
    const std::vector<double> tail = lowest(x, longest);
    for (const double level : levels) {
        const std::size_t k = tail_count(n, level);
        const double tail_size = static_cast<double>(k), q = tail[k - 1];
        double sum = 0;
        for (std::size_t i = 0; i < k; ++i) sum += tail[i];
        const double mean = sum / tail_size;
        double spread = 0;
        for (std::size_t i = 0; i < k; ++i) spread += (tail[i] - mean) * (tail[i] - mean);
        spread /= tail_size;
        const auto reach = static_cast<std::size_t>(std::max(1.0, std::sqrt(tail_size * (1 - tail_size / size))));
        const double above = tail[std::min(tail.size() - 1, k - 1 + reach)], below = tail[k - 1 >= reach ? k - 1 - reach : 0];
        s.levels.push_back(level);
        s.value_at_risk.push_back({-q, (above - below) / 2});
        s.expected_shortfall.push_back({-mean, std::sqrt((spread + (1 - tail_size / size) * (mean - q) * (mean - q)) / tail_size)});
    }
    return s;
}

std::vector<Summary> summarise_columns(std::span<const double> columns, std::size_t draws, std::span<const double> levels, unsigned threads) {
    const std::size_t count = draws ? columns.size() / draws : 0;
    std::vector<Summary> result(count);
    std::atomic<std::size_t> next{0};
    std::exception_ptr fault;
    std::atomic<bool> failed{false};
    const auto work = [&] {
        for (std::size_t i; (i = next.fetch_add(1)) < count;) try {
                result[i] = summarise(columns.subspan(i * draws, draws), levels);
            } catch (...) {
                if (!failed.exchange(true)) fault = std::current_exception();
                return;
            }
    };
    const std::size_t helpers = std::min<std::size_t>(threads > 1 ? threads - 1 : 0, count > 1 ? count - 1 : 0);
    std::vector<std::thread> pool;
    for (std::size_t i = 0; i < helpers; ++i) pool.emplace_back(work);
    work();
    for (std::thread& thread : pool) thread.join();
    if (failed) std::rethrow_exception(fault);
    return result;
}

std::vector<double> quantiles(std::span<const double> column, std::span<const double> probabilities) {
    if (column.empty()) throw std::invalid_argument("a column without draws has no quantiles");
    std::vector<double> sorted(column.begin(), column.end());
    std::vector<double> result;
    std::size_t done = 0;
    for (const double p : probabilities) {
        if (!(p >= 0 && p <= 1)) throw std::invalid_argument("a probability must lie between 0 and 1, not " + std::to_string(p));
        const auto place = static_cast<std::size_t>(p * static_cast<double>(sorted.size() - 1) + 0.5);
        // Ascending probabilities need only the part above the last one.
        if (place < done) done = 0;
        std::nth_element(sorted.begin() + static_cast<long>(done), sorted.begin() + static_cast<long>(place), sorted.end());
        result.push_back(sorted[place]);
        done = place;
    }
    return result;
}

std::uint64_t draw_at(std::span<const double> column, double probability) {
    if (column.empty() || !(probability >= 0 && probability <= 1)) throw std::invalid_argument("a probability must lie between 0 and 1, not " + std::to_string(probability));
    std::vector<std::uint64_t> order(column.size());
    std::iota(order.begin(), order.end(), std::uint64_t{0});
    const auto place = static_cast<long>(probability * static_cast<double>(column.size() - 1) + 0.5);
    std::nth_element(order.begin(), order.begin() + place, order.end(), [&](std::uint64_t a, std::uint64_t b) { return column[a] < column[b] || (column[a] == column[b] && a < b); });
    return order[static_cast<std::size_t>(place)];
}

}  // namespace openbook::risk
