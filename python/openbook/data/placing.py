"""Every cell of the data finds the input that wants it.

Three shapes of frames are understood:

(a) columns ``period``, ``quantity`` (an input's id) and ``value``;
(b) ``period`` and one column per input id;
(c) the columns and codes that the inputs' own ``data`` mappings name, such as ``period, org_code, type, attendances``.

An input with a dimension also needs a column with the dimension's id, holding its members.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .._calendar import Months, month_text
from .._values import nearest
from .cells import BadCell
from .fates import Fate
from .faults import Faults
from .frames import Frame
from .headings import Headings
from .options import Options
from .periods import ranges
from .receipt import Lot
from .rows import FREEZE, MOST_NEAREST, Rows, joined, listed
from .targets import Target
from .units import Unit, is_percent
from .values import BLANK, read_values

__all__ = ["IGNORED", "Claim", "Placing"]

Ints = npt.NDArray[np.int64]

#: Columns that are for the reader; templates have them.
IGNORED = frozenset({"period in words", "notes"})
_LENGTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12, "financial_year": 12, "term": 0}


@dataclass(frozen=True, slots=True)
class Claim:
    """Parts of a lot that an input reads: their places in the lot, first months, and members."""

    lot: Lot
    index: Ints
    months: Ints
    members: Ints


class Placing:
    """Reads frames and keeps, for every input, the parts of rows that it reads.

    Parameters
    ----------
    everywhere
        Months outside the calendar are read as well (a history to fit).
    last
        Last month that is wanted (months since January of year 0).
    """

    def __init__(
        self,
        targets: dict[str, Target],
        months: Months,
        options: Options,
        faults: Faults,
        *,
        last: int | None = None,
        everywhere: bool = False,
    ) -> None:
        self.targets, self.months, self.options, self.faults = targets, months, options, faults
        self.last = months.start + months.count if last is None else last
        self.everywhere = everywhere
        self.headings = Headings(targets, options, faults)
        self.lots: list[Lot] = []
        self.claims: dict[str, list[Claim]] = {name: [] for name in targets}
        self.seen: set[str] = set()
        self.notes: list[str] = []
        #: First months of periods that have begun but not ended, and have a value, by input.
        self.running: dict[str, set[int]] = {}
        self.unread: list[str] = []
        self.frozen: set[tuple[Any, ...]] = set()
        self._starts = {every: np.asarray(months.starts(every), np.int64) for every in _LENGTHS}
        self._ends = {every: np.asarray(months.ends(every), np.int64) for every in _LENGTHS}
        self._absent: dict[str, tuple[Frame, str]] = {}
        self._statuses = "status" not in self.headings.wanted

    # -- one frame --------------------------------------------------------------------------------------------

    def add(self, frame: Frame) -> None:
        """Read a frame."""
        self.notes += frame.remarks
        frame, declared = self.headings.read(frame)
        if "period" not in frame.data:
            names = ", ".join(frame.data)
            self.faults.of(
                "missing-column",
                f"{frame.name}: no column 'period'{nearest('period', frame.data)} (it has {names})",
                frame=frame,
                column="period",
            )
            return
        rows = Rows(frame, self.options, self.months, self.faults, statuses=self._statuses)
        if not rows.complete:
            return
        self._freeze(rows)
        self._map(rows)
        if rows.has("quantity") and "value" in frame.data:
            self._long(rows, declared)
        else:
            self._wide(rows, declared)

    def _freeze(self, rows: Rows) -> None:
        """Keep which submissions are frozen, where the options say what makes a submission."""
        by = self.options.status_by
        if not by or not rows.status.any():
            return
        lacking = [name for name in by if name not in rows.frame.data]
        if lacking:
            message = f"{rows.frame.name}: status_by: no column '{lacking[0]}'{nearest(lacking[0], rows.frame.data)}"
            self.faults.of("unknown-column", message, frame=rows.frame, column=lacking[0])
            return
        rows.submissions = list(zip(rows.months.tolist(), *(rows.texts(name) for name in by), strict=True))
        frozen = (rows.status == FREEZE) & rows.selected
        self.frozen |= {rows.submissions[row] for row in np.flatnonzero(frozen).tolist()}

    def _map(self, rows: Rows) -> None:
        if not self.options.codes:
            return
        beside = np.zeros(len(rows.months), np.int8)
        if not self.everywhere:
            first, end = self.months.start, self.months.start + self.months.count
            beside[rows.months > self.last] = Fate.AFTER
            beside[(rows.months < first) | (rows.months >= end)] = Fate.OUTSIDE
        beside[rows.months < 0] = Fate.REFUSED
        for number, codes in enumerate(self.options.codes):
            if all(rows.has(name) for name in codes.source):
                self.headings.named.add(("codes", str(number)))
                rows.apply(codes, beside)
                self._check_targets(rows, number)

    def _check_targets(self, rows: Rows, number: int) -> None:
        """Codes of a map that no input wants."""
        codes = self.options.codes[number]
        later = {name for other in self.options.codes[number + 1 :] for name in other.source}
        if codes.unwanted == "leave" or codes.into in later:
            return
        members = [target.axes[codes.into] for target in self.targets.values() if codes.into in target.axes]
        if any(codes.places.every <= own.keys() for own in members):
            return
        wanted: set[str] = set(self.targets) if codes.into == "quantity" else set()
        for target in self.targets.values():
            wanted |= {target.where[codes.into]} if codes.into in target.where else set()
            wanted |= set(target.axes.get(codes.into, ()))
        if not wanted:
            message = f"{codes.name}: no input of the book has codes or members in a column '{codes.into}'"
            self.faults.once("unknown-target", message, column=codes.into)
            return
        unknown = [name for name in codes.targets() if name not in wanted]
        for place, name in enumerate(unknown):
            hint = nearest(name, wanted) if place < MOST_NEAREST else ""
            message = f"{codes.name}: no input of the book wants {codes.into} '{name}'{hint or listed(sorted(wanted))}"
            self.faults.once("unknown-target", message, column=codes.into, value=name)

    # -- the shapes -------------------------------------------------------------------------------------------

    def _long(self, rows: Rows, declared: dict[str, Unit]) -> None:
        column = rows.codes("quantity")
        groups: list[tuple[str, list[Target], Ints]] = []
        if rows.mapped("quantity"):
            readers = [self.targets[name] for name in column.names if name in self.targets]
            groups.append(("value", readers, np.arange(len(rows.row))))
        else:
            order = np.argsort(column.numbers, kind="stable")
            bounds = np.searchsorted(column.numbers[order], np.arange(len(column.names) + 1))
            for number, name in enumerate(column.names):
                readers = [self.targets[name]] if name in self.targets else []
                groups.append((f"value of {name or '(empty)'}", readers, order[bounds[number] : bounds[number + 1]]))
        for label, readers, parts in groups:
            if len(parts) == 0:
                continue
            lot = self._lot(rows, "value", label, parts, readers, declared)
            if lot is None:
                continue
            names = column.numbers[lot.parts]
            for target in readers:
                self.seen.add(target.id)
                self._claim(target, lot, np.flatnonzero(names == column.number(target.id)))
            if not readers and not rows.mapped("quantity"):
                self._unknown(rows, lot, label.removeprefix("value of "))

    def _unknown(self, rows: Rows, lot: Lot, name: str) -> None:
        """A quantity that is no input."""
        open_ = np.flatnonzero(lot.fate == Fate.UNWANTED)
        if len(open_) == 0:
            return
        lot.raise_to(open_, Fate.NO_INPUT if self.options.unmapped == "suspend" else Fate.REFUSED)
        hint = nearest(name, self.targets) or listed(list(self.targets))
        for part in open_.tolist():
            row = int(rows.row[lot.parts[part]])
            error = BadCell(f"'{name}'", f"an input of the book; the book has no input '{name}'{hint}")
            self.faults.at("unknown-quantity", rows.frame, row, "quantity", error)

    def _wide(self, rows: Rows, declared: dict[str, Unit]) -> None:
        frame = rows.frame
        by_column: dict[str, list[Target]] = {}
        mapped = False
        for target in self.targets.values():
            if target.column and target.column in frame.data and all(rows.has(key) for key in target.where):
                mapped = True
                by_column.setdefault(target.column, []).append(target)
            elif target.id in frame.data:
                by_column.setdefault(target.id, []).append(target)
        for column, readers in by_column.items():
            lot = self._lot(rows, column, column, np.arange(len(rows.row)), readers, declared)
            if lot is not None:
                self._share(rows, lot, column, readers)
        self._say_unread(rows, set(by_column), mapped)

    def _share(self, rows: Rows, lot: Lot, column: str, readers: list[Target]) -> None:
        """Give each reader of a column the parts with its codes."""
        by_keys: dict[tuple[str, ...], list[Target]] = {}
        for target in readers:
            by_keys.setdefault(tuple(target.where) if target.column == column else (), []).append(target)
        for keys, targets in by_keys.items():
            if not keys:
                for target in targets:
                    self.seen.add(target.id)
                    self._claim(target, lot, np.arange(len(lot.parts)))
                continue
            columns = [rows.codes(key) for key in keys]
            numbers, _ = joined([c.numbers for c in columns])
            order = np.argsort(numbers, kind="stable")
            ordered = [c.numbers[order] for c in columns]
            bounds = np.flatnonzero(np.diff(numbers[order], prepend=-1)).tolist()
            place = {tuple(int(c[b]) for c in ordered): number for number, b in enumerate(bounds)}
            bounds.append(len(order))
            for target in targets:
                wanted = tuple(c.number(target.where[key]) for key, c in zip(keys, columns, strict=True))
                if -1 in wanted:
                    key = keys[wanted.index(-1)]
                    self._absent.setdefault(target.id, (rows.frame, self._no_code(rows, key, target.where[key])))
                    continue
                self.seen.add(target.id)
                number = place.get(wanted)
                index = order[bounds[number] : bounds[number + 1]] if number is not None else np.zeros(0, np.int64)
                self._claim(target, lot, np.sort(index))

    def _no_code(self, rows: Rows, key: str, wanted: str) -> str:
        codes = sorted(name for name in rows.codes(key).names if name is not None)
        return f"{rows.frame.name}: no row has {key} = '{wanted}'{nearest(wanted, codes) or listed(codes)}"

    def _say_unread(self, rows: Rows, read: set[str], mapped: bool) -> None:
        known = {"period", "status", *IGNORED, *self.options.where, *read}
        known |= {axis for t in self.targets.values() for axis in t.axes}
        known |= {key for t in self.targets.values() if t.column in read for key in t.where}
        known |= {name for codes in self.options.codes for name in codes.source} | set(self.options.status_by)
        unread = [name for name in rows.frame.data if name not in known]
        if unread and mapped:
            self.unread += unread
            self.notes.append(f"{rows.frame.name}: not read: {', '.join(unread)}.")
        for name in unread if not mapped else ():
            wanted = [*self.targets, *(t.column for t in self.targets.values() if t.column)]
            of = next((axis for t in self.targets.values() for axis, places in t.axes.items() if name in places), "")
            hint = (
                f"; it is a member of {of}: give a row for each member, with its name in a column '{of}'" if of else ""
            )
            hint = hint or nearest(name, wanted) or listed(wanted)
            message = f"{rows.frame.name}: the book has no input '{name}'{hint}"
            self.faults.of("unknown-quantity", message, frame=rows.frame, column=name)

    # -- lots and claims --------------------------------------------------------------------------------------

    def _lot(
        self, rows: Rows, column: str, label: str, parts: Ints, readers: Sequence[Target], declared: dict[str, Unit]
    ) -> Lot | None:
        powers = {
            unit.power if (unit := Unit.read(target.unit)) else 0 for target in readers if not is_percent(target.unit)
        }
        if len(powers) > 1:
            names = ", ".join(f"{target.id} ({target.unit})" for target in readers[:6])
            message = f"{rows.frame.name}, column '{column}': read in units of several powers of ten by {names}"
            self.faults.of("wrong-unit", message, frame=rows.frame, column=column)
            return None
        units = {declared.get(target.id, declared.get(column)) for target in readers} or {declared.get(column)}
        if len(units) > 1:
            message = f"{rows.frame.name}, column '{column}': several inputs read it; state the unit of the column"
            self.faults.of("wrong-unit", message, frame=rows.frame, column=column)
            return None
        unit = units.pop()
        if unit is not None and not self.headings.fit(rows.frame, column, unit, readers):
            return None
        row = rows.row[parts]  # in ascending order: parts are, and rows of parts are
        new = np.diff(row, prepend=-1) != 0
        row, at = row[new], np.cumsum(new) - 1
        values = read_values(rows.frame, column, row, readers, unit, self.options.places(column))
        lot = Lot(rows, column, label, parts, at, row, values, rows.fate[parts].copy())
        self.lots.append(lot)
        return lot

    def _claim(self, target: Target, lot: Lot, index: Ints) -> None:
        rows = lot.rows
        (index,) = _kept(rows.fate[lot.parts[index]] == Fate.UNWANTED, index)
        row = rows.row[lot.parts[index]]
        months, spans, states = rows.months[row], rows.spans[row], lot.values.states[lot.at[index]]
        lot.raise_to(index[months < 0], Fate.REFUSED)
        lot.raise_to(index[states == BLANK], Fate.BLANK)
        keep = (months >= 0) & ((states != BLANK) | (target.every == "month"))
        index, months, spans, states = _kept(keep, index, months, spans, states)
        months, keep = self._inside(target, lot, index, months, spans, states)
        index, months = _kept(keep, index, months)
        members, keep = self._members(target, lot, index, months)
        self.claims[target.id].append(Claim(lot, *_kept(keep, index, months, members)))

    def _inside(
        self, target: Target, lot: Lot, index: Ints, months: Ints, spans: Ints, states: npt.NDArray[np.uint8]
    ) -> tuple[Ints, npt.NDArray[np.bool_]]:
        """First months of the input's own periods, and which parts lie in one that is wanted."""
        starts, ends = self._starts[target.every], self._ends[target.every]
        first, end = self.months.start, self.months.start + self.months.count
        if target.every == "financial_year":  # the first may have begun before the book
            months = np.where((spans == 12) & (months < first) & (months + 12 > first), first, months)
        keep = np.ones(len(index), dtype=bool)
        filled = states != BLANK
        if not self.everywhere:
            outside = (months < first) | (months >= end)
            self._wrong(target, lot, index, months, outside & filled, "outside-calendar", self._outside)
            lot.raise_to(index[outside & filled], Fate.OUTSIDE)
            keep &= ~outside
            if self.last < end - 1:
                place = np.searchsorted(starts, months, side="right") - 1
                after = keep & (ends[np.clip(place, 0, None)] - 1 > self.last)
                lot.raise_to(index[after & filled], Fate.AFTER)
                begun = after & filled & (starts[np.clip(place, 0, None)] <= self.last)
                if begun.any():
                    self.running.setdefault(target.id, set()).update(months[begun].tolist())
                keep &= ~after
        fits = (spans == 1) | (spans == _LENGTHS[target.every])
        if target.every != "month" or not self.everywhere:
            fits &= np.isin(months, starts)
        self._wrong(target, lot, index, months, keep & ~fits & filled, "wrong-period", self._unfit)
        return months, keep & fits

    def _wrong(self, target: Target, lot: Lot, index: Ints, months: Ints, wrong: Any, code: str, say: Any) -> None:
        if code == "outside-calendar" and self.options.outside == "drop":
            return
        for place in np.flatnonzero(wrong).tolist():
            row = int(lot.rows.row[lot.parts[index[place]]])
            month = int(months[place])
            error = say(target, month, int(lot.rows.spans[row]))
            cell = lot.rows.frame.data["period"][row]
            self.faults.at(code, lot.rows.frame, row, "period", error, target, month, value=cell)
            lot.raise_to(index[place : place + 1], Fate.REFUSED)

    def _outside(self, target: Target, month: int, span: int) -> BadCell:
        first, end = self.months.start, self.months.start + self.months.count
        return BadCell(month_text(month), f"months from {month_text(first)} to {month_text(end - 1)}")

    def _unfit(self, target: Target, month: int, span: int) -> BadCell:
        starts = self._starts[target.every].tolist()
        wanted = ranges(starts, starts[1] - starts[0] if len(starts) > 1 else 1)
        if target.every == "month":
            return BadCell(f"{span} months from {month_text(month)}", "a month")
        words = target.every.replace("_", "-")
        found = month_text(month) if span == 1 else f"{span} months from {month_text(month)}"
        return BadCell(found, f"the first month of each {words}: {wanted}")

    def _members(self, target: Target, lot: Lot, index: Ints, months: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
        if not target.dimension:
            return np.zeros(len(index), np.int64), np.ones(len(index), dtype=bool)
        members = np.zeros(len(index), np.int64)
        for axis, places in target.axes.items():
            own = self._axis(target, axis, places, lot, index, months)
            members = np.where((members < 0) | (own < 0), -1, members * len(places) + own)
        return members, members >= 0

    def _axis(self, target: Target, axis: str, places: Mapping[str, int], lot: Lot, index: Ints, months: Ints) -> Ints:
        """The place of each part's member in one dimension; -1 where it is unknown."""
        rows, frame = lot.rows, lot.rows.frame
        if not rows.has(axis):
            message = f"{frame.name}: no column '{axis}' that says the {axis} of each row"
            self.faults.once("missing-column", message, target, frame=frame, column=axis)
            return np.full(len(index), -1, np.int64)
        column = rows.codes(axis)
        members = column.members(places)[column.numbers[lot.parts[index]]]
        lost = np.flatnonzero(members < 0)
        if len(lost):
            lot.raise_to(index[lost], Fate.NO_MEMBER if self.options.unmapped == "suspend" else Fate.REFUSED)
        hints: dict[str, str] = {}
        for place in lost.tolist():
            part = lot.parts[index[place]]
            name = column.names[int(column.numbers[part])] or ""
            if name not in hints:
                hints[name] = nearest(name, places) if len(hints) < MOST_NEAREST else ""
            error = BadCell(f"'{name}'", f"a member of {axis}, which has no member '{name}'{hints[name]}")
            at = axis if axis in frame.data else lot.column
            self.faults.at("unknown-code", frame, int(rows.row[part]), at, error, target, int(months[place]))
        return members

    # -- at the end -------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Faults that show only when every frame was read: options that named nothing, codes that no frame has."""
        self.headings.finish()
        for number, codes in enumerate(self.options.codes):
            if ("codes", str(number)) not in self.headings.named:
                lacking = [name for name in codes.source if name not in self.headings.columns] or list(codes.source)
                message = f"codes: no data has the columns that {codes.name} maps: {', '.join(lacking)}"
                self.faults.of(
                    "unknown-column", message + nearest(lacking[0], self.headings.columns), column=lacking[0]
                )
        if self.options.status == "freeze" and "status" not in self.headings.columns:
            self.faults.of("unknown-column", "status='freeze': no data has a column 'status'", column="status")
        for name, (frame, message) in self._absent.items():
            if name not in self.seen:
                self.faults.of("unknown-code", message, self.targets[name], frame=frame)
                self.seen.add(name)


def _kept(keep: npt.NDArray[np.bool_], *arrays: Any) -> tuple[Any, ...]:
    """What is to be kept of several arrays; the arrays themselves where that is all."""
    return arrays if keep.all() else tuple(array[keep] for array in arrays)
