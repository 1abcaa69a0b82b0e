"""The verbs sensitivity and break-even."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sensitive_books import linear
from small import small_book


@pytest.fixture
def path(tmp_path: Path) -> str:
    small_book().write(tmp_path / "book.json")
    return str(tmp_path / "book.json")


def test_break_even_prints_what_it_found(run: Any, path: str) -> None:
    asked = (
        "break-even",
        path,
        "fee",
        "trust",
        "--target",
        "£150,000",
        "--step",
        "£1",
        "--low",
        "£0",
        "--high",
        "£9,000",
    )
    code, out, err = run(*asked, "--json")
    assert (code, err) == (0, "")
    [found] = json.loads(out)["found"]
    # Half of twelve fees a year, half a fee in each of two quarters, and 660 visits at £200: 7 fees and £132,000.
    assert (found["below"], found["above"]) == ("£2571", "£2572")
    code, out, _ = run(*asked)
    assert "breaks even in 'fee'" in out


def test_sensitivity_prints_all_three(run: Any, tmp_path: Path) -> None:
    linear().write(tmp_path / "linear.json")
    asked = ("sensitivity", str(tmp_path / "linear.json"), "trust", "--scenarios", "200")
    code, out, err = run(*asked, "--json", "--svg", str(tmp_path / "t.svg"))
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert [row["factor"] for row in told["indices"]] == ["da", "db", "dc"]
    assert {row["name"] for row in told["tornado"]} == {"da", "db", "dc"}
    assert any(row["name"] == "a" and row["right"] == "3" for row in told["marginal"])
    assert (tmp_path / "t.svg").read_text(encoding="utf-8").startswith("<svg")
    code, out, _ = run(*asked, "--term", "a.plan=90..110")
    assert "a.plan" in out


def test_words_that_are_no_range_are_a_usage_error(run: Any, path: str) -> None:
    for wrong in (("--term", "fee=5"), ("--percentiles", "10")):
        code, _, err = run("sensitivity", path, "trust", *wrong)
        assert code != 0
        assert "expected" in err
    code, _, err = run("break-even", path, "fee", "trust", "--measure", "best")
    assert code != 0
    assert "expected settled, mean or a probability" in err
