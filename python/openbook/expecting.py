"""Exact expectations of payments that are straight between breakpoints."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Literal

from .payments import PaymentFunction

__all__ = ["expected_payment"]


def expected_payment(
    payment: PaymentFunction | Sequence[tuple[float, float]],
    mean: float,
    deviation: float,
    *,
    driver: Literal["normal", "lognormal"] = "normal",
    slope_below: float | None = None,
    slope_above: float | None = None,
) -> float:
    r"""Calculate the expectation of a piecewise-linear payment of a normal or lognormal quantity.

    With a segment :math:`f(x) = c + kx` on :math:`[a, b]` the segment gives :math:`c\,P(a < X < b) + k\,E[X; a < X <
    b]`, where for a normal quantity of mean :math:`\mu` and deviation :math:`\sigma` the partial expectation is
    :math:`\mu(\Phi(\beta) - \Phi(\alpha)) + \sigma(\varphi(\alpha) - \varphi(\beta))` with :math:`\alpha = (a -
    \mu)/\sigma`, and for a lognormal one of mean :math:`m` and deviation :math:`s` of its logarithm it is
    :math:`m(\Phi(\beta - s) - \Phi(\alpha - s))` with :math:`\alpha = \ln(a/m)/s + s/2`.

    Parameters
    ----------
    payment
        A payment function, or points (quantity, payment) in ascending order of the quantity; two points with the same
        quantity are a jump. Between points it is straight.
    mean
        Of the quantity, in its unit.
    deviation
        Standard deviation: of a normal quantity in its unit; of a lognormal one that of its logarithm, as in the
        document's driver of that kind. 0: the quantity is its mean.
    driver
        "normal" or "lognormal".
    slope_below, slope_above
        Payment for one unit more outside the points. None: as in the first and the last segment.

    Returns
    -------
    float
        The expected payment, in the unit of the payment; accurate to rounding.

    Raises
    ------
    ValueError
        Points out of order or not finite, a deviation below 0, a lognormal mean that is not above 0.

    References
    ----------
    F. Black (1976), "The pricing of commodity contracts", Journal of Financial Economics 3; the partial expectation of
    a normal quantity is in any table of truncated moments, such as Johnson, Kotz and Balakrishnan (1994), chapter 13.

    Examples
    --------
    Nothing up to 1,000 cases, then £50 for each; a thousand are expected, give or take a hundred: 50·100/√(2π).

    >>> import openbook as ob
    >>> round(ob.expected_payment([(0, 0), (1000, 0), (2000, 50_000)], 1000, 100), 6)
    1994.711402
    """
    from . import _core

    points = _points(payment)
    if driver not in ("normal", "lognormal"):
        raise ValueError(f"driver: found {driver!r}, expected 'normal' or 'lognormal'")
    numbers = [float(x) for point in points for x in point] + [mean, deviation, slope_below or 0.0, slope_above or 0.0]
    if not all(math.isfinite(x) for x in numbers):
        raise ValueError("points, mean, deviation and slopes: expected finite numbers")
    if deviation < 0:
        raise ValueError(f"deviation: found {deviation!r}, expected at least 0")
    if driver == "lognormal" and mean <= 0:
        raise ValueError(f"mean: found {mean!r}, expected more than 0 for a lognormal quantity")
    breaks, lines = _segments(points, slope_below, slope_above)
    location = math.log(mean) - deviation**2 / 2 if driver == "lognormal" else float(mean)
    return _core.expected_piecewise(breaks, lines, driver == "lognormal", location, float(deviation))


def _points(payment: PaymentFunction | Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    if not isinstance(payment, PaymentFunction):
        return [(float(x), float(y)) for x, y in payment]
    points: list[tuple[float, float]] = []
    for segment in payment.segments:
        points += [(float(segment.start), float(segment.start_value)), (float(segment.end), float(segment.end_value))]
    return [point for i, point in enumerate(points) if i == 0 or point != points[i - 1]]


def _line(x: float, y: float, slope: float) -> tuple[float, float]:
    return y - slope * x, slope


def _segments(
    points: Sequence[tuple[float, float]], slope_below: float | None, slope_above: float | None
) -> tuple[list[float], list[tuple[float, float]]]:
    if len(points) < 2 and (slope_below is None or slope_above is None or not points):
        raise ValueError(f"payment: found {len(points)} points, expected two at least, or one and both slopes")
    between: list[tuple[float, float]] = []
    breaks = [points[0][0]]
    for (x, y), (next_x, next_y) in itertools.pairwise(points):
        if next_x < x:
            raise ValueError(f"payment: found {next_x!r} after {x!r}, expected quantities in ascending order")
        if next_x > x:
            between.append(_line(x, y, (next_y - y) / (next_x - x)))
            breaks.append(next_x)
    first_slope = between[0][1] if slope_below is None and between else slope_below
    last_slope = between[-1][1] if slope_above is None and between else slope_above
    if first_slope is None or last_slope is None:
        raise ValueError("payment: expected two different quantities, or both slopes")
    return breaks, [_line(*points[0], first_slope), *between, _line(*points[-1], last_slope)]
