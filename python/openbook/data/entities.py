"""Rows of a frame as members of a dimension: patients, stays, claims, events."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from .. import _json
from .._json import Json
from .._values import nearest
from ..errors import BookError
from .cells import BadCell, code_text, number_text, read_date, read_number
from .faults import Faults
from .frames import Frame, frames_of

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["with_rows"]

Column = Mapping[str, str]

#: What a row without a value says in a formula.
NOTHING = "no_value()"


def with_rows(
    book: Book,
    dimension: str,
    data: Any,
    *,
    member: str | Sequence[str],
    parents: Column | None = None,
    values: Column | None = None,
) -> Book:
    """A new book whose dimension has a member for each row of a frame, with the row's attributes.

    A book that pays for each stay, claim or event is written once, over a dimension whose members are examples. The
    rows of a month or a year take their place: codes become the members' parents, numbers and dates the values of
    parameters over the dimension.

    Parameters
    ----------
    book
        The book; it does not change.
    dimension
        The dimension whose members are replaced.
    data
        A frame, a mapping of columns, or the path of a CSV, Excel or Parquet file.
    member
        The column that names a row; several columns are joined with " / ".
    parents
        By parent dimension the column with the member of it that the row belongs to.
    values
        By parameter over the dimension the column of its values: numbers, amounts ("£1.5m"), percentages ("5%") where
        its unit is ``%``, yes and no, dates where its unit is ``date``, and names of its category. An empty cell is a
        missing value.

    Raises
    ------
    DataError
        All faults of the frame at once: no rows, empty or repeated names, unknown codes, cells that cannot be read.
    BookError
        The book has no such dimension, parent or parameter.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.read_book({
    ...     "format": 1, "id": "stays", "calendar": {"start": "2024-04", "months": 1},
    ...     "dimensions": [{"id": "stay", "members": ["example"]}],
    ...     "parameters": [{"id": "nights", "dimension": "stay", "value": {"value": 0, "unit": "nights"}}],
    ...     "quantities": [{"id": "long_stays", "formula": "sum(nights > 10)"}],
    ... })
    >>> stays = {"id": ["a", "b", "c"], "length": [3, 11, 25]}
    >>> filled = book.with_rows("stay", stays, member="id", values={"nights": "length"})
    >>> [str(row["value"]) for row in filled.settle().quantities]
    ['2']
    """
    document = _json.loads(book.to_json())
    place = _named(document, "dimensions", dimension, "dimension")
    columns = (member,) if isinstance(member, str) else tuple(member)
    parents, values = dict(parents or {}), dict(values or {})
    frame = next(iter(frames_of(data, [*columns, *parents.values(), *values.values()])))
    faults = Faults()
    for column in (*columns, *parents.values(), *values.values()):
        if column not in frame.data:
            message = (
                f"{frame.name}: no column '{column}'{nearest(column, frame.data)} (it has {', '.join(frame.data)})"
            )
            faults.of("missing-column", message, frame=frame, column=column)
    if not len(frame):
        faults.of("empty", f"{frame.name}: {_no_rows(document, columns, parents, values)}", frame=frame)
    faults.raise_any("the rows cannot be read")
    names = _members(frame, columns, faults)
    place["members"] = names
    own = place.setdefault("parents", {})
    for parent, column in parents.items():
        known = set(_named(document, "dimensions", parent, "dimension")["members"])
        own[parent] = dict(zip(names, _codes(frame, column, parent, known, faults), strict=True))
    without = [parent for parent in own if parent not in parents]
    if without:
        raise _wrong(f"dimension '{dimension}' belongs to '{without[0]}': name its column in `parents`")
    now = set(names)
    for parameter in document.get("parameters", ()):
        if parameter.get("by") and dimension in (parameter["dimension"], parameter["by"]):
            _keep_pairs(parameter, dimension, now)
        elif parameter.get("dimension") == dimension and parameter["id"] not in values:
            kept = {name: term for name, term in parameter.get("members", {}).items() if name in now}
            parameter["members"] = kept
    for name, column in values.items():
        parameter = _named(document, "parameters", name, "parameter")
        if parameter.get("dimension") != dimension or parameter.get("by"):
            raise _wrong(f"parameter '{name}' is not over the dimension '{dimension}'")
        terms = _terms(frame, column, _reader(document, parameter), faults)
        parameter["members"] = dict(zip(names, terms, strict=True))
    faults.raise_any("the rows cannot be read")
    return type(book).from_json(document)


def _wrong(message: str) -> BookError:
    return BookError("the rows do not fit the book", [{"code": "missing-reference", "path": "", "message": message}])


def _no_rows(document: Mapping[str, Any], columns: Sequence[str], parents: Column, values: Column) -> str:
    """That a dimension has at least one member, and the row that stands for none."""
    worded = {item["id"] for item in document.get("parameters", ()) if item.get("category") or _unit(item) == "date"}
    row: dict[str, list[Any]] = {column: ["none"] for column in columns}
    row |= {column: ["..."] for column in parents.values()}
    row |= {column: ["..." if name in worded else 0] for name, column in values.items()}
    return (
        "found no rows, expected at least one: a dimension has at least one member. For a period without any, give one "
        f"row of zeros: {json.dumps(row, ensure_ascii=False)}"
    )


def _keep_pairs(parameter: dict[str, Any], dimension: str, now: set[str]) -> None:
    """Keep the pairs of members that there still are."""
    pairs = parameter.get("pairs", {})
    if parameter["dimension"] == dimension:
        parameter["members"] = {name: term for name, term in parameter.get("members", {}).items() if name in now}
        parameter["pairs"] = {name: row for name, row in pairs.items() if name in now}
    else:
        parameter["pairs"] = {name: {m: term for m, term in row.items() if m in now} for name, row in pairs.items()}


def _named(document: dict[str, Json], kind: str, name: str, word: str) -> Any:
    found = {item["id"]: item for item in document.get(kind, ())}
    if name not in found:
        raise _wrong(f"'{name}' is no {word} of the book{nearest(name, found)}")
    return found[name]


def _unit(parameter: Mapping[str, Any]) -> str:
    value = parameter.get("value")
    return str(value.get("unit", "")) if isinstance(value, dict) else ""


def _members(frame: Frame, columns: Sequence[str], faults: Faults) -> list[str]:
    names: list[str] = []
    first: dict[str, int] = {}
    for row in range(len(frame)):
        parts = [code_text(frame.data[column][row]) for column in columns]
        for column, part in zip(columns, parts, strict=True):
            if part is None:
                faults.at("missing-value", frame, row, column, BadCell("an empty cell", "a name for the row"))
        name = " / ".join(part or "" for part in parts)
        if first.setdefault(name, row) != row:
            again = BadCell(f"'{name}' again (it also stands in row {frame.lines[first[name]]})", "a name for each row")
            faults.at("duplicate-key", frame, row, columns[-1], again, value=name)
        names.append(name)
    return names


def _codes(frame: Frame, column: str, parent: str, known: set[str], faults: Faults) -> list[str]:
    found = []
    for row, cell in enumerate(frame.data[column]):
        code = code_text(cell) or ""
        if code not in known:
            wrong = BadCell(f"'{code}'{nearest(code, known)}", f"a member of dimension '{parent}'")
            faults.at("unknown-code", frame, row, column, wrong)
        found.append(code)
    return found


def _reader(document: dict[str, Json], parameter: Mapping[str, Any]) -> Callable[[Any, bool], str]:
    """What reads the cells of a parameter: as dates, as names of its category, or as numbers."""
    if parameter.get("category"):
        category = _named(document, "categories", parameter["category"], "category")
        return partial(_chosen, tuple(category["values"]))
    return _dated if _unit(parameter) == "date" else _valued


def _terms(frame: Frame, column: str, read: Callable[[Any, bool], str], faults: Faults) -> list[str]:
    found = []
    for row, cell in enumerate(frame.data[column]):
        try:
            found.append(read(cell, frame.nan_is_missing))
        except BadCell as error:
            faults.at("unknown-choice" if isinstance(error, _NoName) else "not-a-number", frame, row, column, error)
            found.append(NOTHING)
    return found


def _valued(cell: Any, nan_is_missing: bool) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    number = read_number(cell, nan_is_missing=nan_is_missing).value
    return NOTHING if number is None else number_text(number)


def _dated(cell: Any, nan_is_missing: bool) -> str:
    day = read_date(cell)
    return NOTHING if day is None else f"date('{day.isoformat()}')"


class _NoName(BadCell):
    """A cell that is no name of the parameter's category."""


def _chosen(names: Sequence[str], cell: Any, nan_is_missing: bool) -> str:
    text = code_text(cell)
    if text is None:
        return NOTHING
    if text not in names:
        raise _NoName(f"'{text}'", f"one of {', '.join(names)}{nearest(text, names)}")
    return f"'{text}'"
