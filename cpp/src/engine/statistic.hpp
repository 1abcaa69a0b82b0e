// Distribution functions that contract terms use: probabilities and quantiles.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace openbook::engine {

/// A function of the language: how many values it takes before its decimals.
struct Statistic {
    std::string name;
    std::size_t values;
    long double (*of)(const long double* x);
};

/// In the order of Node::index.
const std::vector<Statistic>& statistics();
/// The function's place in the list, or -1.
int statistic_named(const std::string& name);
/// Not a number where the function is not defined. Computed in extended precision, whose elementary functions do not
/// depend on the processor's instruction set.
long double statistic_value(std::uint32_t index, const long double* x);

}  // namespace openbook::engine
