"""Sealing: what is asked before a book is frozen, and what goes into the seal."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import _sealed_file, privacy, queries, sealing, verification
from ._strict import Fields
from ._values import plain
from .errors import BookError, OpenbookError
from .seals import SealedBook, Signatory

if TYPE_CHECKING:
    from .book import Book

__all__ = ["seal", "sealed"]


def seal(
    book: Book,
    signatories: Mapping[str, str] | Sequence[Signatory | Mapping[str, str]],
    date: str | datetime.date,
    *,
    data: Mapping[str, Any] | None = None,
    accept_illustrative: bool = False,
) -> SealedBook:
    """Freeze a book for signature.

    Parameters
    ----------
    signatories
        A party (id or name) to who signs for it, ``{"trust": "A Jones, chief finance officer"}``, or `Signatory`
        objects. Every payer, payee and member of an overlay signs.
    date
        Day of the seal, such as "2026-03-31".
    data
        Named data on which check figures are settled too, beside the plan: ``{"2015/16": "year.csv"}``, each as for
        `openbook.settle`, or a settlement of the book made with options of your own. The data are kept in the seal.
    accept_illustrative
        Seal terms that are marked as illustrative; the seal lists them by name.

    Raises
    ------
    BookError
        Something is still open (see `openbook.sealing.open_points`: every point at once, with what to do), a party
        does not sign, or the date is no date.
    DataError
        The named data do not fit.
    """
    return sealed(book, signatories, date, data=data, accept_illustrative=accept_illustrative)


def sealed(
    book: Book,
    signatories: Any,
    date: str | datetime.date,
    *,
    data: Mapping[str, Any] | None,
    accept_illustrative: bool,
    edition: str = "",
    earlier: SealedBook | None = None,
    deed: str = "",
) -> SealedBook:
    """A first seal, or, with `earlier` and `deed`, the seal of a variation by the edition of the one before."""
    from . import __version__, _core

    if book.private_to:
        privacy.refuse(
            f"the book lies under the layer of '{book.private_to}', and what is signed is shared: seal book.shareable()"
        )
    problems: list[Any] = [
        {"code": row["code"], "path": row["path"], "message": row["message"], "where": row["where"]}
        for row in sealing.open_points(book, accept_illustrative=accept_illustrative)
    ]
    signing = _signatories(book, signatories, problems)
    day = _day(date, problems)
    if earlier is not None:
        _varied(earlier, book, day, deed, problems)
    if problems:
        raise BookError(f"the book cannot be sealed ({len(problems)} point{'s' * (len(problems) > 1)})", problems)
    edition = edition or _core.editions[-1]
    original = book.original()
    content = {
        "id": book.id,
        "title": book.title,
        "digest": book.digest,
        "document_sha256": hashlib.sha256(original).hexdigest(),
        "document_bytes": len(original),
        "document_format": book.format,
        "edition": edition,
        "release": __version__,
        "date": day,
        "signatories": signing,
        "illustrative": sealing.illustrative(book),
        "figures": _figures(book, data or {}, edition),
    }
    if earlier is not None:
        content["varies"] = {
            "deed": deed,
            "seal": earlier.digest,
            "short": earlier.short,
            "date": earlier._content["date"],
            "changes": verification.changes_between(earlier.book, book),
        }
    content["document"] = original.decode()
    return SealedBook(book, _sealed_file.stamped(content))


def _day(date: str | datetime.date, problems: list[Any]) -> str:
    try:
        day = date if isinstance(date, datetime.date) else datetime.date.fromisoformat(date)
        return f"{day.year:04d}-{day.month:02d}-{day.day:02d}"
    except (ValueError, TypeError):
        message = f"found {date!r}, expected a day such as 2026-03-31"
        problems.append({"code": "malformed", "path": "/date", "message": message})
        return ""


def _signatories(book: Book, given: Any, problems: list[Any]) -> list[dict[str, str]]:
    """Who signs, in the order of the parties; parties by id."""
    found: dict[str, dict[str, str]] = {}
    for number, item in enumerate(_each(given, problems)):
        place = f"/signatories/{number}"
        try:
            party = queries.require_party(book, item.party)
        except BookError as error:
            problems += [{"code": p.code, "path": place, "message": p.message} for p in error.problems]
            continue
        if not item.name.strip():
            problems.append({"code": "missing", "path": place, "message": f"nobody is named who signs for '{party}'"})
        if party in found:
            message = f"'{party}' signs twice: {found[party]['name']} and {item.name}"
            problems.append({"code": "duplicate", "path": place, "message": message})
        found[party] = {"party": party, "name": item.name.strip(), "role": item.role.strip()}
    lacking = [party for party in verification.contracting_parties(book) if party not in found]
    if lacking:
        message = f"nobody signs for {', '.join(lacking)}, who pay, are paid or stand in an overlay"
        problems.append({"code": "missing-signatory", "path": "/signatories", "message": message})
    return [found[party.id] for party in book.parties if party.id in found]


def _each(given: Any, problems: list[Any]) -> list[Signatory]:
    if isinstance(given, Mapping):
        named = [(str(party), *str(who).partition(",")) for party, who in given.items()]
        return [Signatory(party, name.strip(), role.strip()) for party, name, _, role in named]
    made = []
    for number, item in enumerate([given] if isinstance(given, (str, Signatory)) else given):
        if isinstance(item, Signatory):
            made.append(item)
            continue
        read = Fields(plain(item), f"/signatories/{number}", problems)
        made.append(Signatory(read.text("party"), read.text("name"), read.text("role", "")))
        read.done()
    return made


def _varied(earlier: SealedBook, book: Book, day: str, deed: str, problems: list[Any]) -> None:
    before = earlier._content["date"]
    if book.id != earlier.book.id:
        message = f"the sealed book is '{earlier.book.id}', this one is '{book.id}': a variation keeps the id"
        problems.append({"code": "other-book", "path": "/id", "message": message})
    elif book == earlier.book:
        message = "the book says what the sealed one says: nothing is varied"
        problems.append({"code": "no-change", "path": "", "message": message})
    if day and day < before:
        message = f"found {day}, expected the day of the seal before, {before}, or a later one"
        problems.append({"code": "not-in-order", "path": "/date", "message": message})
    if not deed.strip():
        message = 'expected what it is varied by, such as "Deed of variation 1"'
        problems.append({"code": "missing", "path": "/deed", "message": message})


def _figures(book: Book, data: Mapping[str, Any], edition: str) -> list[dict[str, Any]]:
    """Check figures on the plan and on named data, with what they were settled on."""
    sets: list[dict[str, Any]] = [{"name": "plan", "mode": "plan", "as_at": "", "inputs": {}}]
    if "plan" in data:
        message = "'plan' names the figures on the plan; call the data otherwise"
        raise BookError("a taken name", [{"code": "duplicate", "path": "/data/plan", "message": message}])
    for name, given in data.items():
        request = _request(book, name, given, edition)
        sets.append({"name": str(name), "mode": request["mode"], "as_at": request["as_at"] or ""})
        sets[-1]["inputs"] = dict(request["inputs"])
        if request.get("reasons"):
            sets[-1]["reasons"] = request["reasons"]
    for item in sets:
        try:
            item["positions"] = verification.positions_of(book, item, edition)
        except OpenbookError as error:
            summary = f"check figures on {item['name']} cannot be settled: {error.summary}"
            raise type(error)(summary, error.problems) from None
    return sets


def _request(book: Book, name: str, given: Any, edition: str) -> dict[str, Any]:
    """What is asked of the core for named data, or for the data of a settlement that was made before."""
    from .results import Settlement

    if not isinstance(given, Settlement):
        return book.settle(given, disputes=False, edition=edition).request
    changed = [key for key in ("readings", "alternatives", "shocks") if given.request.get(key)]
    if given.book != book or changed:
        why = f"it was made with other {', '.join(changed)}" if changed else "it is of another book"
        message = f"the settlement '{name}' is no check figure of this book: {why}"
        raise BookError("another settlement", [{"code": "other-book", "path": f"/data/{name}", "message": message}])
    return given.request
