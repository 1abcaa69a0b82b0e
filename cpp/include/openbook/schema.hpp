// What the descriptions of the structs say, for other programs.
#pragma once

#include <string>

namespace openbook {

/// JSON Schema (draft 2020-12) of a book; agrees with the reader.
std::string json_schema();
/// Every record with its fields, in an order in which each record follows those that it holds.
std::string description();

}  // namespace openbook
