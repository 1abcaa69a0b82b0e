// Exact numbers of settlement: rationals, so that a threshold is met or missed with no tolerance at all.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <compare>
#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "openbook/number.hpp"

namespace openbook::engine {

using Integer = boost::multiprecision::cpp_int;

/// A rational number of any size, always in lowest terms. Nearly all money fits two machine words and is calculated
/// there; what does not fit is held by the library of large numbers and comes back as soon as it fits again.
class Exact {
public:
    using Large = boost::multiprecision::cpp_rational;

    Exact() = default;
    template <std::integral T>
    Exact(T value) : Exact(from(value)) {}                       // NOLINT: whole numbers read best as they are
    Exact(const Integer& value) : Exact(held(Large(value))) {}   // NOLINT
    explicit Exact(double value) : Exact(held(Large(value))) {}  // what its bits say
    Exact(const Integer& numerator, const Integer& denominator) : Exact(held(Large(numerator, denominator))) {}
    Exact(const Exact& other)
        : numerator_(other.numerator_),
          denominator_(other.denominator_),
          large_(other.large_ ? std::make_unique<Large>(*other.large_) : nullptr) {}
    Exact(Exact&&) noexcept = default;
    Exact& operator=(const Exact& other) {
        if (this != &other) *this = Exact(other);
        return *this;
    }
    Exact& operator=(Exact&&) noexcept = default;
    ~Exact() = default;

    Exact& operator+=(const Exact& other) { return *this = *this + other; }
    Exact& operator-=(const Exact& other) { return *this = *this - other; }
    Exact& operator*=(const Exact& other) { return *this = *this * other; }
    Exact& operator/=(const Exact& other) { return *this = *this / other; }

    friend Exact operator+(const Exact& a, const Exact& b);
    friend Exact operator-(const Exact& a, const Exact& b);
    friend Exact operator*(const Exact& a, const Exact& b);
    friend Exact operator/(const Exact& a, const Exact& b);  // throws std::overflow_error where b is zero
    friend Exact operator-(const Exact& a);
    friend bool operator==(const Exact& a, const Exact& b) {
        if (a.large_ || b.large_) return a.large_ && b.large_ && *a.large_ == *b.large_;
        return a.numerator_ == b.numerator_ && a.denominator_ == b.denominator_;
    }
    friend std::strong_ordering operator<=>(const Exact& a, const Exact& b);

    friend Integer numerator(const Exact& value);
    friend Integer denominator(const Exact& value);
    friend bool is_whole(const Exact& value) {
        return value.large_ ? boost::multiprecision::denominator(*value.large_) == 1 : value.denominator_ == 1;
    }
    friend Exact abs(const Exact& value) { return value < 0 ? -value : value; }
    friend std::size_t hash_value(const Exact& value);
    friend double to_double(const Exact& value);
    friend Exact floor_of(const Exact& value);

private:
    struct Small {};
    Exact(Small, std::int64_t numerator, std::int64_t denominator) : numerator_(numerator), denominator_(denominator) {}
    template <std::integral T>
    static Exact from(T value) {
        if (std::in_range<std::int64_t>(value) && fits(static_cast<std::int64_t>(value)))
            return Exact(Small{}, static_cast<std::int64_t>(value), 1);
        return held(Large(Integer(value)));
    }
    static constexpr bool fits(std::int64_t value) { return value > -limit && value < limit; }
    static Exact held(Large value);
    [[nodiscard]] Large large() const;

    static constexpr std::int64_t limit = std::int64_t{1} << 62;
    std::int64_t numerator_ = 0, denominator_ = 1;  // of a small number
    std::unique_ptr<Large> large_;                  // set where either does not fit
};

enum class Rounding { half_away, half_even, half_up, floor, ceiling, truncate };

Exact exact(const Decimal& decimal);
/// The nearest double: correctly rounded.
double to_double(const Exact& value);
/// The largest whole number not above.
Exact floor_of(const Exact& value);
/// The nearest multiple of `step` under `mode`.
Exact round_to(const Exact& value, const Exact& step, Rounding mode);
/// Decimal text with exactly `decimals` places after rounding half away from zero.
std::string to_text(const Exact& value, int decimals);
/// Shortest exact decimal where one exists ("0.125"), else a fraction ("1/3").
std::string to_text(const Exact& value);
/// Reads what to_text wrote, and any plain decimal ("12.50", "-1e3").
Exact exact_from_text(const std::string& text);

}  // namespace openbook::engine
