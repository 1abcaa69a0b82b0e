// Sorting and merging of numbers whose order is hard to guess: without branches that a processor would guess wrong.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace openbook::risk {

/// Ascending, by their bits eight at a time, the lowest first. None of them is missing.
inline void sort_numbers(std::vector<double>& values) {
    constexpr std::uint64_t sign = std::uint64_t{1} << 63;
    const std::size_t n = values.size();
    std::vector<std::uint64_t> keys(n), other(n);
    std::array<std::array<std::uint32_t, 256>, 8> counts{};
    for (std::size_t i = 0; i < n; ++i) {
        // Bits whose order as whole numbers is that of the values: negative ones turned round.
        const auto bits = std::bit_cast<std::uint64_t>(values[i]);
        const std::uint64_t key = bits ^ (bits & sign ? ~std::uint64_t{0} : sign);
        keys[i] = key;
        for (std::size_t digit = 0; digit < 8; ++digit) ++counts[digit][key >> (8 * digit) & 255];
    }
    for (std::size_t digit = 0; digit < 8; ++digit) {
        auto& count = counts[digit];
        if (n > 0 && count[keys[0] >> (8 * digit) & 255] == n) continue;  // all alike
        std::uint32_t before = 0;
        for (std::uint32_t& c : count) before += std::exchange(c, before);
        for (const std::uint64_t key : keys) other[count[key >> (8 * digit) & 255]++] = key;
        keys.swap(other);
    }
    for (std::size_t i = 0; i < n; ++i)
        values[i] = std::bit_cast<double>(keys[i] ^ (keys[i] & sign ? sign : ~std::uint64_t{0}));
}

/// Two ascending lists as one.
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

}  // namespace openbook::risk
