"""From the parts that an input reads to one exact number per month and member."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from .._calendar import month_text
from .cells import BadCell, Number, add, number_text, times
from .fates import Fate
from .placing import Claim, Placing
from .receipt import Lot
from .rows import FLEX, FREEZE
from .targets import Target
from .values import BAD, BLANK, HIDDEN, PERCENT, wrong_unit

__all__ = ["Cells", "cells_of"]

Place = tuple[int, int]
_HUNDREDTH = Decimal("0.01")


@dataclass(slots=True)
class Cells:
    """What the data say of one input.

    Attributes
    ----------
    values
        By first month of the period and number of the member.
    hidden
        Where the data say that the value is suppressed.
    incomplete
        Where a sum lacks some of its parts: how many rows have a value, and how many have none.
    flex
        Months that rest on provisional rows.
    """

    values: dict[Place, Number] = field(default_factory=dict)
    hidden: set[Place] = field(default_factory=set)
    incomplete: dict[Place, tuple[int, int]] = field(default_factory=dict)
    flex: set[int] = field(default_factory=set)


def cells_of(placing: Placing) -> dict[str, Cells]:
    """One number per month and member of every input that the data hold."""
    return {
        name: _Sum(placing, target).cells for name, target in placing.targets.items() if name in placing.seen
    }


class _Sum:
    """Adds up what one input reads."""

    def __init__(self, placing: Placing, target: Target) -> None:
        self.placing, self.target, self.faults = placing, target, placing.faults
        self.cells = Cells()
        #: Where each source of each cell stands; a second one from elsewhere is a duplicate.
        self._from: dict[tuple[Place, Any], tuple[Lot, int]] = {}
        self._first: dict[Place, tuple[Lot, int, int]] = {}
        self._empty: dict[Place, set[Any]] = {}
        self._used: list[tuple[Lot, int, Place]] = []
        #: Of an input in %: cells with the sign, and plain numbers above 1.
        self._signed, self._points = False, list[tuple[Lot, int, int, Decimal]]()
        claims = placing.claims[target.id]
        for claim, keep in zip(claims, self._current(claims), strict=True):
            self._read(claim, keep)
        self._close()

    # -- provisional and final rows ---------------------------------------------------------------------------

    def _current(self, claims: Sequence[Claim]) -> list[npt.NDArray[np.bool_]]:
        """Which parts of each claim are not superseded."""
        rows = [claim.lot.rows.row[claim.lot.parts[claim.index]] for claim in claims]
        statuses = [claim.lot.rows.status[row] for claim, row in zip(claims, rows, strict=True)]
        frozen = {month for c, s in zip(claims, statuses, strict=True) for month in c.months[s == FREEZE].tolist()}
        kept = []
        for claim, row, status in zip(claims, rows, statuses, strict=True):
            flex = status == FLEX
            if self.placing.options.status == "freeze":
                claim.lot.raise_to(claim.index[flex], Fate.FLEX)
                kept.append(~flex)
                continue
            submissions = claim.lot.rows.submissions
            if submissions is None:
                old = flex & np.isin(claim.months, list(frozen))
            else:
                old = flex & np.asarray([submissions[r] in self.placing.frozen for r in row.tolist()], dtype=bool)
            claim.lot.raise_to(claim.index[old], Fate.SUPERSEDED)
            kept.append(~old)
        return kept

    # -- reading ----------------------------------------------------------------------------------------------

    def _read(self, claim: Claim, keep: npt.NDArray[np.bool_]) -> None:
        lot, values = claim.lot, claim.lot.values
        at = lot.at[claim.index]
        states = values.states[at]
        self._refuse(claim, np.flatnonzero(keep & (states == BAD)))
        wrong = keep & wrong_unit(values, at, self.target)
        self._refuse(claim, np.flatnonzero(wrong))
        keep = keep & (states != BAD) & ~wrong
        sources = lot.rows.sources()
        flex = lot.rows.status == FLEX
        in_percent = self.target.unit.strip().casefold() in ("%", "percent")
        for place in np.flatnonzero(keep).tolist():
            part, month = int(claim.index[place]), int(claim.months[place])
            row, key = int(lot.row[at[place]]), (month, int(claim.members[place]))
            source = sources[row] if sources is not None else None
            state = states[place]
            if state in (BLANK, HIDDEN):
                self._empty.setdefault(key, set()).add(source)
                if state == HIDDEN:
                    self.cells.hidden.add(key)
                    lot.raise_to(claim.index[place : place + 1], Fate.SUPPRESSED)
                continue
            if self._is_duplicate(lot, row, key, source, month):
                lot.raise_to(claim.index[place : place + 1], Fate.REFUSED)
                continue
            number = values.numbers[int(at[place])]
            if number is None:
                continue
            if in_percent:
                marked = bool(values.marks[at[place]] == PERCENT)
                self._signed |= marked
                if not marked and abs(number) > 1:
                    self._points.append((lot, row, month, number))
            value: Number = number if lot.rows.weights is None else times(number, lot.weight(part))
            before = self.cells.values.get(key)
            self.cells.values[key] = value if before is None else add(before, value)
            self._used.append((lot, part, key))
            if flex[row]:
                self.cells.flex.add(month)

    def _refuse(self, claim: Claim, places: npt.NDArray[np.int64]) -> None:
        """Faults of cells that are no number, or one of another unit."""
        lot = claim.lot
        for place in places.tolist():
            at = int(lot.at[claim.index[place]])
            row, month = int(lot.row[at]), int(claim.months[place])
            error = lot.values.errors.get(at)
            code = "not-a-number" if error else "wrong-unit"
            if error is None:
                found = lot.rows.frame.data[lot.column][row]
                error = BadCell(repr(found), f"a number of {self.target.unit}")
            self.faults.at(code, lot.rows.frame, row, lot.column, error, self.target, month)
            key = (month, int(claim.members[place]))
            self.cells.values.setdefault(key, Decimal(0))  # reported: do not call it missing as well
            self._first.setdefault(key, (lot, row, month))
        lot.raise_to(claim.index[places], Fate.REFUSED)

    def _is_duplicate(self, lot: Lot, row: int, key: Place, source: Any, month: int) -> bool:
        """Whether a cell has its value from elsewhere already; values of different mapped codes are added up instead."""
        first = self._first.get(key)
        if first is None:
            self._first[key] = (lot, row, month)
            self._from[key, source] = (lot, row)
            return False
        earlier = self._from.get((key, source)) or (self._from.get((key, None)) if source is not None else None)
        if earlier is None and source is not None:
            self._from[key, source] = (lot, row)
            return False
        earlier = earlier or (first[0], first[1])
        if earlier[0].rows is lot.rows and earlier[1] == row:
            return False  # another part of the same row
        options = self.placing.options
        hint = "" if options.where else "; if the data hold several providers, choose one with where={column: code}"
        if options.codes and source is not None:
            hint = "; rows of one code in one month are not added up: name what tells them apart in the map's source"
        member = self._member(key)
        where = earlier[0].rows.frame.place(earlier[1], earlier[0].column)
        error = BadCell(f"a second value for {month_text(month)}{member} (the first: {where})", f"one{hint}")
        self.faults.at("duplicate-month", lot.rows.frame, row, lot.column, error, self.target, month)
        return True

    def _member(self, key: Place) -> str:
        names = list(self.target.members)
        return f", {self.target.dimension} '{names[key[1]]}'" if self.target.dimension else ""

    # -- at the end -------------------------------------------------------------------------------------------

    def _close(self) -> None:
        have = Counter(key for key, _ in self._from)
        for key, empty in self._empty.items():
            lacking = [source for source in empty if (key, source) not in self._from]
            if lacking and key in self.cells.values:
                self.cells.incomplete[key] = (have[key], len(lacking))
                del self.cells.values[key]
            elif key in self.cells.values:
                self.cells.hidden.discard(key)
        for lot, part, key in self._used:
            fate = Fate.INCOMPLETE if key in self.cells.incomplete else Fate.USED
            lot.fate[part] = max(lot.fate[part], fate)
        for lot, row, month, number in self._points if self._signed else ():
            error = BadCell(f"{number} beside values with the sign %", f"'{number}%' or {number_text(times(number, _HUNDREDTH))}")
            self.faults.at("wrong-unit", lot.rows.frame, row, lot.column, error, self.target, month)
        self.cells.flex &= {month for month, _ in self.cells.values}
        if self.target.count:
            self._negative()

    def _negative(self) -> None:
        for key, value in self.cells.values.items():
            if value < 0:
                lot, row, month = self._first[key]
                error = BadCell(number_text(value), "a count of at least 0")
                self.faults.at("negative", lot.rows.frame, row, lot.column, error, self.target, month)
