#include "formula/definitions.hpp"

#include <algorithm>
#include <set>

namespace openbook::formula {
namespace {

constexpr double bound = 1e9;

double bounded(double value) {
    return std::min(value, bound);
}

void collect_calls(const Expression& expression, std::vector<std::string>& names) {
    if (expression.form == Form::call) names.push_back(expression.name);
    for (const ExpressionPtr& operand : expression.operands) collect_calls(*operand, names);
}

}  // namespace

const Written* Definitions::find(const std::string& name) const {
    const auto found = all_.find(name);
    return found == all_.end() ? nullptr : &found->second;
}

std::vector<std::string> Definitions::circle() const {
    std::set<std::string> done;
    std::vector<std::string> way;
    const auto visit = [&](const auto& self, const std::string& name) -> bool {
        const Written* definition = find(name);
        if (!definition || done.contains(name)) return false;
        const auto start = std::find(way.begin(), way.end(), name);
        if (start != way.end()) {
            way.erase(way.begin(), start);
            way.push_back(name);
            return true;
        }
        way.push_back(name);
        std::vector<std::string> calls;
        collect_calls(*definition->body, calls);
        for (const std::string& call : calls)
            if (self(self, call)) return true;
        way.pop_back();
        done.insert(name);
        return false;
    };
    for (const auto& [name, unused] : all_)
        if (visit(visit, name)) return way;
    return {};
}

const Definitions::Size& Definitions::size_of(const std::string& name) const {
    const auto known = sizes_.find(name);
    if (known != sizes_.end()) return known->second;
    const Written& definition = all_.at(name);
    return sizes_.emplace(name, size_in(*definition.body, definition.arguments)).first->second;
}

Definitions::Size Definitions::size_in(const Expression& e, const std::vector<std::string>& arguments) const {
    Size result{1, std::vector<double>(arguments.size(), 0)};
    const auto put = [&](const Size& part, double times) {
        result.own = bounded(result.own + part.own * times);
        for (std::size_t i = 0; i < arguments.size(); ++i)
            result.of_argument[i] = bounded(result.of_argument[i] + part.of_argument[i] * times);
    };
    if (e.form == Form::name) {
        const auto found = std::find(arguments.begin(), arguments.end(), e.name);
        if (found == arguments.end()) return result;
        result.own = 0;
        result.of_argument[static_cast<std::size_t>(found - arguments.begin())] = 1;
        return result;
    }
    const Written* called = e.form == Form::call ? find(e.name) : nullptr;
    if (called) result.own = size_of(e.name).own;
    for (std::size_t i = 0; i < e.operands.size(); ++i) {
        double times = 1;
        if (called) times = i < called->arguments.size() ? size_of(e.name).of_argument[i] : 0;
        put(size_in(*e.operands[i], arguments), times);
    }
    return result;
}

double Definitions::expanded_size(const Expression& expression) const {
    return size_in(expression, {}).own;
}

ExpressionPtr Definitions::expanded(const Expression& call, const Written& definition) {
    std::map<std::string, ExpressionPtr> operands;
    for (std::size_t i = 0; i < definition.arguments.size(); ++i) operands[definition.arguments[i]] = call.operands[i];
    return substituted(definition.body, operands);
}

}  // namespace openbook::formula
