#include "engine/statistic.hpp"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

namespace openbook::engine {
namespace {

namespace bm = boost::math;
using real = long double;

constexpr real undefined = std::numeric_limits<real>::quiet_NaN();
using Policy =
    bm::policies::policy<bm::policies::promote_double<false>, bm::policies::domain_error<bm::policies::ignore_error>,
                         bm::policies::pole_error<bm::policies::ignore_error>,
                         bm::policies::overflow_error<bm::policies::ignore_error>,
                         bm::policies::evaluation_error<bm::policies::ignore_error>,
                         bm::policies::discrete_quantile<bm::policies::integer_round_up>>;

bool inside(real p) {
    return p > 0 && p < 1;
}
bool whole(real k) {
    return std::floor(k) == k;
}

real normal_probability(const real* x) {
    return cdf(bm::normal_distribution<real, Policy>(), x[0]);
}
real normal_quantile(const real* x) {
    return inside(x[0]) ? quantile(bm::normal_distribution<real, Policy>(), x[0]) : undefined;
}
real t_probability(const real* x) {
    return x[1] > 0 ? cdf(bm::students_t_distribution<real, Policy>(x[1]), x[0]) : undefined;
}
real t_quantile(const real* x) {
    return x[1] > 0 && inside(x[0]) ? quantile(bm::students_t_distribution<real, Policy>(x[1]), x[0]) : undefined;
}
real chi_square_probability(const real* x) {
    if (!(x[1] > 0)) return undefined;
    return x[0] <= 0 ? 0 : cdf(bm::chi_squared_distribution<real, Policy>(x[1]), x[0]);
}
real chi_square_quantile(const real* x) {
    return x[1] > 0 && inside(x[0]) ? quantile(bm::chi_squared_distribution<real, Policy>(x[1]), x[0]) : undefined;
}
real gamma_probability(const real* x) {
    if (!(x[1] > 0) || !(x[2] > 0)) return undefined;
    return x[0] <= 0 ? 0 : cdf(bm::gamma_distribution<real, Policy>(x[1], x[2]), x[0]);
}
real gamma_quantile(const real* x) {
    if (!(x[1] > 0) || !(x[2] > 0) || !inside(x[0])) return undefined;
    return quantile(bm::gamma_distribution<real, Policy>(x[1], x[2]), x[0]);
}
real beta_probability(const real* x) {
    if (!(x[1] > 0) || !(x[2] > 0)) return undefined;
    return x[0] <= 0 ? 0 : x[0] >= 1 ? 1 : cdf(bm::beta_distribution<real, Policy>(x[1], x[2]), x[0]);
}
real beta_quantile(const real* x) {
    if (!(x[1] > 0) || !(x[2] > 0) || !inside(x[0])) return undefined;
    return quantile(bm::beta_distribution<real, Policy>(x[1], x[2]), x[0]);
}
real binomial_probability(const real* x) {
    const real k = std::floor(x[0]);
    if (!whole(x[1]) || x[1] < 0 || !(x[2] >= 0 && x[2] <= 1)) return undefined;
    return k < 0 ? 0 : k >= x[1] ? 1 : cdf(bm::binomial_distribution<real, Policy>(x[1], x[2]), k);
}
/// The least number of events that is reached with at least the probability; the library's guess is put right by the
/// probabilities themselves, so that the answer is exact at the steps: one that equals p but for its last bits reaches
/// it.
template <class Probability>
real least_count(real asked, real guess, real most, Probability probability) {
    const real p = asked * (1 - 64 * std::numeric_limits<real>::epsilon());
    real k = std::max<real>(0, std::min(std::floor(guess), most));
    while (k > 0 && probability(k - 1) >= p) --k;
    while (k < most && probability(k) < p) ++k;
    return k;
}
real binomial_quantile(const real* x) {
    if (!inside(x[0]) || !whole(x[1]) || x[1] < 0 || !(x[2] >= 0 && x[2] <= 1)) return undefined;
    if (x[2] == 0 || x[1] == 0) return 0;
    if (x[2] == 1) return x[1];
    const bm::binomial_distribution<real, Policy> counts(x[1], x[2]);
    return least_count(x[0], quantile(counts, x[0]), x[1], [&](real k) { return cdf(counts, k); });
}
real poisson_probability(const real* x) {
    const real k = std::floor(x[0]);
    if (!(x[1] >= 0)) return undefined;
    return k < 0 ? 0 : x[1] == 0 ? 1 : cdf(bm::poisson_distribution<real, Policy>(x[1]), k);
}
real poisson_quantile(const real* x) {
    if (!(x[1] >= 0) || !inside(x[0])) return undefined;
    if (x[1] == 0) return 0;
    const bm::poisson_distribution<real, Policy> counts(x[1]);
    return least_count(x[0], quantile(counts, x[0]), std::numeric_limits<real>::max(),
                       [&](real k) { return cdf(counts, k); });
}

}  // namespace

const std::vector<Statistic>& statistics() {
    static const std::vector<Statistic> list = {
        {"normal_probability", 1, normal_probability},
        {"normal_quantile", 1, normal_quantile},
        {"t_probability", 2, t_probability},
        {"t_quantile", 2, t_quantile},
        {"chi_square_probability", 2, chi_square_probability},
        {"chi_square_quantile", 2, chi_square_quantile},
        {"gamma_probability", 3, gamma_probability},
        {"gamma_quantile", 3, gamma_quantile},
        {"beta_probability", 3, beta_probability},
        {"beta_quantile", 3, beta_quantile},
        {"binomial_probability", 3, binomial_probability},
        {"binomial_quantile", 3, binomial_quantile},
        {"poisson_probability", 2, poisson_probability},
        {"poisson_quantile", 2, poisson_quantile},
    };
    return list;
}

int statistic_named(const std::string& name) {
    const auto& list = statistics();
    for (std::size_t i = 0; i < list.size(); ++i)
        if (list[i].name == name) return static_cast<int>(i);
    return -1;
}

long double statistic_value(std::uint32_t index, const long double* x) {
    const Statistic& function = statistics()[index];
    for (std::size_t i = 0; i < function.values; ++i)
        if (!std::isfinite(x[i])) return undefined;
    return function.of(x);
}

}  // namespace openbook::engine
