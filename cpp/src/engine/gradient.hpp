// Slopes of simulated figures: how each kept column moves with each standard normal, and with each number that went in.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/simulation.hpp"

namespace openbook::engine {

/// A number that a simulation reads: a value of an input in a period, or a term that was kept apart (see
/// CompileRequest::open).
struct Number {
    std::string quantity;
    std::uint32_t period = 0, member = 0;
    std::string label;  // of an input's period
    bool term = false, fixed = false;
};

/// The numbers, in the order of the last axis of `by_numbers`.
std::vector<Number> numbers(const Simulation& simulation);

struct Gradients {
    std::vector<double> by_normals;  // [rows][columns][dimensions], dimensions as Program::dimensions()
    std::vector<double> by_numbers;  // [rows][columns][numbers]; empty unless asked for
};

/// Pathwise derivatives at given standard normals, one row for each evaluation. On a kink or a jump, where slopes to
/// the two sides differ, it is that of the branch that was taken; such points have no probability under continuous
/// drivers. A jump's own part (a delta at the boundary) is in no pathwise derivative.
Gradients gradient(const Simulation& simulation, std::span<const double> normals, std::uint64_t rows,
                   const std::vector<std::size_t>& columns, bool with_numbers);

}  // namespace openbook::engine
