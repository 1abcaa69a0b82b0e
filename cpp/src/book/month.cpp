#include "openbook/book/month.hpp"

#include <cctype>
#include <cstdio>
#include <stdexcept>

namespace openbook {

Month Month::parse(std::string_view text) {
    bool good = text.size() == 7 && text[4] == '-';
    for (std::size_t i = 0; good && i < 7; ++i) good = i == 4 || std::isdigit(static_cast<unsigned char>(text[i]));
    const auto number = [&](std::size_t from, std::size_t count) {
        int value = 0;
        for (std::size_t i = from; i < from + count; ++i) value = value * 10 + (text[i] - '0');
        return value;
    };
    if (!good || number(5, 2) < 1 || number(5, 2) > 12)
        throw std::invalid_argument("'" + std::string(text.substr(0, 40)) +
                                    "' is no month; expected a year and a month such as 2016-04");
    return of(number(0, 4), number(5, 2));
}

std::string Month::text() const {
    char text[16];
    std::snprintf(text, sizeof text, "%04d-%02d", year(), month());
    return text;
}

}  // namespace openbook
