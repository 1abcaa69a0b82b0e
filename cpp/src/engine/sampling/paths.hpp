// From coordinates, the most important first, to the normals of each stream's periods.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/lanes.hpp"

namespace openbook::engine::sampling {

/// A Brownian bridge for each stream: the first coordinate is the sum of the stream's normals over all periods, the
/// second the difference between its halves, then of the halves' halves, and so on (Caflisch, Morokoff and Owen 1997).
/// It is a rotation, so that independent standard normals stay what they are. Coordinates are numbered level by level:
/// the sums of all streams, in the plan's order, then the differences between halves of all streams, ...
class Paths {
public:
    explicit Paths(std::span<const NormalDimension> dimensions);

    /// The number of the coordinate that a dimension's place holds before the rotation.
    [[nodiscard]] const std::vector<std::uint32_t>& coordinates() const { return coordinates_; }
    /// In place, for lanes in whole tiles: coordinate values to normals.
    void rotate(double* values, std::size_t stride, std::size_t lanes) const;

private:
    /// Half of a segment: what stands for the whole at `left` and the difference at `right` become the two halves.
    struct Split {
        std::uint32_t left, right;
        double of_left, of_right;  // square roots of the halves' shares
        std::uint32_t level;
    };
    std::vector<std::uint32_t> coordinates_;
    std::vector<Split> splits_;
};

}  // namespace openbook::engine::sampling
