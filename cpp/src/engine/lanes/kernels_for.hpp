// The kernels of a level.
#pragma once

#include "engine/lanes.hpp"
#include "engine/lanes/kernels.hpp"

namespace openbook::engine::lanes {

/// Throws std::invalid_argument where this machine does not run the level.
const Kernels& kernels_for(Level level);

}  // namespace openbook::engine::lanes
