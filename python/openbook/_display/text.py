"""Blocks as aligned plain text."""

from __future__ import annotations

from collections.abc import Iterable

from .blocks import Block, Grid, Heading, Paragraph, Tree

__all__ = ["render"]

#: Cells longer than this are cut with an ellipsis.
WIDEST = 100


def render(blocks: Iterable[Block], *, widest: int = WIDEST) -> str:
    """The blocks one after the other, separated by empty lines, without a final newline."""
    return "\n\n".join(_block(block, widest) for block in blocks)


def _block(block: Block, widest: int) -> str:
    if isinstance(block, Heading):
        return f"{block.text}\n{('=' if block.level == 1 else '-') * len(block.text)}"
    if isinstance(block, Paragraph):
        return f"{block.tone.upper()}: {block.text}" if block.tone else block.text
    if isinstance(block, Grid):
        return _grid(block, widest)
    if isinstance(block, Tree):
        return "\n".join(_tree(block, "", ""))
    return block.words


def _cut(text: str, widest: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= widest else text[: widest - 1] + "…"


def _grid(grid: Grid, widest: int) -> str:
    lines = [grid.title] if grid.title else []
    if not grid.rows:
        lines.append("(none)")
    else:
        cells = [grid.header, *grid.rows]
        texts = [[_cut(text, widest) for text in row] for row in cells]
        widths = [max(len(row[i]) for row in texts) for i in range(len(grid.header))]
        for number, row in enumerate(texts):
            aligned = [
                text.rjust(width) if side == "r" else text.ljust(width)
                for text, width, side in zip(row, widths, grid.align, strict=True)
            ]
            lines.append("  ".join(aligned).rstrip())
            if number == 0:
                lines.append("  ".join("-" * width for width in widths))
    if grid.note:
        lines.append(grid.note)
    return "\n".join(lines)


def _tree(node: Tree, first: str, rest: str) -> Iterable[str]:
    value = f": {node.value}" if node.value else ""
    yield f"{first}{node.label}{value}"
    for detail in node.details:
        yield f"{rest}{'│  ' if node.children else '   '}{detail}"
    for number, child in enumerate(node.children):
        last = number == len(node.children) - 1
        yield from _tree(child, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "))
