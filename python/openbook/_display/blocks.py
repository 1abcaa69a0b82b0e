"""What is shown, before it is text or HTML: headings, paragraphs, grids, trees and pictures.

Both renderers take the same blocks, so text and HTML always have the same content.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import privacy
from . import figures

if TYPE_CHECKING:
    from .._values import Value
    from ..table import Table

__all__ = [
    "Block",
    "Grid",
    "Heading",
    "Paragraph",
    "Picture",
    "Tree",
    "counted",
    "of_privacy",
    "of_table",
    "of_value",
    "plain_words",
    "said",
]

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
    """A table of finished texts. `align` has one letter per column: l, r, or c for lines of code."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    align: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tree:
    """A node that opens into others; `bound` says which branch bound, `details` are short remarks."""

    label: str
    value: str
    details: tuple[str, ...] = ()
    children: tuple[Tree, ...] = ()
    bound: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG drawing, with the words that stand for it in text."""

    svg: str
    words: str


Block = Heading | Paragraph | Grid | Tree | Picture


def plain_words(text: str) -> str:
    """Text as a reader may trust it: on one line, and characters that steer what stands beside them made visible.

    >>> plain_words("pays  12 " + chr(0x202E) + "evil")
    'pays 12 <U+202E>evil'
    """
    joined = " ".join(text.split())
    if joined.isascii() and joined.isprintable():
        return joined
    return "".join(f"<U+{ord(c):04X}>" if _steers(c) else c for c in joined)


def _steers(character: str) -> bool:
    """Whether a character is a control, or turns the direction of text; joiners inside emoji do neither."""
    return unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") or character in _TURNS


_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def counted(number: int, one: str, several: str = "") -> str:
    """ "1 line", "412 lines"."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


#: What a column says whose numbers have the unit that stands beside them.
_BESIDE = "see the column unit"


def cell(value: Any, kind: str, unit: str = "") -> str:
    """One cell of a table; `unit` is what stands beside a number that has its own."""
    if value is None:
        return ""
    if unit == "date":
        return figures.date(value)
    if kind == "money":
        return figures.money(value)
    if kind == "bool":
        return "yes" if value else ""
    if kind == "float":
        return figures.number(value)
    if kind == "decimal":
        return figures.readable(value)
    if isinstance(value, (list, tuple)):
        return "; ".join(str(item) for item in value)
    return str(value)


def of_table(table: Table, *, most: int | None = MOST_ROWS, without: Sequence[str] = ()) -> Grid:
    """A table as a grid: lines of nothing and what comes after `most` rows are counted, not shown.

    Parameters
    ----------
    most
        None: every row, lines of nothing too.
    without
        Columns that are left out.
    """
    schema = [column for column in table.schema if column.name not in without]
    keep = range(len(table)) if most is None else table._lines()
    shown = keep if most is None else keep[:most]
    units = table["unit"] if "unit" in table.columns else ()
    columns = [
        [cell(table[column.name][i], column.kind, units[i] if column.unit == _BESIDE else "") for i in shown]
        for column in schema
    ]
    parts = []
    if len(shown) < len(keep):
        parts.append(f"{counted(len(keep) - len(shown), 'more row')}.")
    if len(keep) < len(table):
        parts.append(f"{counted(len(table) - len(keep), 'line')} {table._nothing}.")
    return Grid(
        title=table.title,
        header=tuple(column.label for column in schema),
        rows=tuple(zip(*columns, strict=True)) if columns else (),
        align="".join("r" if column.kind in ("money", "decimal", "float", "int") else "l" for column in schema),
        note=" ".join([*parts, table.note]).strip(),
    )


def of_privacy(private_to: str) -> list[Block]:
    """What stands above everything that is private to one party; nothing for what is shared."""
    return [Paragraph(privacy.banner(private_to), "warning")] if private_to else []


def said(blocks: Sequence[Block], private_to: str) -> list[Block]:
    """Blocks that say to whom they are private, once."""
    mark = of_privacy(private_to)
    if mark[0] in blocks[:2] or (len(blocks) == 1 and privacy.banner(private_to) in _remarks(blocks[0])):
        return list(blocks)
    return [*mark, *blocks]


def _remarks(block: Block) -> str:
    """What a table or a tree says about itself."""
    if isinstance(block, Grid):
        return block.note
    return " ".join(block.details) if isinstance(block, Tree) else ""


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
