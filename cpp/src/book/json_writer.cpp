#include "book/json_reader.hpp"

namespace openbook {
namespace {

Tree text_tree(std::string text) {
    Tree tree;
    tree.kind = Tree::Kind::text;
    tree.text = std::move(text);
    return tree;
}
Tree number_tree(std::string text) {
    Tree tree;
    tree.kind = Tree::Kind::number;
    tree.text = std::move(text);
    return tree;
}

/// Whether a JSON reader takes the text for a number and gives back the same text.
bool is_json_number(const std::string& text) {
    std::size_t i = text.starts_with('-') ? 1 : 0;
    const auto digits = [&] {
        const std::size_t from = i;
        while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
        return i - from;
    };
    const std::size_t first = i, whole = digits();
    if (whole == 0 || (whole > 1 && text[first] == '0') || text == "-0") return false;
    if (i < text.size() && text[i] == '.' && (++i, digits() == 0)) return false;
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
        if (++i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
        if (digits() == 0) return false;
    }
    return i == text.size();
}

/// The numbers of a value whose type is not known, in their fewest digits.
void make_canonical(Tree& tree) {
    if (tree.kind == Tree::Kind::number) {
        try {
            tree.text = Decimal::parse(tree.text).canonical().text();
        } catch (const std::invalid_argument&) {
            return;  // more digits than a book may have: refused where it is used
        }
    }
    for (Tree& item : tree.items) make_canonical(item);
    for (auto& member : tree.members) make_canonical(member.second);
}

/// A formula that is a plain JSON number is written as one.
Tree formula_tree(const Formula& formula, const WriteStyle& style) {
    const std::string& text = formula.text;
    if (text == "true" || text == "false") {
        Tree tree;
        tree.kind = Tree::Kind::boolean;
        tree.truth = text == "true";
        return tree;
    }
    if (!style.canonical) return is_json_number(text) ? number_tree(text) : text_tree(text);
    if (text.empty() || text.find_first_not_of("0123456789.eE+-") != std::string::npos) return text_tree(text);
    try {
        return number_tree(Decimal::parse(text).canonical().text());
    } catch (const std::invalid_argument&) {
        return text_tree(text);
    }
}

bool empty(const Tree& tree) {
    return (tree.kind == Tree::Kind::list && tree.items.empty()) ||
           (tree.kind == Tree::Kind::object && tree.members.empty()) || tree.kind == Tree::Kind::null;
}

}  // namespace

Tree write_value(const Type& type, const void* object, const WriteStyle& style) {
    void* place =
        const_cast<void*>(object);  // the descriptors reach members through plain pointers; nothing is changed
    switch (type.kind) {
        case Kind::boolean: {
            Tree tree;
            tree.kind = Tree::Kind::boolean;
            tree.truth = *static_cast<const bool*>(object);
            return tree;
        }
        case Kind::integer: return number_tree(std::to_string(*static_cast<const int*>(object)));
        case Kind::decimal: {
            const Decimal& value = *static_cast<const Decimal*>(object);
            return number_tree(style.canonical ? value.canonical().text() : value.text());
        }
        case Kind::text: return text_tree(*static_cast<const std::string*>(object));
        case Kind::month: return text_tree(static_cast<const Month*>(object)->text());
        case Kind::formula: return formula_tree(*static_cast<const Formula*>(object), style);
        case Kind::term: {
            const Term& term = *static_cast<const Term*>(object);
            Tree whole = write_record(Term::record(), object, style);
            if (whole.members.size() == 1 && whole.members[0].first == "value") return formula_tree(term.value, style);
            return whole;
        }
        case Kind::raw: {
            Tree tree = read_tree(static_cast<const RawJson*>(object)->text);
            if (style.canonical) make_canonical(tree);
            return tree;
        }
        case Kind::choice: return text_tree(type.choices[static_cast<std::size_t>(type.get_choice(object))]);
        case Kind::list: {
            Tree tree;
            tree.kind = Tree::Kind::list;
            for (std::size_t i = 0; i < type.size(object); ++i)
                tree.items.push_back(write_value(*type.element, type.at(place, i), style));
            return tree;
        }
        case Kind::map: {
            Tree tree;
            tree.kind = Tree::Kind::object;
            each_entry(type, place, [&](const std::string& key, void* value) {
                tree.members.emplace_back(key, write_value(*type.element, value, style));
            });
            return tree;
        }
        case Kind::optional: return type.size(object) ? write_value(*type.element, type.at(place, 0), style) : Tree{};
        case Kind::record: return write_record(type.record(), object, style);
        case Kind::variant: return {};
    }
    return {};
}

Tree write_record(const Record& record, const void* object, const WriteStyle& style) {
    Tree tree;
    tree.kind = Tree::Kind::object;
    void* place = const_cast<void*>(object);
    void* prototype = const_cast<void*>(record.prototype.get());
    for (const Field& field : record.fields) {
        if (field.flattened) {
            const Record& alternative = field.type->alternatives[field.type->size(field.at(place))]();
            tree.members.emplace_back("kind", text_tree(alternative.name));
            for (auto& member : write_record(alternative, field.type->at(field.at(place), 0), style).members)
                tree.members.push_back(std::move(member));
            continue;
        }
        Tree value = write_value(*field.type, field.at(place), style);
        // What is given though it may be left out is said, also where all of it stands at its defaults.
        const bool given = field.type->kind == Kind::optional && field.type->size(field.at(place)) > 0;
        const bool is_default =
            !given && (empty(value) || value == write_value(*field.type, field.at(prototype), style));
        if (is_default && !field.needed && !(record.name == "book" && field.name == "format")) continue;
        if (field.type->kind == Kind::term && empty(value)) continue;
        tree.members.emplace_back(field.name, std::move(value));
    }
    return tree;
}

namespace {

/// What is left of a line after the compact form, below zero when it does not fit; looks no further than the line is
/// long.
long left_of_line(const Tree& tree, long left) {
    if (tree.kind == Tree::Kind::text)
        return static_cast<long>(tree.text.size()) > left ? -1 : left - static_cast<long>(quoted(tree.text).size());
    if (tree.kind == Tree::Kind::number) return left - static_cast<long>(tree.text.size());
    if (tree.kind == Tree::Kind::boolean || tree.kind == Tree::Kind::null)
        return left - (tree.truth || tree.kind == Tree::Kind::null ? 4 : 5);
    const std::size_t count = tree.items.size() + tree.members.size();
    left -= 2 + (count > 1 ? static_cast<long>(count) - 1 : 0);
    for (std::size_t i = 0; i < tree.items.size() && left >= 0; ++i) left = left_of_line(tree.items[i], left);
    for (std::size_t i = 0; i < tree.members.size() && left >= 0; ++i)
        left = left_of_line(tree.members[i].second, left - 1 - static_cast<long>(quoted(tree.members[i].first).size()));
    return left;
}

}  // namespace

std::string pretty(const Tree& tree, int indent) {
    constexpr long line = 110;
    if ((tree.items.empty() && tree.members.empty()) || left_of_line(tree, line - indent) >= 0) return tree.compact();
    const std::string inner(static_cast<std::size_t>(indent) + 1, ' '), outer(static_cast<std::size_t>(indent), ' ');
    std::string result = tree.kind == Tree::Kind::list ? "[" : "{";
    bool first = true;
    for (const Tree& item : tree.items) {
        result += (first ? "\n" : ",\n") + inner + pretty(item, indent + 1);
        first = false;
    }
    for (const auto& [key, value] : tree.members) {
        result += (first ? "\n" : ",\n") + inner + quoted(key) + ": " + pretty(value, indent + 1);
        first = false;
    }
    return result + "\n" + outer + (tree.kind == Tree::Kind::list ? "]" : "}");
}

}  // namespace openbook
