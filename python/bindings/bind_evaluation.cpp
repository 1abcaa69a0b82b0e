// A simulation as a function of the standard normals that it draws.
#include <cmath>

#include "engine/controls.hpp"
#include "engine/evaluation.hpp"
#include "evaluation.hpp"
#include "openbook/risk/expectation.hpp"

namespace openbook::bindings {
namespace {

using engine::Simulation;
using Table = py::array_t<double, py::array::c_style | py::array::forcecast>;

/// An array that owns what was computed.
py::array_t<double> owned(engine::Columns values, py::ssize_t rows, py::ssize_t columns) {
    auto* kept = new engine::Columns(std::move(values));
    const py::capsule base(kept, [](void* p) { delete static_cast<engine::Columns*>(p); });
    return py::array_t<double>({rows, columns}, kept->data(), base);
}

py::list streams(const Simulation& simulation) {
    py::list list;
    for (const engine::NormalDimension& dimension : simulation.program->dimensions())
        list.append(py::make_tuple(dimension.stream, dimension.period));
    return list;
}

py::array_t<double> normals(const Simulation& simulation, std::uint64_t first_draw, std::uint64_t draws) {
    const auto width = static_cast<py::ssize_t>(simulation.program->dimensions().size());
    openbook::RunControl control;
    engine::Columns rows;
    {
        py::gil_scoped_release release;
        rows = engine::normals(simulation, first_draw, draws, control);
    }
    return owned(std::move(rows), static_cast<py::ssize_t>(draws), width);
}

py::array_t<double> evaluate(const Simulation& simulation, const Table& table) {
    const auto width = static_cast<py::ssize_t>(simulation.program->dimensions().size());
    if (table.ndim() != 2 || table.shape(1) != width)
        throw py::value_error("normals: expected shape (n, " + std::to_string(width) + ")");
    const std::span<const double> values(table.data(), static_cast<std::size_t>(table.size()));
    for (const double value : values)
        if (!std::isfinite(value)) throw py::value_error("normals: every one must be finite");
    openbook::RunControl control;
    engine::Columns columns;
    const auto rows = static_cast<std::uint64_t>(table.shape(0));
    {
        py::gil_scoped_release release;
        columns = engine::evaluate(simulation, values, rows, control);
    }
    return owned(std::move(columns), static_cast<py::ssize_t>(simulation.columns.size()), table.shape(0));
}

/// Expectations of a column's controls, whether the first is the column itself, and their values.
py::tuple controls(const Simulation& simulation, std::size_t column) {
    if (column >= simulation.columns.size()) throw py::index_error("no such column");
    openbook::RunControl control;
    engine::Controls found;
    engine::Columns values;
    {
        py::gil_scoped_release release;
        found = engine::controls(simulation, column);
        if (!found.found.empty()) values = engine::control_values(simulation, found, control);
    }
    std::vector<double> expected;
    for (const engine::Control& one : found.found) expected.push_back(one.expectation);
    const bool whole = found.found.size() == 1 && found.found[0].whole;
    return py::make_tuple(expected, whole,
                          owned(std::move(values), static_cast<py::ssize_t>(expected.size()),
                                static_cast<py::ssize_t>(simulation.request.draws)));
}

double expected_piecewise(const std::vector<double>& breaks, const std::vector<std::pair<double, double>>& lines,
                          bool lognormal, double location, double scale) {
    risk::PiecewiseLinear f{breaks, {}};
    for (const auto& [at_zero, slope] : lines) f.lines.push_back({at_zero, slope});
    return risk::expectation(f, lognormal, location, scale);
}

}  // namespace

void bind_expectation(py::module_& module) {
    module.def("expected_piecewise", &expected_piecewise, py::arg("breaks"), py::arg("lines"), py::arg("lognormal"),
               py::arg("location"), py::arg("scale"),
               "Of lines (value at zero, slope) between breaks, for a normal quantity or e to its power.");
}

void add_evaluation(py::class_<Simulation, std::shared_ptr<Simulation>>& simulation) {
    simulation
        .def("streams", &streams,
             "The standard normals that the columns depend on, (stream, period from 0), by stream and period.")
        .def(
            "normals",
            [](const Simulation& s, std::uint64_t draw) {
                return normals(s, draw, 1).reshape({static_cast<py::ssize_t>(s.program->dimensions().size())});
            },
            py::arg("draw"), "What they are in a draw.")
        .def("normals_of", &normals, py::arg("first_draw"), py::arg("draws"),
             "What they are in draws that follow each other, shape (draws, dimensions).")
        .def("controls", &controls, py::arg("column"),
             "Control variates of a column: expectations, whether the only one is the column itself, values.")
        .def("evaluate", &evaluate, py::arg("normals"),
             "The kept columns on given standard normals, shape (n, dimensions): shape (columns, n).");
}

}  // namespace openbook::bindings
