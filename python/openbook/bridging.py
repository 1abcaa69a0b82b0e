"""The steps from one figure to another, which add up to the penny."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import privacy, queries
from ._shown import Shown
from .explanation import Explanation
from .flowing import entries_of
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .results import Settlement

__all__ = ["Bridge", "bridge"]


BRIDGE = Schema(
    "openbook.bridge",
    1,
    (Column("step"), Column("amount", "money"), Column("so_far", "money", "so far (£)")),
    "+ = the figure becomes larger; the note says in whose favour that is.",
)


@dataclass(frozen=True, slots=True)
class Bridge(Shown):
    """Steps from one amount to another; made by `openbook.bridge`, `Bridge.of_explanation` and `Bridge.of_gap`.

    Attributes
    ----------
    title
        What it shows.
    start, end
        Label and pounds of both ends.
    steps
        Label and pounds of each step; none is zero.
    unchanged
        How many steps were of nothing, and are left out.
    note
        The sign convention.
    private_to
        The party to which it is private; its title says so.

    Raises
    ------
    ValueError
        The steps do not lead from start to end.

    Examples
    --------
    >>> made = Bridge("Trust", ("plan", Decimal(100)), (("more visits", Decimal(30)),), ("actual", Decimal(130)))
    >>> print(made.table())
    Trust
    step         amount (£)  so far (£)
    -----------  ----------  ----------
    plan             100.00      100.00
    more visits       30.00      130.00
    actual           130.00      130.00
    """

    title: str
    start: tuple[str, Decimal]
    steps: tuple[tuple[str, Decimal], ...]
    end: tuple[str, Decimal]
    unchanged: int = 0
    note: str = ""
    private_to: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", privacy.titled(self.title, self.private_to))
        reached = self.start[1] + sum(amount for _, amount in self.steps)
        if reached != self.end[1]:
            raise ValueError(f"{self.title}: the steps lead to {reached}, not to {self.end[1]}")

    @classmethod
    def of_explanation(cls, tree: Explanation) -> Bridge:
        """The children of a position, entry or clause as steps to its value.

        Raises
        ------
        ValueError
            The children do not add up to the figure: formulas multiply and compare, only money adds up.
        """
        children = [(child.label, child.amount) for child in tree.children if child.value is not None]
        if not children or sum(amount for _, amount in children) != tree.amount:
            message = f"'{tree.label}' is not the sum of its parts; bridge a position or a clause"
            raise ValueError(message)
        end = (tree.label, tree.amount)
        return _made(tree.label, ("nothing", Decimal(0)), children, end, "", tree.private_to)

    @classmethod
    def of_gap(cls, settlement: Settlement) -> Bridge:
        """From what is written to what is practised, clause by clause: what payers pay beyond the words."""
        steps = [
            (" ".join(part for part in (row["clause"], row["label"]) if part), row["gap"]) for row in settlement.gap
        ]
        gap = sum((amount for _, amount in steps), Decimal(0))
        title = f"Written against practised: {settlement.book.title or settlement.book.id}"
        note = "Each step is practised - written: + = the clause's payer pays more than the words require."
        end = ("more than written", gap)
        return _made(title, ("as written", Decimal(0)), steps, end, note, settlement.private_to)

    def table(self) -> Table:
        """One row per step, start and end included: step, amount, so_far."""
        rows: list[dict[str, Any]] = [{"step": self.start[0], "amount": self.start[1], "so_far": self.start[1]}]
        for label, amount in self.steps:
            rows.append({"step": label, "amount": amount, "so_far": rows[-1]["so_far"] + amount})
        rows.append({"step": self.end[0], "amount": self.end[1], "so_far": self.end[1]})
        return Table.of_rows(self.title, BRIDGE, rows, self._note(), private_to=self.private_to)

    def _note(self) -> str:
        left_out = "" if not self.unchanged else f"{self.unchanged:,} without a difference."
        return " ".join(part for part in (left_out, self.note) if part)

    def drawn(self) -> list[tuple[str, float, float, bool]]:
        """The bars of a drawing: label, where each begins and ends, and whether it is an end of the bridge.

        An end at zero pounds before the first step is left out; of very many steps the smallest are drawn together.
        """
        at = self.start[1]
        items = [(self.start[0], 0.0, float(at), True)] if at else []
        for label, amount in _joined(self.steps):
            items.append((label, float(at), float(at + amount), False))
            at += amount
        return [*items, (self.end[0], 0.0, float(at), True)]

    def svg(self) -> str:
        """A drawing: a bar for each end, and one for each step where the one before ended."""
        return self._drawing("")

    def _drawing(self, mark: str) -> str:
        """The drawing, with a warning beside its title."""
        from ._display import svg

        drawn = []
        for label, start, stop, total in self.drawn():
            figure = svg.short(stop - start)
            sign = "" if total or stop < start else "+"
            drawn.append((label, start, stop, f"{sign}{figure}", "--accent" if total else ""))
        return svg.stacked(drawn, title=f"{self.title} (£)", mark=mark)

    def _blocks(self) -> list[Any]:
        from ._display import blocks, figures

        (first, before), (last, after) = self.start, self.end
        words = f"From {figures.pounds(before)} ({first}) to {figures.pounds(after)} ({last}): "
        words += f"{figures.pounds(after - before)} in {blocks.counted(len(self.steps), 'step')}."
        return [blocks.Picture(self.svg(), words), blocks.of_table(self.table())]


#: Steps that a drawing has; smaller ones are drawn together.
MOST_STEPS = 14


def _joined(steps: Sequence[tuple[str, Decimal]]) -> list[tuple[str, Decimal]]:
    if len(steps) <= MOST_STEPS:
        return list(steps)
    order = sorted(range(len(steps)), key=lambda n: -abs(steps[n][1]))
    large = set(order[: MOST_STEPS - 1])
    kept = [step for n, step in enumerate(steps) if n in large]
    rest = [amount for n, (_, amount) in enumerate(steps) if n not in large]
    return [*kept, (f"{len(rest):,} smaller steps together", sum(rest, Decimal(0)))]


def _made(
    title: str,
    start: tuple[str, Decimal],
    steps: Sequence[tuple[str, Decimal]],
    end: tuple[str, Decimal],
    note: str,
    private_to: str,
) -> Bridge:
    told = tuple((label, amount) for label, amount in steps if amount)
    return Bridge(title, start, told, end, len(steps) - len(told), note, private_to)


def bridge(
    before: Settlement,
    after: Settlement,
    party: str,
    *,
    every: str = "term",
    period: int | str = 1,
    basis: str = "practised",
    labels: tuple[str, str] = ("before", "after"),
) -> Bridge:
    """From a party's position in one settlement to its position in another, clause by clause, to the penny.

    Parameters
    ----------
    before, after
        Two settlements: plan and actual, two months, two readings, two books of the same parties.
    party
        By id or name, the same in both.
    every, period, basis
        As for `Settlement.position`; basis "practised" or "written".
    labels
        What the two settlements are called.

    Raises
    ------
    BookError
        There is no such party, period or basis.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.examples.third_sector_cash()
    >>> dearer = book.with_("monthly_cost", "£50,000")
    >>> made = ob.bridge(book.settle(plan=True), dearer.settle(plan=True), "charity")
    >>> made.steps
    (('Staff and running cost', Decimal('-48000.00')),)
    """
    sums: list[dict[str, Decimal]] = []
    for settlement in (before, after):
        own = queries.require_party(settlement.book, party)
        names = {clause.id: clause.name or clause.id for _, clause, _ in queries.clauses(settlement.book)}
        found: dict[str, Decimal] = {}
        for entry in entries_of(settlement, every, period, basis):
            if own in (entry["from"], entry["to"]) and entry["from"] != entry["to"]:
                label = names.get(entry["clause"]) or entry["clause"] or entry["label"]
                amount = Decimal(entry["amount"])
                found[label] = found.get(label, Decimal(0)) + (amount if entry["to"] == own else -amount)
        sums.append(found)
    first, second = sums
    nothing = Decimal(0)
    every_label = dict.fromkeys([*first, *second])
    steps = [(label, second.get(label, nothing) - first.get(label, nothing)) for label in every_label]
    ends = [s.position(party, every=every, period=period, basis=basis) for s in (before, after)]
    when = "over the term" if every == "term" else queries.period_label(before, every, period)
    title = f"{queries.party_name(before.book, queries.require_party(before.book, party))}, {when}"
    owner = privacy.of_all((before, after))
    return _made(title, (labels[0], ends[0]), steps, (labels[1], ends[1]), "+ = in the party's favour.", owner)
