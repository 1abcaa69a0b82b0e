"""A fan: nested quantile bands over time, the sentence that says what it shows, and what happened as points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .. import queries
from ..drawn import HALF_A_PENNY
from . import figures
from .blocks import Block, Grid, Heading, Picture
from .svg import HEAD, WIDTH, clipped, drawing, marked, rule, short, ticks, title_at, width_of, words_at

if TYPE_CHECKING:
    from ..drawn import Fan

__all__ = ["blocks", "drawn", "fan", "sentence"]


def sentence(fan: Fan, period: int = -1) -> str:
    """What a period of a fan says, the last unless told otherwise: how many draws end below its threshold, the middle,
    the outermost quantiles.

    A share below a threshold is of draws; its error is that of so many draws.
    """
    label = fan.labels[period]
    when = "Over the term" if label == "term" else f"In {label}"
    values = [float(row[period]) for row in fan.values]
    parts = []
    if fan.threshold is not None:
        limit = "zero" if fan.threshold == 0 else _figure(fan, fan.threshold)
        share = figures.in_words(fan.below[period], fan.draws)
        parts.append(f"{share} {_ends(share)} below {limit}")
    for number, chance in enumerate(fan.probabilities):
        if chance == 0.5:
            parts.append(f"half end {_below(fan, values[number])}")
    low, high = fan.probabilities[0], fan.probabilities[-1]
    if low < 0.5:
        parts.append(f"{figures.in_words(low, 10**6)} {_below(fan, values[0])}")
    if high > 0.5:
        parts.append(f"{figures.in_words(1 - high, 10**6)} {_below(fan, values[-1], 'above')}")
    of = f" Of {fan.draws:,} draws." if fan.draws else ""
    return f"{when}, {', '.join(parts)}.{of}{_assumed(fan)}"


def _ends(share: str) -> str:
    """The verb of a share in words: one and none are one."""
    return "ends" if share.startswith(("1 in ", "none ")) else "end"


def _below(fan: Fan, value: float, side: str = "below") -> str:
    """Beside a quantile; where it is nothing at all, many draws may end there."""
    if fan.money and abs(value) < HALF_A_PENNY:
        return f"at or {side} zero"
    return f"{side} {_figure(fan, value)}"


def _assumed(fan: Fan) -> str:
    return f" {queries.assumed_drivers(fan.illustrative)}".rstrip()


def _figure(fan: Fan, value: float) -> str:
    if fan.money:
        whole = f"{round(value):,}"
        return f"-£{whole[1:]}" if whole.startswith("-") else f"£{whole}"
    return figures.number(float(f"{value:.4g}"))


def blocks(fan: Fan, realised: Sequence[float | None] | None = None) -> list[Block]:
    """Heading, drawing with its sentence, and the quantiles."""
    columns = [tuple(figures.alike([float(v) for v in row], fan.money)) for row in fan.values]
    header = ("period", *(figures.percent(p) for p in fan.probabilities))
    align = "l" + "r" * len(columns)
    if fan.threshold is not None:
        columns.append(tuple(figures.in_words(share, fan.draws) for share in fan.below))
        header = (*header, f"below {'zero' if fan.threshold == 0 else _figure(fan, fan.threshold)}")
        align += "r"
    if realised is not None:
        padded = [*realised, *[None] * (len(fan.labels) - len(realised))]
        columns.append(tuple("" if v is None else _figure(fan, v) for v in padded))
        header, align = (*header, "realised"), align + "r"
    rows = tuple(zip(fan.labels, *columns, strict=True))
    note = "Pounds, + = in the party's favour. " if fan.money else ""
    note += f"Quantiles of {fan.draws:,} draws." if fan.draws else "Quantiles of the draws."
    return [
        Heading(fan.title, 4),
        Picture(drawn(fan, realised, headed=False), sentence(fan)),
        Grid("", header, rows, align, note),
    ]


def drawn(fan_: Fan, realised: Sequence[float | None] | None = None, *, headed: bool = True) -> str:
    """The drawing of a fan; with its title unless it has a heading."""
    return fan(
        fan_.labels,
        fan_.probabilities,
        [row.tolist() for row in fan_.values],
        title=fan_.title,
        realised=realised,
        threshold=fan_.threshold,
        mark="illustrative drivers" if fan_.illustrative else "",
        headed=headed,
    )


def fan(
    labels: Sequence[str],
    probabilities: Sequence[float],
    bands: Sequence[Sequence[float]],
    *,
    title: str,
    realised: Sequence[float | None] | None = None,
    threshold: float | None = None,
    mark: str = "",
    headed: bool = True,
) -> str:
    """Quantiles over time: nested bands around the median, with what happened as points.

    Parameters
    ----------
    labels
        One per period.
    probabilities
        Ascending; the bands are drawn between the first and the last, the second and the last but one, ...
    bands
        For each probability its quantile in each period.
    realised
        What happened, one value per period; None where it is not known.
    threshold
        A level to be drawn as a line.
    mark
        Words set beside the title.
    headed
        Whether the title is drawn.
    """
    height, left, right, top, bottom = 300.0, 54.0, 8.0, 52.0, 28.0
    known = [v for v in realised or () if v is not None]
    values = [v for band in bands for v in band] + known
    low, high = min(values), max(values)
    pad = (high - low) * 0.06 or max(1.0, abs(high) * 0.1)
    low, high = low - pad, high + pad
    count = len(labels)

    def x(number: int) -> float:
        return left + (WIDTH - left - right) * ((number + 0.5) / count)

    def y(value: float) -> float:
        return top + (height - top - bottom) * (high - value) / (high - low)

    room = WIDTH - (width_of(mark) + 12 if mark else 0)
    parts = [title_at(title, room)] if headed else []
    parts += marked(mark)
    parts += _legend(probabilities, bool(known))
    for tick in ticks(low, high):
        parts.append(rule(left, y(tick), WIDTH - right, y(tick), "stroke:var(--line)"))
        parts.append(words_at(left - 6, y(tick) + 4.5, short(tick), "end", "s"))
    widest = max((width_of(label) for label in labels), default=1.0) + 10
    every = max(1, math.ceil(widest * count / (WIDTH - left - right)))
    parts += [
        words_at(x(n), height - 9, clipped(label, 110), "middle", "s")
        for n, label in enumerate(labels)
        if n % every == 0
    ]

    def path(series: Sequence[float]) -> list[str]:
        points = [f"{x(n):.1f},{y(v):.1f}" for n, v in enumerate(series)]
        if count == 1:  # one period: a bar's width
            return [f"{x(0) - 40:.1f},{y(series[0]):.1f}", f"{x(0) + 40:.1f},{y(series[0]):.1f}"]
        return points

    pairs = len(probabilities) // 2
    for number in range(pairs):
        outline = path(bands[number]) + path(bands[len(bands) - 1 - number])[::-1]
        parts.append(
            f'<polygon points="{" ".join(outline)}" style="fill:var(--accent);opacity:{_opacity(number, pairs)}"/>'
        )
    if threshold is not None and low < threshold < high:
        parts.append(rule(left, y(threshold), WIDTH - right, y(threshold), "stroke:var(--ink);stroke-dasharray:4 3"))
    if len(probabilities) % 2:
        line = " ".join(path(bands[pairs]))
        parts.append(f'<polyline points="{line}" style="fill:none;stroke:var(--accent);stroke-width:2"/>')
    for n, value in enumerate(realised or ()):
        if value is not None:
            parts.append(
                f'<circle cx="{x(n):.1f}" cy="{y(value):.1f}" r="4" '
                'style="fill:var(--accent2);stroke:var(--ground);stroke-width:1.5"/>'
            )
    return drawing(height, parts, title, 0 if headed or mark else HEAD)


def _opacity(number: int, pairs: int) -> str:
    return f"{0.15 + 0.35 * number / max(1, pairs):.2f}"


def _legend(probabilities: Sequence[float], realised: bool) -> list[str]:
    parts, at, pairs = [], 0.0, len(probabilities) // 2
    for number in range(pairs):
        words = f"{figures.percent(probabilities[number])}–{figures.percent(probabilities[-1 - number])}"
        parts.append(
            f'<rect x="{at:.1f}" y="26" width="14" height="12" style="fill:var(--accent);'
            f'opacity:{_opacity(number, pairs)}"/>'
        )
        parts.append(words_at(at + 19, 37, words, kind="s"))
        at += 31 + width_of(words)
    if len(probabilities) % 2:
        parts.append(rule(at, 32, at + 14, 32, "stroke:var(--accent);stroke-width:2"))
        middle = probabilities[pairs]
        words = "median" if middle == 0.5 else figures.percent(middle)
        parts.append(words_at(at + 19, 37, words, kind="s"))
        at += 31 + width_of(words)
    if realised:
        parts.append(f'<circle cx="{at + 6:.1f}" cy="32" r="4" style="fill:var(--accent2)"/>')
        parts.append(words_at(at + 15, 37, "realised", kind="s"))
    return parts
