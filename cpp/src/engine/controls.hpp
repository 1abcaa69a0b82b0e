// Control variates: values on the way to a column whose expectation is known exactly.
#pragma once

#include <string>
#include <vector>

#include "engine/simulation.hpp"

namespace openbook::engine {

struct Control {
    NodeId node = no_node;   // in the graph that `Controls` holds
    double expectation = 0;  // exact, to rounding
    bool whole = false;      // it is the column itself
};

/// Controls of a column: the largest values below it that the plan proves to be a sum of piecewise-linear functions,
/// each of one normal or one lognormal quantity (a weighted sum of the plan's standard normals, or e to that power).
/// What is added up together on the way is one control.
struct Controls {
    Graph graph;  // the plan's, with sums added
    std::vector<Control> found;
};
Controls controls(const Simulation& simulation, std::size_t column);

/// Their values in the simulation's draws: result[control * draws + draw - first_draw].
Columns control_values(const Simulation& simulation, const Controls& controls, RunControl& control);

}  // namespace openbook::engine
