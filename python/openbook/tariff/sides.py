"""The two sides of a movement: the rows of a frame as lines, with what a map of codes makes of them, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ..data.cells import Number, add, number_text, times
from ..data.mapping import CodeMap
from .lines import Row, Rows, line_name

__all__ = ["Columns", "Side", "lines_of"]

LEFT_OUT = "left out by the map of codes"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a frame that a movement is read from; without `cost` or `by` there are none."""

    quantity: str
    price: str
    cost: str | None = None
    by: str | None = None


@dataclass(slots=True)
class Side:
    """What the rows of one line come to on one side.

    Attributes
    ----------
    group
        The group of the first of them.
    quantity, value
        Their exact sums.
    prices
        The prices that they have.
    held_back
        Whether some row of the line has no figures.
    """

    group: str
    quantity: Number = Decimal(0)
    value: Number = Decimal(0)
    prices: set[Decimal] = field(default_factory=set)
    held_back: bool = False

    def price(self) -> Number | None:
        """The price of a unit: as it stands, of rows with several prices their exact average, value by quantity.

        None where the quantities of such rows come to nothing: then there is no average, and it is not zero.
        """
        if len(self.prices) == 1:
            return next(iter(self.prices))
        quantity = Fraction(self.quantity)
        return times(Fraction(self.value) / quantity, Decimal(1)) if quantity else None

    def take(self, quantity: Number, price: Decimal) -> None:
        """Add a row."""
        self.quantity = add(self.quantity, quantity)
        self.value = add(self.value, times(quantity, price))
        self.prices.add(price)


def lines_of(
    rows: Rows, label: str, columns: Columns, codes: CodeMap | None, month: int, aside: list[dict[str, Any]]
) -> dict[str, Side]:
    """The lines of one side; rows without figures go to `aside` and mark their lines as held back."""
    found: dict[str, Side] = {}
    place = None if columns.by is None else rows.keys.index(columns.by)
    for row in rows.rows:
        targets, left = _targets(row, codes, month)
        quantity, price = row.value(columns.quantity), row.value(columns.price)
        reason = _left_out(left)
        if targets and (quantity is None or price is None):
            reason, left = row.why_not(columns.quantity if quantity is None else columns.price), Decimal(1)
        if reason:
            spent = row.value(columns.cost) if columns.cost else None
            told = {"frame": label, "row": rows.line(row), "line": line_name(row.key), "reason": reason}
            aside.append(told | {"cost": None if spent is None else times(spent, left)})
        for target, share in targets:
            line = found.setdefault(target, Side("" if place is None else row.key[place]))
            if quantity is None or price is None:
                line.held_back = True
            else:
                line.take(times(quantity, share), price)
    return found


def _targets(row: Row, codes: CodeMap | None, month: int) -> tuple[Sequence[tuple[str, Number]], Number]:
    """The lines that a row goes to, each with its part of the row, and the part that the map leaves out."""
    entries = codes.find(row.key, month) if codes is not None else ()
    if not entries:
        return [(line_name(row.key), Decimal(1))], Decimal(0)
    targets = [(entry.target, entry.weight) for entry in entries if entry.target is not None and entry.weight]
    left: Number = Decimal(1)
    for _, share in targets:
        left = add(left, times(share, Decimal(-1)))
    return targets, left


def _left_out(part: Number) -> str:
    if not part:
        return ""
    return LEFT_OUT if part == 1 else f"{number_text(part)} of it {LEFT_OUT}"
