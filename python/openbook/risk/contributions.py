"""Euler contributions: what each part of a sum adds to a statistic of the sum, so that they add up to it.

A statistic that doubles when the sum doubles is the sum of the derivatives in the size of each part (Euler). For the
expected shortfall the derivative is the mean of the part over the worst draws, for the value at risk its mean given
that the sum is at the quantile, for the deviation its covariance with the sum over the deviation: Tasche (1999), Risk
contributions and performance measurement; McNeil, Frey and Embrechts (2015), Quantitative Risk Management, 8.5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ._batches import Labels, between
from .estimates import Floats, Statistic, estimate, worst

__all__ = ["METHODS", "Contributions", "at_quantile", "contributions", "order", "share_errors"]

#: How contributions and their errors are found.
METHODS = {
    "es": "mean over the worst draws; influence function",
    "var": "local line through the draws next to the quantile, at the quantile; least squares",
    "sd": "covariance with the sum / its deviation; influence function",
    "variance": "covariance with the sum; influence function",
    "mean": "mean; deviation / root of the draws",
}


@dataclass(frozen=True, slots=True)
class Contributions:
    """What each part contributes, with its error; the total; and what each part would come to alone."""

    values: list[float]
    errors: list[float]
    total: float
    total_error: float
    alone: list[float]


def order(total: Floats) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Numbers of the draws, the worst first; of equal ones the earlier."""
    return np.argsort(total, kind="stable")


def contributions(parts: Floats, total: Floats, asked: Statistic, batches: Labels | None = None) -> Contributions:
    """Contributions of parts, shape (parts, draws), to a statistic of their sum `total`.

    `batches` of draws that are not independent: see `openbook.risk.estimate`.
    """
    find = _FINDERS[asked.kind]
    values, errors = find(parts, total, asked.level)
    if batches is not None:
        errors = [float(e) for e in between(batches, lambda own: find(parts[:, own], total[own], asked.level)[0])]
    whole = estimate(total, asked.name, batches=batches)
    alone = [estimate(part, asked.name).value for part in parts]
    return Contributions(values, errors, whole.value, whole.error, alone)


def _tail(parts: Floats, total: Floats, level: float) -> tuple[list[float], list[float]]:
    number = worst(len(total), level)
    places = order(total)
    tail = places[:number]
    at, _ = at_quantile(parts, total, places, number)
    values, errors = [], []
    share, draws = 1 - level, len(total)
    for part, edge in zip(parts, at, strict=True):
        inside = -part[tail]
        mean = float(inside.mean())
        # The influence function: (loss - its mean at the edge) / share inside the tail, a constant outside.
        spread = float(inside.var()) + (1 - share) * (edge - mean) ** 2
        values.append(mean)
        errors.append(math.sqrt(spread / (draws * share)))
    return values, errors


def neighbours(number: int, draws: int) -> int:
    """How many draws to either side of the quantile tell what it is made of: rank ** 0.8, fewer than the rank.

    More give less noise and more of what is not at the quantile; of the order that balances both (Silverman 1986).
    """
    reach = round(math.exp(0.8 * math.log(number)))
    return max(1, min(reach, number - 1, draws - number))


def at_quantile(
    parts: Floats, total: Floats, places: np.ndarray[tuple[int], np.dtype[np.int64]], number: int
) -> tuple[list[float], list[float]]:
    """Mean loss of each part given that the sum is its order statistic `number`, and the errors.

    The line of least squares through the neighbours: lines of parts that add up, add up, so that the contributions come
    to the quantile itself.
    """
    draws = len(total)
    reach = neighbours(number, draws)
    near = places[max(0, number - 1 - reach) : number + reach]
    quantile = float(total[places[number - 1]])
    x = total[near] - quantile
    centre = float(x.mean())
    spread = float(((x - centre) ** 2).sum())
    if spread <= len(near) * (1e-9 * (float(np.abs(parts[:, near]).max(initial=0.0)) + abs(quantile))) ** 2:
        spread = 0.0  # the last bits of a sum that does not vary here: no line goes through them
    level = number / draws
    span = max(1, round(math.sqrt(draws * level * (1 - level))))
    low, high = total[places[max(0, number - 1 - span)]], total[places[min(draws - 1, number - 1 + span)]]
    own = float(high - low) / 2
    values, errors = [], []
    for part in parts:
        y = part[near]
        mean = float(y.mean())
        slope = float(((x - centre) * (y - mean)).sum()) / spread if spread > 0 else 0.0
        rest = y - mean - slope * (x - centre)
        free = len(near) - 2
        noise = float((rest**2).sum()) / free if free > 0 else 0.0
        values.append(-(mean - slope * centre))
        fit = noise * (1 / len(near) + (centre * centre / spread if spread > 0 else 0.0))
        errors.append(math.sqrt(max(0.0, fit) + (slope * own) ** 2))
    return values, errors


def _quantile(parts: Floats, total: Floats, level: float) -> tuple[list[float], list[float]]:
    return at_quantile(parts, total, order(total), worst(len(total), level))


def _spread(parts: Floats, total: Floats, level: float) -> tuple[list[float], list[float]]:
    return _covariances(parts, total, root=True)


def _variance(parts: Floats, total: Floats, level: float) -> tuple[list[float], list[float]]:
    return _covariances(parts, total, root=False)


def _covariances(parts: Floats, total: Floats, *, root: bool) -> tuple[list[float], list[float]]:
    draws = len(total)
    away = total - total.mean()
    bessel = draws / (draws - 1) if draws > 1 else 1.0
    variance = float((away * away).mean()) * bessel
    deviation = math.sqrt(variance)
    values, errors = [], []
    for part in parts:
        product = (part - part.mean()) * away
        covariance = float(product.mean()) * bessel
        if not root:
            values.append(covariance)
            errors.append(float(product.std()) / math.sqrt(draws))
            continue
        values.append(covariance / deviation if deviation > 0 else 0.0)
        if deviation > 0:
            influence = product / deviation - covariance / (2 * deviation**3) * (away * away)
            errors.append(float(influence.std()) / math.sqrt(draws))
        else:
            errors.append(0.0)
    return values, errors


def _mean(parts: Floats, total: Floats, level: float) -> tuple[list[float], list[float]]:
    draws = len(total)
    bessel = math.sqrt(draws / (draws - 1)) if draws > 1 else 0.0
    return [float(p.mean()) for p in parts], [float(p.std()) * bessel / math.sqrt(draws) for p in parts]


def share_errors(parts: Floats, total: Floats, batches: Labels | None = None) -> list[float]:
    """Errors of the shares of the variance, covariance / variance: their influence function, or between batches."""
    if batches is not None:
        return [float(error) for error in between(batches, lambda own: _shares(parts[:, own], total[own]))]
    draws = len(total)
    away = total - total.mean()
    variance = float((away * away).mean())
    if variance <= 0:
        return [0.0] * len(parts)
    errors = []
    for part in parts:
        product = (part - part.mean()) * away
        influence = (product - float(product.mean()) / variance * (away * away)) / variance
        errors.append(float(influence.std()) / math.sqrt(draws))
    return errors


def _shares(parts: Floats, total: Floats) -> list[float]:
    values, _ = _covariances(parts, total, root=False)
    whole = sum(values)
    return [value / whole if whole > 0 else 0.0 for value in values]


_FINDERS = {"es": _tail, "var": _quantile, "sd": _spread, "variance": _variance, "mean": _mean}
