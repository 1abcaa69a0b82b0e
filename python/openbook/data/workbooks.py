"""Sheets of a workbook as frames: values, dates, percentages, pounds; formulas whose value was not kept are marked."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from .._json import decimal_text
from .._optional import optional
from ..errors import DataError
from .cells import BadCell, Uncalculated, decimal_of, shifted
from .frames import Frame, heading_row

__all__ = ["read_workbook"]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_CURRENCY = re.compile(r"\[\$([^\]-]*)[^\]]*\]|[£$€]")


def read_workbook(path: Path, heading: Collection[str] = ()) -> list[Frame]:
    """The visible sheets of a workbook that are not empty.

    A cell shown as a percentage or in pounds says so ("50%", "£2800"); a formula without a kept value becomes
    `Uncalculated`, which is a fault where it is used.

    Raises
    ------
    DataError
        The file is not a workbook, or a heading stands twice.
    """
    openpyxl = optional("openpyxl")
    try:
        lost = _uncalculated(path)
        workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        SyntaxError,
        openpyxl.utils.exceptions.InvalidFileException,
    ) as error:
        message = f"{path.name}: {error}; expected a workbook saved as .xlsx"
        raise DataError("not a workbook", [{"code": "malformed", "path": "", "message": message}]) from None
    try:
        frames = [
            frame
            for sheet in workbook.worksheets
            if sheet.sheet_state == "visible"
            for frame in _sheet(path.name, sheet, lost.get(sheet.title, {}), heading)
        ]
    finally:
        workbook.close()
    if not frames:
        message = f"{path.name}: expected a sheet with a heading row"
        raise DataError(f"{path.name} is empty", [{"code": "empty", "path": "", "message": message}])
    return frames


def _uncalculated(path: Path) -> dict[str, dict[tuple[int, int], str]]:
    """Formulas of which no value was kept, by sheet, row and column: so a program leaves them that only writes."""
    position = optional("openpyxl.utils").coordinate_to_tuple
    found: dict[str, dict[tuple[int, int], str]] = {}
    with zipfile.ZipFile(path) as package:
        targets = {
            link.get("Id"): str(link.get("Target"))
            for link in ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
        }
        for sheet in ElementTree.fromstring(package.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
            target = targets.get(sheet.get(f"{_LINK}id"), "")
            name = target[1:] if target.startswith("/") else f"xl/{target}"
            if name not in package.namelist() or b"<f" not in package.read(name):
                continue
            with package.open(name) as stream:
                for _, cell in ElementTree.iterparse(stream):
                    if cell.tag != f"{_MAIN}c":
                        continue
                    formula, value = cell.find(f"{_MAIN}f"), cell.find(f"{_MAIN}v")
                    if formula is not None and (value is None or not value.text) and cell.find(f"{_MAIN}is") is None:
                        place = position(cell.get("r"))
                        found.setdefault(str(sheet.get("name")), {})[place] = formula.text or "(shared)"
                    cell.clear()
    return found


def _sheet(file: str, sheet: Any, lost: Mapping[tuple[int, int], str], heading: Collection[str]) -> Iterator[Frame]:
    lines: list[int] = []
    rows: list[list[Any]] = []
    for line, row in enumerate(_cells(sheet, lost), 1):
        if any(cell is not None and cell != "" for cell in row):
            lines.append(line)
            rows.append(row)
    if not rows:
        return
    top = heading_row(rows, heading)
    names = [("" if cell is None else str(cell).strip()) for cell in rows[top]]
    name = f"{file}, {sheet.title}"
    doubled = sorted({n for n in names if n and names.count(n) > 1})
    if doubled:
        problems = [
            {"code": "duplicate-column", "path": "", "message": f"{name}: column '{n}' stands twice"} for n in doubled
        ]
        raise DataError(f"{name} is not a rectangular table", problems)
    letter = optional("openpyxl").utils.get_column_letter
    kept = [(number, n) for number, n in enumerate(names) if n]
    body = [
        (line, row)
        for line, row in zip(lines[top + 1 :], rows[top + 1 :], strict=True)
        if any(number < len(row) and row[number] is not None for number, _ in kept)
    ]
    data = {n: [row[number] if number < len(row) else None for _, row in body] for number, n in kept}
    yield Frame(name, data, [line for line, _ in body], {n: letter(number + 1) for number, n in kept})


def _cells(sheet: Any, lost: Mapping[tuple[int, int], str]) -> Iterator[list[Any]]:
    sheet.reset_dimensions()  # some programs write a wrong size
    for line, row in enumerate(sheet.rows, 1):
        cells = [_value(cell) for cell in row]
        if lost:
            for column in range(len(cells)):
                if (line, column + 1) in lost and cells[column] is None:
                    cells[column] = Uncalculated(f"={lost[line, column + 1]}")
        yield cells


def _value(cell: Any) -> Any:
    value = cell.value
    if isinstance(value, str):
        return value.strip() or None
    if value is None or isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    shown = cell.number_format or "General"
    if shown == "General" or cell.is_date:
        return value
    sign = _currency(shown)
    if "%" not in shown and not sign:
        return value
    try:
        exact = decimal_of(value)
    except BadCell:
        return value
    return f"{decimal_text(shifted(exact, 2))}%" if "%" in shown else f"{sign}{decimal_text(exact)}"


def _currency(shown: str) -> str:
    """The sign of currency with which a format shows numbers."""
    match = _CURRENCY.search(re.sub(r"\\.", "", shown))
    if match is None:
        return ""
    return match[1] if match[1] is not None else match[0]
