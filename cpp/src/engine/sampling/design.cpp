#include "engine/sampling/design.hpp"

#include "engine/lanes/kernels_for.hpp"
#include "engine/sampling/sources.hpp"

namespace openbook::engine {
namespace sampling {

Bits bits_of(std::uint64_t stream, std::uint32_t period, std::uint32_t replication, Use use, std::uint32_t point) {
    const std::uint32_t counter[4] = {point, replication, period, static_cast<std::uint32_t>(use)};
    const std::uint32_t key[2] = {static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32)};
    const Philox4x32 words = philox(counter, key);
    const auto joined = [](std::uint32_t low, std::uint32_t high) { return (std::uint64_t{high} << 32) | low; };
    return {joined(words.word[0], words.word[1]), joined(words.word[2], words.word[3])};
}

void Places::set(std::uint64_t first_draw, std::size_t lanes, unsigned replications) {
    replication.resize(lanes);
    point.resize(lanes);
    std::uint64_t next_point = first_draw / replications;
    auto next = static_cast<std::uint32_t>(first_draw % replications);
    for (std::size_t i = 0; i < lanes; ++i) {
        replication[i] = next;
        point[i] = static_cast<std::uint32_t>(next_point);
        if (++next == replications) {
            next = 0;
            ++next_point;
        }
    }
}

}  // namespace sampling

namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& message) {
    throw LimitError("the sampling does not fit", {{"out-of-range", path, message, ""}});
}

constexpr std::uint64_t most_points = 0xffffffffu;

std::uint64_t points_needed(const SamplingDesign& design, const SampledRun& run) {
    return (run.first_draw + run.draws + design.replications - 1) / design.replications;
}

void check(const SamplingDesign& design, const SampledRun& run) {
    if (design.replications < 2 || design.replications > 1000)
        refuse("/sampling/replications", "got " + std::to_string(design.replications) + "; expected 2 to 1,000");
    if (points_needed(design, run) > most_points) refuse("/first_draw", "a replication has at most 2^32 - 1 points");
}

}  // namespace

const char* to_string(Sampling method) {
    switch (method) {
        case Sampling::sobol: return "sobol";
        case Sampling::latin_hypercube: return "latin_hypercube";
        case Sampling::antithetic: return "antithetic";
        default: return "independent";
    }
}

Sampling sampling_named(const std::string& name) {
    for (const Sampling method :
         {Sampling::independent, Sampling::sobol, Sampling::latin_hypercube, Sampling::antithetic})
        if (name == to_string(method)) return method;
    throw LimitError("no such sampling",
                     {{"unknown-choice", "/sampling",
                       "got '" + name + "'; expected independent, sobol, latin_hypercube or antithetic", ""}});
}

std::shared_ptr<const NormalSource> normal_source(std::shared_ptr<const Program> program, const SamplingDesign& design,
                                                  const SampledRun& run, std::vector<Problem>& warnings) {
    if (design.method == Sampling::independent) return nullptr;
    if (design.method == Sampling::antithetic)
        return sampling::antithetic_source(std::move(program), run.seed, run.level);
    check(design, run);
    sampling::Setting setting{program->dimensions(), run.seed, design.replications, &lanes::kernels_for(run.level)};
    const std::size_t count = setting.dimensions.size(), most = sampling::most_sobol_coordinates();
    if (design.method == Sampling::sobol) {
        if (count > most)
            warnings.push_back({"beyond-sobol-table", "/sampling",
                                "the draws have " + std::to_string(count) + " dimensions; the last " +
                                    std::to_string(count - most) + ", the finest differences between periods, are " +
                                    "drawn independently",
                                ""});
        return sampling::sobol_source(std::move(setting));
    }
    const std::uint64_t needed = points_needed(design, run), points = design.points == 0 ? needed : design.points;
    if (points > most_points || points < needed)
        refuse("/sampling/points", "got " + std::to_string(design.points) + "; expected at least " +
                                       std::to_string(needed) + ", for draws up to number " +
                                       std::to_string(run.first_draw + run.draws - 1));
    return sampling::latin_hypercube_source(std::move(setting), points);
}

}  // namespace openbook::engine
