"""What a book comes to on given data: the ledger and its views."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from . import _asked_periods, _json, privacy, queries, wording
from ._request import request_text
from ._settled import MEMBERS, SIGN, Views
from ._values import nearest
from .data.given import Inputs
from .errors import BookError, DataError
from .explanation import Explanation
from .table import Table

if TYPE_CHECKING:
    from ._exporting import Money
    from .book import Book
    from .movement import Movement
    from .saving import Parcel
    from .sensitivities import MarginalPounds

__all__ = ["SIGN", "Settlement"]

Kept = TypeVar("Kept", bound="Settlement")

#: What a settlement may carry beside its result; the file keeps it where it is there.
EXTRAS = ("receipt", "flex")

#: The parts of a result that hold figures, and what tells one position from another.
FIGURES = ("entries", "to_post", "positions", "cash", "gap", "disputes", "joint", "quantities")
POSITION = ("party", "basis", "every", "period")


class Settlement(Views):
    """What a book comes to on given data. Frozen; made by `openbook.settle`.

    Periods are numbered from 1 in every table. All money is in pounds to the penny; in positions + is in the party's
    favour.

    Attributes
    ----------
    ledger
        Every entry: who pays whom, for which service months, posted and due when, under which clause and reading.
        Entries of basis
        "practised" are what is paid; those of basis "written" apply the words to the history as practised.
    payments
        The practised entries of the ledger.
    positions
        Sums by party, basis, calendar and period.
    cash
        Cumulative receipts of each party by due month.
    gap
        Per clause and period: written, practised, and practised less written.
    disputes
        Per clause with several readings, what each reading would leave each party.
    quantities
        The named quantities, as exact numbers.
    to_post
        With ``posted=``: the entries still to be posted; else empty.
    warnings
        What the reader should know: code, path, message.
    receipt, flex
        What became of every row of the data, and the months that rest on provisional data; see `openbook.Load`.
    release
        The version of the package that calculated it; "" where its file does not say.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.read_book('''{"format": 1, "id": "small", "calendar": {"start": "2024-04", "months": 12},
    ...   "parties": [{"id": "icb"}, {"id": "trust"}],
    ...   "contracts": [{"id": "acute", "payer": "icb", "payee": "trust",
    ...                  "clauses": [{"id": "main", "kind": "block", "amount": "£12m"}]}]}''')
    >>> book.settle().position("trust")
    Decimal('12000000.00')
    """

    __slots__ = ("_cache", "_core", "_data", "book", "flex", "receipt", "release", "request")
    _kind: ClassVar[str] = "settlement"

    book: Book
    request: dict[str, Any]
    release: str
    receipt: Table | None
    flex: tuple[str, ...]
    _core: Any
    _data: dict[str, Any]
    _cache: dict[str, Any]

    def __init__(
        self,
        book: Book,
        request: Mapping[str, Any],
        core: Any = None,
        data: Mapping[str, Any] | None = None,
        release: str | None = None,
        *,
        receipt: Table | None = None,
        flex: Sequence[str] = (),
        notes: Iterable[Mapping[str, Any]] = (),
        plans: Any = None,
    ) -> None:
        from . import __version__

        if core is None and data is None:
            core = _run(book, request, plans)
        content = dict(data) if data is not None else _json.loads(core.json())
        content["warnings"] = [*content["warnings"], *(dict(note) for note in notes)]
        object.__setattr__(self, "book", book)
        object.__setattr__(self, "request", dict(request))
        object.__setattr__(self, "release", __version__ if release is None else release)
        object.__setattr__(self, "receipt", receipt)
        object.__setattr__(self, "flex", tuple(flex))
        object.__setattr__(self, "_core", core)
        object.__setattr__(self, "_data", content)
        object.__setattr__(self, "_cache", {})

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a settlement never changes")

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.book, self.request, self._data, self.release, self._extras())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Settlement):
            return NotImplemented
        return self.book == other.book and self._data == other._data and self.request == other.request

    def __hash__(self) -> int:
        return hash((self.book, tuple((row["party"], row["amount"]) for row in self._data["positions"])))

    def _extras(self) -> dict[str, Any]:
        found = {name: getattr(self, name, None) for name in EXTRAS}
        return {name: value for name, value in found.items() if value is not None and value != ()}

    # -- asking -----------------------------------------------------------------------------------------------

    def position(self, party: str, *, every: str = "term", period: int | str = 1, basis: str = "practised") -> Decimal:
        """One party's position, + = in its favour.

        Parameters
        ----------
        party
            Id or name.
        every, period
            Calendar ("month", "year" or "term") and the number (from 1) or label of the period.
        basis
            "practised", "written" or "written_world".

        Raises
        ------
        BookError
            There is no such party or period.
        """
        party = queries.require_party(self.book, party)
        number = self.period(every, period)
        for row in self._data["positions"]:
            if (row["party"], row["basis"], row["every"], row["period"]) == (party, basis, every, number - 1):
                return Decimal(row["amount"])
        message = f"no position of '{party}' on basis '{basis}' for {every} {period}"
        raise BookError("no such position", [{"code": "unknown-period", "path": "", "message": message}])

    def period(self, every: str, period: int | str) -> int:
        """The number of a period given by number or label."""
        labels = {row["label"]: row["period"] + 1 for row in self._data["positions"] if row["every"] == every}
        if isinstance(period, str) and period in labels:
            return int(labels[period])
        if isinstance(period, int) or period.isdigit():
            return int(period)
        message = f"no {every} '{period}'{nearest(period, labels)} There is {', '.join(list(labels)[:12])}."
        raise BookError(f"no {every} '{period}'", [{"code": "unknown-period", "path": "", "message": message}])

    def explain(
        self,
        what: str,
        *,
        every: str = "",
        period: int | str = 1,
        year: int | str | None = None,
        basis: str = "practised",
    ) -> Explanation:
        """Open a figure into the clauses, readings, inputs and formulas that made it.

        Parameters
        ----------
        what
            A party, clause or quantity by id, or ``"entry:<id>"``; ``"party:x"``, ``"clause:x"``, ``"quantity:x"``
            where an id is
            ambiguous.
        every, period
            For a party: "term" (the default) or "year", and which one, from 1 or by label. For a clause or a quantity
            `period` is one of its own calendar, by number, by label or by a month in it: "2021-05". With a longer
            `every`, all that a clause moves in such a period, added up.
        year
            Short for ``every="year", period=year``.
        basis
            "practised", "written" or "written_world".

        Returns
        -------
        Explanation
            A tree; the children of positions and clauses add up to them, to the penny.

        Raises
        ------
        BookError
            Nothing answers to `what`, or several things do; there is no such period, or nothing moves in it.
        """
        if year is not None:
            every, period = "year", year
        self._ready()

        tree, target = _asked_periods.opened(self.book, what, every, period, basis, self._core.explain)
        return wording.cited(self.book, tree, target.get("clause") or self._clause_of(target.get("entry", "")))

    def members(self, quantity: str) -> Table:
        """What a quantity with a dimension came to: one row for each period and member.

        Parameters
        ----------
        quantity
            Id of a quantity of the book whose values have a dimension; the others stand in `quantities`.

        Returns
        -------
        Table
            Columns id, name, every, period, label, dimension, member, unit, value; periods from 1 of the quantity's
            own calendar, members in the order of the dimension. A value that is missing is None.

        Raises
        ------
        BookError
            The book has no such quantity, or it has one value and no members.

        Examples
        --------
        >>> import openbook as ob
        >>> crop = ob.examples.crop_area_yield().settle(plan=True)
        >>> {row["member"]: int(row["value"]) for row in crop.members("threshold").where(period=8)}
        {'canal': 3384, 'upland': 3008, 'river': 2632}
        """
        known = [item.id for item in self.book.quantities]
        if quantity not in known:
            message = f"no quantity '{quantity}'{nearest(quantity, known)}"
            problem = {"code": "unknown-name", "path": "", "message": message}
            raise BookError(f"no quantity is called '{quantity}'", [problem])
        self._ready()
        rows = _json.loads(self._core.members(quantity))
        if not rows:
            message = f"'{quantity}' has one value for each period, without members; it stands in .quantities"
            raise BookError("no members", [{"code": "dimension", "path": "", "message": message}])
        return self._table(f"members of {quantity}", f"Members of {quantity}", MEMBERS, rows)

    def _ready(self) -> None:
        """The core holds the settlement, or holds it again."""
        if self._core is None:
            object.__setattr__(self, "_core", self._again())

    def marginal(
        self,
        party: str,
        *,
        every: str = "term",
        period: int | str = 1,
        basis: str = "practised",
        terms: bool = True,
    ) -> MarginalPounds:
        """What one more of everything that went into it moves in a party's position: exact marginal pounds.

        Slopes are derivatives of the settled position, by one walk back through the plan. Where the value lies on a
        kink or a cliff, left and right are each followed by themselves, and what jumps is told as the £ at stake. Steps
        of rounding are passed over as if they were not there.

        Parameters
        ----------
        party, every, period, basis
            Which position, as for `position`.
        terms
            Also by every plain number that the document states, such as a price; False: by data alone.

        Returns
        -------
        MarginalPounds
            Its `table` has one row per number; `through` says by which clauses a marginal pound comes, `chain` opens
            it.

        Raises
        ------
        BookError
            There is no such party or period.

        Examples
        --------
        >>> import openbook as ob
        >>> quick = ob.quick.cost_and_volume(plan=10_000, price="£2,000", marginal="50%")
        >>> settled = quick.book.settle({"activity": [900] * 12}, disputes=False)
        >>> row = settled.marginal("provider").of("activity", "2025-04")
        >>> row["left"], row["right"]
        (Decimal('1000'), Decimal('1000'))
        """
        from .sensitivities import marginal

        return marginal(self, party, every=every, period=period, basis=basis, terms=terms)

    def _clause_of(self, entry: str) -> str:
        """The clause of an entry of the ledger; "" where there is none."""
        return next((str(row["clause"]) for row in self._data["entries"] if row["id"] == entry), "") if entry else ""

    def _again(self) -> Any:
        """Calculated again by this release and the same edition: what opens a figure must come to that figure."""
        core = _run(self.book, self.request | ({"edition": self.edition} if self.edition else {}))
        if differing := _differing(self._data, _json.loads(core.json())):
            from . import __version__

            message = (
                f"openbook {__version__} does not come to the figures that openbook {self.release or '(not stated)'} "
                f"calculated: {differing}; settle the book again, and compare with versus"
            )
            raise DataError("not reproduced", [{"code": "not-reproduced", "path": "/result", "message": message}])
        return core

    def versus(self, last: Settlement | str | Path, **options: Any) -> Movement:
        """What moved since an earlier settlement of the same contract, to the penny; see `openbook.versus`."""
        from .movement import versus

        return versus(self, last, **options)

    # -- keeping ----------------------------------------------------------------------------------------------

    def to_json(self, *, indent: int | None = None) -> str:
        """Everything as JSON text, as the core writes it (periods counted from 0), with the warnings of the data."""
        own = {"private_to": self.private_to} if self.private_to else {}
        return _json.dumps({**own, **self._data}, indent=indent)

    def to_parquet(
        self, folder: str | Path, *, money: Money = "decimal", dates: bool = False, private: bool = False
    ) -> None:
        """Write every table as a Parquet file into a folder; see `openbook.Table.to_parquet`.

        The folder is replaced as a whole or not at all, and only where it holds nothing but what this wrote before.

        Parameters
        ----------
        folder
            Gets ``ledger.parquet``, ``positions.parquet``, ... and ``tables.json``, which lists them with their
            schemas, rows and digests.
        money, dates
            As for `Table.to_arrow`.

        Raises
        ------
        DataError
            The folder holds something else.
        """
        from ._folders import write_tables

        privacy.permit(self.private_to, private, "settlement")
        write_tables(folder, self._tables(), self._about(), money, dates)

    def _pack(self, parcel: Parcel) -> dict[str, Any]:
        return {
            "book": parcel.keep(self.book),
            "package": self.release,
            "request": parcel.asked(self.request),
            "result": self._data,
            "extras": parcel.encode(self._extras()),
        }

    @classmethod
    def _unpack(cls, content: Mapping[str, Any], parcel: Parcel) -> Self:
        book, extras = parcel.books[content["book"]], parcel.decode(content["extras"])
        parcel.check_result(content["result"], book)
        settlement = cls(book, content["request"], data=content["result"], release=str(content["package"]))
        return _with_extras(settlement, extras)

    def _recalculate(self) -> None:
        self._again()

    # -- showing ----------------------------------------------------------------------------------------------

    def _blocks(self) -> list[Any]:
        from ._display import settled

        return settled.settlement_blocks(self)

    def __repr__(self) -> str:
        return str(self)


def _run(book: Book, request: Mapping[str, Any], plans: Any = None) -> Any:
    from . import _core

    inputs = request["inputs"]
    columns = inputs.columns() if isinstance(inputs, Inputs) else {}
    texts = inputs.listed() if isinstance(inputs, Inputs) else inputs
    with wording.speaking(book._data):
        return _core.settle(book._core, request_text({**request, "inputs": texts}), columns, plans)


def _rebuild(
    book: Book, request: dict[str, Any], data: dict[str, Any], release: str, extras: Mapping[str, Any]
) -> Settlement:
    return _with_extras(Settlement(book, request, data=data, release=release), extras)


def _with_extras(settlement: Kept, extras: Mapping[str, Any]) -> Kept:
    for name, value in extras.items():
        object.__setattr__(settlement, name, value)
    return settlement


def _differing(kept: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Where the figures of two results differ, in words; "" where they do not."""
    names = [name for name in FIGURES if name in kept and kept[name] != found.get(name)]
    if not names:
        return ""
    amounts = {tuple(row[key] for key in POSITION): row["amount"] for row in found["positions"]}
    for row in kept.get("positions", ()):
        other = amounts.get(tuple(row[key] for key in POSITION))
        if other != row["amount"]:
            return f"{row['party']}, {row['basis']}, {row['label']}: {row['amount']} then, {other} now"
    return ", ".join(names)
