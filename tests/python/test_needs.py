"""What data a book wants, the template that asks for them, and workbooks that come back."""

from __future__ import annotations

import csv
import datetime
import pickle
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openbook as ob
import pytest
from small import small_book

openpyxl = pytest.importorskip("openpyxl")

MEMBERS = ["north", "=south", "east, west"]


def book_of_many_kinds() -> ob.Book:
    """Monthly, quarterly and yearly inputs, money, a percentage, members with awkward names."""
    return small_book(
        title="=Data of a kind",
        calendar=ob.Calendar(start="2024-04", months=24),
        dimensions=[ob.Dimension(id="site", members=MEMBERS)],
        inputs=[
            ob.Input(
                id="visits",
                name="Visits, type 1",
                unit="attendances",
                plan={"value": 100, "steps": [{"from": "2025-04", "value": 110}]},
                data=ob.Source(column="attendances", where={"type": "1"}),
            ),
            ob.Input(id="spent", name="+Spending", unit="£"),
            ob.Input(id="beds", unit="beds", dimension="site"),
            ob.Input(id="rate", unit="%", every="quarter", aggregate="mean", may_be_missing=True),
            ob.Input(id="score", unit="number", every="year", aggregate="last"),
        ],
        contracts=[],
        drivers=[],
        scenarios=[],
    )


# -- what is wanted ---------------------------------------------------------------------------------------------------


def test_needs_of_a_whole_book() -> None:
    table = book_of_many_kinds().needs()
    assert table.to_dicts()[0] == {
        "input": "visits",
        "name": "Visits, type 1",
        "unit": "attendances",
        "every": "month",
        "column": "attendances",
        "codes": "type = 1",
        "dimension": "",
        "members": "",
        "months": "2024-04 to 2026-03",
        "values": 24,
        "may_be_missing": False,
        "plan": "100; from 2025-04: 110",
    }
    assert table["values"] == (24, 24, 72, 8, 2)
    assert table["column"][1:] == ("spent", "beds", "rate", "score")
    assert table["members"][2] == "north; =south; east, west"  # a name has a comma
    assert table["may_be_missing"] == (False, False, False, True, False)
    assert ob.needs(book_of_many_kinds()) == table
    assert pickle.loads(pickle.dumps(table)) == table


@pytest.mark.parametrize(
    ("period", "monthly", "quarterly", "yearly"),
    [
        ("2024/25", "2024-04 to 2025-03", "2024-04 to 2025-01", "2024-04"),
        (2, "2025-04 to 2026-03", "2025-04 to 2026-01", "2025-04"),
        ("2", "2025-04 to 2026-03", "2025-04 to 2026-01", "2025-04"),
        ("year 2", "2025-04 to 2026-03", "2025-04 to 2026-01", "2025-04"),
        ("2024-04", "2024-04", "", ""),
        ("2024-06", "2024-06", "2024-04", ""),
        ("2024-04 to 2024-09", "2024-04 to 2024-09", "2024-04 to 2024-07", ""),
        ("M1 2024/25 to M3 2024/25", "2024-04 to 2024-06", "2024-04", ""),
        ("Q2 2025/26", "2025-07 to 2025-09", "2025-07", ""),
        ("2023/24 to 2024/25", "2024-04 to 2025-03", "2024-04 to 2025-01", "2024-04"),
        (None, "2024-04 to 2026-03", "2024-04 to 2026-01", "2024-04 to 2025-04"),
    ],
)
def test_needs_of_a_part_of_the_calendar(period: Any, monthly: str, quarterly: str, yearly: str) -> None:
    months = book_of_many_kinds().needs(period)["months"]
    assert (months[0], months[3], months[4]) == (monthly, quarterly, yearly)


@pytest.mark.parametrize(
    ("period", "words"),
    [("FY25", "which ends in 2025"), ("2030/31", "within 2024-04 to 2026-03"), (7, "from 1 to 2"), ("soon", "a month")],
)
def test_a_period_that_is_none(period: Any, words: str) -> None:
    with pytest.raises(ob.BookError, match=words):
        book_of_many_kinds().needs(period)


# -- the template -----------------------------------------------------------------------------------------------------


def filled(path: Path) -> Any:
    """The template with values that are told apart by row and column."""
    workbook = openpyxl.load_workbook(path)
    for number, name in enumerate(("Data", "Data by site", "Data by quarter", "Data by year"), 1):
        sheet = workbook[name]
        headings = [cell.value for cell in sheet[3]]
        for column, heading in enumerate(headings, 1):
            if str(heading).partition(" ")[0] in ("visits", "spent", "beds", "rate", "score"):
                for row in range(4, sheet.max_row + 1):
                    if sheet.cell(row, 1).value is not None:
                        sheet.cell(row, column).value = number * 100 + row
    return workbook


def test_a_filled_template_settles_as_it_is(tmp_path: Path) -> None:
    book = book_of_many_kinds()
    assert book.needs().template(tmp_path / "data.xlsx") == tmp_path / "data.xlsx"
    workbook = filled(tmp_path / "data.xlsx")
    assert workbook.sheetnames == ["Read me", "Data", "Data by site", "Data by quarter", "Data by year", "Reasons"]
    data, site = workbook["Data"], workbook["Data by site"]
    assert [cell.value for cell in data[3]] == [
        *("period", "period in words", "visits [attendances]", "spent [£]", "notes")
    ]
    assert data["A4"].value == datetime.datetime(2024, 4, 1) and data["A4"].number_format == "mmm yyyy"
    assert data["B4"].value == "April 2024, M1 2024/25" and data["B27"].value == "March 2026, M12 2025/26"
    assert "One value per month" in data["C3"].comment.text and "A count" in data["C3"].comment.text
    assert [site.cell(row, 3).value for row in range(4, 8)] == ["north", "=south", "east, west", "north"]
    assert all(sheet.cell(r, c).data_type != "f" for sheet in workbook for r in range(1, 12) for c in range(1, 12))
    data["C5"].value, data["D5"].value = "1,234", -2800.5
    data["D6"].value = "£1.5m"
    data["E5"].value = "checked by J"
    workbook["Data by quarter"]["C4"].value = 0.95
    workbook["Data by quarter"]["C4"].number_format = "0%"
    workbook["Data by quarter"]["C5"].value = "96%"
    for row in range(6, 12):
        workbook["Data by quarter"].cell(row, 3).value = None
    workbook.save(tmp_path / "filled.xlsx")
    settlement = book.settle(str(tmp_path / "filled.xlsx"))
    inputs = settlement.request["inputs"]
    assert inputs["visits"][:3] == ["104", "1234", "106"]
    assert inputs["spent"][:3] == ["104", "-2800.5", "1500000"]
    assert inputs["beds"] == [str(200 + row) for row in range(4, 76)]
    assert inputs["rate"] == ["0.95", "0.96", *[None] * 6]
    assert inputs["score"] == ["404", "405"]
    assert settlement.receipt is not None and settlement.receipt.balances


def test_cells_of_percentages_are_read_as_they_are_shown(tmp_path: Path) -> None:
    rate = ob.Input(id="rate", unit="%", aggregate="mean")
    book = small_book(inputs=[rate], contracts=[], drivers=[], scenarios=[])
    book.needs().template(tmp_path / "data.xlsx")
    workbook = openpyxl.load_workbook(tmp_path / "data.xlsx")
    sheet = workbook["Data"]
    assert sheet["C3"].value == "rate [%]" and sheet["C4"].number_format == "0.00%"
    for row in range(4, 10):
        sheet.cell(row, 3).value = 0.95  # what a spreadsheet keeps of 95 typed into such a cell; it shows 95.00%
    sheet["C9"].number_format = "General"
    sheet["C9"].value = 95  # a plain number of per cent, as the heading says
    workbook.save(tmp_path / "filled.xlsx")
    assert ob.load(book, tmp_path / "filled.xlsx").inputs["rate"] == ("0.95",) * 6


def test_the_same_book_gives_the_same_bytes(tmp_path: Path) -> None:
    book = book_of_many_kinds()
    for name in ("a", "b"):
        book.needs("2024/25").template(tmp_path / f"{name}.xlsx")
        book.needs("2024/25").template(tmp_path / f"{name}.csv")
    for kind in ("xlsx", "csv"):
        assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2000-01-01T00:00:00Z</dcterms:modified>" in package.read("docProps/core.xml")
        assert not any(name.startswith("xl/externalLinks") for name in package.namelist())


def test_reasons_in_the_template_are_read(tmp_path: Path) -> None:
    book = small_book()
    book.needs().template(tmp_path / "data.xlsx")
    workbook = openpyxl.load_workbook(tmp_path / "data.xlsx")
    for row in range(4, 10):
        workbook["Data"].cell(row, 3).value = 100
        workbook["Data"].cell(row, 4).value = 10
    workbook["Data"]["C6"].value = None
    workbook["Data"]["D7"].value = None
    for row in (4, 5):
        workbook["Data by quarter"].cell(row, 3).value = 0.5
    reasons = workbook["Reasons"]
    assert [cell.value for cell in reasons[3]][:5] == ["input", "member", "from", "to", "reason"]
    lists = {str(rule.sqref): rule.formula1 for rule in reasons.data_validations.dataValidation}
    assert all(rule.showErrorMessage for rule in reasons.data_validations.dataValidation)
    assert lists["E4:E203"] == '"not_open,closed,merged_into,not_submitted,suppressed"'
    assert lists["A4:A203"] == '"visits,other,score"'
    april = datetime.date(2016, 6, 1)
    for row, line in enumerate(
        [
            ("visits", None, april, april, "closed"),
            ("other", None, "Jul-16", "2016-07", "not_submitted", None, 12, "both"),
        ],
        4,
    ):
        for column, value in enumerate(line, 1):
            reasons.cell(row, column).value = value
    workbook.save(tmp_path / "data.xlsx")
    found = ob.load(book, tmp_path / "data.xlsx")
    assert found.inputs["visits"] == ("100", "100", "0", "100", "100", "100")
    assert found.inputs["other"] == ("10", "10", "10", "12", "10", "10")
    assert sorted(found.warnings["code"]) == ["estimated-month", "nothing-happened"]
    workbook["Reasons"]["E4"].value = "shut"
    workbook.save(tmp_path / "data.xlsx")
    with pytest.raises(ob.DataError, match=r"data\.xlsx, Reasons!E4: found 'shut', expected one of not_open"):
        ob.load(book, tmp_path / "data.xlsx")


def test_an_empty_template_lacks_everything(tmp_path: Path) -> None:
    book = small_book()
    book.needs().template(tmp_path / "data.xlsx")
    with pytest.raises(ob.DataError) as caught:
        book.settle(tmp_path / "data.xlsx")
    assert [(p.code, p.where.partition(",")[0]) for p in caught.value.problems] == [
        ("missing-month", "input visits (Visits"),
        ("missing-month", "input other"),
        ("missing-month", "input score"),
    ]


def test_the_plain_template(tmp_path: Path) -> None:
    book = book_of_many_kinds()
    path = book.needs("2024/25").template(tmp_path / "data.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["period", "period in words", "quantity", "name", "unit", "site", "value"]
    assert len(rows) == 12 + 12 + 36 + 4 + 1
    assert rows[12]["name"] == "'+Spending"  # no spreadsheet takes it for a formula
    beds = [row for row in rows if row["quantity"] == "beds"]
    assert [row["site"] for row in beds[:3]] == ["north", "'=south", "east, west"]
    for number, row in enumerate(rows):
        row["value"] = str(number)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    found = ob.load(book, path, as_at="2025-03")
    assert found.inputs["visits"][:12] == tuple(str(n) for n in range(12))
    assert found.inputs["beds"][:36] == tuple(str(n) for n in range(24, 60))


def test_a_template_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"found '.ods', expected a path ending in .xlsx or .csv"):
        small_book().needs().template(tmp_path / "data.ods")


def test_every_shipped_book_has_a_template_that_names_its_inputs(tmp_path: Path) -> None:
    for name in ob.examples.names():
        book = ob.examples.book(name)
        path = book.needs().template(tmp_path / f"{name}.xlsx")
        shown = {str(c.value) for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for c in row}
        assert all(any(text.partition(" [")[0] == given.id for text in shown) for given in book.inputs)


# -- workbooks of other people ----------------------------------------------------------------------------------------


def written(path: Path, rows: list[list[Any]], **formats: str) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Data"
    for row in rows:
        sheet.append(row)
    for cell, shown in formats.items():
        sheet[cell].number_format = shown
    workbook.create_sheet("Contents")["A1"].value = "see Data"
    workbook.save(path)
    return path


def months() -> list[datetime.date]:
    return [datetime.date(2016, month, 1) for month in range(4, 10)]


def money_book() -> ob.Book:
    inputs = [ob.Input(id="cost", unit="£"), ob.Input(id="rate", unit="ratio", aggregate="mean", may_be_missing=True)]
    return small_book(inputs=inputs, contracts=[], drivers=[], scenarios=[])


def test_what_cells_of_a_workbook_show(tmp_path: Path) -> None:
    values = [1234.5, 1500, "(2,800.00)", 0.1, "£1.5m", 7]
    rates = [0.5, "45%", 1, 0.07, None, None]
    rows = [["Monthly report"], [], ["period", "cost", "rate"], *map(list, zip(months(), values, rates, strict=True))]
    formats = {"B4": '"£"#,##0.00', "B5": "[$£-809]#,##0", "B7": "General", "C4": "0.0%", "C7": "0%"}
    found = ob.load(money_book(), written(tmp_path / "d.xlsx", rows, **formats))
    assert found.inputs["cost"] == ("1234.5", "1500", "-2800.00", "0.1", "1500000", "7")
    assert found.inputs["rate"] == ("0.50", "0.45", "1", "0.07", None, None)
    assert "Sheets without periods are not read: d.xlsx, Contents." in found.receipt.note


def test_faults_of_a_workbook_name_sheet_and_cell(tmp_path: Path) -> None:
    values: list[Any] = ["=SUM(A1:A2)", "1,5", 5, 6, "#N/A", 3]
    rows = [["title"], [], ["period", "cost"], *map(list, zip(months(), values, strict=True))]
    path = written(tmp_path / "d.xlsx", rows, B7="[$€-2]#,##0", B6="0%")
    with pytest.raises(ob.DataError) as caught:
        ob.load(money_book(), path)
    table = caught.value.faults
    assert [(r["frame"], r["row"], r["column"], r["value"]) for r in table] == [
        ("d.xlsx, Data", 4, "cost", "the formula =SUM(A1:A2) without a value"),
        ("d.xlsx, Data", 5, "cost", "1,5"),
        ("d.xlsx, Data", 7, "cost", "€6"),
        ("d.xlsx, Data", 8, "cost", "#N/A"),
        ("d.xlsx, Data", 6, "cost", "500%"),
    ]
    for row, cell in zip(table, ("B4", "B5", "B7", "B8", "B6"), strict=True):
        assert f"d.xlsx, Data!{cell}" in row["message"]
    assert "open the workbook in a spreadsheet program and save it" in table["expected"][0]


def test_formulas_with_kept_values_are_values(tmp_path: Path) -> None:
    """As a spreadsheet program saves them: the formula with the value that it had."""
    rows = [["period", "cost"], *map(list, zip(months(), [1, 2, 3, 4, 5, 6], strict=True))]
    written(tmp_path / "plain.xlsx", rows)
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as old, zipfile.ZipFile(tmp_path / "d.xlsx", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert b"<v>3</v>" in content
                content = content.replace(b"<v>3</v>", b"<f>1+2</f><v>3</v>")
            new.writestr(name, content)
    assert ob.load(money_book(), tmp_path / "d.xlsx").inputs["cost"] == tuple("123456")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"not a workbook", "malformed"),
        ("a.xlsx", b"PK\x05\x06" + b"\0" * 18, "malformed"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "unknown-format"),
        ("a.parquet", b"PARQUET", "malformed"),
        ("a.csv", b"", "empty"),
        ("a.csv", b"period;cost\n2016-04;1\n", "ragged"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ob.DataError) as caught:
        ob.load(money_book(), tmp_path / name)
    assert caught.value.problems[0].code == code
    assert name in str(caught.value)


def test_a_doubled_heading_in_a_workbook(tmp_path: Path) -> None:
    path = written(tmp_path / "d.xlsx", [["period", "cost", "cost"], ["2016-04", 1, 2]])
    with pytest.raises(ob.DataError, match="column 'cost' stands twice"):
        ob.load(money_book(), path)


def test_csv_files_as_spreadsheets_write_them(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    lines = ["period,cost", *(f"{m:%b-%y},£{n}" for n, m in enumerate(months(), 1)), ",", ""]
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        path.write_bytes("\r\n".join(lines).encode(encoding))
        found = ob.load(money_book(), path)
        assert found.inputs["cost"] == tuple("123456")
    assert "d.csv is not UTF-8 (byte 21); it was read as Windows-1252" in found.receipt.note


def test_parquet(tmp_path: Path) -> None:
    polars = pytest.importorskip("polars")
    costs = [Decimal("1.10"), 2, 3, 4, 5, 6]
    polars.DataFrame({"period": months(), "cost": [Decimal(c) for c in costs]}).write_parquet(tmp_path / "d.parquet")
    found = ob.load(money_book(), tmp_path / "d.parquet")
    assert found.inputs["cost"][:2] == ("1.10", "2.00")
    assert found.receipt["frame"][0] == "d.parquet"
