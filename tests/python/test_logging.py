"""What is told the standard logging: names, counts and seconds, never data; and nothing that was not asked for."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import openbook as ob
import pytest
from openbook.cli import main
from small import MONTHS, small_book

SECRET = 98_765  # stands in the data, and in no count
AMOUNTS = ("98765", "98,765", "19753000")  # 98,765 visits at £200


@pytest.fixture
def files(tmp_path: Path) -> Path:
    small_book(id="a").write(tmp_path / "a.json")
    rows = "".join(
        f"{month},{SECRET},10,{score}\n" for month, score in zip(MONTHS, ("0.5", "", "", "1", "", ""), strict=True)
    )
    (tmp_path / "a.csv").write_text("period,visits,other,score\n" + rows, encoding="utf-8")
    return tmp_path


def events(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, dict[str, Any]]]:
    return [(record.name, record.event, record.facts) for record in caplog.records if hasattr(record, "event")]  # type: ignore[attr-defined]


def test_what_is_done_is_told(files: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "openbook")
    book = ob.read_book(files / "a.json")
    settlement = book.settle(files / "a.csv", posted=[])
    simulation = book.simulate(3_000, seed=5, threads=2, progress=False)
    found = events(caplog)
    for _, _, facts in found:
        assert facts.pop("seconds", 0) >= 0
    assert found == [
        ("openbook.book", "book read", {"book": "a", "digest": book.digest}),
        ("openbook.data", "data read", {"frames": 1, "rows": 6}),
        (
            "openbook.settling",
            "settled",
            # 6 + 6 values of months, 2 of quarters; 6 + 6 + 2 entries as practised, as many as written
            {
                "book": "a",
                "as_at": None,
                "inputs": 3,
                "values": 14,
                "entries": 28,
                "to_post": 14,
                "provisional": 0,
                "warnings": 0,
            },
        ),
        (
            "openbook.simulation",
            "simulated",
            {"book": "a", "draws": 3_000, "seed": 5, "threads": 2, "instruction_set": simulation._core.level},
        ),
    ]
    assert {record.levelno for record in caplog.records} == {logging.INFO}
    assert "settled: book=a as_at=None inputs=3" in caplog.text
    assert settlement.position("trust") > 0


def test_many_books_are_told_and_a_failed_one_is_a_warning(files: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "openbook")
    ob.settle_many({"a": files / "a.json", "b": small_book()}, {"a": files / "a.csv", "c": None}, workers=1)
    many = [(event, facts) for name, event, facts in events(caplog) if name == "openbook.many"]
    assert many == [
        ("settling many", {"books": 2, "workers": 1}),
        ("book failed", {"book": "b", "kind": "data", "codes": "missing-data"}),
        ("settled many", {"books": 2, "failed": 1, "others": 1}),
    ]
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING] == [
        "book failed: book=b kind=data codes=missing-data"
    ]


def test_values_of_data_and_money_are_not_told(files: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "openbook")
    book = ob.read_book(files / "a.json")
    book.settle(files / "a.csv")
    ob.settle_many({"a": book}, {"a": {"visits": [-SECRET] * 6, "other": [1] * 6, "score": [0, 1]}})
    book.simulate(64, data=files / "a.csv", as_at="2016-06", progress=False)
    told = " ".join(
        [
            *(record.getMessage() for record in caplog.records),
            *(str(getattr(record, "facts", "")) for record in caplog.records),
        ]
    )
    assert "book failed" in told
    assert not [amount for amount in AMOUNTS if amount in told]


def test_nothing_is_configured_and_nothing_printed() -> None:
    script = (
        "import logging, sys, openbook as ob; "
        "book = ob.examples.third_sector_cash(); ob.settle_many({'a': book, 'b': {}}, plan=True); book.simulate(64); "
        "assert logging.root.handlers == [] and logging.root.level == logging.WARNING; "
        "log = logging.getLogger('openbook'); assert [type(h) for h in log.handlers] == [logging.NullHandler]; "
        "assert log.level == logging.NOTSET and log.propagate"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_importing_the_package_loads_neither_logging_nor_threads_of_its_own() -> None:
    script = (
        "import sys, numpy; before = set(sys.modules); import openbook; new = set(sys.modules) - before; "
        "print(sorted(m for m in new if m.startswith('openbook')), sorted(new & {'logging', 'threading', 'concurrent'}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['openbook', 'openbook.errors', 'openbook.exit_codes'] []"


# -- the command line -------------------------------------------------------------------------------------------------


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, list[str]]:
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    printed = capsys.readouterr()
    return int(stop.value.code or 0), printed.out, printed.err.splitlines()


def test_verbose_tells_on_standard_error(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settle = ("settle", str(files / "a.json"), "--data", str(files / "a.csv"), "--json")
    _, quiet, nothing = call(capsys, *settle)
    assert nothing == []
    for verbose, told in (("-v", 3), ("--verbose", 3), ("-vv", 4)):
        code, out, lines = call(capsys, verbose, *settle)
        assert (code, out) == (0, quiet)
        assert len(lines) == told
        assert lines[0].startswith("INFO openbook.book: book read: book=a digest=")
    assert lines[1] == f"DEBUG openbook.book: from {files / 'a.json'}"


def test_log_lines_as_json(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settle = ("settle", str(files / "a.json"), "--data", str(files / "a.csv"))
    _, _, lines = call(capsys, "-v", "--log-format", "json", *settle)
    told = [json.loads(line) for line in lines]
    assert [line["event"] for line in told] == ["book read", "data read", "settled"]
    assert told[2]["entries"] == 28
    assert set(told[0]) == {"time", "level", "logger", "thread", "event", "book", "digest"}
    assert told[0]["time"][10] == "T" and told[0]["time"].endswith("Z")


def test_errors_stand_in_the_log_where_it_is_json(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "bad.csv").write_text("period,visits\n2016-04,-3\n", encoding="utf-8")
    settle = ("settle", str(files / "a.json"), "--data", str(files / "bad.csv"))
    code, out, (line,) = call(capsys, "--log-format", "json", *settle)
    error = json.loads(line)
    assert (code, out, error["level"], error["exit_code"]) == (4, "", "ERROR", 4)
    assert {"negative", "missing-month", "missing-input"} <= {problem["code"] for problem in error["problems"]}
    code, out, (line,) = call(capsys, "--log-format", "json", "settle")
    assert (code, json.loads(line)["exit_code"]) == (2, 2)
    code, _, lines = call(capsys, *settle)
    assert code == 4 and lines[0].startswith("error: the data do not fit the book")


def test_logging_is_put_back_where_the_command_line_is_called_from_a_program(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = logging.getLogger("openbook")
    before = (list(log.handlers), log.level, log.propagate)
    call(capsys, "-vv", "--log-format", "json", "validate", str(files / "a.json"))
    assert (list(log.handlers), log.level, log.propagate) == before
