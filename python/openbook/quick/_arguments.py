"""Arguments in the words that people use: "£2,000", "50%", 10_000."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypedDict, cast

from .._literals import Figure, figure
from .._values import nearest
from ..errors import BookError, Problem

__all__ = ["Arguments", "Options", "Volume"]

#: A share may be written as a plain fraction up to this; what is more must be written with its sign.
LARGEST_FRACTION = 2
NOTHING = Figure(Decimal(0), "number", "0")


class Options(TypedDict, total=False):
    """What every form takes beside its own terms.

    Attributes
    ----------
    source
        Where the terms come from, such as "Sch 3A"; without it they are marked illustrative.
    starts
        First month of the contract year; "2025-04" unless said.
    unit
        What is counted, in the singular: "spell", "attendance", "bed day"; "case" unless said ("person" of a list).
    commissioner, provider
        Names of the two parties; "Commissioner" and "Provider" unless said.
    title
        Title of the book; the name of the form unless said.
    deviation
        How uncertain what is paid for is: the standard deviation over the year as a part of the plan ("5%"), of a score
        in points ("5%" or 0.05). Only simulations use it. Nothing unless said.
    fixed_cost, unit_cost
        The provider's cost a year, and of each unit; then its position is its margin. Nothing unless said.
    """

    source: str
    starts: Any
    unit: str
    commissioner: str
    provider: str
    title: str
    deviation: Any
    fixed_cost: Any
    unit_cost: Any


OPTIONS = tuple(Options.__annotations__)


@dataclass(frozen=True, slots=True)
class Volume:
    """A number of units, said as such or as a part of the plan."""

    figure: Figure
    of_plan: bool

    def units(self, plan: Decimal) -> Decimal:
        """How many units it is."""
        return self.figure.value * plan if self.of_plan else self.figure.value


@dataclass
class Arguments:
    """Reads the arguments of one form; what is wrong is told for all of them at once by `check`."""

    form: str
    problems: list[Problem] = field(default_factory=list)

    def fault(self, name: str, given: Any, expected: str) -> Figure:
        """Note that an argument cannot be used."""
        self.problems.append(Problem("wrong-argument", f"/{name}", f"{name}: found {given!r}, expected {expected}"))
        return NOTHING

    def check(self) -> None:
        """Refuse the arguments if there is a fault.

        Raises
        ------
        BookError
            With every fault: the argument's name, what was found and what was expected.
        """
        if self.problems:
            raise BookError(f"quick.{self.form} cannot be made from these arguments", self.problems)

    def _figure(self, name: str, given: Any, expected: str) -> Figure | None:
        try:
            found = figure(given)
        except ValueError:
            found = None
        if found is None:
            self.fault(name, given, expected)
        return found

    def money(self, name: str, given: Any, *, example: str = "£2,000") -> Figure:
        """Pounds, at least nothing: "£2,000", "£1.5m", or a plain number of pounds."""
        expected = f"an amount of money of at least £0, such as '{example}'"
        found = self._figure(name, given, expected)
        if found is None:
            return NOTHING
        if found.kind == "percent" or found.value < 0:
            return self.fault(name, given, expected)
        return found if found.kind == "money" else Figure(found.value, "money", f"£{found.text}")

    def count(self, name: str, given: Any, *, example: str = "10_000", positive: bool = False) -> Figure:
        """A number of units: 10_000 or "10,000"."""
        expected = f"a number {'above 0' if positive else 'of at least 0'}, such as {example}"
        found = self._figure(name, given, expected)
        if found is None:
            return NOTHING
        if found.kind != "number" or found.value < 0 or (positive and found.value == 0):
            return self.fault(name, given, expected)
        return found

    def share(self, name: str, given: Any, *, example: str = "50%", most: Decimal | int | None = 1) -> Figure:
        """A part of something: "50%" or 0.5; `most` is the largest that makes sense."""
        limit = "" if most is None else f" from 0% to {Decimal(most):.0%}"
        expected = f"a percentage{limit}, such as '{example}'"
        found = self._figure(name, given, expected)
        if found is None:
            return NOTHING
        plain = found.kind == "number" and abs(found.value) > LARGEST_FRACTION
        if found.kind == "money" or plain or found.value < 0 or (most is not None and found.value > most):
            return self.fault(name, given, expected)
        return found

    def level(self, name: str, given: Any) -> Figure:
        """A result that is aimed at: "90%", 0.9 or any number."""
        expected = "a level such as '90%' or 0.9"
        found = self._figure(name, given, expected)
        if found is None:
            return NOTHING
        return self.fault(name, given, expected) if found.kind == "money" else found

    def volume(self, name: str, given: Any, *, example: str = "105%") -> Volume:
        """Units, or a part of the plan: 10_500 or "105%"."""
        expected = f"a part of the plan such as '{example}', or a number of units such as 10_500"
        found = self._figure(name, given, expected)
        if found is None:
            return Volume(NOTHING, False)
        if found.kind == "money" or found.value < 0:
            return Volume(self.fault(name, given, expected), False)
        return Volume(found, found.kind == "percent")

    def sum_or_share(self, name: str, given: Any, of: str, *, example: str = "£500k") -> Figure:
        """Money, or a part of something: "£500k" or "5%"."""
        expected = f"an amount of money such as '{example}', or a percentage of {of} such as '5%'"
        found = self._figure(name, given, expected)
        if found is None:
            return NOTHING
        if found.value < 0:
            return self.fault(name, given, expected)
        return Figure(found.value, "money", f"£{found.text}") if found.kind == "number" else found

    def choice(self, name: str, given: Any, names: Iterable[str]) -> str:
        """One of some words."""
        listed = list(names)
        if given not in listed:
            self.fault(name, given, f"one of {', '.join(listed)}{nearest(str(given), listed)}")
            return listed[0]
        return str(given)

    def names(self, name: str, given: Any, of: str) -> dict[str, Any]:
        """A mapping from names to something."""
        if not isinstance(given, Mapping) or not given:
            self.fault(name, given, f"a mapping from names to {of}")
            return {}
        return {str(key): value for key, value in given.items()}

    def options(self, given: Mapping[str, Any]) -> Options:
        """The options that every form takes; unknown ones are refused with the nearest."""
        for name in given:
            if name not in OPTIONS:
                hint = nearest(name, OPTIONS) or f"; there is {', '.join(OPTIONS)}"
                self.problems.append(Problem("unknown-option", f"/{name}", f"'{name}' is not an option{hint}"))
        return cast(Options, {name: given[name] for name in OPTIONS if given.get(name) is not None})
