#include "engine/exact.hpp"

#include <boost/functional/hash.hpp>
#include <numeric>
#include <stdexcept>

#include "openbook/errors.hpp"

namespace openbook::engine {
namespace {

__extension__ using Wide = __int128;

std::int64_t common_divisor(std::int64_t a, std::int64_t b) {
    return std::gcd(a, b);
}

Integer power_of_ten(int exponent) {
    return boost::multiprecision::pow(Integer(10), static_cast<unsigned>(exponent));
}

}  // namespace

Exact Exact::held(Large value) {
    const Integer& over = boost::multiprecision::numerator(value);
    const Integer& under = boost::multiprecision::denominator(value);
    if (over > -limit && over < limit && under < limit)
        return Exact(Small{}, static_cast<std::int64_t>(over), static_cast<std::int64_t>(under));
    // Some 30,000 digits: a recursion that multiplies its own earlier values doubles them in every period.
    constexpr std::size_t most_limbs = 1'600;
    if (over.backend().size() > most_limbs || under.backend().size() > most_limbs)
        throw LimitError(
            "a number has too many digits",
            {{"limit-exceeded", "",
              "an exact number comes to more than 30,000 digits: a rule that multiplies or divides its own "
              "earlier values adds digits in every period; round what is carried on, round(x, step)",
              ""}});
    Exact result;
    result.large_ = std::make_unique<Large>(std::move(value));
    return result;
}

Exact::Large Exact::large() const {
    return large_ ? *large_ : Large(Integer(numerator_), Integer(denominator_));
}

// Small numbers stay below 2^62, so that every product below fits 124 bits and every sum of two products 125.

Exact operator+(const Exact& a, const Exact& b) {
    if (a.large_ || b.large_) return Exact::held(a.large() + b.large());
    if (a.denominator_ == 1 && b.denominator_ == 1) {
        const std::int64_t sum = a.numerator_ + b.numerator_;
        if (Exact::fits(sum)) return Exact(Exact::Small{}, sum, 1);
        return Exact::held(a.large() + b.large());
    }
    const std::int64_t shared = common_divisor(a.denominator_, b.denominator_);
    Wide over = Wide(a.numerator_) * (b.denominator_ / shared) + Wide(b.numerator_) * (a.denominator_ / shared);
    // What still cancels divides the shared part of the denominators.
    const std::int64_t cancels = common_divisor(static_cast<std::int64_t>(over % shared), shared);
    over /= cancels;
    const Wide under = Wide(a.denominator_ / shared) * (b.denominator_ / cancels);
    if (over > -Exact::limit && over < Exact::limit && under < Exact::limit)
        return Exact(Exact::Small{}, static_cast<std::int64_t>(over), static_cast<std::int64_t>(under));
    return Exact::held(a.large() + b.large());
}

Exact operator-(const Exact& a) {
    if (a.large_) return Exact::held(-*a.large_);
    return Exact(Exact::Small{}, -a.numerator_, a.denominator_);
}

Exact operator-(const Exact& a, const Exact& b) {
    return a + -b;
}

Exact operator*(const Exact& a, const Exact& b) {
    if (a.large_ || b.large_) return Exact::held(a.large() * b.large());
    const std::int64_t first = common_divisor(a.numerator_, b.denominator_);
    const std::int64_t second = common_divisor(b.numerator_, a.denominator_);
    const Wide over = Wide(a.numerator_ / first) * (b.numerator_ / second);
    const Wide under = Wide(a.denominator_ / second) * (b.denominator_ / first);
    if (over > -Exact::limit && over < Exact::limit && under < Exact::limit)
        return Exact(Exact::Small{}, static_cast<std::int64_t>(over), static_cast<std::int64_t>(under));
    return Exact::held(a.large() * b.large());
}

Exact operator/(const Exact& a, const Exact& b) {
    if (b == 0) throw std::overflow_error("division by zero");
    if (b.large_) return Exact::held(a.large() / *b.large_);
    const bool negative = b.numerator_ < 0;
    return a *
           Exact(Exact::Small{}, negative ? -b.denominator_ : b.denominator_, negative ? -b.numerator_ : b.numerator_);
}

std::strong_ordering operator<=>(const Exact& a, const Exact& b) {
    if (a.large_ || b.large_) {
        const int order = a.large().compare(b.large());
        return order <=> 0;
    }
    if (a.denominator_ == b.denominator_) return a.numerator_ <=> b.numerator_;
    const Wide left = Wide(a.numerator_) * b.denominator_, right = Wide(b.numerator_) * a.denominator_;
    return left < right   ? std::strong_ordering::less
           : left > right ? std::strong_ordering::greater
                          : std::strong_ordering::equal;
}

Integer numerator(const Exact& value) {
    return value.large_ ? Integer(boost::multiprecision::numerator(*value.large_)) : Integer(value.numerator_);
}

Integer denominator(const Exact& value) {
    return value.large_ ? Integer(boost::multiprecision::denominator(*value.large_)) : Integer(value.denominator_);
}

std::size_t hash_value(const Exact& value) {
    std::size_t seed = 0;
    if (value.large_) {
        boost::hash_combine(seed, hash_value(boost::multiprecision::numerator(*value.large_)));
        boost::hash_combine(seed, hash_value(boost::multiprecision::denominator(*value.large_)));
    } else {
        boost::hash_combine(seed, value.numerator_);
        boost::hash_combine(seed, value.denominator_);
    }
    return seed;
}

double to_double(const Exact& value) {
    // Two exact doubles have a correctly rounded quotient; of two rounded ones it would be off by a unit in the last
    // place.
    constexpr std::int64_t whole = std::int64_t{1} << 53;
    if (!value.large_ && value.numerator_ >= -whole && value.numerator_ <= whole && value.denominator_ <= whole)
        return static_cast<double>(value.numerator_) / static_cast<double>(value.denominator_);
    return value.large().convert_to<double>();
}

Exact floor_of(const Exact& value) {
    if (!value.large_) {
        const std::int64_t down = value.numerator_ / value.denominator_;
        return Exact(Exact::Small{}, down - (value.numerator_ % value.denominator_ < 0 ? 1 : 0), 1);
    }
    Integer quotient, remainder;
    boost::multiprecision::divide_qr(numerator(value), denominator(value), quotient, remainder);
    return Exact(remainder < 0 ? Integer(quotient - 1) : quotient);
}

Exact exact(const Decimal& decimal) {
    return decimal.scale >= 0 ? Exact(Integer(decimal.digits), power_of_ten(decimal.scale))
                              : Exact(Integer(decimal.digits) * power_of_ten(-decimal.scale));
}

Exact round_to(const Exact& value, const Exact& step, Rounding mode) {
    const Exact scaled = value / step;
    if (is_whole(scaled)) return value;
    const Exact down = floor_of(scaled);
    const bool negative = scaled < 0;
    const std::strong_ordering to_half = scaled - down <=> Exact(Integer(1), Integer(2));
    bool up = to_half > 0;
    switch (mode) {
        case Rounding::half_away: up = to_half > 0 || (to_half == 0 && !negative); break;
        case Rounding::half_up: up = to_half >= 0; break;
        case Rounding::half_even: up = to_half > 0 || (to_half == 0 && !is_whole(down / 2)); break;
        case Rounding::floor: up = false; break;
        case Rounding::ceiling: up = true; break;
        case Rounding::truncate: up = negative; break;
    }
    return (up ? down + 1 : down) * step;
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
    const std::size_t point = text.find('.');
    if (text.size() <= 18 || text.find_first_not_of("-0123456789.") != std::string::npos)
        return exact(Decimal::parse(text));
    // Longer than a decimal holds. A leading zero would be read as octal.
    const auto whole = [](const std::string& written) {
        const bool negative = written.starts_with('-');
        const std::size_t first = written.find_first_not_of('0', negative ? 1 : 0);
        const Integer size(first == std::string::npos ? "0" : written.substr(first));
        return negative ? Integer(-size) : size;
    };
    if (point == std::string::npos) return Exact(whole(text));
    const Integer digits = whole(text.substr(0, point) + text.substr(point + 1));
    return Exact(digits, boost::multiprecision::pow(Integer(10), static_cast<unsigned>(text.size() - point - 1)));
}

}  // namespace openbook::engine
