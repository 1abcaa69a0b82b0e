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
    const Book a =
        read_book(with("\"amount\": {\"value\": \"£1.50m\", \"source\": \"signed terms\"}", "\"amount\": 1.50"));
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

BOOST_AUTO_TEST_CASE(numbers_come_back_as_they_were_written) {
    for (const char* number : {"0", "12", "1.50", "-0.05", "1e6", "1E+6", "2.5e-3", "100000000000000000000", "\"+5\"",
                               "\".5\"", "\"5.\"", "\"007\"", "\"-0\""}) {
        BOOST_TEST_CONTEXT(number) {
            const Book book = read_book(with("{\"value\": \"£1.50m\", \"source\": \"signed terms\"}", number));
            const std::string text = write(book, false);
            BOOST_TEST(text.find("\"amount\":" + std::string(number) + "}") != std::string::npos, text);
            BOOST_TEST((read_book(text) == book));
        }
    }
    // Written out in full, 1e20 still has one significant digit.
    const std::string driver =
        R"("inputs": [{"id": "x"}], "drivers": [{"id": "d", "of": "x", "kind": "empirical", "values": [1e20, 2.50]}], "parties")";
    const Book book = read_book(with("\"parties\"", driver));
    BOOST_TEST((read_book(write(book)) == book));
    BOOST_TEST(write(book, false).find("[100000000000000000000,2.50]") != std::string::npos);
    BOOST_TEST(canonical(book).find("[100000000000000000000,2.5]") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_canonical_form_reaches_into_readings) {
    const auto reading = [](const std::string& amount) {
        return read_book(
            with("\"kind\"", R"("readings": [{"name": "a", "overrides": {"amount": )" + amount + R"(}}], "kind")"));
    };
    BOOST_TEST(canonical(reading("1.50")) == canonical(reading("1.5")));
    BOOST_TEST(canonical(reading("1.50")) != canonical(reading("1.6")));
}

BOOST_AUTO_TEST_CASE(paths_are_json_pointers_and_messages_are_text) {
    BOOST_TEST(problem_of(with("\"roles\"", "\"a/b~c\"")).path == "/parties/0/a~1b~0c");
    // A quotation that is cut in the middle of a character, and bytes that are no text at all.
    std::string pounds;
    for (int i = 0; i < 200; ++i) pounds += "£";
    for (const std::string& text :
         {with("[\"commissioner\"]", "[\"x" + pounds + "\"]"), with("[\"commissioner\"]", "[\"" + pounds + "\"]"),
          std::string("{\"\xff\xfe\": 1}")}) {
        const Problem problem = problem_of(text);
        BOOST_TEST(problem.message.find('\xff') == std::string::npos);
        for (std::size_t i = 0; i + 1 < problem.message.size(); ++i)
            if (problem.message[i] == '\xc2') BOOST_TEST(problem.message[i + 1] == '\xa3');
    }
}

BOOST_AUTO_TEST_CASE(one_object_is_checked_on_its_own) {
    BOOST_TEST(check_value("party", R"({"name": "Trust", "id": "trust", "legal": "statutory"})") ==
               R"({"id":"trust","name":"Trust"})");
    BOOST_TEST(check_value("term", "1.50") == R"({"value":1.50})");
    BOOST_TEST(check_value("block", R"({"id": "b", "amount": 1})") == R"({"id":"b","kind":"block","amount":1})");
    BOOST_CHECK_EXCEPTION(check_value("block", R"({"kind": "bands", "id": "b"})"), BookError,
                          [](const BookError& error) {
                              return error.problems()[0].path == "/kind" &&
                                     error.problems()[0].message == "got \"bands\"; expected \"block\"";
                          });
    BOOST_CHECK_THROW(check_value("nonsense", "{}"), BookError);
}

BOOST_AUTO_TEST_CASE(a_document_of_very_many_values_is_refused) {
    std::string text = "[0";
    for (int i = 0; i < 5'000'001; ++i) text += ",0";
    BOOST_CHECK_THROW(read_book(text + "]"), LimitError);
}

BOOST_AUTO_TEST_SUITE_END()
