"""Blocks as HTML that needs no script; every text is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from .blocks import Block, Grid, Heading, Paragraph, Tree

__all__ = ["STYLE", "page", "render"]

#: Shared by notebook displays and reports; colours follow the reader's scheme.
STYLE = """
.openbook{--ink:#1a2230;--soft:#5b6778;--line:#d5dbe3;--ground:#ffffff;--band:#f4f6f9;--accent:#0b5cad;--accent2:#b3541e;
--good:#1b7a43;--bad:#b3261e;--warn:#fff4d6;--warnink:#5c4300;color:var(--ink);font:14px/1.45 system-ui,sans-serif}
@media (prefers-color-scheme:dark){.openbook{--ink:#e4e9f0;--soft:#9aa7b8;
--line:#364152;--ground:#12171f;--band:#1a212c;
--accent:#6db3ff;--accent2:#f0a06a;--good:#6fd39a;--bad:#ff8a80;--warn:#3a2f10;--warnink:#ffe3a1}}
.openbook .scroll{overflow-x:auto;max-width:100%}
.openbook table{border-collapse:collapse;margin:.4em 0 1em;font-size:.93em}
.openbook caption{text-align:left;font-weight:600;padding:.3em 0;color:var(--ink)}
.openbook th,.openbook td{padding:.25em .7em;border-bottom:1px solid var(--line);vertical-align:top;text-align:left;
color:var(--ink)}
.openbook th{background:var(--band);font-weight:600}
.openbook td.r,.openbook th.r{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.openbook .none,.openbook .note,.openbook .detail{color:var(--soft);font-size:.9em}
.openbook .warning{background:var(--warn);color:var(--warnink);padding:.5em .8em;border-radius:4px}
.openbook details,.openbook .leaf{margin-left:1.1em}
.openbook summary{cursor:pointer}
.openbook .value{font-variant-numeric:tabular-nums;font-weight:600}
.openbook svg{max-width:100%;height:auto;display:block;margin:.4em 0}
.openbook svg text{fill:var(--ink);font:12px system-ui,sans-serif}
""".strip()


def render(blocks: Iterable[Block], *, style: bool = True) -> str:
    """The blocks in one ``<div>``; with the style sheet unless told otherwise."""
    sheet = f"<style>{STYLE}</style>" if style else ""
    return f'<div class="openbook">{sheet}{"".join(_block(block) for block in blocks)}</div>'


def page(title: str, blocks: Iterable[Block], *, style: str = "") -> str:
    """A whole self-contained document."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>\n{STYLE}\n{style}\n</style>\n</head>\n"
        '<body class="openbook">\n<main>\n'
        + "\n".join(_block(block) for block in blocks)
        + "\n</main>\n</body>\n</html>\n"
    )


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{escape(block.text)}</h{block.level}>"
    if isinstance(block, Paragraph):
        return f'<p class="{block.tone}">{escape(block.text)}</p>' if block.tone else f"<p>{escape(block.text)}</p>"
    if isinstance(block, Grid):
        return _grid(block)
    if isinstance(block, Tree):
        return _tree(block, True)
    return f"<figure>{block.svg}<figcaption>{escape(block.words)}</figcaption></figure>"


def _row(tag: str, cells: Iterable[str], align: str) -> str:
    made = (f'<{tag} class="{side}">{escape(text)}</{tag}>' for text, side in zip(cells, align, strict=True))
    return f"<tr>{''.join(made)}</tr>"


def _grid(grid: Grid) -> str:
    caption = f"<caption>{escape(grid.title)}</caption>" if grid.title else ""
    note = f'<p class="note">{escape(grid.note)}</p>' if grid.note else ""
    if not grid.rows:
        title = f"<p><strong>{escape(grid.title)}</strong></p>" if grid.title else ""
        return f'{title}<p class="none">(none)</p>{note}'
    head = _row("th", grid.header, grid.align)
    body = "".join(_row("td", row, grid.align) for row in grid.rows)
    return f'<div class="scroll"><table>{caption}<thead>{head}</thead><tbody>{body}</tbody></table></div>{note}'


def _tree(node: Tree, opened: bool) -> str:
    value = f': <span class="value">{escape(node.value)}</span>' if node.value else ""
    details = "".join(f'<div class="detail">{escape(detail)}</div>' for detail in node.details)
    if not node.children:
        return f'<div class="leaf">{escape(node.label)}{value}{details}</div>'
    children = "".join(_tree(child, False) for child in node.children)
    state = " open" if opened else ""
    return f"<details{state}><summary>{escape(node.label)}{value}</summary>{details}{children}</details>"
