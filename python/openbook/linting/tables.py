"""Tables with gaps or overlaps."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Any

from .findings import Finding, Reader, number_of

__all__ = ["tables"]

_SIDE = {"from": "below", "above": "at or below", "up_to": "above", "below": "at or above"}
#: Keys of which every combination is looked at.
_MOST = 100_000


def tables(reader: Reader) -> Iterator[Finding]:
    """Values of the keys for which a table says nothing, or twice."""
    for number, table in enumerate(reader.book.tables):
        rows = [tuple(number_of(term._data) for term in row.at) for row in table.rows]
        known = [tuple(at for at in row if at is not None) for row in rows]
        if any(len(row) != len(table.keys) for row in known):
            continue  # a key is a formula, or a row has not as many as the table, which settlement refuses
        path = f"/tables/{number}"
        yield from _overlaps(table, path, known)
        said = table.otherwise is not None
        yield from _gaps(table, path, known, said)
        if not said:
            yield from _open_sides(table, path, known)


def _overlaps(table: Any, path: str, rows: list[tuple[Decimal, ...]]) -> Iterator[Finding]:
    first: dict[tuple[Decimal, ...], int] = {}
    for row, at in enumerate(rows):
        if at in first:
            message = f"rows {first[at] + 1} and {row + 1} of table '{table.id}' both stand at {_told(table, at)}"
            yield Finding("table-overlap", "error", f"{path}/rows/{row}", message)
        first.setdefault(at, row)


def _gaps(table: Any, path: str, rows: list[tuple[Decimal, ...]], said: bool) -> Iterator[Finding]:
    """Combinations of keys of which each stands in a row but not together."""
    sides = [sorted(set(column)) for column in zip(*rows, strict=True)]
    size = 1
    for side in sides:
        size *= len(side)
    if len(sides) < 2 or size > _MOST:
        return
    have = set(rows)
    lacking = [at for at in product(*sides) if at not in have]
    if not lacking:
        return
    if all(key.match == "interpolate" for key in table.keys):
        does = "a value between its neighbours cannot be found there"
    else:
        does = "`otherwise` is taken there" if said else "a value looked up there is missing"
    more = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
    message = f"table '{table.id}' has no row at {_told(table, lacking[0])}{more}: {does}"
    yield Finding("table-gap", "note" if said else "warning", path, message)


def _open_sides(table: Any, path: str, rows: list[tuple[Decimal, ...]]) -> Iterator[Finding]:
    """Keys beyond the outermost row, where nothing is said of what holds there."""
    for number, key in enumerate(table.keys):
        values = sorted(row[number] for row in rows)
        if key.uncovered == "nearest" or not values or (key.match in ("from", "above") and values[0] == 0):
            continue  # a step from 0 on covers every count and amount
        if key.match == "interpolate":
            where = f"below {values[0]:f} or above {values[-1]:f}"
        elif key.match in _SIDE:
            edge = values[0] if key.match in ("from", "above") else values[-1]
            where = f"{_SIDE[key.match]} {edge:f}"
        else:
            where = f"other than {', '.join(f'{value:f}' for value in dict.fromkeys(values[:6]))}"
        message = (
            f"table '{table.id}' says nothing for {key.name or f'key {number + 1}'} {where}: a value looked up there "
            "is missing; give `otherwise`, or say that the nearest row holds"
        )
        yield Finding("table-gap", "note", path, message)


def _told(table: Any, at: tuple[Decimal, ...]) -> str:
    return ", ".join(f"{key.name} {value:f}" for key, value in zip(table.keys, at, strict=True))
