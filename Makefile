# `make demo` and `make test` need Python 3.11 or later with venv and headers, a C++20 compiler, and a package index; nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BUILD_REQUIREMENTS := $(shell sed -n '/^requires = \[/,/^\]/s/^  "\(.*\)",$$/"\1"/p' pyproject.toml)
JOBS ?= 2

.PHONY: demo test install test-install test-cpp test-python bench docs lint nightly clean sanitize wheel-check

demo: install
	$(BIN)/openbook demo --out out

install: $(VENV)/installed
test-install: $(VENV)/test-installed

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

# Stamps: building again is needed only when a source changed.
SOURCES := pyproject.toml CMakeLists.txt $(shell find cpp python -type f -not -name '*.pyc' 2>/dev/null)
$(VENV)/installed: $(VENV)/bin/python $(SOURCES)
	$(BIN)/python -m pip install --quiet ".[all]"
	touch $@

$(VENV)/test-installed: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --group test $(BUILD_REQUIREMENTS) "cmake>=3.22" ninja
	touch $@

test: test-cpp test-python

build/tests/build.ninja: $(VENV)/test-installed CMakeLists.txt
	PATH="$(abspath $(BIN)):$$PATH" cmake -S . -B build/tests -G Ninja -DOPENBOOK_PYTHON=OFF -DOPENBOOK_TESTS=ON -DOPENBOOK_STRICT=ON \
	  -DPython_EXECUTABLE="$(abspath $(BIN))/python"

test-cpp: $(VENV)/test-installed build/tests/build.ninja
	PATH="$(abspath $(BIN)):$$PATH" cmake --build build/tests -j $(JOBS)
	build/tests/tests/cpp/openbook_tests --log_level=error --report_level=short

test-python: $(VENV)/test-installed
	$(BIN)/python -m pytest -q

bench: test-install
	$(BIN)/python -m pip install --quiet numba
	$(BIN)/python tests/benchmarks/compare.py

sanitize: $(VENV)/test-installed
	PATH="$(abspath $(BIN)):$$PATH" cmake -S . -B build/asan -G Ninja -DOPENBOOK_PYTHON=OFF -DOPENBOOK_TESTS=ON \
	  -DCMAKE_BUILD_TYPE=RelWithDebInfo -DOPENBOOK_SANITIZE=address,undefined -DPython_EXECUTABLE="$(abspath $(BIN))/python"
	PATH="$(abspath $(BIN)):$$PATH" cmake --build build/asan -j $(JOBS)
	build/asan/tests/cpp/openbook_tests --log_level=error --report_level=short

lint: $(VENV)/test-installed
	$(BIN)/python -m pip install --quiet --group lint
	$(BIN)/ruff check python tests
	$(BIN)/mypy

docs: test-install
	$(BIN)/python docs/generate.py --check

nightly: test-install
	OPENBOOK_TEST_EXAMPLES=1000 $(BIN)/python -m pytest -q

clean:
	rm -rf build out $(VENV)
