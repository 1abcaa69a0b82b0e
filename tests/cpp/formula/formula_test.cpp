#include "formula/expression.hpp"

#include <boost/test/unit_test.hpp>

#include "formula/definitions.hpp"
#include "formula/unit.hpp"

using namespace openbook::formula;
using openbook::engine::Exact;

BOOST_AUTO_TEST_SUITE(formulas)

BOOST_AUTO_TEST_CASE(literals_know_money_and_percent) {
    BOOST_TEST((parse("£1.5m")->value == 1500000));
    BOOST_TEST(parse("£1.5m")->money);
    BOOST_TEST((parse("£140k")->value == 140000));
    BOOST_TEST((parse("£1,234,567.89")->value == Exact(123456789, 100)));
    BOOST_TEST((parse("12.5%")->value == Exact(1, 8)));
    BOOST_TEST(!parse("50%")->money);
    BOOST_TEST((parse("1e3")->value == 1000));
}

BOOST_AUTO_TEST_CASE(operators_bind_as_usual) {
    BOOST_TEST(to_text(*parse("1+2*3")) == "1 + 2 * 3");
    BOOST_TEST(to_text(*parse("(1+2)*3")) == "(1 + 2) * 3");
    BOOST_TEST(to_text(*parse("a-(b-c)")) == "a - (b - c)");
    BOOST_TEST(to_text(*parse("not a and b or c >= 2")) == "not a and b or c >= 2");
    BOOST_TEST(to_text(*parse("-a*b")) == "-a * b");
    BOOST_TEST(to_text(*parse("max( 0,a )")) == "max(0, a)");
    // What was written again is the same graph.
    for (const char* text :
         {"if(a > 1, b, c)", "previous(stock, 150) * 0.5", "position('x', 'year') < -1e6", "a / (b / c)"})
        BOOST_TEST(to_text(*parse(to_text(*parse(text)))) == to_text(*parse(text)));
}

BOOST_AUTO_TEST_CASE(faults_say_where_and_what_was_expected) {
    BOOST_TEST(*fault("1 +") == "at character 4 of \"1 +\": found the end, expected a number, a name or a bracket");
    BOOST_TEST(fault("__import__('os').system('x')")->find("'__import__' is none") != std::string::npos);
    BOOST_TEST(fault("max()")->find("max(a, b, ...) with 1 to 64 operands, not 0") != std::string::npos);
    BOOST_TEST(fault("1 < 2 < 3")->find("one comparison") != std::string::npos);
    BOOST_TEST(fault("2m")->find("k, m and bn need a pound sign") != std::string::npos);
    BOOST_TEST(fault(std::string(20'000, '1'))->find("at most 10000") != std::string::npos);
    BOOST_TEST(fault(std::string(500, '(') + "1")->find("deeper than 48") != std::string::npos);
    BOOST_TEST(fault("'open")->find("closing quote") != std::string::npos);
    std::string wide = "1";
    for (int i = 0; i < 1500; ++i) wide += "+1";
    BOOST_TEST(fault(wide)->find("more than 2000 parts") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(units_multiply_and_cancel) {
    BOOST_TEST((Unit::parse("£ per attendance") * Unit::parse("attendances") == Unit::pounds()));
    BOOST_TEST((Unit::parse("£/bed day") * Unit::parse("bed days") == Unit::pounds()));
    BOOST_TEST((Unit::parse("%") == Unit{}));
    BOOST_TEST((Unit::parse("bodies") == Unit::parse("body")));
    BOOST_TEST((Unit::parse("breaches") == Unit::parse("breach")));
    BOOST_TEST((Unit::parse("losses") == Unit::parse("loss")));
    BOOST_TEST(Unit::parse("£ per spell").text() == "£ per spell");
}

BOOST_AUTO_TEST_CASE(units_of_another_scale_or_time_are_converted) {
    const auto factor = [](const char* from, const char* to) {
        const auto found = conversion(Unit::parse(from), Unit::parse(to));
        return found ? openbook::engine::to_text(*found) : std::string("none");
    };
    BOOST_TEST(factor("deaths per person", "deaths per 1000 people") == "1000");
    BOOST_TEST(factor("deaths per 100,000 people", "deaths per person") == "0.00001");
    BOOST_TEST(factor("£ per person per year", "£ per member per month") == "none");
    BOOST_TEST(factor("£ per member-month", "£ per member per year") == "12");
    BOOST_TEST(factor("number", "per thousand") == "1000");
    BOOST_TEST(factor("%", "percentage points") == "100");
    BOOST_TEST(factor("£m", "£k") == "1000");
    BOOST_TEST(factor("weeks", "days") == "7");
    BOOST_TEST(factor("months", "days") == "none");
    BOOST_TEST(Unit::parse("%").words() == "%");
    BOOST_TEST(Unit::parse("%").text() == "number");
}

BOOST_AUTO_TEST_CASE(definitions_are_written_out_within_bounds) {
    Definitions all;
    all.add("twice", {{"x"}, parse_in_book("x + x")});
    all.add("four", {{"y"}, parse_in_book("twice(twice(y))")});
    BOOST_TEST(all.circle().empty());
    const auto call = parse_in_book("four(a * b)");
    // Each x + x is three parts; (a * b) is three and stands four times.
    BOOST_TEST(all.expanded_size(*call) == 1 + 2 * 1 + 4 * 3);
    BOOST_TEST(to_text(*Definitions::expanded(*parse_in_book("twice(a * b)"), *all.find("twice"))) == "a * b + a * b");
    all.add("round_about", {{"x"}, parse_in_book("round_about(x)")});
    BOOST_TEST(all.circle() == (std::vector<std::string>{"round_about", "round_about"}),
               boost::test_tools::per_element());
    std::vector<ForeignCall> calls;
    BOOST_TEST(!fault("unheard_of(1, 2)", &calls));
    BOOST_TEST(calls.size() == 1u);
    BOOST_TEST(calls[0].operands == 2u);
    BOOST_TEST(fault("unheard_of(1, 2)")->find("'unheard_of' is none") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
