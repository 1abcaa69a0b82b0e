#include "openbook/errors.hpp"

namespace openbook {
namespace {

/// Messages quote what they were given, perhaps cut in the middle of a character: whoever shows them may count on
/// UTF-8.
void make_readable(std::string& text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto first = static_cast<unsigned char>(text[i]);
        const std::size_t length = first < 0x80   ? 1
                                   : first < 0xc2 ? 0
                                   : first < 0xe0 ? 2
                                   : first < 0xf0 ? 3
                                   : first < 0xf5 ? 4
                                                  : 0;
        bool whole = length > 0 && i + length <= text.size();
        for (std::size_t j = 1; whole && j < length; ++j) {
            const auto next = static_cast<unsigned char>(text[i + j]);
            // The second byte also tells overlong forms, surrogates and what lies beyond the last character.
            const int least = j > 1 ? 0x80 : first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
            const int most = j > 1 ? 0xbf : first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
            whole = next >= least && next <= most;
        }
        if (!whole) text[i] = '?';
        i += whole ? length : 1;
    }
}

/// Makes every text readable, and one text of all.
std::string told(std::string summary, std::vector<Problem>& problems) {
    constexpr std::size_t most_shown = 20;
    make_readable(summary);
    for (Problem& problem : problems)
        for (std::string* text : {&problem.code, &problem.path, &problem.message, &problem.where}) make_readable(*text);
    for (std::size_t i = 0; i < problems.size() && i < most_shown; ++i) {
        const Problem& p = problems[i];
        summary += "\n  " + (p.where.empty() ? "" : p.where + ": ") + (p.path.empty() ? "" : p.path + ": ") +
                   p.message + " [" + p.code + "]";
    }
    if (problems.size() > most_shown) summary += "\n  and " + std::to_string(problems.size() - most_shown) + " more";
    return summary;
}

}  // namespace

Error::Error(std::string summary, std::vector<Problem> problems)
    : std::runtime_error(told(std::move(summary), problems)), problems_(std::move(problems)) {}

}  // namespace openbook
