#include "data/column.hpp"

#include <cstring>
#include <functional>
#include <stdexcept>
#include <string_view>
#include <type_traits>

namespace openbook::data {

struct Column::Chunk {
    ArrowArray array{};
    Chunk() = default;
    Chunk(const Chunk&) = delete;
    Chunk& operator=(const Chunk&) = delete;
    ~Chunk() {
        if (array.release) array.release(&array);
    }
};

namespace {

/// Numbers keys as they first occur: an open table of places in `keys`.
template <class Key>
class Numbering {
public:
    std::int64_t of(const Key& key) {
        if (2 * keys_.size() >= slots_.size()) grow();
        for (std::size_t slot = place(key);; slot = (slot + 1) & (slots_.size() - 1)) {
            if (slots_[slot] < 0) {
                slots_[slot] = static_cast<std::int64_t>(keys_.size());
                keys_.push_back(key);
                return slots_[slot];
            }
            if (keys_[static_cast<std::size_t>(slots_[slot])] == key) return slots_[slot];
        }
    }

private:
    std::vector<Key> keys_;
    std::vector<std::int64_t> slots_ = std::vector<std::int64_t>(1024, -1);

    [[nodiscard]] std::size_t place(const Key& key) const {
        // Whole numbers hash to themselves, and what is evenly spread among them need not be in the low bits.
        return ((std::hash<Key>{}(key) * 0x9e3779b97f4a7c15u) >> 20) & (slots_.size() - 1);
    }
    void grow() {
        slots_.assign(2 * slots_.size(), -1);
        for (std::size_t i = 0; i < keys_.size(); ++i) {
            std::size_t slot = place(keys_[i]);
            while (slots_[slot] >= 0) slot = (slot + 1) & (slots_.size() - 1);
            slots_[slot] = static_cast<std::int64_t>(i);
        }
    }
};

bool present(const ArrowArray& array, std::int64_t row) {
    const auto* bits = static_cast<const std::uint8_t*>(array.buffers[0]);
    const std::int64_t at = array.offset + row;
    return !bits || (bits[at / 8] >> (at % 8) & 1) != 0;
}

template <class T>
const T* cells(const ArrowArray& array) {
    return static_cast<const T*>(array.buffers[1]) + array.offset;
}

template <class Offset>
std::string_view text_at(const ArrowArray& array, std::int64_t row) {
    const Offset* ends = cells<Offset>(array);
    return {static_cast<const char*>(array.buffers[2]) + ends[row],
            static_cast<std::size_t>(ends[row + 1] - ends[row])};
}

/// Of 16 bytes: the length, then the text itself where it fits, else its beginning, the number of a buffer and a place.
std::string_view view_at(const ArrowArray& array, std::int64_t row) {
    const char* cell = static_cast<const char*>(array.buffers[1]) + 16 * (array.offset + row);
    std::int32_t length, buffer, start;
    std::memcpy(&length, cell, 4);
    if (length <= 12) return {cell + 4, static_cast<std::size_t>(length)};
    std::memcpy(&buffer, cell + 8, 4);
    std::memcpy(&start, cell + 12, 4);
    return {static_cast<const char*>(array.buffers[2 + buffer]) + start, static_cast<std::size_t>(length)};
}

/// Calls `with` with a function that reads a text of an array; false where the format is of something else.
template <class With>
bool with_texts(const std::string& format, With&& with) {
    if (format == "u")
        with(text_at<std::int32_t>);
    else if (format == "U")
        with(text_at<std::int64_t>);
    else if (format == "vu")
        with(view_at);
    else
        return false;
    return true;
}

/// Calls `with` with a value of the type of the cells; false where they are no numbers.
template <class With>
bool with_whole(const std::string& format, With&& with) {
    switch (format.size() == 1 ? format[0] : ' ') {
        case 'c': with(std::int8_t{}); return true;
        case 'C': with(std::uint8_t{}); return true;
        case 's': with(std::int16_t{}); return true;
        case 'S': with(std::uint16_t{}); return true;
        case 'i': with(std::int32_t{}); return true;
        case 'I': with(std::uint32_t{}); return true;
        case 'l': with(std::int64_t{}); return true;
        case 'L': with(std::uint64_t{}); return true;
        default: return false;
    }
}

/// What cells are told apart by: whole numbers, the bits of floats, days and ticks of a clock.
std::string as_whole(const std::string& format) {
    if (format == "f" || format == "tdD" || format == "tts" || format == "ttm") return "i";
    if (format == "g" || format == "tdm" || format == "ttu" || format == "ttn" || format.starts_with("ts")) return "l";
    return format;
}

}  // namespace

Column::Column(ArrowArrayStream& stream) {
    const auto fail = [&] {
        const char* why = stream.get_last_error(&stream);
        throw std::invalid_argument(why ? why : "the column cannot be read");
    };
    ArrowSchema schema{};
    if (stream.get_schema(&stream, &schema) != 0) fail();
    format_ = schema.format;
    if (schema.dictionary) values_format_ = schema.dictionary->format;
    if (schema.release) schema.release(&schema);
    for (;;) {
        auto chunk = std::make_shared<Chunk>();
        if (stream.get_next(&stream, &chunk->array) != 0) fail();
        if (!chunk->array.release) break;
        size_ += chunk->array.length;
        if (chunk->array.length > 0) chunks_.push_back(std::move(chunk));
    }
}

std::optional<PlainNumbers> Column::numbers() const {
    if (!values_format_.empty()) return std::nullopt;
    PlainNumbers found;
    const auto rows = static_cast<std::size_t>(size_);
    std::size_t at = 0;
    bool fits = true;
    const auto missing_at = [&](const ArrowArray& array) {
        for (std::int64_t row = 0; row < array.length; ++row) {
            if (present(array, row)) continue;
            if (found.missing.empty()) found.missing.assign(rows, 0);
            found.missing[at + static_cast<std::size_t>(row)] = 1;
        }
    };
    const auto take = [&]<class To, class From>(std::vector<To>& to, From) {
        to.resize(rows);
        for (const auto& chunk : chunks_) {
            const From* from = cells<From>(chunk->array);
            if (chunk->array.buffers[0] && chunk->array.null_count != 0) missing_at(chunk->array);
            for (std::int64_t row = 0; row < chunk->array.length; ++row, ++at) {
                if constexpr (std::is_same_v<From, std::uint64_t>) fits = fits && from[row] >> 63 == 0;
                to[at] = static_cast<To>(from[row]);
            }
        }
    };
    bool known = true;
    if (format_ == "f")
        take(found.values.emplace<std::vector<double>>(), float{});
    else if (format_ == "g")
        take(found.values.emplace<std::vector<double>>(), double{});
    else
        known = with_whole(format_, [&](auto type) { take(found.values.emplace<std::vector<std::int64_t>>(), type); });
    if (!known || !fits) return std::nullopt;
    return found;
}

std::optional<Numbered> Column::numbered() const {
    Numbered found;
    found.numbers.reserve(static_cast<std::size_t>(size_));
    std::int64_t count = 0, none = -1;
    std::vector<std::int64_t> own;  // the number of each key, which missing cells may have gone before
    const auto give = [&](std::int64_t number) {
        found.numbers.push_back(number);
        if (number == count) {
            ++count;
            found.first.push_back(static_cast<std::int64_t>(found.numbers.size()) - 1);
        }
    };
    const auto rows_of = [&](const ArrowArray& array, auto&& key_of) {
        for (std::int64_t row = 0; row < array.length; ++row) {
            const std::int64_t key = present(array, row) ? key_of(row) : -1;
            if (key < 0 && none < 0) none = count;
            if (key >= static_cast<std::int64_t>(own.size())) own.push_back(count);
            give(key < 0 ? none : own[static_cast<std::size_t>(key)]);
        }
    };
    const auto all_rows = [&](auto&& key_of) {
        for (const auto& chunk : chunks_)
            rows_of(chunk->array, [&](std::int64_t row) { return key_of(chunk->array, row); });
    };
    bool known = false;
    if (!values_format_.empty()) {
        Numbering<std::string_view> keys;
        const auto places = [&](auto text_of) {
            known = with_whole(format_, [&](auto type) {
                for (const auto& chunk : chunks_) {
                    const auto* at = cells<decltype(type)>(chunk->array);
                    const ArrowArray& words = *chunk->array.dictionary;
                    std::vector<std::int64_t> key(static_cast<std::size_t>(words.length), -1);
                    rows_of(chunk->array, [&](std::int64_t row) {
                        const auto word = static_cast<std::int64_t>(at[row]);
                        std::int64_t& known_key = key[static_cast<std::size_t>(word)];
                        if (known_key < 0 && present(words, word)) known_key = keys.of(text_of(words, word));
                        return known_key;
                    });
                }
            });
        };
        with_texts(values_format_, places);
        return known ? std::optional(std::move(found)) : std::nullopt;
    }
    known = with_texts(format_, [&](auto text_of) {
        Numbering<std::string_view> keys;
        all_rows([&](const ArrowArray& array, std::int64_t row) { return keys.of(text_of(array, row)); });
    });
    known = known || with_whole(as_whole(format_), [&](auto type) {
                Numbering<decltype(type)> keys;
                all_rows([&](const ArrowArray& array, std::int64_t row) {
                    return keys.of(cells<decltype(type)>(array)[row]);
                });
            });
    return known ? std::optional(std::move(found)) : std::nullopt;
}

}  // namespace openbook::data
