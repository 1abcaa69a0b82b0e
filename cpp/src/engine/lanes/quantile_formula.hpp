// Evaluation of a marginal's table at one z, shared by the kernels and by the scalar reference so that both have the same bits.
//
// Everything is in an anonymous namespace: each unit that includes this has its own copy.
#pragma once

#include <math.h>
#include <stddef.h>

namespace openbook::engine::lanes {
namespace {

// A smooth table is: first, 1 / step, number of values, values. A table of steps: number of thresholds, thresholds, values.
inline constexpr size_t smooth_header = 3;
inline constexpr size_t steps_header = 1;

/// Cubic through the four nearest knots; beyond the ends the line through the last two.
inline double smooth_quantile(const double* table, double z) {
    const double* values = table + smooth_header;
    const double last = table[2] - 1;
    const double place = (z - table[0]) * table[1];
    if (!(place >= 0)) return fma(place, values[1] - values[0], values[0]);
    if (place > last) {
        const double* end = values + static_cast<size_t>(last);
        return fma(place - last, end[0] - end[-1], end[0]);
    }
    const double low = place < 1 ? 1 : place > last - 2 ? last - 2 : place;
    const size_t knot = static_cast<size_t>(low);
    const double x = place - static_cast<double>(knot);
    const double a = values[knot - 1], b = values[knot], c = values[knot + 1], d = values[knot + 2];
    // Newton's form from b: exact at the knots, differences keep the relative accuracy of small steps.
    const double ahead = c - b, behind = b - a, further = d - c;
    const double second = 0.5 * (ahead - behind);
    const double third = ((further - ahead) - (ahead - behind)) * (1.0 / 6.0);
    const double curve = fma(x + 1, third, second);
    return fma(x, fma(x - 1, curve, ahead), b);
}

/// The value behind the number of thresholds that are at most z.
inline double step_quantile(const double* table, double z) {
    const double* thresholds = table + steps_header;
    const size_t count = static_cast<size_t>(table[0]);
    if (z != z) return z;
    const double* base = thresholds;
    size_t rest = count;
    while (rest > 0) {
        const size_t half = (rest + 1) / 2;
        base = base[half - 1] <= z ? base + half : base;
        rest -= half;
    }
    return thresholds[count + static_cast<size_t>(base - thresholds)];
}

}  // namespace
}  // namespace openbook::engine::lanes
