"""The payment as a function of what is paid for: exact at every value, with its bends and jumps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .._literals import figure
from ..errors import BookError, LimitError, Problem
from ..table import Column, Schema, Table

if TYPE_CHECKING:
    from ._quick import Quick

__all__ = ["Curve", "values_between"]

#: Steps of a curve unless a step is said, and values that it may have at most.
STEPS = 200
MOST = 5_000


def curve_schema(main: str) -> Schema:
    """Columns of a curve; the first is named as what varies."""
    columns = (Column(main, "decimal"), Column("payment", "money"), Column("change", "money"), Column("note"))
    return Schema("openbook.curve", 1, columns, "+ = the commissioner pays.")


CURVE = curve_schema("volume")


class Curve(Table):
    """Payment by value: columns named after the input, payment, change (since the row before), note (the bend).

    + = the commissioner pays.
    """

    __slots__ = ("bends",)
    bends: dict[str, Decimal]

    @classmethod
    def of_payments(cls, form: Quick, main: str, payments: Sequence[tuple[Decimal, Decimal]]) -> Curve:
        """The table of the payments at some values."""
        bends = form.bends()
        least = _least(form)
        rows = []
        before: Decimal | None = None
        for value, paid in payments:
            note = ", ".join(label for label, at in bends.items() if _up(at, least) == value)
            change = None if before is None else paid - before
            rows.append({main: value, "payment": paid, "change": change, "note": note})
            before = paid
        note = "Pounds over the term, + = the commissioner pays; change since the row before."
        table = cls.of_rows(f"{form.book.title}: payment by {main}", curve_schema(main), rows, note)
        object.__setattr__(table, "bends", bends)
        return table

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.title, self.schema, self._data, self.note, self.bends)

    def at(self, value: Any) -> Decimal:
        """The payment at one of the values.

        Raises
        ------
        KeyError
            It is none of the curve's values.
        """
        found = figure(value)
        main = self.columns[0]
        if found is not None and found.value in self[main]:
            paid: Decimal = self["payment"][self[main].index(found.value)]
            return paid
        raise KeyError(f"{value!r} is no value of the curve; they go from {self[main][0]} to {self[main][-1]}")

    def svg(self) -> str:
        """The curve as a drawing, with its bends."""
        from .._display import curve

        points = [(float(row[self.columns[0]]), float(row["payment"])) for row in self]
        marks = [(label, float(value)) for label, value in self.bends.items()]
        return curve.drawing(points, marks, title=f"{self.title} (£)")

    def _blocks(self) -> list[Any]:
        from .._display import blocks, figures

        values = self[self.columns[0]]
        words = f"Drawing of the payment from {figures.number(values[0])} to {figures.number(values[-1])}"
        return [blocks.of_table(self), blocks.Picture(self.svg(), words)]


def _rebuild(title: str, schema: Sequence[Column], data: Any, note: str, bends: dict[str, Decimal]) -> Curve:
    table = Curve(title, schema, data, note)
    object.__setattr__(table, "bends", bends)
    return table


def values_between(form: Quick, low: Any, high: Any, step: Any, *, bends_only: bool = False) -> list[Decimal]:
    """The values of a curve: every step from low to high, the bends, and the values beside a jump.

    Raises
    ------
    BookError
        The values are no range.
    LimitError
        There would be more than 5,000 of them.
    """
    least = _least(form)
    bends = {label: _up(bend, least) for label, bend in form.bends().items()}
    first = _value("low", low) if low is not None else _outside(bends.values(), Decimal("0.8"), least, math.floor)
    last = _value("high", high) if high is not None else _outside(bends.values(), Decimal("1.2"), least, math.ceil)
    if first >= last:
        message = f"found low = {first}, high = {last}; expected a low below a high"
        raise BookError("not a range", [Problem("wrong-argument", "/low", message)])
    between = _value("step", step) if step is not None else _step(last - first, least)
    if between <= 0 or (last - first) / between > MOST:
        message = f"found step = {between} from {first} to {last}; expected a step that gives at most {MOST:,} values"
        raise LimitError("too many values", [{"code": "out-of-range", "path": "/step", "message": message}])
    values = {first, last}
    if not bends_only:
        values |= {first + number * between for number in range(int((last - first) / between) + 1)}
    jumps = {label for label, _, jump in form.edges if jump}
    beside = {bend + side for label, bend in bends.items() if label in jumps for side in (-least, least)}
    return sorted(value for value in values | beside | set(bends.values()) if first <= value <= last)


def _least(form: Quick) -> Decimal:
    """The smallest difference that is looked at: a unit, a penny, a tenth of a percentage point."""
    unit = next(item.unit for item in form.book.inputs if item.id == form.inputs[0])
    return Decimal("0.001") if unit == "number" else Decimal("0.01") if unit.startswith("£") else Decimal(1)


def _up(value: Decimal, least: Decimal) -> Decimal:
    """The value, or the next whole unit above it."""
    return math.ceil(value / least) * least


def _value(name: str, given: Any) -> Decimal:
    found = figure(given)
    if found is None:
        message = f"{name}: found {given!r}, expected a number"
        raise BookError("not a number", [Problem("wrong-argument", f"/{name}", message)])
    return found.value


def _outside(bends: Iterable[Decimal], by: Decimal, least: Decimal, whole: Any) -> Decimal:
    """A fifth beyond the outermost bend; of a score no further than its range; without bends from 0 to 1."""
    edges = list(bends)
    if not edges:
        return Decimal(0) if by < 1 else Decimal(1)
    edge = min(edges) if by < 1 else max(edges)
    if abs(edge) == 1 or edge == 0:
        return edge
    return Decimal(whole(edge * by / least)) * least


def _step(span: Decimal, least: Decimal) -> Decimal:
    """The least of 1, 2, 5, 10, ... times the unit that gives no more than 200 steps."""
    size = least
    while True:
        for times in (1, 2, 5):
            if span / (size * times) <= STEPS:
                return size * times
        size *= 10
