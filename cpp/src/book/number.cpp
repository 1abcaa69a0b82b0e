#include "openbook/number.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace openbook {

Decimal Decimal::parse(std::string_view text) {
    const auto refuse = [&](const char* why) {
        throw std::invalid_argument("'" + std::string(text.substr(0, 60)) + "' is " + why);
    };
    Decimal result;
    std::size_t i = 0, digits = 0, significant = 0;
    const bool negative = !text.empty() && text[0] == '-';
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) ++i;
    bool point = false;
    for (; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9') break;
        ++digits;
        if (significant > 0 || c != '0') ++significant;
        if (significant > 18) {
            // Zeros at the end do not count: 1e20 written out is still one digit.
            if (c != '0') refuse("a number of more than 18 significant digits");
            if (!point) --result.scale;
            continue;
        }
        result.digits = result.digits * 10 + (c - '0');
        if (point) ++result.scale;
    }
    if (digits == 0) refuse("not a number");
    if (i < text.size()) {
        if (text[i] != 'e' && text[i] != 'E') refuse("not a number");
        int exponent = 0;
        const char* begin = text.data() + i + 1;
        const char* end = text.data() + text.size();
        if (end - begin > 1 && *begin == '+' && begin[1] != '-') ++begin;
        const auto [rest, fault] = std::from_chars(begin, end, exponent);
        if (fault != std::errc() || rest != end) refuse("not a number");
        if (exponent > 1000 || exponent < -1000) refuse("a number outside the range that is kept (1e-300 to 1e300)");
        result.scale -= exponent;
    }
    constexpr int largest_power = 300;
    const int places = static_cast<int>(std::min<std::size_t>(significant, 18));
    if (result.digits == 0) result.scale = std::clamp(result.scale, 0, largest_power);
    if (places - result.scale > largest_power + 1 || result.scale > largest_power + 18)
        refuse("a number outside the range that is kept (1e-300 to 1e300)");
    if (negative) result.digits = -result.digits;
    return result;
}

std::string Decimal::text() const {
    std::string digits_text = std::to_string(digits < 0 ? -digits : digits);
    const std::string sign = digits < 0 ? "-" : "";
    if (scale <= 0) return sign + digits_text + (digits == 0 ? "" : std::string(static_cast<std::size_t>(-scale), '0'));
    const auto places = static_cast<std::size_t>(scale);
    if (digits_text.size() <= places) digits_text.insert(0, places + 1 - digits_text.size(), '0');
    digits_text.insert(digits_text.size() - places, ".");
    return sign + digits_text;
}

double Decimal::to_double() const {
    const std::string shown = std::to_string(digits) + "e" + std::to_string(-scale);
    double value = 0;
    std::from_chars(shown.data(), shown.data() + shown.size(), value);
    return value;
}

Decimal Decimal::canonical() const {
    Decimal result = *this;
    if (digits == 0) return Decimal{};
    while (result.digits % 10 == 0) {
        result.digits /= 10;
        --result.scale;
    }
    return result;
}

}  // namespace openbook
