#include "book/json_tree.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "openbook/errors.hpp"

namespace openbook {
namespace {

using Json = nlohmann::json;

/// Builds the tree event by event: the library's own tree would keep the last of duplicate keys and forget how numbers
/// were written.
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
        if (!level.is_new(name))
            throw BookError("the document is not valid",
                            {{"duplicate-key", path() + "/" + pointer_part(name),
                              "the key \"" + name + "\" stands twice in the same object", ""}});
        level.tree->members.emplace_back(std::move(name), Tree{});
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) override {
        std::string why = error.what();
        // The library's prefix says nothing to a reader of contracts.
        if (const auto at = why.find("] "); why.starts_with("[json.exception") && at != std::string::npos)
            why = why.substr(at + 2);
        throw BookError("the document is not valid JSON",
                        {{"malformed", path(), why + " (byte " + std::to_string(position) + ")", ""}});
    }

private:
    struct Level {
        Tree* tree;
        std::set<std::string> keys;  // of large objects only: looking through a few members is faster

        bool is_new(const std::string& name) {
            constexpr std::size_t few = 32;
            const auto& members = tree->members;
            if (members.size() < few) return tree->find(name) == nullptr;
            if (keys.empty())
                for (const auto& member : members) keys.insert(member.first);
            return keys.insert(name).second;
        }
    };
    std::vector<Level> levels_;
    std::size_t values_ = 0;

    [[nodiscard]] std::string path() const {
        std::string result;
        for (std::size_t i = 0; i + 1 < levels_.size(); ++i) result += part(*levels_[i].tree);
        return result;
    }
    static std::string part(const Tree& tree) {
        if (tree.kind == Tree::Kind::object)
            return tree.members.empty() ? "" : "/" + pointer_part(tree.members.back().first);
        return tree.items.empty() ? "" : "/" + std::to_string(tree.items.size() - 1);
    }
    Tree* place(Tree tree) {
        if (++values_ > most_values)
            throw LimitError(
                "the document is too large",
                {{"too-large", path(), "it has more than " + std::to_string(most_values) + " values", ""}});
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
            throw BookError(
                "the document is not valid",
                {{"too-deep", path(), "nested deeper than " + std::to_string(most_levels) + " levels", ""}});
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

std::string pointer_part(const std::string& key) {
    std::string result;
    for (const char c : key) {
        if (c == '~')
            result += "~0";
        else if (c == '/')
            result += "~1";
        else
            result += c;
    }
    return result;
}

std::string quoted(const std::string& text) {
    // Nearly every text needs no escape.
    const auto plain = [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f && c != '"' && c != '\\';
    };
    if (std::all_of(text.begin(), text.end(), plain)) return '"' + text + '"';
    return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

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

namespace {

void append_compact(const Tree& tree, std::string& out) {
    switch (tree.kind) {
        case Tree::Kind::null: out += "null"; return;
        case Tree::Kind::boolean: out += tree.truth ? "true" : "false"; return;
        case Tree::Kind::number: out += tree.text; return;
        case Tree::Kind::text: out += quoted(tree.text); return;
        case Tree::Kind::list:
            out += '[';
            for (const Tree& item : tree.items) {
                if (&item != &tree.items.front()) out += ',';
                append_compact(item, out);
            }
            out += ']';
            return;
        case Tree::Kind::object:
            out += '{';
            for (const auto& member : tree.members) {
                if (&member != &tree.members.front()) out += ',';
                out += quoted(member.first) + ":";
                append_compact(member.second, out);
            }
            out += '}';
            return;
    }
}

}  // namespace

std::string Tree::compact() const {
    std::string out;
    append_compact(*this, out);
    return out;
}

std::string Tree::shown() const {
    const std::string whole = compact();
    if (whole.size() <= 60) return whole;
    std::size_t end = 57;  // between two characters, never within one
    while ((static_cast<unsigned char>(whole[end]) & 0xC0) == 0x80) --end;
    return whole.substr(0, end) + "...";
}

Tree read_tree(std::string_view json) {
    if (json.size() > most_bytes)
        throw LimitError("the document is too large", {{"too-large", "",
                                                        "it has " + std::to_string(json.size()) + " bytes; at most " +
                                                            std::to_string(most_bytes) + " are read",
                                                        ""}});
    Handler handler;
    Json::sax_parse(json.begin(), json.end(), &handler);
    return std::move(handler.root);
}

}  // namespace openbook
