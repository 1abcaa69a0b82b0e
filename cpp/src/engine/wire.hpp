// Requests and results as JSON, for whoever drives the library from outside C++.
#pragma once

#include <string>

#include "engine/explanation.hpp"
#include "engine/settlement.hpp"
#include "engine/simulation.hpp"

namespace openbook::engine {

/// Unknown keys, wrong types and unknown choices throw LimitError naming the key.
SettleRequest read_settle_request(const std::string& json);
SimulateRequest read_simulate_request(const std::string& json);
/// What to explain, or to differentiate.
Target target_of(const std::string& json);
std::string write(const Settlement& settlement);
/// JSON list of what a quantity with a dimension came to, for each period and member; empty where it has none.
std::string write_members(const Settlement& settlement, const std::string& quantity);
/// JSON list of columns.
std::string write_columns(const Simulation& simulation);
/// `target` as JSON: {"party" | "clause" | "quantity" | "entry", "every", "period", "basis"}.
std::string explain(const Settlement& settlement, const std::string& target);
std::string explain(const Simulation& simulation, std::uint64_t draw, const std::string& target);
/// The typed graph of a formula.
std::string formula_graph(const std::string& text);

}  // namespace openbook::engine
