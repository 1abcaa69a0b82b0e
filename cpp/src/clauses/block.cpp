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
    // Pennies fall by differences of rounded cumulatives from the start of the contract year.
    const int year_start = calendar.first_month(Every::year, calendar.of_month(Every::year, clause.first_month()));
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
    std::vector<NodeId> amounts;
    std::vector<Exact> before{0}, now{0};
    std::vector<NodeId> due;
    std::vector<Exact> due_shares{0};
    Typed annual;
    for (int month = year_start; month <= clause.last_month(); ++month) {
        annual = amount_of(month);
        const Exact share = weights[static_cast<std::size_t>(month - year_start)] / sum;
        amounts.push_back(annual.node);
        now.push_back(share);
        if (month < clause.first_month()) {
            before.push_back(share);
        } else {
            due.push_back(annual.node);
            due_shares.push_back(share);
        }
    }
    const std::vector<NodeId> earlier(amounts.begin(), amounts.begin() + static_cast<long>(before.size()) - 1);
    const NodeId cumulative = b.weighted(amounts, now);
    const NodeId cumulative_before = earlier.empty() ? b.constant(0) : b.weighted(earlier, before);
    const NodeId node = b.make(Op::post, {b.weighted(due, due_shares), cumulative, cumulative_before}, {Exact(1, 100)});
    clause.move(clause.place.payer, clause.place.payee, "block",
                clause.pounds(node, "instalment of the year's amount", {annual.trace}), clause.first_month(),
                clause.last_month());
}

}  // namespace openbook::engine
