"""Who paid whom in a settlement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import privacy, queries
from ._calendar import Months, month_index
from ._settled import BASES, FROM_TO
from ._shown import Shown
from .errors import BookError
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .results import Settlement

__all__ = ["Flows", "entries_of", "flows", "received"]


FLOWS = Schema("openbook.flows", 1, (Column("from"), Column("to"), Column("amount", "money")), FROM_TO)


def entries_of(settlement: Settlement, every: str, period: int | str, basis: str) -> Iterator[Mapping[str, Any]]:
    """The entries that make up the positions of a period: those posted in it.

    Raises
    ------
    BookError
        There is no such calendar, period or basis in the ledger.
    """
    if basis not in BASES:
        message = f"found '{basis}', expected practised or written: the ledger has no other entries"
        raise BookError("no such basis", [{"code": "unknown-period", "path": "", "message": message}])
    number = settlement.period(every, period)
    months = Months.of(settlement.book.calendar)
    if every not in ("month", "quarter", "half_year", "year", "financial_year", "term"):
        message = f"found '{every}', expected month, quarter, half_year, year, financial_year or term"
        raise BookError("no such calendar", [{"code": "unknown-period", "path": "", "message": message}])
    starts, ends = months.starts(every), months.ends(every)
    if not 1 <= number <= len(starts):
        message = f"no {every} {number}; there is 1 to {len(starts)}"
        raise BookError("no such period", [{"code": "unknown-period", "path": "", "message": message}])
    whole = every == "term"
    for entry in settlement._data["entries"]:
        inside = whole or starts[number - 1] <= month_index(entry["posting"]) < ends[number - 1]
        if inside and entry["basis"] == basis:
            yield entry


def received(entries: Iterable[Mapping[str, Any]], names: Sequence[str] = ()) -> dict[tuple[str, ...], Decimal]:
    """What every party receives less what it pays, by party and the columns named, such as contract and clause.

    >>> paid = {"from": "icb", "to": "trust", "clause": "block", "amount": "100.00"}
    >>> received([paid, {**paid, "amount": "-30.00"}], ["clause"])
    {('trust', 'block'): Decimal('70.00'), ('icb', 'block'): Decimal('-70.00')}
    """
    sums: dict[tuple[str, ...], Decimal] = {}
    for entry in entries:
        amount, own = Decimal(entry["amount"]), tuple(entry[name] for name in names)
        for party, signed in ((entry["to"], amount), (entry["from"], -amount)):
            key = (party, *own)
            sums[key] = sums.get(key, Decimal(0)) + signed
    return sums


@dataclass(frozen=True, slots=True)
class Flows(Shown):
    """What each party paid each other; made by `openbook.flows`.

    Attributes
    ----------
    title, basis, period
        What it shows.
    parties
        The parties of the book.
    amounts
        (payer, payee, pounds) for each pair with a payment, largest first; always above zero: where more came back
        than went, the payee is the payer.
    private_to
        The party to which it is private; its title says so.

    Examples
    --------
    >>> import openbook as ob
    >>> found = ob.flows(ob.examples.third_sector_cash().settle(plan=True))
    >>> [(payer, payee, str(amount)) for payer, payee, amount in found.amounts]
    [('commissioner', 'charity', '1200000.00'), ('charity', 'suppliers', '1152000.00')]
    """

    title: str
    basis: str
    period: str
    parties: tuple[Any, ...]
    amounts: tuple[tuple[str, str, Decimal], ...]
    private_to: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", privacy.titled(self.title, self.private_to))

    def table(self) -> Table:
        """One row per pair: from, to, amount."""
        rows = [{"from": payer, "to": payee, "amount": amount} for payer, payee, amount in self.amounts]
        note = f"{self.period}, {self.basis}. {FROM_TO}"
        return Table.of_rows(self.title, FLOWS, rows, note, private_to=self.private_to)

    def _edges(self) -> list[tuple[str, str, str, float]]:
        from ._display import svg

        return [(payer, payee, f"£{svg.short(float(pounds))}", float(pounds)) for payer, payee, pounds in self.amounts]

    def layout(self) -> Any:
        """Where a drawing has its boxes and arrows."""
        from ._display import flowing, layout

        return flowing.laid_out([layout.Party.of(party) for party in self.parties], self._edges())

    def svg(self, *, headed: bool = True) -> str:
        """A drawing: parties in boxes, arrows with their pounds; with its title unless `headed` is False."""
        from ._display import flowing, layout

        parties = [layout.Party.of(party) for party in self.parties]
        return flowing.flows(parties, self._edges(), title=self.title, headed=headed)

    def _blocks(self) -> list[Any]:
        from ._display import blocks, figures, flowing

        if not self.amounts:
            return [blocks.of_table(self.table())]
        names = {party.id: party.name or party.id for party in self.parties}
        payer, payee, amount = self.amounts[0]
        words = f"{blocks.counted(len(self.amounts), 'flow')}; the largest, {figures.pounds(amount)}, went from "
        words += f"{names[payer]} to {names[payee]}."
        if len(self.amounts) > flowing.MOST_ARROWS:
            words += f" The drawing has the {flowing.MOST_ARROWS} largest."
        rows = tuple((names[a], names[b], figures.money(pounds)) for a, b, pounds in self.amounts)
        grid = blocks.Grid("", ("from", "to", "amount (£)"), rows, "llr", self.table().note)
        return [blocks.Heading(self.title, 4), blocks.Picture(self.svg(headed=False), words), grid]

    def __repr__(self) -> str:
        return f"<{privacy.titled(f'Flows: {len(self.amounts)} pairs, {self.period}, {self.basis}', self.private_to)}>"


def flows(settlement: Settlement, *, every: str = "term", period: int | str = 1, basis: str = "practised") -> Flows:
    """What each party paid each other.

    Parameters
    ----------
    every, period
        As for `Settlement.position`; entries count where they are posted.
    basis
        "practised" or "written".

    Raises
    ------
    BookError
        There is no such period or basis.

    Examples
    --------
    >>> import openbook as ob
    >>> settlement = ob.examples.third_sector_cash().settle(plan=True)
    >>> ob.flows(settlement, every="year", period=2).amounts[0][2]
    Decimal('600000.00')
    """
    sums: dict[tuple[str, str], Decimal] = {}
    for entry in entries_of(settlement, every, period, basis):
        pair = (entry["from"], entry["to"])
        sums[pair] = sums.get(pair, Decimal(0)) + Decimal(entry["amount"])
    paid: dict[tuple[str, str], Decimal] = {}
    for (payer, payee), amount in sums.items():
        pair, size = ((payer, payee), amount) if amount > 0 else ((payee, payer), -amount)
        if size:
            paid[pair] = paid.get(pair, Decimal(0)) + size
    order = sorted(paid.items(), key=lambda item: -item[1])
    book = settlement.book
    label = "the whole term" if every == "term" else queries.period_label(settlement, every, period)
    return Flows(
        f"Who paid whom: {book.title or book.id}",
        basis,
        label,
        tuple(book.parties),
        tuple((payer, payee, amount) for (payer, payee), amount in order),
        settlement.private_to,
    )
