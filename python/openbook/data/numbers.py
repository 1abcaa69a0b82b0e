"""Many exact numbers at once: whole numbers of one small unit, and objects for the few that do not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from .cells import EXACT, Number, add, decimal_of, number_text, rounded, total

__all__ = ["MOST", "Numbers"]

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Small = npt.NDArray[np.int8]

#: Units stay below, so that two of them can be added in a machine word.
MOST = 10**18
#: Decimals that a column of units has at most.
_MOST_PLACES = 18
_POWERS = np.asarray([10**power for power in range(_MOST_PLACES + 1)], np.int64)
#: Numbers of so many digits are written as they are.
_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Numbers:
    """Exact numbers in the places 0, 1, 2, ...

    Attributes
    ----------
    units
        Each number times ``10 ** places``; 0 where it is odd.
    places
        Of all.
    written
        Decimals that each number is written with: 2.50 has two. `Decimal` keeps them, and so do sums.
    odd
        Numbers that are no such units, by place: fractions, and what a machine word does not hold.
    """

    units: Ints
    places: int
    written: Small
    odd: Mapping[int, Number] = field(default_factory=dict)

    # -- made of ----------------------------------------------------------------------------------------------

    @classmethod
    def of(cls, values: Sequence[Number | None]) -> Self:
        """Of objects; None is 0, and whoever asks knows where."""
        count = len(values)
        digits, written = [0] * count, [0] * count
        odd: dict[int, Number] = {}
        for at, value in enumerate(values):
            if value is None:
                continue
            exponent = value.as_tuple().exponent if isinstance(value, Decimal) else None
            if not isinstance(exponent, int) or not isinstance(value, Decimal) or exponent < -_MOST_PLACES:
                odd[at] = value
                continue
            whole = int(value.scaleb(-exponent, EXACT)) if exponent < 0 else int(value)
            if abs(whole) >= MOST or (whole == 0 and value.is_signed()):
                odd[at] = value
            else:
                digits[at], written[at] = whole, max(0, -exponent)
        return cls._level(np.asarray(digits, np.int64), np.asarray(written, np.int8), odd)

    @classmethod
    def of_whole(cls, values: Ints) -> Self:
        """Of whole numbers."""
        written = np.zeros(len(values), np.int8)
        large = np.flatnonzero((values >= MOST) | (values <= -MOST))
        if len(large) == 0:
            return cls(values, 0, written)
        units = values.copy()
        units[large] = 0
        return cls(units, 0, written, {at: Decimal(int(values[at])) for at in large.tolist()})

    @classmethod
    def of_floats(cls, values: npt.NDArray[np.float64]) -> Self:
        """Of finite floats, each as its shortest decimal."""
        from .. import _core

        digits, exponents = _core.shortest(values)
        written = np.maximum(0, -exponents.astype(np.int64))
        by = _POWERS[np.clip(exponents, 0, _MOST_PLACES)]
        strange = np.flatnonzero((written > _MOST_PLACES) | (exponents > _MOST_PLACES) | _beyond(digits, by))
        digits, written[strange] = digits * by, 0
        digits[strange] = 0
        odd: dict[int, Number] = {at: decimal_of(float(values[at])) for at in strange.tolist()}
        return cls._level(digits, written.astype(np.int8), odd)

    @classmethod
    def _level(cls, digits: Ints, written: Small, odd: dict[int, Number]) -> Self:
        """Digits of numbers with decimals of their own, brought to the decimals of which the fewest are left odd."""
        places = int(written.max(initial=0))
        if places == 0:
            return cls(digits, 0, written, odd)
        left = _left_over(digits, written, places)
        if left.any():
            places = min(range(places + 1), key=lambda some: int(_left_over(digits, written, some).sum()))
            left = _left_over(digits, written, places)
        strange = np.flatnonzero(left)
        odd |= {at: _decimal(int(digits[at]), int(written[at])) for at in strange.tolist()}
        units = digits * _POWERS[np.maximum(0, places - written)]
        if len(strange):
            written = written.copy()
            units[strange] = written[strange] = 0
        return cls(units, places, written, odd)

    def _digits(self) -> Ints:
        """Units of each number's own decimals."""
        if self.places == 0:
            return self.units
        return self.units // _POWERS[self.places - self.written]

    @classmethod
    def joined(cls, parts: Sequence[Numbers]) -> Numbers:
        """The numbers of several, one after the other."""
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return cls.of(())
        odd: dict[int, Number] = {}
        first = 0
        for part in parts:
            odd |= {first + at: number for at, number in part.odd.items()}
            first += len(part)
        written = np.concatenate([part.written for part in parts])
        if len({part.places for part in parts if len(part)}) == 1:
            places = next(part.places for part in parts if len(part))
            return cls(np.concatenate([part.units for part in parts]), places, written, odd)
        return cls._level(np.concatenate([part._digits() for part in parts]), written, odd)

    # -- parts and sums ---------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.units)

    def __getitem__(self, at: int) -> Number:
        if at in self.odd:
            return self.odd[at]
        written = int(self.written[at])
        return _decimal(int(self.units[at]) // 10 ** (self.places - written), written)

    def take(self, at: Ints) -> Numbers:
        """The numbers of some places."""
        odd: dict[int, Number] = {}
        if self.odd:
            places = np.flatnonzero(np.isin(at, np.fromiter(self.odd, np.int64, len(self.odd))))
            odd = {place: self.odd[int(at[place])] for place in places.tolist()}
        return Numbers(self.units[at], self.places, self.written[at], odd)

    def with_(self, at: Ints, other: Numbers) -> Self:
        """With other numbers in some places."""
        written, digits = self.written.copy(), self._digits().copy()
        written[at], digits[at] = other.written, other._digits()
        taken = set(at.tolist()) if self.odd else ()
        odd = {place: number for place, number in self.odd.items() if place not in taken}
        odd |= {int(at[place]): number for place, number in other.odd.items()}
        return type(self)._level(digits, written, odd)

    def spread(self, at: Ints, count: int) -> Numbers:
        """The numbers put in some of `count` places; 0 elsewhere."""
        units, written = np.zeros(count, np.int64), np.zeros(count, np.int8)
        units[at], written[at] = self.units, self.written
        return Numbers(units, self.places, written, {int(at[place]): n for place, n in self.odd.items()})

    def total(self, of: Flags | None = None) -> Number:
        """The exact sum of all, or of those that are marked."""
        units, written = (self.units, self.written) if of is None else (self.units[of], self.written[of])
        # In two halves, whose sums machine words hold.
        found = (int((units >> 32).sum()) << 32) + int((units & 0xFFFFFFFF).sum())
        most = int(written.max(initial=0))
        result: Number = _decimal(found // 10 ** (self.places - most), most)
        if self.odd:
            result = add(result, total(number for at, number in self.odd.items() if of is None or of[at]))
        return result

    def summed(self, group: Ints, count: int) -> Numbers:
        """The sums of `count` groups, from the group of each number."""
        units, written = np.zeros(count, np.int64), np.zeros(count, np.int8)
        np.add.at(units, group, self.units)
        np.maximum.at(written, group, self.written)
        strange = set(group[np.fromiter(self.odd, np.int64, len(self.odd))].tolist())
        strange |= set(np.flatnonzero(np.bincount(group, np.abs(self.units), count) >= MOST / 2).tolist())
        odd: dict[int, Number] = {}
        for one in strange:
            odd[one] = total(self[at] for at in np.flatnonzero(group == one).tolist())
            units[one] = written[one] = 0
        return Numbers(units, self.places, written, odd)

    def negative(self) -> Flags:
        """Which are below zero."""
        found: Flags = self.units < 0
        for at, number in self.odd.items():
            found[at] = number < 0
        return found

    def rounded(self, places: int) -> Numbers:
        """To a number of decimals, half away from zero, and written with so many."""
        by = 10 ** abs(places - self.places)
        small = not len(self) or int(np.abs(self.units).max()) < MOST // by
        if self.odd or (places >= self.places and not small):
            return type(self).of([_rounded(self[at], places) for at in range(len(self))])
        written = np.full(len(self), places, np.int8)
        if places >= self.places:
            return Numbers(self.units * by, places, written)
        units = (np.abs(self.units) + by // 2) // by
        return Numbers(np.where(self.units < 0, -units, units), places, written)

    # -- written ----------------------------------------------------------------------------------------------

    def texts(self) -> list[str]:
        """Each as `number_text` writes it."""
        if self.places == 0 and not self.odd and (not len(self) or int(np.abs(self.units).max()) < 10**_DIGITS):
            return list(map(str, self.units.tolist()))
        return [
            number_text(self[at]) if at in self.odd or abs(digits) >= 10**_DIGITS else _text(digits, places)
            for at, (digits, places) in enumerate(zip(self._digits().tolist(), self.written.tolist(), strict=True))
        ]


def _beyond(digits: Ints, by: Ints) -> Flags:
    """Which products are too large for a unit."""
    found: Flags = np.abs(digits) > (MOST - 1) // by
    return found


def _left_over(digits: Ints, written: npt.NDArray[Any], places: int) -> Flags:
    """Which numbers are no units of so many decimals."""
    return (written > places) | _beyond(digits, _POWERS[np.maximum(0, places - written.astype(np.int64))])


def _decimal(digits: int, places: int) -> Decimal:
    return Decimal(digits).scaleb(-places, EXACT) if places else Decimal(digits)


def _rounded(value: Number, places: int) -> Number:
    return rounded(value, places) if isinstance(value, Decimal) else value


def _text(digits: int, places: int) -> str:
    if places == 0:
        return str(digits)
    text = str(abs(digits)).rjust(places + 1, "0")
    return ("-" if digits < 0 else "") + f"{text[:-places]}.{text[-places:]}"
