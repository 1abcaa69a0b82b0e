"""Points that fill the cube more evenly than independent ones: randomly shifted lattices.

Point j of a lattice of n points is the fraction of j (1, a, a^2, ...) / n in every coordinate (Korobov, 1959). A random
shift makes each point uniform, so that means over the lattice are unbiased, and means over several independent shifts
say how far they scatter (Cranley and Patterson, 1976). The tent that is folded over each coordinate makes the result
smoother at the ends of the cube (Hickernell, 2002). The multiplier is the one, of those that are tried, with the least
figure of merit P2 in the first coordinates, later ones with less weight (Sloan and Joe, 1994, *Lattice Methods for
Multiple Integration*).
"""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

__all__ = ["lattice_normals", "multiplier"]

Floats = npt.NDArray[np.float64]

#: Coordinates that the figure of merit looks at, and multipliers that are tried.
_LOOKED_AT, _TRIED = 16, 96


@lru_cache(maxsize=64)
def multiplier(points: int) -> int:
    """The multiplier of a lattice of a power of two of points: the best of those that are tried.

    Raises
    ------
    ValueError
        The number of points is no power of two from 16 on.

    Examples
    --------
    >>> multiplier(1024) % 2
    1
    """
    if points < 16 or points & (points - 1):
        raise ValueError(f"points: found {points}, expected a power of two from 16 on")
    generator = np.random.Generator(np.random.Philox(points))
    candidates = dict.fromkeys(int(a) | 1 for a in generator.integers(3, points - 1, _TRIED))
    return min(candidates, key=lambda a: _merit(points, a))


def _merit(points: int, a: int) -> float:
    """Weighted P2: the squared worst error over functions with square integrable mixed slopes."""
    number = np.arange(points, dtype=np.int64)
    product = np.ones(points)
    power = 1
    for coordinate in range(_LOOKED_AT):
        x = (number * power % points) / points
        product *= 1 + 2 * np.pi**2 * (x * x - x + 1 / 6) / (coordinate + 1) ** 2
        power = power * a % points
    return float(product.mean())


def lattice_normals(points: int, dimensions: int, shifts: int, seed: int) -> Floats:
    """Standard normals on randomly shifted lattices.

    Parameters
    ----------
    points
        Of each lattice, a power of two from 16 on.
    dimensions
        Coordinates.
    shifts
        How many independent shifts.
    seed
        Of the shifts, and of the order in which coordinates are dealt out beyond the first ones.

    Returns
    -------
    numpy.ndarray
        Shape (shifts * points, dimensions): one lattice after the other.
    """
    generator = np.random.Generator(np.random.Philox(seed))
    a, power = multiplier(points), 1
    number = np.arange(points, dtype=np.int64)
    lattice = np.empty((points, dimensions))
    for coordinate in range(dimensions):
        lattice[:, coordinate] = (number * power % points) / points
        power = power * a % points
        if power == 1:  # the powers of a come round again: go on with other ones
            a = (a + 2 * int(generator.integers(1, points // 2))) % points | 1
            power = a
    shift = generator.random((shifts, 1, dimensions))
    folded = 1 - np.abs(2 * ((lattice[None] + shift) % 1.0) - 1)
    uniform = np.clip(folded.reshape(shifts * points, dimensions), 2.0**-53, 1 - 2.0**-53)
    return _inverse(uniform)


def _inverse(uniform: Floats) -> Floats:
    inverse = NormalDist().inv_cdf
    flat = np.fromiter((inverse(u) for u in uniform.ravel()), float, uniform.size)
    return flat.reshape(uniform.shape)
