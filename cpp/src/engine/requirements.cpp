#include "engine/requirements.hpp"

namespace openbook::engine {
namespace {

constexpr std::size_t most_told = 20;

std::string figure(const Value& value, const std::vector<std::string>* words) {
    if (!value) return "missing";
    const auto place = static_cast<std::size_t>(to_double(*value));
    if (words && is_whole(*value) && place >= 1 && place <= words->size()) return (*words)[place - 1];
    const std::string exact_text = to_text(*value);
    return exact_text.find('/') == std::string::npos && exact_text.size() < 24 ? exact_text : to_text(*value, 10);
}

}  // namespace

std::string with_figures(std::string message, const std::vector<std::string>& figures) {
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const std::string place = "{" + std::to_string(i) + "}";
        for (std::size_t at; (at = message.find(place)) != std::string::npos;)
            message.replace(at, place.size(), figures[i]);
    }
    return message;
}

void check_requirements(const Plan& plan, const Values& values, int last) {
    std::vector<Problem> problems;
    for (const Requirement& item : plan.requirements) {
        if (item.month > last) continue;
        const Members& broken = values[item.broken];
        for (std::size_t m = 0; m < broken.size() && problems.size() < most_told; ++m) {
            if (!broken[m] || *broken[m] == 0) continue;
            std::vector<std::string> figures;
            for (const NodeId node : item.shown)
                figures.push_back(figure(values[node][values[node].size() == 1 ? 0 : m], item.words));
            std::string message = item.label + ": " + with_figures(item.message, figures);
            if (item.members && m < item.members->size()) message = "'" + (*item.members)[m] + "', " + message;
            problems.push_back({item.code, item.path, std::move(message), item.where});
        }
    }
    if (!problems.empty()) throw DataError("the data break what the book requires", std::move(problems));
}

}  // namespace openbook::engine
