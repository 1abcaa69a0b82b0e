#include "engine/adjoint.hpp"

#include <boost/multiprecision/cpp_dec_float.hpp>

namespace openbook::engine {

Exact natural_logarithm(const Exact& x) {
    using Wide = boost::multiprecision::cpp_dec_float_50;
    const Wide value = log(Wide(numerator(x)) / Wide(denominator(x)));
    return exact_from_text(value.str(30, std::ios_base::fixed));
}

double statistic_slope(std::uint32_t index, const std::vector<double>& x, std::size_t operand) {
    long double given[3] = {0, 0, 0};
    std::copy(x.begin(), x.end(), given);
    // The third root of the precision balances what is cut off the series against what rounding leaves.
    const long double at = given[operand], h = 0x1p-21L * std::max(1.0L, std::fabs(at));
    const auto value = [&](long double place) {
        given[operand] = place;
        return statistic_value(index, given);
    };
    const long double slope = (value(at + h) - value(at - h)) / (2 * h);
    return std::isfinite(slope) ? static_cast<double>(slope) : 0.0;
}

}  // namespace openbook::engine
