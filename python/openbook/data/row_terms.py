"""Cells of rows as terms of parameters: numbers, amounts, yes and no, dates, and names of a category."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from .._values import nearest
from .cells import BadCell, code_text, number_text, read_date, read_number
from .faults import Faults
from .frames import Frame
from .headings import declared_in
from .units import Unit, is_money, known_units, takes_percent
from .values import scaled

__all__ = ["NOTHING", "is_worded", "terms_of"]

#: What a row without a value says in a formula.
NOTHING = "no_value()"
_CONDITIONS = {"yes": "true", "true": "true", "no": "false", "false": "false"}


class _Reads(Protocol):
    def __call__(self, cell: Any, /, *, nan_is_missing: bool) -> str: ...


class _Wrong(BadCell):
    """A cell that is a number or a name, but not one that the parameter takes."""

    def __init__(self, found: str, expected: str, code: str = "wrong-unit") -> None:
        super().__init__(found, expected)
        self.code = code


def is_worded(parameter: Mapping[str, Any]) -> bool:
    """Whether a parameter's values are dates or names, so that 0 is none."""
    return bool(parameter.get("category")) or _unit(parameter) == "date"


def terms_of(
    frame: Frame, column: str, parameter: Mapping[str, Any], names: Sequence[str], faults: Faults
) -> list[str]:
    """What each row says of a parameter, as formulas; `names` are those of its category."""
    read = _reader(frame, column, parameter, names, faults)
    found = []
    for row, cell in enumerate(frame.data[column]):
        try:
            found.append(read(cell, nan_is_missing=frame.nan_is_missing))
        except BadCell as error:
            faults.at(error.code if isinstance(error, _Wrong) else "not-a-number", frame, row, column, error)
            found.append(NOTHING)
    return found


def _reader(frame: Frame, column: str, parameter: Mapping[str, Any], names: Sequence[str], faults: Faults) -> _Reads:
    if parameter.get("category"):
        return partial(_chosen, names)
    unit = _unit(parameter)
    if unit == "date":
        return _dated
    declared = declared_in(column)
    if declared is not None and not declared.fits(unit):
        expected = " or ".join(dict.fromkeys([unit, *known_units([unit])]))
        message = f"{frame.name}, column '{column}': found the unit '{declared.text}', expected {expected}"
        faults.of("wrong-unit", message, frame=frame, column=column, value=declared.text, expected=expected)
        declared = None
    return partial(_valued, unit, _stated(parameter), declared)


def _stated(parameter: Mapping[str, Any]) -> str:
    """The unit that a parameter's value states beside its number."""
    value = parameter.get("value")
    return str(value.get("unit", "")) if isinstance(value, Mapping) else ""


def _unit(parameter: Mapping[str, Any]) -> str:
    """The unit of a parameter: as its value states it, or as its figure is written (£400, 5%)."""
    value = parameter.get("value")
    figure = str(value.get("value", "") if isinstance(value, Mapping) else value).strip()
    written = "£" if re.match(r"-?£[\d.,]+[a-z]*$", figure) else "%" if re.match(r"-?[\d.,]+%$", figure) else ""
    return _stated(parameter) or written


def _valued(unit: str, stated: str, declared: Unit | None, cell: Any, /, *, nan_is_missing: bool) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str) and not stated and cell.strip().casefold() in _CONDITIONS:
        return _CONDITIONS[cell.strip().casefold()]
    read = read_number(cell, nan_is_missing=nan_is_missing)
    if (read.mark in ("£", "£k") and unit and not is_money(unit)) or (read.mark == "%" and not takes_percent(unit)):
        raise _Wrong(repr(cell), f"a number of {unit}")
    own = Unit.read(unit)
    power = own.power if own is not None and own.base != "%" else 0
    number = scaled(read, declared.power - power if declared is not None else 0, power, declared)[0]
    if number is None:
        return NOTHING
    # The figure that it replaces says its unit itself.
    sign = "£" if unit == "£" and not stated else ""
    return f"{'-' if number < 0 else ''}{sign}{number_text(abs(number))}"


def _dated(cell: Any, /, *, nan_is_missing: bool) -> str:
    day = read_date(cell)
    return NOTHING if day is None else f"date('{day.isoformat()}')"


def _chosen(names: Sequence[str], cell: Any, /, *, nan_is_missing: bool) -> str:
    text = code_text(cell)
    if text is None:
        return NOTHING
    if text not in names:
        raise _Wrong(f"'{text}'", f"one of {', '.join(names)}{nearest(text, names)}", "unknown-choice")
    return f"'{text}'"
