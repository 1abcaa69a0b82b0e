// Uncertain quantities.
#pragma once

#include "openbook/scenarios/processes.hpp"

namespace openbook {

/// A distribution for each regime of a chain.
struct RegimeSwitching {
    std::string chain;
    std::map<std::string, Distribution> regimes;
    static const Record& record();
    friend bool operator==(const RegimeSwitching&, const RegimeSwitching&) = default;
};

/// What the arrivals of a hazard do to an input; without a severity whether one is underway.
struct JumpEvents {
    std::string hazard;
    std::optional<Distribution> severity;
    std::optional<int> lasts;
    static const Record& record();
    friend bool operator==(const JumpEvents&, const JumpEvents&) = default;
};

/// A figure for each month of the year, with an uncertain amplitude.
struct Seasonal {
    std::vector<Term> months;  // January first
    std::optional<Distribution> amplitude;
    Every amplitude_every = Every::year;
    static const Record& record();
    friend bool operator==(const Seasonal&, const Seasonal&) = default;
};

/// A distribution for each month of the year.
struct CalendarMonth {
    std::vector<Distribution> months;  // January first
    static const Record& record();
    friend bool operator==(const CalendarMonth&, const CalendarMonth&) = default;
};

enum class WalkSteps { added, compounded };
template <>
inline std::vector<std::string> choice_names<WalkSteps>() {
    return {"added", "compounded"};
}

struct RandomWalk {
    WalkSteps steps = WalkSteps::compounded;
    Term start, drift = "0", deviation = "0", drift_deviation = "0";
    static const Record& record();
    friend bool operator==(const RandomWalk&, const RandomWalk&) = default;
};

enum class Measured { as_recorded, over_mean, less_mean };
template <>
inline std::vector<std::string> choice_names<Measured>() {
    return {"as_recorded", "over_mean", "less_mean"};
}

/// Months of a recorded series, in the order in which a resampling draws them.
struct Bootstrap {
    std::string resampling, series;
    Measured measured = Measured::as_recorded;
    static const Record& record();
    friend bool operator==(const Bootstrap&, const Bootstrap&) = default;
};

using Variation =
    std::variant<Normal, Lognormal, Triangular, Pert, Beta, Poisson, NegativeBinomial, Empirical, StudentT, Pareto,
                 RegimeSwitching, JumpEvents, Seasonal, CalendarMonth, RandomWalk, Bootstrap>;

enum class Effect { value, factor, addition };
template <>
inline std::vector<std::string> choice_names<Effect>() {
    return {"value", "factor", "addition"};
}

enum class Drawn { together, each };
template <>
inline std::vector<std::string> choice_names<Drawn>() {
    return {"together", "each"};
}

struct Driver {
    std::string id, name, stream, of, source;
    Effect effect = Effect::factor;
    Drawn members = Drawn::together;
    Term autoregression = "0";
    bool illustrative = false;
    Variation distribution;
    static const Record& record();
    friend bool operator==(const Driver&, const Driver&) = default;
};

struct Correlation {
    std::string id;
    std::vector<std::string> drivers;
    std::vector<std::vector<Decimal>> matrix;
    std::optional<Decimal> degrees_of_freedom;  // of a t copula; none: Gaussian
    std::string stream;                         // of the t copula's mixing variable
    std::string source;
    static const Record& record();
    friend bool operator==(const Correlation&, const Correlation&) = default;
};

}  // namespace openbook
