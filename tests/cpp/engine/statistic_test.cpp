// Distribution functions against published tables and closed forms.
#include "engine/statistic.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <initializer_list>

namespace {

double of(const char* name, std::initializer_list<long double> x) {
    long double values[3] = {};
    std::size_t i = 0;
    for (const long double value : x) values[i++] = value;
    const int index = openbook::engine::statistic_named(name);
    BOOST_REQUIRE(index >= 0);
    BOOST_REQUIRE(openbook::engine::statistics()[static_cast<std::size_t>(index)].values == x.size());
    return static_cast<double>(openbook::engine::statistic_value(static_cast<std::uint32_t>(index), values));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(statistic, *boost::unit_test::tolerance(1e-12))

BOOST_AUTO_TEST_CASE(the_normal_distribution) {
    BOOST_TEST(of("normal_probability", {0}) == 0.5);
    BOOST_TEST(of("normal_probability", {1.959963984540054235L}) == 0.975);
    BOOST_TEST(of("normal_quantile", {0.975L}) == 1.959963984540054);
    BOOST_TEST(std::isnan(of("normal_quantile", {0})));
    BOOST_TEST(std::isnan(of("normal_quantile", {1})));
}

BOOST_AUTO_TEST_CASE(distributions_with_closed_forms) {
    // t with one degree of freedom is Cauchy's; chi-square with two is exponential; so is gamma of shape one.
    BOOST_TEST(of("t_probability", {1, 1}) == 0.75);
    BOOST_TEST(of("t_quantile", {0.75L, 1}) == 1.0);
    BOOST_TEST(of("chi_square_probability", {2, 2}) == 1 - std::exp(-1.0));
    BOOST_TEST(of("chi_square_quantile", {0.5L, 2}) == 2 * std::log(2.0));
    BOOST_TEST(of("gamma_probability", {3, 1, 2}) == 1 - std::exp(-1.5));
    BOOST_TEST(of("gamma_quantile", {0.5L, 1, 2}) == 2 * std::log(2.0));
    BOOST_TEST(of("beta_probability", {0.3L, 2, 1}) == 0.09);
    BOOST_TEST(of("beta_quantile", {0.09L, 2, 1}) == 0.3);
    BOOST_TEST(of("chi_square_probability", {-1, 2}) == 0.0);
}

BOOST_AUTO_TEST_CASE(counts_stand_exactly_on_their_steps) {
    // Of two coins: none 1/4, at most one 3/4.
    BOOST_TEST(of("binomial_probability", {0, 2, 0.5L}) == 0.25);
    BOOST_TEST(of("binomial_probability", {1.9L, 2, 0.5L}) == 0.75);
    BOOST_TEST(of("binomial_probability", {-1, 2, 0.5L}) == 0.0);
    BOOST_TEST(of("binomial_probability", {2, 2, 0.5L}) == 1.0);
    BOOST_TEST(of("binomial_quantile", {0.25L, 2, 0.5L}) == 0.0);
    BOOST_TEST(of("binomial_quantile", {0.2500001L, 2, 0.5L}) == 1.0);
    BOOST_TEST(of("binomial_quantile", {0.75L, 2, 0.5L}) == 1.0);
    BOOST_TEST(of("binomial_quantile", {0.76L, 2, 0.5L}) == 2.0);
    BOOST_TEST(of("poisson_probability", {1, 2}) == 3 * std::exp(-2.0));
    BOOST_TEST(of("poisson_probability", {0, 0}) == 1.0);
    for (const double mean : {0.1, 2.0, 37.5, 4000.0})
        for (const double q : {0.001, 0.025, 0.5, 0.975, 0.9999}) {
            const double k = of("poisson_quantile", {q, mean});
            BOOST_TEST(of("poisson_probability", {k, mean}) >= q);
            if (k > 0) BOOST_TEST(of("poisson_probability", {k - 1, mean}) < q);
        }
}

BOOST_AUTO_TEST_CASE(what_is_not_defined_is_no_number) {
    BOOST_TEST(std::isnan(of("t_probability", {1, 0})));
    BOOST_TEST(std::isnan(of("gamma_quantile", {0.5L, -1, 2})));
    BOOST_TEST(std::isnan(of("binomial_probability", {1, 2.5L, 0.5L})));
    BOOST_TEST(std::isnan(of("binomial_quantile", {1, 3, 0.5L})));
    BOOST_TEST(std::isnan(of("poisson_quantile", {0.5L, -1})));
    BOOST_TEST(openbook::engine::statistic_named("gaussian") == -1);
}

BOOST_AUTO_TEST_SUITE_END()
