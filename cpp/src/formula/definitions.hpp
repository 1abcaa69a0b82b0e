// Definitions: formulas with arguments that are written out where they are called.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "formula/expression.hpp"

namespace openbook::formula {

struct Written {
    std::vector<std::string> arguments;
    ExpressionPtr body;
};

class Definitions {
public:
    void add(const std::string& name, Written definition) { all_[name] = std::move(definition); }
    [[nodiscard]] const Written* find(const std::string& name) const;
    [[nodiscard]] bool empty() const { return all_.empty(); }

    /// The first definition that calls itself, by whatever way: its name, those between, and its name again.
    [[nodiscard]] std::vector<std::string> circle() const;
    /// How many parts a formula has when all calls are written out, up to a bound that is far beyond what is allowed.
    /// Without a circle.
    [[nodiscard]] double expanded_size(const Expression& expression) const;

    /// A call written out once: the body with the operands in the place of the arguments.
    [[nodiscard]] static ExpressionPtr expanded(const Expression& call, const Written& definition);

private:
    /// Parts of its own, and how often each argument stands in it.
    struct Size {
        double own = 0;
        std::vector<double> of_argument;
    };
    const Size& size_of(const std::string& name) const;
    Size size_in(const Expression& expression, const std::vector<std::string>& arguments) const;

    std::map<std::string, Written> all_;
    mutable std::map<std::string, Size> sizes_;
};

/// Most parts of a formula that is written out.
inline constexpr double most_expanded = 20'000;

}  // namespace openbook::formula
