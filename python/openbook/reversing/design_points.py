"""Depth two: the design points, where the boundary of a condition comes nearest to the middle of the distribution.

The condition is a limit-state function g of independent standard normal numbers, at most zero where it holds. The point
of the boundary nearest to the origin is the most likely joint breach; its distance is the reliability index beta.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .normal import Floats, probability_below

__all__ = ["DesignPoint", "LimitState", "design_point", "design_points", "gradient", "starting_points"]

#: g of points: values [n] at points [n, dimensions].
LimitState = Callable[[Floats], Floats]

#: Steps of the central differences: first wide, so that small jumps do not steer the search, then narrow.
STEPS = (0.2, 0.02, 1e-3)
#: Step lengths that are tried at once along a direction of search.
LENGTHS = 0.5 ** np.arange(14)


@dataclass(frozen=True, slots=True)
class DesignPoint:
    """A point of the boundary that is nearer to the origin than its surroundings.

    Attributes
    ----------
    point
        z, [dimensions]; the condition holds there, and not a hair nearer to the origin (the other way round where it
        holds at the origin).
    beta
        The reliability index: the distance from the origin, negative where the condition holds at the origin.
    direction
        alpha, the unit vector from the origin across the boundary; its squares are the importance factors.
    slope
        The length of the gradient of g there.
    converged
        Whether the point is perpendicular to the boundary within the tolerance of the search.
    iterations
        Steps of the search.
    """

    point: Floats
    beta: float
    direction: Floats
    slope: float
    converged: bool
    iterations: int

    @property
    def probability(self) -> float:
        """First order: Phi(-beta)."""
        return probability_below(-self.beta)


def gradient(function: LimitState, z: Floats, step: float) -> Floats:
    """The gradient of g by central differences, in one call of 2 x dimensions points."""
    d = len(z)
    shifts = np.eye(d) * step
    values = np.asarray(function(np.concatenate([z + shifts, z - shifts])), dtype=np.float64)
    slopes = (values[:d] - values[d:]) / (2.0 * step)
    return np.where(np.isfinite(slopes), slopes, 0.0)


def _at(function: LimitState, z: Floats) -> float:
    return float(np.asarray(function(z[None, :]))[0])


@dataclass
class _State:
    z: Floats
    value: float
    slope: Floats
    iterations: int = 0
    converged: bool = False


def _searched(function: LimitState, start: Floats, scale: float, step: float, most: int, tolerance: float) -> _State:
    """The improved Hasofer-Lind-Rackwitz-Fiessler iteration: full steps, shortened until the merit falls."""
    state = _State(start, _at(function, start), gradient(function, start, step))
    best: _State | None = None
    for state.iterations in range(1, most + 1):
        steep = float(state.slope @ state.slope)
        if steep == 0.0:
            break
        target = ((state.slope @ state.z - state.value) / steep) * state.slope
        move = target - state.z
        reach = max(1.0, float(np.linalg.norm(state.z)))
        if abs(state.value) <= tolerance * scale and float(np.linalg.norm(move)) <= tolerance * reach:
            state.converged = True
            break
        weight = 2.0 * max(float(np.linalg.norm(state.z)), 1.0) / np.sqrt(steep) + 1e-12
        tried = state.z + LENGTHS[:, None] * move
        values = np.asarray(function(tried), dtype=np.float64)
        merits = 0.5 * np.einsum("ij,ij->i", tried, tried) + weight * np.abs(values)
        merits = np.where(np.isfinite(merits), merits, np.inf)
        now = 0.5 * float(state.z @ state.z) + weight * abs(state.value)
        falling = np.flatnonzero(merits < now - 1e-4 * LENGTHS * float(move @ move) * 0.5)
        chosen = int(falling[0]) if falling.size else int(np.argmin(merits))
        if merits[chosen] >= now:
            break
        state = _State(tried[chosen], float(values[chosen]), gradient(function, tried[chosen], step), state.iterations)
        if abs(state.value) <= 0.01 * scale and (best is None or state.z @ state.z < best.z @ best.z):
            best = state
    if not state.converged and best is not None and best.z @ best.z < state.z @ state.z:
        return best
    return state


def _on_boundary(function: LimitState, z: Floats, origin_holds: bool) -> Floats | None:
    """The nearest place along the ray through z where the side changes, on the far side; None where there is none."""
    length = float(np.linalg.norm(z))
    if length == 0.0:
        return None
    shares = np.concatenate([np.linspace(0.0, 1.0, 65)[1:], np.linspace(1.0, 2.0, 33)[1:]])
    while True:
        far = (np.asarray(function(shares[:, None] * z)) <= 0) != origin_holds
        if not far.any():
            return None
        first = int(np.argmax(far))
        low, high = (shares[first - 1] if first else 0.0), shares[first]
        if np.nextafter(low, np.inf) >= high:
            return np.asarray(high * z)
        shares = np.unique(np.linspace(low, high, 34)[1:])


def design_point(
    function: LimitState,
    start: Floats,
    *,
    scale: float,
    steps: Sequence[float] = STEPS,
    most: int = 60,
    tolerance: float = 1e-5,
) -> DesignPoint | None:
    """One design point by the improved Hasofer-Lind-Rackwitz-Fiessler search; None where no boundary is reached.

    Parameters
    ----------
    function
        g, vectorised over points [n, dimensions].
    start
        Where to begin, [dimensions].
    scale
        A usual size of g, such as its standard deviation: what counts as near zero.
    steps
        Steps of the central differences, one search after the other from where the last one ended.
    most
        Steps of each search.
    tolerance
        Of g against `scale`, and of the distance from the perpendicular against the distance from the origin.

    Notes
    -----
    Sources: Rackwitz and Fiessler, Computers & Structures 9 (1978); line search after Zhang and Der Kiureghian,
    "Two improved algorithms for reliability analysis" (1995).

    Examples
    --------
    >>> import numpy as np
    >>> found = design_point(lambda z: 5.0 - z @ np.array([0.6, 0.8]), np.zeros(2), scale=1.0)
    >>> round(found.beta, 9), found.direction.round(9).tolist()
    (5.0, [0.6, 0.8])
    """
    z = np.asarray(start, dtype=np.float64)
    origin_holds = _at(function, np.zeros(len(z))) <= 0
    placed: Floats | None = None
    iterations, converged, slope = 0, False, np.zeros(len(z))
    for step in steps:
        state = _searched(function, z, scale, step, most, tolerance)
        iterations += state.iterations
        found = _on_boundary(function, state.z, origin_holds)
        if found is None:
            continue
        if placed is None or float(found @ found) <= float(placed @ placed) * (1 + 1e-6):
            placed, converged, slope, z = found, state.converged, state.slope, state.z
    if placed is None:
        return None
    beta = float(np.linalg.norm(placed))
    steep = float(np.linalg.norm(slope))
    across = (-slope if not origin_holds else slope) / steep if steep > 0 else placed / beta
    if not converged or across @ placed < 0.5 * beta:
        across = placed / beta
    return DesignPoint(placed, -beta if origin_holds else beta, across, steep, converged, iterations)


def starting_points(draws: Floats, margins: Floats, *, most: int = 6, legs: Floats | None = None) -> list[Floats]:
    """Where searches begin: means of draws that breach, grouped; the worst draws where none breaches.

    Averages are taken because in many dimensions a single draw is mostly noise, and the mean of those that breach
    points to the boundary.

    Parameters
    ----------
    draws
        z of simulated draws, [draws, dimensions].
    margins
        g of them, [draws].
    most
        At most so many beside the middle.
    legs
        For each draw the number of the alternative that breaches first, such as a year; one start for each.
    """
    dimensions = draws.shape[1]
    starts = [np.zeros(dimensions)]
    breaching = np.flatnonzero(margins <= 0)
    if breaching.size == 0 or breaching.size == len(margins):
        ends = np.argsort(margins if breaching.size == 0 else -margins, kind="stable")
        worst = ends[: max(10, len(margins) // 100)]
        return [*starts, draws[worst].mean(axis=0)]
    if breaching.size > len(margins) // 2:  # the boundary is approached from the other side
        breaching = np.flatnonzero(margins > 0)
    points = draws[breaching]
    starts.append(points.mean(axis=0))
    if legs is not None:
        named = legs[breaching]
        starts += [points[named == leg].mean(axis=0) for leg in np.unique(named)[:most] if (named == leg).sum() >= 3]
    groups = min(4, len(points) // 5)
    for size in range(2, groups + 1):
        starts += _group_means(points, size)
    nearest = np.argsort(np.einsum("ij,ij->i", points, points), kind="stable")[:2]
    starts += [points[i] for i in nearest]
    return _apart(starts)[: most + len(starts[:1]) + 4]


def _group_means(points: Floats, groups: int) -> list[Floats]:
    """Means of groups of points, by Lloyd's iteration on their three main directions from spread-out beginnings."""
    centred = points - points.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    flat = centred @ directions[:, ::-1][:, :3]
    chosen = [int(np.argmax(np.einsum("ij,ij->i", flat, flat)))]
    for _ in range(groups - 1):
        apart = np.min([((flat - flat[i]) ** 2).sum(axis=1) for i in chosen], axis=0)
        chosen.append(int(np.argmax(apart)))
    centres = flat[chosen]
    nearest = np.zeros(len(flat), dtype=int)
    for _ in range(25):
        nearest = np.argmin([((flat - centre) ** 2).sum(axis=1) for centre in centres], axis=0)
        moved = np.array(
            [flat[nearest == k].mean(axis=0) if (nearest == k).any() else centres[k] for k in range(groups)]
        )
        if np.array_equal(moved, centres):
            break
        centres = moved
    return [points[nearest == k].mean(axis=0) for k in range(groups) if (nearest == k).sum() >= 3]


def _apart(starts: Iterable[Floats]) -> list[Floats]:
    kept: list[Floats] = []
    for start in starts:
        if all(float(np.linalg.norm(start - other)) > 0.3 for other in kept):
            kept.append(start)
    return kept


def design_points(
    function: LimitState,
    starts: Iterable[Floats],
    *,
    scale: float,
    most: int = 6,
    within: float = 3.0,
    steps: Sequence[float] = STEPS,
) -> tuple[DesignPoint, ...]:
    """The different design points that searches from several places come to, nearest to the origin first.

    Two searches that end closer together than 0.4 count as one. After each new point the searches go on with a bulge
    put over those already found, so that they do not all end at the nearest one.

    Parameters
    ----------
    most
        At most so many points.
    within
        Points whose beta is larger than the smallest by more than this do not matter and are left out.

    Notes
    -----
    Bulges: Der Kiureghian and Dakessian, "Multiple design points in first and second-order reliability", Structural
    Safety 20 (1998).
    """
    found: list[DesignPoint] = []
    begun = list(starts)
    for start in begun:
        _add(found, design_point(function, start, scale=scale, steps=steps))
    for _ in range(2 * most):
        if not found or len(found) >= most:
            break
        covered = _bulged(function, found)
        again = design_point(covered, np.zeros(len(begun[0])), scale=scale, steps=steps[:2])
        if again is None or abs(again.beta) > abs(found[0].beta) + within:
            break
        real = design_point(function, again.point, scale=scale, steps=steps)
        if not _add(found, real):
            break
        found.sort(key=lambda p: abs(p.beta))
    found.sort(key=lambda p: abs(p.beta))
    kept = _separate(function, found)
    return tuple(p for p in kept[:most] if abs(p.beta) <= abs(kept[0].beta) + within)


def _separate(function: LimitState, found: Sequence[DesignPoint]) -> list[DesignPoint]:
    """Without the unconverged points that belong to one nearer to the origin: they lie in much the same direction, or
    the condition holds all the way to it.

    Where the boundary jumps or has corners a search may end anywhere on it; such an end is a point of its own only
    where another part of the boundary lies between.
    """
    kept: list[DesignPoint] = []
    shares = np.linspace(0.0, 1.0, 33)[:, None]

    def joined(a: DesignPoint, b: DesignPoint) -> bool:
        if float(a.point @ b.point) > 0.6 * abs(a.beta * b.beta):
            return True
        way = 1.02 * (a.point + shares * (b.point - a.point))  # a little beyond the boundary, not on its last bit
        return bool(((np.asarray(function(way)) <= 0) != (b.beta < 0)).all())

    for point in found:
        if point.converged or not any(joined(other, point) for other in kept):
            kept.append(point)
    return kept


def _add(found: list[DesignPoint], point: DesignPoint | None) -> bool:
    """Keep a point that is not there yet; of two that are close, the one nearer to the origin."""
    if point is None:
        return False
    for number, other in enumerate(found):
        if float(np.linalg.norm(point.point - other.point)) <= max(0.4, 0.15 * abs(point.beta)):
            if abs(point.beta) < abs(other.beta):
                found[number] = replace(point)
            return False
    found.append(point)
    return True


def _bulged(function: LimitState, found: Sequence[DesignPoint]) -> LimitState:
    """g with a bump over each point already found, high enough to push the boundary away there."""
    bumps = []
    for point in found:
        reach = 1.1 * max(abs(point.beta), 0.5)
        bumps.append((point.point, reach, max(point.slope, 1e-300) * 0.5 * max(abs(point.beta), 0.5)))
    side = -1.0 if found[0].beta < 0 else 1.0

    def covered(z: Floats) -> Floats:
        values = np.asarray(function(z), dtype=np.float64)
        for centre, reach, height in bumps:
            away = ((z - centre) ** 2).sum(axis=1)
            values = values + side * np.where(away < reach**2, height * (1 - away / reach**2) ** 2, 0.0)
        return values

    return covered
