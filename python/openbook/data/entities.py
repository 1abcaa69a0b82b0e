"""Rows of a frame as members of a dimension: patients, stays, claims, events."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import _json
from .._json import Json
from .._values import nearest
from ..errors import BookError
from .cells import BadCell, code_text
from .faults import Faults
from .frames import Frame, frames_of
from .row_terms import is_worded, terms_of

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["with_rows"]

Column = Mapping[str, str]


def with_rows(
    book: Book,
    dimension: str,
    data: Any,
    *,
    member: str | Sequence[str],
    parents: Column | None = None,
    values: Column | None = None,
    also: Mapping[str, Mapping[str, Any]] | None = None,
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
        By parameter over the dimension the column of its values: numbers, amounts ("£1.5m") and percentages ("5%")
        where it is one, yes and no (true and false), dates where its unit is ``date``, and names of its category. A
        column may declare its unit, as columns of data do: ``fee [£k]``, ``share [%]``. An empty cell is a missing
        value.
    also
        Rows of further dimensions that are filled in the same step, by dimension: a mapping with data, member, parents
        and values. Needed where the members of one belong to those of another, as claims to persons.

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
    faults = Faults()
    first = {"data": data, "member": member, "parents": parents, "values": values}
    asked = {dimension: first, **(also or {})}
    found = [_Rows.read(document, name, faults, **given) for name, given in asked.items()]
    if not all(rows.names for rows in found):
        faults.raise_any("the rows cannot be read")
    for rows in found:
        _named(document, "dimensions", rows.dimension, "dimension")["members"] = rows.names
    for rows in found:
        rows.fill(document, faults)
    faults.raise_any("the rows cannot be read")
    _require_parents(document, list(asked))
    return type(book).from_json(document)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one dimension, and the columns that say what of them."""

    dimension: str
    frame: Frame
    names: list[str]
    parents: Column
    values: Column

    @classmethod
    def read(
        cls,
        document: dict[str, Json],
        dimension: str,
        faults: Faults,
        *,
        data: Any,
        member: str | Sequence[str],
        parents: Column | None = None,
        values: Column | None = None,
    ) -> _Rows:
        """The frame and its names; faults of columns that it lacks."""
        _named(document, "dimensions", dimension, "dimension")
        columns = (member,) if isinstance(member, str) else tuple(member)
        parents, values = dict(parents or {}), dict(values or {})
        frame = next(iter(frames_of(data, [*columns, *parents.values(), *values.values()])))
        lacking = [name for name in (*columns, *parents.values(), *values.values()) if name not in frame.data]
        for column in lacking:
            message = (
                f"{frame.name}: no column '{column}'{nearest(column, frame.data)} (it has {', '.join(frame.data)})"
            )
            faults.of("missing-column", message, frame=frame, column=column)
        if not len(frame):
            faults.of("empty", f"{frame.name}: {_no_rows(document, columns, parents, values)}", frame=frame)
        names = [] if lacking else _members(frame, columns, faults)
        return cls(dimension, frame, names, parents, values)

    def fill(self, document: dict[str, Json], faults: Faults) -> None:
        """Put the rows in the place of the members, with their parents and values."""
        own = _named(document, "dimensions", self.dimension, "dimension").setdefault("parents", {})
        for parent, column in self.parents.items():
            known = set(_named(document, "dimensions", parent, "dimension")["members"])
            own[parent] = dict(zip(self.names, _codes(self.frame, column, parent, known, faults), strict=True))
        without = [parent for parent in own if parent not in self.parents]
        if without:
            raise _wrong(f"dimension '{self.dimension}' belongs to '{without[0]}': name its column in `parents`")
        now = set(self.names)
        for parameter in document.get("parameters", ()):
            if parameter.get("by") and self.dimension in (parameter["dimension"], parameter["by"]):
                _keep_pairs(parameter, self.dimension, now)
            elif parameter.get("dimension") == self.dimension and parameter["id"] not in self.values:
                kept = {name: term for name, term in parameter.get("members", {}).items() if name in now}
                parameter["members"] = kept
        for name, column in self.values.items():
            parameter = _named(document, "parameters", name, "parameter")
            if parameter.get("dimension") != self.dimension or parameter.get("by"):
                raise _wrong(f"parameter '{name}' is not over the dimension '{self.dimension}'")
            category = parameter.get("category")
            choices = _named(document, "categories", category, "category")["values"] if category else ()
            terms = terms_of(self.frame, column, parameter, choices, faults)
            parameter["members"] = dict(zip(self.names, terms, strict=True))


def _require_parents(document: Mapping[str, Any], filled: Sequence[str]) -> None:
    """Refuse members of other dimensions that belonged to members which are gone."""
    members = {item["id"]: set(item.get("members", ())) for item in document.get("dimensions", ())}
    for item in document.get("dimensions", ()):
        for parent, own in item.get("parents", {}).items():
            if parent in filled and item["id"] not in filled and not set(own.values()) <= members[parent]:
                rows = f"{{'data': ..., 'member': ..., 'parents': {{'{parent}': ...}}}}"
                raise _wrong(
                    f"members of '{item['id']}' belong to members of '{parent}' that are gone: give its rows in the "
                    f"same step, also={{'{item['id']}': {rows}}}"
                )


def _wrong(message: str) -> BookError:
    return BookError("the rows do not fit the book", [{"code": "missing-reference", "path": "", "message": message}])


def _no_rows(document: Mapping[str, Any], columns: Sequence[str], parents: Column, values: Column) -> str:
    """That a dimension has at least one member, and the row that stands for none."""
    worded = {item["id"] for item in document.get("parameters", ()) if is_worded(item)}
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
