"""Shocks by month on what has longer periods: a winter on a year's figure, a ramp on a quarter's.

The core lays a change over a period if its first month is one of the change's. A shock that takes in part of a period
moves it by that part: three months of twelve move a year's activity by a quarter of what they would move it by in full.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .._calendar import Months, month_index, month_text
from .targets import Index, Target

__all__ = ["Periods", "in_periods", "periods_of"]

#: A change for the core.
Change = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Periods:
    """The periods of what a shock acts on.

    Attributes
    ----------
    every
        Their calendar.
    spans
        First month of each, and one past its last.
    aggregate
        How months make up a period: "sum", "mean", "first", "last", "minimum", "maximum".
    divisible
        False for dates and categories, of which there is no part.
    """

    every: str
    spans: tuple[tuple[int, int], ...]
    aggregate: str = "sum"
    divisible: bool = True

    @property
    def monthly(self) -> bool:
        """Whether a period is a month."""
        return self.every == "month"

    def part(self, weights: Mapping[int, Fraction], span: tuple[int, int]) -> Fraction:
        """How much of a period a shock takes in that has so much weight in each month."""
        first, end = span
        own = [weights.get(month, Fraction(0)) for month in range(first, end)]
        if self.aggregate == "first" or not self.divisible:
            return own[0]
        if self.aggregate == "last":
            return own[-1]
        if self.aggregate in ("minimum", "maximum"):
            return max(own)
        return sum(own, Fraction(0)) / len(own)

    def of_record(self, recorded: Mapping[int, Decimal], span: tuple[int, int], ratio: bool) -> Fraction | None:
        """What recorded months come to in a period; None where one is missing. Ratios to plan are averaged."""
        first, end = span
        own = [recorded.get(month) for month in range(first, end)]
        known = [Fraction(value) for value in own if value is not None]
        if len(known) < len(own):
            return None
        how = "mean" if ratio and self.aggregate == "sum" else self.aggregate
        return {
            "sum": lambda: sum(known, Fraction(0)),
            "mean": lambda: sum(known, Fraction(0)) / len(known),
            "first": lambda: known[0],
            "last": lambda: known[-1],
            "minimum": lambda: min(known),
            "maximum": lambda: max(known),
        }[how]()


def periods_of(index: Index, target: Target) -> Periods:
    """The periods of an input, of a quantity, or of what a driver moves; months of everything else."""
    months = Months.of(index.book.calendar)
    item: Mapping[str, Any] = index.ids[target.key][2] if target.key in index.ids else {}
    if target.kind == "driver":
        of = next((data.get("of") for _, path, data in index.of_kind("driver") if path == target.key), None)
        item = index.ids[of][2] if of in index.ids else {}
    elif target.kind not in ("input", "quantity"):
        item = {}
    every = str(item.get("every") or "month")
    spans = tuple(zip(months.starts(every), months.ends(every), strict=True))
    divisible = not item.get("category") and item.get("unit") != "date"
    return Periods(every, spans, str(item.get("aggregate") or "sum"), divisible)


def in_periods(changes: Sequence[Change], periods: Periods, months: Months) -> tuple[list[Change], str]:
    """The changes of one shock on one target, each period in the part that they take in; and what is to be said of it.

    Changes are those of set, add, scale and ramp: they differ in months and weight alone.
    """
    calendar = range(months.start, months.start + months.count)
    weights: dict[int, Fraction] = {}
    for change in changes:
        first = max(month_index(change["starts"]) if "starts" in change else months.start, months.start)
        last = min(month_index(change["ends"]) if "ends" in change else calendar[-1], calendar[-1])
        for month in range(first, last + 1):
            weights[month] = Fraction(str(change.get("weight", 1)))
    if not any(weights.values()):
        return [], f"in no month of the calendar, {month_text(calendar[0])} to {month_text(calendar[-1])}"
    parts = [periods.part(weights, span) for span in periods.spans]
    if periods.monthly or all(
        part == weights.get(span[0], Fraction(0)) for part, span in zip(parts, periods.spans, strict=True)
    ):
        return list(changes), "" if any(parts) else _none_begins(periods)
    alike = {name: value for name, value in changes[0].items() if name not in ("starts", "ends", "weight", "words")}
    found = []
    for part, (first, end) in zip(parts, periods.spans, strict=True):
        if part == 0:
            continue
        said = str(changes[0].get("words") or f"{alike['action']} {alike['value']}").partition(", ramp")[0]
        words = said if part == 1 else f"{said}, {part} of the {periods.every.replace('_', ' ')}"
        span = {"starts": month_text(first), "ends": month_text(end - 1)}
        found.append({**alike, **span, "words": words, **({} if part == 1 else {"weight": str(part)})})
    return found, _said(parts, periods) if found else _none_begins(periods)


def _none_begins(periods: Periods) -> str:
    where = {"first": "begins", "last": "ends"}.get(periods.aggregate, "lies")
    return f"no {periods.every.replace('_', ' ')} of it {where} in these months"


def _said(parts: Sequence[Fraction], periods: Periods) -> str:
    some = next((part for part in parts if 0 < part < 1), None)
    if some is None:
        return ""
    several = "" if sum(0 < part < 1 for part in parts) == 1 else ", and the like"
    return f"moves {some} of a {periods.every.replace('_', ' ')}{several}: the months that it takes in"
