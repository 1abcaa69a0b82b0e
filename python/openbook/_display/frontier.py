"""A frontier: a cross for each point, as long as its errors, and a line through those that no other beats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .._estimated import Statistic
from . import figures
from .blocks import Block, Grid, Heading, Picture, counted
from .svg import HEAD, WIDTH, clipped, drawing, marked, rule, short, ticks, title_at, width_of, words_at

if TYPE_CHECKING:
    from ..frontiers import Axis, EfficientFrontier, FrontierPoint

__all__ = ["blocks", "drawn", "sentence", "short_of"]

#: Points that are named in the drawing; of more, only the efficient ones.
MOST_NAMES = 12


def short_of(axis: Axis, value: float) -> str:
    """A figure on an axis."""
    return figures.percent(round(value, 4)) if Statistic(axis.statistic).share else short(value)


def sentence(frontier: EfficientFrontier) -> str:
    """What it shows, in words."""
    best = ", ".join(point.name for point in frontier.efficient)
    unclear = [point.name for point in frontier.points if not point.clear]
    words = f"Of {counted(len(frontier.points), 'point')} no other beats {best}."
    return f"{words} Within the error, so not clear: {', '.join(unclear)}." if unclear else words


def _said(axis: Axis, value: float, error: float) -> str:
    if Statistic(axis.statistic).share:
        return figures.share(value, error)
    return figures.estimate(value, error)


def blocks(frontier: EfficientFrontier) -> list[Block]:
    """Heading, drawing and points."""
    rows = tuple(
        (p.name, _said(frontier.x, p.x, p.x_error), _said(frontier.y, p.y, p.y_error), p.words, p.beaten_by)
        for p in frontier.points
    )
    both = (Statistic(frontier.x.statistic).label, Statistic(frontier.y.statistic).label)
    header = ("point", f"x: {both[0]}", f"y: {both[1]}", "standing", "by")
    return [
        Heading(frontier.title, 4),
        Picture(drawn(frontier, headed=False), sentence(frontier)),
        Grid("", header, rows, "lrrll", frontier.note),
    ]


def drawn(frontier: EfficientFrontier, *, headed: bool = True) -> str:
    """The drawing."""
    height, left, right, top, bottom = 396.0, 60.0, 12.0, 50.0, 52.0
    points = frontier.points
    lows = [min(p.x - 2 * p.x_error for p in points), min(p.y - 2 * p.y_error for p in points)]
    highs = [max(p.x + 2 * p.x_error for p in points), max(p.y + 2 * p.y_error for p in points)]
    for axis in (0, 1):
        pad = (highs[axis] - lows[axis]) * 0.07 or max(1.0, abs(highs[axis]) * 0.1)
        lows[axis], highs[axis] = lows[axis] - pad, highs[axis] + pad

    def x(value: float) -> float:
        return left + (WIDTH - left - right) * (value - lows[0]) / (highs[0] - lows[0])

    def y(value: float) -> float:
        return top + (height - top - bottom) * (highs[1] - value) / (highs[1] - lows[1])

    mark = "illustrative drivers" if frontier.illustrative else ""
    parts = [title_at(frontier.title, WIDTH - (width_of(mark) + 12 if mark else 0))] if headed else []
    parts += marked(mark)
    for tick in ticks(lows[1], highs[1]):
        parts.append(rule(left, y(tick), WIDTH - right, y(tick), "stroke:var(--line)"))
        parts.append(words_at(left - 6, y(tick) + 4.5, short_of(frontier.y, tick), "end", "s"))
    for tick in ticks(lows[0], highs[0]):
        parts.append(rule(x(tick), top, x(tick), height - bottom, "stroke:var(--line)"))
        parts.append(words_at(x(tick), height - bottom + 17, short_of(frontier.x, tick), "middle", "s"))
    parts.append(words_at(0, 38, clipped(f"↑ {frontier.y.label}", WIDTH - left), kind="s"))
    parts.append(words_at(WIDTH - right, height - 8, clipped(f"{frontier.x.label} →", WIDTH - left), "end", "s"))
    best = frontier.efficient
    if len(best) > 1:
        line = " ".join(f"{x(p.x):.1f},{y(p.y):.1f}" for p in best)
        parts.append(f'<polyline points="{line}" style="fill:none;stroke:var(--accent);stroke-dasharray:6 3"/>')
    for point in points:
        parts += _cross(point, x(point.x), y(point.y), x(point.x + 2 * point.x_error), y(point.y + 2 * point.y_error))
    parts += _names([p for p in points if len(points) <= MOST_NAMES or p.standing == "efficient"], x, y)
    return drawing(height, parts, frontier.title, 0 if headed or mark else HEAD)


def _cross(point: FrontierPoint, x: float, y: float, right: float, high: float) -> list[str]:
    """Two standard errors to either side; what is clearly efficient is filled, what is clearly beaten is pale."""
    colour = "--accent" if point.standing == "efficient" else "--accent2" if not point.clear else "--soft"
    style = f"stroke:var({colour});stroke-width:1.5"
    fill = f"var({colour})" if point.standing == "efficient" and point.clear else "var(--ground)"
    return [
        rule(2 * x - right, y, right, y, style),
        rule(x, 2 * y - high, x, high, style),
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" style="fill:{fill};{style}"/>',
    ]


def _names(points: Sequence[FrontierPoint], x: Callable[[float], float], y: Callable[[float], float]) -> list[str]:
    """A name beside each point, on the side that has room; a name that would lie on another is left out."""
    parts: list[str] = []
    taken: list[tuple[float, float, float, float]] = []
    for point in sorted(points, key=lambda p: p.standing != "efficient"):
        at, up = x(point.x), y(point.y)
        wide = width_of(point.name)
        for left, base in ((at + 7, up - 6), (at - 7 - wide, up - 6), (at + 7, up + 16), (at - 7 - wide, up + 16)):
            box = (left, base - 12, left + wide, base + 3)
            free = all(box[2] < t[0] or box[0] > t[2] or box[3] < t[1] or box[1] > t[3] for t in taken)
            if left >= 0 and left + wide <= WIDTH and free:
                taken.append(box)
                parts.append(words_at(left, base, point.name, kind="h"))
                break
    return parts
