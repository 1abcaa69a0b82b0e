"""The effects of a movement in exact fractions, and how they are rounded so that they still add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from ..data.cells import EXACT, Number, add, rounded, times
from .sides import Side

__all__ = ["EFFECTS", "Line", "Sums", "exact_sum", "in_pennies", "lines_apart", "pennies", "shown"]

#: The parts of a movement, in the order in which they are told.
EFFECTS = ("volume", "mix", "price", "new", "discontinued", "not_comparable")

NOTHING = Decimal(0)
NOT_THERE = Side("")


@dataclass(slots=True)
class Line:
    """A line on both sides, and its effects, which add up to the change of its value; nothing is rounded."""

    name: str
    group: str
    found: str
    before: Side | None
    after: Side | None
    effects: dict[str, Number] = field(default_factory=lambda: dict.fromkeys(EFFECTS, NOTHING))

    def change(self) -> Number:
        """The change of its value."""
        return _less((self.after or NOT_THERE).value, (self.before or NOT_THERE).value)

    def row(self, decimals: int) -> dict[str, Any]:
        """The line as decimals; numbers without an end are rounded so that the effects still add up."""
        values = [(side or NOT_THERE).value for side in (self.before, self.after)]
        places = max(decimals, *(_places(number) for number in (*values, *self.effects.values())))
        told = [shown(value, places) for value in values]
        made: dict[str, Any] = {"line": self.name, "group": self.group, "found": self.found}
        for when, side, value in zip(("before", "after"), (self.before, self.after), told, strict=True):
            price = None if side is None else side.price()
            made[f"quantity_{when}"] = None if side is None else shown(side.quantity, decimals)
            made[f"price_{when}"] = None if price is None else shown(price, decimals)
            made[f"value_{when}"] = value
        full = {name: EXACT.plus(effect) for name, effect in self.effects.items() if isinstance(effect, Decimal)}
        endless = {name: effect for name, effect in self.effects.items() if not isinstance(effect, Decimal)}
        rest = EXACT.subtract(told[1], told[0])
        for effect in full.values():
            rest = EXACT.subtract(rest, effect)
        fallen = _by_largest_remainder(list(endless.values()), rest, places)
        return made | full | dict(zip(endless, fallen, strict=True))


def lines_apart(
    first: Mapping[str, Side], second: Mapping[str, Side], weights: Literal["after", "before"], mixed: bool
) -> list[Line]:
    """The lines of two sides with their effects; lines without figures on either side are left out."""
    lines = [_line(name, first.get(name), second.get(name)) for name in dict.fromkeys([*first, *second])]
    known = [line for line in lines if line.before or line.after]
    both = [line for line in known if line.found == "both"]
    means = _means(both, weights) if mixed else {}
    for line in known:
        if line.found != "both":
            line.effects[line.found.replace(" ", "_")] = line.change()
    for line in both:
        _take_apart(line, weights, means.get(line.group))
    return known


def _line(name: str, first: Side | None, second: Side | None) -> Line:
    """A line without its effects: in both frames, new, gone, or with figures that a frame holds back."""
    group = next(side.group for side in (second, first) if side is not None)
    before, after = (side if side is not None and side.prices else None for side in (first, second))
    found = "both" if before and after else "new" if after else "discontinued"
    if any(side is not None and side.held_back for side in (first, second)):
        found = "not comparable"
    return Line(name, group, found, before, after)


def _take_apart(line: Line, weights: str, mean: Number | None) -> None:
    """Fill in price, volume and mix of a line in both frames."""
    before, after = line.before or NOT_THERE, line.after or NOT_THERE
    if weights == "after":
        price = before.price()
        dearer = NOTHING if price is None else _less(after.value, times(after.quantity, price))
    else:
        price = after.price()
        dearer = NOTHING if price is None else _less(times(before.quantity, price), before.value)
    more = _less(line.change(), dearer)
    line.effects["price"] = dearer
    line.effects["volume"] = more if mean is None else times(_less(after.quantity, before.quantity), mean)
    line.effects["mix"] = _less(more, line.effects["volume"])


def _means(both: Sequence[Line], weights: str) -> dict[str, Number]:
    """The mean price of each group, of the lines in both frames, on the side at whose prices volume is told."""
    sides: dict[str, list[Side]] = {}
    for line in both:
        sides.setdefault(line.group, []).append((line.before if weights == "after" else line.after) or NOT_THERE)
    made: dict[str, Number] = {}
    for group, own in sides.items():
        quantity = exact_sum(side.quantity for side in own)
        if quantity:  # else the group has no mean, and no mix
            made[group] = times(exact_sum(side.value for side in own) / quantity, Decimal(1))
    return made


@dataclass(frozen=True, slots=True)
class Sums:
    """Exact sums over lines: value before, effects, value after."""

    before: Fraction
    effects: tuple[Fraction, ...]
    after: Fraction

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Sums:
        """Of lines."""
        before = exact_sum(line.before.value for line in lines if line.before)
        after = exact_sum(line.after.value for line in lines if line.after)
        return cls(before, tuple(exact_sum(line.effects[effect] for line in lines) for effect in EFFECTS), after)

    @classmethod
    def together(cls, parts: Iterable[Sums]) -> Sums:
        """Of other sums."""
        found = list(parts)
        return cls(
            sum((part.before for part in found), Fraction(0)),
            tuple(sum((part.effects[n] for part in found), Fraction(0)) for n in range(len(EFFECTS))),
            sum((part.after for part in found), Fraction(0)),
        )


# -- rounding, once ------------------------------------------------------------------------------------------------


def in_pennies(sums: Sums) -> tuple[Decimal, list[Decimal], Decimal]:
    """Before, effects and after in pennies, so that they still add up.

    Both ends are rounded half away from zero, as the ledger rounds; the effects are rounded down, and the pennies that
    then lack fall to those with the largest remainders.
    """
    before, after = pennies(sums.before), pennies(sums.after)
    return before, _by_largest_remainder(sums.effects, EXACT.subtract(after, before), 2), after


def pennies(value: Number) -> Decimal:
    """Rounded to pennies, half away from zero, as the ledger rounds."""
    return _rounded(value, 2)


def _by_largest_remainder(exact: Sequence[Number], total: Decimal, places: int) -> list[Decimal]:
    """Amounts of so many places that add up to a total of as many; what is nothing stays nothing."""
    scaled = [Fraction(value) * 10**places for value in exact]
    units = [value.numerator // value.denominator for value in scaled]
    left = int(EXACT.scaleb(total, places)) - sum(units)
    order = sorted((n for n in range(len(scaled)) if scaled[n]), key=lambda n: units[n] - scaled[n])
    for n in order[:left] if left >= 0 else order[left:]:
        units[n] += 1 if left > 0 else -1
    return [EXACT.scaleb(Decimal(value), -places) for value in units]


def shown(value: Number, places: int) -> Decimal:
    """A number with an end in full; one without, such as a third, rounded."""
    return EXACT.plus(value) if isinstance(value, Decimal) else _rounded(value, places)


def _rounded(value: Number, places: int) -> Decimal:
    if isinstance(value, Decimal):
        return rounded(value, places)
    scaled = abs(value) * 10**places
    whole = (scaled.numerator * 2 + scaled.denominator) // (2 * scaled.denominator)
    return EXACT.scaleb(Decimal(whole if value >= 0 else -whole), -places)


def _places(value: Number) -> int:
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    return max(0, -exponent) if isinstance(exponent, int) else 0


# -- exact arithmetic ---------------------------------------------------------------------------------------------


def _less(a: Number, b: Number) -> Number:
    return EXACT.subtract(a, b) if isinstance(a, Decimal) and isinstance(b, Decimal) else add(a, times(b, Decimal(-1)))


def exact_sum(values: Iterable[Number]) -> Fraction:
    """The sum of many numbers: those of one denominator are added as whole numbers first."""
    decimals, others = NOTHING, dict[int, int]()
    for value in values:
        if isinstance(value, Decimal):
            decimals = EXACT.add(decimals, value)
        else:
            others[value.denominator] = others.get(value.denominator, 0) + value.numerator
    return sum((Fraction(above, below) for below, above in others.items()), Fraction(decimals))
