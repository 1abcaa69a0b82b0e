"""Statistics of one column from what was gathered of it: the draws, a sketch, moments or counts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .estimates import METHODS, Estimate, Floats, Statistic, about, estimate, ranks_around, share_of, worst

__all__ = ["Figures", "SketchValues"]


@dataclass(frozen=True, slots=True, eq=False)
class SketchValues:
    """Values in ascending order, how many draws each stands for, and by how many ranks a rank may be wrong."""

    values: Floats
    weights: npt.NDArray[np.int64]
    bound: int
    least: float
    most: float

    def at(self, ranks: Floats | npt.NDArray[np.int64]) -> Floats:
        """Order statistics of ranks from 1; what lies beyond the ends is the least or the greatest draw."""
        up_to = np.cumsum(self.weights)
        places = np.clip(np.searchsorted(up_to, np.clip(ranks, 1, up_to[-1])), 0, len(self.values) - 1)
        found = self.values[places]
        found = np.where(np.asarray(ranks) < 1, self.least, found)
        exact: Floats = np.where(np.asarray(ranks) > up_to[-1], self.most, found)
        return exact

    def mean_up_to(self, rank: int, shift: int = 0) -> float:
        """The mean of the order statistics 1 + shift to rank + shift."""
        steps = np.arange(1, rank + 1) + shift
        return float(self.at(steps).mean())


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """What was gathered of one column."""

    draws: int
    money: bool
    moments: tuple[float, ...] | None
    below: dict[float, int]
    kept: Floats | None
    sketch: SketchValues | None

    @classmethod
    def of(cls, column: dict[str, Any], draws: int, money: bool, below: tuple[float, ...]) -> Figures:
        """From what the core gives."""
        kept = column.get("kept")
        moments = column.get("moments")
        sketch = None
        if "sketch" in column and moments is not None:
            values, weights, bound = column["sketch"]
            # The moments are gathered with every sketch: they know the ends.
            sketch = SketchValues(values, weights.astype(np.int64), int(bound), moments[5], moments[6])
        return cls(draws, money, moments, dict(zip(below, column["below"], strict=True)), kept, sketch)

    # -- moments ------------------------------------------------------------------------------------------------

    def shape(self) -> dict[str, Any]:
        """Mean and deviation with errors (None: too few draws), skewness, excess kurtosis, least and greatest."""
        assert self.moments is not None
        n, mean, second, third, fourth, least, most = self.moments
        m2, m3, m4 = second / n, third / n, fourth / n
        deviation, scatter = math.sqrt(second / (n - 1)) if n > 1 else 0.0, max(0.0, m4 - m2 * m2)
        return {
            "mean": mean,
            "mean_error": deviation / math.sqrt(n) if n > 1 else None,
            "sd": deviation,
            "sd_error": None if n < (3 if m2 > 0 else 2) else math.sqrt(scatter / (4 * m2 * n)) if m2 > 0 else 0.0,
            "skewness": m3 / m2**1.5 if m2 > 0 else 0.0,
            "kurtosis": m4 / (m2 * m2) - 3 if m2 > 0 else 0.0,
            "minimum": least,
            "maximum": most,
        }

    # -- any statistic ------------------------------------------------------------------------------------------

    def estimate(self, asked: Statistic, nothing: float) -> Estimate | None:
        """A statistic from the best that was gathered; None where nothing gathered tells it."""
        if self.kept is not None:
            return estimate(self.kept, asked.name, nothing=nothing)
        if asked.kind in ("mean", "sd", "variance") and self.moments is not None:
            return self._of_moments(asked)
        if asked.kind == "p_deficit" and 0.0 in self.below:
            return share_of(self.below[0.0], self.draws)
        if self.sketch is None:
            return None
        return self._of_sketch(self.sketch, asked, nothing)

    def _of_moments(self, asked: Statistic) -> Estimate:
        shape = self.shape()
        name = "mean" if asked.kind == "mean" else "sd"
        value, error = shape[name], shape[f"{name}_error"]
        if asked.kind == "variance":
            value, error = value * value, None if error is None else 2 * value * error
        return about(value, error, self.draws - 1, METHODS[asked.kind])

    def _of_sketch(self, sketch: SketchValues, asked: Statistic, nothing: float) -> Estimate:
        n, bound = self.draws, sketch.bound
        said = f"sketch, rank within {bound / n:.2g} of the draws; "
        if asked.kind == "p_deficit":
            under = sketch.values <= -nothing if nothing > 0 else sketch.values < 0
            count = int(sketch.weights[under].sum())
            low, high = (share_of(min(max(count + s * bound, 0), n), n) for s in (-1, 1))
            one = share_of(count, n)
            return Estimate(one.value, one.error, low.low, high.high, said + METHODS["p_deficit"])
        below = asked.level if asked.kind == "p" else 1 - asked.level
        if asked.kind in ("p", "var"):
            rank = math.floor(below * (n - 1) + 0.5) + 1 if asked.kind == "p" else worst(n, asked.level)
            spread = max(1, round(math.sqrt(n * below * (1 - below))))
            first, last = ranks_around(n, below)
            first, last = first - bound, last + bound
            steps = np.array([rank, rank - spread, rank + spread, first, last])
            value, under_, over, low_, high_ = (float(x) for x in sketch.at(steps))
            low_, high_ = (-math.inf if first < 1 else low_), (math.inf if last > n else high_)
            if asked.kind == "var":
                value, low_, high_ = -value, -high_, -low_
            error = (over - under_) / 2 if round(n * min(below, 1 - below), 9) >= 1 else math.inf
            return Estimate(value, error, low_, high_, said + METHODS[asked.kind])
        rank = worst(n, asked.level)
        inside = sketch.at(np.arange(1, rank + 1))
        average, edge = float(inside.mean()), float(inside[-1])
        spread_ = float(inside.var()) + asked.level * (edge - average) ** 2
        one = about(-average, math.sqrt(spread_ / (n * below)) if rank > 1 else None, rank - 1, said + METHODS["es"])
        low_ = -sketch.mean_up_to(rank, bound) - (one.value - one.low)
        high_ = -sketch.mean_up_to(rank, -bound) + (one.high - one.value)
        return Estimate(one.value, one.error, low_, high_, one.method)

    # -- pieces of a run ----------------------------------------------------------------------------------------

    def joined(self, later: Figures) -> Figures:
        """Of these draws and those that follow."""
        moments = None
        if self.moments is not None and later.moments is not None:
            moments = _joined_moments(self.moments, later.moments)
        kept = None
        if self.kept is not None and later.kept is not None:
            kept = np.concatenate([self.kept, later.kept])
            kept.setflags(write=False)
        below = {at: count + later.below[at] for at, count in self.below.items()}
        sketch = None
        if self.sketch is not None and later.sketch is not None:
            sketch = _joined_sketches(self.sketch, later.sketch)
        return Figures(self.draws + later.draws, self.money, moments, below, kept, sketch)

    def kinds(self) -> tuple[bool, bool, tuple[float, ...], bool]:
        """What was gathered."""
        return self.moments is not None, self.kept is not None, tuple(self.below), self.sketch is not None


def _joined_moments(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, ...]:
    """Number, mean, sums of powers, least, greatest of both; as the core joins groups (Pébay 2008)."""
    n, gap, ab = a[0] + b[0], b[1] - a[1], a[0] * b[0]
    step = gap / n
    second = a[2] + b[2] + gap * step * ab
    third = a[3] + b[3] + gap * step * step * ab * (a[0] - b[0]) + 3 * step * (a[0] * b[2] - b[0] * a[2])
    fourth = a[4] + b[4] + gap * step**3 * ab * (a[0] * a[0] - ab + b[0] * b[0])
    fourth += 6 * step * step * (a[0] * a[0] * b[2] + b[0] * b[0] * a[2]) + 4 * step * (a[0] * b[3] - b[0] * a[3])
    return n, a[1] + step * b[0], second, third, fourth, min(a[5], b[5]), max(a[6], b[6])


def _joined_sketches(a: SketchValues, b: SketchValues) -> SketchValues:
    """The values of both: ranks add up, and so do their bounds."""
    values = np.concatenate([a.values, b.values])
    places = np.argsort(values, kind="stable")
    weights = np.concatenate([a.weights, b.weights])[places]
    return SketchValues(values[places], weights, a.bound + b.bound, min(a.least, b.least), max(a.most, b.most))
