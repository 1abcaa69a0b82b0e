"""Scenarios applied to a book: what the core lays over it, what events change in it, and a receipt of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import _places
from .._calendar import Months, month_index, month_text
from .._json import Json, decimal_text
from .._literals import figure
from .._term_units import CONDITION
from ..changing import _WITHOUT_UNIT as WITHOUT_UNIT
from ..changing import Change, _check_kind
from ..errors import BookError, Problem
from ..table import Table
from .checking import faults_of_shock
from .events import Effect, event
from .laying import lay, text_of
from .naming import Case, cases, cases_of_book
from .periods import periods_of
from .schemas import RECEIPT
from .selecting import follows, in_words, select
from .targets import Index, Target, find, is_event

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["Applied", "apply", "apply_cases", "receipt", "receipt_of"]


@dataclass(frozen=True, slots=True)
class Applied:
    """A book under scenarios.

    Attributes
    ----------
    book
        With what events change in it.
    changes
        What the core lays over it, in order.
    read
        Clauses whose reading an event chooses.
    rows
        Of the receipt.
    """

    book: Book
    changes: tuple[dict[str, Json], ...]
    read: frozenset[str]
    rows: tuple[dict[str, Any], ...]

    def readings(self, given: Mapping[str, str] | None) -> dict[str, str]:
        """The readings that were asked for, but of clauses that an event reads otherwise."""
        return {str(k): str(v) for k, v in (given or {}).items() if k not in self.read}

    @property
    def notes(self) -> list[dict[str, str]]:
        """Warnings for results: shocks that found nothing to act on, or that act in none of its periods."""
        found = []
        for number, row in enumerate(self.rows):
            path, named = f"/shocks/{number}", f"{row['scenario']}, shock {row['shock']}"
            if not row["found"]:
                message = f"{named}: nothing in the book is {row['on']}"
                found.append({"code": "shock-found-nothing", "path": path, "message": message})
            elif row["still"] == row["found"]:
                message = f"{named}: {row['on']}, {row['action']}: {row['note']}"
                found.append({"code": "shock-changes-nothing", "path": path, "message": message})
        return found


def apply(book: Book, given: Any) -> Applied:
    """A book under scenarios, one after the other: their shocks act in order, each on what those before it left.

    What events change in the document itself (months of clauses, readings) is there before any value changes.

    Parameters
    ----------
    given
        Whatever `openbook.stress` takes as shocks; None: nothing happens.

    Raises
    ------
    BookError
        Something is unknown or cannot be applied; all faults at once.
    """
    found = () if given is None else cases(book, given)
    together: dict[str, list[str]] = {}
    for case in found:
        together.setdefault(case.among, []).append(case.name)
    for among, names in together.items():
        if among and len(names) > 1:
            message = f"'{among}' holds {len(names)} alternatives, which do not happen together: {', '.join(names[:8])}"
            message += "; name one, or put them side by side with `stress`"
            raise BookError("alternatives", [Problem("several-scenarios", "/scenarios", message)])
    return apply_cases(book, found)


def apply_cases(book: Book, given: Sequence[Case]) -> Applied:
    """As `apply`, of scenarios that were read already."""
    shocks = [(case, number, shock) for case in given for number, shock in enumerate(case.shocks)]
    if not shocks:
        return Applied(book, (), frozenset(), ())
    index, problems = Index(book), []
    changes: list[dict[str, Json]] = []
    edits: dict[str, Json] = {}
    read: set[str] = set()
    rows = []
    moved: dict[tuple[Any, ...], set[str]] = {}
    for case, number, shock in shocks:
        faults = list(faults_of_shock(shock, f"{case.path}/shocks/{number}"))
        if faults:
            problems += faults
            continue
        try:
            already = moved.setdefault((id(case), *_how(shock)), set())
            effect = _effect(index, shock, f"{case.path}/shocks/{number}", edits, already)
        except BookError as error:
            problems += error.problems or [Problem("book", "", error.summary)]
            continue
        changes += effect.changes
        edits |= effect.edits
        read |= effect.read
        if effect.edits:  # the next event sees what this one has changed
            index = Index(_edited(book, edits))
        rows.append(_row(case, number, shock, effect))
    if problems:
        raise BookError("shocks that cannot be applied", problems)
    changed = _edited(book, edits) if edits else book
    return Applied(changed, tuple(changes), frozenset(read), tuple(rows))


def _edited(book: Book, edits: Mapping[str, Json]) -> Book:
    try:
        return book.with_all(
            {path: value if isinstance(value, Change) else Change(value) for path, value in edits.items()}
        )
    except BookError as error:
        raise BookError("under these shocks the book is not valid", error.problems) from None


def _row(case: Case, number: int, shock: Any, effect: Effect) -> dict[str, Any]:
    what = ", ".join(effect.found[:6]) + (f" and {len(effect.found) - 6} more" if len(effect.found) > 6 else "")
    notes = [*effect.notes, *([] if effect.found else ["found nothing to act on"])]
    return {
        "scenario": case.name,
        "shock": number + 1,
        "action": shock.action,
        "on": _on_in_words(shock),
        "found": len(effect.found),
        "still": len(effect.still),
        "what": what,
        "note": "; ".join(notes),
    }


def _on_in_words(shock: Any) -> str:
    parts = [shock.on] if shock.on else []
    return ", ".join([*parts, *([in_words(shock.select)] if shock.select else [])])


def _how(shock: Any) -> tuple[Any, ...]:
    """What a shock does, whatever it acts on."""
    return tuple((name, str(value)) for name, value in shock.to_dict().items() if name not in ("on", "select"))


def _effect(index: Index, shock: Any, path: str, edits: Mapping[str, Json], moved: set[str]) -> Effect:
    """What a shock does; `moved` has what its scenario has moved in the same way, and gets what this one moves."""
    if is_event(shock.action):
        return _event(index, shock, path)
    effect = Effect()
    for target in _targets(index, shock, path):
        if shock.select and target.kind == "term" and (through := follows(index, target) & moved):
            effect.notes.append(f"{target.name} moves with {', '.join(sorted(through))}")
            continue
        moved.add(target.key)
        if target.kind == "date":
            _move_date(index, shock, target, path, effect)
            continue
        _check_fits(index, shock, target, path)
        changes, said = lay(shock, target, periods_of(index, target), Months.of(index.book.calendar), path)
        effect.changes += changes
        effect.found.append(target.name)
        if not changes:
            effect.still.append(target.name)
        if said:
            effect.notes.append(f"{target.name}: {said}" if shock.select is not None else said)
        if target.kind == "driver":
            effect.notes.append("moves what is drawn; where data are known they stay")
    return effect


def _targets(index: Index, shock: Any, path: str) -> list[Target]:
    if shock.on and shock.select:
        message = "a shock on values says what it acts on by 'on' or by 'select', not by both"
        raise BookError("two ways to say on", [Problem("twice", f"{path}/select", message)])
    if shock.on:
        return [find(index, shock.on, path)]
    if not shock.select:
        message = "a shock says what it acts on by 'on' or by 'select'"
        raise BookError("nothing to act on", [Problem("missing-key", f"{path}/on", message)])
    found = select(index, shock.select)
    if shock.select.kind in ("clause", "contract", "party"):
        message = f"'{shock.action}' changes values, and a {shock.select.kind} has none"
        raise BookError("a shock on no value", [Problem("not-a-value", f"{path}/select/kind", message)])
    return found


def _event(index: Index, shock: Any, path: str) -> Effect:
    whole = Effect()
    of_parties = shock.select is not None and shock.select.kind in ("party", "contract", "clause")
    found = select(index, shock.select) if shock.select is not None else None
    if found is not None and of_parties:
        parts = [event(index, shock, target.key, path) for target in found]
    else:
        if not shock.on and found is None:
            message = f"'{shock.action}' befalls something: name it by 'on', or find it by 'select'"
            raise BookError("nothing to act on", [Problem("missing-key", f"{path}/on", message)])
        parts = [event(index, shock, shock.on, path, found)]
    outside = _outside(shock, Months.of(index.book.calendar))
    for part in parts:
        whole.changes += part.changes
        whole.edits |= part.edits
        whole.found += part.found
        whole.notes += part.notes
        whole.read |= part.read
    if outside:
        whole.still += whole.found
        whole.notes.append(outside)
    return whole


def _outside(shock: Any, months: Months) -> str:
    """What is to be said of an event that comes after the calendar, or is over before it."""
    first, last = months.start, months.start + months.count - 1
    late = shock.starts and month_index(shock.starts) > last
    if late or (shock.ends and month_index(shock.ends) < first):
        return f"in no month of the calendar, {month_text(first)} to {month_text(last)}"
    return ""


def _check_fits(index: Index, shock: Any, target: Target, path: str) -> None:
    """Refuse a value that cannot be meant: money for a percentage, a percentage for a count."""
    _check_unit(index, shock, target, path)
    sets = shock.action == "set" or (shock.action == "ramp" and shock.towards == "set")
    if shock.value is not None and sets and target.place is not None and figure(text_of(shock.value)) is not None:
        try:
            _check_kind(index.data, target.place, text_of(shock.value))
        except BookError as error:
            problems = [Problem(p.code, f"{path}/value", p.message) for p in error.problems]
            raise BookError(error.summary, problems) from None


def _unit_of(index: Index, target: Target) -> str:
    """The unit of an input, quantity or parameter; "" where none is known."""
    if target.key not in index.ids or target.kind not in ("input", "quantity", "parameter"):
        return ""
    _, at, item = index.ids[target.key]
    if target.kind != "parameter":
        return str(item.get("unit") or "")
    place = next((place for place in index.places if place.path == f"{at}/value"), None)
    return "" if place is None else index.units.of_place(place)


def _check_unit(index: Index, shock: Any, target: Target, path: str) -> None:
    """Refuse a figure of another kind than what it acts on: £10 more attendances, 10% more pounds by adding."""
    text = "" if shock.value is None else text_of(shock.value)
    factor = shock.action == "scale" or (shock.action == "ramp" and shock.towards == "scale")
    unit, found = _unit_of(index, target), figure(text) if text else None
    expected = ""
    if text in ("true", "false") and (factor or shock.action == "add" or unit not in ("", CONDITION)):
        expected = "a factor such as '1.1'" if factor else f"a figure in {unit or 'numbers'}"
    elif found is None or (not unit and not factor):
        return
    elif factor:
        expected = "a factor such as '1.1' or '110%'" if found.kind == "money" else ""
    elif found.kind == "money" and not unit.startswith("£"):
        expected = f"a figure in {unit}"
    elif found.kind == "percent" and unit not in WITHOUT_UNIT:
        more = decimal_text(1 + found.value)
        expected = f"a figure in {unit}" + (f"; to make it {text} more, scale by {more}" * (shock.action == "add"))
    if expected:
        message = f"{target.name}: found {text!r} to {shock.action}, expected {expected}"
        raise BookError("a figure that does not fit", [Problem("wrong-unit", f"{path}/value", message)])


def _move_date(index: Index, shock: Any, target: Target, path: str, effect: Effect) -> None:
    """A first or last month is set, or moved by so many months."""
    now = _places.at(index.data, target.key.rpartition("/")[0]).get(target.key.rpartition("/")[2])
    text = text_of(shock.value) if shock.value is not None else ""
    moved = figure(text)
    if shock.starts or shock.ends or shock.action not in ("set", "add"):
        message = f"'{target.name}' is a month: it is 'set' to another, or months are 'added' to it, once and for all"
        raise BookError("a shock on a month", [Problem("wrong-change", f"{path}/action", message)])
    try:
        if shock.action == "set":
            new = month_text(month_index(text))
        elif not now or moved is None or moved.value != int(moved.value):
            raise ValueError(f"found {text!r} on {now or 'no month'}, expected whole months to add to a month")
        else:
            new = month_text(month_index(now) + int(moved.value))
    except ValueError as error:
        raise BookError("not a month", [Problem("wrong-period", f"{path}/value", str(error))]) from None
    effect.edits[target.key] = new
    effect.found.append(f"{target.name}: {now or 'none'} to {new}")


def receipt(book: Book, shocks: Any = None) -> Table:
    """What scenarios act on in a book: which shocks found what.

    Parameters
    ----------
    book
        The book.
    shocks
        As for `openbook.stress`: scenarios by name, a standard set, a file, shocks. None: every scenario of the book.

    Returns
    -------
    Table
        Columns scenario, shock (its number), action, on, found (how many things), what, note. A shock that found
        nothing has 0 and says so.

    Raises
    ------
    BookError
        Something is unknown or cannot be applied.

    Examples
    --------
    >>> import openbook as ob
    >>> ob.scenarios.receipt(ob.examples.third_sector_cash(), "winter/hard_winter")["found"]
    (0, 0)
    """
    found = cases_of_book(book) if shocks is None else cases(book, shocks)
    return receipt_of(book, (row for case in found for row in apply_cases(book, [case]).rows))


def receipt_of(book: Book, rows: Iterable[Mapping[str, Any]]) -> Table:
    """The receipt as a table."""
    return Table.of_rows("What the scenarios act on", RECEIPT, rows, private_to=book.private_to)
