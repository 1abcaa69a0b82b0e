"""A reverse stress test on the page: what was found in words, then its tables and a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import privacy, queries
from . import svg
from .blocks import Block, Grid, Heading, Paragraph, Picture, of_table

if TYPE_CHECKING:
    from ..reversing.result import ReverseStress

__all__ = ["blocks", "drawn"]


def _deviations(found: ReverseStress) -> list[tuple[str, float]]:
    """Of the most likely breach, each driver's largest deviation; the most important first."""
    rows: dict[str, dict[str, Any]] = {}
    for row in found.point_drivers:
        kept = rows.get(row["driver"])
        if row["point"] == 1 and (kept is None or abs(row["deviations"]) > abs(kept["deviations"])):
            rows[row["driver"]] = row
    ordered = sorted(rows.values(), key=lambda row: -row["importance"])
    return [
        (f"{row['driver']}{'' if row['period'] == 'term' else ', ' + row['period']}", row["deviations"])
        for row in ordered[:12]
    ]


def drawn(found: ReverseStress) -> str:
    """Bars: how far each driver is out at the most likely breach; of depth one alone, how far each must go."""
    rows = _deviations(found)
    title = "At the most likely breach (standard deviations)"
    if not rows:
        title = "One at a time (standard deviations to the breach)"
        rows = [
            (row["lever"], float(row["first_breach"]))
            for row in found.single
            if row["unit"] == "standard deviations" and row["first_breach"] is not None
        ]
    return svg.bars(rows, title=privacy.titled(title, found.private_to))


_OF_SINGLE = ("low", "high", "nearest_margin", "resolution")


def blocks(found: ReverseStress) -> list[Block]:
    """Words, then tables."""
    shown: list[Block] = [Heading(f"What would bring about: {found.words}")]
    shown += [Paragraph(words) for words in found.sentences()]
    if assumed := found.about.get("illustrative"):
        shown.append(Paragraph(queries.assumed_drivers(assumed.split("; "), most=None), "warning"))
    if not found.certified:
        shown.append(
            Paragraph("Something did not come out as it should when it was run again: see the last table.", "warning")
        )
    if found.points:
        words = ", ".join(f"{name} {value:+.2f}" for name, value in _deviations(found))
        shown.append(Picture(drawn(found), f"Standard deviations at the most likely breach: {words}."))
    without = {"single": _OF_SINGLE}
    for name in ("single", "points", "point_drivers", "probability", "regions", "limits", "certificates"):
        table = getattr(found, name)
        if table:
            shown.append(_grid(of_table(table, without=without.get(name, ()))))
    draws, seed = found.about["scenarios"], found.about["seed"]
    shown.append(
        Paragraph(f"{int(draws):,} plain draws, seed {seed}; {found.about['settlements']} exact settlements.", "note")
    )
    return shown


def _grid(grid: Grid) -> Grid:
    """A grid without the columns that are empty in every row."""
    keep = [i for i in range(len(grid.header)) if any(row[i] for row in grid.rows)]
    return Grid(
        grid.title,
        tuple(grid.header[i] for i in keep),
        tuple(tuple(row[i] for i in keep) for row in grid.rows),
        "".join(grid.align[i] for i in keep),
        grid.note,
    )
