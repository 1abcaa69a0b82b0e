#include "engine/packed.hpp"

#include <boost/test/unit_test.hpp>
#include <random>

#include "engine/builder.hpp"

using namespace openbook::engine;

namespace {

constexpr std::uint32_t width = 40;

/// Every operation that has a short way, and some that have none and read its results.
Builder everything() {
    Builder b;
    const NodeId x = b.input("x", 0, width, no_node), y = b.input("y", 0, width, no_node),
                 one = b.input("one", 0, 1, no_node), z = b.input("z", 0, width, y);
    std::vector<Exact> prices;
    for (std::uint32_t m = 0; m < width; ++m) prices.push_back(Exact(7 * m + 1, 1 + m % 5));
    const NodeId price = b.constants(prices), third = b.weighted({x, y}, {Exact(1, 3), Exact(-2), Exact(5, 7)});
    const NodeId less = b.make(Op::less, {x, y}), paid = b.multiply(b.make(Op::if_missing, {x, b.constant(0)}), price);
    std::vector<std::uint32_t> groups, members;
    for (std::uint32_t m = 0; m < width; ++m) {
        groups.push_back(m % 3);
        members.push_back((m * 17 + 5) % width);
    }
    const std::vector<NodeId> wide = {third,
                                      less,
                                      paid,
                                      b.multiply(x, y),
                                      b.multiply(x, one),
                                      b.minimum(x, y),
                                      b.maximum(third, one),
                                      b.make(Op::less_equal, {x, one}),
                                      b.make(Op::equal, {x, y}),
                                      b.make(Op::absolute, {x}),
                                      b.choose(less, x, third),
                                      b.make(Op::is_missing, {y}),
                                      b.make(Op::if_missing, {one, z}),
                                      b.divide(x, one),
                                      b.divide(x, y, b.constant(4)),
                                      b.make(Op::logical_and, {less, b.make(Op::is_missing, {x})}),
                                      b.make(Op::logical_or, {less, b.make(Op::is_missing, {x})}),
                                      b.make(Op::logical_not, {less}),
                                      b.mapped(Op::gather, x, members, width),
                                      b.mapped(Op::group_sum, paid, groups, 3),
                                      b.mapped(Op::group_sum, x, groups, 3, {1}),
                                      b.make(Op::rank, {paid}, {0, 0})};
    for (const NodeId node : wide)
        for (const Exact& skips : {Exact(0), Exact(1)}) {
            b.make(Op::sum_members, {node}, {skips});
            b.make(Op::min_members, {node}, {skips});
            b.make(Op::max_members, {node}, {skips});
            b.make(Op::pick, {node}, {}, 2);
        }
    for (const Rounding mode : {Rounding::half_away, Rounding::half_even, Rounding::half_up, Rounding::floor,
                                Rounding::ceiling, Rounding::truncate}) {
        b.round(third, Exact(1, 100), mode);
        b.round(x, Exact(3, 2), mode);
    }
    return b;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(packed_members)

BOOST_AUTO_TEST_CASE(the_short_way_gives_what_the_long_way_gives) {
    const Builder b = everything();
    std::mt19937_64 random(11);
    for (int round = 0; round < 300; ++round) {
        // From whole numbers of a few digits to what no word holds; gaps in some rounds; denominators of all kinds.
        const auto bits = static_cast<int>(round % 60) + 3;
        const auto number = [&]() -> Value {
            if (round % 3 != 0 && random() % 8 == 0) return std::nullopt;
            const auto size = static_cast<std::int64_t>(random() >> (64 - bits));
            const Exact over(random() % 2 == 0 ? size : -size);
            const std::int64_t under[] = {1, 100, 8, static_cast<std::int64_t>(random() % 30) + 1};
            return over / Exact(under[static_cast<std::size_t>(round) % 4]);
        };
        const auto members = [&](std::size_t count) {
            Members made(count);
            for (Value& member : made) member = number();
            return made;
        };
        const std::vector<Members> given = {members(width), members(width), members(1),
                                            round % 5 == 0 ? Members{} : members(width)};
        std::vector<Held> held;
        for (const Members& one : given) {
            std::optional<Packed> made = one.size() > 1 ? packed(one) : std::nullopt;
            if (made) BOOST_TEST((unpacked(*made) == one));
            held.push_back(made ? Held(*std::move(made)) : Held(one));
        }
        const PlanFills plan_fills(round % 2 == 0 ? given.size() : 0, 1);
        const std::vector<Members> expected = evaluate(b.graph, given, plan_fills);
        const Values found(evaluate_held(b.graph, Values(held), plan_fills));
        for (std::size_t node = 0; node < expected.size(); ++node)
            BOOST_REQUIRE_MESSAGE(found[node] == expected[node], "node " << node << ", operation "
                                                                         << static_cast<int>(b.graph.nodes[node].op)
                                                                         << " in round " << round);
        BOOST_TEST((found.unpacked() == expected));
    }
}

BOOST_AUTO_TEST_CASE(small_numbers_take_the_short_way) {
    const Builder b = everything();
    Members members;
    for (int m = 0; m < static_cast<int>(width); ++m) members.emplace_back(Exact(m - 7, 4));
    const std::vector<Held> held = {*packed(members), *packed(members), Members{Exact(3)}, *packed(members)};
    std::size_t packed_nodes = 0;
    for (const Held& node : evaluate_held(b.graph, Values(held)))
        packed_nodes += std::holds_alternative<Packed>(node) ? 1 : 0;
    BOOST_TEST(packed_nodes > 30);
}

BOOST_AUTO_TEST_SUITE_END()
