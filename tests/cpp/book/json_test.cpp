#include "openbook/json.hpp"

#include <boost/test/unit_test.hpp>

#include "openbook/diff.hpp"

using namespace openbook;

namespace {

const std::string small = R"({"format": 1, "id": "small", "calendar": {"start": "2015-04", "months": 12},
  "parties": [{"id": "ccg", "roles": ["commissioner"]}, {"id": "trust"}],
  "contracts": [{"id": "acute", "name": "Acute 2015/16", "payer": "ccg", "payee": "trust",
    "clauses": [{"id": "lump", "ref": "7.3", "kind": "block", "amount": {"value": "£1.50m", "source": "signed terms"}}]}]})";

std::string with(const std::string& from, const std::string& to) {
    std::string text = small;
    const auto at = text.find(from);
    BOOST_REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

/// The first problem that reading the text reports.
Problem problem_of(const std::string& text) {
    try {
        read_book(text);
    } catch (const Error& error) {
        return error.problems().at(0);
    }
    BOOST_FAIL("read without a complaint");
    return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json)

BOOST_AUTO_TEST_CASE(reading_what_was_written_gives_the_same_book) {
    const Book book = read_book(small);
    const std::string text = write(book);
    BOOST_TEST((read_book(text) == book));
    BOOST_TEST(write(read_book(text)) == text);
    BOOST_TEST(write(read_book(write(book, false))) == text);
    BOOST_TEST(text.find("1.50m") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_canonical_form_has_the_fewest_digits_and_no_notes) {
    const Book a = read_book(with("\"amount\": {\"value\": \"£1.50m\", \"source\": \"signed terms\"}", "\"amount\": 1.50"));
    Book b = read_book(with("\"amount\": {\"value\": \"£1.50m\", \"source\": \"signed terms\"}", "\"amount\": 1.5"));
    BOOST_TEST(canonical(a) == canonical(b));
    b.notes.push_back({"lump", "analyst", "2024-05-01", "open", "to be checked"});
    BOOST_TEST(canonical(a) == canonical(b));
}

BOOST_AUTO_TEST_CASE(problems_name_path_value_and_expectation) {
    Problem p = problem_of(with("\"roles\"", "\"role\""));
    BOOST_TEST(p.code == "unknown-key");
    BOOST_TEST(p.path == "/parties/0/role");
    BOOST_TEST(p.message.find("did you mean \"roles\"?") != std::string::npos);

    p = problem_of(with("\"kind\": \"block\"", "\"kind\": \"blok\""));
    BOOST_TEST(p.code == "unknown-choice");
    BOOST_TEST(p.path == "/contracts/0/clauses/0/kind");
    BOOST_TEST(p.where == "Acute 2015/16, clause 7.3");

    p = problem_of(with("\"payee\": \"trust\"", "\"payee\": \"trus\""));
    BOOST_TEST(p.code == "missing-reference");
    BOOST_TEST(p.message == "\"trus\" is no party of the book; did you mean \"trust\"?");

    p = problem_of(with("\"months\": 12", "\"months\": 0"));
    BOOST_TEST(p.code == "out-of-range");
    BOOST_TEST(p.message == "got 0; expected at least 1");

    p = problem_of(with("\"months\": 12", "\"months\": 12, \"months\": 24"));
    BOOST_TEST(p.code == "duplicate-key");
    BOOST_TEST(p.path == "/calendar/months");

    p = problem_of(with("{\"id\": \"trust\"}", "{\"id\": \"ccg\"}"));
    BOOST_TEST(p.code == "duplicate-id");
    BOOST_TEST(problem_of(with("£1.50m", "£1.50m +")).code == "formula");
    BOOST_TEST(problem_of(with("\"format\": 1", "\"format\": 2")).code == "newer-format");
    BOOST_TEST(problem_of("{").code == "malformed");
    BOOST_TEST(problem_of(with("12}", "NaN}")).code == "malformed");
    BOOST_TEST(problem_of(with("12}", "1e999}")).code == "malformed");
}

BOOST_AUTO_TEST_CASE(a_document_of_format_0_is_migrated) {
    const Book book = read_book(with("\"format\": 1, ", ""));
    BOOST_TEST(book.format == 1);
    BOOST_TEST((book == read_book(small)));
}

BOOST_AUTO_TEST_CASE(depth_and_size_are_bounded) {
    const std::string deep(100'000, '[');
    BOOST_TEST(problem_of(deep).code == "too-deep");
    BOOST_CHECK_THROW(read_book(std::string((64u << 20) + 1, ' ')), LimitError);
}

BOOST_AUTO_TEST_CASE(several_problems_are_reported_together) {
    try {
        read_book(R"({"id": "x", "calendar": {"start": "2015-13"}, "parties": [{"id": "A"}, {"name": 7}]})");
        BOOST_FAIL("read without a complaint");
    } catch (const BookError& error) {
        BOOST_TEST(error.problems().size() == 4u);
    }
}

BOOST_AUTO_TEST_CASE(a_reading_overrides_its_clause) {
    const Book book = read_book(small);
    const Clause changed = with_overrides(book.contracts[0].clauses[0], {{"amount", RawJson{"\"£2m\""}}});
    BOOST_TEST(std::get<Block>(changed.terms).amount.value.text == "£2m");
    BOOST_CHECK_THROW(with_overrides(book.contracts[0].clauses[0], {{"amont", RawJson{"1"}}}), BookError);
}

BOOST_AUTO_TEST_CASE(differences_are_told_in_words) {
    const Book a = read_book(small);
    const Book b = read_book(with("£1.50m", "£2m"));
    const auto changes = diff(a, b);
    BOOST_REQUIRE(changes.size() == 1u);
    BOOST_TEST(changes[0].what == "changed");
    BOOST_TEST(changes[0].words == "contract 'Acute 2015/16': clause 'lump': amount: value changed from £1.50m to £2m");
    BOOST_TEST(diff(a, a).empty());
}

BOOST_AUTO_TEST_SUITE_END()
