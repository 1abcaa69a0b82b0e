// What is gathered of the draws of a simulation, and statistics of any column of numbers.
#include <memory>

#include "openbook/risk/reduction.hpp"
#include "openbook/risk/statistics.hpp"
#include "pybind.hpp"

namespace openbook::bindings {
namespace {

using Numbers = py::array_t<double, py::array::c_style>;

std::span<const double> numbers_of(const Numbers& column) {
    if (column.ndim() != 1) throw py::value_error("expected one column of numbers");
    return {column.data(), static_cast<std::size_t>(column.size())};
}

template <class T>
py::array_t<T> array_of(const std::vector<T>& values) {
    py::array_t<T> array(static_cast<py::ssize_t>(values.size()));
    std::copy(values.begin(), values.end(), array.mutable_data());
    return array;
}

py::tuple pair(const risk::Estimate& estimate) {
    const bool known = estimate.error == estimate.error;  // NaN equals nothing
    return py::make_tuple(estimate.value, known ? py::object(py::float_(estimate.error)) : py::object(py::none()));
}

/// What was gathered of one column; the kept draws are not copied.
py::dict gathered(const std::shared_ptr<risk::Reduction>& reduction, std::size_t column) {
    if (column >= reduction->columns().size()) throw py::index_error("no such column");
    const risk::Gathered& one = reduction->columns()[column];
    py::dict found;
    found["below"] = one.below;
    if (!one.moments.empty()) {
        const risk::MomentSums sums = one.all_moments();
        found["moments"] =
            py::make_tuple(sums.draws, sums.mean, sums.second, sums.third, sums.fourth, sums.minimum, sums.maximum);
    }
    if (!one.kept.empty()) {
        auto* owner = new std::shared_ptr<risk::Reduction>(reduction);
        const py::capsule base(owner, [](void* p) { delete static_cast<std::shared_ptr<risk::Reduction>*>(p); });
        py::array_t<double> kept({static_cast<py::ssize_t>(one.kept.size())}, one.kept.data(), base);
        kept.attr("flags").attr("writeable") = false;
        found["kept"] = kept;
    }
    if (one.sketch) {
        const risk::Sketch::Values values = one.sketch->values();
        found["sketch"] = py::make_tuple(array_of(values.value), array_of(values.weight), one.sketch->bound());
    }
    return found;
}

}  // namespace

void bind_reduction(py::module_& module) {
    py::class_<risk::Reduction, std::shared_ptr<risk::Reduction>>(module, "Reduction",
                                                                  "Gathers figures of columns while draws pass by.")
        .def(
            py::init([](const std::vector<std::tuple<bool, bool, std::vector<std::pair<double, bool>>, double>>& wanted,
                        std::uint64_t draws) {
                std::vector<risk::Wanted> columns;
                for (const auto& [moments, keep, thresholds, error] : wanted) {
                    risk::Wanted column{moments, keep, {}, 0};
                    for (const auto& [value, inclusive] : thresholds) column.thresholds.push_back({value, inclusive});
                    if (error > 0) column.sketch = risk::Sketch::capacity_for(draws, error);
                    columns.push_back(std::move(column));
                }
                return std::make_shared<risk::Reduction>(std::move(columns), draws);
            }),
            py::arg("wanted"), py::arg("draws"),
            "For each column: moments, keep, thresholds (value, inclusive), rank error of a sketch (0: none).")
        .def(
            "add",
            [](risk::Reduction& reduction, const Numbers& columns, unsigned threads) {
                if (columns.ndim() != 2) throw py::value_error("expected columns of draws");
                const std::span<const double> values(columns.data(), static_cast<std::size_t>(columns.size()));
                py::gil_scoped_release release;
                reduction.add(values, static_cast<std::size_t>(columns.shape(1)), threads);
            },
            py::arg("columns"), py::arg("threads") = 1)
        .def_property_readonly("draws", [](const risk::Reduction& reduction) { return reduction.draws(); })
        .def("column", &gathered, py::arg("column"));
    module.def(
        "summarise",
        [](const Numbers& column, const std::vector<double>& levels, double nothing) {
            const risk::Summary s = risk::summarise(numbers_of(column), levels, nothing);
            py::dict item;
            item["mean"] = pair(s.mean);
            item["deviation"] = pair(s.deviation);
            item["below_zero"] = pair(s.probability_below_zero);
            py::list at_risk, shortfall;
            for (const auto& estimate : s.value_at_risk) at_risk.append(pair(estimate));
            for (const auto& estimate : s.expected_shortfall) shortfall.append(pair(estimate));
            item["value_at_risk"] = at_risk;
            item["expected_shortfall"] = shortfall;
            item["minimum"] = s.minimum;
            item["maximum"] = s.maximum;
            return item;
        },
        py::arg("column"), py::arg("levels"), py::arg("nothing") = 0.0);
    module.def(
        "quantiles",
        [](const Numbers& column, const std::vector<double>& probabilities) {
            return risk::quantiles(numbers_of(column), probabilities);
        },
        py::arg("column"), py::arg("probabilities"));
    module.def(
        "draw_at",
        [](const Numbers& column, double probability) { return risk::draw_at(numbers_of(column), probability); },
        py::arg("column"), py::arg("probability"));
}

}  // namespace openbook::bindings
