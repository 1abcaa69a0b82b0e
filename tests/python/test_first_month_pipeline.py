"""An engineer's first months: fifty contracts settled every night through files and the command line.

Data come late, a month is revised, a book is broken among fifty, a file is missing, a run is interrupted and repeated;
and in the end what was posted is what the contracts come to, to the penny.
"""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import openbook as ob
import pytest
from openbook.cli import main
from small import MONTHS, small_book

NAMES = [f"contract_{k:02d}" for k in range(1, 51)]
PENNY = Decimal("0.01")


def number(name: str) -> int:
    return int(name[-2:])


def price(name: str) -> Decimal:
    return 200 + Decimal(number(name)) / 4


def fee(name: str) -> int:
    return 1000 + 10 * number(name)


def contract(name: str) -> ob.Book:
    """A small contract of its own price and fee."""
    book = small_book(id=name, title=f"Contract {number(name)}", scenarios=[], drivers=[])
    return book.with_all({"price": price(name), "fee": f"£{fee(name):,}"})


class Warehouse:
    """The monthly figures of every contract, and the files that a pipeline finds each night."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        draw = random.Random(20160401)
        self.visits = {name: [draw.randint(80, 120) for _ in MONTHS] for name in NAMES}
        self.other = {name: [draw.randint(0, 20) for _ in MONTHS] for name in NAMES}
        self.score = {name: [Decimal(draw.randint(0, 100)) / 100 for _ in range(2)] for name in NAMES}
        (folder / "books").mkdir(parents=True)
        for name in NAMES:
            contract(name).write(folder / "books" / f"{name}.json")

    def extract(self, months: int, *, late: tuple[str, ...] = (), missing: tuple[str, ...] = ()) -> None:
        """Write one CSV file per contract with the months so far; those of `late` lack the last one."""
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        (self.folder / "data").mkdir()
        for name in NAMES:
            if name in missing:
                continue
            rows = ["period,visits,other,score"]
            for k in range(months - (name in late)):
                score = self.score[name][k // 3] if k % 3 == 0 else ""
                rows.append(f"{MONTHS[k]},{self.visits[name][k]},{self.other[name][k]},{score}")
            (self.folder / "data" / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")

    def due(self, name: str, months: int) -> Decimal:
        """What a contract comes to by hand: a fee a month, a price per visit, and a share of the fee per quarter."""
        visits = sum(self.visits[name][:months]) + sum(self.other[name][:months])
        quality = [(fee(name) * score).quantize(PENNY, ROUND_HALF_UP) for score in self.score[name][: months // 3]]
        monthly = sum(
            (
                ((self.visits[name][k] + self.other[name][k]) * price(name)).quantize(PENNY, ROUND_HALF_UP)
                for k in range(months)
            ),
            Decimal(0),
        )
        assert monthly == visits * price(name)  # quarters of a pound times whole visits need no rounding
        return months * fee(name) + monthly + sum(quality, Decimal(0))


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path)


@pytest.fixture
def night(warehouse: Warehouse, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run ``openbook settle-many`` as the scheduler would; gives exit code and what it printed as JSON."""

    def run(out: str, *options: str) -> tuple[int, dict[str, Any]]:
        folder = warehouse.folder
        words = [
            str(folder / "books"),
            "--data",
            str(folder / "data"),
            "--out",
            str(folder / out),
            "--json",
            "--no-disputes",
        ]
        with pytest.raises(SystemExit) as stop:
            main(["settle-many", *words, *options])
        return int(stop.value.code or 0), json.loads(capsys.readouterr().out or "{}")

    return run


def posted(folder: Path) -> list[dict[str, str]]:
    """The entries that a run gave to be posted."""
    with (folder / "to_post.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_book(rows: list[dict[str, str]]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row["book"]] += Decimal(row["amount"])
    return dict(sums)


def failed(printed: dict[str, Any]) -> dict[str, str]:
    return {row["book"]: row["code"] for row in printed["errors"]}


def test_six_months_of_nightly_runs(warehouse: Warehouse, night: Any) -> None:
    folder = warehouse.folder
    runs: list[str] = []

    def to(name: str) -> str:
        runs.append(name)
        return name

    def before() -> tuple[str, str]:
        return "--posted", str(folder / runs[-1])

    # April. All fifty, nothing posted before: fee, visits, and no quarter that has ended.
    warehouse.extract(1)
    code, printed = night(to("april"), "--first", "--as-at", "2016-04")
    assert (code, printed["ok"]) == (0, True)
    april = posted(folder / "april")
    assert by_book(april) == {name: warehouse.due(name, 1) for name in NAMES}
    assert {row["kind"] for row in april} == {"payment"}

    # The same again: nothing to post.
    previous = before()
    code, printed = night(to("april_again"), *previous, "--as-at", "2016-04")
    assert (code, posted(folder / "april_again")) == (0, [])
    assert {book["to_post"] for book in printed["books"]} == {0}

    # May. Two contracts are late; for one of them the night is told so. One book is broken, one file is missing.
    late, told, broken, missing = "contract_03", "contract_07", "contract_11", "contract_20"
    warehouse.extract(2, late=(late, told), missing=(missing,))
    (folder / "books" / f"{broken}.json").write_text(contract(broken).to_json()[:-20], encoding="utf-8")
    (folder / "options.json").write_text(json.dumps({told: {"as_at": "2016-04"}}), encoding="utf-8")
    previous = before()
    may = (*previous, "--as-at", "2016-05", "--options", str(folder / "options.json"))
    code, printed = night(to("may"), *may)
    assert code == 7
    assert failed(printed) == {late: "missing-month", broken: "malformed", missing: "missing-data"}
    rows = by_book(posted(folder / "may"))
    on_time = set(NAMES) - {late, told, broken, missing}
    assert rows == {name: warehouse.due(name, 2) - warehouse.due(name, 1) for name in on_time}
    assert {book["as_at"] for book in printed["books"] if book["book"] == told} == {"2016-04"}
    with (folder / "may" / "errors.csv").open(encoding="utf-8", newline="") as file:
        assert {row["book"]: row["exit_code"] for row in csv.DictReader(file)} == {late: "4", broken: "3", missing: "4"}
    assert not (folder / "may" / f"{broken}.openbook").exists()

    # A night that is told to stop at the first failure says which it was.
    code, _ = night("may_strict", *may, "--on-error", "raise")
    assert code == 4
    assert not (folder / "may_strict" / "run.csv").exists()

    # The same night again: the failures are still there, nothing is posted twice.
    previous = before()
    code, printed = night(to("may_again"), *previous, "--as-at", "2016-05", "--options", str(folder / "options.json"))
    assert (code, posted(folder / "may_again")) == (7, [])
    assert set(failed(printed)) == {late, broken, missing}

    # The book is repaired, the data have come: the rest is posted, and only the rest. Through a process of its own.
    contract(broken).write(folder / "books" / f"{broken}.json")
    warehouse.extract(2)
    words = [
        "books",
        "--data",
        "data",
        "--posted",
        runs[-1],
        "--as-at",
        "2016-05",
        "--out",
        to("may_complete"),
        "--json",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "openbook", "-v", "--log-format", "json", "settle-many", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert by_book(posted(folder / "may_complete")) == {
        name: warehouse.due(name, 2) - warehouse.due(name, 1) for name in (late, told, broken, missing)
    }
    told_of = Counter(json.loads(line)["event"] for line in done.stderr.splitlines())
    assert told_of["settled"] == told_of["data read"] == 50
    assert told_of["settled many"] == 1

    # June, with April revised for one contract: three visits more, at its price.
    revised = "contract_05"
    warehouse.visits[revised][0] += 3
    warehouse.extract(3)
    previous = before()
    code, _ = night(to("june"), *previous, "--as-at", "2016-06")
    assert code == 0
    differences = [row for row in posted(folder / "june") if row["kind"] == "difference"]
    first = f"{revised}:by_visit:activity:icb>trust:2016-04"
    # 3 visits at £201.25
    assert [(r["book"], r["id"], r["service_from"], r["posting"], r["amount"]) for r in differences] == [
        (revised, f"{first}~1", "2016-04", "2016-06", "603.75")
    ]

    # July. April is revised again, two visits less; the second difference has a name of its own.
    warehouse.visits[revised][0] -= 2
    warehouse.extract(4)
    previous = before()
    code, _ = night(to("july"), *previous, "--as-at", "2016-07")
    differences = [row for row in posted(folder / "july") if row["kind"] == "difference"]
    assert (code, [(r["id"], r["amount"]) for r in differences]) == (0, [(f"{first}~2", "-402.50")])

    # August is lost as a whole; September posts both months.
    warehouse.extract(4)
    previous = before()
    code, printed = night(to("august"), *previous, "--as-at", "2016-08")
    assert (code, len(failed(printed)), posted(folder / "august")) == (7, 50, [])
    warehouse.extract(6)
    previous = before()
    code, printed = night(to("september"), *previous, "--as-at", "2016-09")
    assert (code, printed["ok"]) == (0, True)

    # What was posted, run by run, is what each contract comes to when it is settled once at the end.
    everything = [row for run in runs for row in posted(folder / run)]
    ids = Counter(row["id"] for row in everything)
    assert set(ids.values()) == {1}
    assert by_book(everything) == {name: warehouse.due(name, 6) for name in NAMES}
    for name in NAMES:
        full = ob.read_book(folder / "books" / f"{name}.json").settle(folder / "data" / f"{name}.csv")
        assert full.position("trust") == warehouse.due(name, 6)
        entries: dict[str, Decimal] = defaultdict(Decimal)
        for row in everything:
            if row["book"] == name:
                entries[row["id"].partition("~")[0]] += Decimal(row["amount"])
        assert {row["id"]: row["amount"] for row in full.payments} == entries
    last = ob.SettledMany.read(folder / "september")
    assert {row["party"]: row["practised"] for row in last.totals}["icb"] == -sum(
        warehouse.due(name, 6) for name in NAMES
    )


def test_an_interrupted_night_is_run_again(warehouse: Warehouse, night: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = warehouse.folder
    warehouse.extract(1)
    night("april", "--first", "--as-at", "2016-04")
    warehouse.extract(2)
    may = ("--posted", str(folder / "april"), "--as-at", "2016-05")

    # The machine goes down while the thirtieth result is being written.
    written: list[str] = []
    replace = os.replace

    def fail(source: Any, target: Any) -> None:
        if str(target).endswith(".openbook"):
            written.append(str(target))
            if len(written) == 30:
                raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr(os, "replace", fail)
    assert night("may", *may)[0] == 130
    monkeypatch.undo()
    left = {path.name for path in (folder / "may").iterdir()}
    assert "run.csv" not in left and "to_post.csv" not in left
    kept = sorted(path for path in (folder / "may").iterdir() if path.suffix == ".openbook")
    assert 20 <= len(kept) < 50
    for path in kept:
        assert ob.Settlement.read(path).position("trust") >= warehouse.due(path.stem, 2)  # accruals come on top
    # It is no night to go on from, but it can be run again, as if nothing had happened.
    warehouse.extract(3)
    assert night("june", "--posted", str(folder / "may"), "--as-at", "2016-06")[0] == 4
    warehouse.extract(2)
    assert night("may", *may)[0] == 0
    assert by_book(posted(folder / "may")) == {name: warehouse.due(name, 2) - warehouse.due(name, 1) for name in NAMES}
    assert night("undisturbed", *may)[0] == 0
    assert {p.name: p.read_bytes() for p in (folder / "may").iterdir()} == {
        p.name: p.read_bytes() for p in (folder / "undisturbed").iterdir()
    }
    # Once finished it is not written over.
    assert night("may", *may)[0] == 4
