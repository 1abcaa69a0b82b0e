"""A table of parties by scenarios as a picture: each cell in the colour of its sign, the deeper the more it moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .svg import HEAD, WIDTH, clipped, drawing, lines_of, short, title_at, width_of, words_at

__all__ = ["heat"]

_ROW, _GAP = 34.0, 3.0
#: The palest and the deepest of a colour that lets the figure stand out in dark and in light.
_PALE, _DEEP = 0.08, 0.55


def heat(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Mapping[tuple[str, str], float],
    *,
    title: str,
    least: float = 0.5,
) -> str:
    """A grid of figures.

    Parameters
    ----------
    rows, columns
        Their names, in order.
    cells
        Figures by row and column; those that are missing are left empty.
    title
        What the picture shows.
    least
        Figures below it, either way, count as nothing and stay without colour.
    """
    names = max([width_of(row) for row in rows] or [0.0])
    left = min(max(names + 10, 90.0), WIDTH * 0.34)
    # A picture is as wide as a phone: many columns stand over several bands.
    most = max(1, int((WIDTH - left) // 66))
    largest = max([abs(value) for value in cells.values()] or [0.0]) or 1.0
    parts, top = [title_at(title)], HEAD + 8
    for start in range(0, len(columns), most):
        band = columns[start : start + most]
        width = (WIDTH - left) / len(band)
        heads = [lines_of(name, width - 6, 5) for name in band]
        lines = max(len(head) for head in heads)
        for place, head in enumerate(heads):
            for line, words in enumerate(head):
                parts.append(words_at(left + place * width + width / 2, top + 13 + 15 * line, words, "middle", "s"))
        top += 15 * lines + 8
        for row in rows:
            parts.append(words_at(0, top + _ROW / 2 + 3, clipped(row, left - 8), kind="h"))
            for place, column in enumerate(band):
                parts.append(_cell(left + place * width, top, width, cells.get((row, column)), largest, least))
            top += _ROW
        top += 12
    return drawing(top, parts, title)


def _cell(x: float, y: float, width: float, value: float | None, largest: float, least: float) -> str:
    if value is None:
        return ""
    box = f'x="{x + _GAP / 2:.1f}" y="{y + _GAP / 2:.1f}" width="{width - _GAP:.1f}" height="{_ROW - _GAP:.1f}" rx="3"'
    nothing = abs(value) < least
    depth = _PALE + (_DEEP - _PALE) * min(1.0, abs(value) / largest)
    fill = "fill:var(--band)" if nothing else f"fill:var({'--good' if value > 0 else '--bad'});fill-opacity:{depth:.2f}"
    figure = "0" if nothing else f"{'+' if value > 0 else ''}{short(value)}"
    return f'<rect {box} style="{fill}"/>' + words_at(x + width / 2, y + _ROW / 2 + 5, figure, "middle")
