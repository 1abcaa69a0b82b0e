#include "openbook/risk/reduction.hpp"

#include <algorithm>
#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

#include "openbook/risk/statistics.hpp"
#include "risk/sorting.hpp"

using namespace openbook::risk;

namespace {

std::vector<double> drawn(std::size_t n, unsigned seed) {
    std::mt19937_64 random(seed);
    std::exponential_distribution<double> exponential(0.001);
    std::vector<double> column(n);
    for (double& value : column) value = 1e6 + exponential(random);
    return column;
}

/// Both columns added in stretches of so many groups.
Reduction gathered(const std::vector<double>& a, const std::vector<double>& b, std::size_t groups, unsigned threads) {
    Wanted all{true, true, {{1.001e6, false}, {1.001e6, true}}, 2048};
    Reduction reduction({all, all}, a.size());
    for (std::size_t at = 0; at < a.size(); at += groups * 2048) {
        const std::size_t end = std::min(at + groups * 2048, a.size());
        std::vector<double> both(a.begin() + static_cast<long>(at), a.begin() + static_cast<long>(end));
        both.insert(both.end(), b.begin() + static_cast<long>(at), b.begin() + static_cast<long>(end));
        reduction.add(both, end - at, threads);
    }
    return reduction;
}

/// How many draws are at most x.
std::uint64_t true_rank(const std::vector<double>& sorted, double x) {
    return static_cast<std::uint64_t>(std::upper_bound(sorted.begin(), sorted.end(), x) - sorted.begin());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reduction)

BOOST_AUTO_TEST_CASE(moments_are_those_of_long_doubles) {
    const auto column = drawn(100'003, 1);
    const Reduction reduction = gathered(column, column, 3, 1);
    const MomentSums sums = reduction.columns()[0].all_moments();
    long double mean = 0, powers[3] = {};
    for (const double x : column) mean += x;
    mean /= static_cast<long double>(column.size());
    for (const double x : column)
        for (int p = 0; p < 3; ++p) powers[p] += std::pow(static_cast<long double>(x) - mean, p + 2);
    BOOST_TEST(sums.draws == 100'003);
    BOOST_TEST(std::abs(sums.mean / static_cast<double>(mean) - 1) < 1e-15);
    BOOST_TEST(std::abs(sums.second / static_cast<double>(powers[0]) - 1) < 1e-12);
    BOOST_TEST(std::abs(sums.third / static_cast<double>(powers[1]) - 1) < 1e-11);
    BOOST_TEST(std::abs(sums.fourth / static_cast<double>(powers[2]) - 1) < 1e-11);
    BOOST_TEST(sums.minimum == *std::min_element(column.begin(), column.end()));
    BOOST_TEST(sums.maximum == *std::max_element(column.begin(), column.end()));
}

BOOST_AUTO_TEST_CASE(equal_values_have_no_deviation_however_many_groups_are_joined) {
    const std::vector<double> column(50'000, 0.1);
    const MomentSums sums = gathered(column, column, 1, 1).columns()[0].all_moments();
    BOOST_TEST(sums.mean == 0.1);
    BOOST_TEST(sums.second == 0);
    BOOST_TEST(sums.fourth == 0);
}

BOOST_AUTO_TEST_CASE(stretches_and_threads_change_no_bit) {
    const auto a = drawn(70'001, 2), b = drawn(70'001, 3);
    const Reduction one = gathered(a, b, 1, 1);
    for (const std::size_t groups : {2u, 7u, 100u})
        for (const unsigned threads : {1u, 4u}) {
            const Reduction other = gathered(a, b, groups, threads);
            BOOST_TEST(other.draws() == one.draws());
            for (std::size_t c = 0; c < 2; ++c) {
                const Gathered &x = one.columns()[c], &y = other.columns()[c];
                const MomentSums p = x.all_moments(), q = y.all_moments();
                BOOST_TEST((p.mean == q.mean && p.second == q.second && p.third == q.third && p.fourth == q.fourth));
                BOOST_TEST(x.below == y.below, boost::test_tools::per_element());
                BOOST_TEST((x.kept == y.kept));
                BOOST_TEST((x.sketch->values().value == y.sketch->values().value));
                BOOST_TEST((x.sketch->values().weight == y.sketch->values().weight));
            }
        }
    BOOST_TEST((one.columns()[0].kept == a));
    BOOST_TEST(one.columns()[1].below[0] ==
               static_cast<std::uint64_t>(std::count_if(b.begin(), b.end(), [](double x) { return x < 1.001e6; })));
}

BOOST_AUTO_TEST_CASE(numbers_of_every_size_and_sign_are_sorted) {
    std::mt19937_64 random(9);
    for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{3000}}) {
        std::vector<double> values(n);
        for (double& value : values) {
            do value = std::bit_cast<double>(random());
            while (value != value);
        }
        if (n > 10) values[3] = values[7] = -0.0, values[4] = 0.0, values[5] = std::numeric_limits<double>::infinity();
        auto expected = values;
        std::sort(expected.begin(), expected.end());
        sort_numbers(values);
        BOOST_TEST((values == expected));
    }
    const std::vector<double> a{-3, 1, 1, 8}, b{-4, 1, 2};
    std::vector<double> both(7);
    merge_numbers(a, b, both.data());
    BOOST_TEST((both == std::vector<double>{-4, -3, 1, 1, 1, 2, 8}));
}

/// Ascending, and of zeros the negative ones first, whatever shape the numbers have.
BOOST_AUTO_TEST_CASE(numbers_are_sorted_to_the_bit_where_many_lie_together) {
    std::mt19937_64 random(10);
    std::normal_distribution<double> normal;
    const auto by_bits = [](double x, double y) { return ordered_bits(x) < ordered_bits(y); };
    for (const std::size_t n : {std::size_t{5}, std::size_t{600}, std::size_t{4096}, std::size_t{20'000}})
        for (int shape = 0; shape < 8; ++shape) {
            std::vector<double> values(n);
            for (double& value : values) {
                const double z = normal(random);
                value = shape == 0   ? 1e5 * z
                        : shape == 1 ? std::exp(2 * z)
                        : shape == 2 ? std::floor(3 * z)                              // many alike
                        : shape == 3 ? (z > 2 ? 1e300 * z : z)                        // some far out
                        : shape == 4 ? (z > 0 ? 0.0 : -0.0)                           // nothing but zeros
                        : shape == 5 ? (z > 0 ? 1e5 * z : 1e-10 * std::floor(3 * z))  // what sums leave beside a cap
                        : shape == 6 ? std::exp(40 * z)                               // places of places of places
                                     : (z > 1 ? std::numeric_limits<double>::infinity() : z);
            }
            auto expected = values;
            std::sort(expected.begin(), expected.end(), by_bits);
            sort_numbers(values);
            BOOST_TEST(std::equal(values.begin(), values.end(), expected.begin(), [](double x, double y) {
                return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y);
            }));
            std::vector<double> other(n), both(2 * n), alike(2 * n);
            for (double& value : other) value = std::floor(normal(random));
            sort_numbers(other);
            merge_numbers(values, other, both.data());
            merge_alike(values, other, alike.data());
            BOOST_TEST((both == alike));
        }
}

BOOST_AUTO_TEST_CASE(no_rank_of_a_sketch_is_wrong_by_more_than_its_bound) {
    for (const std::size_t n : {std::size_t{100}, std::size_t{2048 * 7}, std::size_t{300'000}})
        for (const int shape : {0, 1, 2, 3}) {
            auto column = drawn(n, static_cast<unsigned>(n));
            if (shape == 1) std::sort(column.begin(), column.end());
            if (shape == 2) std::sort(column.rbegin(), column.rend());
            if (shape == 3)  // made to fool: high and low by turns, so that halves are alike
                for (std::size_t i = 0; i < n; ++i) column[i] = static_cast<double>(i % 2 ? i : n - i);
            Sketch sketch(2048);
            for (std::size_t at = 0; at < n; at += 2048)
                sketch.add(std::span(column).subspan(at, std::min<std::size_t>(2048, n - at)));
            std::sort(column.begin(), column.end());
            const Sketch::Values values = sketch.values();
            std::uint64_t rank = 0;
            double worst = 0;
            for (std::size_t i = 0; i < values.value.size(); ++i) {
                rank += values.weight[i];
                if (i + 1 < values.value.size() && values.value[i + 1] == values.value[i]) continue;
                const double off =
                    std::abs(static_cast<double>(rank) - static_cast<double>(true_rank(column, values.value[i])));
                worst = std::max(worst, off);
            }
            BOOST_TEST(rank == n);
            BOOST_TEST(worst <= static_cast<double>(sketch.bound()));
            if (n <= 2048) BOOST_TEST(sketch.bound() == 0u);
        }
}

BOOST_AUTO_TEST_CASE(the_capacity_keeps_what_the_error_promises) {
    for (const std::uint64_t n : {std::uint64_t{1}, std::uint64_t{100'000}, std::uint64_t{3'000'000}})
        for (const double error : {0.01, 0.001, 0.0002}) {
            Sketch sketch(Sketch::capacity_for(n, error));
            std::vector<double> group(2048);
            for (std::uint64_t at = 0; at < n; at += 2048) {
                for (std::size_t i = 0; i < group.size(); ++i)
                    group[i] = static_cast<double>((at + i) * 2'654'435'761u % 1'000'003u);
                sketch.add(std::span(group).first(static_cast<std::size_t>(std::min<std::uint64_t>(2048, n - at))));
            }
            BOOST_TEST(static_cast<double>(sketch.bound()) <= error * static_cast<double>(n));
        }
}

BOOST_AUTO_TEST_CASE(missing_values_and_broken_groups_are_refused) {
    const std::vector<double> bad{1, std::numeric_limits<double>::quiet_NaN()}, good{1, 2};
    Reduction reduction({Wanted{true, false, {}, 0}}, 2);
    BOOST_CHECK_THROW(reduction.add(bad, 2, 1), std::invalid_argument);
    Reduction second({Wanted{true, false, {}, 0}}, 4);
    second.add(good, 2, 1);
    BOOST_CHECK_THROW(second.add(good, 2, 1), std::invalid_argument);  // the group before was not full
    BOOST_CHECK_THROW(Reduction({Wanted{}}, 2).add(good, 1, 1), std::invalid_argument);
    // A column of which nothing is gathered may miss values.
    Reduction nothing({Wanted{}}, 2);
    nothing.add(bad, 2, 1);
    BOOST_TEST(nothing.draws() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
