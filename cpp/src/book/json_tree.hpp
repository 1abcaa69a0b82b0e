// JSON as written: numbers keep their text, keys their order, and nothing is lost on the way in.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace openbook {

struct Tree {
    enum class Kind { null, boolean, number, text, list, object } kind = Kind::null;
    bool truth = false;
    std::string text;  // of a number, as written, or of a text
    std::vector<Tree> items;
    std::vector<std::pair<std::string, Tree>> members;

    [[nodiscard]] const Tree* find(std::string_view key) const;
    [[nodiscard]] const char* kind_name() const;
    /// A short JSON rendering for messages.
    [[nodiscard]] std::string shown() const;
    [[nodiscard]] std::string compact() const;
    friend bool operator==(const Tree&, const Tree&) = default;
};

inline constexpr std::size_t most_bytes = 64u << 20;
/// Each value costs about a hundred bytes while a document is read, however short its text.
inline constexpr std::size_t most_values = 5'000'000;
inline constexpr int most_levels = 64;

/// Throws BookError (malformed, duplicate key, too deep, number out of range) or LimitError (too large).
Tree read_tree(std::string_view json);
std::string quoted(const std::string& text);
/// A key as a part of a JSON pointer.
std::string pointer_part(const std::string& key);

}  // namespace openbook
