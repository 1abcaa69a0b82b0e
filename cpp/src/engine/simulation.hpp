// Simulation: the plan over many draws, and any one draw again for an explanation.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/lanes.hpp"
#include "engine/plan.hpp"
#include "openbook/risk/reduction.hpp"
#include "engine/sampling/design.hpp"

namespace openbook::engine {

/// A position to be kept in parts: what each clause, funding and cost moves between the party and each other one.
struct PartsRequest {
    std::string party;
    World basis = World::practised;
    Every every = Every::term;
    int period = 0;

    friend bool operator==(const PartsRequest&, const PartsRequest&) = default;
};

struct SimulateRequest {
    std::uint64_t draws = 10'000, seed = 0, first_draw = 0;
    unsigned threads = 0, block = 0;
    std::string level;  // empty: the best that this machine runs
    Precision precision = Precision::full;
    std::map<std::string, std::vector<std::optional<Exact>>> inputs;  // values known already; missing ones are drawn
    std::map<std::string, std::vector<std::string>> reasons;          // why values are missing, in the same places
    std::vector<World> basis = {World::practised};
    bool all_parties = false;  // also those outside: suppliers, funders, funds
    std::vector<PartsRequest> parts;
    SamplingDesign sampling;
    CompileRequest compile;

    /// Whether the same plan serves both.
    [[nodiscard]] bool same_plan(const SimulateRequest& other) const {
        return inputs == other.inputs && reasons == other.reasons && basis == other.basis &&
               all_parties == other.all_parties && parts == other.parts && compile == other.compile;
    }
};

struct Column {
    std::string kind, party, label, formula;
    std::string owner, other;  // of a part: the clause, funding or cost, and with whom
    World basis = World::practised;
    Every every = Every::year;
    int period = 0;
};

class Simulation {
public:
    std::shared_ptr<const Book> book;
    std::shared_ptr<const Plan> plan;
    SimulateRequest request;
    std::vector<Column> columns;
    std::vector<NodeId> column_nodes;  // in the plan's graph
    Columns values;                    // column-major: values[column * draws + draw - first_draw]
    Level level = Level::baseline;
    /// How far from zero a position must lie to count: half a penny; in single precision a millionth of the largest.
    double nothing = 0;
    std::size_t instructions = 0, registers = 0;
    std::shared_ptr<const Program> program;
    std::shared_ptr<const NormalSource> normals;  // null: independent draws
    std::vector<Problem> warnings;                // of the draws; those of the book are the plan's

    [[nodiscard]] LanesSettings settings() const;

    /// Members of every node in one draw.
    [[nodiscard]] std::vector<std::vector<double>> replay(std::uint64_t draw) const;
};

/// Everything before the first draw: compiled, bound and scheduled. Throws as settle does, and LimitError. What an
/// earlier simulation of the same book compiled is used again where the request differs in draws, seed or machine only.
Simulation prepare(std::shared_ptr<const Book> book, SimulateRequest request, const Simulation* earlier = nullptr);
/// Runs the draws. Throws Cancelled.
void run(Simulation& simulation, RunControl& control);
/// Runs the draws in stretches and keeps nothing of them but what is gathered; the bits are those of one run.
void run(const Simulation& simulation, risk::Reduction& reduction, RunControl& control);
/// The same with more draws, of which only the new ones are run. Not for Latin hypercubes, whose draws depend on how
/// many there are, unless they were laid out for as many.
Simulation extended(const Simulation& simulation, std::uint64_t draws, RunControl& control);

}  // namespace openbook::engine
