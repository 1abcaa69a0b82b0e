"""Fitting a book's inputs to history: level, trend, season, volatility and correlation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import numpy.typing as npt

from . import _json
from ._calendar import Months, month_index, month_text
from .data import DataOptions, history, is_count
from .errors import DataError

if TYPE_CHECKING:
    from .book import Book

__all__ = ["Fit", "calibrate", "fit_series"]

Floats = npt.NDArray[np.float64]

#: Fewest months for a trend, and for a season.
LEAST_TREND, LEAST_SEASON = 6, 24


@dataclass(frozen=True, slots=True)
class Fit:
    """What was found in one series.

    Attributes
    ----------
    input
        Id of the input.
    first, count
        First month (months since January of year 0) and number of months.
    shape
        "lognormal" (fitted on logs), "normal", "poisson" or "negative_binomial" (series with zeros, fitted on the
        values), or
        "zero" (nothing but zeros: the plan is zero and nothing is drawn).
    deviation
        Of the residuals: on logs for "lognormal", in the input's unit for "normal".
    dispersion
        Of "negative_binomial": variance = mean * (1 + dispersion * mean).
    coefficients
        Level, trend per month (where fitted), and the season of February to December against January (where fitted).
    residuals
        Standardised, one per month.
    """

    input: str
    first: int
    count: int
    shape: str
    deviation: float
    dispersion: float
    coefficients: tuple[float, ...]
    trend: bool
    season: bool
    residuals: tuple[float, ...]

    def path(self, months: Sequence[int]) -> Floats:
        """The expected value in each month, inside the history or beyond it."""
        x = _design(np.asarray(months), self.first, self.trend, self.season) @ np.asarray(self.coefficients)
        if self.shape == "lognormal":
            x = np.exp(x + self.deviation**2 / 2)
        elif self.shape not in ("normal", "zero"):
            x = np.maximum(x, 1e-3)
        return np.asarray(x, dtype=np.float64)


def _design(months: npt.NDArray[Any], first: int, trend: bool, season: bool) -> Floats:
    columns = [np.ones(len(months))]
    if trend:
        columns.append((months - first).astype(np.float64))
    if season:
        columns += [(months % 12 == calendar_month).astype(np.float64) for calendar_month in range(1, 12)]
    return np.column_stack(columns)


def fit_series(name: str, months: Sequence[int], values: Sequence[float], *, count: bool = True) -> Fit:
    """Fit one monthly series.

    Parameters
    ----------
    name
        Id of the input, for messages.
    months
        Consecutive months, as months since January of year 0.
    values
        One per month.
    count
        Whether the input counts things: a series with zeros is then Poisson or negative binomial, never below zero.

    Raises
    ------
    DataError
        Too few months, or a gap.

    Examples
    --------
    >>> fit = fit_series("visits", range(24000, 24024), [100.0 * 1.01**t for t in range(24)])
    >>> round(fit.coefficients[1], 6), fit.season, fit.deviation < 1e-9
    (0.00995, True, True)
    """
    at, y = np.asarray(months), np.asarray(values, dtype=np.float64)
    n = len(y)
    if n < 3:
        raise _refused(name, "too-short", f"found {n} months, expected at least 3")
    gaps = [month_text(m) for m in range(int(at[0]), int(at[-1]) + 1) if m not in set(at.tolist())]
    if gaps:
        raise _refused(name, "missing-month", f"no value for {', '.join(gaps[:12])}; a gap is never a zero")
    trend, season = n >= LEAST_TREND, n >= LEAST_SEASON
    positive = bool((y > 0).all())
    if not positive and not (y != 0).any():
        return Fit(name, int(at[0]), n, "zero", 0.0, 0.0, (0.0,), False, False, (0.0,) * n)
    if not positive and (y == 0).mean() > 0.5:
        trend = season = False  # too few months with anything in them
    x = _design(at, int(at[0]), trend, season)
    target = np.log(y) if positive else y
    coefficients, *_ = np.linalg.lstsq(x, target, rcond=None)
    residuals = target - x @ coefficients
    freedom = max(1, n - x.shape[1])
    deviation = float(math.sqrt(float(residuals @ residuals) / freedom))
    shape, dispersion = ("lognormal", 0.0) if positive else ("normal", 0.0)
    scale: Floats | float = deviation
    if not positive and count and (y >= 0).all():
        mean = np.maximum(x @ coefficients, 1e-3)
        extra = float((((y - mean) ** 2 * n / freedom) - mean).sum() / (mean**2).sum())
        shape, dispersion = ("negative_binomial", extra) if extra > 1e-6 else ("poisson", 0.0)
        scale = np.sqrt(mean * (1 + dispersion * mean))
    standard = residuals / scale if deviation > 1e-12 else np.zeros(n)
    return Fit(
        name,
        int(at[0]),
        n,
        shape,
        deviation,
        dispersion,
        tuple(float(c) for c in coefficients),
        trend,
        season,
        tuple(float(r) for r in standard),
    )


def _refused(name: str, code: str, message: str) -> DataError:
    problem = {"code": code, "path": "", "message": message, "where": f"input {name}"}
    return DataError("the history cannot be fitted", [problem])


def _number(value: float, digits: int) -> str:
    return _json.decimal_text(float(f"{value:.{digits}g}"))


def _plan(fit: Fit, months: Sequence[int], source: str) -> dict[str, Any]:
    path = fit.path(months)
    texts = [_number(float(value), 8) for value in path]
    steps = [
        {"from": month_text(month), "value": text}
        for month, text, before in zip(months[1:], texts[1:], texts, strict=False)
        if text != before
    ]
    return {"value": texts[0], "steps": steps, "source": source} if steps else {"value": texts[0], "source": source}


def _driver(fit: Fit, name: str, source: str) -> dict[str, Any]:
    driver: dict[str, Any] = {
        "id": f"{fit.input}_fitted",
        "name": f"{name} (fitted)",
        "of": fit.input,
        "source": source,
    }
    sourced = {"source": source}
    if fit.shape == "lognormal":
        return driver | {
            "effect": "factor",
            "kind": "lognormal",
            "deviation": {"value": _number(fit.deviation, 6), **sourced},
        }
    if fit.shape == "normal":
        return driver | {
            "effect": "addition",
            "kind": "normal",
            "deviation": {"value": _number(fit.deviation, 6), **sourced},
        }
    if fit.shape == "poisson":
        return driver | {"effect": "value", "kind": "poisson"}
    return driver | {
        "effect": "value",
        "kind": "negative_binomial",
        "dispersion": {"value": _number(fit.dispersion, 6), **sourced},
    }


def _correlation(fits: Sequence[Fit], source: str) -> dict[str, Any] | None:
    """Correlation of the residuals over the months that all series share."""
    moving = [fit for fit in fits if fit.shape != "zero" and fit.deviation > 1e-12]
    if len(moving) < 2:
        return None
    start = max(fit.first for fit in moving)
    stop = min(fit.first + fit.count for fit in moving)
    if stop - start < 3:
        return None
    table = np.array([fit.residuals[start - fit.first : stop - fit.first] for fit in moving])
    if (table.std(axis=1) < 1e-12).any():
        return None
    matrix = np.corrcoef(table)
    if float(np.linalg.eigvalsh(matrix).min()) < 1e-6:
        from . import _core

        matrix = np.asarray(_core.nearest_correlation(matrix.tolist()))
    rounded = _valid_rounding(matrix)
    rows = [[_json.decimal_text(float(value)) for value in row] for row in rounded]
    return {
        "id": "fitted",
        "drivers": [f"{fit.input}_fitted" for fit in moving],
        "matrix": [[_json.loads(value) for value in row] for row in rows],
        "source": source,
    }


def _valid_rounding(matrix: Floats) -> Floats:
    """The matrix to four decimals, drawn a little towards independence until it is safely positive definite."""
    for pull in (0.0, 1e-4, 1e-3, 1e-2, 0.1):
        rounded = np.round(matrix * (1 - pull), 4)
        rounded = (rounded + rounded.T) / 2
        np.fill_diagonal(rounded, 1.0)
        if float(np.linalg.eigvalsh(rounded).min()) > 1e-6:
            return rounded
    return np.eye(len(matrix))


def _without(data: dict[str, Any], inputs: set[str]) -> None:
    """Drop the drivers of some inputs, and them from their correlation groups."""
    gone = {driver["id"] for driver in data.get("drivers", ()) if driver.get("of") in inputs}
    data["drivers"] = [driver for driver in data.get("drivers", ()) if driver["id"] not in gone]
    groups = []
    for group in data.get("correlations", ()):
        keep = [i for i, name in enumerate(group["drivers"]) if name not in gone]
        if len(keep) == len(group["drivers"]):
            groups.append(group)
        elif len(keep) > 1:
            matrix = [[group["matrix"][i][j] for j in keep] for i in keep]
            groups.append(group | {"drivers": [group["drivers"][i] for i in keep], "matrix": matrix})
    data["correlations"] = groups


def calibrate(
    book: Book,
    data: Any,
    *,
    until: str | None = None,
    inputs: Sequence[str] | None = None,
    **options: Unpack[DataOptions],
) -> Book:
    """A book whose inputs follow their own history.

    Every monthly input with data gets as plan the fitted path (level, linear trend and a season of twelve months; the
    mean, not the
    median) over the whole calendar, and one driver with the residuals' deviation; the drivers form a correlation
    group with the
    residuals' correlations. Trend and season are fitted on logs. A count with zeros becomes Poisson or negative
    binomial around the
    fitted path instead, and one that was always zero stays zero; fewer than 24 months give no season, fewer than 6 no
    trend. Everything fitted says so in its source.

    The deviation is that of the residuals. How far the trend itself may err beyond the history is not in it: a fan far
    ahead is narrower than what can happen.

    Parameters
    ----------
    data
        As for `openbook.settle`; its months may lie before the book's calendar.
    until
        Last month used ("2018-03"); later months are left for the test.
    inputs
        Ids of the inputs to fit; None: all that have data.
    **options
        How the data are read, as for `openbook.load`: where, columns, codes, ...

    Raises
    ------
    DataError
        The data do not fit the book, a history is too short or has gaps, or there is nothing to fit.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.examples.acute_contract()
    >>> fitted = ob.calibrate(book, ob.examples.data("acute_contract"), where={"org_code": "ZX1"}, until="2018-03")
    >>> fitted.correlations[-1].id
    'fitted'
    """
    from .book import Book

    last = month_index(until) if until else None
    found = history(book, data, **options)
    if inputs is not None:
        missing = [name for name in inputs if name not in found]
        if missing:
            raise _refused(", ".join(missing), "missing-input", "no data to fit")
        found = {name: found[name] for name in inputs}
    units = {item.id: item.unit for item in book.inputs}
    fits = []
    for name, values in found.items():
        months = [month for month in values if last is None or month <= last]
        fits.append(fit_series(name, months, [float(values[month]) for month in months], count=is_count(units[name])))
    if not fits:
        message = "found no monthly input with data"
        raise DataError("nothing to fit", [{"code": "missing-input", "path": "", "message": message}])
    codes = ", ".join(f"{key} {value}" for key, value in (options.get("where") or {}).items())
    calendar = Months.of(book.calendar)
    months = list(range(calendar.start, calendar.start + calendar.count))
    content = _json.loads(book.to_json())
    _without(content, {fit.input for fit in fits})
    given = {item["id"]: item for item in content["inputs"]}
    for fit in fits:
        end = month_text(fit.first + fit.count - 1)
        source = f"fitted on {month_text(fit.first)}..{end}" + (f" of {codes}" if codes else "")
        given[fit.input]["plan"] = _plan(fit, months, source)
        if fit.shape != "zero":
            content["drivers"].append(_driver(fit, given[fit.input].get("name") or fit.input, source))
    group = _correlation(fits, source)
    if group is not None:
        content["correlations"] = [*content["correlations"], group]
    return Book.from_json(_json.dumps(content))
