#include "engine/evaluation.hpp"

#include <stdexcept>

namespace openbook::engine {
namespace {

/// Rows of a table in the place of draws.
class Rows : public NormalFiller {
public:
    Rows(std::span<const double> table, std::size_t width) : table_(table), width_(width) {}
    void fill(std::uint64_t first_draw, std::size_t lanes, double* out, std::size_t stride) override {
        for (std::size_t i = 0; i < lanes; ++i) {
            const double* row = table_.data() + (first_draw + i) * width_;
            for (std::size_t d = 0; d < width_; ++d) out[d * stride + i] = row[d];
        }
    }

private:
    std::span<const double> table_;
    std::size_t width_;
};

class GivenRows : public NormalSource {
public:
    GivenRows(std::span<const double> table, std::size_t width) : table_(table), width_(width) {}
    std::unique_ptr<NormalFiller> filler(std::size_t) const override { return std::make_unique<Rows>(table_, width_); }

private:
    std::span<const double> table_;
    std::size_t width_;
};

}  // namespace

Columns evaluate(const Simulation& simulation, std::span<const double> normals, std::uint64_t rows,
                 RunControl& control) {
    const std::size_t width = simulation.program->dimensions().size();
    if (normals.size() != width * rows) throw std::invalid_argument("one normal for each dimension of each row");
    const GivenRows given(normals, width);
    LanesSettings settings = simulation.settings();
    settings.first_draw = 0;
    settings.draws = rows;
    settings.normals = &given;
    return simulation.program->run(settings, control);
}

Columns normals(const Simulation& simulation, std::uint64_t first_draw, std::uint64_t draws, RunControl& control) {
    LanesSettings settings = simulation.settings();
    settings.first_draw = first_draw;
    settings.draws = draws;
    const Columns by_dimension = simulation.program->normals(settings, control);
    const std::size_t width = draws == 0 ? 0 : by_dimension.size() / draws;
    Columns rows(by_dimension.size());
    for (std::size_t d = 0; d < width; ++d)
        for (std::size_t i = 0; i < draws; ++i) rows[i * width + d] = by_dimension[d * draws + i];
    return rows;
}

}  // namespace openbook::engine
