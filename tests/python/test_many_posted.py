"""Many books night after night: a rerun posts nothing, and what was posted is what is due."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import openbook as ob
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from many_small import DATA, TOTAL, books, codes
from openbook.cli import main
from small import MONTHS, small_book

EXAMPLES = int(os.environ.get("OPENBOOK_TEST_EXAMPLES", "12"))

REVISED = DATA | {"visits": [101, 100, 100, 100, 100, 100]}


def test_a_rerun_posts_nothing_and_revised_data_post_differences(tmp_path: Path) -> None:
    data = {"a": DATA, "b": DATA}
    first = ob.settle_many(books("a", "b"), data, posted={}, out=tmp_path / "1")
    assert first.to_post["amount"] == first.ledger.where(basis="practised")["amount"]
    rows = first.to_post.where(book="a")
    (tmp_path / "saved").mkdir()
    for name, settlement in first.settlements.items():
        settlement.save(tmp_path / "saved" / f"{name}.openbook")
    forms: list[Any] = [first, tmp_path / "1", str(tmp_path / "1"), tmp_path / "saved", dict(first.settlements)]
    forms += [{"a": rows, "b": first.settlements["b"].to_post}, {"a": list(rows), "b": tmp_path / "1" / "b.openbook"}]
    for posted in forms:
        assert len(ob.settle_many(books("a", "b"), data, posted=posted).to_post) == 0
        (row,) = ob.settle_many(books("a", "b"), {"a": REVISED, "b": DATA}, posted=posted).to_post
        assert (row["book"], row["kind"], row["amount"]) == ("a", "difference", 200)


def test_differences_of_later_runs_have_names_of_their_own() -> None:
    run = ob.settle_many(books("a"), {"a": DATA}, posted={})
    ledger = list(run.to_post)
    for data, amount in ((REVISED, 200), (DATA, -200), (REVISED, 200)):
        run = ob.settle_many(books("a"), {"a": data}, posted=run)
        assert run.to_post["amount"] == (amount,)
        ledger += run.to_post
    assert len({row["id"] for row in ledger}) == len(ledger)
    assert sum(row["amount"] for row in ledger) == TOTAL + 200
    # The ledger as a whole says the same as the chain of runs.
    assert len(ob.settle_many(books("a"), {"a": REVISED}, posted={"a": ledger}).to_post) == 0


def test_a_book_that_failed_is_not_posted_twice(tmp_path: Path) -> None:
    both = books("a", "b")
    ob.settle_many(both, {"a": DATA, "b": DATA}, as_at="2016-04", posted={}, out=tmp_path / "1")
    # In the second and third run b has no data: what stands posted of it goes from run to run.
    failed = {
        n: ob.settle_many(both, {"a": DATA}, as_at="2016-05", posted=tmp_path / str(n - 1), out=tmp_path / str(n))
        for n in (2, 3)
    }
    assert [len(run.errors) for run in failed.values()] == [1, 1]
    assert not (tmp_path / "3" / "b.openbook").exists()
    for posted in (tmp_path / "3", failed[3]):
        run = ob.settle_many(both, {"a": DATA, "b": DATA}, as_at="2016-05", posted=posted)
        assert {(row["book"], row["service_from"], row["clause"], row["amount"]) for row in run.to_post} == {
            ("b", "2016-05", "standing", 1000),
            ("b", "2016-05", "by_visit", 110 * 200),
        }


def test_a_book_whose_posted_result_is_lost_is_not_posted_at_all(tmp_path: Path) -> None:
    both, data = books("a", "b"), {"a": DATA, "b": DATA}
    ob.settle_many(both, data, posted={}, out=tmp_path / "1")
    (tmp_path / "1" / "a.openbook").unlink()
    (tmp_path / "1" / "b.openbook").write_text('{"format": "openbook-settlement-1"}', encoding="utf-8")
    second = ob.settle_many(both, data, posted=tmp_path / "1", out=tmp_path / "2")
    assert [(row["book"], row["kind"]) for row in second.errors] == [("a", "data"), ("b", "data")]
    third = ob.settle_many(both, data, posted=tmp_path / "2")
    assert [(row["book"], row["code"]) for row in third.errors] == [("a", "posted-unknown"), ("b", "posted-unknown")]
    assert len(third.to_post) == 0


def test_folders_of_runs_are_not_written_over(tmp_path: Path) -> None:
    run = {"data": {"a": DATA}, "out": tmp_path / "1"}
    ob.settle_many(books("a"), posted={}, **run)
    with pytest.raises(ob.DataError, match="holds a finished run"):
        ob.settle_many(books("a"), posted={}, **run)
    with pytest.raises(ob.DataError, match="out is posted"):
        ob.settle_many(books("a"), posted=str(tmp_path / "1"), **run)
    with pytest.raises(ob.DataError, match="no such folder; where nothing was posted yet"):
        ob.settle_many(books("a"), {"a": DATA}, posted=tmp_path / "0")
    with pytest.raises(ob.DataError, match="expected a folder, a mapping"):
        ob.settle_many(books("a"), {"a": DATA}, posted=7)
    (tmp_path / "2").mkdir()
    (tmp_path / "2" / "run.json").write_text('{"format": "other"}', encoding="utf-8")
    with pytest.raises(ob.DataError, match="openbook-run-1"):
        ob.settle_many(books("a"), {"a": DATA}, posted=tmp_path / "2")
    for damaged in (
        "{",
        '{"format": "openbook-run-1", "status": "done"}',
        '{"format": "openbook-run-1", "status": "done", "books": [1], "others": []}',
    ):
        (tmp_path / "2" / "run.json").write_text(damaged, encoding="utf-8")
        with pytest.raises(ob.DataError, match="run"):
            ob.settle_many(books("a"), {"a": DATA}, posted=tmp_path / "2")
    with pytest.raises(ob.BookError, match="'a/b' cannot name a file"):
        ob.settle_many({"a/b": small_book(), "..": small_book()}, plan=True, out=tmp_path / "3")
    # A run that posts nothing may be written again; a book that now fails leaves no older result behind.
    for data, there in (({"a": DATA}, True), ({}, False), ({"a": DATA}, True)):
        ob.settle_many(books("a"), data, out=tmp_path / "4")
        assert (tmp_path / "4" / "a.openbook").exists() is there
        assert not (tmp_path / "4" / "to_post.csv").exists()


def test_posted_results_without_a_book_are_a_problem(tmp_path: Path) -> None:
    data = {"a": DATA, "b": DATA}
    first = ob.settle_many(books("a", "b"), data, posted={})
    run = ob.settle_many(books("a", "c"), {"a": DATA, "c": DATA}, posted=first)
    assert codes(run) == [("b", "data", 4, "unknown-book")]
    assert len(run.to_post) == 14


# -- the command line -------------------------------------------------------------------------------------------------


def test_the_command_line_settles_many(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, book in books("a", "b").items():
        book.write(tmp_path / f"{name}.json")
    (tmp_path / "data.csv").write_text(
        "org,period,visits,other\n" + "".join(f"{n},{m},100,10\n" for m in MONTHS for n in "abc"), encoding="utf-8"
    )
    (tmp_path / "options.json").write_text('{"b": {"as_at": "2016-05"}}', encoding="utf-8")
    (tmp_path / "wrong.json").write_text('["b"]', encoding="utf-8")

    def call(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            main(["settle-many", *words, "--out", str(tmp_path / "out"), "--plan"])
        printed = capsys.readouterr()
        return int(stop.value.code or 0), printed.out, printed.err

    files = (str(tmp_path / "a.json"), str(tmp_path / "b.json"), "acute_contract")
    data = ("--data", str(tmp_path / "data.csv"), "--by", "org")
    code, out, err = call(*files, *data, "--others", "drop", "--options", str(tmp_path / "options.json"), "--json")
    assert (code, err) == (7, "")
    content = json.loads(out)
    assert [(book["book"], book["status"], book["as_at"]) for book in content["books"]] == [
        ("a", "settled", None),
        ("b", "settled", "2016-05"),
        ("acute_contract", "failed", None),
    ]
    assert [error["code"] for error in content["errors"]] == ["missing-data"]
    assert not (tmp_path / "out" / "to_post.csv").exists()
    code, out, _ = call(*files[:2], *data)
    assert code == 7 and "'c' names none of the books" in out and "2 of 2 books settled" in out
    assert call(*files[:2], "--first", "--posted", "x")[0] == 2
    assert call("no_such_folder")[0] == 3
    assert call(*files[:2], "--options", str(tmp_path / "wrong.json"))[0] == 4
    assert call(*files[:2], "--data", str(tmp_path / "none"))[0] == 4
    assert call(files[0], files[0])[0] == 3


nights = st.lists(
    st.tuples(
        st.sampled_from(MONTHS),  # settled to
        st.lists(st.integers(0, 200), min_size=6, max_size=6),  # visits as known that night
        st.sampled_from(["£1,000", "£1,200.01"]),  # the fee as varied
        st.booleans(),  # whether the contract has its clause on quality
        st.sets(st.sampled_from("ab")),  # books without data
        st.booleans(),  # whether the night goes on from the folder or from memory
    ),
    max_size=5,
)


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(nights)
def test_whatever_happened_what_was_posted_is_what_is_due(
    tmp_path_factory: pytest.TempPathFactory, nights: list[Any]
) -> None:
    folder = tmp_path_factory.mktemp("nights")
    last: Any = {}
    ledger: list[dict[str, Any]] = []
    # The last night is a good one: everything known, nothing missing.
    for night, (as_at, visits, fee, quality, failing, on_disk) in enumerate(
        [*nights, (MONTHS[-1], [100] * 6, "£1,000", True, set(), False)]
    ):
        both = {}
        for name, book in books("a", "b").items():
            (contract,) = book.contracts
            clauses = contract.clauses if quality else contract.clauses[:2]
            both[name] = book.replace(contracts=[contract.replace(clauses=clauses)]).with_("fee", fee)
        data = {name: DATA | {"visits": visits} for name in "ab" if name not in failing}
        out = folder / str(night)
        run = ob.settle_many(both, data, as_at=as_at, posted=last, out=out)
        assert {row["book"] for row in run.errors} == failing
        ledger += run.to_post
        last = out if on_disk else run
        assert len(ob.settle_many(both, data, as_at=as_at, posted=last).to_post) == 0
    assert len({row["id"] for row in ledger}) == len(ledger)
    for name in "ab":
        assert sum(row["amount"] for row in ledger if row["book"] == name) == TOTAL
