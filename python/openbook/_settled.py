"""The tables of a settlement and their schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import _json, queries, wording
from ._lasting import Lasting
from ._views import Disputes, Gap, Moving
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .book import Book

__all__ = [
    "BASES",
    "CASH",
    "DISPUTES",
    "GAP",
    "JOINT_RANGE",
    "LEDGER",
    "MEMBERS",
    "POSITIONS",
    "QUANTITIES",
    "SIGN",
    "SUMMARY",
    "SUPERSEDED",
    "WARNINGS",
    "Views",
]

#: The bases of a ledger's entries.
BASES = ("practised", "written")

SIGN = "+ = received by the party, - = paid."
WHERE = Column("where", heading="in the contract")
FROM_TO = "Amounts move from `from` to `to`."

LEDGER = Schema(
    "openbook.ledger",
    1,
    (
        Column("id"),
        Column("service_from", "month"),
        Column("service_to", "month"),
        Column("posting", "month"),
        Column("due", "month"),
        Column("from"),
        Column("to"),
        Column("contract"),
        Column("clause"),
        Column("label"),
        Column("reading"),
        Column("basis"),
        Column("kind"),
        Column("amount", "money"),
        WHERE,
    ),
    FROM_TO,
)
POSITIONS = Schema(
    "openbook.positions",
    1,
    (
        Column("party"),
        Column("basis"),
        Column("every"),
        Column("period", "int"),
        Column("label"),
        Column("amount", "money"),
    ),
    SIGN,
)
CASH = Schema("openbook.cash", 1, (Column("party"), Column("month", "month"), Column("received", "money")), SIGN)
GAP = Schema(
    "openbook.gap",
    1,
    (
        Column("clause"),
        Column("contract"),
        Column("period", "int"),
        Column("label"),
        Column("written", "money"),
        Column("practised", "money"),
        Column("gap", "money"),
        WHERE,
    ),
    "gap = practised - written; + = the clause's payer pays more than the words require.",
)
DISPUTES = Schema(
    "openbook.disputes",
    1,
    (
        Column("clause"),
        Column("name"),
        Column("reading"),
        Column("chosen", "bool"),
        Column("provisional", "bool"),
        Column("party"),
        Column("position", "money"),
        Column("difference", "money"),
        Column("asserted_by"),
        Column("words"),
        Column("choose"),
        WHERE,
    ),
    SIGN,
)
JOINT_RANGE = Schema(
    "openbook.joint_range", 1, (Column("party"), Column("lowest", "money"), Column("highest", "money")), SIGN
)
QUANTITIES = Schema(
    "openbook.quantities",
    1,
    (
        Column("id"),
        Column("name"),
        Column("every"),
        Column("period", "int"),
        Column("label"),
        Column("unit"),
        Column("value", "decimal", unit="see the column unit"),
    ),
)
MEMBERS = Schema(
    "openbook.members",
    1,
    (
        Column("id"),
        Column("name"),
        Column("every"),
        Column("period", "int"),
        Column("label"),
        Column("dimension"),
        Column("member"),
        Column("unit"),
        Column("value", "decimal", unit="see the column unit"),
    ),
)
SUPERSEDED = Schema("openbook.superseded", 1, (Column("clause"), Column("by"), Column("subject"), WHERE))
WARNINGS = Schema("openbook.warnings", 1, (Column("code"), Column("path"), Column("message")))
SUMMARY = Schema(
    "openbook.summary",
    1,
    (
        Column("party"),
        Column("written", "money"),
        Column("practised", "money"),
        Column("difference", "money"),
    ),
    SIGN,
)


class Views(Lasting):
    """The tables of a settlement, made from its data when they are first asked for."""

    __slots__ = ()

    if TYPE_CHECKING:
        book: Book
        request: dict[str, Any]
        release: str
        _data: dict[str, Any]
        _cache: dict[str, Any]

    def _table(
        self,
        name: str,
        title: str,
        schema: Schema,
        rows: Iterable[Mapping[str, Any]],
        note: str | None = None,
        of: type[Table] = Table,
    ) -> Table:
        if name not in self._cache:
            told = (self._told(row) for row in rows) if WHERE in schema else rows
            shown = schema.sign if note is None else note
            self._cache[name] = of.of_rows(title, schema, (_counted(row) for row in told), shown, self._about())
        table: Table = self._cache[name]
        return table

    def _told(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """A row with the place of its clause in the contract's words; costs and funding have none."""
        if "places" not in self._cache:
            self._cache["places"] = wording.citations(self.book)
        place = self._cache["places"].get(row["clause"])
        return {**row, "where": place.where if place else ""}

    @property
    def private_to(self) -> str:
        """The party whose layer went into it; "" for a settlement of the shared book."""
        return self.book.private_to

    def _about(self) -> dict[str, str]:
        if "about" not in self._cache:
            about = {"book": self.book.id, "digest": self.book.digest, "edition": self.edition, "package": self.release}
            about |= {"as_at": self.as_at} if self.as_at else {}
            self._cache["about"] = about | ({"private_to": self.private_to} if self.private_to else {})
        found: dict[str, str] = self._cache["about"]
        return found

    @property
    def edition(self) -> str:
        """The arithmetic edition by which it was calculated; "" where its file does not say."""
        return str(self._data.get("edition") or "")

    @property
    def as_at(self) -> str | None:
        """The month to which the settlement is made; None for the whole calendar."""
        return self._data.get("as_at")

    @property
    def ledger(self) -> Table:
        """Every entry, practised and written."""
        return self._table("ledger", "Ledger", LEDGER, self._data["entries"])

    @property
    def payments(self) -> Table:
        """The entries as practised: what is paid."""
        rows = [row for row in self._data["entries"] if row["basis"] == "practised"]
        return self._table("payments", "Payments", LEDGER, rows)

    @property
    def to_post(self) -> Table:
        """With ``posted=``, the entries that remain to be posted, differences included."""
        return self._table("to_post", "To post", LEDGER, self._data.get("to_post") or (), "")

    @property
    def positions(self) -> Table:
        """Positions of every party, on every basis and calendar."""
        return self._table("positions", "Positions", POSITIONS, self._data["positions"], of=Moving)

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
        return self._table(basis, f"Positions, {basis.replace('_', ' ')}", POSITIONS, rows, of=Moving)

    @property
    def cash(self) -> Table:
        """Cumulative receipts less payments of each party by due month, opening cash included."""
        return self._table("cash", "Cash", CASH, self._data["cash"])

    @property
    def gap(self) -> Table:
        """Written against practised, by clause; + = the clause's payer pays more than the words require."""
        return self._table(
            "gap", "Written against practised", GAP, self._data["gap"], "gap = practised - written.", Gap
        )

    @property
    def disputes(self) -> Table:
        """What each reading of each ambiguous clause leaves each party over the term.

        Columns: clause, name, reading, chosen, provisional, party, position, difference (from the chosen reading),
        asserted_by, words, choose (the line of Python that chooses the reading), where.
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
        return self._table("disputes", "Readings in dispute, one at a time", DISPUTES, rows, of=Disputes)

    @property
    def joint_range(self) -> Table:
        """Lowest and highest position of each party over all combinations of readings; the note says if it is exact."""
        joint = self._data.get("joint") or {"exact": True, "combinations": 1, "range": {}}
        rows = [{"party": party, "lowest": low, "highest": high} for party, (low, high) in joint["range"].items()]
        count = f"{int(joint['combinations']):,} combinations of readings"
        exact = f"exact over {count}" if joint["exact"] else f"sum of single effects, not exact: {count} are too many"
        return self._table("joint_range", "Range over all readings", JOINT_RANGE, rows, exact)

    @property
    def quantities(self) -> Table:
        """The named quantities of the book, period by period; fractions that are no finite decimal stay text."""
        return self._table("quantities", "Quantities", QUANTITIES, self._data["quantities"])

    @property
    def superseded(self) -> Table:
        """Clauses that lost to another term on the same subject by the order of precedence."""
        return self._table("superseded", "Superseded clauses", SUPERSEDED, self._data.get("superseded") or ())

    @property
    def provisional(self) -> tuple[str, ...]:
        """Clauses settled on a provisional reading."""
        return tuple(self._data.get("provisional") or ())

    @property
    def warnings(self) -> Table:
        """What the reader should know."""
        return self._table("warnings", "Warnings", WARNINGS, self._data["warnings"])

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
        return self._table("summary", f"Positions of {self.book.id} over the term", SUMMARY, rows)

    def _tables(self) -> dict[str, Table]:
        """Every table that is no part of another."""
        names = (
            "ledger",
            "positions",
            "cash",
            "gap",
            "disputes",
            "joint_range",
            "quantities",
            "superseded",
            "warnings",
        )
        found: dict[str, Table] = {name: getattr(self, name) for name in names}
        found["summary"] = self.summary()
        if self.request.get("posted") is not None:
            found["to_post"] = self.to_post
        return found


def _counted(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Periods are counted from 0 in the core and from 1 here."""
    return {**row, "period": row["period"] + 1} if isinstance(row.get("period"), int) else row
