// Places and sums by an order among many members: each lane sorts its members once. Plain code, one for all levels.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "engine/lanes/kernels.hpp"

namespace openbook::engine::lanes {
namespace {

template <class Number>
constexpr Number close_by = static_cast<Number>(closeness);
template <>
constexpr float close_by<float> = single_closeness;

/// As the comparisons of the lanes have it: what is this close is equal.
template <class Number>
bool near(Number a, Number b) {
    return a == b || std::abs(a - b) <= std::min(std::abs(a), std::abs(b)) * close_by<Number>;
}
template <class Number>
bool below(Number a, Number b) {
    return a < b && !near(a, b);
}

/// One lane's numbers of a list of operands.
template <class Number>
void gather(const Operand* operands, std::size_t lane, std::vector<Number>& out) {
    for (Number& value : out) {
        value = reinterpret_cast<const Number*>(operands->at)[lane & operands->mask];
        ++operands;
    }
}
/// Where each member's results stand.
template <class Number>
class Results {
public:
    explicit Results(const Call& call)
        : first_(reinterpret_cast<Number*>(call.out)),
          stride_(call.further[0] ? reinterpret_cast<Number*>(call.further[0]) - first_ : 0) {}
    Number& operator()(std::size_t member, std::size_t lane) const {
        return first_[static_cast<std::ptrdiff_t>(member) * stride_ + static_cast<std::ptrdiff_t>(lane)];
    }

private:
    Number* first_;
    std::ptrdiff_t stride_;
};

template <class Number>
struct Ranking {
    std::vector<Number> values, keys;
    std::vector<std::size_t> order;  // members, by key, the first place first
    double ties;

    Number value(std::size_t at) const { return values[order[at]]; }
    /// How many of those as good as the one at `i` come before it in the list.
    std::size_t earlier_members(std::size_t begin, std::size_t end, std::size_t i) const {
        if (value(begin) == value(end - 1)) return i - begin;  // equals stand in the list's order
        std::size_t count = 0;
        for (std::size_t other = begin; other < end; ++other) count += order[other] < order[i] ? 1 : 0;
        return count;
    }

    /// Places of those from `first` on to `last`, which have one key.
    template <class Result>
    void number(std::size_t first, std::size_t last, Result result) const {
        std::size_t begin = first, end = first;  // those that are as good
        for (std::size_t i = first; i < last; ++i) {
            while (!near(value(begin), value(i))) ++begin;
            end = std::max(end, i);
            while (end < last && near(value(end), value(i))) ++end;
            double place = 1 + static_cast<double>(begin - first);
            if (ties == 1) place += 0.5 * static_cast<double>(end - begin - 1);
            if (ties == 2) place += static_cast<double>(earlier_members(begin, end, i));
            result(order[i], static_cast<Number>(place));
        }
    }
};

template <class Number>
void rank_members(const Call& call, const Block& block) {
    constexpr Number missing = std::numeric_limits<Number>::quiet_NaN();
    const bool keyed = call.sources > call.count, ascending = call.numbers[0] == 1;
    const auto run = static_cast<std::size_t>(call.numbers[2]);
    const Results<Number> results(call);
    Ranking<Number> ranking{
        std::vector<Number>(call.count), std::vector<Number>(keyed ? call.count : 0), {}, call.numbers[1]};
    const auto& [values, keys, order, ties] = ranking;
    const auto earlier = [&](std::size_t a, std::size_t b) {
        if (keyed && keys[a] != keys[b]) return keys[a] < keys[b];
        if (values[a] != values[b]) return ascending ? values[a] < values[b] : values[a] > values[b];
        return a < b;
    };
    for (std::size_t lane = 0; lane < block.lanes; ++lane) {
        gather(call.in, lane, ranking.values);
        gather(call.in + call.count, lane, ranking.keys);
        for (std::size_t start = 0; start < call.count; start += run) {
            ranking.order.clear();
            for (std::size_t m = start; m < start + run; ++m)
                if (std::isnan(values[m]) || (keyed && std::isnan(keys[m])))
                    results(m, lane) = missing;
                else
                    ranking.order.push_back(m);
            std::sort(ranking.order.begin(), ranking.order.end(), earlier);
            for (std::size_t first = 0, last = 0; first < order.size(); first = last) {
                for (last = first + 1; last < order.size(); ++last)
                    if (keyed && !near(keys[order[last]], keys[order[last - 1]])) break;
                ranking.number(first, last, [&](std::size_t m, Number place) { results(m, lane) = place; });
            }
        }
    }
}

template <class Number>
void sum_members_by(const Call& call, const Block& block) {
    constexpr Number missing = std::numeric_limits<Number>::quiet_NaN();
    const bool equal = call.numbers[0] == 1;
    const auto run = static_cast<std::size_t>(call.numbers[1]);
    const auto members = static_cast<std::size_t>(call.numbers[2]);
    const bool asks = call.sources > 2 * members;
    const Results<Number> results(call);
    std::vector<Number> values(members), keys(members), asked(asks ? call.count : 0);
    std::vector<std::size_t> order;
    std::vector<double> sums;  // of so many of the order
    for (std::size_t lane = 0; lane < block.lanes; ++lane) {
        gather(call.in, lane, values);
        gather(call.in + members, lane, keys);
        gather(call.in + 2 * members, lane, asked);
        for (std::size_t start = 0; start < members; start += run) {
            order.clear();
            for (std::size_t m = start; m < start + run; ++m)
                if (!std::isnan(keys[m])) order.push_back(m);
            std::sort(order.begin(), order.end(),
                      [&](std::size_t a, std::size_t b) { return keys[a] != keys[b] ? keys[a] < keys[b] : a < b; });
            sums.assign(1, 0.0);
            for (const std::size_t m : order) sums.push_back(sums.back() + static_cast<double>(values[m]));
            const auto answer = [&](Number own) {
                if (std::isnan(own)) return missing;
                const auto end = std::partition_point(order.begin(), order.end(),
                                                      [&](std::size_t m) { return !below(own, keys[m]); });
                if (!equal) return static_cast<Number>(sums[static_cast<std::size_t>(end - order.begin())]);
                double sum = 0;
                for (auto at = end; at != order.begin() && !below(keys[*(at - 1)], own);)
                    sum += static_cast<double>(values[*--at]);
                return static_cast<Number>(sum);
            };
            if (asks)
                for (std::size_t m = 0; m < call.count; ++m) results(m, lane) = answer(asked[m]);
            else
                for (std::size_t m = start; m < start + run; ++m) results(m, lane) = answer(keys[m]);
        }
    }
}

}  // namespace

void rank_kernel(const Call& call, const Block& block) {
    rank_members<double>(call, block);
}
void single_rank_kernel(const Call& call, const Block& block) {
    rank_members<float>(call, block);
}
void running_by_kernel(const Call& call, const Block& block) {
    sum_members_by<double>(call, block);
}
void single_running_by_kernel(const Call& call, const Block& block) {
    sum_members_by<float>(call, block);
}

}  // namespace openbook::engine::lanes
