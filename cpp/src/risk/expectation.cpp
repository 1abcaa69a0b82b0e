#include "openbook/risk/expectation.hpp"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace openbook::risk {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double root_half = 0.70710678118654752440, root_two_pi = 2.50662827463100050242;

/// The probability that a standard normal lies between two values, from whichever tail loses no digits.
double between(double low, double high) {
    const auto above = [](double z) {
        if (z == infinity) return 0.0;
        return z == -infinity ? 1.0 : boost::math::erfc(z * root_half) / 2;
    };
    return low > 0 ? above(low) - above(high) : above(-high) - above(-low);
}
double density(double z) {
    return std::isinf(z) ? 0 : std::exp(-z * z / 2) / root_two_pi;
}

}  // namespace

PiecewiseLinear composed(const PiecewiseLinear& g, const PiecewiseLinear& f) {
    PiecewiseLinear result;
    result.lines.clear();
    for (std::size_t piece = 0; piece < f.lines.size(); ++piece) {
        const StraightLine line = f.lines[piece];
        const double low = piece == 0 ? -infinity : f.breaks[piece - 1];
        const double high = piece == f.breaks.size() ? infinity : f.breaks[piece];
        if (piece > 0) result.breaks.push_back(low);
        std::vector<double> inside;
        if (line.slope != 0)
            for (const double at : g.breaks)
                if (const double x = (at - line.at_zero) / line.slope; x > low && x < high) inside.push_back(x);
        std::sort(inside.begin(), inside.end());
        inside.erase(std::unique(inside.begin(), inside.end()), inside.end());
        for (std::size_t i = 0; i <= inside.size(); ++i) {
            // The line of g that applies in the middle of this piece of a piece.
            const double from = i == 0 ? low : inside[i - 1], to = i == inside.size() ? high : inside[i];
            const double middle = std::isinf(from) && std::isinf(to) ? 0
                                  : std::isinf(from)                 ? to - std::max(1.0, std::abs(to))
                                  : std::isinf(to)                   ? from + std::max(1.0, std::abs(from))
                                                                     : from + (to - from) / 2;
            const double y = line(middle);
            const auto place = std::upper_bound(g.breaks.begin(), g.breaks.end(), y) - g.breaks.begin();
            const StraightLine outer = g.lines[static_cast<std::size_t>(place)];
            result.lines.push_back({outer.at_zero + outer.slope * line.at_zero, outer.slope * line.slope});
            if (i < inside.size()) result.breaks.push_back(inside[i]);
        }
    }
    return result;
}

PiecewiseLinear added(const PiecewiseLinear& f, double times, const PiecewiseLinear& g) {
    PiecewiseLinear result;
    result.lines.clear();
    std::merge(f.breaks.begin(), f.breaks.end(), g.breaks.begin(), g.breaks.end(), std::back_inserter(result.breaks));
    result.breaks.erase(std::unique(result.breaks.begin(), result.breaks.end()), result.breaks.end());
    const auto line_above = [](const PiecewiseLinear& of, double at) {
        return of.lines[static_cast<std::size_t>(std::upper_bound(of.breaks.begin(), of.breaks.end(), at) -
                                                 of.breaks.begin())];
    };
    for (std::size_t i = 0; i <= result.breaks.size(); ++i) {
        const double at = i == 0 ? -infinity : result.breaks[i - 1];
        const StraightLine a = line_above(f, at), b = line_above(g, at);
        result.lines.push_back({a.at_zero + times * b.at_zero, a.slope + times * b.slope});
    }
    return result;
}

double expectation(const PiecewiseLinear& f, bool lognormal, double location, double scale) {
    if (f.lines.size() != f.breaks.size() + 1) throw std::invalid_argument("one line more than breaks");
    if (!std::is_sorted(f.breaks.begin(), f.breaks.end())) throw std::invalid_argument("breaks must ascend");
    if (!std::isfinite(location) || !std::isfinite(scale) || scale < 0)
        throw std::invalid_argument("a location and a scale of at least 0 must be finite");
    if (scale == 0) {
        const double x = lognormal ? std::exp(location) : location;
        return f
            .lines[static_cast<std::size_t>(std::upper_bound(f.breaks.begin(), f.breaks.end(), x) - f.breaks.begin())](
                x);
    }
    const auto standard = [&](double x) {
        if (lognormal) return x <= 0 ? -infinity : (std::log(x) - location) / scale;
        return (x - location) / scale;
    };
    const double mean = lognormal ? std::exp(location + scale * scale / 2) : location;
    double total = 0, low = -infinity;
    for (std::size_t i = 0; i < f.lines.size(); ++i) {
        const double high = i < f.breaks.size() ? standard(f.breaks[i]) : infinity;
        if (low < high) {
            const double partial = lognormal ? mean * between(low - scale, high - scale)
                                             : mean * between(low, high) + scale * (density(low) - density(high));
            total += f.lines[i].at_zero * between(low, high) + f.lines[i].slope * partial;
        }
        low = high;
    }
    return total;
}

}  // namespace openbook::risk
