// The exact evaluator's short way for nodes with many members: whole numbers over one denominator, with no object per
// member. It either gives what the long way gives, to the last digit, or nothing; then the long way is taken.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <variant>
#include <vector>

#include "engine/exact_evaluation.hpp"

namespace openbook::engine {

/// Members as whole numbers `over` one denominator `under`; `missing` is empty where none is missing, and the number in
/// the place of a missing one is zero.
struct Packed {
    std::vector<std::int64_t> over;
    std::int64_t under = 1;
    std::vector<std::uint8_t> missing;

    [[nodiscard]] std::size_t size() const { return over.size(); }
    [[nodiscard]] bool has(std::size_t m) const { return missing.empty() || missing[m] == 0; }
};

/// Nothing where a number, or the common denominator, is too large.
std::optional<Packed> packed(const Members& members);
Members unpacked(const Packed& packed);

/// The members of a node from those of its operands, of which those of width 1 stand for all; nothing where the
/// operation has no short way or a number would be too large.
std::optional<Packed> evaluate_packed(const Graph& graph, const Node& node, const std::vector<const Packed*>& operands);
/// The same of an operation with one member that reads many.
std::optional<Value> reduce_packed(const Node& node, const Packed& operand);

/// One slot's members as they were given, or as the evaluator holds them.
using Held = std::variant<Members, Packed>;
std::size_t size_of(const Held& held);
bool has(const Held& held, std::size_t m);

/// The members of many nodes, or slots; those that are packed are unpacked when somebody looks at them. What is held
/// never changes, so that copies share it.
class Values {
public:
    Values() : all_(std::make_shared<All>()) {}
    explicit Values(std::vector<Held> held) : all_(std::make_shared<All>(std::move(held))) {}

    [[nodiscard]] std::size_t size() const { return all_->held.size(); }
    [[nodiscard]] const Held& held(std::size_t at) const { return all_->held[at]; }
    [[nodiscard]] std::size_t width(std::size_t at) const { return size_of(all_->held[at]); }
    const Members& operator[](std::size_t at) const;
    /// All of them, for who walks through the whole graph.
    [[nodiscard]] const std::vector<Members>& unpacked() const;

private:
    struct All {
        All() = default;
        explicit All(std::vector<Held> h) : held(std::move(h)), plain(held.size()), once(held.size()) {}
        std::vector<Held> held;
        std::vector<Members> plain;  // of those that are packed
        std::vector<std::once_flag> once;
        std::vector<Members> everything;
        std::once_flag once_everything;
    };
    std::shared_ptr<All> all_;
};

/// As `evaluate`, with the short way wherever there are many members.
std::vector<Held> evaluate_held(const Graph& graph, const Values& inputs, const PlanFills& plan_fills = {});

}  // namespace openbook::engine
