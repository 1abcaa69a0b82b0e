// What no single field can tell: names that must exist and be unique, dates in order, weights that add up.
#pragma once

#include <vector>

#include "book/json_reader.hpp"
#include "formula/definitions.hpp"
#include "openbook/book/book.hpp"
#include "openbook/errors.hpp"

namespace openbook {

void check_book(const Book& book, std::vector<Problem>& problems);
/// Calls of what is no function: each must be a definition of the book, with as many operands as it has arguments.
void check_calls(const Book& book, const std::vector<Reader::Foreign>& formulas, std::vector<Problem>& problems);
/// As with_overrides, telling of calls in the overrides as well.
Clause overridden(const Clause& clause, const std::map<std::string, RawJson>& overrides,
                  std::vector<Reader::Foreign>& foreign);
/// Categories and definitions by themselves, and what is said to be of a category.
void check_language(const Book& book, std::vector<Problem>& problems);
/// The definitions of a book, parsed; those that cannot be parsed are left out.
formula::Definitions definitions_of(const Book& book);
/// "Acute 2024/25, clause 7.3" for a path inside a clause; empty elsewhere.
std::string contract_words(const Book& book, const std::string& path);

}  // namespace openbook
