"""Who pays whom, drawn: parties in boxes, an arrow for each flow with its figure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from .blocks import plain_words
from .layout import Arrow, Layout, Party, arranged
from .svg import HEAD, clipped, drawing, title_at, words_at

__all__ = ["MOST_ARROWS", "flows", "laid_out"]

#: More arrows than these cannot be read; the largest are drawn.
MOST_ARROWS = 30


def laid_out(parties: Sequence[Party], edges: Sequence[tuple[str, str, str, float]]) -> Layout:
    """Boxes and arrows; of more than `MOST_ARROWS` flows the largest are drawn.

    What a party pays itself, and what unknown parties pay, is left out.
    """
    known = {party.id for party in parties}
    edges = [edge for edge in edges if edge[0] in known and edge[1] in known and edge[0] != edge[1]]
    largest = sorted(range(len(edges)), key=lambda n: (-abs(edges[n][3]), n))[:MOST_ARROWS]
    return arranged(parties, [(*edges[n][:2], clipped(edges[n][2], 130), edges[n][3]) for n in sorted(largest)])


def flows(
    parties: Sequence[Party], edges: Sequence[tuple[str, str, str, float]], *, title: str, headed: bool = True
) -> str:
    """Parties and flows (payer, payee, label, size) as boxes and arrows; with its title unless it has a heading."""
    layout = laid_out(parties, edges)
    parts = [title_at(title)] if headed else []
    parts += [_line(arrow) for arrow in layout.arrows]
    names = {party.id: party.name for party in parties}
    for box in layout.boxes:
        parts.append(
            f"<g><title>{escape(plain_words(names[box.id]))}</title>"
            f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="5" '
            'style="fill:var(--band);stroke:var(--soft)"/>'
        )
        first = box.y + (box.height - 15 * len(box.lines)) / 2 + 12
        parts += [words_at(box.middle, first + 15 * n, line, "middle") for n, line in enumerate(box.lines)]
        parts.append("</g>")
    for arrow in layout.arrows:
        x, y = arrow.at
        parts.append(words_at(x, y + 4.5, arrow.label, "middle", "h"))
    return drawing(layout.height, parts, title, 0 if headed else HEAD)


def _line(arrow: Arrow) -> str:
    start, rest = arrow.curve[0], arrow.curve[1:]
    steps = " ".join(
        "C" + " ".join(f"{x:.1f},{y:.1f}" for x, y in rest[number : number + 3]) for number in range(0, len(rest), 3)
    )
    (x0, y0), (x1, y1) = arrow.curve[-2], arrow.curve[-1]
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    dx, dy = (x1 - x0) / length, (y1 - y0) / length
    size = 7 + arrow.thickness
    left = (x1 - dx * size - dy * size / 2.4, y1 - dy * size + dx * size / 2.4)
    right = (x1 - dx * size + dy * size / 2.4, y1 - dy * size - dx * size / 2.4)
    head = " ".join(f"{x:.1f},{y:.1f}" for x, y in ((x1, y1), left, right))
    return (
        f'<path d="M{start[0]:.1f},{start[1]:.1f} {steps}" '
        f'style="fill:none;stroke:var(--accent);stroke-width:{arrow.thickness:.1f};opacity:.75"/>'
        f'<polygon points="{head}" style="fill:var(--accent)"/>'
    )
