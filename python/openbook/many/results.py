"""What many books came to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from .. import _json, privacy
from .._settled import FROM_TO, LEDGER, POSITIONS, SIGN
from .._shown import Shown
from ..errors import BookError, IncompleteError, OpenbookError, Problem
from ..exit_codes import ExitCode
from ..results import Settlement
from ..table import Column, Schema, Table

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["Failure", "Keep", "SettledBook", "SettledMany"]

Keep = Literal["positions", "ledger", "all"]

BOOKS_LEDGER = Schema("openbook.books.ledger", 1, (Column("book"), *LEDGER), FROM_TO)
BOOKS_POSITIONS = Schema("openbook.books.positions", 1, (Column("book"), *POSITIONS), SIGN)
BOOKS_TOTALS = Schema(
    "openbook.books.totals",
    1,
    (Column("party"), *(Column(name, "money") for name in ("written", "practised", "difference"))),
    SIGN,
)
BOOKS_PROBLEMS = Schema(
    "openbook.books.problems",
    1,
    (
        Column("book"),
        Column("kind"),
        Column("exit_code", "int"),
        Column("code"),
        Column("path"),
        Column("where"),
        Column("message"),
    ),
)
BOOKS_SUMMARY = Schema(
    "openbook.books.summary",
    1,
    (
        Column("book"),
        Column("id"),
        Column("status"),
        Column("as_at", "month"),
        Column("entries", "int"),
        Column("payments", "money"),
        Column("to_post", "int"),
        Column("amount_to_post", "money"),
        Column("provisional"),
        Column("warnings", "int"),
        Column("problems", "int"),
        Column("digest"),
    ),
)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a book was not settled.

    Attributes
    ----------
    exit_code
        3 book, 4 data, 5 reading, 6 limit: see `openbook.ExitCode`.
    summary
        One sentence.
    problems
        Every fault found.
    """

    exit_code: int
    summary: str
    problems: tuple[Problem, ...]

    @classmethod
    def of(cls, error: OpenbookError) -> Self:
        """The failure that an error stands for."""
        kind = ExitCode(error.exit_code).name.lower()
        problems = error.problems or (Problem(kind, "", error.summary),)
        return cls(int(error.exit_code), error.summary, problems)

    @property
    def kind(self) -> str:
        """ "book", "data", "reading" or "limit"."""
        return ExitCode(self.exit_code).name.lower()


@dataclass(frozen=True, slots=True)
class SettledBook:
    """One book of a run: settled, or failed.

    Attributes
    ----------
    name
        Its name in the run.
    facts
        Its line of the summary.
    failure
        Why it was not settled; None where it was.
    posted
        Of a book that failed, the rows that stand posted from earlier runs; None where they could not be read.
    file
        Where the settlement was saved.
    """

    name: str
    facts: Mapping[str, Any]
    failure: Failure | None = None
    posted: tuple[Mapping[str, Any], ...] | None = ()
    file: Path | None = None
    _settlement: Settlement | None = None
    _tables: Mapping[str, Table] | None = None

    @classmethod
    def settled(cls, name: str, settlement: Settlement, keep: Keep, file: Path | None) -> Self:
        """A book that was settled, with as much of it as is to be kept."""
        tables = None
        if keep != "all":
            parts = ("positions",) if keep == "positions" else ("positions", "ledger", "to_post")
            tables = {part: getattr(settlement, part) for part in parts}
        amounts = {part: getattr(settlement, part)["amount"] for part in ("payments", "to_post")}
        facts = {
            "book": name,
            "id": settlement.book.id,
            "status": "settled",
            "as_at": settlement.as_at,
            "entries": len(amounts["payments"]),
            "payments": sum(amounts["payments"], Decimal(0)),
            "to_post": len(amounts["to_post"]),
            "amount_to_post": sum(amounts["to_post"], Decimal(0)),
            "provisional": ", ".join(settlement.provisional),
            "warnings": len(settlement._data["warnings"]),
            "problems": 0,
            "digest": settlement.book.digest,
            **_own(settlement.private_to),
        }
        return cls(name, facts, file=file, _settlement=settlement if keep == "all" else None, _tables=tables)

    @classmethod
    def failed(
        cls, name: str, error: OpenbookError, book: Book | None, posted: Iterable[Mapping[str, Any]] | None
    ) -> Self:
        """A book that was not settled; `book` where it could be read."""
        failure = Failure.of(error)
        facts = {
            "book": name,
            "id": book.id if book is not None else None,
            "status": "failed",
            "problems": len(failure.problems),
            "digest": book.digest if book is not None else None,
            **_own(book.private_to if book is not None else ""),
        }
        return cls(name, facts, failure, None if posted is None else tuple(posted))

    @property
    def private_to(self) -> str:
        """The party whose layer lies over the book; "" for a shared book."""
        return str(self.facts.get("private_to", ""))

    def result(self) -> Settlement:
        """The settlement, read from its file where it was not kept.

        Raises
        ------
        BookError
            The book failed, or its settlement was neither kept nor saved.
        """
        if self._settlement is not None:
            return self._settlement
        if self.file is not None:
            from . import folder

            return folder.settlement(self.file)
        if self.failure is not None:
            raise BookError(f"'{self.name}' failed: {self.failure.summary}", self.failure.problems)
        raise _not_kept(f"the settlement of '{self.name}'")

    def table(self, part: str) -> Table:
        """The positions, the ledger, or what is to be posted."""
        if self._tables is not None and part in self._tables:
            return self._tables[part]
        if self._settlement is None and self.file is None:
            raise _not_kept(f"'{part}' of '{self.name}'")
        table: Table = getattr(self.result(), part)
        return table


def _own(private_to: str) -> dict[str, str]:
    return {"private_to": private_to} if private_to else {}


def _not_kept(what: str) -> BookError:
    message = f"{what} was not kept; settle with keep='all', or with out=folder"
    return BookError("not kept", [{"code": "not-kept", "path": "", "message": message}])


class _Settlements(Mapping[str, Settlement]):
    """The settlements of the books that did not fail, read from their files where they were not kept."""

    def __init__(self, books: Iterable[SettledBook]) -> None:
        self._books = {book.name: book for book in books if book.failure is None}

    def __getitem__(self, name: str) -> Settlement:
        return self._books[name].result()

    def __iter__(self) -> Iterator[str]:
        return iter(self._books)

    def __len__(self) -> int:
        return len(self._books)


@dataclass(frozen=True, slots=True, repr=False)
class SettledMany(Shown):
    """What many books came to: made by `openbook.settle_many`, or read from a run's folder. Frozen.

    All tables have a column ``book`` with the name of the book in the run; books stand in the order in which they were
    given.

    Attributes
    ----------
    books
        One `SettledBook` for each.
    others
        Names for which there were data or posted results, but no book.

    Examples
    --------
    >>> import openbook as ob
    >>> small = ob.examples.third_sector_cash()
    >>> run = ob.settle_many({"a": small, "b": "no_such_file.json"}, plan=True)
    >>> run.ok, list(run.settlements), list(run.errors["code"])
    (False, ['a'], ['unreadable-file'])
    """

    books: tuple[SettledBook, ...]
    others: tuple[tuple[str, Failure], ...] = ()

    @property
    def private_to(self) -> str:
        """The parties whose layers went into any of it; "" where all books are shared."""
        return privacy.of_all(self.books)

    # -- whether it went well -------------------------------------------------------------------------------------

    @property
    def ok(self) -> bool:
        """Whether every book was settled and nothing was left over."""
        return not self.others and all(book.failure is None for book in self.books)

    @property
    def exit_code(self) -> ExitCode:
        """What the command line exits with: 0 when all is done, 7 when something is missing."""
        return ExitCode.DONE if self.ok else ExitCode.INCOMPLETE

    @property
    def errors(self) -> Table:
        """Every problem: book, kind, exit_code, code, path, where, message."""
        rows = [
            {
                "book": name,
                "kind": failure.kind,
                "exit_code": failure.exit_code,
                "code": problem.code,
                "path": problem.path,
                "where": problem.where,
                "message": problem.message,
            }
            for name, failure in self._failures()
            for problem in failure.problems
        ]
        return Table.of_rows("Problems", BOOKS_PROBLEMS, rows, private_to=self.private_to)

    def _failures(self) -> Iterator[tuple[str, Failure]]:
        yield from ((book.name, book.failure) for book in self.books if book.failure is not None)
        yield from self.others

    def raise_if_failed(self) -> None:
        """Raise what was collected.

        Raises
        ------
        IncompleteError
            Something failed; each problem says of which book.
        """
        if self.ok:
            return
        failures = list(self._failures())
        problems = [
            Problem(
                problem.code, problem.path, problem.message, ", ".join(filter(None, (f"book '{name}'", problem.where)))
            )
            for name, failure in failures
            for problem in failure.problems
        ]
        raise IncompleteError(f"{len(failures)} of {len(self.books)} books failed", problems)

    # -- tables ---------------------------------------------------------------------------------------------------

    @property
    def settlements(self) -> Mapping[str, Settlement]:
        """The settlements by name; those that were saved and not kept are read when they are asked for."""
        return _Settlements(self.books)

    @property
    def positions(self) -> Table:
        """Positions of every party in every book, on every basis and calendar."""
        return self._joined("positions", "Positions", BOOKS_POSITIONS, SIGN)

    @property
    def ledger(self) -> Table:
        """Every entry of every book, practised and written."""
        return self._joined("ledger", "Ledger", BOOKS_LEDGER, FROM_TO)

    @property
    def to_post(self) -> Table:
        """With ``posted=``, the entries of every book that remain to be posted, differences included."""
        return self._joined("to_post", "To post", BOOKS_LEDGER, FROM_TO)

    @property
    def totals(self) -> Table:
        """Position of each party over the term, summed over the books: written, practised and the difference."""
        sums: dict[str, dict[str, Decimal]] = {}
        for row in self.positions:
            if row["every"] == "term" and row["basis"] in ("written", "practised"):
                of = sums.setdefault(row["party"], {"written": Decimal(0), "practised": Decimal(0)})
                of[row["basis"]] += row["amount"]
        rows = [
            {"party": party, **amounts, "difference": amounts["practised"] - amounts["written"]}
            for party, amounts in sums.items()
        ]
        return Table.of_rows(
            "Positions over the term, all books", BOOKS_TOTALS, rows, SIGN, private_to=self.positions.private_to
        )

    def _joined(self, part: str, title: str, schema: Schema, note: str) -> Table:
        data: dict[str, list[Any]] = {column.name: [] for column in schema}
        owners = []
        for book in self.books:
            if book.failure is None:
                table = book.table(part)
                owners.append(table)
                data["book"] += [book.name] * len(table)
                for name in table.columns:
                    data[name] += table[name]
        return Table(title, schema, data, note, private_to=privacy.of_all(owners))

    def summary(self) -> Table:
        """One row per book: what it came to, what is to be posted, and whether it failed."""
        settled = sum(book.failure is None for book in self.books)
        note = f"{settled} of {len(self.books)} books settled. payments: sum of the entries as practised."
        return Table.of_rows("Books", BOOKS_SUMMARY, (b.facts for b in self.books), note, private_to=self.private_to)

    # -- keeping and showing --------------------------------------------------------------------------------------

    @classmethod
    def read(cls, path: str | Path) -> SettledMany:
        """The run whose results are in a folder; settlements are read when they are asked for.

        Raises
        ------
        DataError
            It is not the folder of a run, or the run did not finish.
        """
        from . import folder

        return folder.read(Path(path))

    def to_json(self, *, indent: int | None = None) -> str:
        """Summary and problems as JSON text."""
        content = _own(self.private_to) | {
            "ok": self.ok,
            "exit_code": int(self.exit_code),
            "books": [_plain(row) for row in self.summary()],
            "errors": self.errors.to_dicts(),
        }
        return _json.dumps(content, indent=indent)

    def _blocks(self) -> list[Any]:
        from .._display import blocks

        shown = [blocks.of_table(self.summary())]
        return [*shown, blocks.of_table(self.errors)] if self.errors else shown

    def __repr__(self) -> str:
        return str(self)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Money as text, so that no digit is lost."""
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in row.items()}
