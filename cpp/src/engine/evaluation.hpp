// A simulation as a function of standard normals.
#pragma once

#include <span>

#include "engine/simulation.hpp"

namespace openbook::engine {

/// The kept columns on given standard normals. `normals`: row after row, one row for each of `rows` evaluations, in the
/// order of Program::dimensions(). result[column * rows + row]; to the bit what a run with those normals gives.
Columns evaluate(const Simulation& simulation, std::span<const double> normals, std::uint64_t rows,
                 RunControl& control);

/// The normals of `draws` draws from `first_draw` on, one row for each draw.
Columns normals(const Simulation& simulation, std::uint64_t first_draw, std::uint64_t draws, RunControl& control);

}  // namespace openbook::engine
