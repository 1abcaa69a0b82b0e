// The exact expectation of a piecewise-linear function of a normal or lognormal quantity.
#pragma once

#include <vector>

namespace openbook::risk {

struct StraightLine {
    double at_zero = 0, slope = 0;
    [[nodiscard]] double operator()(double x) const { return at_zero + slope * x; }
};

/// lines[0] below breaks[0], lines[i] between breaks[i - 1] and breaks[i], the last one above. It may jump at a break;
/// which value applies there does not matter to an expectation.
struct PiecewiseLinear {
    std::vector<double> breaks;  // strictly ascending
    std::vector<StraightLine> lines{{0, 1}};
};

/// g of f.
PiecewiseLinear composed(const PiecewiseLinear& g, const PiecewiseLinear& f);
PiecewiseLinear added(const PiecewiseLinear& f, double times, const PiecewiseLinear& g);

/// Of X, normal with this location and scale; lognormal: of e to that power. For each segment the probability and the
/// partial expectation of X between its ends: of a normal from its density, of a lognormal as in Black (1976). A scale
/// of zero is the value at the location.
double expectation(const PiecewiseLinear& f, bool lognormal, double location, double scale);

}  // namespace openbook::risk
