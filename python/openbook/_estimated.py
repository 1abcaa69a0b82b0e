"""Statistics of draws with what each draw adds to their error, so that differences under the same draws have theirs.

An estimate is, up to what vanishes faster than its error, its true value plus the mean of one *score* per draw (its
influence function; Hampel, The influence curve and its role in robust estimation, JASA 69, 1974; for quantiles Bahadur,
A note on quantiles in large samples, Annals of Mathematical Statistics 37, 1966). Of two estimates from the same draws
the difference has the mean of the differences of their scores as its error, which is small where both move together.
"""

from __future__ import annotations

import importlib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .drawn import HALF_A_PENNY, Floats

__all__ = [
    "Design",
    "Estimated",
    "Statistic",
    "apart",
    "by_design",
    "designed",
    "difference_error",
    "share_error",
    "statistics",
]

#: Errors of figures of draws that are not independent.
Design = Callable[[Callable[[Floats], Sequence[float]], Floats], Sequence[float] | None]

_NAME = re.compile(r"(var|es|p)(\d{1,2}(?:\.\d+)?)")
#: Names without a level, and how they are said.
_PLAIN = {"mean": "mean", "sd": "standard deviation", "p_deficit": "P(below zero)"}


@dataclass(frozen=True, slots=True)
class Estimated:
    """A statistic of draws.

    Attributes
    ----------
    value, error
        The estimate and its Monte Carlo standard error; NaN where the draws are too few to tell it.
    scores
        One per draw, of mean zero: their deviation over the root of the number of draws is the error. Of draws that are
        not independent the draws themselves.
    by_design
        Of draws that are not independent: what was estimated, and what gives its error.
    """

    value: float
    error: float
    scores: Floats
    by_design: tuple[Statistic, Design] | None = None


@dataclass(frozen=True, slots=True)
class Statistic:
    """A statistic by name: "mean", "sd", "p_deficit" (share of draws below zero by half a penny or more), "var95" and
    "es95" (value at risk and expected shortfall: losses of the low tail, positive = loss), "p5" (the position that 5 in
    100 draws end below).
    """

    name: str

    def __post_init__(self) -> None:
        found = _NAME.fullmatch(self.name) if isinstance(self.name, str) else None
        if self.name not in _PLAIN and (found is None or not 0 < float(found[2]) < 100):
            expected = "'mean', 'sd', 'p_deficit', 'var95', 'es95' or 'p5', with any level between 0 and 100"
            raise ValueError(f"statistic: found {self.name!r}, expected {expected}")

    @property
    def favour(self) -> int:
        """1 where more is better for the party, -1 where less is."""
        return 1 if self.name == "mean" or self._kind == "p" else -1

    @property
    def share(self) -> bool:
        """Whether it is a share of draws, not pounds."""
        return self.name == "p_deficit"

    @property
    def label(self) -> str:
        """As a heading."""
        if self.name in _PLAIN:
            return _PLAIN[self.name]
        return f"{_ordinal(self._level)} percentile" if self._kind == "p" else self.name

    @property
    def _kind(self) -> str:
        found = _NAME.fullmatch(self.name)
        return found[1] if found else self.name

    @property
    def _level(self) -> str:
        found = _NAME.fullmatch(self.name)
        return found[2] if found else ""

    def of(self, draws: Floats, near: float = HALF_A_PENNY) -> Estimated:
        """What the draws say; what lies less than `near` below zero is no deficit."""
        count = len(draws)
        root = math.sqrt(count)
        if self.name == "mean":
            error = float(draws.std(ddof=1)) / root if count > 1 else math.nan
            return Estimated(float(draws.mean()), error, draws - draws.mean())
        if self.name == "p_deficit":
            below = (draws <= -near).astype(np.float64)
            share = float(below.mean())
            return Estimated(share, share_error(share, count), below - share)
        if self.name == "sd":
            centred = draws - draws.mean()
            sd = float(draws.std(ddof=1)) if count > 1 else math.nan
            square = centred * centred
            second = float(square.mean())
            scores = (square - second) / (2 * math.sqrt(second)) if second > 0 else np.zeros(count)
            found = _by_scores(sd, scores, root)
            return found if count > 2 or (count == 2 and second == 0) else replace(found, error=math.nan)
        level = float(self._level) / 100
        return self._tail(draws, 1 - level) if self._kind != "p" else _quantile(draws, level)

    def _tail(self, draws: Floats, share: float) -> Estimated:
        """Value at risk or expected shortfall, by the order statistics that `Simulation.risk` takes."""
        count = len(draws)
        rank = min(max(math.floor(round(count * share * 1e9) / 1e9), 1), count)
        if self._kind == "var":
            low = _of_rank(draws, rank, share)
            return Estimated(-low.value, low.error, -low.scores)
        ordered = np.sort(draws)
        quantile = float(ordered[rank - 1])
        average = min(quantile, quantile + float((ordered[:rank] - quantile).mean()))
        excess = np.maximum(quantile - draws, 0.0) / share
        found = _by_scores(-average, excess - float(excess.mean()), math.sqrt(count))
        return found if rank > 1 or _constant(ordered) else replace(found, error=math.nan)


def _ordinal(number: str) -> str:
    if number in ("1", "2", "3") or (len(number) == 2 and number[0] != "1" and number[1] in "123"):
        return number + {"1": "st", "2": "nd", "3": "rd"}[number[-1]]
    return f"{number}th"


def _by_scores(value: float, scores: Floats, root: float) -> Estimated:
    return Estimated(value, float(scores.std()) / root, scores)


def _quantile(draws: Floats, level: float) -> Estimated:
    return _of_rank(draws, math.floor(level * (len(draws) - 1) + 0.5) + 1, level)


def _of_rank(draws: Floats, rank: int, share: float) -> Estimated:
    """An order statistic (counted from one); its error is half the distance of those one deviation of the binomial
    count to either side.
    """
    count = len(draws)
    ordered = np.sort(draws)
    spread = max(1, round(math.sqrt(count * share * (1 - share))))
    low, high = max(rank - spread, 1), min(rank + spread, count)
    value = float(ordered[rank - 1])
    error = float(ordered[high - 1] - ordered[low - 1]) / 2
    if high > low:  # where the tail is cut off: as far on that side as on the other
        error *= 2 * spread / (high - low)
    if round(count * min(share, 1 - share), 9) < 1 and not _constant(ordered):
        error = math.nan
    below = (draws <= value).astype(np.float64)
    deviation = float(below.std())
    if deviation == 0 or error == 0 or math.isnan(error):
        return Estimated(value, error, np.zeros(count))
    return Estimated(value, error, (float(below.mean()) - below) / deviation * error * math.sqrt(count))


def _constant(ordered: Floats) -> bool:
    return len(ordered) > 1 and bool(ordered[0] == ordered[-1])


def share_error(share: float, count: int) -> float:
    """Standard error of a share of so many independent draws."""
    return math.sqrt(share * (1 - share) / count)


def difference_error(a: Estimated, b: Estimated) -> float:
    """Standard error of the difference of two estimates from the same draws.

    The errors themselves are kept; what the scores give is how far they move together, so that the difference of an
    estimate from itself has none.
    """
    scores = [a.scores, b.scores]
    sizes = [float(s.std()) for s in scores]
    if 0.0 in sizes or not all(map(math.isfinite, sizes)):
        return math.hypot(a.error, b.error)
    together = float((scores[0] * scores[1]).mean()) / (sizes[0] * sizes[1])
    if together > 1 - 1e-12:
        return abs(a.error - b.error)
    return math.sqrt(max(0.0, a.error**2 + b.error**2 - 2 * together * a.error * b.error))


def apart(after: Estimated, before: Estimated) -> tuple[float, float]:
    """The difference of two estimates with its error; both are nothing where only the last bits of sums differ."""
    difference, error = after.value - before.value, _error_apart(after, before)
    size = 1e-9 * max(abs(after.value), abs(before.value))
    return (0.0 if abs(difference) <= size else difference), (0.0 if error <= size else error)


def _error_apart(after: Estimated, before: Estimated) -> float:
    if after.by_design is None or before.by_design is None:
        return difference_error(after, before)
    (statistic, design), (other, _) = after.by_design, before.by_design
    both = np.stack([before.scores, after.scores])
    errors = design(lambda draws: [statistic.of(draws[1]).value - other.of(draws[0]).value], both)
    return difference_error(after, before) if errors is None else errors[0]


def by_design(statistic: Statistic, draws: Floats, design: Design | None) -> Estimated:
    """What draws say, with the error that their design gives; that of independent draws where there is none."""
    found = statistic.of(draws)
    errors = None if design is None else design(lambda some: [statistic.of(some).value], draws)
    if errors is None or design is None:
        return found
    return Estimated(found.value, errors[0], draws, (statistic, design))


def designed(request: Mapping[str, Any]) -> Design | None:
    """How errors are estimated of draws that are not independent (a sampling design); None where they are.

    What is called with a function from draws to figures and the draws, and gives the error of each figure.
    """
    if "sampling" not in request:
        return None
    sampling = importlib.import_module(".sampling", __package__).Sampling.of_request(request)

    def errors(figures: Callable[[Floats], Sequence[float]], draws: Floats) -> Sequence[float] | None:
        found: Sequence[float] | None = sampling.errors(figures, draws, int(request["first_draw"]))
        return found

    return errors


def statistics(names: str | Sequence[str]) -> tuple[Statistic, ...]:
    """Statistics by their names, each once, in order."""
    return tuple(Statistic(name) for name in dict.fromkeys([names] if isinstance(names, str) else names))
