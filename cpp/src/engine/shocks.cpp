// Shocks: changes laid over what is named, over terms, and over what drivers draw. They are part of the graph, so that
// a settlement and every lane of a simulation see the same.
#include <algorithm>
#include <charconv>

#include "book/json_reader.hpp"
#include "engine/lowering.hpp"

namespace openbook::engine {
namespace {

/// A place in the document while a pointer is followed.
struct At {
    const Type* type;
    void* place;
};

std::string unescaped(std::string part) {
    for (const auto& [from, to] : {std::pair{"~1", "/"}, std::pair{"~0", "~"}})
        for (std::size_t at = 0; (at = part.find(from, at)) != std::string::npos; ++at) part.replace(at, 2, to);
    return part;
}

std::optional<At> field_of(const Record& record, void* object, const std::string& name) {
    for (const Field& field : record.fields) {
        if (field.flattened) {
            void* place = field.at(object);
            const Record& alternative = field.type->alternatives[field.type->size(place)]();
            if (const auto found = field_of(alternative, field.type->at(place, 0), name)) return found;
        } else if (field.name == name) {
            return At{field.type, field.at(object)};
        }
    }
    return std::nullopt;
}

std::optional<At> below(At at, const std::string& part) {
    while (at.type->kind == Kind::optional) {
        if (at.type->size(at.place) == 0) return std::nullopt;
        at = {at.type->element, at.type->at(at.place, 0)};
    }
    if (at.type->kind == Kind::record) return field_of(at.type->record(), at.place, part);
    if (at.type->kind == Kind::list) {
        std::size_t index = 0;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
        const bool number = error == std::errc{} && end == part.data() + part.size();
        if (!number || index >= at.type->size(at.place)) return std::nullopt;
        return At{at.type->element, at.type->at(at.place, index)};
    }
    if (at.type->kind == Kind::map) {
        void* found = nullptr;
        each_entry(*at.type, at.place, [&](const std::string& key, void* value) {
            if (key == part) found = value;
        });
        if (found != nullptr) return At{at.type->element, found};
    }
    return std::nullopt;
}

bool holds_in(const Change& change, const Month now) {
    return (!change.starts || *change.starts <= now) && (!change.ends || now <= *change.ends);
}

std::string words_of(const Change& change) {
    if (!change.words.empty()) return "shock: " + change.words;
    return "shock: " + choice_names<Laid>()[static_cast<std::size_t>(change.how)] + " " + change.value.value.text;
}

}  // namespace

const Term* term_at(const Book& book, const std::string& path) {
    static const Type& whole = type_of<Book>();
    // The descriptors reach members through plain pointers; nothing is changed.
    std::optional<At> at = At{&whole, const_cast<Book*>(&book)};
    for (std::size_t begin = 1; at && begin <= path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        at = below(*at, unescaped(path.substr(begin, end - begin)));
        begin = end + 1;
    }
    return at && at->type->kind == Kind::term ? static_cast<const Term*>(at->place) : nullptr;
}

void Lowering::find_shocks() {
    for (const Change& change : request.shocks) {
        const Term* at = change.on.starts_with('/') ? term_at(book, change.on) : nullptr;
        if (at != nullptr)
            shocks_of_term_[at].push_back(&change);
        else
            shocks_of_name_[change.on].push_back(&change);
    }
}

Typed Lowering::shocked(Typed value, const std::string& name, int first_month, const Context& context) {
    const auto found = shocks_of_name_.find(name);
    if (found == shocks_of_name_.end()) return value;
    const auto input = inputs_.find(name);
    return laid_over(std::move(value), found->second, first_month, context,
                     input == inputs_.end() ? nullptr : input->second);
}

Typed Lowering::laid_over(Typed value, const Changes& changes, int first_month, const Context& context,
                          const Input* input) {
    for (const Change* change : changes)
        if (holds_in(*change, calendar().start + first_month)) value = laid(std::move(value), *change, context, input);
    return value;
}

Typed Lowering::laid(Typed value, const Change& change, const Context& context, const Input* input) {
    const bool valued = change.how != Laid::hold && change.how != Laid::missing;
    const Typed by = valued ? term(change.value, context) : Typed{};
    // A limit that is no limit has nothing to be made larger.
    if (never_limits(value) && change.how != Laid::set) return value;
    const Exact rest = 1 - change.weight;
    NodeId node = value.node;
    switch (change.how) {
        case Laid::set: {
            const NodeId to =
                change.of_plan ? builder.multiply(planned(*input, input->every, context.period, context).node, by.node)
                               : by.node;
            node = rest == 0 ? to : builder.weighted({node, to}, {0, rest, change.weight});
            value.no_limit = by.no_limit;
            break;
        }
        case Laid::add: node = builder.weighted({node, by.node}, {0, 1, change.weight}); break;
        case Laid::scale: node = builder.multiply(node, builder.weighted({by.node}, {rest, change.weight})); break;
        case Laid::hold: node = held(change, *input, node, context); break;
        case Laid::missing: node = builder.missing(builder.width(node)); break;
    }
    if (!change.member.empty()) {
        const auto dimension = dimensions_.find(value.dimension);
        if (dimension == dimensions_.end())
            fail("dimension", context,
                 "'" + change.on + "' has no members, so '" + change.member + "' is none of them");
        const std::vector<std::string>& members = dimension->second->members;
        // A pair, or of two dimensions that cross all pairs of a member of one.
        std::vector<Exact> chosen(members.size(), 0);
        for (std::size_t m = 0; m < members.size(); ++m) {
            bool named = members[m] == change.member;
            if (crossing(value.dimension))
                for (const auto& [factor, member_of] : dimension->second->parents)
                    named = named || member_of.at(members[m]) == change.member;
            if (named) chosen[m] = 1;
        }
        if (std::find(chosen.begin(), chosen.end(), Exact(1)) == chosen.end())
            fail("missing-member", context, "'" + change.member + "' is no member of '" + value.dimension + "'");
        node = builder.choose(builder.constants(std::move(chosen)), node, value.node);
    }
    auto trace = std::make_shared<Trace>();
    trace->kind = "formula";
    trace->label = words_of(change);
    trace->unit = value.unit.text();
    trace->node = value.node = node;
    if (value.trace) {
        trace->source = value.trace->source;
        trace->illustrative = value.trace->illustrative;
        trace->members = value.trace->members;
        trace->children = {value.trace};
    }
    value.trace = trace;
    return value;
}

/// The last value before the change; where there is none, the plan.
NodeId Lowering::held(const Change& change, const Input& item, NodeId value, const Context& context) {
    int before = -1;
    for (int p = 0; p < calendar().count(item.every); ++p)
        if (change.starts && calendar().start + calendar().first_month(item.every, p) < *change.starts) before = p;
    if (before >= 0) return input(item, item.every, before, context).node;
    return item.plan.empty() ? builder.missing(builder.width(value))
                             : planned(item, item.every, context.period, context).node;
}

NodeId Lowering::shocked_draw(const Driver& driver, NodeId value, const Context& context) {
    const auto place = static_cast<std::size_t>(&driver - book.drivers.data());
    Typed drawn;
    drawn.node = value;
    return shocked(std::move(drawn), "/drivers/" + std::to_string(place),
                   calendar().first_month(context.every, context.period), context)
        .node;
}

/// Where nothing is drawn the plan stands for the draw: shocks of a driver move it by as much as they would move the
/// draw's mean. What data say stays.
NodeId Lowering::standing_for_draw(const Input& item, NodeId plan, const Context& context) {
    if (plan == no_node || request.shocks.empty()) return plan;
    for (const Driver& driver : book.drivers)
        if (driver.of == item.id) plan = standing_for_draw(driver, plan, context);
    return plan;
}

NodeId Lowering::standing_for_draw(const Driver& driver, NodeId plan, const Context& context) {
    const NodeId nothing = driver.effect == Effect::factor     ? builder.constant(1)
                           : driver.effect == Effect::addition ? builder.constant(0)
                                                               : plan;
    NodeId moved = shocked_draw(driver, nothing, context);
    std::visit(
        [&](const auto& distribution) {
            if constexpr (requires { distribution.mean; }) {
                if (!shocks_of_term_.contains(&distribution.mean)) return;
                const Term as_written = distribution.mean;
                const NodeId before = term(as_written, context).node, after = term(distribution.mean, context).node;
                moved = driver.effect == Effect::addition ? builder.weighted({moved, after, before}, {0, 1, 1, -1})
                                                          : builder.multiply(moved, builder.divide(after, before));
            }
        },
        driver.distribution);
    if (driver.effect == Effect::factor) return builder.multiply(plan, moved);
    return driver.effect == Effect::addition ? builder.add(plan, moved) : moved;
}

}  // namespace openbook::engine
