// Statistics of draws that are not independent of each other: their errors come from what is independent.
#pragma once

#include "openbook/risk/statistics.hpp"

namespace openbook::risk {

/// How the draws of a column hang together.
struct Design {
    enum class Kind { independent, replicated, paired };
    Kind kind = Kind::independent;
    unsigned replications = 1;  // replicated: draw n belongs to replication n % replications
    std::uint64_t first_draw = 0;
};

/// As summarise_columns, of draws of a design. Figures are of all draws together.
///
/// Replicated: the error of each figure is the standard deviation of the same figure of each replication, divided by
/// the square root of their number; it has replications - 1 degrees of freedom (Student).
///
/// Paired (draws 2k and 2k + 1): the error of a mean or a share is that of the means of the pairs; of a deviation and
/// an expected shortfall the same of their influence functions; of a quantile half the distance between the order
/// statistics that lie one standard error of the share below it to either side.
std::vector<Summary> summarise_columns(std::span<const double> columns, std::size_t draws,
                                       std::span<const double> levels, unsigned threads,
                                       std::span<const double> nothing, const Design& design);

}  // namespace openbook::risk
