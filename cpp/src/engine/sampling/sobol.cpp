// Scrambled Sobol' sequences: direction numbers of Joe and Kuo (2008) from Boost's table.
#include <bit>
#include <boost/random/sobol.hpp>

#include "engine/sampling/sources.hpp"

namespace openbook::engine::sampling {
namespace {

constexpr unsigned digits = 32;
using Table = boost::random::default_sobol_table;
using Lattice = boost::random::qrng_detail::sobol_lattice<std::uint64_t, digits, Table>;

std::uint32_t reversed(std::uint64_t value) {
    std::uint32_t result = 0;
    for (unsigned bit = 0; bit < digits; ++bit) result |= ((value >> bit) & 1u) << (digits - 1 - bit);
    return result;
}

/// Direction numbers with their highest bit lowest, as the scramble wants them.
class Directions {
public:
    explicit Directions(std::size_t coordinates) : numbers_(coordinates * digits) {
        if (coordinates == 0) return;
        const Lattice lattice(coordinates);
        for (std::size_t c = 0; c < coordinates; ++c)
            for (unsigned bit = 0; bit < digits; ++bit)
                numbers_[c * digits + bit] = reversed(*(lattice.iter_at(bit * coordinates + c)));
    }
    /// The sequence's point in natural order.
    [[nodiscard]] std::uint32_t point(std::size_t coordinate, std::uint32_t number) const {
        std::uint32_t x = 0;
        for (unsigned bit = 0; number >> bit != 0 && bit < digits; ++bit)
            if ((number >> bit) & 1u) x ^= numbers_[coordinate * digits + bit];
        return x;
    }
    /// From the point before `number` to it.
    [[nodiscard]] std::uint32_t next(std::size_t coordinate, std::uint32_t before, std::uint32_t number) const {
        const auto last = static_cast<unsigned>(std::countr_zero(number));
        std::uint32_t x = before;
        for (unsigned bit = 0; bit <= last; ++bit) x ^= numbers_[coordinate * digits + bit];
        return x;
    }

private:
    std::vector<std::uint32_t> numbers_;
};

class SobolSource : public NormalSource {
public:
    explicit SobolSource(Setting setting)
        : setting_(std::move(setting)),
          paths_(setting_.dimensions),
          directions_(std::min(setting_.dimensions.size(), most_sobol_coordinates())) {
        for (const NormalDimension& dimension : setting_.dimensions) {
            streams_.push_back(stream_key(setting_.seed, dimension.stream));
            for (std::uint32_t r = 0; r < setting_.replications; ++r)
                keys_.push_back(bits_of(streams_.back(), dimension.period, r, Use::scramble));
        }
    }
    [[nodiscard]] std::unique_ptr<NormalFiller> filler(std::size_t lanes) const override {
        return std::make_unique<Filler>(*this, lanes);
    }

private:
    class Filler : public NormalFiller {
    public:
        Filler(const SobolSource& source, std::size_t lanes)
            : source_(source), points_(lanes), first_(lanes), second_(lanes) {}
        void fill(std::uint64_t first_draw, std::size_t lanes, double* out, std::size_t stride) override {
            const std::size_t whole = (lanes + lanes::tile - 1) / lanes::tile * lanes::tile;
            places_.set(first_draw, whole, source_.setting_.replications);
            const lanes::Kernels& kernels = *source_.setting_.kernels;
            for (std::size_t d = 0; d < source_.setting_.dimensions.size(); ++d) {
                const std::size_t coordinate = source_.paths_.coordinates()[d];
                if (coordinate < most_sobol_coordinates())
                    scrambled_points(d, coordinate, whole);
                else
                    independent_points(d, whole);
                kernels.normal_of_bits(points_.data(), out + d * stride, whole);
            }
            source_.paths_.rotate(out, stride, whole);
        }

    private:
        void scrambled_points(std::size_t dimension, std::size_t coordinate, std::size_t lanes) {
            const Bits* keys = source_.keys_.data() + dimension * source_.setting_.replications;
            std::uint32_t point = places_.point[0], x = source_.directions_.point(coordinate, point);
            for (std::size_t i = 0; i < lanes; ++i) {
                if (places_.point[i] != point) {
                    point = places_.point[i];
                    x = source_.directions_.next(coordinate, x, point);
                }
                const Bits& key = keys[places_.replication[i]];
                points_[i] = x;
                first_[i] = key.first;
                second_[i] = key.second;
            }
            source_.setting_.kernels->scramble(points_.data(), first_.data(), second_.data(), lanes);
        }
        void independent_points(std::size_t dimension, std::size_t lanes) {
            const std::uint32_t period = source_.setting_.dimensions[dimension].period;
            for (std::size_t i = 0; i < lanes; ++i)
                points_[i] = bits_of(source_.streams_[dimension], period, places_.replication[i], Use::beyond_the_table,
                                     places_.point[i])
                                 .first >>
                             12;
        }

        const SobolSource& source_;
        std::vector<std::uint64_t> points_, first_, second_;
        Places places_;
    };

    Setting setting_;
    Paths paths_;
    Directions directions_;
    std::vector<std::uint64_t> streams_;
    std::vector<Bits> keys_;
};

}  // namespace

std::size_t most_sobol_coordinates() {
    return Table::max_dimension;
}

std::shared_ptr<const NormalSource> sobol_source(Setting setting) {
    return std::make_shared<SobolSource>(std::move(setting));
}

}  // namespace openbook::engine::sampling
