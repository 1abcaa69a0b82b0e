"""The standard normal distribution in one and two dimensions, with the accuracy of `math.erfc`."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

__all__ = ["Flags", "Floats", "both_above", "density", "probability_above", "probability_below", "quantile"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_STANDARD = NormalDist()
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)


def probability_below(x: float) -> float:
    """Phi(x); its relative accuracy holds far into the lower tail."""
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def probability_above(x: float) -> float:
    """1 - Phi(x); its relative accuracy holds far into the upper tail."""
    return 0.5 * math.erfc(x / math.sqrt(2.0))


def density(x: float) -> float:
    """The density at x."""
    return math.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)


def quantile(probability: float) -> float:
    """The number that is not passed with a probability above 0 and below 1."""
    return _STANDARD.inv_cdf(probability)


def both_above(a: float, b: float, correlation: float) -> float:
    """P(X > a, Y > b) of two standard normal numbers of a correlation from -1 to 1.

    Notes
    -----
    The derivative of the probability by the correlation is the density, which is integrated by Gauss and Legendre over
    the angle whose sine the correlation is. Source: Drezner and Wesolowsky, J. Statist. Comput. Simul. 35 (1990).
    """
    r = min(1.0, max(-1.0, correlation))
    if r > 1 - 1e-12:
        return probability_above(max(a, b))
    if r < -1 + 1e-12:
        return max(0.0, probability_above(a) - probability_below(b))
    top = math.asin(r)
    angle = 0.5 * top * (_NODES + 1.0)
    sine, cosine2 = np.sin(angle), np.cos(angle) ** 2
    heights = np.exp(-(a * a + b * b - 2.0 * a * b * sine) / (2.0 * cosine2))
    extra = 0.5 * top * float(_WEIGHTS @ heights) / (2.0 * math.pi)
    return max(0.0, probability_above(a) * probability_above(b) + extra)
