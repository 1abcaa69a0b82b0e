// Exact numbers of settlement: rationals, so that a threshold is met or missed with no tolerance at all.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <string>

#include "openbook/number.hpp"

namespace openbook::engine {

using Exact = boost::multiprecision::cpp_rational;

enum class Rounding { half_away, half_even, half_up, floor, ceiling, truncate };

Exact exact(const Decimal& decimal);
double to_double(const Exact& value);
/// The nearest multiple of `step` under `mode`.
Exact round_to(const Exact& value, const Exact& step, Rounding mode);
/// Decimal text with exactly `decimals` places after rounding half away from zero.
std::string to_text(const Exact& value, int decimals);
/// Shortest exact decimal where one exists ("0.125"), else a fraction ("1/3").
std::string to_text(const Exact& value);
/// Reads what to_text wrote, and any plain decimal ("12.50", "-1e3").
Exact exact_from_text(const std::string& text);

}  // namespace openbook::engine
