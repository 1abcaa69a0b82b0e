#include <memory>
#include <nlohmann/json.hpp>

#include "engine/wire.hpp"
#include "formula/expression.hpp"
#include "openbook/diff.hpp"
#include "openbook/json.hpp"
#include "openbook/schema.hpp"
#include "pybind.hpp"
#include "scenarios/correlation.hpp"

namespace openbook::bindings {

void bind_book(py::module_& module) {
    // Held as const: a book never changes, so any thread may read it.
    py::class_<Book, std::shared_ptr<Book>>(module, "Book", "A book as the core holds it: an immutable value.")
        .def_static(
            "read",
            [](const std::string& text) {
                py::gil_scoped_release release;
                return std::make_shared<Book>(read_book(text));
            },
            py::arg("text"))
        .def(
            "write", [](const Book& book, bool pretty) { return write(book, pretty); }, py::arg("pretty") = true)
        .def(
            "period_labels",
            [](const Book& book) {
                const std::vector<std::string>& calendars = choice_names<Every>();
                py::dict labels;
                for (std::size_t c = 0; c < calendars.size(); ++c) {
                    const auto every = static_cast<Every>(c);
                    py::list of_calendar;
                    for (int p = 0; p < book.calendar.count(every); ++p)
                        of_calendar.append(book.calendar.label(every, p));
                    labels[py::str(calendars[c])] = of_calendar;
                }
                return labels;
            },
            "What the periods of each calendar are called, in order.")
        .def("canonical", [](const Book& book) { return canonical(book); })
        .def("__eq__", [](const Book& a, const Book& b) { return a == b; })
        .def("__hash__", [](const Book& book) { return std::hash<std::string>{}(canonical(book)); });
    module.def(
        "check_value",
        [](const std::string& record, const std::string& json, bool fewest_digits) {
            return check_value(record, json, fewest_digits);
        },
        py::arg("record"), py::arg("json"), py::arg("fewest_digits") = false);
    module.def("json_schema", [] { return json_schema(); });
    module.def("description", [] { return description(); });
    module.def(
        "diff",
        [](const Book& a, const Book& b) {
            nlohmann::ordered_json out = nlohmann::ordered_json::array();
            for (const Change& change : diff(a, b))
                out.push_back({{"path", change.path},
                               {"what", change.what},
                               {"before", change.before},
                               {"after", change.after},
                               {"words", change.words}});
            return out.dump();
        },
        py::arg("a"), py::arg("b"));
    module.def("formula_graph", [](const std::string& text) { return engine::formula_graph(text); }, py::arg("text"));
    module.def("functions", [] {
        py::list list;
        for (const formula::Function& f : formula::functions())
            list.append(
                py::dict(py::arg("name") = f.name, py::arg("signature") = f.signature, py::arg("meaning") = f.meaning));
        return list;
    });
    module.def(
        "nearest_correlation",
        [](const std::vector<std::vector<double>>& matrix) {
            const std::size_t n = matrix.size();
            std::vector<double> flat;
            for (const auto& row : matrix) {
                if (row.size() != n)
                    throw py::value_error("the matrix is not square: a row has " + std::to_string(row.size()) + " of " +
                                          std::to_string(n) + " values");
                flat.insert(flat.end(), row.begin(), row.end());
            }
            const std::vector<double> nearest = scenarios::nearest_correlation(flat, n);
            std::vector<std::vector<double>> result(n);
            for (std::size_t i = 0; i < n; ++i)
                result[i].assign(nearest.begin() + static_cast<long>(i * n),
                                 nearest.begin() + static_cast<long>((i + 1) * n));
            return result;
        },
        py::arg("matrix"));
}

}  // namespace openbook::bindings
