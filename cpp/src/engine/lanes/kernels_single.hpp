// The same operations on single-precision registers, for runs that ask for speed. Twice as many lanes fit in a vector;
// what is not worth a kernel of its own goes through the double-precision one, tile by tile.
//
// Random words are those of double precision, so a draw is the same draw, rounded. Included after kernels_impl.hpp.

namespace openbook::engine::lanes {
namespace {

constexpr size_t float_width = 2 * width, float_vectors = tile / float_width;

OPENBOOK_INLINE half_words all_half_words(uint32_t x) {
    return x - half_words{};
}
OPENBOOK_INLINE const float* floats_at(const Operand& operand, size_t lane) {
    return reinterpret_cast<const float*>(operand.at) + (lane & operand.mask);
}
OPENBOOK_INLINE float* out_floats(const Call& call) {
    return reinterpret_cast<float*>(call.out);
}
OPENBOOK_INLINE half_ints no_number(floats a) {
    return a != a;
}

/// What the operands of an operation become as doubles.
struct AsTheyAre {
    void operator()(const Call&, double (*)[tile]) const {}
};
/// A number of half steps, or a quotient, that is nearly whole in single precision is whole.
struct NearlyWhole {
    static double put_right(double steps) {
        const double near = __builtin_rint(steps);
        return __builtin_fabs(steps - near) <= 0x1p-21 * __builtin_fabs(near) ? near : steps;
    }
    void operator()(const Call& call, double (*in)[tile]) const {
        const bool steps = call.sources == 1;
        for (size_t l = 0; l < tile; ++l) {
            const double unit = steps ? call.numbers[1] / call.numbers[0] / 2 : in[1][l];
            if (unit != 0) in[0][l] = put_right(in[0][l] / unit) * unit;
        }
    }
};

/// Any other operation: its operands as doubles, its result rounded.
template <class Before = AsTheyAre>
void through_doubles(const Call& call, const Block& block) {
    constexpr size_t most = widest_sum + 1;
    alignas(64) double in[most][tile], out[tile];
    Operand operands[most];
    for (size_t s = 0; s < call.sources; ++s) operands[s] = Operand{in[s], ~size_t{0}};
    Call wide = call;
    wide.run = call.in_doubles;
    wide.in = operands;
    wide.out = out;
    Block one = block;
    one.lanes = tile;
    for (size_t i = 0; i < block.lanes; i += tile) {
        for (size_t s = 0; s < call.sources; ++s) {
            const float* from = floats_at(call.in[s], i);
            for (size_t l = 0; l < tile; ++l) in[s][l] = static_cast<double>(from[l]);
        }
        Before()(call, in);
        wide.run(wide, one);
        for (size_t l = 0; l < tile; ++l) out_floats(call)[i + l] = static_cast<float>(out[l]);
    }
}

template <class Function>
OPENBOOK_INLINE void two_single_operands(const Call& call, const Block& block, Function function) {
    float* out = out_floats(call);
    for (size_t i = 0; i < block.lanes; i += tile) {
        const float *a = floats_at(call.in[0], i), *b = floats_at(call.in[1], i);
#pragma GCC unroll 4
        for (size_t v = 0; v < float_vectors; ++v)
            store(out + i + v * float_width, function(load(a + v * float_width), load(b + v * float_width)));
    }
}
void single_multiply(const Call& call, const Block& block) {
    two_single_operands(call, block, [](floats a, floats b) { return a * b; });
}
void single_minimum(const Call& call, const Block& block) {
    two_single_operands(call, block, [](floats a, floats b) {
        const floats value = a < b ? a : b;
        return no_number(a) ? a : value;
    });
}
void single_maximum(const Call& call, const Block& block) {
    two_single_operands(call, block, [](floats a, floats b) {
        const floats value = a > b ? a : b;
        return no_number(a) ? a : value;
    });
}
OPENBOOK_INLINE floats missing_float() {
    return (floats)all_half_words(0x7fc00000u);
}
OPENBOOK_INLINE floats single_truth(half_ints holds) {
    return (floats)(holds & (half_ints)all(1.0f));
}
OPENBOOK_INLINE half_ints no_number(floats a, floats b) {
    return (a != a) | (b != b);
}
OPENBOOK_INLINE floats magnitude(floats x) {
    return (floats)((half_words)x & 0x7fffffffu);
}
OPENBOOK_INLINE half_ints nearly_equal(floats a, floats b) {
    const floats x = magnitude(a), y = magnitude(b);
    return magnitude(a - b) <= (x < y ? x : y) * single_closeness;
}
void single_less(const Call& call, const Block& block) {
    two_single_operands(call, block, [](floats a, floats b) {
        return no_number(a, b) ? missing_float() : single_truth((a < b) & ~nearly_equal(a, b));
    });
}
void single_less_equal(const Call& call, const Block& block) {
    two_single_operands(call, block, [](floats a, floats b) {
        return no_number(a, b) ? missing_float() : single_truth((a <= b) | nearly_equal(a, b));
    });
}
void single_equal(const Call& call, const Block& block) {
    two_single_operands(call, block, [](floats a, floats b) {
        return no_number(a, b) ? missing_float() : single_truth((a == b) | nearly_equal(a, b));
    });
}
template <class Function>
OPENBOOK_INLINE void three_single_operands(const Call& call, const Block& block, Function function) {
    for (size_t i = 0; i < block.lanes; i += tile) {
        const float *a = floats_at(call.in[0], i), *b = floats_at(call.in[1], i), *c = floats_at(call.in[2], i);
#pragma GCC unroll 4
        for (size_t v = 0; v < tile; v += float_width)
            store(out_floats(call) + i + v, function(load(a + v), load(b + v), load(c + v)));
    }
}
void single_divide(const Call& call, const Block& block) {
    three_single_operands(call, block, [](floats a, floats b, floats otherwise) {
        const floats value = b == 0.0f ? otherwise : a / b;
        return no_number(a) ? a : value;
    });
}
void single_choose(const Call& call, const Block& block) {
    three_single_operands(call, block, [](floats condition, floats a, floats b) {
        const floats value = condition != 0.0f ? a : b;
        return no_number(condition) ? missing_float() : value;
    });
}
/// A jump's threshold lies beside the place that it belongs to, nearer than single numbers tell: moved out to the same
/// side.
OPENBOOK_INLINE float single_threshold(double threshold, double place) {
    const double gap = __builtin_fabs(place) * static_cast<double>(single_closeness);
    return static_cast<float>(threshold < place ? place - gap : threshold > place ? place + gap : threshold);
}
void single_piecewise(const Call& call, const Block& block) {
    const auto number = [&](size_t i) { return all(static_cast<float>(call.numbers[i])); };
    float* out = out_floats(call);
    for (size_t i = 0; i < block.lanes; i += tile)
        for (size_t v = 0; v < tile; v += float_width) {
            const floats x = load(floats_at(call.in[0], i) + v);
            floats anchor = number(0), value = number(1), slope = number(2);
            for (size_t s = 0, at = 3; s < call.count; ++s, at += 4) {
                const half_ints reached = x >= single_threshold(call.numbers[at], call.numbers[at + 1]);
                anchor = reached ? number(at + 1) : anchor;
                value = reached ? number(at + 2) : value;
                slope = reached ? number(at + 3) : slope;
            }
            store(out + i + v, fused(slope, x - anchor, value));
        }
}

// ---- exponential ----

constexpr float easy_single_exponent = 80;

template <class Floats>
OPENBOOK_INLINE Floats easy_single_exponential(Floats x) {
    const auto shifted = fused(x, all(0x1.715476p+0f), all(0x1.8p23f)), whole = shifted - 0x1.8p23f;
    const auto r = fused(whole, all(-0x1.7f7d1cp-20f), fused(whole, all(-0x1.62e400p-1f), x)), r2 = r * r;
    auto p = fused(r, all(0x1.6db438p-10f), all(0x1.123b46p-7f));
    p = fused(p, r, all(0x1.55545ep-5f));
    p = fused(p, r, all(0x1.55548fp-3f));
    p = fused(p, r, all(0x1.000000p-1f));
    const auto value = fused(r2, p, r) + 1.0f;
    return as<floats>(as<half_words>(value) + (as<half_words>(shifted) << 23));
}
/// The hard ones in doubles.
struct OneSingleExponential {
    OPENBOOK_INLINE static half_ints hard(floats x) { return ~(magnitude(x) < easy_single_exponent); }
    OPENBOOK_INLINE static floats full(floats x) {
        for (size_t l = 0; l < float_width; l += width) {
            reals part;
            for (size_t i = 0; i < width; ++i) part[i] = static_cast<double>(x[l + i]);
            part = full_exponential(part);
            for (size_t i = 0; i < width; ++i) x[l + i] = static_cast<float>(part[i]);
        }
        return x;
    }
    template <class Vectors>
    OPENBOOK_INLINE static Vectors easy(Vectors x) {
        return easy_single_exponential(x);
    }
};
using SingleExponential = ExponentialOf<OneSingleExponential>;

void single_weighted_sum(const Call& call, const Block& block) {
    any_sum<floats>(call, block, AsItIs(), [&] { through_doubles<>(call, block); });
}
void single_weighted_sum_exponential(const Call& call, const Block& block) {
    any_sum<floats>(call, block, SingleExponential(), [&] { through_doubles<>(call, block); });
}

// ---- normal draws ----

/// The low halves of two vectors.
OPENBOOK_INLINE half_words low_halves(words low, words high) {
    half_words which{};
    for (uint32_t l = 0; l < float_width; ++l) which[l] = 2 * l;
    return __builtin_shuffle((half_words)low, (half_words)high, which);
}

/// As normal_pair, to 1e-7 of its size.
template <class HalfWords, class Floats>
OPENBOOK_INLINE void single_normal_pair(HalfWords radius, HalfWords angle, Floats& cosine_member, Floats& sine_member) {
    const half_words one = (half_words)all(1.0f);
    const auto uniform = fused(converted<floats>(radius), all(0x1p-32f), all(0x1p-33f));
    // 2^exponent * fraction, the fraction in [sqrt(1/2), sqrt(2)).
    constexpr uint32_t root_half = 0x3f3504f3u;
    const auto moved = as<half_words>(uniform) + (0x3f800000u - root_half);
    const auto fraction = as<floats>((moved & 0x007fffffu) + root_half);
    const auto exponent = exponent_of(as<floats>(moved));
    const auto s = (fraction - 1.0f) / (fraction + 1.0f), z = s * s;
    auto series = fused(z, all(-2 * 0x1.31e2f4p-2f), all(-2 * 0x1.995eb9p-2f));
    series = fused(series, z, all(-2 * 0x1.55557ap-1f));
    const auto x = fused(exponent, all(-2 * 0x1.62e430p-1f), s * fused(z, series, all(-4.0f)));
    // The root, as quick_root makes it.
    auto y = as<floats>(0x5f3759dfu - (as<half_words>(x) >> 1));
    auto h = x * y * y;
    y = y * fused(fused(all(0x1.8083a2p-2f), h, all(-0x1.4089a4p+0f)), h, all(0x1.e068bep+0f));
    const auto root = x * y;
    h = root * y;
    const auto length = root * fused(all(-0.5f), h, all(1.5f));

    const auto place = as<floats>((angle << 2 >> 9) | one) - (1.5f - 0x1p-24f), turn = place * place;
    auto sine = fused(turn, all(-0x1.2d9bb8p-8f), all(0x1.465ec6p-4f));
    sine = fused(sine, turn, all(-0x1.4abbbap-1f));
    sine = fused(sine, turn, all(0x1.921fb6p+0f)) * place;
    auto cosine = fused(turn, all(0x1.d9f7b8p-11f), all(-0x1.55c664p-6f));
    cosine = fused(cosine, turn, all(0x1.03c1dep-2f));
    cosine = fused(cosine, turn, all(-0x1.3bd3ccp+0f));
    cosine = fused(cosine, turn, all(1.0f));
    const auto larger = as<floats>(as<half_words>(cosine) ^ (angle & 0x80000000u));
    cosine_member = length * where_bit<30>(angle, sine, larger);
    sine_member = length * where_bit<30>(angle, larger, sine);
}
OPENBOOK_INLINE void single_normal_pairs(const half_words* radius, const half_words* angle, size_t lanes, float* out,
                                         float* out2) {
    in_parts<floats, 2>(lanes, [&](auto kind, size_t i) {
        using Vectors = typename decltype(kind)::Vectors;
        using Words = decltype(as<half_words>(Vectors()));
        const size_t at = i / float_width;
        Vectors cosine_member, sine_member;
        single_normal_pair(load_all<Words>(radius + at), load_all<Words>(angle + at), cosine_member, sine_member);
        store_all(out + i, cosine_member);
        store_all(out2 + i, sine_member);
    });
}
void single_gaussian_four(const Call& call, const Block& block) {
    words keys[2 * philox_rounds];
    round_keys(call.key, keys);
    float* outs[4] = {out_floats(call)};
    for (size_t i = 0; i < 3; ++i) outs[i + 1] = reinterpret_cast<float*>(call.further[i]);
    half_words random[4][stage / float_width];
    for (size_t start = 0; start < block.lanes; start += stage) {
        const size_t lanes = block.lanes - start < stage ? block.lanes - start : stage;
        random_words(keys, call.number, block.first_draw + start, lanes, [&](size_t i, const words(&c)[4][2]) {
            for (size_t word = 0; word < 4; ++word) random[word][i / 2] = low_halves(c[word][0], c[word][1]);
        });
        if (outs[0]) single_normal_pairs(random[0], random[1], lanes, outs[0] + start, outs[1] + start);
        if (outs[2]) single_normal_pairs(random[2], random[3], lanes, outs[2] + start, outs[3] + start);
    }
}

constexpr Kernels with_singles(Kernels both) {
    for (Kernel& kernel : both.single) kernel = through_doubles<>;
    const auto at = [&](Code code) -> Kernel& { return both.single[static_cast<size_t>(code)]; };
    at(Code::weighted_sum) = single_weighted_sum;
    at(Code::weighted_sum_exponential) = single_weighted_sum_exponential;
    at(Code::multiply) = single_multiply;
    at(Code::minimum) = single_minimum;
    at(Code::maximum) = single_maximum;
    at(Code::divide) = single_divide;
    at(Code::less) = single_less;
    at(Code::equal) = single_equal;
    at(Code::less_equal) = single_less_equal;
    at(Code::choose) = single_choose;
    at(Code::piecewise) = single_piecewise;
    at(Code::gaussian_four) = single_gaussian_four;
    at(Code::rank) = single_rank_kernel;
    at(Code::running_by) = single_running_by_kernel;
    constexpr Code settled[] = {Code::round_half_away, Code::round_half_even, Code::round_half_up, Code::round_floor,
                                Code::round_ceiling,   Code::round_truncate,  Code::floor_divide,  Code::modulo};
    for (const Code code : settled) at(code) = through_doubles<NearlyWhole>;
    return both;
}
constexpr Kernels kernels = with_singles(double_kernels);

}  // namespace
}  // namespace openbook::engine::lanes
