// What changed between two books, in words.
#pragma once

#include <string>
#include <vector>

#include "openbook/book/book.hpp"

namespace openbook {

struct Change {
    std::string path;           // in the newer book; in the older one where something was removed
    std::string what;           // added, removed, changed, moved
    std::string before, after;  // compact JSON, empty where there is none
    std::string words;
};

/// Items with an id are matched by it, so that an inserted party does not make all later ones look changed.
std::vector<Change> diff(const Book& before, const Book& after);

}  // namespace openbook
