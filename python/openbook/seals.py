"""Sealed books: frozen for signature, settled by the arithmetic of their day for as long as the contract lives.

A seal keeps the bytes of the document as they were, the book's digest, the edition of the arithmetic, who signs and
when, and check figures: every party's position on the plan, so that anyone can see that their own release settles the
book to the same pennies. Its own digest covers all of that. Sixteen characters of it, the short code, are what the
parties print on the paper or read to each other; `openbook.verify` checks the rest from the file alone.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from . import _sealed_file, queries, sealed_seed, verification
from ._files import write_atomic
from ._shown import Shown
from .book import Book
from .errors import BookError
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .agreed_seed import SeedDraw
    from .results import Settlement
    from .simulation import Simulation
    from .stressing import Shocks, StressTable
    from .verification import Verification

__all__ = ["SealedBook", "Signatory", "read_sealed"]


ILLUSTRATIVE = Schema("openbook.seal.illustrative", 1, [Column(name) for name in ("name", "path", "value")])
FIGURES = Schema(
    "openbook.seal.figures",
    1,
    (
        *(Column(name) for name in ("data", "party", "basis", "every")),
        Column("period", "int"),
        Column("label"),
        Column("amount", "money"),
    ),
    "+ = received by the party, - = paid.",
)
CHANGES = Schema("openbook.seal.changes", 1, [Column(name) for name in ("path", "what", "before", "after", "words")])


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs for a party.

    Attributes
    ----------
    party
        Id or name of the party.
    name, role
        The person and the office.
    """

    party: str
    name: str
    role: str = ""


class SealedBook(Shown):
    """A book under seal. Frozen; made by `openbook.seal`, read by `openbook.read_sealed`.

    Attributes
    ----------
    book
        The sealed book.
    digest, short
        The seal's digest, and the short code of it to print and read aloud. (`book.digest` is the digest of the terms
        alone.)
    edition
        The edition of the arithmetic by which the book is settled.
    release
        The release of openbook that sealed it.
    date
        Day of the seal.
    signatories
        Who signs for which party.

    Examples
    --------
    >>> import openbook as ob
    >>> sealed = ob.seal(ob.examples.acute_contract(), {"commissioner": "A Jones", "hospital": "B Khan, director"},
    ...                  "2016-03-31", accept_illustrative=True)
    >>> sealed.book == ob.examples.acute_contract(), sealed.verify().passed
    (True, True)
    """

    __slots__ = ("_content", "book")

    book: Book
    _content: dict[str, Any]

    def __init__(self, book: Book, content: Mapping[str, Any]) -> None:
        object.__setattr__(self, "book", book)
        object.__setattr__(self, "_content", dict(content))

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a sealed book never changes; vary() seals a variation")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SealedBook) and self._content == other._content

    def __hash__(self) -> int:
        return hash(self.digest)

    def __reduce__(self) -> tuple[Any, ...]:
        return SealedBook.from_bytes, (self.to_bytes(),)

    @property
    def digest(self) -> str:
        """SHA-256 of everything in the seal, in hexadecimal."""
        return str(self._content["seal"])

    @property
    def short(self) -> str:
        """Four groups of four characters of the digest; the last character checks the others."""
        return str(self._content["short"])

    @property
    def edition(self) -> str:
        """The edition of the arithmetic."""
        return str(self._content["edition"])

    @property
    def release(self) -> str:
        """The release of openbook that sealed the book."""
        return str(self._content["release"])

    @property
    def date(self) -> datetime.date:
        """Day of the seal."""
        return datetime.date.fromisoformat(self._content["date"])

    @property
    def signatories(self) -> tuple[Signatory, ...]:
        """Who signs for which party."""
        return tuple(
            Signatory(item["party"], item["name"], item.get("role", "")) for item in self._content["signatories"]
        )

    @property
    def document(self) -> bytes:
        """The bytes of the document as it was sealed."""
        return str(self._content["document"]).encode()

    @property
    def deed(self) -> str:
        """The deed by which this seal varies another; "" of a first seal."""
        return str((self._content.get("varies") or {}).get("deed", ""))

    @property
    def varies(self) -> str:
        """The digest of the seal that this one varies; "" of a first seal."""
        return str((self._content.get("varies") or {}).get("seal", ""))

    def illustrative(self) -> Table:
        """The terms that were signed though they are illustrative: name, path, value."""
        return Table.of_rows("Signed though illustrative", ILLUSTRATIVE, self._content["illustrative"])

    def figures(self) -> Table:
        """The check figures: data, party, basis, every, period, label, amount."""
        rows = [{"data": item["name"], **row} for item in self._content["figures"] for row in item["positions"]]
        return Table.of_rows("Check figures", FIGURES, rows, FIGURES.sign)

    def changes(self) -> Table:
        """What a variation changed: path, what, before, after, words."""
        title = f"Changes by {self.deed}" if self.deed else "Changes"
        return Table.of_rows(title, CHANGES, (self._content.get("varies") or {}).get("changes", ()))

    def seed(self) -> int:
        """A seed that is fixed by the seal: 63 bits of the SHA-256 of ``openbook-seed-1:`` and the seal's digest.

        `openbook.sealed_seed` states the rule, so that any other program can do it. The seed is known to nobody before
        the seal, since it depends on everything under it, and to everybody after; a simulation by it cannot have been
        tried out under several seeds first. Whoever seals can still seal twice, on another date, say, until the seed
        suits: `openbook.seed_draw` draws one that nobody could choose.
        """
        return sealed_seed.seed_of(self.digest)

    # -- calculating ------------------------------------------------------------------------------------------

    def settle(self, data: Any = None, **options: Any) -> Settlement:
        """Settle the book by its own edition; see `openbook.settle`."""
        return self.book.settle(data, edition=self.edition, **options)

    def simulate(
        self, scenarios: int = 10_000, *, seed: int | Literal["sealed"] | SeedDraw = "sealed", **options: Any
    ) -> Simulation:
        """Simulate the book by its own edition, with its own seed unless another is named; see `openbook.simulate`."""
        from .simulating import simulate

        return simulate(self, scenarios, seed=seed, **options)

    def stress(self, shocks: Shocks | None = None, data: Any = None, **options: Any) -> StressTable:
        """Settle the book under shocks by its own edition; see `openbook.stress`."""
        return self.book.stress(shocks, data, edition=self.edition, **options)

    def verify(self, **options: Any) -> Verification:
        """Check it; see `openbook.verify`."""
        return verification.verify(self, **options)

    def vary(
        self,
        book: Book,
        *,
        deed: str,
        date: str | datetime.date,
        signatories: Any = None,
        data: Mapping[str, Any] | None = None,
        accept_illustrative: bool = False,
    ) -> SealedBook:
        """Seal a variation: another book in the place of this one, by a deed.

        The new seal names the digest of this one and lists the changes, and keeps this one's edition: the contract
        is settled by one arithmetic for as long as it lives.

        Parameters
        ----------
        book
            The varied book, with the same id.
        deed
            What it is varied by: "Deed of variation 1".
        date
            Day of the variation, not before this seal.
        signatories
            As for `openbook.seal`; None: those who signed this one.
        data, accept_illustrative
            As for `openbook.seal`.

        Raises
        ------
        BookError
            The book is another one, nothing is varied, the date lies before this seal, or the book cannot be sealed.
        """
        from .signing import sealed

        return sealed(
            book,
            self.signatories if signatories is None else signatories,
            date,
            data=data,
            accept_illustrative=accept_illustrative,
            edition=self.edition,
            earlier=self,
            deed=deed,
        )

    # -- reading and writing ----------------------------------------------------------------------------------

    def to_bytes(self) -> bytes:
        """The bytes of the file."""
        return _sealed_file.layout(self._content)

    def write(self, path: str | Path) -> None:
        """Write the sealed book to a file (``*.sealed.json``), replaced whole or not at all."""
        write_atomic(path, self.to_bytes().decode())

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """The sealed book of a file's bytes.

        Raises
        ------
        BookError
            The form, a digest or the edition is not right; `openbook.verify` checks more.
        """
        content, rows = verification.integrity(raw)
        problems = [
            {
                "code": "not-verified",
                "path": "",
                "message": f"{row['check']}: {row['found']}; expected {row['expected']}",
            }
            for row in rows
            if not row["passed"]
        ]
        if problems:
            raise BookError("not a sealed book as it was sealed", problems)
        return cls(Book.from_bytes(content["document"].encode()), content)

    # -- showing ----------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return f"<SealedBook {self.book.id!r}, {self.short}, {self.date}, edition {self.edition}>"

    def _blocks(self) -> list[Any]:
        from ._display import blocks as b

        names = [(queries.party_name(self.book, s.party), s.name, s.role) for s in self.signatories]
        shown: list[Any] = [
            b.Heading(f"{self.book.title or self.book.id}, sealed", 3),
            b.Paragraph(f"{self.short} · {self.date} · arithmetic edition {self.edition} · release {self.release}"),
            b.Paragraph(f"Seal {self.digest}; terms {self.book.digest}", "note"),
            b.Grid("Signatories", ("party", "name", "role"), tuple(names), "lll"),
        ]
        if self.deed:
            shown += [b.Paragraph(f"{self.deed} to the seal {self._content['varies']['short']}")]
            shown.append(b.of_table(self.changes()))
        if self._content["illustrative"]:
            shown.append(b.of_table(self.illustrative()))
        figures = self.figures()
        term = [row for row in figures if row["every"] == "term" and row["basis"] == "practised"]
        shown.append(b.of_table(Table.of_rows("Check figures over the term", figures.schema, term, figures.note)))
        return shown


def read_sealed(path: str | Path) -> SealedBook:
    """Read a sealed book.

    Raises
    ------
    OSError
        The file cannot be read.
    BookError
        It is not as it was sealed: form, digests, edition. `openbook.verify` says all that is wrong.
    """
    return SealedBook.from_bytes(Path(path).read_bytes())
