// What the scheduler and the kernels agree on: one function for each operation, once for each instruction-set level.
//
// C headers only: the units that carry wide instructions must not share inline functions with the rest of the library.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace openbook::engine::lanes {

/// Kernels work on tiles of this many lanes, whatever the vector's width.
inline constexpr size_t tile = 16;
/// The most inputs of one weighted_sum call; longer sums are continued by further calls.
inline constexpr size_t widest_sum = 8;

/// Numbers this close are equal, so that what is reached exactly in a settlement is reached in the lanes, however its
/// double was rounded on the way.
inline constexpr double closeness = 0x1p-44;
inline constexpr float single_closeness = 0x1p-21f;  // in single precision

/// Where an operand's lanes are. A constant is stored `tile` times and read again for every tile (mask 0).
struct Operand {
    const double* at;
    size_t mask;  // all ones: lane i is at[i]; zero: every lane is at[0]
};

enum class Code : unsigned char {
    weighted_sum,              // in[0] + numbers[0] * in[1] + ..., a chain of fused multiply-adds
    weighted_sum_exponential,  // e to that power
    multiply,
    divide,  // in[2] where in[1] is zero
    minimum,
    maximum,
    absolute,
    less,
    less_equal,
    equal,
    logical_and,
    logical_or,
    logical_not,
    choose,
    piecewise,        // numbers: piecewise_table(); count: segments after the first
    round_half_away,  // numbers[0] / numbers[1]: one over the step
    round_half_even,
    round_half_up,
    round_floor,
    round_ceiling,
    round_truncate,
    floor_divide,  // in[2] where in[1] is zero
    modulo,
    exponential,
    logarithm,
    power,
    is_missing,
    if_missing,
    gaussian_four,    // out, further: four draws of a stream, by pairs of a cosine member and a sine member
    quantile_smooth,  // numbers: see quantile_formula.hpp
    quantile_steps,
    statistic,   // index of the function: number
    rank,        // out, further[0] and so on: one place for each of `count` members; in: values, then keys if any
    running_by,  // likewise one sum for each that asks; in: values, keys, then the numbers asked by if any
    store,       // keeps a column; no kernel
    codes
};

struct Call;

/// What a call needs to know of the block that it works on.
struct Block {
    size_t lanes;         // a multiple of `tile`
    uint64_t first_draw;  // lane 0's draw
    size_t valid;         // lanes that are kept
    double* results;      // where lane 0 of column 0 goes
    size_t column_stride;
    const double* given;  // normals that are given: dimension d's lane 0 is at given[d * given_stride]
    size_t given_stride;
};

using Kernel = void (*)(const Call&, const Block&);

/// One operation on one member, with every pointer in place.
struct Call {
    Kernel run;
    double* out;
    double*
        further[3];  // gaussian_four: a pair that nobody wants has null pointers; rank, running_by: the second member
    const Operand* in;
    size_t sources;     // operands
    Kernel in_doubles;  // in single precision: the same operation in double precision
    const double* numbers;
    size_t count;
    uint64_t key;     // gaussian_four: the stream's key
    uint64_t number;  // gaussian_four: period / 4; store: column; statistic: function; a given normal: dimension
};

struct Kernels {
    Kernel run[static_cast<size_t>(Code::codes)];
    Kernel single[static_cast<size_t>(Code::codes)];  // on registers of single precision: pointers are to floats
    /// Points of a sequence, 32 bits each, the highest one lowest, to scrambled ones of 52 bits; two keys for each
    /// lane.
    void (*scramble)(uint64_t* points, const uint64_t* first, const uint64_t* second, size_t lanes);
    /// The standard normal below which lies (number + 1/2) / 2^52.
    void (*normal_of_bits)(const uint64_t* numbers, double* out, size_t lanes);
};

/// One for all levels: it calls library functions in extended precision, lane by lane (statistic_kernel.cpp).
void statistic_kernel(const Call& call, const Block& block);
/// Likewise: each lane sorts its members (member_kernels.cpp).
void rank_kernel(const Call& call, const Block& block);
void single_rank_kernel(const Call& call, const Block& block);
void running_by_kernel(const Call& call, const Block& block);
void single_running_by_kernel(const Call& call, const Block& block);

/// Null where the library was built without that level.
const Kernels* baseline_kernels();
const Kernels* avx2_kernels();
const Kernels* avx512_kernels();

}  // namespace openbook::engine::lanes
