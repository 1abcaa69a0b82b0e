#include <boost/test/unit_test.hpp>

#include "openbook/json.hpp"

using namespace openbook;

namespace {

/// A small valid book in which a test exchanges one piece of text.
const std::string good = R"({"format": 1, "id": "small", "calendar": {"start": "2024-04", "months": 12},
  "dimensions": [{"id": "currency", "members": ["aa01", "bb02"]}],
  "parties": [{"id": "icb", "bears": [{"mechanism": "pool", "may_pay": false}]}, {"id": "trust"}],
  "inputs": [{"id": "spells", "plan": 100}],
  "parameters": [{"id": "tariff", "dimension": "currency", "members": {"aa01": "£10", "bb02": "£20"}},
                 {"id": "price", "value": {"value": "£1", "steps": [{"from": "2024-06", "value": "£2"}, {"from": "2024-09", "value": "£3"}]}}],
  "frameworks": [{"id": "outcomes", "measures": [{"id": "m1", "value": "spells", "weight": "60%", "gain_at": 1},
                                                  {"id": "m2", "value": "spells", "weight": 0.4, "gain_at": 1}]}],
  "contracts": [{"id": "acute", "name": "Acute 2024/25", "payer": "icb", "payee": "trust", "starts": "2024-04", "ends": "2025-03",
    "clauses": [{"id": "pool", "ref": "7.3", "kind": "payment", "amount": "£9", "shares": [{"party": "icb", "weight": 1}, {"party": "trust", "weight": 3}],
                 "readings": [{"name": "to_trust", "overrides": {"to": "trust"}}], "provisional": "to_trust"}]}],
  "finances": {"opening_cash": {"trust": "£5"}, "costs": [{"id": "rent", "party": "trust", "to": "icb", "kind": "fixed", "amount": "£1"}]},
  "drivers": [{"id": "demand", "of": "spells", "kind": "normal", "deviation": 1}],
  "correlations": [{"id": "group", "drivers": ["demand"], "matrix": [[1]]}],
  "scenarios": [{"id": "winter", "shocks": [{"on": "spells", "value": 2}]}],
  "concessions": [{"id": "mercy", "concession": "waive", "on": "pool"}], "precedence": ["acute"]})";

std::vector<Problem> problems_with(const std::string& from, const std::string& to) {
    std::string text = good;
    const auto at = text.find(from);
    BOOST_REQUIRE_MESSAGE(at != std::string::npos, from);
    try {
        read_book(text.replace(at, from.size(), to));
    } catch (const BookError& error) {
        return error.problems();
    }
    return {};
}

/// Exchanging the text gives exactly one problem.
void expect(const std::string& from, const std::string& to, const std::string& code, const std::string& path,
            const std::string& message) {
    BOOST_TEST_CONTEXT(to) {
        const auto problems = problems_with(from, to);
        BOOST_REQUIRE(problems.size() == 1u);
        BOOST_TEST(problems[0].code == code);
        BOOST_TEST(problems[0].path == path);
        BOOST_TEST(problems[0].message == message);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(check)

BOOST_AUTO_TEST_CASE(the_good_book_has_no_problem) {
    BOOST_TEST(problems_with("small", "small").empty());
}

BOOST_AUTO_TEST_CASE(every_reference_names_something) {
    expect("\"payee\": \"trust\"", "\"payee\": \"trsut\"", "missing-reference", "/contracts/0/payee",
           "\"trsut\" is no party of the book; did you mean \"trust\"?");
    expect("\"of\": \"spells\"", "\"of\": \"spell\"", "missing-reference", "/drivers/0/of",
           "\"spell\" is no input of the book; did you mean \"spells\"?");
    // The name exists, but it names something else.
    expect("\"payee\": \"trust\"", "\"payee\": \"spells\"", "missing-reference", "/contracts/0/payee",
           "\"spells\" is no party of the book");
    expect("[\"acute\"]", "[\"acut\"]", "missing-reference", "/precedence/0",
           "\"acut\" is no contract or overlay of the book; did you mean \"acute\"?");
    expect("{\"trust\": \"£5\"}", "{\"tr/st\": \"£5\"}", "missing-reference", "/finances/opening_cash/tr~1st",
           "\"tr/st\" is no party of the book; did you mean \"trust\"?");
    expect("\"mechanism\": \"pool\"", "\"mechanism\": \"shares\"", "missing-reference", "/parties/0/bears/0/mechanism",
           "\"shares\" is no clause of the book and no clause family; did you mean \"share\"?");
    expect("{\"party\": \"icb\", \"weight\"", "{\"party\": \"icbs\", \"weight\"", "missing-reference",
           "/contracts/0/clauses/0/shares/0/party", "\"icbs\" is no party of the book; did you mean \"icb\"?");
    expect(
        "\"on\": \"spells\"", "\"on\": \"spels\"", "missing-reference", "/scenarios/0/shocks/0/on",
        "\"spels\" is no input or parameter or quantity or driver or cost or measure or clause or contract or overlay "
        "or party of the book; did you mean \"spells\"?");
    expect("\"on\": \"spells\"", "\"starts\": \"2024-09\"", "missing-key", "/scenarios/0/shocks/0/on",
           "a shock says what it acts on by \"on\" or by \"select\"");
}

BOOST_AUTO_TEST_CASE(a_reading_is_checked_like_the_clause_itself) {
    expect("{\"to\": \"trust\"}", "{\"to\": \"trsut\"}", "missing-reference",
           "/contracts/0/clauses/0/readings/0/overrides/to",
           "\"trsut\" is no party of the book; did you mean \"trust\"?");
    expect("{\"to\": \"trust\"}", "{\"id\": \"other\"}", "unknown-key",
           "/contracts/0/clauses/0/readings/0/overrides/id", "a reading cannot replace \"id\" of its clause");
    expect("{\"to\": \"trust\"}", "{\"amount\": \"9 +\"}", "formula",
           "/contracts/0/clauses/0/readings/0/overrides/amount",
           "at character 4 of \"9 +\": found the end, expected a number, a name or a bracket");
    expect("\"provisional\": \"to_trust\"", "\"reading\": \"to_icb\"", "unknown-choice",
           "/contracts/0/clauses/0/reading", "\"to_icb\" is no reading of this clause; expected one of: to_trust");
    const auto problems = problems_with("\"provisional\": \"to_trust\"", "\"reading\": \"to_icb\"");
    BOOST_TEST(problems.at(0).where == "Acute 2024/25, clause 7.3");
}

BOOST_AUTO_TEST_CASE(a_reading_may_be_of_another_family) {
    BOOST_TEST(problems_with("{\"to\": \"trust\"}", "{\"kind\": \"block\", \"amount\": \"£12\"}").empty());
    // The fields of the first family do not follow it there.
    const auto problems = problems_with("{\"to\": \"trust\"}", "{\"kind\": \"block\"}");
    BOOST_REQUIRE(problems.size() == 1u);
    BOOST_TEST(problems[0].code == "missing-key");
    BOOST_TEST(problems[0].path == "/contracts/0/clauses/0/readings/0/overrides/amount");
}

BOOST_AUTO_TEST_CASE(ids_are_unique_in_the_whole_book) {
    expect("\"id\": \"winter\"", "\"id\": \"trust\"", "duplicate-id", "/scenarios/0/id",
           "the id \"trust\" is taken by /parties/1; every id of a book is its own");
    expect("[\"aa01\", \"bb02\"]", "[\"aa01\", \"bb02\", \"aa01\"]", "duplicate-id", "/dimensions/0/members/2",
           "the member \"aa01\" stands twice in the dimension");
}

BOOST_AUTO_TEST_CASE(members_belong_to_their_dimension) {
    expect("{\"aa01\": \"£10\", \"bb02\"", "{\"aa01\": \"£10\", \"bb03\"", "missing-reference",
           "/parameters/0/members/bb03", "\"bb03\" is no member of dimension \"currency\"; did you mean \"bb02\"?");
    expect("\"dimension\": \"currency\", ", "", "missing-key", "/parameters/0/dimension",
           "\"dimension\" is missing: \"members\" gives a value for each of its members");
}

BOOST_AUTO_TEST_CASE(dates_stand_in_order) {
    expect("2024-09", "2024-06", "not-in-order", "/parameters/1/value/steps/1/from",
           "the step from 2024-06 follows the step from 2024-06; steps must not overlap and stand in ascending order");
    expect("\"ends\": \"2025-03\"", "\"ends\": \"2024-03\"", "not-in-order", "/contracts/0/ends",
           "it ends in 2024-03, before it starts in 2024-04");
    expect("\"on\": \"spells\", ", "\"on\": \"spells\", \"starts\": \"2024-09\", \"ends\": \"2024-08\", ",
           "not-in-order", "/scenarios/0/shocks/0/ends", "it ends in 2024-08, before it starts in 2024-09");
}

BOOST_AUTO_TEST_CASE(weights_add_up) {
    expect("0.4", "0.3", "weights", "/frameworks/0/measures",
           "the weights of framework \"outcomes\" sum to 0.9; expected 1");
    BOOST_TEST(problems_with("0.4", "\"price\"").empty());  // only literals can be added before the data are known
    expect("\"weight\": 3", "\"weight\": -3", "negative", "/contracts/0/clauses/0/shares/1/weight",
           "got -3; a weight must not be negative");
    const auto none = problems_with("\"weight\": 1}, {\"party\": \"trust\", \"weight\": 3}",
                                    "\"weight\": 0}, {\"party\": \"trust\", \"weight\": \"0%\"}");
    BOOST_REQUIRE(none.size() == 1u);
    BOOST_TEST(none[0].code == "weights");
    BOOST_TEST(none[0].path == "/contracts/0/clauses/0/shares");
}

BOOST_AUTO_TEST_CASE(groups_and_drivers_fit) {
    expect("[[1]]", "[[1, 0]]", "wrong-size", "/correlations/0/matrix/0", "the row has 2 values for 1 drivers");
    expect("[[1]]", "[]", "wrong-size", "/correlations/0/matrix", "the matrix has 0 rows for 1 drivers");
}

BOOST_AUTO_TEST_CASE(a_concession_fits_its_kind) {
    expect("\"concession\": \"waive\", \"on\": \"pool\"", "\"concession\": \"waive\", \"on\": \"price\"",
           "missing-reference", "/concessions/0/on", "\"price\" is a parameter; a clause is waived or credited");
    expect("\"concession\": \"waive\", \"on\": \"pool\"", "\"concession\": \"recalibrate\", \"on\": \"price\"",
           "missing-key", "/concessions/0/amount", "\"amount\" is missing: the recalibrated value");
}

BOOST_AUTO_TEST_SUITE_END()
