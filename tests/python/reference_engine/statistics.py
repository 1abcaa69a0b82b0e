"""Functions that no fraction can hold, to many more decimals than are asked for: series in decimal arithmetic.

The incomplete gamma function by its power series and the gamma function by Stirling's series (Abramowitz and Stegun
6.5.29, 6.1.41), the incomplete beta function by its hypergeometric series (26.5.4, 26.5.8), quantiles by bisection.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal as D
from decimal import getcontext
from fractions import Fraction as F
from functools import lru_cache
from math import comb, floor

getcontext().prec = 36
SMALL = D(10) ** -34
BERNOULLI = [
    F(1, 6), F(-1, 30), F(1, 42), F(-1, 30), F(5, 66), F(-691, 2730), F(7, 6), F(-3617, 510), F(43867, 798),
    F(-174611, 330), F(854513, 138), F(-236364091, 2730), F(8553103, 6), F(-23749461029, 870),
]  # fmt: skip
PI = D("3.14159265358979323846264338327950288419716939937510582")


def decimal(x: F) -> D:
    return D(x.numerator) / D(x.denominator)


@lru_cache(maxsize=5_000)
def log_gamma(a: D) -> D:
    """Stirling's series, far enough out."""
    shift = D(1)
    while a < 30:
        shift *= a
        a += 1
    total = (a - D("0.5")) * a.ln() - a + (2 * PI).ln() / 2
    for n, b in enumerate(BERNOULLI, 1):
        total += decimal(b) / (2 * n * (2 * n - 1) * a ** (2 * n - 1))
    return total - shift.ln()


@lru_cache(maxsize=20_000)
def gamma_below(a: D, x: D) -> D:
    """P(a, x)."""
    if x <= 0:
        return D(0)
    term = total = 1 / a
    n = a
    while abs(term) > SMALL * total:
        n += 1
        term *= x / n
        total += term
    return min(D(1), total * (a * x.ln() - x - log_gamma(a)).exp())


@lru_cache(maxsize=20_000)
def beta_below(x: D, a: D, b: D) -> D:
    """The regularised incomplete beta function."""
    if x <= 0:
        return D(0)
    if x >= 1:
        return D(1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_below(1 - x, b, a)
    term = total = D(1)
    n = D(0)
    while abs(term) > SMALL * total:
        term *= (a + b + n) / (a + 1 + n) * x
        total += term
        n += 1
    whole = log_gamma(a + b) - log_gamma(a) - log_gamma(b)
    return total * (whole + a * x.ln() + b * (1 - x).ln()).exp() / a


def normal(z: D) -> D:
    part = gamma_below(D("0.5"), z * z / 2) / 2
    return D("0.5") + (part if z > 0 else -part)


def student(t: D, freedom: D) -> D:
    part = beta_below(freedom / (freedom + t * t), freedom / 2, D("0.5")) / 2
    return 1 - part if t > 0 else part


def gamma(x: D, shape: D, scale: D) -> D:
    return gamma_below(shape, x / scale)


def poisson(k: D, mean: D) -> D:
    if k < 0:
        return D(0)
    term = total = D(1)
    for n in range(1, floor(k) + 1):
        term *= mean / n
        total += term
    return total * (-mean).exp()


def binomial(k: F, n: F, p: F) -> F:
    return sum((comb(int(n), i) * p**i * (1 - p) ** (int(n) - i) for i in range(min(floor(k), int(n)) + 1)), F(0))


def inverted(probability: Callable[[D], D], p: D, low: D, high: D) -> D:
    """Where a probability that rises comes to p."""
    while probability(low) > p:
        low *= 2
    while probability(high) < p:
        high *= 2
    for _ in range(75):
        middle = (low + high) / 2
        low, high = (middle, high) if probability(middle) < p else (low, middle)
    return (low + high) / 2


def counted(probability: Callable[[int], D | F], p: D | F) -> F:
    k = 0
    while probability(k) < p:
        k += 1
    return F(k)


@lru_cache(maxsize=50_000)
def exactly(name: str, *values: F) -> F | None:
    """The function's value to some thirty digits; missing where it is not defined."""
    if name.startswith("binomial"):
        first, n, p = values
        if name == "binomial_probability":
            return binomial(first, n, p)
        return counted(lambda k: binomial(F(k), n, p), first)
    if name == "beta_probability" and 0 < values[0] < 1 and all(v > 0 and v.denominator == 1 for v in values[1:]):
        x, a, b = values  # a fraction, which may be a half at the decimals asked for
        return 1 - binomial(a - 1, a + b - 1, x)
    given = [decimal(value) for value in values]
    x = given[0]
    if name == "poisson_quantile":
        return counted(lambda k: poisson(D(k), given[1]), x)
    if name.endswith("quantile") and not 0 < x < 1:
        return None
    if name in ("log", "sqrt") and (x < 0 or (name == "log" and x == 0)):
        return None
    work: dict[str, Callable[[], D]] = {
        "exp": lambda: x.exp(),
        "log": lambda: x.ln(),
        "sqrt": lambda: x.sqrt(),
        "logistic": lambda: 1 / (1 + (-x).exp()),
        "normal_probability": lambda: normal(x),
        "normal_quantile": lambda: inverted(normal, x, D(-1), D(1)),
        "t_probability": lambda: student(x, given[1]),
        "t_quantile": lambda: inverted(lambda t: student(t, given[1]), x, D(-1), D(1)),
        "chi_square_probability": lambda: gamma(x, given[1] / 2, D(2)),
        "chi_square_quantile": lambda: inverted(lambda v: gamma(v, given[1] / 2, D(2)), x, D(0), D(1)),
        "gamma_probability": lambda: gamma(*given),
        "gamma_quantile": lambda: inverted(lambda v: gamma(v, *given[1:]), x, D(0), D(1)),
        "beta_probability": lambda: beta_below(*given),
        "beta_quantile": lambda: inverted(lambda v: beta_below(v, *given[1:]), x, D(0), D(1)),
        "poisson_probability": lambda: poisson(*given),
    }
    if name == "power":
        return raised(*values)
    return F(work[name]())


def raised(x: F, y: F) -> F | None:
    """Whole powers exactly."""
    if y.denominator == 1 and (x or y > 0):
        return x ** int(y)
    if x <= 0:
        return F(0) if x == 0 and y > 0 else None
    return F((decimal(y) * decimal(x).ln()).exp())


ROUNDED = {
    "exp", "log", "power", "sqrt", "logistic",
    *(f"{law}_{what}" for law in ("normal", "t", "chi_square", "gamma", "beta", "binomial", "poisson")
      for what in ("probability", "quantile")),
}  # fmt: skip
