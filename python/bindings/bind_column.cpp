#include "data/column.hpp"
#include "data/shortest.hpp"
#include "pybind.hpp"

namespace openbook::bindings {
namespace {

using data::Column;

/// An array that owns its values.
template <class T>
py::array_t<T> owned(std::vector<T> values) {
    auto* kept = new std::vector<T>(std::move(values));
    const py::capsule base(kept, [](void* p) { delete static_cast<std::vector<T>*>(p); });
    return py::array_t<T>(static_cast<py::ssize_t>(kept->size()), kept->data(), base);
}

std::shared_ptr<Column> column_of(const py::object& capsule) {
    auto* stream = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule.ptr(), "arrow_array_stream"));
    if (!stream) throw py::error_already_set();
    if (!stream->release) throw py::value_error("the stream was read before");
    return std::make_shared<Column>(*stream);  // the capsule releases the stream
}

py::object numbered(const Column& column) {
    std::optional<data::Numbered> found;
    {
        const py::gil_scoped_release release;
        found = column.numbered();
    }
    if (!found) return py::none();
    return py::make_tuple(owned(std::move(found->numbers)), owned(std::move(found->first)));
}

py::object numbers(const Column& column) {
    std::optional<data::PlainNumbers> found;
    {
        const py::gil_scoped_release release;
        found = column.numbers();
    }
    if (!found) return py::none();
    py::object missing = py::none();
    if (!found->missing.empty()) missing = owned(std::move(found->missing)).attr("view")("bool");
    return std::visit([&](auto& values) { return py::object(py::make_tuple(owned(std::move(values)), missing)); },
                      found->values);
}

py::tuple shortest(const py::array_t<double, py::array::c_style | py::array::forcecast>& values) {
    data::Decimals found;
    const std::span<const double> given(values.data(), static_cast<std::size_t>(values.size()));
    {
        const py::gil_scoped_release release;
        found = data::shortest(given);
    }
    return py::make_tuple(owned(std::move(found.digits)), owned(std::move(found.exponents)));
}

}  // namespace

void bind_column(py::module_& module) {
    module.def("shortest", &shortest, py::arg("values"), "Digits and exponents of the shortest decimals of floats.");
    py::class_<Column, std::shared_ptr<Column>>(module, "Column", "A column of an Arrow stream.")
        .def(py::init(&column_of), py::arg("stream"))
        .def("__len__", &Column::size)
        .def("numbered", &numbered, "Each row's number among the different cells, and the first row of each number.")
        .def("numbers", &numbers, "Whole numbers or floats, and which are missing; None where it holds anything else.");
}

}  // namespace openbook::bindings
