// Which members are looked at together: all of a dimension, or, where two dimensions cross, those along one of them for
// each member of the other.
#pragma once

#include "engine/builder.hpp"

namespace openbook::engine {

/// Members stand in runs of `length`; functions over members work on each run by itself.
struct Along {
    Builder& b;
    std::uint32_t width = 1, length = 1;
    std::string remains;  // the dimension of what a reduction gives; empty: a single value

    [[nodiscard]] bool all() const { return length == width; }
    [[nodiscard]] std::uint32_t runs() const { return width / length; }
    /// One value of each run.
    [[nodiscard]] NodeId joined(Op of_all, Op of_runs, NodeId x, std::vector<Exact> numbers = {}) const {
        return all() ? b.make(of_all, {x}, std::move(numbers))
                     : b.mapped(of_runs, x, run_of(), runs(), std::move(numbers));
    }
    [[nodiscard]] NodeId sum(NodeId x) const { return joined(Op::sum_members, Op::group_sum, x); }
    [[nodiscard]] NodeId most(NodeId x) const { return joined(Op::max_members, Op::group_max, x); }
    [[nodiscard]] NodeId least(NodeId x) const { return joined(Op::min_members, Op::group_min, x); }
    /// What each run has, for each of its members.
    [[nodiscard]] NodeId for_each(NodeId of_runs) const {
        return all() || b.width(of_runs) == 1 ? of_runs : b.mapped(Op::gather, of_runs, run_of(), width);
    }
    /// An operation that orders or accumulates members, within each run.
    [[nodiscard]] NodeId within(Op op, std::vector<NodeId> inputs, std::vector<Exact> numbers = {}) const {
        return b.make(op, std::move(inputs), std::move(numbers), all() ? 0 : length);
    }
    /// The member at a place of each run.
    [[nodiscard]] NodeId member(NodeId x, std::uint32_t place) const {
        if (width == 1) return x;
        if (all()) return b.make(Op::pick, {x}, {}, place);
        std::vector<std::uint32_t> places(runs());
        for (std::uint32_t run = 0; run < runs(); ++run) places[run] = run * length + place;
        return b.mapped(Op::gather, x, places, runs());
    }
    /// 1, 2, ... within each run.
    [[nodiscard]] NodeId places() const {
        std::vector<Exact> numbers(width);
        for (std::uint32_t m = 0; m < width; ++m) numbers[m] = Exact(m % length + 1);
        return b.constants(std::move(numbers));
    }

private:
    [[nodiscard]] std::vector<std::uint32_t> run_of() const {
        std::vector<std::uint32_t> map(width);
        for (std::uint32_t m = 0; m < width; ++m) map[m] = m / length;
        return map;
    }
};

}  // namespace openbook::engine
