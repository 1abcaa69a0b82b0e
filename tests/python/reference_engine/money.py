"""Pennies and splits."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction as F
from math import floor


def pence(amount: F) -> F:
    """To the nearest penny, halves away from zero."""
    above, below = abs(amount.numerator), amount.denominator
    whole = (200 * above + below) // (2 * below)
    return F(whole if amount >= 0 else -whole, 100)


def proportional(total: F, weights: Sequence[F]) -> list[F]:
    """Without rounding; nothing where there is no weight."""
    whole = sum(weights)
    return [total * weight / whole if whole else F(0) for weight in weights]


def largest_remainder(total: F, weights: Sequence[F]) -> list[F]:
    """Whole pennies that add up to the total: rounded down, what is left to the largest remainders, ties to the earlier."""
    pennies = pence(total) * 100
    exact = proportional(pennies, weights)
    parts = [floor(part) for part in exact]
    left = int(pennies) - sum(parts) if sum(weights) else 0
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[:left]:
        parts[i] += 1
    return [F(part, 100) for part in parts]


def rounded_alone(total: F, weights: Sequence[F], taker: int | None) -> list[F]:
    """Each part to the nearest penny; what is left to one of those who take part, or to nobody."""
    parts = [pence(part) for part in proportional(total, weights)]
    if taker is not None and sum(weights):
        parts[taker] += total - sum(parts)
    return parts
