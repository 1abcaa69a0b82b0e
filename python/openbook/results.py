"""Settling a book, and what comes out: the ledger and its views."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _json, queries
from ._files import write_atomic
from ._request import shock_list, texts, whole
from ._values import nearest
from ._views import DISPUTE_COLUMNS, Disputes, Gap, Moving
from .errors import BookError, DataError
from .explanation import Explanation
from .frames import Outside, inputs_of
from .table import Column, Table

if TYPE_CHECKING:
    from .book import Book

__all__ = ["Settlement", "explain", "settle"]

SIGN = "+ = received by the party, - = paid."

ENTRY_COLUMNS = (
    Column("id"),
    Column("service_from"),
    Column("service_to"),
    Column("posting"),
    Column("due"),
    Column("from"),
    Column("to"),
    Column("contract"),
    Column("clause"),
    Column("label"),
    Column("reading"),
    Column("basis"),
    Column("kind"),
    Column("amount", "money"),
)
POSITION_COLUMNS = (
    Column("party"),
    Column("basis"),
    Column("every"),
    Column("period", "int"),
    Column("label"),
    Column("amount", "money"),
)


class Settlement:
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

    __slots__ = ("_cache", "_core", "_data", "book", "request")

    book: Book
    request: dict[str, Any]
    _core: Any
    _data: dict[str, Any]
    _cache: dict[str, Any]

    def __init__(
        self, book: Book, request: Mapping[str, Any], core: Any = None, data: Mapping[str, Any] | None = None
    ) -> None:
        if core is None and data is None:
            core = _run(book, request)
        object.__setattr__(self, "book", book)
        object.__setattr__(self, "request", dict(request))
        object.__setattr__(self, "_core", core)
        object.__setattr__(self, "_data", dict(data) if data is not None else _json.loads(core.json()))
        object.__setattr__(self, "_cache", {})

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a settlement never changes")

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.book, self.request, self._data)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Settlement):
            return NotImplemented
        return self.book == other.book and self._data == other._data

    def __hash__(self) -> int:
        return hash((self.book, len(self._data["entries"]), _json.dumps(self._data["positions"])))

    # -- tables -----------------------------------------------------------------------------------------------

    def _table(
        self,
        name: str,
        title: str,
        columns: Sequence[Column],
        rows: Iterable[Mapping[str, Any]],
        note: str = "",
        of: type[Table] = Table,
    ) -> Table:
        if name not in self._cache:
            self._cache[name] = of.of_rows(title, columns, (_counted(row) for row in rows), note)
        table: Table = self._cache[name]
        return table

    @property
    def as_at(self) -> str | None:
        """The month to which the settlement is made; None for the whole calendar."""
        return self._data.get("as_at")

    @property
    def ledger(self) -> Table:
        """Every entry, practised and written."""
        return self._table(
            "ledger", "Ledger", ENTRY_COLUMNS, self._data["entries"], "Amounts move from `from` to `to`."
        )

    @property
    def payments(self) -> Table:
        """The entries as practised: what is paid."""
        rows = [row for row in self._data["entries"] if row["basis"] == "practised"]
        return self._table("payments", "Payments", ENTRY_COLUMNS, rows, "Amounts move from `from` to `to`.")

    @property
    def to_post(self) -> Table:
        """With ``posted=``, the entries that remain to be posted, differences included."""
        return self._table("to_post", "To post", ENTRY_COLUMNS, self._data.get("to_post") or ())

    @property
    def positions(self) -> Table:
        """Positions of every party, on every basis and calendar."""
        return self._table("positions", "Positions", POSITION_COLUMNS, self._data["positions"], SIGN, Moving)

    @property
    def written(self) -> Table:
        """Positions with the words applied to the history as practised."""
        return self._basis("written")

    @property
    def practised(self) -> Table:
        """Positions as paid."""
        return self._basis("practised")

    @property
    def written_world(self) -> Table:
        """Positions in a world without any concession, with its own history."""
        return self._basis("written_world")

    def _basis(self, basis: str) -> Table:
        rows = [row for row in self._data["positions"] if row["basis"] == basis]
        return self._table(basis, f"Positions, {basis.replace('_', ' ')}", POSITION_COLUMNS, rows, SIGN, Moving)

    @property
    def cash(self) -> Table:
        """Cumulative receipts less payments of each party by due month, opening cash included."""
        columns = (Column("party"), Column("month"), Column("received", "money"))
        return self._table("cash", "Cash", columns, self._data["cash"], SIGN)

    @property
    def gap(self) -> Table:
        """Written against practised, by clause; + = the clause's payer pays more than the words require."""
        columns = (
            Column("clause"),
            Column("contract"),
            Column("period", "int"),
            Column("label"),
            Column("written", "money"),
            Column("practised", "money"),
            Column("gap", "money"),
        )
        note = "gap = practised - written."
        return self._table("gap", "Written against practised", columns, self._data["gap"], note, Gap)

    @property
    def disputes(self) -> Table:
        """What each reading of each ambiguous clause leaves each party over the term.

        Columns: clause, name, reading, chosen, provisional, party, position, difference (from the chosen reading),
        asserted_by, words, choose (the line of Python that chooses the reading).
        """
        known = {(row["clause"], row["reading"]): row for row in queries.readings(self.book)}
        names = {clause.id: clause.name for _, clause, _ in queries.clauses(self.book)}
        rows = []
        chosen = {line["clause"]: line["positions"] for line in self._data["disputes"] if line["chosen"]}
        for line in self._data["disputes"]:
            clause, reading = line["clause"], line["reading"]
            told = known.get((clause, reading), {})
            for party, amount in line["positions"].items():
                rows.append(
                    {
                        "clause": clause,
                        "name": names.get(clause, ""),
                        "reading": reading,
                        "chosen": line["chosen"],
                        "provisional": line["chosen"] and clause in self.provisional,
                        "party": party,
                        "position": amount,
                        "difference": Decimal(amount) - Decimal(chosen[clause][party]),
                        "asserted_by": told.get("asserted_by", ""),
                        "words": told.get("words", ""),
                        "choose": f"book.settle(..., readings={{{_json.dumps(clause)}: {_json.dumps(reading)}}})",
                    }
                )
        return self._table("disputes", "Readings in dispute, one at a time", DISPUTE_COLUMNS, rows, SIGN, Disputes)

    @property
    def joint_range(self) -> Table:
        """Lowest and highest position of each party over all combinations of readings; the note says if it is exact."""
        joint = self._data.get("joint") or {"exact": True, "combinations": 1, "range": {}}
        rows = [{"party": party, "lowest": low, "highest": high} for party, (low, high) in joint["range"].items()]
        count = f"{int(joint['combinations']):,} combinations of readings"
        exact = f"exact over {count}" if joint["exact"] else f"sum of single effects, not exact: {count} are too many"
        columns = (Column("party"), Column("lowest", "money"), Column("highest", "money"))
        return self._table("joint", "Range over all readings", columns, rows, exact)

    @property
    def quantities(self) -> Table:
        """The named quantities of the book, period by period; fractions that are no finite decimal stay text."""
        columns = (
            Column("id"),
            Column("name"),
            Column("every"),
            Column("period", "int"),
            Column("label"),
            Column("unit"),
            Column("value", "decimal"),
        )
        return self._table("quantities", "Quantities", columns, self._data["quantities"])

    @property
    def superseded(self) -> Table:
        """Clauses that lost to another term on the same subject by the order of precedence."""
        columns = (Column("clause"), Column("by"), Column("subject"))
        return self._table("superseded", "Superseded clauses", columns, self._data.get("superseded") or ())

    @property
    def provisional(self) -> tuple[str, ...]:
        """Clauses settled on a provisional reading."""
        return tuple(self._data.get("provisional") or ())

    @property
    def warnings(self) -> Table:
        """What the reader should know."""
        columns = (Column("code"), Column("path"), Column("message"))
        return self._table("warnings", "Warnings", columns, self._data["warnings"])

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
            For a party: "term" (the default) or "year", and which one, from 1 or by label. For a clause or a
            quantity
            `period` counts its own calendar.
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
            Nothing answers to `what`, or several things do.
        """
        if year is not None:
            every, period = "year", year
        number = self.period(every or "term", period) if isinstance(period, str) else period
        target = queries.target(self.book, what, every=every or "term", period=number)
        target["basis"] = basis
        if self._core is None:
            object.__setattr__(self, "_core", _run(self.book, self.request))
        return Explanation.of(_json.loads(self._core.explain(_json.dumps(target))))

    # -- keeping ----------------------------------------------------------------------------------------------

    def to_json(self, *, indent: int | None = None) -> str:
        """Everything as JSON text, as the core writes it (periods counted from 0)."""
        if indent is None and self._core is not None:
            text: str = self._core.json()
            return text
        return _json.dumps(self._data, indent=indent)

    def save(self, path: str | Path) -> None:
        """Write book, request and results to one file; replaced whole or not at all. `Settlement.read` reads it."""
        whole_file = {
            "format": "openbook-settlement-1",
            "digest": self.book.digest,
            "book": _json.loads(self.book.to_json()),
            "request": self.request,
            "result": self._data,
        }
        write_atomic(path, _json.dumps(whole_file, indent=1) + "\n")

    @classmethod
    def read(cls, path: str | Path) -> Settlement:
        """Read what `save` wrote.

        Raises
        ------
        DataError
            The file is not a saved settlement, or its book is not the one that was settled.
        """
        from .book import Book

        data = _json.loads(Path(path).read_bytes())
        if not isinstance(data, dict) or data.get("format") != "openbook-settlement-1":
            message = f"{Path(path).name}: expected a file written by Settlement.save"
            raise DataError("not a saved settlement", [{"code": "malformed", "path": "", "message": message}])
        book = Book.from_json(_json.dumps(data["book"]))
        if book.digest != data["digest"]:
            message = f"{Path(path).name}: the book's digest is {book.digest}, the file says {data['digest']}"
            raise DataError("a changed book", [{"code": "digest", "path": "/book", "message": message}])
        return cls(book, data["request"], data=data["result"])

    # -- showing ----------------------------------------------------------------------------------------------

    def summary(self) -> Table:
        """Position of each party over the term: written, practised and the difference."""
        rows = []
        for party in self.book.parties:
            amounts = {
                row["basis"]: Decimal(row["amount"])
                for row in self._data["positions"]
                if row["party"] == party.id and row["every"] == "term"
            }
            if amounts:
                written, practised = amounts.get("written", Decimal(0)), amounts.get("practised", Decimal(0))
                rows.append(
                    {"party": party.id, "written": written, "practised": practised, "difference": practised - written}
                )
        columns = (
            Column("party"),
            Column("written", "money"),
            Column("practised", "money"),
            Column("difference", "money"),
        )
        return self._table("summary", f"Positions of {self.book.id} over the term", columns, rows, SIGN)

    def _blocks(self) -> list[Any]:
        from ._display import settled

        return list(settled.settlement_blocks(self))

    def __repr__(self) -> str:
        from ._display import text

        return text.render(self._blocks())

    def _repr_html_(self) -> str:
        from ._display import html

        return html.render(self._blocks())


def _counted(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Periods are counted from 0 in the core and from 1 here."""
    return {**row, "period": row["period"] + 1} if isinstance(row.get("period"), int) else row


def _run(book: Book, request: Mapping[str, Any]) -> Any:
    from . import _core

    return _core.settle(book._core, _json.dumps(request))


def _rebuild(book: Book, request: dict[str, Any], data: dict[str, Any]) -> Settlement:
    return Settlement(book, request, data=data)


def _posted(given: Settlement | Table | Iterable[Mapping[str, Any]] | None) -> list[dict[str, Any]] | None:
    if given is None:
        return None
    if isinstance(given, Settlement):
        return [dict(row) for row in given._data["entries"] if row["basis"] == "practised"]
    rows = [dict(row) for row in given]
    for row in rows:
        if isinstance(row.get("amount"), (Decimal, float, int)):
            row["amount"] = _json.decimal_text(row["amount"])
    return rows


def settle(
    book: Book,
    data: Any = None,
    *,
    where: Mapping[str, Any] | None = None,
    plan: bool = False,
    as_at: str | None = None,
    posted: Settlement | Table | Iterable[Mapping[str, Any]] | None = None,
    readings: Mapping[str, str] | None = None,
    alternatives: Mapping[str, str] | None = None,
    shocks: Any = None,
    disputes: bool = True,
    dispute_limit: int = 256,
    outside: Outside = "refuse",
) -> Settlement:
    """Settle a book on data, in exact arithmetic.

    Parameters
    ----------
    data
        Any data frame, CSV path, mapping or list of them; see `openbook.frames`. None where the book needs none, or
        with `plan`.
    where
        Selects rows by code: ``{"org_code": "RF4"}``.
    plan
        Inputs without data take their plan; otherwise a missing input is a `DataError`.
    as_at
        Month ("2016-09") to which the settlement is made; later months are not wanted.
    posted
        What was posted before: a settlement, a ledger table or its rows. Only differences are then to be posted.
    readings
        Clause id to the name of its reading, for this settlement only.
    alternatives
        Term (parameter id, name or path) to the name of one of its alternatives.
    shocks
        The name of a scenario of the book, or shocks (set, add, scale); see `openbook.stress`.
    disputes
        Whether the readings that were not chosen are settled as well.
    dispute_limit
        Most combinations of readings computed exactly; beyond it a bound is given that says so.
    outside
        "refuse" data of months outside the calendar, or "drop" them.

    Raises
    ------
    DataError
        The data do not fit; all faults at once.
    ReadingError
        A clause has several readings, none chosen and none provisional.

    Examples
    --------
    >>> import openbook as ob
    >>> settlement = ob.settle(ob.examples.mental_health_alliance(), plan=True)
    >>> settlement.payments["amount"][0] > 0
    True
    """
    request = {
        "inputs": inputs_of(book, data, where=where, as_at=as_at, plan=plan, outside=outside),
        "mode": "plan" if plan else "data",
        "as_at": as_at,
        "posted": _posted(posted),
        "readings": texts(readings),
        "alternatives": texts(alternatives),
        "shocks": shock_list(book, shocks),
        "disputes": bool(disputes),
        "dispute_limit": whole("dispute_limit", dispute_limit, 1, 1_000_000),
    }
    return Settlement(book, request)


def explain(
    book: Book,
    what: str,
    data: Any = None,
    *,
    every: str = "",
    period: int | str = 1,
    year: int | str | None = None,
    basis: str = "practised",
    **options: Any,
) -> Explanation:
    """Settle a book and open one figure into what made it.

    Parameters
    ----------
    what, every, period, year, basis
        As for `Settlement.explain`.
    data, **options
        As for `settle`.

    Examples
    --------
    >>> import openbook as ob
    >>> tree = ob.explain(ob.examples.mental_health_alliance(), "mental_health_ft", plan=True, year=1)
    >>> sum(child.amount for child in tree.children) == tree.amount
    True
    """
    settlement = settle(book, data, disputes=False, **options)
    return settlement.explain(what, every=every, period=period, year=year, basis=basis)
