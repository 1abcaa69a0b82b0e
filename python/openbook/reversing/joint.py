"""Depth two in a book: the most likely joint breaches, their probability, and what they are in the book's words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .conditions import Asked, Condition, Test
from .curvature import SecondOrder, second_order
from .design_points import DesignPoint, LimitState, design_point, design_points, starting_points
from .features import Feature, driver_of_stream
from .importance import Estimate, importance, refined_centres
from .normal import Flags, Floats
from .series import series_bounds
from .working import Working

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["Joint", "Pilot", "joint_breach", "limit_of", "pilot"]

#: A margin that is missing counts as so many usual sizes away from the boundary.
FAR = 1e3
#: Steps of the differences; money in steps and tables makes narrower ones useless.
STEPS = (0.3, 0.05, 2e-3)
#: With more dimensions than this the second order is left to the sampled check.
MOST_DIMENSIONS = 2000


@dataclass(frozen=True, slots=True)
class Pilot:
    """Plain draws of a book: z, the formulas, and the margin.

    Attributes
    ----------
    z
        [draws, dimensions].
    values
        Every formula, [draws] each.
    scales
        The usual size of each comparison's margin.
    margins, legs
        g of each draw, and the number of the alternative that is nearest to holding.
    """

    z: Floats
    values: Mapping[Asked, Floats]
    scales: Mapping[Test, float]
    margins: Floats
    legs: Floats

    @property
    def holds(self) -> Flags:
        """Whether the condition holds, [draws]."""
        return np.asarray(self.margins <= 0)

    def estimate(self) -> Estimate:
        """The share of the draws in which it holds."""
        n, count = len(self.margins), int(self.holds.sum())
        share = count / n
        return Estimate(share, math.sqrt(share * (1 - share) / n), n, count, float(count))


def pilot(
    working: Working, condition: Condition, first: int, draws: int, scales: Mapping[Test, float] | None = None
) -> Pilot:
    """Plain draws by number; scales are taken from them unless given."""
    z = working.draws(first, draws)
    values = working.values(z)
    known = condition.scales(values) if scales is None else scales
    legs = np.argmin(condition.leg_margins(values, known), axis=0)
    return Pilot(z, values, known, condition.margin(values, known), legs)


def limit_of(
    working: Working, condition: Condition, scales: Mapping[Test, float], leg: int | None = None
) -> LimitState:
    """g of points [n, dimensions], of the whole condition or of one of its alternatives."""

    def limit(z: Floats) -> Floats:
        values = working.values(z)
        margins = condition.margin(values, scales) if leg is None else condition.leg_margins(values, scales)[leg]
        return np.clip(margins, -FAR, FAR)

    return limit


@dataclass(frozen=True, slots=True)
class Joint:
    """The most likely joint breaches.

    Attributes
    ----------
    points
        Design points, the likeliest first.
    bent
        The second order at each.
    series
        Bounds of the first-order probability of all points together.
    sampled
        The estimate by importance sampling around the points; None where there are none.
    plain
        The share of plain draws.
    centres
        Around which the importance draws were made, with how many of them belong to each.
    """

    points: tuple[DesignPoint, ...]
    bent: tuple[SecondOrder, ...]
    series: tuple[float, float]
    sampled: Estimate | None
    plain: Estimate
    centres: tuple[Floats, ...] = ()
    weights: tuple[float, ...] = ()


def joint_breach(
    working: Working,
    condition: Condition,
    seen: Pilot,
    chosen: Sequence[Feature] = (),
    *,
    draws: int,
    seed: int,
    most: int = 4,
) -> Joint:
    """Design points, their second order, and the sampled check of the probability.

    Parameters
    ----------
    seen
        Plain draws to begin from.
    chosen
        Features by which points that tell the same story are known.
    draws
        Of the importance sample.
    seed
        Of the importance sample.
    most
        At most so many design points.
    """
    limit = limit_of(working, condition, seen.scales)
    plain = seen.estimate()
    if working.count == 0:
        return Joint((), (), (plain.value, plain.value), None, plain)
    finite = seen.margins[np.abs(seen.margins) < FAR]
    spread = float(finite.std()) if finite.size else 0.0
    if spread == 0.0 and plain.breaching in (0, plain.draws):
        return Joint((), (), (plain.value, plain.value), None, plain)
    scale = spread or 1.0
    starts = starting_points(seen.z, seen.margins, legs=seen.legs if len(condition.legs()) > 1 else None)
    starts += _leg_points(working, condition, seen, scale)
    points = design_points(limit, starts, scale=scale, most=most, steps=STEPS)
    points = _stories(working, seen, points, chosen)
    if not points:
        return Joint((), (), (plain.value, plain.value), None, plain)
    bent = tuple(
        second_order(limit, point, step=0.2)
        if working.count <= MOST_DIMENSIONS
        else SecondOrder((), None, None, False, 0)
        for point in points
    )

    def holds(z: Floats) -> Flags:
        return np.asarray(limit(z) <= 0)

    centres: Sequence[Floats] = [point.point for point in points]
    if points[0].beta < 0:  # it holds at the middle: plain draws are the best there are
        sampled = importance(holds, [np.zeros(working.count)], draws, seed)
        return Joint(points, bent, series_bounds(points), sampled, plain)
    centres, weights = refined_centres(holds, centres, max(2000, draws // 5), seed + 1)
    sampled = importance(holds, centres, draws, seed + 17, weights=weights)
    return Joint(points, bent, series_bounds(points), sampled, plain, tuple(centres), tuple(weights))


def _stories(
    working: Working, seen: Pilot, points: Sequence[DesignPoint], chosen: Sequence[Feature]
) -> tuple[DesignPoint, ...]:
    """Without unconverged points at which the drivers stand as at another one, only in other months.

    Where money comes in steps the boundary is ragged, and many places of it are all but equally near.
    """
    if len(points) < 2 or not chosen:
        return tuple(points)
    values = working.values(np.array([point.point for point in points]))
    columns = []
    for one in chosen:
        spread = float(seen.values[one.asked].std())
        columns.append((values[one.asked] - seen.values[one.asked].mean()) / (spread if spread > 0 else 1.0))
    stands = np.column_stack(columns)
    kept: list[int] = []
    for number, point in enumerate(points):
        length = float(np.linalg.norm(stands[number]))
        twin = next(
            (k for k in kept if stands[number] @ stands[k] > 0.8 * length * float(np.linalg.norm(stands[k]))), None
        )
        if twin is None or (point.converged and points[twin].converged):
            kept.append(number)
        elif point.converged and abs(point.beta) < 1.03 * abs(points[twin].beta):
            kept[kept.index(twin)] = number  # all but as near, and perpendicular to the boundary
    return tuple(points[k] for k in sorted(kept))


def _leg_points(working: Working, condition: Condition, seen: Pilot, scale: float) -> list[Floats]:
    """Where each of the main alternatives by itself comes nearest: one more start for each."""
    legs = len(condition.legs())
    if legs == 1:
        return []
    near = np.argsort(seen.margins, kind="stable")[: max(50, int(seen.holds.sum()))]
    counted = np.bincount(seen.legs[near].astype(int), minlength=legs)
    starts = []
    for leg in np.argsort(-counted, kind="stable")[:4]:
        if counted[leg] == 0:
            continue
        mine = near[seen.legs[near] == leg]
        found = design_point(
            limit_of(working, condition, seen.scales, int(leg)), seen.z[mine].mean(axis=0), scale=scale, steps=STEPS
        )
        if found is not None:
            starts.append(found.point)
    return starts


def importance_by_driver(book: Book, working: Working, point: DesignPoint) -> dict[str, float]:
    """The importance factors of a point added up over each driver's own random numbers; they sum to 1.

    What the drivers of a correlation group share counts for the one that stands first in it.
    """
    found: dict[str, float] = {}
    for one, share in zip(working.dimensions, point.direction**2, strict=True):
        driver = driver_of_stream(book, one.stream)
        found[driver] = found.get(driver, 0.0) + float(share)
    return found
