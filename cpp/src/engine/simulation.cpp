#include "engine/simulation.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <thread>

#include "openbook/errors.hpp"
#include "openbook/risk/statistics.hpp"

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

/// Why known values are missing; where a whole period is, and can be drawn, nothing is.
void bind_reasons(Graph& graph, InputSlot& slot, const Input& input, const std::vector<std::optional<Exact>>& known,
                  const std::map<std::string, std::vector<std::string>>& reasons, std::size_t first, std::size_t width,
                  const Book& book) {
    const std::vector<std::string> names = missing_reason_names();
    const auto stated = reasons.find(slot.quantity);
    const bool drawn = !input.plan.empty() || std::any_of(book.drivers.begin(), book.drivers.end(),
                                                          [&](const Driver& driver) { return driver.of == input.id; });
    const auto there = [&](std::size_t m) { return first + m < known.size() && known[first + m].has_value(); };
    bool any = !drawn;
    for (std::size_t m = 0; m < width; ++m) any = any || there(m);
    if (!any) return;
    Node node;
    node.width = static_cast<std::uint32_t>(width);
    for (std::size_t m = 0; m < width; ++m) {
        std::string name = there(m) ? "none" : "not_stated";
        if (stated != reasons.end() && first + m < stated->second.size() && !stated->second[first + m].empty())
            name = stated->second[first + m];
        node.numbers.push_back(static_cast<long>(std::find(names.begin(), names.end(), name) - names.begin()) + 1);
    }
    slot.driven = static_cast<NodeId>(graph.nodes.size());
    graph.nodes.push_back(std::move(node));
}

/// Known values take the place of draws.
void bind_known(Graph& graph, const Book& book, const std::map<std::string, std::vector<std::optional<Exact>>>& known,
                const std::map<std::string, std::vector<std::string>>& reasons) {
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
        if (slot.reason) {
            bind_reasons(graph, slot, input, found->second, reasons, first, width, book);
            continue;
        }
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

/// The parts of a position: nodes that add up to it, one for each clause, funding and cost and each other party.
void keep_parts(Plan& plan, const PartsRequest& wanted, std::vector<Column>& columns, std::vector<NodeId>& nodes) {
    const Calendar& calendar = plan.book->calendar;
    const auto is = [&](const Party& party) { return party.id == wanted.party; };
    if (std::none_of(plan.book->parties.begin(), plan.book->parties.end(), is))
        throw BookError("the request does not fit the book",
                        {{"missing-reference", "/parts", "'" + wanted.party + "' is no party of the book", ""}});
    if (wanted.period < 0 || wanted.period >= calendar.count(wanted.every))
        throw LimitError("the request is not understood",
                         {{"out-of-range", "/parts", "no period " + std::to_string(wanted.period + 1), ""}});
    const int begin = calendar.first_month(wanted.every, wanted.period),
              end = calendar.end_month(wanted.every, wanted.period);
    struct Part {
        Column column;
        Node sum;
    };
    std::vector<Part> parts;
    for (const Posting& posting : plan.postings) {
        if (posting.posting < begin || posting.posting >= end) continue;
        if (posting.from != wanted.party && posting.to != wanted.party) continue;
        const bool receives = posting.to == wanted.party;
        const std::string& other = receives ? posting.from : posting.to;
        const std::string kind = posting.clause >= 0 ? "clause" : posting.kind;
        auto found = std::find_if(parts.begin(), parts.end(), [&](const Part& part) {
            return part.column.formula == kind && part.column.owner == posting.owner && part.column.other == other;
        });
        if (found == parts.end()) {
            Part part{{"part", wanted.party, calendar.label(wanted.every, wanted.period), kind, posting.owner, other,
                       wanted.basis, wanted.every, wanted.period},
                      {}};
            part.sum.op = Op::weighted_sum;
            part.sum.numbers = {Exact(0)};
            found = parts.insert(parts.end(), std::move(part));
        }
        found->sum.inputs.push_back(posting.amount[static_cast<int>(wanted.basis)]);
        found->sum.numbers.push_back(receives ? Exact(1) : Exact(-1));
    }
    for (Part& part : parts) {
        columns.push_back(std::move(part.column));
        nodes.push_back(static_cast<NodeId>(plan.graph.nodes.size()));
        plan.graph.nodes.push_back(std::move(part.sum));
    }
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
    bind_known(plan->graph, *plan->book, request.inputs, request.reasons);
    std::vector<NodeId> nodes;
    std::vector<std::string> outside;
    for (const Party& party : plan->book->parties)
        if (!request.all_parties && stands_outside(party)) outside.push_back(party.id);
    for (const PositionNode& position : plan->positions) {
        if (std::find(outside.begin(), outside.end(), position.party) != outside.end()) continue;
        if (std::find(request.basis.begin(), request.basis.end(), position.world) == request.basis.end()) continue;
        s.columns.push_back({"position", position.party, plan->book->calendar.label(position.every, position.period),
                             "", "", "", position.world, position.every, position.period});
        nodes.push_back(position.node);
    }
    for (const Tracked& tracked : plan->tracked) {
        s.columns.push_back(
            {"track", "", tracked.label, tracked.formula, "", "", World::practised, tracked.every, tracked.period});
        nodes.push_back(tracked.node);
    }
    for (const PartsRequest& wanted : request.parts) keep_parts(*plan, wanted, s.columns, nodes);
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
    return {request.seed, request.first_draw, request.draws, request.threads, request.block,
            level,        request.precision,  normals.get()};
}

namespace {

/// What rounding in single precision may leave of a sum, as a share of the largest amount of the run; _pennies.py of
/// the package has it too.
constexpr double single_precision_leaves = 1e-6;

/// How far from zero a position must lie to count.
double nothing_of(const Simulation& s) {
    if (s.request.precision == Precision::full) return risk::half_a_penny;
    double largest = 0;
    for (std::size_t c = 0; c < s.columns.size(); ++c) {
        if (s.columns[c].kind != "position") continue;
        largest = std::max(largest, risk::largest_size({s.values.data() + c * s.request.draws, s.request.draws}));
    }
    return std::max(risk::half_a_penny, largest * single_precision_leaves);
}

}  // namespace

void run(Simulation& s, RunControl& control) {
    s.values = s.program->run(s.settings(), control);
    s.nothing = nothing_of(s);
}

void run(const Simulation& s, risk::Reduction& reduction, RunControl& control) {
    constexpr std::uint64_t group = 2048, doubles = 2 * 1024 * 1024;
    const std::uint64_t columns = std::max<std::size_t>(s.columns.size(), 1);
    // As many groups as fit in a few megabytes, and enough for every thread to have several.
    const std::uint64_t groups =
        std::max<std::uint64_t>(doubles / (columns * group), std::uint64_t{4} * s.request.threads);
    for (std::uint64_t at = 0; at < s.request.draws; at += groups * group) {
        LanesSettings settings = s.settings();
        settings.first_draw += at;
        settings.draws = std::min(groups * group, s.request.draws - at);
        const Columns values = s.program->run(settings, control);
        reduction.add(values, settings.draws, s.request.threads);
    }
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
    s.nothing = nothing_of(s);
    return s;
}

std::vector<std::vector<double>> Simulation::replay(std::uint64_t draw) const {
    return program->replay(request.seed, draw, level, normals.get(), request.precision);
}

}  // namespace openbook::engine
