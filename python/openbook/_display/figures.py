"""Figures as text: money, and estimates to the digits that their error allows."""

from __future__ import annotations

import math
from decimal import Decimal

__all__ = ["decimals_for", "estimate", "money", "number"]


def money(value: Decimal | str | float | None) -> str:
    """Pounds and pence with thousands separators, without the pound sign: ``-2,800.00``.

    >>> money(Decimal("-2800")), money(None)
    ('-2,800.00', '')
    """
    return "" if value is None else f"{Decimal(str(value)):,.2f}"


def number(value: Decimal | int | float | str | None) -> str:
    """A number with the digits it has and thousands separators.

    >>> number(Decimal("12000.5")), number(20000000), number("1/3")
    ('12,000.5', '20,000,000', '1/3')
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    try:
        return f"{Decimal(str(value)):,f}"
    except (ArithmeticError, ValueError):
        return str(value)


def decimals_for(error: float, *, most: int = 6) -> int:
    """How many decimals a value may be shown with when its standard error is `error`: two digits of the error; may be
    negative.
    """
    if not math.isfinite(error) or error <= 0:
        return 2
    return min(most, 1 - math.floor(math.log10(error)))


def estimate(value: float, error: float, *, scale: float = 1.0, unit: str = "") -> str:
    """Value and standard error, both to the digits that the error allows.

    >>> estimate(-2812.34, 12.4), estimate(0.12345, 0.0021, scale=100, unit="%"), estimate(5.0, 0.0)
    ('-2,812 ± 12', '12.35 ± 0.21%', '5.00 ± 0')
    """
    value, error = value * scale, error * scale
    if 0 < error < 1e-9 * abs(value):
        error = 0.0  # what the last bits of a sum leave, no uncertainty
    decimals = decimals_for(error)
    shown = max(0, decimals)
    rounded = round(value, decimals) + 0.0
    if error <= 0 or not math.isfinite(error):
        return f"{rounded:,.2f} ± {'0' if error == 0 else '?'}{unit}"
    return f"{rounded:,.{shown}f} ± {round(error, decimals):,.{shown}f}{unit}"
