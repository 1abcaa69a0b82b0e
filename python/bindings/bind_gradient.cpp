// Slopes of a simulation's columns.
#include "engine/gradient.hpp"
#include "gradient.hpp"

#include <cmath>

namespace openbook::bindings {
namespace {

using engine::Simulation;
using Table = py::array_t<double, py::array::c_style | py::array::forcecast>;

py::array_t<double> owned(std::vector<double> values, std::vector<py::ssize_t> shape) {
    auto* kept = new std::vector<double>(std::move(values));
    const py::capsule base(kept, [](void* p) { delete static_cast<std::vector<double>*>(p); });
    return py::array_t<double>(std::move(shape), kept->data(), base);
}

engine::Gradients of(const Simulation& simulation, const Table& table, const std::vector<std::size_t>& columns,
                     bool with_numbers) {
    const auto width = static_cast<py::ssize_t>(simulation.program->dimensions().size());
    if (table.ndim() != 2 || table.shape(1) != width)
        throw py::value_error("normals: expected shape (n, " + std::to_string(width) + ")");
    const std::span<const double> values(table.data(), static_cast<std::size_t>(table.size()));
    for (const double value : values)
        if (!std::isfinite(value)) throw py::value_error("normals: every one must be finite");
    for (const std::size_t column : columns)
        if (column >= simulation.columns.size())
            throw py::index_error("column " + std::to_string(column) + " of " +
                                  std::to_string(simulation.columns.size()));
    const auto rows = static_cast<std::uint64_t>(table.shape(0));
    py::gil_scoped_release release;
    return engine::gradient(simulation, values, rows, columns, with_numbers);
}

}  // namespace

void add_gradient(py::class_<Simulation, std::shared_ptr<Simulation>>& simulation) {
    simulation
        .def(
            "gradient",
            [](const Simulation& s, const Table& normals, const std::vector<std::size_t>& columns) {
                engine::Gradients found = of(s, normals, columns, false);
                const auto width = static_cast<py::ssize_t>(s.program->dimensions().size());
                return owned(std::move(found.by_normals),
                             {normals.shape(0), static_cast<py::ssize_t>(columns.size()), width});
            },
            py::arg("normals"), py::arg("columns"),
            "d column / d standard normal at given normals, shape (n, dimensions): shape (n, columns, dimensions).")
        .def(
            "slopes",
            [](const Simulation& s, const Table& normals, const std::vector<std::size_t>& columns) {
                engine::Gradients found = of(s, normals, columns, true);
                const auto count = static_cast<py::ssize_t>(engine::numbers(s).size());
                return owned(std::move(found.by_numbers),
                             {normals.shape(0), static_cast<py::ssize_t>(columns.size()), count});
            },
            py::arg("normals"), py::arg("columns"),
            "d column / d number at given normals, numbers as `numbers` lists them: shape (n, columns, numbers).")
        .def(
            "numbers",
            [](const Simulation& s) {
                py::list list;
                for (const engine::Number& n : engine::numbers(s))
                    list.append(py::dict(py::arg("quantity") = n.quantity, py::arg("period") = n.period,
                                         py::arg("member") = n.member, py::arg("label") = n.label,
                                         py::arg("term") = n.term, py::arg("fixed") = n.fixed));
                return list;
            },
            "The numbers that the columns depend on: values of inputs, and terms that were kept apart.");
}

}  // namespace openbook::bindings
