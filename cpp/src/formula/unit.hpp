// Units of quantities: products of named bases such as pounds, attendances, months.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "engine/exact.hpp"

namespace openbook::formula {

/// "£ per attendance" is {£: 1, attendance: -1}. Percent and "number" are plain numbers. Plurals are the same base, and
/// so is each size of it: "1000 patients" is a base of its own, which `conversion` knows to be 1000 of another.
struct Unit {
    std::map<std::string, int> powers;
    bool percent = false;  // a plain number that is written in percent: 0.05 for 5%. Units are equal without it

    static Unit parse(const std::string& text);
    static Unit pounds() { return Unit{{{"£", 1}}}; }
    [[nodiscard]] bool plain() const { return powers.empty(); }
    [[nodiscard]] std::string text() const;
    /// As text, for messages: "%" for a percentage.
    [[nodiscard]] std::string words() const { return plain() && percent ? "%" : text(); }
    friend bool operator==(const Unit& a, const Unit& b) { return a.powers == b.powers; }
    friend Unit operator*(const Unit& a, const Unit& b);
    friend Unit operator/(const Unit& a, const Unit& b);
};

/// Percentage points: 5pp is the number 5, and what a percentage of 5% moves by.
inline Unit percentage_points() {
    return Unit{{{"pp", 1}}};
}

/// What a number in `from` is multiplied by to be in `to`: "per 1000" of 0.012 is 12, "£ per year" of £1 per month
/// is 12. Nothing where they measure different things.
std::optional<engine::Exact> conversion(const Unit& from, const Unit& to);

/// Whether it counts money of some currency.
bool has_currency(const Unit& unit);
/// Whether it is money and nothing else.
bool is_currency(const Unit& unit);

}  // namespace openbook::formula
