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
                     py::arg("cliff_right") = engine::to_text(m.cliff_right),
                     py::arg("whole_step") =
                         m.whole_step ? py::object(py::str(engine::to_text(*m.whole_step))) : py::object(py::none())));
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

using Whole = py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>;
using Flags = py::array_t<std::uint8_t, py::array::c_style | py::array::forcecast>;

/// An input as columns: whole numbers over a power of ten, which are missing, and numbers that fit no such column.
engine::Given given_of(const Whole& over, int places, const std::optional<Flags>& missing,
                       const std::map<std::size_t, std::string>& odd) {
    if (places < 0 || places > 18) throw py::value_error("places: expected 0 to 18");
    engine::Packed packed;
    packed.over.assign(over.data(), over.data() + over.size());
    for (int i = 0; i < places; ++i) packed.under *= 10;
    if (missing) {
        if (missing->size() != over.size()) throw py::value_error("missing: expected one for each value");
        packed.missing.assign(missing->data(), missing->data() + missing->size());
    }
    std::map<std::size_t, engine::Exact> numbers;
    for (const auto& [place, text] : odd) numbers[place] = engine::exact_from_text(text);
    return engine::Given(std::move(packed), std::move(numbers));
}

std::shared_ptr<Settlement> settle(std::shared_ptr<Book> book, const std::string& request, const py::dict& columns,
                                   engine::Plans* plans) {
    std::map<std::string, engine::Given> inputs;
    for (const auto& [name, column] : columns) {
        const auto parts = py::cast<py::tuple>(column);
        inputs[py::cast<std::string>(name)] =
            given_of(py::cast<Whole>(parts[0]), py::cast<int>(parts[1]), py::cast<std::optional<Flags>>(parts[2]),
                     py::cast<std::map<std::size_t, std::string>>(parts[3]));
    }
    // Everything below is plain C++; Python objects were converted above and are made again after the scope.
    const py::gil_scoped_release release;
    engine::SettleRequest asked = engine::read_settle_request(request);
    asked.inputs.merge(inputs);
    return std::make_shared<Settlement>(engine::settle(book, std::move(asked), plans));
}

}  // namespace

void bind_settlement(py::module_& module) {
    py::class_<engine::Plans, std::shared_ptr<engine::Plans>>(module, "Plans",
                                                              "Plans that several settlements have in common.")
        .def(py::init<>());
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
            "change_by",
            [](const Settlement& settlement, const std::string& target, const std::string& quantity, int period,
               std::uint32_t member, const std::string& more) {
                const engine::Exact by = engine::exact_from_text(more);
                py::gil_scoped_release release;
                return engine::to_text(engine::change_by(settlement, engine::target_of(target),
                                                         number_named(quantity, period, member), by));
            },
            py::arg("target"), py::arg("quantity"), py::arg("period"), py::arg("member"), py::arg("more"),
            "How a position changes when a number is so much more, with every rounding.")
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
    module.def("settle", &settle, py::arg("book"), py::arg("request"), py::arg("columns") = py::dict(),
               py::arg("plans") = nullptr);
    module.def(
        "compile_check",
        [](std::shared_ptr<Book> book, const std::string& request) {
            py::gil_scoped_release release;
            engine::compile(book, engine::read_settle_request(request).compile);
        },
        py::arg("book"), py::arg("request"), "Compiles the book and throws what is wrong with it.");
}

}  // namespace openbook::bindings
