"""The verbs frontier, value-of-information, stability and backtest, and break-even of two terms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openbook as ob
import pytest
from small import MONTHS, small_book


@pytest.fixture
def path(tmp_path: Path) -> str:
    small_book().write(tmp_path / "book.json")
    return str(tmp_path / "book.json")


@pytest.fixture
def other(tmp_path: Path) -> str:
    small_book().with_("fee", "£2,000").write(tmp_path / "other.json")
    return str(tmp_path / "other.json")


@pytest.fixture
def months(tmp_path: Path) -> str:
    rows = [f"{month},{kind},{visits}" for month in MONTHS for kind, visits in (("1", 100), ("other", 10))]
    (tmp_path / "months.csv").write_text("\n".join(["period,type,attendances", *rows]) + "\n", encoding="utf-8")
    return str(tmp_path / "months.csv")


def told(answer: tuple[int, str, str]) -> Any:
    code, out, err = answer
    assert (code, err) == (0, "")
    return json.loads(out)


def again(run: Any, file: Path) -> Any:
    """What a kept answer says once everything is calculated again."""
    return told(run("read", str(file), "--recalculate", "--json"))


def test_frontier_of_a_term(run: Any, path: str, tmp_path: Path) -> None:
    few = ("frontier", path, "--party", "trust", "--scenarios", "200", "--seed", "3")
    vary = ("--vary", "fee=£1,000", "--vary", "fee=£2,000")
    files = ("--save", str(tmp_path / "f.openbook"), "--svg", str(tmp_path / "f.svg"))
    found = told(run(*few, *vary, *files, "--json"))
    same = ob.frontier(small_book(), {"fee": ["£1,000", "£2,000"]}, party="trust", scenarios=200, seed=3)
    assert found["points"] == same.table().to_dicts()
    # £1,000 more a month for six months, and for each of two quarters half of it: better both ways in every draw.
    low, high = found["points"]
    assert high["y"] - low["y"] == pytest.approx(6_000 + 1_000)
    assert (low["standing"], low["beaten_by"], high["standing"]) == ("beaten", "£2,000", "efficient")
    assert again(run, tmp_path / "f.openbook") == found
    assert (tmp_path / "f.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "Of 2 points" in run(*few, *vary)[1]


def test_frontier_of_books_and_of_two_parties(run: Any, path: str, other: str) -> None:
    asked = ("frontier", f"now={path}", f"more={other}", "--scenarios", "100", "--x", "mean", "--x-party", "icb")
    found = told(run(*asked, "--y-party", "trust", "--json"))
    assert found["x"] == "mean of Integrated Care Board (£)"
    assert [point["point"] for point in found["points"]] == ["now", "more"]
    assert [point["standing"] for point in found["points"]] == [
        "efficient",
        "efficient",
    ]  # one pays what the other gets


def test_value_of_information(run: Any, path: str, other: str, tmp_path: Path) -> None:
    asked = ("value-of-information", f"now={path}", f"more={other}", "--party", "trust", "--scenarios", "100")
    found = told(run(*asked, "--outer", "2", "--inner", "4", "--save", str(tmp_path / "v"), "--json"))
    assert found["best"] == "more"
    assert [row["value"] for row in found["information"]] == [0.0, 0.0]  # the same book is best whatever happens
    assert again(run, tmp_path / "v") == found
    assert "chooses 'more'" in run(*asked, "--outer", "0")[1]


def test_stability(run: Any, path: str, tmp_path: Path) -> None:
    asked = ("stability", path, "--scenarios", "100", "--seeds", "6", "--what", "trust", "--levels", "0.9,0.95")
    files = ("--save", str(tmp_path / "s.openbook"), "--svg", str(tmp_path / "s.svg"))
    found = told(run(*asked, "--seed", "4", *files, "--json"))
    assert found["seeds"] == [4, 5, 6, 7, 8, 9]
    assert {row["statistic"] for row in found["ratios"]} == {
        "mean",
        "sd",
        "p_deficit",
        "var90",
        "es90",
        "var95",
        "es95",
    }
    assert len(found["values"]) == 6 * 7
    assert again(run, tmp_path / "s.openbook") == found
    assert (tmp_path / "s.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "Over 6 seeds of 100 draws" in run(*asked)[1]


def test_stability_of_a_sealed_book_takes_its_seed(run: Any, tmp_path: Path) -> None:
    sealed = small_book().decide({"fee": None}).seal({"icb": "A", "trust": "B"}, "2016-03-31", accept_illustrative=True)
    sealed.write(tmp_path / "sealed.json")
    asked = ("stability", str(tmp_path / "sealed.json"), "--scenarios", "20", "--seeds", "5", "--seed", "sealed")
    code, out, err = run(*asked, "--json")
    assert code == 0 and "drawn from the seal" in err
    assert json.loads(out)["seeds"][0] == sealed.seed()


def test_backtest(run: Any, path: str, months: str, tmp_path: Path) -> None:
    asked = ("backtest", path, "--data", months, "--until", "2016-06", "--as-written", "--what", "visits")
    asked += ("--inputs", '{"score": ["0.5", "1"]}')
    files = ("--save", str(tmp_path / "b.openbook"), "--svg", str(tmp_path / "b.svg"))
    found = told(run(*asked, "--scenarios", "200", "--fan", "visits", *files, "--json"))
    assert (found["until"], found["fitted"]) == ("2016-06", False)
    assert [row["realised"] for row in found["periods"]] == [100.0] * 3
    assert [(row["band"], row["inside"]) for row in found["coverage"]] == [(0.5, 3), (0.8, 3), (0.9, 3)]
    assert again(run, tmp_path / "b.openbook") == found
    assert (tmp_path / "b.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "the fan, and what happened" in run(*asked, "--scenarios", "50")[1]


def test_break_even_of_two_terms(run: Any, path: str, tmp_path: Path) -> None:
    asked = ("break-even", path, "fee", "trust", "--target", "£150,000", "--step", "£1", "--high", "£9,000")
    vary = ("--vary", "price=£200", "--vary", "price=£220")
    found = told(run(*asked, *vary, "--save", str(tmp_path / "l"), "--svg", str(tmp_path / "l.svg"), "--json"))
    # 660 visits; 6 + 0.5 + 0.5 fees: (150,000 - 660 * 200) / 7 and (150,000 - 660 * 220) / 7.
    assert [row["second_above"] for row in found["found"]] == ["£2572", "£686"]
    assert again(run, tmp_path / "l") == found
    one = told(run(*asked, "--save", str(tmp_path / "one"), "--json"))
    assert again(run, tmp_path / "one") == one


def test_what_cannot_be_asked_is_one_clear_error(run: Any, path: str, months: str) -> None:
    frontier = ("frontier", path, "--party", "trust", "--scenarios", "10")
    for arguments, code, words in (
        (frontier, 2, "give several books, or one book with --vary"),
        (("frontier", path, "--vary", "fee=1"), 2, "say whose position"),
        ((*frontier, "--vary", "fee=£1", "--y", "kurtosis"), 2, "found 'kurtosis'"),
        ((*frontier, "--vary", "fee"), 2, "expected NAME=VALUE"),
        (("frontier", path, path, "--party", "trust"), 2, "named twice"),
        (("frontier", path, "--party", "nobody", "--vary", "fee=£1"), 3, "no party 'nobody'"),
        ((*frontier, "--vary", "fie=£1"), 3, "fie"),
        (("value-of-information", path, "--party", "trust"), 3, "expected at least two options"),
        (("stability", path, "--seeds", "2"), 2, "expected at least 5"),
        (("stability", path, "--levels", "much"), 2, "--levels: found 'much'"),
        (("stability", path, "--what", "nobody", "--scenarios", "10"), 3, "nobody"),
        (("backtest", path, "--until", "2016-06"), 2, "--data FILE"),
        (("backtest", path, "--data", months, "--until", "2016-06", "--as-at", "2016-08"), 2, "no --as-at"),
        (("backtest", path, "--data", months, "--until", "2017-06", "--as-written"), 4, "nothing to test"),
        (("break-even", path, "fee", "trust", "--vary", "price=1", "--vary", "other=2"), 2, "one other term"),
    ):
        found, out, err = run(*arguments)
        assert (found, out) == (code, ""), (arguments, err)
        assert words in err, (words, err)


def test_what_is_private_is_written_only_when_asked_for(run: Any, path: str, tmp_path: Path) -> None:
    layer = ob.Layer(party="trust", over=small_book(), beliefs={"visits": 120})
    layer.write(tmp_path / "layer.json")
    asked = ("stability", path, "--layer", str(tmp_path / "layer.json"), "--scenarios", "20", "--seeds", "5")
    for file in ("--save", "--svg"):
        code, _, err = run(*asked, file, str(tmp_path / "out"))
        assert code == 3 and "private" in err
        assert not (tmp_path / "out").exists()
        assert run(*asked, file, str(tmp_path / "out"), "--private")[0] == 0
        (tmp_path / "out").unlink()
