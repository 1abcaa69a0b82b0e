#include <algorithm>
#include <cctype>
#include <utility>

#include "formula/expression.hpp"
#include "formula/other_names.hpp"

namespace openbook::formula {
namespace {

using engine::Exact;

/// Recursive descent over the bounded grammar; one method per level of binding.
class Parser {
public:
    Parser(const std::string& text, std::vector<ForeignCall>* foreign) : text_(text), foreign_(foreign) {}

    ExpressionPtr parse() {
        if (text_.size() > most_characters)
            throw Fault("a formula of " + std::to_string(text_.size()) + " characters; at most " +
                        std::to_string(most_characters) + " are allowed");
        ExpressionPtr result = disjunction();
        skip_space();
        if (at_ < text_.size()) fail("the end of the formula or an operator");
        return result;
    }

private:
    const std::string& text_;
    std::vector<ForeignCall>* foreign_;
    std::size_t at_ = 0, nodes_ = 0;
    int depth_ = 0;

    struct Deeper {
        Parser& parser;
        explicit Deeper(Parser& p) : parser(p) {
            if (++parser.depth_ > most_depth)
                throw Fault("a formula nested deeper than " + std::to_string(most_depth) + " levels, at character " +
                            std::to_string(parser.at_ + 1));
        }
        ~Deeper() { --parser.depth_; }
    };

    [[noreturn]] void fail(const std::string& expected) const { throw Fault(fault(expected)); }
    [[nodiscard]] std::string fault(const std::string& expected) const {
        std::string shown = text_;
        if (shown.size() > 80) shown.replace(77, std::string::npos, "...");
        const std::string found = at_ < text_.size() ? "'" + text_.substr(at_, 12) + "'" : "the end";
        return "at character " + std::to_string(characters() + 1) + " of \"" + shown + "\": found " + found +
               ", expected " + expected + hint();
    }
    /// What is meant by signs and words of other languages.
    [[nodiscard]] std::string hint() const {
        const auto here = [&](std::string_view sign) { return text_.compare(at_, sign.size(), sign) == 0; };
        std::size_t before = at_;
        while (before > 0 && std::isspace(static_cast<unsigned char>(text_[before - 1]))) --before;
        const char last = before > 0 ? text_[before - 1] : ' ';
        if (here("^") || (here("*") && last == '*')) return "; a power is power(x, 2, decimals)";
        if (here("%") || last == '%') return "; a remainder is modulo(x, y), % follows a number";
        if (here("then ") || here("? ") || (before >= 2 && text_.compare(before - 2, 2, "if") == 0))
            return "; a choice is if(condition, value, otherwise)";
        if (here("&")) return "; say 'and'";
        if (here("|")) return "; say 'or'";
        if (here("!") || here("<>")) return "; say 'not', or != for unequal";
        if (here(",") && std::isdigit(static_cast<unsigned char>(last)))
            return "; numbers have no separators of thousands (amounts of money may: £10,000)";
        return {};
    }

    /// Characters before the current place: a pound sign is two bytes and one character.
    [[nodiscard]] std::size_t characters() const {
        return static_cast<std::size_t>(
            std::count_if(text_.begin(), text_.begin() + static_cast<long>(at_),
                          [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
    }
    void skip_space() {
        while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
    }
    bool symbol(std::string_view wanted) {
        skip_space();
        if (text_.compare(at_, wanted.size(), wanted) != 0) return false;
        at_ += wanted.size();
        return true;
    }
    bool word(std::string_view wanted) {
        skip_space();
        const std::size_t end = at_ + wanted.size();
        if (text_.compare(at_, wanted.size(), wanted) != 0) return false;
        if (end < text_.size() &&
            (std::isalnum(static_cast<unsigned char>(text_[end])) || text_[end] == '_' || text_[end] == '('))
            return false;
        at_ = end;
        return true;
    }
    std::shared_ptr<Expression> node(Form form) {
        if (++nodes_ > most_nodes) throw Fault("a formula of more than " + std::to_string(most_nodes) + " parts");
        auto result = std::make_shared<Expression>();
        result->form = form;
        result->position = at_;
        return result;
    }
    ExpressionPtr call(std::string name, std::vector<ExpressionPtr> operands) {
        auto result = node(Form::call);
        result->name = std::move(name);
        result->operands = std::move(operands);
        return result;
    }

    ExpressionPtr disjunction() {
        const Deeper deeper(*this);
        ExpressionPtr left = conjunction();
        while (word("or")) left = call("or", {left, conjunction()});
        return left;
    }
    ExpressionPtr conjunction() {
        ExpressionPtr left = negation();
        while (word("and")) left = call("and", {left, negation()});
        return left;
    }
    ExpressionPtr negation() {
        const Deeper deeper(*this);
        if (word("not")) return call("not", {negation()});
        return comparison();
    }
    ExpressionPtr comparison() {
        static const std::pair<const char*, const char*> operators[] = {
            {"<=", "less_equal"}, {">=", "greater_equal"}, {"==", "equal"}, {"!=", "not_equal"},
            {"<", "less"},        {">", "greater"},        {"=", "equal"}};
        ExpressionPtr left = sum();
        for (const auto& [sign, name] : operators)
            if (symbol(sign)) {
                ExpressionPtr result = call(name, {left, sum()});
                for (const auto& [again, unused] : operators)
                    if (symbol(again)) fail("one comparison; join several with 'and'");
                return result;
            }
        return left;
    }
    ExpressionPtr sum() {
        ExpressionPtr left = product();
        while (true) {
            if (symbol("+"))
                left = call("add", {left, product()});
            else if (symbol("-"))
                left = call("subtract", {left, product()});
            else
                return left;
        }
    }
    ExpressionPtr product() {
        ExpressionPtr left = sign();
        while (true) {
            if (symbol("*"))
                left = call("multiply", {left, sign()});
            else if (symbol("/"))
                left = call("divide", {left, sign()});
            else
                return left;
        }
    }
    ExpressionPtr sign() {
        const Deeper deeper(*this);
        if (symbol("-")) return call("negate", {sign()});
        if (symbol("+")) return sign();
        return primary();
    }

    ExpressionPtr primary() {
        skip_space();
        if (at_ >= text_.size()) fail("a number, a name or a bracket");
        const char c = text_[at_];
        if (symbol("(")) {
            ExpressionPtr inside = disjunction();
            if (!symbol(")")) fail("')'");
            return inside;
        }
        if (c == '\'' || c == '"') return quoted(c);
        if (std::isdigit(static_cast<unsigned char>(c)) || c == '.' || c == '$' ||
            text_.compare(at_, 2, "\xc2\xa3") == 0 || text_.compare(at_, 3, "\xe2\x82\xac") == 0)
            return number();
        if (std::isalpha(static_cast<unsigned char>(c)) || c == '_') return name_or_call();
        fail("a number, a name or a bracket");
    }

    ExpressionPtr quoted(char quote) {
        auto result = node(Form::text);
        const std::size_t end = text_.find(quote, at_ + 1);
        if (end == std::string::npos) fail("a closing quote");
        result->name = text_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
        return result;
    }

    ExpressionPtr number() {
        auto result = node(Form::number);
        result->money = symbol("\xc2\xa3");
        if (!result->money)
            for (const char* sign : {"\xe2\x82\xac", "$"})
                if (symbol(sign)) result->unit = sign;
        const bool amount = result->money || !result->unit.empty();
        skip_space();
        std::string digits;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (std::isdigit(static_cast<unsigned char>(c)) || c == '.')
                digits += c;
            else if (c == ',' && amount && thousands()) {
                ++at_;
                continue;
            } else if ((c == 'e' || c == 'E') && exponent()) {
                digits += 'e';
                ++at_;
                if (text_[at_] == '+' || text_[at_] == '-') digits += text_[at_++];
                continue;
            } else
                break;
            ++at_;
        }
        try {
            result->value = engine::exact(Decimal::parse(digits));
        } catch (const std::invalid_argument& error) {
            fail(std::string("a number (") + error.what() + ")");
        }
        scale(*result);
        return result;
    }
    /// A comma inside an amount of money counts as a thousands separator only before exactly three digits.
    [[nodiscard]] bool thousands() const {
        std::size_t i = at_ + 1;
        while (i < text_.size() && std::isdigit(static_cast<unsigned char>(text_[i]))) ++i;
        return i == at_ + 4;
    }
    [[nodiscard]] bool exponent() const {
        std::size_t i = at_ + 1;
        if (i < text_.size() && (text_[i] == '+' || text_[i] == '-')) ++i;
        return i < text_.size() && std::isdigit(static_cast<unsigned char>(text_[i]));
    }
    void scale(Expression& literal) {
        std::size_t end = at_;
        while (end < text_.size() && std::isalpha(static_cast<unsigned char>(text_[end]))) ++end;
        const std::string suffix = text_.substr(at_, end - at_);
        const bool amount = literal.money || !literal.unit.empty();
        if (amount && suffix == "k")
            literal.value *= 1000;
        else if (amount && suffix == "m")
            literal.value *= 1000000;
        else if (amount && suffix == "bn")
            literal.value *= 1000000000;
        else if (!amount && suffix == "pp")
            literal.unit = suffix;
        else if (!suffix.empty() && suffix != "and" && suffix != "or")
            fail(amount ? "k, m or bn after an amount of money"
                        : "an operator after the number (k, m and bn need a pound sign)");
        else
            end = at_;
        at_ = end;
        if (!symbol("%")) return;
        literal.value /= 100;
        literal.percent = true;
    }

    /// over='age' or where=condition, after the first operand of a function over members; else nothing is read.
    ExpressionPtr named_operand(const Expression& of) {
        if (of.operands.empty() || !functions_with_named_operands().contains(of.name)) return nullptr;
        const std::size_t start = at_;
        for (const char* name : {named_over, named_where}) {
            const std::string said(name, std::string_view(name).size() - 1);
            if (!word(said)) continue;
            if (symbol("==") || !symbol("=")) {
                at_ = start;
                return nullptr;
            }
            if (formula::named_operand(of, name)) fail(said + " once");
            ExpressionPtr value = disjunction();
            if (name == named_over && value->form != Form::text && value->form != Form::name)
                fail("a dimension after over=, such as over='age'");
            return call(name, {std::move(value)});
        }
        return nullptr;
    }

    ExpressionPtr name_or_call() {
        auto result = node(Form::name);
        const std::size_t start = at_;
        while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_')) ++at_;
        result->name = text_.substr(start, at_ - start);
        if (result->name == "true" || result->name == "false") {
            result->form = Form::boolean;
            result->truth = result->name == "true";
            return result;
        }
        if (!symbol("(")) return result;
        result->form = Form::call;
        const auto& known = functions();
        const auto function =
            std::find_if(known.begin(), known.end(), [&](const Function& f) { return f.name == result->name; });
        std::string no_function;
        std::size_t named_operands = 0;
        if (function == known.end()) {
            const std::size_t after = std::exchange(at_, start);
            const std::string otherwise = said_otherwise(result->name);
            no_function = fault("a function of the language, see docs/reference/formulas.md; '" + result->name +
                                "' is none" + (otherwise.empty() ? "" : ": here it is " + otherwise));
            if (!foreign_) throw Fault(no_function);
            at_ = after;
        }
        if (!symbol(")")) {
            do {
                if (ExpressionPtr named = named_operand(*result)) {
                    result->operands.push_back(std::move(named));
                    ++named_operands;
                } else if (named_operands > 0) {
                    fail("over=... or where=..., which stand last");
                } else {
                    result->operands.push_back(disjunction());
                }
            } while (symbol(","));
            if (!symbol(")")) fail("',' or ')'");
        }
        const std::size_t given = result->operands.size() - named_operands;
        if (function == known.end()) {
            foreign_->push_back({result->name, given, no_function});
            return result;
        }
        if (given < function->least || given > function->most) {
            at_ = start;
            fail(function->signature + " with " + std::to_string(function->least) +
                 (function->most == function->least ? "" : " to " + std::to_string(function->most)) +
                 " operands, not " + std::to_string(given));
        }
        return result;
    }
};

/// How tightly an operator binds, for writing with the fewest brackets.
int binding(const Expression& e) {
    if (e.form != Form::call) return 9;
    if (e.name == "or") return 1;
    if (e.name == "and") return 2;
    if (e.name == "not") return 3;
    if (e.name == "less" || e.name == "less_equal" || e.name == "greater" || e.name == "greater_equal" ||
        e.name == "equal" || e.name == "not_equal")
        return 4;
    if (e.name == "add" || e.name == "subtract") return 5;
    if (e.name == "multiply" || (e.name == "divide" && e.operands.size() == 2)) return 6;
    if (e.name == "negate") return 7;
    return 9;
}

const char* sign_of(const Expression& e) {
    static const std::pair<const char*, const char*> signs[] = {
        {"or", " or "},     {"and", " and "},          {"less", " < "},     {"less_equal", " <= "},
        {"greater", " > "}, {"greater_equal", " >= "}, {"equal", " == "},   {"not_equal", " != "},
        {"add", " + "},     {"subtract", " - "},       {"multiply", " * "}, {"divide", " / "}};
    for (const auto& [name, sign] : signs)
        if (e.name == name) return sign;
    return ", ";
}

}  // namespace

ExpressionPtr parse(const std::string& text, std::vector<ForeignCall>* foreign) {
    return Parser(text, foreign).parse();
}

ExpressionPtr parse_in_book(const std::string& text) {
    std::vector<ForeignCall> definitions;
    return parse(text, &definitions);
}

ExpressionPtr substituted(const ExpressionPtr& expression, const std::map<std::string, ExpressionPtr>& names) {
    if (expression->form == Form::name) {
        const auto found = names.find(expression->name);
        return found == names.end() ? expression : found->second;
    }
    if (expression->form != Form::call) return expression;
    auto result = std::make_shared<Expression>(*expression);
    for (ExpressionPtr& operand : result->operands) operand = substituted(operand, names);
    return result;
}

std::optional<std::string> fault(const std::string& text, std::vector<ForeignCall>* foreign) {
    try {
        parse(text, foreign);
        return std::nullopt;
    } catch (const Fault& error) {
        return error.what();
    }
}

std::string to_text(const Expression& e) {
    switch (e.form) {
        case Form::number: {
            const std::string value = engine::to_text(e.value);
            return e.money ? "\xc2\xa3" + value : e.unit == "pp" ? value + e.unit : e.unit + value;
        }
        case Form::boolean: return e.truth ? "true" : "false";
        case Form::text: return "'" + e.name + "'";
        case Form::name: return e.name;
        case Form::call: break;
    }
    const auto inner = [&](const Expression& operand, int least) {
        const std::string text = to_text(operand);
        return binding(operand) < least ? "(" + text + ")" : text;
    };
    const int own = binding(e);
    if (e.name == "negate") return "-" + inner(*e.operands[0], own);
    if (e.name == "not") return "not " + inner(*e.operands[0], own);
    if (own < 9) return inner(*e.operands[0], own) + sign_of(e) + inner(*e.operands[1], own + 1);
    if (e.name == named_over || e.name == named_where) return e.name + to_text(*e.operands[0]);
    std::string text = e.name + "(";
    for (std::size_t i = 0; i < e.operands.size(); ++i) text += (i ? ", " : "") + to_text(*e.operands[i]);
    return text + ")";
}

}  // namespace openbook::formula
