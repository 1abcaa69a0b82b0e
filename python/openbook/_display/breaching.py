"""The probability of a breach over time: by then with its interval, and in each period."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .. import queries
from . import figures
from .blocks import Block, Grid, Heading, Picture
from .svg import HEAD, WIDTH, clipped, drawing, rule, ticks, title_at, width_of, words_at

if TYPE_CHECKING:
    from ..risk.breaches import Breaches

__all__ = ["blocks", "drawn", "sentence"]

#: Rows that the table shows; of a longer one every second, third, ...
MOST_ROWS = 24


def sentence(found: Breaches) -> str:
    """What the last period says, and when half of the breaches have come."""
    ever, at = found.ever_counts[-1] / found.draws, found.at_counts[-1] / found.draws
    said = f"By {found.labels[-1]}, {figures.in_words(ever, found.draws)} have been in breach ({found.quantity} "
    said += f"{found.limit}); {figures.in_words(at, found.draws)} are in {found.labels[-1]}."
    if found.median_date and len(found.labels) > 1:
        said += f" Half of the first breaches come by {found.median_date}."
    if found.illustrative:
        said += f" {queries.assumed_drivers(found.illustrative)}"
    return said


def blocks(found: Breaches) -> list[Block]:
    """Heading, drawing with its sentence, and the probabilities."""
    step = max(1, math.ceil(len(found.labels) / MOST_ROWS))
    rows = []
    for number, label in enumerate(found.labels):
        if number % step and number + 1 < len(found.labels):
            continue
        shares = (found.at(number + 1), found.by(number + 1), found.first(number + 1))
        ever = shares[1]
        rows.append((label, *(figures.share(one.value, one.error) for one in shares), _interval(ever.low, ever.high)))
    header = ("period", "in breach", "in breach by then", "first breach", "95% interval, by then")
    left_out = f" Every {step} periods are shown." if step > 1 else ""
    return [
        Heading(found.title, 4),
        Picture(drawn(found, headed=False), sentence(found)),
        Grid("", header, tuple(rows), "lrrrr", found._note() + left_out),
    ]


def _interval(low: float, high: float) -> str:
    return f"{low * 100:.3g} to {high * 100:.3g}%"


def drawn(found: Breaches, *, headed: bool = True) -> str:
    """Steps of the probability of having been in breach, its interval, and points of being in breach."""
    height, left, right, top, bottom = 260.0, 54.0, 8.0, 52.0, 28.0
    ever = [found.by(n + 1) for n in range(len(found.labels))]
    at = [found.at(n + 1).value for n in range(len(found.labels))]
    high = max(0.01, *(one.high for one in ever)) * 1.06
    count = len(found.labels)

    def x(number: float) -> float:
        return left + (WIDTH - left - right) * number / count

    def y(value: float) -> float:
        return top + (height - top - bottom) * (high - value) / high

    parts = [title_at(found.title)] if headed else []
    parts.append('<rect x="0" y="26" width="14" height="12" style="fill:var(--accent);opacity:0.25"/>')
    parts.append(rule(0, 32, 14, 32, "stroke:var(--accent);stroke-width:2"))
    words = "in breach by then, with 95% interval"
    parts.append(words_at(19, 37, words, kind="s"))
    start = 31 + width_of(words)
    parts.append(f'<circle cx="{start + 6:.1f}" cy="32" r="3" style="fill:var(--accent2)"/>')
    parts.append(words_at(start + 15, 37, "in breach in the period", kind="s"))
    for tick in ticks(0.0, high):
        parts.append(rule(left, y(tick), WIDTH - right, y(tick), "stroke:var(--line)"))
        parts.append(words_at(left - 6, y(tick) + 4.5, f"{tick * 100:.3g}%", "end", "s"))
    upper = [point for n, one in enumerate(ever) for point in ((x(n), y(one.high)), (x(n + 1), y(one.high)))]
    lower = [point for n, one in enumerate(ever) for point in ((x(n), y(one.low)), (x(n + 1), y(one.low)))]
    line = [point for n, one in enumerate(ever) for point in ((x(n), y(one.value)), (x(n + 1), y(one.value)))]
    outline = " ".join(f"{a:.1f},{b:.1f}" for a, b in upper + lower[::-1])
    parts.append(f'<polygon points="{outline}" style="fill:var(--accent);opacity:0.25"/>')
    steps = " ".join(f"{a:.1f},{b:.1f}" for a, b in line)
    parts.append(f'<polyline points="{steps}" style="fill:none;stroke:var(--accent);stroke-width:2"/>')
    for n, value in enumerate(at):
        parts.append(f'<circle cx="{x(n + 0.5):.1f}" cy="{y(value):.1f}" r="2.5" style="fill:var(--accent2)"/>')
    widest = max((width_of(label) for label in found.labels), default=1.0) + 10
    every = max(1, math.ceil(widest * count / (WIDTH - left - right)))
    parts += [
        words_at(x(n + 0.5), height - 9, clipped(label, 110), "middle", "s")
        for n, label in enumerate(found.labels)
        if n % every == 0
    ]
    return drawing(height, parts, found.title, 0 if headed else HEAD)
