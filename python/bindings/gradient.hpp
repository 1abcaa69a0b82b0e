// What bind_simulation.cpp takes from bind_gradient.cpp.
#pragma once

#include "engine/simulation.hpp"
#include "pybind.hpp"

namespace openbook::bindings {

void add_gradient(py::class_<engine::Simulation, std::shared_ptr<engine::Simulation>>& simulation);

}  // namespace openbook::bindings
