"""Variance-based sensitivity of any function of independent factors: pick-freeze estimates of Sobol' indices.

A function f of independent factors is evaluated on two independent samples of its factors, A and B, and for each factor
on A with that factor's values taken from B. The variance that f owes to a factor alone, V_i = Var(E[f | factor i]), and
all that goes when every factor but this one is known, T_i = E[Var(f | all others)], follow from products and squares of
these values. A factor may be a group of columns: everything that is drawn for a driver over all its periods, or a whole
correlation group.

Sources: Sobol' (1993), *Sensitivity estimates for nonlinear mathematical models*; Jansen (1999), *Analysis of variance
designs for model output*, for T_i; Janon, Klein, Lagnoux, Nodet and Prieur (2014), *Asymptotic normality and efficiency
of two Sobol index estimators*, for S_i and the errors by the delta method; Saltelli and others (2010), *Variance based
sensitivity analysis of model output*, for the design of k + 2 samples.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from .lattices import lattice_normals

__all__ = ["Index", "IndexEstimate", "normal_samples", "sobol_indices"]

Floats = npt.NDArray[np.float64]
#: From a sample of points, shape (n, dimensions), to the values of the function there, shape (n,) or (results, n).
Function = Callable[[Floats], Floats]

#: Points of the sample in one call of the function: bounds the memory, never changes a figure.
CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class IndexEstimate:
    """A figure with its standard error.

    Attributes
    ----------
    value, error
        The estimate and one standard error of it.
    """

    value: float
    error: float

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Where the true figure lies with a probability of about `level`: value ± quantile of the normal * error."""
        from statistics import NormalDist

        wide = NormalDist().inv_cdf((1 + level) / 2) * self.error
        return self.value - wide, self.value + wide


@dataclass(frozen=True, slots=True)
class Index:
    """Sobol' indices of one factor.

    Attributes
    ----------
    factor
        Its name.
    first
        Share of the variance that is gone, on average, once this factor is known.
    total
        Share of the variance that is left, on average, while all others are known.
    explained
        The first index in squares of the result's unit: the expected reduction of variance by knowing the factor.
    """

    factor: str
    first: IndexEstimate
    total: IndexEstimate
    explained: IndexEstimate


def normal_samples(
    rows: int, dimensions: int, seed: int, *, shifts: int = 1, order: Sequence[int] | None = None
) -> tuple[Floats, Floats]:
    """Two samples of standard normals, shape (rows, dimensions) each; the same for the same seed.

    Parameters
    ----------
    rows
        Of each sample. With more than one shift it is made a power of two for each shift, not fewer in all.
    dimensions, seed
        How many coordinates, and where the draws start.
    shifts
        1: independent rows. More: rows on so many randomly shifted lattices (see `openbook.sensitivities.lattices`),
        which estimate smooth figures of few factors far more closely; errors come from the shifts.
    order
        Coordinates from the most important on, for the best of a lattice; None: as they are.
    """
    if shifts > 1:
        points = max(16, 1 << math.ceil(math.log2(max(1, rows / shifts))))
        both = lattice_normals(points, 2 * dimensions, shifts, seed)
        a, b = np.empty((len(both), dimensions)), np.empty((len(both), dimensions))
        places = list(range(dimensions)) if order is None else list(order)
        a[:, places], b[:, places] = both[:, 0::2], both[:, 1::2]
        return a, b
    generator = np.random.Generator(np.random.Philox(seed))
    return generator.standard_normal((rows, dimensions)), generator.standard_normal((rows, dimensions))


def _values(function: Function, points: Floats) -> Floats:
    """The function on all points, chunk by chunk; shape (results, n)."""
    parts = [np.atleast_2d(function(points[i : i + CHUNK])) for i in range(0, len(points), CHUNK)]
    return np.concatenate(parts, axis=1)


def _ratio(above: Floats, below: Floats, shifts: int = 1) -> IndexEstimate:
    """Mean of one over mean of another, with the error that the delta method gives for paired rows."""
    bottom = float(below.mean())
    if bottom <= 0:
        return IndexEstimate(math.nan, math.nan)
    value = float(above.mean()) / bottom
    influence = (above - value * below) / bottom
    return IndexEstimate(value, _error(influence, shifts))


def _error(influence: Floats, shifts: int = 1) -> float:
    """Standard error of a mean: of independent rows, or of independent lattices one after the other."""
    own = influence if shifts == 1 else influence.reshape(shifts, -1).mean(axis=1)
    return float(own.std(ddof=1)) / math.sqrt(len(own))


def _bootstrapped(estimate: Callable[[npt.NDArray[np.intp]], float], rows: int, resamples: int, seed: int) -> float:
    """Standard deviation of an estimate over resampled rows."""
    generator = np.random.Generator(np.random.Philox(seed))
    return float(np.std([estimate(generator.integers(0, rows, rows)) for _ in range(resamples)], ddof=1))


def _first(b: Floats, frozen: Floats, shifts: int = 1) -> tuple[IndexEstimate, IndexEstimate]:
    """S_i and V_i from values that have only factor i in common.

    The mean and the variance are taken from both samples (Janon and others, 2014, equation 6), which has the smallest
    asymptotic variance among such estimates.
    """
    centre = float((b.mean() + frozen.mean()) / 2)
    x, y = b - centre, frozen - centre
    product, square = x * y, (x * x + y * y) / 2
    return _ratio(product, square, shifts), IndexEstimate(float(product.mean()), _error(product, shifts))


def _total(a: Floats, frozen: Floats, shifts: int = 1) -> IndexEstimate:
    """T_i over the variance, from values that have all factors but i in common (Jansen, 1999)."""
    centre = float((a.mean() + frozen.mean()) / 2)
    x, y = a - centre, frozen - centre
    return _ratio((x - y) ** 2 / 2, (x * x + y * y) / 2, shifts)


def _indices_of(
    name: str,
    a: Floats,
    b: Floats,
    frozen: Floats,
    errors: Literal["asymptotic", "bootstrap"],
    resamples: int,
    seed: int,
    shifts: int,
) -> Index:
    first, explained = _first(b, frozen, shifts)
    total = _total(a, frozen, shifts)
    if errors == "bootstrap":
        n = len(a)
        first = IndexEstimate(
            first.value, _bootstrapped(lambda i: _first(b[i], frozen[i])[0].value, n, resamples, seed)
        )
        total = IndexEstimate(total.value, _bootstrapped(lambda i: _total(a[i], frozen[i]).value, n, resamples, seed))
        explained = IndexEstimate(
            explained.value, _bootstrapped(lambda i: _first(b[i], frozen[i])[1].value, n, resamples, seed)
        )
    return Index(name, first, total, explained)


def _samples(
    function: Function, factors: Mapping[str, Sequence[int]], a: Floats, b: Floats
) -> Iterator[tuple[str, Floats]]:
    """For each factor the function on A with this factor's columns from B."""
    for name, columns in factors.items():
        mixed = a.copy()
        mixed[:, list(columns)] = b[:, list(columns)]
        yield name, _values(function, mixed)


def sobol_indices(
    function: Function,
    factors: Mapping[str, Sequence[int]],
    a: Floats,
    b: Floats,
    *,
    errors: Literal["asymptotic", "bootstrap"] = "asymptotic",
    resamples: int = 200,
    seed: int = 0,
    shifts: int = 1,
) -> list[list[Index]]:
    """First and total Sobol' indices of every factor, for every result of a function.

    Parameters
    ----------
    function
        Takes points, shape (n, dimensions), and gives values, shape (n,) or (results, n).
    factors
        Name to the columns that belong to it. No column belongs to two; the rest is varied with no factor.
    a, b
        Two independent samples of the factors, shape (rows, dimensions).
    errors
        "asymptotic": by the delta method; "bootstrap": from `resamples` resamples of the rows under the seed.
    shifts
        1: the rows are independent. More: they are so many independent lattices one after the other, as
        `normal_samples` gives them; errors are then from the scatter between lattices.

    Returns
    -------
    list
        For each result one `Index` per factor. A result without variance has indices that are not a number.

    Raises
    ------
    ValueError
        The samples do not fit each other or the factors, or there are fewer than two rows.

    Examples
    --------
    The result x + 2 y of independent standard normals owes 1/5 of its variance to x and 4/5 to y.

    >>> a, b = normal_samples(20_000, 2, seed=1)
    >>> [[x, y]] = sobol_indices(lambda z: z[:, 0] + 2 * z[:, 1], {"x": [0], "y": [1]}, a, b)
    >>> abs(x.first.value - 0.2) < 4 * x.first.error, abs(y.total.value - 0.8) < 4 * y.total.error
    (True, True)
    """
    if a.shape != b.shape or a.ndim != 2 or len(a) < 2:
        raise ValueError(
            f"samples of shapes {a.shape} and {b.shape}, expected two of the same shape (rows, dimensions)"
        )
    if len(a) % shifts or (shifts > 1 and errors == "bootstrap"):
        raise ValueError(f"shifts: found {shifts}, expected to divide {len(a)} rows, and no bootstrap of lattices")
    columns = [column for own in factors.values() for column in own]
    if len(set(columns)) != len(columns) or any(not 0 <= column < a.shape[1] for column in columns):
        raise ValueError("factors: every column belongs to one factor at most, and lies within the sample")
    values_a, values_b = _values(function, a), _values(function, b)
    found: list[list[Index]] = [[] for _ in values_a]
    for number, (name, frozen) in enumerate(_samples(function, factors, a, b)):
        for result, indices in enumerate(found):
            indices.append(
                _indices_of(
                    name,
                    values_a[result],
                    values_b[result],
                    frozen[result],
                    errors,
                    resamples,
                    seed + number + 1,
                    shifts,
                )
            )
    return found
