// Units of quantities: products of named bases such as pounds, attendances, months.
#pragma once

#include <map>
#include <string>

namespace openbook::formula {

/// "£ per attendance" is {£: 1, attendance: -1}. Percent and "number" are plain numbers. Plurals are the same base.
struct Unit {
    std::map<std::string, int> powers;

    static Unit parse(const std::string& text);
    static Unit pounds() { return Unit{{{"£", 1}}}; }
    [[nodiscard]] bool plain() const { return powers.empty(); }
    [[nodiscard]] std::string text() const;
    friend bool operator==(const Unit&, const Unit&) = default;
    friend Unit operator*(const Unit& a, const Unit& b);
    friend Unit operator/(const Unit& a, const Unit& b);
};

}  // namespace openbook::formula
