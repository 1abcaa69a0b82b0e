// The kernels, for whatever vector the including unit has declared: `width` doubles, types `reals`, `ints`, `words`,
// and the few operations that the compiler's vector types lack (fused, square_root, multiply_low, join, where_bit,
// exponent_of, low_half_of, any).
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
OPENBOOK_INLINE floats all(float x) {
    return x - floats{};
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
OPENBOOK_INLINE floats load(const float* at) {
    floats x;
    __builtin_memcpy(&x, __builtin_assume_aligned(at, sizeof x), sizeof x);
    return x;
}
OPENBOOK_INLINE void store(float* at, floats x) {
    __builtin_memcpy(__builtin_assume_aligned(at, sizeof x), &x, sizeof x);
}
template <class Vector>
using NumberOf = decltype(Vector{}[0] + 0);
/// A register as numbers of one precision or the other.
template <class Number>
OPENBOOK_INLINE const Number* numbers_at(const Operand& operand) {
    return reinterpret_cast<const Number*>(operand.at);
}

#include "engine/lanes/two.hpp"

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

#include "engine/lanes/exponential_impl.hpp"

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
    in_parts<reals, vectors>(block.lanes, [&](auto kind, size_t i) {
        using Vectors = typename decltype(kind)::Vectors;
        store_all(call.out + i, Exponential()(load_all<Vectors>(a.at + (i & a.mask))));
    });
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

/// numbers[k] * in[k + 1] for each k after in[0]; so many vectors beside each other as keep a processor busy.
template <class Vector, size_t count, class Then>
OPENBOOK_INLINE void sum_of_registers(const Call& call, const Block& block, Then then) {
    using Number = NumberOf<Vector>;
    const Number* in[count];
    Vector weight[count];
    for (size_t k = 0; k < count; ++k) {
        in[k] = numbers_at<Number>(call.in[k + 1]);
        weight[k] = all(static_cast<Number>(call.numbers[k]));
    }
    const Number* start = numbers_at<Number>(call.in[0]);
    const bool varies = call.in[0].mask != 0;
    Number* out = reinterpret_cast<Number*>(call.out);
    in_parts<Vector, 4>(block.lanes, [&](auto kind, size_t i) {
        using Vectors = typename decltype(kind)::Vectors;
        Vectors sum = varies ? load_all<Vectors>(start + i) : repeated<Vectors>(load(start));
#pragma GCC unroll 8
        for (size_t k = 0; k < count; ++k) sum = fused(weight[k], load_all<Vectors>(in[k] + i), sum);
        store_all(out + i, then(sum));
    });
}
template <class Then>
OPENBOOK_INLINE void sum_of_anything(const Call& call, const Block& block, Then then) {
    in_parts<reals, vectors>(block.lanes, [&](auto kind, size_t i) {
        using Vectors = typename decltype(kind)::Vectors;
        Vectors sum = load_all<Vectors>(call.in[0].at + (i & call.in[0].mask));
        for (size_t k = 0; k < call.count; ++k) {
            const Operand in = call.in[k + 1];
            sum = fused(all(call.numbers[k]), load_all<Vectors>(in.at + (i & in.mask)), sum);
        }
        store_all(call.out + i, then(sum));
    });
}
/// Of up to eight registers; anything else, and constants among them, through `otherwise`.
template <class Vector, class Then, class Otherwise>
OPENBOOK_INLINE void any_sum(const Call& call, const Block& block, Then then, Otherwise otherwise) {
    size_t varying = ~size_t{0};
    for (size_t k = 1; k <= call.count; ++k) varying &= call.in[k].mask;
    if (varying == 0) return otherwise();
    switch (call.count) {
        case 1: return sum_of_registers<Vector, 1>(call, block, then);
        case 2: return sum_of_registers<Vector, 2>(call, block, then);
        case 3: return sum_of_registers<Vector, 3>(call, block, then);
        case 4: return sum_of_registers<Vector, 4>(call, block, then);
        case 5: return sum_of_registers<Vector, 5>(call, block, then);
        case 6: return sum_of_registers<Vector, 6>(call, block, then);
        case 7: return sum_of_registers<Vector, 7>(call, block, then);
        case 8: return sum_of_registers<Vector, 8>(call, block, then);
        default: return otherwise();
    }
}
struct AsItIs {
    template <class Vectors>
    OPENBOOK_INLINE Vectors operator()(Vectors x) const {
        return x;
    }
};
void weighted_sum(const Call& call, const Block& block) {
    any_sum<reals>(call, block, AsItIs(), [&] { sum_of_anything(call, block, AsItIs()); });
}
void weighted_sum_exponential(const Call& call, const Block& block) {
    any_sum<reals>(call, block, Exponential(), [&] { sum_of_anything(call, block, Exponential()); });
}

#include "engine/lanes/normal_draws_impl.hpp"

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
                                        rank_kernel,     running_by_kernel,
                                        nullptr,
                                    },
                                    {},
                                    scramble,
                                    normal_of_bits};

}  // namespace
}  // namespace openbook::engine::lanes
