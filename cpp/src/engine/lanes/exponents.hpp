// Exponents and low halves as numbers, for vectors without instructions for them. Included after the vector's types.

namespace openbook::engine::lanes {
namespace {

/// Of positive normal numbers.
inline reals exponent_of(reals x) {
    return (reals)(((words)x >> 52) | 0x4330000000000000u) - (0x1p52 + 1023);
}
inline floats exponent_of(floats x) {
    return __builtin_convertvector((half_ints)((half_words)x >> 23) - 127, floats);
}
/// As numbers.
inline reals low_half_of(words x) {
    return (reals)((x & 0xffffffffu) | 0x4330000000000000u) - 0x1p52;
}

}  // namespace
}  // namespace openbook::engine::lanes
