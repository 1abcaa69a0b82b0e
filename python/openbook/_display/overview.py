"""A book at a glance: parties, contracts, clauses, readings and a drawing of the flows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .. import notes, queries
from .._dimensions import members_by_dimension
from . import flowing
from .blocks import Block, Grid, Heading, Paragraph, Picture, counted, of_privacy, of_table
from .layout import Party

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["clause_grid", "flows", "of_book", "party_grid"]

#: Parties that are named where many pay or receive; the rest is counted.
MOST_PARTIES = 4


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


def _sides(book: Book, group: Any, clause: Any, overlay: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who pays under a clause and who receives, as far as it says so: the members of `each`, the parts of a split, the
    receivers of tranches, its own `from` and `to`, else who pays and receives under its contract.
    """
    payer = clause.from_ or ("" if overlay else group.payer)
    payee = clause.to or ("" if overlay else group.payee)
    givers = tuple(part.party for part in getattr(clause, "givers", ()) or ())
    tranches = [part for tranche in getattr(clause, "tranches", ()) or () for part in tranche.to]
    shares = tuple(dict.fromkeys(part.party for part in (*(getattr(clause, "shares", ()) or ()), *tranches)))
    each = getattr(clause, "each", "")
    members = members_by_dimension(book).get(each, ()) if each else ()
    return givers or ((payer,) if payer else ()), members or shares or ((payee,) if payee else ())


def _some(parties: Sequence[str]) -> str:
    """Parties by id; of many the first, and how many more."""
    more = len(parties) - MOST_PARTIES
    return ", ".join(parties) if more <= 1 else f"{', '.join(parties[:MOST_PARTIES])} and {more:,} more"


def _between(payers: Sequence[str], payees: Sequence[str]) -> str:
    """Who pays whom, as far as one clause says it."""
    if payers and payees:
        return f"{_some(payers)} → {_some(payees)}"
    if payers:
        return f"{_some(payers)} pay{'s' if len(payers) == 1 else ''}"
    return f"{_some(payees)} receive{'s' if len(payees) == 1 else ''}" if payees else ""


def clause_grid(book: Book) -> Grid:
    """Clauses: where they stand, their paragraph, family, who pays whom, their terms, their readings."""
    rows = []
    for group, clause, overlay in queries.clauses(book):
        between = _between(*_sides(book, group, clause, overlay)) or (", ".join(group.parties) if overlay else "")
        chosen = clause.reading or (f"{clause.provisional} (provisional)" if clause.provisional else "")
        reading = f"{chosen or 'none chosen'} of {len(clause.readings)}" if clause.readings else ""
        kind = clause.kind
        rows.append((group.id, clause.id, clause.name, clause.ref, kind, between, clause.every, _main(clause), reading))
    header = ("in", "clause", "name", "ref", "family", "between", "every", "terms", "reading")
    return Grid("Clauses", header, tuple(rows), "lllllllll")


def flows(book: Book) -> list[tuple[str, str, str]]:
    """Who pays whom, as (payer, payee, words): the contracts under which they do, and the clauses of overlays."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for contract in book.contracts:
        if contract.payer and contract.payee and not contract.clauses:
            found.setdefault((contract.payer, contract.payee), {})[contract.id] = None
    for group, clause, overlay in queries.clauses(book):
        payers, payees = _sides(book, group, clause, overlay)
        for payer in payers:
            for payee in payees:
                if payer != payee:
                    found.setdefault((payer, payee), {})[clause.id if overlay else group.id] = None
    return [(payer, payee, ", ".join(words)) for (payer, payee), words in found.items()]


def _flows_in_words(drawn: Sequence[tuple[str, str, str]]) -> str:
    """Flows as text, those of one payer under the same contracts together."""
    together: dict[tuple[str, str], list[str]] = {}
    for payer, payee, words in drawn:
        together.setdefault((payer, words), []).append(payee)
    told = [f"{payer} pays {_some(payees)} ({words})" for (payer, words), payees in together.items()]
    return f"Flows: {'; '.join(told)}"


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
        words = _flows_in_words(drawn)
        edges = [(payer, payee, label, 1.0) for payer, payee, label in drawn]
        picture = flowing.flows([Party.of(party) for party in book.parties], edges, title="Who pays whom")
        blocks.append(Picture(picture, words))
    return blocks
