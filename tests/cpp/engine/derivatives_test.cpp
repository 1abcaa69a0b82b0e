#include "engine/adjoint.hpp"
#include "engine/nudge.hpp"

#include <boost/test/unit_test.hpp>
#include <numeric>
#include <random>

#include "engine/builder.hpp"

using namespace openbook::engine;

namespace {

class Given : public Adjoint<Exact, Value> {
public:
    using Adjoint::Adjoint;

protected:
    NodeId source(const Node&, std::uint32_t) const override { return no_node; }
    double quantile_slope(const Node&, double) const override { return 0; }
};

struct Sides {
    Exact left, right, cliff_left, cliff_right;
};

struct Point {
    const Graph& graph;
    std::vector<Members> given;
    std::vector<Members> values;
    Point(const Graph& g, std::vector<Members> x) : graph(g), given(std::move(x)), values(evaluate(g, given)) {}

    [[nodiscard]] Sides sides(NodeId input, NodeId result) const {
        Nudge nudge(graph, values, given);
        Sides s;
        nudge.move(input, 0, 1, result);
        s.right = nudge.slope(result, 0);
        s.cliff_right = *nudge.limit(result, 0) - *values[result][0];
        nudge.move(input, 0, -1, result);
        s.left = -nudge.slope(result, 0);
        s.cliff_left = *nudge.limit(result, 0) - *values[result][0];
        return s;
    }
    [[nodiscard]] std::pair<Exact, bool> adjoint(NodeId input, NodeId result) const {
        Given walk(graph, values);
        walk.seed(result, 0, 1);
        std::vector<NodeId> order(graph.nodes.size());
        std::iota(order.begin(), order.end(), NodeId{0});
        walk.run(order);
        return {walk.slope(input, 0), walk.tied(input)};
    }
    [[nodiscard]] Exact at(NodeId result) const { return *values[result][0]; }
};

Exact fraction(const char* text) {
    return exact_from_text(text);
}

/// A random expression over some inputs; only operations whose value is exact, none that rounds.
class Random {
public:
    explicit Random(unsigned seed) : random_(seed) {
        for (int i = 0; i < 3; ++i) pool_.push_back(builder.input("x" + std::to_string(i), 0, 1, no_node));
        inputs = pool_;
        for (int i = 0; i < 14; ++i) pool_.push_back(made());
    }
    Builder builder;
    std::vector<NodeId> inputs;
    [[nodiscard]] NodeId result() const { return pool_.back(); }
    Exact number() { return Exact(static_cast<int>(random_() % 81) - 40) / Exact(4); }

private:
    std::mt19937 random_;
    std::vector<NodeId> pool_;
    NodeId any() { return pool_[random_() % pool_.size()]; }

    NodeId made() {
        Builder& b = builder;
        const NodeId x = any(), y = any(), z = any();
        switch (random_() % 17) {
            case 0: return b.weighted({x, y}, {number(), number(), number()});
            // More than nothing, so that a product moves as soon as its factor does.
            case 1: return b.multiply(x, b.add(b.make(Op::absolute, {y}), b.constant(1)));
            case 2: return b.divide(x, b.add(b.make(Op::absolute, {y}), b.constant(1)));
            case 3: return b.minimum(x, y);
            case 4: return b.maximum(x, y);
            case 5: return b.choose(b.make(Op::less, {x, y}), y, z);
            case 6: return b.choose(b.make(Op::less_equal, {x, b.constant(number())}), x, z);
            case 7: {
                PiecewiseTable table;
                table.at = {Exact(-5), Exact(0), Exact(0), Exact(5)};
                table.value = {number(), number(), number(), number()};
                table.slope_below = number();
                table.slope_above = number();
                table.upper_at_jump = random_() % 2 == 0;
                return b.piecewise(table, x);
            }
            case 8: return b.make(Op::floor_divide, {x, b.constant(3)});
            case 9: return b.make(Op::modulo, {x, b.constant(7)});
            case 10: return b.make(Op::sum_members, {b.stack({x, y, z})});
            case 11: return b.make(Op::max_members, {b.stack({x, y, z})}, {0});
            case 12: return b.make(Op::product_members, {b.stack({x, b.constant(2), y})});
            case 13: return b.make(Op::pick, {b.make(Op::running, {b.stack({x, y, z})}, {0, 0})}, {}, 1);
            case 14: {
                const NodeId one = b.add(b.make(Op::absolute, {y}), b.constant(1));
                const NodeId two = b.add(b.make(Op::absolute, {z}), b.constant(2));
                return b.make(Op::pick, {b.make(Op::apportion_members, {x, b.stack({one, two})}, {0})}, {}, 1);
            }
            case 15: {
                // Weights that may all be zero: of what nobody takes part in nobody has a part. They are straight, for
                // where they begin to move the next derivative of a part would need theirs.
                const NodeId one = b.positive(inputs[random_() % 3]), two = b.positive(inputs[random_() % 3]);
                return b.make(Op::pick, {b.make(Op::apportion_members, {x, b.stack({one, two})}, {0})}, {}, 1);
            }
            default: return b.subtract(x, y);
        }
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(derivatives)

BOOST_AUTO_TEST_CASE(a_band_has_a_slope_on_each_side_of_its_edge) {
    Builder b;
    const NodeId q = b.input("q", 0, 1, no_node);
    // £2,000 to 10,000 and half of it beyond.
    const NodeId inside = b.minimum(q, b.constant(10'000)), beyond = b.positive(b.subtract(q, b.constant(10'000)));
    const NodeId pay = b.weighted({inside, beyond}, {0, 2'000, 1'000});
    const Sides below = Point(b.graph, {{Exact(9'000)}}).sides(q, pay);
    BOOST_TEST((below.left == 2'000 && below.right == 2'000));
    const Sides edge = Point(b.graph, {{Exact(10'000)}}).sides(q, pay);
    BOOST_TEST((edge.left == 2'000 && edge.right == 1'000 && edge.cliff_left == 0 && edge.cliff_right == 0));
    BOOST_TEST(Point(b.graph, {{Exact(10'000)}}).adjoint(q, pay).second);
    BOOST_TEST(!Point(b.graph, {{Exact(9'000)}}).adjoint(q, pay).second);
}

BOOST_AUTO_TEST_CASE(a_cliff_is_an_amount_at_stake_and_no_slope) {
    Builder b;
    const NodeId q = b.input("q", 0, 1, no_node);
    // £50,000 where the score is 90 or more, and £10 for each point.
    const NodeId met = b.make(Op::less_equal, {b.constant(90), q});
    const NodeId pay = b.weighted({b.choose(met, b.constant(50'000), b.constant(0)), q}, {0, 1, 10});
    const Sides edge = Point(b.graph, {{Exact(90)}}).sides(q, pay);
    BOOST_TEST((edge.left == 10 && edge.right == 10 && edge.cliff_left == -50'000 && edge.cliff_right == 0));
    // Begun blocks of ten cost £100: just above ten the next one is due.
    const NodeId blocks = b.negate(b.make(Op::floor_divide, {b.negate(q), b.constant(10)}));
    const NodeId cost = b.scale(blocks, 100);
    const Sides started = Point(b.graph, {{Exact(10)}}).sides(q, cost);
    BOOST_TEST((started.left == 0 && started.right == 0 && started.cliff_left == 0 && started.cliff_right == 100));
}

BOOST_AUTO_TEST_CASE(kinks_behind_each_other_are_followed_from_each_side) {
    Builder b;
    const NodeId x = b.input("x", 0, 1, no_node);
    // max(|x| - x, 0): 0 to the right of zero, -2 x to the left; a walk back alone cannot know it.
    const NodeId y = b.positive(b.subtract(b.make(Op::absolute, {x}), x));
    const Sides zero = Point(b.graph, {{Exact(0)}}).sides(x, y);
    BOOST_TEST((zero.left == -2 && zero.right == 0));
    // min(x, x * x) at 1: slope 2 to the left, 1 to the right.
    const NodeId z = b.minimum(x, b.make(Op::multiply, {x, x}));
    const Sides one = Point(b.graph, {{Exact(1)}}).sides(x, z);
    BOOST_TEST((one.left == 2 && one.right == 1));
}

BOOST_AUTO_TEST_CASE(rounding_is_passed_and_shares_follow_the_quotient_rule) {
    Builder b;
    const NodeId t = b.input("t", 0, 1, no_node), w = b.input("w", 0, 1, no_node);
    const NodeId rounded = b.round(b.scale(t, fraction("0.3333")), Exact(1), Rounding::half_away);
    BOOST_TEST((Point(b.graph, {{Exact(100)}, {Exact(1)}}).sides(t, rounded).right == fraction("0.3333")));
    const NodeId part = b.make(Op::apportion, {t, w, b.constant(3)}, {Exact(1, 100)}, 0);
    const Point at(b.graph, {{Exact(100)}, {Exact(1)}});
    BOOST_TEST((at.sides(t, part).right == Exact(1, 4)));      // w / (w + 3)
    BOOST_TEST((at.sides(w, part).right == Exact(300) / 16));  // 100 * 3 / (w + 3)^2
    BOOST_TEST((at.adjoint(w, part).first == Exact(300) / 16));
    const NodeId post = b.make(Op::post, {t, b.scale(t, 2), t}, {Exact(1, 100)});
    BOOST_TEST((Point(b.graph, {{fraction("0.333")}, {Exact(1)}}).sides(t, post).right == 1));
}

BOOST_AUTO_TEST_CASE(a_transfer_that_begins_goes_by_how_fast_its_sides_do) {
    Builder b;
    // What one overspends beyond zero is moved by who is over: nothing yet, at zero.
    const NodeId x = b.input("x", 0, 1, no_node);
    const NodeId over = b.positive(x), also = b.positive(b.scale(x, 3));
    const NodeId moved = b.add(over, also);
    const NodeId part = b.make(Op::apportion, {moved, over, also}, {Exact(1, 100)}, 0);
    const Sides zero = Point(b.graph, {{Exact(0)}}).sides(x, part);
    BOOST_TEST((zero.left == 0 && zero.right == 1 && zero.cliff_right == 0));
    // A pool that is there already goes to whoever takes part first.
    const NodeId pool = b.make(Op::apportion, {b.constant(100), over, also}, {Exact(1, 100)}, 0);
    const Sides first = Point(b.graph, {{Exact(0)}}).sides(x, pool);
    BOOST_TEST((first.right == 0 && first.cliff_right == 25 && first.cliff_left == 0));
}

BOOST_AUTO_TEST_CASE(random_graphs_have_the_slopes_of_small_exact_differences) {
    int compared = 0, kinked = 0, jumped = 0;
    for (unsigned seed = 0; seed < 1500; ++seed) {
        Random made(seed);
        const Graph& graph = made.builder.graph;
        const std::vector<Members> x{{made.number()}, {made.number()}, {made.number()}};
        const Point here(graph, x);
        const NodeId result = made.result();
        // The last node may be one of the inputs, or not depend on them all.
        for (std::size_t i = 0; i < made.inputs.size(); ++i) {
            const Sides sides = here.sides(made.inputs[i], result);
            const auto [slope, tied] = here.adjoint(made.inputs[i], result);
            if (!tied) {
                BOOST_TEST((slope == sides.left && slope == sides.right), "seed " << seed);
                BOOST_TEST((sides.cliff_left == 0 && sides.cliff_right == 0), "seed " << seed);
            }
            for (const int direction : {1, -1}) {
                // The polynomial through three exact values close by has the limit and the slope at the point, but for
                // what bends more than a parabola does.
                const Exact h = Exact(direction) / Exact(1'000'000'000);
                std::vector<Exact> f;
                for (int step = 1; step <= 3; ++step) {
                    std::vector<Members> moved = x;
                    *moved[i][0] += h * Exact(step);
                    f.push_back(Point(graph, moved).at(result));
                }
                const Exact limit = Exact(3) * f[0] - Exact(3) * f[1] + f[2];
                const Exact by = (Exact(-5) * f[0] + Exact(8) * f[1] - Exact(3) * f[2]) / (Exact(2) * h);
                const Exact cliff = limit - here.at(result);
                const Exact& expected = direction > 0 ? sides.right : sides.left;
                const Exact& jump = direction > 0 ? sides.cliff_right : sides.cliff_left;
                const double size = 1 + std::fabs(to_double(expected)) + std::fabs(to_double(here.at(result)));
                BOOST_TEST(std::fabs(to_double(by - expected)) < 1e-6 * size, "seed " << seed << " input " << i);
                BOOST_TEST(std::fabs(to_double(cliff - jump)) < 1e-6 * size, "seed " << seed << " input " << i);
                ++compared;
            }
            kinked += sides.left != sides.right;
            jumped += sides.cliff_left != 0 || sides.cliff_right != 0;
        }
    }
    // The test is worth something only where it meets slopes, kinks and jumps.
    BOOST_TEST(compared == 9'000);
    BOOST_TEST(kinked > 20);
    BOOST_TEST(jumped > 20);
}

BOOST_AUTO_TEST_CASE(a_slope_holds_until_another_branch_binds) {
    Builder b;
    const NodeId q = b.input("q", 0, 1, no_node);
    const NodeId twice = b.scale(q, 2);
    const NodeId capped = b.minimum(twice, b.constant(30)), blocks = b.make(Op::floor_divide, {q, b.constant(4)});
    const NodeId pay = b.add(capped, blocks), square = b.make(Op::multiply, {q, q});
    const Point here(b.graph, {{Exact(9)}});
    const auto all = [](NodeId) { return true; };
    Nudge nudge(b.graph, here.values, here.given);
    nudge.move(q, 0, 1, pay);
    BOOST_TEST((nudge.reach(all) == Exact(3)));  // blocks of four begin at 12, the cap binds at 15
    BOOST_TEST((nudge.reach([&](NodeId id) { return id != blocks; }) == Exact(6)));
    BOOST_TEST(!nudge.bends(all));
    nudge.move(q, 0, -1, pay);
    BOOST_TEST((nudge.reach(all) == Exact(1)));
    BOOST_TEST(!nudge.reach([&](NodeId id) { return id == capped; }));
    nudge.move(q, 0, 1, square);
    BOOST_TEST(nudge.bends(all));
}

BOOST_AUTO_TEST_CASE(smooth_functions_have_their_derivatives) {
    Builder b;
    const NodeId x = b.input("x", 0, 1, no_node);
    const Point at(b.graph, {{Exact(2)}});
    const auto slope = [&](NodeId node) {
        const Point here(b.graph, {{Exact(2)}});
        BOOST_TEST((here.sides(x, node).right == here.adjoint(x, node).first));
        return to_double(here.sides(x, node).right);
    };
    BOOST_TEST(slope(b.make(Op::exponential, {x}, {15})) == 7.38905609893065, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(slope(b.make(Op::logarithm, {x}, {15})) == 0.5);
    BOOST_TEST(slope(b.make(Op::power, {x, b.constant(3)}, {15})) == 12.0);
    BOOST_TEST(slope(b.make(Op::power, {b.constant(3), x}, {15})) == 9 * 1.0986122886681098,
               boost::test_tools::tolerance(1e-12));
    const int normal = statistic_named("normal_cdf");
    if (normal >= 0) {
        const NodeId p = b.make(Op::statistic, {x}, {12}, static_cast<std::uint32_t>(normal));
        BOOST_TEST(slope(p) == 0.05399096651318806, boost::test_tools::tolerance(1e-8));
    }
}

BOOST_AUTO_TEST_CASE(an_opened_number_is_known_and_not_folded) {
    Builder b;
    const NodeId price = b.opened("/parameters/0/value", 0, Exact(2'000));
    BOOST_TEST(b.opened("/parameters/0/value", 0, Exact(2'000)) == price);
    const NodeId half = b.scale(price, Exact(1, 2));
    BOOST_REQUIRE(b.known(half));
    BOOST_TEST((*b.known(half) == 1'000));
    BOOST_TEST((b.graph.nodes[half].op == Op::weighted_sum));
    const NodeId q = b.input("q", 0, 1, no_node), pay = b.multiply(q, half);
    BOOST_TEST(!b.known(pay));
    // The constant behind it stands for its value; what is given of it is nothing.
    const std::vector<Members> given{{}, {Exact(30)}};
    const std::vector<Members> values = evaluate(b.graph, given);
    BOOST_TEST((*values[pay][0] == 30'000));
    BOOST_TEST(!b.graph.inputs[0].fixed);
    b.fix(half);
    BOOST_TEST(b.graph.inputs[0].fixed);
}

BOOST_AUTO_TEST_CASE(long_decimals_with_leading_zeros_are_decimal) {
    BOOST_TEST((exact_from_text("0.90483741803595957316") ==
                Exact(Integer("90483741803595957316"), Integer("100000000000000000000"))));
    BOOST_TEST((exact_from_text("-0.01234567012345670123") ==
                Exact(Integer("-1234567012345670123"), Integer("100000000000000000000"))));
    BOOST_TEST((exact_from_text("0.00000000000000000000") == 0));
}

BOOST_AUTO_TEST_SUITE_END()
