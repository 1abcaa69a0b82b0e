// Random words and the normal draws made of them, as part of kernels_impl.hpp: the same bits at every level.
//
// Sources: the words are Philox 4x32 with ten rounds (Salmon and others 2011); the pairs are Box and Muller's (1958).

constexpr uint32_t philox_multiplier_0 = 0xd2511f53u, philox_multiplier_1 = 0xcd9e8d57u;
constexpr int philox_rounds = 10;
constexpr size_t stage = 8 * tile;  // lanes whose random words wait on the stack between the two steps

/// Random words of `lanes` draws: keep(i, c) takes those of the vectors i and i + 1, of which c[w][v] holds word w of
/// vector v in the low half of 64 bits; what is above it never matters.
template <class Keep>
OPENBOOK_INLINE void random_words(const words* keys, uint64_t four, uint64_t first_draw, size_t lanes, Keep keep) {
    const words m0 = all_words(philox_multiplier_0), m1 = all_words(philox_multiplier_1);
    const uint64_t fixed = philox_multiplier_1 * (four & 0xffffffffu);
    words count{};
    for (size_t v = 0; v < width; ++v) count[v] = v;
    for (size_t i = 0; i < lanes / width; i += 2) {
        words c[4][2];
#pragma GCC unroll 2
        for (size_t v = 0; v < 2; ++v) {
            // The first round, where the third word is the same in every lane and the last is zero.
            const words draw = count + (first_draw + (i + v) * width), product = multiply_low(m0, draw);
            c[0][v] = (draw >> 32) ^ (keys[0] ^ (fixed >> 32));
            c[1][v] = all_words(fixed);
            c[2][v] = (product >> 32) ^ keys[1];
            c[3][v] = product;
        }
#pragma GCC unroll 10
        for (int round = 1; round < philox_rounds; ++round)
#pragma GCC unroll 2
            for (size_t v = 0; v < 2; ++v) {
                const words p0 = multiply_low(m0, c[0][v]), p1 = multiply_low(m1, c[2][v]);
                c[0][v] = (p1 >> 32) ^ (c[1][v] ^ keys[2 * round]);
                c[1][v] = p1;
                c[2][v] = (p0 >> 32) ^ (c[3][v] ^ keys[2 * round + 1]);
                c[3][v] = p0;
            }
        keep(i, c);
    }
}

/// The square root of x in [2^-40, 2^10], to 1e-14 of it. The processor's own is exact, but slower than all the rest of
/// a pair: a first guess from the exponent's bits (as in Quake's reciprocal root), made better twice.
template <class Reals>
OPENBOOK_INLINE Reals quick_root(Reals x) {
    auto y = as<reals>(0x5fe6eb50c7b537a9u - (as<words>(x) >> 1));  // one over the root, to 3.5%
    auto h = x * y * y;
    y = y * fused(fused(all(0x1.8083a1bd37eb9p-2), h, all(-0x1.4089a376fed07p+0)), h, all(0x1.e068be9d7deb4p+0));
    const auto root = x * y;
    h = root * y;
    return root * fused(fused(all(0.375), h, all(-1.25)), h, all(1.875));
}

/// Box and Muller's pair from 64 random bits, to 1e-13 of its size. The radius takes the lower word as one of 2^32
/// equal parts of (0, 1), by its middle. The angle takes 30 bits of the upper word as a place within a quarter turn,
/// bit 62 for sine and cosine swapped, bit 63 for the larger one's sign.
template <class Words, class Reals>
OPENBOOK_INLINE void normal_pair(Words random, Reals& cosine_member, Reals& sine_member) {
    const words one = (words)all(1.0);
    const auto uniform = fused(low_half_of(random), all(0x1p-32), all(0x1p-33));
    const auto part = split(uniform);
    const auto s = (part.fraction - 1.0) / (part.fraction + 1.0), z = s * s;
    auto series = fused(z, all(-2 * 0x1.9114d92cb8f7cp-3), all(-2 * 0x1.c62b204e5153bp-3));
    series = fused(series, z, all(-2 * 0x1.249411cd9a403p-2));
    series = fused(series, z, all(-2 * 0x1.999996a99101ep-2));
    series = fused(series, z, all(-2 * 0x1.555555561e2bap-1));
    const auto minus_two_log =
        fused(exponent_of(as<reals>(part.moved)), all(-2.0 * ln2), s * fused(z, series, all(-4.0)));
    const auto length = quick_root(minus_two_log);

    const auto place = as<reals>((random >> 10 & 0x000fffffffc00000u) | one) - (1.5 - 0x1p-31);  // quarter turns
    const auto y = place * place;
    auto sine = fused(y, all(-0x1.dd54adea4f96dp-19), all(0x1.5071cebd24c6ap-13));
    sine = fused(sine, y, all(-0x1.32d2c64574fa0p-8));
    sine = fused(sine, y, all(0x1.466bc6712516dp-4));
    sine = fused(sine, y, all(-0x1.4abbce6257a3cp-1));
    sine = fused(sine, y, all(0x1.921fb54442cfap+0)) * place;
    auto cosine = fused(y, all(-0x1.a1084bbb904e7p-16), all(0x1.e1e85be321da3p-11));
    cosine = fused(cosine, y, all(-0x1.55d3bb4b077afp-6));
    cosine = fused(cosine, y, all(0x1.03c1f076c573ep-2));
    cosine = fused(cosine, y, all(-0x1.3bd3cc9bd806fp+0));
    cosine = fused(cosine, y, all(1.0));
    const auto larger = as<reals>(as<words>(cosine) ^ (random & 0x8000000000000000u));
    cosine_member = length * where_bit<62>(random, sine, larger);
    sine_member = length * where_bit<62>(random, larger, sine);
}
OPENBOOK_INLINE void normal_pairs(const words* random, size_t lanes, double* out, double* out2) {
    in_parts<reals, 2>(lanes, [&](auto kind, size_t i) {
        using Vectors = typename decltype(kind)::Vectors;
        Vectors cosine_member, sine_member;
        normal_pair(load_all<decltype(as<words>(Vectors{}))>(random + i / width), cosine_member, sine_member);
        store_all(out + i, cosine_member);
        store_all(out2 + i, sine_member);
    });
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
        random_words(keys, call.number, block.first_draw + start, lanes, [&](size_t i, const words(&c)[4][2]) {
            for (size_t v = 0; v < 2; ++v) {
                first_two[i + v] = join(c[0][v], c[1][v]);
                last_two[i + v] = join(c[2][v], c[3][v]);
            }
        });
        if (call.out) normal_pairs(first_two, lanes, call.out + start, call.further[0] + start);
        if (call.further[1]) normal_pairs(last_two, lanes, call.further[1] + start, call.further[2] + start);
    }
}
