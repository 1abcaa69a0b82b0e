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
        {"curve", "curve('id', x)", "a curve of the book at x", 2, 2},
        {"missing", "missing(x)", "whether x is missing", 1, 1},
        {"or_else", "or_else(x, y)", "x, or y where x is missing", 2, 2},
        {"count", "count(c1, c2, ...)", "how many of the conditions hold", 1, many},
        {"any", "any(c1, c2, ...)", "whether one of the conditions holds", 1, many},
        {"all", "all(c1, c2, ...)", "whether all conditions hold", 1, many},
        {"previous", "previous(name, initial)",
         "the value of a named quantity, input or clause one period of its own calendar earlier; initial in its first "
         "period",
         2, 2},
        {"cumulative", "cumulative(name, 'calendar')",
         "the sum of a named quantity, input or clause from the start of the calendar's period to the end of this one",
         1, 2},
        {"over", "over(name, 'calendar')", "a named quantity, input or clause over the period of a longer calendar", 2,
         2},
        {"plan", "plan(name)", "the planned value of an input", 1, 2},
        {"paid", "paid('clause', 'calendar')", "what a clause moves from its payer: + paid, - received back", 1, 2},
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
        {"sum", "sum(x, 'parent')",
         "over the members of x's dimension, or of each member of a parent; of a condition: how many hold", 1, 2},
        {"largest", "largest(x, 'parent')", "over the members of x's dimension, or of each member of a parent", 1, 2},
        {"smallest", "smallest(x, 'parent')", "over the members of x's dimension, or of each member of a parent", 1, 2},
        {"mean", "mean(x, 'parent')", "over the members of x's dimension, or of each member of a parent", 1, 2},
        {"any_member", "any_member(condition, 'parent')", "whether it holds for one of the members", 1, 2},
        {"all_members", "all_members(condition, 'parent')", "whether it holds for all members", 1, 2},
        {"rank", "rank(x, 'descending', 'best')",
         "the place of each member: 1 for the largest, or with 'ascending' the smallest; of equals 'best' gives each "
         "the best place, 'mean' the mean of their places, 'order' the places in the members' order. A missing member "
         "has no place and takes none",
         1, 3},
        {"running", "running(x, 'forwards')",
         "the sum of the members up to each one, or with 'backwards' from each one on", 1, 2},
        {"spread", "spread(x, 'dimension')", "a parent's value, or a single one, for each member", 2, 2},
        {"member", "member(x, 'name')", "one member of x", 2, 2},
        {"contract_year", "contract_year()", "1 in the first contract year, 2 in the second, ...", 0, 0},
        {"month_number", "month_number()", "1 in the first month of the calendar (the last month of a longer period)",
         0, 0},
        {"calendar_month", "calendar_month()", "1 for January ... 12 for December (of the period's first month)", 0, 0},
        {"months", "months()", "how many months the period has", 0, 0},
        {"from_month", "from_month('2016-04')", "whether the period starts in or after that month", 1, 1},
        {"number", "number(x)", "x without its unit", 1, 1},
        {"money", "money(x)", "x pounds", 1, 1},
    };
    return list;
}

}  // namespace openbook::formula
