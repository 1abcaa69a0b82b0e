"""Statistics of a column of draws: the figure, its Monte Carlo standard error, an interval, and by which method."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from .._intervals import beta_share
from ._batches import Labels, between, student

__all__ = [
    "Estimate",
    "Statistic",
    "about",
    "batched",
    "estimate",
    "ranked",
    "ranks_around",
    "share_of",
    "statistic",
    "worst",
]

Floats = npt.NDArray[np.float64]

#: Of a 95% interval.
Z95 = 1.959963984540054

#: Degrees of freedom from which on Student's t is taken for normal.
MANY = 1_000

#: How the error of each statistic is found.
METHODS = {
    "mean": "standard deviation of the draws / root of their number",
    "sd": "fourth moment (delta method)",
    "variance": "fourth moment (delta method)",
    "p_deficit": "binomial; interval of Wilson",
    "p": "order statistics",
    "var": "order statistics",
    "es": "influence function",
}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and how far to trust it.

    Attributes
    ----------
    value, error
        The figure and its Monte Carlo standard error, in the same unit; infinite where the draws are too few to tell.
    low, high
        An interval that covers the true figure in about 95 of 100 runs; infinite on a side where no draw is an end.
    method
        How error and interval were found.
    """

    value: float
    error: float
    low: float
    high: float
    method: str

    def row(self) -> dict[str, Any]:
        """Value, error, low, high and method, None for what is infinite: a file has no number for it."""
        found = {name: getattr(self, name) for name in ("value", "error", "low", "high")}
        return {name: x if math.isfinite(x) else None for name, x in found.items()} | {"method": self.method}


@dataclass(frozen=True, slots=True)
class Statistic:
    """What is asked of the draws: its kind, and the level of a quantile or tail."""

    kind: str
    level: float = 0.0

    @property
    def name(self) -> str:
        """Such as "es99"."""
        return f"{self.kind}{self.level * 100:.10g}" if self.kind in ("p", "var", "es") else self.kind

    @property
    def tail(self) -> str:
        """Which draws it speaks of, in words."""
        worst = f"{(1 - self.level) * 100:.10g}%"
        return {
            "var": f"low: exceeded by the loss in {worst}",
            "es": f"low: the worst {worst}",
            "p": f"{self.level * 100:.10g}% lie below",
            "p_deficit": "low: below zero",
        }.get(self.kind, "all draws")


_NAME = re.compile(r"(var|es|p)(\d{1,2}(?:\.\d+)?)")


def statistic(name: str) -> Statistic:
    """A statistic by its name.

    Raises
    ------
    ValueError
        There is none of that name.

    Examples
    --------
    >>> statistic("es97.5").level, statistic("p5").tail
    (0.975, '5% lie below')
    """
    if name in ("mean", "sd", "variance", "p_deficit"):
        return Statistic(name)
    found = _NAME.fullmatch(name)
    if not found or not 0 < float(found[2]) < 100:
        raise ValueError(
            f"statistic: found {name!r}, expected 'mean', 'sd', 'variance', 'p_deficit', a quantile such as 'p5', or "
            "'var' or 'es' with a level, such as 'es99'"
        )
    return Statistic(found[1], float(found[2]) / 100)


def share_of(count: int, draws: int) -> Estimate:
    """The share of draws in which something holds, with the interval of Wilson (1927).

    The interval is never empty: where none of 1,000 draws holds, up to 0.4% may.

    Examples
    --------
    >>> round(share_of(0, 1_000).high, 4), round(share_of(50, 1_000).error, 4)
    (0.0038, 0.0069)
    """
    if not 0 <= count <= draws or draws < 1:
        raise ValueError(f"count: found {count} of {draws} draws, expected from 0 to their number")
    share, z2 = count / draws, Z95 * Z95
    centre = (share + z2 / (2 * draws)) / (1 + z2 / draws)
    half = Z95 / (1 + z2 / draws) * math.sqrt(share * (1 - share) / draws + z2 / (4 * draws * draws))
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    error = math.sqrt(share * (1 - share) / draws)
    low, high = (0.0 if count == 0 else low), (1.0 if count == draws else high)
    return Estimate(share, error, low, high, METHODS["p_deficit"])


def worst(draws: int, level: float) -> int:
    """How many draws make the tail beyond a level: floor(draws * (1 - level)), at least one."""
    return min(max(math.floor(round(draws * (1 - level) * 1e9) / 1e9), 1), draws)


def ranked(column: Floats, rank: int) -> float:
    """The order statistic of a rank, counted from 1."""
    return float(np.partition(column, rank - 1)[rank - 1])


def estimate(draws: Floats, name: str, *, nothing: float = 0.0, batches: Labels | None = None) -> Estimate:
    """A statistic of draws by its name.

    Parameters
    ----------
    draws
        Shape (draws,); + = in the party's favour, low is bad.
    name
        "mean", "sd", "variance", "p_deficit" (the share below zero), a quantile such as "p5", the value at risk
        "var99", or the expected shortfall "es99". The last two are losses of the low tail, positive = loss; "es99" is
        the mean loss of the worst 1%.
    nothing
        How far below zero a draw must lie to count as a deficit.
    batches
        For draws that are not independent: the independent replication, or the batch of whole pairs, that each draw
        belongs to, shape (draws,).

    Returns
    -------
    Estimate
        Errors of independent draws: of the mean the sample deviation over √n; of deviation and variance by the delta
        method from the fourth moment; of a share of draws binomial, with the interval of Wilson; of quantiles and
        values at risk half of the distance between the order statistics one binomial deviation to either side, with the
        order statistics of the exact binomial as interval, free of the distribution (`ranks_around`); of the expected
        shortfall the influence function (Hong, Hu and Liu 2014, Monte Carlo methods for value-at-risk and conditional
        value-at-risk: a review). Intervals around mean, deviation, variance and expected shortfall are those of
        Student's t; the last has one degree of freedom less than draws in its tail. With batches the figure's deviation
        between them over the root of their number, and an interval of Student's t.

    Raises
    ------
    ValueError
        No draws, missing values, or no such statistic.

    Examples
    --------
    >>> import numpy as np
    >>> one = estimate(np.arange(-50.0, 50.0), "es95")
    >>> one.value, one.method
    (48.0, 'influence function')
    """
    from .. import _core

    asked = statistic(name)
    column = np.ascontiguousarray(draws, dtype=np.float64)
    if column.ndim != 1 or not len(column) or np.isnan(column).any():
        raise ValueError("draws: expected one column of numbers, at least one and none of them missing")
    n = len(column)
    if batches is not None:
        return _between_batches(column, asked, nothing, batches)
    method = METHODS[asked.kind]
    if asked.kind == "p_deficit":
        return share_of(int((column <= -nothing if nothing > 0 else column < 0).sum()), n)
    if asked.kind in ("p", "var"):
        below = asked.level if asked.kind == "p" else 1 - asked.level
        rank = math.floor(below * (n - 1) + 0.5) + 1 if asked.kind == "p" else worst(n, asked.level)
        value, error, low, high = _order_statistics(column, rank, below)
        if asked.kind == "var":
            value, low, high = -value, -high, -low
        return Estimate(value + 0.0, error, low, high, method)
    summary = _core.summarise(column, [asked.level] if asked.kind == "es" else [], nothing)
    if asked.kind == "es":
        shortfall, off = summary["expected_shortfall"][0]
        return about(shortfall, off, worst(n, asked.level) - 1, method)
    if asked.kind == "mean":
        mean, off = summary["mean"]
        return about(mean, off, n - 1, method)
    deviation, scatter = summary["deviation"]
    if asked.kind == "variance":
        return about(deviation * deviation, None if scatter is None else 2 * deviation * scatter, n - 1, method)
    return about(deviation, scatter, n - 1, method)


def about(value: float, error: float | None, freedom: int, method: str) -> Estimate:
    """A figure whose error was estimated from so many degrees of freedom, with the interval of Student's t."""
    if error is None:
        return Estimate(value, math.inf, -math.inf, math.inf, method)
    reach = (Z95 if freedom > MANY else student(freedom)) * error if error > 0 else 0.0
    return Estimate(value, error, value - reach, value + reach, method)


def _between_batches(column: Floats, asked: Statistic, nothing: float, batches: Labels) -> Estimate:
    whole = estimate(column, asked.name, nothing=nothing)
    error = float(between(batches, lambda own: estimate(column[own], asked.name, nothing=nothing).value)[0])
    return batched(whole, error, len(np.unique(batches)))


def batched(whole: Estimate, error: float, number: int) -> Estimate:
    """A figure with its error between batches; a share that is the same in all keeps the interval of Wilson."""
    method = f"between {number} batches; Student's t"
    if error == 0 and whole.method == METHODS["p_deficit"]:
        return Estimate(whole.value, error, whole.low, whole.high, method)
    reach = student(number - 1) * error
    low, high = whole.value - reach, whole.value + reach
    if whole.method == METHODS["p_deficit"]:
        low, high = max(0.0, low), min(1.0, high)
    return Estimate(whole.value, error, low, high, method)


def _order_statistics(column: Floats, rank: int, below: float) -> tuple[float, float, float, float]:
    """The order statistic of a rank, its error, and the interval around it."""
    n = len(column)
    spread = max(1, round(math.sqrt(n * below * (1 - below))))
    first, last = ranks_around(n, below)
    places = [rank, rank - spread, rank + spread, first, last]
    inside = [min(max(place, 1), n) for place in places]
    ordered = np.partition(column, sorted({place - 1 for place in inside}))
    value, under, over, low, high = (float(ordered[place - 1]) for place in inside)
    if ordered.min() == ordered.max() and n > 1:
        return value, 0.0, value, value
    error = math.inf
    if round(n * min(below, 1 - below), 9) >= 1 and inside[2] > inside[1]:
        # Where the draws do not reach, as far on that side as on the other.
        error = (over - under) / 2 * (2 * spread / (inside[2] - inside[1]))
    return value, error, -math.inf if first < 1 else low, math.inf if last > n else high


@lru_cache(maxsize=256)
def ranks_around(draws: int, below: float) -> tuple[int, int]:
    """The order statistics between which a quantile lies with a probability of 95% at least, whatever the distribution.

    As many draws lie below the quantile as a binomial variable says, so that either end is wrong in at most 2.5%
    (David and Nagaraja, Order Statistics, 2003, section 7.1). Rank 0, or one more than there are draws: no draw is an
    end on that side, the interval is open there.

    Examples
    --------
    >>> ranks_around(100, 0.05), ranks_around(100, 0.01)
    ((1, 11), (0, 4))
    """

    def reached(rank: int) -> float:
        """P(at least so many draws lie below), which falls as the rank grows."""
        return beta_share(below, rank, draws - rank + 1)

    first = _last_where(lambda rank: 1 - reached(rank) <= 0.025, draws)
    last = _last_where(lambda rank: reached(rank) > 0.025, draws) + 1
    return first, last


def _last_where(holds: Callable[[int], bool], most: int) -> int:
    """The last number from 1 to `most` where something holds that holds up to some number; 0 where it never does."""
    low, high = 0, most + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
