"""Small questions about a book that several modules ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from . import _names, _terms, notes
from ._term_units import TermUnits, as_written
from ._values import nearest
from .errors import BookError
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .book import Book
    from .model import Party
    from .results import Settlement

__all__ = [
    "assumed",
    "assumed_drivers",
    "clauses",
    "illustrative_drivers",
    "is_outer",
    "party_name",
    "period_label",
    "readings",
    "require_party",
    "stands_outside",
    "target",
    "terms",
    "whose_positions",
]

TERMS = Schema(
    "openbook.terms",
    1,
    (
        Column("name"),
        Column("title"),
        Column("path"),
        Column("value"),
        Column("unit"),
        Column("source"),
        Column("illustrative", "bool"),
        Column("alternatives"),
        Column("notes"),
    ),
)

READINGS = Schema(
    "openbook.readings",
    1,
    (
        Column("clause"),
        Column("reading"),
        Column("chosen", "bool"),
        Column("provisional", "bool"),
        Column("asserted_by"),
        Column("words"),
    ),
)


def clauses(book: Book) -> Iterator[tuple[Any, Any, bool]]:
    """Every clause with the contract or overlay it stands in, and whether that is an overlay."""
    for contract in book.contracts:
        for clause in contract.clauses:
            yield contract, clause, False
    for overlay in book.overlays:
        for clause in overlay.clauses:
            yield overlay, clause, True


def party_name(book: Book, party: str) -> str:
    """The name of a party, or its id where it has none."""
    return next((p.name or p.id for p in book.parties if p.id == party), party)


def require_party(book: Book, party: str) -> str:
    """The id of a party given by id or name.

    Raises
    ------
    BookError
        There is no such party; the nearest are offered.
    """
    for candidate in book.parties:
        if party in (candidate.id, candidate.name):
            return str(candidate.id)
    names = [p.id for p in book.parties]
    message = f"no party '{party}'{nearest(party, names)} The book has {', '.join(names)}."
    raise BookError(f"no party '{party}'", [{"code": "unknown-party", "path": "/parties", "message": message}])


#: Organisations of these roles alone take part in the money and sign nothing.
_OUTER = frozenset({"funder", "supplier", "fund"})


def is_outer(party: Party) -> bool:
    """Whether a party signs nothing; a simulation keeps its position only where it is told to."""
    return party.legal == "outside" or _OUTER.issuperset(party.roles or [""])


def stands_outside(book: Book, party: str) -> bool:
    """Whether a simulation keeps a party's positions only with ``parties="all"``; False for what is no party."""
    return next((is_outer(p) for p in book.parties if party in (p.id, p.name)), False)


def whose_positions(book: Book, *asked: str | None) -> Literal["members", "all"]:
    """What `openbook.simulate` is to keep so that these parties can be asked for."""
    return "all" if any(name is not None and stands_outside(book, name) for name in asked) else "members"


#: What draws: drivers, and what they share.
_UNCERTAIN = ("drivers", "hazards", "regime_chains", "recorded_series")


def illustrative_drivers(book: Book) -> tuple[str, ...]:
    """Names of the drivers, and of the hazards, regimes and series that they share, that are assumed: marked so
    themselves, or with a term that is.
    """
    return tuple(
        item.get("name") or item["id"]
        for kind in _UNCERTAIN
        for item in book._data.get(kind) or ()
        if _is_assumed(item)
    )


def _is_assumed(data: Any) -> bool:
    """Whether it, or anything in it, is marked as illustrative."""
    if isinstance(data, dict):
        return bool(data.get("illustrative")) or any(_is_assumed(inside) for inside in data.values())
    return isinstance(data, (list, tuple)) and any(_is_assumed(inside) for inside in data)


def assumed(books: Iterable[Book], most: int | None = 3) -> str:
    """What stands by every figure that assumed drivers went into; "" where all are agreed or sourced."""
    return assumed_drivers(dict.fromkeys(name for book in books for name in illustrative_drivers(book)), most)


def assumed_drivers(names: Iterable[str], most: int | None = 3) -> str:
    """The same of drivers by name: the first few, and how many more; all of them where `most` is None."""
    told = list(names)
    if not told:
        return ""
    more = f" and {len(told) - most} more" if most is not None and len(told) > most else ""
    return f"Illustrative drivers, assumed and not agreed: {', '.join(told[:most])}{more}."


def period_label(settlement: Settlement, every: str, period: int | str) -> str:
    """What a period is called, such as "year 2"."""
    number = settlement.period(every, period)
    found = (row["label"] for row in settlement.positions if row["every"] == every and row["period"] == number)
    return str(next(found, f"{every} {number}"))


def readings(book: Book) -> Table:
    """The clauses with several readings."""
    rows = []
    for _, clause, _ in clauses(book):
        for reading in clause.readings:
            rows.append(
                {
                    "clause": clause.id,
                    "reading": reading.name,
                    "chosen": clause.reading == reading.name,
                    "provisional": clause.provisional == reading.name,
                    "asserted_by": reading.asserted_by,
                    "words": reading.words,
                }
            )
    return Table.of_rows(f"Readings of {book.id}", READINGS, rows, private_to=book.private_to)


def terms(book: Book, about: str = "") -> Table:
    """Every term that a book states, or those whose names have all the words of `about`; see `Book.terms`."""
    everything = list(_terms.places(book._data))
    chosen = _names.speaking_of(everything, about) if about.strip() else everything
    units = TermUnits(book._data)
    remarks = notes.beside(book)
    rows = []
    for place in chosen:
        data = place.data if isinstance(place.data, dict) else {"value": place.data}
        steps = "".join(f"; from {step['from']}: {as_written(step.get('value'))}" for step in data.get("steps") or ())
        rows.append(
            {
                "name": place.name,
                "title": place.title,
                "path": place.path,
                "value": as_written(data.get("value")) + steps,
                "unit": units.of_place(place),
                "source": data.get("source") or "",
                "illustrative": bool(data.get("illustrative")),
                "alternatives": "; ".join(
                    f"{other['name']}: {as_written(other.get('value'))}" for other in data.get("alternatives") or ()
                ),
                "notes": remarks(place.path),
            }
        )
    if not about.strip():
        return Table.of_rows(f"Terms of {book.id}", TERMS, rows, private_to=book.private_to)
    note = f"{len(rows)} of {len(everything)} terms"
    note += "" if rows else f"; none speaks of '{about}'{_names.offered(everything, about)}"
    title = f"Terms of {book.id} that speak of '{about}'"
    return Table.of_rows(title, TERMS, rows, note, private_to=book.private_to)


def target(book: Book, what: str, *, every: str = "term", period: int = 1) -> dict[str, Any]:
    """What the core is asked to explain.

    Parameters
    ----------
    what
        A party, clause or quantity by id; ``"party:x"``, ``"clause:x"``, ``"quantity:x"`` or ``"entry:id"`` to be
        exact.
    every, period
        Calendar and number of the period of a party's position, 1 for the first; of a clause or quantity, `period`
        counts its
        own calendar.

    Raises
    ------
    BookError
        Nothing answers to it, or several things do.
    """
    kinds: dict[str, list[str]] = {
        "party": [p.id for p in book.parties],
        "clause": [clause.id for _, clause, _ in clauses(book)],
        "quantity": [*(q.id for q in book.quantities), *(i.id for i in book.inputs)],
    }
    kind, colon, name = what.partition(":")
    if colon and kind == "entry":
        return {"entry": name}
    if not (colon and kind in kinds):
        name = what
        found = [kind for kind, ids in kinds.items() if what in ids]
        if len(found) > 1:
            message = f"'{what}' is a {' and a '.join(found)}; say '{found[0]}:{what}' or '{found[1]}:{what}'"
            raise BookError(f"'{what}' is ambiguous", [{"code": "ambiguous-name", "path": "", "message": message}])
        kind = found[0] if found else ""
    if not kind or name not in kinds[kind]:
        names = kinds.get(kind) or [name for ids in kinds.values() for name in ids]
        message = f"no {kind or 'party, clause or quantity'} '{name}'{nearest(name, names)}"
        raise BookError(f"nothing is called '{name}'", [{"code": "unknown-name", "path": "", "message": message}])
    if period < 1:
        message = f"found {period}, expected 1 for the first period, 2 for the second, ..."
        raise BookError("no such period", [{"code": "unknown-period", "path": "", "message": message}])
    chosen: dict[str, Any] = {kind: name, "period": period - 1}
    if kind == "party":
        chosen["every"] = every
    return chosen
