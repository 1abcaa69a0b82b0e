"""What is shown, before it is text or HTML: headings, paragraphs, grids, trees and pictures.

Both renderers take the same blocks, so text and HTML always have the same content.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import privacy
from . import figures

if TYPE_CHECKING:
    from .._values import Value
    from ..explanation import Explanation
    from ..table import Table

__all__ = ["Block", "Grid", "Heading", "Paragraph", "Picture", "Tree", "of_privacy", "of_table", "of_tree", "of_value"]

#: Rows that a display shows; the rest is counted.
MOST_ROWS = 60


@dataclass(frozen=True, slots=True)
class Heading:
    """A title; level 1 is the largest."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. `tone` is "", "note" or "warning"."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of finished texts. `align` has one letter per column: l or r."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    align: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tree:
    """A node that opens into others; `details` are short remarks."""

    label: str
    value: str
    details: tuple[str, ...] = ()
    children: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG drawing, with the words that stand for it in text."""

    svg: str
    words: str


Block = Heading | Paragraph | Grid | Tree | Picture


def cell(value: Any, kind: str) -> str:
    """One cell of a table."""
    if value is None:
        return ""
    if kind == "money":
        return figures.money(value)
    if kind == "bool":
        return "yes" if value else ""
    if kind in ("float", "decimal"):
        return figures.number(value)
    if isinstance(value, (list, tuple)):
        return "; ".join(str(item) for item in value)
    return str(value)


def of_table(table: Table, *, most: int | None = MOST_ROWS) -> Grid:
    """A table as a grid, cut after `most` rows."""
    shown = len(table) if most is None else min(len(table), most)
    columns = [[cell(value, column.kind) for value in table[column.name][:shown]] for column in table.schema]
    note = table.note
    if shown < len(table):
        note = f"{len(table) - shown} more rows. {note}".strip()
    return Grid(
        title=table.title,
        header=tuple(column.label for column in table.schema),
        rows=tuple(zip(*columns, strict=True)) if columns else (),
        align="".join("r" if column.kind in ("money", "decimal", "float", "int") else "l" for column in table.schema),
        note=note,
    )


def of_tree(node: Explanation, depth: int | None = None) -> Tree:
    """An explanation as a tree, down to `depth` levels below its root."""
    unit = "" if node.unit in ("", "number", "£") else f" {node.unit}"
    value = "" if node.value is None else f"{figures.number(node.value)}{unit}"
    if node.unit == "£":
        value = f"-£{value[1:]}" if value.startswith("-") else f"£{value}"
    details = [
        privacy.banner(node.private_to) if node.private_to else "",
        node.where,
        node.words and f"‘{node.words}’",
        f"= {node.formula}" if node.formula not in ("", node.label) else "",
        node.note,
        node.source and f"source: {node.source}",
        "illustrative" if node.illustrative else "",
    ]
    below = tuple(of_tree(child, None if depth is None else depth - 1) for child in node.children)
    if depth is not None and depth <= 0 and below:
        below = (Tree(f"… {sum(1 for _ in node.walk()) - 1} more below", ""),)
    return Tree(label=node.label, value=value, details=tuple(detail for detail in details if detail), children=below)


def of_privacy(private_to: str) -> list[Block]:
    """What stands above everything that is private to one party; nothing for what is shared."""
    return [Paragraph(privacy.banner(private_to), "warning")] if private_to else []


def _words(value: Any) -> Iterator[str]:
    from .._values import Value

    if isinstance(value, (tuple, list)):
        for item in value:
            yield from _words(item)
    elif isinstance(value, Value):
        data = getattr(value, "id", "") or getattr(value, "party", "") or str(value)
        yield str(data)
    elif hasattr(value, "items"):
        for key, item in value.items():
            yield f"{key}: {', '.join(_words(item))}"
    else:
        yield str(value)


def of_value(value: Value) -> Grid:
    """An object of the document: its fields that differ from their defaults."""
    rows: Sequence[tuple[str, str]] = [
        (field.name, ", ".join(_words(content))) for field, content in value._given_fields()
    ]
    return Grid(title=type(value).__name__, header=("field", "value"), rows=tuple(rows), align="ll")
