"""Every term of a book, by path and by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from . import _names
from ._description import FieldType, RecordField, record_of, records
from ._json import Json
from ._values import nearest
from .errors import BookError

__all__ = ["Place", "at_path", "find", "meant", "places", "pointer", "put"]

#: Fields of a driver that are in the unit of its input, unless it is a factor.
_IN_THE_INPUTS_UNIT = frozenset({"mean", "deviation", "location", "scale", "low", "mode", "high"})
_BRACKETS = re.compile(r"(?P<before>.+\S)\s*\((?P<inside>[^()]*[^\W\d][^()]*)\)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a term stands.

    Attributes
    ----------
    path
        JSON pointer.
    name
        Unique where ids are: ``"gain_pain.gain"``, ``"gain_pain.shares.mh_trust.weight"``; of a parameter its id.
    names
        Everything it answers to: the name, ids and titles; of a title that ends in brackets both parts as well.
    title
        The name in reports of what it belongs to; "" where it has none.
    data
        The term's JSON.
    field
        The field that holds it.
    owner
        Record name of the object that it is a field of ("parameter", "block", ...).
    unit
        The unit that the term, its object or its field declares.
    about
        The input that a driver or a shock acts on, where the term is in its unit.
    """

    path: str
    name: str
    names: tuple[str, ...]
    title: str
    data: Json
    field: str
    owner: str
    unit: str
    about: str = ""

    @property
    def called(self) -> str:
        """The name, with the title where there is one."""
        return f"'{self.name}' ({self.title})" if self.title else f"'{self.name}'"


def pointer(parts: tuple[str | int, ...]) -> str:
    """A JSON pointer."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def places(book: dict[str, Json]) -> Iterator[Place]:
    """Every term that the document states, in its order; terms left at their default are not listed."""
    yield from _record("book", book, (), ())


def _label(item: Json, number: int) -> str:
    if isinstance(item, dict):
        for key in ("id", "party", "name", "on"):
            if isinstance(item.get(key), str) and item[key]:
                return str(item[key])
    return str(number + 1)


def _record(name: str, data: Json, path: tuple[str | int, ...], words: tuple[str, ...]) -> Iterator[Place]:
    if not isinstance(data, dict):
        return
    for field in records()[name].fields:
        if field.name in data:
            yield from _field(name, field, field.type, data, data[field.name], (*path, field.name), words)


def _field(
    owner: str,
    field: RecordField,
    kind: FieldType,
    parent: dict[str, Json],
    data: Json,
    path: tuple[str | int, ...],
    words: tuple[str, ...],
) -> Iterator[Place]:
    if kind.kind == "term":
        if data not in ("", None) and data != field.default:
            yield _place(owner, field, parent, data, path, words)
    elif kind.kind == "optional" and kind.element is not None and data is not None:
        yield from _field(owner, field, kind.element, parent, data, path, words)
    elif kind.kind == "record":
        yield from _record(record_of(kind, data).name, data, path, words)
    elif kind.kind == "list" and kind.element is not None and isinstance(data, list):
        seen: dict[str, int] = {}
        for number, item in enumerate(data):
            label = _label(item, number)
            seen[label] = seen.get(label, 0) + 1
            # Two of the same name, such as two shocks of one input, are told apart by their number.
            inner = _inside(owner, field, words, label if seen[label] == 1 else f"{label}_{seen[label]}")
            yield from _field(owner, field, kind.element, parent, item, (*path, number), inner)
    elif kind.kind == "map" and kind.element is not None and isinstance(data, dict):
        # Of an object of objects, such as the pairs of two dimensions, the field is named once.
        nested = words[-2:-1] == (field.name,) and path[-2:-1] == (field.name,)
        for key, item in data.items():
            inner = (*words, key) if nested else _inside(owner, field, words, key)
            yield from _field(owner, field, kind.element, parent, item, (*path, key), inner)


def _inside(owner: str, field: RecordField, words: tuple[str, ...], label: str) -> tuple[str, ...]:
    """The words of a member: "contracts", "clauses" and other lists of things with ids add only the id."""
    if owner == "book" or field.name in ("clauses", "measures"):
        return (label,) if field.name in ("clauses", "measures") or owner == "book" else (*words, label)
    return (*words, field.name, label)


def _place(
    owner: str,
    field: RecordField,
    parent: dict[str, Json],
    data: Json,
    path: tuple[str | int, ...],
    words: tuple[str, ...],
) -> Place:
    last = path[-1]
    stem = (
        words
        if isinstance(last, int) or (len(words) > 1 and last == words[-1] and last != field.name)
        else (*words, field.name)
    )
    full = ".".join(stem)
    title = str(parent.get("name") or "")
    ids = [full]
    if field.name == {"parameter": "value", "input": "plan", "quantity": "formula"}.get(owner):
        ids = [words[-1], full] if owner == "parameter" else [full, words[-1]]
        ids += _spoken(title)
    elif title and not isinstance(last, int):
        ids += [f"{title}.{field.name}", f"{title} {field.name}"]
    return Place(
        path=pointer(path),
        name=ids[0],
        names=tuple(dict.fromkeys(ids)),
        title=title,
        data=data,
        field=field.name,
        owner=owner,
        unit=_unit(field, parent, data),
        about=_about(owner, field, parent),
    )


def _spoken(title: str) -> list[str]:
    """What a title answers to: itself, and of "Gainshare available a year (gain cap)" both parts as well."""
    match = _BRACKETS.fullmatch(title)
    return [part for part in (title, *(match.groups() if match else ())) if part]


def _unit(field: RecordField, parent: dict[str, Json], data: Json) -> str:
    own = data.get("unit") if isinstance(data, dict) else None
    return str(own or (parent.get("unit") if field.name in ("plan", "formula") else "") or field.unit or "")


def _about(owner: str, field: RecordField, parent: dict[str, Json]) -> str:
    if owner == "shock" and parent.get("action", "scale") != "scale":
        return str(parent.get("on") or "")
    if "of" in parent and parent.get("effect", "factor") != "factor" and field.name in _IN_THE_INPUTS_UNIT:
        return str(parent["of"])
    return ""


def find(book: dict[str, Json], name: str, *, as_written: bool = False) -> Place:
    """The term that a name or an id stands for; case, underscores, small words and the order of words do not matter.

    Parameters
    ----------
    as_written
        Small words and the order of words do matter.

    Raises
    ------
    BookError
        No term answers to the name (the nearest names are offered) or several do (all are listed).
    """
    everything = list(places(book))
    found = _names.called(everything, name) if as_written else _names.answering(everything, name)
    if len(found) == 1:
        return found[0]
    if found:
        found.sort(key=lambda place: place.owner != "parameter")  # what the book itself names comes first
        listed = ", ".join(f"{place.called} at {place.path}" for place in found[:12])
        more = f" and {len(found) - 12} more" if len(found) > 12 else ""
        message = f"'{name}' stands for {len(found)} terms: {listed}{more}; say one of these names, or its path"
        raise BookError("an ambiguous name", [{"code": "ambiguous-name", "path": found[0].path, "message": message}])
    message = f"no term or parameter is called '{name}'{_names.offered(everything, name)}"
    raise BookError("an unknown name", [{"code": "unknown-name", "path": "", "message": message}])


def at_path(book: dict[str, Json], path: str) -> Place | None:
    """The term that stands at a JSON pointer; None where something else stands there, or nothing yet."""
    exact = pointer(tuple(_steps(book, path)))
    return next((place for place in places(book) if place.path == exact), None)


def meant(book: dict[str, Json], name: str) -> Place | None:
    """The term that a path or a name stands for; None where something else stands at the path, or nothing yet.

    Raises
    ------
    BookError
        As for `find`.
    """
    return at_path(book, name) if name.startswith("/") else find(book, name)


def put(book: dict[str, Json], path: str, value: Json) -> None:
    """Put a value at a JSON pointer; elements of lists are named by number or by id. A last key may be new; "-"
    appends.

    Raises
    ------
    BookError
        Nothing stands at the path.
    """
    *before, key = _steps(book, path)
    at: Any = book
    for step in before:
        at = at[step]
    if isinstance(at, list) and key == len(at):
        at.append(value)
    else:
        at[key] = value


def _steps(book: dict[str, Json], path: str) -> list[str | int]:
    parts = [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]
    if not parts:
        raise BookError(
            "an empty path",
            [{"code": "unknown-path", "path": path, "message": "expected the path of a part of the book"}],
        )
    at: Any = book
    steps: list[str | int] = []
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        steps.append(_step(at, part, path, last=last))
        if not last:
            at = at[steps[-1]]
    return steps


def _step(at: Any, part: str, path: str, *, last: bool = False) -> str | int:
    names: list[str] = []
    if isinstance(at, dict):
        if part in at or last:
            return part
        names = list(at)
    elif isinstance(at, list):
        if part.isdigit() and int(part) < len(at):
            return int(part)
        if part == "-" and last:
            return len(at)
        names = [_label(item, number) for number, item in enumerate(at)]
        if names.count(part) == 1:
            return names.index(part)
    message = f"nothing stands at '{part}'{nearest(part, names)}" + (
        f" (there is {', '.join(names[:12])})" if names else ""
    )
    raise BookError("an unknown path", [{"code": "unknown-path", "path": path, "message": message}])
