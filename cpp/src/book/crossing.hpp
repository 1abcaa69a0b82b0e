// Two dimensions that cross: the dimension of their pairs, which no document lists.
#pragma once

#include <functional>
#include <optional>

#include "openbook/book/book.hpp"

namespace openbook {

/// A table of more cells than this is data of which most combinations do not exist: rows with two parents say it
/// better.
inline constexpr std::size_t most_pairs = 100'000;

/// What the crossing of two dimensions is called: "site by age".
std::string crossing_name(const std::string& first, const std::string& second);
/// What a pair of members is called: "general, under 18".
std::string pair_name(const std::string& first, const std::string& second);
/// The pairs of two dimensions, in the order of the first and then of the second; both are their parents.
Dimension crossing_of(const Dimension& first, const Dimension& second);
/// The book with its crossings written out as dimensions: what is over two has their crossing as its dimension. `by`
/// and `pairs` stay, so that paths of terms do.
void write_out_crossings(Book& book);
/// The value of a pair in a parameter over two dimensions; nothing where neither it nor its first member has one.
const Term* value_of_pair(const Parameter& parameter, const std::string& first, const std::string& second);

using Report = std::function<void(const std::string& code, const std::string& path, const std::string& message)>;
/// What is wrong with "by" and "pairs".
void check_crossings(const Book& book, const Report& report);

}  // namespace openbook
