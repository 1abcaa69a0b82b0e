// Numbers as they were written: up to 18 significant digits and a scale.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace openbook {

/// digits * 10^-scale. Equality is by value (1.50 equals 1.5), text keeps what was written.
struct Decimal {
    std::int64_t digits = 0;
    std::int32_t scale = 0;

    /// Reads "12", "-0.50", "1.5e6". Throws std::invalid_argument naming the text when it is no finite decimal number
    /// or has more than 18 significant digits.
    static Decimal parse(std::string_view text);
    [[nodiscard]] std::string text() const;
    [[nodiscard]] double to_double() const;
    /// The same value with the fewest digits.
    [[nodiscard]] Decimal canonical() const;

    friend bool operator==(const Decimal& a, const Decimal& b) {
        const Decimal x = a.canonical(), y = b.canonical();
        return x.digits == y.digits && x.scale == y.scale;
    }
};

}  // namespace openbook
