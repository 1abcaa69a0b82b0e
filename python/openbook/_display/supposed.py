"""What changes move: bars and steps for the parties, and the differences by change and by clause."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from .. import privacy, queries
from ..table import Table
from . import figures, svg
from .blocks import Block, Grid, Heading, Paragraph, Picture, of_table

if TYPE_CHECKING:
    from ..supposing import WhatIf

__all__ = ["drawn", "what_if_blocks"]


def drawn(made: WhatIf, party: str | None, basis: str) -> str:
    """Bars for every party, or the changes of one as steps that add up; see `WhatIf.svg`."""
    from ..supposing import TOGETHER

    sums = made._sums(basis)
    book = made.settlements["base"].book
    if party is None:
        rows = [(queries.party_name(book, p), float(v)) for (change, p), v in sums.items() if change == made._last]
        title = privacy.titled(f"What everything together moves, {basis} (£)", made.private_to)
        return svg.bars([row for row in rows if row[1]], title=title)
    chosen = queries.require_party(book, party)
    lines = [line for line in made._changed if line != TOGETHER]
    steps = [(line, float(sums.get((line, chosen), Decimal(0)))) for line in lines]
    title = privacy.titled(f"Change for {queries.party_name(book, chosen)}, {basis} (£)", made.private_to)
    several = TOGETHER in made._changed
    return svg.steps(steps, title=title, total=TOGETHER) if several else svg.bars(steps, title=title)


def what_if_blocks(made: WhatIf) -> list[Block]:
    """The changes, the differences on each basis that differs, by clause, under the same draws, and a drawing."""
    shown: list[Block] = [Heading(made.title, 3), of_table(made.changes), _differences(made, "practised")]
    if made._sums("written") != made._sums("practised"):
        shown.append(_differences(made, "written"))
    clauses = made.clauses.where(change=made._last, basis="practised")
    columns = [c for c in clauses.schema if c.name not in ("change", "basis")]
    title = f"By clause, {made._last}"
    shown.append(of_table(Table.of_rows(title, columns, list(clauses), clauses.note, clauses.about)))
    if made.simulated is not None:
        shown.append(made.simulated._block())
    moved = {p: v for (change, p), v in made._sums("practised").items() if change == made._last and v}
    if moved:
        words = "; ".join(f"{party}: {amount:+,.2f}" for party, amount in moved.items())
        shown.append(Picture(made.svg(), f"Moved in all (£): {words}"))
    return shown


def _differences(made: WhatIf, basis: str) -> Block:
    """A line for each change, a column for each party that is touched."""
    from ..supposing import SIGN

    sums = made._sums(basis)
    parties = [p for p in dict.fromkeys(made["party"]) if any(v for (_, q), v in sums.items() if q == p)]
    if not parties:
        return Paragraph(f"Difference, {basis}: none, for no party.")
    rows = [
        (line, *(figures.money(sums.get((line, party), Decimal(0))) for party in parties)) for line in made._changed
    ]
    still = len(set(made["party"])) - len(parties)
    note = f"Pounds. {SIGN}" + (f" {still} parties are not touched." if still else "")
    return Grid(f"Difference, {basis}", ("change", *parties), tuple(rows), "l" + "r" * len(parties), note)
