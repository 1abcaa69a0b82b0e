// Sums in one fixed order: eight partial sums over each group of draws, groups one after the other. So threads never
// change a bit.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace openbook::risk {

/// Draws that are summed together before anything else happens.
inline constexpr std::size_t group_of_draws = 2048;

template <class Term>
double group_sum(std::span<const double> x, Term term) {
    constexpr std::size_t partial = 8;
    std::array<double, partial> sums{};
    std::size_t i = 0;
    for (; i + partial <= x.size(); i += partial)
#pragma GCC unroll 8
        for (std::size_t p = 0; p < partial; ++p) sums[p] += term(x[i + p]);
    for (; i < x.size(); ++i) sums[0] += term(x[i]);
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

template <class Term>
double ordered_sum(std::span<const double> x, Term term) {
    double total = 0;
    for (std::size_t start = 0; start < x.size(); start += group_of_draws)
        total += group_sum(x.subspan(start, std::min(group_of_draws, x.size() - start)), term);
    return total;
}

}  // namespace openbook::risk
