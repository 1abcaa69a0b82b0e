// Tables of the t copula (Boost.Math): normal scores become t distributed by a common factor, and normal again each by
// itself.
#pragma once

#include "engine/graph.hpp"

namespace openbook::scenarios {

/// sqrt(n / chi-square with n degrees of freedom), rising in the normal score of the chi-square's upper tail.
engine::Marginal t_mixing(double degrees_of_freedom);
/// The normal score with the probability of t, over asinh(t).
engine::Marginal t_scores(double degrees_of_freedom);

}  // namespace openbook::scenarios
