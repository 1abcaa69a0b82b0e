#include "engine/exact.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <random>

#include "engine/builder.hpp"

using namespace openbook::engine;

BOOST_AUTO_TEST_SUITE(exact_numbers)

BOOST_AUTO_TEST_CASE(rounding_modes) {
    const auto rounded = [](const char* x, Rounding mode) {
        return to_text(round_to(exact_from_text(x), Exact(1), mode));
    };
    BOOST_TEST(rounded("2.5", Rounding::half_away) == "3");
    BOOST_TEST(rounded("-2.5", Rounding::half_away) == "-3");
    BOOST_TEST(rounded("-2.5", Rounding::half_up) == "-2");
    BOOST_TEST(rounded("2.5", Rounding::half_even) == "2");
    BOOST_TEST(rounded("3.5", Rounding::half_even) == "4");
    BOOST_TEST(rounded("-2.5", Rounding::half_even) == "-2");
    BOOST_TEST(rounded("-2.1", Rounding::floor) == "-3");
    BOOST_TEST(rounded("-2.1", Rounding::ceiling) == "-2");
    BOOST_TEST(rounded("-2.9", Rounding::truncate) == "-2");
    BOOST_TEST(rounded("2.9", Rounding::truncate) == "2");
    BOOST_TEST(to_text(round_to(exact_from_text("1.017"), exact_from_text("0.005"), Rounding::half_away)) == "1.015");
}

BOOST_AUTO_TEST_CASE(small_and_large_numbers_are_one_arithmetic) {
    // Numbers of every size around the machine word, against the library of large numbers alone.
    using Large = boost::multiprecision::cpp_rational;
    std::mt19937_64 random(5);
    const auto whole = [&] {
        const auto bits = static_cast<int>(random() % 64);
        const auto value = static_cast<std::int64_t>(random() >> bits);
        return random() % 2 == 0 ? value : -value;
    };
    const auto large = [](const Exact& x) { return Large(numerator(x), denominator(x)); };
    for (int i = 0; i < 20'000; ++i) {
        std::int64_t under = whole(), other = whole();
        if (under == 0) under = 1;
        if (other == 0) other = 7;
        const std::int64_t over = whole(), second = i % 5 == 0 ? over : whole();
        const Exact a = Exact(Integer(over), Integer(under)), b = Exact(Integer(second), Integer(other));
        const Large x{Integer(over), Integer(under)}, y{Integer(second), Integer(other)};
        BOOST_REQUIRE((large(a) == x && denominator(a) > 0));
        BOOST_REQUIRE((large(a + b) == x + y && large(a - b) == x - y && large(a * b) == x * y));
        if (second != 0) BOOST_REQUIRE((large(a / b) == x / y));
        BOOST_REQUIRE(((a < b) == (x < y) && (a == b) == (x == y) && (a > b) == (x > y)));
        BOOST_REQUIRE((a + b - b == a && a + b - a == b && hash_value(a + b - b) == hash_value(a)));
        BOOST_REQUIRE(to_double(a) == x.convert_to<double>());
        const Exact down = floor_of(a);
        BOOST_REQUIRE((is_whole(down) && down <= a && a < down + 1));
        BOOST_REQUIRE((large(-a) == -x && large(abs(a)) == abs(x)));
    }
    BOOST_CHECK_THROW(Exact(1) / Exact(0), std::overflow_error);
    const Exact most = std::numeric_limits<std::int64_t>::max(), least = std::numeric_limits<std::int64_t>::min();
    BOOST_TEST((numerator(most + 1) == Integer(std::numeric_limits<std::int64_t>::max()) + 1));
    BOOST_TEST((most + least == -1 && -least == most + 1));
    BOOST_TEST((exact_from_text("999999999999999999") * 100 == exact_from_text("99999999999999999900")));
}

BOOST_AUTO_TEST_CASE(text_of_numbers) {
    BOOST_TEST(to_text(Exact(1, 8)) == "0.125");
    BOOST_TEST(to_text(Exact(1, 3)) == "1/3");
    BOOST_TEST(to_text(Exact(-1, 200), 2) == "-0.01");
    BOOST_TEST(to_text(Exact(-1, 201), 2) == "0.00");
    BOOST_TEST(to_text(Exact(1234567), 2) == "1234567.00");
    BOOST_TEST((exact_from_text("1/3") == Exact(1, 3)));
}

BOOST_AUTO_TEST_CASE(largest_remainder_adds_up_and_breaks_ties_in_order) {
    const Exact penny(1, 100);
    const auto parts = apportion(Exact(100), {1, 1, 1}, penny);
    BOOST_TEST(to_text(parts[0], 2) == "33.34");
    BOOST_TEST(to_text(parts[1], 2) == "33.33");
    BOOST_TEST(to_text(parts[2], 2) == "33.33");
    const auto negative = apportion(Exact(-100), {1, 1, 1}, penny);
    BOOST_TEST((negative[0] + negative[1] + negative[2] == -100));
    BOOST_TEST((apportion(Exact(100), {0, 0}, penny)[0] == 0));
}

BOOST_AUTO_TEST_CASE(piecewise_tables_have_ends_and_jumps) {
    PiecewiseTable table;
    table.at = {0, 10, 10, 20};
    table.value = {0, 10, 100, 100};
    table.slope_above = 2;
    BOOST_TEST((evaluate_table(table, -5) == 0));
    BOOST_TEST((evaluate_table(table, 5) == 5));
    BOOST_TEST((evaluate_table(table, 10) == 100));
    table.upper_at_jump = false;
    BOOST_TEST((evaluate_table(table, 10) == 10));
    BOOST_TEST((evaluate_table(table, 25) == 110));
}

BOOST_AUTO_TEST_CASE(equal_nodes_are_made_once_and_constants_are_folded) {
    Builder b;
    const NodeId x = b.input("x", 0, 1, no_node);
    BOOST_TEST(b.add(x, x) == b.scale(x, 2));
    BOOST_TEST(b.multiply(x, b.constant(3)) == b.scale(x, 3));
    BOOST_TEST((*b.known(b.maximum(b.constant(2), b.constant(5))) == 5));
    BOOST_TEST(b.choose(b.constant(1), x, b.constant(0)) == x);
    BOOST_TEST((*b.known(b.weighted({x}, {7, 0})) == 7));
    BOOST_TEST(b.subtract(b.add(x, b.constant(4)), b.constant(4)) == x);
}

BOOST_AUTO_TEST_CASE(missing_is_not_zero) {
    Builder b;
    const NodeId x = b.input("x", 0, 1, no_node), zero = b.constant(0);
    const NodeId compared = b.make(Op::less, {x, zero}), is_missing = b.make(Op::is_missing, {x}),
                 covered = b.make(Op::if_missing, {x, b.constant(9)});
    const NodeId never = b.make(Op::logical_and, {compared, b.make(Op::less, {b.input("y", 0, 1, no_node), zero})});
    const auto values = evaluate(b.graph, {Members(1), Members{Value(Exact(1))}});
    BOOST_TEST(!values[compared][0]);
    BOOST_TEST((*values[is_missing][0] == 1));
    BOOST_TEST((*values[covered][0] == 9));
    BOOST_TEST((*values[never][0] == 0));  // false and missing is false
}

BOOST_AUTO_TEST_CASE(members_broadcast_and_add_up) {
    Builder b;
    const NodeId prices = b.constants({2, 3, 5}), activity = b.input("activity", 0, 3, no_node);
    const NodeId value = b.make(Op::sum_members, {b.make(Op::multiply, {activity, prices})});
    const auto values = evaluate(b.graph, {Members{Exact(10), Exact(20), Exact(30)}});
    BOOST_TEST((*values[value][0] == 230));
}

BOOST_AUTO_TEST_SUITE_END()
