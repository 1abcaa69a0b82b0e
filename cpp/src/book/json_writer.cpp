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

/// A formula that is a plain JSON number is written as one.
Tree formula_tree(const Formula& formula, const WriteStyle& style) {
    const std::string& text = formula.text;
    if (text == "true" || text == "false") {
        Tree tree;
        tree.kind = Tree::Kind::boolean;
        tree.truth = text == "true";
        return tree;
    }
    try {
        const Decimal value = Decimal::parse(text);
        return number_tree(style.canonical ? value.canonical().text() : text.find_first_of("eE+") == std::string::npos && text[0] != '.' && text.back() != '.' && !(text.size() > 1 && text[0] == '0' && text[1] != '.') ? text : value.text());
    } catch (const std::exception&) {
        return text_tree(text);
    }
}

bool same(const Tree& a, const Tree& b) { return a.compact() == b.compact(); }

bool empty(const Tree& tree) {
    return (tree.kind == Tree::Kind::list && tree.items.empty()) || (tree.kind == Tree::Kind::object && tree.members.empty()) || tree.kind == Tree::Kind::null;
}

}  // namespace

Tree write_value(const Type& type, const void* object, const WriteStyle& style) {
    void* place = const_cast<void*>(object);  // the descriptors reach members through plain pointers; nothing is changed
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
        case Kind::raw: return read_tree(static_cast<const RawJson*>(object)->text);
        case Kind::choice: return text_tree(type.choices[static_cast<std::size_t>(type.get_choice(object))]);
        case Kind::list: {
            Tree tree;
            tree.kind = Tree::Kind::list;
            for (std::size_t i = 0; i < type.size(object); ++i) tree.items.push_back(write_value(*type.element, type.at(place, i), style));
            return tree;
        }
        case Kind::map: {
            Tree tree;
            tree.kind = Tree::Kind::object;
            for (std::size_t i = 0; i < type.size(object); ++i) tree.members.emplace_back(type.key(object, i), write_value(*type.element, type.at(place, i), style));
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
            for (auto& member : write_record(alternative, field.type->at(field.at(place), 0), style).members) tree.members.push_back(std::move(member));
            continue;
        }
        Tree value = write_value(*field.type, field.at(place), style);
        const bool is_default = empty(value) || same(value, write_value(*field.type, field.at(prototype), style));
        if (is_default && !field.needed && !(record.name == "book" && field.name == "format")) continue;
        if (field.type->kind == Kind::term && empty(value)) continue;
        tree.members.emplace_back(field.name, std::move(value));
    }
    return tree;
}

std::string pretty(const Tree& tree, int indent) {
    const std::string compact = tree.compact();
    if (compact.size() + static_cast<std::size_t>(indent) <= 110 || (tree.items.empty() && tree.members.empty())) return compact;
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
