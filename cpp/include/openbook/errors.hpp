// What can go wrong, by who has to act. Every problem names the path in the document, the value and what was expected.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace openbook {

/// One fault: where it is, in the document's path and in the contract's words, and what to do.
struct Problem {
    std::string code;     // stable, documented: "unknown-key", "missing-reference", ...
    std::string path;     // "/contracts/0/clauses/2/price"
    std::string message;  // what was found and what was expected
    std::string where;    // "Acute 2024/25, clause 7.3", empty when there is no such place
};

/// Base of all errors of the library: a kind, a summary and every problem found.
class Error : public std::runtime_error {
public:
    Error(std::string summary, std::vector<Problem> problems);
    [[nodiscard]] const std::vector<Problem>& problems() const noexcept { return problems_; }

private:
    std::vector<Problem> problems_;
};

/// The document is not a valid book.
class BookError : public Error {
    using Error::Error;
};
/// The data do not fit what the book wants.
class DataError : public Error {
    using Error::Error;
};
/// A clause has several readings and none is chosen.
class ReadingError : public Error {
    using Error::Error;
};
/// The request exceeds a stated limit.
class LimitError : public Error {
    using Error::Error;
};
/// The run was stopped from outside.
class Cancelled : public std::runtime_error {
public:
    Cancelled() : std::runtime_error("the run was stopped before it ended") {}
};

}  // namespace openbook
