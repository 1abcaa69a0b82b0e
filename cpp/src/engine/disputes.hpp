// What open readings are worth: each alone, and all combinations of them.
#pragma once

#include <functional>

#include "engine/settlement.hpp"

namespace openbook::engine {

/// Compiles, binds the data and evaluates; entries and positions only.
Settlement settle_once(const std::shared_ptr<const Book>& book, SettleRequest request, Plans* plans);
/// Entries and positions from the first members of nodes.
void fill_amounts(Settlement& s, const std::function<const Value&(NodeId)>& amount_of);
/// By party, over the term and as practised.
std::map<std::string, Exact> term_positions(const Settlement& s);

/// Fills `disputes` and `joint` of a settlement.
void make_disputes(Settlement& s, const std::shared_ptr<const Book>& book, Plans* plans);

}  // namespace openbook::engine
