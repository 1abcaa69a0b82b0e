"""Depth one: where along one line a condition begins and ceases to hold, however the function behaves.

A limit-state function g is at most zero where the condition holds. It is scanned on a grid, looked into at its valleys
and hills, and every change of side is narrowed down to neighbouring numbers, so that jumps come out as the last value
on one side and the first on the other. What is narrower than the grid and shows in no valley cannot be seen; the
result says how wide the grid was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .normal import Flags, Floats

__all__ = ["Crossing", "Crossings", "Line", "crossings", "narrowed"]

#: g along a line: values [n] at places [n].
Line = Callable[[Floats], Floats]

#: Places looked at inside an interval in one round.
INSIDE = 32
#: Rounds that look into a valley.
ROUNDS = 8
#: Valleys and hills that are looked into, the nearest to the boundary first.
MOST_VALLEYS = 64
#: Changes closer together than this share of the range are one: what rounding leaves around a root.
CHATTER = 1e-12
#: Changes of side that are narrowed down; a function with more is not described by a list of them.
MOST_CROSSINGS = 200


@dataclass(frozen=True, slots=True)
class Crossing:
    """One change of side.

    Attributes
    ----------
    last_safe, first_breach
        Neighbouring numbers: at the first the condition does not hold, at the second it does.
    margin_safe, margin_breach
        g there: above zero, and at most zero.
    kind
        "root": g passes through zero. "cliff": it jumps over it.
    """

    last_safe: float
    first_breach: float
    margin_safe: float
    margin_breach: float
    kind: Literal["root", "cliff"]

    @property
    def rising(self) -> bool:
        """Whether the condition holds above the place, not below it."""
        return self.first_breach > self.last_safe


@dataclass(frozen=True, slots=True)
class Crossings:
    """What was found along a line.

    Attributes
    ----------
    outcome
        "crossed": there is at least one change of side. "always": it holds wherever was looked. "never": nowhere.
    found
        The changes of side, in ascending order.
    holding
        From where to where it holds, in ascending order; the ends hold themselves.
    nearest, nearest_margin
        The place where g is smallest, and g there: of a condition that never holds, the nearest approach.
    resolution
        The distance of neighbouring places of the scan.
    evaluations
        How many places were looked at.
    """

    low: float
    high: float
    outcome: Literal["crossed", "always", "never"]
    found: tuple[Crossing, ...]
    holding: tuple[tuple[float, float], ...]
    nearest: float
    nearest_margin: float
    resolution: float
    evaluations: int

    @property
    def monotone(self) -> bool:
        """Whether there is at most one change of side."""
        return len(self.found) <= 1


class _Scan:
    """Places looked at so far, with g there; what is missing counts as not holding."""

    def __init__(self, function: Line) -> None:
        self.function = function
        self.places = np.empty(0)
        self.margins = np.empty(0)

    def look(self, places: Floats) -> None:
        fresh: Floats = np.setdiff1d(places, self.places)
        if fresh.size == 0:
            return
        found = np.asarray(self.function(fresh), dtype=np.float64)
        if found.shape != fresh.shape:
            raise ValueError(f"the function gave shape {found.shape} for {fresh.shape} places")
        found = np.where(np.isnan(found), np.inf, found)
        order = np.argsort(places := np.concatenate([self.places, fresh]), kind="stable")
        self.places, self.margins = places[order], np.concatenate([self.margins, found])[order]

    @property
    def holds(self) -> Flags:
        return self.margins <= 0

    def changes(self) -> list[int]:
        """Numbers of the places after which the side changes."""
        return [int(i) for i in np.flatnonzero(self.holds[1:] != self.holds[:-1])]

    def valleys(self) -> list[tuple[float, float]]:
        """Intervals in which g may cross unseen: around its low places where it does not hold, its high ones where it
        does."""
        m, x = self.margins, self.places
        if len(m) < 3:
            return []
        inner, left, right = m[1:-1], m[:-2], m[2:]
        with np.errstate(invalid="ignore"):
            low = (inner > 0) & (inner <= left) & (inner <= right) & ((inner < left) | (inner < right))
            high = (inner <= 0) & (inner >= left) & (inner >= right) & ((inner > left) | (inner > right))
        turns = np.flatnonzero(low | high)
        order = np.argsort(np.abs(inner[turns]), kind="stable")[:MOST_VALLEYS]
        at = [int(i) for i in turns[order]]
        ends = [(0, 1), (len(m) - 2, len(m) - 1)]  # the ends may hide half a valley
        return [(float(x[a]), float(x[b])) for a, b in [*((i, i + 2) for i in at), *ends]]


def _inside(a: float, b: float) -> Floats:
    return np.linspace(a, b, INSIDE + 2)[1:-1]


def _look_into_valleys(scan: _Scan) -> None:
    """Refine around the low and high places until nothing changes or they are as narrow as numbers allow."""
    intervals = scan.valleys()
    for _ in range(ROUNDS):
        intervals = [(a, b) for a, b in intervals if b - a > 8 * np.spacing(max(abs(a), abs(b)))]
        if not intervals:
            return
        scan.look(np.concatenate([_inside(a, b) for a, b in intervals]))
        narrower = []
        for a, b in intervals:
            first, last = np.searchsorted(scan.places, [a, b])
            part = scan.margins[first : last + 1]
            if not (np.isfinite(part).any() and len(set((part <= 0).tolist())) == 1):
                continue  # the other side was found, or there is nothing to follow
            extreme = int(np.argmin(part) if part[0] > 0 else np.argmax(part)) + int(first)
            narrower.append((float(scan.places[max(extreme - 1, first)]), float(scan.places[min(extreme + 1, last)])))
        intervals = narrower


def _narrow_all(scan: _Scan) -> None:
    """Look inside every interval over which the side changes, until its ends are neighbouring numbers."""
    for _ in range(80):
        open_ = [
            (float(scan.places[i]), float(scan.places[i + 1]))
            for i in scan.changes()[:MOST_CROSSINGS]
            if np.nextafter(scan.places[i], np.inf) < scan.places[i + 1]
        ]
        if not open_:
            return
        scan.look(np.concatenate([_inside(a, b) for a, b in open_]))


def _kind(function: Line, a: float, b: float, margins: tuple[float, float], width: float) -> Literal["root", "cliff"]:
    """A cliff where neighbouring numbers differ by most of what g does over a small stretch around them."""
    jump = abs(margins[1] - margins[0])
    if not np.isfinite(jump):
        return "cliff"
    reach = max(width * 1e-9, 256 * float(np.spacing(max(abs(a), abs(b)))))
    around = np.asarray(function(np.array([a - reach, b + reach])), dtype=np.float64)
    moved = abs(float(around[1] - around[0]))
    size = max(abs(margins[0]), abs(margins[1]))
    return "cliff" if jump > 0 and size > 0 and jump >= 0.5 * moved else "root"


def crossings(function: Line, low: float, high: float, *, points: int = 1025, also: Floats | None = None) -> Crossings:
    """Every change of side of a function between two ends, as far as a scan can see.

    Parameters
    ----------
    function
        g at places, vectorised: it holds where g is at most zero; what is not a number does not hold.
    low, high
        From where to where.
    points
        Places of the scan.
    also
        Further places to look at, such as those at which the condition is known to hold together with others.

    Raises
    ------
    ValueError
        The range is empty, or there are fewer than 3 points.

    Examples
    --------
    >>> found = crossings(lambda x: 1.0 - (x - 3.0) ** 2, 0.0, 10.0)
    >>> [round(place.first_breach, 12) for place in found.found], found.monotone
    ([2.0, 4.0], False)
    """
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise ValueError(f"low, high: found {low!r} and {high!r}, expected a range that ascends")
    if points < 3:
        raise ValueError(f"points: found {points!r}, expected at least 3")
    scan = _Scan(function)
    scan.look(np.linspace(low, high, points))
    if also is not None and also.size:
        scan.look(np.unique(also[(also >= low) & (also <= high)]))
    _look_into_valleys(scan)
    _narrow_all(scan)
    holds, places, margins = scan.holds, scan.places, scan.margins
    found = []
    for i in _apart(scan.changes(), places, high - low)[:MOST_CROSSINGS]:
        safe, breach = (i + 1, i) if holds[i] else (i, i + 1)
        pair = (float(margins[safe]), float(margins[breach]))
        kind = _kind(function, float(places[i]), float(places[i + 1]), pair, high - low)
        found.append(Crossing(float(places[safe]), float(places[breach]), pair[0], pair[1], kind))
    nearest = int(np.argmin(margins))
    return Crossings(
        low=low,
        high=high,
        outcome="crossed" if found else "always" if 2 * np.count_nonzero(holds) > len(holds) else "never",
        found=tuple(found),
        holding=_stretches(places, holds),
        nearest=float(places[nearest]),
        nearest_margin=float(margins[nearest]),
        resolution=(high - low) / (points - 1),
        evaluations=len(places),
    )


def _apart(changes: list[int], places: Floats, width: float) -> list[int]:
    """One change for each group within the last bits of each other, where rounding goes to and fro; none for an even
    group."""
    kept: list[int] = []
    begun = 0
    for number, i in enumerate(changes):
        last = number + 1 == len(changes)
        if last or places[changes[number + 1]] - places[i] > width * CHATTER:
            if (number - begun) % 2 == 0:
                kept.append(changes[begun])
            begun = number + 1
    return kept


def _stretches(places: Floats, holds: Flags) -> tuple[tuple[float, float], ...]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], holds.astype(np.int8), [0]])))
    return tuple((float(places[a]), float(places[b - 1])) for a, b in zip(edges[::2], edges[1::2], strict=True))


def narrowed(holds: Callable[[int], bool], a: int, b: int) -> tuple[int, int]:
    """Neighbouring whole numbers on both sides of a change, from two that lie on different sides; a < b.

    For a function that is dear, such as an exact settlement: each step halves the interval.

    Raises
    ------
    ValueError
        Both lie on one side.

    Examples
    --------
    >>> narrowed(lambda k: k >= 117, 0, 1000)
    (116, 117)
    """
    left, right = holds(a), holds(b)
    if left == right:
        raise ValueError(f"the condition {'holds' if left else 'does not hold'} at {a} and at {b}")
    while b - a > 1:
        middle = (a + b) // 2
        if holds(middle) == left:
            a = middle
        else:
            b = middle
    return a, b
