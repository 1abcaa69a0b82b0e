"""Options of the whole Python test run: a test that is skipped though it could have run fails the run."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
#: What tests may do without where it is not installed. `make test` installs all of it.
OPTIONAL = {"duckdb", "matplotlib", "openpyxl", "pandas", "polars", "pyarrow"}
_IMPORT = re.compile(r"could not import '(\w+)")
_unexpected: list[str] = []


def may_be_skipped(reason: str) -> bool:
    """Whether a test may be left out: the shared data are not there, or a package that is optional is not.

    Where the tests must run in full (`CI` is set, or OPENBOOK_TEST_FULL), every optional package has to be there.
    """
    if "beside this checkout" in reason:
        return not SHARED.exists()
    needed = _IMPORT.search(reason)
    if needed is None or os.environ.get("CI") or os.environ.get("OPENBOOK_TEST_FULL"):
        return False
    return needed[1] in OPTIONAL and importlib.util.find_spec(needed[1]) is None


def _reported(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not may_be_skipped(reason):
            _unexpected.append(f"{report.nodeid}: {reason}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _reported(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    _reported(report)  # a whole file that is left out


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in _unexpected:
        terminalreporter.write_line(f"skipped though it should have run: {line}", red=True)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if _unexpected and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C interrupts, also where the tests were started in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    """The command line, called here: exit code, standard output, standard error."""
    from openbook.cli import main

    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            main(list(arguments))
        printed = capsys.readouterr()
        return int(stop.value.code or 0), printed.out, printed.err

    return call
