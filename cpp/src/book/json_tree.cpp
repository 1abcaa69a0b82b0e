#include "book/json_tree.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "openbook/errors.hpp"

namespace openbook {
namespace {

using Json = nlohmann::json;

std::string pointer_part(const std::string& key) {
    std::string result;
    for (const char c : key) result += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return result;
}

/// Builds the tree event by event: the library's own tree would keep the last of duplicate keys and forget how numbers were written.
class Handler : public nlohmann::json_sax<Json> {
public:
    Tree root;

    bool null() override { return add(Tree{}); }
    bool boolean(bool value) override {
        Tree tree;
        tree.kind = Tree::Kind::boolean;
        tree.truth = value;
        return add(std::move(tree));
    }
    bool number_integer(number_integer_t value) override { return number(std::to_string(value)); }
    bool number_unsigned(number_unsigned_t value) override { return number(std::to_string(value)); }
    bool number_float(number_float_t, const string_t& text) override { return number(text); }
    bool string(string_t& value) override {
        Tree tree;
        tree.kind = Tree::Kind::text;
        tree.text = std::move(value);
        return add(std::move(tree));
    }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open(Tree::Kind::object); }
    bool start_array(std::size_t) override { return open(Tree::Kind::list); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override {
        Level& level = levels_.back();
        if (!level.keys.insert(name).second)
            throw BookError("the document is not valid", {{"duplicate-key", path() + "/" + pointer_part(name), "the key \"" + name + "\" stands twice in the same object", ""}});
        level.tree->members.emplace_back(std::move(name), Tree{});
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) override {
        std::string why = error.what();
        // The library's prefix says nothing to a reader of contracts.
        if (const auto at = why.find("] "); why.starts_with("[json.exception") && at != std::string::npos) why = why.substr(at + 2);
        throw BookError("the document is not valid JSON", {{"malformed", path(), why + " (byte " + std::to_string(position) + ")", ""}});
    }

private:
    struct Level {
        Tree* tree;
        std::set<std::string> keys;
    };
    std::vector<Level> levels_;

    [[nodiscard]] std::string path() const {
        std::string result;
        for (std::size_t i = 0; i + 1 < levels_.size(); ++i) result += part(*levels_[i].tree);
        return result;
    }
    static std::string part(const Tree& tree) {
        if (tree.kind == Tree::Kind::object) return tree.members.empty() ? "" : "/" + pointer_part(tree.members.back().first);
        return tree.items.empty() ? "" : "/" + std::to_string(tree.items.size() - 1);
    }
    Tree* place(Tree tree) {
        if (levels_.empty()) {
            root = std::move(tree);
            return &root;
        }
        Tree& parent = *levels_.back().tree;
        if (parent.kind == Tree::Kind::object) {
            parent.members.back().second = std::move(tree);
            return &parent.members.back().second;
        }
        parent.items.push_back(std::move(tree));
        return &parent.items.back();
    }
    bool add(Tree tree) {
        place(std::move(tree));
        return true;
    }
    bool number(const std::string& text) {
        Tree tree;
        tree.kind = Tree::Kind::number;
        tree.text = text;
        return add(std::move(tree));
    }
    bool open(Tree::Kind kind) {
        if (levels_.size() >= static_cast<std::size_t>(most_levels))
            throw BookError("the document is not valid", {{"too-deep", path(), "nested deeper than " + std::to_string(most_levels) + " levels", ""}});
        Tree tree;
        tree.kind = kind;
        // A parent's elements do not move while a child is open: only the last element has an open child.
        levels_.push_back({place(std::move(tree)), {}});
        return true;
    }
    bool close() {
        levels_.pop_back();
        return true;
    }
};

}  // namespace

std::string quoted(const std::string& text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }

const Tree* Tree::find(std::string_view key) const {
    for (const auto& [name, value] : members)
        if (name == key) return &value;
    return nullptr;
}

const char* Tree::kind_name() const {
    switch (kind) {
        case Kind::null: return "null";
        case Kind::boolean: return "a truth value";
        case Kind::number: return "a number";
        case Kind::text: return "a text";
        case Kind::list: return "a list";
        case Kind::object: return "an object";
    }
    return "";
}

std::string Tree::compact() const {
    switch (kind) {
        case Kind::null: return "null";
        case Kind::boolean: return truth ? "true" : "false";
        case Kind::number: return text;
        case Kind::text: return quoted(text);
        case Kind::list: {
            std::string result = "[";
            for (std::size_t i = 0; i < items.size(); ++i) result += (i ? "," : "") + items[i].compact();
            return result + "]";
        }
        case Kind::object: {
            std::string result = "{";
            for (std::size_t i = 0; i < members.size(); ++i) result += (i ? "," : "") + quoted(members[i].first) + ":" + members[i].second.compact();
            return result + "}";
        }
    }
    return {};
}

std::string Tree::shown() const {
    const std::string whole = compact();
    return whole.size() <= 60 ? whole : whole.substr(0, 57) + "...";
}

Tree read_tree(std::string_view json) {
    if (json.size() > most_bytes)
        throw LimitError("the document is too large", {{"too-large", "", "it has " + std::to_string(json.size()) + " bytes; at most " + std::to_string(most_bytes) + " are read", ""}});
    Handler handler;
    Json::sax_parse(json.begin(), json.end(), &handler);
    return std::move(handler.root);
}

}  // namespace openbook
