"""The unit of every term, for display: what is declared, else what its formula comes to."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from . import _json
from ._json import Json
from ._literals import figure
from .errors import BookError

if TYPE_CHECKING:
    from ._terms import Place

__all__ = ["CONDITION", "TermUnits", "as_written"]

#: What a condition has instead of a unit.
CONDITION = "yes or no"

_CONDITIONS = frozenset(
    {
        "less",
        "less_equal",
        "greater",
        "greater_equal",
        "equal",
        "not_equal",
        "and",
        "or",
        "not",
        "any",
        "all",
        "missing",
        "from_month",
    }
)
_MONEY = frozenset(
    {
        "paid",
        "received",
        "position",
        "provisional",
        "income",
        "cost",
        "cash",
        "reserves",
        "money",
    }
)
_PLAIN = frozenset(
    {
        "number",
        "count",
        "contract_year",
        "month_number",
        "calendar_month",
        "exp",
        "log",
        "power",
        "sqrt",
        "logistic",
        "score",
        "measure",
    }
)
_BRANCHES = {"if": 1, "choose": 1}


class TermUnits:
    """Units of the terms of one book.

    Parameters
    ----------
    book
        The document's data.
    """

    def __init__(self, book: dict[str, Json]) -> None:
        self._declared: dict[str, str] = {}
        self._formulas: dict[str, Json] = {}
        self._known: dict[str, str] = {}
        self.inputs = {item["id"]: item.get("unit") or "" for item in book.get("inputs", ())}
        for item in (*book.get("inputs", ()), *book.get("quantities", ()), *book.get("curves", ())):
            self._declared[item["id"]] = item.get("unit") or ("category" if item.get("category") else "number")
        self._definitions = {item["id"]: item.get("unit") or "number" for item in book.get("definitions", ())}
        for item in book.get("parameters", ()):
            rows = [item.get("members") or {}, *(item.get("pairs") or {}).values()]
            term = item.get("value") or next((term for row in rows for term in row.values()), None)
            unit = term.get("unit") if isinstance(term, dict) else ""
            if unit:
                self._declared[item["id"]] = unit
            else:
                self._formulas[item["id"]] = term
        for group in (*book.get("contracts", ()), *book.get("overlays", ())):
            for clause in group.get("clauses", ()):
                self._declared.setdefault(clause["id"], "£")

    def of_place(self, place: Place) -> str:
        """The unit of the term at a place."""
        return self.of(place.data, self.inputs.get(place.about) or place.unit)

    def of(self, term: Json, declared: str = "") -> str:
        """The unit of a term; "%" of a percentage, "yes or no" of a condition, "number" where it has none.

        Parameters
        ----------
        term
            The term's JSON.
        declared
            The unit that its field or its object declares; "£ per unit" is made precise where the formula says more.
        """
        if declared and declared != "£ per unit":
            return declared
        own = self._formula(term.get("value") if isinstance(term, dict) else term)
        return declared if declared and own in ("", "number", "£") else own or "number"

    def _formula(self, value: Json) -> str:
        found = figure(value)
        if found is not None:
            return {"money": "£", "percent": "%", "number": "number"}[found.kind]
        if isinstance(value, bool):
            return CONDITION
        from . import _core

        try:
            return self._graph(json.loads(_core.formula_graph(str(value)))["graph"])
        except BookError:
            return ""

    def _name(self, name: str) -> str:
        if name in self._declared:
            return self._declared[name]
        if name not in self._known:
            self._known[name] = "number"  # a parameter that names itself is refused by the core
            self._known[name] = self.of(self._formulas.get(name))
        return self._known[name]

    def _graph(self, node: dict[str, Any]) -> str:
        if "name" in node:
            return self._name(node["name"])
        if "unit" in node:
            return str(node["unit"])
        if "money" in node:
            return "£"
        if "truth" in node:
            return CONDITION
        name, operands = node.get("function", ""), node.get("operands", ())
        if name in _CONDITIONS:
            return CONDITION
        if name in _MONEY:
            return "£"
        if name == "months":
            return "months"
        if name == "in_unit":
            return str(operands[1].get("text") or operands[1].get("name") or "number")
        if name == "reason":
            return "category"
        if name == "curve":
            return self._name(operands[0]["text"])
        if name in self._definitions:
            return self._definitions[name]
        if name in _PLAIN or not name:
            return "number"
        if name in ("multiply", "divide", "whole"):
            return _product(self._graph(operands[0]), self._graph(operands[1]), 1 if name == "multiply" else -1)
        units = [self._graph(operand) for operand in operands[_BRANCHES.get(name, 0) :] if "text" not in operand]
        return next((unit for unit in units if unit not in ("number", "%", CONDITION)), units[0] if units else "number")


def _powers(unit: str) -> Counter[str]:
    powers: Counter[str] = Counter()
    if unit not in ("number", "%", CONDITION, ""):
        above, *below = unit.split(" per ")
        for sign, part in ((1, above), *((-1, part) for part in below)):
            word = part.strip().removesuffix("s") if part.strip() != "£" else "£"
            powers[word] += sign if word not in ("1", "number") else 0
    return powers


def _product(a: str, b: str, sign: int) -> str:
    powers = _powers(a)
    for word, power in _powers(b).items():
        powers[word] += sign * power
    above = " ".join(word for word, power in powers.items() for _ in range(max(0, power)))
    below = " per ".join(word for word, power in powers.items() for _ in range(max(0, -power)))
    return f"{above or '1'} per {below}" if below else above or "number"


def as_written(value: Json) -> str:
    """A value as the document writes it."""
    return value if isinstance(value, str) else "" if value is None else _json.dumps(value)
