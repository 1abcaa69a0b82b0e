// The months of the model and the longer periods they make up.
#pragma once

#include <string>
#include <vector>

#include "openbook/book/describe.hpp"

namespace openbook {

/// Longer periods are counted from the start of the calendar, except the financial year, which starts in its own month;
/// the last one (and for financial years the first) may be shorter.
enum class Every { month, quarter, half_year, year, financial_year, term };
template <>
inline std::vector<std::string> choice_names<Every>() {
    return {"month", "quarter", "half_year", "year", "financial_year", "term"};
}

struct Calendar {
    Month start;
    int months = 12;
    int financial_year_starts = 4;
    std::vector<std::string> holidays{};

    static const Record& record();
    friend bool operator==(const Calendar&, const Calendar&) = default;

    [[nodiscard]] int count(Every every) const;                // how many such periods
    [[nodiscard]] int of_month(Every every, int month) const;  // the period that a month lies in
    [[nodiscard]] int first_month(Every every, int period) const;
    [[nodiscard]] int end_month(Every every, int period) const;  // one past the last
    [[nodiscard]] std::string label(Every every, int period) const;
};

}  // namespace openbook
