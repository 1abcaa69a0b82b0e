"""Blocks as aligned plain text. Nothing is cut: long cells go on in the next lines, indented by two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .blocks import Block, Grid, Heading, Paragraph, Tree, plain_words
from .letters import columns, pieces

__all__ = ["render"]

#: Cells wider than this go on in the next line.
WIDEST = 60


def render(blocks: Iterable[Block], *, widest: int = WIDEST) -> str:
    """The blocks one after the other, separated by empty lines, without a final newline."""
    return "\n\n".join(_block(block, widest) for block in blocks)


def _block(block: Block, widest: int) -> str:
    if isinstance(block, Heading):
        text = plain_words(block.text)
        return f"{text}\n{('=' if block.level == 1 else '-') * columns(text)}"
    if isinstance(block, Paragraph):
        return f"Warning: {plain_words(block.text)}" if block.tone == "warning" else plain_words(block.text)
    if isinstance(block, Grid):
        return _grid(block, widest)
    if isinstance(block, Tree):
        return "\n".join(_tree(block, "", ""))
    return plain_words(block.words)


def _wrapped(text: str, widest: int) -> list[str]:
    """A cell's lines; all but the first are indented, so that a row can be told from the next."""
    lines: list[str] = []
    rest = ""
    for word in text.split(" "):
        room = widest - 2 if lines else widest
        joined = f"{rest} {word}" if rest else word
        if columns(joined) <= room:
            rest = joined
            continue
        if rest:
            lines.append(rest)
        *whole, rest = pieces(word, widest - 2)
        lines += whole
    lines.append(rest)
    return [line if number == 0 else f"  {line}" for number, line in enumerate(lines)]


def _padded(text: str, width: int, side: str) -> str:
    space = " " * (width - columns(text))
    return space + text if side == "r" else text + space


def _grid(grid: Grid, widest: int) -> str:
    lines = [plain_words(grid.title)] if grid.title else []
    if not grid.rows:
        lines.append("(none)")
    else:
        rows = [
            [
                [plain_words(text)] if side == "c" else _wrapped(plain_words(text), widest)
                for text, side in zip(row, grid.align, strict=True)
            ]
            for row in (grid.header, *grid.rows)
        ]
        widths = [max(columns(line) for row in rows for line in row[i]) for i in range(len(grid.header))]
        for number, row in enumerate(rows):
            for line in range(max(len(cell) for cell in row)):
                cells = (cell[line] if line < len(cell) else "" for cell in row)
                padded = (_padded(*item) for item in zip(cells, widths, grid.align, strict=True))
                lines.append("  ".join(padded).rstrip())
            if number == 0:
                lines.append("  ".join("-" * width for width in widths))
    if grid.note:
        lines.append(plain_words(grid.note))
    return "\n".join(lines)


def _tree(node: Tree, first: str, rest: str) -> Iterator[str]:
    value = f": {plain_words(node.value)}" if node.value else ""
    yield f"{first}{plain_words(node.label)}{value}"
    for detail in (node.bound, *node.details):
        if detail:
            yield f"{rest}{'│  ' if node.children else '   '}{plain_words(detail)}"
    for number, child in enumerate(node.children):
        last = number == len(node.children) - 1
        yield from _tree(child, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "))
