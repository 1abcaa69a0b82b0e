"""What somebody wants changed, in words: terms, readings, inputs, or the whole book."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import _json, _terms, queries
from ._calendar import month_index, month_text
from ._json import decimal_text
from ._literals import Figure, figure
from ._names import words_of
from ._request import ShockList, shock_list
from ._term_units import as_written
from ._values import Value, nearest
from .changing import Change, apply_changes
from .errors import BookError, Problem

if TYPE_CHECKING:
    from .book import Book

__all__ = ["Edit", "World", "edits_of", "worlds_of"]

READING = "reading of "
RESERVED = frozenset({"base", "interaction", "all together"})

_RELATIVE = re.compile(r"[+\-x×]\s*[£\d.]")


@dataclass(frozen=True, slots=True)
class World:
    """A book, the shocks that it is settled under, and the clauses whose reading was changed in it."""

    book: Book
    shocks: tuple[dict[str, Any], ...] = ()
    read: frozenset[str] = frozenset()

    def options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The options of a settlement in this world: a reading that was changed is not chosen otherwise."""
        readings = {clause: name for clause, name in (given.get("readings") or {}).items() if clause not in self.read}
        return {**given, "readings": readings, "shocks": list(self.shocks)}


@dataclass(frozen=True, slots=True)
class Edit:
    """One change.

    Attributes
    ----------
    label
        How the reader called it.
    kind
        "term", "reading", "input", "shocks" or "book".
    path
        Where it is made; "" of shocks and of another book.
    before, after
        In words.
    terms
        Path to `Change`, for `apply_changes`.
    shocks
        For the core.
    clause
        Whose reading it changes.
    book
        Another book in place of this one.
    """

    label: str
    kind: str
    path: str
    before: str
    after: str
    terms: tuple[tuple[str, Any], ...] = ()
    shocks: tuple[dict[str, Any], ...] = ()
    clause: str = ""
    book: Book | None = None


def edits_of(book: Book, changes: Mapping[str, Any] | Book) -> tuple[Edit, ...]:
    """The changes that were asked for.

    Raises
    ------
    BookError
        Something cannot be understood; all faults at once.
    """
    from .book import Book

    if isinstance(changes, Book):
        changes = {f"other book: {changes.title or changes.id}": changes}
    if not isinstance(changes, Mapping) or not changes:
        message = f"found {changes!r}, expected what changes, such as {{'gain cap': '£2m'}}, or another book"
        raise BookError("nothing to change", [Problem("no-change", "", message)])
    problems: list[Problem] = []
    found: list[Edit] = []
    for name, value in changes.items():
        try:
            found.append(_edit(book, str(name).strip(), value))
        except BookError as error:
            problems += error.problems or [Problem("book", "", error.summary)]
    if len(changes) > 1 and any(edit.book is not None for edit in found):
        problems.append(
            Problem("two-books", "", "another book is a change by itself; compare it without other changes")
        )
    if problems:
        raise BookError("changes that cannot be made", problems)
    return tuple(found)


def _edit(book: Book, name: str, value: Any) -> Edit:
    from .book import Book

    if name in RESERVED:
        raise BookError("a reserved name", [Problem("reserved", "", f"no change may be called '{name}'")])
    if isinstance(value, Book):
        return Edit(name, "book", "", book.digest[:12], value.digest[:12], book=value)
    if _is_shocks(value):
        shocks = shock_list(book, value)
        words = ", ".join(_shock_words(shock) for shock in shocks)
        return Edit(name, "shocks", "", "", words, shocks=tuple(shocks))
    if name.casefold().startswith(READING):
        return _reading(book, name, name[len(READING) :].strip(), value)
    change = value if isinstance(value, Change) else Change(value)
    if isinstance(change.value, str) and _RELATIVE.match(change.value.strip()):
        given = _input(book, name)
        if given is not None:
            return _moved(book, name, given, change)
        if change.value.strip()[0] != "-":
            inputs = [item.id for item in book.inputs]
            message = (
                f"'{name}': found {change.value!r}; only an input is made larger or smaller so"
                f"{nearest(name, inputs) or '.'} For a term say the new value itself"
            )
            raise BookError("not an input", [Problem("unknown-input", "", message)])
    data = book._data
    place = _terms.meant(data, name)
    if place is None:
        message = f"'{name}' is no term; change the book itself and give the other book"
        raise BookError("not a term", [Problem("not-a-term", name, message)])
    apply_changes(_json.loads(book.to_json()), {place.path: change})  # refuse at once what does not fit
    now = place.data if isinstance(place.data, dict) else {"value": place.data}
    steps = "".join(f"; from {step['from']}: {as_written(step['value'])}" for step in now.get("steps") or ())
    return Edit(name, "term", place.path, as_written(now.get("value")) + steps, change.words, ((place.path, change),))


def _shock_words(shock: Mapping[str, Any]) -> str:
    on = shock.get("on") or (shock.get("select") or {}).get("kind", "input")
    return " ".join(str(part) for part in (on, shock["action"], shock.get("value")) if part is not None)


def _is_shocks(value: Any) -> bool:
    if isinstance(value, Value):
        return value._record in ("shock", "scenario", "scenario_set")
    if isinstance(value, Mapping):
        return any(key in value for key in ("on", "select", "shocks", "includes", "scenarios"))
    return isinstance(value, Iterable) and not isinstance(value, str) and all(_is_shocks(item) for item in value)


def _reading(book: Book, label: str, clause: str, reading: Any) -> Edit:
    known: dict[str, list[dict[str, Any]]] = {}
    for row in queries.readings(book):
        known.setdefault(row["clause"], []).append(row)
    found = [name for name in known if words_of(name) == words_of(clause)]
    if len(found) != 1:
        listed = f"There is {', '.join(known)}." if known else "No clause of this book has any."
        message = f"no clause '{clause}' with several readings{nearest(clause, known) or '.'} {listed}"
        raise BookError("an unknown clause", [Problem("unknown-clause", "", message)])
    rows = known[found[0]]
    names = [row["reading"] for row in rows]
    if reading not in names:
        message = (
            f"'{found[0]}' has no reading {reading!r}{nearest(str(reading), names) or '.'} It has {', '.join(names)}."
        )
        raise BookError("an unknown reading", [Problem("unknown-reading", "", message)])
    now = next((row["reading"] for row in rows if row["chosen"]), "")
    now = now or next((f"{row['reading']} (provisional)" for row in rows if row["provisional"]), "none chosen")
    path = f"{_clause_path(book, found[0])}/reading"
    return Edit(label, "reading", path, now, str(reading), ((path, str(reading)),), clause=found[0])


def _clause_path(book: Book, clause: str) -> str:
    for kind in ("contracts", "overlays"):
        for g, group in enumerate(book._data.get(kind, ())):
            for c, candidate in enumerate(group.get("clauses", ())):
                if candidate["id"] == clause:
                    return f"/{kind}/{g}/clauses/{c}"
    raise KeyError(clause)


def _input(book: Book, name: str) -> Any:
    wanted = words_of(name.removeprefix("input ").removeprefix("input:"))
    found = [item for item in book.inputs if wanted in (words_of(item.id), words_of(item.name))]
    return found[0] if len(found) == 1 else None


def _moved(book: Book, label: str, given: Any, change: Change) -> Edit:
    """An input made larger or smaller, in the data as in the plan."""
    text = str(change.value).strip()
    times = text[0] in "x×"
    size = figure(text[1:])
    if size is None or (times and size.kind != "number") or (size.kind == "money" and not given.unit.startswith("£")):
        message = (
            f"input '{given.id}' in {given.unit or 'numbers'}: found {text!r}, expected a change such as '+5%', "
            "'-5%', 'x1.05', '+10' or '-10' (each period)"
        )
        raise BookError("not a change of an input", [Problem("wrong-change", "", message)])
    action, amount = _action(text[0], size, times)
    shock: dict[str, Any] = {"on": given.id, "action": action, "value": amount}
    problems = []
    for key, month in (("starts", change.starts), ("ends", change.ends)):
        if month is not None:
            try:
                shock[key] = month_text(month_index(month))
            except ValueError as error:
                problems.append(Problem("wrong-period", "", f"{label}, {key}: {error}"))
    if problems:
        raise BookError("not months", problems)
    return Edit(label, "input", f"/inputs/{given.id}", "", change.words, shocks=(shock,))


def _action(sign: str, size: Figure, times: bool) -> tuple[str, str]:
    if times:
        return "scale", decimal_text(size.value)
    value = size.value if sign == "+" else -size.value
    if size.kind == "percent":
        return "scale", decimal_text(1 + value)
    text = decimal_text(abs(value))
    return "add", ("-" if value < Decimal(0) else "") + ("£" if size.kind == "money" else "") + text


def worlds_of(book: Book, edits: Iterable[Edit], shocks: ShockList) -> World:
    """The book after some changes, with the shocks that they add to those of the base."""
    edits = list(edits)
    other = next((edit.book for edit in edits if edit.book is not None), None)
    under = (*shocks, *(shock for edit in edits for shock in edit.shocks))
    read = frozenset(edit.clause for edit in edits if edit.clause)
    if other is not None:
        return World(other, under)
    terms = {path: value for edit in edits for path, value in edit.terms}
    if not terms:
        return World(book, under)
    try:
        return World(book.with_all(terms), under, read)
    except BookError as error:
        names = ", ".join(f"'{edit.label}'" for edit in edits)
        raise BookError(f"with {names} changed the book is not valid", error.problems) from None
