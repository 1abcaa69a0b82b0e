// What is required of the data beyond the book's own form: found out when a settlement is computed.
#pragma once

#include "engine/packed.hpp"
#include "engine/plan.hpp"

namespace openbook::engine {

/// The message with its figures in the places {0}, {1}, ...
std::string with_figures(std::string message, const std::vector<std::string>& figures);
/// Throws DataError for all that is broken in periods that begin by the month `last`.
void check_requirements(const Plan& plan, const Values& values, int last);

}  // namespace openbook::engine
