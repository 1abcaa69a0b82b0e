// Drivers: an input's random path as a few nodes. Every random number is a standard normal of a stream; correlation
// groups mix the streams of their members, time gives them a memory, a distribution turns the result into a value.
// Processes that several drivers share (regimes, hazards, resamplings) have streams of their own.
#pragma once

#include <map>

#include "engine/lowering.hpp"

namespace openbook::engine {

/// A standard normal as a sum of nodes: weights[1 + i] * nodes[i]. A linear distribution of it is one sum.
struct Score {
    std::vector<NodeId> nodes;
    std::vector<Exact> weights;
};

class DriverLowering {
public:
    /// Throws BookError where a correlation matrix is impossible.
    explicit DriverLowering(Lowering& low);

    /// The value that drivers give an input in one of its periods; no_node where it has none. Adds what made it to
    /// `parts`, where there is more to say than that it was drawn.
    NodeId value(const Input& item, int period, NodeId plan, std::vector<TracePtr>& parts);

    Lowering& low;

    /// Tables are made once for the numbers that they are made of.
    NodeId quantile(const std::string& kind, const std::vector<double>& numbers, const std::function<Marginal()>& make,
                    NodeId z);
    NodeId node_of(const Score& score);

private:
    /// What is drawn for one driver (of a member, where members go alone) in one period.
    struct Drawing {
        const Driver& driver;
        const Input& input;
        int period;
        std::string member;
        NodeId plan;
        std::vector<TracePtr>* parts;
        [[nodiscard]] Context context() const;
    };

    // Streams and what they have in common (lower_scores.cpp).
    void read_groups();
    /// The new part of a driver's or hazard's randomness in a period. `more` tells several in one period apart.
    Score innovation(const std::string& id, int period, const std::string& member = {}, const std::string& more = {});
    Score with_t_copula(const Correlation& group, int period, const std::string& more, const Score& score);
    /// The innovation with what is left of earlier ones.
    Score score(const Drawing& drawing);
    std::string stream(const std::string& id, const std::string& member = {}, const std::string& more = {}) const;
    /// How often a driver or hazard has a new part of its own.
    Every calendar_of(const std::string& id) const;
    /// The periods of a group's streams that a member's period takes in.
    std::vector<std::uint32_t> moments(const Correlation& group, const std::string& id, int period) const;

    // Processes that drivers share (lower_processes.cpp).
    int period_of(Every own, const std::string& what, const Drawing& drawing) const;
    NodeId regime(const RegimeChain& chain, int period);
    std::vector<double> shares_at_start(const RegimeChain& chain);
    NodeId arrivals(const Hazard& hazard, int period);
    std::size_t most_arrivals(const Hazard& hazard, int period);
    NodeId arrivals_since(const Hazard& hazard, int first, int last);
    /// Of the recorded months of a resampling, the one that stands for a month of the model, or its value in a series.
    NodeId resampled(const Resampling& resampling, int month, const std::vector<double>& values,
                     const Context& context);
    NodeId resampled_place(const Resampling& resampling, int month, const Context& context);
    std::vector<std::size_t> places_for(const Resampling& resampling, int month, std::size_t length) const;

    // Drivers (lower_drivers.cpp).
    NodeId applied(const Drawing& drawing);
    NodeId draw(const Distribution& distribution, const Score& score, const Drawing& drawing, const Context& context);
    NodeId drawn(const RegimeSwitching& terms, const Drawing& drawing);
    NodeId drawn(const JumpEvents& terms, const Drawing& drawing);
    NodeId drawn(const Seasonal& terms, const Drawing& drawing);
    NodeId drawn(const CalendarMonth& terms, const Drawing& drawing);
    NodeId drawn(const RandomWalk& terms, const Drawing& drawing);
    NodeId drawn(const Bootstrap& terms, const Drawing& drawing);
    NodeId walked(const RandomWalk& terms, const Drawing& drawing, int period);
    double number(const Term& term, const Context& context, const std::string& what);
    double deviation(const Term& term, const Context& context, const std::string& what);
    int calendar_month(const Drawing& drawing, const std::string& kind) const;
    void no_memory(const Drawing& drawing, const std::string& kind);

    std::map<std::string, std::vector<const Driver*>> drivers_of_;  // input -> its drivers, in order
    std::map<std::string, const RegimeChain*> chains_;
    std::map<std::string, const Hazard*> hazards_;
    std::map<std::string, const RecordedSeries*> series_;
    std::map<std::string, const Resampling*> resamplings_;
    std::map<std::string, std::string> streams_;  // of a driver, hazard or group
    std::map<std::string, std::pair<const Correlation*, std::size_t>> groups_;
    std::map<const Correlation*, std::vector<double>> factors_;
    std::map<const Correlation*, bool> by_month_;  // groups whose members have several calendars: drawn month by month
    std::map<std::pair<std::string, std::vector<double>>, Marginal> tables_;
    std::map<std::tuple<std::string, std::string, int>, NodeId> paths_;  // what has a memory: name, member, period
};

/// What stands beside an input in an explanation: a driver, a regime, a hazard, a recorded month.
TracePtr part(const std::string& kind, const std::string& label, NodeId node, std::vector<std::string> words = {},
              const std::string& source = {}, bool illustrative = false);

}  // namespace openbook::engine
