"""Values month by month: how set, add, scale, ramp and replay become the changes that the core lays over a target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .._calendar import Months, month_index, month_text
from .._json import Json, dumps
from ..errors import BookError, Problem
from .periods import Periods, in_periods
from .targets import Target

__all__ = ["lay", "ramp_weight", "replayed", "text_of"]

#: A change for the core, and what the receipt says of its months.
Change = dict[str, Json]


def text_of(value: Any) -> str:
    """The formula that a term's JSON, or a `Term`, states."""
    data = getattr(value, "_data", value)
    if isinstance(data, dict):
        data = data.get("value", "")
    return data if isinstance(data, str) else dumps(data)


def lay(shock: Any, target: Target, periods: Periods, months: Months, path: str) -> tuple[list[Change], str]:
    """The changes of one shock on one target, and what is to be said of the months: that none of them is in a period.

    Parameters
    ----------
    shock
        A `Shock` whose action is set, add, scale, ramp or replay.
    periods
        Those of the target.
    months
        The book's calendar.
    path
        Where the shock stands, for errors.

    Raises
    ------
    BookError
        Something that its action needs is missing, or its months are not in order.
    """
    if shock.action == "replay":
        return replayed(shock, target, periods, months, path)
    if shock.action == "ramp":
        return in_periods(_ramp(shock, target, months, path), periods, months)
    return in_periods(_plain(shock, target, months, path), periods, months)


def _plain(shock: Any, target: Target, months: Months, path: str) -> list[Change]:
    """Of set, add and scale."""
    if shock.value is None:
        _refuse("missing-key", f"{path}/value", f"'{shock.action}' needs a value")
    change = {"action": shock.action, "value": text_of(shock.value)}
    if not shock.months:
        span = {key: getattr(shock, key) for key in ("starts", "ends") if getattr(shock, key)}
        return [{**_on(target), **change, **span}]
    words = f"{_said(shock.action, text_of(shock.value))}, each {_months_said(shock.months)}"
    wanted = [month for month in _calendar(months) if _counts(shock, month)]
    return [{**_on(target), **change, **span, "words": words} for span, _ in _runs((month, 0) for month in wanted)]


def _on(target: Target) -> Change:
    return {"on": target.key, **({"member": target.member} if target.member else {})}


def _refuse(code: str, path: str, message: str) -> None:
    raise BookError("a shock that cannot be applied", [Problem(code, path, message)])


def _calendar(months: Months) -> range:
    return range(months.start, months.start + months.count)


def _counts(shock: Any, month: int) -> bool:
    """Whether a month is one of the shock's."""
    return (
        (not shock.months or month % 12 + 1 in shock.months)
        and (not shock.starts or month >= month_index(shock.starts))
        and (not shock.ends or month <= month_index(shock.ends))
    )


def _runs(weighted: Iterable[tuple[int, Any]]) -> Iterator[tuple[Change, Any]]:
    """Months in a row that have the same value, as first and last month."""
    run: list[int] = []
    held: Any = None
    for month, value in weighted:
        if run and (month != run[-1] + 1 or value != held):
            yield {"starts": month_text(run[0]), "ends": month_text(run[-1])}, held
            run = []
        run.append(month)
        held = value
    if run:
        yield {"starts": month_text(run[0]), "ends": month_text(run[-1])}, held


def _said(action: str, value: str) -> str:
    return {"scale": f"× {value}", "add": f"+ {value}", "set": f"set to {value}"}[action]


def _months_said(months: Sequence[int]) -> str:
    from .._calendar import MONTH_NAMES

    return ", ".join(MONTH_NAMES[month - 1] for month in months)


# -- ramps -------------------------------------------------------------------------------------------------------


def ramp_weight(
    month: int, starts: int, full: int, ends: int | None, gone: int | None, steps: int | None = None
) -> Fraction:
    """How much of a ramp there is in a month: 0 nothing, 1 all. Months count from any one origin.

    Nothing up to `starts`, all from `full` to `ends`, nothing from `gone` on; in between a straight line, or so many
    equal steps.

    >>> [str(ramp_weight(month, 0, 4, 6, 8)) for month in range(9)]
    ['0', '1/4', '1/2', '3/4', '1', '1', '1', '1/2', '0']
    >>> [str(ramp_weight(month, 0, 4, None, None, steps=2)) for month in range(6)]
    ['0', '0', '1/2', '1/2', '1', '1']
    """
    if month <= starts and month < full:
        return Fraction(0)
    if month < full:
        part = Fraction(month - starts, full - starts)
        return Fraction(int(part * steps), steps) if steps else part
    if ends is None or month <= ends:
        return Fraction(1)
    if gone is None or month >= gone:
        return Fraction(0)
    part = Fraction(gone - month, gone - ends)
    return Fraction(-int(-part * steps // 1), steps) if steps else part


def _ramp(shock: Any, target: Target, months: Months, path: str) -> list[Change]:
    if shock.value is None:
        _refuse("missing-key", f"{path}/value", "a ramp needs a value: what it comes to in full")
    if not shock.starts or not shock.full:
        _refuse("missing-key", f"{path}/full", "a ramp needs 'starts', the last month of nothing, and 'full'")
    if shock.gone and not shock.ends:
        _refuse("missing-key", f"{path}/ends", "a ramp that fades needs 'ends', the last month in full")
    named = ("starts", "full", "ends", "gone")
    at = {name: month_index(getattr(shock, name)) for name in named if getattr(shock, name)}
    in_order = list(at.values())
    if in_order != sorted(in_order) or ("gone" in at and at["gone"] <= at["ends"]):
        found = ", ".join(f"{name} {getattr(shock, name)}" for name in at)
        _refuse("not-in-order", f"{path}/full", f"found {found}; expected starts, full, ends, gone in this order")
    steps = shock.steps if shock.shape == "stepped" else None
    spans = (at["starts"], at["full"], at.get("ends"), at.get("gone"), steps)
    weighted = [
        (month, ramp_weight(month, *spans))
        for month in _calendar(months)
        if not shock.months or month % 12 + 1 in shock.months
    ]
    value, said = text_of(shock.value), _said(shock.towards, text_of(shock.value))
    changes = []
    for span, weight in _runs(weighted):
        if weight == 0:
            continue
        words = f"ramp, {said}" + ("" if weight == 1 else f", {weight} of it")
        change: Change = {"action": shock.towards, "value": value, "words": words}
        changes.append({**_on(target), **change, **span, **({} if weight == 1 else {"weight": str(weight)})})
    return changes


# -- recorded paths ----------------------------------------------------------------------------------------------


def replayed(shock: Any, target: Target, periods: Periods, months: Months, path: str) -> tuple[list[Change], str]:
    """The changes of a replay, and what is to be said of months that were not recorded.

    What has longer periods than months takes what its months come to together; a period of which not every month was
    recorded keeps its value.
    """
    from .._varying import exact_text

    if not shock.path:
        _refuse("missing-key", f"{path}/path", "a replay needs a path: values by month")
    recorded: dict[int, Decimal] = {}
    for month, value in shock.path.items():
        try:
            recorded[month_index(month)] = value
        except ValueError as error:
            _refuse("wrong-period", f"{path}/path/{month}", str(error))
    moved = month_index(shock.aligned) - min(recorded) if shock.aligned else 0
    by_month = {month + moved: value for month, value in sorted(recorded.items()) if _counts(shock, month + moved)}
    ratio = shock.recorded == "ratio_to_plan"
    how: Mapping[str, Json] = {"action": "set"}
    if ratio:
        # What has no plan of its own is its own plan.
        how = {"action": "set", "of_plan": True} if target.kind == "input" else {"action": "scale"}
    words = "replay of a recorded path" + (", as ratios to plan" if ratio else "")
    found: list[tuple[int, int, Fraction]] = []
    for span in periods.spans:
        value_of_it = periods.of_record(by_month, span, ratio)
        if value_of_it is not None:
            found.append((*span, value_of_it))
    changes = [
        {**_on(target), **how, "value": exact_text(value), **span, "words": words}
        for span, value in _runs((month, value) for first, end, value in found for month in range(first, end))
    ]
    return changes, _not_recorded(by_month, found, months)


def _not_recorded(by_month: Mapping[int, Decimal], found: Sequence[tuple[int, int, Fraction]], months: Months) -> str:
    inside = [month for month in by_month if month in _calendar(months)]
    notes = []
    if len(inside) < len(by_month):
        notes.append(f"{len(by_month) - len(inside)} of {len(by_month)} recorded months lie outside the calendar")
    taken = {month for first, end, _ in found for month in range(first, end)}
    kept = [month for month in range(min(inside), max(inside) + 1) if month not in taken] if inside else []
    if kept:
        listed = ", ".join(month_text(month) for month in kept[:6]) + (", ..." if len(kept) > 6 else "")
        notes.append(f"not recorded in full, so that the value stays: {listed}")
    return "; ".join(notes)
