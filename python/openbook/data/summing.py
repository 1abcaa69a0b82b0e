"""From the parts that an input reads to one exact number per month and member."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt

from .._calendar import month_text
from .cells import BadCell, Number, add, number_text, shifted, times
from .fates import Fate
from .faults import Faults
from .numbers import Numbers
from .placing import Claim, Placing
from .rows import FLEX, FREEZE
from .targets import Target
from .units import is_percent
from .values import BAD, BLANK, HIDDEN, NUMBER, PERCENT, wrong_unit

__all__ = ["Cells", "Place", "cells_of"]

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
#: First month of a period, and number of the member.
Place = tuple[int, int]

_HUNDREDTH = Decimal("0.01")
#: The source of a row whose codes no map reads.
_NO_SOURCE = -1


@dataclass(slots=True)
class Cells:
    """What the data say of one input.

    Attributes
    ----------
    width
        How many members a month has; 1 without a dimension.
    keys
        Of the cells that have a value: first month of the period times `width`, and the number of the member; no two
        are the same.
    numbers
        Their values.
    hidden
        Where the data say that the value is suppressed.
    incomplete
        Where a sum lacks some of its parts: how many codes have a value, and how many have none.
    flex
        Months that rest on provisional rows.
    """

    width: int = 1
    keys: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    numbers: Numbers = field(default_factory=lambda: Numbers.of(()))
    hidden: set[Place] = field(default_factory=set)
    incomplete: dict[Place, tuple[int, int]] = field(default_factory=dict)
    flex: set[int] = field(default_factory=set)

    def place(self, key: int) -> Place:
        """The month and the member of a cell."""
        return key // self.width, key % self.width

    def in_order(self) -> list[tuple[Place, Number]]:
        """Cells and their values, month by month."""
        return [(self.place(int(self.keys[at])), self.numbers[at]) for at in np.argsort(self.keys).tolist()]


def cells_of(placing: Placing) -> dict[str, Cells]:
    """One number per month and member of every input that the data hold."""
    sources: dict[tuple[str | None, ...], int] = {}
    return {
        name: _Sum(placing, target, sources).cells for name, target in placing.targets.items() if name in placing.seen
    }


class _Sum:
    """Adds up what one input reads: arrays while nothing clashes, one by one where cells have several values."""

    def __init__(self, placing: Placing, target: Target, sources: dict[tuple[str | None, ...], int]) -> None:
        self.placing, self.target = placing, target
        self.faults: Faults = placing.faults
        self.width = max(1, len(target.members))
        self.cells = Cells(self.width)
        #: Keys of cells that hold no number, and are not to be called missing as well.
        self.refused: set[int] = set()
        self.claims = placing.claims[target.id]
        if not self.claims:
            return
        self.rows = [claim.lot.rows.row[claim.lot.parts[claim.index]] for claim in self.claims]
        self.at = [claim.lot.at[claim.index] for claim in self.claims]
        kept = [self._readable(number, keep) for number, keep in enumerate(self._current())]
        #: Of everything that is kept: claim, place in it, and cell.
        self.claim = np.repeat(np.arange(len(self.claims)), [len(places) for places in kept])
        self.place = np.concatenate(kept)
        self.key = np.concatenate(
            [c.months[p] * self.width + c.members[p] for c, p in zip(self.claims, kept, strict=True)]
        )
        self._kept, self._known = kept, sources
        self.state = np.concatenate(
            [c.lot.values.states[a[p]] for c, a, p in zip(self.claims, self.at, kept, strict=True)]
        )
        self._add()
        if is_percent(target.unit):
            self._check_percent()
        if target.count:
            self._check_negative()

    @cached_property
    def source(self) -> Ints:
        """Of everything that is kept, its source; asked only where several parts meet in one cell, or lack a value."""
        return np.concatenate([self._sources(n, places, self._known) for n, places in enumerate(self._kept)])

    # -- what is read -----------------------------------------------------------------------------------------

    def _current(self) -> list[Flags]:
        """Which parts of each claim are not superseded."""
        statuses = [claim.lot.rows.status[row] for claim, row in zip(self.claims, self.rows, strict=True)]
        frozen = {m for c, s in zip(self.claims, statuses, strict=True) for m in c.months[s == FREEZE].tolist()}
        kept = []
        for claim, row, status in zip(self.claims, self.rows, statuses, strict=True):
            flex = status == FLEX
            if not flex.any():
                kept.append(~flex)
                continue
            submissions = claim.lot.rows.submissions
            if self.placing.options.status == "freeze":
                old, fate = flex, Fate.FLEX
            elif submissions is None:
                old, fate = flex & np.isin(claim.months, list(frozen)), Fate.SUPERSEDED
            else:
                known = np.asarray([submissions[r] in self.placing.frozen for r in row.tolist()], dtype=bool)
                old, fate = flex & known, Fate.SUPERSEDED
            claim.lot.raise_to(claim.index[old], fate)
            kept.append(~old)
        return kept

    def _readable(self, number: int, keep: Flags) -> Ints:
        """Places of a claim whose cells can be read; faults of the others."""
        claim, at = self.claims[number], self.at[number]
        states = claim.lot.values.states[at]
        self._refuse(number, np.flatnonzero(keep & (states == BAD)))
        wrong = keep & wrong_unit(claim.lot.values, at, self.target)
        self._refuse(number, np.flatnonzero(wrong))
        claim.lot.raise_to(claim.index[keep & (states == HIDDEN)], Fate.SUPPRESSED)
        return np.flatnonzero(keep & (states != BAD) & ~wrong)

    def _refuse(self, number: int, places: Ints) -> None:
        """Faults of cells that are no number, or one of another unit."""
        claim = self.claims[number]
        lot = claim.lot
        for place in places.tolist():
            error = lot.values.errors.get(int(self.at[number][place]))
            row, month = int(self.rows[number][place]), int(claim.months[place])
            code = ("unknown-choice" if self.target.names else "not-a-number") if error else "wrong-unit"
            if error is None:
                error = BadCell(repr(lot.rows.frame.data[lot.column][row]), f"a number of {self.target.unit}")
            self.faults.at(code, lot.rows.frame, row, lot.column, error, self.target, month)
            self.refused.add(month * self.width + int(claim.members[place]))
        lot.raise_to(claim.index[places], Fate.REFUSED)

    def _sources(self, number: int, places: Ints, sources: dict[tuple[str | None, ...], int]) -> Ints:
        of_rows = self.claims[number].lot.rows.sources(sources)
        return np.full(len(places), _NO_SOURCE) if of_rows is None else of_rows[self.rows[number][places]]

    # -- adding up --------------------------------------------------------------------------------------------

    def _number(self, item: int) -> Number:
        """The number of one kept part, with its weight."""
        claim, place = self.claims[self.claim[item]], int(self.place[item])
        number = claim.lot.values.numbers[int(self.at[self.claim[item]][place])]
        return number if claim.lot.rows.weights is None else times(number, claim.lot.weight(int(claim.index[place])))

    def _row(self, item: int) -> tuple[Claim, int]:
        return self.claims[self.claim[item]], int(self.rows[self.claim[item]][int(self.place[item])])

    def _add(self) -> None:
        filled = np.flatnonzero(self.state == NUMBER)
        several = repeated(self.key[filled])
        keys, numbers = [self.key[filled[~several]]], [self._read(filled[~several])]
        used = np.ones(len(self.key), dtype=bool)
        for more, sums in self._together(filled[several], used):
            keys.append(more)
            numbers.append(sums)
        if self.refused:
            lost = np.asarray(sorted(self.refused - set(np.concatenate(keys).tolist())), np.int64)
            keys.append(lost)
            numbers.append(Numbers.of_whole(np.zeros(len(lost), np.int64)))
        self.cells.keys, self.cells.numbers = np.concatenate(keys), Numbers.joined(numbers)
        used &= self.state == NUMBER
        self._empty(filled, used)
        for number, claim in enumerate(self.claims):
            own = used & (self.claim == number)
            claim.lot.raise_to(claim.index[self.place[own]], Fate.USED)
            flex = claim.lot.rows.status[self.rows[number][self.place[own]]] == FLEX
            self.cells.flex |= set(claim.months[self.place[own]][flex].tolist())

    def _read(self, items: Ints) -> Numbers:
        """The numbers of some kept parts, with their weights."""
        read = []
        for number, claim in enumerate(self.claims):
            places = self.place[items[self.claim[items] == number]]
            found = claim.lot.values.numbers.take(self.at[number][places])
            weights = claim.lot.rows.weights
            if weights is not None:
                shares = weights[claim.lot.parts[claim.index[places]]]
                light = np.flatnonzero([share != 1 for share in shares])
                parts = [times(found[at], shares[at]) for at in light.tolist()]
                found = found.with_(light, Numbers.of(parts)) if parts else found
            read.append(found)
        # Kept parts stand in the order of their claims.
        return Numbers.joined(read)

    def _together(self, items: Ints, used: Flags) -> Iterator[tuple[Ints, Numbers]]:
        """Cells of several parts: rows of different codes add up, others clash."""
        if len(items) == 0:
            return
        source = self.source[items]
        cells, group = np.unique(self.key[items], return_inverse=True)
        doubled = repeated(group * (int(source.max()) + 2) + source + 1) | (source == _NO_SOURCE)
        clear = np.bincount(group, doubled, len(cells)) == 0
        plain = clear[group]
        places = np.cumsum(clear) - 1
        yield cells[clear], self._read(items[plain]).summed(places[group[plain]], int(clear.sum()))
        together: dict[int, list[int]] = {}
        for item in items[~plain].tolist():
            together.setdefault(int(self.key[item]), []).append(item)
        values = []
        for key, parts in together.items():
            value, clashing = self._join(key, parts)
            used[clashing] = False
            values.append(value)
        yield np.asarray(list(together), np.int64), Numbers.of(values)

    def _join(self, key: int, items: Sequence[int]) -> tuple[Number, list[int]]:
        """Add up the parts of one cell; those that clash are faults, and are given back."""
        cell = self.cells.place(key)
        seen: dict[int, int] = {}
        clashing = []
        value: Number | None = None
        for item in items:
            source = int(self.source[item])
            same = seen.get(source)
            if same is None and seen and (source == _NO_SOURCE or _NO_SOURCE in seen):
                same = next(iter(seen.values()))
            if same is not None and not self._same_row(same, item):
                self._clash(cell, same, item)
                clashing.append(item)
                continue
            seen.setdefault(source, item)
            number = self._number(item)
            value = number if value is None else add(value, number)
        return Decimal(0) if value is None else value, clashing

    def _same_row(self, one: int, other: int) -> bool:
        """Whether two parts are of one row."""
        (a, row), (b, other_row) = self._row(one), self._row(other)
        return a.lot.rows is b.lot.rows and row == other_row

    def _clash(self, cell: Place, first: int, item: int) -> None:
        claim, row = self._row(item)
        earlier, its_row = self._row(first)
        options = self.placing.options
        hint = "" if options.where else "; if the data hold several providers, choose one with where={column: code}"
        if options.codes and self.source[item] != _NO_SOURCE:
            hint = "; rows of one code in one month are not added up: name what tells them apart in the map's source"
        names = list(self.target.members)
        member = f", {self.target.dimension} '{names[cell[1]]}'" if self.target.dimension else ""
        where = earlier.lot.rows.frame.place(its_row, earlier.lot.column)
        error = BadCell(f"a second value for {month_text(cell[0])}{member} (the first: {where})", f"one{hint}")
        self.faults.at("duplicate-month", claim.lot.rows.frame, row, claim.lot.column, error, self.target, cell[0])
        claim.lot.raise_to(claim.index[self.place[item : item + 1]], Fate.REFUSED)

    def _empty(self, filled: Ints, used: Flags) -> None:
        """Cells without a value: suppressed, or a sum of which a part is missing."""
        empty = np.flatnonzero((self.state == BLANK) | (self.state == HIDDEN))
        if len(empty) == 0:
            return
        hidden = np.unique(self.key[empty][self.state[empty] == HIDDEN]).tolist()
        self.cells.hidden = {self.cells.place(key) for key in hidden}
        beside = filled[np.isin(self.key[filled], self.key[empty])]
        have = set(zip(self.key[beside].tolist(), self.source[beside].tolist(), strict=True)) if len(beside) else set()
        counts = Counter(key for key, _ in have)
        lacking: dict[int, set[int]] = {}
        own = empty[np.isin(self.key[empty], list(counts))] if counts else empty[:0]
        for key, source in zip(self.key[own].tolist(), self.source[own].tolist() if len(own) else (), strict=True):
            if (key, source) not in have:
                lacking.setdefault(key, set()).add(source)
        for key, missing in lacking.items():
            self.cells.incomplete[self.cells.place(key)] = (counts[key], len(missing))
        if lacking:
            left = np.flatnonzero(~np.isin(self.cells.keys, list(lacking)))
            self.cells.keys, self.cells.numbers = self.cells.keys[left], self.cells.numbers.take(left)
        if hidden:
            valued = self.cells.keys[np.isin(self.cells.keys, hidden)].tolist()
            self.cells.hidden -= {self.cells.place(key) for key in valued}
        if lacking:
            parts = used & np.isin(self.key, list(lacking))
            for number, claim in enumerate(self.claims):
                claim.lot.raise_to(claim.index[self.place[parts & (self.claim == number)]], Fate.INCOMPLETE)
            used &= ~parts

    # -- what a number may be ---------------------------------------------------------------------------------

    def _check_percent(self) -> None:
        """An input in % with some values that carry the sign, and others without it that could mean two things.

        Without a unit of the column 92.5 is such a value; in a column of per cent it is 0.925, where 95% may be meant.
        """
        marks = np.concatenate([c.lot.values.marks[a] for c, a in zip(self.claims, self.at, strict=True)])
        if not (marks == PERCENT).any():
            return
        for item in np.flatnonzero(self.state == NUMBER).tolist():
            claim, row = self._row(item)
            values = claim.lot.values
            at = int(self.at[self.claim[item]][int(self.place[item])])
            number = values.numbers[at]
            declared = values.declared is not None
            clear = number == 0 or not -_HUNDREDTH <= number <= _HUNDREDTH if declared else -1 <= number <= 1
            if clear or values.marks[at] == PERCENT:
                continue
            found = _scaled(number, 2 if declared else 0)
            other = f"'{_scaled(number, 4)}%'" if declared else _scaled(number, -2)
            error = BadCell(f"{found} beside values with the sign %", f"'{found}%' or {other}")
            month = self.cells.place(int(self.key[item]))[0]
            self.faults.at("wrong-unit", claim.lot.rows.frame, row, claim.lot.column, error, self.target, month)

    def _check_negative(self) -> None:
        below = np.flatnonzero(self.cells.numbers.negative())
        if len(below) == 0:
            return
        parts: dict[int, list[int]] = {}
        for item in np.flatnonzero(np.isin(self.key, self.cells.keys[below]) & (self.state == NUMBER)).tolist():
            parts.setdefault(int(self.key[item]), []).append(item)
        values = {int(self.cells.keys[at]): self.cells.numbers[at] for at in below.tolist()}
        for key, items in sorted(parts.items(), key=lambda own: (len(own[1]) > 1, own[1][0])):
            claim, row = self._row(items[0])
            error = BadCell(number_text(values[key]), "a count of at least 0")
            month = self.cells.place(key)[0]
            self.faults.at("negative", claim.lot.rows.frame, row, claim.lot.column, error, self.target, month)


def _scaled(number: Number, power: int) -> str:
    """A number times a power of ten, for a message."""
    return number_text(shifted(number, power) if isinstance(number, Decimal) else number * Fraction(10) ** power)


def repeated(keys: Ints) -> Flags:
    """Which keys stand there more than once."""
    if len(keys) == 0:
        return np.zeros(0, dtype=bool)
    low = int(keys.min())
    if int(keys.max()) - low <= 8 * len(keys) + 65_536:
        found: Flags = np.bincount(keys - low)[keys - low] > 1
        return found
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    return counts[inverse] > 1
