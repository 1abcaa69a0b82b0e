// What no single field can tell: names that must exist and be unique, dates in order, weights that add up.
#pragma once

#include <vector>

#include "openbook/book/book.hpp"
#include "openbook/errors.hpp"

namespace openbook {

void check_book(const Book& book, std::vector<Problem>& problems);
/// "Acute 2024/25, clause 7.3" for a path inside a clause; empty elsewhere.
std::string contract_words(const Book& book, const std::string& path);

}  // namespace openbook
