// Weighted outcome frameworks.
#pragma once

#include "openbook/book/quantities.hpp"

namespace openbook {

enum class ScoreShape { steps, linear };
template <>
inline std::vector<std::string> choice_names<ScoreShape>() {
    return {"steps", "linear"};
}

/// An indicator scored between -1 (pain) and 1 (gain).
struct Measure {
    std::string id, name;
    Term value;  // a formula, usually an input
    Term weight;
    Term pain_at, gain_at;  // reaching gain_at scores 1; pain_at (or worse) -1; order tells which way is good
    ScoreShape shape = ScoreShape::steps;
    static const Record& record();
    friend bool operator==(const Measure&, const Measure&) = default;
};

struct Framework {
    std::string id, name;
    std::vector<Measure> measures;
    static const Record& record();
    friend bool operator==(const Framework&, const Framework&) = default;
};

}  // namespace openbook
