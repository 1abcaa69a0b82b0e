// One table from the core's errors to the package's: openbook/errors.py defines them.
#include "openbook/errors.hpp"

#include "pybind.hpp"

namespace openbook::bindings {
namespace {

void raise(const char* name, const Error& error) {
    py::list problems;
    for (const Problem& problem : error.problems())
        problems.append(py::dict(py::arg("code") = problem.code, py::arg("path") = problem.path,
                                 py::arg("message") = problem.message, py::arg("where") = problem.where));
    const std::string whole = error.what();
    const std::string summary = whole.substr(0, whole.find('\n'));
    const py::object type = py::module_::import("openbook.errors").attr(name);
    const py::object value = type(summary, problems);
    PyErr_SetObject(type.ptr(), value.ptr());
}

}  // namespace

void bind_errors(py::module_&) {
    py::register_local_exception_translator([](std::exception_ptr pointer) {
        try {
            if (pointer) std::rethrow_exception(pointer);
        } catch (const BookError& error) {
            raise("BookError", error);
        } catch (const DataError& error) {
            raise("DataError", error);
        } catch (const ReadingError& error) {
            raise("ReadingError", error);
        } catch (const LimitError& error) {
            raise("LimitError", error);
        } catch (const Cancelled&) {
            PyErr_SetNone(PyExc_KeyboardInterrupt);
        }
    });
}

}  // namespace openbook::bindings
