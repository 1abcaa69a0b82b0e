// Latin hypercubes: in each replication every coordinate has one draw in each of `points` equal strata (McKay, Beckman
// and Conover 1979). Which draw has which stratum is a permutation that is a function of the draw's number, so that any
// draw can be made alone.
#include <algorithm>
#include <bit>

#include "engine/sampling/sources.hpp"

namespace openbook::engine::sampling {
namespace {

constexpr double numbers = 0x1p52;
constexpr int rounds = 6;

/// A Feistel network over the numbers of so many bits, walked until it lands below `count` (Black and Rogaway 2002).
class Permutation {
public:
    explicit Permutation(std::uint64_t count) : count_(count) {
        const int bits = std::max(1, static_cast<int>(std::bit_width(count - 1)));
        low_bits_ = bits / 2;
        low_ = mask(low_bits_);
        high_ = mask(bits - low_bits_);
    }
    [[nodiscard]] std::uint64_t operator()(std::uint64_t x, std::uint64_t key) const {
        do x = stirred(x, key);
        while (x >= count_);
        return x;
    }

private:
    static std::uint64_t mask(int bits) { return (std::uint64_t{1} << bits) - 1; }
    /// Alternately the high part is changed by the low one, and the low part by the high one.
    [[nodiscard]] std::uint64_t stirred(std::uint64_t x, std::uint64_t key) const {
        std::uint64_t low = x & low_, high = x >> low_bits_;
        for (int round = 0; round < rounds; round += 2) {
            key = key * 0xd1342543de82ef95u + 0x9e3779b97f4a7c15u;
            high ^= hashed(low, key) & high_;
            key = key * 0xd1342543de82ef95u + 0x9e3779b97f4a7c15u;
            low ^= hashed(high, key) & low_;
        }
        return (high << low_bits_) | low;
    }
    static std::uint64_t hashed(std::uint64_t x, std::uint64_t key) {
        std::uint64_t y = (x ^ key) * 0x9fb21c651e98df25u;
        y ^= y >> 29;
        return (y * 0xbf58476d1ce4e5b9u) >> 32;
    }

    std::uint64_t count_;
    int low_bits_ = 0;
    std::uint64_t low_ = 0, high_ = 0;
};

class LatinHypercubeSource : public NormalSource {
public:
    LatinHypercubeSource(Setting setting, std::uint64_t points)
        : setting_(std::move(setting)), paths_(setting_.dimensions), points_(points), permutation_(points) {
        for (const NormalDimension& dimension : setting_.dimensions) {
            const std::uint64_t stream = stream_key(setting_.seed, dimension.stream);
            for (std::uint32_t r = 0; r < setting_.replications; ++r)
                keys_.push_back(bits_of(stream, dimension.period, r, Use::hypercube));
        }
    }
    [[nodiscard]] std::unique_ptr<NormalFiller> filler(std::size_t lanes) const override {
        return std::make_unique<Filler>(*this, lanes);
    }

private:
    class Filler : public NormalFiller {
    public:
        Filler(const LatinHypercubeSource& source, std::size_t lanes) : source_(source), numbers_(lanes) {}
        void fill(std::uint64_t first_draw, std::size_t lanes, double* out, std::size_t stride) override {
            const std::size_t whole = (lanes + lanes::tile - 1) / lanes::tile * lanes::tile;
            const unsigned replications = source_.setting_.replications;
            places_.set(first_draw, whole, replications);
            for (std::size_t d = 0; d < source_.setting_.dimensions.size(); ++d) {
                const Bits* keys = source_.keys_.data() + d * replications;
                for (std::size_t i = 0; i < whole; ++i)
                    numbers_[i] = source_.number(places_.point[i], keys[places_.replication[i]]);
                source_.setting_.kernels->normal_of_bits(numbers_.data(), out + d * stride, whole);
            }
            source_.paths_.rotate(out, stride, whole);
        }

    private:
        const LatinHypercubeSource& source_;
        std::vector<std::uint64_t> numbers_;
        Places places_;
    };

    /// A point's place between 0 and 1, in 52 bits: its stratum, and a random place within it.
    [[nodiscard]] std::uint64_t number(std::uint64_t point, const Bits& key) const {
        const std::uint64_t stratum = permutation_(point % points_, key.first);  // lanes past the end are not read
        std::uint64_t within = (key.second ^ (point * 0x9e3779b97f4a7c15u)) * 0xbf58476d1ce4e5b9u;
        within = (within ^ (within >> 31)) * 0x94d049bb133111ebu;
        const double place =
            (static_cast<double>(stratum) + static_cast<double>(within >> 12) / numbers) / static_cast<double>(points_);
        return std::min(static_cast<std::uint64_t>(place * numbers), (std::uint64_t{1} << 52) - 1);
    }

    Setting setting_;
    Paths paths_;
    std::uint64_t points_;
    Permutation permutation_;
    std::vector<Bits> keys_;
};

}  // namespace

std::shared_ptr<const NormalSource> latin_hypercube_source(Setting setting, std::uint64_t points) {
    return std::make_shared<LatinHypercubeSource>(std::move(setting), points);
}

}  // namespace openbook::engine::sampling
