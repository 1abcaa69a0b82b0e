// What the tables of distributions are made with.
#pragma once

#include <functional>

#include "engine/graph.hpp"

namespace openbook::scenarios {

inline constexpr double table_end = 8.5;  // of a normal score; beyond it lies a probability of 1e-17

/// To 40 bits of mantissa, so that the last bit of a mathematical library never shows in a result.
double rounded(double value);
double normal_below(double z);
/// The normal quantile, from whichever probability is the small one.
double normal_quantile(double below, double above);

/// A table of a rising function, as fine as its values need: between knots it is right to 1e-7 of the value, or of
/// `unit` where the value is smaller.
engine::Marginal smooth_table(double from, double to, double unit, const std::function<double(double)>& at);

}  // namespace openbook::scenarios
