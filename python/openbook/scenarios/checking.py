"""What can be said of scenarios without a book: every fault with its path, all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from .._calendar import month_index
from ..errors import BookError, Problem

__all__ = ["check_set", "faults_of_shock"]

_RAMP = ("towards", "full", "gone", "shape", "steps")
_REPLAY = ("path", "recorded", "aligned")
_LEAVING = ("keeps", "costs")
#: The fields that only some actions know.
_ONLY: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_RAMP, ("ramp",)),
    **dict.fromkeys(_REPLAY, ("replay",)),
    **dict.fromkeys(_LEAVING, ("withdrawal", "insolvency")),
    "contracts": ("withdrawal", "insolvency", "delay_of_payment"),
    "recovered": ("insolvency",),
    "stand_in": ("data_embargo",),
    "chosen": ("rule_change",),
}
#: What an action cannot do without.
_NEEDED: dict[str, tuple[str, ...]] = {
    "set": ("value",),
    "add": ("value",),
    "scale": ("value",),
    "ramp": ("value", "starts", "full"),
    "replay": ("path",),
    "withdrawal": ("starts",),
    "insolvency": ("starts",),
    "key_person_leaves": ("value", "starts"),
    "delay_of_payment": ("value",),
}
_VALUES = ("set", "add", "scale", "ramp", "replay")


def faults_of_shock(shock: Any, path: str) -> Iterator[Problem]:
    """What is wrong with a shock by itself."""
    if not shock.on and shock.select is None:
        yield Problem(
            "missing-key",
            f"{path}/on",
            "a shock says what it acts on by 'on' or by 'select'",
        )
    if shock.on and shock.select is not None and shock.action in _VALUES:
        yield Problem("twice", f"{path}/select", "found both 'on' and 'select', expected one of them")
    given = {field.name for field, _ in shock._given_fields()}
    for name, actions in _ONLY.items():
        if name in given and shock.action not in actions:
            message = f"found '{name}' beside the action {shock.action}; it belongs to {', '.join(actions)}"
            yield Problem("unknown-key", f"{path}/{name}", message)
    for name in _NEEDED.get(shock.action, ()):
        if not getattr(shock, name):
            yield Problem("missing-key", f"{path}/{name}", f"'{shock.action}' needs '{name}'")
    for number, month in enumerate(shock.months):
        if not 1 <= month <= 12:
            yield Problem("out-of-range", f"{path}/months/{number}", f"found {month}, expected a month from 1 to 12")
    for month in shock.path:
        try:
            month_index(month)
        except ValueError as error:
            yield Problem("wrong-period", f"{path}/path/{month}", str(error))
    dated = [
        (name, month_index(getattr(shock, name))) for name in ("starts", "full", "ends", "gone") if getattr(shock, name)
    ]
    for (before, first), (after, last) in pairwise(dated):
        if last < first:
            message = f"found {after} {getattr(shock, after)}, before {before} {getattr(shock, before)}"
            yield Problem("not-in-order", f"{path}/{after}", message)


def check_set(given: Any) -> Any:
    """The set, where nothing is wrong with it by itself.

    Raises
    ------
    BookError
        Something is; all faults at once, each with its path in the set.
    """
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for number, scenario in enumerate(given.scenarios):
        path = f"/scenarios/{number}"
        if scenario.id in seen:
            message = f"the id '{scenario.id}' is taken by /scenarios/{seen[scenario.id]}"
            problems.append(Problem("duplicate-id", f"{path}/id", message))
        seen.setdefault(scenario.id, number)
        for place, shock in enumerate(scenario.shocks):
            problems += faults_of_shock(shock, f"{path}/shocks/{place}")
        if not scenario.shocks and not scenario.includes:
            problems.append(Problem("missing-key", f"{path}/shocks", "a scenario has shocks, or includes others"))
        circle = _circle(given.scenarios, scenario, ())
        if circle:
            message = f"scenarios include each other in a circle: {' -> '.join(circle)}"
            problems.append(Problem("cycle", f"{path}/includes", message))
    if problems:
        raise BookError("scenarios that cannot be applied", problems)
    return given


def _circle(scenarios: Sequence[Any], scenario: Any, above: tuple[str, ...]) -> tuple[str, ...]:
    if scenario.id in above:
        return (*above[above.index(scenario.id) :], scenario.id)
    for name in scenario.includes:
        for other in scenarios:
            if name in (other.id, other.name):
                circle = _circle(scenarios, other, (*above, scenario.id))
                if circle:
                    return circle
    return ()
