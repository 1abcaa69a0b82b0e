// What functions of the language are called elsewhere.
#pragma once

#include <string>

namespace openbook::formula {

/// How the language says what is called `name` elsewhere, such as in spreadsheets; empty where nobody knows.
std::string said_otherwise(const std::string& name);

}  // namespace openbook::formula
