"""Draws side by side, what made them differ, and three draws that stand for good, middling and bad futures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import figures
from .blocks import Block, Grid, Heading, Paragraph, Picture, of_table

if TYPE_CHECKING:
    from ..choosing import DrawTable
    from ..drawn import Draw
    from ..replaying import DrawDifference
    from ..three_draws import ThreeDraws

__all__ = ["difference_blocks", "grid", "sentences", "three_blocks"]


def grid(table: DrawTable) -> Grid:
    """A line for each draw, a column for each party."""
    names = list(dict.fromkeys(table["what"]))
    lines: dict[int, dict[str, float]] = {}
    about: dict[int, tuple[float, str]] = {}
    for row in table:
        lines.setdefault(row["draw"], {})[row["what"]] = row["value"]
        about[row["draw"]] = (row["percentile"], row["period"])
    columns = [figures.alike([line.get(name, 0.0) for line in lines.values()]) for name in names]
    rows = [
        (f"{draw:,}", f"{about[draw][0]:.4g}", about[draw][1], *(column[number] for column in columns))
        for number, draw in enumerate(lines)
    ]
    return Grid(
        table.title, ("draw", "percentile", "period", *names), tuple(rows), "rrl" + "r" * len(names), table.note
    )


def difference_blocks(difference: DrawDifference) -> list[Block]:
    """The steps from one draw to the other, and what was drawn in both."""
    (_, before), (_, after) = difference.bridge.start, difference.bridge.end
    which = f"draw {difference.this.number:,} than in draw {difference.other.number:,}"
    more = "more" if after >= before else "less"
    said = f"{figures.pounds(abs(after - before))} {more} in {which}."
    if after == before:
        said = f"The same in draw {difference.this.number:,} as in draw {difference.other.number:,}."
    rows = [
        (
            row["driver"],
            row["of"],
            figures.number(float(f"{row['this']:.6g}")),
            figures.number(float(f"{row['other']:.6g}")),
            figures.number(float(f"{row['mean']:.6g}")),
            f"{row['apart']:+.1f}",
        )
        for row in difference.drivers
    ]
    header = ("driver", "of", "this draw", "the other", "mean of all", "standard deviations apart")
    return [
        Heading(difference.bridge.title, 4),
        Paragraph(said),
        Picture(difference.svg(), f"From draw {difference.other.number:,} to draw {difference.this.number:,}."),
        of_table(difference.table()),
        Grid(difference.drivers.title, header, tuple(rows), "llrrrr", difference.drivers.note),
    ]


def three_blocks(three: ThreeDraws) -> list[Block]:
    """A sentence for each draw, then clause by clause and driver by driver."""
    drivers = []
    for row in three.drivers:
        cells = [
            f"{figures.number(float(f'{row[name]:.5g}'))} ({(row[name] - row['mean']) / row['sd']:+.1f})"
            if row["sd"] > 0
            else figures.number(float(f"{row[name]:.5g}"))
            for name in ("good", "middle", "bad")
        ]
        drivers.append((row["driver"], row["of"], *cells, figures.number(float(f"{row['mean']:.5g}"))))
    header = ("driver", "of", "good", "middle", "bad", "mean of all")
    note = "Totals over the term; in brackets how many standard deviations from the mean."
    return [
        Heading(f"Three draws of {three.title}", 4),
        *(Paragraph(sentence) for sentence in three.sentences),
        of_table(three.parts),
        Grid(three.drivers.title, header, tuple(drivers), "llrrrr", note),
    ]


def sentences(
    party: str,
    when: str,
    draws: Sequence[Draw],
    percentiles: Sequence[float],
    parts: Sequence[Mapping[str, Any]],
    drivers: Sequence[Mapping[str, Any]],
) -> tuple[str, str, str]:
    """What each of three draws leaves, and what made it so: its largest parts and its most unusual drivers."""
    made = []
    for name, draw, percentile in zip(("good", "middle", "bad"), draws, percentiles, strict=True):
        side = _side(percentile)
        text = (
            f"{name.capitalize()} (draw {draw.number:,}; {side}): {party} has {figures.whole_pounds(draw.value)} {when}"
        )
        if name != "middle":
            ranked = sorted(parts[:-1], key=lambda row: -abs(row[f"{name}_less_middle"]))
            told = [row for row in ranked if row[f"{name}_less_middle"]][:3]
            text += f", {_more(draw.value - draws[1].value)} than in the middle draw"
            if told:
                text += ": " + ", ".join(f"{row['part']} {_signed(row[f'{name}_less_middle'])}" for row in told)
        unusual = [row for row in drivers if row["sd"] > 0]
        unusual.sort(key=lambda row: -abs(row[name] - row["mean"]) / row["sd"])
        if unusual:
            text += ". Drawn furthest from their means: " + ", ".join(_drawn(row, row[name]) for row in unusual[:2])
        made.append(f"{text}.")
    return made[0], made[1], made[2]


def _side(percentile: float) -> str:
    if percentile == 50:
        return "half of the draws are better"
    share = (100 - percentile) if percentile > 50 else percentile
    return f"{figures.number(float(f'{share:.4g}'))} in 100 are {'better' if percentile > 50 else 'worse'}"


def _more(change: float) -> str:
    return f"{figures.whole_pounds(abs(change))} {'more' if change >= 0 else 'less'}"


def _signed(amount: Decimal) -> str:
    return f"{'+' if amount > 0 else ''}{figures.whole_pounds(float(amount))}"


def _drawn(row: Mapping[str, Any], value: float) -> str:
    away = (value - row["mean"]) / row["sd"]
    side = "above" if away >= 0 else "below"
    if row["mean"]:
        return f"{row['driver']} {abs(value / row['mean'] - 1):.1%} {side} ({abs(away):.1f} standard deviations)"
    return f"{row['driver']} {abs(away):.1f} standard deviations {side}"
