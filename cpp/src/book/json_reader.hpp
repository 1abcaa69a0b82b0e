// Fills any described struct from a JSON tree, and writes it back.
#pragma once

#include <string>
#include <vector>

#include "book/json_tree.hpp"
#include "formula/expression.hpp"
#include "openbook/book/describe.hpp"
#include "openbook/errors.hpp"

namespace openbook {

inline constexpr std::size_t most_problems = 100;

class Reader {
public:
    std::vector<Problem> problems;
    /// A formula that calls what is no function of the language: definitions of its book, or slips.
    struct Foreign {
        std::string path, text;
        std::vector<formula::ForeignCall> calls;
    };
    std::vector<Foreign> foreign;

    void read_record(const Tree& tree, const Record& record, void* object, const std::string& path);
    /// A flattened alternative read on its own: the "kind" is known already.
    void read_value(const Tree& tree, const Field& field, const Type& type, void* object, const std::string& path);
    void report(const std::string& code, const std::string& path, const std::string& message);

private:
    void read_term(const Tree& tree, const Type& type, void* object, const std::string& path);
    /// How many of the object's members are fields of the record.
    std::size_t read_fields(const Tree& tree, const Record& record, void* object, const std::string& path);
    void report_unknown(const Tree& tree, const Record& record, const std::string& path);
    void check_number(const Field& field, double value, const std::string& path, const std::string& shown);
};

struct WriteStyle {
    bool canonical = false;  // fewest digits
};
/// The fields that differ from the record's prototype.
Tree write_record(const Record& record, const void* object, const WriteStyle& style);
Tree write_value(const Type& type, const void* object, const WriteStyle& style);
std::string pretty(const Tree& tree, int indent = 0);
/// Visits every key of a map and the place of its value. The descriptor's own way to the n-th entry counts from the
/// first, which a dimension of many thousand members would feel.
template <class Visit>
void each_entry(const Type& map, void* object, const Visit& visit) {
    const auto all = [&](auto& entries) {
        for (auto& [key, value] : entries) visit(key, static_cast<void*>(&value));
    };
    if (map.element->kind == Kind::term) return all(*static_cast<std::map<std::string, Term>*>(object));
    if (map.element->kind == Kind::text) return all(*static_cast<std::map<std::string, std::string>*>(object));
    for (std::size_t i = 0; i < map.size(object); ++i) visit(map.key(object, i), map.at(object, i));
}

/// The name nearest to a misspelt one, or nothing.
std::string nearest_name(const std::string& name, const std::vector<std::string>& names);
const Record* alternative_named(const Type& type, const std::string& kind);

}  // namespace openbook
