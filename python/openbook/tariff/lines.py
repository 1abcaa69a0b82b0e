"""Rows of a frame as lines: each with the key that its columns make up, and its exact numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .._calendar import Months, month_text
from .._values import nearest
from ..data.cells import BadCell, Cell, code_text, read_number
from ..data.faults import Faults
from ..data.frames import Frame, frames_of
from ..data.periods import Periods
from ..errors import DataError

if TYPE_CHECKING:
    from ..data.mapping import CodeMap

__all__ = [
    "JOINT",
    "LINE",
    "Row",
    "Rows",
    "fitting",
    "frame_with",
    "key_columns",
    "line_name",
    "month_of",
    "own_names",
    "read_rows",
    "unique",
    "year_start",
]

#: The dimension of a price list's lines.
LINE = "line"
#: Between the parts of a key in the name of its line.
JOINT = " / "

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its place in the frame, its key, and its cells by column."""

    number: int
    key: Key
    cells: Mapping[str, Cell]

    def value(self, column: str) -> Decimal | None:
        """The number in a column; None where there is none."""
        return self.cells[column].value

    def why_not(self, column: str) -> str:
        """Why there is no number: "no value" or "suppressed"."""
        return "suppressed" if self.cells[column].mark == "suppressed" else "no value"


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a frame, in order."""

    frame: Frame
    keys: tuple[str, ...]
    rows: tuple[Row, ...]

    def line(self, row: Row) -> int | Any:
        """The number of a row as in the file."""
        return self.frame.lines[row.number]

    def told(self, row: Row) -> dict[str, Any]:
        """What names a row in a table: its number and the columns of its key."""
        return {"row": self.line(row), **dict(zip(self.keys, row.key, strict=True))}


def line_name(key: Key) -> str:
    """The name of a line: the parts of its key, joined."""
    return JOINT.join(key)


def key_columns(keys: str | Sequence[str]) -> tuple[str, ...]:
    """The columns of a key.

    Raises
    ------
    ValueError
        There is none, or one stands twice.
    """
    names = (keys,) if isinstance(keys, str) else tuple(str(name) for name in keys)
    if not names or len(set(names)) < len(names):
        raise ValueError(f"keys: found {list(names)}, expected at least one column, each once")
    return names


def read_rows(data: Any, keys: tuple[str, ...], numbers: Sequence[str], faults: Faults, name: str = "") -> Rows:
    """The rows of a frame with exact numbers; faults are collected.

    Parameters
    ----------
    data
        A frame, mapping of columns or path.
    numbers
        The columns of numbers.
    name
        What the frame is called in faults where it has no name of its own ("before").
    """
    frame = frame_with(data, [*keys, *numbers], faults, name)
    if frame is None:
        return Rows(Frame(name, {}, ()), keys, ())
    parts = [[code_text(cell) for cell in frame.data[column]] for column in keys]
    cells = {column: _numbers(frame, column, faults) for column in numbers}
    for column, codes in zip(keys, parts, strict=True):
        for number, code in enumerate(codes):
            if code is None:
                faults.at("missing-value", frame, number, column, BadCell("an empty cell", "a code"))
    keyed = zip(*([code or "" for code in codes] for codes in parts), strict=True)
    rows = (Row(number, key, {name: of[number] for name, of in cells.items()}) for number, key in enumerate(keyed))
    return Rows(frame, keys, tuple(rows))


def frame_with(data: Any, wanted: Sequence[str], faults: Faults, name: str) -> Frame | None:
    """The frame, of several sheets the first, that has the columns wanted; None, and faults, where they are missing."""
    frames = frames_of(data, wanted)
    frame = next((frame for frame in frames if all(column in frame.data for column in wanted)), frames[0])
    if name and isinstance(frame.lines, range):
        frame = replace(frame, name=name)
    absent = [column for column in wanted if column not in frame.data]
    for column in absent:
        hint = nearest(column, frame.data)
        message = f"{frame.name}: no column '{column}'{hint} (it has {', '.join(frame.data)})"
        faults.once("missing-column", message, frame=frame, column=column)
    return None if absent else frame


def _numbers(frame: Frame, column: str, faults: Faults) -> list[Cell]:
    found = []
    for number, value in enumerate(frame.data[column]):
        try:
            found.append(read_number(value, nan_is_missing=frame.nan_is_missing))
        except BadCell as error:
            faults.at("not-a-number", frame, number, column, error)
            found.append(Cell(None, "blank"))
    return found


def unique(rows: Rows, faults: Faults) -> None:
    """Collect a fault for every row whose key already stands above it."""
    seen: dict[Key, Row] = {}
    for row in rows.rows:
        first = seen.setdefault(row.key, row)
        if first is not row:
            column, value = rows.keys[-1], line_name(row.key)
            wrong = BadCell(
                f"'{value}' again (it also stands in row {rows.line(first)})",
                f"one row for each key of {', '.join(rows.keys)}; name more columns in `keys` if they tell rows apart",
            )
            faults.at("duplicate-key", rows.frame, row.number, column, wrong, value=value)


def own_names(rows: Rows) -> dict[Key, str]:
    """The name of each key, in order.

    Raises
    ------
    DataError
        Two keys would have the same name, because a code holds the text that joins them.
    """
    names: dict[Key, str] = {}
    keys: dict[str, Key] = {}
    for row in rows.rows:
        name = line_name(row.key)
        if keys.setdefault(name, row.key) != row.key:
            message = (
                f"{rows.frame.name}, row {rows.line(row)}: the keys {keys[name]} and {row.key} both make '{name}', "
                f"expected codes without '{JOINT}'"
            )
            raise DataError(
                "keys that cannot be told apart", [{"code": "duplicate-key", "path": "", "message": message}]
            )
        names[row.key] = name
    return names


def _first(period: Any) -> int:
    """The first month of a period (months since January of year 0)."""
    try:
        return Periods(Months(0, 1)).read(period).start
    except BadCell as error:
        problem = {"code": "wrong-period", "path": "/period", "message": f"period: {error}"}
        raise DataError("not a period", [problem]) from None


def year_start(periods: Iterable[Any]) -> str:
    """The April with which the year of the earliest period begins; periods that cannot be read are left to the loader.

    >>> year_start(["2024-07", "2024/25"])
    '2024-04'
    """
    found = []
    for period in dict.fromkeys(periods):
        try:
            found.append(_first(period))
        except DataError:
            continue
    first = min(found, default=12 * 2024 + 3)
    return month_text(first - (first - 3) % 12)


def fitting(codes: CodeMap | None, columns: tuple[str, ...]) -> None:
    """Refuse a map of codes of other columns than the key has, or in another order: it would find none of the keys.

    Raises
    ------
    ValueError
        It is one.
    """
    if codes is not None and codes.source != columns:
        found, wanted = ", ".join(codes.source), ", ".join(columns)
        raise ValueError(f"codes: found a map of {found}, expected one of the key columns in their order: {wanted}")


def month_of(codes: CodeMap | None, period: str | None) -> int:
    """The month in which a map of codes is asked; 0 where it does not matter.

    Raises
    ------
    ValueError
        The map is dated and no period is given.
    """
    if period is not None:
        return _first(period)
    if codes is not None and codes.dated:
        raise ValueError("period: found none, expected the period of the rows, because the map of codes is dated")
    return 0
