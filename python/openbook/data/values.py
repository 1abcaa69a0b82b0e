"""One column of numbers, read once, with what each cell says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from .cells import EXACT, BadCell, Cell, Unit, read_number, rounded
from .frames import Frame
from .targets import Target

__all__ = ["BAD", "BLANK", "HIDDEN", "NUMBER", "PERCENT", "Values", "read_values", "wrong_unit"]

NUMBER, BLANK, HIDDEN, BAD = range(4)
_MARKS = {"": 0, "£": 1, "k": 2, "£k": 3, "%": 4}
_MONEY, PERCENT = (_MARKS["£"], _MARKS["£k"]), _MARKS["%"]

Small = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Values:
    """Numbers in the unit of the inputs that read them.

    Attributes
    ----------
    numbers
        One per row; None where there is none.
    states
        NUMBER, BLANK, HIDDEN (suppressed) or BAD, per row.
    marks
        What each cell says of itself, for `wrong_unit`.
    errors
        Of the rows that are BAD.
    unit
        In words, for the receipt.
    declared
        The unit that the column declares, where it declares one.
    """

    numbers: list[Decimal | None]
    states: Small
    marks: Small
    errors: dict[int, BadCell]
    unit: str
    declared: Unit | None


def read_values(
    frame: Frame,
    column: str,
    rows: Sequence[int] | range,
    readers: Sequence[Target],
    declared: Unit | None,
    decimals: int | None,
) -> Values:
    """Read the rows of a column in the unit of its readers."""
    units = list(dict.fromkeys(target.unit for target in readers))
    own = Unit.read(units[0]) if units else None
    own_power = own.power if own and own.base != "%" else 0
    plain = declared.power - own_power if declared else 0
    numbers: list[Decimal | None] = []
    states, marks = bytearray(len(rows)), bytearray(len(rows))
    errors: dict[int, BadCell] = {}
    known: dict[str, tuple[Decimal | None, int, int]] = {}
    column_cells = frame.data[column]
    for at, row in enumerate(rows):
        raw = column_cells[row]
        text = raw if isinstance(raw, str) else None
        found = known.get(text) if text is not None else None
        if found is None:
            try:
                cell = read_number(raw, nan_is_missing=frame.nan_is_missing)
                found = _scaled(cell, plain, own_power, declared)
            except BadCell as error:
                errors[at] = error
                found = (None, BAD, 0)
            else:
                if decimals is not None and found[0] is not None and _is_float(raw):
                    found = (rounded(found[0], decimals), found[1], found[2])
                if text is not None:
                    known[text] = found
        numbers.append(found[0])
        states[at], marks[at] = found[1], found[2]
    unit = units[0] if len(units) == 1 else ", ".join(unit or "number" for unit in units[:3])
    return Values(
        numbers, np.frombuffer(bytes(states), np.uint8), np.frombuffer(bytes(marks), np.uint8), errors, unit, declared
    )


def _is_float(value: Any) -> bool:
    return isinstance(value, float) or type(value).__name__.startswith("float")


def _scaled(cell: Cell, plain: int, own_power: int, declared: Unit | None) -> tuple[Decimal | None, int, int]:
    """The number in the readers' unit, its state and its mark."""
    if cell.mark == "blank":
        return None, BLANK, 0
    if cell.mark == "suppressed" or cell.value is None:
        return None, HIDDEN, 0
    mark = _MARKS[cell.mark]
    if mark == PERCENT:
        if declared and declared.base == "£":
            raise BadCell(f"{cell.value:f} as a percentage", f"an amount in {declared.text}")
        return cell.value, NUMBER, mark
    if mark in (_MARKS["k"], _MARKS["£k"]):
        if declared and declared.power:
            raise BadCell(f"an amount with its own power of ten, {cell.value:f}", f"a plain number in {declared.text}")
        power = -own_power
    else:
        power = plain
    return (EXACT.scaleb(cell.value, power) if power else cell.value), NUMBER, mark


def wrong_unit(values: Values, at: npt.NDArray[np.int64], target: Target) -> npt.NDArray[np.bool_]:
    """Which cells state a unit that an input does not have: pounds of attendances, a percentage of pounds."""
    marks = values.marks[at]
    wrong = np.zeros(len(at), dtype=bool)
    if not target.money:
        wrong |= np.isin(marks, _MONEY)
    if not target.percent:
        wrong |= marks == PERCENT
    return wrong
