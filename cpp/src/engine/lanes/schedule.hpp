// The graph as a list of instructions over registers.
#pragma once

#include "engine/lanes/kernels.hpp"
#include "engine/lanes/lane_graph.hpp"

namespace openbook::engine::lanes {

/// Where an operand is: register or constant number `index`, each further member in the next one where it has members.
struct Source {
    std::uint32_t index = 0;
    bool constant = false;
    bool members = false;
};

/// A register that is not there.
inline constexpr std::uint32_t nowhere = 0xffffffffu;

struct Instruction {
    Code code = Code::store;
    std::uint32_t width = 1;
    std::uint32_t out = 0;
    std::uint32_t further[3] = {nowhere, nowhere, nowhere};  // gaussian_four: the other draws
    std::uint32_t first_source = 0, sources = 0;
    std::uint32_t first_number = 0;  // in LaneGraph::numbers
    std::uint32_t count = 0;         // inputs of a sum, segments of a function
    std::uint32_t index = 0;         // gaussian_four: stream; store: column
    std::uint32_t number = 0;        // gaussian_four: period / 4; statistic: function
};

/// first_number of a sum whose weights are all one.
inline constexpr std::uint32_t ones = 0xffffffffu;

struct Schedule {
    std::vector<Instruction> instructions;
    std::vector<Source> sources;
    std::vector<double> constants;
    std::uint32_t registers = 0;  // of one block's lanes
    std::vector<Source> places;   // where each root's value is, when everything is kept
};

/// Instructions that compute `order` and store each of `columns` (views). `keep_all`: no register is used twice.
Schedule schedule(const LaneGraph& graph, const std::vector<NodeId>& order, const std::vector<View>& columns,
                  bool keep_all);

}  // namespace openbook::engine::lanes
