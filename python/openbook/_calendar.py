"""Months and the longer periods they make up, as the core counts them."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Any

__all__ = ["MONTH_NAMES", "Months", "month_index", "month_text"]

MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-\d{2}(?:[T ].*)?)?")
_LENGTH = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def month_index(value: Any) -> int:
    """Months since January of year 0, from "2016-04", "2016-04-01", a date or a datetime.

    >>> month_index("2016-04") - month_index("2015-04")
    12
    """
    if isinstance(value, datetime.date):
        return value.year * 12 + value.month - 1
    if isinstance(value, str):
        match = _MONTH.fullmatch(value.strip())
        if match and 1 <= int(match[2]) <= 12:
            return int(match[1]) * 12 + int(match[2]) - 1
    year, month = getattr(value, "year", None), getattr(value, "month", None)
    if isinstance(year, int) and isinstance(month, int):  # pandas.Period
        return year * 12 + month - 1
    if type(value).__name__ == "datetime64":
        return month_index(str(value))
    raise ValueError(f"found {value!r}, expected a month such as '2016-04', '2016-04-01' or a date")


def month_text(index: int) -> str:
    """ "2016-04" from months since January of year 0."""
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


@dataclass(frozen=True, slots=True)
class Months:
    """A calendar: its first month, its length, and the month in which financial years start."""

    start: int
    count: int
    financial_year_starts: int = 4

    @classmethod
    def of(cls, calendar: Any) -> Months:
        """From the `Calendar` of a book."""
        return cls(month_index(calendar.start), calendar.months, calendar.financial_year_starts)

    def starts(self, every: str) -> list[int]:
        """First month of each period, as months since January of year 0."""
        months = range(self.start, self.start + self.count)
        if every == "term":
            return [self.start] if self.count else []
        if every == "financial_year":
            return [month for month in months if month == self.start or month % 12 + 1 == self.financial_year_starts]
        length = _LENGTH[every]
        return [month for month in months if (month - self.start) % length == 0]

    def ends(self, every: str) -> list[int]:
        """One past the last month of each period."""
        return [*self.starts(every)[1:], self.start + self.count]
