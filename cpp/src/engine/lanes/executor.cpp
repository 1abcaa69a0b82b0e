#include "engine/lanes/executor.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <new>

namespace openbook::engine::lanes {
namespace {

constexpr double one_for_each[widest_sum] = {1, 1, 1, 1, 1, 1, 1, 1};

/// There is one bit pattern for a missing result.
double kept(double value) {
    return value == value ? value : std::numeric_limits<double>::quiet_NaN();
}
template <class Number>
void keep_column(const Call& call, const Block& block) {
    double* to = block.results + call.number * block.column_stride;
    const auto* from = reinterpret_cast<const Number*>(call.in[0].at);
    const std::size_t mask = call.in[0].mask;
    for (std::size_t i = 0; i < block.valid; ++i) to[i] = kept(from[i & mask]);
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
                   std::size_t lanes, const Dimensions* given, Precision precision)
    : lanes_(lanes),
      bytes_(precision == Precision::single ? sizeof(float) : sizeof(double)),
      registers_((schedule.registers * lanes * bytes_ + sizeof(double) - 1) / sizeof(double)),
      constants_(schedule.constants.size() * tile) {
    for (std::size_t c = 0; c < schedule.constants.size(); ++c)
        if (single())
            std::fill_n(reinterpret_cast<float*>(constants_.data()) + c * tile, tile,
                        static_cast<float>(schedule.constants[c]));
        else
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
        const bool draws = instruction.code == Code::gaussian_four;
        const std::uint32_t width = draws && given && !all_read ? 0 : instruction.width;
        for (std::uint32_t m = 0; m < width; ++m) {
            Call call{};
            const auto code = static_cast<std::size_t>(instruction.code);
            call.run = single() ? kernels.single[code] : kernels.run[code];
            if (instruction.code == Code::store) call.run = single() ? keep_column<float> : keep_column<double>;
            call.in_doubles = kernels.run[code];
            call.sources = instruction.sources;
            call.out = place(instruction.out, m);
            for (std::size_t i = 0; i < 3; ++i) call.further[i] = place(instruction.further[i], 0);
            call.in = operands_.data() + operands_.size();
            for (std::uint32_t s = 0; s < instruction.sources; ++s)
                operands_.push_back(operand(schedule.sources[instruction.first_source + s], m));
            call.numbers =
                instruction.first_number == ones ? one_for_each : graph.numbers.data() + instruction.first_number;
            call.count = instruction.count;
            if (instruction.code == Code::gaussian_four) call.key = keys[instruction.index];
            call.number = instruction.code == Code::store ? instruction.index : instruction.number;
            calls_.push_back(call);
        }
        if (draws && given) take_given(instruction, *given);
    }
}

void Executor::take_given(const Instruction& draw, const Dimensions& given) {
    const std::uint32_t members[] = {draw.out, draw.further[0], draw.further[1], draw.further[2]};
    for (std::uint32_t i = 0; i < 4; ++i) {
        const std::uint32_t dimension = given.number(draw.index, 4 * draw.number + i);
        if (dimension != Dimensions::none) calls_.push_back(given_normal(dimension, place(members[i], 0), single()));
    }
}

double* Executor::place(std::uint32_t index, std::uint32_t member) {
    if (index == nowhere) return nullptr;
    return reinterpret_cast<double*>(reinterpret_cast<std::byte*>(registers_.data()) +
                                     (index + member) * lanes_ * bytes_);
}

Operand Executor::operand(const Source& source, std::uint32_t member) const {
    const std::size_t index = source.index + (source.members ? member : 0);
    const double* start = source.constant ? constants_.data() : registers_.data();
    const std::size_t lanes = source.constant ? tile : lanes_;
    return {reinterpret_cast<const double*>(reinterpret_cast<const std::byte*>(start) + index * lanes * bytes_),
            source.constant ? 0 : ~std::size_t{0}};
}

void Executor::run(const Block& block) {
    for (const Call& call : calls_) call.run(call, block);
}

double Executor::first_lane(const Source& place, std::uint32_t member) const {
    const double* at = operand(place, member).at;
    return single() ? *reinterpret_cast<const float*>(at) : *at;
}

}  // namespace openbook::engine::lanes
