#include <algorithm>

#include "engine/lowering.hpp"

namespace openbook {

const Record& Block::record() {
    static const Record record = describe<Block>(
        "block",
        "A lump sum a year, spread over the months of the contract year. Pennies fall by differences of rounded "
        "cumulatives, so that "
        "the months of a year add up to the year's amount.",
        {field<&Block::amount>("amount", "Amount a year, in force in each month (steps may change it).")
             .in("£")
             .required(),
         field<&Block::profile>("profile", "Twelve weights, one per month of the contract year; empty: equal months.")},
        "PM-01; PAY-01", R"({"kind": "block", "id": "community_block", "amount": "£1.2m"})");
    return record;
}

}  // namespace openbook

namespace openbook::engine {

void lower(const Block& terms, ClauseLowering& clause) {
    Builder& b = clause.low.builder;
    const Calendar& calendar = clause.low.calendar();
    if (!terms.profile.empty() && terms.profile.size() != 12)
        clause.low.fail("out-of-range", clause.at("profile"),
                        "a profile has 12 weights, one per month of the contract year, not " +
                            std::to_string(terms.profile.size()));
    // Pennies fall by differences of rounded cumulatives from the start of the contract year, unless it is said
    // otherwise.
    const Every every = clause.clause.every;
    const auto year_of = [&](int month) {
        const int year = calendar.of_month(Every::year, month);
        return std::pair(calendar.first_month(Every::year, year), calendar.end_month(Every::year, year));
    };
    std::vector<Exact> weights(12, Exact(1));
    Exact sum = 0;
    for (std::size_t m = 0; m < 12; ++m) {
        if (!terms.profile.empty())
            weights[m] = clause.low.constant_term(terms.profile[m], clause.at("profile/" + std::to_string(m)),
                                                  "a profile weight");
        if (weights[m] < 0)
            clause.low.fail("negative", clause.at("profile/" + std::to_string(m)),
                            "a profile weight must not be negative");
        sum += weights[m];
    }
    if (sum == 0) clause.low.fail("weights", clause.at("profile"), "the profile's weights sum to zero");
    const auto amount_of = [&](int month) {
        return clause.low.money_or_fail(
            clause.low.term(terms.amount, clause.at("amount", Every::month, month), "amount a year"),
            clause.at("amount"), "amount");
    };
    // The months from one to before another, each with its part of the year's amount.
    Typed annual;
    const auto due = [&](int from, int end) {
        std::vector<NodeId> amounts;
        std::vector<Exact> parts{0};
        for (int month = from; month < end; ++month) {
            annual = amount_of(month);
            amounts.push_back(annual.node);
            parts.push_back(weights[static_cast<std::size_t>(month - year_of(month).first)] / sum);
        }
        return amounts.empty() ? b.constant(0) : b.weighted(amounts, parts);
    };
    const int first = clause.first_month(), end = clause.last_month() + 1;
    const Pennies pennies = clause.clause.pennies;
    if (pennies == Pennies::named)
        clause.low.fail("out-of-range", clause.at("pennies"),
                        "the pennies of instalments fall to the first or the last, fairly, or each is rounded alone");
    // Whether the year is made of instalments; a term or a financial year may lie across its end.
    const auto in_instalments = [&] {
        const auto [start, year_end] = year_of(first);
        for (int month = start; month < year_end;) {
            const int period = calendar.of_month(every, month);
            if (calendar.first_month(every, period) != month || calendar.end_month(every, period) > year_end)
                return false;
            month = calendar.end_month(every, period);
        }
        return true;
    };
    NodeId node = no_node;
    if (pennies == Pennies::fair) {
        std::vector<NodeId> in_years;
        for (int month = first; month < end;) {
            const auto [start, year_end] = year_of(month);
            const int until = std::min(end, year_end);
            in_years.push_back(
                b.make(Op::post, {due(month, until), due(start, until), due(start, month)}, {Exact(1, 100)}));
            month = until;
        }
        node = in_years.size() == 1 ? in_years[0] : b.sum(in_years);
    } else if (!in_instalments()) {
        node = b.pence(due(first, end));
    } else {
        node = b.pence(due(first, end));
        // What is left is the amount of all instalments together less all others.
        const auto paid = clause.periods_in_force(Every::year, calendar.of_month(Every::year, first));
        const bool takes = (pennies == Pennies::first && clause.period == paid.front()) ||
                           (pennies == Pennies::last && clause.period == paid.back());
        if (takes) {
            std::vector<NodeId> instalments;
            for (const int period : paid)
                instalments.push_back(due(calendar.first_month(every, period), calendar.end_month(every, period)));
            std::vector<NodeId> others{b.pence(b.sum(instalments))};
            std::vector<Exact> signs{0, 1};
            for (std::size_t i = 0; i < paid.size(); ++i)
                if (paid[i] != clause.period) {
                    others.push_back(b.pence(instalments[i]));
                    signs.push_back(-1);
                }
            node = b.weighted(others, signs);
        }
    }
    annual = amount_of(clause.last_month());
    clause.move(clause.place.payer, clause.place.payee, "block",
                clause.pounds(node, "instalment of the year's amount", {annual.trace}), clause.first_month(),
                clause.last_month());
}

}  // namespace openbook::engine
