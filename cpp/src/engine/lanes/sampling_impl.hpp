// Scrambling and the inverse normal distribution, as part of kernels_impl.hpp: the same bits at every level.
//
// Sources: the inverse is Wichura (1988), algorithm AS 241, relative error 1e-16; the scramble is the hash of Laine and
// Karras (2011) with the multipliers of Vegdahl (2021). Every step of it carries from low bits to high bits only, so of
// a number whose bits are reversed it flips each bit by those above it: a nested uniform scramble (Owen 1995) that is a
// function of the number and a key, as Burley (2020) describes.

OPENBOOK_INLINE words load_words(const uint64_t* at) {
    words x;
    __builtin_memcpy(&x, at, sizeof x);
    return x;
}
OPENBOOK_INLINE void store_words(uint64_t* at, words x) {
    __builtin_memcpy(at, &x, sizeof x);
}

constexpr uint64_t low_half = 0xffffffffu;

OPENBOOK_INLINE words scrambled(words reversed, words first, words second) {
    const words add = first & low_half, times = (first >> 32) | 1;
    words x = reversed;
    x ^= multiply_low(x, all_words(0x3d20adea));
    x = multiply_low(x + add, times);
    x ^= multiply_low(x, all_words(0x05526c56));
    x ^= multiply_low(x, all_words(0x53a22864));
    return (x ^ second) & low_half;  // the shift makes each point uniform whatever the hash does
}
/// The low 32 bits in the opposite order.
OPENBOOK_INLINE words reversed_bits(words x) {
    x = ((x >> 1) & 0x55555555u) | ((x & 0x55555555u) << 1);
    x = ((x >> 2) & 0x33333333u) | ((x & 0x33333333u) << 2);
    x = ((x >> 4) & 0x0f0f0f0fu) | ((x & 0x0f0f0f0fu) << 4);
    x = ((x >> 8) & 0x00ff00ffu) | ((x & 0x00ff00ffu) << 8);
    return (x >> 16) | ((x & 0xffffu) << 16);
}

/// `points` holds 32 bits, the highest one lowest; becomes 52 bits, those below the 32 by a hash.
void scramble(uint64_t* points, const uint64_t* first, const uint64_t* second, size_t lanes) {
    for (size_t i = 0; i < lanes; i += width) {
        const words key = load_words(second + i), x = scrambled(load_words(points + i), load_words(first + i), key);
        words below = multiply_low(x ^ (key >> 32), all_words(0x9e3779b1u));
        below = multiply_low(below ^ (below >> 32), all_words(0x85ebca77u));
        store_words(points + i, (reversed_bits(x) << 20) | ((below >> 24) & 0xfffffu));
    }
}

#define OPENBOOK_HORNER(name, c0, c1, c2, c3, c4, c5, c6, c7) \
    OPENBOOK_INLINE reals name(reals r) {                     \
        reals p = fused(all(c7), r, all(c6));                 \
        p = fused(p, r, all(c5));                             \
        p = fused(p, r, all(c4));                             \
        p = fused(p, r, all(c3));                             \
        p = fused(p, r, all(c2));                             \
        p = fused(p, r, all(c1));                             \
        return fused(p, r, all(c0));                          \
    }
OPENBOOK_HORNER(central_above, 3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3,
                1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4,
                2.5090809287301226727e+3)
OPENBOOK_HORNER(central_below, 1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
                2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3)
OPENBOOK_HORNER(tail_above, 1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
                3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
                2.27238449892691845833e-2, 7.74545014278341407640e-4)
OPENBOOK_HORNER(tail_below, 1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
                1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
                1.05075007164441684324e-9)
OPENBOOK_HORNER(far_above, 6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
                2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                2.71155556874348757815e-5, 2.01033439929228813265e-7)
OPENBOOK_HORNER(far_below, 1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
                7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
                2.04426310338993978564e-15)
#undef OPENBOOK_HORNER

/// The standard normal below which lies (m + 1/2) / 2^52, for 52-bit numbers m.
OPENBOOK_INLINE reals normal_below(words m) {
    const words one = (words)all(1.0);
    const reals centred = ((reals)(m | one) - 1.5) + 0x1p-53, size = magnitude(centred);  // exact
    const reals r = fused(-centred, centred, all(0.180625));
    const reals middle = centred * (central_above(r) / central_below(r));
    const ints in_tail = size > 0.425;
    if (!any(in_tail)) return middle;
    const auto part = split(0.5 - size);
    const reals s = (part.fraction - 1.0) / (part.fraction + 1.0), z = s * s;
    const reals minus_log = fused(any_exponent(part.moved), all(-ln2), s * fused(z, -atanh_series(z), all(-2.0)));
    const reals root = square_root(in_tail ? minus_log : all(1.0));
    reals length = tail_above(root - 1.6) / tail_below(root - 1.6);
    const ints is_far = root > 5.0;
    if (any(is_far)) length = is_far ? far_above(root - 5.0) / far_below(root - 5.0) : length;
    return in_tail ? (reals)((words)length | sign(centred)) : middle;
}
void normal_of_bits(const uint64_t* numbers, double* out, size_t lanes) {
    for (size_t i = 0; i < lanes; i += width) store(out + i, normal_below(load_words(numbers + i)));
}
