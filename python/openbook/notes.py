"""Notes beside the terms: who said what about which term, when, and what became of it.

Notes stand in the document's file and outside its digest: the parties may argue in the margin without touching what
they agreed.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import _places
from ._json import Json
from ._values import nearest
from .errors import BookError
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .book import Book

__all__ = ["STATUSES", "beside", "note_table", "notes_on", "unresolved", "with_note"]

#: What a note may be, and what that means.
STATUSES = {
    "note": "a remark that asks for nothing",
    "contradictory sources": "the sources give different figures; the remark says which",
    "not verified": "figures have not been compared with the text that they are said to be from; the remark says which",
    "open": "a question that must be answered before the book is signed",
    "in dispute": "the parties read or value this differently; it must be settled before the book is signed",
    "without prejudice": "an offer that binds nobody; it must be withdrawn, or agreed, before the book is signed",
    "agreed": "what was asked or offered is agreed",
    "rejected": "what was asked or offered is rejected",
    "withdrawn": "who asked or offered takes it back",
    "settled": "the question has its answer",
}
#: Statuses that ask for an answer; a later note on the same place with one of `CLOSING` gives it.
ASKING = frozenset({"open", "in dispute", "without prejudice"})
CLOSING = frozenset({"agreed", "rejected", "withdrawn", "settled"})
#: What nobody but one party may see has no place among shared notes.
PRIVATE = "private"

COLUMNS = Schema(
    "openbook.notes",
    1,
    (Column("on"), Column("where"), Column("status"), Column("author"), Column("date"), Column("text")),
)
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def is_private(status: str) -> bool:
    """Whether a note's status says that it is one party's own."""
    return status.casefold().startswith(PRIVATE)


def with_note(
    book: Book, on: str, text: str, *, author: str = "", date: str | datetime.date = "", status: str = "note"
) -> Book:
    """A book with one more note; its digest stays.

    Parameters
    ----------
    on
        What it is about: a path (``"/contracts/acute/clauses/main/amount"``), the id of anything in the book, or the
        name of a term; "" the whole book. A path is kept by ids, so that the note stays with its term when others are
        added.
    text
        The remark.
    author, date
        Who wrote it and when: a date, or "2024", "2024-05", "2024-05-31".
    status
        One of `STATUSES`: "note", "contradictory sources", "not verified", "open", "in dispute", "without prejudice",
        "agreed", "rejected", "withdrawn", "settled".

    Raises
    ------
    BookError
        Nothing stands there, the status is unknown, the text empty or the date no date; all faults at once.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.examples.acute_contract()
    >>> asked = with_note(book, "four_hour_penalty", "Is the cap a year's or a month's?", status="open")
    >>> asked.digest == book.digest, len(asked.notes) - len(book.notes)
    (True, 1)
    """
    problems = []
    place = on
    try:
        place = _places.resolve(book._data, on)
    except BookError as error:
        problems += [{"code": p.code, "path": "/on", "message": p.message} for p in error.problems]
    if not text.strip():
        problems.append({"code": "missing", "path": "/text", "message": "the note says nothing"})
    when = date.isoformat() if isinstance(date, datetime.date) else date
    if when and not _is_date(when):
        message = f"found {date!r}, expected a date such as 2024-05-31, 2024-05 or 2024"
        problems.append({"code": "malformed", "path": "/date", "message": message})
    if status not in STATUSES:
        fix = (
            " What only one party may see belongs in its own layer: openbook.Layer(notes=[...])."
            if is_private(status)
            else ""
        )
        message = f"found '{status}', expected one of {', '.join(STATUSES)}{nearest(status, STATUSES)}{fix}"
        problems.append({"code": "unknown-choice", "path": "/status", "message": message})
    if problems:
        raise BookError("not a note on this book", problems)
    kept = _places.stable(book._data, place) if on.startswith("/") else on
    note = {"on": kept, "author": author, "date": when, "status": status, "text": text}
    return book.replace(notes=[*(item.to_dict() for item in book.notes), {k: v for k, v in note.items() if v}])


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        datetime.date.fromisoformat((text + "-01-01")[:10] if len(text) < 10 else text)
    except ValueError:
        return False
    return True


def _placed(book: Book) -> list[tuple[str | None, Json]]:
    """Every note with the pointer of what it is about ("" the whole book); None where the book has no such thing."""
    found: list[tuple[str | None, Json]] = []
    for note in book._data.get("notes") or ():
        try:
            place = _places.resolve(book._data, note.get("on") or "")
        except BookError:
            place = None
        found.append((place, note))
    return found


def lost(book: Book) -> list[tuple[int, Json]]:
    """Notes on what the book does not have, with their number."""
    return [(number, note) for number, (place, note) in enumerate(_placed(book)) if place is None]


def unresolved(book: Book) -> list[tuple[int, str, Json]]:
    """Notes that ask for an answer and have none: number, pointer of what they are about, the note.

    A note is answered by a later one on the same place that is agreed, rejected, withdrawn or settled: one that stands
    after it in the book, or, wherever it stands, has a later date.
    """
    asking: list[tuple[int, str, str, Json]] = []
    answers: dict[str, list[tuple[int, Json]]] = {}
    for number, (place, note) in enumerate(_placed(book)):
        where = _main(book._data, place or "")
        status = (note.get("status") or "").casefold()
        if status in CLOSING:
            answers.setdefault(where, []).append((number, note))
        elif status in ASKING:
            asking.append((number, where, place or "", note))
    return [
        (number, place, note)
        for number, where, place, note in asking
        if not any(_is_later(answer, (number, note)) for answer in answers.get(where, ()))
    ]


def _is_later(one: tuple[int, Json], other: tuple[int, Json]) -> bool:
    """Whether a note, given with its number, is later than another: it stands after it, or its date is a later one.

    Standing after is enough, because notes are added at the end, and the date of a question may be that of a source
    which came to light after the parties had agreed. A month is not later than a day in it.
    """
    if one[0] > other[0]:
        return True
    mine, theirs = (str(note.get("date") or "") for _, note in (one, other))
    known = min(len(mine), len(theirs))
    return _is_date(mine) and _is_date(theirs) and mine[:known] > theirs[:known]


def _main(data: Json, place: str) -> str:
    """The pointer under which notes on a place are gathered: a parameter and its value are one."""
    home = place.split("/")
    own = {"parameters": "value", "inputs": "plan", "quantities": "formula"}.get(home[1] if len(home) > 1 else "")
    return "/".join(home[:3]) if len(home) == 4 and home[3] == own else place


def note_table(book: Book, within: str | None = None) -> Table:
    """Notes as a table: all of them, or those on a place and on what is below it."""
    wanted = None if within is None else _main(book._data, within)
    rows = []
    for place, note in _placed(book):
        if wanted is not None:
            own = None if place is None else _main(book._data, place)
            if own is None or not (own == wanted or own.startswith(wanted + "/")):
                continue
        where = "" if place is None else _places.in_words(book._data, place)
        rows.append({**{column.name: note.get(column.name, "") for column in COLUMNS}, "where": where})
    return Table.of_rows(f"Notes on {book.id}", COLUMNS, rows, private_to=book.private_to)


def notes_on(book: Book, path_or_name: str) -> Table:
    """The notes on a path, an id or a term's name, and on what is below it.

    Returns
    -------
    Table
        Columns on, where (in the contract's words), status, author, date, text; in the order in which they were made.

    Raises
    ------
    BookError
        Nothing answers to the name.

    Examples
    --------
    >>> import openbook as ob
    >>> notes_on(ob.examples.mental_health_alliance(), "reopener")["status"]
    ('in dispute',)
    """
    return note_table(book, _places.resolve(book._data, path_or_name))


def beside(book: Book) -> Callable[[str], str]:
    """A function from a pointer to the notes on just that place: ``"open (A Jones, 2024-05): which year?"``."""
    found: dict[str, list[str]] = {}
    for place, note in _placed(book):
        if place is not None:
            found.setdefault(_main(book._data, place), []).append(_line(note))
    return lambda pointer: "; ".join(found.get(_main(book._data, pointer), ()))


def _line(note: Any) -> str:
    who = ", ".join(part for part in (note.get("author"), note.get("date")) if part)
    return f"{note.get('status') or 'note'}{f' ({who})' if who else ''}: {note['text']}"
