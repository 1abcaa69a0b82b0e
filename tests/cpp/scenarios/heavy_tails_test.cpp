// Student t, Pareto, stated probabilities, and the tables of the t copula.
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <stdexcept>

#include "scenarios/copula.hpp"
#include "scenarios/distribution.hpp"
#include "scenarios/marginal.hpp"

using namespace openbook;
using namespace openbook::scenarios;
namespace bm = boost::math;

BOOST_AUTO_TEST_SUITE(heavy_tails)

BOOST_AUTO_TEST_CASE(student_t_quantiles) {
    for (const double freedom : {1.0, 2.5, 7.0, 1e5}) {
        const auto table = student_t(freedom);
        const bm::students_t t(freedom);
        for (double z = -8.3; z < 8.4; z += 0.173) {
            const double below = 0.5 * std::erfc(std::abs(z) / std::sqrt(2.0));
            const double expected = (z < 0 ? 1 : -1) * bm::quantile(t, below);
            BOOST_TEST(std::abs(evaluate(table, z) - expected) <= 4e-7 * std::max(1.0, std::abs(expected)));
        }
    }
    BOOST_CHECK_THROW(student_t(0.9), std::invalid_argument);
    BOOST_CHECK_THROW(student_t(NAN), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(pareto_quantiles) {
    const auto table = pareto(3, 1.5);
    for (double z = -8; z < 8.4; z += 0.31) {
        const double expected = 3 * std::pow(0.5 * std::erfc(z / std::sqrt(2.0)), -1 / 1.5);
        BOOST_TEST(std::abs(evaluate(table, z) / expected - 1) <= 4e-7);
    }
    BOOST_CHECK_THROW(pareto(0, 2), std::invalid_argument);
    BOOST_CHECK_THROW(pareto(1, 0), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(stated_probabilities) {
    const auto table = discrete({5, 7, -1}, {0.25, 0, 0.75});
    BOOST_TEST(table.step_values == (std::vector<double>{5, -1}), boost::test_tools::per_element());
    BOOST_TEST(mean(table) == 0.25 * 5 - 0.75, boost::test_tools::tolerance(1e-11));
    BOOST_TEST(evaluate(table, -0.68) == 5);
    BOOST_TEST(evaluate(table, -0.67) == -1);
    BOOST_CHECK_THROW(discrete({1}, {0}), std::invalid_argument);
    BOOST_CHECK_THROW(discrete({1, 2}, {1}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(numbers_of_arrivals) {
    for (const double rate : {0.01, 0.8, 12.0, 50.0}) {
        const auto table = arrivals(rate);
        BOOST_TEST(mean(table) == rate, boost::test_tools::tolerance(1e-9));
        const double most = table.step_values.back();
        BOOST_TEST(bm::cdf(bm::complement(bm::poisson(rate), most)) < 1e-12);
    }
    BOOST_CHECK_THROW(arrivals(51), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(places) {
    const auto table = lookup({4, 9, 2});
    BOOST_TEST(evaluate(table, 0) == 4);
    BOOST_TEST(evaluate(table, 1) == 9);
    BOOST_TEST(evaluate(table, 2) == 2);
}

BOOST_AUTO_TEST_CASE(tables_of_the_t_copula) {
    for (const double freedom : {1.0, 3.0, 40.0, 1e6}) {
        const auto scores = t_scores(freedom);
        const bm::students_t t(freedom);
        for (double z = -8; z <= 8; z += 0.37) {
            const double at = (z < 0 ? 1 : -1) * bm::quantile(t, 0.5 * std::erfc(std::abs(z) / std::sqrt(2.0)));
            BOOST_TEST(std::abs(evaluate(scores, std::asinh(at)) - z) < 1e-6 * std::max(1.0, std::abs(z)));
        }
        BOOST_TEST(std::abs(evaluate(scores, 0)) < 1e-12);
        const auto mixing = t_mixing(freedom);
        const bm::chi_squared chi(freedom);
        for (double z = -8; z <= 8; z += 0.41) {
            // From whichever tail is the small one, so that the reference keeps its digits.
            const double tail = 0.5 * std::erfc(std::abs(z) / std::sqrt(2.0));
            const double expected = z > 0 ? bm::quantile(chi, tail) : bm::quantile(bm::complement(chi, tail));
            BOOST_TEST(std::abs(evaluate(mixing, z) / std::sqrt(freedom / expected) - 1) < 1e-6);
        }
    }
}

BOOST_AUTO_TEST_CASE(fields_of_a_shape) {
    Distribution pert;
    pert.shape = Shape::pert;
    pert.low = "1";
    pert.tail = "2";
    const auto found = faults(pert);
    BOOST_REQUIRE(found.size() == 3);
    BOOST_TEST(found[0].first == "mode");
    BOOST_TEST(found[1].first == "high");
    BOOST_TEST(found[2].first == "tail");
    BOOST_TEST(std::get<Normal>(as_named(Distribution{Shape::normal})).mean.value.text == "0");
}

BOOST_AUTO_TEST_SUITE_END()
