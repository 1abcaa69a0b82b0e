#include "scenarios/tables.hpp"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>

#include "scenarios/marginal.hpp"

namespace openbook::scenarios {

double rounded(double value) {
    if (value == 0 || !std::isfinite(value)) return value;
    int exponent = 0;
    const double fraction = std::frexp(value, &exponent);
    return std::ldexp(std::nearbyint(std::ldexp(fraction, 40)), exponent - 40);
}

double normal_below(double z) {
    return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

double normal_quantile(double below, double above) {
    return below < above ? -std::sqrt(2.0) * boost::math::erfc_inv(2 * below)
                         : std::sqrt(2.0) * boost::math::erfc_inv(2 * above);
}

engine::Marginal smooth_table(double from, double to, double unit, const std::function<double(double)>& at) {
    constexpr double coarsest = 1.0 / 32, finest = 1.0 / 1024, allowed = 1e-7;
    engine::Marginal table;
    table.first = from;
    table.step = coarsest;
    const auto cells = static_cast<std::size_t>(std::ceil((to - from) / coarsest));
    for (std::size_t i = 0; i <= cells; ++i) table.values.push_back(at(from + static_cast<double>(i) * table.step));
    for (std::size_t i = 1; i < table.values.size(); ++i)
        table.values[i] = std::max(table.values[i], table.values[i - 1]);
    while (table.step > finest) {
        // The midpoints that are checked are the next table's knots.
        std::vector<double> finer;
        double worst = 0;
        for (std::size_t i = 0; i + 1 < table.values.size(); ++i) {
            const double x = table.first + (static_cast<double>(i) + 0.5) * table.step;
            const double value = std::clamp(at(x), table.values[i], table.values[i + 1]);
            worst = std::max(worst, std::abs(value - evaluate(table, x)) / std::max(unit, std::abs(value)));
            finer.push_back(table.values[i]);
            finer.push_back(value);
        }
        finer.push_back(table.values.back());
        if (worst <= allowed) break;
        table.values = std::move(finer);
        table.step /= 2;
    }
    for (double& value : table.values) value = rounded(value);
    return table;
}

}  // namespace openbook::scenarios
