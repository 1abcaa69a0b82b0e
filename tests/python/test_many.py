"""Many books in one run: what is collected, what is kept, and what a run leaves in its folder."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openbook as ob
import pytest
from many_small import DATA, TOTAL, books, codes
from small import MONTHS, small_book

CSV = (
    "period,quantity,value\n"
    + "".join(f"{m},visits,100\n{m},other,10\n" for m in MONTHS)
    + "2016-04,score,0.5\n2016-07,score,1\n"
)


def open_reading(name: str) -> ob.Book:
    readings = [ob.Reading(name="a", words="x"), ob.Reading(name="b", words="y", overrides={"amount": "£2"})]
    clause = ob.Payment(id="p", amount="£1", readings=readings)
    return small_book(
        id=name,
        inputs=[],
        drivers=[],
        scenarios=[],
        contracts=[ob.Contract(id="c", payer="icb", payee="trust", clauses=[clause])],
    )


def term(run: ob.SettledMany, party: str = "trust") -> dict[str, Decimal]:
    wanted = {"party": party, "basis": "practised", "every": "term"}
    return {row["book"]: row["amount"] for row in run.positions if wanted.items() <= row.items()}


# -- books and data in every form -------------------------------------------------------------------------------------


def test_books_come_as_mapping_list_folder_or_files(tmp_path: Path) -> None:
    for name, book in books("b", "a").items():
        book.write(tmp_path / f"{name}.json")
    (tmp_path / ".hidden.json").write_text("{", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no book", encoding="utf-8")
    every: list[tuple[Any, list[str]]] = [
        (books("b", "a"), ["b", "a"]),
        (list(books("b", "a").values()), ["b", "a"]),
        (tmp_path, ["a", "b"]),
        (str(tmp_path), ["a", "b"]),
        ([tmp_path / "b.json", small_book(id="a")], ["b", "a"]),
        ({"b": tmp_path / "b.json", "a": small_book().to_json()}, ["b", "a"]),
    ]
    for form, names in every:
        run = ob.settle_many(form, {"a": DATA, "b": DATA})
        assert run.ok and run.exit_code == 0
        assert list(run.settlements) == names
        assert term(run) == {"a": TOTAL, "b": TOTAL}


def test_books_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(ob.BookError, match="2 books are called 'small'"):
        ob.settle_many([small_book(), small_book(title="Other")])
    with pytest.raises(ob.BookError, match="no books"):
        ob.settle_many([])
    with pytest.raises(ob.BookError, match="expected a book or the path of one"):
        ob.settle_many([small_book(), 7])  # type: ignore[list-item]


def test_data_come_as_mapping_folder_or_function(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CSV, encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps(DATA), encoding="utf-8")
    (tmp_path / "c").mkdir()
    head, *rows = CSV.splitlines(keepends=True)
    (tmp_path / "c" / "1.csv").write_text(head + "".join(rows[:7]), encoding="utf-8")
    (tmp_path / "c" / "2.csv").write_text(head + "".join(rows[7:]), encoding="utf-8")
    for form in (tmp_path, {"a": tmp_path / "a.csv", "b": DATA, "c": DATA}, lambda name: DATA):
        assert term(ob.settle_many(books("a", "b", "c"), form)) == dict.fromkeys("abc", TOTAL)


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "mapping", "csv", "two"])
def test_one_frame_for_all_books(kind: str, tmp_path: Path) -> None:
    rows = [
        {"contract": name, "period": month, "quantity": quantity, "value": float(value)}
        for name, visits in (("a", 100), ("b", 90))
        for month in MONTHS
        for quantity, value in (("visits", visits), ("other", 10))
    ]
    rows += [
        {"contract": n, "period": m, "quantity": "score", "value": v}
        for n in "ab"
        for m, v in (("2016-04", 0.5), ("2016-07", 1.0))
    ]
    columns = {key: [row[key] for row in rows] for key in rows[0]}
    frame: Any = columns
    if kind == "csv":
        frame = tmp_path / "all.csv"
        frame.write_text(
            "\n".join([",".join(columns), *(",".join(map(str, row.values())) for row in rows)]), encoding="utf-8"
        )
    elif kind == "two":
        frame = [
            {key: column[:13] for key, column in columns.items()},
            {key: column[13:] for key, column in columns.items()},
        ]
    elif kind == "pyarrow":
        frame = pytest.importorskip(kind).table(columns)
    elif kind != "mapping":
        frame = pytest.importorskip(kind).DataFrame(columns)
    run = ob.settle_many(books("a", "b"), frame, by="contract")
    assert codes(run) == []
    assert term(run) == {"a": TOTAL, "b": TOTAL - 6 * 10 * 200}


def test_wide_data_lose_the_column_that_named_the_book_unless_the_book_asks_for_it() -> None:
    wide = {"period": MONTHS * 2, "org": ["a"] * 6 + ["b"] * 6, "visits": [100] * 12, "other": [10] * 12}
    assert term(ob.settle_many(books("a", "b"), wide, by="org", plan=True)) == dict.fromkeys(
        "ab", 6 * 1000 + 6 * 110 * 200 + 1000
    )
    own = ob.Input(id="visits", unit="attendances", plan=100, data=ob.Source(column="n", where={"org": "a"}))
    asking = small_book(id="a", inputs=[own, *small_book().inputs[1:]])
    rows = {"period": MONTHS, "org": ["a"] * 6, "n": [90] * 6}
    assert term(ob.settle_many([asking], rows, by="org", plan=True)) == {"a": 6 * 1000 + 6 * 100 * 200 + 1000}


def test_what_no_book_claims_is_a_problem_of_the_run() -> None:
    wide = {
        "period": [*MONTHS, "2016-04", "2016-04"],
        "org": ["a"] * 6 + ["c", None],
        "visits": [100] * 8,
        "other": [10] * 8,
    }
    run = ob.settle_many(books("a"), wide, by="org", plan=True)
    assert codes(run) == [("c", "data", 4, "unknown-book"), ("", "data", 4, "unknown-book")]
    assert not run.ok and run.exit_code == 7
    assert list(run.settlements) == ["a"]
    assert ob.settle_many(books("a"), wide, by="org", plan=True, others="drop").ok
    mapped = ob.settle_many(books("acute"), {"acute": DATA, "accute": DATA})
    assert "did you mean 'acute'?" in mapped.errors["message"][0]


def test_data_without_owner_are_refused() -> None:
    frame = {"period": MONTHS, "visits": [100] * 6}
    with pytest.raises(ob.DataError, match="say by='column'"):
        ob.settle_many(books("a"), frame)
    with pytest.raises(ob.DataError, match="no column 'contact'; did you mean 'contract'"):
        ob.settle_many(books("a"), {**frame, "contract": ["a"] * 6}, by="contact")
    with pytest.raises(ob.DataError, match="no such file"):
        ob.settle_many(books("a"), "no_such_folder")


# -- failures ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(tmp_path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    (tmp_path / "latin.csv").write_bytes(CSV.replace("visits", "visité").encode("utf-16")[:41])
    given: dict[str, Any] = {
        "good": small_book(),
        "broken": tmp_path / "broken.json",
        "absent": tmp_path / "absent.json",
        "no_data": small_book(),
        "negative": small_book(),
        "no_file": small_book(),
        "latin": small_book(),
        "open": open_reading("open"),
        "limit": small_book(),
        "last": small_book(),
    }
    data: dict[str, Any] = {name: DATA for name in given if name != "no_data"} | {
        "negative": DATA | {"visits": [100, -1, 100, 100, 100, -2]},
        "no_file": tmp_path / "no_file.csv",
        "latin": tmp_path / "latin.csv",
        "open": None,
    }
    return given, data


def test_every_failure_is_collected_and_no_other_book_is_lost(mixed: tuple[dict[str, Any], dict[str, Any]]) -> None:
    run = ob.settle_many(*mixed, each={"limit": {"dispute_limit": 0}})
    assert codes(run) == [
        ("broken", "book", 3, "malformed"),
        ("absent", "book", 3, "unreadable-file"),
        ("no_data", "data", 4, "missing-data"),
        ("negative", "data", 4, "negative"),
        ("negative", "data", 4, "negative"),
        ("no_file", "data", 4, "unreadable-file"),
        ("latin", "data", 4, "unreadable-file"),
        ("open", "reading", 5, run.errors.where(book="open")["code"][0]),
        ("limit", "limit", 6, "out-of-range"),
    ]
    assert "found -2" in run.errors.where(book="negative")["message"][1]
    assert run.errors.where(book="no_file")["path"][0].endswith("no_file.csv")
    assert term(run) == {"good": TOTAL, "last": TOTAL}
    assert [row["status"] for row in run.summary()] == ["settled"] + ["failed"] * 8 + ["settled"]
    assert run.exit_code == ob.ExitCode.INCOMPLETE
    with pytest.raises(ob.IncompleteError, match="8 of 10 books failed") as raised:
        run.raise_if_failed()
    assert raised.value.exit_code == 7
    assert [p.where.split(",")[0] for p in raised.value.problems][:3] == [
        "book 'broken'",
        "book 'absent'",
        "book 'no_data'",
    ]
    with pytest.raises(ob.BookError, match="'broken' failed"):
        run.books[1].result()
    ob.settle_many(books("a"), {"a": DATA}).raise_if_failed()


def test_raising_is_in_the_order_of_the_books_whatever_fails_first(
    mixed: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    given, data = mixed
    for workers in (1, 4):
        with pytest.raises(ob.DataError, match="book 'negative'") as raised:
            ob.settle_many(
                {n: given[n] for n in ("good", "negative", "broken")},
                {n: data[n] for n in ("good", "negative", "broken")},
                on_error="raise",
                workers=workers,
            )
        assert len(raised.value.problems) == 2
        with pytest.raises(ob.ReadingError, match="book 'open'"):
            ob.settle_many({"open": given["open"], "broken": given["broken"]}, on_error="raise", workers=workers)


def test_a_loader_may_fail_but_not_run_out_of_memory() -> None:
    def load(name: str) -> Any:
        if name == "b":
            raise KeyError("no table contract_b")
        return DATA

    run = ob.settle_many(books("a", "b", "c"), load)
    assert codes(run) == [("b", "data", 4, "not-loaded")]
    assert "KeyError" in run.errors["message"][0]
    assert term(run) == {"a": TOTAL, "c": TOTAL}

    def exhausted(name: str) -> Any:
        raise MemoryError

    with pytest.raises(MemoryError):
        ob.settle_many(books("a"), exhausted)


def test_wrong_arguments_are_no_failures_of_books() -> None:
    with pytest.raises(TypeError, match=r"no option 'as_att'; did you mean 'as_at'"):
        ob.settle_many(books("a"), {"a": DATA}, as_att="2016-05")
    with pytest.raises(TypeError, match="no option 'reading'"):
        ob.settle_many(books("a"), {"a": DATA}, each={"a": {"reading": {}}})
    with pytest.raises(ob.BookError, match="'aa' names none of the books; did you mean 'a'"):
        ob.settle_many(books("a"), {"a": DATA}, each={"aa": {}})
    with pytest.raises(ValueError, match="on_error: found 'ignore', expected 'collect' or 'raise'"):
        ob.settle_many(books("a"), {"a": DATA}, on_error="ignore")  # type: ignore[arg-type]
    with pytest.raises(ob.LimitError, match="threads"):
        ob.settle_many(books("a"), {"a": DATA}, workers=0)


def test_options_hold_for_all_books_or_for_one() -> None:
    run = ob.settle_many(books("a", "b"), {"a": DATA, "b": DATA}, as_at="2016-06", each={"b": {"as_at": "2016-04"}})
    assert [row["as_at"] for row in run.summary()] == ["2016-06", "2016-04"]
    # The quarter has not fallen due by April: a third of £500 is accrued.
    assert term(run) == {"a": 3 * 1000 + 3 * 110 * 200 + 500, "b": 1000 + 110 * 200 + Decimal("166.67")}


# -- how it runs ------------------------------------------------------------------------------------------------------


def test_results_are_the_same_whatever_the_workers(
    mixed: tuple[dict[str, Any], dict[str, Any]], tmp_path: Path
) -> None:
    runs = {n: ob.settle_many(*mixed, workers=n, posted={}, out=tmp_path / str(n)) for n in (1, 2, 7)}
    files = {n: {p.name: p.read_bytes() for p in (tmp_path / str(n)).iterdir()} for n in runs}
    assert set(files[1]) == {
        "run.json",
        "run.csv",
        "errors.csv",
        "to_post.csv",
        "good.openbook",
        "last.openbook",
        "limit.openbook",
    }
    assert files[1] == files[2] == files[7]
    read = ob.SettledMany.read(tmp_path / "1")
    for table in ("positions", "ledger", "to_post", "errors", "totals"):
        assert getattr(runs[1], table) == getattr(runs[7], table) == getattr(read, table)
    assert runs[1].summary() == read.summary()
    assert runs[1].exit_code == read.exit_code == 7


def test_data_are_loaded_in_the_calling_thread_shortly_before_they_are_used() -> None:
    loaded: list[str] = []
    ahead: list[int] = []

    def load(name: str) -> Any:
        assert threading.current_thread() is threading.main_thread()
        loaded.append(name)
        return DATA

    names = [f"b{k:02d}" for k in range(20)]
    run = ob.settle_many(books(*names), load, workers=2, progress=lambda done, total: ahead.append(len(loaded) - done))
    assert run.ok and loaded == names
    assert len(ahead) == 20 and max(ahead) <= 4


def test_an_interruption_leaves_whole_files_and_running_again_completes_them(tmp_path: Path) -> None:
    names = [f"b{k:02d}" for k in range(12)]
    data = dict.fromkeys(names, DATA)

    def interrupt(done: int, total: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ob.settle_many(books(*names), data, posted={}, out=tmp_path / "run", progress=interrupt, workers=2)
    kept = sorted((tmp_path / "run").glob("*.openbook"))
    assert len(kept) >= 5
    assert all(ob.Settlement.read(path).position("trust") == TOTAL for path in kept)
    assert json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))["status"] == "running"
    with pytest.raises(ob.DataError, match="did not finish"):
        ob.settle_many(books(*names), data, posted=tmp_path / "run")
    with pytest.raises(ob.DataError, match="did not finish"):
        ob.SettledMany.read(tmp_path / "run")
    # Nothing of an unfinished run was posted: it is run again, and leaves what an undisturbed run leaves.
    again = ob.settle_many(books(*names), data, posted={}, out=tmp_path / "run")
    assert len(again.to_post) == 12 * 14
    ob.settle_many(books(*names), data, posted={}, out=tmp_path / "undisturbed")
    assert {p.name: p.read_bytes() for p in (tmp_path / "run").iterdir()} == {
        p.name: p.read_bytes() for p in (tmp_path / "undisturbed").iterdir()
    }
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("openbook")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_killed_run_leaves_whole_files_and_running_again_completes_them(tmp_path: Path) -> None:
    (tmp_path / "books").mkdir()
    for name, book in books("a", "b", "d").items():
        book.write(tmp_path / "books" / f"{name}.json")
    os.mkfifo(tmp_path / "books" / "c.json")  # where reading waits for ever
    command = [
        sys.executable,
        "-m",
        "openbook",
        "settle-many",
        "books",
        "--plan",
        "--first",
        "--out",
        "run",
        "--workers",
        "1",
    ]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        patience = time.monotonic() + 60
        while not (tmp_path / "run" / "b.openbook").exists():
            assert process.poll() is None and time.monotonic() < patience
            time.sleep(0.02)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert sorted(p.name for p in (tmp_path / "run").iterdir()) == ["a.openbook", "b.openbook", "run.json"]
    assert ob.Settlement.read(tmp_path / "run" / "b.openbook").book.id == "b"
    os.unlink(tmp_path / "books" / "c.json")
    small_book(id="c").write(tmp_path / "books" / "c.json")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "4 of 4 books settled" in done.stdout
    assert len(ob.SettledMany.read(tmp_path / "run").to_post) == 4 * 14


# -- what is kept -----------------------------------------------------------------------------------------------------


def test_what_is_kept_is_what_was_asked_for(tmp_path: Path) -> None:
    full = ob.settle_many(books("a", "b"), {"a": DATA, "b": DATA}, posted={})
    ledger = ob.settle_many(books("a", "b"), {"a": DATA, "b": DATA}, posted={}, keep="ledger")
    positions = ob.settle_many(books("a", "b"), {"a": DATA, "b": DATA}, posted={}, keep="positions")
    saved = ob.settle_many(books("a", "b"), {"a": DATA, "b": DATA}, posted={}, keep="positions", out=tmp_path / "run")
    read = ob.SettledMany.read(tmp_path / "run")
    for run in (ledger, positions, saved, read):
        assert run.positions == full.positions
        assert run.summary() == full.summary()
    for run in (ledger, saved, read):
        assert run.ledger == full.ledger
        assert run.to_post == full.to_post
    for run in (saved, read):
        assert run.settlements["a"] == full.settlements["a"]
        assert dict(run.settlements) == dict(full.settlements)
    with pytest.raises(ob.BookError, match="was not kept; settle with keep='all'"):
        positions.ledger  # noqa: B018
    with pytest.raises(ob.BookError, match="was not kept"):
        ledger.settlements["a"]
    with pytest.raises(KeyError):
        full.settlements["c"]


def test_tables_of_all_books_become_frames() -> None:
    run = ob.settle_many(books("a", "b"), {"a": DATA, "b": DATA})
    frame = run.ledger.to_arrow()
    assert frame.column_names[0] == "book"
    assert frame.num_rows == 2 * 28
    assert str(frame.schema.field("amount").type) == "decimal128(18, 2)"
    payments = run.ledger.where(basis="practised").to_pandas()
    assert payments.groupby("book")["amount"].sum().to_dict() == {"a": TOTAL, "b": TOTAL}
    totals = {row["party"]: (row["practised"], row["difference"]) for row in run.totals}
    assert totals == {"icb": (-2 * TOTAL, 0), "trust": (2 * TOTAL, 0)}


def test_a_run_is_a_value_that_shows_itself() -> None:
    run = ob.settle_many({"a": small_book(), "bad": {"format": 1}}, {"a": DATA}, plan=True)
    again = pickle.loads(pickle.dumps(run))
    assert again == run
    assert again.positions == run.positions
    with pytest.raises(AttributeError):
        run.books = ()  # type: ignore[misc]
    text, page = repr(run), run._repr_html_()
    for words in ("1 of 2 books settled", "139,500.00", "missing"):
        assert words in text and words in page
    content = json.loads(run.to_json())
    assert [book["status"] for book in content["books"]] == ["settled", "failed"]
    assert content["books"][0]["payments"] == "139500.00"
    assert content["exit_code"] == 7
