"""Where the keys of a map of codes stand in it, for many rows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from .fates import Fate

if TYPE_CHECKING:
    from .mapping import Entry, Key
    from .rows import Coded

__all__ = ["KeyPlaces"]

Ints = npt.NDArray[np.int64]

#: Combinations of codes are looked up in a table where it has no more places than so many for each key.
_ROOMY = 64


class KeyPlaces:
    """The keys of a map, numbered in its order.

    Attributes
    ----------
    simple
        Per key: whether it becomes one code as a whole in all months, or is left out in all.
    target
        Per key that is simple: the number of its code among `targets`.
    fate
        Per key that is simple: what becomes of its rows as far as the map knows.
    targets
        The codes; the first is None.
    every
        Every code that a key may become.
    hints
        What was said of keys that the map does not have: the search for the nearest is slow.
    """

    def __init__(self, entries: Mapping[Key, Sequence[Entry]], columns: int, always: tuple[int, int]) -> None:
        names: dict[str | None, int] = {None: 0}
        count = len(entries)
        self.simple = np.zeros(count, dtype=bool)
        self.target = np.zeros(count, np.int64)
        for place, lines in enumerate(entries.values()):
            line = lines[0]
            if len(lines) == 1 and line.weight == 1 and (line.start, line.end) == always:
                self.simple[place] = True
                self.target[place] = names.setdefault(line.target, len(names))
        self.targets = list(names)
        self.every = frozenset(line.target for lines in entries.values() for line in lines if line.target is not None)
        self.fate = np.where(self.target > 0, Fate.UNWANTED, Fate.LEFT_OUT).astype(np.int8)
        self.hints: dict[Key, str] = {}
        self._members: tuple[Mapping[str, int], Ints] | None = None
        self._keys = list(entries)
        self._by_ends: dict[tuple[str, str], list[int]] = {}
        self._codes: list[dict[str | None, int]] = []
        self._steps: list[_Step] = []
        numbers = np.zeros(count, np.int64)
        for column in range(columns):
            codes: dict[str | None, int] = {}
            own = np.fromiter((codes.setdefault(key[column], len(codes)) for key in entries), np.int64, count)
            step = _Step(numbers, own, len(codes))
            numbers = step.find(numbers, own)
            self._codes.append(codes)
            self._steps.append(step)
        #: Keys were numbered by their codes; what is asked for is their order in the map.
        self._order = np.empty(count, np.int64)
        self._order[numbers] = np.arange(count)

    def members(self, members: Mapping[str, int]) -> Ints:
        """The member that each of `targets` stands for; -1 where it is none. The last that was asked is remembered."""
        known = self._members
        if known is None or known[0] is not members:
            found = np.asarray([members.get(name or "", -1) for name in self.targets], np.int64)
            self._members = known = (members, found)
        return known[1]

    def alike(self, key: Key) -> list[Key]:
        """Keys that begin or end as this one does: the nearest are among them, and there are not too many."""
        if len(key[-1] or "") < 2:
            last = (key[-1] or "").casefold()
            return [
                other
                for other in self._keys
                if (other[-1] or "").casefold().startswith(last) or (other[-1] or "").casefold().endswith(last)
            ]
        if not self._by_ends:
            found: dict[tuple[str, str], list[int]] = {}
            for place, other in enumerate(self._keys):
                for end in _ends(other):
                    found.setdefault(end, []).append(place)
            self._by_ends = found
        return [self._keys[place] for place in sorted({p for end in _ends(key) for p in self._by_ends.get(end, ())})]

    def find(self, columns: Sequence[Coded]) -> Ints:
        """The number of each row's key; -1 where the map does not have it."""
        numbers = np.zeros(len(columns[0].numbers), np.int64)
        for column, codes, step in zip(columns, self._codes, self._steps, strict=True):
            known = np.fromiter((codes.get(name, -1) for name in column.names), np.int64, len(column.names))
            numbers = step.find(numbers, known[column.numbers] if len(known) else column.numbers)
        return np.where(numbers < 0, -1, self._order[numbers]) if len(self._order) else np.full(len(numbers), -1)


def _ends(key: Key) -> tuple[tuple[str, str], tuple[str, str]]:
    last = (key[-1] or "").casefold()
    return ("begins", last[:2]), ("ends", last[-2:])


class _Step:
    """From the number of a beginning of a key, and its next code, to the number of the longer beginning."""

    def __init__(self, numbers: Ints, codes: Ints, width: int) -> None:
        self._width = max(1, width)
        self._known = np.unique(numbers * self._width + codes)
        size = int(self._known.max(initial=0)) + 1
        self._table: npt.NDArray[np.int32] | None = None
        if size <= _ROOMY * (len(self._known) + 1024):
            self._table = np.full(size, -1, np.int32)
            self._table[self._known] = np.arange(len(self._known), dtype=np.int32)

    def find(self, numbers: Ints, codes: Ints) -> Ints:
        both = numbers * self._width + codes
        lost = (numbers < 0) | (codes < 0)
        if len(self._known) == 0:
            return np.full(len(both), -1)
        if self._table is not None:
            lost |= both >= len(self._table)
            both[lost] = 0
            place: Ints = self._table[both].astype(np.int64)
        else:
            place = np.searchsorted(self._known, both).astype(np.int64)
            place[place == len(self._known)] = 0
            lost |= self._known[place] != both
        place[lost] = -1
        return place
