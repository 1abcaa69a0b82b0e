"""What became of a row: used, excluded for a reason, or set aside."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Fate"]


class Fate(IntEnum):
    """What became of a row, or of a part of a split row. Where several inputs read it, the greatest holds."""

    UNWANTED = 0
    LEFT_OUT = 1
    UNCOVERED = 2
    BLANK = 3
    SUPPRESSED = 4
    INCOMPLETE = 5
    OUTSIDE = 6
    AFTER = 7
    FLEX = 8
    SUPERSEDED = 9
    UNMAPPED = 10
    NO_MEMBER = 11
    NO_INPUT = 12
    REFUSED = 13
    USED = 14
    NOT_SELECTED = 15

    @property
    def part(self) -> str:
        """ "used", "excluded", "suspended" or "refused"."""
        if self is Fate.USED:
            return "used"
        if self is Fate.REFUSED:
            return "refused"
        return "suspended" if self in (Fate.UNMAPPED, Fate.NO_MEMBER, Fate.NO_INPUT) else "excluded"

    @property
    def reason(self) -> str:
        """The reason in words; empty for what is used."""
        return _REASONS[self]


_REASONS = {
    Fate.UNWANTED: "no input wants it",
    Fate.LEFT_OUT: "left out by the map of codes",
    Fate.UNCOVERED: "not covered by the weights",
    Fate.BLANK: "no value",
    Fate.SUPPRESSED: "suppressed",
    Fate.INCOMPLETE: "part of a sum with a missing value",
    Fate.OUTSIDE: "outside the calendar",
    Fate.AFTER: "after as_at",
    Fate.FLEX: "flex, where frozen rows are wanted",
    Fate.SUPERSEDED: "superseded by freeze",
    Fate.UNMAPPED: "unmapped code",
    Fate.NO_MEMBER: "unknown member",
    Fate.NO_INPUT: "unknown input",
    Fate.REFUSED: "a fault",
    Fate.USED: "",
    Fate.NOT_SELECTED: "not selected by where",
}
