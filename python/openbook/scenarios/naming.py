"""What was given as shocks, as scenarios with names: of a book, a file, a standard set, or made on the spot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._calendar import month_index, month_text
from .._values import Value, nearest, plain
from ..errors import BookError, Problem
from .selecting import select
from .targets import Index

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["Case", "cases", "cases_of_book", "shock_of"]

_DATES = ("starts", "ends", "full", "gone", "aligned")


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario as it is applied: its includes and its selectors of one at a time are resolved.

    Attributes
    ----------
    name
        In reports.
    shocks
        `Shock` values, in order.
    narrative, source, illustrative
        As the scenario states.
    path
        Where it stands, for errors.
    among
        What it is one alternative of: its set, or the scenario that is applied to one thing at a time. Alternatives do
        not happen together.
    """

    name: str
    shocks: tuple[Any, ...]
    narrative: str = ""
    source: str = ""
    illustrative: bool = False
    path: str = ""
    among: str = ""


def cases(book: Book, given: Any) -> tuple[Case, ...]:
    """The scenarios that were given.

    Parameters
    ----------
    given
        The name of a scenario of the book, of a standard set or of one scenario in it ("winter/beds"); a path of a JSON
        file; a `Scenario`, a `ScenarioSet`, a shock, a list or a mapping from names to any of these.

    Raises
    ------
    BookError
        A name is unknown, scenarios include each other in a circle, or something is no shock.
    """
    if isinstance(given, Case):
        return (given,)
    if isinstance(given, Path) or (isinstance(given, str) and given.endswith(".json")):
        from .files import read_as

        found, alternatives = read_as(given)
        return tuple(case if alternatives else replace(case, among="") for case in _of_set(book, found))
    if isinstance(given, str):
        return _named(book, given)
    kind = getattr(given, "_record", "")
    if kind == "scenario_set" or (isinstance(given, Mapping) and "scenarios" in given):
        return _of_set(book, given if kind else _made("scenario_set", given))
    if kind == "scenario" or (isinstance(given, Mapping) and ("shocks" in given or "includes" in given)):
        return _of_scenario(book, given if kind else _loose(given), (), "")
    if kind == "shock" or (isinstance(given, Mapping) and _is_shock(given)):
        return (Case("stress", (shock_of(given),)),)
    if isinstance(given, Mapping):
        return tuple(
            Case(str(name), tuple(shock for case in cases(book, content) for shock in case.shocks), path=f"/{name}")
            for name, content in given.items()
        )
    if isinstance(given, Iterable):
        return _of_list(book, list(given))
    raise _refuse("wrong-type", "", f"found {given!r}, expected a shock: on, action, value, starts, ends")


def cases_of_book(book: Book) -> tuple[Case, ...]:
    """Every scenario of a book."""
    return tuple(
        case
        for n, scenario in enumerate(book.scenarios)
        for case in _of_scenario(book, scenario, (), f"/scenarios/{n}")
    )


def _is_shock(given: Mapping[str, Any]) -> bool:
    return "on" in given or "select" in given or "action" in given


def _refuse(code: str, path: str, message: str) -> BookError:
    return BookError("not understood as shocks", [Problem(code, path, message)])


def shock_of(given: Any) -> Any:
    """A `Shock` from whatever stands for one."""
    if isinstance(given, Value) and given._record == "shock":
        return given
    data = plain(given)
    if not isinstance(data, dict):
        raise _refuse("wrong-type", "", f"found {given!r}, expected a shock: on, action, value, starts, ends")
    return _made("shock", data)


def _made(record: str, data: Any) -> Any:
    from .._description import records
    from .._values import class_for

    return class_for(records()[record]).from_json(plain(data))


def _loose(given: Mapping[str, Any]) -> Any:
    """A scenario whose id may be left out."""
    data = dict(given)
    named = str(data.get("name") or data.get("id") or "stress")
    return _made("scenario", {"id": "stress", **data, "name": named})


def _of_list(book: Book, given: list[Any]) -> tuple[Case, ...]:
    """Several scenarios, or the shocks of one."""
    shocks: list[Any] = []
    found: list[Case] = []
    for item in given:
        is_shock = getattr(item, "_record", "") == "shock" or (isinstance(item, Mapping) and _is_shock(item))
        if is_shock:
            shocks.append(shock_of(item))
        elif isinstance(item, (str, Path, Mapping, Value, Case, Sequence)):
            found += cases(book, item)
        else:
            raise _refuse("wrong-type", "", f"found {item!r}, expected a shock: on, action, value, starts, ends")
    return tuple(found) if not shocks else (*found, Case("stress", tuple(shocks)))


def _named(book: Book, name: str) -> tuple[Case, ...]:
    for number, scenario in enumerate(book.scenarios):
        if name in (scenario.id, scenario.name):
            return _of_scenario(book, scenario, (), f"/scenarios/{number}", called=name)
    from .files import names, standard

    whole, slash, one = name.partition("/")
    if whole in names():
        found = standard(whole)
        if not slash:
            return _of_set(book, found)
        beside = _shifted(book, found)
        for number, scenario in enumerate(beside):
            if one in (scenario.id, scenario.name):
                return _of_scenario(book, scenario, beside, f"/scenarios/{number}")
        inside = [scenario.id for scenario in found.scenarios]
        message = f"the set '{whole}' has no scenario '{one}'{nearest(one, inside) or '.'} It has {', '.join(inside)}."
        raise BookError(f"no scenario '{name}'", [Problem("unknown-scenario", "/scenarios", message)])
    own = [scenario.id for scenario in book.scenarios]
    message = f"no scenario '{name}'{nearest(name, [*own, *names()]) or '.'} The book has {', '.join(own) or 'none'}."
    message += f" There are standard sets: {', '.join(names())}."
    raise BookError(f"no scenario '{name}'", [Problem("unknown-scenario", "/scenarios", message)])


def _of_set(book: Book, given: Any) -> tuple[Case, ...]:
    found: list[Case] = []
    beside = _shifted(book, given)
    for number, scenario in enumerate(beside):
        for case in _of_scenario(book, scenario, beside, f"/scenarios/{number}"):
            source = case.source or given.source
            assumed = case.illustrative or given.illustrative
            found.append(replace(case, source=source, illustrative=assumed, among=given.id))
    return tuple(found)


def _shifted(book: Book, given: Any) -> tuple[Any, ...]:
    """The scenarios of a set; of one that is written for a book's first month they are moved to this book's."""
    if not given.written_for:
        return tuple(given.scenarios)
    by = month_index(book.calendar.start) - month_index(given.written_for)

    def moved(month: str) -> str:
        return month_text(month_index(month) + by)

    def shifted(shock: Any) -> Any:
        changed: dict[str, Any] = {name: moved(getattr(shock, name)) for name in _DATES if getattr(shock, name)}
        if shock.path and not shock.aligned:
            changed["path"] = {moved(month): value for month, value in shock.path.items()}
        return shock.replace(**changed) if changed else shock

    return tuple(
        scenario.replace(shocks=[shifted(shock) for shock in scenario.shocks]) if scenario.shocks else scenario
        for scenario in given.scenarios
    )


def _of_scenario(
    book: Book, scenario: Any, beside: Sequence[Any], path: str, called: str = "", above: tuple[str, ...] = ()
) -> tuple[Case, ...]:
    """A scenario with what it includes, as one case, or one for each thing that its selectors find."""
    if scenario.id in above:
        circle = " -> ".join([*above[above.index(scenario.id) :], scenario.id])
        raise _refuse("cycle", f"{path}/includes", f"scenarios include each other in a circle: {circle}")
    included: list[Any] = []
    for number, name in enumerate(scenario.includes):
        included += _included(book, name, beside, f"{path}/includes/{number}", (*above, scenario.id))
    # Paths of what is included would mislead; its shocks come first, and the numbers of the receipt count them.
    whole = Case(
        called or scenario.name or scenario.id,
        (*included, *scenario.shocks),
        scenario.narrative,
        scenario.source,
        scenario.illustrative,
        path,
    )
    return _one_at_a_time(book, whole) if scenario.one_at_a_time else (whole,)


def _included(book: Book, name: str, beside: Sequence[Any], path: str, above: tuple[str, ...]) -> list[Any]:
    for scenario in (*beside, *book.scenarios):
        if name in (scenario.id, scenario.name):
            return [s for case in _of_scenario(book, scenario, beside, path, above=above) for s in case.shocks]
    try:
        return [shock for case in _named(book, name) for shock in case.shocks]
    except BookError as error:
        raise BookError(error.summary, [Problem(p.code, path, p.message) for p in error.problems]) from None


def _one_at_a_time(book: Book, case: Case) -> tuple[Case, ...]:
    index = Index(book)
    found: dict[str, str] = {}
    for shock in case.shocks:
        if shock.select:
            found |= {
                f"{target.key}[{target.member}]" if target.member else target.key: target.name
                for target in select(index, shock.select)
            }
    if not found:
        return (case,)
    cases = []
    for key, name in found.items():
        shocks = [
            shock.replace(select=None, on=key) if shock.select and key in _keys(index, shock) else shock
            for shock in case.shocks
            if not shock.select or key in _keys(index, shock)
        ]
        cases.append(replace(case, name=f"{case.name}: {name}", shocks=tuple(shocks), among=case.name))
    return tuple(cases)


def _keys(index: Index, shock: Any) -> set[str]:
    return {target.key for target in select(index, shock.select)}
