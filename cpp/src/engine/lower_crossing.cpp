// How values with dimensions meet: member by member, along the parents of their dimensions, and in the pairs of two
// dimensions that cross.
#include <algorithm>

#include "book/crossing.hpp"
#include "engine/lowering.hpp"

namespace openbook::engine {

using formula::Expression;

namespace {

std::string quoted(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i)
        text += (i == 0 ? "'" : i + 1 == names.size() ? " and '" : ", '") + names[i] + "'";
    return text;
}

}  // namespace

void Lowering::find_crossings() {
    const auto declared = [&](const auto& items) {
        for (const auto& item : items)
            if (!item.by.empty()) {
                const std::string first = item.dimension.substr(0, item.dimension.size() - item.by.size() - 4);
                crossings_[item.dimension] = {first, item.by};
            }
    };
    declared(book.inputs);
    declared(book.parameters);
    declared(book.quantities);
}

const std::pair<std::string, std::string>* Lowering::crossing(const std::string& dimension) const {
    const auto found = crossings_.find(dimension);
    return found == crossings_.end() ? nullptr : &found->second;
}

std::string Lowering::crossed(std::string first, std::string second, const Context& context, const std::string& what) {
    const auto place = [&](const std::string& id) {
        for (std::size_t i = 0; i < book.dimensions.size(); ++i)
            if (book.dimensions[i].id == id) return i;
        return book.dimensions.size();
    };
    if (place(second) < place(first)) std::swap(first, second);
    const std::string name = crossing_name(first, second);
    if (dimensions_.contains(name)) return name;
    const std::size_t count = members_named(first).size() * members_named(second).size();
    if (count > most_pairs)
        fail("too-many-pairs", context,
             what + ": '" + name + "' has " + std::to_string(count) + " pairs, at most " + std::to_string(most_pairs) +
                 " are allowed");
    const auto made = made_.emplace(name, crossing_of(*dimensions_.at(first), *dimensions_.at(second))).first;
    dimensions_[name] = &made->second;
    crossings_[name] = {first, second};
    return name;
}

std::string Lowering::known_dimension(const std::string& name, const Context& context, const std::string& what) {
    if (dimensions_.contains(name)) return name;
    if (const auto at = name.find(" by "); at != std::string::npos) {
        const std::string first = name.substr(0, at), second = name.substr(at + 4);
        if (dimensions_.contains(first) && dimensions_.contains(second) && first != second &&
            !belonging(first, second) && !belonging(second, first))
            return crossed(first, second, context, what);
    }
    fail("missing-reference", context, "'" + name + "' in " + what + " is no dimension of the book");
}

const std::vector<std::uint32_t>* Lowering::belonging(const std::string& dimension, const std::string& to) {
    const auto key = std::make_pair(dimension, to);
    if (const auto found = belonging_.find(key); found != belonging_.end())
        return found->second.empty() ? nullptr : &found->second;
    std::vector<std::uint32_t>& map = belonging_[key];  // empty while it is being looked for
    const Dimension& from = *dimensions_.at(dimension);
    if (const auto* factors = crossing(to)) {
        // To a pair belongs what belongs to both of its members.
        const auto way = [&](const std::string& factor) -> std::optional<std::vector<std::uint32_t>> {
            if (dimension == factor) return std::nullopt;
            const std::vector<std::uint32_t>* above = belonging(dimension, factor);
            return above ? std::optional(*above) : std::nullopt;
        };
        const auto first = way(factors->first), second = way(factors->second);
        if (!first || !second) return nullptr;
        const auto across = static_cast<std::uint32_t>(members_named(factors->second).size());
        for (std::size_t m = 0; m < from.members.size(); ++m) map.push_back((*first)[m] * across + (*second)[m]);
        return &map;
    }
    for (const auto& [parent, member_of] : from.parents) {
        const std::vector<std::string>& members = dimensions_.at(parent)->members;
        const std::vector<std::uint32_t>* further = parent == to ? nullptr : belonging(parent, to);
        if (parent != to && !further) continue;
        std::map<std::string, std::uint32_t> place;
        for (std::uint32_t i = 0; i < members.size(); ++i) place[members[i]] = i;
        std::vector<std::uint32_t> found;
        for (const std::string& member : from.members) {
            const std::uint32_t own = place.at(member_of.at(member));
            found.push_back(further ? (*further)[own] : own);
        }
        // Two dimensions that cross may both belong to one, and a pair then to two of its members.
        if (!map.empty() && map != found) {
            map.clear();
            return nullptr;
        }
        map = std::move(found);
        if (!crossing(dimension)) return &map;
    }
    return map.empty() ? nullptr : &map;
}

std::string Lowering::meeting_of(const std::vector<std::string>& names, const Context& context,
                                 const std::string& what) {
    for (const std::string& finest : names)
        if (std::all_of(names.begin(), names.end(),
                        [&](const std::string& other) { return other == finest || belonging(finest, other); }))
            return finest;
    // None is finer than all others: they meet in the pairs of two dimensions, where the book has such pairs.
    std::vector<std::string> factors;
    const auto take = [&](const std::string& name) {
        if (std::find(factors.begin(), factors.end(), name) == factors.end()) factors.push_back(name);
    };
    bool pairs = false;
    for (const std::string& name : names)
        if (const auto* both = crossing(name)) {
            pairs = true;
            take(both->first);
            take(both->second);
        } else {
            take(name);
        }
    std::vector<std::string> finest;
    for (const std::string& name : factors)
        if (std::none_of(factors.begin(), factors.end(),
                         [&](const std::string& other) { return other != name && belonging(other, name); }))
            finest.push_back(name);
    if (finest.size() > 2)
        fail("dimension", context,
             what + " mixes the dimensions " + quoted(finest) +
                 ": two cross at most. Add one of them up, or make a dimension of the combinations that exist, with "
                 "all of them as parents");
    const std::string first = finest[0], second = finest.back();
    if (finest.size() == 2) {
        // What a formula alone has spread is no word of the book's.
        const bool declared = std::any_of(book.dimensions.begin(), book.dimensions.end(), [&](const Dimension& item) {
            return item.id == crossing_name(finest[0], finest[1]) || item.id == crossing_name(finest[1], finest[0]);
        });
        if (pairs || declared) {
            const std::string result = crossed(finest[0], finest[1], context, what);
            const auto unclear = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
                return name != result && !belonging(result, name);
            });
            if (unclear == names.end()) return result;
            fail("dimension", context,
                 what + ": each pair of '" + result + "' belongs to two members of '" + *unclear +
                     "', one by each of its dimensions; say which is meant: spread(..., '" + finest[0] + "') or '" +
                     finest[1] + "'");
        }
    }
    fail("dimension", context,
         what + " mixes the dimensions '" + first + "' and '" + second +
             "', and neither is a parent of the other; a value for each pair of their members is wanted? Write "
             "spread(..., '" +
             second + "') around the one by '" + first + "', or give a quantity of the book \"dimension\" and \"by\"");
}

std::string Lowering::align(std::vector<Typed>& values, const Context& context, const std::string& what) {
    std::vector<std::string> names;
    for (const Typed& value : values)
        if (!value.dimension.empty() && std::find(names.begin(), names.end(), value.dimension) == names.end())
            names.push_back(value.dimension);
    if (names.empty()) return {};
    const std::string finest = names.size() == 1 ? names[0] : meeting_of(names, context, what);
    for (Typed& value : values)
        if (!value.dimension.empty()) value = spread_to(std::move(value), finest);
    return finest;
}

Typed Lowering::spread_to(Typed value, const std::string& dimension) {
    if (value.dimension == dimension) return value;
    const auto width = static_cast<std::uint32_t>(members_named(dimension).size());
    if (value.dimension.empty()) {
        if (builder.width(value.node) == 1)
            value.node = builder.mapped(Op::gather, value.node, std::vector<std::uint32_t>(width, 0), width);
    } else {
        for (NodeId* node : {&value.node, &value.no_limit})
            if (*node != no_node && builder.width(*node) > 1)
                *node = builder.mapped(Op::gather, *node, *belonging(dimension, value.dimension), width);
    }
    value.dimension = dimension;
    return value;
}

Typed Lowering::spread_wider(const Expression& e, Typed value, const Context& context) {
    const std::string text = formula::to_text(e);
    std::string to = known_dimension(text_argument(e, 1, "a dimension", context), context, text);
    const std::vector<Typed> operands{value};
    if (!value.dimension.empty() && to != value.dimension && !belonging(to, value.dimension)) {
        if (crossing(to) || belonging(value.dimension, to))
            fail("dimension", context, text + ": '" + value.dimension + "' is no parent of '" + to + "'");
        if (crossing(value.dimension))
            fail("dimension", context,
                 text + ": a value by '" + value.dimension + "' has two dimensions already, and three do not cross");
        to = crossed(value.dimension, to, context, text);
    }
    Typed result = spread_to(std::move(value), to);
    return traced(result, "spread", text, operands);
}

namespace {
/// Its explanation speaks of this member.
Typed of_one_member(Typed value, const std::string& name) {
    auto trace = std::make_shared<Trace>(*value.trace);
    trace->asked = name;
    value.trace = std::move(trace);
    return value;
}
}  // namespace

Typed Lowering::member_of(const Expression& e, const Typed& value, const Context& context) {
    const std::string text = formula::to_text(e);
    const std::string& dimension = value.dimension;
    const std::vector<std::string>& members = members_named(dimension);
    const std::string name = text_argument(e, 1, "a member", context);
    const auto place_in = [&](const std::string& of, const std::string& member) -> std::optional<std::uint32_t> {
        const auto& list = members_named(of);
        const auto found = std::find(list.begin(), list.end(), member);
        if (found == list.end()) return std::nullopt;
        return static_cast<std::uint32_t>(found - list.begin());
    };
    const auto picked = [&](std::uint32_t place) {
        Typed result = value;
        result.dimension.clear();
        for (NodeId* node : {&result.node, &result.no_limit})
            if (*node != no_node && builder.width(*node) > 1) *node = builder.make(Op::pick, {*node}, {}, place);
        return of_one_member(traced(result, "member", text, {value}), members[place]);
    };
    const auto* factors = crossing(dimension);
    if (!factors) {
        if (e.operands.size() > 2)
            fail("type", context, text + " names two members, but the value has one dimension, '" + dimension + "'");
        if (const auto place = place_in(dimension, name)) return picked(*place);
        fail("missing-reference", context, "'" + name + "' is no member of dimension '" + dimension + "'");
    }
    const auto across = static_cast<std::uint32_t>(members_named(factors->second).size());
    const auto first = place_in(factors->first, name), second = place_in(factors->second, name);
    if (e.operands.size() > 2) {
        const std::string other = text_argument(e, 2, "a second member", context);
        const auto other_first = place_in(factors->first, other), other_second = place_in(factors->second, other);
        if (first && other_second) return picked(*first * across + *other_second);
        if (second && other_first) return picked(*other_first * across + *second);
        if (first && other == factors->first) return slice(e, value, *first, true);
        if (second && other == factors->second) return slice(e, value, *second, false);
        fail("missing-reference", context,
             "'" + name + "' and '" + other + "' in " + text + " are no member of '" + factors->first +
                 "' and one of '" + factors->second + "'");
    }
    if (const auto place = place_in(dimension, name)) return picked(*place);
    if (first && second)
        fail("ambiguous-member", context,
             "'" + name + "' in " + text + " is a member of '" + factors->first + "' and of '" + factors->second +
                 "'; say which: member(..., '" + name + "', '" + factors->first + "')");
    if (first) return slice(e, value, *first, true);
    if (second) return slice(e, value, *second, false);
    fail("missing-reference", context,
         "'" + name + "' is no member of dimension '" + factors->first + "', nor of '" + factors->second + "'");
}

Typed Lowering::slice(const Expression& e, const Typed& value, std::uint32_t place, bool of_first) {
    const auto factors = *crossing(value.dimension);
    const auto height = static_cast<std::uint32_t>(members_named(factors.first).size());
    const auto across = static_cast<std::uint32_t>(members_named(factors.second).size());
    std::vector<std::uint32_t> map(of_first ? across : height);
    for (std::uint32_t i = 0; i < map.size(); ++i) map[i] = of_first ? place * across + i : i * across + place;
    Typed result = value;
    const auto width = static_cast<std::uint32_t>(map.size());
    if (builder.width(value.node) > 1) result.node = builder.mapped(Op::gather, value.node, map, width);
    result.dimension = of_first ? factors.second : factors.first;
    const std::string& name = members_named(of_first ? factors.first : factors.second)[place];
    return of_one_member(traced(result, "member", formula::to_text(e), {value}), name);
}

std::string Lowering::remaining(const std::string& dimension, const std::string& over, const Context& context,
                                const std::string& text) const {
    if (over == dimension) return {};
    const auto* factors = crossing(dimension);
    if (factors && over == factors->first) return factors->second;
    if (factors && over == factors->second) return factors->first;
    fail("dimension", context,
         text + ": the value is by '" + dimension + "', which has no '" + over +
             "' to go over; name what disappears, or what is left: " + "sum(x, '" +
             (factors ? factors->first : dimension) + "')");
}

const std::string& Lowering::turned_dimension(const std::string& dimension) {
    const auto [found, fresh] = made_.try_emplace(dimension + ", turned");
    if (fresh) {
        found->second.id = found->first;
        for (const std::uint32_t place : turned(dimension, false))
            found->second.members.push_back(members_named(dimension)[place]);
        dimensions_[found->first] = &found->second;
    }
    return found->first;
}

std::vector<std::uint32_t> Lowering::turned(const std::string& dimension, bool back) const {
    const auto& [first, second] = *crossing(dimension);
    const auto height = static_cast<std::uint32_t>(members_named(first).size());
    const auto across = static_cast<std::uint32_t>(members_named(second).size());
    std::vector<std::uint32_t> map(height * across);
    for (std::uint32_t a = 0; a < height; ++a)
        for (std::uint32_t b = 0; b < across; ++b)
            (back ? map[a * across + b] : map[b * height + a]) = back ? b * height + a : a * across + b;
    return map;
}

}  // namespace openbook::engine
