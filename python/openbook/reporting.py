"""One self-contained HTML file with everything that a reader needs to check a result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import privacy, queries
from ._display import blocks as b
from ._display import explained, html, overview, settled, svg
from ._files import write_atomic
from .bridging import Bridge
from .flowing import flows

if TYPE_CHECKING:
    from .book import Book
    from .payments import PaymentFunction
    from .results import Settlement
    from .simulation import Simulation
    from .stressing import StressTable

__all__ = ["report"]


def _settled(settlement: Settlement) -> list[b.Block]:
    whole = settlement._blocks()
    parts: list[b.Block] = [b.Heading("What is settled"), *(block for block in whole if isinstance(block, b.Paragraph))]
    parts.append(b.of_table(settlement.summary(), most=None))
    rows = [(queries.party_name(settlement.book, r["party"]), float(r["practised"])) for r in settlement.summary()]
    title = "Positions over the term, practised (£)"
    parts.append(b.Picture(svg.bars(rows, title=title), "Positions over the term, + = received."))
    parts.append(b.of_table(settlement.practised.where(every="year")))
    parts += flows(settlement)._blocks()
    parts.append(b.Heading("Written against practised"))
    parts.append(settled.gap_block(settlement))
    if any(settlement.gap["gap"]):
        made = Bridge.of_gap(settlement)
        parts.append(b.Picture(made.svg(), "From what is written to what is practised."))
    parts.append(b.Heading("Readings in dispute"))
    if settlement.disputes:
        parts += [*settlement.disputes._blocks()[1:], b.of_table(settlement.joint_range, most=None)]
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
    for what in (*(simulation.parties if calendars else ()), *simulation.request["track"]):
        fan = simulation.fan(what)
        parts.append(b.Picture(fan.svg(), f"{fan.title}: {fan.sentence}"))
    return parts


def _stressed(stress: StressTable) -> list[b.Block]:
    parts: list[b.Block] = [b.Heading("Stress tests"), b.of_table(stress, most=200)]
    if any(stress["change"]):
        parts.append(b.Picture(stress.svg(), "What every scenario changes for every party."))
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
        explained.of_tree(tree, explained.depth_that_fits(tree)),
    ]


def report(
    book: Book,
    path: str | Path,
    *,
    settlement: Settlement | None = None,
    simulation: Simulation | None = None,
    stress: StressTable | None = None,
    private: bool = False,
    payments: Sequence[PaymentFunction] = (),
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
    payments
        Payment functions to be drawn, from `openbook.payment_function`.

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
    if payments:
        parts += [b.Heading("What is paid, as one thing varies"), *(part for one in payments for part in one._blocks())]
    if settlement is not None:
        parts += _explained(settlement)
    terms = book.terms()
    marked = sum(terms["illustrative"])
    parts.append(b.Heading("Terms and where they come from"))
    parts.append(b.Paragraph(f"{marked} of {len(terms)} terms are illustrative: assumptions, not agreed figures."))
    parts.append(b.of_table(terms, most=None))
    parts.append(b.Heading("What a careful reader would question"))
    parts += book.lint()._blocks()[1:]
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(target, html.page(privacy.titled(title, owner), parts))
    return target
