// Evaluation of a marginal's table at one z, shared by the kernels and by the scalar reference so that both have the
// same bits.
//
// Everything is in an anonymous namespace: each unit that includes this has its own copy.
#pragma once

#include <math.h>
#include <stddef.h>

namespace openbook::engine::lanes {
namespace {

// A smooth table is: first, 1 / step, number of values, values. A table of steps: number of thresholds, thresholds,
// values.
inline constexpr size_t smooth_header = 3;
inline constexpr size_t steps_header = 1;

/// Cubic through the four nearest knots, kept between the two knots around z so that it never leaves a distribution's
/// range; beyond the ends the line through the last two.
inline double smooth_quantile(double first, double per_step, size_t count, const double* values, double z) {
    const double last = static_cast<double>(count - 1);
    const double place = (z - first) * per_step;
    if (!(place >= 0)) return fma(place, values[1] - values[0], values[0]);
    if (place >= last) return fma(place - last, values[count - 1] - values[count - 2], values[count - 1]);
    const size_t cell = static_cast<size_t>(place);
    const size_t knot = cell < 1 ? 1 : cell > count - 3 ? count - 3 : cell;
    const double x = place - static_cast<double>(knot);
    const double a = values[knot - 1], b = values[knot], c = values[knot + 1], d = values[knot + 2];
    // Newton's form from b: exact at the knots, differences keep the relative accuracy of small steps.
    const double ahead = c - b, behind = b - a, further = d - c;
    const double second = 0.5 * (ahead - behind);
    const double third = ((further - ahead) - (ahead - behind)) * (1.0 / 6.0);
    const double curve = fma(x + 1, third, second);
    const double value = fma(x, fma(x - 1, curve, ahead), b);
    const double low = values[cell], high = values[cell + 1];
    return value < low ? low : value > high ? high : value;
}
inline double smooth_quantile(const double* table, double z) {
    return smooth_quantile(table[0], table[1], static_cast<size_t>(table[2]), table + smooth_header, z);
}

/// The value behind the number of thresholds that are at most z.
inline double step_quantile(const double* thresholds, size_t count, const double* values, double z) {
    if (z != z) return z;
    const double* base = thresholds;
    size_t rest = count;
    while (rest > 0) {
        const size_t half = (rest + 1) / 2;
        base = base[half - 1] <= z ? base + half : base;
        rest -= half;
    }
    return values[base - thresholds];
}
inline double step_quantile(const double* table, double z) {
    const size_t count = static_cast<size_t>(table[0]);
    return step_quantile(table + steps_header, count, table + steps_header + count, z);
}

}  // namespace
}  // namespace openbook::engine::lanes
