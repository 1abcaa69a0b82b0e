"""What data a book wants: columns, units, codes and months, as a table and as a template to fill in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import privacy
from .._calendar import Months
from ..errors import BookError
from ..table import Column, Schema, Table
from .cells import BadCell
from .periods import Periods, Span, ranges
from .targets import Target, targets_of

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["Needs", "needs"]

COLUMNS = Schema(
    "openbook.needs",
    1,
    (
        Column("input"),
        Column("name"),
        Column("unit"),
        Column("every"),
        Column("column"),
        Column("codes"),
        Column("dimension"),
        Column("members"),
        Column("months"),
        Column("values", "int"),
        Column("may_be_missing", "bool", "may be missing"),
        Column("plan"),
    ),
)


class Needs(Table):
    """What data a book wants: one row per input.

    Columns: input (its id), name, unit, every (its calendar), column (where it is looked for; a column named as the
    input's id is understood as well), codes (that select the rows), dimension and members, months (the first month of
    each period that ends within what was asked for), values (how many), may_be_missing, plan.

    Attributes
    ----------
    book
        The book.
    span
        First month (months since January of year 0) and number of months.
    """

    __slots__ = ("book", "span")

    book: Book
    span: Span

    @classmethod
    def _of(cls, book: Book, span: Span) -> Needs:
        book = privacy.shared(book)  # its plans go to whoever is asked for data
        targets = targets_of(book)
        months = Months.of(book.calendar)
        plans = {row["path"]: row["value"] for row in book.terms()}
        rows = [
            _row(target, months, span, plans.get(f"/inputs/{target.number}/plan", "")) for target in targets.values()
        ]
        title = f"Data for {book.title or book.id}, {span}"
        note = "A column named as the input's id is understood as well. Periods are named by their first month."
        made = cls.of_rows(title, COLUMNS, rows, note)
        object.__setattr__(made, "book", book)
        object.__setattr__(made, "span", span)
        return made

    def starts(self, every: str) -> list[int]:
        """First months of the periods of a calendar that are wanted."""
        return starts_in(Months.of(self.book.calendar), every, self.span)

    def template(self, path: str | Path) -> Path:
        """Write a file to fill in, which `openbook.settle` reads as it is. The same book gives the same bytes.

        A workbook (.xlsx) has a sheet to read first, one to fill in for each calendar and dimension, with one row per
        period (and member) and one column per input, and a sheet for the reasons of missing months. A CSV file has one
        line per value: period, quantity, members, value.

        Parameters
        ----------
        path
            Ends in .xlsx (needs openpyxl) or .csv.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        ValueError
            The path ends in something else.
        """
        from .template import write_csv, write_workbook

        target = Path(path)
        writers: Mapping[str, Any] = {".xlsx": write_workbook, ".csv": write_csv}
        if target.suffix.casefold() not in writers:
            raise ValueError(f"{target.name}: found '{target.suffix}', expected a path ending in .xlsx or .csv")
        writers[target.suffix.casefold()](self, target)
        return target

    def __reduce__(self) -> tuple[Any, ...]:
        return Needs._of, (self.book, self.span)


def starts_in(months: Months, every: str, span: Span) -> list[int]:
    """First months of the periods that end within a span."""
    last = span.start + span.months
    pairs = zip(months.starts(every), months.ends(every), strict=True)
    return [start for start, end in pairs if span.start < end <= last]


def _row(target: Target, months: Months, span: Span, plan: str) -> dict[str, Any]:
    starts = starts_in(months, target.every, span)
    every = months.starts(target.every)
    step = every[1] - every[0] if len(every) > 1 else 1
    return {
        "input": target.id,
        "name": target.title,
        "unit": target.unit,
        "every": target.every,
        "column": target.column or target.id,
        "codes": "; ".join(f"{key} = {value}" for key, value in target.where.items()),
        "dimension": target.dimension,
        "members": _some(list(target.members)),
        "months": ranges(starts, step),
        "values": len(starts) * max(1, len(target.members)),
        "may_be_missing": target.may_be_missing,
        "plan": plan,
    }


def _some(names: Sequence[str]) -> str:
    between = "; " if any(", " in name for name in names) else ", "  # the names of pairs have commas themselves
    return between.join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")


def needs(book: Book, period: str | int | None = None) -> Needs:
    """What data a book wants, for its whole calendar or a part of it.

    Parameters
    ----------
    period
        None: the whole calendar. A month ("2024-04"), months ("2024-04 to 2024-09"), a financial year ("2024/25"), a
        quarter ("Q2 2024/25") or the number of a contract year (1).

    Returns
    -------
    Needs
        A table with one row per input; its `template` writes a file to fill in.

    Raises
    ------
    BookError
        The period is not understood, or lies outside the calendar.

    Examples
    --------
    >>> import openbook as ob
    >>> wanted = ob.needs(ob.examples.acute_contract(), "2017/18")
    >>> wanted["input"][0], wanted["column"][0], wanted["codes"][0], wanted["months"][0]
    ('type1_attendances', 'attendances', 'type = 1', '2017-04 to 2018-03')
    """
    return Needs._of(book, _span(book, period))


def _span(book: Book, period: str | int | None) -> Span:
    months = Months.of(book.calendar)
    whole = Span(months.start, months.count)
    if period is None:
        return whole
    words = str(period).strip()
    text = f"year {words}" if words.isdigit() and len(words) < 3 else words
    first, _, last = text.partition(" to ")
    periods = Periods(months)
    try:
        start = periods.read(first)
        end = periods.read(last) if last else start
    except BadCell as error:
        raise _no_period(str(error)) from None
    if end.months == 0:
        return whole
    low = max(start.start, months.start)
    high = min(end.start + end.months, months.start + months.count)
    if high <= low:
        raise _no_period(f"found '{period}', expected months within {whole}")
    return Span(low, high - low)


def _no_period(message: str) -> BookError:
    return BookError("no such period", [{"code": "unknown-period", "path": "", "message": f"period: {message}"}])
