// Random processes that several drivers share: regimes, hazards, and the resampling of what was recorded.
#pragma once

#include "openbook/scenarios/distributions.hpp"

namespace openbook {

struct Regime {
    std::string name;
    Term initial;
    std::map<std::string, Term> next;
    static const Record& record();
    friend bool operator==(const Regime&, const Regime&) = default;
};

/// A hidden Markov chain.
struct RegimeChain {
    std::string id, name, stream, source;
    Every every = Every::month;
    std::vector<Regime> regimes;
    bool illustrative = false;
    static const Record& record();
    friend bool operator==(const RegimeChain&, const RegimeChain&) = default;
};

enum class Arrivals { bernoulli, poisson };
template <>
inline std::vector<std::string> choice_names<Arrivals>() {
    return {"bernoulli", "poisson"};
}

/// Something that may happen.
struct Hazard {
    std::string id, name, stream, source;
    Every every = Every::month;
    Arrivals arrivals = Arrivals::bernoulli;
    Term rate;
    int lasts = 1;
    bool at_most_once = false, one_at_a_time = false;
    std::optional<Month> starts, ends;
    bool illustrative = false;
    static const Record& record();
    friend bool operator==(const Hazard&, const Hazard&) = default;
};

struct RecordedSeries {
    std::string id, name, unit, source;
    Month starts;
    std::vector<Decimal> values;
    bool illustrative = false;
    static const Record& record();
    friend bool operator==(const RecordedSeries&, const RecordedSeries&) = default;
};

enum class Blocks { moving, stationary };
template <>
inline std::vector<std::string> choice_names<Blocks>() {
    return {"moving", "stationary"};
}

/// A block bootstrap: which recorded month stands for which month of the model.
struct Resampling {
    std::string id, name, stream;
    Blocks blocks = Blocks::moving;
    int block_length = 1;
    bool same_calendar_month = false;
    Month starts, ends;
    static const Record& record();
    friend bool operator==(const Resampling&, const Resampling&) = default;
};

}  // namespace openbook
