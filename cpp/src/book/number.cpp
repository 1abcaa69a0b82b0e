#include "openbook/number.hpp"

#include <charconv>
#include <stdexcept>

namespace openbook {

Decimal Decimal::parse(std::string_view text) {
    const auto refuse = [&](const char* why) { throw std::invalid_argument("'" + std::string(text.substr(0, 60)) + "' is " + why); };
    Decimal result;
    std::size_t i = 0, digits = 0, significant = 0;
    const bool negative = !text.empty() && text[0] == '-';
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) ++i;
    bool point = false;
    for (; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '.' && !point) { point = true; continue; }
        if (c < '0' || c > '9') break;
        ++digits;
        if (significant > 0 || c != '0') ++significant;
        if (significant > 18) refuse("a number of more than 18 significant digits");
        result.digits = result.digits * 10 + (c - '0');
        if (point) ++result.scale;
    }
    if (digits == 0) refuse("not a number");
    if (i < text.size()) {
        if (text[i] != 'e' && text[i] != 'E') refuse("not a number");
        int exponent = 0;
        const char* begin = text.data() + i + 1;
        const char* end = text.data() + text.size();
        if (begin != end && *begin == '+') ++begin;
        const auto [rest, fault] = std::from_chars(begin, end, exponent);
        if (fault != std::errc() || rest != end) refuse("not a number");
        if (exponent > 300 || exponent < -300) refuse("a number outside the range that is kept (exponents up to 300)");
        result.scale -= exponent;
    }
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
