"""Tables: which row a key belongs to."""

from __future__ import annotations

from fractions import Fraction as F
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .engine import At, Engine

Document = dict[str, Any]
Row = tuple[list[Any], Any]


def looked_up(engine: Engine, table: Document, keys: list[Any], at: At) -> Any:
    rows = [([engine.term(place, at) for place in row["at"]], engine.term(row["value"], at)) for row in table["rows"]]
    otherwise = engine.term(table["otherwise"], at) if table.get("otherwise") is not None else None
    return found(engine, table["keys"], rows, keys, otherwise)


def found(engine: Engine, keys: list[Document], rows: list[Row], given: list[Any], otherwise: Any) -> Any:
    """One key after the other: each leaves the rows of one place, or of two that it lies between."""
    if not keys:
        return rows[0][1]
    places = sorted({row[0][0] for row in rows})
    x, match = given[0], keys[0].get("match", "exact")
    if match != "exact":
        for place in places:
            engine.beside(x, place)

    def at_place(place: Any) -> Any:
        below = [(row[0][1:], row[1]) for row in rows if row[0][0] == place]
        return found(engine, keys[1:], below, given[1:], otherwise)

    own = placed(match, places, x)
    if own is None and keys[0].get("uncovered", "otherwise") == "nearest":
        own = nearest(places, x)
    if own is None:
        return otherwise
    if len(own) == 1:
        return at_place(own[0])
    (a, b), (low, high) = own, (at_place(own[0]), at_place(own[1]))
    return None if low is None or high is None else low + (high - low) * F(x - a) / (b - a)


def placed(match: str, places: list[Any], x: Any) -> list[Any] | None:
    if match == "exact":
        return [x] if x in places else None
    if match == "interpolate":
        below, above = [p for p in places if p <= x], [p for p in places if p >= x]
        if not below or not above:
            return None
        return [below[-1]] if below[-1] == above[0] else [below[-1], above[0]]
    applies = {
        "from": [p for p in places if p <= x][-1:],
        "above": [p for p in places if p < x][-1:],
        "up_to": [p for p in places if x <= p][:1],
        "below": [p for p in places if x < p][:1],
    }[match]
    return applies or None


def nearest(places: list[Any], x: Any) -> list[Any]:
    return [min(places, key=lambda place: (abs(place - x), place))]
