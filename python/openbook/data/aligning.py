"""One exact text per period of an input, with reasons for its gaps; and what a reader should know of the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from .._calendar import Months, month_text
from .._values import nearest
from .cells import BadCell, Number, number_text, times
from .fates import Fate
from .faults import Faults
from .given import GivenValues
from .missing import NOTHING, REASONS, Reason, Reasons
from .numbers import Numbers
from .periods import ranges
from .placing import Placing
from .receipt import Receipt
from .rows import joined
from .summing import Cells
from .targets import Target

__all__ = ["Alignment", "incomplete", "provisional", "running", "unread"]

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Alignment:
    """Puts an input's numbers in order, with reasons for the gaps."""

    def __init__(self, months: Months, last: int, reasons: Reasons, faults: Faults, *, plan: bool) -> None:
        self.months, self.last, self.reasons, self.faults, self.plan = months, last, reasons, faults, plan
        #: Lines of the receipt that are no rows, and warnings.
        self.stated: list[dict[str, Any]] = []
        self.warnings: list[dict[str, str]] = []
        #: Why values are missing, by input: one reason per period and member, None where there is none.
        self.why: dict[str, tuple[str | None, ...]] = {}

    def values(self, target: Target, cells: Cells) -> GivenValues:
        """One exact number per period and member."""
        starts, ends = self.months.starts(target.every), self.months.ends(target.every)
        names = list(target.members) or [""]
        wanted = [start for start, end in zip(starts, ends, strict=True) if end - 1 <= self.last]
        numbers, missing = _laid_out(cells, np.asarray(wanted, np.int64), len(starts) * len(names))
        count = len(wanted) * len(names)
        stated = any(name == target.id for name, _, _ in self.reasons.stated)
        used: dict[tuple[Reason, int], list[int]] = {}
        if stated or cells.hidden:
            places = list(product(wanted, range(len(names))))
            self._remember(target, places, missing, cells)
        if stated:
            numbers, missing = self._reasoned(target, places, numbers, missing, used)
        step = starts[1] - starts[0] if len(starts) > 1 else 1
        for (reason, member), months in used.items():
            self._tell(target, names[member], reason, months, step)
        left = missing[:count].reshape(len(wanted), len(names)).copy()
        # Of these periods the data speak: a gap there is one, in a later period it is not known yet.
        speaks = ~left
        if target.id in self.why:
            speaks |= np.asarray([why is not None for why in self.why[target.id][:count]]).reshape(left.shape)
        spoken = 1 + int(max(np.flatnonzero(speaks.any(axis=1)), default=-1))
        for (_, member), months in used.items():
            left[[wanted.index(month) for month in months], member] = False
        if left.any() and not self.faults.of_input(
            target, ("unknown-code", "missing-column", "wrong-length", "unmapped-code")
        ):
            if target.may_be_missing:
                self._all_left(target, names, left, wanted, step, spoken)
            else:
                for member, periods in _gaps(left):
                    self._absent(target, names[member], member, [wanted[p] for p in periods], step, cells)
        return GivenValues(numbers, missing)

    def _reasoned(
        self,
        target: Target,
        places: Sequence[tuple[int, int]],
        numbers: Numbers,
        missing: Flags,
        used: dict[tuple[Reason, int], list[int]],
    ) -> tuple[Numbers, Flags]:
        """What stated reasons make of the gaps."""
        agreed: dict[int, Number] = {}
        for at, (start, member) in enumerate(places):
            reason = self.reasons.stated.get((target.id, start, member))
            if reason is None:
                continue
            if not missing[at]:
                self._contradiction(target, start, numbers[at], reason)
                continue
            value = self._by_reason(target, reason)
            if value is not None:
                agreed[at] = value
            if value is not None or target.may_be_missing:
                used.setdefault((reason, member), []).append(start)
        if not agreed:
            return numbers, missing
        filled = np.asarray(list(agreed), np.int64)
        missing = missing.copy()
        missing[filled] = False
        return numbers.with_(filled, Numbers.of(list(agreed.values()))), missing

    def _remember(self, target: Target, places: Sequence[tuple[int, int]], missing: Flags, cells: Cells) -> None:
        """Keeps the reasons: those that were stated, and of cells that say themselves that they are suppressed."""
        why: list[str | None] = []
        for (start, member), gap in zip(places, missing.tolist(), strict=False):
            stated = self.reasons.stated.get((target.id, start, member)) if gap else None
            hidden = gap and stated is None and (start, member) in cells.hidden
            why.append(stated.reason if stated is not None else "suppressed" if hidden else None)
        if any(why):
            self.why[target.id] = (*why, *[None] * (len(missing) - len(places)))

    @staticmethod
    def _by_reason(target: Target, reason: Reason) -> Number | None:
        """What a stated reason makes of a gap: nothing where values add up, an agreed estimate, or still a gap."""
        if reason.reason in NOTHING and target.aggregate == "sum":
            return Decimal(0)
        return reason.value

    def _contradiction(self, target: Target, start: int, value: Number, reason: Reason) -> None:
        if reason.reason in NOTHING and value != 0:
            error = BadCell(
                f"the value {number_text(value)} in a month stated as {reason.words}", "no value, or no reason"
            )
            self.faults.at("wrong-reason", reason.frame, reason.row, "reason", error, target, start)
        elif reason.reason not in NOTHING:
            message = f"{target.place}: {month_text(start)} has a value, though it was stated as {reason.words}"
            self._warn("reason-not-needed", target, message)

    def _all_left(
        self, target: Target, names: Sequence[str], left: Flags, wanted: Sequence[int], step: int, spoken: int
    ) -> None:
        """A warning for each member with gaps; most of many members have the same, and words for them are made once."""
        words: dict[tuple[int, ...], str] = {}
        before, after = (f"{target.place} of {target.dimension} '", "'") if target.dimension else (target.place, "")
        path = f"/inputs/{target.number}"
        for member, periods in _gaps(left):
            if periods not in words:
                fills = self.plan and target.planned
                told = []
                for part, instead in (
                    ([p for p in periods if p < spoken or not fills], "left missing"),
                    ([p for p in periods if p >= spoken and fills], "its plan stands in"),
                ):
                    if part:
                        told.append(f"{ranges([wanted[p] for p in part], step)} no value: {instead}")
                words[periods] = f"{after}: {'; '.join(told)}"
            message = f"{before}{names[member]}{words[periods]}"
            self.warnings.append({"code": "left-missing", "path": path, "message": message})

    def _left(self, target: Target, member: str, months: str, why: str) -> None:
        message = f"{target.place}{_of(target, member)}: {months} {why}: left missing"
        self._warn("left-missing", target, message)

    def _warn(self, code: str, target: Target, message: str) -> None:
        self.warnings.append({"code": code, "path": f"/inputs/{target.number}", "message": message})

    def _tell(self, target: Target, member: str, reason: Reason, found: list[int], step: int) -> None:
        value = self._by_reason(target, reason)
        if value is None:
            words = f"{reason.words}: left missing"
            self._left(target, member, ranges(found, step), reason.words)
        else:
            agreed = f"{number_text(value)} as agreed by {reason.agreed_by}"
            words = f"{reason.words}: " + ("counted as 0" if reason.value is None else agreed)
            code = "nothing-happened" if reason.value is None else "estimated-month"
            self._warn(code, target, f"{target.place}{_of(target, member)}: {ranges(found, step)} {words}")
        self.stated.append(
            {
                "frame": reason.frame.name,
                "column": target.id + (f", {member}" if member else ""),
                "unit": target.unit,
                "part": "stated",
                "reason": words,
                "rows": len(found),
                "value": number_text(times(value or Decimal(0), Decimal(len(found)))),
                "without_value": len(found) if value is None else 0,
            }
        )

    def _absent(self, target: Target, name: str, member: int, found: list[int], step: int, cells: Cells) -> None:
        hidden = [month for month in found if (month, member) in cells.hidden]
        parts = [(month, cells.incomplete[month, member]) for month in found if (month, member) in cells.incomplete]
        notes = [f"suppressed in {ranges(hidden, step)}"] if hidden else []
        notes += [
            f"in {month_text(month)} {have} codes have a value and {lack} have none"
            for month, (have, lack) in parts[:3]
        ]
        reason = self.reasons.stated.get((target.id, found[0], member))
        if reason is not None and reason.reason in NOTHING:
            notes.append(
                f"stated as {reason.words}, which makes 0 only of what adds up; agree a value with not_submitted"
            )
        elif reason is not None:
            notes.append(f"stated as {reason.words}; agree a value (value, agreed_by)")
        known = f"one of {', '.join(target.names)}" if target.names else "a number (a gap is never a zero)"
        expected = f"{known}, or its reason in missing=: " + ", ".join(REASONS)
        message = (
            f"no value{_of(target, name)} for {ranges(found, step)}"
            + "".join(f"; {note}" for note in notes)
            + f", expected {expected}"
        )
        self.faults.of("missing-month", message, target, month=found[0], value=ranges(found, step), expected=expected)


def _laid_out(cells: Cells, wanted: Ints, count: int) -> tuple[Numbers, Flags]:
    """The numbers of cells in the order of periods and members, and which of them are missing."""
    missing = np.ones(count, dtype=bool)
    months = cells.keys // cells.width
    period = np.searchsorted(wanted, months)
    inside = np.flatnonzero(np.append(wanted, -1)[period] == months)
    at = period[inside] * cells.width + cells.keys[inside] % cells.width
    missing[at] = False
    numbers = cells.numbers if len(inside) == len(cells.keys) else cells.numbers.take(inside)
    return numbers.spread(at, count), missing


def _gaps(missing: Flags) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Members with gaps, and the periods in which they have them, in the order of the first."""
    members = np.flatnonzero(missing.any(axis=0))
    members = members[np.argsort(missing[:, members].argmax(axis=0), kind="stable")]
    own = missing[:, members]
    bits = [np.left_shift(1, np.arange(part.shape[0])) @ part for part in np.array_split(own, -(-len(own) // 30))]
    which, first = joined(bits)
    periods = [tuple(np.flatnonzero(own[:, member]).tolist()) for member in first.tolist()]
    for member, pattern in zip(members.tolist(), which.tolist(), strict=True):
        yield member, periods[pattern]


def _of(target: Target, member: str) -> str:
    return f" of {target.dimension} '{member}'" if member else ""


# -- warnings -----------------------------------------------------------------------------------------------------


def incomplete(placing: Placing, receipt: Receipt) -> Iterator[dict[str, str]]:
    lines = [row for row in receipt if row["part"] == "suspended" and row["rows"]]
    if not lines:
        return
    rows = sum(len(np.unique(np.concatenate(found))) for found in _suspended(placing).values())
    told = []
    for line in lines:
        money = "£" in line["unit"]
        value = (
            f"£{line['value']:,.2f}"
            if money and isinstance(line["value"], Decimal)
            else f"{line['value']} {line['unit']}"
        )
        told.append(f"{line['frame']}, {line['column']}: {value.strip()} ({line['reason']}, {line['rows']:,} rows)")
    message = f"{rows:,} rows could not be placed and are left out: {'; '.join(told)}"
    yield {"code": "incomplete-data", "path": "/inputs", "message": message}


def _suspended(placing: Placing) -> dict[int, list[Ints]]:
    """Rows that are set aside, by frame; several columns may hold one."""
    found: dict[int, list[Ints]] = {}
    for lot in placing.lots:
        found.setdefault(id(lot.rows), []).append(lot.row[np.isin(lot.by_row(), _SUSPENDED)])
    return found


_SUSPENDED = [fate for fate in Fate if fate.part == "suspended"]


def provisional(
    targets: Mapping[str, Target], cells: Mapping[str, Cells], flex: Sequence[int]
) -> Iterator[dict[str, str]]:
    if flex:
        names = [name for name in targets if name in cells and cells[name].flex]
        message = f"{ranges(list(flex), 1)} still rest on provisional (flex) data: {', '.join(names)}"
        yield {"code": "flex-data", "path": "/inputs", "message": message}


def unread(placing: Placing, targets: Mapping[str, Target], inputs: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Columns that nobody read though they look like those of an input that has no data."""
    wanted = [name for t in targets.values() if t.id not in inputs for name in (t.id, t.column) if name]
    for column in dict.fromkeys(placing.unread):
        hint = nearest(column, wanted)
        if hint:
            message = f"column '{column}' is not read{hint}"
            yield {"code": "unread-column", "path": "/inputs", "message": message}


def running(placing: Placing) -> Iterator[dict[str, str]]:
    """Warnings of values that are set aside because their period has begun but not ended."""
    for name, starts in placing.running.items():
        target = placing.targets[name]
        found = ", ".join(month_text(start) for start in sorted(starts))
        message = (
            f"{target.place}: the value for the {target.every.replace('_', '-')} from {found} is not used, since that "
            "has not ended: what it comes to is known when it ends. What is known from the first day, such as the "
            "price or the budget of a year, is a parameter with steps, or an input by month"
        )
        yield {"code": "not-ended", "path": f"/inputs/{target.number}", "message": message}
