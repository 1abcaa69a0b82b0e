// Floats as decimals.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace openbook::data {

/// Numbers as digits * 10^exponent, without zeros at the end of the digits.
struct Decimals {
    std::vector<std::int64_t> digits;
    std::vector<std::int16_t> exponents;
};

/// The shortest decimals that read back as these finite floats; of several that are as short, the nearest.
Decimals shortest(std::span<const double> values);

}  // namespace openbook::data
