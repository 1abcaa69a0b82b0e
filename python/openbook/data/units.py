"""Units of inputs, and the units that columns declare: "£k", "pence", "%"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from .cells import POWERS

__all__ = ["Unit", "is_count", "is_money", "takes_percent"]

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
