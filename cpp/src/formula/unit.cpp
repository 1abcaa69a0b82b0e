#include "formula/unit.hpp"

#include <sstream>

namespace openbook::formula {
namespace {

std::string singular(std::string word) {
    // The plurals of the field that follow no rule.
    static const std::map<std::string, std::string> irregular = {
        {"people", "person"}, {"children", "child"}, {"men", "man"}, {"women", "woman"}};
    const std::size_t last = word.rfind(' ') + 1;
    if (const auto found = irregular.find(word.substr(last)); found != irregular.end())
        return word.substr(0, last) + found->second;
    if (word.size() > 3 && word.ends_with("ies")) return word.substr(0, word.size() - 3) + "y";
    for (const char* ending : {"ches", "shes", "sses", "xes"})
        if (word.ends_with(ending)) return word.substr(0, word.size() - 2);
    if (word.size() > 2 && word.ends_with('s') && !word.ends_with("ss")) word.pop_back();
    return word;
}

Unit combined(const Unit& a, const Unit& b, int sign) {
    Unit result = a;
    for (const auto& [base, power] : b.powers) {
        result.powers[base] += sign * power;
        if (result.powers[base] == 0) result.powers.erase(base);
    }
    return result;
}

void add_base(Unit& unit, const std::string& words, int power) {
    const std::string base = singular(words);
    if (base.empty() || base == "%" || base == "number" || base == "1" || base == "ratio" || base == "percent") return;
    unit.powers[base] += power;
    if (unit.powers[base] == 0) unit.powers.erase(base);
}

}  // namespace

Unit Unit::parse(const std::string& text) {
    Unit unit;
    std::string spaced;
    for (const char c : text) spaced += c == '/' ? std::string(" per ") : std::string(1, c);
    std::istringstream stream(spaced);
    std::string word, words;
    int power = 1;
    while (stream >> word) {
        if (word == "per" || word == "a") {
            add_base(unit, words, power);
            words.clear();
            power = -1;
        } else {
            words += (words.empty() ? "" : " ") + word;
        }
    }
    add_base(unit, words, power);
    return unit;
}

std::string Unit::text() const {
    std::string above, below;
    for (const auto& [base, power] : powers) {
        std::string& side = power > 0 ? above : below;
        const int size = power > 0 ? power : -power;
        side += (side.empty() ? "" : " ") + base + (size > 1 ? "^" + std::to_string(size) : "");
    }
    if (above.empty() && below.empty()) return "number";
    return below.empty() ? above : (above.empty() ? "1" : above) + " per " + below;
}

Unit operator*(const Unit& a, const Unit& b) {
    return combined(a, b, 1);
}
Unit operator/(const Unit& a, const Unit& b) {
    return combined(a, b, -1);
}

}  // namespace openbook::formula
