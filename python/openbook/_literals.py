"""Figures as people write them: "£2,000", "50%", 10_000. What a figure is decides where it may stand."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from ._json import decimal_text
from .errors import BookError

__all__ = ["Figure", "Kind", "figure", "without_separators"]

Kind = Literal["money", "percent", "number"]

_SEPARATED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?\s*%?")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it counts.

    Attributes
    ----------
    value
        Pounds for money, the fraction for a percentage (0.5 for "50%").
    kind
        "money", "percent" or "number".
    text
        How the document writes it.
    """

    value: Decimal
    kind: Kind
    text: str


def without_separators(text: str) -> str:
    """The text with plain numbers written as the document writes them: "10,000" becomes "10000".

    >>> without_separators("10,000"), without_separators("£1,234.50"), without_separators("max(a, 1,000)")
    ('10000', '£1,234.50', 'max(a, 1,000)')
    """
    return text.replace(",", "") if _SEPARATED.fullmatch(text.strip()) else text


def figure(given: Any) -> Figure | None:
    """The figure that a value states, or None when it is a formula, a condition or nothing.

    Parameters
    ----------
    given
        Text ("£1.5m", "50%", "10,000"), an int, a `Decimal`, a float (its shortest decimal) or a NumPy number.

    Raises
    ------
    ValueError
        The number is not finite.

    Examples
    --------
    >>> figure("£1.5m"), figure("-5%").kind, figure("10,000").value, figure("2 * price")
    (Figure(value=Decimal('1500000'), kind='money', text='£1.5m'), 'percent', Decimal('10000'), None)
    """
    if hasattr(given, "item") and not isinstance(given, str) and not hasattr(given, "__len__"):
        given = given.item()  # NumPy
    if given is None or isinstance(given, bool):
        return None
    if isinstance(given, (int, Decimal, float)):
        if not math.isfinite(given):
            raise ValueError(f"found {given}, expected a finite number")
        text = decimal_text(given)
        return Figure(Decimal(text), "number", text)
    if not isinstance(given, str):
        return None
    from . import _core

    text = without_separators(given.strip().lstrip("+"))
    try:
        graph = json.loads(_core.formula_graph(text))
    except BookError:
        return None
    node, sign = graph["graph"], 1
    if node.get("function") == "negate":
        (node,), sign = node["operands"], -1
    for key in ("money", "number"):
        if key in node:
            kind: Kind = "money" if key == "money" else "percent" if text.endswith("%") else "number"
            written = str(graph["text"]) if kind == "number" else text
            return Figure(sign * Decimal(node[key]), kind, written)
    return None
