"""What stands between a book and its signature, and how it is settled: readings, alternatives, open notes, deferred
terms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from . import _places, _terms, notes, queries, wording
from ._json import Json
from ._term_units import as_written
from ._values import nearest
from .errors import BookError
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .book import Book

__all__ = ["decide", "illustrative", "open_points", "undecided"]

# code, path, message
Point = tuple[str, str, str]

COLUMNS = Schema(
    "openbook.open_points",
    1,
    (Column("code"), Column("where", heading="in the contract"), Column("message"), Column("path")),
)
# What a source, a unit or a name says of a figure that the parties left for later.
_LATER = re.compile(
    r"\bto be (?:agreed|confirmed|determined|decided|negotiated|finalised)\b|\bt\.?b\.?[acd]\b"
    r"|\bsubject to (?:agreement|negotiation)\b",
    re.IGNORECASE,
)


def open_points(book: Book, *, accept_illustrative: bool = False) -> Table:
    """What must be settled before the book can be sealed; nothing when it can.

    - open-reading, provisional-reading: a clause has several readings and the parties have not chosen one.
    - open-alternative: a term still lists other figures for itself.
    - unanswered-note: a note is open, in dispute or without prejudice, and no later note on the same place agrees,
      rejects, withdraws or settles it. Later is what stands after it or has a later date. That is how a document says
      that a term is left for later.
    - deferred-term: a term is marked as deferred, or its source, unit or name says "to be agreed", "to be confirmed",
      "TBC" or the like.
    - private-note: a note is one party's own.
    - illustrative: terms are assumed, not agreed (unless `accept_illustrative`).
    - what lint calls an error, and what cannot be calculated.

    Returns
    -------
    Table
        Columns code, where (in the contract's words), message (with what to do), path.

    Examples
    --------
    >>> import openbook as ob
    >>> sorted(set(open_points(ob.examples.residential_flow())["code"]))
    ['illustrative', 'open-alternative', 'unanswered-note']
    """
    points = list(undecided(book))
    points += _calculable(book)
    points += _found_by_lint(book, {code for code, _, _ in points})
    if not accept_illustrative:
        points += _assumed(book)
    rows = [
        {"code": code, "where": _places.in_words(book._data, path), "message": message, "path": path}
        for code, path, message in points
    ]
    return Table.of_rows(f"Open points of {book.id}", COLUMNS, rows, private_to=book.private_to)


def undecided(book: Book) -> Iterator[Point]:
    """What the parties have left open: readings, alternatives, notes, deferred terms."""
    for check in (_readings, _alternatives, _remarks, _deferred):
        yield from check(book)


def _readings(book: Book) -> Iterator[Point]:
    places = wording.citations(book)
    for _, clause, _ in queries.clauses(book):
        if not clause.readings or clause.reading:
            continue
        choices = ", ".join(reading.name for reading in clause.readings)
        fix = f'book.decide({{"{clause.id}": "{clause.provisional or clause.readings[0].name}"}})'
        if clause.provisional:
            message = f"'{clause.id}' has the provisional reading '{clause.provisional}' of {choices}; decide it: {fix}"
            yield "provisional-reading", places[clause.id].path, message
        else:
            message = f"'{clause.id}' has the readings {choices} and none is chosen; decide it: {fix}"
            yield "open-reading", places[clause.id].path, message


def _alternatives(book: Book) -> Iterator[Point]:
    for place in _terms.places(book._data):
        others = place.data.get("alternatives") if isinstance(place.data, dict) else None
        if others:
            listed = ", ".join(f"'{other['name']}'" for other in others)
            message = (
                f"'{place.name}' is {place.data.get('value')} and lists other figures for itself ({listed}); decide "
                f'it: book.decide({{"{place.name}": None}}) keeps the figure as stated, a name takes another'
            )
            yield "open-alternative", place.path, message


def _remarks(book: Book) -> Iterator[Point]:
    for number, place, note in notes.unresolved(book):
        message = (
            f'a note is {note["status"]}: "{note["text"]}"; answer it: '
            f'book.with_note("{note.get("on", "")}", ..., status="agreed") (or rejected, withdrawn, settled)'
        )
        yield "unanswered-note", place or f"/notes/{number}", message
    for number, note in enumerate(book._data.get("notes") or ()):
        if notes.is_private(note.get("status") or ""):
            message = "a note is private, and everything in a sealed book is shared; seal book.shareable()"
            yield "private-note", f"/notes/{number}", message


def _deferred(book: Book) -> Iterator[Point]:
    for place in _terms.places(book._data):
        term = place.data if isinstance(place.data, dict) else {}
        owner = _places.at(book._data, place.path.rpartition("/")[0])
        said = [term.get("source"), term.get("unit"), *(step.get("source") for step in term.get("steps") or ())]
        if isinstance(owner, dict):
            said += [owner.get("source"), owner.get("name")]
        found = next((text for text in said if text and _LATER.search(text)), None)
        left = next((words for v in (term, *(term.get("steps") or ())) if (words := v.get("deferred"))), None)
        if left:
            message = (
                f"'{place.name}' has still to be agreed ({left}); agree it, write the value, and take 'deferred' out"
            )
            yield "deferred-term", place.path, message
        elif found:
            message = (
                f"'{place.name}' is left for later: it says \"{found}\"; agree it and say so in its source, or take it "
                "out"
            )
            yield "deferred-term", place.path, message


def _calculable(book: Book) -> Iterator[Point]:
    yield from ((problem.code, problem.path, problem.message) for problem in book.validate())


def _found_by_lint(book: Book, known: set[str]) -> Iterator[Point]:
    for row in book.lint(probe=False):  # what is tried gives no errors
        if row["severity"] == "error" and row["code"] not in known:
            yield row["code"], row["path"], row["message"]


def _assumed(book: Book) -> Iterator[Point]:
    names = [item["name"] for item in illustrative(book)]
    if names:
        message = (
            f"{len(names)} figures are illustrative, assumed and not agreed: {', '.join(names)}. Give them their "
            "agreed values and sources, or sign them as they are with accept_illustrative=True: the seal lists them"
        )
        yield "illustrative", "", message


def illustrative(book: Book) -> list[dict[str, str]]:
    """Everything that is marked as assumed: name, path and value."""
    found = []
    for place in _terms.places(book._data):
        term = place.data if isinstance(place.data, dict) else {}
        if term.get("illustrative") or any(step.get("illustrative") for step in term.get("steps") or ()):
            found.append({"name": place.name, "path": place.path, "value": as_written(term.get("value"))})
    for kind in ("concessions", "recorded_series", "regime_chains", "hazards", "drivers"):
        for number, item in enumerate(book._data.get(kind) or ()):
            if item.get("illustrative"):
                said = item.get("name") or item.get(kind.removesuffix("s")) or item.get("kind", "")
                found.append({"name": item["id"], "path": f"/{kind}/{number}", "value": str(said)})
    return found


# -- deciding -------------------------------------------------------------------------------------------------------


def decide(book: Book, choices: Mapping[str, str | None]) -> Book:
    """A book whose readings and alternatives are chosen for good.

    Parameters
    ----------
    choices
        The id of a clause to the name of its reading, or a term (name, id or path) to the name of one of its
        alternatives. None keeps what the book says now: the provisional reading, the figure as stated.

    Returns
    -------
    Book
        A chosen reading is no longer provisional; a decided term lists no alternatives, and an alternative brings its
        own source.

    Raises
    ------
    BookError
        Something has no such reading or alternative; all faults at once.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.examples.mental_health_alliance().decide({"reopener": "cliff", "planned_saving": "25%"})
    >>> book.clause("reopener").reading, book.terms().where(name="planned_saving")["value"]
    ('cliff', ('25% * baseline',))
    """
    clauses = {clause.id: clause for _, clause, _ in queries.clauses(book)}
    places = wording.citations(book)
    changes: dict[str, Any] = {}
    problems: list[dict[str, str]] = []

    def refuse(name: str, message: str) -> None:
        problems.append({"code": "unknown-choice", "path": f"/{name}", "message": message})

    for name, choice in choices.items():
        if name in clauses:
            reading = _reading(clauses[name], choice, refuse)
            changes |= {f"{places[name].path}/reading": reading, f"{places[name].path}/provisional": ""}
            continue
        try:
            pointer = _places.resolve(book._data, name) if name.startswith("/") else ""
            place = next((p for p in _terms.places(book._data) if p.path == pointer), None)
            place = place or _terms.find(book._data, name)
        except BookError as error:
            problems += [{"code": p.code, "path": f"/{name}", "message": p.message} for p in error.problems]
            continue
        changes[place.path] = _figure(place, choice, refuse)
    if problems:
        raise BookError("nothing is decided", problems)
    return book.with_all(changes)


def _reading(clause: Any, choice: str | None, refuse: Callable[[str, str], None]) -> str:
    names = [reading.name for reading in clause.readings]
    if choice is None:
        choice = clause.reading or clause.provisional
        if not choice:
            refuse(clause.id, f"'{clause.id}' has no reading that could be kept; name one of {', '.join(names)}")
    elif choice not in names:
        known = f"it has {', '.join(names)}{nearest(choice, names)}" if names else "it has only one reading"
        refuse(clause.id, f"'{clause.id}' has no reading '{choice}'; {known}")
    return choice


def _figure(place: _terms.Place, choice: str | None, refuse: Callable[[str, str], None]) -> Json:
    term = dict(place.data) if isinstance(place.data, dict) else {"value": place.data}
    others = {other["name"]: other for other in term.pop("alternatives", None) or ()}
    if choice is None:
        return term
    if choice not in others:
        known = f"it has {', '.join(others)}{nearest(choice, others)}" if others else "it has none"
        refuse(place.name, f"'{place.name}' has no alternative '{choice}'; {known}")
        return term
    chosen = others[choice]
    kept = {"unit": term["unit"]} if term.get("unit") else {}
    source = chosen.get("source") or ""
    own = {"source": source} if source else {"illustrative": True} if term.get("illustrative") else {}
    return {"value": chosen["value"], **kept, **own}
