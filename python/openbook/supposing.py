"""What a change of the book would move: paired differences for every party and clause, to the penny."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Self

from . import privacy, queries
from ._edits import Edit, World, edits_of, worlds_of
from ._extras import table_content, table_of
from ._progress import Progress
from ._request import shock_list
from ._settled import BASES
from .comparison import SCHEMA, PairedDifferences, paired_figures
from .errors import BookError
from .flowing import received
from .results import Settlement
from .settling import settle
from .simulating import simulate
from .simulation import Simulation
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .book import Book
    from .saving import Parcel

__all__ = ["WhatIf", "what_if"]

INTERACTION = "interaction"
TOGETHER = "all together"

SIGN = "+ = better for the party."
_AMOUNTS = (Column("before", "money"), Column("after", "money"), Column("difference", "money"))
WHAT_IF = Schema(
    "openbook.what_if",
    1,
    (*(Column(name) for name in ("change", "party", "basis", "period")), *_AMOUNTS),
    SIGN,
)
WHAT_IF_CLAUSES = Schema(
    "openbook.what_if.clauses",
    1,
    (*(Column(name) for name in ("change", "party", "basis", "contract", "clause")), *_AMOUNTS),
    SIGN,
)
WHAT_IF_CHANGES = Schema(
    "openbook.what_if.changes",
    1,
    (Column("change"), Column("what"), Column("path"), Column("before"), Column("after")),
)

Amounts = dict[tuple[str, ...], Decimal]


class WhatIf(Table):
    """What changes move, for every party: columns change, party, basis, period, before, after, difference.

    With several changes each stands singly, then the line "interaction" (what they do together beyond their sum), then
    "all together"; singles and interaction add up to it, to the penny.

    Attributes
    ----------
    changes
        What was changed: change, what (term, reading, input, shocks, book), path, before, after.
    settlements
        By change, with the base as ``"base"`` and all of them as ``"all together"``.
    simulated
        With ``scenarios=``, the same differences under the same draws, each with its Monte Carlo error; else None.
    simulated_written
        The same on the written basis.
    """

    __slots__ = ("changes", "settlements", "simulated", "simulated_written")
    _kind: ClassVar[str] = "what_if"
    changes: Table
    settlements: Mapping[str, Settlement]
    simulated: PairedDifferences | None
    simulated_written: PairedDifferences | None

    @classmethod
    def _of(
        cls,
        edits: Sequence[Edit],
        settlements: Mapping[str, Settlement],
        every: str,
        simulated: Mapping[str, PairedDifferences],
    ) -> WhatIf:
        base = settlements["base"]
        amounts = {name: _positions(settlement, every) for name, settlement in settlements.items()}
        rows = _differences(amounts, ("party", "basis", "period"))
        title = f"What if: {base.book.title or base.book.id}"
        owner = privacy.of_all(settlements.values())
        table = cls.of_rows(title, WHAT_IF, rows, f"Positions by {every}. {SIGN}", private_to=owner)
        changes = [
            {"change": e.label, "what": e.kind, "path": e.path, "before": e.before, "after": e.after} for e in edits
        ]
        table._hold(
            changes=Table.of_rows("Changes", WHAT_IF_CHANGES, changes, private_to=owner),
            settlements=dict(settlements),
            simulated=simulated.get("practised"),
            simulated_written=simulated.get("written"),
        )
        return table

    def _hold(self, **content: Any) -> None:
        for name, value in content.items():
            object.__setattr__(self, name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (super().__reduce__()[1], {name: getattr(self, name) for name in WhatIf.__slots__})

    def _pack(self, parcel: Parcel) -> dict[str, Any]:
        simulated = {name: getattr(self, name) for name in ("simulated", "simulated_written")}
        return {
            "table": table_content(self),
            "changes": table_content(self.changes),
            "settlements": [{"name": name, **one._pack(parcel)} for name, one in self.settlements.items()],
            **{name: None if table is None else table_content(table) for name, table in simulated.items()},
        }

    @classmethod
    def _unpack(cls, content: Mapping[str, Any], parcel: Parcel) -> Self:
        table = table_of(content["table"], cls)
        simulated = {name: content[name] for name in ("simulated", "simulated_written")}
        table._hold(
            changes=table_of(content["changes"], Table),
            settlements={str(one["name"]): Settlement._unpack(one, parcel) for one in content["settlements"]},
            **{name: None if one is None else table_of(one, PairedDifferences) for name, one in simulated.items()},
        )
        return table

    def _rests_on(self) -> Iterable[Settlement]:
        return self.settlements.values()

    # -- asking -----------------------------------------------------------------------------------------------

    @property
    def after(self) -> Settlement:
        """The settlement with everything changed."""
        return list(self.settlements.values())[-1]

    @property
    def clauses(self) -> Table:
        """The differences over the term by clause (costs and funding by their name): change, party, basis, contract,
        clause, before, after, difference. Those of one change, party and basis add up to its position's difference.
        """
        names = ("basis", "contract", "clause")
        amounts = {name: received(settlement.ledger, names) for name, settlement in self.settlements.items()}
        rows = _differences(amounts, ("party", *names))
        return Table.of_rows(
            "Differences by clause",
            WHAT_IF_CLAUSES,
            [row for row in rows if row["difference"]],
            f"Over the term. {SIGN}",
            private_to=self.private_to,
        )

    def difference(
        self, party: str, *, change: str | None = None, basis: str = "practised", period: str | None = None
    ) -> Decimal:
        """What one party gains (+) or loses (-).

        Parameters
        ----------
        party
            Id or name.
        change
            One of the changes, "interaction" or "all together"; None: everything that was changed.
        basis
            "practised" or "written".
        period
            Label of the period; None: all of them.

        Raises
        ------
        KeyError
            There is no such change, basis or period.
        """
        wanted = self._last if change is None else change
        book = self.settlements["base"].book
        known = {p.id for p in (*book.parties, *self.after.book.parties)}
        chosen = party if party in known else queries.require_party(book, party)
        found = [
            row["difference"]
            for row in self
            if (row["change"], row["party"], row["basis"]) == (wanted, chosen, basis)
            and period in (None, row["period"])
        ]
        if not found:
            raise KeyError(f"no change {wanted!r} of '{chosen}', {basis}, {period or 'any period'}")
        return sum(found, Decimal(0))

    @property
    def _last(self) -> str:
        return list(self.settlements)[-1]

    @property
    def _changed(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self["change"]))

    def _sums(self, basis: str) -> dict[tuple[str, str], Decimal]:
        """Differences by change and party, over all periods."""
        sums: dict[tuple[str, str], Decimal] = {}
        for row in self:
            if row["basis"] == basis:
                key = row["change"], row["party"]
                sums[key] = sums.get(key, Decimal(0)) + row["difference"]
        return sums

    # -- showing ----------------------------------------------------------------------------------------------

    def svg(self, party: str | None = None, *, basis: str = "practised") -> str:
        """Bars: for every party what everything changed together moves; for one party how the changes add up to it."""
        from ._display import supposed

        return supposed.drawn(self, party, basis)

    def _blocks(self) -> list[Any]:
        from ._display import supposed

        return supposed.what_if_blocks(self)


def _rebuild(table: tuple[Any, ...], held: Mapping[str, Any]) -> WhatIf:
    made = WhatIf(*table)
    made._hold(**held)
    return made


def _positions(settlement: Settlement, every: str) -> Amounts:
    return {
        (row["party"], row["basis"], row["label"]): row["amount"]
        for row in settlement.positions
        if row["every"] == every and row["basis"] in BASES
    }


def _differences(amounts: Mapping[str, Amounts], names: Sequence[str]) -> Iterable[dict[str, Any]]:
    """One row per change and key; between the singles and all together their interaction."""
    nothing = Decimal("0.00")
    base = amounts["base"]
    keys = dict.fromkeys(key for one in amounts.values() for key in one)
    singles = [name for name in amounts if name not in ("base", TOGETHER)]
    for name in amounts:
        if name == TOGETHER and singles:
            for key in keys:
                start = base.get(key, nothing)
                beyond = amounts[name].get(key, nothing) - start
                beyond -= sum((amounts[single].get(key, nothing) - start for single in singles), nothing)
                yield {**dict(zip(names, key, strict=True)), "change": INTERACTION, "difference": beyond}
        if name != "base":
            for key in keys:
                before, after = base.get(key, nothing), amounts[name].get(key, nothing)
                row = {"change": name, "before": before, "after": after, "difference": after - before}
                yield {**dict(zip(names, key, strict=True)), **row}


def _settled(name: str, world: World, data: Any, options: Mapping[str, Any]) -> Settlement:
    try:
        return settle(world.book, data, disputes=False, **world.options(options))
    except BookError as error:
        if name == "base":
            raise
        raise BookError(f"with '{name}' changed: {error.summary}", error.problems) from None


def _simulated(
    worlds: Mapping[str, World], scenarios: int, seed: int, progress: Progress, options: Mapping[str, Any]
) -> dict[str, PairedDifferences]:
    """The paired differences under the same draws, on each basis."""
    runs: dict[str, Simulation] = {
        name: simulate(
            world.book,
            scenarios,
            seed=seed,
            progress=progress,
            every=("term",),
            basis=BASES,
            **world.options(options),
        )
        for name, world in worlds.items()
    }
    note = (
        f"{scenarios:,} draws over the term, seed {seed}, the same before and after. Pounds, {SIGN} "
        "± is one Monte Carlo standard error of the paired difference."
    )
    note = f"{note} {queries.assumed(run.book for run in runs.values())}".strip()
    owner = privacy.of_all(runs.values())
    found = {}
    for basis in BASES:
        title = f"Paired differences, simulated, {basis}"
        rows = []
        base = runs["base"]
        for party in (p for p in base.parties if all(p in run.parties for run in runs.values())):
            before = base.array(party, every="term", period=1, basis=basis)
            moved = {n: r.array(party, every="term", period=1, basis=basis) - before for n, r in runs.items()}
            del moved["base"]
            if TOGETHER in moved and len(moved) > 1:
                together = moved.pop(TOGETHER)
                moved |= {INTERACTION: together - sum(moved.values()), TOGETHER: together}
            for name, difference in moved.items():
                figures = paired_figures(before, difference, base)
                rows.append({"book": name, "against": "base", "party": party, **figures})
        order = list(dict.fromkeys(row["book"] for row in rows))
        rows.sort(key=lambda row: order.index(row["book"]))
        found[basis] = PairedDifferences.of_rows(title, SCHEMA, rows, note, private_to=owner)
    return found


def what_if(
    book: Book,
    changes: Mapping[str, Any] | Book,
    data: Any = None,
    *,
    every: str = "term",
    singly: bool = True,
    scenarios: int = 0,
    seed: int = 0,
    plan: bool | None = None,
    progress: Progress = None,
    **options: Any,
) -> WhatIf:
    """Settle a book before and after changes, on the same data, and give what every party gains and loses.

    Parameters
    ----------
    changes
        What changes, by name:

        - a term, as for `Book.with_`: ``{"gain cap": "£2m"}``, from a month on ``{"gain cap": Change("£2m",
          starts="2016-04")}``;
        - a reading: ``{"reading of reopener": "cliff"}``;
        - an input, in the data as in the plan: ``{"la_placements": "+5%"}``, also "-5%", "x1.05", "+10" or "-£10"
          (each period), for some months with `Change`;
        - shocks under any name: ``{"hard winter": [Shock(...), ...]}``;
        - another book, alone: ``what_if(other)`` or ``{"new contract": other}``.
    data
        As for `openbook.settle`; without data every input takes its plan.
    every
        Calendar of the positions: "term", "year", "month".
    singly
        With several changes, also each of them alone and their interaction; False: only all together.
    scenarios, seed, progress
        With scenarios, the differences are also simulated over the term, before and after under the same draws. They
        are drawn around the plan; where `as_at` is given, the data hold up to it.
    plan
        Inputs without data take their plan; by default when there are no data.
    **options
        As for `openbook.settle`: where, as_at, readings, alternatives, shocks, outside.

    Raises
    ------
    BookError
        A name is unknown or ambiguous, a value does not fit its term, or a changed book is not valid; all faults at
        once.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.examples.mental_health_alliance()
    >>> found = ob.what_if(book, {"budget of year one": "£13m", "local authority share": "45%"})
    >>> lines = ["budget of year one", "local authority share", "interaction"]
    >>> sum(found.difference("ccg", change=line) for line in lines) == found.difference("ccg")
    True
    """
    edits = edits_of(book, changes)
    options = dict(options)
    shocks = shock_list(book, options.pop("shocks", None))
    named = {"base": World(book, tuple(shocks))}
    if len(edits) == 1 or singly:
        named |= {edit.label: worlds_of(book, [edit], shocks) for edit in edits}
    if len(edits) > 1:
        named[TOGETHER] = worlds_of(book, edits, shocks)
    use_plan = data is None if plan is None else plan
    settlements = {name: _settled(name, world, data, {"plan": use_plan, **options}) for name, world in named.items()}
    simulated: dict[str, PairedDifferences] = {}
    if scenarios:
        known = data if options.get("as_at") else None
        simulated = _simulated(named, scenarios, seed, progress, {**options, "data": known})
    return WhatIf._of(edits, settlements, every, simulated)
