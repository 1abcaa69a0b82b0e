#include "book/json_reader.hpp"

#include <algorithm>
#include <stdexcept>

namespace openbook {
namespace {

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

bool good_id(const std::string& text) {
    const auto small = [](char c) { return c >= 'a' && c <= 'z'; };  // whatever the host's locale says
    if (text.empty() || text.size() > 64 || !small(text[0])) return false;
    return std::all_of(text.begin(), text.end(),
                       [&](char c) { return small(c) || (c >= '0' && c <= '9') || c == '_'; });
}

std::string meant(const Tree& tree, const std::vector<std::string>& names) {
    const std::string nearest = tree.kind == Tree::Kind::text ? nearest_name(tree.text.substr(0, 100), names) : "";
    return nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?";
}

}  // namespace

std::string nearest_name(const std::string& name, const std::vector<std::string>& names) {
    std::string nearest;
    std::size_t best = std::max<std::size_t>(2, name.size() / 3) + 1;
    for (const std::string& candidate : names) {
        std::vector<std::size_t> row(candidate.size() + 1);
        for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
        for (std::size_t i = 1; i <= name.size(); ++i) {
            std::size_t diagonal = row[0];
            row[0] = i;
            for (std::size_t j = 1; j < row.size(); ++j) {
                const std::size_t above = row[j];
                row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (name[i - 1] == candidate[j - 1] ? 0u : 1u)});
                diagonal = above;
            }
        }
        if (row.back() < best) {
            best = row.back();
            nearest = candidate;
        }
    }
    return nearest;
}

const Record* alternative_named(const Type& type, const std::string& kind) {
    for (const auto& alternative : type.alternatives)
        if (alternative().name == kind) return &alternative();
    return nullptr;
}

void Reader::report(const std::string& code, const std::string& path, const std::string& message) {
    if (problems.size() < most_problems) problems.push_back({code, path, message, ""});
}

std::size_t Reader::read_fields(const Tree& tree, const Record& record, void* object, const std::string& path) {
    std::size_t known = 0;
    for (const Field& field : record.fields) {
        void* place = field.at(object);
        if (field.flattened) {
            std::vector<std::string> kinds;
            for (const auto& alternative : field.type->alternatives) kinds.push_back(alternative().name);
            const Tree* kind = tree.find("kind");
            const auto found = std::find(kinds.begin(), kinds.end(), kind ? kind->text : "");
            if (!kind) {
                report("missing-key", path + "/kind", "\"kind\" is missing; expected one of: " + listed(kinds));
            } else if (kind->kind != Tree::Kind::text || found == kinds.end()) {
                report("unknown-choice", path + "/kind",
                       "got " + kind->shown() + "; expected one of: " + listed(kinds) + meant(*kind, kinds));
            } else {
                const auto index = static_cast<std::size_t>(found - kinds.begin());
                field.type->emplace(place, index);
                known += 1 + read_fields(tree, field.type->alternatives[index](), field.type->at(place, 0), path);
            }
            continue;
        }
        const Tree* value = tree.find(field.name);
        if (value) {
            ++known;
            read_value(*value, field, *field.type, place, path + "/" + field.name);
        } else if (field.needed) {
            report("missing-key", path + "/" + field.name, "\"" + field.name + "\" is missing: " + field.documentation);
        }
    }
    return known;
}

void Reader::read_record(const Tree& tree, const Record& record, void* object, const std::string& path) {
    if (tree.kind != Tree::Kind::object) {
        report("wrong-type", path, "got " + tree.shown() + "; expected an object (" + record.name + ")");
        return;
    }
    if (read_fields(tree, record, object, path) < tree.members.size()) report_unknown(tree, record, path);
}

void Reader::report_unknown(const Tree& tree, const Record& record, const std::string& path) {
    std::vector<std::string> known;
    for (const Field& field : record.fields) {
        if (!field.flattened) {
            known.push_back(field.name);
            continue;
        }
        const Tree* kind = tree.find("kind");
        const Record* family =
            kind && kind->kind == Tree::Kind::text ? alternative_named(*field.type, kind->text) : nullptr;
        if (!family) return;  // without its family nobody can tell what belongs here
        known.emplace_back("kind");
        for (const Field& own : family->fields) known.push_back(own.name);
    }
    for (const auto& [key, value] : tree.members) {
        if (std::find(known.begin(), known.end(), key) != known.end()) continue;
        const std::string shown = key.substr(0, 100), nearest = nearest_name(shown, known);
        report("unknown-key", path + "/" + pointer_part(shown),
               "the key \"" + shown + "\" is unknown in a " + record.name + "; expected one of: " + listed(known) +
                   (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
    }
}

void Reader::check_number(const Field& field, double value, const std::string& path, const std::string& shown) {
    if (field.low && value < *field.low)
        report("out-of-range", path,
               "got " + shown + "; expected at least " + Decimal::parse(std::to_string(*field.low)).canonical().text());
    if (field.high && value > *field.high)
        report("out-of-range", path,
               "got " + shown + "; expected at most " + Decimal::parse(std::to_string(*field.high)).canonical().text());
}

void Reader::read_term(const Tree& tree, const Type& type, void* object, const std::string& path) {
    Term& term = *static_cast<Term*>(object);
    term = Term{};  // a given term replaces the default with all it says
    if (tree.kind == Tree::Kind::object) {
        read_record(tree, type.record(), object, path);
        if (term.value.empty() && term.steps.empty() && !tree.find("value"))
            report("missing-key", path + "/value", "\"value\" is missing: a term needs a value or steps");
        return;
    }
    static const Field value;
    read_value(tree, value, type_of<Formula>(), &term.value, path);
}

void Reader::read_value(const Tree& tree, const Field& field, const Type& type, void* object, const std::string& path) {
    if (problems.size() >= most_problems) return;
    const auto wrong = [&](const std::string& expected) {
        report("wrong-type", path, "got " + tree.shown() + "; expected " + expected);
    };
    switch (type.kind) {
        case Kind::boolean:
            if (tree.kind == Tree::Kind::boolean)
                *static_cast<bool*>(object) = tree.truth;
            else
                wrong("true or false");
            return;
        case Kind::integer: {
            const bool whole = tree.kind == Tree::Kind::number && tree.text.find_first_of(".eE") == std::string::npos &&
                               tree.text.size() <= 10;
            const long long value = whole ? std::stoll(tree.text) : 0;
            if (!whole || value > 2'000'000'000 || value < -2'000'000'000) return wrong("a whole number");
            *static_cast<int*>(object) = static_cast<int>(value);
            check_number(field, static_cast<double>(value), path, tree.shown());
            return;
        }
        case Kind::decimal:
            if (tree.kind != Tree::Kind::number && tree.kind != Tree::Kind::text) return wrong("a number");
            try {
                *static_cast<Decimal*>(object) = Decimal::parse(tree.text);
                check_number(field, static_cast<Decimal*>(object)->to_double(), path, tree.shown());
            } catch (const std::invalid_argument& error) {
                report("wrong-type", path, std::string(error.what()) + "; expected a finite decimal number");
            }
            return;
        case Kind::text:
            if (tree.kind != Tree::Kind::text) return wrong("a text");
            *static_cast<std::string*>(object) = tree.text;
            if (field.name == "id" && !good_id(tree.text))
                report(
                    "malformed", path,
                    "got " + tree.shown() +
                        "; expected a name of small letters, digits and _ that starts with a letter, at most 64 long");
            return;
        case Kind::month:
            if (tree.kind != Tree::Kind::text) return wrong("a month such as \"2016-04\"");
            try {
                *static_cast<Month*>(object) = Month::parse(tree.text);
            } catch (const std::invalid_argument& error) {
                report("wrong-type", path, error.what());
            }
            return;
        case Kind::formula: {
            std::string& text = static_cast<Formula*>(object)->text;
            if (tree.kind == Tree::Kind::number || tree.kind == Tree::Kind::text)
                text = tree.text;
            else if (tree.kind == Tree::Kind::boolean)
                text = tree.truth ? "true" : "false";
            else
                return wrong("a number or a formula");
            if (text.empty()) return report("formula", path, "the formula is empty");
            std::vector<formula::ForeignCall> calls;
            if (const auto fault = formula::fault(text, &calls)) report("formula", path, *fault);
            if (!calls.empty()) foreign.push_back({path, text, std::move(calls)});
            return;
        }
        case Kind::term: return read_term(tree, type, object, path);
        case Kind::raw: static_cast<RawJson*>(object)->text = tree.compact(); return;
        case Kind::choice: {
            const auto found = std::find(type.choices.begin(), type.choices.end(), tree.text);
            if (tree.kind != Tree::Kind::text || found == type.choices.end())
                return report(
                    "unknown-choice", path,
                    "got " + tree.shown() + "; expected one of: " + listed(type.choices) + meant(tree, type.choices));
            type.set_choice(object, static_cast<int>(found - type.choices.begin()));
            return;
        }
        case Kind::list:
            if (tree.kind != Tree::Kind::list) return wrong("a list");
            for (std::size_t i = 0; i < tree.items.size(); ++i)
                read_value(tree.items[i], field, *type.element, type.append(object), path + "/" + std::to_string(i));
            return;
        case Kind::map:
            if (tree.kind != Tree::Kind::object) return wrong("an object");
            for (const auto& [key, value] : tree.members)
                read_value(value, field, *type.element, type.insert(object, key), path + "/" + pointer_part(key));
            return;
        case Kind::optional:
            if (tree.kind != Tree::Kind::null) read_value(tree, field, *type.element, type.append(object), path);
            return;
        case Kind::record: return read_record(tree, type.record(), object, path);
        case Kind::variant: return wrong("nothing: a bare variant is not part of the document");
    }
}

}  // namespace openbook
