"""Holding a forecast of draws against what happened: where it fell, in which bands, and by a proper score.

- The *probability integral transform* of what happened is the share of draws below it (half of those equal to it): over
  many periods it is uniform where the forecast is right (Dawid, Statistical theory: the prequential approach, JRSS A
  147, 1984).
- The *continuous ranked probability score*, E|X - y| - E|X - X'| / 2 for independent draws X, X' (Gneiting and Raftery,
  Strictly proper scoring rules, prediction, and estimation, JASA 102, 2007), in the unit of what is forecast; less is
  better, and no other forecast than the true one is expected to score less. Of a finite ensemble it is taken without
  bias (Ferro, Fair scores for ensemble forecasts, QJRMS 140, 2014).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from .drawn import Floats

__all__ = ["crps", "naive_ensemble", "quantiles_of", "transform"]


def transform(draws: Floats, happened: float, near: float = 0.0) -> float:
    """The probability integral transform: the share of draws below, and half of those within `near`.

    Examples
    --------
    >>> transform(np.array([1.0, 2.0, 3.0, 4.0]), 2.0)
    0.375
    """
    below = float((draws < happened - near).mean())
    return below + float((np.abs(draws - happened) <= near).mean()) / 2


def crps(draws: Floats, happened: float) -> float:
    """The continuous ranked probability score of an ensemble, fair to its size; less is better.

    Examples
    --------
    >>> crps(np.array([0.0, 2.0]), 1.0), crps(np.array([5.0]), 3.0)
    (0.0, 2.0)
    """
    count = len(draws)
    away = float(np.abs(draws - happened).mean())
    if count < 2:
        return away
    ordered = np.sort(draws)
    weights = 2 * np.arange(1, count + 1) - count - 1
    apart = 2 * float(weights @ (ordered - ordered[0])) / (count * (count - 1))
    return away - apart / 2


def quantiles_of(draws: Floats, probabilities: Sequence[float]) -> list[float]:
    """Quantiles by order statistic, as `Simulation.quantiles` takes them."""
    ordered = np.sort(draws)
    return [float(ordered[math.floor(p * (len(ordered) - 1) + 0.5)]) for p in probabilities]


def naive_ensemble(known: Mapping[int, float], period: int, a_year: int) -> tuple[Floats, str] | None:
    """What someone would say who knows nothing but the series: the forecast that a model has to beat.

    With two years known, the same period of the last known year, plus each change from one year to the next that was
    seen (over k years those changes times the root of k). With less, the last value plus each change over as many
    periods as are looked ahead, where five of these were seen; else one of the values seen.

    Parameters
    ----------
    known
        Values by period, those before the first that is forecast.
    period
        The period to be forecast.
    a_year
        Periods in a year.

    Returns
    -------
    tuple or None
        The ensemble and what it is; None where fewer than three values are known.
    """
    if len(known) < 3:
        return None
    last = max(known)
    years = -(-(period - last) // a_year)
    changes = [known[at] - known[at - a_year] for at in known if at - a_year in known]
    base = known.get(period - years * a_year)
    if len(changes) >= max(3, a_year) and base is not None:
        return base + np.array(changes) * math.sqrt(years), "last year's, with the changes seen from year to year"
    ahead = period - last
    steps = [known[at] - known[at - ahead] for at in known if at - ahead in known]
    if len(steps) >= 5:
        return known[last] + np.array(steps), "the last value, with the changes seen over as many periods"
    return np.array(list(known.values())), "any of the values seen"
