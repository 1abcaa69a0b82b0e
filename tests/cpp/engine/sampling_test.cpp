// How draws are chosen: the inverse normal, scrambles, paths.
#include "engine/sampling/design.hpp"

#include <bit>
#include <boost/math/distributions/normal.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

#include "engine/lanes/executor.hpp"
#include "engine/lanes/kernels_for.hpp"
#include "engine/sampling/paths.hpp"
#include "openbook/risk/designs.hpp"
#include "openbook/risk/expectation.hpp"

namespace {

using namespace openbook;
using namespace openbook::engine;

constexpr std::uint64_t numbers = std::uint64_t{1} << 52;

/// Places all over, the ends, and both sides of where the formula changes.
std::vector<std::uint64_t> places() {
    std::vector<std::uint64_t> list{0, 1, 2, 3, numbers / 2 - 1, numbers / 2, numbers - 2, numbers - 1};
    for (const double p : {0.075, 0.925, 1.388794386496402e-11, 1 - 1.388794386496402e-11})
        for (int off = -2; off <= 2; ++off)
            list.push_back(static_cast<std::uint64_t>(static_cast<std::int64_t>(p * 0x1p52) + off));
    std::mt19937_64 random(1);
    while (list.size() < 4096) list.push_back(random() >> (12 + random() % 40));
    return list;
}

BOOST_AUTO_TEST_SUITE(sampling)

BOOST_AUTO_TEST_CASE(the_inverse_normal_is_right_to_the_last_digits_at_every_level) {
    const std::vector<std::uint64_t> list = places();
    const lanes::AlignedDoubles first(list.size()), again(list.size());
    lanes::kernels_for(Level::baseline).normal_of_bits(list.data(), first.data(), list.size());
    const boost::math::normal_distribution<long double> normal;
    double worst = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const long double below = (static_cast<long double>(list[i]) + 0.5L) / 0x1p52L;
        const auto exact =
            static_cast<double>(below < 0.5L ? quantile(normal, below) : quantile(complement(normal, 1 - below)));
        worst = std::max(worst, std::abs(first.data()[i] - exact) / std::max(1e-3, std::abs(exact)));
    }
    BOOST_TEST(worst < 2e-14);
    for (const Level level : available_levels()) {
        lanes::kernels_for(level).normal_of_bits(list.data(), again.data(), list.size());
        for (std::size_t i = 0; i < list.size(); ++i)
            BOOST_REQUIRE(std::bit_cast<std::uint64_t>(first.data()[i]) ==
                          std::bit_cast<std::uint64_t>(again.data()[i]));
    }
}

std::uint64_t scrambled(std::uint32_t point, std::uint64_t first, std::uint64_t second, Level level) {
    std::uint64_t reversed = 0;
    for (int bit = 0; bit < 32; ++bit) reversed |= std::uint64_t{(point >> bit) & 1u} << (31 - bit);
    std::vector<std::uint64_t> points(16, reversed), a(16, first), b(16, second);
    lanes::kernels_for(level).scramble(points.data(), a.data(), b.data(), 16);
    for (const std::uint64_t other : points) BOOST_TEST(other == points[0]);
    return points[0];
}

BOOST_AUTO_TEST_CASE(a_scramble_flips_each_digit_by_those_above_it) {
    std::mt19937_64 random(2);
    for (int trial = 0; trial < 300; ++trial) {
        const std::uint64_t first = random(), second = random();
        const auto a = static_cast<std::uint32_t>(random());
        const unsigned same = static_cast<unsigned>(random() % 32);  // how many digits two points have in common
        const std::uint32_t below = same == 0 ? 0xffffffffu : (1u << (32 - same)) - 1;
        std::uint32_t b = (a & ~below) | (static_cast<std::uint32_t>(random()) & below);
        b = (b & ~(1u << (31 - same))) | (~a & (1u << (31 - same)));  // and the next digit differs
        const std::uint64_t x = scrambled(a, first, second, Level::baseline),
                            y = scrambled(b, first, second, Level::baseline);
        BOOST_TEST(std::countl_zero((x ^ y) << 12) == static_cast<int>(same));
        for (const Level level : available_levels()) BOOST_TEST(scrambled(a, first, second, level) == x);
    }
}

BOOST_AUTO_TEST_CASE(every_digit_of_a_scrambled_point_is_even_over_the_keys) {
    std::mt19937_64 random(3);
    std::vector<int> ones(52, 0);
    constexpr int keys = 4000;
    for (int key = 0; key < keys; ++key) {
        const std::uint64_t x = scrambled(0x12345678u, random(), random(), Level::baseline);
        for (int bit = 0; bit < 52; ++bit) ones[static_cast<std::size_t>(bit)] += (x >> bit) & 1u;
    }
    for (const int count : ones) BOOST_TEST(std::abs(count - keys / 2) < 5 * std::sqrt(keys / 4.0));
}

BOOST_AUTO_TEST_CASE(paths_are_rotations_whose_first_coordinate_is_the_sum) {
    std::vector<NormalDimension> dimensions;
    for (std::uint32_t t = 0; t < 12; ++t) dimensions.push_back({"a", t});
    for (std::uint32_t t = 0; t < 5; ++t) dimensions.push_back({"b", t});
    dimensions.push_back({"c", 3});
    const engine::sampling::Paths paths(dimensions);
    const std::size_t n = dimensions.size(), stride = 32;
    const lanes::AlignedDoubles matrix(n * stride);  // lane i: the i-th coordinate is one
    for (std::size_t d = 0; d < n; ++d) matrix.data()[d * stride + d] = 1;
    paths.rotate(matrix.data(), stride, stride);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            double product = 0;
            for (std::size_t d = 0; d < n; ++d)
                product += matrix.data()[d * stride + i] * matrix.data()[d * stride + j];
            BOOST_TEST(std::abs(product - (i == j ? 1 : 0)) < 1e-14);
        }
    // Whole streams first, in their order.
    BOOST_TEST(paths.coordinates()[0] == 0u);
    BOOST_TEST(paths.coordinates()[12] == 1u);
    BOOST_TEST(paths.coordinates()[17] == 2u);
    BOOST_TEST(paths.coordinates()[6] == 3u);
    for (std::size_t d = 0; d < 12; ++d) BOOST_TEST(std::abs(matrix.data()[d * stride] - std::sqrt(1.0 / 12)) < 1e-15);
}

BOOST_AUTO_TEST_CASE(errors_between_replications_are_the_spread_of_their_figures) {
    // Draw n belongs to replication n % 2: means 1 and 4, whose standard error is 1.5.
    const std::vector<double> draws{0, 3, 1, 4, 2, 5};
    const std::vector<double> levels{0.5};
    const auto summary = risk::summarise_columns(draws, 6, levels, 1, {}, {risk::Design::Kind::replicated, 2, 0})[0];
    BOOST_TEST(summary.mean.value == 2.5);
    BOOST_TEST(std::abs(summary.mean.error - 1.5) < 1e-15);
    BOOST_TEST(std::abs(summary.value_at_risk[0].error - 1.5) < 1e-15);
    BOOST_TEST(summary.deviation.error == 0);
    // A draw that is made again alone has figures, and no errors.
    const auto alone = risk::summarise_columns(draws, 6, levels, 1, {}, {risk::Design::Kind::replicated, 4, 0})[0];
    BOOST_TEST(alone.mean.value == 2.5);
    BOOST_TEST(std::isnan(alone.mean.error));
    BOOST_TEST(std::isnan(alone.value_at_risk[0].error));
}

BOOST_AUTO_TEST_CASE(errors_of_pairs_come_from_their_sums) {
    const std::vector<double> mirrored{1, -1, 3, -3, 0.5, -0.5, 2, -2};
    const std::vector<double> levels{0.5};
    const auto exact = risk::summarise_columns(mirrored, 8, levels, 1, {}, {risk::Design::Kind::paired, 1, 0})[0];
    BOOST_TEST(exact.mean.error == 0);
    BOOST_TEST(exact.probability_below_zero.error == 0);
    const auto pair =
        risk::summarise_columns(std::span(mirrored).first(2), 2, levels, 1, {}, {risk::Design::Kind::paired, 1, 0})[0];
    BOOST_TEST(std::isnan(pair.mean.error));
    BOOST_TEST(std::isnan(pair.expected_shortfall[0].error));
    // Equal twins are one draw each: the error of four draws, not of eight.
    const std::vector<double> twins{1, 1, 3, 3, 0, 0, 2, 2};
    const auto whole = risk::summarise_columns(twins, 8, levels, 1, {}, {risk::Design::Kind::paired, 1, 0})[0];
    BOOST_TEST(std::abs(whole.mean.error - std::sqrt(5.0 / 3 / 4)) < 1e-15);
    // From an odd draw on, the first and the last have no partner.
    const auto odd = risk::summarise_columns(twins, 8, levels, 1, {}, {risk::Design::Kind::paired, 1, 1})[0];
    BOOST_TEST(odd.mean.error < whole.mean.error);
}

BOOST_AUTO_TEST_CASE(functions_of_straight_lines_are_put_together) {
    risk::PiecewiseLinear hinge{{0}, {{0, 0}, {0, 1}}}, tent{{-1, 1}, {{0, -1}, {1, 0}, {0, 1}}};
    const auto value = [](const risk::PiecewiseLinear& f, double x) {
        std::size_t i = 0;
        while (i < f.breaks.size() && x >= f.breaks[i]) ++i;
        return f.lines[i](x);
    };
    const risk::PiecewiseLinear shifted{{}, {{-2, 1}}};
    const auto both = risk::composed(risk::composed(hinge, shifted), tent);  // max(max(|x|, 1) - 2, 0)
    const auto sum = risk::added(tent, -2, hinge);
    for (double x = -4.03; x < 4; x += 0.11) {
        BOOST_TEST(std::abs(value(both, x) - std::max(std::max(std::abs(x), 1.0) - 2, 0.0)) < 1e-14);
        BOOST_TEST(std::abs(value(sum, x) - (std::max(std::abs(x), 1.0) - 2 * std::max(x, 0.0))) < 1e-14);
    }
    // A call at the money of a normal: scale / sqrt(2 pi).
    BOOST_TEST(std::abs(risk::expectation(hinge, false, 0, 3) - 3 / std::sqrt(2 * M_PI)) < 1e-15);
    BOOST_TEST(risk::expectation(hinge, false, -2, 0) == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
