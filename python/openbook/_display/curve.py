"""A drawing of a function with its bends."""

from __future__ import annotations

from collections.abc import Sequence

from . import svg
from .svg import WIDTH, rule, short, ticks, title_at, width_of, words_at

__all__ = ["drawing"]


def drawing(points: Sequence[tuple[float, float]], marks: Sequence[tuple[str, float]], *, title: str) -> str:
    """A line through the points, with a dashed upright at every mark, and its name where there is room for it.

    Parameters
    ----------
    points
        Ascending in the first.
    marks
        Names and places; those outside the points are left out.
    """
    height, left, right, top, bottom = 326.0, 70.0, 24.0, 52.0, 40.0
    xs, ys = [x for x, _ in points], [y for _, y in points]
    low_x, high_x = min(xs), max(xs)
    pad = (max(ys) - min(ys)) * 0.08 or max(1.0, abs(max(ys)) * 0.1)
    low_y, high_y = min(ys) - pad, max(ys) + pad

    def x(value: float) -> float:
        return left + (WIDTH - left - right) * (value - low_x) / ((high_x - low_x) or 1.0)

    def y(value: float) -> float:
        return top + (height - top - bottom) * (high_y - value) / (high_y - low_y)

    parts = [title_at(title)]
    for tick in ticks(low_y, high_y):
        parts.append(rule(left, y(tick), WIDTH - right, y(tick), "stroke:var(--line)"))
        parts.append(words_at(left - 8, y(tick) + 4, short(tick), "end"))
    parts += [words_at(x(tick), height - 16, short(tick), "middle") for tick in ticks(low_x, high_x)]
    inside = sorted(((place, name) for name, place in marks if low_x <= place <= high_x))
    ends = [0.0, 0.0]  # how far the names reach in both rows
    for place, name in inside:
        wide = width_of(name)
        start = min(max(x(place) - wide / 2, 0.0), WIDTH - wide)
        row = next((row for row in (0, 1) if ends[row] <= start), None)
        at = top - 2 if row is None else top - 12 + 14 * row + 4
        parts.append(rule(x(place), at, x(place), height - bottom, "stroke:var(--soft);stroke-dasharray:3 3"))
        if row is not None:
            ends[row] = start + wide + 6
            parts.append(words_at(start, top - 12 + 14 * row, name, kind="h"))
    line = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in points)
    parts.append(f'<polyline points="{line}" style="fill:none;stroke:var(--accent);stroke-width:2"/>')
    return svg.drawing(height, parts, title)
