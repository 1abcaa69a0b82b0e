"""An explanation as a tree: figures, sources, and which branch bound how far from its boundary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .. import privacy
from . import figures
from .blocks import Tree

if TYPE_CHECKING:
    from ..explanation import Explanation

__all__ = ["depth_that_fits", "of_tree"]

#: Parts of an explanation that a display shows; deeper ones are counted.
MOST_PARTS = 500

_BOUND = re.compile(r"operand (\d+) bound, (.+) from the next")
_HELD = re.compile(r"condition (\d+) held")
_DISTANCE = re.compile(r"(held at zero, .+ below|above zero by .+|.+ from the boundary|no condition held.*)")
_POUNDS = re.compile(r"£(-?\d+)\.(\d\d)")  # further decimals stay as they are


def of_tree(node: Explanation, depth: int | None = None, above: str = "") -> Tree:
    """An explanation as a tree, down to `depth` levels below its root; what is deeper is counted.

    Where `above` says to whom it is private already, the tree does not.
    """
    bound = _bound(node.note, node.formula)
    details = [
        privacy.banner(node.private_to) if node.private_to != above else "",
        node.where,
        node.words and f"‘{node.words}’",
        f"= {node.formula}" if node.formula not in ("", node.label) else "",
        "" if bound else _grouped(node.note),
        node.source and f"source: {node.source}",
        "illustrative" if node.illustrative else "",
    ]
    if depth is not None and depth <= 0 and node.children:
        below: tuple[Tree, ...] = (Tree(f"… {sum(1 for _ in node.walk()) - 1:,} more below", ""),)
    else:
        below = tuple(of_tree(child, None if depth is None else depth - 1, node.private_to) for child in node.children)
    return Tree(node.label, _figure(node), tuple(detail for detail in details if detail), below, bound)


def depth_that_fits(node: Explanation, most: int = MOST_PARTS) -> int | None:
    """How many levels have at most so many parts; None where all of them do. The first level is always shown."""
    level, shown, depth = [node], 1, 0
    while level:
        level = [child for parent in level for child in parent.children]
        shown += len(level)
        if shown > most and depth > 0:
            return depth
        depth += 1
    return None


def _figure(node: Explanation) -> str:
    if node.value is None:
        return ""
    if node.unit == "£":
        try:
            return figures.pounds_in_full(node.value)
        except ArithmeticError:
            return f"£{node.value}"
    if node.unit == "date":
        return figures.date(node.value)
    unit = "" if node.unit in ("", "number", "condition") else f" {node.unit}"
    return f"{figures.readable(node.value)}{unit}"


def _grouped(text: str) -> str:
    """Amounts within a remark with thousands separators."""
    return _POUNDS.sub(lambda match: f"£{int(match[1]):,}.{match[2]}", text)


def _bound(note: str, formula: str) -> str:
    """A remark on a branch in the words of its formula; "" where the remark is on something else."""
    if match := _BOUND.fullmatch(note):
        operand = _operand(formula, int(match[1]))
        return f"bound: {operand or f'operand {match[1]}'}, {_grouped(match[2])} from the next"
    if match := _HELD.fullmatch(note):
        operand = _operand(formula, 2 * int(match[1]) - 1)
        return f"held: {operand}" if operand else note
    return _grouped(note) if _DISTANCE.fullmatch(note) else ""


def _operand(formula: str, number: int) -> str:
    """An operand of a formula that is one call, counted from 1; "" where it is none or has no such operand.

    >>> _operand("min(a, max(b, c), d)", 2), _operand("a + min(b, c)", 1)
    ('max(b, c)', '')
    """
    match = re.match(r"\s*\w+\(", formula)
    if not match:
        return ""
    parts, level, quoted = [""], 1, ""
    for position, letter in enumerate(formula[match.end() :], match.end()):
        if quoted:
            quoted = "" if letter == quoted else quoted
        elif letter in "'\"":
            quoted = letter
        elif letter == "(":
            level += 1
        elif letter == ")":
            level -= 1
            if level == 0:
                return parts[number - 1].strip() if not formula[position + 1 :].strip() and number <= len(parts) else ""
        elif letter == "," and level == 1:
            parts.append("")
            continue
        parts[-1] += letter
    return ""
