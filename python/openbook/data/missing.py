"""Why a month is missing, as somebody stated it; and where the months of a frame are missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .._calendar import Months, month_text
from .._values import nearest
from ..table import Column, Schema, Table
from .cells import BadCell, Number, code_text, number_text, read_number
from .faults import Faults
from .frames import Frame, frames_of
from .options import DataOptions, Options
from .periods import Periods, Span, ranges
from .rows import Rows, joined
from .targets import Target

__all__ = ["NOTHING", "REASONS", "Reason", "Reasons", "gaps", "is_reasons"]

#: Nothing happened in such a month.
NOTHING = ("not_open", "closed", "merged_into")
#: Something may have happened that is not known.
UNKNOWN = ("not_submitted", "suppressed")
REASONS = (*NOTHING, *UNKNOWN)

_OWN = ("input", "member", "from", "to", "reason", "into", "value", "agreed_by", "notes")


@dataclass(frozen=True, slots=True, eq=False)
class Reason:
    """One statement: in these months this input has no data, and why.

    Attributes
    ----------
    value
        An agreed estimate of each month; None where none is agreed.
    agreed_by
        Who agreed it.
    """

    reason: str
    into: str
    value: Number | None
    agreed_by: str
    frame: Frame
    row: int

    @property
    def words(self) -> str:
        """ "merged into RXX", "not submitted"."""
        return f"merged into {self.into}" if self.reason == "merged_into" else self.reason.replace("_", " ")


def is_reasons(frame: Frame) -> bool:
    """Whether a sheet of a workbook holds reasons rather than data."""
    return {"from", "to", "reason"} <= set(frame.data) and "period" not in frame.data


class Reasons:
    """The reasons for every month that somebody stated, by input, month and member."""

    def __init__(self, targets: Mapping[str, Target], months: Months, options: Options, faults: Faults) -> None:
        self.targets, self.months, self.options, self.faults = targets, months, options, faults
        self.stated: dict[tuple[str, int, int], Reason] = {}
        self._periods = Periods(months, options.day_first)

    def add(self, given: Any) -> None:
        """Read a frame, path, list of rows, or mapping from inputs to months."""
        if given is None:
            return
        if isinstance(given, Mapping) and "reason" not in given:
            given = list(_rows_of(given))
        if isinstance(given, (list, tuple)) and all(isinstance(row, Mapping) for row in given):
            names = list(dict.fromkeys(key for row in given for key in row))
            columns = {str(name): [row.get(name) for row in given] for name in names}
            self.frame(Frame("missing", columns, range(1, len(given) + 1)))
            return
        for frame in frames_of(given, ("reason",)):
            if is_reasons(frame) or not frame.letters:
                self.frame(frame)

    def frame(self, frame: Frame) -> None:
        """Read one frame of reasons."""
        lacking = [name for name in ("reason",) if name not in frame.data]
        for name in lacking:
            message = f"{frame.name}: no column '{name}'{nearest(name, frame.data)} (it has {', '.join(frame.data)})"
            self.faults.of("missing-column", message, frame=frame, column=name)
        for name in frame.data:
            dimension = any(name in t.axes for t in self.targets.values())
            if name not in _OWN and name not in self.options.where and not dimension:
                hint = nearest(name, _OWN) or "; select its rows with where={column: code}"
                message = f"{frame.name}: the column '{name}' says nothing of a missing month{hint}"
                self.faults.of("unknown-column", message, frame=frame, column=name)
        if not lacking:
            for row in range(len(frame)):
                if any(code_text(frame.data[name][row]) for name in _OWN if name in frame.data and name != "notes"):
                    self._row(frame, row)

    def _row(self, frame: Frame, row: int) -> None:
        def text(name: str) -> str:
            return code_text(frame.data[name][row]) or "" if name in frame.data else ""

        def fault(column: str, found: str, expected: str) -> None:
            self.faults.at("wrong-reason", frame, row, column, BadCell(found, expected))

        for key, wanted in self.options.where.items():
            if key in frame.data and text(key) not in ("", wanted):
                return
        reason = text("reason").casefold().replace(" ", "_")
        if reason not in REASONS:
            fault("reason", repr(text("reason")), f"one of {', '.join(REASONS)}{nearest(reason, REASONS)}")
            return
        into, agreed = text("into"), text("agreed_by")
        value = self._value(frame, row)
        if (reason == "merged_into") != bool(into):
            fault("into", repr(into), "whom it merged into, with the reason merged_into and no other")
        if value is not None and reason in NOTHING:
            fault("value", number_text(value), f"no value, since with '{reason}' nothing happened")
        if value is not None and not agreed:
            fault("agreed_by", "nobody", "who agreed the estimate")
        span = self._months(frame, row)
        targets = self._targets(frame, row, text("input"))
        if span is None:
            return
        made = Reason(reason, into, value, agreed, frame, row)
        for target in targets:
            for member in self._members(frame, row, target):
                self._state(target, member, span, made)

    def _state(self, target: Target, member: int, span: Span, made: Reason) -> None:
        for start, end in zip(self.months.starts(target.every), self.months.ends(target.every), strict=True):
            if span.start > start or end > span.start + span.months:
                continue
            key = (target.id, start, member)
            earlier = self.stated.get(key)
            if earlier is not None and (earlier.reason, earlier.value) != (made.reason, made.value):
                place = earlier.frame.place(earlier.row)
                error = BadCell(f"'{made.reason}' beside '{earlier.reason}' ({place})", "one reason for each month")
                self.faults.at("wrong-reason", made.frame, made.row, "reason", error, target, start)
            self.stated.setdefault(key, made)

    def _value(self, frame: Frame, row: int) -> Number | None:
        if "value" not in frame.data:
            return None
        try:
            return read_number(frame.data["value"][row], nan_is_missing=frame.nan_is_missing).value
        except BadCell as error:
            self.faults.at("wrong-reason", frame, row, "value", error)
            return None

    def _months(self, frame: Frame, row: int) -> Span | None:
        """From the first to the last month; an empty cell is the start or the end of the calendar."""
        bounds = [self.months.start, self.months.start + self.months.count]
        for number, name in enumerate(("from", "to")):
            cell = frame.data[name][row] if name in frame.data else None
            if code_text(cell) is None:
                continue
            try:
                span = self._periods.read(cell)
            except BadCell as error:
                self.faults.at("wrong-period", frame, row, name, error)
                return None
            bounds[number] = span.start if number == 0 else span.start + max(1, span.months)
        if bounds[1] <= bounds[0]:
            wrong = BadCell(
                f"{month_text(bounds[0])} to {month_text(bounds[1] - 1)}", "an end that is not before the start"
            )
            self.faults.at("wrong-period", frame, row, "to", wrong)
            return None
        return Span(bounds[0], bounds[1] - bounds[0])

    def _targets(self, frame: Frame, row: int, name: str) -> list[Target]:
        if not name:
            return list(self.targets.values())
        found = [target for target in self.targets.values() if name in (target.id, target.title)]
        if not found:
            names = [*self.targets, *(target.title for target in self.targets.values() if target.title)]
            error = BadCell(f"'{name}'", f"an input of the book{nearest(name, names)}")
            self.faults.at("wrong-reason", frame, row, "input", error)
        return found

    def _members(self, frame: Frame, row: int, target: Target) -> Iterable[int]:
        if not target.dimension:
            return (0,)
        for column in ("member", target.dimension):
            name = code_text(frame.data[column][row]) if column in frame.data else None
            if name is None:
                continue
            of_axes = sum(name in own for own in target.axes.values())
            if len(target.axes) == 2 and of_axes == 1 and name not in target.members:
                return [number for pair, number in target.members.items() if name in target.parts_of(pair)]
            if name not in target.members:
                error = BadCell(f"'{name}'", f"a member of {target.dimension}{nearest(name, target.members)}")
                self.faults.at("wrong-reason", frame, row, column, error, target)
                return ()
            return (target.members[name],)
        if len(target.axes) < 2:
            return target.members.values()
        # Over two dimensions: all pairs of what the row names of each.
        chosen: list[Iterable[int]] = []
        for axis, places in target.axes.items():
            name = code_text(frame.data[axis][row]) if axis in frame.data else None
            if name is not None and name not in places:
                error = BadCell(f"'{name}'", f"a member of {axis}{nearest(name, places)}")
                self.faults.at("wrong-reason", frame, row, axis, error, target)
                return ()
            chosen.append(places.values() if name is None else (places[name],))
        across = len(list(target.axes.values())[1])
        return [a * across + b for a in chosen[0] for b in chosen[1]]


def _rows_of(given: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Rows of a mapping: ``{"visits": {"2016-05 to 2016-06": "closed"}}``, or ``{"visits": "closed"}``."""
    for name, months in given.items():
        for words, content in months.items() if isinstance(months, Mapping) else [("", months)]:
            first, _, last = str(words).partition(" to ") if isinstance(words, str) else (words, "", words)
            row = dict(content) if isinstance(content, Mapping) else {"reason": content}
            yield {"input": name, "from": first or None, "to": last or first or None, **row}


# -- where months are missing ---------------------------------------------------------------------------------------


def gaps(data: Any, by: str | Sequence[str] = "org_code", **options: Any) -> Table:
    """Where months are missing: for every code that lacks months, when it starts and ends and which are missing inside.

    A code has a month when at least one row of it lies in that month, whatever the row holds. Its first and its last
    month are compared with those of the whole frame: it *starts late* or *ends early* where they differ, and has
    *holes* where months between its own first and last are missing. A code may do all three, so the kinds add up to
    more than the codes.

    Parameters
    ----------
    data
        Any data frame or file with a column ``period``.
    by
        The column, or columns, of codes.
    **options
        ``columns``, ``where`` and ``day_first``, as for `openbook.load`.

    Returns
    -------
    Table
        Columns code, first, last, missing (months inside), kind, and may_be: the reasons that `openbook.load` accepts
        as ``missing=`` for such a gap. Codes without a gap are not listed; the note counts all.

    Raises
    ------
    DataError
        A column is missing or a period cannot be read.

    Examples
    --------
    >>> frame = {"period": ["2024-04", "2024-06", "2024-05", "2024-06"], "org_code": ["A", "A", "B", "B"]}
    >>> [(row["code"], row["kind"], row["missing"]) for row in gaps(frame)]
    [('A', 'holes', '2024-05'), ('B', 'starts late', '')]
    """
    given: DataOptions = {}
    for name, value in options.items():
        if name not in ("columns", "where", "day_first"):
            raise TypeError(f"'{name}' is no option of gaps{nearest(name, ('columns', 'where', 'day_first'))}")
        given[name] = value  # type: ignore[literal-required]
    chosen = Options.of(given)
    names = [by] if isinstance(by, str) else list(by)
    faults = Faults()
    found: dict[str, set[int]] = {}
    for frame in (chosen.rename(frame) for frame in frames_of(data, chosen.headings())):
        lacking = [name for name in ("period", *names) if name not in frame.data]
        for name in lacking:
            message = f"{frame.name}: no column '{name}'{nearest(name, frame.data)} (it has {', '.join(frame.data)})"
            faults.of("missing-column", message, frame=frame, column=name)
        if not lacking:
            _months_by(frame, names, chosen, faults, found)
    faults.raise_any("months cannot be counted")
    return _gap_table(found, " / ".join(names))


def _months_by(
    frame: Frame, names: Sequence[str], options: Options, faults: Faults, found: dict[str, set[int]]
) -> None:
    rows = Rows(frame, options, Months(0, 0), faults, statuses=False)
    columns = [rows.raw(name) for name in names]
    numbers, first = joined([column.numbers for column in columns])
    labels = [" / ".join(column.names[int(column.numbers[row])] or "(empty)" for column in columns) for row in first]
    for number, month in np.unique(np.column_stack([numbers, rows.months])[rows.selected], axis=0).tolist():
        found.setdefault(labels[number], set()).add(month)


#: Kinds of gaps: how the note counts them, and which reasons may stand behind them.
_KINDS = {
    "starts late": ("start late", "not_open"),
    "ends early": ("end early", "closed, merged_into"),
    "holes": ("have holes", "not_submitted, suppressed, closed"),
}


def missing_schema(by: str) -> Schema:
    """Columns of what is missing; the first is headed by the column of the codes."""
    columns = [Column("code", heading=by), *(Column(name) for name in ("first", "last", "missing", "kind", "may_be"))]
    return Schema("openbook.missing_months", 1, columns)


MISSING = missing_schema("code")


def _gap_table(found: Mapping[str, set[int]], by: str) -> Table:
    first = min((min(months) for months in found.values()), default=0)
    last = max((max(months) for months in found.values()), default=0)
    rows = []
    counts = dict.fromkeys(_KINDS, 0)
    for code, months in sorted(found.items()):
        inside = [month for month in range(min(months), max(months) + 1) if month not in months]
        holds = (min(months) > first, max(months) < last, bool(inside))
        kinds = [kind for kind, has in zip(_KINDS, holds, strict=True) if has]
        for kind in kinds:
            counts[kind] += 1
        if kinds:
            rows.append(
                {
                    "code": code,
                    "first": month_text(min(months)),
                    "last": month_text(max(months)),
                    "missing": ranges(inside, 1),
                    "kind": ", ".join(kinds),
                    "may_be": "; ".join(_KINDS[kind][1] for kind in kinds),
                }
            )
    counted = ", ".join(f"{count} {_KINDS[kind][0]}" for kind, count in counts.items())
    note = f"{len(rows)} of {len(found)} lack months between {month_text(first)} and {month_text(last)}: {counted}."
    return Table.of_rows("Missing months", missing_schema(by), rows, note if found else "No rows.")
