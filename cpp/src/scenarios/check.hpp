// What must hold between drivers, correlation groups and the processes that drivers share.
#pragma once

#include <functional>
#include <string>

#include "openbook/book/book.hpp"

namespace openbook::scenarios {

using Report = std::function<void(const std::string& code, const std::string& path, const std::string& message)>;

void check_drivers(const Book& book, const Report& report);

}  // namespace openbook::scenarios
