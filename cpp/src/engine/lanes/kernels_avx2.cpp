// Kernels for AVX2 with FMA; empty where the compiler is not told to use them.
#include "engine/lanes/kernels.hpp"

#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>
#include <math.h>

#include "engine/lanes/quantile_formula.hpp"

namespace openbook::engine::lanes {
namespace {

constexpr size_t width = 4;
typedef double reals __attribute__((vector_size(32)));
typedef int64_t ints __attribute__((vector_size(32)));
typedef uint64_t words __attribute__((vector_size(32)));
typedef float floats __attribute__((vector_size(32)));
typedef int32_t half_ints __attribute__((vector_size(32)));
typedef uint32_t half_words __attribute__((vector_size(32)));

inline reals fused(reals a, reals b, reals c) {
    return (reals)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
}
inline floats fused(floats a, floats b, floats c) {
    return (floats)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
}
inline reals square_root(reals x) {
    return (reals)_mm256_sqrt_pd((__m256d)x);
}
/// Product of the low halves.
inline words multiply_low(words a, words b) {
    return (words)_mm256_mul_epu32((__m256i)a, (__m256i)b);
}
/// Low halves of both, the first one below.
inline words join(words low, words high) {
    return (words)_mm256_blend_epi32((__m256i)low, (__m256i)(high << 32), 0xaa);
}
/// The first where that bit is set.
template <int bit>
inline reals where_bit(words x, reals a, reals b) {
    return (reals)_mm256_blendv_pd((__m256d)b, (__m256d)a, (__m256d)(x << (63 - bit)));
}
template <int bit>
inline floats where_bit(half_words x, floats a, floats b) {
    return (floats)_mm256_blendv_ps((__m256)b, (__m256)a, (__m256)(x << (31 - bit)));
}
inline bool any(ints mask) {
    return _mm256_movemask_pd((__m256d)mask) != 0;
}
inline bool any(half_ints mask) {
    return _mm256_movemask_ps((__m256)mask) != 0;
}

}  // namespace
}  // namespace openbook::engine::lanes

#include "engine/lanes/exponents.hpp"
#include "engine/lanes/kernels_impl.hpp"
// After those that it falls back on.
#include "engine/lanes/kernels_single.hpp"

namespace openbook::engine::lanes {
const Kernels* avx2_kernels() {
    return &kernels;
}
}  // namespace openbook::engine::lanes
#else
namespace openbook::engine::lanes {
const Kernels* avx2_kernels() {
    return nullptr;
}
}  // namespace openbook::engine::lanes
#endif
