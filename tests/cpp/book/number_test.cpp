#include "openbook/number.hpp"

#include <boost/test/unit_test.hpp>

using openbook::Decimal;

BOOST_AUTO_TEST_SUITE(number)

BOOST_AUTO_TEST_CASE(keeps_the_digits_it_was_written_with) {
    BOOST_TEST(Decimal::parse("1.50").text() == "1.50");
    BOOST_TEST(Decimal::parse("-0.05").text() == "-0.05");
    BOOST_TEST(Decimal::parse("1.5e6").text() == "1500000");
    BOOST_TEST(Decimal::parse("2e-3").text() == "0.002");
    BOOST_TEST((Decimal::parse("1.50") == Decimal::parse("1.5")));
    BOOST_TEST(!(Decimal::parse("1.50") == Decimal::parse("1.51")));
    BOOST_TEST(Decimal::parse("123456789012345678").digits == 123456789012345678);
    BOOST_TEST(Decimal::parse("0.1").to_double() == 0.1);
    BOOST_TEST(Decimal::parse("1e300").to_double() == 1e300);
    BOOST_TEST((Decimal::parse(Decimal::parse("1e300").text()) == Decimal::parse("1e300")));
    BOOST_TEST((Decimal::parse("1.0000000000000000000000") == Decimal::parse("1")));
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_decimal) {
    for (const char* text : {"", "-", ".", "1.2.3", "1e", "nan", "inf", "0x1", "1 ", "1234567890123456789", "1e999",
                             "1e301", "1e-400", "1e+-5", "123456789012345678e300"})
        BOOST_CHECK_THROW(Decimal::parse(text), std::invalid_argument);
    BOOST_CHECK_EXCEPTION(Decimal::parse("twelve"), std::invalid_argument, [](const std::invalid_argument& error) {
        return std::string(error.what()) == "'twelve' is not a number";
    });
}

BOOST_AUTO_TEST_SUITE_END()
