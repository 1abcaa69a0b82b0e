"""What a selector finds: everything of a kind that answers to its units, words, tags and roles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .._literals import figure
from .targets import Index, Target, find

__all__ = ["follows", "in_words", "select", "unit_is"]

_WORD = re.compile(r"[a-z]+|[0-9]+")
_FORMULA_WORD = re.compile(r"[A-Za-z_]\w*")
#: Units that count no things.
_NO_COUNT = frozenset(
    {"", "number", "ratio", "score", "points", "index", "rate", "months", "days", "%", "yes or no", "1"}
)
_POINTS = frozenset({"points", "score"})


def in_words(selector: Any) -> str:
    """The selector as a reader would say it: "input, unit count, without cost"."""
    parts = [selector.kind]
    for name in ("units", "words", "without", "tags", "roles", "legal"):
        values = getattr(selector, name)
        if values:
            parts.append(
                f"{name.removesuffix('s') if len(values) == 1 and name != 'words' else name} {', '.join(values)}"
            )
    return "; ".join(parts)


def select(index: Index, selector: Any) -> list[Target]:
    """Everything that a selector finds, in the document's order.

    What follows from something else that was found moves with that, and is not moved twice. Figures alone are prices; a
    figure that only costs name is a cost.
    """
    finder = _FINDERS[selector.kind]
    found = [target for target, item, unit in finder(index) if _answers(index, selector, item, unit)]
    keys = {target.key for target in found}
    return [target for target in found if not follows(index, target) & (keys - {target.key})]


def follows(index: Index, target: Target) -> set[str]:
    """The names that a parameter, a quantity or a term is calculated from."""
    if target.kind == "term" and target.place is not None:
        return _named_by(index, target.place.path)
    if target.kind not in ("parameter", "quantity"):
        return set()
    return _named_by(index, f"{index.ids[target.key][1]}/")


Found = Iterator[tuple[Target, Mapping[str, Any], str]]


def _answers(index: Index, selector: Any, item: Mapping[str, Any], unit: str) -> bool:
    words = _words(item)
    return (
        (not selector.units or any(unit_is(unit, wanted) for wanted in selector.units))
        and (not selector.words or _any_begins(words, selector.words))
        and not (selector.without and _any_begins(words, selector.without))
        and (not selector.tags or bool(set(selector.tags) & set(item.get("tags") or ())))
        and (not selector.roles or bool(set(selector.roles) & _roles(index, item)))
        and (not selector.legal or str(_party(index, item).get("legal") or "statutory") in selector.legal)
    )


def unit_is(unit: str, wanted: str) -> bool:
    """Whether a unit is the wanted one, begins like it ("£*"), or counts things ("count")."""
    if wanted == "count":
        return not unit.startswith("£") and unit.split(" per ")[0] not in _NO_COUNT
    return unit.startswith(wanted[:-1]) if wanted.endswith("*") else unit == wanted


def _words(item: Mapping[str, Any]) -> list[str]:
    parts = [str(item.get(key) or "") for key in ("id", "name", "service")]
    said = " ".join([*parts, *(item.get("tags") or ())]).replace("_", " ").casefold()
    return _WORD.findall(said)


def _any_begins(words: Iterable[str], wanted: Iterable[str]) -> bool:
    return any(word.startswith(start.casefold()) for word in words for start in wanted)


def _party(index: Index, item: Mapping[str, Any]) -> Mapping[str, Any]:
    if "roles" in item or "legal" in item:
        return item
    named = str(item.get("party") or "")
    if not named and item.get("service"):
        named = str(index.ids[item["service"]][2].get("provider") or "")
    return index.ids[named][2] if named in index.ids else {}


def _roles(index: Index, item: Mapping[str, Any]) -> set[str]:
    return set(_party(index, item).get("roles") or ())


# -- what there is of each kind ---------------------------------------------------------------------------------


def _values(kind: str) -> Any:
    def found(index: Index) -> Found:
        for name, _, item in index.of_kind(kind):
            unit = str(item.get("unit") or "") or ("number" if kind != "parameter" else index.units._name(name))
            yield Target(name, kind, str(item.get("name") or name)), item, unit

    return found


def _prices(index: Index) -> Found:
    of_costs = _named_by(index, "/finances/costs")
    for name, _, item in index.of_kind("parameter"):
        unit = index.units._name(name)
        terms = [item.get("value"), *(item.get("members") or {}).values()]
        figures = all(_is_figure(term) for term in terms if term is not None)
        if unit.startswith("£ per ") and figures and name not in of_costs - _named_by(index, "/contracts", "/overlays"):
            yield Target(name, "parameter", str(item.get("name") or name)), item, unit
    for place in index.places:
        if place.path.startswith(("/contracts", "/overlays")) and _is_figure(place.data):
            unit = index.units.of_place(place)
            if unit.startswith("£ per "):
                yield Target(place.path, "term", place.name, place=place), {"id": place.name, "name": place.title}, unit
    for name, _, item in index.of_kind("input"):
        if str(item.get("unit") or "").startswith("£ per "):
            yield Target(name, "input", str(item.get("name") or name)), item, str(item["unit"])


def _named_by(index: Index, *paths: str) -> set[str]:
    """The names that formulas below some paths say, and those that these stand for."""
    texts = [text for place in index.places if place.path.startswith(paths) for text in _texts(place.data)]
    named: set[str] = set()
    while texts:
        fresh = {word for text in texts for word in _FORMULA_WORD.findall(text)} - named
        named |= fresh
        texts = [
            text
            for name in fresh
            if name in index.ids and index.ids[name][0] in ("quantity", "parameter")
            for text in _texts(index.ids[name][2].get("formula") or index.ids[name][2].get("value"))
        ]
    return named


def _texts(data: Any) -> Iterator[str]:
    if data is None:
        return
    data = data if isinstance(data, dict) else {"value": data}
    for part in (data, *(data.get("steps") or ())):
        if part.get("value") is not None:
            yield str(part["value"])


def _is_figure(data: Any) -> bool:
    return all(figure(text) is not None for text in _texts(data))


def _costs(index: Index) -> Found:
    for name, _, item in index.of_kind("cost"):
        yield find(index, name), item, "£"


def _lists(index: Index) -> Found:
    counted: set[str] = set()
    for _, path, item in index.of_kind("clause"):
        if item.get("kind") == "capitation":
            counted |= _named_by(index, f"{path}/people")
    for kind in ("input", "parameter"):
        for target, item, unit in _values(kind)(index):
            figures = kind == "input" or _is_figure(item.get("value"))
            if target.key in counted and figures:
                yield target, item, unit


def _scores(index: Index) -> Found:
    measured = _named_by(index, *(f"{path}/value" for _, path, _ in index.of_kind("measure")))
    for target, item, unit in _values("input")(index):
        # What a measure counts is activity, and its price is money; a rate or a composite is a score.
        measures = target.key in measured and not unit_is(unit, "count") and not unit.startswith("£")
        if measures or unit in _POINTS or "score" in _words(item):
            yield target, item, unit


def _drivers(index: Index) -> Found:
    for name, _, item in index.of_kind("driver"):
        moved = index.ids[item["of"]][2]
        words = {**moved, "id": f"{name} {moved['id']}", "name": f"{item.get('name') or ''} {moved.get('name') or ''}"}
        yield find(index, name), words, str(moved.get("unit") or "number")


def _things(*kinds: str) -> Any:
    def found(index: Index) -> Found:
        for name, _, item in index.of_kind(*kinds):
            yield Target(name, index.ids[name][0], str(item.get("name") or name)), item, ""

    return found


_FINDERS: dict[str, Any] = {
    "input": _values("input"),
    "parameter": _values("parameter"),
    "quantity": _values("quantity"),
    "price": _prices,
    "cost": _costs,
    "list": _lists,
    "score": _scores,
    "driver": _drivers,
    "clause": _things("clause"),
    "contract": _things("contract", "overlay"),
    "party": _things("party"),
}
