// Kernels for any machine: two doubles at a time; the fused multiply-add is the C library's, exact though slow.
#include <math.h>

#include "engine/lanes/kernels.hpp"
#include "engine/lanes/quantile_formula.hpp"

namespace openbook::engine::lanes {
namespace {

constexpr size_t width = 2;
typedef double reals __attribute__((vector_size(16)));
typedef int64_t ints __attribute__((vector_size(16)));
typedef uint64_t words __attribute__((vector_size(16)));
typedef float floats __attribute__((vector_size(16)));
typedef int32_t half_ints __attribute__((vector_size(16)));
typedef uint32_t half_words __attribute__((vector_size(16)));

inline reals fused(reals a, reals b, reals c) {
    return reals{fma(a[0], b[0], c[0]), fma(a[1], b[1], c[1])};
}
inline floats fused(floats a, floats b, floats c) {
    return floats{fmaf(a[0], b[0], c[0]), fmaf(a[1], b[1], c[1]), fmaf(a[2], b[2], c[2]), fmaf(a[3], b[3], c[3])};
}
inline reals square_root(reals x) {
    return reals{__builtin_sqrt(x[0]), __builtin_sqrt(x[1])};
}
/// Product of the low halves.
inline words multiply_low(words a, words b) {
    return (a & 0xffffffffu) * (b & 0xffffffffu);
}
/// Low halves of both, the first one below.
inline words join(words low, words high) {
    return (low & 0xffffffffu) | (high << 32);
}
/// The first where that bit is set.
template <int bit>
inline reals where_bit(words x, reals a, reals b) {
    return (ints)(x << (63 - bit)) < 0 ? a : b;
}
template <int bit>
inline floats where_bit(half_words x, floats a, floats b) {
    return (half_ints)(x << (31 - bit)) < 0 ? a : b;
}
inline bool any(ints mask) {
    return (mask[0] | mask[1]) != 0;
}
inline bool any(half_ints mask) {
    return (mask[0] | mask[1] | mask[2] | mask[3]) != 0;
}

}  // namespace
}  // namespace openbook::engine::lanes

#include "engine/lanes/exponents.hpp"
#include "engine/lanes/kernels_impl.hpp"
// After those that it falls back on.
#include "engine/lanes/kernels_single.hpp"

namespace openbook::engine::lanes {
const Kernels* baseline_kernels() {
    return &kernels;
}
}  // namespace openbook::engine::lanes
