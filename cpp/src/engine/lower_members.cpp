// Dimensions in formulas: values meet member by member, along the parents of their dimensions; functions over members.
#include <algorithm>

#include "engine/lowering.hpp"

namespace openbook::engine {

using formula::Expression;

const std::vector<std::uint32_t>* Lowering::belonging(const std::string& dimension, const std::string& to) {
    const auto key = std::make_pair(dimension, to);
    if (const auto found = belonging_.find(key); found != belonging_.end())
        return found->second.empty() ? nullptr : &found->second;
    std::vector<std::uint32_t>& map = belonging_[key];  // empty while it is being looked for
    const Dimension& from = *dimensions_.at(dimension);
    for (const auto& [parent, member_of] : from.parents) {
        const std::vector<std::string>& members = dimensions_.at(parent)->members;
        const std::vector<std::uint32_t>* further = parent == to ? nullptr : belonging(parent, to);
        if (parent != to && !further) continue;
        std::map<std::string, std::uint32_t> place;
        for (std::uint32_t i = 0; i < members.size(); ++i) place[members[i]] = i;
        for (const std::string& member : from.members) {
            const std::uint32_t own = place.at(member_of.at(member));
            map.push_back(further ? (*further)[own] : own);
        }
        return &map;
    }
    return nullptr;
}

std::string Lowering::align(std::vector<Typed>& values, const Context& context, const std::string& what) {
    std::string finest;
    for (const Typed& value : values) {
        if (value.dimension.empty() || value.dimension == finest) continue;
        if (finest.empty() || belonging(value.dimension, finest))
            finest = value.dimension;
        else if (!belonging(finest, value.dimension))
            fail("dimension", context,
                 what + " mixes the dimensions '" + finest + "' and '" + value.dimension +
                     "', and neither is a parent of the other");
    }
    for (Typed& value : values) {
        if (value.dimension.empty() || value.dimension == finest) continue;
        const std::vector<std::uint32_t>& map = *belonging(finest, value.dimension);
        if (builder.width(value.node) > 1)
            value.node = builder.mapped(Op::gather, value.node, map, static_cast<std::uint32_t>(map.size()));
        value.dimension = finest;
    }
    return finest;
}

Typed Lowering::over_members(const Expression& e, Typed x, const Context& context) {
    const std::string& f = e.name;
    const std::string text = formula::to_text(e);
    const auto known_dimension = [&](const std::string& name) {
        if (!dimensions_.contains(name))
            fail("missing-reference", context, "'" + name + "' in " + text + " is no dimension of the book");
        return name;
    };
    const auto one_of = [&](std::size_t index, const std::vector<std::string>& choices) {
        if (index >= e.operands.size()) return std::size_t{0};
        const std::string name = text_argument(e, index, "a choice", context);
        const auto found = std::find(choices.begin(), choices.end(), name);
        std::string expected;
        for (const std::string& choice : choices) expected += (expected.empty() ? "" : ", ") + choice;
        if (found == choices.end())
            fail("unknown-choice", context, "'" + name + "' in " + text + " is unknown; expected one of: " + expected);
        return static_cast<std::size_t>(found - choices.begin());
    };
    Typed result = x;
    if (f == "spread") {
        const std::string to = known_dimension(text_argument(e, 1, "a dimension", context));
        if (!x.dimension.empty() && !belonging(to, x.dimension))
            fail("dimension", context, text + ": '" + x.dimension + "' is no parent of '" + to + "'");
        const auto width = static_cast<std::uint32_t>(dimensions_.at(to)->members.size());
        const std::vector<std::uint32_t> map =
            x.dimension.empty() ? std::vector<std::uint32_t>(width, 0) : *belonging(to, x.dimension);
        result.node = builder.mapped(Op::gather, x.node, map, width);
        result.dimension = to;
        return traced(result, f, text, {x});
    }
    if (x.dimension.empty()) fail("dimension", context, text + " needs a value with a dimension");
    const auto& members = dimensions_.at(x.dimension)->members;
    const std::vector<Exact> choices = {static_cast<int>(f == "rank"      ? one_of(1, {"descending", "ascending"})
                                                         : f == "running" ? one_of(1, {"forwards", "backwards"})
                                                                          : 0),
                                        static_cast<int>(f == "rank" ? one_of(2, {"best", "mean", "order"}) : 0)};
    if (f == "rank") {
        result.node = builder.make(Op::rank, {x.node}, choices);
        result.unit = Unit{};
        result.bare = true;
    } else if (f == "running") {
        result.node = builder.make(Op::running_sum, {x.node}, {choices[0]});
    } else if (f == "member") {
        const std::string name = text_argument(e, 1, "a member", context);
        const auto found = std::find(members.begin(), members.end(), name);
        if (found == members.end())
            fail("missing-reference", context, "'" + name + "' is no member of dimension '" + x.dimension + "'");
        result.dimension.clear();
        if (builder.width(x.node) > 1)
            result.node = builder.make(Op::pick, {x.node}, {}, static_cast<std::uint32_t>(found - members.begin()));
    } else {
        const bool least = f == "smallest" || f == "all_members", most = f == "largest" || f == "any_member";
        if ((f == "any_member" || f == "all_members") && !x.truth)
            fail("type", context, text + " needs a condition on the members");
        if (!least && !most && x.truth) {  // how many hold
            result.truth = false;
            result.bare = true;
        }
        if (e.operands.size() < 2) {
            result.dimension.clear();
            result.node = builder.make(least ? Op::min_members : most ? Op::max_members : Op::sum_members, {x.node});
            if (f == "mean") result.node = builder.scale(result.node, Exact(1) / members.size());
        } else {
            const std::string to = known_dimension(text_argument(e, 1, "a dimension", context));
            const std::vector<std::uint32_t>* map = belonging(x.dimension, to);
            if (!map) fail("dimension", context, text + ": '" + to + "' is no parent of '" + x.dimension + "'");
            const auto width = static_cast<std::uint32_t>(dimensions_.at(to)->members.size());
            result.dimension = to;
            result.node = builder.mapped(least  ? Op::group_min
                                         : most ? Op::group_max
                                                : Op::group_sum,
                                         x.node, *map, width);
            if (f == "mean") {
                std::vector<Exact> counts(width);
                for (const std::uint32_t group : *map) counts[group] += 1;
                result.node = builder.divide(result.node, builder.constants(std::move(counts)));
            }
        }
    }
    return traced(result, f, text, {x});
}

}  // namespace openbook::engine
