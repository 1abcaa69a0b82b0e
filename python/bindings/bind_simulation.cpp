#include <chrono>
#include <future>
#include <nlohmann/json.hpp>

#include "engine/wire.hpp"
#include "evaluation.hpp"
#include "openbook/risk/reduction.hpp"
#include "gradient.hpp"
#include "openbook/risk/statistics.hpp"
#include "openbook/risk/designs.hpp"
#include "pybind.hpp"

namespace openbook::bindings {
namespace {

using engine::Simulation;
using namespace std::chrono_literals;

/// What Python may say during a run.
struct Control {
    py::object on_progress;
};

/// Waits for the work on this thread: polls signals, reports progress, and stops the work when a signal says so.
void wait(std::future<void>& work, openbook::RunControl& control, const Control& python, std::uint64_t total) {
    auto reported = std::chrono::steady_clock::now();
    while (true) {
        {
            py::gil_scoped_release release;
            if (work.wait_for(50ms) == std::future_status::ready) break;
        }
        bool stop = PyErr_CheckSignals() != 0;
        const auto now = std::chrono::steady_clock::now();
        if (!stop && !python.on_progress.is_none() && now - reported >= 200ms) {
            reported = now;
            try {
                python.on_progress(control.done(), total);
            } catch (py::error_already_set& error) {
                error.restore();
                stop = true;
            }
        }
        if (!stop) continue;
        control.cancel();
        {
            py::gil_scoped_release release;
            work.wait();
        }
        try {
            work.get();
        } catch (const Cancelled&) {
        }
        throw py::error_already_set();
    }
    work.get();
}

py::array_t<double> array_of(const std::shared_ptr<Simulation>& simulation) {
    // The array keeps the simulation alive and cannot be written: its buffer never moves.
    const auto draws = static_cast<py::ssize_t>(simulation->request.draws);
    const auto columns = static_cast<py::ssize_t>(simulation->columns.size());
    auto* owner = new std::shared_ptr<Simulation>(simulation);
    const py::capsule base(owner, [](void* p) { delete static_cast<std::shared_ptr<Simulation>*>(p); });
    py::array_t<double> array({columns, draws}, simulation->values.data(), base);
    array.attr("flags").attr("writeable") = false;
    return array;
}

std::span<const double> column_of(const Simulation& simulation, std::size_t column) {
    if (column >= simulation.columns.size())
        throw py::index_error("column " + std::to_string(column) + " of " + std::to_string(simulation.columns.size()));
    return {simulation.values.data() + column * simulation.request.draws, simulation.request.draws};
}

py::list pair(const risk::Estimate& estimate) {
    py::list list;
    list.append(estimate.value);
    if (estimate.error == estimate.error)
        list.append(estimate.error);
    else
        list.append(py::none());  // not a number, which equals nothing and no file holds
    return list;
}

/// How the draws hang together, for their errors.
risk::Design design_of(const Simulation& simulation) {
    const engine::SamplingDesign& sampling = simulation.request.sampling;
    const auto kind = sampling.replicated()                             ? risk::Design::Kind::replicated
                      : sampling.method == engine::Sampling::antithetic ? risk::Design::Kind::paired
                                                                        : risk::Design::Kind::independent;
    return {kind, sampling.replications, simulation.request.first_draw};
}

py::list summary_of(const Simulation& simulation, const std::vector<double>& levels) {
    std::vector<risk::Summary> summaries;
    {
        py::gil_scoped_release release;
        std::vector<double> nothing;
        for (const engine::Column& column : simulation.columns)
            nothing.push_back(column.kind == "position" ? simulation.nothing : 0);
        summaries = risk::summarise_columns(simulation.values, simulation.request.draws, levels,
                                            simulation.request.threads, nothing, design_of(simulation));
    }
    py::list list;
    for (const risk::Summary& s : summaries) {
        py::dict item;
        item["mean"] = pair(s.mean);
        item["deviation"] = pair(s.deviation);
        item["below_zero"] = pair(s.probability_below_zero);
        item["levels"] = s.levels;
        py::list at_risk, shortfall;
        for (const auto& estimate : s.value_at_risk) at_risk.append(pair(estimate));
        for (const auto& estimate : s.expected_shortfall) shortfall.append(pair(estimate));
        item["value_at_risk"] = at_risk;
        item["expected_shortfall"] = shortfall;
        item["minimum"] = s.minimum;
        item["maximum"] = s.maximum;
        list.append(item);
    }
    return list;
}

}  // namespace

void bind_simulation(py::module_& module) {
    py::class_<Control>(module, "Control", "What Python may say during a run: a progress callback.")
        .def(py::init([](py::object on_progress) { return Control{std::move(on_progress)}; }),
             py::arg("on_progress") = py::none());
    py::class_<Simulation, std::shared_ptr<Simulation>> bound(module, "Simulation",
                                                              "A simulation as the core holds it: immutable once run.");
    add_evaluation(bound);
    add_gradient(bound);
    bind_expectation(module);
    bound
        .def_property_readonly(
            "columns",
            [](const Simulation& s) { return py::module_::import("json").attr("loads")(engine::write_columns(s)); })
        .def_property_readonly("draws", [](const Simulation& s) { return s.request.draws; })
        .def_property_readonly("seed", [](const Simulation& s) { return s.request.seed; })
        .def_property_readonly("first_draw", [](const Simulation& s) { return s.request.first_draw; })
        .def_property_readonly("threads", [](const Simulation& s) { return s.request.threads; })
        .def_property_readonly("level", [](const Simulation& s) { return engine::to_string(s.level); })
        .def_property_readonly("nothing", [](const Simulation& s) { return s.nothing; })
        .def_property_readonly("instructions", [](const Simulation& s) { return s.instructions; })
        .def_property_readonly("registers", [](const Simulation& s) { return s.registers; })
        .def_property_readonly("warnings",
                               [](const Simulation& s) {
                                   py::list list;
                                   for (const auto* warnings : {&s.plan->warnings, &s.warnings})
                                       for (const Problem& w : *warnings)
                                           list.append(py::dict(py::arg("code") = w.code, py::arg("path") = w.path,
                                                                py::arg("message") = w.message));
                                   return list;
                               })
        .def(
            "plan_only",
            [](const Simulation& s) {
                auto plan = std::make_shared<Simulation>();
                plan->book = s.book;
                plan->plan = s.plan;
                plan->request = s.request;
                plan->columns = s.columns;
                plan->column_nodes = s.column_nodes;
                plan->level = s.level;
                plan->instructions = s.instructions;
                plan->registers = s.registers;
                plan->program = s.program;
                return plan;
            },
            "What was compiled, without the draws: to be used again.")
        .def(
            "extended",
            [](const std::shared_ptr<Simulation>& s, std::uint64_t draws, const Control& control) {
                openbook::RunControl run_control;
                auto more = std::make_shared<Simulation>();
                std::future<void> work =
                    std::async(std::launch::async, [&] { *more = engine::extended(*s, draws, run_control); });
                wait(work, run_control, control, draws - s->request.draws);
                return more;
            },
            py::arg("draws"), py::arg("control"), "The same with more draws, of which only the new ones are run.")
        .def("array", [](const std::shared_ptr<Simulation>& s) { return array_of(s); })
        .def(
            "summary", [](const Simulation& s, const std::vector<double>& levels) { return summary_of(s, levels); },
            py::arg("levels"))
        .def(
            "quantiles",
            [](const Simulation& s, std::size_t column, const std::vector<double>& p) {
                const auto values = column_of(s, column);
                py::gil_scoped_release release;
                return risk::quantiles(values, p);
            },
            py::arg("column"), py::arg("probabilities"))
        .def(
            "draw_at",
            [](const Simulation& s, std::size_t column, double p) {
                return s.request.first_draw + risk::draw_at(column_of(s, column), p);
            },
            py::arg("column"), py::arg("probability"))
        .def(
            "explain",
            [](const Simulation& s, std::uint64_t draw, const std::string& target) {
                return engine::explain(s, draw, target);
            },
            py::arg("draw"), py::arg("target"));
    module.def(
        "simulate",
        [](std::shared_ptr<Book> book, const std::string& request, const Control& control,
           std::shared_ptr<Simulation> earlier) {
            openbook::RunControl run_control;
            auto simulation = std::make_shared<Simulation>();
            std::future<void> work = std::async(std::launch::async, [&] {
                *simulation = engine::prepare(book, engine::read_simulate_request(request), earlier.get());
                engine::run(*simulation, run_control);
            });
            const auto total = nlohmann::json::parse(request, nullptr, false);
            wait(work, run_control, control,
                 total.is_object() && total.contains("draws") && total["draws"].is_number_unsigned()
                     ? total["draws"].get<std::uint64_t>()
                     : 0);
            return simulation;
        },
        py::arg("book"), py::arg("request"), py::arg("control"), py::arg("earlier") = nullptr,
        "Runs the draws; what an earlier simulation of the same book compiled is used again where it fits.");
    module.def(
        "prepare",
        [](std::shared_ptr<Book> book, const std::string& request, std::shared_ptr<Simulation> earlier) {
            py::gil_scoped_release release;
            return std::make_shared<Simulation>(
                engine::prepare(book, engine::read_simulate_request(request), earlier.get()));
        },
        py::arg("book"), py::arg("request"), py::arg("earlier") = nullptr, "Everything before the first draw.");
    module.def(
        "gather",
        [](const std::shared_ptr<Simulation>& prepared, const std::shared_ptr<risk::Reduction>& reduction,
           const Control& control) {
            openbook::RunControl run_control;
            std::future<void> work =
                std::async(std::launch::async, [&] { engine::run(*prepared, *reduction, run_control); });
            wait(work, run_control, control, prepared->request.draws);
        },
        py::arg("prepared"), py::arg("reduction"), py::arg("control"),
        "Runs the draws of what was prepared; the reduction gathers what it wants of them.");
    module.def("levels", [] {
        std::vector<std::string> names;
        for (const engine::Level level : engine::available_levels()) names.emplace_back(engine::to_string(level));
        return names;
    });
    module.def(
        "philox",
        [](const std::array<std::uint32_t, 4>& counter, const std::array<std::uint32_t, 2>& key) {
            const engine::Philox4x32 result = engine::philox(counter.data(), key.data());
            return std::array<std::uint32_t, 4>{result.word[0], result.word[1], result.word[2], result.word[3]};
        },
        py::arg("counter"), py::arg("key"));
    module.def("build_info", [] {
        return py::dict(py::arg("compiler") = __VERSION__, py::arg("assertions") =
#ifdef NDEBUG
                                                               false
#else
                            true
#endif
        );
    });
}

}  // namespace openbook::bindings
