// What any bytes may do to the reader of documents: give a book that is written and read again as itself, or an error
// that says what is wrong. Anything else ends the process.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "openbook/json.hpp"

namespace {

[[noreturn]] void broken(const char* rule) {
    std::fprintf(stderr, "broken: %s\n", rule);
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const openbook::Book book = openbook::read_book(text);
        const std::string written = openbook::write(book, false);
        const openbook::Book again = openbook::read_book(written);
        if (!(again == book)) broken("a book that was written reads as another book");
        if (openbook::write(again, false) != written) broken("a book that was read again is written otherwise");
        if (openbook::canonical(again) != openbook::canonical(book))
            broken("a book that was read again has another digest");
        if (!(openbook::read_book(openbook::write(book, true)) == book)) broken("laid out, it reads as another book");
    } catch (const openbook::LimitError&) {
        return 0;
    } catch (const openbook::Error& error) {
        if (error.problems().empty()) broken("an error names no problem");
        for (const openbook::Problem& problem : error.problems()) {
            if (problem.code.empty() || problem.message.empty()) broken("a problem says nothing");
        }
    }
    return 0;
}
