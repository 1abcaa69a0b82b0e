#include "engine/disputes.hpp"

#include <algorithm>
#include <optional>

#include "openbook/errors.hpp"

namespace openbook::engine {
namespace {

using Readings = std::map<std::string, std::string>;
using Positions = std::map<std::string, Exact>;
using Open = std::vector<std::pair<std::string, std::vector<std::string>>>;

SettleRequest amounts_of(const Settlement& s, const Readings& readings) {
    SettleRequest request = s.request;
    request.disputes = false;
    request.against_posted = false;
    request.compile.amounts_only = true;
    for (const auto& [clause, reading] : readings) request.compile.readings[clause] = reading;
    return request;
}

/// One plan that holds every reading, so that a change of reading is an evaluation of what depends on it.
class Switchboard {
public:
    /// Nothing where the readings cannot stand in one plan.
    static std::optional<Switchboard> of(const Settlement& s, const std::shared_ptr<const Book>& book,
                                         const Positions& chosen, Plans* plans) {
        SettleRequest request = amounts_of(s, {});
        request.compile.every_reading = true;
        try {
            Settlement settlement = settle_once(book, std::move(request), plans);
            // It has to say what the settlement says.
            if (settlement.plan->switches.empty() || term_positions(settlement) != chosen) return {};
            std::size_t members = 0;
            for (std::size_t node = 0; node < settlement.values.size(); ++node)
                members += settlement.values.width(node);
            if (members > most_members) return {};
            return Switchboard(std::move(settlement));
        } catch (const BookError&) {
        } catch (const DataError&) {
        } catch (const ReadingError&) {
        }
        return {};  // settled one by one, what is wrong with a reading is told as it is
    }

    Positions with(const Readings& readings) {
        for (const ReadingSwitch& place : settlement_.plan->switches) {
            const auto asked = readings.find(place.clause);
            const std::string& reading = asked == readings.end() ? chosen_.at(place.clause) : asked->second;
            bound_[place.slot] = {Exact(place.reading == reading ? 1 : 0)};
        }
        evaluate_again(settlement_.plan->graph, moved_, bound_, settlement_.plan_fills, values_);
        fill_amounts(settlement_, [this](NodeId node) -> const Value& { return values_[node][0]; });
        return term_positions(settlement_);
    }

private:
    static constexpr std::size_t most_members = 4'000'000;  // as objects of their own, some 200 MB

    explicit Switchboard(Settlement settlement)
        : settlement_(std::move(settlement)),
          bound_(settlement_.bound.unpacked()),
          values_(settlement_.values.unpacked()) {
        const Graph& graph = settlement_.plan->graph;
        for (const CompiledClause& clause : settlement_.plan->clauses) chosen_[clause.id] = clause.reading;
        std::vector<char> is_switch(graph.inputs.size(), 0), moves(graph.nodes.size(), 0);
        for (const ReadingSwitch& place : settlement_.plan->switches) is_switch[place.slot] = 1;
        for (NodeId id = 0; id < graph.nodes.size(); ++id) {
            const Node& node = graph.nodes[id];
            moves[id] = node.op == Op::input ? is_switch[node.index]
                                             : std::any_of(node.inputs.begin(), node.inputs.end(),
                                                           [&](NodeId input) { return moves[input] != 0; });
            if (moves[id]) moved_.push_back(id);
        }
    }

    Settlement settlement_;
    std::vector<Members> bound_, values_;
    Readings chosen_;
    std::vector<NodeId> moved_;  // what depends on a switch
};

void widen(JointRange& joint, const Positions& positions) {
    for (const auto& [party, amount] : positions) {
        auto& [low, high] = joint.range[party];
        low = std::min(low, amount);
        high = std::max(high, amount);
    }
}

}  // namespace

void make_disputes(Settlement& s, const std::shared_ptr<const Book>& book, Plans* plans) {
    Open open;
    for (const CompiledClause& clause : s.plan->clauses)
        if (clause.readings.size() > 1) open.emplace_back(clause.id, clause.readings);
    const Positions chosen = term_positions(s);
    for (const auto& [party, amount] : chosen) s.joint.range[party] = {amount, amount};
    if (open.empty()) return;
    std::optional<Switchboard> board = Switchboard::of(s, book, chosen, plans);
    const auto with = [&](const Readings& readings) {
        return board ? board->with(readings) : term_positions(settle_once(book, amounts_of(s, readings), plans));
    };
    std::map<std::string, std::pair<Exact, Exact>> one_by_one;
    std::uint64_t combinations = 1;
    for (const auto& [clause, readings] : open) {
        std::map<std::string, std::pair<Exact, Exact>> extreme;
        combinations = combinations > 1'000'000 ? combinations : combinations * readings.size();
        for (const std::string& reading : readings) {
            const auto own = std::find_if(s.plan->clauses.begin(), s.plan->clauses.end(),
                                          [&, id = clause](const CompiledClause& c) { return c.id == id; });
            const bool is_chosen = own->reading == reading;
            const Positions positions = is_chosen ? chosen : with({{clause, reading}});
            s.disputes.push_back({clause, reading, is_chosen, positions});
            for (const auto& [party, amount] : positions) {
                const Exact change = amount - chosen.at(party);
                auto& [low, high] = extreme[party];
                low = std::min(low, change);
                high = std::max(high, change);
            }
        }
        for (const auto& [party, change] : extreme) {
            one_by_one[party].first += change.first;
            one_by_one[party].second += change.second;
        }
    }
    s.joint.combinations = combinations;
    if (combinations > static_cast<std::uint64_t>(std::max(1, s.request.dispute_limit))) {
        // Beyond the limit only the sum of single effects is given, and said to be no more than an indication.
        s.joint.exact = false;
        for (auto& [party, range] : s.joint.range) {
            range.first += one_by_one[party].first;
            range.second += one_by_one[party].second;
        }
        return;
    }
    for (std::uint64_t number = 0; number < combinations; ++number) {
        Readings readings;
        std::uint64_t rest = number;
        for (const auto& [clause, names] : open) {
            readings[clause] = names[rest % names.size()];
            rest /= names.size();
        }
        widen(s.joint, with(readings));
    }
}

}  // namespace openbook::engine
