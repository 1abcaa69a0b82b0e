// A term: any number of the book, as a formula with its history, its source and its unit.
#pragma once

#include <string>
#include <vector>

#include "openbook/book/month.hpp"

namespace openbook {

struct Record;

/// The text of a formula as written; a plain number is the shortest formula. Its grammar is in
/// docs/reference/formulas.md.
struct Formula {
    std::string text;
    [[nodiscard]] bool empty() const { return text.empty(); }
    friend bool operator==(const Formula&, const Formula&) = default;
};

/// From this month on, another value.
struct Step {
    Month from;
    Formula value;
    std::string source;
    bool illustrative = false;
    std::string deferred;  // what is still to be agreed, and until when
    static const Record& record();
    friend bool operator==(const Step&, const Step&) = default;
};

/// Another figure that the sources give for the same term.
struct Alternative {
    std::string name;
    Formula value;
    std::string source;
    static const Record& record();
    friend bool operator==(const Alternative&, const Alternative&) = default;
};

struct Term {
    Formula value;
    std::vector<Step> steps;
    std::string unit;
    std::string source;
    bool illustrative = false;
    std::string deferred;  // what has still to be agreed; the value holds until then
    std::vector<Alternative> alternatives;

    Term() = default;
    Term(const char* text) : value{text} {}  // NOLINT: a default written as text reads best
    [[nodiscard]] bool empty() const { return value.empty() && steps.empty(); }
    static const Record& record();
    friend bool operator==(const Term&, const Term&) = default;
};

}  // namespace openbook
