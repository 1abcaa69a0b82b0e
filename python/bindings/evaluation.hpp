// What bind_simulation.cpp takes from bind_evaluation.cpp.
#pragma once

#include "engine/simulation.hpp"
#include "pybind.hpp"

namespace openbook::bindings {

void bind_expectation(py::module_& module);
void add_evaluation(py::class_<engine::Simulation, std::shared_ptr<engine::Simulation>>& simulation);

}  // namespace openbook::bindings
