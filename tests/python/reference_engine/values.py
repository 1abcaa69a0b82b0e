"""Values that are no plain number: members of a dimension, names of categories, no limit. A missing value is None."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction as F
from typing import Any

NO_LIMIT = float("inf")
REASONS = ("none", "not_stated", "not_open", "closed", "merged_into", "not_submitted", "suppressed")


class Word(str):
    """A name of a category; in one that is ordered, later names are greater."""

    order: tuple[str, ...]

    def __new__(cls, text: str, order: Sequence[str] = ()) -> Word:
        word = super().__new__(cls, text)
        word.order = tuple(order)
        return word


@dataclass(frozen=True)
class Members:
    """One value for each member of a dimension, in its order."""

    of: str
    values: tuple[Any, ...]


class Dimensions:
    """Members, and where each stands among the members of a dimension above."""

    def __init__(self, book: dict[str, Any]) -> None:
        self.items = {item["id"]: item for item in book.get("dimensions", [])}

    def members(self, dimension: str) -> list[str]:
        return list(self.items[dimension]["members"])

    def up(self, dimension: str, above: str) -> list[int] | None:
        """For each member its place in a dimension that it belongs to, directly or not."""
        if dimension == above:
            return list(range(len(self.members(dimension))))
        for parent, names in self.items[dimension].get("parents", {}).items():
            further = self.up(parent, above)
            if further is not None:
                places = self.members(parent)
                return [further[places.index(names[member])] for member in self.members(dimension)]
        return None

    def finest(self, names: Sequence[str | None]) -> str | None:
        """The one that all others are above."""
        given = [name for name in names if name]
        for name in given:
            if all(self.up(name, other) is not None for other in given):
                return name
        if given:
            raise ValueError(f"{', '.join(given)} do not meet")
        return None

    def spread(self, value: Any, dimension: str) -> Members:
        """The value for each member: a single one, or that of the member above."""
        if not isinstance(value, Members):
            return Members(dimension, (value,) * len(self.members(dimension)))
        places = self.up(dimension, value.of)
        assert places is not None
        return Members(dimension, tuple(value.values[place] for place in places))

    def below(self, value: Members, parent: str) -> list[list[Any]]:
        """The values of the members that belong to each member of a dimension above."""
        places = self.up(value.of, parent)
        assert places is not None
        return [
            [each for each, place in zip(value.values, places, strict=True) if place == number]
            for number in range(len(self.members(parent)))
        ]

    def pointwise(self, work: Callable[..., Any], *values: Any) -> Any:
        """Member by member, where one of them has members."""
        of = self.finest([value.of for value in values if isinstance(value, Members)])
        if of is None:
            return work(*values)
        return Members(of, tuple(map(work, *(self.spread(value, of).values for value in values))))


def given(values: Sequence[Any]) -> list[F]:
    return [value for value in values if value is not None]
