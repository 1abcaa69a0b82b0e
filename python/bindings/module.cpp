#include "openbook/edition.hpp"
#include "pybind.hpp"

PYBIND11_MODULE(_core, module) {
    module.doc() = "The compiled core of openbook; use the package openbook instead.";
    module.attr("version") = OPENBOOK_VERSION;
    pybind11::list editions;
    for (const std::string_view edition : openbook::arithmetic_editions) editions.append(std::string(edition));
    module.attr("editions") = pybind11::tuple(editions);
    openbook::bindings::bind_errors(module);
    openbook::bindings::bind_book(module);
    openbook::bindings::bind_column(module);
    openbook::bindings::bind_settlement(module);
    openbook::bindings::bind_simulation(module);
    openbook::bindings::bind_reduction(module);
}
