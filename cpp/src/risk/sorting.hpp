// Sorting and merging of numbers whose order is hard to guess: without branches that a processor would guess wrong.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace openbook::risk {

/// Bits whose order as whole numbers is that of the values: negative ones turned round. Zero comes after its negative.
inline std::uint64_t ordered_bits(double value) {
    constexpr std::uint64_t sign = std::uint64_t{1} << 63;
    const auto bits = std::bit_cast<std::uint64_t>(value);
    return bits ^ (bits & sign ? ~std::uint64_t{0} : sign);
}

/// Counts become where the first of each kind goes.
template <std::size_t kinds>
void start_of_each(std::array<std::uint32_t, kinds>& counts) {
    std::uint32_t before = 0;
    for (std::uint32_t& c : counts) before += std::exchange(c, before);
}

/// Ascending, by their bits eight at a time, the lowest first: as long for all numbers.
inline void sort_by_bits(std::span<double> values) {
    constexpr std::uint64_t sign = std::uint64_t{1} << 63;
    const std::size_t n = values.size();
    std::vector<std::uint64_t> keys(n), other(n);
    std::array<std::array<std::uint32_t, 256>, 8> counts{};
    for (std::size_t i = 0; i < n; ++i) {
        keys[i] = ordered_bits(values[i]);
        for (std::size_t digit = 0; digit < 8; ++digit) ++counts[digit][keys[i] >> (8 * digit) & 255];
    }
    for (std::size_t digit = 0; digit < 8; ++digit) {
        auto& count = counts[digit];
        if (n > 0 && count[keys[0] >> (8 * digit) & 255] == n) continue;  // all alike
        start_of_each(count);
        for (const std::uint64_t key : keys) other[count[key >> (8 * digit) & 255]++] = key;
        keys.swap(other);
    }
    for (std::size_t i = 0; i < n; ++i)
        values[i] = std::bit_cast<double>(keys[i] ^ (keys[i] & sign ? sign : ~std::uint64_t{0}));
}

/// The least and the largest; eight of each side by side, so that none waits for the one before.
inline std::pair<double, double> range_of(std::span<const double> values) {
    constexpr std::size_t partial = 8;
    std::array<double, partial> least, most;
    least.fill(values[0]);
    most.fill(values[0]);
    std::size_t i = 0;
    for (; i + partial <= values.size(); i += partial)
#pragma GCC unroll 8
        for (std::size_t p = 0; p < partial; ++p) {
            const double x = values[i + p];
            least[p] = x < least[p] ? x : least[p];
            most[p] = x > most[p] ? x : most[p];
        }
    for (; i < values.size(); ++i) {
        least[0] = std::min(least[0], values[i]);
        most[0] = std::max(most[0], values[i]);
    }
    return {*std::min_element(least.begin(), least.end()), *std::max_element(most.begin(), most.end())};
}

/// Sorts by place, then within places; `spare` is as long as the numbers, `depth` says how often places had places.
inline void sort_by_place(std::span<double> values, std::span<double> spare, int depth);

/// Ascending, however they lie: within a place that many share.
inline void sort_crowd(std::span<double> values, std::span<double> spare, int depth) {
    constexpr std::size_t few = 512;
    constexpr int deepest = 3;
    if (values.size() <= few)
        std::sort(values.begin(), values.end(), [](double x, double y) { return ordered_bits(x) < ordered_bits(y); });
    else if (depth == deepest)
        sort_by_bits(values);
    else
        sort_by_place(values, spare, depth + 1);
}

/// Puts numbers in order that are so but for those that share a place.
template <class Place>
void put_right(std::span<double> values, std::span<double> spare, Place place, int depth) {
    constexpr std::size_t near = 16;
    for (std::size_t i = 1; i < values.size(); ++i) {
        const double value = values[i];
        const std::uint64_t key = ordered_bits(value);
        if (ordered_bits(values[i - 1]) <= key) continue;
        const std::size_t least = i > near ? i - near : 0;
        std::size_t j = i;
        for (; j > least && key < ordered_bits(values[j - 1]); --j) values[j] = values[j - 1];
        values[j] = value;
        if (j > least || j == 0) continue;
        // What has to move so far shares its place with many.
        std::size_t first = j, last = i + 1;
        while (first > 0 && place(values[first - 1]) == place(value)) --first;
        while (last < values.size() && place(values[last]) == place(value)) ++last;
        sort_crowd(values.subspan(first, last - first), spare, depth);
        i = last - 1;
    }
}

inline void sort_by_place(std::span<double> values, std::span<double> spare, int depth) {
    constexpr std::uint32_t half = 1024;
    const auto [least, most] = range_of(values);
    if (least == most && least != 0) return;
    const double scale = static_cast<double>(half * half - 2) / (most - least);
    if (!(most - least > 0) || !std::isfinite(most - least) || !std::isfinite(scale)) return sort_by_bits(values);
    const auto place = [least = least, scale](double x) { return static_cast<std::uint32_t>((x - least) * scale); };
    std::array<std::uint32_t, half> low{}, high{};
    for (const double x : values) {
        const std::uint32_t own = place(x);
        ++low[own % half];
        ++high[own / half];
    }
    start_of_each(low);
    start_of_each(high);
    for (const double x : values) spare[low[place(x) % half]++] = x;
    for (const double x : spare.first(values.size())) values[high[place(x) / half]++] = x;
    put_right(values, spare, place, depth);
}

/// Ascending. None of them is missing.
///
/// Each goes to one of a million places in proportion to where it lies between the least and the largest (that keeps
/// the order, rounded or not), ten bits of its place at a time. Few share a place, and are then put right; where many
/// do, as what the last bits of sums leave beside a cap, they have a million places of their own. Where that does not
/// part them either, bits decide.
inline void sort_numbers(std::vector<double>& values) {
    if (values.empty()) return;
    std::vector<double> spare(values.size());
    sort_by_place(values, spare, 0);
}

/// Two ascending lists as one; of equals those of `a` come first.
inline void merge_numbers(std::span<const double> a, std::span<const double> b, double* out) {
    std::size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        const double x = a[i], y = b[j];
        const bool second = y < x;
        *out++ = second ? y : x;
        i += !second;
        j += second;
    }
    while (i < a.size()) *out++ = a[i++];
    while (j < b.size()) *out++ = b[j++];
}

/// The same of two lists of one length, from both ends at once: neither end waits for the other, and neither list ends
/// before half of all are out.
inline void merge_alike(std::span<const double> a, std::span<const double> b, double* out) {
    const std::size_t n = a.size();
    std::size_t i = 0, j = 0, last_i = n - 1, last_j = n - 1;
    for (std::size_t k = 0; k < n; ++k) {
        const double x = a[i], y = b[j], u = a[last_i], v = b[last_j];
        const bool second = y < x, first = v < u;
        out[k] = second ? y : x;
        out[2 * n - 1 - k] = first ? u : v;
        i += !second;
        j += second;
        last_i -= first;
        last_j -= !first;
    }
}

}  // namespace openbook::risk
