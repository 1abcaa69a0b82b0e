# `make demo` and `make test` need Python 3.11 or later with venv and headers, a C++20 compiler, and a package index; nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BUILD_REQUIREMENTS := $(shell sed -n '/^requires = \[/,/^\]/s/^  "\(.*\)",$$/"\1"/p' pyproject.toml) "cmake>=3.22" ninja
JOBS ?= 2
# How long `make sanitize` and `make nightly` fuzz the document reader.
FUZZ_SECONDS ?= 600
# Sources whose change asks for another build.
SOURCES := pyproject.toml CMakeLists.txt $(shell find cpp python -type f -not -name '*.pyc' -not -name '*.so' 2>/dev/null)

.PHONY: demo test install test-install test-cpp test-python bench bench-layers differential docs footprint lint nightly clean sanitize emulated wheel-check

demo: $(VENV)/installed
	$(BIN)/openbook demo --out out

test: test-cpp test-python

install: $(VENV)/installed
test-install: $(VENV)/test-installed

# The build runs in the environment itself, so that what was compiled for the package serves the C++ tests too.
$(VENV)/tools:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet $(BUILD_REQUIREMENTS)
	touch $@

$(VENV)/installed: $(VENV)/tools $(SOURCES)
	$(BIN)/python -m pip install --quiet --no-build-isolation -Ccmake.define.OPENBOOK_TESTS=OFF ".[all]"
	touch $@

$(VENV)/test-installed: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --group test
	touch $@

# The tests of the core, and a few seconds of fuzzing.
test-cpp: $(VENV)/test-installed
	build="$$(ls -d build/cp3*)" && PATH="$(abspath $(BIN)):$$PATH" && cmake -DOPENBOOK_TESTS=ON -DOPENBOOK_FUZZ=ON "$$build" > /dev/null && \
	  cmake --build "$$build" -j $(JOBS) --target openbook_tests fuzz_document && \
	  "$$build/tests/cpp/openbook_tests" --log_level=error --report_level=short && \
	  ctest --test-dir "$$build" --tests-regex fuzz_document --output-on-failure

# Some files at a time, as many times as there are jobs.
test-python: $(VENV)/test-installed
	printf '%s\n' tests/python/test_*.py | xargs -P $(JOBS) -n 9 $(BIN)/python -m pytest -q

bench: $(VENV)/test-installed
	$(BIN)/python -m pip install --quiet numba
	$(BIN)/python tests/benchmarks/throughput.py --json out/throughput.json
	$(BIN)/python tests/benchmarks/scaling.py --json out/scaling.json
	$(BIN)/python tests/benchmarks/compare.py

# Layered terms beside the insurance engine of oasislmf, which is kept out of the environment: it brings 760 MB of its own.
bench-layers: $(VENV)/test-installed
	$(BIN)/python -m pip install --quiet --upgrade --target build/oasislmf oasislmf
	PYTHONPATH=build/oasislmf NUMBA_CACHE_DIR=build/oasislmf_compiled $(BIN)/python tests/benchmarks/layers.py --json out/layers.json

# The tests of the core, the fuzzer and tests of the package, all under address and undefined-behaviour sanitizers.
sanitize: $(VENV)/test-installed
	PATH="$(abspath $(BIN)):$$PATH" && cmake --preset asan -DPython_EXECUTABLE="$(abspath $(BIN))/python" > /dev/null && \
	  cmake --build build/asan -j $(JOBS) && build/asan/tests/cpp/openbook_tests --log_level=error --report_level=short && \
	  ctest --test-dir build/asan --tests-regex fuzz_document --output-on-failure
	tests/fuzz/longer.sh build/asan $(FUZZ_SECONDS)
	tests/packaging/sanitized.sh build/asan $(BIN)/python

# The commands stand in .pre-commit-config.yaml, so that a commit is checked by the same.
lint: $(VENV)/test-installed
	$(BIN)/python -m pip install --quiet --group lint
	@sed -n 's/^ *entry: //p' .pre-commit-config.yaml | while IFS= read -r command; do \
	  echo "$$command"; eval "$$command" || exit 1; done

# The site is in build/site; generated pages must be current, references must point somewhere, examples must run.
docs: $(VENV)/test-installed
	$(BIN)/python -m pip install --quiet --group docs
	$(BIN)/python docs/generate.py --check
	$(BIN)/python -m sphinx -W --keep-going -n -q -j auto docs build/site
	$(BIN)/python -m pytest -q tests/python/test_docs.py tests/python/test_docstrings.py

# What the package costs: time to import, size, memory. Compare docs/reference/footprint.md.
footprint: $(VENV)/test-installed
	$(BIN)/python tests/benchmarks/footprint.py

wheel-check: $(VENV)/tools
	tests/packaging/check_wheel.sh $(BIN)/python

# The package on emulated machines without AVX-512, and without AVX2 and fused operations: the same bits. Needs qemu-user.
emulated: $(VENV)/installed
	tests/packaging/emulated.sh $(BIN)/python

# The same tests with large counts, fuzzing for longer, under sanitizers and on emulated machines.
nightly: $(VENV)/test-installed sanitize emulated differential
	printf '%s\n' tests/python/test_*.py | grep -v test_differential.py | \
	  OPENBOOK_TEST_EXAMPLES=1000 OPENBOOK_TEST_VARIATIONS=50 xargs -P $(JOBS) -n 9 $(BIN)/python -m pytest -q

# Random contracts against the reference, 200 times CONTRACTS of them: a part for each job, of which no two make the same.
CONTRACTS ?= 500
differential: $(VENV)/test-installed
	seq $(JOBS) | xargs -P $(JOBS) -I PART env OPENBOOK_TEST_EXAMPLES=$(CONTRACTS) OPENBOOK_TEST_SHARD=PART/$(JOBS) \
	  $(BIN)/python -m pytest -q tests/python/test_differential.py

clean:
	rm -rf build out $(VENV)
