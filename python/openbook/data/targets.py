"""What the reader of data needs to know of the inputs of a book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .._dimensions import columns_of, dimension_of, members_by_dimension
from .units import is_count, is_money, takes_percent

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["Target", "targets_of"]


@dataclass(frozen=True, slots=True)
class Target:
    """One input: its place in the book, its unit and calendar, and where its values stand."""

    number: int
    id: str
    title: str
    unit: str
    every: str
    aggregate: str
    dimension: str
    members: Mapping[str, int]
    #: Where a row says its member: a column for the dimension, or one for each of two that cross, each with the places
    #: of its own members.
    axes: Mapping[str, Mapping[str, int]]
    #: The members of each of them in order.
    orders: tuple[tuple[str, ...], ...]
    column: str
    where: Mapping[str, str]
    may_be_missing: bool
    planned: bool
    #: The names of its category, in order; empty for a number.
    names: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """The input in words, for messages."""
        return f"input {self.id}" + (f" ({self.title})" if self.title and self.title != self.id else "")

    @property
    def wanted(self) -> str:
        """The column and codes that it wants, in words."""
        codes = "".join(f", {key} = '{value}'" for key, value in self.where.items())
        return f"column '{self.column or self.id}'{codes}"

    def parts_of(self, member: str) -> tuple[str, ...]:
        """The members of each of its dimensions that a member is of: itself, or the two of a pair; "" for none."""
        if not member or len(self.axes) < 2:
            return (member,) * len(self.axes)
        first, second = self.orders
        return first[self.members[member] // len(second)], second[self.members[member] % len(second)]

    @property
    def count(self) -> bool:
        """Whether it counts things, so that it is never negative."""
        return not self.names and is_count(self.unit)

    @property
    def money(self) -> bool:
        """Whether its values may be written in pounds."""
        return not self.unit or is_money(self.unit)

    @property
    def percent(self) -> bool:
        """Whether its values may be written as percentages."""
        return takes_percent(self.unit)


def targets_of(book: Book) -> dict[str, Target]:
    """The inputs of a book by id."""
    members = {
        dimension: {member: number for number, member in enumerate(names)}
        for dimension, names in members_by_dimension(book).items()
    }
    names = {category.id: tuple(category.values) for category in book.categories}
    return {
        given.id: Target(
            number=number,
            id=given.id,
            title=given.name,
            unit=given.unit,
            every=given.every,
            aggregate=given.aggregate,
            dimension=dimension_of(given),
            members=members.get(dimension_of(given), {}),
            axes={name: members[name] for name in columns_of(given)},
            orders=tuple(tuple(members[name]) for name in columns_of(given)),
            column=given.data.column if given.data else "",
            where=dict(given.data.where) if given.data else {},
            may_be_missing=given.may_be_missing,
            planned=given.plan is not None,
            names=names.get(given.category, ()),
        )
        for number, given in enumerate(book.inputs)
    }
