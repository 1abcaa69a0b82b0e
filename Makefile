# `make demo` and `make test` need Python 3.11 or later with venv and headers, a C++20 compiler, and a package index; nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BUILD_REQUIREMENTS := $(shell sed -n '/^requires = \[/,/^\]/s/^  "\(.*\)",$$/"\1"/p' pyproject.toml) "cmake>=3.22" ninja
JOBS ?= 2
# Sources whose change asks for another build.
SOURCES := pyproject.toml CMakeLists.txt $(shell find cpp python -type f -not -name '*.pyc' -not -name '*.so' 2>/dev/null)

.PHONY: demo test install test-install test-cpp test-python bench docs lint nightly clean sanitize wheel-check

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

test-cpp: $(VENV)/test-installed
	build="$$(ls -d build/cp3*)" && PATH="$(abspath $(BIN)):$$PATH" && cmake -DOPENBOOK_TESTS=ON "$$build" > /dev/null && \
	  cmake --build "$$build" -j $(JOBS) --target openbook_tests && \
	  "$$build/tests/cpp/openbook_tests" --log_level=error --report_level=short

test-python: $(VENV)/test-installed
	$(BIN)/python -m pytest -q

bench: $(VENV)/test-installed
	$(BIN)/python -m pip install --quiet numba
	$(BIN)/python tests/benchmarks/throughput.py --json out/throughput.json
	$(BIN)/python tests/benchmarks/compare.py

sanitize: $(VENV)/tools
	PATH="$(abspath $(BIN)):$$PATH" && cmake -S . -B build/asan -G Ninja -DOPENBOOK_PYTHON=OFF -DOPENBOOK_TESTS=ON \
	  -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_FLAGS=-O1 -DOPENBOOK_SANITIZE=address,undefined -DPython_EXECUTABLE="$(abspath $(BIN))/python" > /dev/null && \
	  cmake --build build/asan -j $(JOBS) && build/asan/tests/cpp/openbook_tests --log_level=error --report_level=short

lint: $(VENV)/test-installed
	$(BIN)/python -m pip install --quiet --group lint
	$(BIN)/ruff check python tests docs
	$(BIN)/mypy
	git ls-files "*.hpp" "*.cpp" | xargs $(BIN)/clang-format --dry-run --Werror

# The site is in build/site; generated pages must be current, references must point somewhere, examples must run.
docs: $(VENV)/test-installed
	$(BIN)/python -m pip install --quiet --group docs
	$(BIN)/python docs/generate.py --check
	$(BIN)/python -m sphinx -W --keep-going -n -q -j auto docs build/site
	$(BIN)/python -m pytest -q tests/python/test_docs.py tests/python/test_docstrings.py

wheel-check: $(VENV)/tools
	tests/packaging/check_wheel.sh $(BIN)/python

# The same tests with large counts, and under sanitizers.
nightly: $(VENV)/test-installed sanitize
	OPENBOOK_TEST_EXAMPLES=500 OPENBOOK_TEST_VARIATIONS=50 $(BIN)/python -m pytest -q

clean:
	rm -rf build out $(VENV)
