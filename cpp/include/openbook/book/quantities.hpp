// What rules can name: inputs from data, parameters, named formulas, and piecewise-linear functions.
#pragma once

#include <optional>

#include "openbook/book/calendar.hpp"

namespace openbook {

/// How months make up a longer period.
enum class Aggregate { sum, mean, first, last, minimum, maximum };
template <>
inline std::vector<std::string> choice_names<Aggregate>() {
    return {"sum", "mean", "first", "last", "minimum", "maximum"};
}

/// A change of status that is permitted, for as long as its dates say.
struct Transition {
    std::string from;
    std::vector<std::string> to;
    std::optional<Month> starts, ends;
    static const Record& record();
    friend bool operator==(const Transition&, const Transition&) = default;
};

/// A closed list of names that a value may have; with transitions a status.
struct Category {
    std::string id, name;
    std::vector<std::string> values;
    bool ordered = false;
    std::vector<std::string> initial;
    std::vector<Transition> transitions;
    static const Record& record();
    friend bool operator==(const Category&, const Category&) = default;
};

/// What a definition is given when it is called.
struct Argument {
    std::string id, name, unit;
    static const Record& record();
    friend bool operator==(const Argument&, const Argument&) = default;
};

/// A formula with arguments and a name: called like a function, and written out where it is called.
struct Definition {
    std::string id, name, words, unit, source;
    std::vector<Argument> arguments;
    Formula formula;
    static const Record& record();
    friend bool operator==(const Definition&, const Definition&) = default;
};

/// Where an input's values stand in a data frame.
struct Source {
    std::string column;
    std::map<std::string, std::string> where;
    static const Record& record();
    friend bool operator==(const Source&, const Source&) = default;
};

struct Input {
    std::string id, name, unit, service, party, dimension, by, category;
    Every every = Every::month;
    Aggregate aggregate = Aggregate::sum;
    Term plan;
    std::optional<Source> data;
    bool may_be_missing = false;
    std::vector<std::string> tags;
    static const Record& record();
    friend bool operator==(const Input&, const Input&) = default;
};

struct Parameter {
    std::string id, name, dimension, by, category;
    Term value;
    std::map<std::string, Term> members;
    std::map<std::string, std::map<std::string, Term>> pairs;  // member of the dimension -> member of `by` -> value
    std::vector<std::string> tags;
    static const Record& record();
    friend bool operator==(const Parameter&, const Parameter&) = default;
};

/// A named formula.
struct Quantity {
    std::string id, name, unit, dimension, by, category;
    Every every = Every::month;
    Aggregate aggregate = Aggregate::sum;
    Term formula;
    std::vector<std::string> tags;
    static const Record& record();
    friend bool operator==(const Quantity&, const Quantity&) = default;
};

struct Point {
    Term at, value;
    static const Record& record();
    friend bool operator==(const Point&, const Point&) = default;
};

enum class Tail { extend, clamp, missing };
template <>
inline std::vector<std::string> choice_names<Tail>() {
    return {"extend", "clamp", "missing"};
}
enum class Jump { upper, lower };
template <>
inline std::vector<std::string> choice_names<Jump>() {
    return {"upper", "lower"};
}

/// A piecewise-linear function through points; two points at the same place make a jump.
struct Curve {
    std::string id, name, unit;
    std::vector<Point> points;
    Tail below = Tail::clamp, above = Tail::clamp;
    Jump at_jump = Jump::upper;
    static const Record& record();
    friend bool operator==(const Curve&, const Curve&) = default;
};

enum class Match { exact, from, above, up_to, below, interpolate };
template <>
inline std::vector<std::string> choice_names<Match>() {
    return {"exact", "from", "above", "up_to", "below", "interpolate"};
}
enum class Uncovered { otherwise, nearest };
template <>
inline std::vector<std::string> choice_names<Uncovered>() {
    return {"otherwise", "nearest"};
}

struct TableKey {
    std::string name, unit;
    Match match = Match::exact;
    Uncovered uncovered = Uncovered::otherwise;
    static const Record& record();
    friend bool operator==(const TableKey&, const TableKey&) = default;
};

struct TableRow {
    std::vector<Term> at;
    Term value;
    static const Record& record();
    friend bool operator==(const TableRow&, const TableRow&) = default;
};

/// Values printed in rows, looked up by one or several keys.
struct LookupTable {
    std::string id, name, unit;
    std::vector<TableKey> keys;
    std::vector<TableRow> rows;
    Term otherwise;  // empty: missing
    static const Record& record();
    friend bool operator==(const LookupTable&, const LookupTable&) = default;
};

}  // namespace openbook
