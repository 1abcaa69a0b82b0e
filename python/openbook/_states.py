"""From one settlement of a contract to another, step by step: in each state between them part of what changed is as in
the later one, the rest as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _json, queries
from ._calendar import Months, month_index, month_text
from ._dimensions import dimension_of, members_by_dimension, members_of
from .errors import BookError, DataError, OpenbookError, ReadingError
from .results import Settlement

if TYPE_CHECKING:
    from .book import Book

__all__ = ["STEPS", "Cell", "Side", "between", "chain"]

#: What may change between two settlements, in the order in which it is told.
STEPS = ("revised data", "new months", "terms", "readings", "shocks")


class Cell(NamedTuple):
    """One value of an input: of which month (the first of its period) and member."""

    input: str
    every: str
    dimension: str
    month: int
    member: str


def _places(book: Book, last: int) -> Iterator[tuple[Any, Cell, int]]:
    """Every cell of periods that have ended by a month, with its input and its number in the input's list of values."""
    months = Months.of(book.calendar)
    members = members_by_dimension(book)
    for given in book.inputs:
        dimension = dimension_of(given)
        own = members.get(dimension) or ("",)
        starts, ends = months.starts(given.every), months.ends(given.every)
        for period, (start, end) in enumerate(zip(starts, ends, strict=True)):
            if end - 1 > last:
                break
            for number, member in enumerate(own):
                yield given, Cell(given.id, given.every, dimension, start, member), period * len(own) + number


@dataclass(frozen=True, slots=True)
class Side:
    """One of two settlements.

    Attributes
    ----------
    book, request
        What was settled.
    last
        The last month that counts (months since January of year 0).
    cells
        The inputs of every period that has ended by then; None where there was no value.
    """

    book: Book
    request: Mapping[str, Any]
    last: int
    cells: dict[Cell, str | None]

    @classmethod
    def of(cls, settlement: Settlement) -> Side:
        """From a settlement."""
        book, request = settlement.book, settlement.request
        months = Months.of(book.calendar)
        last = months.start + months.count - 1
        if request.get("as_at"):
            last = min(last, month_index(request["as_at"]))
        given = dict(request["inputs"])
        cells = {cell: given[cell.input][at] if cell.input in given else None for _, cell, at in _places(book, last)}
        return cls(book, request, last, cells)

    def shown(self, cell: Cell) -> str | None:
        """The value of a cell, or what stood for it: "plan", "missing"; None of a month that does not count."""
        if cell not in self.cells:
            return None
        return self.cells[cell] or ("plan" if self.request["mode"] == "plan" else "missing")


def _plain(request: Mapping[str, Any]) -> dict[str, Any]:
    """A request without what adds nothing to the ledger: what was posted, the readings that were not chosen."""
    return {**request, "posted": None, "disputes": False}


def between(last: Side, this: Side, done: frozenset[str]) -> tuple[Book, dict[str, Any]]:
    """Book and request with the steps that are `done` as in `this`, and the rest as in `last`.

    Raises
    ------
    DataError
        No month of the book's calendar counts.
    """
    book = _book(last, this, done)
    months = Months.of(book.calendar)
    until = (this if "new months" in done else last).last
    if until < months.start:
        message = (
            f"the settlement to {month_text(until)} ends before the calendar from {month_text(months.start)} starts"
        )
        raise DataError("no month in common", [{"code": "out-of-range", "path": "/as_at", "message": message}])
    until = min(until, months.start + months.count - 1)
    inputs, complete = _inputs(last, this, done, book, until)
    mode = (this if done & {"revised data", "new months"} else last).request["mode"]
    choices, others = (this, last) if "readings" in done else (last, this)
    request = {
        "inputs": inputs,
        "mode": mode if complete else "plan",  # a mixture may lack values that neither settlement lacked
        "as_at": month_text(until),
        "posted": None,
        "readings": _readings(book, choices, others),
        "alternatives": _alternatives(book, choices, others),
        "shocks": list((this if "shocks" in done else last).request.get("shocks") or ()),
        "disputes": False,
        "dispute_limit": 1,
    }
    reasons = (this if done & {"revised data", "new months"} else last).request.get("reasons")
    if reasons:
        request["reasons"] = reasons
    edition = (this if "terms" in done else last).request.get("edition")
    return book, request | ({"edition": edition} if edition else {})


def chain(this: Settlement, last: Settlement, order: tuple[str, ...]) -> tuple[list[tuple[str, Settlement]], list[str]]:
    """The settlements from last to this, by step, and what could not be settled alone.

    The first two are the earlier one as it stands ("last"), and settled again by this release ("version").
    """
    old, new = Side.of(last), Side.of(this)
    # With its core at hand, the earlier one was calculated here and now.
    again = last if last._core is not None else Settlement(last.book, _plain(last.request))
    links = [("last", last), ("version", again)]
    state = between(old, new, frozenset())
    done: set[str] = set()
    waiting: list[str] = []
    remarks = []
    for step in order[:-1]:
        done.add(step)
        waiting.append(step)
        try:
            wanted = between(old, new, frozenset(done))
            settlement = links[-1][1] if wanted == state else Settlement(*wanted)
        except (BookError, DataError, ReadingError) as error:
            remarks.append(f"'{step}' cannot be settled alone and is told with what follows: {_first(error)}")
            continue
        links.append((" and ".join(waiting), settlement))
        state, waiting = wanted, []
    links.append((" and ".join([*waiting, order[-1]]), this))
    if this._core is None:  # it was read from a file: another release may have calculated it
        again = Settlement(this.book, _plain(this.request))
        if again._data["entries"] != this._data["entries"]:
            links[-1:] = [(links[-1][0], again), ("version of this", this)]
            words = f"by openbook {this.release or '(not stated)'}, which comes to other figures than this release"
            remarks.append(f"the later settlement was calculated {words}")
    return links, remarks


def _first(error: OpenbookError) -> str:
    return str(error.problems[0]) if error.problems else error.summary


def _inputs(
    last: Side, this: Side, done: frozenset[str], book: Book, until: int
) -> tuple[dict[str, list[str | None]], bool]:
    """The inputs, and whether every one that must have values has them."""
    revised = this if "revised data" in done else last
    first, second = (this, last) if "new months" in done else (last, this)
    inputs: dict[str, list[str | None]] = {}
    complete = True
    for given, cell, at in _places(book, until):
        if cell in last.cells and cell in this.cells:
            value = revised.cells[cell]
        else:
            value = (first if cell in first.cells else second).cells.get(cell)
        if value is not None:
            inputs.setdefault(cell.input, [None] * _length(book, given))[at] = value
        elif not given.may_be_missing:
            complete = False
    return inputs, complete


def _length(book: Book, given: Any) -> int:
    width = max(1, len(members_of(book, given)))
    return len(Months.of(book.calendar).starts(given.every)) * width


# -- readings and alternatives --------------------------------------------------------------------------------------


def _clauses(book: Book) -> dict[str, Any]:
    return {clause.id: clause for _, clause, _ in queries.clauses(book)}


def _names(clause: Any) -> set[str]:
    return {reading.name for reading in clause.readings} if clause is not None else set()


def _book(last: Side, this: Side, done: frozenset[str]) -> Book:
    """The terms of one book with the readings chosen in the other, where those are readings of its clauses."""
    base = this.book if "terms" in done else last.book
    chosen = this.book if "readings" in done else last.book
    if base is chosen:
        return base
    wanted = _clauses(chosen)
    content = _json.loads(base.to_json())
    groups = [*content.get("contracts", ()), *content.get("overlays", ())]
    for clause in (clause for group in groups for clause in group.get("clauses", ())):
        names = {reading["name"] for reading in clause.get("readings", ())}
        other = wanted.get(clause["id"])
        if not names or not _names(other):
            continue
        for key in ("reading", "provisional"):
            name = getattr(other, key)
            if name in names:
                clause[key] = name
            elif not name:
                clause.pop(key, None)
    made = base._redone(content)
    return base if made == base else made


def _readings(book: Book, choices: Side, others: Side) -> dict[str, str]:
    """The readings asked for, of clauses that the book has; a clause of one book alone is read as that one's."""
    own = _clauses(choices.book)
    found = {}
    for name, clause in _clauses(book).items():
        possible = _names(clause)
        sides = (choices, others) if _names(own.get(name)) else (others,)
        asked = [side.request["readings"].get(name) for side in sides]
        fitting = [reading for reading in asked[:1] if reading is None or reading in possible] or asked[1:]
        if fitting and fitting[0] in possible:
            found[name] = str(fitting[0])
    return found


def _alternatives(book: Book, choices: Side, others: Side) -> dict[str, str]:
    """The alternatives asked for, of the parameters, quantities and inputs that the book has."""
    own = set(_terms_by_id(choices.book))
    found = {}
    for name, term in _terms_by_id(book).items():
        side = choices if name in own else others
        asked = side.request["alternatives"].get(name)
        if asked is not None and term and asked in {other.name for other in term.alternatives}:
            found[name] = asked
    return found


def _terms_by_id(book: Book) -> dict[str, Any]:
    """The term that an id stands for where alternatives are chosen."""
    return {
        **{item.id: item.plan for item in book.inputs},
        **{item.id: item.formula for item in book.quantities},
        **{item.id: item.value for item in book.parameters},
    }
