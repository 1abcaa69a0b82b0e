"""The plainest number of a range, and the plainest line through values that were rounded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Line", "fit", "simplest"]

#: A fraction with a larger denominator is no plainer than a decimal.
LARGEST_DENOMINATOR = 1000


def _fraction(low: Fraction, high: Fraction) -> Fraction:
    """The fraction of smallest denominator in a range of positive numbers (by continued fractions)."""
    whole = math.floor(low)
    if whole == low:
        return Fraction(whole)
    if whole + 1 <= high:
        return Fraction(whole + 1)
    return whole + 1 / _fraction(1 / (high - whole), 1 / (low - whole))


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The plainest number from `low` to `high`: the decimal with the fewest digits, or a plainer fraction.

    >>> simplest(Fraction("0.0999"), Fraction("0.1002")), simplest(Fraction("10496"), Fraction("10541.5"))
    (Fraction(1, 10), Fraction(10500, 1))
    >>> simplest(Fraction("0.33331"), Fraction("0.33334"))
    Fraction(1, 3)
    """
    if low == high:
        return low
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest(-high, -low)
    power = math.floor(math.log10(high)) + 1
    while True:
        step = Fraction(10) ** power
        first, last = math.ceil(low / step), math.floor(high / step)
        if first <= last:
            break
        power -= 1
    middle = round((low + high) / (2 * step))
    decimal = min(max(middle, first), last) * step
    other = _fraction(low, high)
    plainer = power < 0 and other.denominator <= LARGEST_DENOMINATOR and other.denominator**3 < 10**-power
    return other if plainer else decimal


@dataclass(frozen=True, slots=True)
class Line:
    """``slope * x + intercept``. `error` is how far the slope may be off; 0 where every value lies on the line."""

    slope: Fraction
    intercept: Fraction
    error: Fraction = Fraction(0)

    def __call__(self, x: Fraction) -> Fraction:
        return self.slope * x + self.intercept

    def crosses(self, other: Line) -> Fraction | None:
        """Where two lines meet; None where they are parallel."""
        if self.slope == other.slope:
            return None
        return (other.intercept - self.intercept) / (self.slope - other.slope)


def fit(points: Sequence[tuple[Fraction, Fraction]], slack: Fraction) -> Line | None:
    """The line through values of which each may be off by `slack`; None where there is none.

    Values that lie on one line give that line. Otherwise every line that passes within `slack` of all would do; of
    their slopes the plainest is taken if it is plain beyond chance, else the one in the middle.

    Parameters
    ----------
    points
        At least two, in ascending order of x.
    """
    (x0, y0), (x1, y1) = points[0], points[-1]
    chord = Line((y1 - y0) / (x1 - x0), y0 - (y1 - y0) / (x1 - x0) * x0)
    if len(points) > 2 and all(chord(x) == y for x, y in points):
        return chord
    pairs = [(b[0] - a[0], b[1] - a[1]) for n, a in enumerate(points) for b in points[n + 1 :]]
    low = max((rise - 2 * slack) / run for run, rise in pairs)
    high = min((rise + 2 * slack) / run for run, rise in pairs)
    if low > high:
        return None
    slope = _believable(low, high)
    down = max(y - slack - slope * x for x, y in points)
    up = min(y + slack - slope * x for x, y in points)
    return Line(slope, _believable(down, up), (high - low) / 2)


def _believable(low: Fraction, high: Fraction) -> Fraction:
    """The plainest number of a range if such a number is rarely met by chance in a range so narrow, else its middle."""
    plain = simplest(low, high)
    digits = Fraction(10) ** _decimals(plain)
    if plain == 0 or (high - low) * min(digits, plain.denominator**2 if plain.denominator > 1 else digits) < Fraction(
        1, 50
    ):
        return plain
    width = high - low
    step = Fraction(10) ** (math.floor(math.log10(width)) - 1)
    return round((low + high) / (2 * step)) * step


def _decimals(value: Fraction) -> int:
    """How many decimals a finite decimal has; negative where it ends in zeros; 30 of any other number."""
    if value == 0:
        return 0
    for places in range(-15, 30):
        if (value * Fraction(10) ** places).denominator == 1:
            return places
    return 30
