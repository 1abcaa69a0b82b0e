"""A finding, and the book as the checks read it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .. import _terms, queries
from .definitions import written_out

if TYPE_CHECKING:
    from ..book import Book
    from ..data import Load

__all__ = ["Finding", "Reader", "formulas", "nodes", "number_of", "reached", "texts_of"]

_NUMBER = re.compile(r"\s*(-?)\s*£?\s*(-?[\d,]+(?:\.\d+)?)\s*(%|k|m|bn)?\s*")
_SCALE = {"%": Decimal("0.01"), "k": Decimal(1000), "m": Decimal(10**6), "bn": Decimal(10**9), None: Decimal(1)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark.

    Attributes
    ----------
    code
        Stable word; the reference page has a section of that name.
    severity
        "error": settlement will refuse it; "warning": probably not what is meant; "note": worth knowing.
    path
        JSON pointer.
    message
        What was found, and what it means.
    """

    code: str
    severity: str
    path: str
    message: str

    @property
    def page(self) -> str:
        """Where the documentation explains it."""
        return f"reference/lint.html#{self.code}"


def number_of(text: Any) -> Decimal | None:
    """The number that a term states, or None when it is a formula.

    >>> number_of("£1.5m"), number_of("-£2,000"), number_of("50%"), number_of("2 * x")
    (Decimal('1500000.0'), Decimal('-2000'), Decimal('0.50'), None)
    """
    text = getattr(text, "_data", text)  # of a term of a book what it states
    if isinstance(text, dict):
        return None if text.get("steps") else number_of(text.get("value"))
    if isinstance(text, bool) or text is None:
        return None
    if isinstance(text, (int, Decimal)):
        return Decimal(text)
    match = _NUMBER.fullmatch(str(text))
    return Decimal(f"{match[1]}1") * Decimal(match[2].replace(",", "")) * _SCALE[match[3]] if match else None


def _parsed(text: str) -> dict[str, Any]:
    from .. import _core

    tree: dict[str, Any] = json.loads(_core.formula_graph(text))["graph"]
    return tree


def formulas(place: _terms.Place) -> Iterator[str]:
    """Every formula text of a term."""
    yield from texts_of(place.data)


def texts_of(data: Any) -> Iterator[str]:
    """Every formula text of a term's JSON."""
    data = data if isinstance(data, dict) else {"value": data}
    for part in (data, *(data.get("steps") or ()), *(data.get("alternatives") or ())):
        if part.get("value") is not None:
            yield str(part["value"])


def nodes(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A tree's nodes, itself first."""
    yield tree
    for operand in tree.get("operands", ()):
        yield from nodes(operand)


class Reader:
    """A book, its terms and clauses with their paths, and its formulas as trees."""

    def __init__(self, book: Book, load: Load | None = None) -> None:
        self.book, self.load = book, load
        self.data: dict[str, Any] = book._data
        self.places = list(_terms.places(self.data))
        self.paths = {}
        for kind in ("contracts", "overlays"):
            for g, group in enumerate(self.data.get(kind, ())):
                for c, clause in enumerate(group.get("clauses", ())):
                    self.paths[group["id"], clause["id"]] = f"/{kind}/{g}/clauses/{c}"
        self._trees: dict[str, Any] = {}

    def clauses(self) -> Iterator[tuple[Any, Any, bool, str]]:
        """Every clause with what it stands in, whether that is an overlay, and its path."""
        for group, clause, overlay in queries.clauses(self.book):
            yield group, clause, overlay, self.paths[group.id, clause.id]

    def at(self, path: str) -> Any:
        """What stands at a numeric pointer."""
        at: Any = self.data
        for part in path.split("/")[1:]:
            at = at[int(part)] if isinstance(at, list) else at[part]
        return at

    def tree(self, text: str) -> dict[str, Any]:
        """A formula as a tree of functions, names and numbers; calls of definitions are written out."""
        if text not in self._trees:
            self._trees[text] = written_out(_parsed(text), self.definitions, _parsed)
        tree: dict[str, Any] = self._trees[text]
        return tree

    def parsed(self, text: str) -> dict[str, Any]:
        """A formula as a tree, as it is written."""
        return _parsed(text)

    @cached_property
    def definitions(self) -> dict[str, tuple[tuple[str, ...], str]]:
        """Arguments and formula of each definition."""
        return {
            item["id"]: (tuple(argument["id"] for argument in item["arguments"]), str(item["formula"]))
            for item in self.data.get("definitions", ())
        }

    @cached_property
    def meanings(self) -> dict[str, list[str]]:
        """The formulas that a name of a quantity or a parameter stands for."""
        found: dict[str, list[str]] = {}
        for item in self.data.get("quantities", ()):
            found[item["id"]] = list(texts_of(item["formula"]))
        for item in self.data.get("parameters", ()):
            terms = [item.get("value"), *(item.get("members") or {}).values()]
            found[item["id"]] = [text for term in terms if term is not None for text in texts_of(term)]
        return found

    @cached_property
    def plans(self) -> dict[str, str]:
        """The formula of each input's plan."""
        plans = {item["id"]: item.get("plan") for item in self.data.get("inputs", ())}
        return {name: next(texts_of(plan), "") for name, plan in plans.items() if plan is not None}

    def names_in(self, text: str) -> set[str]:
        """The names that a formula itself says."""
        return {node["name"] for node in nodes(self.tree(text)) if "name" in node}


def reached(reader: Reader, trees: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every part of some formulas, and of those that their names stand for."""
    seen: set[str] = set()
    waiting = list(trees)
    while waiting:
        for node in nodes(waiting.pop()):
            yield node
            name = node.get("name") or node.get("text")
            if name is not None and name not in seen:
                seen.add(name)
                texts = [*reader.meanings.get(name, ()), reader.plans.get(name, "")]
                waiting += [reader.tree(text) for text in texts if text]
