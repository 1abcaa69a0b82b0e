"""The drivers in their own units: what each comes to over a year or the term, as a figure that a person recognises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._calendar import Months
from .conditions import Asked, Condition
from .formulas import CALENDARS, Period, label
from .normal import Floats, quantile

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["Feature", "driver_of_stream", "features", "percentile", "periods_of"]


@dataclass(frozen=True, slots=True)
class Feature:
    """One driver over one period.

    Attributes
    ----------
    driver, name
        Id, and what it is called.
    unit
        Of its input.
    period, label
        Which period, and what that is called; "" over the term.
    asked
        The formula that gives it: the sum or mean over the period, as the input says.
    planned
        The formula of its plan, where it acts on one and has no members.
    total
        Whether periods add up; else a mean is taken.
    """

    driver: str
    name: str
    unit: str
    period: Period
    label: str
    asked: Asked
    planned: Asked | None
    total: bool

    @property
    def title(self) -> str:
        """Name and period."""
        return f"{self.name}, {self.label}" if self.label else self.name


def periods_of(condition: Condition, book: Book) -> tuple[Period, ...]:
    """Over which periods drivers are looked at: the term where it is asked over it, else the years up to the last."""
    last = [one.period for one in condition.asked()]
    if all(one.every == "term" for one in last):
        return (Period("term", 0),)
    months = Months.of(book.calendar)
    end = max(months.ends(one.every)[one.number] for one in last if one.every != "term")
    if any(one.every == "term" for one in last):
        end = months.start + months.count
    return tuple(Period("year", n) for n, start in enumerate(months.starts("year")) if start < end)


def _formulas(item: Any, every: str) -> tuple[str, str, bool]:
    """Of an input over a calendar: its formula, that of its plan, and whether periods (and members) add up."""
    total = str(getattr(item, "aggregate", "sum") or "sum") == "sum"
    longer = CALENDARS.index(str(item.every)) < CALENDARS.index(every)
    value = f"over({item.id}, '{every}')" if longer else str(item.id)
    planned = f"plan({item.id}, '{every}')" if longer else f"plan({item.id})"
    if item.dimension:
        joined = "sum" if total else "mean"
        return f"{joined}({value})", "", total
    return value, planned, total


def features(book: Book, periods: Sequence[Period]) -> tuple[Feature, ...]:
    """Each driver over each period, in the book's order."""
    inputs = {item.id: item for item in book.inputs}
    found = []
    for driver in book.drivers:
        item = inputs.get(str(getattr(driver, "of", "")))
        if item is None:
            continue
        for period in periods:
            value, planned, total = _formulas(item, period.every)
            acts_on_plan = str(getattr(driver, "effect", "")) in ("factor", "addition") and not item.dimension
            found.append(
                Feature(
                    str(driver.id),
                    str(driver.name or item.name or driver.id),
                    str(item.unit or ""),
                    period,
                    "" if period.every == "term" else label(period, book.calendar),
                    Asked(value, period),
                    Asked(planned, period) if acts_on_plan else None,
                    total,
                )
            )
    return tuple(found)


def driver_of_stream(book: Book, stream: str) -> str:
    """The id of the driver to which a stream of random numbers belongs; the stream's own name where it is none's."""
    streams = {str(getattr(driver, "stream", "") or driver.id): str(driver.id) for driver in book.drivers}
    if stream in streams:
        return streams[stream]
    fitting = [name for name in streams if stream.startswith(name) and not stream[len(name)].isalnum()]
    return streams[max(fitting, key=len)] if fitting else stream


def percentile(draws: Floats, value: float) -> tuple[float, float]:
    """Where a value stands among draws, from 0 to 100, and how many standard deviations of a normal that is.

    Beyond all draws it is half a draw from the end: what lies further out cannot be told.
    """
    n = len(draws)
    rank = (np.count_nonzero(draws < value) + np.count_nonzero(draws <= value)) / 2
    share = min(max(float(rank) / n, 0.5 / n), 1 - 0.5 / n)
    return 100 * share, quantile(share)


def expected(feature: Feature, values: Mapping[Asked, Floats], plans: Mapping[Asked, float]) -> tuple[float, str]:
    """What a feature is measured against: its plan, or the mean of its draws; and which of them it is."""
    planned = plans.get(feature.planned) if feature.planned is not None else None
    if planned is not None and np.isfinite(planned) and planned != 0:
        return planned, "plan"
    return float(values[feature.asked].mean()), "mean"


def measures(feature: Feature, usual: float, values: Mapping[Asked, Floats]) -> bool:
    """Whether what is expected of a feature is a measure of it: nothing, or less than it strays by, is none."""
    return abs(usual) > float(values[feature.asked].std())
