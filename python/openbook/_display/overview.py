"""A book at a glance: parties, contracts, clauses, readings and a drawing of the flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import notes, queries
from . import flowing
from .blocks import Block, Grid, Heading, Paragraph, Picture, counted, of_privacy, of_table
from .layout import Party

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["clause_grid", "flows", "of_book", "party_grid"]


def party_grid(book: Book) -> Grid:
    """Parties: id, name, roles, legal kind, what they may not bear."""
    rows = []
    for party in book.parties:
        limits = []
        for bearing in party.bears:
            refused = [
                word for word, allowed in (("pay", bearing.may_pay), ("receive", bearing.may_receive)) if not allowed
            ]
            if refused:
                why = f" ({bearing.reason})" if bearing.reason else ""
                limits.append(f"may not {' or '.join(refused)} under {bearing.mechanism}{why}")
        rows.append((party.id, party.name, ", ".join(party.roles), party.legal.replace("_", " "), "; ".join(limits)))
    return Grid("Parties", ("id", "name", "roles", "legal kind", "limits"), tuple(rows), "lllll")


def _main(clause: Any) -> str:
    shown = [
        f"{field.name} {value}"
        for field, value in clause._given_fields()
        if field.type.kind == "term" and field.name != "paid_after"
    ]
    return "; ".join(shown)


def _between(payer: str, payee: str) -> str:
    """Who pays whom, as far as one clause says it."""
    if payer and payee:
        return f"{payer} → {payee}"
    return f"{payer} pays" if payer else f"{payee} receives" if payee else ""


def clause_grid(book: Book) -> Grid:
    """Clauses: where they stand, their paragraph, family, who pays whom, their terms, their readings."""
    rows = []
    for group, clause, overlay in queries.clauses(book):
        payer = clause.from_ or ("" if overlay else group.payer)
        payee = clause.to or ("" if overlay else group.payee)
        between = _between(payer, payee) or (", ".join(group.parties) if overlay else "")
        chosen = clause.reading or (f"{clause.provisional} (provisional)" if clause.provisional else "")
        reading = f"{chosen or 'none chosen'} of {len(clause.readings)}" if clause.readings else ""
        kind = clause.kind
        rows.append((group.id, clause.id, clause.name, clause.ref, kind, between, clause.every, _main(clause), reading))
    header = ("in", "clause", "name", "ref", "family", "between", "every", "terms", "reading")
    return Grid("Clauses", header, tuple(rows), "lllllllll")


def flows(book: Book) -> list[tuple[str, str, str]]:
    """Who pays whom, as (payer, payee, words)."""
    found: dict[tuple[str, str], list[str]] = {}
    for contract in book.contracts:
        if contract.payer and contract.payee:
            found.setdefault((contract.payer, contract.payee), []).append(contract.id)
    for overlay in book.overlays:
        for clause in overlay.clauses:
            if clause.from_ and clause.to:
                found.setdefault((clause.from_, clause.to), []).append(clause.id)
    return [(payer, payee, ", ".join(words)) for (payer, payee), words in found.items()]


def of_book(book: Book) -> list[Block]:
    """Everything that the display of a book shows."""
    calendar = book.calendar
    blocks: list[Block] = [Heading(book.title or book.id, 3), *of_privacy(book.private_to)]
    if book.description:
        blocks.append(Paragraph(book.description))
    blocks.append(
        Paragraph(f"{calendar.months} months from {calendar.start} · {book.currency} · digest {book.digest[:16]}")
    )
    terms = book.terms()
    assumed = sum(terms["illustrative"])
    blocks.append(
        Paragraph(f"{counted(len(terms), 'term')}, {assumed:,} of them illustrative: assumptions, not agreed figures.")
    )
    blocks.append(party_grid(book))
    contracts = tuple((c.id, c.name, c.form, c.payer, c.payee, str(len(c.clauses))) for c in book.contracts)
    overlays = tuple(
        (o.id, o.name, "overlay", ", ".join(o.parties), ", ".join(o.wraps), str(len(o.clauses))) for o in book.overlays
    )
    blocks.append(
        Grid(
            "Contracts",
            ("id", "name", "form", "payer (overlay: parties)", "payee (overlay: wraps)", "clauses"),
            contracts + overlays,
            "lllllr",
        )
    )
    blocks.append(clause_grid(book))
    table = queries.readings(book)
    if table:
        blocks.append(of_table(table))
    if book.notes:
        blocks.append(of_table(notes.note_table(book)))
    drawn = flows(book)
    if drawn:
        words = "Flows: " + "; ".join(f"{a} pays {b} ({c})" for a, b, c in drawn)
        edges = [(payer, payee, label, 1.0) for payer, payee, label in drawn]
        picture = flowing.flows([Party.of(party) for party in book.parties], edges, title="Who pays whom")
        blocks.append(Picture(picture, words))
    return blocks
