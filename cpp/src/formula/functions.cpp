// The functions of the language, in one list: parser, lowering and reference page use it.
#include "formula/expression.hpp"

namespace openbook::formula {

const std::vector<Function>& functions() {
    constexpr std::size_t many = 64;
    static const std::vector<Function> list = {
        {"min", "min(a, b, ...)", "the smallest", 1, many},
        {"max", "max(a, b, ...)", "the largest", 1, many},
        {"clip", "clip(x, low, high)", "x kept between two bounds", 3, 3},
        {"abs", "abs(x)", "x without its sign", 1, 1},
        {"positive", "positive(x)", "x where it is above zero, else zero", 1, 1},
        {"negative", "negative(x)", "how far x lies below zero, else zero: max(-x, 0)", 1, 1},
        {"if", "if(condition, a, b)", "a where the condition holds, else b", 3, 3},
        {"choose", "choose(c1, a1, c2, a2, ..., otherwise)",
         "the first whose condition holds; the last is the mandatory else", 3, many},
        {"divide", "divide(a, b, if_zero)", "a / b, with what to give where b is zero", 3, 3},
        {"whole", "whole(a, b)", "whole-number division, rounded down; missing where b is zero", 2, 2},
        {"modulo", "modulo(a, b)", "what whole-number division leaves", 2, 2},
        {"round", "round(x, step, 'mode')",
         "to the nearest multiple of step; mode half_away (if none is named), half_up, half_even, floor, ceiling or "
         "truncate",
         2, 3},
        {"exp", "exp(x, decimals)", "e to the power x; in settlement rounded to the decimals stated", 2, 2},
        {"log", "log(x, decimals)", "natural logarithm; in settlement rounded to the decimals stated", 2, 2},
        {"power", "power(x, y, decimals)", "x to the power y; in settlement rounded to the decimals stated", 3, 3},
        {"sqrt", "sqrt(x, decimals)", "square root; in settlement rounded to the decimals stated", 2, 2},
        {"logistic", "logistic(x, decimals)", "1 / (1 + exp(-x)); in settlement rounded to the decimals stated", 2, 2},
        {"normal_probability", "normal_probability(z, decimals)",
         "how probable it is that a standard normal number is at most z; in settlement rounded to the decimals stated, "
         "at most 15",
         2, 2},
        {"normal_quantile", "normal_quantile(p, decimals)",
         "the standard normal number that is not passed with probability p; in settlement rounded to the decimals "
         "stated, at most 15",
         2, 2},
        {"t_probability", "t_probability(t, freedom, decimals)",
         "how probable it is that Student's t is at most t; in settlement rounded to the decimals stated, at most 15",
         3, 3},
        {"t_quantile", "t_quantile(p, freedom, decimals)",
         "Student's t that is not passed with probability p; in settlement rounded to the decimals stated, at most 15",
         3, 3},
        {"chi_square_probability", "chi_square_probability(x, freedom, decimals)",
         "how probable it is that chi-square is at most x; in settlement rounded to the decimals stated, at most 15", 3,
         3},
        {"chi_square_quantile", "chi_square_quantile(p, freedom, decimals)",
         "chi-square that is not passed with probability p; in settlement rounded to the decimals stated, at most 15",
         3, 3},
        {"gamma_probability", "gamma_probability(x, shape, scale, decimals)",
         "how probable it is that a gamma number is at most x; in settlement rounded to the decimals stated, at most "
         "15",
         4, 4},
        {"gamma_quantile", "gamma_quantile(p, shape, scale, decimals)",
         "the gamma number that is not passed with probability p; in settlement rounded to the decimals stated, at "
         "most 15",
         4, 4},
        {"beta_probability", "beta_probability(x, a, b, decimals)",
         "how probable it is that a beta number is at most x; in settlement rounded to the decimals stated, at most 15",
         4, 4},
        {"beta_quantile", "beta_quantile(p, a, b, decimals)",
         "the beta number that is not passed with probability p; in settlement rounded to the decimals stated, at most "
         "15",
         4, 4},
        {"binomial_probability", "binomial_probability(k, n, p, decimals)",
         "how probable at most k of n events are, each of probability p; in settlement rounded to the decimals stated, "
         "at most 15",
         4, 4},
        {"binomial_quantile", "binomial_quantile(q, n, p, decimals)",
         "the least number of n events, each of probability p, that is not passed with probability q; in settlement "
         "rounded to the decimals stated, at most 15",
         4, 4},
        {"poisson_probability", "poisson_probability(k, mean, decimals)",
         "how probable at most k events are where the mean is expected; in settlement rounded to the decimals stated, "
         "at most 15",
         3, 3},
        {"poisson_quantile", "poisson_quantile(q, mean, decimals)",
         "the least number of events that is not passed with probability q; in settlement rounded to the decimals "
         "stated, at most 15",
         3, 3},
        {"curve", "curve('id', x)", "a curve of the book at x", 2, 2},
        {"inverse", "inverse('id', y)",
         "where a curve of the book has the value y; the curve must rise or fall all the way. Beyond its ends as the "
         "curve's below and above say: the end itself, on along the slope, or missing",
         2, 2},
        {"lookup", "lookup('id', key, ...)", "a table of the book, looked up by its keys", 2, many},
        {"solve", "solve('x', objective, target, low, high, step, 'rising')",
         "the number x, between low and high in whole steps, at which the objective, a formula of x, comes closest to "
         "the "
         "target without passing it; 'rising' or 'falling' says how the objective goes with x. Missing where it passes "
         "the target "
         "at low already or does not reach it at high",
         6, 7},
        {"missing", "missing(x)", "whether x is missing", 1, 1},
        {"or_else", "or_else(x, y)", "x, or y where x is missing", 2, 2},
        {"no_limit", "no_limit()",
         "no limit at all, for caps, min, max, clip and comparisons; calculating with it gives a missing value. It may "
         "hold in some periods, for some members or in one branch alone",
         0, 0},
        {"no_value", "no_value()", "a missing value", 0, 0},
        {"reason", "reason(x)",
         "why an input is missing, as a name: 'none' where it is there, 'not_stated' where nobody said, or 'not_open', "
         "'closed', 'merged_into', 'not_submitted', 'suppressed'; of a formula, for the first of its inputs that is "
         "missing",
         1, 1},
        {"by_category", "by_category(x, 'name', value, ..., otherwise)",
         "a value for each name that x, a value of a category, may have; the last one may be for all others", 3, many},
        {"in_unit", "in_unit(x, 'unit')",
         "the same quantity in a unit of another scale or time: 'per 1000', 'pp', '£ per member per year'; a plain "
         "number becomes one of what it counts: 'people'. Refused where the units measure different things",
         2, 2},
        {"count", "count(c1, c2, ...)", "how many of the conditions hold", 1, many},
        {"any", "any(c1, c2, ...)",
         "whether one of the conditions holds; missing where none is known to and one is missing", 1, many},
        {"all", "all(c1, c2, ...)",
         "whether all conditions hold; missing where none is known not to and one is missing", 1, many},
        {"previous", "previous(name, initial, lag)",
         "the value of a named quantity, input, parameter or clause one period of its own calendar earlier, or as many "
         "as the lag "
         "says (0: the period itself); initial where there is none. Of a formula: what it came to one period of the "
         "asking rule earlier. The "
         "lag may depend on data; where it is no whole number from 1 on the value is missing",
         2, 3},
        {"window", "window(name, periods, 'sum', 'skip')",
         "over the last periods of something named, or of a formula, this one included: their sum, 'mean', 'smallest', "
         "'largest', 'product' or 'median'; of as many as there are at the start; with 'skip' of those that are not "
         "missing. Of a condition: how many hold, or the fraction of them",
         2, 4},
        {"window_place", "window_place(name, periods, place)",
         "of the values over the last periods, this one included, the one that stands in a place: 1 for the smallest, "
         "2 "
         "for the next, -1 for the largest; missing where there are not so many",
         3, 3},
        {"later", "later(input, periods, otherwise)",
         "an input so many periods of its own calendar after the last that has ended with the asking period; otherwise "
         "beyond the end of the calendar",
         3, 3},
        {"first_when", "first_when(condition)",
         "the number of the first period, up to this one, in which a condition holds; missing where there is "
         "none",
         1, 1},
        {"last_when", "last_when(condition)",
         "the number of the last period, up to this one, in which a condition holds; missing where there is none", 1,
         1},
        {"cumulative", "cumulative(name, 'calendar', 'skip')",
         "the sum of a named quantity, input or clause, or of a formula, from the start of the calendar's period, or "
         "where none is named of the whole term, to the end of this one; with 'skip' of the periods that are not "
         "missing",
         1, 3},
        {"over", "over(name, 'calendar')", "a named quantity, input or clause over the period of a longer calendar", 2,
         2},
        {"plan", "plan(name)", "the planned value of an input", 1, 2},
        {"paid", "paid('clause', 'calendar')",
         "what a clause moves from its payer: + paid, - received back; of a clause without payer, such as a share, all "
         "that "
         "it moves",
         1, 2},
        {"received", "received('clause', 'party', 'calendar')",
         "what a party receives under a clause, less what it pays", 2, 3},
        {"position", "position('party', 'calendar')", "everything received less everything paid", 1, 2},
        {"provisional", "provisional('party', 'calendar')",
         "the position before overlays: contracts, funding and costs", 1, 2},
        {"income", "income('party', 'calendar')", "what a party receives under contracts, less what it pays under them",
         1, 2},
        {"cost", "cost('party', 'calendar')", "the costs of a party", 1, 2},
        {"cash", "cash('party')", "opening cash and all that was due by the end of the period", 1, 1},
        {"reserves", "reserves('party')", "the reserves that a party declares", 1, 1},
        {"score", "score('framework')", "the weighted score of a framework, between -1 and 1", 1, 1},
        {"measure", "measure('measure')", "the score of one measure, between -1 and 1", 1, 1},
        {"sum", "sum(x, 'parent' or key, 'skip', 'reason', ...)",
         "over the members of x's dimension, of each member of a parent, or for each member over those with the same "
         "key; "
         "with 'skip' of those that are not missing, "
         "or "
         "not missing for one of the reasons that are named; of a condition: how many hold",
         1, 10},
        {"largest", "largest(x, 'parent' or key, 'skip', 'reason', ...)",
         "over the members of x's dimension, of each member of a parent, or for each member over those with the same "
         "key; "
         "with 'skip' of those that are not missing, "
         "or "
         "not missing for one of the reasons that are named",
         1, 10},
        {"smallest", "smallest(x, 'parent' or key, 'skip', 'reason', ...)",
         "over the members of x's dimension, of each member of a parent, or for each member over those with the same "
         "key; "
         "with 'skip' of those that are not missing, "
         "or "
         "not missing for one of the reasons that are named",
         1, 10},
        {"mean", "mean(x, 'parent' or key, 'skip', 'reason', ...)",
         "over the members of x's dimension, of each member of a parent, or for each member over those with the same "
         "key; "
         "with 'skip' of those that are not missing, "
         "or "
         "not missing for one of the reasons that are named",
         1, 10},
        {"product", "product(x, 'parent', 'skip', 'reason', ...)",
         "over the members of x's dimension, or of each member of a parent; with 'skip' of those that are not missing, "
         "or "
         "not missing for one of the reasons that are named",
         1, 10},
        {"first", "first(x)", "the first member of x", 1, 1},
        {"last", "last(x)", "the last member of x", 1, 1},
        {"weighted_mean", "weighted_mean(x, weight, 'parent' or key, 'skip')",
         "sum(x * weight) / sum(weight): not the mean of ratios", 2, 4},
        {"median", "median(x, 'parent' or key, 'skip')",
         "the middle member, or the mean of the middle two: of all, of each member of a parent, or for each member of "
         "those with the same key; with 'skip' of those that are not missing",
         1, 3},
        {"quantile", "quantile(x, p, 'inclusive', 'parent' or key, 'skip')",
         "the place p of the way up the members in ascending order, straight between them: of n - 1 ways "
         "('inclusive'), of n + 1 "
         "('exclusive'), or the first member that p of all reach ('nearest'); groups as for median",
         2, 5},
        {"deviation", "deviation(x, 'sample', decimals, 'parent' or key, 'skip')",
         "the standard deviation of the members, of a 'sample' or of the whole 'population'; in settlement rounded to "
         "the decimals stated; groups as for median",
         3, 5},
        {"slope", "slope(y, x, weight)", "of the straight line of weighted least squares through the members", 2, 3},
        {"any_member", "any_member(condition, 'parent' or key)",
         "whether it holds for one of the members; missing where it is known to for none and one is missing; of no "
         "members: no",
         1, 2},
        {"all_members", "all_members(condition, 'parent' or key)",
         "whether it holds for all members; missing where it is known not to for none and one is missing; of no "
         "members: yes",
         1, 2},
        {"rank", "rank(x, 'descending', 'best', 'parent' or key)",
         "the place of each member: 1 for the largest, or with 'ascending' the smallest; of equals 'best' gives each "
         "the best place, 'mean' the mean of their places, 'order' the places in the members' order. A missing member "
         "has no place and takes none. With a parent or a key: among the members that share it",
         1, 4},
        {"percentile_group", "percentile_group(x, groups, 'parent' or key)",
         "the group of each member when they stand in ascending order and are cut into groups of one size: 1 is the "
         "lowest; in place k of n the group is 1 + whole((k - 1) * groups, n). A missing member has no group "
         "and is not counted. At most as many groups as members; with a parent or a key: among the members that share "
         "it",
         2, 3},
        {"running", "running(x, 'forwards', 'sum')",
         "the sum of the members up to each one, or with 'backwards' from each one on; or their 'product', 'smallest' "
         "or 'largest'",
         1, 3},
        {"running_by", "running_by(x, order, at)",
         "for each member the sum of x over the members whose order is not above its own, such as those of the same or "
         "an earlier priority; with `at`, of any dimension or none, over those whose order is not above that",
         2, 3},
        {"running_between", "running_between(x, low, high, start)",
         "the sum of the members up to each one, kept between two bounds at every step: what does not fit is lost, as "
         "of "
         "a store with a capacity or an account with a floor and a cap; start, or 0, stands before the first. The "
         "bounds may differ by member, and no_limit() is none",
         3, 4},
        {"sum_matching", "sum_matching(x, key, wanted)",
         "for each value of `wanted`, of any dimension or none, the sum of x over the members whose key is the same; "
         "zero where there is none",
         3, 3},
        {"apportion", "apportion(total, weight, step, 'nothing')",
         "each member's part of the total by its weight; with a step by largest remainder in whole steps, which add up "
         "to the total rounded to it. Where all weights are zero each gets 'nothing' (if no rule is named), or 'equal' "
         "parts, or it is an 'error' that a settlement refuses; so are weights below zero",
         2, 4},
        {"apportion_capped", "apportion_capped(total, weight, cap, 'nothing')",
         "each member's part of the total by its weight, none above its cap; what a cap holds back goes to the others, "
         "until all are full. Weights that are all zero as for apportion",
         3, 4},
        {"spread", "spread(x, 'dimension')",
         "a parent's value, or a single one, for each member; of a dimension that is neither, for each pair of its "
         "members and those of x's own",
         2, 2},
        {"by_member", "by_member('dimension', 'member', value, ..., otherwise)",
         "a value for each member of a dimension, by name; the last one may be for all others", 2, many},
        {"member", "member(x, 'name', 'other')",
         "one member of x. Where two dimensions cross one name leaves the other dimension, and two names, or the name "
         "of a pair as in 'general, urgent', give one value; where both have such a member the second operand may name "
         "the dimension that is meant",
         2, 3},
        {"contract_year", "contract_year()", "1 in the first contract year, 2 in the second, ...", 0, 0},
        {"month_number", "month_number()", "1 in the first month of the calendar (the last month of a longer period)",
         0, 0},
        {"calendar_month", "calendar_month()", "1 for January ... 12 for December (of the period's first month)", 0, 0},
        {"months", "months()", "how many months the period has", 0, 0},
        {"from_month", "from_month('2016-04')", "whether the period starts in or after that month", 1, 1},
        {"date", "date('2024-04-15')", "a day; the difference of two is in days", 1, 1},
        {"period_start", "period_start()", "the first day of the period", 0, 0},
        {"period_end", "period_end()", "the last day of the period", 0, 0},
        {"days", "days()", "how many days the period has", 0, 0},
        {"year_of", "year_of(date)", "its year", 1, 1},
        {"month_of", "month_of(date)", "its month: 1 for January", 1, 1},
        {"day_of", "day_of(date)", "its day of the month", 1, 1},
        {"weekday", "weekday(date)", "1 for Monday ... 7 for Sunday", 1, 1},
        {"add_months", "add_months(date, months, 'same_day')",
         "the same day so many months later, or the month's last day where it has no such day; with 'month_end' the "
         "last day of a "
         "month leads to the last day of a month",
         2, 3},
        {"months_between", "months_between(a, b)",
         "whole months from a to b: as many as can be added to a without passing b", 2, 2},
        {"years_between", "years_between(a, b)", "whole years from a to b, such as an age", 2, 2},
        {"month_ends", "month_ends(a, b)", "how many month ends lie between: from a, included, to b, not included", 2,
         2},
        {"working_days", "working_days(a, b)",
         "Mondays to Fridays from a, included, to b, not included, less the holidays of the calendar", 2, 2},
        {"year_fraction", "year_fraction(a, b, 'actual_365')",
         "the time from a to b in years: days over 365, over 360 ('actual_360'), or of months of 30 days "
         "('thirty_360', the bond basis: a 31st counts as a 30th, at b only where a is a 30th or 31st)",
         2, 3},
        {"number", "number(x)", "x without its unit", 1, 1},
        {"money", "money(x)", "x pounds", 1, 1},
    };
    return list;
}

const std::map<std::string, std::string>& functions_with_named_operands() {
    static const std::map<std::string, std::string> names = [] {
        std::map<std::string, std::string> result{
            {"count", "sum"}, {"any", "any_member"}, {"all", "all_members"}, {"min", "smallest"}, {"max", "largest"}};
        for (const char* name : {"sum",
                                 "largest",
                                 "smallest",
                                 "mean",
                                 "product",
                                 "first",
                                 "last",
                                 "any_member",
                                 "all_members",
                                 "rank",
                                 "running",
                                 "running_by",
                                 "running_between",
                                 "percentile_group",
                                 "median",
                                 "quantile",
                                 "deviation",
                                 "slope",
                                 "weighted_mean",
                                 "apportion",
                                 "apportion_capped"})
            result[name] = name;
        return result;
    }();
    return names;
}

const Expression* named_operand(const Expression& call, const char* name) {
    if (call.form != Form::call) return nullptr;
    for (const ExpressionPtr& operand : call.operands)
        if (operand->form == Form::call && operand->name == name) return operand->operands[0].get();
    return nullptr;
}

Expression without_named(const Expression& call) {
    Expression plain = call;
    if (const auto found = functions_with_named_operands().find(call.name);
        found != functions_with_named_operands().end())
        plain.name = found->second;
    std::erase_if(plain.operands, [](const ExpressionPtr& operand) {
        return operand->form == Form::call && (operand->name == named_over || operand->name == named_where);
    });
    return plain;
}

}  // namespace openbook::formula
