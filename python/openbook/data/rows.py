"""The rows of one frame on their way to the inputs: selected, dated, with a status, and with their codes mapped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from .._calendar import Months
from .._values import nearest
from .cells import BadCell, add, code_text, times, total
from .columns import numbered
from .fates import Fate
from .faults import Faults
from .frames import Frame
from .key_places import KeyPlaces
from .mapping import CodeMap, Entry
from .options import Options
from .periods import Periods

__all__ = ["FLEX", "FREEZE", "MOST_NEAREST", "Coded", "Rows", "coded", "joined", "listed"]

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NONE, FLEX, FREEZE = range(3)
#: Nearest names are looked for so often in one frame; the search is slow and nobody reads more.
MOST_NEAREST = 25
#: The row of what the weights of a key leave over; no line of the map has it.
_REST = -1


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of codes: the number of each row's code, and the codes.

    Attributes
    ----------
    origin
        Of a column from a map: the map's keys, and the place of each code among their targets.
    """

    numbers: Ints
    names: list[str | None]
    origin: tuple[KeyPlaces, Ints] | None = None

    def at(self, rows: Ints) -> Coded:
        """The column of other rows."""
        return Coded(self.numbers[rows], self.names, self.origin)

    def members(self, members: Mapping[str, int]) -> Ints:
        """The member that each code stands for; -1 where it is none."""
        if self.origin is not None:
            places, own = self.origin
            return places.members(members)[own]
        return np.asarray([members.get(name or "", -1) for name in self.names], np.int64)

    def number(self, name: str) -> int:
        """The number of a code; -1 where no row has it."""
        return self.names.index(name) if name in self.names else -1


def coded(column: Sequence[Any]) -> Coded:
    """A column as codes."""
    numbers, different = numbered(column)
    texts = [code_text(cell) for cell in different]
    names = list(dict.fromkeys(texts))
    place = {name: number for number, name in enumerate(names)}
    translate = np.fromiter((place[text] for text in texts), np.int64, len(texts))
    return Coded(translate[numbers] if len(texts) else numbers, names)


def joined(columns: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Rows numbered by the combination of several columns: number of each row, and the first row of each number."""
    numbers = np.zeros(len(columns[0]), np.int64)
    first = np.zeros(0, np.int64)
    for column in columns:
        width = int(column.max(initial=0)) + 2
        numbers, first = _numbered_ints(numbers * width + column + 1)
    return numbers, first


def _numbered_ints(values: Ints) -> tuple[Ints, Ints]:
    """Numbers in ascending order of values of at least 0, and the first row of each."""
    size = int(values.max(initial=0)) + 1
    if size > 4 * len(values) + 1024:
        _, first, numbers = np.unique(values, return_index=True, return_inverse=True)
        return numbers.astype(np.int64), first.astype(np.int64)
    # Few enough for a table: no sorting.
    row = np.full(size, -1, np.int64)
    row[values[::-1]] = np.arange(len(values))[::-1]
    has = row >= 0
    return (np.cumsum(has) - 1)[values], row[has]


class Rows:
    """One frame's rows. After a map of codes a row may have several *parts*, each with a weight.

    Attributes
    ----------
    selected
        Per row: whether `where` selects it.
    months, spans
        Per row: the first month of its period (-1 where it has none) and how many months that has.
    status
        Per row: NONE, FLEX or FREEZE.
    submissions
        Per row: its month and what else makes a submission, where the options say so.
    row
        Per part: its row.
    weights
        Per part; None where every row is one whole part.
    fate
        Per part: what is known of it before any input asks.
    """

    def __init__(self, frame: Frame, options: Options, months: Months, faults: Faults, *, statuses: bool) -> None:
        self.frame, self.options, self.faults = frame, options, faults
        count = len(frame)
        self._raw: dict[str, Coded] = {}
        self._mapped: dict[str, Coded] = {}
        self._keys: list[str] = []
        self._sources: Ints | None = None
        self.selected = np.ones(count, dtype=bool)
        self.complete = self._select()
        self.months, self.spans = self._periods(Periods(months, options.day_first))
        self.status = self._statuses() if statuses and "status" in frame.data else np.zeros(count, np.int64)
        self.submissions: list[tuple[Any, ...]] | None = None
        self.row = np.arange(count)
        self.weights: npt.NDArray[Any] | None = None
        self.fate = np.where(self.selected, Fate.UNWANTED, Fate.NOT_SELECTED).astype(np.int8)

    # -- columns ----------------------------------------------------------------------------------------------

    def has(self, column: str) -> bool:
        """Whether the frame has a column, of its own or from a map."""
        return column in self.frame.data or column in self._mapped

    def mapped(self, column: str) -> bool:
        """Whether a column comes from a map."""
        return column in self._mapped

    def raw(self, column: str) -> Coded:
        """Codes of the rows."""
        if column not in self._raw:
            self._raw[column] = coded(self.frame.data[column])
        return self._raw[column]

    def texts(self, column: str) -> list[str | None]:
        """Codes of the rows as texts."""
        column_codes = self.raw(column)
        return [column_codes.names[number] for number in column_codes.numbers.tolist()]

    def codes(self, column: str) -> Coded:
        """Codes of the parts."""
        if column in self._mapped:
            return self._mapped[column]
        return self.raw(column).at(self.row)

    # -- what is known before any input asks ------------------------------------------------------------------

    def _select(self) -> bool:
        complete = True
        for key, wanted in self.options.where.items():
            if key not in self.frame.data:
                continue
            column = self.raw(key)
            number = column.number(wanted)
            if number < 0:
                codes = sorted(name for name in column.names if name is not None)
                self.faults.of(
                    "unknown-code",
                    f"{self.frame.name}: no row has {key} = '{wanted}'{nearest(wanted, codes) or listed(codes)}",
                    frame=self.frame,
                    column=key,
                    value=wanted,
                )
                complete = False
            self.selected &= column.numbers == number
        return complete

    def _periods(self, periods: Periods) -> tuple[Ints, Ints]:
        numbers, different = numbered(self.frame.data["period"])
        starts, spans = np.full(len(different), -1), np.zeros(len(different), np.int64)
        wrong: dict[int, BadCell] = {}
        for number, cell in enumerate(different):
            try:
                span = periods.read(cell)
                starts[number], spans[number] = span.start, span.months
            except BadCell as error:
                wrong[number] = error
        if wrong:
            for row in np.flatnonzero(np.isin(numbers, list(wrong)) & self.selected).tolist():
                self.faults.at("wrong-period", self.frame, row, "period", wrong[int(numbers[row])])
        return (starts[numbers], spans[numbers]) if different else (numbers, numbers)

    def _statuses(self) -> Ints:
        column = self.raw("status")
        known = {"flex": FLEX, "freeze": FREEZE}
        meaning = [known.get((name or "").casefold(), -1) for name in column.names]
        status = np.asarray(meaning, np.int64)[column.numbers] if len(column.numbers) else column.numbers
        for row in np.flatnonzero((status < 0) & self.selected).tolist():
            found = repr(self.frame.data["status"][row])
            self.faults.at("unknown-status", self.frame, row, "status", BadCell(found, "flex or freeze"))
        return np.maximum(status, NONE)

    # -- mapping codes ----------------------------------------------------------------------------------------

    def apply(self, codes: CodeMap, beside: npt.NDArray[np.int8]) -> None:
        """Put a map's new codes in place of the old; a row with several becomes several parts.

        Parameters
        ----------
        beside
            Per row: its fate where its code does not matter (it lies outside the calendar); UNWANTED where it does.
        """
        keys = [self.codes(name) for name in codes.source]
        self._keys += [name for name in codes.source if name in self.frame.data and name not in self._keys]
        places = codes.places
        key = places.find(keys)
        open_ = self.fate == Fate.UNWANTED
        mapped = open_ & (key >= 0)
        found = _Found.simple(places, key, mapped)
        others = np.flatnonzero(mapped & ~places.simple[key]) if len(places.simple) else np.zeros(0, np.int64)
        if len(others):
            mapped[others] = found.add(codes, keys, others, self.months[self.row])
        lost = open_ & ~mapped
        self._report(codes, keys, lost & (beside[self.row] == Fate.UNWANTED))
        set_aside = Fate.UNMAPPED if self.options.unmapped == "suspend" else Fate.REFUSED
        gone = np.where(beside == Fate.UNWANTED, set_aside, beside)[self.row]
        self._adopt(codes.into, found, np.where(lost, gone, Fate.UNWANTED))

    def _adopt(self, into: str, found: _Found, lost: npt.NDArray[Any]) -> None:
        fresh = found.fate
        if found.counts is not None:
            old = np.repeat(np.arange(len(self.row)), found.counts)
            for name, column in self._mapped.items():
                self._mapped[name] = column.at(old)
            if self.weights is not None:
                self.weights = self.weights[old]
            lost, self.fate, self.row = lost[old], self.fate[old], self.row[old]
        self._mapped[into] = found.coded()
        if found.weights is not None:
            before = self.weights
            products = [times(a, b) for a, b in zip(before, found.weights, strict=True)] if before is not None else None
            self.weights = found.weights if products is None else np.asarray(products, dtype=object)
        fresh = np.where(lost == Fate.UNWANTED, fresh, lost)
        self.fate = np.where(self.fate == Fate.UNWANTED, fresh, self.fate).astype(np.int8)

    def _report(self, codes: CodeMap, keys: Sequence[Coded], where: Flags) -> None:
        column = codes.source[-1]
        lost = np.flatnonzero(where)
        hints: dict[tuple[str | None, ...], str] = {}
        for part, unmapped in zip(lost.tolist(), _keys_at(keys, lost), strict=True):
            if unmapped not in hints:
                hints[unmapped] = codes.why_not(unmapped) if len(hints) < MOST_NEAREST else ""
            key = " / ".join(name or "(empty)" for name in unmapped)
            error = BadCell(f"'{key}'", f"a code of the map {codes.name}{hints[unmapped]}")
            at = column if column in self.frame.data else next(iter(self._keys), "")
            self.faults.at("unmapped-code", self.frame, int(self.row[part]), at, error, value=key)

    def sources(self, known: dict[tuple[str | None, ...], int]) -> Ints | None:
        """Per row: a number for the codes that a map read, the same in every frame; None without a map.

        Rows of different codes may be added up.
        """
        if not self._mapped:
            return None
        if self._sources is None:
            columns = [self.raw(name) for name in self._keys]
            numbers, first = joined([column.numbers for column in columns])
            keys = _keys_at(columns, first)
            place = np.fromiter((known.setdefault(key, len(known)) for key in keys), np.int64, len(keys))
            self._sources = place[numbers] if keys else numbers
        return self._sources


def _keys_at(columns: Sequence[Coded], rows: Ints) -> list[tuple[str | None, ...]]:
    """The codes that several columns have in some rows."""
    return list(zip(*([c.names[n] for n in c.numbers[rows].tolist()] for c in columns), strict=True))


@dataclass(slots=True)
class _Found:
    """What the keys of some parts become: per new part its code, its fate and its weight.

    Attributes
    ----------
    places
        The keys of the map.
    target
        Numbers of codes in `targets`.
    weights
        None where every part is whole.
    counts
        How many new parts each part becomes; None where each becomes one.
    """

    places: KeyPlaces
    target: Ints
    targets: list[str | None]
    fate: npt.NDArray[np.int8]
    weights: npt.NDArray[Any] | None = None
    counts: Ints | None = None

    @classmethod
    def simple(cls, places: KeyPlaces, key: Ints, mapped: Flags) -> _Found:
        """Of keys that become one code each; the others have none for now."""
        if len(places.simple) == 0:
            return cls(places, np.zeros(len(key), np.int64), [None], np.zeros(len(key), np.int8))
        plain = mapped & places.simple[key]
        target = np.where(plain, places.target[key], 0)
        fate = np.where(plain, places.fate[key], Fate.UNWANTED).astype(np.int8)
        return cls(places, target, list(places.targets), fate)

    def add(self, codes: CodeMap, keys: Sequence[Coded], others: Ints, months: Ints) -> Flags:
        """Those that become several codes, or in some months only; which of them the map has in their month."""
        number, first = joined([*(key.numbers[others] for key in keys), months[others]])
        asked = zip(_keys_at(keys, others[first]), months[others[first]].tolist(), strict=True)
        lines = [_with_rest(codes.find(key, month)) for key, month in asked]
        known = np.asarray([bool(entries) for entries in lines], dtype=bool)
        lines = [entries or (_NO_ENTRY,) for entries in lines]
        lengths = np.asarray([len(entries) for entries in lines], np.int64)
        counts = np.ones(len(self.target), np.int64)
        counts[others] = lengths[number]
        ends = np.cumsum(counts)
        old = np.repeat(np.arange(len(counts)), counts)
        fresh = self._flat(lines)
        # Each new part of `others`: the first line of its key and month, and which of its lines it is.
        where = np.flatnonzero(np.isin(old, others))
        within = where - (ends - counts)[old[where]]
        at = np.empty(len(counts), np.int64)
        at[others] = (np.cumsum(lengths) - lengths)[number]
        line = at[old[where]] + within
        self.target, self.fate = self.target[old], self.fate[old]
        self.target[where], self.fate[where] = fresh.target[line], fresh.fate[line]
        if fresh.weights is not None:
            self.weights = np.full(len(old), Decimal(1), dtype=object)
            self.weights[where] = fresh.weights[line]
        self.counts = counts if len(old) > len(counts) else None
        return known[number]

    def _flat(self, lines: Sequence[Sequence[Entry]]) -> _Found:
        """The lines of several keys, one after the other; codes that are new are put at the end of `targets`."""
        flat = [entry for entries in lines for entry in entries]
        place = {name: number for number, name in enumerate(self.targets)}
        numbers = [place.setdefault(entry.target, len(place)) for entry in flat]
        self.targets += list(place)[len(self.targets) :]
        fates = np.asarray([_fate(entry) for entry in flat], np.int8)
        split = any(entry.weight != 1 for entry in flat)
        weights = np.asarray([entry.weight for entry in flat], dtype=object) if split else None
        return _Found(self.places, np.asarray(numbers, np.int64), self.targets, fates, weights)

    def coded(self) -> Coded:
        """The new codes as a column, of those that some part has."""
        has = np.bincount(self.target, minlength=len(self.targets)) > 0
        place = np.cumsum(has) - 1
        names = [name for name, kept in zip(self.targets, has.tolist(), strict=True) if kept]
        own = len(self.targets) == len(self.places.targets)  # lines that are split or dated may have added others
        return Coded(place[self.target], names, (self.places, np.flatnonzero(has)) if own else None)


_NO_ENTRY = Entry(None, Decimal(1), 0, 0, _REST)


def _fate(entry: Entry) -> Fate:
    if entry is _NO_ENTRY or entry.target is not None:
        return Fate.UNWANTED
    return Fate.UNCOVERED if entry.row == _REST else Fate.LEFT_OUT


def _with_rest(found: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The lines of a key, with what their weights leave over as a line of its own."""
    if not found or (len(found) == 1 and found[0].weight == 1):
        return found
    rest = add(Decimal(1), times(Decimal(-1), total(line.weight for line in found)))
    if rest == 0:
        return found
    return (*found, Entry(None, rest, found[0].start, found[0].end, _REST))


def listed(names: Sequence[str]) -> str:
    """Some of the names that there are, for a message."""
    shown = ", ".join(names[:8])
    return f" (there is {shown}{', …' if len(names) > 8 else ''})" if names else ""
