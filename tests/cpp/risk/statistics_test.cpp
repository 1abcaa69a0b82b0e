#include "openbook/risk/statistics.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>
#include <random>
#include <stdexcept>

using namespace openbook::risk;

namespace {

std::vector<double> normal_column(std::size_t n, double mean, double deviation, unsigned seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal(mean, deviation);
    std::vector<double> column(n);
    for (double& value : column) value = normal(random);
    return column;
}
bool equal(const Summary& a, const Summary& b) {
    const auto same = [](const Estimate& x, const Estimate& y) { return x.value == y.value && x.error == y.error; };
    return a.draws == b.draws && same(a.mean, b.mean) && same(a.deviation, b.deviation) && a.minimum == b.minimum &&
           same(a.probability_below_zero, b.probability_below_zero) && a.maximum == b.maximum &&
           std::equal(a.value_at_risk.begin(), a.value_at_risk.end(), b.value_at_risk.begin(), same) &&
           std::equal(a.expected_shortfall.begin(), a.expected_shortfall.end(), b.expected_shortfall.begin(), same);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(statistics)

BOOST_AUTO_TEST_CASE(a_summary_is_what_sorting_gives) {
    const std::vector<double> levels{0.5, 0.95, 0.99, 0.995};
    for (const std::size_t n : {std::size_t{100}, std::size_t{1000}, std::size_t{20'001}, std::size_t{100'000}}) {
        const auto column = normal_column(n, 3, 10, static_cast<unsigned>(n));
        const Summary summary = summarise(column, levels);
        auto sorted = column;
        std::sort(sorted.begin(), sorted.end());
        const double count = static_cast<double>(n);
        const double mean = std::accumulate(sorted.begin(), sorted.end(), 0.0) / count;
        double second = 0;
        for (const double x : sorted) second += (x - mean) * (x - mean);
        BOOST_TEST(std::abs(summary.mean.value - mean) < 1e-12 * 10);
        BOOST_TEST(std::abs(summary.deviation.value - std::sqrt(second / (count - 1))) < 1e-11);
        BOOST_TEST(std::abs(summary.mean.error - summary.deviation.value / std::sqrt(count)) < 1e-15);
        BOOST_TEST(summary.minimum == sorted.front());
        BOOST_TEST(summary.maximum == sorted.back());
        BOOST_TEST(summary.probability_below_zero.value ==
                   static_cast<double>(std::lower_bound(sorted.begin(), sorted.end(), 0.0) - sorted.begin()) / count);
        for (std::size_t i = 0; i < levels.size(); ++i) {
            const auto k =
                std::max<std::size_t>(1, n * static_cast<std::size_t>(std::lround((1 - levels[i]) * 1000)) / 1000);
            BOOST_TEST(summary.value_at_risk[i].value == -sorted[k - 1]);
            const double tail = std::accumulate(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(k), 0.0) /
                                static_cast<double>(k);
            BOOST_TEST(std::abs(summary.expected_shortfall[i].value + tail) < 1e-12 * 40);
            const auto spread =
                static_cast<std::size_t>(std::max(1.0, std::round(std::sqrt(count * levels[i] * (1 - levels[i])))));
            const std::size_t below = k > spread ? k - spread : 1, above = std::min(k + spread, n);
            const double widened = 2 * static_cast<double>(spread) / static_cast<double>(above - below);
            const double distance = (sorted[above - 1] - sorted[below - 1]) / 2 * widened;
            if (count * (1 - levels[i]) < 1 - 1e-9)
                BOOST_TEST(std::isnan(summary.value_at_risk[i].error));  // no draw is expected so far out
            else
                BOOST_TEST(summary.value_at_risk[i].error == distance);
        }
    }
}

BOOST_AUTO_TEST_CASE(errors_say_how_far_estimates_scatter) {
    const std::vector<double> levels{0.95};
    const std::size_t runs = 400, n = 4000;
    double sums[4][3] = {};
    for (std::size_t r = 0; r < runs; ++r) {
        const Summary s = summarise(normal_column(n, 0, 1, static_cast<unsigned>(r + 1)), levels);
        const Estimate figures[4] = {s.mean, s.deviation, s.value_at_risk[0], s.expected_shortfall[0]};
        for (int f = 0; f < 4; ++f) {
            sums[f][0] += figures[f].value / static_cast<double>(runs);
            sums[f][1] += figures[f].value * figures[f].value / static_cast<double>(runs);
            sums[f][2] += figures[f].error / static_cast<double>(runs);
        }
    }
    const double expected[4] = {0, 1, 1.6448536, 2.0627128};
    for (int f = 0; f < 4; ++f) {
        const double scatter = std::sqrt(sums[f][1] - sums[f][0] * sums[f][0]);
        BOOST_TEST(std::abs(sums[f][2] / scatter - 1) < 0.2);
        BOOST_TEST(std::abs(sums[f][0] - expected[f]) < 5 * scatter / std::sqrt(static_cast<double>(runs)) + 0.002);
    }
}

BOOST_AUTO_TEST_CASE(equal_values_have_no_risk) {
    const std::vector<double> levels{0.95, 0.99};
    for (const double value : {0.0, 0.1, -12345678.9}) {
        const std::vector<double> column(50'000, value);
        const Summary s = summarise(column, levels);
        BOOST_TEST(s.mean.value == value);
        BOOST_TEST(s.deviation.value == 0);
        BOOST_TEST(s.deviation.error == 0);
        BOOST_TEST(s.value_at_risk[1].value == -value);
        BOOST_TEST(s.expected_shortfall[1].value == -value);
        BOOST_TEST(s.expected_shortfall[1].error == 0);
        BOOST_TEST(s.probability_below_zero.value == (value < 0 ? 1 : 0));
    }
}

BOOST_AUTO_TEST_CASE(few_draws) {
    const std::vector<double> levels{0.99};
    const std::vector<double> one{-4.0}, three{2, -1, 5};
    const Summary s = summarise(one, levels);
    BOOST_TEST(s.value_at_risk[0].value == 4);
    BOOST_TEST(s.expected_shortfall[0].value == 4);
    BOOST_TEST(s.deviation.value == 0);
    // What one draw cannot tell is no error of nothing.
    for (const double error :
         {s.mean.error, s.deviation.error, s.value_at_risk[0].error, s.expected_shortfall[0].error})
        BOOST_TEST(std::isnan(error));
    const std::vector<double> two{-4.0, 6.0}, same{3.0, 3.0};
    BOOST_TEST(summarise(two, levels).mean.error == 5);
    BOOST_TEST(std::isnan(summarise(two, levels).deviation.error));
    BOOST_TEST(std::isnan(summarise(two, levels).expected_shortfall[0].error));
    BOOST_TEST(summarise(same, levels).expected_shortfall[0].error == 0);
    BOOST_TEST(summarise(same, levels).deviation.error == 0);
    BOOST_TEST(summarise(three, levels).value_at_risk[0].value == 1);
    BOOST_TEST(summarise(three, {}).mean.value == 2);
    const std::vector<double> noise{-4.7e-10, 4.7e-10, -0.004, -0.006};
    BOOST_TEST(summarise(noise, {}).probability_below_zero.value == 0.75);
    BOOST_TEST(summarise(noise, {}, openbook::risk::half_a_penny).probability_below_zero.value == 0.25);
}

BOOST_AUTO_TEST_CASE(a_tail_of_ties) {
    std::vector<double> column(100'000, 1.0);
    for (std::size_t i = 0; i < 1500; ++i) column[i * 7] = -2;
    const std::vector<double> levels{0.95, 0.99};
    const Summary s = summarise(column, levels);
    BOOST_TEST(s.value_at_risk[0].value == -1);
    BOOST_TEST(s.value_at_risk[1].value == 2);
    BOOST_TEST(std::abs(s.expected_shortfall[0].value - (1500 * 2.0 - 3500) / 5000) < 1e-12);
    BOOST_TEST(s.expected_shortfall[1].value == 2);
}

BOOST_AUTO_TEST_CASE(missing_values_and_impossible_levels_are_refused) {
    const std::vector<double> good{1, 2}, bad{1, std::nan(""), 3}, none, level{0.95}, impossible{1.0};
    BOOST_CHECK_THROW(summarise(bad, level), std::invalid_argument);
    BOOST_CHECK_THROW(summarise(none, level), std::invalid_argument);
    BOOST_CHECK_THROW(summarise(good, impossible), std::invalid_argument);
    BOOST_CHECK_THROW(quantiles(bad, level), std::invalid_argument);
    BOOST_CHECK_THROW(draw_at(bad, 0.5), std::invalid_argument);
    BOOST_CHECK_THROW(draw_at(good, 1.5), std::invalid_argument);
    BOOST_CHECK_THROW(summarise_columns(good, 3, level, 1), std::invalid_argument);
    BOOST_CHECK_THROW(summarise_columns(bad, 3, level, 2), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
    const std::vector<double> levels{0.95, 0.99};
    std::vector<double> columns;
    for (unsigned c = 0; c < 7; ++c) {
        const auto column = normal_column(30'000, c, 2, c + 1);
        columns.insert(columns.end(), column.begin(), column.end());
    }
    const auto one = summarise_columns(columns, 30'000, levels, 1),
               many = summarise_columns(columns, 30'000, levels, 4);
    BOOST_REQUIRE(one.size() == 7u);
    for (std::size_t c = 0; c < 7; ++c) {
        BOOST_TEST(equal(one[c], many[c]));
        BOOST_TEST(equal(one[c], summarise(std::span(columns).subspan(c * 30'000, 30'000), levels)));
    }
}

BOOST_AUTO_TEST_CASE(quantiles_and_their_draws) {
    const std::vector<double> column{5, 3, 3, 9, 1}, probabilities{1, 0, 0.5, 0.25, 0.5};
    BOOST_TEST(quantiles(column, probabilities) == (std::vector<double>{9, 1, 3, 3, 3}),
               boost::test_tools::per_element());
    BOOST_TEST(draw_at(column, 0) == 4u);
    BOOST_TEST(draw_at(column, 0.25) == 1u);
    BOOST_TEST(draw_at(column, 0.5) == 2u);
    BOOST_TEST(draw_at(column, 1) == 3u);
}

BOOST_AUTO_TEST_SUITE_END()
