"""A simulation at a glance: what every party risks over the term, and what the reader should know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import queries
from .._risk_figures import risk_table
from .._simulated import LEVELS
from .blocks import Block, Paragraph, of_table
from .risks import risk_grid

if TYPE_CHECKING:
    from ..simulation import Simulation

__all__ = ["simulation_blocks"]

#: Columns that a display shows where no positions over the term were kept.
MOST_COLUMNS = 12


def simulation_blocks(simulation: Simulation) -> list[Block]:
    """Risk over the term, warnings, whether the draws are at hand, and which drivers are assumed."""
    book, columns = simulation.book, simulation._columns()
    term = [i for i, c in enumerate(columns) if c["every"] == "term" and c["kind"] == "position"]
    found = term or range(min(len(columns), MOST_COLUMNS))
    title = f"Risk in {book.title or book.id} over the term"
    shown: list[Block] = [
        risk_grid(risk_table(simulation, found, LEVELS, title, marked=False))
    ]  # marked below, in full
    shown += [of_table(simulation.warnings)] if simulation.warnings else []
    if not simulation.holds_draws:
        words = "Read from a file without its draws: they are calculated again, to the bit, when they are asked for."
        shown.append(Paragraph(words, "note"))
    if words := queries.assumed([book], most=None):
        shown.append(Paragraph(words, "warning"))
    return shown
