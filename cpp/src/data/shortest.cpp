#include "data/shortest.hpp"

#include <charconv>

namespace openbook::data {

Decimals shortest(std::span<const double> values) {
    Decimals found;
    found.digits.reserve(values.size());
    found.exponents.reserve(values.size());
    for (const double value : values) {
        char text[32];  // "-1.2345678901234567e-308"
        const char* const end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
        const bool negative = text[0] == '-';
        std::int64_t digits = 0;
        int exponent = 0;
        bool fraction = false;
        const char* at = text + (negative ? 1 : 0);
        for (; at != end && *at != 'e'; ++at) {
            if (*at == '.') {
                fraction = true;
                continue;
            }
            digits = 10 * digits + (*at - '0');
            exponent -= fraction ? 1 : 0;
        }
        int power = 0;
        if (at != end) std::from_chars(at[1] == '+' ? at + 2 : at + 1, end, power);
        exponent += power;
        while (digits != 0 && digits % 10 == 0) {
            digits /= 10;
            ++exponent;
        }
        found.digits.push_back(negative ? -digits : digits);
        found.exponents.push_back(static_cast<std::int16_t>(digits == 0 ? 0 : exponent));
    }
    return found;
}

}  // namespace openbook::data
