"""Pairs of books: one line for each statistic, or a square of every book against every other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._estimated import Statistic
from . import figures
from .blocks import Grid

if TYPE_CHECKING:
    from ..pairing import PairedStatistics

__all__ = ["grid", "square"]


def _said(row: Any, name: str) -> str:
    """A figure with its error: shares of draws in per cent."""
    value, error = row[name], row[f"{name}_error"]
    if name.startswith("p_"):
        return figures.share(value, error)
    if Statistic(row["statistic"]).share:
        return figures.estimate(value, error, scale=100, unit="%")
    return figures.estimate(value, error)


def grid(table: PairedStatistics) -> Grid:
    """Every pair, party and statistic in a line of its own."""
    rows = [
        (
            row["book"],
            row["against"],
            row["party"],
            Statistic(row["statistic"]).label,
            *(_said(row, name) for name in ("base", "value", "difference")),
            row["favour"],
            _said(row, "p_better"),
        )
        for row in table
    ]
    header = ("book", "against", "party", "statistic", "under against", "under book", "difference", "for the party")
    return Grid(table.title, (*header, "P(better off)"), tuple(rows), "llllrrrlr", table.note)


def square(table: PairedStatistics) -> Grid:
    """Every book against every other: the difference, and in how many draws the party is better off."""
    books = list(dict.fromkeys(table["book"]))
    cells = {(row["book"], row["against"]): row for row in table}
    rows = []
    for book in books:
        line = [book]
        for other in books:
            row = cells.get((book, other))
            if row is None:
                line.append("")
                continue
            mark = "" if row["favour"] in ("better", "worse") else f" ({row['favour']})"
            line.append(f"{_said(row, 'difference')}{mark}; better {_said(row, 'p_better')}")
        rows.append(tuple(line))
    header = ("book, against:", *books)
    return Grid(table.title, header, tuple(rows), "l" + "r" * len(books), table.note)
