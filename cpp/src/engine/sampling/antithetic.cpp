// Antithetic pairs: a draw and its mirror image (Hammersley and Morton 1956).
#include "engine/sampling/sources.hpp"

namespace openbook::engine::sampling {
namespace {

class AntitheticSource : public NormalSource {
public:
    AntitheticSource(std::shared_ptr<const Program> program, std::uint64_t seed, Level level)
        : program_(std::move(program)), dimensions_(program_->dimensions().size()), seed_(seed), level_(level) {}
    [[nodiscard]] std::unique_ptr<NormalFiller> filler(std::size_t lanes) const override {
        return std::make_unique<Filler>(*this, lanes);
    }

private:
    class Filler : public NormalFiller {
    public:
        Filler(const AntitheticSource& source, std::size_t lanes)
            : source_(source),
              room_((lanes / 2 + 1 + lanes::tile) / lanes::tile * lanes::tile),
              pairs_(source.dimensions_ * room_),
              own_(source.program_->own_draws(source.seed_, source.level_, room_)) {}
        void fill(std::uint64_t first_draw, std::size_t lanes, double* out, std::size_t stride) override {
            const std::uint64_t first_pair = first_draw / 2, end = (first_draw + lanes + 1) / 2;
            own_->fill(first_pair, static_cast<std::size_t>(end - first_pair), pairs_.data(), room_);
            for (std::size_t d = 0; d < source_.dimensions_; ++d) {
                const double* from = pairs_.data() + d * room_;
                double* to = out + d * stride;
                for (std::size_t i = 0; i < lanes; ++i) {
                    const std::uint64_t draw = first_draw + i;
                    const double value = from[draw / 2 - first_pair];
                    to[i] = draw % 2 == 0 ? value : -value;
                }
            }
        }

    private:
        const AntitheticSource& source_;
        std::size_t room_;
        std::vector<double> pairs_;
        std::unique_ptr<NormalFiller> own_;
    };

    std::shared_ptr<const Program> program_;
    std::size_t dimensions_;
    std::uint64_t seed_;
    Level level_;
};

}  // namespace

std::shared_ptr<const NormalSource> antithetic_source(std::shared_ptr<const Program> program, std::uint64_t seed,
                                                      Level level) {
    return std::make_shared<AntitheticSource>(std::move(program), seed, level);
}

}  // namespace openbook::engine::sampling
