"""Data at the door: any data frame becomes the inputs of a book, with every fault reported at once.

Three shapes are understood:

(a) columns ``period``, ``quantity`` (an input's id) and ``value``;
(b) ``period`` and one column per input id;
(c) the columns and codes that the inputs' own ``data`` mappings name, such as ``period, org_code, type, attendances``.

An input with a dimension also needs a column with the dimension's id, holding its members. Values keep their digits:
whole
numbers and `Decimal` are exact, a float becomes its shortest decimal.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from ._calendar import Months, month_index, month_text
from ._columns import Columns, columns_of, is_frame
from ._json import decimal_text
from ._values import nearest
from .errors import DataError, Problem

if TYPE_CHECKING:
    from .book import Book

__all__ = ["Outside", "inputs_of", "series_of"]

Outside = Literal["refuse", "drop"]
Cells = dict[tuple[int, str], str | None]

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_NOT_COUNTS = {
    "number",
    "ratio",
    "percent",
    "point",
    "points",
    "percentage points",
    "score",
    "index",
    "rate",
    "1",
    "%",
    "days",
}


def is_count(unit: str) -> bool:
    """Whether a unit counts things, so that a negative value is a fault.

    >>> is_count("attendances"), is_count("£"), is_count("%"), is_count("£ per day"), is_count("")
    (True, False, False, False, False)
    """
    folded = unit.strip().casefold()
    if not folded or folded in _NOT_COUNTS or any(sign in folded for sign in "£$€%/"):
        return False
    return " per " not in f" {folded} "


def value_text(value: Any, *, nan_is_missing: bool = False) -> str | None:
    """The exact text of one cell; None when it is missing.

    Raises
    ------
    ValueError
        It is not a finite number; the message says what was found and expected.
    """
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if hasattr(value, "item") and not isinstance(value, (str, bytes)):  # NumPy scalar
        if type(value).__name__ in ("float32", "float16"):
            value = Decimal(str(value)) if math.isfinite(value) else float(value)
        else:
            value = value.item()
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, str):
        text = value.strip()
        if text == "":
            return None
        if _NUMBER.fullmatch(text):
            return decimal_text(Decimal(text))
        if text.casefold().lstrip("+-") in ("nan", "inf", "infinity"):
            raise ValueError(f"found {text!r}, expected a finite number")
        hint = " without separators, signs of currency or words" if any(c.isdigit() for c in text) else ""
        raise ValueError(f"found the text {text!r}, expected a number{hint}")
    if isinstance(value, (int, float, Decimal)):
        if isinstance(value, float) and math.isnan(value) and nan_is_missing:
            return None
        if not math.isfinite(value):
            raise ValueError(f"found {value}, expected a finite number")
        return decimal_text(value)
    raise ValueError(f"found {value!r} of type {type(value).__name__}, expected a number")


@dataclass
class _Input:
    """What the reader needs to know of one input."""

    number: int
    id: str
    title: str
    every: str
    count: bool
    dimension: str
    members: tuple[str, ...]
    column: str
    where: dict[str, str]
    may_be_missing: bool
    cells: Cells = field(default_factory=dict)
    twice: dict[int, int] = field(default_factory=dict)
    seen: bool = False

    @property
    def place(self) -> str:
        return f"input {self.id}" + (f" ({self.title})" if self.title and self.title != self.id else "")


class _Reader:
    """Collects cells and faults from one or several frames."""

    def __init__(self, book: Book, where: Mapping[str, Any] | None) -> None:
        members = {dimension.id: tuple(dimension.members) for dimension in book.dimensions}
        self.months = Months.of(book.calendar)
        self.where = {str(key): str(value) for key, value in (where or {}).items()}
        self.where_known: dict[str, bool] = dict.fromkeys(self.where, False)
        self.problems: list[Problem] = []
        self.inputs = {
            given.id: _Input(
                number=number,
                id=given.id,
                title=given.name,
                every=given.every,
                count=is_count(given.unit),
                dimension=given.dimension,
                members=members.get(given.dimension, ()),
                column=given.data.column if given.data else "",
                where=dict(given.data.where) if given.data else {},
                may_be_missing=given.may_be_missing,
            )
            for number, given in enumerate(book.inputs)
        }

    def fault(self, code: str, message: str, target: _Input | None = None, month: int | None = None) -> None:
        path = f"/inputs/{target.number}" if target else ""
        where = (target.place if target else "") + (f", {month_text(month)}" if month is not None else "")
        self.problems.append(Problem(code, path, message, where))

    # -- frames -----------------------------------------------------------------------------------------------

    def read(self, data: Any) -> None:
        if isinstance(data, Mapping) and not is_frame(data):
            self._mapping(data)
        elif is_frame(data):
            self._frame(columns_of(data))
        else:
            for part in data:
                self.read(part)

    def finish(self) -> None:
        for key, known in self.where_known.items():
            if not known:
                self.fault("unknown-column", f"where={{'{key}': '{self.where[key]}'}}: no data has a column '{key}'")

    def _frame(self, frame: Columns) -> None:
        if "period" not in frame.data:
            names = ", ".join(frame.data)
            self.fault(
                "missing-column", f"{frame.name}: no column 'period'{nearest('period', frame.data)} (it has {names})"
            )
            return
        keep = self._selected(frame)
        if keep is None:
            return
        rows = frame.rows(keep) if len(keep) < len(frame) else frame
        months = self._months(rows)
        if {"quantity", "value"} <= set(rows.data):
            self._long(rows, months)
        else:
            self._wide(frame, rows, months)

    def _selected(self, frame: Columns) -> list[int] | None:
        keep = list(range(len(frame)))
        complete = True
        for key, wanted in self.where.items():
            if key not in frame.data:
                continue
            self.where_known[key] = True
            column = [None if code is None else str(code) for code in frame.data[key]]
            if wanted not in column:
                codes = sorted({code for code in column if code is not None})
                self.fault(
                    "unknown-code",
                    f"{frame.name}: no row has {key} = '{wanted}'{nearest(wanted, codes) or _some(codes)}",
                )
                complete = False
            keep = [row for row in keep if column[row] == wanted]
        return keep if complete else None

    def _months(self, rows: Columns) -> list[int | None]:
        known: dict[Any, int | None] = {}
        found: list[int | None] = []
        for row, cell in enumerate(rows.data["period"]):
            try:
                if cell not in known:
                    known[cell] = month_index(cell)
            except ValueError as error:
                known[cell] = None
                self.fault("wrong-period", f"{rows.name}, row {row + 1}, column 'period': {error}")
            found.append(known[cell])
        return found

    def _long(self, rows: Columns, months: Sequence[int | None]) -> None:
        unknown: dict[str, int] = {}
        for row, name in enumerate(rows.data["quantity"]):
            target = self.inputs.get(str(name))
            if target is None:
                unknown.setdefault(str(name), row)
            else:
                self._cell(target, rows, row, months[row], rows.data["value"][row])
        for name, row in unknown.items():
            message = f"{rows.name}, row {row + 1}: the book has no input '{name}'{nearest(name, self.inputs)}"
            self.fault("unknown-quantity", message)

    def _wide(self, frame: Columns, rows: Columns, months: Sequence[int | None]) -> None:
        used = {"period", *self.where}
        mapped = False
        for target in self.inputs.values():
            if target.column and target.column in rows.data and all(key in rows.data for key in target.where):
                mapped = True
                self._mapped(target, frame, rows, months)
                used |= {target.column, *target.where}
            elif target.id in rows.data:
                used.add(target.id)
                for row, value in enumerate(rows.data[target.id]):
                    self._cell(target, rows, row, months[row], value)
            if target.dimension:
                used.add(target.dimension)
        unknown = [name for name in rows.data if name not in used]
        if unknown and not mapped:
            wanted = [*self.inputs, *(t.column for t in self.inputs.values() if t.column)]
            for name in unknown:
                message = f"{frame.name}: the book has no input '{name}'{nearest(name, wanted) or _some(wanted)}"
                self.fault("unknown-quantity", message)

    def _mapped(self, target: _Input, frame: Columns, rows: Columns, months: Sequence[int | None]) -> None:
        keep = list(range(len(rows)))
        for key, wanted in target.where.items():
            codes = {str(code) for code in frame.data[key] if code is not None}
            if wanted not in codes:
                message = f"{frame.name}: no row has {key} = '{wanted}'{nearest(wanted, codes) or _some(sorted(codes))}"
                self.fault("unknown-code", message, target)
                target.seen = True
                return
            keep = [row for row in keep if str(rows.data[key][row]) == wanted]
        column = rows.data[target.column]
        target.seen = True
        for row in keep:
            self._cell(target, rows, row, months[row], column[row])

    def _cell(self, target: _Input, rows: Columns, row: int, month: int | None, value: Any) -> None:
        target.seen = True
        if month is None:
            return
        member = ""
        if target.dimension:
            if target.dimension not in rows.data:
                message = f"{rows.name}: no column '{target.dimension}' that says the {target.dimension} of each row"
                if not any(p.message == message for p in self.problems):
                    self.fault("missing-column", message, target)
                return
            member = str(rows.data[target.dimension][row])
            if member not in target.members:
                message = (
                    f"{rows.name}, row {row + 1}: {target.dimension} has no member "
                    f"'{member}'{nearest(member, target.members)}"
                )
                self.fault("unknown-code", message, target, month)
                return
        self._put(target, month, member, value, rows.nan_is_missing)

    # -- plain mappings ---------------------------------------------------------------------------------------

    def _mapping(self, data: Mapping[str, Any]) -> None:
        for name, values in data.items():
            target = self.inputs.get(str(name))
            if target is None:
                self.fault("unknown-quantity", f"the book has no input '{name}'{nearest(str(name), self.inputs)}")
                continue
            target.seen = True
            for month, member, value in self._listed(target, values):
                self._put(target, month, member, value, False)

    def _listed(self, target: _Input, values: Any) -> Iterator[tuple[int, str, Any]]:
        members = target.members or ("",)
        if isinstance(values, Mapping):
            for key, inner in values.items():
                if target.dimension and str(key) in target.members:
                    yield from ((month, str(key), value) for month, value in self._by_month(target, inner))
                else:
                    for month, value in self._by_month(target, {key: inner}):
                        yield month, "", value
            return
        items = list(values) if hasattr(values, "__iter__") and not isinstance(values, str) else [values]
        starts = self.months.starts(target.every)
        if len(items) != len(starts) * len(members):
            each = f" for each of {len(members)} members" if target.dimension else ""
            self.fault(
                "wrong-length",
                f"found {len(items)} values, expected {len(starts)} ({target.every} periods){each}",
                target,
            )
            return
        for number, value in enumerate(items):
            yield starts[number // len(members)], members[number % len(members)], value

    def _by_month(self, target: _Input, values: Any) -> Iterator[tuple[int, Any]]:
        if not isinstance(values, Mapping):
            starts = self.months.starts(target.every)
            items = list(values)
            if len(items) != len(starts):
                self.fault(
                    "wrong-length",
                    f"found {len(items)} values, expected {len(starts)} ({target.every} periods)",
                    target,
                )
                return
            yield from zip(starts, items, strict=True)
            return
        for key, value in values.items():
            try:
                yield month_index(key), value
            except ValueError as error:
                self.fault("wrong-period", str(error), target)

    def _put(self, target: _Input, month: int, member: str, value: Any, nan_is_missing: bool) -> None:
        if (month, member) in target.cells:
            target.twice[month] = target.twice.get(month, 1) + 1
            return
        try:
            text = value_text(value, nan_is_missing=nan_is_missing)
        except ValueError as error:
            self.fault("not-a-number", str(error), target, month)
            target.cells[month, member] = "0"  # reported: do not call it missing as well
            return
        if text is not None and text.startswith("-") and target.count and Decimal(text) < 0:
            self.fault("negative", f"found {text}, expected a count of at least 0", target, month)
        target.cells[month, member] = text

    def duplicates(self, where_hint: str) -> None:
        for target in self.inputs.values():
            if target.twice:
                months = _ranges(sorted(target.twice), 1)
                times = max(target.twice.values())
                message = f"found up to {times} values for one month ({months}), expected one{where_hint}"
                self.fault("duplicate-month", message, target, min(target.twice))


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:8])
    return f" (there is {shown}{', …' if len(names) > 8 else ''})" if names else ""


def _ranges(months: Sequence[int], step: int) -> str:
    """Months in words: "2016-04, 2016-06 to 2016-09"."""
    parts: list[list[int]] = []
    for month in months:
        if parts and month - parts[-1][-1] == step:
            parts[-1].append(month)
        else:
            parts.append([month])
    words = [month_text(p[0]) if len(p) == 1 else f"{month_text(p[0])} to {month_text(p[-1])}" for p in parts]
    return ", ".join(words[:12]) + (f" and {len(words) - 12} more" if len(words) > 12 else "")


def _gather(book: Book, data: Any, where: Mapping[str, Any] | None) -> _Reader:
    reader = _Reader(book, where)
    if data is not None:
        reader.read(data)
        reader.finish()
        hint = "" if where else "; if the data hold several providers, choose one with where={column: code}"
        reader.duplicates(hint)
    return reader


def inputs_of(
    book: Book,
    data: Any,
    *,
    where: Mapping[str, Any] | None = None,
    as_at: str | None = None,
    plan: bool = False,
    outside: Outside = "refuse",
    forget: bool = False,
) -> dict[str, list[str | None]]:
    """The inputs of a book from data.

    Parameters
    ----------
    data
        A frame (pandas, polars, Arrow, DuckDB, any object with the Arrow C stream), a CSV path, a mapping from
        columns to lists
        (with ``period``), a mapping from input ids to lists (one value per period, members fastest) or from months to
        values,
        or a list of any of these. None: no data.
    where
        Column and code that select rows: ``{"org_code": "RF4"}``.
    as_at
        Month up to which data are wanted; later months may be absent.
    plan
        Inputs without any data are left to their plan instead of being a fault.
    outside
        "refuse" months outside the book's calendar, or "drop" them.
    forget
        Leave out the values after `as_at` (None in their place): a simulation draws them.

    Returns
    -------
    dict
        For each input with data one exact text per period (times members, member fastest); None where it is missing.

    Raises
    ------
    DataError
        All faults at once, each naming input, month, value and what was expected.
    """
    reader = _gather(book, data, where)
    last = month_index(as_at) if as_at else reader.months.start + reader.months.count
    result: dict[str, list[str | None]] = {}
    for target in reader.inputs.values():
        if not target.seen:
            if not plan and not target.may_be_missing:
                wanted = f"column '{target.column}'" if target.column else f"column '{target.id}'"
                codes = "".join(f", {key} = '{value}'" for key, value in target.where.items())
                reader.fault("missing-input", f"no data, expected {wanted}{codes}", target)
            continue
        values = _aligned(reader, target, last, outside)
        if forget:
            known = sum(stop - 1 <= last for stop in reader.months.ends(target.every)) * max(1, len(target.members))
            values[known:] = [None] * (len(values) - known)
        result[target.id] = values
    if reader.problems:
        count = len(reader.problems)
        raise DataError(f"the data do not fit the book: {count} fault{'s' if count > 1 else ''}", reader.problems)
    return result


def _aligned(reader: _Reader, target: _Input, last: int, outside: Outside) -> list[str | None]:
    starts, ends = reader.months.starts(target.every), reader.months.ends(target.every)
    known = set(starts)
    strange = sorted({month for month, _ in target.cells if month not in known})
    first, end = reader.months.start, reader.months.start + reader.months.count
    beyond = [month for month in strange if not first <= month < end]
    if beyond and outside == "refuse":
        message = f"found {_ranges(beyond, 1)}, expected months from {month_text(first)} to {month_text(end - 1)}"
        reader.fault("outside-calendar", message, target, beyond[0])
    inside = [
        month
        for month in strange
        if first <= month < end and any(target.cells[key] is not None for key in target.cells if key[0] == month)
    ]
    if inside:
        wanted = _ranges(starts, starts[1] - starts[0] if len(starts) > 1 else 1)
        reader.fault(
            "wrong-period",
            f"found {_ranges(inside, 1)}, expected the first month of each {target.every}: {wanted}",
            target,
        )
    values: list[str | None] = []
    absent: dict[str, list[int]] = {}
    for start, stop in zip(starts, ends, strict=True):
        for member in target.members or ("",):
            value = target.cells.get((start, member))
            values.append(value)
            if value is None and not target.may_be_missing and stop - 1 <= last:
                absent.setdefault(member, []).append(start)
    for member, months in absent.items() if not _reported(reader, target) else ():
        of = f" of {target.dimension} '{member}'" if member else ""
        step = starts[1] - starts[0] if len(starts) > 1 else 1
        message = f"no value{of} for {_ranges(months, step)}, expected a number (a gap is never a zero)"
        reader.fault("missing-month", message, target, months[0])
    return values


def _reported(reader: _Reader, target: _Input) -> bool:
    """Whether the input's data were refused as a whole, so that naming each month adds nothing."""
    path = f"/inputs/{target.number}"
    refused = ("unknown-code", "missing-column", "wrong-length")
    return any(problem.path == path and problem.code in refused for problem in reader.problems)


def series_of(book: Book, data: Any, *, where: Mapping[str, Any] | None = None) -> dict[str, dict[int, Decimal]]:
    """The values of every monthly input without dimension that the data hold, inside the calendar or not.

    Returns
    -------
    dict
        For each input its values by month (months since January of year 0), in order.

    Raises
    ------
    DataError
        As for `inputs_of`, but months may lie outside the calendar.
    """
    reader = _gather(book, data, where)
    if reader.problems:
        raise DataError(f"the data do not fit the book: {len(reader.problems)} faults", reader.problems)
    result: dict[str, dict[int, Decimal]] = {}
    for target in reader.inputs.values():
        if target.seen and target.every == "month" and not target.dimension:
            values = {month: Decimal(text) for (month, _), text in sorted(target.cells.items()) if text is not None}
            if values:
                result[target.id] = values
    return result
