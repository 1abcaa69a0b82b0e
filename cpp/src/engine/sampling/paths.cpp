#include "engine/sampling/paths.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace openbook::engine::sampling {
namespace {
constexpr std::size_t tile = 16;
}

Paths::Paths(std::span<const NormalDimension> dimensions) : coordinates_(dimensions.size()) {
    struct Segment {
        std::uint32_t begin, end, level;
    };
    std::vector<std::uint32_t> level(dimensions.size(), 0);
    std::vector<Segment> open;
    for (std::uint32_t begin = 0, end = 0; begin < dimensions.size(); begin = end) {
        while (end < dimensions.size() && dimensions[end].stream == dimensions[begin].stream) ++end;
        open.push_back({begin, end, 1});
    }
    for (std::size_t next = 0; next < open.size(); ++next) {
        const Segment whole = open[next];
        const std::uint32_t length = whole.end - whole.begin;
        if (length < 2) continue;
        const std::uint32_t middle = whole.begin + (length + 1) / 2;
        const double share = static_cast<double>(middle - whole.begin) / length;
        splits_.push_back({whole.begin, middle, std::sqrt(share), std::sqrt(1 - share), whole.level});
        level[middle] = whole.level;
        open.push_back({whole.begin, middle, whole.level + 1});
        open.push_back({middle, whole.end, whole.level + 1});
    }
    std::vector<std::uint32_t> order(dimensions.size());
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return level[a] < level[b]; });
    for (std::uint32_t c = 0; c < order.size(); ++c) coordinates_[order[c]] = c;
}

void Paths::rotate(double* values, std::size_t stride, std::size_t lanes) const {
    for (const Split& split : splits_)
        for (std::size_t start = 0; start < lanes; start += tile) {
            double* left = values + split.left * stride + start;
            double* right = values + split.right * stride + start;
            for (std::size_t i = 0; i < tile; ++i) {
                const double whole = left[i], difference = right[i];
                left[i] = split.of_left * whole + split.of_right * difference;
                right[i] = split.of_right * whole - split.of_left * difference;
            }
        }
}

}  // namespace openbook::engine::sampling
