#include "scenarios/correlation.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <stdexcept>
#include <string>

using namespace openbook::scenarios;

namespace {
bool refused_with(const std::vector<double>& matrix, std::size_t n, const std::string& word) {
    try {
        cholesky(matrix, n);
    } catch (const std::invalid_argument& e) {
        return std::string(e.what()).find(word) != std::string::npos;
    }
    return false;
}
}  // namespace

BOOST_AUTO_TEST_SUITE(correlation)

BOOST_AUTO_TEST_CASE(the_factor_gives_the_matrix_back) {
    const std::vector<double> matrix{1, 0.6, 0.3, 0.6, 1, -0.2, 0.3, -0.2, 1};
    const auto factor = cholesky(matrix, 3);
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j) {
            double product = 0;
            for (std::size_t k = 0; k < 3; ++k) product += factor[i * 3 + k] * factor[j * 3 + k];
            BOOST_TEST(std::abs(product - matrix[i * 3 + j]) < 1e-15);
            if (j > i) BOOST_TEST(factor[i * 3 + j] == 0);
        }
    BOOST_TEST(factor[3] == 0.6);
    BOOST_TEST(factor[4] == 0.8);
}

BOOST_AUTO_TEST_CASE(perfect_correlation_is_possible) {
    const auto factor = cholesky({1, 1, 1, 1}, 2);
    BOOST_TEST(factor == (std::vector<double>{1, 0, 1, 0}), boost::test_tools::per_element());
    BOOST_TEST(is_correlation({1, -1, -1, 1}, 2));
}

BOOST_AUTO_TEST_CASE(impossible_matrices_are_refused_with_the_reason) {
    BOOST_TEST(refused_with({1, 0.5, 0.4, 1}, 2, "symmetric"));
    BOOST_TEST(refused_with({1, 0.5, 0.5, 0.9}, 2, "diagonal"));
    BOOST_TEST(refused_with({1, 1.5, 1.5, 1}, 2, "-1 to 1"));
    BOOST_TEST(refused_with({1, NAN, NAN, 1}, 2, "-1 to 1"));
    BOOST_TEST(refused_with({1, 1, 0, 1, 1, 1, 0, 1, 1}, 3, "eigenvalue is -0.414"));
    BOOST_TEST(refused_with({1, 0, 0}, 2, "rows"));
    BOOST_TEST(!is_correlation({1, 1, 0, 1, 1, 1, 0, 1, 1}, 3));
}

BOOST_AUTO_TEST_CASE(the_nearest_matrix_is_the_published_one) {
    // Higham (2002), section 4.
    const auto nearest = nearest_correlation({1, 1, 0, 1, 1, 1, 0, 1, 1}, 3);
    BOOST_TEST(std::abs(nearest[1] - 0.7607) < 1e-4);
    BOOST_TEST(std::abs(nearest[2] - 0.1573) < 1e-4);
    BOOST_TEST(std::abs(nearest[5] - 0.7607) < 1e-4);
    BOOST_TEST(is_correlation(nearest, 3));
    for (const double value : nearest) BOOST_TEST(value == std::round(value * 1e6) / 1e6);
}

BOOST_AUTO_TEST_CASE(the_nearest_matrix_is_valid_and_a_valid_one_stays) {
    const std::vector<double> valid{1, 0.25, 0.25, 1};
    BOOST_TEST(nearest_correlation(valid, 2) == valid, boost::test_tools::per_element());
    std::vector<double> wild(36);
    for (std::size_t i = 0; i < 6; ++i)
        for (std::size_t j = 0; j < 6; ++j) wild[i * 6 + j] = i == j ? 1 : (i + j) % 2 ? 0.9 : (i * j) % 3 ? -0.7 : 0.8;
    BOOST_TEST(!is_correlation(wild, 6));
    BOOST_TEST(is_correlation(nearest_correlation(wild, 6), 6));
    const auto ones = nearest_correlation({1, 1, 1, 1}, 2);
    BOOST_TEST(is_correlation(ones, 2));
    BOOST_TEST(ones[1] < 1);
    BOOST_TEST(ones[1] > 0.99999);
}

BOOST_AUTO_TEST_SUITE_END()
