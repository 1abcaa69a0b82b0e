// Kernels for AVX-512; empty where the compiler is not told to use it.
#include "engine/lanes/kernels.hpp"

#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512VL__) && defined(__FMA__)
// The compiler's own header declares undefined values by naming them.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#include <immintrin.h>
#include <math.h>

#include "engine/lanes/quantile_formula.hpp"

namespace openbook::engine::lanes {
namespace {

constexpr size_t width = 8;
typedef double reals __attribute__((vector_size(64)));
typedef int64_t ints __attribute__((vector_size(64)));
typedef uint64_t words __attribute__((vector_size(64)));
typedef float floats __attribute__((vector_size(64)));
typedef int32_t half_ints __attribute__((vector_size(64)));
typedef uint32_t half_words __attribute__((vector_size(64)));

inline reals fused(reals a, reals b, reals c) {
    return (reals)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
}
inline floats fused(floats a, floats b, floats c) {
    return (floats)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}
inline reals square_root(reals x) {
    return (reals)_mm512_sqrt_pd((__m512d)x);
}
/// Product of the low halves.
inline words multiply_low(words a, words b) {
    return (words)_mm512_mul_epu32((__m512i)a, (__m512i)b);
}
/// Low halves of both, the first one below.
inline words join(words low, words high) {
    return (words)_mm512_mask_blend_epi32(0xaaaa, (__m512i)low, (__m512i)(high << 32));
}
/// The first where that bit is set.
template <int bit>
inline reals where_bit(words x, reals a, reals b) {
    return (reals)_mm512_mask_blend_pd(_mm512_test_epi64_mask((__m512i)x, _mm512_set1_epi64(int64_t{1} << bit)),
                                       (__m512d)b, (__m512d)a);
}
template <int bit>
inline floats where_bit(half_words x, floats a, floats b) {
    return (floats)_mm512_mask_blend_ps(_mm512_test_epi32_mask((__m512i)x, _mm512_set1_epi32(1 << bit)), (__m512)b,
                                        (__m512)a);
}
/// Of positive normal numbers.
inline reals exponent_of(reals x) {
    return (reals)_mm512_getexp_pd((__m512d)x);
}
inline floats exponent_of(floats x) {
    return (floats)_mm512_getexp_ps((__m512)x);
}
/// As numbers.
inline reals low_half_of(words x) {
    return (reals)_mm512_cvtepu64_pd((__m512i)(x & 0xffffffffu));
}
inline bool any(ints mask) {
    return _mm512_movepi64_mask((__m512i)mask) != 0;
}
inline bool any(half_ints mask) {
    return _mm512_movepi32_mask((__m512i)mask) != 0;
}

}  // namespace
}  // namespace openbook::engine::lanes

#include "engine/lanes/kernels_impl.hpp"
// After those that it falls back on.
#include "engine/lanes/kernels_single.hpp"

namespace openbook::engine::lanes {
const Kernels* avx512_kernels() {
    return &kernels;
}
}  // namespace openbook::engine::lanes
#else
namespace openbook::engine::lanes {
const Kernels* avx512_kernels() {
    return nullptr;
}
}  // namespace openbook::engine::lanes
#endif
