"""What is to be gathered of the draws while they pass by: declared before the run, nothing else is kept."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..drawn import HALF_A_PENNY

__all__ = ["Counts", "Moments", "Quantiles", "Reducer", "Sketch", "Wanted", "wanted"]

#: The least rank error of a sketch: a buffer of it has some hundred thousand values.
LEAST_ERROR = 1e-5


@dataclass(frozen=True, slots=True)
class Reducer:
    """Base of `Moments`, `Counts`, `Quantiles` and `Sketch`.

    Attributes
    ----------
    of
        Parties (id or name) and tracked formulas of which it gathers; a single one as text; nothing: everything.
    """

    of: str | Sequence[str] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "of", (self.of,) if isinstance(self.of, str) else tuple(self.of))


@dataclass(frozen=True, slots=True)
class Moments(Reducer):
    """Mean, deviation, skewness, kurtosis, least and greatest, in constant memory."""


@dataclass(frozen=True, slots=True)
class Counts(Reducer):
    """How many draws lie below thresholds, in constant memory.

    Attributes
    ----------
    below
        Thresholds, in pounds or the unit of the tracked formula. A position counts as below only by half a penny or
        more.
    """

    below: Sequence[float] = (0.0,)

    def __post_init__(self) -> None:
        Reducer.__post_init__(self)
        object.__setattr__(self, "below", tuple(dict.fromkeys(float(value) for value in self.below)))
        if not self.below or not all(math.isfinite(value) for value in self.below):
            raise ValueError(f"below: found {list(self.below)}, expected finite numbers")


@dataclass(frozen=True, slots=True)
class Quantiles(Reducer):
    """The draws themselves, at 8 bytes each: exact quantiles and tails, and the number of the draw at a percentile."""


@dataclass(frozen=True, slots=True)
class Sketch(Reducer):
    """Quantiles and tails in little memory, with a bound on how far they are off.

    Attributes
    ----------
    error
        A quantile lies no more than this share of the draws away from the one asked for, with certainty: with 0.0005,
        the figure given for 1% lies between the figures of 0.95% and 1.05%. The sketch of ten million draws takes a
        megabyte for each column.
    """

    error: float = 0.0005

    def __post_init__(self) -> None:
        Reducer.__post_init__(self)
        if not LEAST_ERROR <= self.error < 0.5:
            raise ValueError(f"error: found {self.error!r}, expected a share from {LEAST_ERROR} to 0.5")


@dataclass(slots=True)
class Wanted:
    """Everything that is gathered of one column."""

    moments: bool = False
    keep: bool = False
    below: tuple[float, ...] = ()
    sketch: float = 0.0
    money: bool = False

    def core(self) -> tuple[bool, bool, list[tuple[float, bool]], float]:
        """As the core takes it."""
        thresholds = [(value - HALF_A_PENNY, True) if self.money else (value, False) for value in self.below]
        return self.moments, self.keep, thresholds, self.sketch


def wanted(columns: Sequence[dict[str, Any]], reducers: Sequence[tuple[Reducer, frozenset[str]]]) -> list[Wanted]:
    """What all reducers together want of each column; with each come the parties and formulas that it names."""
    found = []
    for column in columns:
        own = Wanted(money=column["kind"] == "position")
        for reducer, names in reducers:
            if names and not names & {column["party"], column["formula"]} - {""}:
                continue
            match reducer:
                case Moments():
                    own.moments = True
                case Counts():
                    own.below = tuple(dict.fromkeys((*own.below, *reducer.below)))
                case Quantiles():
                    own.keep = True
                case Sketch():
                    own.sketch = min(own.sketch or 1.0, reducer.error)
        found.append(own)
    return found
