"""Risk figures to the digits that their error allows, paired differences, and single draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import queries
from . import figures
from .blocks import Block, Grid, Heading, Paragraph, cell, counted
from .explained import depth_that_fits, of_tree

if TYPE_CHECKING:
    from ..comparison import PairedDifferences
    from ..drawn import Draw, RiskTable

__all__ = ["comparison_grid", "draw_blocks", "risk_grid"]

#: Parts of an explanation that the display of a draw shows.
PARTS = 60


def risk_grid(table: RiskTable) -> Grid:
    """Every figure with its error; shares of draws in per cent."""
    errors = {column.name.removesuffix("_error") for column in table.schema if column.name.endswith("_error")}
    shown = [column for column in table.schema if not column.name.endswith("_error")]
    columns = []
    for column in shown:
        values = table[column.name]
        if column.name in errors:
            say = figures.share if column.name.startswith("p_") else figures.estimate
            columns.append([say(*pair) for pair in zip(values, table[f"{column.name}_error"], strict=True)])
        elif column.kind == "float":
            columns.append(figures.alike([value + 0.0 for value in values]))
        else:
            columns.append([cell(value, column.kind) for value in values])
    return Grid(
        title=table.title,
        header=tuple(column.label for column in shown),
        rows=tuple(zip(*columns, strict=True)),
        align="".join("l" if column.kind == "text" else "r" for column in shown),
        note=table.note,
    )


def comparison_grid(table: PairedDifferences) -> Grid:
    """Paired differences; a difference within two standard errors of zero is marked as such."""
    rows = []
    for row in table:
        clear = abs(row["mean"]) > 2 * row["mean_error"]
        rows.append(
            (
                row["book"],
                row["against"],
                row["party"],
                figures.estimate(row["base"], row["base_error"]),
                figures.estimate(row["mean"], row["mean_error"]),
                "none"
                if row["mean"] == row["sd"] == 0
                else ("better" if row["mean"] > 0 else "worse")
                if clear
                else "not clear",
                figures.estimate(row["sd"], row["sd_error"]),
                figures.share(row["p_worse"], row["p_worse_error"]),
            )
        )
    header = (
        "book",
        "against",
        "party",
        "mean under against",
        "mean difference",
        "for the party",
        "standard deviation",
        "P(worse off)",
    )
    note = f"{table.note} Not clear: within two standard errors of zero."
    return Grid(table.title, header, tuple(rows), "lllrrlrr", note)


def draw_blocks(draw: Draw) -> list[Block]:
    """Where a draw stands among the others, what it leaves every party, and the figure by which it was chosen."""
    simulation = draw.simulation
    name = queries.party_name(simulation.book, draw.party)
    which: dict[str, Any] = {"every": draw.every, "period": draw.period, "basis": draw.basis}
    own = simulation.array(draw.party, **which)
    worse = float((own < draw.value).mean())
    label = simulation._columns()[simulation._select(draw.party, draw.every, draw.period, draw.basis)[0]]["label"]
    when = "over the term" if draw.every == "term" else f"in {label}"
    said = f"{name} has {figures.pounds(round(draw.value, 2))} {when}; "
    said += f"{figures.in_words(worse, simulation.draws)} leave it less." if worse else "no draw leaves it less."
    rows = []
    for party in simulation.parties:
        values = simulation.array(party, **which)
        value = float(values[draw.number - simulation.first_draw])
        rows.append((queries.party_name(simulation.book, party), *figures.alike([value, float(values.mean())])))
    header = ("party", "this draw (£)", "mean of all (£)")
    note = "Pounds, + = in the party's favour."
    tree = draw.explain()
    return [
        Heading(f"Draw {draw.number:,} of seed {simulation.seed}", 4),
        Paragraph(said),
        Grid(f"Positions {when}", header, tuple(rows), "lrr", note),
        of_tree(tree, depth_that_fits(tree, PARTS)),
        Paragraph(f"{counted(sum(1 for _ in tree.walk()), 'part')} in all; draw.explain() opens every one.", "note"),
        *([Paragraph(assumed, "warning")] if (assumed := queries.assumed([simulation.book])) else []),
    ]
