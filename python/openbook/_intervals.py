"""Intervals that need no tables: quantiles of chi-square, and the exact interval of a share.

Incomplete gamma and beta functions by their series and continued fractions (NIST Digital Library of Mathematical
Functions, 8.11.4, 8.9.2 and 8.17.22, in Lentz's form), inverted by halving.
"""

from __future__ import annotations

import math
from collections.abc import Callable

__all__ = ["beta_share", "binomial_interval", "chi_square_quantile", "chi_square_share", "normal_quantile"]

_TINY = 1e-300
_MOST_TERMS = 10_000


def chi_square_share(x: float, freedom: float) -> float:
    """P(chi-square with `freedom` degrees of freedom <= x)."""
    a, z = freedom / 2, x / 2
    if z <= 0:
        return 0.0
    front = math.exp(a * math.log(z) - z - math.lgamma(a))
    if z < a + 1:  # series
        term = total = 1 / a
        for n in range(1, _MOST_TERMS):
            term *= z / (a + n)
            total += term
            if term < total * 1e-16:
                break
        return min(1.0, front * total)
    b = z + 1 - a  # continued fraction of what lies above
    c, d = 1 / _TINY, 1 / b
    h = d
    for n in range(1, _MOST_TERMS):
        an = -n * (n - a)
        b += 2
        d = 1 / (an * d + b or _TINY)
        c = b + an / c or _TINY
        h *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return max(0.0, 1 - front * h)


def beta_share(x: float, a: float, b: float) -> float:
    """P(beta(a, b) <= x), the regularised incomplete beta function."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_share(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1) or _TINY)
    h = d
    for m in range(1, _MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / (1 + term * d or _TINY)
            c = 1 + term / c or _TINY
            h *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return min(1.0, front * h / a)


def _inverse(share: Callable[[float], float], p: float, low: float, high: float) -> float:
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if share(middle) < p else (low, middle)
    return (low + high) / 2


def chi_square_quantile(p: float, freedom: float) -> float:
    """The value that a chi-square variable stays below with probability p.

    Examples
    --------
    >>> round(chi_square_quantile(0.95, 10), 4)
    18.307
    """
    high = max(1.0, freedom)
    while chi_square_share(high, freedom) < p:
        high *= 2
    return _inverse(lambda x: chi_square_share(x, freedom), p, 0.0, high)


def normal_quantile(p: float) -> float:
    """The value that a standard normal variable stays below with probability p."""
    side = -1.0 if p < 0.5 else 1.0
    return side * math.sqrt(chi_square_quantile(abs(2 * p - 1), 1)) if p != 0.5 else 0.0


def binomial_interval(inside: int, count: int, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of a share of which `inside` of `count` were seen (Clopper and Pearson, Biometrika 26, 1934).

    Examples
    --------
    >>> [round(end, 4) for end in binomial_interval(9, 12)]
    [0.4281, 0.9451]
    """
    if count < 1:
        return 0.0, 1.0
    tail = (1 - level) / 2
    low = 0.0 if inside == 0 else _inverse(lambda x: beta_share(x, inside, count - inside + 1), tail, 0.0, 1.0)
    high = 1.0 if inside == count else _inverse(lambda x: beta_share(x, inside + 1, count - inside), 1 - tail, 0.0, 1.0)
    return low, high
