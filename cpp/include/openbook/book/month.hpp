// A calendar month, the smallest period of the model.
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace openbook {

struct Month {
    int index = 0;  // months since January of year 0

    static constexpr Month of(int year, int month) { return Month{year * 12 + month - 1}; }
    /// Reads "2015-04". Throws std::invalid_argument naming the text.
    static Month parse(std::string_view text);
    [[nodiscard]] std::string text() const;
    [[nodiscard]] constexpr int year() const { return index / 12; }
    [[nodiscard]] constexpr int month() const { return index % 12 + 1; }

    friend constexpr auto operator<=>(const Month&, const Month&) = default;
    friend constexpr Month operator+(Month m, int months) { return Month{m.index + months}; }
    friend constexpr int operator-(Month a, Month b) { return a.index - b.index; }
};

}  // namespace openbook
