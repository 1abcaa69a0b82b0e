# Headers come from the package index: the interpreter knows where its packages are, CMake does not.
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
if(OPENBOOK_PYTHON)
  find_package(Python 3.11 REQUIRED COMPONENTS Interpreter Development.Module)
else()
  find_package(Python 3.11 REQUIRED COMPONENTS Interpreter)
endif()
execute_process(
  COMMAND "${Python_EXECUTABLE}" -c "import sys, os
print(';'.join(d for p in dict.fromkeys(os.path.abspath(p or '.') for p in sys.path)
  for d in (os.path.join(p, r) for r in ('cmeel.prefix', 'libboost_headers', 'nlohmann_json', 'pybind11')) if os.path.isdir(d)))"
  OUTPUT_VARIABLE openbook_prefixes
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
# First, so that what the build asks for is not shadowed by an older copy in the environment that it is installed into.
list(PREPEND CMAKE_PREFIX_PATH ${openbook_prefixes})
find_package(Eigen3 3.4 CONFIG REQUIRED)
find_path(OPENBOOK_BOOST_INCLUDE boost/math/distributions/normal.hpp REQUIRED)
find_path(OPENBOOK_JSON_INCLUDE nlohmann/json.hpp REQUIRED)
add_library(openbook_headers INTERFACE)
target_include_directories(openbook_headers SYSTEM INTERFACE "${OPENBOOK_BOOST_INCLUDE}" "${OPENBOOK_JSON_INCLUDE}")
target_link_libraries(openbook_headers INTERFACE Eigen3::Eigen)
find_package(Threads REQUIRED)
