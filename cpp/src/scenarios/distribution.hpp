// A distribution that belongs to something (a regime, a severity) as the kind that it names.
#pragma once

#include "openbook/scenarios/distributions.hpp"

namespace openbook::scenarios {

using AnyDistribution = std::variant<Fixed, Normal, Lognormal, StudentT, Triangular, Pert, Beta, Pareto, Poisson,
                                     NegativeBinomial, Empirical>;

AnyDistribution as_named(const Distribution& distribution);

/// What is missing and what does not belong to its shape: field and message; nothing where it is in order.
std::vector<std::pair<std::string, std::string>> faults(const Distribution& distribution);

}  // namespace openbook::scenarios
