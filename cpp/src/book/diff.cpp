#include "openbook/diff.hpp"

#include <algorithm>
#include <map>

#include "book/json_reader.hpp"

namespace openbook {
namespace {

/// The members of an object by key; an index where there are many, such as the values of a dimension's members.
class Members {
public:
    explicit Members(const Tree& object) : object_(object) {
        if (object.members.size() > 32)
            for (const auto& [key, value] : object.members) index_.emplace(key, &value);
    }
    [[nodiscard]] const Tree* find(const std::string& key) const {
        if (index_.empty()) return object_.find(key);
        const auto found = index_.find(key);
        return found == index_.end() ? nullptr : found->second;
    }

private:
    const Tree& object_;
    std::map<std::string_view, const Tree*> index_;
};

class Comparison {
public:
    std::vector<Change> changes;

    void compare(const Tree& a, const Tree& b, const std::string& path, const std::string& words) {
        if (a == b) return;
        if (a.kind == Tree::Kind::object && b.kind == Tree::Kind::object) return compare_objects(a, b, path, words);
        if (a.kind == Tree::Kind::list && b.kind == Tree::Kind::list) return compare_lists(a, b, path, words);
        changes.push_back(
            {path, "changed", a.compact(), b.compact(), words + " changed from " + plain(a) + " to " + plain(b)});
    }

private:
    static std::string plain(const Tree& tree) { return tree.kind == Tree::Kind::text ? tree.text : tree.shown(); }

    static const std::string* id_of(const Tree& tree) {
        for (const char* key : {"id", "name", "party", "mechanism"})
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

    /// Where each item stands; smaller than the list when an item has no id or shares one.
    static std::map<std::string, std::size_t> by_id(const Tree& list) {
        std::map<std::string, std::size_t> places;
        for (std::size_t i = 0; i < list.items.size(); ++i)
            if (const std::string* id = id_of(list.items[i])) places.try_emplace(*id, i);
        return places;
    }

    void added(const Tree& b, const std::string& path, const std::string& words) {
        changes.push_back({path, "added", "", b.compact(), words + " added: " + plain(b)});
    }
    void removed(const Tree& a, const std::string& path, const std::string& words) {
        changes.push_back({path, "removed", a.compact(), "", words + " removed; it was " + plain(a)});
    }

    void compare_objects(const Tree& a, const Tree& b, const std::string& path, const std::string& words) {
        const auto inside = [&](const std::string& key) { return words.empty() ? key : words + ": " + key; };
        const Members of_a(a), of_b(b);
        for (const auto& [key, value] : a.members) {
            const Tree* other = of_b.find(key);
            if (other)
                compare(value, *other, path + "/" + pointer_part(key), inside(key));
            else
                removed(value, path + "/" + pointer_part(key), inside(key));
        }
        for (const auto& [key, value] : b.members)
            if (!of_a.find(key)) added(value, path + "/" + pointer_part(key), inside(key));
    }

    void compare_lists(const Tree& a, const Tree& b, const std::string& path, const std::string& words) {
        const auto places_a = by_id(a), places_b = by_id(b);
        if (places_a.size() < a.items.size() || places_b.size() < b.items.size()) {
            for (std::size_t i = 0; i < std::max(a.items.size(), b.items.size()); ++i) {
                const std::string item_path = path + "/" + std::to_string(i),
                                  item_words = words + " " + std::to_string(i + 1);
                if (i >= a.items.size())
                    added(b.items[i], item_path, item_words);
                else if (i >= b.items.size())
                    removed(a.items[i], item_path, item_words);
                else
                    compare(a.items[i], b.items[i], item_path, item_words);
            }
            return;
        }
        const std::size_t colon = words.rfind(": ");
        const std::string outer = colon == std::string::npos ? "" : words.substr(0, colon + 2),
                          list = colon == std::string::npos ? words : words.substr(colon + 2);
        std::vector<std::string> order_a, order_b;
        for (std::size_t i = 0; i < a.items.size(); ++i) {
            if (!places_b.contains(*id_of(a.items[i])))
                removed(a.items[i], path + "/" + std::to_string(i),
                        outer + one_of(list) + " '" + called(a.items[i]) + "'");
            else
                order_a.push_back(*id_of(a.items[i]));
        }
        for (std::size_t i = 0; i < b.items.size(); ++i) {
            const std::string item_path = path + "/" + std::to_string(i),
                              item_words = outer + one_of(list) + " '" + called(b.items[i]) + "'";
            const auto other = places_a.find(*id_of(b.items[i]));
            if (other == places_a.end()) {
                added(b.items[i], item_path, item_words);
                continue;
            }
            order_b.push_back(*id_of(b.items[i]));
            compare(a.items[other->second], b.items[i], item_path, item_words);
        }
        if (order_a != order_b) changes.push_back({path, "moved", "", "", words + " stand in another order"});
    }
};

}  // namespace

std::vector<Change> diff(const Book& before, const Book& after) {
    Comparison comparison;
    comparison.compare(write_record(Book::record(), &before, {true}), write_record(Book::record(), &after, {true}), "",
                       "");
    return comparison.changes;
}

}  // namespace openbook
