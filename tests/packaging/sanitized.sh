#!/usr/bin/env bash
# Runs tests of the package with a core that was built with sanitizers: sanitized.sh BUILD PYTHON [options of pytest].
set -euo pipefail
cd "$(dirname "$0")/../.."
build="$(cd "$1" && pwd)" python="$2"
shift 2
site="$build/site"
rm -rf "$site" && mkdir -p "$site"
cp -R python/openbook "$site/openbook"
rm -f "$site"/openbook/*.so
cp "$build"/python/_core*.so "$site/openbook/"
compiler="$(sed -n 's/^CMAKE_CXX_COMPILER:[A-Z]*=//p' "$build/CMakeCache.txt")"
# The interpreter knows nothing of sanitizers: their library must be there before anything else, and that of C++ with it.
preload="$("$compiler" -print-file-name=libasan.so) $("$compiler" -print-file-name=libstdc++.so)"
export PYTHONPATH="$site" PYTHONMALLOC=malloc UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export ASAN_OPTIONS=detect_leaks=0:abort_on_error=1  # the interpreter itself frees little when it ends
[ $# -gt 0 ] || set -- tests/python/test_bad_input.py tests/python/test_book.py tests/python/test_random_books.py tests/python/test_acute.py \
  tests/python/test_calibrate.py tests/python/test_results.py tests/python/test_threads_and_forks.py tests/python/test_worlds.py \
  tests/python/test_columns.py tests/python/test_frames.py tests/python/test_tariff.py tests/python/test_crossing.py tests/python/test_groups.py \
  tests/python/test_rows.py tests/python/test_every_reading.py tests/python/test_differential.py
LD_PRELOAD="$preload" "$python" -c "import openbook, openbook._core as core, sys; assert core.__file__.startswith(sys.argv[1])" "$site"
# A forked child may find the sanitizer's own allocator locked by a thread that it does not have, and waits for ever.
forks=tests/python/test_threads_and_forks.py
LD_PRELOAD="$preload" "$python" -m pytest -q -p no:cacheprovider \
  --deselect $forks::test_a_forked_child_settles_and_simulates_what_its_parent_did \
  --deselect $forks::test_a_child_that_is_forked_in_the_middle_of_runs_is_not_stuck "$@"
