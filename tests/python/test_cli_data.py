"""The command line on data: needs, load, options of reading, and the exit code of an incomplete result."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import openbook as ob
import pytest
from small import MONTHS, small_book

SCORE = json.dumps({"score": ["0.5", "1"]})


@pytest.fixture
def book(tmp_path: Path) -> str:
    small_book().write(tmp_path / "book.json")
    return str(tmp_path / "book.json")


def activity(path: Path, *, heading: str = "Month,type,Attendances", more: str = "") -> str:
    lines = [heading, *(f"{m},{kind},{n}" for m in MONTHS for kind, n in (("1", 100), ("other", 10)))]
    path.write_text("\n".join(lines) + "\n" + more, encoding="utf-8")
    return str(path)


RENAMED = ("--columns", "Month=period", "--columns", "Attendances=attendances", "--inputs", SCORE)


def test_needs_and_templates(run: Any, book: str, tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    code, out, _ = run("needs", book)
    assert code == 0
    assert "attendances" in out and "type = 1" in out and "2016-04 to 2016-09" in out
    rows = json.loads(run("needs", book, "--period", "2016-04 to 2016-06", "--json")[1])
    assert [row["months"] for row in rows] == ["2016-04 to 2016-06", "2016-04 to 2016-06", "2016-04"]
    for kind in ("xlsx", "csv"):
        path = tmp_path / f"t.{kind}"
        assert run("needs", book, "--template", str(path))[1].strip() == str(path)
        assert path.stat().st_size > 500
    assert run("needs", book, "--period", "FY16")[0] == 3
    code, _, err = run("needs", book, "--template", str(tmp_path / "t.ods"))
    assert code == 2 and "expected a path ending in .xlsx or .csv" in err


def test_load_prints_the_receipt(run: Any, book: str, tmp_path: Path) -> None:
    data = activity(tmp_path / "d.csv")
    code, out, err = run("load", book, "--data", data, *RENAMED)
    assert (code, err) == (0, "")
    assert out.startswith("3 inputs, 14 values; cells: 14 in = 14 used + 0 excluded + 0 suspended")
    assert "Receipt" not in out
    code, out, _ = run("load", book, "--data", data, *RENAMED, "--receipt")
    assert "Receipt" in out and "d.csv" in out and "660" in out
    shown = json.loads(run("load", book, "--data", data, *RENAMED, "--receipt", "--json")[1])
    assert shown["inputs"]["visits"] == ["100"] * 6
    assert [row["rows"] for row in shown["receipt"] if row["part"] == "used"] == [12, 2]


def test_load_writes_all_faults(run: Any, book: str, tmp_path: Path) -> None:
    data = activity(tmp_path / "d.csv", more="2016-05,1,many\n2016-06,1,=1+1\n")
    faults = tmp_path / "faults.csv"
    code, out, err = run("load", book, "--data", data, *RENAMED, "--faults", str(faults))
    assert (code, out) == (4, "")
    assert "found the text 'many'" in err
    with faults.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["code"], row["row"], row["value"]) for row in rows] == [
        ("not-a-number", "14", "many"),
        ("not-a-number", "15", "'=1+1"),
    ]


def test_rows_that_cannot_be_placed_exit_with_seven(run: Any, book: str, tmp_path: Path) -> None:
    codes = tmp_path / "codes.csv"
    codes.write_text("type,target: type,note: why\n1,1,\nother,other,\n", encoding="utf-8")
    data = activity(tmp_path / "d.csv", more="2016-05,walk-in,7\n")
    options = ("--data", data, *RENAMED, "--codes", str(codes))
    code, _, err = run("settle", book, *options)
    assert code == 4
    assert "found 'walk-in', expected a code of the map codes.csv" in err
    for verb in (
        ["settle", "--json"],
        ["settle"],
        ["load"],
        ["explain", "trust"],
        ["stress"],
        ["simulate", "--scenarios", "50", "--quiet"],
        ["report", "--scenarios", "0", "--out", str(tmp_path / "out")],
    ):
        first, *rest = verb
        code, out, err = run(first, book, *rest, *options, "--unmapped", "suspend")
        assert code == 7, verb
        assert out.strip()  # what there is, is printed first
        assert err.startswith(
            "incomplete: 1 rows could not be placed and are left out: d.csv, attendances: 7 attendances"
        )
    shown = json.loads(run("settle", book, "--json", *options, "--unmapped", "suspend")[1])
    assert "incomplete-data" in {warning["code"] for warning in shown["warnings"]}
    faults = tmp_path / "faults.csv"
    assert run("load", book, *options, "--unmapped", "suspend", "--faults", str(faults))[0] == 7
    assert "unmapped-code,,d.csv,14,type,walk-in," in faults.read_text(encoding="utf-8")


def test_options_of_reading(run: Any, tmp_path: Path) -> None:
    inputs = [ob.Input(id="spent", unit="£"), ob.Input(id="visits", unit="visits")]
    made = small_book(inputs=inputs, contracts=[], drivers=[], scenarios=[])
    made.write(tmp_path / "book.json")
    data, missing = tmp_path / "d.csv", tmp_path / "why.csv"
    lines = [
        "period,status,spent,visits",
        *(f"01/{m:02d}/2016,flex,{m}.005,{m}" for m in range(4, 9)),
        "01/04/2016,freeze,9,9",
    ]
    data.write_text("\n".join(lines) + "\n", encoding="utf-8")
    missing.write_text("from,to,reason\n2016-09,,closed\n", encoding="utf-8")
    base = ["load", str(tmp_path / "book.json"), "--data", str(data), "--json"]
    assert run(*base)[0] == 4
    good = [*base, "--day-first", "--units", "spent=£k", "--missing", str(missing)]
    code, out, _ = run(*good)
    assert code == 0
    shown = json.loads(out)
    assert shown["inputs"] == {
        "spent": ["9000", "5005", "6005", "7005", "8005", "0"],
        "visits": ["9", "5", "6", "7", "8", "0"],
    }
    assert shown["flex"] == ["2016-05", "2016-06", "2016-07", "2016-08"]
    assert {w["code"] for w in shown["warnings"]} == {"flex-data", "nothing-happened"}
    assert run(*good, "--status", "freeze")[0] == 4
    assert run(*good, "--status", "frozen")[0] == 2
    assert run(*good, "--units", "spent")[0] == 2
    assert run(*good, "--as-at", "2016-08")[0] == 0


def test_lint_reads_data(run: Any, book: str, tmp_path: Path) -> None:
    data = activity(tmp_path / "d.csv")
    text = Path(data).read_text(encoding="utf-8").replace("2016-06,1,100", "2016-06,1,100000")
    Path(data).write_text(text, encoding="utf-8")
    code, out, _ = run("lint", book, "--data", data, *RENAMED)
    assert code == 0
    assert "thousand-fold" in out
    rows = json.loads(run("lint", book, "--data", data, *RENAMED, "--json")[1])
    (row,) = [row for row in rows if row["code"] == "thousand-fold"]
    assert "2016-06: 100,000 (plan 100, median of the others 100)" in row["message"]


def test_workbooks_and_parquet_by_suffix(run: Any, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    polars = pytest.importorskip("polars")
    made = small_book(inputs=[ob.Input(id="visits", unit="visits")], contracts=[], drivers=[], scenarios=[])
    made.write(tmp_path / "book.json")
    polars.DataFrame({"period": MONTHS, "visits": [1] * 6}).write_parquet(tmp_path / "d.parquet")
    workbook = openpyxl.Workbook()
    for row in [["period", "visits"], *([month, 1] for month in MONTHS)]:
        workbook.active.append(row)
    workbook.save(tmp_path / "d.xlsx")
    for kind in ("parquet", "xlsx"):
        code, out, _ = run("load", str(tmp_path / "book.json"), "--data", str(tmp_path / f"d.{kind}"), "--json")
        assert (code, json.loads(out)["inputs"]) == (0, {"visits": ["1"] * 6})
    assert run("load", str(tmp_path / "book.json"), "--data", str(tmp_path / "none.xlsx"))[0] == 4
