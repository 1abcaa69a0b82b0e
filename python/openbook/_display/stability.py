"""Statistics over seeds: the verdict, the ratios, and one statistic seed by seed across its mean."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .. import queries
from . import figures
from .blocks import Block, Grid, Heading, Picture, counted
from .svg import HEAD, WIDTH, clipped, drawing, marked, rule, short, ticks, title_at, width_of, words_at

if TYPE_CHECKING:
    from ..many_seeds import Stability

__all__ = ["blocks", "drawn", "points", "sentence"]


def _amount(row: dict[str, Any], name: str, like: float) -> str:
    """A figure with as many digits as one of that size deserves; shares in per cent."""
    if math.isnan(row[name]):
        return "?"
    scale, unit = (100, "%") if row["statistic"] == "p_deficit" else (1, "")
    places = figures.decimals_for(like * scale)
    return f"{round(row[name] * scale, places) + 0.0:,.{max(0, places)}f}{unit}"


def sentence(stability: Stability) -> str:
    """The verdict, and what it rests on."""
    from ..many_seeds import UNTESTED, label_of

    rows = [row for row in stability.ratios if row["verdict"] not in UNTESTED]
    runs = f"Over {counted(len(stability.seeds), 'seed')} of {stability.draws:,} draws"
    assumed = f" {queries.assumed_drivers(stability.illustrative)}".rstrip()
    if not rows:
        return f"{runs} no figure moves.{assumed}"
    worst = stability.row()
    told = f"{runs}, the spread of {label_of(worst)}, which strays furthest, is {worst['ratio']:.2f} times its stated "
    told += f"error ({worst['ratio_low']:.2f} to {worst['ratio_high']:.2f})"
    if stability.verdict == "honest":
        return f"The stated errors are honest as far as {len(stability.seeds)} seeds can tell. {told}.{assumed}"
    parts = []
    for verdict in ("understated", "overstated"):
        names = [label_of(row) for row in rows if row["verdict"] == verdict]
        if names:
            parts.append(
                f"{verdict} for {', '.join(names[:3])}{f' and {len(names) - 3} more' if len(names) > 3 else ''}"
            )
    return f"The stated errors are {'; '.join(parts)}. {told}.{assumed}"


def blocks(stability: Stability) -> list[Block]:
    """Heading, drawing with the verdict, and the ratios."""
    from ..many_seeds import UNTESTED

    rows = []
    for row in stability.ratios:
        like = row["spread"] if math.isnan(row["stated"]) else row["stated"] or row["spread"]
        moving = row["verdict"] not in UNTESTED
        rows.append(
            (
                row["party"],
                row["period"],
                row["statistic"],
                _amount(row, "mean", like),
                _amount(row, "spread", like),
                _amount(row, "stated", like),
                f"{row['ratio']:.2f} ({row['ratio_low']:.2f} to {row['ratio_high']:.2f})" if moving else "",
                "" if math.isnan(row["cover"]) else figures.percent(round(row["cover"], 3)),
                row["verdict"],
            )
        )
    header = ("party", "period", "statistic", "mean", "spread", "stated error", "ratio", "within two errors", "verdict")
    picture: list[Block] = [Picture(drawn(stability, stability.row(), headed=False), sentence(stability))]
    return [Heading(stability.title, 4), *picture, Grid("", header, tuple(rows), "lllrrrrrl", stability.ratios.note)]


def points(stability: Stability, row: dict[str, Any]) -> list[tuple[str, float, float]]:
    """Seed, value and stated error of one statistic."""
    key = ("party", "period", "statistic")
    return [
        (one["seed"], one["value"], one["error"] or 0.0)
        for one in stability.values
        if all(one[name] == row[name] for name in key)
    ]


def drawn(stability: Stability, row: dict[str, Any], *, headed: bool = True) -> str:
    """The drawing."""
    from ..many_seeds import label_of

    shown = points(stability, row)
    step = max(8.0, min(16.0, 260 / len(shown)))
    left, right, top = 8.0, 8.0, 52.0
    bottom = top + step * len(shown)
    low = min(value - 2 * error for _, value, error in shown)
    high = max(value + 2 * error for _, value, error in shown)
    pad = (high - low) * 0.05 or max(1.0, abs(high) * 0.01)
    low, high = low - pad, high + pad
    percent = row["statistic"] == "p_deficit"

    def x(value: float) -> float:
        return left + (WIDTH - left - right) * (value - low) / (high - low)

    mark = "illustrative drivers" if stability.illustrative else ""
    parts = [title_at(stability.title, WIDTH - (width_of(mark) + 12 if mark else 0))] if headed else []
    parts += marked(mark)
    parts.append(
        words_at(0, 38, clipped(f"{label_of(row)}: each seed, two stated errors to either side", WIDTH), kind="s")
    )
    for tick in ticks(low, high, 5):
        parts.append(rule(x(tick), top - 4, x(tick), bottom, "stroke:var(--line)"))
        words = figures.percent(round(tick, 6)) if percent else _tick(tick, high - low)
        half = width_of(words) / 2
        parts.append(words_at(min(max(x(tick), half), WIDTH - half), bottom + 17, words, "middle", "s"))
    a, b = x(row["mean"] - row["spread"]), x(row["mean"] + row["spread"])
    parts.append(
        f'<rect x="{a:.1f}" y="{top - 4:.1f}" width="{max(b - a, 1):.1f}" height="{bottom - top + 4:.1f}" '
        'style="fill:var(--accent);opacity:0.15"/>'
    )
    parts.append(rule(x(row["mean"]), top - 4, x(row["mean"]), bottom, "stroke:var(--accent);stroke-width:1.5"))
    for number, (_, value, error) in enumerate(shown):
        y = top + step * (number + 0.5)
        colour = "--ink" if abs(value - row["mean"]) <= 2 * error else "--accent2"
        parts.append(rule(x(value - 2 * error), y, x(value + 2 * error), y, f"stroke:var({colour});stroke-width:1.3"))
        parts.append(f'<circle cx="{x(value):.1f}" cy="{y:.1f}" r="3" style="fill:var({colour})"/>')
    return drawing(bottom + 26, parts, stability.title, 0 if headed or mark else HEAD)


def _tick(value: float, span: float) -> str:
    """A tick with digits enough to tell it from its neighbours."""
    if span <= 0 or abs(value) < 50 * span:
        return short(value)
    places = max(0, 1 - math.floor(math.log10(span)))
    return f"{value:,.{places}f}"
