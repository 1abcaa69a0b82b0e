#include "engine/wire.hpp"
#include "pybind.hpp"

namespace openbook::bindings {

void bind_settlement(py::module_& module) {
    using engine::Settlement;
    py::class_<Settlement, std::shared_ptr<Settlement>>(module, "Settlement",
                                                        "A settlement as the core holds it: immutable.")
        .def("json", [](const Settlement& settlement) { return engine::write(settlement); })
        .def(
            "explain",
            [](const Settlement& settlement, const std::string& target) { return engine::explain(settlement, target); },
            py::arg("target"));
    module.def(
        "settle",
        [](std::shared_ptr<Book> book, const std::string& request) {
            // Everything below is plain C++; Python objects were converted above and are made again after the scope.
            py::gil_scoped_release release;
            return std::make_shared<Settlement>(engine::settle(book, engine::read_settle_request(request)));
        },
        py::arg("book"), py::arg("request"));
    module.def(
        "compile_check",
        [](std::shared_ptr<Book> book, const std::string& request) {
            py::gil_scoped_release release;
            engine::compile(book, engine::read_settle_request(request).compile);
        },
        py::arg("book"), py::arg("request"), "Compiles the book and throws what is wrong with it.");
}

}  // namespace openbook::bindings
