#include "openbook/book/calendar.hpp"

#include <algorithm>

namespace openbook {
namespace {

int length(Every every) {
    switch (every) {
        case Every::month: return 1;
        case Every::quarter: return 3;
        case Every::half_year: return 6;
        default: return 12;
    }
}

/// How many months of its first financial year lie before the calendar.
int missed(const Calendar& calendar) {
    return ((calendar.start.month() - calendar.financial_year_starts) % 12 + 12) % 12;
}

}  // namespace

int Calendar::of_month(Every every, int month) const {
    if (every == Every::term) return 0;
    if (every == Every::financial_year) return (month + missed(*this)) / 12;
    return month / length(every);
}

int Calendar::count(Every every) const {
    return of_month(every, months - 1) + 1;
}

int Calendar::first_month(Every every, int period) const {
    if (every == Every::term) return 0;
    if (every == Every::financial_year) return std::max(0, period * 12 - missed(*this));
    return period * length(every);
}

int Calendar::end_month(Every every, int period) const {
    return period + 1 >= count(every) ? months : first_month(every, period + 1);
}

std::string Calendar::label(Every every, int period) const {
    const Month first = start + first_month(every, period);
    switch (every) {
        case Every::month: return first.text();
        case Every::quarter: return "quarter from " + first.text();
        case Every::half_year: return "half-year from " + first.text();
        case Every::year: return "year " + std::to_string(period + 1);
        case Every::financial_year: {
            const int year = first.month() >= financial_year_starts ? first.year() : first.year() - 1;
            const std::string next = std::to_string(year + 1);
            return std::to_string(year) + "/" + next.substr(next.size() - 2);
        }
        case Every::term: return "term";
    }
    return {};
}

}  // namespace openbook
