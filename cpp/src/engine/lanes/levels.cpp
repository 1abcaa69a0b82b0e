// Which of the carried instruction sets this machine runs.
#include <stdexcept>

#include "engine/lanes.hpp"
#include "engine/lanes/kernels_for.hpp"

namespace openbook::engine {
namespace {

bool runs(Level level) {
#if defined(__x86_64__) || defined(__i386__)
    if (level == Level::avx2)
        return lanes::avx2_kernels() != nullptr && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (level == Level::avx512)
        return lanes::avx512_kernels() != nullptr && __builtin_cpu_supports("avx512f") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("fma");
#endif
    return level == Level::baseline;
}

}  // namespace

std::vector<Level> available_levels() {
    std::vector<Level> levels;
    for (const Level level : {Level::baseline, Level::avx2, Level::avx512})
        if (runs(level)) levels.push_back(level);
    return levels;
}

const char* to_string(Level level) {
    switch (level) {
        case Level::avx2: return "avx2";
        case Level::avx512: return "avx512";
        default: return "baseline";
    }
}

namespace lanes {
const Kernels& kernels_for(Level level) {
    if (!runs(level))
        throw std::invalid_argument(std::string("this machine does not run level '") + to_string(level) + "'");
    if (level == Level::avx512) return *avx512_kernels();
    return level == Level::avx2 ? *avx2_kernels() : *baseline_kernels();
}
}  // namespace lanes

}  // namespace openbook::engine
