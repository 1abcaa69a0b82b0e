#include "pybind.hpp"

PYBIND11_MODULE(_core, module) {
    module.doc() = "The compiled core of openbook; use the package openbook instead.";
    module.attr("version") = OPENBOOK_VERSION;
    openbook::bindings::bind_errors(module);
    openbook::bindings::bind_book(module);
    openbook::bindings::bind_settlement(module);
    openbook::bindings::bind_simulation(module);
}
