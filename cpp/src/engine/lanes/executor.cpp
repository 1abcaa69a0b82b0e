#include "engine/lanes/executor.hpp"

#include <algorithm>
#include <limits>
#include <new>

namespace openbook::engine::lanes {
namespace {

constexpr double one_for_each[widest_sum] = {1, 1, 1, 1, 1, 1, 1, 1};

/// There is one bit pattern for a missing result.
void keep_column(const Call& call, const Block& block) {
    double* to = block.results + call.pair * block.column_stride;
    const Operand in = call.in[0];
    for (std::size_t i = 0; i < block.valid; ++i) {
        const double value = in.at[i & in.mask];
        to[i] = value == value ? value : std::numeric_limits<double>::quiet_NaN();
    }
}

std::vector<std::uint64_t> stream_keys(const LaneGraph& graph, std::uint64_t seed) {
    std::vector<std::uint64_t> keys;
    for (const std::string& id : graph.streams) keys.push_back(stream_key(seed, id));
    return keys;
}

}  // namespace

AlignedDoubles::AlignedDoubles(std::size_t count)
    : data_(static_cast<double*>(
          ::operator new(std::max<std::size_t>(count, 1) * sizeof(double), std::align_val_t{64}))) {
    std::fill_n(data_.get(), count, 0.0);
}
void AlignedDoubles::Free::operator()(double* p) const {
    ::operator delete(p, std::align_val_t{64});
}

Executor::Executor(const LaneGraph& graph, const Schedule& schedule, const Kernels& kernels, std::uint64_t seed,
                   std::size_t lanes, const Dimensions* given)
    : lanes_(lanes), registers_(schedule.registers * lanes), constants_(schedule.constants.size() * tile) {
    for (std::size_t c = 0; c < schedule.constants.size(); ++c)
        std::fill_n(constants_.data() + c * tile, tile, schedule.constants[c]);
    const std::vector<std::uint64_t> keys = stream_keys(graph, seed);
    std::size_t operands = 0, calls = 0;
    for (const Instruction& instruction : schedule.instructions) {
        operands += std::size_t{instruction.sources} * instruction.width;
        calls += instruction.width;
    }
    operands_.reserve(operands);  // calls point into it
    calls_.reserve(calls);
    const bool all_read = !schedule.places.empty();  // also draws that no column needs
    for (const Instruction& instruction : schedule.instructions) {
        const bool draws = instruction.code == Code::gaussian_pair;
        const std::uint32_t width = draws && given && !all_read ? 0 : instruction.width;
        for (std::uint32_t m = 0; m < width; ++m) {
            Call call{};
            call.run =
                instruction.code == Code::store ? keep_column : kernels.run[static_cast<std::size_t>(instruction.code)];
            call.out = registers_.data() + (instruction.out + m) * lanes;
            call.out2 = registers_.data() + instruction.out2 * lanes;
            call.in = operands_.data() + operands_.size();
            for (std::uint32_t s = 0; s < instruction.sources; ++s)
                operands_.push_back(operand(schedule.sources[instruction.first_source + s], m));
            call.numbers =
                instruction.first_number == ones ? one_for_each : graph.numbers.data() + instruction.first_number;
            call.count = instruction.count;
            if (instruction.code == Code::gaussian_pair) call.key = keys[instruction.index];
            call.pair = instruction.code == Code::store ? instruction.index : instruction.pair;
            calls_.push_back(call);
        }
        if (draws && given) take_given(instruction, *given);
    }
}

void Executor::take_given(const Instruction& draw, const Dimensions& given) {
    const std::uint32_t members[] = {draw.out, draw.out2};
    for (std::uint32_t half = 0; half < 2; ++half) {
        const std::uint32_t dimension = given.number(draw.index, 2 * draw.pair + half);
        if (dimension != Dimensions::none)
            calls_.push_back(given_normal(dimension, registers_.data() + members[half] * lanes_));
    }
}

Operand Executor::operand(const Source& source, std::uint32_t member) const {
    const std::size_t index = source.index + (source.members ? member : 0);
    if (source.constant) return Operand{constants_.data() + index * tile, 0};
    return Operand{registers_.data() + index * lanes_, ~std::size_t{0}};
}

void Executor::run(const Block& block) {
    for (const Call& call : calls_) call.run(call, block);
}

double Executor::first_lane(const Source& place, std::uint32_t member) const {
    return operand(place, member).at[0];
}

}  // namespace openbook::engine::lanes
