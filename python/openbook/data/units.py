"""Units of inputs, and the units that columns declare: "£k", "pence", "%"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .cells import POWERS

__all__ = ["Unit", "is_count", "is_money", "is_percent", "known_units", "takes_percent"]

_NOT_COUNTS = frozenset(
    {
        "number",
        "ratio",
        "percent",
        "point",
        "points",
        "percentage points",
        "pp",
        "score",
        "index",
        "rate",
        "1",
        "%",
        "days",
    }
)
#: Units in which 50% is 0.5.
_RATIOS = frozenset({"", "%", "percent", "per cent", "ratio", "number", "rate", "score", "index", "1"})


def is_count(unit: str) -> bool:
    """Whether a unit counts things, so that a negative value is a fault.

    >>> is_count("attendances"), is_count("£"), is_count("%"), is_count("£ per day"), is_count("")
    (True, False, False, False, False)
    """
    folded = unit.strip().casefold()
    if not folded or folded in _NOT_COUNTS or any(sign in folded for sign in "£$€%/"):
        return False
    return " per " not in f" {folded} "


def is_money(unit: str) -> bool:
    """Whether values of a unit are written with the sign of pounds: "£", "£k", "£ per visit"."""
    return unit.strip().startswith("£")


def is_percent(unit: str) -> bool:
    """Whether values of a unit are percentages, which plain numbers give as ratios."""
    return unit.strip().casefold() in ("%", "percent", "per cent")


def takes_percent(unit: str) -> bool:
    """Whether 50% is 0.5 in a unit."""
    return unit.strip().casefold() in _RATIOS


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that a column declares.

    Attributes
    ----------
    text
        As it was written.
    base
        "£", "%" or "" (plain numbers).
    power
        Of ten: 3 for "£k", -2 for "%".
    """

    text: str
    base: Literal["", "£", "%"]
    power: int

    @classmethod
    def read(cls, text: str) -> Unit | None:
        """The unit that a text means; None where it means none.

        >>> Unit.read("£k").power, Unit.read("£'000").power, Unit.read("%").base, Unit.read("visits")
        (3, 3, '%', None)
        """
        folded = re.sub(r"[\s'’`]+", "", text.casefold())
        if folded in ("%", "percent"):
            return cls(text, "%", -2)
        if folded in ("p", "pence"):
            return cls(text, "£", -2)
        match = re.fullmatch(r"(£|gbp)?(k|m|bn|000s?|thousands?|millions?|billions?|pounds?)?(£)?", folded)
        if match is None or not folded or (match[1] and match[3]) or folded == "pound":
            return None
        word = (match[2] or "").rstrip("s")
        if word == "pound":
            return cls(text, "£", 0)
        power = 3 if word == "000" else POWERS.get(word, 0)
        return cls(text, "£" if match[1] or match[3] else "", power)

    def fits(self, unit: str) -> bool:
        """Whether a column that declares this may be read by an input of a unit.

        >>> [Unit("%", "%", -2).fits(unit) for unit in ("%", "", "£", "visits")]
        [True, True, False, False]
        """
        if self.base == "%":
            return takes_percent(unit)
        if self.base == "£":
            return not unit or is_money(unit)
        return not is_percent(unit)


_KNOWN = ("£", "£k", "£m", "pence", "thousands", "%")


def known_units(units: Iterable[str]) -> list[str]:
    """Units that a column may declare which inputs of these units read, for messages; all where none reads it.

    >>> known_units(["%"]), known_units(["visits"])
    (['%'], ['thousands'])
    """
    wanted = list(units)
    known = [unit for text in _KNOWN if (unit := Unit.read(text)) is not None]
    return [unit.text for unit in known if not wanted or any(unit.fits(own) for own in wanted)]
