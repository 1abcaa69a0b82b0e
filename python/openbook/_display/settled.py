"""A settlement at a glance, readings in dispute clause by clause, and findings of the linter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import figures
from .blocks import Block, Grid, Heading, Paragraph, counted, of_table

if TYPE_CHECKING:
    from .._views import Disputes, Lint
    from ..results import Settlement

__all__ = ["dispute_blocks", "lint_blocks", "settlement_blocks"]

#: Notes of one kind that a display shows.
MOST_NOTES = 4


def settlement_blocks(settlement: Settlement) -> list[Block]:
    """What was settled and on what, positions, the gap, the range over readings, warnings, and who paid whom."""
    from ..flowing import flows

    book, request = settlement.book, settlement.request
    until = f"to {settlement.as_at}" if settlement.as_at else "over the whole calendar"
    basis = "inputs without data take their plan" if request.get("mode") == "plan" else "every input has data"
    facts = f"Settled {until}; {basis}; {counted(len(settlement.payments), 'entry', 'entries')} in the ledger"
    shown: list[Block] = [
        Heading(f"Settlement of {book.title or book.id}", 3),
        Paragraph(f"{facts}; digest of the book {book.digest[:16]}."),
    ]
    if settlement.provisional:
        names = ", ".join(settlement.provisional)
        shown.append(Paragraph(f"Settled on a provisional reading: {names}.", "warning"))
    shown.append(of_table(settlement.summary()))
    shown.append(gap_block(settlement))
    if settlement.disputes:
        shown.append(of_table(settlement.joint_range))
        shown.append(Paragraph("What each reading leaves each party: settlement.disputes.", "note"))
    shown += [of_table(table) for table in (settlement.superseded, settlement.warnings) if table]
    shown += flows(settlement)._blocks()[:2]
    return shown


def gap_block(settlement: Settlement) -> Block:
    """The lines with a gap, or one sentence that there is none."""
    gap = settlement.gap
    if any(gap["gap"]):
        return of_table(gap)
    return Paragraph(f"What is paid is what is written: {counted(len(gap), 'line')} without a gap.")


def dispute_blocks(table: Disputes) -> list[Block]:
    """For each clause its readings, what each leaves the parties that any of them touches, and how it is chosen."""
    rows = list(table)
    if not rows:
        return [of_table(table)]
    clauses = list(dict.fromkeys(row["clause"] for row in rows))
    words = (
        f"{counted(len(clauses), 'clause')} with several readings; each reading is settled with the others as chosen."
    )
    shown: list[Block] = [Heading(table.title, 3), Paragraph(words)]
    for clause in clauses:
        own = [row for row in rows if row["clause"] == clause]
        name = own[0]["name"]
        shown.append(Heading(f"{name} ({clause})" if name else clause, 4))
        shown += _readings(own)
        shown.append(_left(own, table.note))
    return shown


def _readings(rows: Sequence[Mapping[str, Any]]) -> list[Block]:
    readings = {row["reading"]: row for row in rows}
    told = tuple(
        (
            name,
            "provisional" if row["provisional"] else "chosen" if row["chosen"] else "",
            row["words"],
            row["asserted_by"],
        )
        for name, row in readings.items()
    )
    lines = tuple((name, row["choose"]) for name, row in readings.items())
    return [
        Grid("", ("reading", "status", "what it says", "asserted by"), told, "llll"),
        Grid("", ("reading", "the line that chooses it"), lines, "lc"),
    ]


def _left(rows: Sequence[Mapping[str, Any]], note: str) -> Block:
    parties = list(dict.fromkeys(row["party"] for row in rows))
    touched = [party for party in parties if any(row["difference"] for row in rows if row["party"] == party)]
    if not touched:
        return Paragraph("Every reading leaves every party the same.")
    told = tuple(
        (
            row["reading"],
            row["party"],
            figures.money(row["position"]),
            "" if row["chosen"] else figures.money(row["difference"]),
        )
        for row in rows
        if row["party"] in touched
    )
    rest = len(parties) - len(touched)
    same = f"{counted(rest, 'party is', 'parties are')} left the same by every reading. " if rest else ""
    header = ("reading", "party", "leaves it (£)", "difference from the chosen one (£)")
    return Grid("", header, told, "llrr", f"{same}{note}")


def lint_blocks(table: Lint) -> list[Block]:
    """Counts first, then the findings; of notes of one kind the first ones."""
    seen: Counter[str] = Counter()
    rows = []
    for row in table:
        if row["severity"] == "note":
            seen[row["code"]] += 1
            if seen[row["code"]] > MOST_NOTES:
                continue
        rows.append(tuple(row[name] for name in ("severity", "message", "code", "path")))
    more = [f"{number - MOST_NOTES:,} more of {code}" for code, number in seen.items() if number > MOST_NOTES]
    note = f"{', '.join(more)}: .where(code=...) lists them." if more else ""
    grid = Grid("", ("severity", "message", "code", "path"), tuple(rows), "llll", note)
    shown: list[Block] = [Heading(table.title, 3), Paragraph(f"{table.note}.")]
    return [*shown, grid] if rows else shown
