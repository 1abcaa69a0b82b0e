"""Contracts that are called what their clauses are not: by what is paid as activity moves, whatever family pays it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._pennies import HALF_A_PENNY
from ..scenarios.selecting import unit_is
from .activity import QUANTITIES
from .findings import Finding, Reader, formulas, number_of, reached
from .probing import Moved, Probe

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

__all__ = ["forms"]

#: Forms of contract whose name says that payment follows activity, and such as say that it does not, or follows a list.
_PRICED = re.compile(
    r"\b(?:local modification|cost per case|cost and volume|payment by results|pbr|national tariff|fee for service|"
    r"activity based)\b"
)
_FIXED = re.compile(r"\bblock\b")
_LISTED = re.compile(r"\bcapitat(?:ion|ed)\b")
#: Families that add to what is paid for the service, take from it or share it out.
_BESIDE = frozenset(
    {"incentive", "penalty", "challenge", "trigger", "share", "netting", "waterfall", "fund", "pooled_fund"}
)
#: Units of which a number more is no activity, and of those that count such as may be a list.
_NO_ACTIVITY = frozenset({"%", "date"})
_PERSONS = frozenset({"person", "people", "persons"})
_LISTS = frozenset({"list", "register", "registered", "population"})
#: What a form promises is looked for between these parts of the plan.
_NEAR = (0.5, 1.5)


@dataclass(frozen=True)
class _Paid:
    """What a clause pays its contract's payee.

    Attributes
    ----------
    planned
        Pounds at the plan; 1 where the book was not tried.
    by_activity
        The part of it that inputs which count activity take away as they fall to half their plan, twice.
    activity, lists
        The inputs with which it grows: such as count activity, and such as a capitation lists.
    may
        Whether it grows with any input that may stand for activity, such as a sum that is worked out elsewhere.
    """

    planned: float
    by_activity: float
    activity: tuple[str, ...]
    lists: tuple[str, ...]
    may: bool


def forms(reader: Reader, probe: Probe | None = None, amounts: dict[str, str] | None = None) -> Iterator[Finding]:
    """Contracts called by a form that their payments are not; read off the document where the book was not tried."""
    for number, contract in enumerate(reader.book.contracts):
        called = re.sub(r"[\s_-]+", " ", contract.form.casefold().replace("&", " and "))
        if not any(pattern.search(called) for pattern in (_PRICED, _FIXED, _LISTED)):
            continue
        paid = []
        for clause in contract.clauses:
            way = _way(contract, clause)
            if not way:
                continue
            if probe is None or amounts is None:
                paid.append(_as_written(reader, clause))
            else:
                paid.append(_as_tried(reader, clause, way, probe, amounts[clause.id]))
        belied = _belied(called, paid, tried=probe is not None)
        if belied:
            message = f"contract '{contract.id}' is called \"{contract.form}\", which {belied}"
            yield Finding("form", "warning", f"/contracts/{number}/form", message)


def _way(contract: Any, clause: Any) -> int:
    """1 of a clause under which the contract's payer pays, -1 where it is paid, 0 of what is not for the service."""
    if clause.kind in _BESIDE:
        return 0
    if (clause.from_ or contract.payer) == contract.payer:
        return 1
    return -1 if (clause.to or contract.payee) == contract.payer else 0


def _belied(called: str, paid: list[_Paid], *, tried: bool) -> str:
    """What a form is, and how that is belied, in words; "" where it is not."""
    priced, fixed, listed = (pattern.search(called) for pattern in (_PRICED, _FIXED, _LISTED))
    whole, by_activity = sum(of.planned for of in paid), sum(of.by_activity for of in paid)
    by_activity = min(by_activity, whole or by_activity)
    activity = _listed([name for of in paid for name in of.activity])
    lists = _listed([name for of in paid for name in of.lists])
    # A modification of a price is no block, whatever else it is called; other names may be set against each other.
    if priced and (not (fixed or listed) or priced[0] == "local modification"):
        if not paid or whole < HALF_A_PENNY or any(of.may for of in paid):
            return ""
        does = f"follow the list ({lists}) and not the activity" if lists else "pay a fixed sum whatever the activity"
        near = ": nothing grows with any activity between half and one and a half times its plan" if tried else ""
        return f"sets a price for activity, but its clauses {does}{near}"
    # Where the book was not tried, a sum beside is taken for the larger part.
    if priced or not activity or by_activity < (whole / 2 if tried else whole):
        return ""
    part = f"£{by_activity:,.0f} of £{whole:,.0f} at the plan" if tried and whole else "what its clauses pay"
    if fixed:
        return f"is a fixed sum, but {part} follows the activity ({activity})"
    return "" if lists else f"pays for the people on a list, but {part} follows the activity ({activity})"


def _as_written(reader: Reader, clause: Any) -> _Paid:
    """By the inputs that a clause's formulas come to, where none can be seen moving."""
    may, lists = _inputs(reader, clause)
    if clause.kind == "bands" and all(number_of(band.rate) == 0 for band in clause.bands):
        may &= _named(reader, [str(clause.base)])
    activity = tuple(sorted(name for name in may if _counts(reader, clause, name)))
    beside = clause.kind == "bands" and number_of(clause.base) != 0
    return _Paid(1.0, float(bool(activity) and not beside), activity, tuple(sorted(lists)), bool(may))


def _as_tried(reader: Reader, clause: Any, way: int, probe: Probe, amount: str) -> _Paid:
    """By what a clause pays as each input moves alone, near its plan."""
    reaches, on_list = _inputs(reader, clause)
    # Of an input that was moved to a few values, or not at all, the document alone says whether it may be paid for.
    may = bool(reaches - {of.id for of in probe.moved if of.steps})
    planned, by_activity = 0.0, 0.0
    activity, lists = list[str](), list[str]()
    for of in probe.moved:
        x, y = probe.response(of, amount)
        if not len(x):
            continue
        at_plan = int(abs(x - float(of.rest)).argmin())
        planned = max(0.0, way * float(y[at_plan]))
        near = _near(of, x)
        if not of.steps or _rise(way * y[near]) < HALF_A_PENNY:
            continue
        if of.id in on_list:
            lists.append(of.id)
        elif _unit(reader, of.id) not in _NO_ACTIVITY:
            may = True
            if _counts(reader, clause, of.id):
                activity.append(of.id)
                below = near & (x <= x[at_plan])
                by_activity += _rise(way * y[below]) * _of_the_plan(probe, of, x[below])
    # Factors of one product each grow with the whole of it.
    return _Paid(planned, min(by_activity, planned or by_activity), tuple(activity), tuple(lists), may)


def _near(of: Moved, x: Floats) -> npt.NDArray[np.bool_]:
    low, high = _NEAR if of.effect == "factor" else (float(x[0]), float(x[-1]))
    found: npt.NDArray[np.bool_] = (x >= low - 1e-9) & (x <= high + 1e-9)
    return found


def _rise(y: Floats) -> float:
    """By how much a payment rises at most as the input grows."""
    import numpy as np

    return float((y - np.minimum.accumulate(y)).max()) if len(y) else 0.0


def _of_the_plan(probe: Probe, of: Moved, x: Floats) -> float:
    """The plan as a multiple of the stretch over which the input was moved."""
    planned = 1.0 if of.effect == "factor" else probe.planned(of) / of.count
    wide = float(x[-1] - x[0]) if len(x) else 0.0
    return planned / wide if wide > 0 else 0.0


def _inputs(reader: Reader, clause: Any) -> tuple[set[str], set[str]]:
    """The inputs that a clause's formulas come to, also through other clauses: such as may be activity, and lists."""
    by_id = {other.id: (other, at) for _, other, _, at in reader.clauses()}
    may = {item.id for item in reader.book.inputs if item.unit not in _NO_ACTIVITY and not item.category}
    names, lists, seen, waiting = set[str](), set[str](), set[str](), {clause.id}
    while waiting:
        seen |= {name := waiting.pop()}
        other, at = by_id[name]
        texts = [text for place in reader.places if place.path.startswith(f"{at}/") for text in formulas(place)]
        found = _named(reader, texts)
        names |= found & may
        if other.kind == "capitation":
            lists |= _named(reader, [str(other.people)]) & may
        waiting |= ((found | {getattr(other, "of", ""), *getattr(other, "risks", ())}) & by_id.keys()) - seen
    return names - lists, lists


def _named(reader: Reader, texts: list[str]) -> set[str]:
    trees = [_of_what_happens(reader.tree(text)) for text in texts]
    return {node[kind] for node in reached(reader, trees) for kind in ("name", "text") if kind in node}


def _of_what_happens(tree: dict[str, Any]) -> dict[str, Any]:
    """A formula without what it takes from a plan, which nothing that happens moves."""
    operands = [_of_what_happens(operand) for operand in tree.get("operands", ()) if tree["function"] != "plan"]
    return {**tree, "operands": operands} if operands else {key: tree[key] for key in tree if key != "operands"}


def _counts(reader: Reader, clause: Any, name: str) -> bool:
    """Whether an input counts activity: by its unit, or since a family that counts units pays for it."""
    unit = _unit(reader, name)
    if unit_is(unit, "count") and unit not in _PERSONS and _LISTS.isdisjoint(name.split("_")):
        return True
    field = QUANTITIES.get(clause.kind)
    return field is not None and name in _named(reader, [str(getattr(clause, field))])


def _unit(reader: Reader, name: str) -> str:
    return next((str(item.unit) for item in reader.book.inputs if item.id == name), "")


def _listed(names: list[str]) -> str:
    found = list(dict.fromkeys(names))
    return ", ".join(f"'{name}'" for name in found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
