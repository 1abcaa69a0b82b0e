"""Blocks as HTML that needs no script; every text is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from .blocks import Block, Grid, Heading, Paragraph, Tree, plain_words
from .style import PAGE, STYLE

__all__ = ["page", "render"]


def render(blocks: Iterable[Block], *, style: bool = True) -> str:
    """The blocks in one ``<div>``; with the style sheet unless told otherwise."""
    sheet = f"<style>{STYLE}</style>" if style else ""
    return f'<div class="openbook">{sheet}{"".join(_block(block) for block in blocks)}</div>'


def page(title: str, blocks: Iterable[Block]) -> str:
    """A whole self-contained document."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{_words(title)}</title>\n<style>\n{STYLE}\n{PAGE}\n</style>\n</head>\n"
        '<body class="openbook">\n<main>\n'
        + "\n".join(_block(block) for block in blocks)
        + "\n</main>\n</body>\n</html>\n"
    )


#: Cells with more letters are kept wide enough to be read on a phone.
LONG = 50
#: A month or a date, and the code of a seal.
_DATED = r"\b\d{4}-\d\d(?:-\d\d)?\b(?!-)|\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b"
#: What no line ends within: these, and a minus sign with its figure.
_WHOLE = re.compile(rf"{_DATED}|(?<![\w.,:/-])-£?(?:\d[\d,.]*\d|\d)")
_ALONE = re.compile(_DATED)


def _words(text: str) -> str:
    return escape(plain_words(text))


def _running(text: str) -> str:
    """Running text, in which no line ends within a date, a code, or between a minus sign and its figure."""
    return _WHOLE.sub(lambda match: f'<span class="n">{match[0]}</span>', _words(text))


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{_words(block.text)}</h{block.level}>"
    if isinstance(block, Paragraph):
        if block.tone == "warning":
            return f'<p class="warning"><strong>Warning:</strong> {_running(block.text)}</p>'
        return f'<p class="{block.tone}">{_running(block.text)}</p>' if block.tone else f"<p>{_running(block.text)}</p>"
    if isinstance(block, Grid):
        return _grid(block)
    if isinstance(block, Tree):
        return _tree(block, True)
    return f"<figure>{block.svg}<figcaption>{_running(block.words)}</figcaption></figure>"


def _head(text: str, side: str) -> str:
    return f'<th scope="col" class="r">{_words(text)}</th>' if side == "r" else f'<th scope="col">{_words(text)}</th>'


def _cell(text: str, side: str) -> str:
    if side == "c" and text:
        return f'<td class="c"><code>{_words(text)}</code></td>'
    if side == "r":
        return f'<td class="r{" minus" if text.startswith("-") else ""}">{_words(text)}</td>'
    if _ALONE.fullmatch(text):
        return f'<td class="n">{text}</td>'
    return f'<td class="w">{_running(text)}</td>' if len(text) > LONG else f"<td>{_running(text)}</td>"


def _grid(grid: Grid) -> str:
    note = f'<p class="note">{_running(grid.note)}</p>' if grid.note else ""
    if not grid.rows:
        title = f'<p class="title">{_words(grid.title)}</p>' if grid.title else ""
        return f'{title}<p class="none">(none)</p>{note}'
    caption = f"<caption>{_words(grid.title)}</caption>" if grid.title else ""
    head = "".join(_head(*item) for item in zip(grid.header, grid.align, strict=True))
    rows = ("".join(_cell(*item) for item in zip(row, grid.align, strict=True)) for row in grid.rows)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    table = f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll">{table}</div>{note}'


def _tree(node: Tree, opened: bool) -> str:
    value = f': <span class="value">{_words(node.value)}</span>' if node.value else ""
    bound = f'<div class="detail bound">{_words(node.bound)}</div>' if node.bound else ""
    details = bound + "".join(f'<div class="detail">{_running(detail)}</div>' for detail in node.details)
    label = f"<bdi>{_words(node.label)}</bdi>{value}"
    if not node.children:
        return f'<div class="leaf">{label}{details}</div>'
    only = len(node.children) == 1
    children = "".join(_tree(child, opened and only) for child in node.children)
    state = " open" if opened else ""
    return f"<details{state}><summary>{label}</summary>{details}{children}</details>"
