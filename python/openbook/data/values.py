"""One column of numbers, read once, with what each cell says of itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from .._values import nearest
from .cells import BadCell, Cell, Number, code_text, read_date, read_number, rounded, shifted
from .columns import Column, numbered, plain_numbers
from .frames import Frame
from .numbers import Numbers
from .targets import Target
from .units import Unit

__all__ = ["BAD", "BLANK", "HIDDEN", "NUMBER", "PERCENT", "Values", "read_values", "scaled", "wrong_unit"]

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
        One per row; 0 where there is none.
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

    numbers: Numbers
    states: Small
    marks: Small
    errors: dict[int, BadCell]
    unit: str
    declared: Unit | None


def read_values(
    frame: Frame,
    column: str,
    rows: npt.NDArray[np.int64],
    readers: Sequence[Target],
    declared: Unit | None,
    decimals: int | None,
) -> Values:
    """Read the rows of a column in the unit of its readers."""
    units = list(dict.fromkeys(target.unit for target in readers))
    own = Unit.read(units[0]) if units else None
    own_power = own.power if own and own.base != "%" else 0
    plain = declared.power - own_power if declared else 0
    cells = frame.data[column]
    if len(rows) != len(frame):
        cells = cells.take(rows) if isinstance(cells, Column) else [cells[row] for row in rows.tolist()]
    errors: dict[int, BadCell] = {}
    names = list(dict.fromkeys(target.names for target in readers))
    numbers: Numbers | list[Number | None]
    plainly = None
    if names != [()] and names:
        numbers, states, marks = _names(cells, names, errors)
    elif units == ["date"]:
        numbers, states, marks = _dates(cells, errors)
    elif (plainly := _plainly(cells, frame, plain, decimals)) is not None:
        numbers, states = plainly
        marks = np.zeros(len(cells), np.uint8)
    else:
        numbers, states, marks = _in_words(cells, frame, plain, own_power, declared, decimals, errors)
    unit = units[0] if len(units) == 1 else ", ".join(unit or "number" for unit in units[:3])
    packed = numbers if isinstance(numbers, Numbers) else Numbers.of(numbers)
    return Values(packed, states, marks, errors, unit, declared)


def _plainly(cells: Sequence[Any], frame: Frame, plain: int, decimals: int | None) -> tuple[Numbers, Small] | None:
    """Nothing but whole numbers, or nothing but finite floats, and gaps; None where there is something else."""
    found = cells.numbers() if isinstance(cells, Column) else plain_numbers(cells)
    if found is None:
        return None
    values, missing = found
    whole = values.dtype.kind == "i"
    gaps = np.zeros(len(values), bool) if missing is None else missing
    if not whole:
        if frame.nan_is_missing:
            gaps = gaps | np.isnan(values)
        values = np.where(gaps, 0.0, values)
        if not np.isfinite(values).all():
            return None
    elif missing is not None:
        values = np.where(gaps, 0, values)
    numbers = Numbers.of_whole(values) if whole else Numbers.of_floats(values)
    if decimals is not None and not whole:
        numbers = numbers.rounded(decimals)
    if plain:
        different, place = _different(numbers)
        numbers = Numbers.of([shifted(cast("Decimal", number), plain) for number in different]).take(place)
    return numbers, np.where(gaps, BLANK, NUMBER).astype(np.uint8)


def _different(numbers: Numbers) -> tuple[list[Number], npt.NDArray[np.int64]]:
    """The different numbers, and the place of each among them."""
    place, different = numbered([numbers[at] for at in range(len(numbers))])
    return different, place


#: Days are counted from here, as in formulas.
_FIRST_DAY = dt.date(1970, 1, 1)


def _dates(cells: Sequence[Any], errors: dict[int, BadCell]) -> tuple[list[Number | None], Small, Small]:
    """Dates as days; whole numbers are days already."""
    numbers: list[Number | None] = []
    states = np.zeros(len(cells), np.uint8)
    for at, raw in enumerate(cells):
        try:
            day = None if isinstance(raw, int) else read_date(raw)
        except BadCell as error:
            errors[at] = error
            day = None
            states[at] = BAD
        if isinstance(raw, int) and not isinstance(raw, bool):
            numbers.append(Decimal(raw))
        else:
            numbers.append(None if day is None else Decimal((day - _FIRST_DAY).days))
            states[at] = states[at] or (BLANK if day is None else NUMBER)
    return numbers, states, np.zeros(len(cells), np.uint8)


def _names(
    cells: Sequence[Any], names: Sequence[Sequence[str]], errors: dict[int, BadCell]
) -> tuple[list[Number | None], Small, Small]:
    """Names of a category as their places in it, from 1 on."""
    known = names[0] if len(names) == 1 else ()
    places = {name: Decimal(place) for place, name in enumerate(known, 1)}
    numbers: list[Number | None] = []
    states = np.zeros(len(cells), np.uint8)
    for at, raw in enumerate(cells):
        text = raw.strip() if isinstance(raw, str) else code_text(raw)
        number = places.get(text or "")
        numbers.append(number)
        if not text:
            states[at] = BLANK
        elif number is None and text.casefold() in ("*", "suppressed"):
            states[at] = HIDDEN
        elif number is None:
            states[at] = BAD
            expected = f"one of {', '.join(known)}{nearest(text, known)}" if known else "a column of its own"
            errors[at] = BadCell(f"'{text}'", expected)
    return numbers, states, np.zeros(len(cells), np.uint8)


def _in_words(
    cells: Sequence[Any],
    frame: Frame,
    plain: int,
    own_power: int,
    declared: Unit | None,
    decimals: int | None,
    errors: dict[int, BadCell],
) -> tuple[Numbers | list[Number | None], Small, Small]:
    """Numbers in words: of texts each different one is read once."""
    place, different = numbered(cells)
    if len(different) > len(cells) // 2 or not {type(cell) for cell in different} <= {str, type(None)}:
        return _one_by_one(list(cells), frame, plain, own_power, declared, decimals, errors)
    wrong: dict[int, BadCell] = {}
    read, states, marks = _one_by_one(different, frame, plain, own_power, declared, decimals, wrong)
    for at in np.flatnonzero(np.isin(place, list(wrong))).tolist() if wrong else ():
        errors[at] = wrong[int(place[at])]
    return Numbers.of(read).take(place), states[place], marks[place]


def _one_by_one(
    cells: Sequence[Any],
    frame: Frame,
    plain: int,
    own_power: int,
    declared: Unit | None,
    decimals: int | None,
    errors: dict[int, BadCell],
) -> tuple[list[Number | None], Small, Small]:
    """Numbers in words, with gaps, or of several types."""
    numbers: list[Number | None] = []
    states, marks = bytearray(len(cells)), bytearray(len(cells))
    known: dict[str, tuple[Decimal | None, int, int]] = {}
    for at, raw in enumerate(cells):
        text = raw if type(raw) is str else None
        found = known.get(text) if text is not None else None
        if found is None:
            try:
                cell = read_number(raw, nan_is_missing=frame.nan_is_missing)
                if decimals is not None and cell.value is not None and _is_float(raw):
                    cell = Cell(rounded(cell.value, decimals), cell.mark)
                found = scaled(cell, plain, own_power, declared)
            except BadCell as error:
                errors[at] = error
                found = (None, BAD, 0)
            else:
                if text is not None:
                    known[text] = found
        numbers.append(found[0])
        states[at], marks[at] = found[1], found[2]
    return numbers, np.frombuffer(bytes(states), np.uint8), np.frombuffer(bytes(marks), np.uint8)


def _is_float(value: Any) -> bool:
    return isinstance(value, float) or type(value).__name__.startswith("float")


def scaled(cell: Cell, plain: int, own_power: int, declared: Unit | None) -> tuple[Decimal | None, int, int]:
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
    return (shifted(cell.value, power) if power else cell.value), NUMBER, mark


def wrong_unit(values: Values, at: npt.NDArray[np.int64], target: Target) -> npt.NDArray[np.bool_]:
    """Which cells state a unit that an input does not have: pounds of attendances, a percentage of pounds."""
    wrong = np.zeros(len(at), dtype=bool)
    if not values.marks.any():
        return wrong
    marks = values.marks[at]
    if not target.money:
        wrong |= np.isin(marks, _MONEY)
    if not target.percent:
        wrong |= marks == PERCENT
    return wrong
