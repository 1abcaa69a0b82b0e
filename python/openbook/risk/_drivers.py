"""How much of a figure each driver explains: an additive regression on the values of the drivers.

The figure is written as its mean, a function of each driver, and a rest. The functions are cubics in the values of the
driver's input in each year up to the horizon, fitted by least squares; each half of the draws takes the fit of the
other half, so that nothing is explained that is only noise. Of independent drivers the functions are the first terms of
the decomposition of Hoeffding and Sobol', and the rest is what drivers do together; see Rosen and Saunders (2010), Risk
factor contributions in portfolio credit risk models. Of drivers that move together each takes what it explains beside
the others (Li and others 2010, Global sensitivity analysis for systems with independent and/or correlated inputs).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._dimensions import members_of
from ..errors import LimitError
from ._again import Horizon, Kept, rerun
from .estimates import Floats

if TYPE_CHECKING:
    from ..simulation import Simulation

__all__ = ["DriverValues", "explained", "values_of_drivers"]

#: Members of an input that have features of their own; more are summed.
MOST_MEMBERS = 12
#: Draws for each coefficient of the fit, at least.
DRAWS_PER_COEFFICIENT = 20
#: Draws that are worked on at a time.
STRETCH = 65_536

_WITHIN = {"month": 1, "quarter": 3, "half_year": 6, "year": 12, "financial_year": 12}


@dataclass(frozen=True, slots=True, eq=False)
class DriverValues:
    """The values of a driver's input in each year up to the horizon, shape (features, draws)."""

    id: str
    name: str
    unit: str
    values: Floats


def values_of_drivers(simulation: Simulation, horizon: Horizon) -> list[DriverValues]:
    """What every driver came to in each draw, up to the horizon; drivers of what is known already are left out."""
    book = simulation.book
    inputs = {item.id: item for item in book.inputs}
    fine = horizon.every if _WITHIN.get(horizon.every, 12) < 12 else "year"
    formulas = {driver.id: _formulas(book, inputs[driver.of], driver, fine) for driver in book.drivers}
    track = [formula for own in formulas.values() for formula in own]
    if not track:
        return []
    kept = rerun(simulation, track=track, track_every=fine, every=[])
    last = _last(simulation, horizon, fine)
    found = []
    for driver in book.drivers:
        item = inputs[driver.of]
        rows = [row for formula in formulas[driver.id] for row in _features(kept, formula, fine, last)]
        varying = [row for row in rows if float(np.ptp(row)) > 0]
        if varying:
            found.append(DriverValues(driver.id, driver.name or driver.id, item.unit, np.array(varying)))
    return found


def _formulas(book: Any, item: Any, driver: Any, every: str) -> list[str]:
    """What is kept of a driver's input, each on periods of the calendar."""
    if item.dimension:
        members = members_of(book, item)
        if driver.members == "each" and len(members) <= MOST_MEMBERS:
            names = [f"member({item.id}, '{member}')" for member in members]
        else:
            names = [f"sum({item.id}, 'skip')" if item.may_be_missing else f"sum({item.id})"]
    else:
        names = [str(item.id)]
    coarser = item.every != every and _WITHIN.get(item.every, 10**6) > _WITHIN[every]
    return [f"over({item.id}, '{item.every}')" if coarser and name == item.id else name for name in names]


def _last(simulation: Simulation, horizon: Horizon, fine: str) -> int:
    """How many periods of the calendar of the features reach to the horizon."""
    if horizon.every == fine:
        return horizon.period + 1
    months = simulation.book.calendar.months
    if horizon.every == "term":
        return 10**6
    end = min(months, (horizon.period + 1) * _WITHIN[horizon.every])
    return -(-end // _WITHIN[fine])


def _features(kept: Kept, formula: str, fine: str, last: int) -> list[Floats]:
    """Values by year: finer ones are averaged over each year."""
    rows = sorted(kept.of("track", formula=formula), key=lambda i: kept.columns[i]["period"])[:last]
    in_a_year = 12 // _WITHIN[fine]
    years: list[list[int]] = [rows[start : start + in_a_year] for start in range(0, len(rows), in_a_year)]
    return [_known(kept.draws[own].mean(axis=0) if len(own) > 1 else kept.draws[own[0]]) for own in years]


def _known(values: Floats) -> Floats:
    """Missing values take the mean of the others."""
    missing = np.isnan(values)
    if not missing.any():
        return np.asarray(values, dtype=np.float64)
    known: Floats = np.where(missing, values[~missing].mean() if not missing.all() else 0.0, values)
    return known


# -- the fit -----------------------------------------------------------------------------------------------------------


def explained(total: Floats, drivers: list[DriverValues]) -> Floats:
    """What each driver explains of a figure, centred, and the rest; shape (drivers + 1, draws).

    Raises
    ------
    LimitError
        There are too few draws for a fit.
    """
    draws = len(total)
    centred: Floats = total - total.mean()
    if not drivers:
        return centred.reshape(1, -1)
    degree, scaled = _scaled(drivers, draws)
    owners = np.repeat(np.arange(len(drivers)), [len(rows) * degree for rows in scaled])
    folds = [np.arange(draws) // 2 % 2 == fold for fold in (0, 1)]  # antithetic pairs stay together
    fits = [_fit(scaled, degree, centred, chosen) for chosen in folds]
    parts = np.zeros((len(drivers) + 1, draws))
    for start in range(0, draws, STRETCH):
        window = slice(start, min(start + STRETCH, draws))
        basis = _basis(scaled, degree, window)
        for fold, chosen in enumerate(folds):
            mask = chosen[window]
            weighted = basis * fits[1 - fold][:, None]
            for number in range(len(drivers)):
                parts[number, window][mask] = weighted[owners == number].sum(axis=0)[mask]
    parts[:-1] -= parts[:-1].mean(axis=1, keepdims=True)
    parts[-1] = centred - parts[:-1].sum(axis=0)
    return parts


def _scaled(drivers: list[DriverValues], draws: int) -> tuple[int, list[Floats]]:
    """The degree that so many draws can tell, and the values with mean 0 and deviation 1."""
    features = [driver.values for driver in drivers]
    for reduced in (False, True):
        if reduced:  # one feature for each driver: the mean over the years
            features = [(values / values.std(axis=1, keepdims=True)).mean(axis=0)[None, :] for values in features]
        count = sum(len(values) for values in features)
        for degree in (3, 2, 1):
            if count * degree * DRAWS_PER_COEFFICIENT <= draws / 2:
                scaled = [
                    (values - values.mean(axis=1, keepdims=True)) / values.std(axis=1, keepdims=True)
                    for values in features
                ]
                return degree, scaled
    needed = 2 * DRAWS_PER_COEFFICIENT * len(drivers)
    message = f"{draws:,} draws are too few to tell {len(drivers)} drivers apart; simulate {needed:,} at least"
    raise LimitError("too few draws", [{"code": "too-few-draws", "path": "/draws", "message": message}])


def _basis(scaled: list[Floats], degree: int, window: slice) -> Floats:
    """Hermite polynomials of every value, shape (coefficients, draws)."""
    rows = []
    for values in scaled:
        for value in values:
            x = value[window]
            rows.append(x)
            if degree > 1:
                rows.append(x * x - 1)
            if degree > 2:
                rows.append(x * (x * x - 3))
    return np.array(rows)


def _fit(scaled: list[Floats], degree: int, target: Floats, chosen: Any) -> Floats:
    """Coefficients of least squares on the chosen draws, from sums over stretches of draws."""
    size = 1 + degree * sum(len(values) for values in scaled)
    left: Floats = np.zeros((size, size))
    right: Floats = np.zeros(size)
    for start in range(0, len(target), STRETCH):
        window = slice(start, min(start + STRETCH, len(target)))
        mask = chosen[window]
        terms = _basis(scaled, degree, window)[:, mask]
        basis: Any = np.concatenate([np.ones((1, terms.shape[1])), terms])
        left += basis @ basis.T
        right += basis @ target[window][mask]
    coefficients: Floats = np.asarray(np.linalg.lstsq(left, right, rcond=1e-10)[0], dtype=np.float64)
    return coefficients[1:]
