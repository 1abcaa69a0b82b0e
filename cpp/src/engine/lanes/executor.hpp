// Runs a schedule for blocks of draws: one executor for each thread.
#pragma once

#include <memory>

#include "engine/lanes.hpp"
#include "engine/lanes/normals.hpp"
#include "engine/lanes/schedule.hpp"

namespace openbook::engine::lanes {

/// Doubles on a cache line's boundary.
class AlignedDoubles {
public:
    explicit AlignedDoubles(std::size_t count);
    [[nodiscard]] double* data() const { return data_.get(); }

private:
    struct Free {
        void operator()(double* p) const;
    };
    std::unique_ptr<double, Free> data_;
};

class Executor {
public:
    /// The schedule and the graph must outlive it. `lanes`: the most lanes of a block. `given`: the dimensions whose
    /// normals each block brings along; null where all are drawn. What is not among them is drawn.
    Executor(const LaneGraph& graph, const Schedule& schedule, const Kernels& kernels, std::uint64_t seed,
             std::size_t lanes, const Dimensions* given = nullptr);
    void run(const Block& block);
    /// Lane 0 of a place's member.
    [[nodiscard]] double first_lane(const Source& place, std::uint32_t member) const;

private:
    /// Calls that put what is given in the place of a draw.
    void take_given(const Instruction& draw, const Dimensions& given);
    [[nodiscard]] Operand operand(const Source& source, std::uint32_t member) const;

    std::size_t lanes_;
    AlignedDoubles registers_, constants_;
    std::vector<Operand> operands_;
    std::vector<Call> calls_;
};

}  // namespace openbook::engine::lanes
