"""The calendar: periods of every length as first and last month, counted from the calendar's start."""

from __future__ import annotations

from typing import Any

LENGTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def ordinal(month: str) -> int:
    """Months since year nought."""
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


class Months:
    """Periods of a book; months are counted from nought."""

    def __init__(self, calendar: dict[str, Any]) -> None:
        self.start = ordinal(calendar["start"])
        self.count = int(calendar.get("months", 12))
        year_starts = int(calendar.get("financial_year_starts", 4))
        self._periods: dict[str, list[tuple[int, int]]] = {"term": [(0, self.count - 1)]}
        for every, length in LENGTHS.items():
            self._periods[every] = [
                (first, min(first + length, self.count) - 1) for first in range(0, self.count, length)
            ]
        breaks = [m for m in range(1, self.count) if self.calendar_month(m) == year_starts]
        self._periods["financial_year"] = [
            (first, last - 1) for first, last in zip([0, *breaks], [*breaks, self.count], strict=True)
        ]

    def periods(self, every: str) -> list[tuple[int, int]]:
        return self._periods[every]

    def containing(self, every: str, month: int) -> int:
        return next(i for i, (first, last) in enumerate(self.periods(every)) if first <= month <= last)

    def inside(self, every: str, first: int, last: int) -> list[int]:
        """The periods that make up a longer one; empty where they do not fit."""
        found = [i for i, (a, b) in enumerate(self.periods(every)) if first <= a and b <= last]
        covered = sum(self.periods(every)[i][1] - self.periods(every)[i][0] + 1 for i in found)
        return found if covered == last - first + 1 else []

    def calendar_month(self, month: int) -> int:
        return (self.start + month) % 12 + 1

    def index(self, month: str) -> int:
        return ordinal(month) - self.start

    def text(self, month: int) -> str:
        year, number = divmod(self.start + month, 12)
        return f"{year:04d}-{number + 1:02d}"
