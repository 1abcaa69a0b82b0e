#include "engine/derivatives.hpp"
#include "engine/wire.hpp"
#include "pybind.hpp"

namespace openbook::bindings {

namespace {

using engine::Settlement;

engine::MarginalPound number_named(const std::string& quantity, int period, std::uint32_t member) {
    engine::MarginalPound of;
    of.quantity = quantity;
    of.period = period;
    of.member = member;
    return of;
}

py::list marginals_of(const Settlement& settlement, const std::string& target) {
    std::vector<engine::MarginalPound> found;
    {
        py::gil_scoped_release release;
        found = engine::marginals(settlement, engine::target_of(target));
    }
    py::list list;
    for (const engine::MarginalPound& m : found)
        list.append(
            py::dict(py::arg("quantity") = m.quantity, py::arg("period") = m.period, py::arg("member") = m.member,
                     py::arg("label") = m.label, py::arg("value") = engine::to_text(m.value), py::arg("term") = m.term,
                     py::arg("fixed") = m.fixed, py::arg("left") = engine::to_text(m.left),
                     py::arg("right") = engine::to_text(m.right), py::arg("cliff_left") = engine::to_text(m.cliff_left),
                     py::arg("cliff_right") = engine::to_text(m.cliff_right)));
    return list;
}

py::list passages_of(const Settlement& settlement, const std::string& target, const std::string& quantity, int period,
                     std::uint32_t member, bool up) {
    std::vector<engine::Passage> found;
    {
        py::gil_scoped_release release;
        found = engine::passages(settlement, engine::target_of(target), number_named(quantity, period, member), up);
    }
    py::list list;
    for (const engine::Passage& p : found)
        list.append(py::dict(py::arg("contract") = p.contract, py::arg("clause") = p.clause, py::arg("title") = p.title,
                             py::arg("slope") = engine::to_text(p.slope), py::arg("cliff") = engine::to_text(p.cliff)));
    return list;
}

}  // namespace

void bind_settlement(py::module_& module) {
    py::class_<Settlement, std::shared_ptr<Settlement>>(module, "Settlement",
                                                        "A settlement as the core holds it: immutable.")
        .def("json", [](const Settlement& settlement) { return engine::write(settlement); })
        .def("members", &engine::write_members, py::arg("quantity"))
        .def(
            "explain",
            [](const Settlement& settlement, const std::string& target) { return engine::explain(settlement, target); },
            py::arg("target"))
        .def(
            "opened",
            [](const Settlement& settlement, const std::vector<std::string>& paths) {
                py::gil_scoped_release release;
                return std::make_shared<Settlement>(engine::opened(settlement, paths));
            },
            py::arg("paths"), "The same settlement with these terms kept apart, for derivatives by them.")
        .def("marginals", &marginals_of, py::arg("target"), "Slopes of a position by every number it depends on.")
        .def("passages", &passages_of, py::arg("target"), py::arg("quantity"), py::arg("period"), py::arg("member"),
             py::arg("up"), "The slope by one number, by clause.")
        .def(
            "range_of",
            [](const Settlement& settlement, const std::string& target, const std::string& quantity, int period,
               std::uint32_t member, bool up) {
                const engine::Range range =
                    engine::range_of(settlement, engine::target_of(target), number_named(quantity, period, member), up);
                return py::make_tuple(range.far ? py::object(py::str(engine::to_text(*range.far))) : py::none(),
                                      range.bends);
            },
            py::arg("target"), py::arg("quantity"), py::arg("period"), py::arg("member"), py::arg("up"),
            "How far a number may move before another slope holds, and whether its slope changes at once.")
        .def(
            "passage_tree",
            [](const Settlement& settlement, const std::string& target, const std::string& quantity, int period,
               std::uint32_t member, bool up) {
                return engine::passage_tree(settlement, engine::target_of(target),
                                            number_named(quantity, period, member), up);
            },
            py::arg("target"), py::arg("quantity"), py::arg("period"), py::arg("member"), py::arg("up"),
            "The explanation of a position with slopes in place of values, as JSON.");
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
