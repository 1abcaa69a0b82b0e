#include "openbook/diff.hpp"

#include <boost/test/unit_test.hpp>

#include "openbook/json.hpp"

using namespace openbook;

namespace {

Book book(const std::string& parties, const std::string& clauses = "", const std::string& more = "") {
    return read_book(
        R"({"format": 1, "id": "b", "calendar": {"start": "2024-04"}, "parties": [{"id": "icb"}, {"id": "trust"})" +
        parties + R"(], "contracts": [{"id": "c", "name": "Acute", "payer": "icb", "payee": "trust", "clauses": [)" +
        clauses + "]}]" + more + "}");
}

const std::string first = R"({"id": "k1", "name": "gain cap", "kind": "payment", "amount": "£1.5m"})";
const std::string second = R"({"id": "k2", "kind": "block", "amount": 12.50})";

}  // namespace

BOOST_AUTO_TEST_SUITE(difference)

BOOST_AUTO_TEST_CASE(equal_books_do_not_differ) {
    BOOST_TEST(diff(book("", first), book("", first)).empty());
    // How many zeros a number was written with is no difference.
    BOOST_TEST(diff(book("", second), book("", R"({"id": "k2", "kind": "block", "amount": 12.5})")).empty());
}

BOOST_AUTO_TEST_CASE(an_inserted_item_is_one_change) {
    const auto changes = diff(book("", first), book(R"(, {"id": "charity", "name": "The charity"})", first));
    BOOST_REQUIRE(changes.size() == 1u);
    BOOST_TEST(changes[0].what == "added");
    BOOST_TEST(changes[0].path == "/parties/2");
    BOOST_TEST(changes[0].before == "");
    BOOST_TEST(changes[0].after == R"({"id":"charity","name":"The charity"})");
    BOOST_TEST(changes[0].words.starts_with("party 'The charity' added"));
    const auto back = diff(book(R"(, {"id": "charity"})", first), book("", first));
    BOOST_REQUIRE(back.size() == 1u);
    BOOST_TEST(back[0].what == "removed");
    BOOST_TEST(back[0].path == "/parties/2");
}

BOOST_AUTO_TEST_CASE(a_changed_term_is_told_with_its_contract_and_clause) {
    const auto changes =
        diff(book("", first + "," + second),
             book("", R"({"id": "k1", "name": "gain cap", "kind": "payment", "amount": "£2m"},)" + second));
    BOOST_REQUIRE(changes.size() == 1u);
    BOOST_TEST(changes[0].path == "/contracts/0/clauses/0/amount");
    BOOST_TEST(changes[0].before == "\"£1.5m\"");
    BOOST_TEST(changes[0].after == "\"£2m\"");
    BOOST_TEST(changes[0].words == "contract 'Acute': clause 'gain cap': amount changed from £1.5m to £2m");
}

BOOST_AUTO_TEST_CASE(a_moved_clause_is_not_removed_and_added) {
    const auto changes = diff(book("", first + "," + second), book("", second + "," + first));
    BOOST_REQUIRE(changes.size() == 1u);
    BOOST_TEST(changes[0].what == "moved");
    BOOST_TEST(changes[0].path == "/contracts/0/clauses");
}

BOOST_AUTO_TEST_CASE(items_that_share_a_name_are_matched_by_place) {
    const auto waterfall = [](const std::string& limit) {
        return R"({"id": "w", "kind": "waterfall", "amount": "£9", "tranches": [{"name": "a", "limit": "£1", "to": [{"party": "icb"}]},
                  {"name": "a", "limit": ")" +
               limit + R"(", "to": [{"party": "icb"}]}]})";
    };
    const auto changes = diff(book("", waterfall("£2")), book("", waterfall("£3")));
    BOOST_REQUIRE(changes.size() == 1u);
    BOOST_TEST(changes[0].path == "/contracts/0/clauses/0/tranches/1/limit");
}

BOOST_AUTO_TEST_SUITE_END()
