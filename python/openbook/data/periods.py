"""Months, quarters and years in words: "Apr-24", "M07 2024/25", "Q2 2024/25", "2024/25"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .._calendar import MONTH_NAMES, Months, month_index, month_text
from .cells import BadCell, Uncalculated

__all__ = ["EXAMPLES", "Periods", "Span", "ranges"]

_NAMES = [name.casefold() for name in MONTH_NAMES]
_NUMBER_OF = {name[:3]: number for number, name in enumerate(_NAMES, 1)}
_NAME = "|".join(f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in _NAMES).replace("sep(", "sept?(")

EXAMPLES = "a month such as '2016-04', '2016-04-01', 'Apr-16', 'M1 2016/17' or a date"

#: A financial year by its label; the years are checked afterwards.
_YEAR = r"(?:fy ?)?(?P<from>\d{4})[/-](?P<to>\d{2}|\d{4})"


@dataclass(frozen=True, slots=True)
class Span:
    """A period: its first month (months since January of year 0) and how many months it has.

    A date, or a month, is one month; `months` is 0 for the whole term.
    """

    start: int
    months: int

    def __str__(self) -> str:
        if self.months == 0:
            return "the term"
        last = month_text(self.start + self.months - 1)
        return month_text(self.start) if self.months == 1 else f"{month_text(self.start)} to {last}"


class Periods:
    """Reads periods in the words of one calendar.

    Where financial years start in January, "2024" and "FY2024" have one meaning, and so has "Q2 2024".

    Parameters
    ----------
    months
        The calendar: where its financial years start and what "year 2" means.
    day_first
        What "04/01/2024" means: True 4 January, False 1 April; None refuses it.

    Examples
    --------
    >>> periods = Periods(Months(2024 * 12 + 3, 12))
    >>> [str(periods.read(text)) for text in ("Apr-24", "M07 2024/25", "2024/25 Q2", "1 May 2024")]
    ['2024-04', '2024-10', '2024-07 to 2024-09', '2024-05']
    >>> try:
    ...     periods.read("FY25")
    ... except BadCell as error:
    ...     print(error.expected.partition(" (")[2])
    'FY25' could be 2024/25, which ends in 2025, or 2025/26, which starts in 2025)
    """

    def __init__(self, months: Months, day_first: bool | None = None) -> None:
        self.months, self.day_first = months, day_first

    def read(self, cell: Any) -> Span:
        """The period that a cell means.

        Raises
        ------
        BadCell
            It means none, or could mean several.
        """
        frequency = str(getattr(cell, "freqstr", "M"))[:1].upper()
        if hasattr(cell, "start_time") and frequency in "QYA":  # pandas.Period
            return Span(month_index(cell.start_time), 3 if frequency == "Q" else 12)
        if isinstance(cell, int) and not isinstance(cell, bool):
            cell = str(cell)
        if isinstance(cell, Uncalculated):
            raise BadCell(str(cell), "a month; open the workbook in a spreadsheet program and save it")
        if not isinstance(cell, str):
            try:
                return Span(month_index(cell), 1)
            except ValueError:
                raise BadCell(repr(cell), EXAMPLES) from None
        try:
            return Span(month_index(cell), 1)
        except ValueError:
            return self._words(cell.strip())

    def _words(self, text: str) -> Span:
        folded = re.sub(r"\s+", " ", text.casefold().replace(",", " ").replace("\u2013", "-"))
        for pattern, meaning in _PATTERNS:
            match = re.fullmatch(pattern, folded, re.ASCII)
            if match:
                return meaning(self, match, text)
        raise BadCell(repr(text), EXAMPLES)

    # -- years and their parts --------------------------------------------------------------------------------

    def _year(self, match: re.Match[str], text: str) -> int:
        """First month of the financial year that a label names."""
        first, last = int(match["from"]), match["to"]
        if int(last) != (first + 1 if len(last) == 4 else (first + 1) % 100):
            label = f"{first}/{(first + 1) % 100:02d}"
            raise BadCell(repr(text), f"two years that follow each other, such as '{label}', or a month as '2024-04'")
        return first * 12 + self.months.financial_year_starts - 1

    def _whole_year(self, match: re.Match[str], text: str) -> Span:
        return Span(self._year(match, text), 12)

    @property
    def _calendar_years(self) -> bool:
        """Whether a financial year is a calendar year, so that one number names it."""
        return self.months.financial_year_starts == 1

    def _part(self, match: re.Match[str], text: str) -> Span:
        return self._part_of(self._year(match, text), match["kind"], int(match["number"]), text)

    @staticmethod
    def _part_of(year: int, kind: str, number: int, text: str) -> Span:
        """The part of the year that starts in a month."""
        length = {"m": 1, "q": 3, "h": 6}[kind[0]]
        most = 12 // length
        if not 1 <= number <= most:
            raise BadCell(repr(text), f"a number from 1 to {most} of the year")
        return Span(year + (number - 1) * length, length)

    def _short_part(self, match: re.Match[str], text: str) -> Span:
        part, year = match["part"].upper(), match["year"].removeprefix("fy").strip()
        if not year:
            raise BadCell(repr(text), f"its year as well, such as '{part} 2024/25'")
        if len(year) != 4:
            raise BadCell(repr(text), f"the year in full, such as '{part} 2024/25'")
        if self._calendar_years:
            return self._part_of(int(year) * 12, match["part"], int(re.sub(r"\D", "", part)), text)
        before, after = f"{int(year) - 1}/{int(year) % 100:02d}", f"{year}/{(int(year) + 1) % 100:02d}"
        meanings = f"{before} or {after}" if "fy" in match["year"] else f"the calendar year {year}, {before} or {after}"
        raise BadCell(repr(text), f"a label such as '{part} {after}' ({text!r} could be of {meanings})")

    def _ending_or_starting(self, match: re.Match[str], text: str) -> Span:
        year = int(match["year"]) if len(match["year"]) == 4 else 2000 + int(match["year"])
        if self._calendar_years:
            return Span(year * 12, 12)
        ends, starts = f"{year - 1}/{year % 100:02d}", f"{year}/{(year + 1) % 100:02d}"
        raise BadCell(
            repr(text),
            f"a year such as '{ends}' ({text!r} could be {ends}, which ends in {year}, or {starts}, which starts in "
            f"{year})",
        )

    def _cut_short(self, match: re.Match[str], text: str) -> Span:
        first, last = int(match["a"]), int(match["b"])
        if last == (first + 1) % 100:
            years = f"20{first:02d} and 20{last:02d}"
            meanings = f"the financial year 20{first:02d}/{last:02d}, or the two calendar years {years}"
        else:
            meanings = "a day and month, or a month and year"
        raise BadCell(
            repr(text), f"a year such as '2024/25' or a month such as '2024-04' ({text!r} could be {meanings})"
        )

    def _year_alone(self, match: re.Match[str], text: str) -> Span:
        year = int(match["year"])
        if 30_000 <= year <= 60_000:
            raise BadCell(
                repr(text), "a date; this looks like a spreadsheet's number of a day: format the column as dates"
            )
        if not 1900 <= year <= 2199:
            raise BadCell(repr(text), EXAMPLES)
        if self._calendar_years:
            return Span(year * 12, 12)
        before, after = f"{year - 1}/{year % 100:02d}", f"{year}/{(year + 1) % 100:02d}"
        raise BadCell(
            repr(text), f"a year such as '{after}' ({text!r} could be the calendar year, {before} or {after})"
        )

    # -- dates and named months -------------------------------------------------------------------------------

    def _run_together(self, match: re.Match[str], text: str) -> Span:
        year, month = int(match["year"]), int(match["month"])
        follows = month == (year + 1) % 100
        if 1 <= month <= 12 and not follows:
            return Span(year * 12 + month - 1, 1)
        label = f"{year}/{month:02d}"
        if not follows or month > 12:
            raise BadCell(repr(text), f"a month such as '2024-04' or a year such as '{label}'" if follows else EXAMPLES)
        raise BadCell(repr(text), f"'{year}-{month:02d}' or '{label}' ({text!r} could be the month or the year)")

    def _named(self, match: re.Match[str], text: str) -> Span:
        year = int(match["year"]) if len(match["year"]) == 4 else 2000 + int(match["year"])
        day = int(match.groupdict().get("day") or 1)
        if not 1 <= day <= 31:
            raise BadCell(repr(text), "a day from 1 to 31")
        return Span(year * 12 + _NUMBER_OF[match["name"][:3]] - 1, 1)

    def _numeric(self, match: re.Match[str], text: str) -> Span:
        a, b = int(match["a"]), int(match["b"])
        year = int(match["year"]) if len(match["year"]) == 4 else 2000 + int(match["year"])
        by_day = b if 1 <= b <= 12 and 1 <= a <= 31 else None
        by_month = a if 1 <= a <= 12 and 1 <= b <= 31 else None
        if self.day_first is not None:
            month = by_day if self.day_first else by_month
            if month is None:
                order = "the day first" if self.day_first else "the month first"
                raise BadCell(repr(text), f"a date with {order}")
        elif by_day is not None and by_month is not None and by_day != by_month:
            first, second = f"{a} {MONTH_NAMES[b - 1]} {year}", f"{b} {MONTH_NAMES[a - 1]} {year}"
            raise BadCell(
                repr(text),
                f"a date such as '{year}-{b:02d}-{a:02d}' ({text!r} could be {first} or {second}: say "
                "day_first=True or False)",
            )
        else:
            month = by_day if by_day is not None else by_month
        if month is None:
            raise BadCell(repr(text), EXAMPLES)
        return Span(year * 12 + month - 1, 1)

    def _iso_slashes(self, match: re.Match[str], text: str) -> Span:
        month = int(match["month"])
        if not 1 <= month <= 12 or not 1 <= int(match["day"]) <= 31:
            raise BadCell(repr(text), EXAMPLES)
        return Span(int(match["year"]) * 12 + month - 1, 1)

    # -- labels of the book's own periods ---------------------------------------------------------------------

    def _contract_year(self, match: re.Match[str], text: str) -> Span:
        number, most = int(match["number"]), -(-self.months.count // 12)
        if not 1 <= number <= most:
            raise BadCell(repr(text), f"a contract year from 1 to {most}")
        return Span(self.months.start + 12 * (number - 1), 12)

    def _from_month(self, match: re.Match[str], text: str) -> Span:
        try:
            return Span(month_index(match["month"]), 3 if match["kind"] == "quarter" else 6)
        except ValueError:
            raise BadCell(repr(text), EXAMPLES) from None

    def _term(self, match: re.Match[str], text: str) -> Span:
        return Span(self.months.start, 0)


_KIND = r"(?P<kind>m(?:onth)?|q(?:uarter|tr)?|h(?:alf)?) ?(?P<number>\d{1,2})"
_SHORT = r"(?P<part>(?:m(?:onth)?|q(?:uarter|tr)?|h(?:alf)?) ?\d{1,2})"
_PATTERNS: tuple[tuple[str, Callable[[Periods, re.Match[str], str], Span]], ...] = (
    (_YEAR, Periods._whole_year),
    (rf"{_KIND}[ :-]*{_YEAR}", Periods._part),
    (rf"{_YEAR}[ :-]*{_KIND}", Periods._part),
    (rf"{_SHORT}[ :-]*(?P<year>(?:fy ?)?\d{{2,4}}(?:/\d{{2}})?|)", Periods._short_part),
    (rf"(?P<year>(?:fy ?)?\d{{2,4}}(?:/\d{{2}})?)[ :-]*{_SHORT}", Periods._short_part),
    (r"fy ?'?(?P<year>\d{2}|\d{4})", Periods._ending_or_starting),
    (r"(?P<a>\d{1,2})[/-](?P<b>\d{1,2})", Periods._cut_short),
    (r"(?P<year>\d{4})(?P<month>\d{2})", Periods._run_together),
    (r"(?P<year>\d{4,5})", Periods._year_alone),
    (rf"(?P<name>{_NAME})\.?[ '-]{{0,2}}(?P<year>\d{{4}}|\d{{2}})", Periods._named),
    (rf"(?P<year>\d{{4}})[ -](?P<name>{_NAME})", Periods._named),
    (rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -](?P<name>{_NAME})\.?[ -](?P<year>\d{{4}}|\d{{2}})", Periods._named),
    (r"(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-](?P<year>\d{4}|\d{2})", Periods._numeric),
    (r"(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-](?P<year>\d{4}) \d{1,2}:\d{2}(?::\d{2})?", Periods._numeric),
    (r"(?P<year>\d{4})[/.](?P<month>\d{1,2})[/.](?P<day>\d{1,2})", Periods._iso_slashes),
    (r"year (?P<number>\d{1,2})", Periods._contract_year),
    (r"(?P<kind>quarter|half-year) from (?P<month>\d{4}-\d{2})", Periods._from_month),
    (r"term", Periods._term),
)


def ranges(months: list[int], step: int) -> str:
    """Months in words: "2016-04, 2016-06 to 2016-09"."""
    parts: list[list[int]] = []
    for month in months:
        if parts and month - parts[-1][-1] == step:
            parts[-1].append(month)
        else:
            parts.append([month])
    words = [month_text(p[0]) if len(p) == 1 else f"{month_text(p[0])} to {month_text(p[-1])}" for p in parts]
    return ", ".join(words[:12]) + (f" and {len(words) - 12} more" if len(words) > 12 else "")
