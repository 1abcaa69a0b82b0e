#include "openbook/book/month.hpp"

#include <boost/test/unit_test.hpp>

using openbook::Month;

BOOST_AUTO_TEST_SUITE(month)

BOOST_AUTO_TEST_CASE(months_are_counted_across_years) {
    BOOST_TEST((Month::of(2015, 12) + 1).text() == "2016-01");
    BOOST_TEST((Month::of(2016, 1) + -1).text() == "2015-12");
    BOOST_TEST((Month::of(2016, 3) - Month::of(2015, 4)) == 11);
    BOOST_TEST(Month::of(2016, 3).year() == 2016);
    BOOST_TEST(Month::of(2016, 3).month() == 3);
    BOOST_TEST((Month::of(2016, 3) > Month::of(2015, 12)));
}

BOOST_AUTO_TEST_CASE(what_is_no_month_is_named) {
    BOOST_CHECK_EXCEPTION(Month::parse("2015-13"), std::invalid_argument, [](const std::invalid_argument& error) {
        return std::string(error.what()) == "'2015-13' is no month; expected a year and a month such as 2016-04";
    });
    for (const char* text : {"", "2015", "2015-4", "2015-04-01", "+015-04", "2015-0x", " 2015-04"})
        BOOST_CHECK_THROW(Month::parse(text), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
