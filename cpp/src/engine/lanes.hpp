// The lanes: evaluates a graph over many draws at once, in doubles, block by block.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/graph.hpp"
#include "openbook/engine/run_control.hpp"

namespace openbook::engine {

/// The instruction-set levels that the library carries; all give the same bits.
enum class Level { baseline, avx2, avx512 };
/// Levels that this machine can run, best last.
std::vector<Level> available_levels();
const char* to_string(Level level);

/// Of the registers; results and statistics are doubles in any case. Single precision is for speed: the draws are the
/// same draws, rounded.
enum class Precision { full, single };

/// Leaves new elements as they are: memory of results is first touched by the threads that fill it.
template <class T>
struct Uninitialised : std::allocator<T> {
    template <class U>
    struct rebind {
        using other = Uninitialised<U>;
    };
    template <class U>
    void construct(U* place) noexcept {
        ::new (static_cast<void*>(place)) U;
    }
    template <class U, class... Arguments>
    void construct(U* place, Arguments&&... arguments) {
        ::new (static_cast<void*>(place)) U(std::forward<Arguments>(arguments)...);
    }
};
using Columns = std::vector<double, Uninitialised<double>>;

/// Fills blocks with standard normals; a thread's own.
class NormalFiller {
public:
    NormalFiller() = default;
    NormalFiller(const NormalFiller&) = delete;
    NormalFiller& operator=(const NormalFiller&) = delete;
    virtual ~NormalFiller() = default;
    /// Those of draws `first_draw` to `first_draw + lanes - 1`: dimension d of lane i at out[d * stride + i]. What a
    /// draw gets depends on its number alone. `out` has room for whole tiles of 16 lanes.
    virtual void fill(std::uint64_t first_draw, std::size_t lanes, double* out, std::size_t stride) = 0;
};

/// Standard normals that take the place of a run's own draws. Shared by threads.
class NormalSource {
public:
    NormalSource() = default;
    NormalSource(const NormalSource&) = delete;
    NormalSource& operator=(const NormalSource&) = delete;
    virtual ~NormalSource() = default;
    /// `lanes`: the most of one block.
    [[nodiscard]] virtual std::unique_ptr<NormalFiller> filler(std::size_t lanes) const = 0;
};

/// One standard normal that a program uses.
struct NormalDimension {
    std::string stream;
    std::uint32_t period = 0;
};

struct LanesSettings {
    std::uint64_t seed = 0;
    std::uint64_t first_draw = 0;
    std::uint64_t draws = 0;
    unsigned threads = 1;
    unsigned block = 0;  // lanes per block, a multiple of 16; 0: chosen for the cache
    Level level = Level::baseline;
    Precision precision = Precision::full;
    const NormalSource* normals = nullptr;  // null: counter-based draws of the seed
};

/// A graph scheduled for the lanes: instructions, registers, and the columns to keep. Immutable; shared by threads.
class Program {
public:
    /// `columns`: nodes of width 1 whose value is kept for every draw, in this order. Input nodes take their `driven`
    /// node where there is one, else their `plan` node; an input with neither is an error (std::invalid_argument naming
    /// the quantity).
    Program(const Graph& graph, std::vector<NodeId> columns);
    ~Program();
    Program(Program&&) noexcept;
    Program& operator=(Program&&) noexcept;

    /// Column-major: result[column * draws + draw - first_draw]. Throws Cancelled when told to stop.
    /// The bits depend on seed and draw alone.
    [[nodiscard]] Columns run(const LanesSettings& settings, RunControl& control) const;

    /// Every node's members for one draw (replay for explanations), bit-equal to what `run` computed on the way.
    /// result[node] has the node's width values; nodes that no column needs are computed too.
    [[nodiscard]] std::vector<std::vector<double>> replay(std::uint64_t seed, std::uint64_t draw, Level level,
                                                          const NormalSource* normals = nullptr,
                                                          Precision precision = Precision::full) const;

    /// The standard normals that the columns depend on, by stream in the graph's order and then by period: every column
    /// is a function of them alone.
    [[nodiscard]] std::vector<NormalDimension> dimensions() const;
    /// Fills blocks with the program's own draws of a seed. The program must outlive it.
    [[nodiscard]] std::unique_ptr<NormalFiller> own_draws(std::uint64_t seed, Level level, std::size_t lanes) const;
    /// Their values in the draws of a run: result[dimension * draws + draw - first_draw].
    [[nodiscard]] Columns normals(const LanesSettings& settings, RunControl& control) const;

    [[nodiscard]] std::size_t instructions() const;
    [[nodiscard]] std::size_t registers() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Philox4x32-10 of Salmon et al. (2011): four 32-bit words from a counter and a key.
struct Philox4x32 {
    std::uint32_t word[4];
};
Philox4x32 philox(const std::uint32_t counter[4], const std::uint32_t key[2]);
/// The key of a stream: a 64-bit mix of seed and stream id (documented, versioned by tests).
std::uint64_t stream_key(std::uint64_t seed, const std::string& stream_id);

}  // namespace openbook::engine
