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
    std::string base = singular(words);
    if (base == "percentage point") base = "pp";
    if (base.empty() || base == "%" || base == "number" || base == "1" || base == "ratio" || base == "percent") return;
    unit.powers[base] += power;
    if (unit.powers[base] == 0) unit.powers.erase(base);
}

}  // namespace

Unit Unit::parse(const std::string& text) {
    Unit unit;
    if (text == "%" || text == "percent" || text == "per cent") {
        unit.percent = true;
        return unit;
    }
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

namespace {

using engine::Exact;

/// A unit in bases that no other base is so many of.
struct Reduced {
    Exact scale = 1;
    Unit unit;
};

std::optional<Exact> number_word(const std::string& word) {
    static const std::map<std::string, Exact> words = {
        {"hundred", 100}, {"thousand", 1000}, {"million", 1'000'000}, {"billion", 1'000'000'000}};
    if (const auto found = words.find(word); found != words.end()) return found->second;
    std::string digits;
    for (const char c : word) {
        if (c == ',') continue;
        if (c < '0' || c > '9') return std::nullopt;
        digits += c;
    }
    if (digits.empty() || digits.size() > 15) return std::nullopt;
    return engine::exact_from_text(digits);
}

Reduced reduced(std::string base) {
    static const std::map<std::string, std::pair<Exact, std::string>> sizes = {
        {"year", {12, "month"}},
        {"annum", {12, "month"}},
        {"half-year", {6, "month"}},
        {"half year", {6, "month"}},
        {"quarter", {3, "month"}},
        {"week", {7, "day"}},
        {"fortnight", {14, "day"}},
        {"hour", {Exact(1) / Exact(24), "day"}},
        {"minute", {Exact(1) / Exact(1440), "day"}},
        {"£k", {1000, "£"}},
        {"£m", {1'000'000, "£"}},
        {"£bn", {1'000'000'000, "£"}},
        {"pence", {Exact(1) / Exact(100), "£"}},
        {"penny", {Exact(1) / Exact(100), "£"}},
        {"pp", {Exact(1) / Exact(100), ""}},
        {"‰", {Exact(1) / Exact(1000), ""}}};
    Reduced result;
    while (!base.empty()) {
        const std::size_t space = base.find(' ');
        const auto number = number_word(base.substr(0, space));
        if (!number) break;
        result.scale *= *number;
        base = space == std::string::npos ? "" : base.substr(space + 1);
    }
    if (const auto found = sizes.find(singular(base)); found != sizes.end()) {
        result.scale *= found->second.first;
        base = found->second.second;
    } else if (const std::size_t hyphen = base.find('-'); hyphen != std::string::npos && hyphen > 0) {
        // A member-month is a member times a month.
        const Reduced first = reduced(base.substr(0, hyphen)), rest = reduced(base.substr(hyphen + 1));
        result.scale *= first.scale * rest.scale;
        result.unit = first.unit * rest.unit;
        return result;
    }
    add_base(result.unit, base, 1);
    return result;
}

Reduced reduced(const Unit& unit) {
    Reduced result;
    for (const auto& [base, power] : unit.powers) {
        const Reduced part = reduced(base);
        for (int i = 0; i < (power > 0 ? power : -power); ++i) {
            result.scale = power > 0 ? Exact(result.scale * part.scale) : Exact(result.scale / part.scale);
            result.unit = power > 0 ? result.unit * part.unit : result.unit / part.unit;
        }
    }
    return result;
}

}  // namespace

std::optional<Exact> conversion(const Unit& from, const Unit& to) {
    const Reduced a = reduced(from), b = reduced(to);
    if (a.unit != b.unit) return std::nullopt;
    return Exact(a.scale / b.scale);
}

bool has_currency(const Unit& unit) {
    static const char* const signs[] = {"£", "€", "$"};
    for (const auto& [base, power] : unit.powers)
        for (const char* sign : signs)
            if (base.starts_with(sign)) return true;
    return false;
}
bool is_currency(const Unit& unit) {
    return unit.powers.size() == 1 && unit.powers.begin()->second == 1 && has_currency(unit);
}

}  // namespace openbook::formula
