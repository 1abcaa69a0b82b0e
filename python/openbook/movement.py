"""What moved between two settlements of a contract, and why: a chain of settlements that adds up to the penny."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from . import _moved, _reasons, _states, privacy, queries
from ._settled import BASES, SIGN
from ._states import STEPS
from ._values import nearest
from .errors import BookError
from .explanation import Explanation
from .results import Settlement
from .table import Table

if TYPE_CHECKING:
    from .saving import Parcel

__all__ = ["STEPS", "Movement", "check_order", "versus"]

ORDER = "Steps in this order; another order splits the same movement differently."


class Movement(Table):
    """What moved every party's position between two settlements, step by step. Frozen; made by `openbook.versus`.

    A table of party, step, before, change, after: each step's `after` is the next one's `before`, the first `before` is
    what the earlier settlement says and the last `after` what the later one says.

    Attributes
    ----------
    settlements
        The chain: step and settlement, from ``"last"`` (the earlier one) to the last step (the later one).
    basis
        "practised" or "written".
    remarks
        What the reader should know, such as a step that could not be settled alone and is told with the next.
    """

    __slots__ = ("basis", "remarks", "settlements")
    _kind: ClassVar[str] = "movement"
    settlements: tuple[tuple[str, Settlement], ...]
    basis: str
    remarks: tuple[str, ...]

    @classmethod
    def _of(cls, settlements: Sequence[tuple[str, Settlement]], basis: str, remarks: Sequence[str]) -> Self:
        rows = _moved.by_party(settlements, basis)
        (_, last), (_, this) = settlements[0], settlements[-1]
        about = this._about() | {f"last_{name}": value for name, value in last._about().items() if name != "book"}
        if owner := privacy.of_all((last, this)):
            about["private_to"] = owner
        title = f"Movement of {this.book.id} from {_named(last)} to {_named(this)}"
        table = cls.of_rows(title, _moved.MOVEMENT, rows, f"Positions over the term, {basis}. {SIGN} {ORDER}", about)
        object.__setattr__(table, "settlements", tuple(settlements))
        object.__setattr__(table, "basis", basis)
        object.__setattr__(table, "remarks", tuple(remarks))
        return table

    def __reduce__(self) -> tuple[Any, ...]:
        return Movement._of, (self.settlements, self.basis, self.remarks)

    def _pack(self, parcel: Parcel) -> dict[str, Any]:
        each = list({id(one): one for _, one in self.settlements}.values())  # steps that move nothing share theirs
        chain = [{"step": step, "settlement": each.index(one)} for step, one in self.settlements]
        settlements = [one._pack(parcel) for one in each]
        return {"basis": self.basis, "remarks": list(self.remarks), "chain": chain, "settlements": settlements}

    @classmethod
    def _unpack(cls, content: Mapping[str, Any], parcel: Parcel) -> Self:
        each = [Settlement._unpack(one, parcel) for one in content["settlements"]]
        chain = [(str(one["step"]), each[one["settlement"]]) for one in content["chain"]]
        return cls._of(chain, content["basis"], content["remarks"])

    def _rests_on(self) -> Iterable[Settlement]:
        return {id(one): one for _, one in self.settlements[1:]}.values()

    @property
    def release(self) -> str:
        """The version of the package that calculated the later settlement."""
        return self.this.release

    # -- asking -----------------------------------------------------------------------------------------------

    @property
    def last(self) -> Settlement:
        """The earlier settlement."""
        return self.settlements[0][1]

    @property
    def this(self) -> Settlement:
        """The later settlement."""
        return self.settlements[-1][1]

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps, in order."""
        return tuple(step for step, _ in self.settlements[1:])

    def party(self, party: str) -> Table:
        """The rows of one party, by id or name."""
        return self.where(party=self._party(party))

    def table(self) -> Table:
        """One row per party: last, the change at every step, this."""
        rows = []
        for party in _moved.parties(self.settlements):
            own = list(self.where(party=party))
            changes = {row["step"]: row["change"] for row in own}
            rows.append({"party": party, "last": own[0]["before"], **changes, "this": own[-1]["after"]})
        return Table.of_rows(self.title, _moved.wide_schema(self.steps), rows, self.note, self.about)

    def by_clause(self, party: str | None = None) -> Table:
        """What each clause moves at each step; clauses and steps that move nothing are left out.

        Parameters
        ----------
        party
            Id or name; None for all parties.

        Returns
        -------
        Table
            Columns party, contract, clause, step, before, change, after. The changes of a party and step add up to that
            step of the movement.
        """
        wanted = None if party is None else self._party(party)
        rows = _moved.by_clause(self.settlements, self.basis, wanted)
        return Table.of_rows(f"{self.title}, by clause", _moved.BY_CLAUSE, rows, self.note, self.about)

    def by(self, every: str) -> Table:
        """The movement by the periods of a calendar: "month", "year" or "term"; all that any of the settlements has."""
        rows = _moved.by_period(self.settlements, self.basis, every)
        note = f"Positions by {every}, {self.basis}. {SIGN} {ORDER}"
        return Table.of_rows(f"{self.title}, by {every}", _moved.BY_PERIOD, rows, note, self.about)

    def _party(self, party: str) -> str:
        try:
            return queries.require_party(self.this.book, party)
        except BookError:
            if party in {row.id for row in self.last.book.parties}:
                return party
            raise

    # -- why --------------------------------------------------------------------------------------------------

    @property
    def inputs(self) -> Table:
        """The values that are new or revised: step, input, month, member, before, after.

        "plan" stands for a month that was settled on its plan, "missing" for one that may be missing and was; nothing
        for a month that did not count.
        """
        return _reasons.inputs(self.settlements)

    @property
    def revised(self) -> Table:
        """The values of months that both settlements cover, and that are not the same in both."""
        return self.inputs.where(step=self._told("revised data"))

    @property
    def terms(self) -> Table:
        """What the later book says differently, readings apart: path, what, before, after, words."""
        return _reasons.terms(self.last, self.this)

    @property
    def readings(self) -> Table:
        """The readings and alternatives that are not the same: what, of, before, after."""
        return _reasons.readings(self.last, self.this)

    @property
    def shocks(self) -> Table:
        """The shocks that only one of the settlements has: what, on, action, value, starts, ends."""
        return _reasons.shocks(self.last, self.this)

    def _told(self, step: str) -> str:
        """The name of the step with which a step is told."""
        return next(name for name in self.steps if step in name.split(" and "))

    def check(self) -> Table:
        """That the steps add up, to the penny: party, last, movement, this, difference (nought).

        Last and this are the positions as the two settlements state them; the movement is the sum over
        clauses and steps.

        Raises
        ------
        DataError
            They do not add up: a settlement contradicts its own ledger.
        """
        rows = _moved.adding_up(self.settlements, self.basis, self.by_clause())
        return Table.of_rows(f"{self.title}: adds up", _moved.CHECK, rows, SIGN, self.about)

    def explain(self, party: str) -> Explanation:
        """The movement of one party as a tree: steps, and the clauses that each step moves.

        The children of every node add up to it; ``openbook.plotting.bridge`` draws the tree.
        """
        own = self._party(party)
        clauses = self.by_clause(own)
        steps = []
        for row in self.where(party=own):
            moved = [line for line in clauses if line["step"] == row["step"]]
            children = tuple(
                Explanation(
                    ": ".join(filter(None, (line["contract"], line["clause"]))),
                    str(line["change"]),
                    "£",
                    "clause",
                    note=_ends(line["before"], line["after"]),
                )
                for line in moved
            )
            note = _reasons.words(self, row["step"])
            steps.append(Explanation(row["step"], str(row["change"]), "£", "step", note=note, children=children))
        rows = list(self.where(party=own))
        before, after = rows[0]["before"], rows[-1]["after"]
        label = f"movement of {queries.party_name(self.this.book, own)}"
        note = _ends(before, after)
        tree = Explanation(label, str(after - before), "£", "movement", note=note, children=tuple(steps))
        return tree.owned(self.private_to)

    # -- showing ----------------------------------------------------------------------------------------------

    def svg(self, party: str) -> str:
        """A bridge: what each step moves for one party, and the movement in all."""
        from ._display import svg

        rows = list(self.party(party))
        steps = [(row["step"], float(row["change"])) for row in rows]
        name = queries.party_name(self.this.book, rows[0]["party"])
        ends = _ends(rows[0]["before"], rows[-1]["after"])
        title = privacy.titled(f"Movement of {name} (£), {ends}", self.private_to)
        return svg.steps(steps, title=title, total="in all")

    def _blocks(self) -> list[Any]:
        return _reasons.blocks(self)


def _ends(before: Decimal, after: Decimal) -> str:
    first, second = (f"{'-' if amount < 0 else ''}£{abs(amount):,.2f}" for amount in (before, after))
    return f"from {first} to {second}"


def _named(settlement: Settlement) -> str:
    return settlement.as_at or "the whole calendar"


# -- making ---------------------------------------------------------------------------------------------------------


def versus(
    this: Settlement,
    last: Settlement | str | Path,
    *,
    order: Sequence[str] = STEPS,
    basis: str = "practised",
) -> Movement:
    """What moved since an earlier settlement of the same contract, split by reason, to the penny.

    The split is a chain of settlements: the earlier one as it stands, settled again by this release ("version"), and
    then with one thing after the other as it is in the later one:

    "revised data"
        values of months that both settlements cover;
    "new months"
        the date of the settlement and the values of months that only one of them covers;
    "terms"
        everything that the later book says differently, its calendar and its inputs included, but for readings;
    "readings"
        the readings and alternatives, chosen in the book or when settling;
    "shocks"
        shocks, where one of the settlements was made under any.

    Each step is the difference of two settlements, so that the steps add up exactly. What a step comes to depends on
    what was changed before it: the default tells first what the unchanged terms make of the facts (corrected, then
    new), and then what was decided (terms on the facts as they are now, readings of these terms), which is the question
    that the two sides of a contract are asked in this order. A step that cannot be settled alone, such as new months of
    an input that the later terms no longer have, is told together with the next one, and `Movement.remarks` says why.

    Parameters
    ----------
    this
        The later settlement.
    last
        The earlier one, or the path of its file.
    order
        The five steps in another order. "version" always comes first.
    basis
        "practised" or "written".

    Raises
    ------
    BookError
        The settlements are of different contracts.
    ValueError
        `order` or `basis` is none of these.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.examples.third_sector_cash()
    >>> movement = ob.versus(book.settle(plan=True), book.settle(plan=True, as_at="2015-06"))
    >>> movement.steps
    ('version', 'revised data', 'new months', 'terms', 'readings', 'shocks')
    >>> set(movement.check()["difference"])
    {Decimal('0.00')}
    """
    earlier = last if isinstance(last, Settlement) else Settlement.read(last)
    check_order(order)
    if basis not in BASES:
        raise ValueError(f"basis: found {basis!r}, expected 'practised' or 'written'")
    if earlier.book.id != this.book.id:
        message = (
            f"this is a settlement of '{this.book.id}' ({this.book.title or 'untitled'}), last one of "
            f"'{earlier.book.id}' ({earlier.book.title or 'untitled'}); expected two of one contract"
        )
        raise BookError("different contracts", [{"code": "foreign-ledger", "path": "/id", "message": message}])
    chain, remarks = _states.chain(this, earlier, tuple(order))
    return Movement._of(chain, basis, remarks)


def check_order(order: Sequence[str]) -> None:
    """Whether an order names each step once.

    Raises
    ------
    ValueError
        It does not.
    """
    for step in order:
        if step not in STEPS:
            raise ValueError(f"order: no step {step!r}{nearest(str(step), STEPS)} There is {', '.join(STEPS)}.")
    if sorted(order) != sorted(STEPS):
        raise ValueError(f"order: found {', '.join(order)}; expected each of {', '.join(STEPS)} once")
