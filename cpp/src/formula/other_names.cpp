#include "formula/other_names.hpp"

#include <cctype>
#include <map>

#include "formula/expression.hpp"

namespace openbook::formula {

std::string said_otherwise(const std::string& name) {
    static const std::map<std::string, std::string> said = {
        {"average", "mean(x)"},
        {"averageif", "mean(if(condition, x, no_value()), 'skip')"},
        {"sumif", "sum(if(condition, x, 0)), or sum_matching(x, key, wanted)"},
        {"sumifs", "sum(if(condition and condition, x, 0))"},
        {"sumproduct", "sum(a * b)"},
        {"countif", "sum(condition)"},
        {"counta", "sum(not missing(x))"},
        {"iferror", "or_else(x, y)"},
        {"ifna", "or_else(x, y)"},
        {"coalesce", "or_else(x, y)"},
        {"isblank", "missing(x)"},
        {"ifs", "choose(condition, value, ..., otherwise)"},
        {"switch", "choose(condition, value, ..., otherwise)"},
        {"vlookup", "lookup('table', key)"},
        {"xlookup", "lookup('table', key), or sum_matching(x, key, wanted)"},
        {"roundup", "round(x, step, 'ceiling')"},
        {"rounddown", "round(x, step, 'floor')"},
        {"mround", "round(x, step)"},
        {"ceiling", "round(x, step, 'ceiling')"},
        {"floor", "round(x, step, 'floor')"},
        {"int", "round(x, 1, 'floor')"},
        {"trunc", "round(x, 1, 'truncate')"},
        {"mod", "modulo(a, b)"},
        {"quotient", "whole(a, b)"},
        {"ln", "log(x, decimals)"},
        {"large", "largest(x), or rank(x)"},
        {"small", "smallest(x), or rank(x, 'ascending')"},
        {"percentile", "quantile(x, p)"},
        {"percentrank", "rank(x, 'ascending')"},
        {"stdev", "deviation(x, 'sample', decimals)"},
        {"stdevp", "deviation(x, 'population', decimals)"},
        {"edate", "add_months(date, months)"},
        {"datedif", "months_between(a, b) or years_between(a, b)"},
        {"networkdays", "working_days(a, b)"},
        {"yearfrac", "year_fraction(a, b)"},
        {"lag", "previous(x, initial, lag)"},
        {"lead", "later(input, periods, otherwise)"},
        {"cumsum", "cumulative(x) over time, running(x) over members"},
        {"pow", "power(x, y, decimals)"},
    };
    std::string lower = name;
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const auto found = said.find(lower);
    if (found != said.end()) return found->second;
    for (const Function& function : functions())
        if (lower != name && function.name == lower) return std::string(function.name) + "(...), in small letters";
    return {};
}

}  // namespace openbook::formula
