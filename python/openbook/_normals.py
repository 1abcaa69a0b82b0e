"""A simulation as a function of standard normals.

Every figure that a simulation keeps is a function g(z) of independent standard normals z, its *dimensions*: one for
each stream and period that the plan draws. Correlations, memory and marginals of the drivers are inside g.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from .simulation import Simulation

__all__ = ["Dimension", "dimensions", "evaluate", "normals"]

Floats = npt.NDArray[np.float64]


class Dimension(NamedTuple):
    """One standard normal.

    Attributes
    ----------
    stream
        Id of the stream, as the book's document has it: a driver, or a member of a correlation group.
    period
        Number of the period, from 0.
    """

    stream: str
    period: int


def dimensions(simulation: Simulation) -> tuple[Dimension, ...]:
    """The standard normals that the kept columns depend on: streams in the plan's order, each by period."""
    return tuple(Dimension(stream, period) for stream, period in simulation._core.streams())


def _runs(draws: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Draws that follow each other: (first, how many)."""
    start = 0
    for i in range(1, len(draws) + 1):
        if i == len(draws) or draws[i] != draws[i - 1] + 1:
            yield draws[start], i - start
            start = i


def normals(simulation: Simulation, draws: int | Sequence[int]) -> Floats:
    """What the normals are in one draw, shape (dimensions,), or in several, shape (draws, dimensions).

    Any draw number will do, also one that the simulation did not run.
    """
    if isinstance(draws, int):
        one: Floats = simulation._core.normals(draws)
        return one
    numbers = [int(draw) for draw in draws]
    parts = [simulation._core.normals_of(first, count) for first, count in _runs(numbers)]
    return np.concatenate(parts) if parts else np.empty((0, len(simulation._core.streams())))


def evaluate(simulation: Simulation, z: npt.ArrayLike) -> Floats:
    """Evaluate the kept columns on given standard normals.

    Parameters
    ----------
    z
        Shape (n, dimensions), or (dimensions,) for one evaluation; in the order of `dimensions`.

    Returns
    -------
    numpy.ndarray
        Shape (columns, n), or (columns,): rows as in `Simulation.array()`. To the bit what a draw with these normals
        gives.

    Raises
    ------
    ValueError
        Another shape, or a value that is not finite.
    """
    given = np.asarray(z, dtype=np.float64)
    values: Floats = simulation._core.evaluate(np.ascontiguousarray(np.atleast_2d(given)))
    return values if given.ndim == 2 else values[:, 0]
