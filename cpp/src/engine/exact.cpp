#include "engine/exact.hpp"

#include <boost/multiprecision/cpp_dec_float.hpp>
#include <stdexcept>

namespace openbook::engine {
namespace {

using Integer = boost::multiprecision::cpp_int;

Integer power_of_ten(int exponent) {
    return boost::multiprecision::pow(Integer(10), static_cast<unsigned>(exponent));
}

Integer floor_of(const Exact& value) {
    Integer quotient, remainder;
    boost::multiprecision::divide_qr(numerator(value), denominator(value), quotient, remainder);
    return remainder < 0 ? quotient - 1 : quotient;
}

}  // namespace

Exact exact(const Decimal& decimal) {
    return decimal.scale >= 0 ? Exact(Integer(decimal.digits), power_of_ten(decimal.scale))
                              : Exact(Integer(decimal.digits) * power_of_ten(-decimal.scale));
}

double to_double(const Exact& value) {
    // Correctly rounded at once: a quotient of two rounded integers would be off by a unit in the last place.
    return value.convert_to<double>();
}

Exact round_to(const Exact& value, const Exact& step, Rounding mode) {
    const Exact scaled = value / step;
    const Integer down = floor_of(scaled);
    const Exact rest = scaled - Exact(down);
    if (rest == 0) return value;
    const bool negative = scaled < 0;
    const int to_half = rest < Exact(1, 2) ? -1 : rest > Exact(1, 2) ? 1 : 0;
    bool up = to_half > 0;
    switch (mode) {
        case Rounding::half_away: up = to_half > 0 || (to_half == 0 && !negative); break;
        case Rounding::half_up: up = to_half >= 0; break;
        case Rounding::half_even:
            up = to_half > 0 || (to_half == 0 && bit_test(down < 0 ? Integer(-down) : down, 0));
            break;
        case Rounding::floor: up = false; break;
        case Rounding::ceiling: up = true; break;
        case Rounding::truncate: up = negative; break;
    }
    return Exact(up ? Integer(down + 1) : down) * step;
}

std::string to_text(const Exact& value, int decimals) {
    const Exact rounded = round_to(value, Exact(Integer(1), power_of_ten(decimals)), Rounding::half_away);
    const Integer units = numerator(Exact(rounded * Exact(power_of_ten(decimals))));
    std::string digits = (units < 0 ? Integer(-units) : units).str();
    if (static_cast<int>(digits.size()) <= decimals)
        digits.insert(0, static_cast<std::size_t>(decimals) + 1 - digits.size(), '0');
    if (decimals > 0) digits.insert(digits.size() - static_cast<std::size_t>(decimals), ".");
    return (units < 0 ? "-" : "") + digits;
}

std::string to_text(const Exact& value) {
    Integer rest = denominator(value);
    int decimals = 0, fives = 0;
    while (rest % 2 == 0) {
        rest /= 2;
        ++decimals;
    }
    while (rest % 5 == 0) {
        rest /= 5;
        ++fives;
    }
    if (rest != 1) return numerator(value).str() + "/" + denominator(value).str();
    return to_text(value, std::max(decimals, fives));
}

Exact exact_from_text(const std::string& text) {
    if (const auto slash = text.find('/'); slash != std::string::npos)
        return Exact(Integer(text.substr(0, slash)), Integer(text.substr(slash + 1)));
    return exact(Decimal::parse(text));
}

}  // namespace openbook::engine
