// Exponentials, logarithms and powers, as part of kernels_impl.hpp: the same bits at every level.

constexpr double log2_e = 0x1.71547652b82fep+0, ln2 = 0x1.62e42fefa39efp-1;
constexpr double ln2_high = 0x1.62e42fef00000p-1, ln2_low = 0x1.473de6af278edp-34;
constexpr double whole_bits = 0x1.8p52;  // added to a small number, leaves its nearest whole number in the low bits
constexpr double easy_exponent = 707;    // below this size, e^x is a normal number

/// e^x in two factors: the value in [0.7, 1.42) and, shifted into place, the power of two.
template <class Reals, class Words>
struct Factors {
    Reals value;
    Words power;
};
template <class Reals>
OPENBOOK_INLINE auto exponential_factors(Reals x) {
    const auto shifted = fused(x, all(log2_e), all(whole_bits)), whole = shifted - whole_bits;
    const auto r = fused(whole, all(-ln2_low), fused(whole, all(-ln2_high), x));
    const auto r2 = r * r;
    auto p = fused(r, all(0x1.27079beeef048p-22), all(0x1.72e9288b42291p-19));
    p = fused(p, r, all(0x1.a01b7c74c1f85p-16));
    p = fused(p, r, all(0x1.a0198d4c843b5p-13));
    p = fused(p, r, all(0x1.6c16c0c818af7p-10));
    p = fused(p, r, all(0x1.11111125b70b0p-7));
    p = fused(p, r, all(0x1.5555555589168p-5));
    p = fused(p, r, all(0x1.55555555507b6p-3));
    p = fused(p, r, all(0x1.ffffffffffed2p-2));
    return Factors{fused(r2, p, r) + 1.0, as<words>(shifted) << 52};
}

/// Every x: beyond the range of doubles infinity or zero, not a number where x is none.
[[gnu::noinline]] reals full_exponential(reals x) {
    const reals bounded = x > 720.0 ? all(720.0) : x < -760.0 ? all(-760.0) : x;
    const auto f = exponential_factors(bounded);
    // The power of two in two halves, so that neither leaves the range and the last product rounds once.
    const ints power = (ints)f.power >> 52;
    const ints half = power >> 1;
    const reals first = (reals)((half + 1023) << 52), second = (reals)((power - half + 1023) << 52);
    const reals value = f.value * first * second;
    return no_number(x) ? x : value;
}
OPENBOOK_INLINE ints beyond_easy(reals x) {
    return ~(magnitude(x) < easy_exponent);
}
template <class Reals>
OPENBOOK_INLINE Reals easy_exponential(Reals x) {
    const auto f = exponential_factors(x);
    return as<reals>(as<words>(f.value) + f.power);
}
/// e^x of several vectors beside each other; where any lane is very large, very small or missing, each in full. `One`
/// says for one vector which lanes are hard and how it is done in full, and for several how it is done where none is.
template <class One>
struct ExponentialOf {
    template <class Vectors>
    OPENBOOK_INLINE static auto hard(Vectors x) {
        if constexpr (is_two<Vectors>)
            return hard(x.first) | hard(x.second);
        else
            return One::hard(x);
    }
    template <class Vectors>
    OPENBOOK_INLINE static Vectors full(Vectors x) {
        if constexpr (is_two<Vectors>)
            return {full(x.first), full(x.second)};
        else
            return One::full(x);
    }
    template <class Vectors>
    OPENBOOK_INLINE Vectors operator()(Vectors x) const {
        if (__builtin_expect(any(hard(x)), 0)) return full(x);
        return One::easy(x);
    }
};
struct OneExponential {
    OPENBOOK_INLINE static ints hard(reals x) { return beyond_easy(x); }
    OPENBOOK_INLINE static reals full(reals x) { return full_exponential(x); }
    template <class Vectors>
    OPENBOOK_INLINE static Vectors easy(Vectors x) {
        return easy_exponential(x);
    }
};
using Exponential = ExponentialOf<OneExponential>;

/// The series in log(m) = s * (2 + z * series(z)), s = (m - 1) / (m + 1), z = s * s.
OPENBOOK_INLINE reals atanh_series(reals z) {
    reals p = all(0x1.587922d3b977fp-3);
    p = fused(p, z, all(0x1.732c045f3fe5cp-3));
    p = fused(p, z, all(0x1.c722790e64f08p-3));
    p = fused(p, z, all(0x1.2492417611ce3p-2));
    p = fused(p, z, all(0x1.999999a295da8p-2));
    return fused(p, z, all(0x1.555555555395cp-1));
}
/// A positive normal number as 2^exponent * fraction with the fraction in [sqrt(1/2), sqrt(2)). The exponent stands
/// where that of a number stands, and is read off by exponent_of where that number is normal.
template <class Reals, class Words>
struct Split {
    Reals fraction;
    Words moved;
};
template <class Reals>
OPENBOOK_INLINE auto split(Reals x) {
    constexpr uint64_t root_half = 0x3fe6a09e667f3bcdu;
    const auto moved = as<words>(x) + ((uint64_t{1023} << 52) - root_half);
    return Split{as<reals>((moved & 0x000fffffffffffffu) + root_half), moved};
}
OPENBOOK_INLINE reals any_exponent(words moved) {
    return (reals)((moved >> 52) | (words)all(0x1p52)) - (0x1p52 + 1023);
}
OPENBOOK_INLINE reals full_logarithm(reals x) {
    const ints small = x < 0x1p-1022;
    const auto part = split(small ? x * 0x1p54 : x);
    const reals whole = any_exponent(part.moved), exponent = small ? whole - 54.0 : whole;
    const reals s = (part.fraction - 1.0) / (part.fraction + 1.0), z = s * s;
    const reals value = fused(exponent, all(ln2), s * fused(z, atanh_series(z), all(2.0)));
    const reals ends = x == __builtin_inf() ? x : missing();
    return (x > 0.0) & (x < __builtin_inf()) ? value : ends;
}

/// Whole exponents up to 64 by repeated multiplication, so that 1.5 ** 2 is 2.25; else exp(y * log(x)), whose relative
/// error grows with the size of y * log(x), and which is missing for a negative x. Zero to a negative power is missing.
OPENBOOK_INLINE reals power_of(reals x, reals y) {
    const reals size = magnitude(y);
    const ints whole = (nearest_even(y) == y) & (size <= 64.0);
    reals product = all(1.0), square = x;
    const reals shifted = (whole ? size : reals{}) + 0x1p52;
    for (int bit = 0; bit < 7; ++bit) {
        const ints taken = (((ints)shifted >> bit) & 1) != 0;
        product = taken ? product * square : product;
        square = square * square;
    }
    product = y < 0.0 ? 1.0 / product : product;
    const reals general = x == 0.0 ? reals{} : full_exponential(y * full_logarithm(x));
    reals value = whole ? product : general;
    value = (x == 0.0) & (y < 0.0) ? missing() : value;
    return no_number(x, y) ? missing() : value;
}
