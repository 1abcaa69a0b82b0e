// Standard normals that are given to a run, in place of those that it would draw.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "engine/lanes/kernels.hpp"
#include "engine/lanes/lane_graph.hpp"

namespace openbook::engine::lanes {

/// The standard normals that a program uses: its dimensions, by stream and period.
class Dimensions {
public:
    static constexpr std::uint32_t none = 0xffffffffu;

    Dimensions() = default;
    /// Of the draws among `needed`, the roots that the program computes.
    Dimensions(const LaneGraph& graph, const std::vector<NodeId>& needed);

    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(nodes_.size()); }
    /// The number of a stream's draw in a period; `none` where the program does not use it.
    [[nodiscard]] std::uint32_t number(std::uint32_t stream, std::uint32_t period) const;
    /// The nodes that draw them, in order.
    [[nodiscard]] const std::vector<NodeId>& nodes() const { return nodes_; }

private:
    std::vector<NodeId> nodes_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> numbers_;
};

/// The call that copies dimension number `dimension` of what is given to `out`.
Call given_normal(std::uint32_t dimension, double* out);

}  // namespace openbook::engine::lanes
