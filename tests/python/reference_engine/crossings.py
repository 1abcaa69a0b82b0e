"""Two dimensions that cross: their pairs are a dimension called `site by age`, with both as parents (decision 13)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .values import Dimensions, Members

BY = " by "


class Crossings(Dimensions):
    """Dimensions of a book and the pairs of two of them, which stand in the order in which the book lists the two."""

    def __init__(self, book: dict[str, Any]) -> None:
        super().__init__(book)
        items = [item for section in ("inputs", "parameters", "quantities") for item in book.get(section, [])]
        self.stated = {self.of(item) for item in items if item.get("by")}

    def of(self, item: dict[str, Any]) -> str | None:
        """The dimension that something of the book says that it has."""
        if item.get("by"):
            return self.crossed(item["dimension"], item["by"])
        return item.get("dimension") or None

    def stated_term(self, parameter: dict[str, Any], member: str) -> Any:
        """Of a pair its own value, that of its first member, or the one for all others."""
        own = parameter.get("members", {})
        if not parameter.get("by"):
            return own[member] if member in own else parameter["value"]
        dimension = self.crossed(parameter["dimension"], parameter["by"])
        first, second = self.pairs(dimension)[self.members(dimension).index(member)]
        pairs = parameter.get("pairs", {}).get(first, {})
        if second in pairs:
            return pairs[second]
        return own[first] if first in own else parameter["value"]

    def crossed(self, one: str, other: str) -> str:
        return BY.join(sorted((one, other), key=list(self.items).index))

    def named(self, text: str) -> str | None:
        """The dimension that a text names, or the pairs of two, in whichever order."""
        one, _, other = text.partition(BY)
        if other in self.items and one in self.items:
            return self.crossed(one, other)
        return text if text in self.items else None

    def parts(self, dimension: str) -> tuple[str, ...]:
        """The one or two dimensions that it is made of."""
        return (dimension,) if dimension in self.items else tuple(dimension.split(BY))

    def members(self, dimension: str) -> list[str]:
        if dimension in self.items:
            return super().members(dimension)
        return [f"{first}, {second}" for first, second in self.pairs(dimension)]

    def pairs(self, dimension: str) -> list[tuple[str, str]]:
        first, second = (super(Crossings, self).members(part) for part in self.parts(dimension))
        return [(one, other) for one in first for other in second]

    def up(self, dimension: str, above: str) -> list[int] | None:
        """Of pairs and to pairs too: each of the two goes its own way up."""
        if dimension == above:
            return list(range(len(self.members(dimension))))
        if above not in self.items:
            ways = [self.up(dimension, part) for part in self.parts(above)]
            if ways[0] is None or ways[1] is None:
                return None
            width = len(self.members(self.parts(above)[1]))
            return [one * width + other for one, other in zip(*ways, strict=True)]
        if dimension in self.items:
            return super().up(dimension, above)
        found = [self.from_pairs(dimension, place, above) for place in (0, 1)]
        known = [way for way in found if way is not None]
        if len(known) == 2:
            raise ValueError(f"a pair of {dimension} belongs to two members of {above}")
        return known[0] if known else None

    def from_pairs(self, dimension: str, place: int, above: str) -> list[int] | None:
        """Up from one of the two alone."""
        part = self.parts(dimension)[place]
        way = self.up(part, above)
        names = self.members(part)
        return None if way is None else [way[names.index(pair[place])] for pair in self.pairs(dimension)]

    def finest(self, names: Sequence[str | None]) -> str | None:
        """The one that all others are above; of two that are not, the pairs, if something of the book is over them."""
        given = list(dict.fromkeys(name for name in names if name))
        lowest = [
            name
            for name in given
            if not any(self.up(other, name) is not None for other in given if other != name)
        ]  # fmt: skip
        if len(lowest) == 2 and all(name in self.items for name in lowest):
            pairs = self.crossed(*lowest)
            if pairs in self.stated:
                return pairs
        if len(lowest) == 2 and (below := self.below_pairs(*lowest) or self.below_pairs(*reversed(lowest))):
            return below
        return super().finest(lowest)

    def below_pairs(self, pairs: str, single: str) -> str | None:
        """Where the pairs of a parent meet what belongs to that parent: in the pairs of what belongs to it."""
        if pairs in self.items or single not in self.items:
            return None
        for above, other in (self.parts(pairs), self.parts(pairs)[::-1]):
            if self.up(single, above) is not None:
                return self.crossed(single, other)
        return None

    def rest(self, dimension: str, over: str) -> str | None:
        """What is left of a dimension when one goes."""
        parts = self.parts(dimension)
        if over not in parts:
            raise ValueError(f"{dimension} has no {over} to go over")
        return next((part for part in parts if part != over), None)

    def wider(self, dimension: str | None, other: str) -> str:
        """Where a value is spread to: below its own dimension, or in the pairs with another."""
        if dimension is None or self.up(other, dimension) is not None:
            return other
        return self.crossed(dimension, other)

    def told(self, dimension: str, names: Sequence[str]) -> tuple[str | None, list[int]]:
        """Which members are meant by one name or by two, and the dimension that they are members of."""
        if dimension in self.items:
            return None, [self.members(dimension).index(names[0])]
        parts, pairs = self.parts(dimension), self.pairs(dimension)
        if len(names) == 1 and names[0] in self.members(dimension):
            return None, [self.members(dimension).index(names[0])]
        if len(names) == 2 and names[1] not in parts:
            pair = (names[0], names[1])
            return None, [pairs.index(pair if pair in pairs else pair[::-1])]
        having = [part for part in parts if names[0] in self.members(part)]
        own = names[1] if len(names) == 2 else having[0]
        if len(names) == 1 and len(having) != 1:
            raise ValueError(f"{names[0]} is a member of both")
        place = parts.index(own)
        return parts[1 - place], [i for i, pair in enumerate(pairs) if pair[place] == names[0]]

    def taken(self, value: Members, names: Sequence[str]) -> Any:
        left, places = self.told(value.of, names)
        found = tuple(value.values[place] for place in places)
        return found[0] if left is None else Members(left, found)
