// What is gathered of each column while the draws pass by, so that memory does not grow with their number.
//
// Everything is gathered over groups of 2,048 draws, counted from the first draw, and groups are joined two by two like
// the digits of a binary number. Threads, and how many draws are given at a time, change no bit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace openbook::risk {

/// Of a set of draws: their number, mean, and the sums of the second to fourth powers of what they deviate from it.
struct MomentSums {
    double draws = 0, mean = 0, second = 0, third = 0, fourth = 0;
    double minimum = 0, maximum = 0;
};
MomentSums moments_of(std::span<const double> draws);
/// Of both sets together, `a` first; Pébay (2008), Sandia report SAND2008-6212, for the sums.
MomentSums joined(const MomentSums& a, const MomentSums& b);

/// A draw counts where it is below `value`, or also where it is equal to it.
struct Threshold {
    double value = 0;
    bool inclusive = false;
};

/// Quantiles of a long column in little memory. Full buffers of sorted values are joined two by two; of what two hold
/// every other value is kept, by turns from the first and from the second, and counts twice as much. So the rank that
/// the sketch gives to a value is wrong by at most `bound()`, whatever the draws and with certainty: a joining of
/// values of weight w is wrong by 0 to w, the next one of that weight by -w to 0.
/// After Munro and Paterson (1980), Selection and sorting with limited storage, and Manku, Rajagopalan and Lindsay
/// (1998), Approximate medians and other quantiles in one pass and with limited memory.
class Sketch {
public:
    /// `capacity`: values of a buffer, a multiple of a group of draws.
    explicit Sketch(std::size_t capacity) : capacity_(capacity) {}
    void add(std::span<const double> draws);

    /// Values in ascending order, and how many draws each stands for.
    struct Values {
        std::vector<double> value;
        std::vector<std::uint64_t> weight;
    };
    [[nodiscard]] Values values() const;
    /// How many ranks a rank may be wrong by.
    [[nodiscard]] std::uint64_t bound() const;
    /// The least capacity with which so many draws are ranked within `error` times their number.
    static std::size_t capacity_for(std::uint64_t draws, double error);

private:
    std::size_t capacity_;
    std::vector<double> open_;                              // not yet full
    std::vector<std::optional<std::vector<double>>> full_;  // at most one of each weight 2^level
    std::vector<std::uint64_t> joinings_;                   // of each level
};

/// What is to be gathered of one column.
struct Wanted {
    bool moments = false, keep = false;
    std::vector<Threshold> thresholds;
    std::size_t sketch = 0;  // capacity of its buffers; 0: none
};

/// What was gathered of one column.
struct Gathered {
    std::vector<MomentSums> moments;  // of groups joined so far, the largest first
    std::vector<std::uint64_t> below;
    std::vector<double> kept;
    std::optional<Sketch> sketch;

    [[nodiscard]] MomentSums all_moments() const;
};

class Reduction {
public:
    Reduction(std::vector<Wanted> wanted, std::uint64_t draws);

    /// The next draws of all columns, one column after the other; a multiple of a group unless they are the last.
    /// Throws std::invalid_argument where a value is missing.
    void add(std::span<const double> columns, std::size_t draws, unsigned threads);

    [[nodiscard]] std::uint64_t draws() const { return draws_; }
    [[nodiscard]] const std::vector<Gathered>& columns() const { return columns_; }

private:
    void add_to(std::size_t column, std::span<const double> draws);

    std::vector<Wanted> wanted_;
    std::vector<Gathered> columns_;
    std::uint64_t draws_ = 0;
};

}  // namespace openbook::risk
