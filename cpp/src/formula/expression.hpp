// Formulas as typed graphs: a small bounded grammar and nothing that runs text.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/exact.hpp"

namespace openbook::formula {

enum class Form {
    number,  // value; money where the text had a pound sign
    boolean,
    text,  // 'quoted', an argument that names something
    name,  // a parameter, input, quantity or clause
    call,  // name(operands)
};

struct Expression;
using ExpressionPtr = std::shared_ptr<const Expression>;

/// Operators are calls by name: add, subtract, multiply, divide, negate, power, less, less_equal, greater,
/// greater_equal, equal, not_equal, and, or, not.
struct Expression {
    Form form = Form::number;
    engine::Exact value;
    bool money = false;
    bool percent = false;  // written with a percent sign; the value is the fraction
    std::string unit;      // of a number that says its own: "pp" for percentage points, "€", "$"
    bool truth = false;
    std::string name;  // of a name or call; the content of a text
    std::vector<ExpressionPtr> operands;
    std::size_t position = 0;
};

/// Limits that keep every formula total and cheap to check.
inline constexpr std::size_t most_characters = 10'000;
inline constexpr int most_depth = 48;
inline constexpr std::size_t most_nodes = 2'000;

class Fault : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

/// A call of something that is no function of the language: a definition of the book, or a slip.
struct ForeignCall {
    std::string name;
    std::size_t operands = 0;
    std::string fault;  // what to say where the book has no such definition
};

/// Throws Fault with the place ("at character 12 of '...'"), what was found and what was expected. Calls of what is no
/// function are put to `foreign`; without it they are faults.
ExpressionPtr parse(const std::string& text, std::vector<ForeignCall>* foreign = nullptr);
/// Parses what may call definitions of a book.
ExpressionPtr parse_in_book(const std::string& text);
/// The message of the fault that parse would throw, or nothing.
std::optional<std::string> fault(const std::string& text, std::vector<ForeignCall>* foreign = nullptr);
/// The formula with other formulas in the place of some of its names, also where these name something as an argument.
ExpressionPtr substituted(const ExpressionPtr& expression, const std::map<std::string, ExpressionPtr>& names);
/// How the formula reads, with the fewest brackets.
std::string to_text(const Expression& expression);

/// A function of the language: its name, how many operands, and what it means.
struct Function {
    std::string name, signature, meaning;
    std::size_t least = 0, most = 0;
};
const std::vector<Function>& functions();

/// Operands with a name, written last: sum(x, over='age', where=x > 3). In the graph they are calls of these names,
/// which no formula can write otherwise.
inline constexpr const char *named_over = "over=", *named_where = "where=";
/// What functions over members look along and at whom; by the name that is written, which with `over` or `where` is
/// that of the list: count for a sum of conditions, min for the smallest.
const std::map<std::string, std::string>& functions_with_named_operands();
/// The named operand of a call; nothing where it has none.
const Expression* named_operand(const Expression& call, const char* name);
/// The call without its named operands, of the function that it stands for.
Expression without_named(const Expression& call);

}  // namespace openbook::formula
