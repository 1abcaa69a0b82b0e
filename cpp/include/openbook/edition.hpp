// The arithmetic editions that this library settles by.
#pragma once

#include <array>
#include <string_view>

namespace openbook {

/// An edition fixes how a book comes to its pounds: rounding, splits, boundaries, order. A sealed book names its
/// edition and is settled by it for as long as the contract lives; a change that could move a penny of any book adds an
/// edition at the end and leaves the earlier ones as they are.
inline constexpr std::array<std::string_view, 1> arithmetic_editions{"2026.1"};

}  // namespace openbook
