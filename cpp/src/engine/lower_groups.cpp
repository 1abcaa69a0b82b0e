// Functions over the members of groups: those of one parent, or those for which a key comes to the same.
#include <algorithm>
#include <set>

#include "engine/lowering.hpp"

namespace openbook::engine {

using formula::Expression;
using formula::Form;

std::size_t first_option(const std::string& function) {
    static const std::map<std::string, std::size_t> later = {
        {"percentile_group", 2}, {"quantile", 2}, {"weighted_mean", 2}, {"deviation", 3}, {"slope", 3}};
    const auto found = later.find(function);
    return found == later.end() ? 1 : found->second;
}

namespace {

/// Functions whose sums by parent, and of what is not missing, are made elsewhere (lower_members.cpp).
bool sums(const std::string& function) {
    static const std::set<std::string> names = {"sum",     "mean",       "largest",    "smallest",
                                                "product", "any_member", "all_members"};
    return names.contains(function);
}

bool ranks(const std::string& function) {
    static const std::set<std::string> names = {"rank",     "percentile_group", "median",
                                                "quantile", "deviation",        "weighted_mean"};
    return names.contains(function);
}

/// Sums and places within groups. A group is all members, those of one member of a parent, or those of one key; what
/// belongs to a group stands once for all members, at each member of the parent, or at each member of its own.
class Groups {
public:
    Groups(Builder& builder, NodeId key, const std::vector<std::uint32_t>* map, std::uint32_t parents)
        : b_(builder), key_(key), map_(map), parents_(parents) {}

    [[nodiscard]] NodeId sum(NodeId x) {
        if (map_) return b_.mapped(Op::group_sum, x, *map_, parents_);
        return key_ == no_node ? b_.make(Op::sum_members, {x}) : b_.make(Op::running_by, {x, key_}, {1});
    }
    /// What belongs to the group, at each member.
    [[nodiscard]] NodeId of_group(NodeId x) {
        return map_ ? b_.mapped(Op::gather, x, *map_, static_cast<std::uint32_t>(map_->size())) : x;
    }
    /// The place of each member in its group; ties as Op::rank numbers them.
    [[nodiscard]] NodeId place(NodeId x, bool ascending, std::size_t ties) {
        std::vector<NodeId> of{x};
        if (map_) {
            std::vector<Exact> keys;
            for (const std::uint32_t parent : *map_) keys.emplace_back(parent);
            of.push_back(b_.constants(std::move(keys)));
        } else if (key_ != no_node) {
            of.push_back(key_);
        }
        return b_.make(Op::rank, of, {Exact(ascending ? 1 : 0), Exact(ties)});
    }

private:
    Builder& b_;
    NodeId key_;
    const std::vector<std::uint32_t>* map_;
    std::uint32_t parents_;
};

/// The place p of the way up the members of each group that are `there`; missing where there is none.
NodeId quantile_in_groups(Builder& b, Groups& groups, NodeId x, NodeId there, const Exact& p, std::size_t definition) {
    const NodeId count = groups.sum(there), zero = b.constant(0), most = b.weighted({count}, {-1, 1});
    NodeId at = definition == 0   ? b.scale(most, p)
                : definition == 1 ? b.weighted({count}, {p - 1, p})
                                  : b.weighted({b.round(b.scale(count, p), 1, Rounding::ceiling)}, {-1, 1});
    at = b.minimum(most, b.maximum(zero, at));
    const NodeId below = b.round(at, 1, Rounding::floor), along = b.subtract(at, below);
    const NodeId place = groups.place(x, true, 2);
    const auto value_at = [&](NodeId wanted) {
        const NodeId here = b.make(Op::equal, {place, groups.of_group(wanted)});
        return groups.sum(b.choose(b.both(there, b.make(Op::if_missing, {here, zero})), x, zero));
    };
    const NodeId low = value_at(b.weighted({below}, {1, 1})), high = value_at(b.weighted({below}, {2, 1}));
    const NodeId between = b.add(b.multiply(b.weighted({along}, {1, -1}), low), b.multiply(along, high));
    return b.choose(b.make(Op::equal, {count, zero}), b.missing(), between);
}

}  // namespace

std::optional<Typed> Lowering::over_groups(const Expression& e, std::vector<Typed>& x, const Context& context,
                                           bool named) {
    const std::string& f = e.name;
    if (!sums(f) && !ranks(f)) return std::nullopt;
    const std::string text = formula::to_text(e);
    Builder& b = builder;
    static const std::vector<std::string> directions = {"descending", "ascending"}, ties = {"best", "mean", "order"},
                                          definitions = {"inclusive", "exclusive", "nearest"};
    // What is said beside the values: a parent, a key, words.
    std::string parent;
    const Expression* key = nullptr;
    bool skip = false, reasons = false;
    std::size_t direction = 0, tie = 0, definition = 0;
    const auto word_of = [&](const std::vector<std::string>& words, const std::string& word, std::size_t& place) {
        const auto found = std::find(words.begin(), words.end(), word);
        if (found != words.end()) place = static_cast<std::size_t>(found - words.begin());
        return found != words.end();
    };
    for (std::size_t i = first_option(f); i < e.operands.size(); ++i) {
        const Expression& operand = *e.operands[i];
        const bool is_value =
            operand.form == Form::name && ((context.locals && context.locals->contains(operand.name)) ||
                                           parameters_.contains(operand.name) || inputs_.contains(operand.name) ||
                                           quantities_.contains(operand.name) || clauses_by_id_.contains(operand.name));
        if (is_value || (operand.form != Form::text && operand.form != Form::name)) {
            if (key) fail("type", context, text + " has two keys; join them into one");
            key = &operand;
        } else if (dimensions_.contains(operand.name) || operand.name.find(" by ") != std::string::npos) {
            parent = known_dimension(operand.name, context, text);
        } else if (operand.name == "skip" && f != "rank" && f != "percentile_group") {
            skip = true;
        } else if (f == "rank" && (word_of(directions, operand.name, direction) || word_of(ties, operand.name, tie))) {
        } else if (f == "quantile" && word_of(definitions, operand.name, definition)) {
        } else if (sums(f)) {
            reasons = true;  // or an unknown word, which is refused elsewhere
        } else {
            std::string expected;
            if (f == "rank" || f == "quantile")
                for (const std::string& word : f == "rank" ? directions : definitions) expected += word + ", ";
            if (f == "rank")
                for (const std::string& word : ties) expected += word + ", ";
            if (f != "rank" && f != "percentile_group") expected += "skip, ";
            expected += "a dimension, or a formula";
            fail("unknown-choice", context,
                 "'" + operand.name + "' in " + text + " is unknown; expected one of: " + expected);
        }
    }
    if (!key && (sums(f) || (parent.empty() && !skip))) return std::nullopt;
    if (named)
        fail("type", context,
             text + " names a group beside over=... or where=...; leave members out by if(condition, x, no_value())");
    if (key && !parent.empty())
        fail("type", context,
             text + " names a parent and a key; a key may depend on the parent: spread(..., '" + x[0].dimension + "')");
    const std::size_t values = x.size();
    const std::vector<Typed> operands = x;
    std::vector<Typed> shown = x;
    if (key) {
        x.push_back(expression(*key, context));
        shown.push_back(x.back());
    }
    const std::string own = align(x, context, "'" + text + "'");
    if (own.empty()) fail("dimension", context, text + " needs a value with a dimension");
    if (key && x[0].dimension != own) fail("dimension", context, text + ": the key is finer than the value");
    if (key && operands[0].dimension != own)
        fail("dimension", context,
             text + ": the key is of '" + own + "', the value of '" + operands[0].dimension + "'");
    const auto width = static_cast<std::uint32_t>(dimensions_.at(own)->members.size());
    for (Typed& value : x)
        if (b.width(value.node) == 1 && width > 1)
            value.node = b.mapped(Op::gather, value.node, std::vector<std::uint32_t>(width, 0), width);
    const std::vector<std::uint32_t>* map = parent.empty() ? nullptr : belonging(own, parent);
    if (!parent.empty() && !map) fail("dimension", context, text + ": '" + parent + "' is no parent of '" + own + "'");
    Groups groups(b, key ? x[values].node : no_node, map,
                  map ? static_cast<std::uint32_t>(dimensions_.at(parent)->members.size()) : 0);

    const NodeId node = x[0].node, zero = b.constant(0);
    Typed result = x[0];
    result.dimension = key ? own : parent;
    const auto present = [&](NodeId of) { return b.weighted({b.make(Op::is_missing, {of})}, {1, -1}); };
    const NodeId there = f == "weighted_mean" ? b.both(present(node), present(x[1].node)) : present(node);
    const auto kept = [&](NodeId of) { return skip ? b.choose(there, of, zero) : of; };
    const auto number_of = [&] { return groups.sum(there); };
    if (f == "rank" || f == "percentile_group") {
        const bool up = f == "percentile_group" || direction == 1;
        result.node = groups.place(node, up, f == "percentile_group" ? 2 : tie);
        if (f == "percentile_group") {
            const Exact parts = number_argument(e, 1, "the number of groups", context);
            if (!is_whole(parts) || parts < 1)
                fail("out-of-range", context, text + " makes a whole number of groups, not " + to_text(parts));
            const NodeId before = b.weighted({result.node}, {-parts, parts});
            result.node = b.weighted({b.make(Op::floor_divide, {before, groups.of_group(number_of())})}, {1, 1});
        }
        result.dimension = own;
        result.unit = Unit{};
        result.category.clear();
        result.truth = false;
        result.bare = true;
    } else if (f == "median" || f == "quantile") {
        require_order({x[0]}, context, text);
        const Exact p = f == "median" ? Exact(1, 2) : number_argument(e, 1, "the fraction", context);
        if (p < 0 || p > 1)
            fail("out-of-range", context, "the fraction in " + text + " lies between 0 and 1, not " + to_text(p));
        result.node = quantile_in_groups(b, groups, node, there, p, definition);
        if (!skip)  // one that is missing leaves no median
            result.node = b.choose(groups.sum(b.make(Op::is_missing, {node})), b.missing(), result.node);
    } else if (f == "weighted_mean") {
        const NodeId weight = kept(x[1].node);
        result.node = b.divide(groups.sum(kept(b.multiply(node, x[1].node))), groups.sum(weight));
    } else if (f == "deviation") {
        const auto kind = choice_argument(e, 1, {"sample", "population"}, context);
        const Exact decimals = decimals_argument(e, 2, context);
        const NodeId count = number_of(), mean = b.divide(groups.sum(kept(node)), count);
        const NodeId from_mean = b.apart(node, groups.of_group(mean));
        const NodeId squares = groups.sum(kept(b.multiply(from_mean, from_mean)));
        const NodeId variance = b.divide(squares, kind == 0 ? b.maximum(b.weighted({count}, {-1, 1}), zero) : count);
        result.node = b.make(Op::power, {variance, b.constant(Exact(1, 2))}, {decimals});
    } else {  // sums by a key; those of a parent are made elsewhere
        if (reasons)
            fail("type", context, text + " has a key: of what is missing it leaves out all ('skip') or nothing");
        if (f == "product")
            fail("type", context, text + ": products are of all members or of a parent's, not by a key");
        require_order({x[0]}, context, text);
        if ((f == "any_member" || f == "all_members") && !x[0].truth)
            fail("type", context, text + " needs a condition on the members");
        if (f == "any_member" || f == "all_members") {
            // One member that is known decides alone, whoever is missing.
            const bool any = f == "any_member";
            const NodeId decides = any ? node : b.make(Op::logical_not, {node});
            const NodeId deciding = groups.sum(b.make(Op::if_missing, {decides, zero}));
            const NodeId open =
                b.choose(groups.sum(b.make(Op::is_missing, {node})), b.missing(), b.constant(any ? 0 : 1));
            result.node = b.choose(b.make(Op::less, {zero, deciding}), b.constant(any ? 1 : 0), open);
        } else if (f == "largest" || f == "smallest") {
            const NodeId first = b.make(Op::equal, {groups.place(node, f == "smallest", 2), b.constant(1)});
            const NodeId best = groups.sum(b.choose(b.both(there, b.make(Op::if_missing, {first, zero})), node, zero));
            const NodeId some = groups.sum(there);
            result.node = b.choose(b.make(Op::equal, {some, zero}), b.missing(), best);
            if (!skip) result.node = b.choose(groups.sum(b.make(Op::is_missing, {node})), b.missing(), result.node);
        } else {
            result.node = groups.sum(kept(node));
            if (f == "mean") result.node = b.divide(result.node, number_of());
            if (x[0].truth) {  // how many hold, or the fraction of them
                result.truth = false;
                result.bare = true;
            }
        }
    }
    return traced(result, f, text, shown);
}

/// sum_matching(x, key, wanted) and running_by(x, order, at): the members of one dimension as another one asks.
Typed Lowering::sum_asked(const Expression& e, const std::vector<Typed>& x, const Context& context) {
    const std::string text = formula::to_text(e);
    const bool equal = e.name == "sum_matching";
    std::vector<Typed> of{x[0], x[1]};
    const std::string from = align(of, context, "'" + text + "': value and key");
    if (from.empty()) fail("dimension", context, text + " needs a value or a key with a dimension");
    if (x[1].category != x[2].category)
        fail("type", context, text + " compares keys of category '" + x[1].category + "' and '" + x[2].category + "'");
    if (!equal) require_order({x[1]}, context, text);
    if (!x[1].bare && !x[2].bare && x[1].unit != x[2].unit)
        fail("unit", context, text + " compares keys in " + x[1].unit.words() + " and in " + x[2].unit.words());
    const auto wide = [&](Typed& value, const std::string& dimension) {
        const auto width = static_cast<std::uint32_t>(dimensions_.at(dimension)->members.size());
        if (builder.width(value.node) == 1 && width > 1)
            value.node = builder.mapped(Op::gather, value.node, std::vector<std::uint32_t>(width, 0), width);
    };
    Typed asked = x[2];
    for (Typed& value : of) wide(value, from);
    if (!asked.dimension.empty()) wide(asked, asked.dimension);
    Typed result = x[0];
    if (result.truth) {  // how many hold
        result.truth = false;
        result.bare = true;
    }
    result.dimension = asked.dimension;
    const std::vector<Exact> relation = equal ? std::vector<Exact>{1} : std::vector<Exact>{};
    result.node = builder.make(Op::running_by, {of[0].node, of[1].node, asked.node}, relation);
    return traced(result, e.name, text, x);
}

}  // namespace openbook::engine
