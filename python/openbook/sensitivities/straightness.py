"""Over which stretches of a term a settled position is a straight line, by the plan's own branches.

Where the position is straight it crosses a level once at most, so that the signs at both ends tell everything. From a
place on, the plan says exactly how far its slope holds: to the next branch that binds otherwise, where the position may
also jump. The stretches are walked from the low end to the high one; each is tried at its middle as well, because steps
of rounding are no branches.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .marginal_pounds import target_text

if TYPE_CHECKING:
    from ..results import Settlement

__all__ = ["MOST", "Stretches", "straight_stretches"]

#: Places at which the plan is asked, at most; what is left then is not proven.
MOST = 400


@dataclass(frozen=True, slots=True)
class Stretches:
    """What was walked.

    Attributes
    ----------
    places
        Where stretches begin and end, ascending, as places on the lattice of the term.
    straight
        For each stretch between two of them whether it is a straight line.
    """

    places: tuple[int, ...]
    straight: tuple[bool, ...]


def straight_stretches(
    grid: Sequence[int],
    value: Callable[[int], Fraction],
    step: Fraction,
    reach: Callable[[int], Fraction | None],
    difference: Callable[[int], Decimal],
    rounding: Callable[[int], float],
) -> Stretches:
    """Walk from the first place of a grid to its last.

    Parameters
    ----------
    grid
        Places that are among the ends of stretches in any case.
    value, step
        The term's value at a place, and how far two places are apart.
    reach
        How far the slope holds from a place on, in the term's unit: a negative number where nothing is ahead, 0 where
        it changes at once, None where the plan cannot say.
    difference, rounding
        Position less target at a place, and how many pounds rounding may have moved it.
    """
    places, straight = [grid[0]], []
    single = 0  # steps that are taken one by one, across a place where the slope changes
    asked = 0
    while places[-1] < grid[-1]:
        here = places[-1]
        following = next(place for place in grid if place > here)
        if single:
            single -= 1
            end, proven = here + 1, True
        elif asked >= MOST or (far := reach(here)) is None:
            end, proven = following, False
        else:
            asked += 1
            steps = None if far < 0 else math.ceil(far / step) - 1  # up to the place before, which a jump leaves alone
            end = grid[-1] if steps is None else min(grid[-1], here + max(1, steps))
            proven = end - here == 1 or _on_the_chord(here, end, difference, rounding)
            single = 2 if steps is not None and steps >= 1 and proven else 1 if steps is not None else 0
            end = end if proven else following
        places.append(end)
        straight.append(proven or end - here == 1)
    return Stretches(tuple(places), tuple(straight))


def _on_the_chord(a: int, b: int, difference: Callable[[int], Decimal], rounding: Callable[[int], float]) -> bool:
    middle = (a + b) // 2
    chord = Fraction(difference(a)) + (Fraction(difference(b)) - Fraction(difference(a))) * Fraction(middle - a, b - a)
    return abs(float(Fraction(difference(middle)) - chord)) <= rounding(middle)


def reach_of(settlement: Settlement, parties: Sequence[str], path: str, where: dict[str, Any]) -> Fraction | None:
    """How far the slopes of some parties' positions hold from a settled value on; see `straight_stretches`."""
    core = settlement._core
    if core is None:
        return None
    opened = core.opened([path])
    number = settlement.period(where["every"], where["period"])
    nearest: Fraction | None = Fraction(-1)
    for party in parties:
        target = target_text(party, where["every"], number, where["basis"])
        rows = [row for row in opened.marginals(target) if row["term"] and row["quantity"] == path]
        if any(row["fixed"] for row in rows) or len(rows) > 1:
            return None  # it also decides how the plan is made, or stands in it more than once
        for row in rows:
            far, bends = opened.range_of(target, path, row["period"], row["member"], True)
            if bends:
                return None
            if far is not None and (nearest is None or nearest < 0 or Fraction(far) < nearest):
                nearest = Fraction(far)
    return nearest
