#include "openbook/errors.hpp"

namespace openbook {
namespace {

std::string told(std::string summary, const std::vector<Problem>& problems) {
    constexpr std::size_t most_shown = 20;
    for (std::size_t i = 0; i < problems.size() && i < most_shown; ++i) {
        const Problem& p = problems[i];
        summary += "\n  " + (p.where.empty() ? "" : p.where + ": ") + (p.path.empty() ? "" : p.path + ": ") + p.message + " [" + p.code + "]";
    }
    if (problems.size() > most_shown) summary += "\n  and " + std::to_string(problems.size() - most_shown) + " more";
    return summary;
}

}  // namespace

Error::Error(std::string summary, std::vector<Problem> problems)
    : std::runtime_error(told(std::move(summary), problems)), problems_(std::move(problems)) {}

}  // namespace openbook
