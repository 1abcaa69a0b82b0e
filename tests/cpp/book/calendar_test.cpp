#include "openbook/book/calendar.hpp"

#include <boost/test/unit_test.hpp>

using namespace openbook;

BOOST_AUTO_TEST_SUITE(calendar)

BOOST_AUTO_TEST_CASE(months_are_read_and_written) {
    BOOST_TEST(Month::parse("2015-04").text() == "2015-04");
    BOOST_TEST((Month::parse("2015-12") + 1).text() == "2016-01");
    BOOST_TEST((Month::parse("2018-06") - Month::parse("2015-04")) == 38);
    for (const char* text : {"2015-13", "2015-00", "15-04", "2015/04", "2015-4", ""})
        BOOST_CHECK_THROW(Month::parse(text), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_last_year_may_be_short) {
    // 39 months: the alliance's three years and its extension.
    const Calendar c{Month::parse("2015-04"), 39, 4};
    BOOST_TEST(c.count(Every::year) == 4);
    BOOST_TEST(c.end_month(Every::year, 3) == 39);
    BOOST_TEST(c.first_month(Every::year, 3) == 36);
    BOOST_TEST(c.count(Every::quarter) == 13);
    BOOST_TEST(c.count(Every::term) == 1);
    BOOST_TEST(c.label(Every::financial_year, 0) == "2015/16");
    BOOST_TEST(c.label(Every::year, 1) == "year 2");
}

BOOST_AUTO_TEST_CASE(a_first_financial_year_may_be_short) {
    const Calendar c{Month::parse("2016-12"), 24, 4};
    BOOST_TEST(c.count(Every::financial_year) == 3);
    BOOST_TEST(c.end_month(Every::financial_year, 0) == 4);  // December to March
    BOOST_TEST(c.first_month(Every::financial_year, 1) == 4);
    BOOST_TEST(c.of_month(Every::financial_year, 15) == 1);
    BOOST_TEST(c.of_month(Every::financial_year, 16) == 2);
    BOOST_TEST(c.label(Every::financial_year, 0) == "2016/17");
}

BOOST_AUTO_TEST_SUITE_END()
