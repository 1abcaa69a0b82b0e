// Where the terms of a book stand in its document.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "openbook/book/book.hpp"

namespace openbook::engine {

/// The terms that stand at these JSON pointers, each with its pointer.
std::map<const Term*, std::string> open_terms(const Book& book, const std::vector<std::string>& paths);

}  // namespace openbook::engine
