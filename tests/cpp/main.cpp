#define BOOST_TEST_MODULE openbook
#include <boost/test/included/unit_test.hpp>
