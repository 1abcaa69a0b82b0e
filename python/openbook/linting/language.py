"""Percentages that cannot be meant, and definitions, categories and changes of status that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from .._literals import figure
from .findings import Finding, Reader, formulas, nodes, texts_of

__all__ = ["percent_figures", "unused_words"]

#: A figure in % above this is read as a number of percent that lacks its sign: 95 for 95%.
_LARGEST = Decimal(10)


def percent_figures(reader: Reader) -> Iterator[Finding]:
    """Figures in % that are hundreds of times what is meant: 95 where 95% is."""
    for place in reader.places:
        if place.unit != "%":
            continue
        for text in texts_of(place.data):
            found = figure(text)
            if found is None or found.kind != "number" or abs(found.value) <= _LARGEST:
                continue
            said = f"{found.value * 100:,f}%"
            message = f"'{place.name}' is {found.text} in %, which is {said}: write {found.text}% if that is meant"
            yield Finding("percent-figure", "warning", place.path, message)


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
