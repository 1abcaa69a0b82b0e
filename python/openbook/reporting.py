"""One self-contained HTML file with everything that a reader needs to check a result."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import privacy, queries
from ._display import blocks as b
from ._display import html, overview, svg
from ._files import write_atomic

if TYPE_CHECKING:
    from .book import Book
    from .results import Settlement
    from .simulation import Simulation
    from .stressing import StressTable

__all__ = ["report"]

STYLE = """
body{margin:0;background:var(--ground)}
main{max-width:70rem;margin:0 auto;padding:1rem}
h1{font-size:1.7rem;line-height:1.2}h2{margin-top:2.2rem;border-bottom:1px solid var(--line);padding-bottom:.2rem}
figure{margin:1rem 0}figcaption{color:var(--soft);font-size:.9em}
@media (max-width:40rem){main{padding:.6rem}h1{font-size:1.3rem}.openbook{font-size:13px}}
@media print{.openbook{--ink:#000;--soft:#444;--line:#bbb;--ground:#fff;--band:#eee;font-size:10pt}
details>*{display:block}table{break-inside:auto}tr,figure{break-inside:avoid}h2{break-after:avoid}}
""".strip()


def _settled(settlement: Settlement) -> list[b.Block]:
    parts: list[b.Block] = [b.Heading("What is settled")]
    until = f"to {settlement.as_at}" if settlement.as_at else "over the whole calendar"
    parts.append(b.Paragraph(f"{len(settlement.payments):,} ledger entries {until}."))
    if settlement.provisional:
        parts.append(b.Paragraph(f"Settled on a provisional reading: {', '.join(settlement.provisional)}", "warning"))
    parts.append(b.of_table(settlement.summary(), most=None))
    rows = [(queries.party_name(settlement.book, r["party"]), float(r["practised"])) for r in settlement.summary()]
    parts.append(
        b.Picture(
            svg.bars(rows, title="Positions over the term, practised (£)"), "Positions over the term, + = received."
        )
    )
    years = [row for row in settlement.practised if row["every"] == "year"]
    from .table import Table

    parts.append(
        b.of_table(
            Table.of_rows(
                "Positions by year, practised", settlement.practised.schema, years, settlement.practised.note
            ),
            most=None,
        )
    )
    gaps = [row for row in settlement.gap if row["gap"]]
    parts.append(b.Heading("Written against practised"))
    if gaps:
        parts.append(b.of_table(Table.of_rows("", settlement.gap.schema, gaps, settlement.gap.note), most=None))
        steps = [(f"{r['clause']} {r['label']}", float(r["gap"])) for r in gaps]
        parts.append(
            b.Picture(svg.bars(steps, title="Gap (£)", total="in all"), "From what is written to what is practised.")
        )
    else:
        parts.append(b.Paragraph("What is paid is what is written."))
    parts.append(b.Heading("Readings in dispute"))
    if settlement.disputes:
        parts += [b.of_table(settlement.disputes, most=None), b.of_table(settlement.joint_range, most=None)]
    else:
        parts.append(b.Paragraph("No clause with several readings was settled, or disputes were not asked for."))
    for table in (settlement.superseded, settlement.warnings):
        if table:
            parts.append(b.of_table(table))
    return parts


def _simulated(simulation: Simulation) -> list[b.Block]:
    parts: list[b.Block] = [b.Heading("Risk")]
    parts += simulation._blocks()
    calendars = [every for every in simulation.request["every"] if every != "term"]
    for party in simulation.parties if calendars else ():
        fan = simulation.fan(party)
        parts.append(
            b.Picture(fan.svg(), f"{fan.title}: position by {calendars[0]}, quantiles of {simulation.draws:,} draws.")
        )
    for formula in simulation.request["track"]:
        fan = simulation.fan(formula)
        parts.append(b.Picture(fan.svg(), f"{formula}: quantiles of {simulation.draws:,} draws."))
    return parts


def _stressed(stress: StressTable) -> list[b.Block]:
    parts: list[b.Block] = [b.Heading("Stress tests"), b.of_table(stress, most=None)]
    for party in dict.fromkeys(stress["party"]):
        if any(row["change"] for row in stress.party(party)):
            name = queries.party_name(stress.settlements["base"].book, party)
            parts.append(b.Picture(stress.svg(party), f"What each scenario changes for {name}."))
    return parts


def _explained(settlement: Settlement) -> list[b.Block]:
    """The largest practised position, down to its inputs."""
    summary = settlement.summary()
    providers = {p.id for p in settlement.book.parties if "provider" in p.roles} or set(summary["party"])
    rows = [row for row in summary if row["party"] in providers]
    if not rows:
        return []
    party = max(rows, key=lambda row: abs(row["practised"]))["party"]
    tree = settlement.explain(party)
    return [
        b.Heading("An explanation, down to the inputs"),
        b.Paragraph(f"The position of {queries.party_name(settlement.book, party)} over the term; each part opens."),
        b.of_tree(tree),
    ]


def report(
    book: Book,
    path: str | Path,
    *,
    settlement: Settlement | None = None,
    simulation: Simulation | None = None,
    stress: StressTable | None = None,
    private: bool = False,
) -> Path:
    """Write one self-contained HTML file: no script, nothing loaded from elsewhere, fit for a screen, a phone and
    paper.

    Parameters
    ----------
    path
        Where to write it; replaced whole or not at all.
    settlement, simulation, stress
        What to report; what is left out is left out.
    private
        What is private to a party (see `openbook.layers`) is refused without it; with it, the file begins with the
        party's name.

    Returns
    -------
    Path
        The file.

    Examples
    --------
    >>> import tempfile, openbook as ob
    >>> book = ob.examples.third_sector_cash()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = ob.report(book, f"{folder}/report.html", settlement=book.settle(plan=True))
    ...     "<script" in file.read_text(encoding="utf-8")
    False
    """
    reported = [part for part in (book, settlement, simulation, stress) if part is not None]
    owner = next((part.private_to for part in reported if part.private_to), "")
    privacy.permit(owner, private, "report")
    title = book.title or book.id
    parts: list[Any] = [*b.of_privacy(owner), b.Heading(title, 1)]
    if book.description:
        parts.append(b.Paragraph(book.description))
    calendar = book.calendar
    parts.append(b.Paragraph(f"{calendar.months} months from {calendar.start} · {book.currency}"))
    parts.append(b.Paragraph(f"Digest {book.digest}", "note"))
    parts.append(b.Heading("Parties and contracts"))
    parts += [block for block in overview.of_book(book)[1:] if isinstance(block, (b.Grid, b.Picture))]
    if settlement is not None:
        parts += _settled(settlement)
    if simulation is not None:
        parts += _simulated(simulation)
    if stress is not None:
        parts += _stressed(stress)
    if settlement is not None:
        parts += _explained(settlement)
    terms = book.terms()
    marked = sum(terms["illustrative"])
    parts.append(b.Heading("Terms and where they come from"))
    parts.append(b.Paragraph(f"{marked} of {len(terms)} terms are illustrative: assumptions, not agreed figures."))
    parts.append(b.of_table(terms, most=None))
    parts.append(b.Heading("What a careful reader would question"))
    parts.append(b.of_table(book.lint(), most=None))
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(target, html.page(privacy.titled(title, owner), parts, style=STYLE))
    return target
