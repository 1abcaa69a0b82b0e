"""Checking a sealed book: anyone can, with nothing but the file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from . import _codes, _sealed_file, queries
from ._description import records
from ._settled import BASES
from .errors import BookError, OpenbookError
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .book import Book
    from .seals import SealedBook

__all__ = ["Verification", "contracting_parties", "differences", "integrity", "positions_of", "verify"]

#: A sealed book: its file, the file's bytes, or the book itself.
SealedFile: TypeAlias = "SealedBook | str | Path | bytes"

COLUMNS = Schema(
    "openbook.verification", 1, (Column("check"), Column("passed", "bool"), Column("found"), Column("expected"))
)

# passed (None: could not be checked, or need not be), found, expected
Outcome = tuple[bool | None, str, str]


class Verification(Table):
    """The checks of a sealed book: check, passed (None: not checked), found, expected."""

    __slots__ = ()

    @property
    def passed(self) -> bool:
        """Whether nothing was found wrong."""
        return all(value is not False for value in self["passed"])

    def _block(self) -> Any:
        from ._display import blocks

        said = {True: "passed", False: "FAILED", None: "not checked"}
        rows = tuple((row["check"], said[row["passed"]], row["found"], row["expected"]) for row in self)
        return blocks.Grid(self.title, ("check", "result", "found", "expected"), rows, "llll", self.note)


class _Checks:
    """The content of one file, and its checks."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.content, self.faults = _sealed_file.parsed(raw)
        self.book: Book | None = None
        self.fault = ""
        document = self.content.get("document")
        if isinstance(document, str):
            from .book import Book

            try:
                self.book = Book.from_json(document.encode("utf-8", "surrogatepass"))
            except OpenbookError as error:
                self.fault = str(error)

    def _the_book(self) -> Book:
        if self.book is None:
            raise BookError(self.fault or "there is no document", [])
        return self.book

    # -- the file and its digests ------------------------------------------------------------------------------

    def form(self) -> Outcome:
        told = "; ".join(f"{fault['path']}: {fault['message']}".removeprefix(": ") for fault in self.faults)
        return not self.faults, told or f"{len(self.raw):,} bytes", f'a file of format "{_sealed_file.FORMAT}"'

    def layout(self) -> Outcome:
        wanted = _sealed_file.layout(self.content)
        if wanted == self.raw:
            return True, "as it was written", "as it was written"
        pairs = enumerate(zip(self.raw, wanted, strict=False))
        at = next((i for i, (a, b) in pairs if a != b), min(len(self.raw), len(wanted)))
        here, there = (bytes(text[at : at + 20]).decode("utf-8", "replace") for text in (self.raw, wanted))
        return False, f"byte {at + 1:,}: {here!r}", f"{there!r}"

    def seal(self) -> Outcome:
        found, wanted = _sealed_file.seal_digest(self.content), self.content["seal"]
        return found == wanted, found, f"{wanted}, as the file says"

    def short(self) -> Outcome:
        found = _codes.short_code(_sealed_file.seal_digest(self.content))
        return found == self.content["short"], found, f"{self.content['short']}, as the file says"

    def document(self) -> Outcome:
        text = self.content["document"].encode("utf-8", "surrogatepass")
        found = (hashlib.sha256(text).hexdigest(), len(text))
        wanted = (self.content["document_sha256"], self.content["document_bytes"])
        return found == wanted, f"{found[0]}, {found[1]:,} bytes", f"{wanted[0]}, {wanted[1]:,} bytes"

    def schema(self) -> Outcome:
        field = records()["book"].field("format")
        known = int(field.default) if field else 1
        found = self.content["document_format"]
        own = self._the_book().format if 1 <= found <= known else found
        return 1 <= found <= known and own == found, f"format {found}", f"format 1 to {known}, as in the document"

    def canonical(self) -> Outcome:
        found, wanted = self._the_book().digest, self.content["digest"]
        return found == wanted, found, f"{wanted}, as the file says"

    def identity(self) -> Outcome:
        book = self._the_book()
        found, wanted = (book.id, book.title), (self.content["id"], self.content.get("title", ""))
        return found == wanted, f"'{found[0]}', {found[1]}", f"'{wanted[0]}', {wanted[1]}"

    def edition(self) -> Outcome:
        from . import _core

        found = self.content["edition"]
        return found in _core.editions, found, f"one of {', '.join(_core.editions)}"

    # -- what was signed ---------------------------------------------------------------------------------------

    def decided(self) -> Outcome:
        from .sealing import undecided

        left = [message for _, _, message in undecided(self._the_book())]
        return not left, "; ".join(left) or "nothing is left open", "nothing left open"

    def illustrative(self) -> Outcome:
        from .sealing import illustrative

        found, wanted = illustrative(self._the_book()), self.content["illustrative"]
        strange = [item for item in found if item not in wanted] + [item for item in wanted if item not in found]
        names = ", ".join(dict.fromkeys(str(item.get("name")) for item in strange))
        return not strange, names or f"{len(found)} listed", "every illustrative term of the document, by name"

    def signatories(self) -> Outcome:
        book = self._the_book()
        signed = [item["party"] for item in self.content["signatories"]]
        wanted = contracting_parties(book)
        wrong = [f"'{party}' is no party" for party in signed if party not in {p.id for p in book.parties}]
        wrong += [f"'{party}' has not signed" for party in wanted if party not in signed]
        wrong += [f"'{item['party']}' has no name" for item in self.content["signatories"] if not item["name"].strip()]
        return not wrong, "; ".join(wrong) or ", ".join(signed), ", ".join(wanted)

    def figures(self, number: int) -> Outcome:
        given = self.content["figures"][number]
        found = positions_of(self._the_book(), given, self.content["edition"])
        strange = differences(found, given["positions"])
        return not strange, "; ".join(strange) or f"{len(found)} positions", "to the penny"


# name of the check, method; those of `integrity` are cheap and made whenever a seal is read
_INTEGRITY: tuple[tuple[str, Callable[[_Checks], Outcome]], ...] = (
    ("form of the file", _Checks.form),
    ("digest of the seal", _Checks.seal),
    ("short code", _Checks.short),
    ("bytes of the document", _Checks.document),
    ("format of the document", _Checks.schema),
    ("digest of the book", _Checks.canonical),
    ("name of the book", _Checks.identity),
    ("arithmetic edition", _Checks.edition),
)
_SIGNED: tuple[tuple[str, Callable[[_Checks], Outcome]], ...] = (
    ("nothing left open", _Checks.decided),
    ("illustrative terms", _Checks.illustrative),
    ("signatories", _Checks.signatories),
)


def _row(name: str, check: Callable[..., Outcome], *given: Any) -> dict[str, Any]:
    try:
        passed, found, expected = check(*given)
    except KeyError as error:
        passed, found, expected = False, f"cannot be checked: the file has no {error}", ""
    except (OpenbookError, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        # The content is whatever stands in the file: a check that cannot be made has not been passed.
        passed, found, expected = False, f"cannot be checked: {str(error) or type(error).__name__}", ""
    return {"check": name, "passed": passed, "found": found, "expected": expected}


def _rows(checks: _Checks, named: Iterable[tuple[str, Callable[[_Checks], Outcome]]]) -> list[dict[str, Any]]:
    """The outcome of each check; of a file that could not be read, only that."""
    unread: Outcome = (None, "the file could not be read", "")
    return [
        _row(name, check, checks) if checks.content or check is _Checks.form else _row(name, lambda: unread)
        for name, check in named
    ]


def integrity(raw: bytes) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The content of a file, and the rows of the cheap checks: form, digests, edition."""
    checks = _Checks(raw)
    return checks.content, _rows(checks, _INTEGRITY)


def verify(
    sealed: SealedFile,
    *,
    before: SealedFile | Sequence[SealedFile] = (),
    short: str = "",
) -> Verification:
    """Check a sealed book with nothing but its file: digests, edition, signatories, and figures settled again.

    A seal is no cryptographic signature: whoever changes a file can seal it again. What cannot be changed is the short
    code that the parties wrote on the signed paper or read to each other; give it as `short`.

    Parameters
    ----------
    sealed
        The file, its bytes, or a sealed book.
    before
        The seal that this one varies, or all earlier ones; each of them is verified too.
    short
        The short code on the signed paper, as it was printed or heard.

    Returns
    -------
    Verification
        Columns check, passed, found, expected. `passed` says whether nothing was found wrong; a check that was not
        made (a chain without the seal before) has no answer.

    Raises
    ------
    OSError
        A file cannot be read.

    Examples
    --------
    >>> import openbook as ob
    >>> who = {"ccg": "A Jones", "trust": "B Khan"}
    >>> sealed = ob.examples.alliance_precedence().seal(who, "2016-03-31", accept_illustrative=True)
    >>> table = ob.verify(sealed, short=sealed.short)
    >>> table.passed, set(table["passed"])
    (True, {True})
    """
    checks = _Checks(_bytes(sealed))
    form, *rest = _INTEGRITY
    rows = _rows(checks, [form, ("layout of the file", _Checks.layout), *rest])
    if short:
        rows.append(_row("code on the signed paper", _on_paper, checks.content, short))
    rows += _rows(checks, _SIGNED)
    figures = checks.content.get("figures")
    for number, given in enumerate(figures if isinstance(figures, list) else ()):
        name = f"figures on {given.get('name')}" if isinstance(given, dict) else f"figures {number + 1}"
        rows.append(_row(name, checks.figures, number))
    if checks.content.get("varies") is not None:
        earlier = before if isinstance(before, (list, tuple)) else [before]
        rows += _chain(checks, [_Checks(_bytes(item)) for item in earlier])
    failed = [row["check"] for row in rows if row["passed"] is False]
    release = checks.content.get("release", "")
    note = f"NOT VERIFIED: {', '.join(failed)}." if failed else f"Verified. Sealed by release {release}."
    return Verification.of_rows(f"Verification of {checks.content.get('id', 'a file')}", COLUMNS, rows, note)


def _bytes(sealed: Any) -> bytes:
    if isinstance(sealed, bytes):
        return sealed
    if hasattr(sealed, "to_bytes"):
        return bytes(sealed.to_bytes())
    return Path(sealed).read_bytes()


def _on_paper(content: dict[str, Any], short: str) -> Outcome:
    found = _codes.short_code(_sealed_file.seal_digest(content))
    wanted = _codes.normal(short)
    return found == wanted, found, f"{wanted}, as the paper says"


# -- figures and signatories ----------------------------------------------------------------------------------------


def positions_of(book: Book, given: dict[str, Any], edition: str) -> list[dict[str, Any]]:
    """The positions that a set of check figures gives, settled by an edition: every party, by year and term."""
    from .results import Settlement

    request = {
        "inputs": given["inputs"],
        **({"reasons": given["reasons"]} if given.get("reasons") else {}),
        "mode": given["mode"],
        "as_at": given.get("as_at") or None,
        "disputes": False,
        "edition": edition,
    }
    return [
        {
            "party": row["party"],
            "basis": row["basis"],
            "every": row["every"],
            "period": row["period"],
            "label": row["label"],
            "amount": f"{row['amount']:f}",
        }
        for row in Settlement(book, request).positions
        if row["every"] in ("year", "term") and row["basis"] in BASES
    ]


def differences(found: list[dict[str, Any]], given: list[dict[str, Any]]) -> list[str]:
    """Where two sets of positions differ, in words."""
    ours, theirs = ({_key(row): row["amount"] for row in rows} for rows in (found, given))
    told = []
    for key in dict.fromkeys((*ours, *theirs)):
        if ours.get(key) != theirs.get(key):
            party, basis, every, _, label = key
            here, there = ours.get(key, "nothing"), theirs.get(key, "nothing")
            told.append(f"{party}, {every} {label}, {basis}: settled again {_pounds(here)}, sealed {_pounds(there)}")
    if not told and len(found) != len(given):
        told.append(f"{len(given)} positions, settled again {len(found)}")
    return told


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["party"], row["basis"], row["every"], row["period"], row["label"]


def _pounds(text: str) -> str:
    try:
        return f"{Decimal(text):,.2f}"
    except ArithmeticError:
        return repr(text)


def contracting_parties(book: Book) -> tuple[str, ...]:
    """The parties that must sign: payers, payees and members of overlays, but no outside party and no mere fund."""
    named = [party for contract in book.contracts for party in (contract.payer, contract.payee)]
    named += [party for overlay in book.overlays for party in overlay.parties]
    signing = {p.id for p in book.parties if not queries.is_outer(p)}
    return tuple(party.id for party in book.parties if party.id in named and party.id in signing)


# -- variations -----------------------------------------------------------------------------------------------------


def _chain(checks: _Checks, earlier: Sequence[_Checks]) -> list[dict[str, Any]]:
    """The checks of a variation against the seal before it, and of that one against the one before."""
    varies = checks.content["varies"]
    deed = varies.get("deed", "") if isinstance(varies, dict) else ""
    name = f"seal before ({deed})"
    if not earlier:
        wanted = varies.get("short", "") if isinstance(varies, dict) else ""
        return [{"check": name, "passed": None, "found": "not given", "expected": f"the file of the seal {wanted}"}]
    digests = {_sealed_file.seal_digest(item.content): item for item in earlier}
    found = digests.get(varies.get("seal", "")) if isinstance(varies, dict) else None
    if found is None:
        given = ", ".join(_codes.short_code(digest) for digest in digests)
        expected = f"{varies.get('short')} ({varies.get('seal')})" if isinstance(varies, dict) else ""
        return [{"check": name, "passed": False, "found": f"given: {given}", "expected": expected}]
    rows = [_row(name, _links, checks, found), _row(f"changes ({deed})", _changes, checks, found)]
    inner = verify(found.raw, before=[item.raw for item in earlier if item is not found])
    failed = [f"{row['check']}: {row['found']}" for row in inner if row["passed"] is False]
    outcome: Outcome = (not failed, "; ".join(failed) or "verified", "verified")
    return [*rows, _row(f"seal before ({deed}), verified itself", lambda: outcome)]


def _links(checks: _Checks, found: _Checks) -> Outcome:
    ours, before = checks.content, found.content
    wrong = []
    if ours["varies"]["short"] != before["short"]:
        wrong.append(f"the short code {ours['varies']['short']} is not that of the seal before, {before['short']}")
    if ours["varies"]["date"] != before["date"]:
        wrong.append(f"it says that the seal before is of {ours['varies']['date']}, which is of {before['date']}")
    if ours["id"] != before["id"]:
        wrong.append(f"it varies the book '{before['id']}' and is called '{ours['id']}'")
    if ours["date"] < before["date"]:
        wrong.append(f"it is dated {ours['date']}, before the seal that it varies, {before['date']}")
    if ours["edition"] != before["edition"]:
        wrong.append(f"it is settled by edition {ours['edition']}, the contract by {before['edition']}")
    return not wrong, "; ".join(wrong) or before["short"], f"{ours['varies']['short']} of {before['date']}"


def _changes(checks: _Checks, found: _Checks) -> Outcome:
    listed, made = checks.content["varies"]["changes"], changes_between(found._the_book(), checks._the_book())
    strange = [row for row in made if row not in listed] + [row for row in listed if row not in made]
    told = "; ".join(dict.fromkeys(row["words"] or row["path"] for row in strange))
    return not strange, told or f"{len(made)} changes", "the changes that the deed lists"


def changes_between(before: Book, after: Book) -> list[dict[str, str]]:
    """What one book says differently from another, as it is listed in a seal."""
    return [{key: value or "" for key, value in row.items()} for row in before.diff(after)]
