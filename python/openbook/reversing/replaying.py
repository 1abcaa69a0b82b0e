"""Certificates: every answer run again, in the lanes to the bit and as an exact settlement on the inputs of the
point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from .._calendar import Months
from .._dimensions import members_of
from ..errors import BookError, DataError
from .conditions import Asked, Condition, Test
from .design_points import DesignPoint
from .formulas import Period
from .normal import Floats
from .working import Choices, Exact, Working

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["Certificate", "Scenario", "certified_point", "signs_agree"]

#: How far beside a design point both sides are looked at, as a share of its distance.
BESIDE = 1e-3


@dataclass(frozen=True, slots=True)
class Certificate:
    """One thing that was run again.

    Attributes
    ----------
    answer, place
        Of which answer, and where: "at it", "just nearer", "just beyond".
    how
        "replayed to the bit", "settled exactly", ...
    expected, found
        Whether the condition should hold there, and whether it does; None where it could not be run.
    note
        Why it could not, or what it is worth.
    """

    answer: str
    place: str
    how: str
    expected: bool
    found: bool | None
    note: str = ""

    @property
    def agrees(self) -> bool:
        """Whether it came out as it should."""
        return self.found is not None and self.found == self.expected


class Scenario:
    """The inputs of a book at a point z: what a settlement on exactly that draw is made from."""

    def __init__(self, book: Book, choices: Choices, working: Working) -> None:
        self.book, self.working = book, working
        driven = {str(getattr(driver, "of", "")) for driver in book.drivers}
        self.inputs = [item for item in book.inputs if item.id in driven]
        months = Months.of(book.calendar)
        self.layout: dict[str, list[Asked]] = {}
        for item in self.inputs:
            names = [f"member({item.id}, '{m}')" for m in members_of(book, item)] or [str(item.id)]
            periods = range(len(months.starts(str(item.every))))
            self.layout[str(item.id)] = [Asked(name, Period(str(item.every), n)) for n in periods for name in names]
        asked = [one for column in self.layout.values() for one in column]
        self.wide = Working(book, choices, asked, working.seed) if asked else None

    def at(self, z: Floats) -> dict[str, list[str]]:
        """The inputs that drivers act upon, one exact text per period (members fastest)."""
        if self.wide is None:
            return {}
        known = dict(zip(self.working.dimensions, z, strict=True))
        wide = np.array([[known.get(one, 0.0) for one in self.wide.dimensions]])
        values = self.wide.values(wide)
        return {name: [_exact(float(values[one][0])) for one in column] for name, column in self.layout.items()}


def _exact(value: float) -> str:
    """A number of at most 15 digits and 15 decimals: what data may have, and the same in a spreadsheet."""
    digits = Decimal(f"{value:.15g}")
    return format(round(digits, 15) if int(digits.as_tuple().exponent) < -15 else digits, "f")


def _replayed(working: Working, condition: Condition, scales: Mapping[Test, float], z: Floats) -> tuple[bool, bool]:
    """Whether the condition holds at a point, and whether it comes out to the bit alone and among other points."""
    alone = working.values(z[None, :])
    crowd = working.values(np.concatenate([z[None, :] * share for share in (0.5, 1.0, 0.9, 1.0, 0.1)]))
    same = all(alone[one][0] == crowd[one][1] == crowd[one][3] or np.isnan(alone[one][0]) for one in alone)
    return bool(condition.margin(alone, scales)[0] <= 0), same


def certified_point(
    name: str,
    point: DesignPoint,
    working: Working,
    condition: Condition,
    scales: Mapping[Test, float],
    scenario: Scenario | None,
    exact: Exact,
) -> list[Certificate]:
    """A design point run again at it, just nearer to the middle and just beyond: replayed, and settled exactly."""
    inside = point.beta < 0
    found = []
    for place, share in (("at it", 1.0), ("just nearer", 1.0 - BESIDE), ("just beyond", 1.0 + BESIDE)):
        z = point.point * share
        expected = inside if place == "just nearer" else not inside
        holds, same = _replayed(working, condition, scales, z)
        found.append(
            Certificate(name, place, "replayed to the bit" if same else "replayed, other bits", expected, holds)
        )
        if scenario is None or place == "at it":
            continue
        try:
            settled: bool | None = exact.holds(exact.core(inputs=scenario.at(z)))
            note = ""
        except (BookError, DataError) as error:
            settled, note = None, (error.problems[0].message if error.problems else error.summary)
        found.append(Certificate(name, place, "settled exactly", expected, settled, note))
    return found


def signs_agree(working: Working, condition: Condition, z: Floats) -> tuple[int, int]:
    """In how many draws the sign of g and the engine's own judgement of each comparison agree, and of how many.

    Amounts of money that differ by less than half a penny are left out: they are equal, whatever the last bits say.
    """
    values = working.values(z)
    agreeing = total = 0
    for test in condition.tests():
        if test.truth is not None and test.truth in values:
            apart = ~(np.abs(test.gap(values)) <= test.slack) if test.slack else np.ones(len(z), dtype=bool)
            judged = values[test.truth] != 0
            agreeing += int(np.count_nonzero((judged == (test.margin(values) <= 0))[apart]))
            total += int(np.count_nonzero(apart))
    return agreeing, total
