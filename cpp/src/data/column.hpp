// One column of a data frame in the memory of the program that made it: its different cells, and its plain numbers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "data/arrow.hpp"

namespace openbook::data {

/// Rows numbered by their cells, in the order in which cells first occur.
struct Numbered {
    std::vector<std::int64_t> numbers;  // of each row
    std::vector<std::int64_t> first;    // of each number, the first row that has it
};

/// Plain numbers; `missing` is empty where none is.
struct PlainNumbers {
    std::variant<std::vector<std::int64_t>, std::vector<double>> values;
    std::vector<std::uint8_t> missing;
};

class Column {
public:
    /// Takes what the stream holds. Throws std::invalid_argument where the stream fails.
    explicit Column(ArrowArrayStream& stream);

    [[nodiscard]] std::int64_t size() const { return size_; }
    /// Whole numbers or floats of up to 64 bits; nothing: something else.
    [[nodiscard]] std::optional<PlainNumbers> numbers() const;
    /// Texts, numbers, dates and times; nothing: something else.
    [[nodiscard]] std::optional<Numbered> numbered() const;

private:
    struct Chunk;
    std::string format_, values_format_;  // of the cells, and of the dictionary where they are places in one
    std::vector<std::shared_ptr<const Chunk>> chunks_;
    std::int64_t size_ = 0;
};

}  // namespace openbook::data
