"""Every term of a book, by path and by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ._description import FieldType, RecordField, record_of, records
from ._json import Json
from ._values import nearest
from .errors import BookError

__all__ = ["Place", "find", "places", "pointer", "put"]


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
        Everything it answers to: the name, ids and titles.
    data
        The term's JSON.
    field
        The field that holds it.
    owner
        Record name of the object that it is a field of ("parameter", "block", ...).
    """

    path: str
    name: str
    names: tuple[str, ...]
    data: Json
    field: str
    owner: str
    unit: str


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
        for number, item in enumerate(data):
            inner = _inside(owner, field, words, _label(item, number))
            yield from _field(owner, field, kind.element, parent, item, (*path, number), inner)
    elif kind.kind == "map" and kind.element is not None and isinstance(data, dict):
        for key, item in data.items():
            yield from _field(owner, field, kind.element, parent, item, (*path, key), _inside(owner, field, words, key))


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
    main = {"parameter": "value", "input": "plan", "quantity": "formula"}.get(owner)
    ids = [full]
    if field.name == main:
        ids = [words[-1], full] if owner == "parameter" else [full, words[-1]]
        if isinstance(parent.get("name"), str) and parent["name"]:
            ids.append(parent["name"])
    elif isinstance(parent.get("name"), str) and parent["name"] and not isinstance(last, int):
        ids.append(f"{parent['name']}.{field.name}")
        ids.append(f"{parent['name']} {field.name}")
    return Place(pointer(path), ids[0], tuple(dict.fromkeys(ids)), data, field.name, owner, _unit(field, parent, data))


def _unit(field: RecordField, parent: dict[str, Json], data: Json) -> str:
    own = data.get("unit") if isinstance(data, dict) else None
    return str(own or (parent.get("unit") if field.name in ("plan", "formula") else "") or field.unit or "")


def _fold(name: str) -> str:
    return " ".join(name.replace("_", " ").casefold().split())


def find(book: dict[str, Json], name: str) -> Place:
    """The term that a name or an id stands for.

    Raises
    ------
    BookError
        No term answers to the name (the nearest names are offered) or several do (all are listed).
    """
    everything = list(places(book))
    for same in (lambda a: a == name, lambda a: _fold(a) == _fold(name)):
        found = [place for place in everything if any(same(alias) for alias in place.names)]
        if len(found) == 1:
            return found[0]
        if found:
            listed = ", ".join(f"{place.name} ({place.path})" for place in found)
            message = f"'{name}' stands for {len(found)} terms: {listed}; use one of these paths"
            raise BookError(
                "an ambiguous name", [{"code": "ambiguous-name", "path": found[0].path, "message": message}]
            )
    names = [alias for place in everything for alias in place.names]
    message = f"no term or parameter is called '{name}'{nearest(name, names)}"
    raise BookError("an unknown name", [{"code": "unknown-name", "path": "", "message": message}])


def put(book: dict[str, Json], path: str, value: Json) -> None:
    """Put a value at a JSON pointer; elements of lists are named by number or by id. A last key may be new; "-"
    appends.

    Raises
    ------
    BookError
        Nothing stands at the path.
    """
    parts = [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]
    if not parts:
        raise BookError(
            "an empty path",
            [{"code": "unknown-path", "path": path, "message": "expected the path of a part of the book"}],
        )
    at: Any = book
    for part in parts[:-1]:
        at = at[_step(at, part, path)]
    key = _step(at, parts[-1], path, last=True)
    if isinstance(at, list) and key == len(at):
        at.append(value)
    else:
        at[key] = value


def _step(at: Any, part: str, path: str, *, last: bool = False) -> Any:
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


def scalar(old: Json, new: Json) -> Json:
    """What replaces a term when only a value is given: unit and alternatives stay, source and dated steps go."""
    if isinstance(new, dict) or not isinstance(old, dict):
        return new
    kept = {key: old[key] for key in ("unit", "alternatives") if old.get(key)}
    return {"value": new, **kept} if kept else new
