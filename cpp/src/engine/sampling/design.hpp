// How the draws of a run are chosen: independent, a scrambled Sobol' sequence, Latin hypercubes, or antithetic pairs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/lanes.hpp"
#include "openbook/errors.hpp"

namespace openbook::engine {

enum class Sampling { independent, sobol, latin_hypercube, antithetic };

/// Draw n is point n / replications of replication n % replications; the replications are independent of each other.
struct SamplingDesign {
    Sampling method = Sampling::independent;
    unsigned replications = 16;  // Sobol' and Latin hypercubes
    std::uint64_t points = 0;    // of each Latin hypercube; 0: as many as the run needs

    [[nodiscard]] bool replicated() const { return method == Sampling::sobol || method == Sampling::latin_hypercube; }
    friend bool operator==(const SamplingDesign&, const SamplingDesign&) = default;
};

const char* to_string(Sampling method);
/// Throws LimitError where the name is unknown.
Sampling sampling_named(const std::string& name);

struct SampledRun {
    std::uint64_t seed = 0, first_draw = 0, draws = 0;
    Level level = Level::baseline;
};

/// What gives a run its normals; null for independent draws, which the program makes itself. Adds to `warnings` what a
/// reader should know. Throws LimitError where the design does not fit the run. The source keeps the program alive.
std::shared_ptr<const NormalSource> normal_source(std::shared_ptr<const Program> program, const SamplingDesign& design,
                                                  const SampledRun& run, std::vector<Problem>& warnings);

}  // namespace openbook::engine
