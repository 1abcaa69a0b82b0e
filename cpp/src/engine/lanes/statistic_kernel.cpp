#include <limits>

#include "engine/lanes/kernels.hpp"
#include "engine/statistic.hpp"

namespace openbook::engine::lanes {

void statistic_kernel(const Call& call, const Block& block) {
    const std::size_t values = statistics()[call.number].values;
    for (std::size_t i = 0; i < block.lanes; ++i) {
        long double x[3] = {0, 0, 0};
        for (std::size_t v = 0; v < values; ++v) x[v] = call.in[v].at[i & call.in[v].mask];
        const double value = static_cast<double>(statistic_value(static_cast<std::uint32_t>(call.number), x));
        call.out[i] = value == value ? value : std::numeric_limits<double>::quiet_NaN();
    }
}

}  // namespace openbook::engine::lanes
