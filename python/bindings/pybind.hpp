// The one place that includes pybind11, so that every unit sees the same converters.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace openbook::bindings {

namespace py = pybind11;

void bind_errors(py::module_& module);
void bind_book(py::module_& module);
void bind_column(py::module_& module);
void bind_settlement(py::module_& module);
void bind_simulation(py::module_& module);
void bind_reduction(py::module_& module);

}  // namespace openbook::bindings
