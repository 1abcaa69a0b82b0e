// Roundings that a contract makes on purpose: to ten patients, to £1,000. A slope passes over them as if they were not
// there, as it does over pennies; so it is said which numbers they stand behind, and how far these must move until a
// whole step is taken.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "engine/nudge.hpp"

namespace openbook::engine {

class Roundings {
public:
    /// `slope_of`: slope of the position by a member of a node. Roundings that move it by a penny or less do not count.
    Roundings(const Graph& graph, const std::function<Exact(NodeId, std::uint32_t)>& slope_of);

    /// Whether one of them is fed by a node.
    [[nodiscard]] bool behind(NodeId node) const { return behind_[node] != 0; }
    /// How many units the number that was moved must go until the coarsest of them takes a whole step; nothing: it
    /// reaches none.
    [[nodiscard]] std::optional<Exact> whole_step(const Nudge& moved) const;

private:
    const Graph& graph_;
    std::vector<NodeId> roundings_;
    std::vector<char> behind_;
};

}  // namespace openbook::engine
