"""Who bears a risk, and what the worst draws are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import figures, svg
from .blocks import Block, Grid, Heading, Picture

if TYPE_CHECKING:
    from ..risk.allocating import Allocation
    from ..risk.tails import TailComposition, TailRow

__all__ = ["blocks", "drawn", "tail_blocks", "waterfall"]

#: Bars of a picture; smaller ones are drawn together.
MOST_BARS = 9


def _largest(rows: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """The largest bars in their order, the others together."""
    rows = [row for row in rows if row[1] != 0]
    if len(rows) <= MOST_BARS:
        return rows
    kept = sorted(range(len(rows)), key=lambda i: -abs(rows[i][1]))[: MOST_BARS - 1]
    others = [value for i, (_, value) in enumerate(rows) if i not in kept]
    return [rows[i] for i in sorted(kept)] + [(f"{len(others)} others", sum(others))]


def blocks(found: Allocation) -> list[Block]:
    """Heading, bars, and the contributions with their shares."""
    rows = []
    for row in sorted(found.rows, key=lambda row: -abs(row[3])):
        _, _, name, value, error, share, share_error, alone = row
        part = "" if share is None else figures.estimate(share, share_error or 0.0, scale=100, unit="%")
        rows.append((name, figures.estimate(value, error), part, *figures.alike([alone])))
    rows.append(
        (
            "total",
            figures.estimate(found.total, found.total_error),
            "100%" if found.rows and found.rows[0][5] is not None else "",
            "",
        )
    )
    header = (found.by, "contribution", "share", "alone")
    return [
        Heading(found.title, 4),
        Picture(drawn(found, headed=False), _sentence(found)),
        Grid("", header, tuple(rows), "lrrr", found._note()),
    ]


def _sentence(found: Allocation) -> str:
    """Who bears most."""
    if not found.rows or found.rows[0][5] is None:
        return f"There is no {found.statistic} of the {found.quantity} {found.horizon} to share out."
    largest = max(found.rows, key=lambda row: row[3] * (1 if found.total > 0 else -1))
    share = largest[3] / found.total * 100
    return f"{largest[2]} bears most of the {found.statistic} of the {found.quantity} {found.horizon}: {share:.0f}%."


def drawn(found: Allocation, *, headed: bool = True) -> str:
    """Bars one after the other up to the total; what adds to a loss or a spread is drawn as bad."""
    rows = _largest([(row[2], row[3]) for row in found.rows])
    bad = found.statistic != "mean"
    at, items = 0.0, []
    for label, value in rows:
        colour = ("--bad" if value > 0 else "--good") if bad else ""
        items.append((label, at, at + value, f"{'+' if value > 0 else ''}{svg.short(value)}", colour))
        at += value
    items.append((f"{found.statistic} of the whole", 0.0, at, svg.short(at), "--accent"))
    return svg.stacked(items, title=found.title, headed=headed)


def waterfall(found: TailComposition, *, headed: bool = True) -> str:
    """From the mean of all draws to the mean of the tail, one bar for each clause, funding and cost."""
    total = found.rows[0]
    rows = _largest([(row.name, row.difference) for row in found.of("clause", "funding", "cost")])
    at = total.mean
    items = [("mean of all draws", 0.0, at, svg.short(at), "--accent")]
    for label, value in rows:
        items.append((label, at, at + value, f"{'+' if value > 0 else ''}{svg.short(value)}", ""))
        at += value
    items.append((f"mean of the worst {found.share * 100:.10g}%", 0.0, at, svg.short(at), "--accent"))
    return svg.stacked(items, title=found.title, headed=headed)


def tail_blocks(found: TailComposition) -> list[Block]:
    """Heading, waterfall, and three tables: clauses, parties, drivers."""
    header = ("", "mean of all", "mean of the tail", "difference", "in deviations")
    grids: list[Block] = []
    for title, kinds in (
        ("Clauses, funding and costs", ("total", "clause", "funding", "cost")),
        ("Other parties", ("party",)),
        ("Drivers", ("driver",)),
    ):
        own = found.of(*kinds)
        if not own:
            continue
        rows = tuple(_row(row) for row in own)
        grids.append(Grid(title, header, rows, "lrrrr"))
    last = grids[-1]
    if isinstance(last, Grid):
        grids[-1] = Grid(last.title, last.header, last.rows, last.align, found._note())
    return [Heading(found.title, 4), Picture(waterfall(found, headed=False), _said(found)), *grids]


def _row(row: TailRow) -> tuple[str, ...]:
    money = row.unit == "£"
    name = row.name if money or not row.unit else f"{row.name} ({row.unit})"
    shift = "" if row.in_deviations is None else f"{row.in_deviations:+.2f}"
    return (
        name,
        *figures.alike([row.mean, row.tail_mean], money),
        figures.estimate(row.difference, row.difference_error),
        shift,
    )


def _said(found: TailComposition) -> str:
    total = found.rows[0]
    parts = found.of("clause", "funding", "cost")
    said = f"In the worst {found.number:,} of {found.draws:,} draws {total.name} has "
    said += f"{figures.whole_pounds(total.tail_mean)} {found.horizon} instead of {figures.whole_pounds(total.mean)}"
    if parts:
        lowest = min(parts, key=lambda row: row.difference)
        said += f"; most of it from {lowest.name} ({figures.whole_pounds(lowest.difference)})"
    return f"{said}."
