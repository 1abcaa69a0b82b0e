"""Percentages that cannot be meant, and definitions, categories and changes of status that nothing uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from .._literals import Figure, figure
from .._terms import Place
from ..data.units import is_percent
from .findings import Finding, Reader, formulas, nodes, texts_of
from .formulas import COMPARES

__all__ = ["percent_figures", "unused_words"]

#: A figure in % above this is read as a number of percent that lacks its sign: 95 for 95%.
_LARGEST = Decimal(10)
#: Functions that hold their operands against each other.
_HOLDING = frozenset({*COMPARES, "min", "max", "clip"})


def percent_figures(reader: Reader) -> Iterator[Finding]:
    """Figures in % that are hundreds of times what is meant: 95 where 95% is."""
    names = _in_percent(reader)
    for place in reader.places:
        if _stands_in_percent(reader, place, names):
            for found in _too_large(texts_of(place.data)):
                message = f"'{place.name}' is {found.text} in %, which is {_said(found)}"
                yield Finding("percent-figure", "warning", place.path, message)
        for text in formulas(place):
            for name, found in _held_against(reader.tree(text), names):
                message = f"'{place.name}' holds '{name}', which is in %, against {found.text}, which is {_said(found)}"
                yield Finding("percent-figure", "warning", place.path, message)


def _said(found: Figure) -> str:
    return f"{found.value * 100:,f}%: write {found.text}% if that is meant"


def _too_large(texts: Iterable[str]) -> Iterator[Figure]:
    for text in texts:
        found = figure(text)
        if found is not None and found.kind == "number" and abs(found.value) > _LARGEST:
            yield found


def _in_percent(reader: Reader) -> set[str]:
    """The names of what is in %: inputs, quantities, parameters."""
    units = {item["id"]: item.get("unit") for kind in ("inputs", "quantities") for item in reader.data.get(kind, ())}
    for item in reader.data.get("parameters", ()):
        units[item["id"]] = item["value"].get("unit") if isinstance(item.get("value"), dict) else None
    return {name for name, unit in units.items() if is_percent(unit or "")}


def _stands_in_percent(reader: Reader, place: Place, names: set[str]) -> bool:
    """Whether a figure at a place is in %: by its own unit, of a table or a curve, or of what it is a mark for."""
    if is_percent(place.unit) or place.about.partition("[")[0] in names:
        return True
    kind, number, *inside = place.path.split("/")[1:]
    if kind == "tables" and place.field == "at":
        keys, key = reader.data[kind][int(number)]["keys"], int(inside[-1])
        return key < len(keys) and is_percent(keys[key].get("unit", ""))
    if kind in ("tables", "curves"):
        return place.field != "at" and is_percent(reader.data[kind][int(number)].get("unit", ""))
    return place.owner == "measure" and place.field in ("pain_at", "gain_at") and _measured(reader, place) in names


def _measured(reader: Reader, place: Place) -> str:
    return next(texts_of(reader.at(place.path.rpartition("/")[0])["value"]), "")


def _held_against(tree: dict[str, Any], names: set[str]) -> Iterator[tuple[str, Figure]]:
    """Names in % that a formula compares with, or bounds by, a figure that is meant in per cent."""
    for node in nodes(tree):
        if node.get("function") not in _HOLDING:
            continue
        named = [operand["name"] for operand in node["operands"] if operand.get("name") in names]
        if named:
            numbers = (operand["number"] for operand in node["operands"] if "number" in operand)
            yield from ((named[0], found) for found in _too_large(numbers))


def unused_words(reader: Reader) -> Iterator[Finding]:
    """Definitions that nothing calls, and categories of which nothing is."""
    called: set[str] = set()
    bodies = {name: body for name, (_, body) in reader.definitions.items()}
    waiting = [text for place in reader.places for text in formulas(place)]
    while waiting:
        for node in nodes(reader.parsed(waiting.pop())):
            name = node.get("function", "")
            if name in bodies and name not in called:
                called.add(name)
                waiting.append(bodies[name])
    for number, item in enumerate(reader.data.get("definitions", ())):
        if item["id"] not in called:
            message = f"the definition '{item['id']}' is called by no formula"
            yield Finding("unused-definition", "note", f"/definitions/{number}", message)
    used = {
        item.get("category") for kind in ("inputs", "parameters", "quantities") for item in reader.data.get(kind, ())
    }
    for number, item in enumerate(reader.data.get("categories", ())):
        if item["id"] not in used:
            yield Finding("unused-category", "note", f"/categories/{number}", f"nothing is of category '{item['id']}'")
