#include "engine/simulation.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>

#include "openbook/errors.hpp"

namespace openbook::engine {
namespace {

Level level_named(const std::string& name) {
    const std::vector<Level> levels = available_levels();
    if (name.empty()) return levels.back();
    std::string known;
    for (const Level level : levels) {
        if (name == to_string(level)) return level;
        known += (known.empty() ? "" : ", ") + std::string(to_string(level));
    }
    throw LimitError("the instruction-set level is not available",
                     {{"unknown-level", "/level", "level '" + name + "'; this machine runs: " + known, ""}});
}

/// Whether nobody asks what a party ends with: all that it does is to fund or to be paid.
bool stands_outside(const Party& party) {
    const auto outer = [](Role role) { return role == Role::funder || role == Role::supplier || role == Role::fund; };
    return party.legal == LegalKind::outside ||
           (!party.roles.empty() && std::all_of(party.roles.begin(), party.roles.end(), outer));
}

/// Known values take the place of draws.
void bind_known(Graph& graph, const Book& book, const std::map<std::string, std::vector<std::optional<Exact>>>& known) {
    std::map<std::string, const Input*> inputs;
    for (const Input& input : book.inputs) inputs[input.id] = &input;
    std::vector<Problem> faults;
    for (const auto& [id, values] : known)
        if (!inputs.contains(id))
            faults.push_back({"unknown-quantity", "/inputs/" + id, "'" + id + "' is no input of the book", ""});
    if (!faults.empty()) throw DataError("the data do not fit the book", std::move(faults));
    for (InputSlot& slot : graph.inputs) {
        const auto found = known.find(slot.quantity);
        if (found == known.end()) continue;
        const Input& input = *inputs.at(slot.quantity);
        std::size_t width = 1;
        for (const Dimension& dimension : book.dimensions)
            if (dimension.id == input.dimension) width = dimension.members.size();
        const std::size_t first = static_cast<std::size_t>(slot.period) * width;
        if (found->second.size() < first + width) {
            faults.push_back({"wrong-length", "/inputs/" + slot.quantity,
                              "too few values: period " + std::to_string(slot.period + 1) + " is not covered", ""});
            continue;
        }
        Node node;
        node.width = static_cast<std::uint32_t>(width);
        for (std::size_t m = 0; m < width; ++m)
            if (found->second[first + m]) node.numbers.push_back(*found->second[first + m]);
        if (node.numbers.empty()) {
            if (slot.driven != no_node || slot.plan != no_node || !input.may_be_missing) continue;  // drawn
        } else if (node.numbers.size() != width) {
            // Known, with gaps: what is divided by nothing is missing.
            node.numbers.clear();
            Node mask;
            mask.width = node.width;
            for (std::size_t m = 0; m < width; ++m) {
                node.numbers.push_back(found->second[first + m].value_or(Exact(0)));
                mask.numbers.push_back(found->second[first + m] ? 1 : 0);
            }
            Node quotient;
            quotient.op = Op::divide;
            quotient.width = node.width;
            quotient.inputs = {static_cast<NodeId>(graph.nodes.size()), static_cast<NodeId>(graph.nodes.size() + 1)};
            graph.nodes.push_back(std::move(node));
            graph.nodes.push_back(std::move(mask));
            node = std::move(quotient);
        }
        slot.driven = static_cast<NodeId>(graph.nodes.size());
        graph.nodes.push_back(std::move(node));
    }
    if (!faults.empty()) throw DataError("the data do not fit the book", std::move(faults));
}

Simulation compiled(std::shared_ptr<const Book> book, SimulateRequest request, const Simulation* earlier) {
    Simulation s;
    if (request.draws == 0 || request.draws > 100'000'000)
        throw LimitError(
            "the number of draws is out of range",
            {{"out-of-range", "/draws", "got " + std::to_string(request.draws) + "; expected 1 to 100,000,000", ""}});
    s.level = level_named(request.level);
    if (request.threads == 0) request.threads = std::max(1u, std::thread::hardware_concurrency());
    if (request.threads > 1024)
        throw LimitError("too many threads",
                         {{"out-of-range", "/threads",
                           "got " + std::to_string(request.threads) + "; expected 1 to 1024, or 0 for all cores", ""}});
    if (request.block % 16 != 0 || request.block > 4096)
        throw LimitError(
            "the block size is out of range",
            {{"out-of-range", "/block",
              "got " + std::to_string(request.block) + "; expected a multiple of 16 up to 4096, or 0", ""}});
    request.compile.simulate = true;
    s.book = book;
    if (earlier && earlier->book == book && earlier->request.same_plan(request)) {
        s.plan = earlier->plan;
        s.program = earlier->program;
        s.columns = earlier->columns;
        s.column_nodes = earlier->column_nodes;
        s.instructions = earlier->instructions;
        s.registers = earlier->registers;
        s.request = std::move(request);
        return s;
    }
    auto plan = std::make_shared<Plan>(*compile(book, request.compile));
    bind_known(plan->graph, *plan->book, request.inputs);
    std::vector<NodeId> nodes;
    std::vector<std::string> outside;
    for (const Party& party : plan->book->parties)
        if (!request.all_parties && stands_outside(party)) outside.push_back(party.id);
    for (const PositionNode& position : plan->positions) {
        if (std::find(outside.begin(), outside.end(), position.party) != outside.end()) continue;
        if (std::find(request.basis.begin(), request.basis.end(), position.world) == request.basis.end()) continue;
        s.columns.push_back({"position", position.party, plan->book->calendar.label(position.every, position.period),
                             "", position.world, position.every, position.period});
        nodes.push_back(position.node);
    }
    for (const Tracked& tracked : plan->tracked) {
        s.columns.push_back(
            {"track", "", tracked.label, tracked.formula, World::practised, tracked.every, tracked.period});
        nodes.push_back(tracked.node);
    }
    s.column_nodes = nodes;
    try {
        s.program = std::make_shared<const Program>(plan->graph, std::move(nodes));
    } catch (const std::invalid_argument& error) {
        throw DataError("the book cannot be simulated",
                        {{"missing-driver", "", std::string(error.what()) + "; give it a driver, a plan or data", ""}});
    }
    s.instructions = s.program->instructions();
    s.registers = s.program->registers();
    s.plan = std::move(plan);
    s.request = std::move(request);
    return s;
}

}  // namespace

Simulation prepare(std::shared_ptr<const Book> book, SimulateRequest request, const Simulation* earlier) {
    Simulation s = compiled(std::move(book), std::move(request), earlier);
    s.normals = normal_source(s.program, s.request.sampling,
                              {s.request.seed, s.request.first_draw, s.request.draws, s.level}, s.warnings);
    return s;
}

LanesSettings Simulation::settings() const {
    return {request.seed, request.first_draw, request.draws, request.threads, request.block, level, normals.get()};
}

void run(Simulation& s, RunControl& control) {
    s.values = s.program->run(s.settings(), control);
}

Simulation extended(const Simulation& simulation, std::uint64_t draws, RunControl& control) {
    SimulateRequest request = simulation.request;
    request.draws = draws;
    if (draws < simulation.request.draws ||
        (request.sampling.method == Sampling::latin_hypercube && request.sampling.points == 0))
        throw std::invalid_argument("these draws cannot be extended");
    Simulation s = prepare(simulation.book, std::move(request), &simulation);
    const std::uint64_t before = simulation.request.draws, more = draws - before;
    LanesSettings settings = s.settings();
    settings.first_draw += before;
    settings.draws = more;
    const engine::Columns added = s.program->run(settings, control);
    s.values.resize(s.columns.size() * draws);
    for (std::size_t c = 0; c < s.columns.size(); ++c) {
        double* to = s.values.data() + c * draws;
        std::copy_n(simulation.values.data() + c * before, before, to);
        std::copy_n(added.data() + c * more, more, to + before);
    }
    return s;
}

std::vector<std::vector<double>> Simulation::replay(std::uint64_t draw) const {
    return program->replay(request.seed, draw, level, normals.get());
}

}  // namespace openbook::engine
