// The ways to choose draws, one source each.
#pragma once

#include <memory>
#include <vector>

#include "engine/lanes/kernels.hpp"
#include "engine/sampling/paths.hpp"

namespace openbook::engine::sampling {

/// What all replicated sources need.
struct Setting {
    std::vector<NormalDimension> dimensions;
    std::uint64_t seed = 0;
    unsigned replications = 16;
    const lanes::Kernels* kernels = nullptr;
};

/// What a key is for, so that no two uses share a counter. Zero is the program's own draws.
enum class Use : std::uint32_t { scramble = 1, hypercube = 2, beyond_the_table = 3 };

/// 128 bits of the generator for a stream's period: two words of 64.
struct Bits {
    std::uint64_t first, second;
};
Bits bits_of(std::uint64_t stream, std::uint32_t period, std::uint32_t replication, Use use, std::uint32_t point = 0);

/// For the lanes of a block: the replication of each, and the point.
struct Places {
    std::vector<std::uint32_t> replication, point;
    void set(std::uint64_t first_draw, std::size_t lanes, unsigned replications);
};

/// Coordinates that the table of direction numbers serves.
std::size_t most_sobol_coordinates();

std::shared_ptr<const NormalSource> sobol_source(Setting setting);
std::shared_ptr<const NormalSource> latin_hypercube_source(Setting setting, std::uint64_t points);
/// Draw 2k has the normals of the program's own draw k, draw 2k + 1 their negatives.
std::shared_ptr<const NormalSource> antithetic_source(std::shared_ptr<const Program> program, std::uint64_t seed,
                                                      Level level);

}  // namespace openbook::engine::sampling
