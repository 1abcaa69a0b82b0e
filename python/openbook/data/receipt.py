"""The receipt of a load: what came in, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from ..table import Column, Schema, Table
from .cells import Number, add, number_text, times, total
from .fates import Fate
from .rows import Rows
from .values import NUMBER, Values

__all__ = ["Lot", "Receipt", "receipt_of"]

COLUMNS = Schema(
    "openbook.receipt",
    1,
    (
        Column("frame"),
        Column("column"),
        Column("unit"),
        Column("part"),
        Column("reason"),
        Column("rows", "int"),
        Column("value", "decimal"),
        Column("without_value", "int", "rows without a value"),
    ),
)
_PARTS = ("used", "excluded", "suspended")


@dataclass(slots=True)
class Lot:
    """One column of numbers on its way: which parts of which rows stand in it, and what became of each.

    Attributes
    ----------
    column
        In the frame.
    label
        In the receipt: of a long frame "value of visits".
    parts
        Numbers of parts in `rows`, in order.
    at
        Per part: where its row's number stands in `values`.
    row
        The rows, in order.
    fate
        Per part.
    """

    rows: Rows
    column: str
    label: str
    parts: npt.NDArray[np.int64]
    at: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]
    values: Values
    fate: npt.NDArray[np.int8]

    def weight(self, part: int) -> Number:
        """The weight of a part (its place in `parts`)."""
        weights = self.rows.weights
        return Decimal(1) if weights is None else weights[self.parts[part]]

    def raise_to(self, index: npt.NDArray[np.int64], fate: Fate) -> None:
        """Say of some parts (places in `parts`) what became of them, unless an input made more of them."""
        self.fate[index] = np.maximum(self.fate[index], fate)

    def by_row(self) -> npt.NDArray[np.int8]:
        """The greatest fate of each row."""
        if len(self.row) == len(self.fate):  # a part for each
            return self.fate
        greatest = np.zeros(len(self.row), np.int8)
        np.maximum.at(greatest, self.at, self.fate)
        return greatest


class Receipt(Table):
    """What came in and what became of it: columns frame, column, unit, part, reason, rows, value, without_value.

    For every frame and every column that is read, rows and value in are exactly used + excluded + suspended, the latter
    two by reason. Values are in the unit of the inputs (£ where that is money) before any weights. Lines of the part
    "stated" are no rows: months that a stated reason filled.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.examples.alliance_precedence()
    >>> months = [f"2015-{m:02d}" for m in range(4, 13)] + ["2016-01", "2016-02", "2016-03"]
    >>> receipt = ob.load(book, {"period": months, "visits_made": [1000] * 12}).receipt
    >>> receipt.balances, receipt.rows("used"), receipt.total("used")
    (True, 12, Decimal('12000'))
    """

    __slots__ = ()

    @property
    def balances(self) -> bool:
        """Whether in = used + excluded + suspended, in rows and in value, for every frame and column."""
        sums: dict[tuple[str, str], list[Any]] = {}
        for row in self:
            sign = 1 if row["part"] == "in" else -1 if row["part"] in _PARTS else 0
            left = sums.setdefault((row["frame"], row["column"]), [0, Decimal(0), 0])
            left[0] += sign * row["rows"]
            left[1] = add(left[1], times(Decimal(sign), _number(row["value"])))
            left[2] += sign * row["without_value"]
        return all(rows == 0 and value == 0 and empty == 0 for rows, value, empty in sums.values())

    def rows(self, part: str, **where: str) -> int:
        """Rows of a part ("in", "used", "excluded", "suspended"), of all columns or those with ``column=``, ..."""
        return sum(row["rows"] for row in self.where(part=part, **where))

    def total(self, part: str, **where: str) -> Any:
        """Value of a part: a `Decimal`, or text such as "1/3" where it is none."""
        return _shown(total(_number(row["value"]) for row in self.where(part=part, **where)))


def _number(value: Any) -> Number:
    return value if isinstance(value, Decimal) else Fraction(value)


def _shown(value: Number) -> Any:
    return value if isinstance(value, Decimal) else number_text(value)


def receipt_of(lots: Iterable[Lot], stated: Iterable[Mapping[str, Any]], notes: Sequence[str]) -> Receipt:
    """The receipt of all lots."""
    lines: list[Mapping[str, Any]] = []
    for lot in lots:
        lines += _lines(lot)
    lines += list(stated)
    note = "In = used + excluded + suspended, for every column." if lines else ""
    return Receipt.of_rows("Receipt", COLUMNS, lines, " ".join([note, *notes]).strip())


def _lines(lot: Lot) -> list[dict[str, Any]]:
    fates = lot.by_row()
    numbers, filled = lot.values.numbers, lot.values.states == NUMBER
    sums = _sums(lot, fates)
    own = {"frame": lot.rows.frame.name, "column": lot.label, "unit": lot.values.unit}
    lines = [
        own
        | {
            "part": "in",
            "reason": "",
            "rows": len(numbers),
            "value": _shown(numbers.total()),
            "without_value": int((~filled).sum()),
        }
    ]
    for fate in _IN_ORDER:
        of = fates == fate
        if of.any() or sums.get(fate):
            lines.append(
                own
                | {
                    "part": fate.part,
                    "reason": fate.reason,
                    "rows": int(of.sum()),
                    "value": _shown(sums.get(fate, Decimal(0))),
                    "without_value": int((of & ~filled).sum()),
                }
            )
    return lines


_IN_ORDER = sorted(Fate, key=lambda fate: (("used", "excluded", "suspended", "refused").index(fate.part), fate))


def _sums(lot: Lot, fates: npt.NDArray[np.int8]) -> dict[Fate, Number]:
    """Value by fate: of whole rows at once, of split rows part by part."""
    numbers, filled = lot.values.numbers, lot.values.states == NUMBER
    weights = lot.rows.weights
    whole = np.bincount(lot.at, minlength=len(numbers)) == 1
    if weights is not None:
        light = np.asarray([weight != 1 for weight in weights[lot.parts]], dtype=bool)
        whole[lot.at[light]] = False
    result: dict[Fate, Number] = {}
    for value in np.flatnonzero(np.bincount(fates[whole], minlength=1)).tolist():
        result[Fate(value)] = numbers.total((fates == value) & whole & filled)
    for part in np.flatnonzero(~whole[lot.at]).tolist():
        at, fate = int(lot.at[part]), Fate(int(lot.fate[part]))
        if filled[at]:
            result[fate] = add(result.get(fate, Decimal(0)), times(numbers[at], lot.weight(part)))
    return result
