"""Changing terms by name: checked against what the term counts, from a month on, with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import _terms
from ._calendar import Months, month_index, month_text
from ._json import Json
from ._literals import figure, without_separators
from ._term_units import CONDITION, TermUnits, as_written
from ._values import plain
from .errors import BookError, Problem

__all__ = ["Change", "apply_changes"]

_KINDS = {"money": "an amount of money", "percent": "a percentage", "number": "a number"}
_WITHOUT_UNIT = frozenset({"number", "ratio", "percent", "index", "score", "rate", "1", "%"})
#: A percentage may be written as a fraction up to this; what is more must be written with its sign.
_LARGEST_FRACTION = 2


@dataclass(frozen=True, slots=True)
class Change:
    """A new value of a term, for some months or all, with where it comes from.

    It may stand wherever `Book.with_`, `Book.with_all` and `Book.what_if` take a value.

    Attributes
    ----------
    value
        A number, text such as ``"£2,100"`` or ``"50%"``, or a formula.
    starts
        First month of the new value ("2025-04" or a date): what was in force before stays in the book as its history.
        Later steps that the term had are replaced, unless `ends` is given. None: from the start, without history.
        A rule of a longer calendar, such as a yearly band, takes what is in force in the first month of its period.
    ends
        Last month of the new value; afterwards what the term would have been without the change holds again. None: for
        good.
    source
        Where the value comes from.
    illustrative
        Whether it is assumed.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.examples.mental_health_alliance()
    >>> changed = book.with_("placement month price", ob.Change("£2,100", starts="2016-04", source="deed 3"))
    >>> changed.terms().where(name="la_price")["value"]
    ('2000; from 2016-04: £2,100',)
    """

    value: Any
    starts: Any = None
    ends: Any = None
    source: str = ""
    illustrative: bool = False

    @property
    def dated(self) -> bool:
        """Whether it is for some months only."""
        return self.starts is not None or self.ends is not None

    @property
    def words(self) -> str:
        """The value and its months in words."""
        months = [f"from {_month(self.starts)}"] if self.starts is not None else []
        months += [f"to {_month(self.ends)}"] if self.ends is not None else []
        return " ".join([as_written(plain(self.value)), *months])


def apply_changes(book: dict[str, Json], changes: Mapping[str, Any]) -> None:
    """Make changes in a document's data, one after the other.

    Parameters
    ----------
    book
        The data, which are changed.
    changes
        Path or name to value or `Change`.

    Raises
    ------
    BookError
        A name is unknown or ambiguous, a value does not fit what its term counts, or a month is not one of the
        calendar; all faults at once.
    """
    problems: list[Problem] = []
    for name, value in changes.items():
        try:
            _apply(book, name, value if isinstance(value, Change) else Change(value))
        except BookError as error:
            problems += error.problems or [Problem("book", "", error.summary)]
            if len(changes) == 1:
                raise
    if problems:
        raise BookError("changes that cannot be made", problems)


def _apply(book: dict[str, Json], name: str, change: Change) -> None:
    try:
        new = plain(change.value)
    except ValueError as error:
        raise BookError("not a number", [Problem("not-a-number", "", str(error), name)]) from None
    place = _terms.meant(book, name)
    if place is None:
        if change.dated or change.source or change.illustrative:
            message = f"'{name}' is no term, so that months, source and illustrative have no place there"
            raise BookError("not a term", [Problem("not-a-term", name, message)])
        _terms.put(book, name, new)
        return
    if not isinstance(new, dict):
        new = without_separators(new) if isinstance(new, str) else new
        _check_kind(book, place, new)
    _terms.put(book, place.path, _dated(book, place, new, change) if change.dated else _whole(place.data, new, change))


def _value(new: Json, change: Change) -> dict[str, Json]:
    """The value with its source, as a term or a step has it."""
    term = dict(new) if isinstance(new, dict) else {"value": new}
    if change.source:
        term["source"] = change.source
    if change.illustrative:
        term["illustrative"] = True
    return term


def _whole(old: Json, new: Json, change: Change) -> Json:
    """The term from the start of the book: unit and alternatives stay; source and dated steps go."""
    term = _value(new, change)
    if isinstance(old, dict) and not isinstance(new, dict):
        term |= {key: old[key] for key in ("unit", "alternatives") if old.get(key)}
    return term["value"] if term.keys() == {"value"} else term


# -- some months ----------------------------------------------------------------------------------------------


def _month(given: Any) -> str:
    try:
        return month_text(month_index(given))
    except ValueError:
        return str(given)


def _dated(book: dict[str, Json], place: _terms.Place, new: Json, change: Change) -> Json:
    if isinstance(new, dict) and new.get("steps"):
        message = f"{place.called}: a value from a month on may not have steps of its own"
        raise BookError("steps in a step", [Problem("steps", place.path, message)])
    first, last = _months(book, place, change)
    old = dict(place.data) if isinstance(place.data, dict) else {"value": place.data}
    step = {key: value for key, value in _value(new, change).items() if key in ("value", "source", "illustrative")}
    steps = sorted((dict(given) for given in old.get("steps") or ()), key=lambda given: month_index(given["from"]))
    kept = [given for given in steps if first is not None and month_index(given["from"]) < first]
    resumed: list[dict[str, Json]] = []
    if last is not None:
        force = [given for given in steps if month_index(given["from"]) <= last + 1]
        again = force[-1] if force else old
        again = {key: again[key] for key in ("value", "source", "illustrative") if again.get(key) is not None}
        resumed = [{**again, "from": month_text(last + 1)}]
        resumed += [given for given in steps if month_index(given["from"]) > last + 1]
    if first is None:
        return {**old, "source": "", "illustrative": False, **step, "steps": resumed}
    return {**old, "steps": [*kept, {**step, "from": month_text(first)}, *resumed]}


def _months(book: dict[str, Json], place: _terms.Place, change: Change) -> tuple[int | None, int | None]:
    calendar = book["calendar"]
    months = Months(month_index(calendar["start"]), calendar.get("months", 12))
    final = months.start + months.count - 1
    problems = []
    found: dict[str, int | None] = {}
    for name, given in (("starts", change.starts), ("ends", change.ends)):
        found[name] = None
        if given is None:
            continue
        try:
            found[name] = month_index(given)
        except ValueError as error:
            problems.append(Problem("wrong-period", place.path, f"{name}: {error}", place.called))
    first, last = found["starts"], found["ends"]
    span = f"the book's months are {month_text(months.start)} to {month_text(final)}"
    if first is not None and first > final:
        problems.append(Problem("outside-calendar", place.path, f"starts: found {month_text(first)}, but {span}"))
    if last is not None and last < (months.start if first is None else max(first, months.start)):
        problems.append(
            Problem("outside-calendar", place.path, f"ends: found {month_text(last)}, before it starts; {span}")
        )
    if problems:
        raise BookError(f"{place.called} cannot be changed for these months", problems)
    return first, last


# -- what a term counts ---------------------------------------------------------------------------------------


def _check_kind(book: dict[str, Json], place: _terms.Place, new: Json) -> None:
    """Refuse a figure that cannot be meant: money for a percentage, a percentage for a count."""
    if isinstance(new, str) and new.startswith("+"):
        message = f"{place.called}: found {new!r}; say the new value itself, not what is added to it"
        raise BookError("not a value", [Problem("wrong-change", place.path, message)])
    found = figure(new)
    if found is None:
        return
    unit = TermUnits(book).of_place(place)
    now = as_written(place.data.get("value") if isinstance(place.data, dict) else place.data)
    before = figure(now)
    slip = before is not None and before.kind == "percent" and abs(found.value) > _LARGEST_FRACTION
    expected = ""
    if unit == CONDITION:
        expected = "a condition such as 'true' or a comparison"
    elif found.kind == "number" and slip:
        expected = f"a percentage such as '{found.text}%'"
    elif unit == "%" and found.kind == "money":
        expected = "a percentage such as '45%'"
    elif unit.startswith("£") and found.kind == "percent":
        expected = f"an amount in {unit}, such as '£2,000'"
    elif unit != "%" and not unit.startswith("£") and found.kind == "money":
        expected = f"a figure in {unit}" if unit not in _WITHOUT_UNIT else "a number without a unit"
    elif unit not in _WITHOUT_UNIT and not unit.startswith("£") and found.kind == "percent":
        expected = f"a figure in {unit}"
    if expected:
        message = f"{place.called}: found {_KINDS[found.kind]}, {as_written(new)!r}; expected {expected} (it is {now})"
        raise BookError("a figure that does not fit its term", [Problem("wrong-unit", place.path, message)])
