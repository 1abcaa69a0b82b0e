// Program: the compiled graph, run over chunks of draws by several threads.
#include <algorithm>
#include <atomic>
#include <exception>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "engine/lanes/executor.hpp"
#include "engine/lanes/kernels_for.hpp"
#include "openbook/errors.hpp"

namespace openbook::engine {
namespace {

constexpr std::uint64_t chunk = 2048;            // draws that a thread claims at a time
constexpr std::size_t cache_bytes = 288 * 1024;  // registers of a block that stay close to the core
constexpr std::size_t smallest_block = 64, largest_block = 512;

std::size_t block_for(const lanes::Schedule& schedule, Precision precision, unsigned wished) {
    if (wished % lanes::tile != 0) throw std::invalid_argument("a block must be a multiple of 16 lanes");
    if (wished != 0) return std::min<std::size_t>(wished, chunk);
    const std::size_t bytes = precision == Precision::single ? sizeof(float) : sizeof(double);
    const std::size_t fits = cache_bytes / bytes / std::max<std::size_t>(schedule.registers, 1);
    return std::clamp(fits / lanes::tile * lanes::tile, smallest_block, largest_block);
}

}  // namespace

struct Program::Impl {
    lanes::LaneGraph graph;
    std::vector<lanes::View> columns;
    lanes::Schedule schedule;
    std::vector<std::uint32_t> widths;
    lanes::Dimensions dimensions;
    // Everything kept, for replay; the draws alone; each made when first asked for.
    mutable std::once_flag kept_once, drawn_once;
    mutable lanes::Schedule kept, drawn;

    const lanes::Schedule& draws_alone() const;
    Columns run(const lanes::Schedule& instructions, std::size_t kept_columns, const LanesSettings& settings,
                RunControl& control) const;
};

Program::Program(const Graph& graph, std::vector<NodeId> columns) : impl_(std::make_unique<Impl>()) {
    impl_->graph = lanes::lane_graph(graph);
    std::vector<NodeId> wanted;
    for (const NodeId column : columns) {
        if (graph.nodes.at(column).width != 1) throw std::invalid_argument("a column has one member");
        impl_->columns.push_back(impl_->graph.resolved[column]);
        wanted.push_back(impl_->columns.back().root);
    }
    for (const Node& node : graph.nodes) impl_->widths.push_back(node.width);
    // Either order is right; which one needs fewer registers depends on how the graph was built.
    const auto ascending = lanes::ascending_order(impl_->graph, wanted, false);
    impl_->dimensions = lanes::Dimensions(impl_->graph, ascending);
    impl_->schedule = lanes::schedule(impl_->graph, ascending, impl_->columns, false);
    lanes::Schedule other =
        lanes::schedule(impl_->graph, lanes::depth_first_order(impl_->graph, wanted), impl_->columns, false);
    if (other.registers < impl_->schedule.registers) impl_->schedule = std::move(other);
}

Program::~Program() = default;
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;

std::size_t Program::instructions() const {
    return impl_->schedule.instructions.size();
}
std::size_t Program::registers() const {
    return impl_->schedule.registers;
}

Columns Program::run(const LanesSettings& settings, RunControl& control) const {
    return impl_->run(impl_->schedule, impl_->columns.size(), settings, control);
}

std::vector<NormalDimension> Program::dimensions() const {
    std::vector<NormalDimension> result;
    for (const NodeId id : impl_->dimensions.nodes()) {
        const lanes::LaneNode& node = impl_->graph.nodes[id];
        result.push_back({impl_->graph.streams[node.index], node.period});
    }
    return result;
}

const lanes::Schedule& Program::Impl::draws_alone() const {
    std::call_once(drawn_once, [&] {
        std::vector<lanes::View> views;
        for (const NodeId id : dimensions.nodes()) views.push_back(graph.resolved[id]);
        drawn = lanes::schedule(graph, dimensions.nodes(), views, false);
    });
    return drawn;
}

Columns Program::normals(const LanesSettings& settings, RunControl& control) const {
    return impl_->run(impl_->draws_alone(), impl_->dimensions.size(), settings, control);
}

namespace {
class OwnDraws : public NormalFiller {
public:
    OwnDraws(const lanes::LaneGraph& graph, const lanes::Schedule& schedule, const lanes::Kernels& kernels,
             std::uint64_t seed, std::size_t lanes)
        : executor_(graph, schedule, kernels, seed, lanes) {}
    void fill(std::uint64_t first_draw, std::size_t lanes, double* out, std::size_t stride) override {
        lanes::Block block{};
        block.valid = lanes;
        block.lanes = (lanes + lanes::tile - 1) / lanes::tile * lanes::tile;
        block.first_draw = first_draw;
        block.results = out;
        block.column_stride = stride;
        executor_.run(block);
    }

private:
    lanes::Executor executor_;
};
}  // namespace

std::unique_ptr<NormalFiller> Program::own_draws(std::uint64_t seed, Level level, std::size_t lanes) const {
    return std::make_unique<OwnDraws>(impl_->graph, impl_->draws_alone(), lanes::kernels_for(level), seed, lanes);
}

Columns Program::Impl::run(const lanes::Schedule& instructions, std::size_t kept_columns, const LanesSettings& settings,
                           RunControl& control) const {
    const lanes::Kernels& kernels = lanes::kernels_for(settings.level);
    const std::size_t block = block_for(instructions, settings.precision, settings.block);
    const lanes::Dimensions* given = settings.normals ? &dimensions : nullptr;
    Columns results(kept_columns * settings.draws);
    const std::uint64_t chunks = (settings.draws + chunk - 1) / chunk;
    std::atomic<std::uint64_t> next{0};
    std::atomic<bool> stop{false};
    std::exception_ptr failure;
    std::mutex failure_lock;

    const auto work = [&] {
        try {
            lanes::Executor executor(graph, instructions, kernels, settings.seed, block, given, settings.precision);
            lanes::AlignedDoubles normals(given ? given->size() * block : 0);
            const auto filler = given ? settings.normals->filler(block) : nullptr;
            for (std::uint64_t c = next.fetch_add(1); c < chunks && !stop; c = next.fetch_add(1)) {
                const std::uint64_t first = c * chunk, end = std::min(first + chunk, settings.draws);
                for (std::uint64_t at = first; at < end; at += block) {
                    if (control.cancelled()) throw Cancelled();
                    lanes::Block here{};
                    here.valid = static_cast<std::size_t>(std::min<std::uint64_t>(block, end - at));
                    here.lanes = (here.valid + lanes::tile - 1) / lanes::tile * lanes::tile;
                    here.first_draw = settings.first_draw + at;
                    here.results = results.data() + at;
                    here.column_stride = settings.draws;
                    if (given) {
                        filler->fill(here.first_draw, here.valid, normals.data(), block);
                        here.given = normals.data();
                        here.given_stride = block;
                    }
                    executor.run(here);
                }
                control.add_done(end - first);
            }
        } catch (...) {
            stop = true;
            const std::lock_guard lock(failure_lock);
            if (!failure) failure = std::current_exception();
        }
    };
    const std::uint64_t threads = std::clamp<std::uint64_t>(settings.threads, 1, std::max<std::uint64_t>(chunks, 1));
    {
        std::vector<std::jthread> others;  // joined before anything else happens
        for (std::uint64_t t = 1; t < threads; ++t) others.emplace_back(work);
        work();
    }
    if (failure) std::rethrow_exception(failure);
    return results;
}

std::vector<std::vector<double>> Program::replay(std::uint64_t seed, std::uint64_t draw, Level level,
                                                 const NormalSource* normals, Precision precision) const {
    const lanes::LaneGraph& graph = impl_->graph;
    std::call_once(impl_->kept_once, [&] {
        std::vector<NodeId> roots;
        for (NodeId id = 0; id < graph.nodes.size(); ++id)
            if (graph.resolved[id].root == id) roots.push_back(id);
        impl_->kept = lanes::schedule(graph, lanes::ascending_order(graph, roots, true), {}, true);
    });
    const lanes::Dimensions* given = normals ? &impl_->dimensions : nullptr;
    lanes::Executor executor(graph, impl_->kept, lanes::kernels_for(level), seed, lanes::tile, given, precision);
    lanes::AlignedDoubles values_given(given ? given->size() * lanes::tile : 0);
    lanes::Block block{};
    block.lanes = lanes::tile;
    block.first_draw = draw;
    if (given) {
        normals->filler(lanes::tile)->fill(draw, 1, values_given.data(), lanes::tile);
        block.given = values_given.data();
        block.given_stride = lanes::tile;
    }
    executor.run(block);
    std::vector<std::vector<double>> values(graph.nodes.size());
    for (NodeId id = 0; id < graph.nodes.size(); ++id) {
        const lanes::View& view = graph.resolved[id];
        for (std::uint32_t m = 0; m < impl_->widths[id]; ++m) {
            const double value =
                executor.first_lane(impl_->kept.places[view.root], view.member == lanes::View::whole ? m : view.member);
            values[id].push_back(value == value ? value : std::numeric_limits<double>::quiet_NaN());
        }
    }
    return values;
}

}  // namespace openbook::engine
