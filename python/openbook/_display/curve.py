"""A drawing of a function with its bends."""

from __future__ import annotations

from collections.abc import Sequence

from . import svg
from .svg import WIDTH, rule, short, ticks, title_at, words_at

__all__ = ["drawing"]


def drawing(points: Sequence[tuple[float, float]], marks: Sequence[tuple[str, float]], *, title: str) -> str:
    """A line through the points, with a dashed upright and a name at every mark.

    Parameters
    ----------
    points
        Ascending in the first.
    marks
        Names and places; those outside the points are left out.
    """
    height, left, right, top, bottom = 320.0, 70.0, 24.0, 46.0, 40.0
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
    for number, (place, name) in enumerate(inside):
        level = top - 16 + 12 * (number % 2)
        parts.append(rule(x(place), level + 4, x(place), height - bottom, "stroke:var(--soft);stroke-dasharray:3 3"))
        parts.append(words_at(x(place), level, name, "middle"))
    line = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in points)
    parts.append(f'<polyline points="{line}" style="fill:none;stroke:var(--accent);stroke-width:2"/>')
    return svg.drawing(height, parts, title)
