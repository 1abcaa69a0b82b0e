#include "scenarios/copula.hpp"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "scenarios/tables.hpp"

namespace openbook::scenarios {
namespace {

using boost::math::cdf;
using boost::math::complement;
using boost::math::quantile;
using Lenient =
    boost::math::policies::policy<boost::math::policies::overflow_error<boost::math::policies::ignore_error>>;

}  // namespace

engine::Marginal t_mixing(double degrees_of_freedom) {
    const boost::math::chi_squared_distribution<double, Lenient> distribution(degrees_of_freedom);
    return smooth_table(-table_end, table_end, 0, [&](double z) {
        const double chi =
            z > 0 ? quantile(distribution, normal_below(-z)) : quantile(complement(distribution, normal_below(z)));
        return std::sqrt(degrees_of_freedom / chi);
    });
}

engine::Marginal t_scores(double degrees_of_freedom) {
    const boost::math::students_t_distribution<double, Lenient> distribution(degrees_of_freedom);
    const double furthest = std::asinh(quantile(complement(distribution, normal_below(-table_end))));
    return smooth_table(-std::ceil(furthest), std::ceil(furthest), 1, [&](double place) {
        const double below = cdf(distribution, -std::sinh(std::abs(place)));  // the smaller tail
        return place < 0 ? normal_quantile(below, 1 - below) : normal_quantile(1 - below, below);
    });
}

}  // namespace openbook::scenarios
