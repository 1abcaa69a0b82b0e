"""One thing of a book that takes other values, whatever it is: a term, a parameter, an input or a quantity."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from . import _json, _terms
from ._values import nearest
from .errors import BookError
from .linting import number_of

if TYPE_CHECKING:
    from .book import Book
    from .results import Settlement

__all__ = ["Positions", "Varying", "exact_text", "formula_text", "number"]


def number(given: Any, what: str) -> Fraction:
    """An exact number from a number or text such as ``"£1.5m"``, ``"20%"``, ``"1/3"``.

    Raises
    ------
    ValueError
        It is none.
    """
    if isinstance(given, (int, Fraction)) and not isinstance(given, bool):
        return Fraction(given)
    try:
        if isinstance(given, str):
            found = number_of(given)
            return Fraction(given) if found is None else Fraction(found)
        return Fraction(_json.decimal_text(given))
    except (TypeError, ValueError, ArithmeticError):
        message = f"{what}: found {given!r}, expected a number or text such as '£1.5m', '20%', '1/3'"
        raise ValueError(message) from None


@dataclass(frozen=True, slots=True)
class Varying:
    """What varies, and from where to where.

    Attributes
    ----------
    name
        In reports.
    target
        What `Book.with_` changes, or what a shock is put on.
    action
        "write" into the book, or the shock's action.
    sign
        "£" where a value is written with its sign.
    """

    book: Book
    name: str
    target: str
    action: str
    low: Fraction
    high: Fraction
    unit: str
    sign: str = ""

    @classmethod
    def of(cls, book: Book, name: str, low: Any, high: Any, by: str) -> Varying:
        """Find what is meant.

        Raises
        ------
        BookError
            Nothing is called `name`, or it cannot be scaled.
        ValueError
            `by` is unknown, or the range is empty.
        """
        if by not in ("value", "scale"):
            raise ValueError(f"by: found {by!r}, expected 'value' or 'scale'")
        start, end = number(low, "low"), number(high, "high")
        if start >= end:
            raise ValueError(f"low, high: found {low!r} and {high!r}, expected a range that ascends")
        percent = "%" if all(isinstance(given, str) and given.strip().endswith("%") for given in (low, high)) else ""
        shocked: list[Any] = [*book.inputs, *book.quantities, *(book.parameters if by == "scale" else ())]
        for item in shocked:
            if name in (item.id, item.name):
                unit = "times" if by == "scale" else item.unit
                return cls(book, item.name or item.id, item.id, _ACTIONS[by], start, end, percent or unit)
        if by == "scale":
            names = [item.id for item in shocked]
            message = f"only inputs, quantities and parameters are scaled, not '{name}'{nearest(name, names)}"
            raise BookError(f"'{name}' is not scaled", [{"code": "unknown-name", "path": "", "message": message}])
        if name.startswith("/"):
            return cls(book, name, name, "write", start, end, percent, _sign(str(low)))
        place = _terms.find(book._data, name)
        shown = next((p.name for p in book.parameters if p.id == place.name and p.name), place.name)
        sign = "£" if place.unit == "£" else _sign(_written(place.data)) or _sign(str(low))
        return cls(book, shown, name, "write", start, end, percent or place.unit or sign, sign)

    def at(self, x: Fraction) -> tuple[Book, list[dict[str, Any]]]:
        """The book, and the shocks to settle it under, where it takes the value x."""
        if self.action == "write":
            return self.book.with_(self.target, formula_text(x, self.sign)), []
        return self.book, [{"on": self.target, "action": self.action, "value": formula_text(x, "")}]

    def settled(self, settle: Callable[..., Settlement], x: Fraction) -> Settlement:
        """The settlement where it takes the value x; an error says at which value it came."""
        try:
            book, shocks = self.at(x)
            return settle(book, shocks=shocks) if shocks else settle(book)
        except Exception as error:
            error.add_note(f"while settling with {self.name} = {exact_text(x)}")
            raise

    def tried(self, settle: Callable[..., Settlement]) -> tuple[Varying, Settlement]:
        """A first settlement at the low end; where the unit is refused, the value is written the other way."""
        try:
            return self, self.settled(settle, self.low)
        except BookError as error:
            if self.action != "write" or all(problem.code != "unit" for problem in error.problems):
                raise
            other = replace(self, sign="" if self.sign else "£")
            try:
                return other, other.settled(settle, self.low)
            except BookError:
                raise error from None


class Positions:
    """The exact position at each place, and which entries of the ledger have moved so far."""

    def __init__(self, varying: Varying, settle: Callable[..., Settlement], wanted: dict[str, Any]) -> None:
        self.varying, self.settle, self.wanted = varying, settle, wanted
        self.settled: dict[Fraction, Decimal] = {}
        self.first: dict[str, str] | None = None
        self.moved: set[str] = set()

    def __call__(self, x: Fraction) -> Fraction:
        settlement = self.varying.settled(self.settle, x)
        self.settled[x] = settlement.position(**self.wanted)
        entries = dict(self._entries(settlement))
        if self.first is None:
            self.first = entries
        self.moved |= {key for key in entries.keys() | self.first.keys() if entries.get(key) != self.first.get(key)}
        return Fraction(self.settled[x])

    def _entries(self, settlement: Settlement) -> Iterator[tuple[str, str]]:
        basis = "practised" if self.wanted["basis"] == "written_world" else self.wanted["basis"]
        for row in settlement._data["entries"]:
            if row["basis"] == basis:
                yield row["id"], row["amount"]

    def rounding(self) -> Fraction:
        """Half a penny for each entry that has moved, whoever's: what rounding may add to or take from a line."""
        return len(self.moved) * Fraction(1, 200)


_ACTIONS = {"value": "set", "scale": "scale"}
_LARGE = 10**15


def _sign(text: str) -> str:
    return "£" if text.strip().lstrip("-").startswith("£") else ""


def _written(data: Any) -> str:
    return str(data.get("value", "")) if isinstance(data, dict) else str(data)


def formula_text(x: Fraction, sign: str) -> str:
    """An exact number as the formula language reads it; its literals have at most 18 digits."""
    minus, text = "-" if x < 0 else "", exact_text(abs(x))
    if sum(letter.isdigit() for letter in text) <= 18:
        return f"{minus}{sign}{text}"
    long = f"{_long(abs(x).numerator)} / {_long(x.denominator)}"
    return f"{minus}money({long})" if sign else f"{minus}({long})"


def _long(value: int) -> str:
    """A whole number of any length."""
    if value < _LARGE:
        return str(value)
    return f"({_long(value // _LARGE)} * {_LARGE} + {value % _LARGE})"


def exact_text(value: Fraction) -> str:
    """An exact number as text: a decimal where it ends, else a fraction.

    >>> exact_text(Fraction(21, 2)), exact_text(Fraction(2, 3))
    ('10.5', '2/3')
    """
    places = next((p for p in range(31) if 10**p % value.denominator == 0), None)
    if places is None or places == 0:
        return str(value)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"
