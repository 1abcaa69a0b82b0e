"""Places in a document: found by path, id or name, kept stable by ids, and told in the contract's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import _terms
from ._description import FieldType, record_of, records
from ._json import Json
from ._values import nearest
from .errors import BookError

__all__ = ["at", "in_words", "is_term", "parts_of", "resolve", "stable"]

_SINGULAR = {
    "parties": "party",
    "quantities": "quantity",
    "categories": "category",
    "recorded_series": "recorded series",
    "funding": "funding",
    "to": "to",
}


def parts_of(pointer: str) -> list[str]:
    """The parts of a JSON pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def at(book: Json, pointer: str) -> Any:
    """What stands at a numeric pointer.

    Raises
    ------
    BookError
        Nothing stands there.
    """
    place: Any = book
    for part in parts_of(pointer):
        place = place[_terms._step(place, part, pointer)]
    return place


def resolve(book: dict[str, Json], name: str) -> str:
    """The pointer, elements of lists by number, of a path, of the id of anything in the book, or of a term's name.

    Unlike a change, which is seen at once, a note or a citation that lands on another term goes unnoticed: a name is
    taken as it is written, but for case, spaces and underscores.

    Raises
    ------
    BookError
        Nothing answers to it (the nearest are offered), or several things do.
    """
    if not name:
        return ""  # the whole book
    if name.startswith("/"):
        place: Any = book
        numbered: list[str | int] = []
        for part in parts_of(name):
            key = _terms._step(place, part, name)
            numbered.append(key)
            place = place[key]
        return _terms.pointer(tuple(numbered))
    ids = {item["id"]: pointer for pointer, item in _with_ids(book, ())}
    if name in ids:
        return ids[name]
    try:
        return _terms.find(book, name, as_written=True).path
    except BookError as error:
        if error.problems[0].code == "ambiguous-name":
            raise
    known = [*ids, *(alias for place in _terms.places(book) for alias in place.names)]
    message = f"nothing in the book is called '{name}'{nearest(name, known)}"
    raise BookError("an unknown name", [{"code": "unknown-name", "path": "", "message": message}])


def _with_ids(data: Json, path: tuple[str | int, ...]) -> Iterator[tuple[str, dict[str, Json]]]:
    """Every object below the root that has an id, with its pointer."""
    if isinstance(data, dict):
        if path and isinstance(data.get("id"), str):
            yield _terms.pointer(path), data
        for key, item in data.items():
            if isinstance(item, (dict, list)):
                yield from _with_ids(item, (*path, key))
    elif isinstance(data, list):
        for number, item in enumerate(data):
            if isinstance(item, dict):
                yield from _with_ids(item, (*path, number))


def stable(book: dict[str, Json], pointer: str) -> str:
    """The same pointer with ids (or parties, or names) for numbers wherever they tell the elements apart."""
    place: Any = book
    parts: list[str | int] = []
    for part in parts_of(pointer):
        key = _terms._step(place, part, pointer)
        parts.append(_label(place, int(key)) if isinstance(place, list) else key)
        place = place[key]
    return _terms.pointer(tuple(parts))


def _label(siblings: list[Json], number: int) -> str | int:
    labels = [_terms._label(item, i) for i, item in enumerate(siblings)]
    own = labels[number]
    return own if labels.count(own) == 1 and not own.isdigit() else number


def is_term(book: dict[str, Json], pointer: str) -> bool:
    """Whether a term may stand at a numeric pointer."""
    kind: FieldType | None = FieldType("record", record="book")
    place: Any = book
    for part in parts_of(pointer):
        while kind is not None and kind.kind == "optional":
            kind = kind.element
        if kind is None:
            return False
        if kind.kind == "record":
            field = records()[record_of(kind, place).name].field(part)
            kind = field.type if field else None
        elif kind.kind in ("list", "map"):
            kind = kind.element
        else:
            return False
        place = place[int(part)] if isinstance(place, list) else place.get(part)
    return kind is not None and kind.kind == "term"


def in_words(book: Json, pointer: str) -> str:
    """A place in the contract's words: ``"Acute 2024/25, clause 7.3 (Sch 3A 4.2), band 2, rate"``.

    Also of a document that is no valid book, as far as the path goes; ``""`` where the place is part of nothing that
    has a name.
    """
    words: list[str] = []
    place: Any = book
    field = ""
    for part in parts_of(pointer):
        if isinstance(place, list) and part.isdigit() and int(part) < len(place):
            place = place[int(part)]
            words.append(_item_words(field, place, int(part)))
            field = ""
        elif isinstance(place, dict):
            if field and words:
                words.append(field.replace("_", " "))
            field, place = part, place.get(part)
        else:
            break
    if field and words:
        words.append(field.replace("_", " "))
    return ", ".join(words)


def _item_words(field: str, item: Any, number: int) -> str:
    noun = _SINGULAR.get(field, field.removesuffix("s")).replace("_", " ")
    data: dict[str, Any] = item if isinstance(item, dict) else {}
    named = str(data.get("name") or data.get("id") or "")
    if field in ("contracts", "overlays") and named:
        return named
    if field == "clauses" and named:
        return f"clause {named}" + (f" ({data['ref']})" if data.get("ref") else "")
    if not named and data.get("party"):
        return f"{noun} of {data['party']}"
    return f"{noun} {named or number + 1}"
