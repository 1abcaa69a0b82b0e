// Books as JSON text.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "openbook/book/book.hpp"
#include "openbook/errors.hpp"

namespace openbook {

/// Reads and checks a book. Throws BookError with every problem found, LimitError for a document over 64 MB.
Book read_book(std::string_view json);
/// Keys in field order, defaults left out, numbers as written: reading it gives an equal book, writing that the same
/// text.
std::string write(const Book& book, bool pretty = true);
/// For digests: compact, notes left out, numbers in their fewest digits.
std::string canonical(const Book& book);
/// One object of any record ("party", "block", ...), checked on its own: its compact JSON, with numbers as written or
/// in their fewest digits.
std::string check_value(const std::string& record_name, std::string_view json, bool fewest_digits = false);
/// A clause with a reading's overrides written over its own fields.
Clause with_overrides(const Clause& clause, const std::map<std::string, RawJson>& overrides);

}  // namespace openbook
