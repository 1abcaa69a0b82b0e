#include "openbook/diff.hpp"

#include <algorithm>

#include "book/json_reader.hpp"

namespace openbook {
namespace {

class Comparison {
public:
    std::vector<Change> changes;

    void compare(const Tree& a, const Tree& b, const std::string& path, const std::string& words) {
        if (a.compact() == b.compact()) return;
        if (a.kind == Tree::Kind::object && b.kind == Tree::Kind::object) return compare_objects(a, b, path, words);
        if (a.kind == Tree::Kind::list && b.kind == Tree::Kind::list) return compare_lists(a, b, path, words);
        changes.push_back({path, "changed", a.compact(), b.compact(), words + " changed from " + plain(a) + " to " + plain(b)});
    }

private:
    static std::string plain(const Tree& tree) { return tree.kind == Tree::Kind::text ? tree.text : tree.shown(); }

    static const std::string* id_of(const Tree& tree) {
        for (const char* key : {"id", "name"})
            if (const Tree* id = tree.find(key); id && id->kind == Tree::Kind::text) return &id->text;
        return nullptr;
    }
    static std::string called(const Tree& item) {
        const Tree* name = item.find("name");
        const std::string* id = id_of(item);
        return name && name->kind == Tree::Kind::text ? name->text : id ? *id : item.shown();
    }
    /// "clauses" -> "clause": what one item of a list is called.
    static std::string one_of(std::string list) {
        if (list.ends_with("ies")) return list.substr(0, list.size() - 3) + "y";
        if (list.ends_with('s')) list.pop_back();
        return list;
    }

    void added(const Tree& b, const std::string& path, const std::string& words) {
        changes.push_back({path, "added", "", b.compact(), words + " added: " + plain(b)});
    }
    void removed(const Tree& a, const std::string& path, const std::string& words) {
        changes.push_back({path, "removed", a.compact(), "", words + " removed; it was " + plain(a)});
    }

    void compare_objects(const Tree& a, const Tree& b, const std::string& path, const std::string& words) {
        const auto inside = [&](const std::string& key) { return words.empty() ? key : words + ": " + key; };
        for (const auto& [key, value] : a.members) {
            const Tree* other = b.find(key);
            if (other) compare(value, *other, path + "/" + key, inside(key));
            else removed(value, path + "/" + key, inside(key));
        }
        for (const auto& [key, value] : b.members)
            if (!a.find(key)) added(value, path + "/" + key, inside(key));
    }

    void compare_lists(const Tree& a, const Tree& b, const std::string& path, const std::string& words) {
        const auto keyed = [](const Tree& list) { return std::all_of(list.items.begin(), list.items.end(), [](const Tree& item) { return id_of(item) != nullptr; }); };
        if (!keyed(a) || !keyed(b)) {
            for (std::size_t i = 0; i < std::max(a.items.size(), b.items.size()); ++i) {
                const std::string item_path = path + "/" + std::to_string(i), item_words = words + " " + std::to_string(i + 1);
                if (i >= a.items.size()) added(b.items[i], item_path, item_words);
                else if (i >= b.items.size()) removed(a.items[i], item_path, item_words);
                else compare(a.items[i], b.items[i], item_path, item_words);
            }
            return;
        }
        const std::size_t colon = words.rfind(": ");
        const std::string outer = colon == std::string::npos ? "" : words.substr(0, colon + 2), list = colon == std::string::npos ? words : words.substr(colon + 2);
        const auto find = [](const Tree& where, const std::string& id) {
            return std::find_if(where.items.begin(), where.items.end(), [&](const Tree& item) { return *id_of(item) == id; });
        };
        std::vector<std::string> order_a, order_b;
        for (std::size_t i = 0; i < a.items.size(); ++i) {
            const auto other = find(b, *id_of(a.items[i]));
            if (other == b.items.end()) removed(a.items[i], path + "/" + std::to_string(i), outer + one_of(list) + " '" + called(a.items[i]) + "'");
            else order_a.push_back(*id_of(a.items[i]));
        }
        for (std::size_t i = 0; i < b.items.size(); ++i) {
            const std::string item_path = path + "/" + std::to_string(i), item_words = outer + one_of(list) + " '" + called(b.items[i]) + "'";
            const auto other = find(a, *id_of(b.items[i]));
            if (other == a.items.end()) {
                added(b.items[i], item_path, item_words);
                continue;
            }
            order_b.push_back(*id_of(b.items[i]));
            compare(*other, b.items[i], item_path, item_words);
        }
        if (order_a != order_b) changes.push_back({path, "moved", "", "", words + " stand in another order"});
    }
};

}  // namespace

std::vector<Change> diff(const Book& before, const Book& after) {
    Comparison comparison;
    comparison.compare(write_record(Book::record(), &before, {true}), write_record(Book::record(), &after, {true}), "", "");
    return comparison.changes;
}

}  // namespace openbook
