"""Which periods are meant where a figure is opened: by number or label, of its own calendar or of a longer one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

from . import _json, queries, wording
from ._calendar import Months, month_index, month_text
from ._values import nearest
from .errors import BookError
from .explanation import Explanation

if TYPE_CHECKING:
    from .book import Book

__all__ = ["opened"]

_MONTH = re.compile(r"\d{4}-\d{2}")
#: Labels that an error lists.
_LISTED = 12


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The periods of one length: first month of each and one past its last, and their labels."""

    every: str
    spans: tuple[tuple[int, int], ...]
    labels: tuple[str, ...]

    @classmethod
    def of(cls, book: Book, every: str) -> _Calendar:
        labels = book._core.period_labels()
        if every not in labels:
            _refuse(f"found every {every!r}, expected one of {', '.join(labels)}{nearest(every, list(labels))}")
        months = Months.of(book.calendar)
        spans = tuple(zip(months.starts(every), months.ends(every), strict=True))
        return cls(every, spans, tuple(labels[every]))

    @property
    def words(self) -> str:
        return self.every.replace("half_year", "half-year").replace("_", " ")

    def number(self, period: int | str) -> int:
        """A period from 0, given by its number from 1, its label or a month in it."""
        if isinstance(period, int) or period.isdigit():
            if 1 <= int(period) <= len(self.spans):
                return int(period) - 1
            if int(period) < 1:
                _refuse(f"found {period}, expected 1 for the first period, 2 for the second, ...", f"'{period}'")
        elif period in self.labels:
            return self.labels.index(period)
        elif self.every != "term" and _MONTH.fullmatch(period) and 1 <= int(period[5:]) <= 12:
            month = month_index(period)
            for number, (start, end) in enumerate(self.spans):
                if start <= month < end:
                    return number
        said = ", ".join(self.labels[:_LISTED]) + (f", ... to {self.labels[-1]}" if len(self.labels) > _LISTED else "")
        found = period if isinstance(period, int) else f"'{period}'"
        there = f"There is {said}; or say its number, from 1."
        if self.every == "term":
            there = "There is one term; for a part of it say every='year' or every='month' as well."
        close = nearest(period, self.labels) if isinstance(period, str) else ""
        _refuse(f"no {self.words} {found}{close}{' ' if close else '. '}{there}", f"no {self.words} {found}")


def opened(
    book: Book, what: str, every: str, period: int | str, basis: str, ask: Callable[[str], str]
) -> tuple[Explanation, dict[str, Any]]:
    """The explanation of a figure for the period that is asked for, and the target that the core was given.

    Parameters
    ----------
    every, period
        "": of a party the term, of clauses and quantities their own calendar. Of a clause, a longer calendar gives all
        its periods in that one, added up.
    ask
        Asks the core for an explanation, in JSON.
    """

    def explain(target: dict[str, Any]) -> Explanation:
        with wording.speaking(book._data):
            return Explanation.of(_json.loads(ask(_json.dumps({**target, "basis": basis}))))

    target = queries.target(book, what, every=every or "term")
    kind = next(iter(target))
    if kind == "entry":
        return explain(target), target
    if kind == "party":
        target["period"] = _Calendar.of(book, every or "term").number(period)
        return explain(target), target
    item = _item(book, kind, target[kind])
    own = _Calendar.of(book, item.every)
    called = f"{kind} '{item.id}'"
    if not every or every == item.every:
        target["period"] = own.number(period)
        given = kind == "quantity" and item.id in {item.id for item in book.inputs}
        label = own.labels[target["period"]]
        return _moved(explain, target, f"'{item.id}'" if given else called, label, given), target
    longer = _Calendar.of(book, every)
    number = longer.number(period)
    start, end = longer.spans[number]
    within = [n for n, (first, last) in enumerate(own.spans) if start <= first and last <= end]
    if not within:
        _refuse(f"{called} has one figure for each {own.words}, none for a {longer.words}; {_which(own, [0, -1])}")
    if kind != "clause":
        _refuse(f"{called} has one figure for each {own.words}; {_which(own, within)} in {longer.labels[number]}")
    label = f"{longer.labels[number]}, {month_text(start)} to {month_text(end - 1)}"
    return _together(explain, target, within, item, called, label), target


def _together(
    explain: Callable[[dict[str, Any]], Explanation],
    target: dict[str, Any],
    periods: list[int],
    clause: Any,
    called: str,
    label: str,
) -> Explanation:
    """Everything that a clause moves in several of its periods."""
    parts = []
    for period in periods:
        target["period"] = period
        try:
            parts.append(explain(target))
        except BookError as error:
            if not _nothing(error):
                raise
    if not parts:
        _refuse(f"{called} moves nothing in {label}", "there is nothing to explain", "nothing-moved")
    value = sum((part.amount for part in parts if part.value is not None), Decimal(0))
    return Explanation(f"{clause.name or clause.id}, {label}", str(value), "£", "clause", children=tuple(parts))


def _moved(
    explain: Callable[[dict[str, Any]], Explanation], target: dict[str, Any], called: str, label: str, given: bool
) -> Explanation:
    try:
        return explain(target)
    except BookError as error:
        if given and any(problem.code == "unknown-period" for problem in error.problems):
            said = f"{called} is an input: it is given, and nothing made it; explain what uses it"
            _refuse(said, "there is nothing to explain", "missing-reference")
        if not _nothing(error):
            raise
    _refuse(f"{called} moves nothing in {label}", "there is nothing to explain", "nothing-moved")


def _nothing(error: BookError) -> bool:
    return any(problem.code == "nothing-moved" for problem in error.problems)


def _item(book: Book, kind: str, name: str) -> Any:
    if kind == "clause":
        return next(clause for _, clause, _ in queries.clauses(book) if clause.id == name)
    items: tuple[Any, ...] = (*book.quantities, *book.inputs)
    return next(item for item in items if item.id == name)


def _which(own: _Calendar, periods: Sequence[int]) -> str:
    first, last = own.labels[periods[0]], own.labels[periods[-1]]
    return f"say the period, {first!r}" + (f" to {last!r}" if last != first else "")


def _refuse(message: str, title: str = "no such period", code: str = "unknown-period") -> NoReturn:
    raise BookError(title, [{"code": code, "path": "", "message": message}])
