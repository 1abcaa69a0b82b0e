#include "book/crossing.hpp"

#include <algorithm>
#include <set>

#include "book/json_reader.hpp"

namespace openbook {

std::string crossing_name(const std::string& first, const std::string& second) {
    return first + " by " + second;
}

std::string pair_name(const std::string& first, const std::string& second) {
    return first + ", " + second;
}

Dimension crossing_of(const Dimension& first, const Dimension& second) {
    Dimension crossing;
    crossing.id = crossing_name(first.id, second.id);
    crossing.members.reserve(first.members.size() * second.members.size());
    auto &of_first = crossing.parents[first.id], &of_second = crossing.parents[second.id];
    for (const std::string& a : first.members)
        for (const std::string& b : second.members) {
            const std::string& pair = crossing.members.emplace_back(pair_name(a, b));
            of_first[pair] = a;
            of_second[pair] = b;
        }
    return crossing;
}

void write_out_crossings(Book& book) {
    const auto named = [&](const std::string& id) {
        return std::find_if(book.dimensions.begin(), book.dimensions.end(),
                            [&](const Dimension& dimension) { return dimension.id == id; });
    };
    const auto cross = [&](auto& items) {
        for (auto& item : items) {
            // A plan that is compiled again has them written out already; no id of a document has a space.
            if (item.by.empty() || item.dimension.find(' ') != std::string::npos) continue;
            const std::string name = crossing_name(item.dimension, item.by);
            if (named(name) == book.dimensions.end()) {
                Dimension made = crossing_of(*named(item.dimension), *named(item.by));
                book.dimensions.push_back(std::move(made));
            }
            item.dimension = name;
        }
    };
    cross(book.inputs);
    cross(book.parameters);
    cross(book.quantities);
}

const Term* value_of_pair(const Parameter& parameter, const std::string& first, const std::string& second) {
    if (const auto row = parameter.pairs.find(first); row != parameter.pairs.end())
        if (const auto cell = row->second.find(second); cell != row->second.end()) return &cell->second;
    if (const auto own = parameter.members.find(first); own != parameter.members.end()) return &own->second;
    return parameter.value.empty() ? nullptr : &parameter.value;
}

namespace {

class Crossings {
public:
    Crossings(const Book& book, const Report& report) : book_(book), report_(report) {
        for (std::size_t i = 0; i < book.dimensions.size(); ++i) {
            by_id_.try_emplace(book.dimensions[i].id, &book.dimensions[i]);
            place_.try_emplace(book.dimensions[i].id, i);
        }
    }

    void run() {
        each(book_.inputs, "/inputs/");
        each(book_.quantities, "/quantities/");
        each(book_.parameters, "/parameters/");
        for (std::size_t i = 0; i < book_.parameters.size(); ++i)
            pairs(book_.parameters[i], "/parameters/" + std::to_string(i));
    }

private:
    const Book& book_;
    const Report& report_;
    std::map<std::string, const Dimension*> by_id_;
    std::map<std::string, std::size_t> place_;
    std::set<std::string> looked_at_;

    template <class Items>
    void each(const Items& items, const std::string& path) {
        for (std::size_t i = 0; i < items.size(); ++i)
            if (!items[i].by.empty()) crossed(items[i].dimension, items[i].by, path + std::to_string(i));
    }

    /// Whether a member of `below` belongs to one of `above`, in any generation.
    [[nodiscard]] bool belongs(const std::string& below, const std::string& above) const {
        std::set<std::string> seen;
        std::vector<std::string> open{below};
        while (!open.empty()) {
            const auto found = by_id_.find(open.back());
            open.pop_back();
            if (found == by_id_.end() || !seen.insert(found->first).second) continue;
            for (const auto& [parent, unused] : found->second->parents) {
                if (parent == above) return true;
                open.push_back(parent);
            }
        }
        return false;
    }

    void crossed(const std::string& first, const std::string& second, const std::string& path) {
        if (first.empty()) {
            report_("missing-key", path + "/dimension",
                    "\"dimension\" is missing: \"by\" names the second dimension of a value over two");
            return;
        }
        if (!by_id_.contains(first) || !by_id_.contains(second)) return;  // told as a missing reference
        const std::string name = "\"" + first + "\" by \"" + second + "\"";
        if (first == second) {
            report_("dimension", path + "/by",
                    name + ": a dimension does not cross with itself; list its members once more as a second one");
        } else if (belongs(first, second) || belongs(second, first)) {
            const bool down = belongs(first, second);
            report_("dimension", path + "/by",
                    name + ": each member of \"" + (down ? first : second) + "\" belongs to one of \"" +
                        (down ? second : first) + "\" already, so that most pairs do not exist; leave \"by\" out");
        } else if (place_.at(first) > place_.at(second)) {
            report_("dimension", path + "/by",
                    name + ": dimensions cross in the order in which the book lists them; expected \"dimension\": \"" +
                        second + "\", \"by\": \"" + first + "\"");
        } else if (looked_at_.insert(crossing_name(first, second)).second) {
            sizes(*by_id_.at(first), *by_id_.at(second), path);
        }
    }

    void sizes(const Dimension& first, const Dimension& second, const std::string& path) {
        const std::size_t count = first.members.size() * second.members.size();
        const std::string name = "\"" + first.id + "\" by \"" + second.id + "\"";
        if (count > most_pairs) {
            report_("too-many-pairs", path + "/by",
                    name + " has " + std::to_string(first.members.size()) + " times " +
                        std::to_string(second.members.size()) + " = " + std::to_string(count) + " pairs, at most " +
                        std::to_string(most_pairs) +
                        " are allowed; where most do not exist, make a dimension of those that do, with both as "
                        "\"parents\"");
            return;
        }
        std::set<std::string> seen;
        for (const std::string& a : first.members)
            for (const std::string& b : second.members)
                if (!seen.insert(pair_name(a, b)).second) {
                    report_("duplicate-id", path + "/by",
                            name + ": two pairs of members are both called \"" + pair_name(a, b) + "\"");
                    return;
                }
    }

    void pairs(const Parameter& item, const std::string& path) {
        if (item.by.empty()) {
            if (!item.pairs.empty())
                report_("missing-key", path + "/by",
                        "\"by\" is missing: \"pairs\" gives a value for each pair of two dimensions");
            return;
        }
        const auto first = by_id_.find(item.dimension), second = by_id_.find(item.by);
        if (first == by_id_.end() || second == by_id_.end()) return;
        const auto known = [&](const Dimension& dimension, const std::string& member, const std::string& at) {
            const auto& members = dimension.members;
            if (std::find(members.begin(), members.end(), member) != members.end()) return;
            const std::string nearest = nearest_name(member, members);
            report_("missing-reference", at,
                    "\"" + member + "\" is no member of dimension \"" + dimension.id + "\"" +
                        (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?"));
        };
        for (const auto& [a, row] : item.pairs) {
            const std::string at = path + "/pairs/" + pointer_part(a);
            known(*first->second, a, at);
            for (const auto& [b, value] : row) known(*second->second, b, at + "/" + pointer_part(b));
        }
    }
};

}  // namespace

void check_crossings(const Book& book, const Report& report) {
    Crossings(book, report).run();
}

}  // namespace openbook
