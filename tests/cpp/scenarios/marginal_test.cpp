#include "scenarios/marginal.hpp"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <stdexcept>
#include <string>

#include "engine/lanes.hpp"

using namespace openbook;
using namespace openbook::scenarios;

namespace {

constexpr std::size_t draws = 200'000;

std::vector<double> simulated(const engine::Marginal& marginal) {
    engine::Graph graph;
    graph.streams.push_back({"test"});
    graph.marginals.push_back(marginal);
    engine::Node draw, quantile;
    draw.op = engine::Op::gaussian;
    quantile.op = engine::Op::quantile;
    quantile.inputs = {0};
    graph.nodes = {draw, quantile};
    engine::LanesSettings settings;
    settings.draws = draws;
    settings.seed = 2024;
    settings.level = engine::available_levels().back();
    RunControl control;
    const engine::Columns both = engine::Program(graph, {0, 1}).run(settings, control);
    for (std::size_t i = 0; i < draws; i += 97) BOOST_REQUIRE(evaluate(marginal, both[i]) == both[draws + i]);
    return {both.begin() + draws, both.end()};
}

/// Mean and variance within five standard errors.
void check_moments(const engine::Marginal& marginal, double expected_mean, double expected_variance) {
    const auto x = simulated(marginal);
    const double n = static_cast<double>(draws);
    double sum = 0, second = 0, fourth = 0;
    for (const double value : x) sum += value;
    for (const double value : x) {
        second += std::pow(value - expected_mean, 2) / n;
        fourth += std::pow(value - expected_mean, 4) / n;
    }
    BOOST_TEST(std::abs(sum / n - expected_mean) < 5 * std::sqrt(expected_variance / n));
    BOOST_TEST(std::abs(second - expected_variance) < 5 * std::sqrt((fourth - second * second) / n));
    BOOST_TEST(std::abs(mean(marginal) - expected_mean) <
               1e-7 * std::sqrt(expected_variance) + 1e-11 * std::abs(expected_mean));
}
void check_share_below(const engine::Marginal& marginal, double at, double probability) {
    std::size_t below = 0;
    for (const double value : simulated(marginal)) below += value <= at;
    const double n = static_cast<double>(draws);
    BOOST_TEST(std::abs(static_cast<double>(below) / n - probability) <
               5 * std::sqrt(probability * (1 - probability) / n));
}
double below(double z) {
    return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

bool refused(const std::function<void()>& make, const std::string& name) {
    try {
        make();
    } catch (const std::invalid_argument& e) {
        return std::string(e.what()).find(name) != std::string::npos;
    }
    return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(marginal)

BOOST_AUTO_TEST_CASE(triangular_between_its_knots) {
    const auto table = triangular(10, 12, 20);
    check_moments(table, 14, (100.0 + 144 + 400 - 120 - 200 - 240) / 18);
    check_share_below(table, 10.5, 0.25 / 20);
    check_share_below(table, 19, 1 - 1.0 / 80);
    for (double z = -8.3; z < 8.3; z += 0.0371) {
        const double p = below(z), exact = p <= 0.2 ? 10 + std::sqrt(p * 20) : 20 - std::sqrt(below(-z) * 80);
        BOOST_TEST(std::abs(evaluate(table, z) - exact) < 1e-7 * 2.16);
    }
    BOOST_TEST(evaluate(table, -8.4) >= 10);
    BOOST_TEST(evaluate(table, 8.4) <= 20);
}

BOOST_AUTO_TEST_CASE(triangular_with_its_mode_at_an_end) {
    check_moments(triangular(0, 0, 3), 1, 0.5);
    check_moments(triangular(0, 3, 3), 2, 0.5);
}

BOOST_AUTO_TEST_CASE(beta_in_both_tails) {
    const auto table = beta(2, 5, 0, 1);
    check_moments(table, 2.0 / 7, 10.0 / (49 * 8));
    const boost::math::beta_distribution<double> exact(2, 5);
    check_share_below(table, 0.05, cdf(exact, 0.05));
    check_share_below(table, 0.7, cdf(exact, 0.7));
    for (double z = -7.9; z < 8; z += 0.1033) {
        const double expected = z < 0 ? quantile(exact, below(z)) : quantile(complement(exact, below(-z)));
        BOOST_TEST(std::abs(evaluate(table, z) - expected) < 1e-7 * 0.16);
    }
    check_moments(beta(0.5, 0.5, -1, 1), 0, 0.5);
    check_moments(beta(80, 20, 100, 200), 180, 1e4 * 1600 / (1e4 * 101));
}

BOOST_AUTO_TEST_CASE(pert_is_a_beta) {
    const auto table = pert(100, 130, 200);
    const double mean_value = (100 + 4 * 130 + 200) / 6.0;
    check_moments(table, mean_value, (mean_value - 100) * (200 - mean_value) / 7);
}

BOOST_AUTO_TEST_CASE(poisson_counts) {
    for (const double mean_value : {0.3, 4.0, 250.0}) {
        const auto table = poisson(mean_value);
        check_moments(table, mean_value, mean_value);
        const boost::math::poisson_distribution<double> exact(mean_value);
        for (const double z : {-3.0, -1.0, 0.1, 2.0, 5.0}) {
            const double k = evaluate(table, z);
            BOOST_TEST(cdf(exact, k) >= below(z));
            if (k > 0) BOOST_TEST(cdf(exact, k - 1) <= below(z));
        }
    }
    check_share_below(poisson(4), 0, std::exp(-4.0));
}

BOOST_AUTO_TEST_CASE(wide_counts_are_smooth) {
    const auto table = poisson(4e6);
    BOOST_TEST((table.shape == engine::Marginal::Shape::smooth));
    check_moments(poisson(4e6), 4e6, 4e6);
    BOOST_TEST((negative_binomial(50'000, 0.01).shape == engine::Marginal::Shape::smooth));
}

BOOST_AUTO_TEST_CASE(negative_binomial_counts) {
    check_moments(negative_binomial(3, 0.5), 3, 3 * 2.5);
    check_moments(negative_binomial(120, 0.02), 120, 120 * 3.4);
    check_share_below(negative_binomial(3, 0.5), 0, std::pow(1 / 2.5, 2));
}

BOOST_AUTO_TEST_CASE(observed_values_each_as_often) {
    const auto table = empirical({5, 1, 2, 2});
    check_moments(table, 2.5, (6.25 + 2.25 + 0.25 + 0.25) / 4);
    check_share_below(table, 1, 0.25);
    check_share_below(table, 2, 0.75);
    BOOST_TEST(evaluate(empirical({7}), 1.5) == 7);
    BOOST_TEST(evaluate(table, -0.7) == 1);
    BOOST_TEST(evaluate(table, 0.0) == 2);
    BOOST_TEST(evaluate(table, 0.7) == 5);
}

BOOST_AUTO_TEST_CASE(parameters_out_of_their_domain_are_named) {
    BOOST_TEST(refused([] { triangular(1, 3, 2); }, "mode is 3"));
    BOOST_TEST(refused([] { triangular(2, 2, 2); }, "low is 2"));
    BOOST_TEST(refused([] { pert(0, NAN, 2); }, "mode"));
    BOOST_TEST(refused([] { beta(0, 1, 0, 1); }, "alpha is 0"));
    BOOST_TEST(refused([] { beta(1, -1, 0, 1); }, "beta is -1"));
    BOOST_TEST(refused([] { poisson(-2); }, "mean is -2"));
    BOOST_TEST(refused([] { negative_binomial(2, 0); }, "dispersion is 0"));
    BOOST_TEST(refused([] { empirical({}); }, "observed"));
    BOOST_TEST(refused([] { empirical({1, NAN}); }, "observed"));
}

BOOST_AUTO_TEST_SUITE_END()
