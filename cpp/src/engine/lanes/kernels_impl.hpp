// The kernels, for whatever vector the including unit has declared: `width` doubles, types `reals`, `ints`, `words`,
// and the few operations that the compiler's vector types lack (fused, square_root, multiply_low, join, where_negative,
// any).
//
// No call to a mathematical library but fma and sqrt, which are correctly rounded everywhere: so every level has the
// same bits. Polynomials are minimax fits whose relative error is below 3e-16.

namespace openbook::engine::lanes {
namespace {

#define OPENBOOK_INLINE [[gnu::always_inline]] inline
constexpr size_t vectors = tile / width;

OPENBOOK_INLINE reals all(double x) {
    return x - reals{};
}
OPENBOOK_INLINE words all_words(uint64_t x) {
    return x - words{};
}
OPENBOOK_INLINE ints bits(reals x) {
    return (ints)x;
}
OPENBOOK_INLINE reals load(const double* at) {
    reals x;
    __builtin_memcpy(&x, __builtin_assume_aligned(at, sizeof x), sizeof x);
    return x;
}
OPENBOOK_INLINE void store(double* at, reals x) {
    __builtin_memcpy(__builtin_assume_aligned(at, sizeof x), &x, sizeof x);
}
OPENBOOK_INLINE reals read(const Operand& operand, size_t lane) {
    return load(operand.at + (lane & operand.mask));
}
OPENBOOK_INLINE reals missing() {
    return (reals)all_words(0x7ff8000000000000u);
}
OPENBOOK_INLINE reals magnitude(reals x) {
    return (reals)((words)x & 0x7fffffffffffffffu);
}
OPENBOOK_INLINE words sign(reals x) {
    return (words)x & 0x8000000000000000u;
}
OPENBOOK_INLINE ints no_number(reals a) {
    return a != a;
}
OPENBOOK_INLINE ints no_number(reals a, reals b) {
    return (a != a) | (b != b);
}
OPENBOOK_INLINE reals truth(ints holds) {
    return (reals)(holds & bits(all(1.0)));
}

// ---- rounding to whole numbers ----

/// To the nearest whole number, halves to even.
OPENBOOK_INLINE reals nearest_even(reals x) {
    const reals size = magnitude(x), whole = (size + 0x1p52) - 0x1p52;
    return size < 0x1p52 ? (reals)((words)whole | sign(x)) : x;
}
OPENBOOK_INLINE reals floor_of(reals x) {
    const reals near = nearest_even(x);
    return near > x ? near - 1.0 : near;
}
OPENBOOK_INLINE reals truncated(reals x) {
    const reals down = floor_of(magnitude(x));
    return (reals)((words)down | sign(x));
}

// ---- exponential and logarithm ----

constexpr double log2_e = 0x1.71547652b82fep+0, ln2 = 0x1.62e42fefa39efp-1;
constexpr double ln2_high = 0x1.62e42fef00000p-1, ln2_low = 0x1.473de6af278edp-34;
constexpr double whole_bits = 0x1.8p52;  // added to a small number, leaves its nearest whole number in the low bits
constexpr double easy_exponent = 707;    // below this size, e^x is a normal number

/// e^x in two factors: the value in [0.7, 1.42) and, shifted into place, the power of two.
struct Factors {
    reals value;
    words power;
};
OPENBOOK_INLINE Factors exponential_factors(reals x) {
    const reals shifted = fused(x, all(log2_e), all(whole_bits)), whole = shifted - whole_bits;
    const reals r = fused(whole, all(-ln2_low), fused(whole, all(-ln2_high), x));
    const reals r2 = r * r;
    reals p = all(0x1.27079beeef048p-22);
    p = fused(p, r, all(0x1.72e9288b42291p-19));
    p = fused(p, r, all(0x1.a01b7c74c1f85p-16));
    p = fused(p, r, all(0x1.a0198d4c843b5p-13));
    p = fused(p, r, all(0x1.6c16c0c818af7p-10));
    p = fused(p, r, all(0x1.11111125b70b0p-7));
    p = fused(p, r, all(0x1.5555555589168p-5));
    p = fused(p, r, all(0x1.55555555507b6p-3));
    p = fused(p, r, all(0x1.ffffffffffed2p-2));
    return {fused(r2, p, r) + 1.0, (words)shifted << 52};
}

/// Every x: beyond the range of doubles infinity or zero, not a number where x is none.
[[gnu::noinline]] reals full_exponential(reals x) {
    const reals bounded = x > 720.0 ? all(720.0) : x < -760.0 ? all(-760.0) : x;
    const Factors f = exponential_factors(bounded);
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
OPENBOOK_INLINE reals easy_exponential(reals x) {
    const Factors f = exponential_factors(x);
    return (reals)((words)f.value + f.power);
}
/// The ordinary case for a tile at once; the bits are those of full_exponential.
OPENBOOK_INLINE void exponential_tile(reals* x) {
    ints hard{};
#pragma GCC unroll 8
    for (size_t v = 0; v < vectors; ++v) hard |= beyond_easy(x[v]);
    if (__builtin_expect(any(hard), 0)) {
        for (size_t v = 0; v < vectors; ++v) x[v] = full_exponential(x[v]);
        return;
    }
#pragma GCC unroll 8
    for (size_t v = 0; v < vectors; ++v) x[v] = easy_exponential(x[v]);
}

/// The series in log(m) = s * (2 + z * series(z)), s = (m - 1) / (m + 1), z = s * s.
OPENBOOK_INLINE reals atanh_series(reals z) {
    reals p = all(0x1.587922d3b977fp-3);
    p = fused(p, z, all(0x1.732c045f3fe5cp-3));
    p = fused(p, z, all(0x1.c722790e64f08p-3));
    p = fused(p, z, all(0x1.2492417611ce3p-2));
    p = fused(p, z, all(0x1.999999a295da8p-2));
    return fused(p, z, all(0x1.555555555395cp-1));
}
/// A positive normal number as 2^exponent * fraction with the fraction in [sqrt(1/2), sqrt(2)).
struct Split {
    reals fraction, exponent;
};
OPENBOOK_INLINE Split split(reals x) {
    constexpr uint64_t root_half = 0x3fe6a09e667f3bcdu;
    const words moved = (words)x + ((uint64_t{1023} << 52) - root_half);
    const reals fraction = (reals)((moved & 0x000fffffffffffffu) + root_half);
    const reals exponent = (reals)((moved >> 52) | (words)all(0x1p52)) - (0x1p52 + 1023);
    return {fraction, exponent};
}
OPENBOOK_INLINE reals full_logarithm(reals x) {
    const ints small = x < 0x1p-1022;
    const Split part = split(small ? x * 0x1p54 : x);
    const reals exponent = small ? part.exponent - 54.0 : part.exponent;
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

// ---- elementwise kernels ----

template <class Function>
OPENBOOK_INLINE void one_operand(const Call& call, const Block& block, Function function) {
    const Operand a = call.in[0];
    double* out = call.out;
    for (size_t i = 0; i < block.lanes; i += tile)
#pragma GCC unroll 8
        for (size_t v = 0; v < vectors; ++v)
            store(out + i + v * width, function(load(a.at + (i & a.mask) + v * width)));
}
template <class Function>
OPENBOOK_INLINE void two_operands(const Call& call, const Block& block, Function function) {
    const Operand a = call.in[0], b = call.in[1];
    double* out = call.out;
    for (size_t i = 0; i < block.lanes; i += tile) {
        const double* x = a.at + (i & a.mask);
        const double* y = b.at + (i & b.mask);
#pragma GCC unroll 8
        for (size_t v = 0; v < vectors; ++v)
            store(out + i + v * width, function(load(x + v * width), load(y + v * width)));
    }
}
template <class Function>
OPENBOOK_INLINE void three_operands(const Call& call, const Block& block, Function function) {
    const Operand a = call.in[0], b = call.in[1], c = call.in[2];
    for (size_t i = 0; i < block.lanes; i += tile)
        for (size_t v = 0; v < tile; v += width)
            store(call.out + i + v, function(load(a.at + (i & a.mask) + v), load(b.at + (i & b.mask) + v),
                                             load(c.at + (i & c.mask) + v)));
}

void multiply(const Call& call, const Block& block) {
    two_operands(call, block, [](reals a, reals b) { return a * b; });
}
void divide(const Call& call, const Block& block) {
    three_operands(call, block, [](reals a, reals b, reals otherwise) {
        const reals value = b == 0.0 ? otherwise : a / b;
        return no_number(a) ? a : value;
    });
}
void minimum(const Call& call, const Block& block) {
    two_operands(call, block, [](reals a, reals b) {
        const reals value = a < b ? a : b;
        return no_number(a) ? a : value;
    });
}
void maximum(const Call& call, const Block& block) {
    two_operands(call, block, [](reals a, reals b) {
        const reals value = a > b ? a : b;
        return no_number(a) ? a : value;
    });
}
void absolute(const Call& call, const Block& block) {
    one_operand(call, block, [](reals a) { return magnitude(a); });
}
OPENBOOK_INLINE ints nearly_equal(reals a, reals b) {
    const reals x = magnitude(a), y = magnitude(b);
    return magnitude(a - b) <= (x < y ? x : y) * closeness;
}
void less(const Call& call, const Block& block) {
    two_operands(call, block,
                 [](reals a, reals b) { return no_number(a, b) ? missing() : truth((a < b) & ~nearly_equal(a, b)); });
}
void less_equal(const Call& call, const Block& block) {
    two_operands(call, block,
                 [](reals a, reals b) { return no_number(a, b) ? missing() : truth((a <= b) | nearly_equal(a, b)); });
}
void equal(const Call& call, const Block& block) {
    two_operands(call, block,
                 [](reals a, reals b) { return no_number(a, b) ? missing() : truth((a == b) | nearly_equal(a, b)); });
}
void logical_and(const Call& call, const Block& block) {
    two_operands(call, block, [](reals a, reals b) {
        const reals value = no_number(a, b) ? missing() : all(1.0);
        return (a == 0.0) | (b == 0.0) ? reals{} : value;
    });
}
void logical_or(const Call& call, const Block& block) {
    two_operands(call, block, [](reals a, reals b) {
        const reals value = no_number(a, b) ? missing() : reals{};
        const ints holds = (magnitude(a) > 0.0) | (magnitude(b) > 0.0);
        return holds ? all(1.0) : value;
    });
}
void logical_not(const Call& call, const Block& block) {
    one_operand(call, block, [](reals a) { return no_number(a) ? missing() : truth(a == 0.0); });
}
void choose(const Call& call, const Block& block) {
    three_operands(call, block, [](reals condition, reals a, reals b) {
        const reals value = condition != 0.0 ? a : b;
        return no_number(condition) ? missing() : value;
    });
}
void is_missing(const Call& call, const Block& block) {
    one_operand(call, block, [](reals a) { return truth(no_number(a)); });
}
void if_missing(const Call& call, const Block& block) {
    two_operands(call, block, [](reals a, reals b) { return no_number(a) ? b : a; });
}

/// A number of steps that is nearly whole is whole.
OPENBOOK_INLINE reals settled(reals steps) {
    const reals near = nearest_even(steps);
    return magnitude(steps - near) <= magnitude(near) * closeness ? near : steps;
}

OPENBOOK_INLINE reals whole_quotient(reals a, reals b) {
    return floor_of(settled(a / b));
}
void floor_divide(const Call& call, const Block& block) {
    three_operands(call, block, [](reals a, reals b, reals otherwise) {
        const reals value = b == 0.0 ? otherwise : whole_quotient(a, b);
        return no_number(a) ? a : value;
    });
}
void modulo(const Call& call, const Block& block) {
    three_operands(call, block, [](reals a, reals b, reals otherwise) {
        const reals rest = fused(-whole_quotient(a, b), b, a);
        // Of a quotient that was nearly whole, what is left may lie on the wrong side of nothing.
        const ints wrong = ((rest < 0.0) & (b > 0.0)) | ((rest > 0.0) & (b < 0.0));
        const reals right = wrong ? reals{} : rest;
        const reals value = b == 0.0 ? otherwise : right;
        return no_number(a) ? a : value;
    });
}

/// Counts steps as x * q / p for a step of p / q, so that hundredths are counted by one rounded product; a number of
/// half steps that is nearly whole is whole.
template <class Function>
OPENBOOK_INLINE void round_steps(const Call& call, const Block& block, Function round) {
    const auto whole = [&](reals steps) { return round(settled(steps * 2.0) * 0.5); };
    const reals q = all(call.numbers[0]), p = all(call.numbers[1]);
    if (call.numbers[1] == 1.0)
        one_operand(call, block, [&](reals a) { return whole(a * q) / q; });
    else
        one_operand(call, block, [&](reals a) { return whole(a * q / p) * p / q; });
}
void round_half_away(const Call& call, const Block& block) {
    round_steps(call, block, [](reals a) {
        const reals size = magnitude(a), down = floor_of(size);
        const reals whole = size - down >= 0.5 ? down + 1.0 : down;
        return (reals)((words)whole | sign(a));
    });
}
void round_half_even(const Call& call, const Block& block) {
    round_steps(call, block, [](reals a) { return nearest_even(a); });
}
void round_half_up(const Call& call, const Block& block) {
    round_steps(call, block, [](reals a) {
        const reals down = floor_of(a);
        return a - down >= 0.5 ? down + 1.0 : down;
    });
}
void round_floor(const Call& call, const Block& block) {
    round_steps(call, block, [](reals a) { return floor_of(a); });
}
void round_ceiling(const Call& call, const Block& block) {
    round_steps(call, block, [](reals a) { return -floor_of(-a); });
}
void round_truncate(const Call& call, const Block& block) {
    round_steps(call, block, [](reals a) { return truncated(a); });
}

void exponential(const Call& call, const Block& block) {
    const Operand a = call.in[0];
    for (size_t i = 0; i < block.lanes; i += tile) {
        reals x[vectors];
#pragma GCC unroll 8
        for (size_t v = 0; v < vectors; ++v) x[v] = load(a.at + (i & a.mask) + v * width);
        exponential_tile(x);
#pragma GCC unroll 8
        for (size_t v = 0; v < vectors; ++v) store(call.out + i + v * width, x[v]);
    }
}
void logarithm(const Call& call, const Block& block) {
    one_operand(call, block, [](reals a) { return full_logarithm(a); });
}
void power(const Call& call, const Block& block) {
    two_operands(call, block, [](reals a, reals b) { return power_of(a, b); });
}

/// numbers: anchor, value and slope of the first segment, then {threshold, anchor, value, slope} of each further one;
/// the last segment whose threshold is not above x gives value + slope * (x - anchor).
void piecewise(const Call& call, const Block& block) {
    one_operand(call, block, [&](reals x) {
        reals anchor = all(call.numbers[0]), value = all(call.numbers[1]), slope = all(call.numbers[2]);
        const double* segment = call.numbers + 3;
        for (size_t s = 0; s < call.count; ++s, segment += 4) {
            const ints reached = x >= segment[0];
            anchor = reached ? all(segment[1]) : anchor;
            value = reached ? all(segment[2]) : value;
            slope = reached ? all(segment[3]) : slope;
        }
        return fused(slope, x - anchor, value);
    });
}

// ---- weighted sums ----

template <size_t count, bool then_exponential>
OPENBOOK_INLINE void sum_of_registers(const Call& call, const Block& block) {
    const double* in[count];
    reals weight[count];
    for (size_t k = 0; k < count; ++k) {
        in[k] = call.in[k + 1].at;
        weight[k] = all(call.numbers[k]);
    }
    const Operand start = call.in[0];
    for (size_t i = 0; i < block.lanes; i += tile) {
        reals sum[vectors];
        const double* from = start.at + (i & start.mask);
#pragma GCC unroll 8
        for (size_t v = 0; v < vectors; ++v) sum[v] = load(from + v * width);
#pragma GCC unroll 8
        for (size_t k = 0; k < count; ++k)
#pragma GCC unroll 8
            for (size_t v = 0; v < vectors; ++v) sum[v] = fused(weight[k], load(in[k] + i + v * width), sum[v]);
        if constexpr (then_exponential) exponential_tile(sum);
#pragma GCC unroll 8
        for (size_t v = 0; v < vectors; ++v) store(call.out + i + v * width, sum[v]);
    }
}
template <bool then_exponential>
OPENBOOK_INLINE void sum_of_anything(const Call& call, const Block& block) {
    for (size_t i = 0; i < block.lanes; i += tile) {
        reals sum[vectors];
        for (size_t v = 0; v < vectors; ++v) sum[v] = load(call.in[0].at + (i & call.in[0].mask) + v * width);
        for (size_t k = 0; k < call.count; ++k) {
            const double* in = call.in[k + 1].at + (i & call.in[k + 1].mask);
            for (size_t v = 0; v < vectors; ++v) sum[v] = fused(all(call.numbers[k]), load(in + v * width), sum[v]);
        }
        if constexpr (then_exponential) exponential_tile(sum);
        for (size_t v = 0; v < vectors; ++v) store(call.out + i + v * width, sum[v]);
    }
}
template <bool then_exponential>
OPENBOOK_INLINE void any_sum(const Call& call, const Block& block) {
    size_t varying = ~size_t{0};
    for (size_t k = 1; k <= call.count; ++k) varying &= call.in[k].mask;
    if (varying == 0) return sum_of_anything<then_exponential>(call, block);
    switch (call.count) {
        case 1: return sum_of_registers<1, then_exponential>(call, block);
        case 2: return sum_of_registers<2, then_exponential>(call, block);
        case 3: return sum_of_registers<3, then_exponential>(call, block);
        case 4: return sum_of_registers<4, then_exponential>(call, block);
        case 5: return sum_of_registers<5, then_exponential>(call, block);
        case 6: return sum_of_registers<6, then_exponential>(call, block);
        case 7: return sum_of_registers<7, then_exponential>(call, block);
        case 8: return sum_of_registers<8, then_exponential>(call, block);
        default: return sum_of_anything<then_exponential>(call, block);
    }
}
void weighted_sum(const Call& call, const Block& block) {
    any_sum<false>(call, block);
}
void weighted_sum_exponential(const Call& call, const Block& block) {
    any_sum<true>(call, block);
}

// ---- normal draws ----

constexpr uint32_t philox_multiplier_0 = 0xd2511f53u, philox_multiplier_1 = 0xcd9e8d57u;
constexpr int philox_rounds = 10;
constexpr size_t stage = 8 * tile;  // lanes whose random words wait on the stack between the two steps

/// Random words of `lanes` draws: each counter's first two in one array and its last two in the other, the earlier of
/// both in the low half. While they are mixed, a word lives in the low half of 64 bits; what is above it never matters.
OPENBOOK_INLINE void random_words(const words* keys, uint64_t four, uint64_t first_draw, size_t lanes, words* first_two,
                                  words* last_two) {
    const words m0 = all_words(philox_multiplier_0), m1 = all_words(philox_multiplier_1);
    const uint64_t fixed = philox_multiplier_1 * (four & 0xffffffffu);
    constexpr size_t together = vectors < 2 ? 1 : 2;
    words count{};
    for (size_t v = 0; v < width; ++v) count[v] = v;
    for (size_t i = 0; i < lanes / width; i += together) {
        words c0[together], c1[together], c2[together], c3[together];
#pragma GCC unroll 4
        for (size_t v = 0; v < together; ++v) {
            // The first round, where the third word is the same in every lane and the last is zero.
            const words draw = count + (first_draw + (i + v) * width), product = multiply_low(m0, draw);
            c0[v] = (draw >> 32) ^ (keys[0] ^ (fixed >> 32));
            c1[v] = all_words(fixed);
            c2[v] = (product >> 32) ^ keys[1];
            c3[v] = product;
        }
#pragma GCC unroll 10
        for (int round = 1; round < philox_rounds; ++round)
#pragma GCC unroll 4
            for (size_t v = 0; v < together; ++v) {
                const words p0 = multiply_low(m0, c0[v]), p1 = multiply_low(m1, c2[v]);
                c0[v] = (p1 >> 32) ^ (c1[v] ^ keys[2 * round]);
                c1[v] = p1;
                c2[v] = (p0 >> 32) ^ (c3[v] ^ keys[2 * round + 1]);
                c3[v] = p0;
            }
#pragma GCC unroll 4
        for (size_t v = 0; v < together; ++v) {
            first_two[i + v] = join(c0[v], c1[v]);
            last_two[i + v] = join(c2[v], c3[v]);
        }
    }
}

/// The square root of x in [2^-40, 2^10], to 1e-14 of it. The processor's own is exact, but slower than all the rest of
/// a pair: a first guess from the exponent's bits (as in Quake's reciprocal root), made better twice.
OPENBOOK_INLINE reals quick_root(reals x) {
    reals y = (reals)(0x5fe6eb50c7b537a9u - ((words)x >> 1));  // one over the root, to 3.5%
    reals h = x * y * y;
    y *= fused(fused(all(0x1.8083a1bd37eb9p-2), h, all(-0x1.4089a376fed07p+0)), h, all(0x1.e068be9d7deb4p+0));
    const reals root = x * y;
    h = root * y;
    return root * fused(fused(all(0.375), h, all(-1.25)), h, all(1.875));
}

/// Box and Muller's pair from 64 random bits, to 1e-13 of its size. The radius takes the lower word as one of 2^32
/// equal parts of (0, 1), by its middle. The angle takes 30 bits of the upper word as a place within a quarter turn,
/// bit 62 for sine and cosine swapped, bit 63 for the larger one's sign.
OPENBOOK_INLINE void normal_pair(words random, reals& cosine_member, reals& sine_member) {
    const words one = (words)all(1.0);
    const reals uniform = (reals)((random << 32 >> 12) | one) - (1.0 - 0x1p-33);
    const Split part = split(uniform);
    const reals s = (part.fraction - 1.0) / (part.fraction + 1.0), z = s * s;
    reals series = all(-2 * 0x1.9114d92cb8f7cp-3);
    series = fused(series, z, all(-2 * 0x1.c62b204e5153bp-3));
    series = fused(series, z, all(-2 * 0x1.249411cd9a403p-2));
    series = fused(series, z, all(-2 * 0x1.999996a99101ep-2));
    series = fused(series, z, all(-2 * 0x1.555555561e2bap-1));
    const reals minus_two_log = fused(part.exponent, all(-2.0 * ln2), s * fused(z, series, all(-4.0)));
    const reals length = quick_root(minus_two_log);

    const reals place = (reals)((random >> 10 & 0x000fffffffc00000u) | one) - (1.5 - 0x1p-31);  // quarter turns
    const reals y = place * place;
    reals sine = all(-0x1.dd54adea4f96dp-19);
    sine = fused(sine, y, all(0x1.5071cebd24c6ap-13));
    sine = fused(sine, y, all(-0x1.32d2c64574fa0p-8));
    sine = fused(sine, y, all(0x1.466bc6712516dp-4));
    sine = fused(sine, y, all(-0x1.4abbce6257a3cp-1));
    sine = fused(sine, y, all(0x1.921fb54442cfap+0)) * place;
    reals cosine = all(-0x1.a1084bbb904e7p-16);
    cosine = fused(cosine, y, all(0x1.e1e85be321da3p-11));
    cosine = fused(cosine, y, all(-0x1.55d3bb4b077afp-6));
    cosine = fused(cosine, y, all(0x1.03c1f076c573ep-2));
    cosine = fused(cosine, y, all(-0x1.3bd3cc9bd806fp+0));
    cosine = fused(cosine, y, all(1.0));
    const reals larger = (reals)((words)cosine ^ (random & 0x8000000000000000u));
    const reals swap = (reals)(random << 1);
    cosine_member = length * where_negative(swap, sine, larger);
    sine_member = length * where_negative(swap, larger, sine);
}
OPENBOOK_INLINE void normal_pairs(const words* random, size_t lanes, double* out, double* out2) {
    for (size_t i = 0; i < lanes; i += 2 * width)
#pragma GCC unroll 2
        for (size_t v = 0; v < 2; ++v) {
            const size_t lane = i + v * width;
            reals cosine_member, sine_member;
            normal_pair(random[lane / width], cosine_member, sine_member);
            store(out + lane, cosine_member);
            store(out2 + lane, sine_member);
        }
}

OPENBOOK_INLINE void round_keys(uint64_t key, words* keys) {
    uint32_t key_0 = static_cast<uint32_t>(key), key_1 = static_cast<uint32_t>(key >> 32);
    for (int round = 0; round < philox_rounds; ++round) {
        keys[2 * round] = all_words(key_0);
        keys[2 * round + 1] = all_words(key_1);
        key_0 += 0x9e3779b9u;
        key_1 += 0xbb67ae85u;
    }
}

/// Four draws of one stream from one counter: two pairs, of which either may be left out.
void gaussian_four(const Call& call, const Block& block) {
    words keys[2 * philox_rounds];
    round_keys(call.key, keys);
    words first_two[stage / width], last_two[stage / width];
    for (size_t start = 0; start < block.lanes; start += stage) {
        const size_t lanes = block.lanes - start < stage ? block.lanes - start : stage;
        random_words(keys, call.number, block.first_draw + start, lanes, first_two, last_two);
        if (call.out) normal_pairs(first_two, lanes, call.out + start, call.further[0] + start);
        if (call.further[1]) normal_pairs(last_two, lanes, call.further[1] + start, call.further[2] + start);
    }
}

void quantile_smooth(const Call& call, const Block& block) {
    for (size_t i = 0; i < block.lanes; ++i)
        call.out[i] = smooth_quantile(call.numbers, call.in[0].at[i & call.in[0].mask]);
}
void quantile_steps(const Call& call, const Block& block) {
    for (size_t i = 0; i < block.lanes; ++i)
        call.out[i] = step_quantile(call.numbers, call.in[0].at[i & call.in[0].mask]);
}

#include "engine/lanes/sampling_impl.hpp"

constexpr Kernels double_kernels = {{
                                        weighted_sum,    weighted_sum_exponential,
                                        multiply,        divide,
                                        minimum,         maximum,
                                        absolute,        less,
                                        less_equal,      equal,
                                        logical_and,     logical_or,
                                        logical_not,     choose,
                                        piecewise,       round_half_away,
                                        round_half_even, round_half_up,
                                        round_floor,     round_ceiling,
                                        round_truncate,  floor_divide,
                                        modulo,          exponential,
                                        logarithm,       power,
                                        is_missing,      if_missing,
                                        gaussian_four,   quantile_smooth,
                                        quantile_steps,  statistic_kernel,
                                        nullptr,
                                    },
                                    {},
                                    scramble,
                                    normal_of_bits};

}  // namespace
}  // namespace openbook::engine::lanes
