"""Depth three: boxes over a few drivers in which a condition mostly holds, short enough to be read out.

The patient rule induction method: peel away thin slices that hold few breaches, put back what was peeled too far, drop
limits that do not matter. A box is judged on draws that had no part in finding it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from .importance import proportion_interval
from .normal import Flags, Floats, quantile

__all__ = ["Box", "Limit", "Quality", "boxes", "quality"]


#: A box that holds so much of an earlier one is no other region.
SAME = 0.8


@dataclass(frozen=True, slots=True)
class Limit:
    """Of one feature: its column, and from where to where; infinite where it has no limit on that side."""

    feature: int
    low: float = -math.inf
    high: float = math.inf

    def inside(self, values: Floats) -> Flags:
        """Which rows of the features [n, features] keep to it, limits included."""
        column = values[:, self.feature]
        return np.asarray((column >= self.low) & (column <= self.high))


@dataclass(frozen=True, slots=True)
class Box:
    """Limits that hold together."""

    limits: tuple[Limit, ...]

    def inside(self, values: Floats) -> Flags:
        """Which rows of the features [n, features] lie in it."""
        found = np.ones(len(values), dtype=bool)
        for limit in self.limits:
            found &= limit.inside(values)
        return found


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a box is on some draws; each figure with its 95% interval.

    Attributes
    ----------
    density
        Share of the draws inside in which the condition holds.
    coverage
        Share of the draws in which it holds that lie inside.
    support
        Share of all draws that lie inside.
    base
        Share of all draws in which it holds.
    draws, inside, breaching
        How many draws, how many inside, in how many it holds.
    """

    density: float
    density_interval: tuple[float, float]
    coverage: float
    coverage_interval: tuple[float, float]
    support: float
    support_interval: tuple[float, float]
    base: float
    draws: int
    inside: int
    breaching: int


def quality(box: Box, values: Floats, holds: Flags, weights: Floats | None = None) -> Quality:
    """Density, coverage and support of a box on draws.

    Parameters
    ----------
    values
        The features, [draws, features].
    holds
        Whether the condition holds, [draws].
    weights
        Of draws by importance; None where all count the same. Intervals are Wilson's for plain draws, and by the delta
        method for weighted ones.
    """
    inside = box.inside(values)
    n, n_in, n_hold, n_both = len(values), int(inside.sum()), int(holds.sum()), int((inside & holds).sum())
    if weights is None:
        return Quality(
            n_both / n_in if n_in else 0.0, proportion_interval(n_both, n_in),
            n_both / n_hold if n_hold else 0.0, proportion_interval(n_both, n_hold),
            n_in / n, proportion_interval(n_in, n), n_hold / n, n, n_in, n_hold,
        )  # fmt: skip
    density, in_density = _ratio(weights, inside & holds, inside)
    coverage, in_coverage = _ratio(weights, inside & holds, holds)
    support, in_support = _ratio(weights, inside, np.ones(n, dtype=bool))
    base, _ = _ratio(weights, holds, np.ones(n, dtype=bool))
    return Quality(density, in_density, coverage, in_coverage, support, in_support, base, n, n_in, n_hold)


def _ratio(weights: Floats, top: Flags, bottom: Flags) -> tuple[float, tuple[float, float]]:
    """A ratio of weighted sums, and its interval."""
    whole = float(weights[bottom].sum())
    if whole <= 0:
        return 0.0, (0.0, 1.0)
    value = float(weights[top].sum()) / whole
    residual = weights * (top.astype(float) - value * bottom.astype(float))
    error = math.sqrt(float((residual**2).sum())) / whole
    half = quantile(0.975) * error
    return value, (max(0.0, value - half), min(1.0, value + half))


# -- finding --------------------------------------------------------------------------------------------------------


@dataclass
class _Sample:
    values: Floats
    holds: Flags
    weights: Floats

    def density(self, inside: Flags) -> float:
        whole = float(self.weights[inside].sum())
        return float(self.weights[inside & self.holds].sum()) / whole if whole > 0 else 0.0


def _with(box: Box, limit: Limit) -> Box:
    """The box with a limit put in the place of the one on the same feature."""
    others = tuple(one for one in box.limits if one.feature != limit.feature)
    return Box(tuple(sorted((*others, limit), key=lambda one: one.feature)))


def _of(box: Box, feature: int) -> Limit:
    return next((one for one in box.limits if one.feature == feature), Limit(feature))


def _best_peel(sample: _Sample, rows: npt.NDArray[np.intp], box: Box, share: float) -> tuple[Box, Flags] | None:
    """The thin slice off one side of one feature that thickens the breaches most for what it takes away."""
    values, weights = sample.values[rows], sample.weights[rows]
    hits = weights * sample.holds[rows]
    size, inside = float(weights.sum()), float(hits.sum())
    lowest, highest = values.min(axis=0), values.max(axis=0)
    low, high = np.quantile(values, [share, 1 - share], axis=0, method="nearest")
    # Where many draws share the end's value, the slice is all of these.
    low = np.where(low > lowest, low, np.where(values > lowest, values, np.inf).min(axis=0))
    high = np.where(high < highest, high, np.where(values < highest, values, -np.inf).max(axis=0))
    gains = []
    for gone in (values < low, values > high):
        taken, lost = weights @ gone, hits @ gone
        left = size - taken
        with np.errstate(divide="ignore", invalid="ignore"):
            gain = ((inside - lost) / left - inside / size) / taken
        gains.append(np.where((taken > 0) & (left > 0) & (lowest < highest) & np.isfinite(gain), gain, -np.inf))
    found = np.array(gains)
    side, feature = (int(k) for k in np.unravel_index(int(np.argmax(found)), found.shape))
    if found[side, feature] <= 0:
        return None
    limit = _of(box, feature)
    cut = replace(limit, low=float(low[feature])) if side == 0 else replace(limit, high=float(high[feature]))
    return _with(box, cut), cut.inside(values)


def _peeled(sample: _Sample, share: float, least: int) -> list[tuple[Box, float, float]]:
    """Boxes from the whole down, each the best peel of the one before; with density and coverage."""
    box, rows = Box(()), np.arange(len(sample.values))
    hits = sample.weights * sample.holds
    whole = float(hits.sum())
    path = [(box, whole / float(sample.weights.sum()), 1.0)]
    while len(rows) > least and path[-1][1] < 1.0:
        best = _best_peel(sample, rows, box, share)
        if best is None:
            break
        box, kept = best
        rows = rows[kept]
        held = float(hits[rows].sum())
        path.append((box, held / float(sample.weights[rows].sum()), held / whole))
    return path


def _pasted(sample: _Sample, box: Box, share: float) -> Box:
    """The box with its sides moved out again while that does not thin the breaches inside."""
    while True:
        inside = box.inside(sample.values)
        now, room = sample.density(inside), max(1, int(share * inside.sum() / 2))
        best: tuple[float, Box] | None = None
        for limit in box.limits:
            others = Box(tuple(one for one in box.limits if one is not limit)).inside(sample.values)
            column = np.sort(sample.values[others, limit.feature])
            for side in ("low", "high"):
                edge = getattr(limit, side)
                if not math.isfinite(edge):
                    continue
                if side == "low":
                    below = column[column < edge]
                    moved = replace(limit, low=float(below[-min(room, len(below))]) if len(below) > room else -math.inf)
                else:
                    above = column[column > edge]
                    moved = replace(limit, high=float(above[room - 1]) if len(above) > room else math.inf)
                wider = _with(box, moved)
                grown = wider.inside(sample.values)
                density = sample.density(grown)
                if density >= now and int(grown.sum()) > int(inside.sum()) and (best is None or density > best[0]):
                    best = (density, wider)
        if best is None:
            return _clean(box)
        box = best[1]


def _clean(box: Box) -> Box:
    return Box(tuple(one for one in box.limits if math.isfinite(one.low) or math.isfinite(one.high)))


def _shortened(sample: _Sample, box: Box, tolerance: float, limits: int) -> Box:
    """The box without the limits that matter least: those too many to read, and those whose loss thins the breaches
    inside by less than the tolerance."""
    while len(box.limits) > 1:
        now = sample.density(box.inside(sample.values))
        rest = [Box(tuple(one for one in box.limits if one is not limit)) for limit in box.limits]
        densities = [sample.density(one.inside(sample.values)) for one in rest]
        best = int(np.argmax(densities))
        if densities[best] < now - tolerance and len(box.limits) <= limits:
            return box
        box = rest[best]
    return box


def _chosen(path: Sequence[tuple[Box, float, float]], base: float) -> Box:
    """Of the boxes on the way, the one with the best balance of density and coverage."""

    def balance(item: tuple[Box, float, float]) -> float:
        _, density, coverage = item
        gained = (density - base) / (1 - base) if base < 1 else 0.0
        return 2 * gained * coverage / (gained + coverage) if gained > 0 and coverage > 0 else 0.0

    return max(path, key=balance)[0]


def boxes(
    values: Floats,
    holds: Flags,
    weights: Floats | None = None,
    *,
    most: int = 3,
    limits: int = 4,
    share: float = 0.05,
    least: int = 20,
    tolerance: float = 0.03,
) -> tuple[Box, ...]:
    """Boxes in which a condition mostly holds, one after the other: each is sought among the draws outside the others.

    Parameters
    ----------
    values
        Features, [draws, features].
    holds
        Whether the condition holds, [draws].
    weights
        Of draws by importance; None where all count the same.
    most
        At most so many boxes; fewer where nothing is left that a box describes better than chance.
    limits
        Features that one box may limit: more cannot be read out.
    share
        Share of the draws inside that one peel takes off.
    least
        Draws that stay inside.
    tolerance
        A limit is dropped where the density falls by less than this without it.

    Notes
    -----
    Friedman and Fisher, "Bump hunting in high-dimensional data", Statistics and Computing 9 (1999). Choosing a box by
    density and coverage, and dropping limits, after Bryant and Lempert, "Thinking inside the box", Technological
    Forecasting and Social Change 77 (2010).

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.Generator(np.random.Philox(key=1)).random((4000, 3))
    >>> [box] = boxes(x, (x[:, 0] > 0.8) & (x[:, 2] < 0.4), most=1)
    >>> [(limit.feature, round(limit.low, 1), round(limit.high, 1)) for limit in box.limits]
    [(0, 0.8, inf), (2, -inf, 0.4)]
    """
    every = np.ones(len(values)) if weights is None else weights
    left = np.ones(len(values), dtype=bool)
    found: list[Box] = []
    for _ in range(most):
        sample = _Sample(values[left], holds[left], every[left])
        if int(sample.holds.sum()) < least or sample.holds.all():
            break
        base = sample.density(np.ones(len(sample.values), dtype=bool))
        path = _peeled(sample, share, least)
        box = _shortened(sample, _pasted(sample, _chosen(path, base), share), tolerance, limits)
        if not box.limits or sample.density(box.inside(sample.values)) < min(2 * base, base + 0.5 * (1 - base)):
            break
        inside = box.inside(values)
        if any((inside & other.inside(values)).sum() > SAME * other.inside(values).sum() for other in found):
            break  # an earlier box once more, only wider
        found.append(box)
        left &= ~inside
    return tuple(found)
