// Why an amount is missing: the value of an input that nobody gave, or what a formula does not have.
#pragma once

#include <string>

#include "engine/packed.hpp"
#include "engine/plan.hpp"

namespace openbook::engine {

/// In words, for a message: "input 'visits' of member 'north' has no value for 2024-06".
std::string why_missing(const Plan& plan, const Values& values, NodeId node);

}  // namespace openbook::engine
