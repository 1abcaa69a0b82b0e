"""Sheets of a workbook as frames: values, dates, percentages, pounds; formulas whose value was not kept are marked."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from .._json import decimal_text
from .._optional import optional
from ..errors import DataError
from .cells import BadCell, Uncalculated, decimal_of, shifted
from .frames import Frame, heading_row

__all__ = ["read_workbook"]

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
        with zipfile.ZipFile(path) as package:
            sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/")]
            formulas = any(b"<f" in package.read(name) for name in sheets)
        values = openpyxl.load_workbook(path, read_only=True, data_only=True)
        written = openpyxl.load_workbook(path, read_only=True) if formulas else None
    except (zipfile.BadZipFile, KeyError, ValueError, openpyxl.utils.exceptions.InvalidFileException) as error:
        message = f"{path.name}: {error}; expected a workbook saved as .xlsx"
        raise DataError("not a workbook", [{"code": "malformed", "path": "", "message": message}]) from None
    try:
        frames = [
            frame
            for sheet in values.worksheets
            if sheet.sheet_state == "visible"
            for frame in _sheet(path.name, sheet, written[sheet.title] if written else None, heading)
        ]
    finally:
        values.close()
        if written is not None:
            written.close()
    if not frames:
        message = f"{path.name}: expected a sheet with a heading row"
        raise DataError(f"{path.name} is empty", [{"code": "empty", "path": "", "message": message}])
    return frames


def _sheet(file: str, sheet: Any, written: Any, heading: Collection[str]) -> Iterator[Frame]:
    lines: list[int] = []
    rows: list[list[Any]] = []
    for line, row in enumerate(_cells(sheet, written), 1):
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


def _cells(sheet: Any, written: Any) -> Iterator[list[Any]]:
    if written is None:
        for row in sheet.rows:
            yield [_value(cell) for cell in row]
        return
    for row, formulas in zip(sheet.rows, written.rows, strict=False):
        yield [
            Uncalculated(str(getattr(formula.value, "text", formula.value)))
            if cell.value is None and formula.data_type == "f"
            else _value(cell)
            for cell, formula in zip(row, formulas, strict=False)
        ]


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
