"""What the reader of data needs to know of the inputs of a book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
        dimension.id: {member: number for number, member in enumerate(dimension.members)}
        for dimension in book.dimensions
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
            dimension=given.dimension,
            members=members.get(given.dimension, {}),
            column=given.data.column if given.data else "",
            where=dict(given.data.where) if given.data else {},
            may_be_missing=given.may_be_missing,
            planned=given.plan is not None,
            names=names.get(given.category, ()),
        )
        for number, given in enumerate(book.inputs)
    }
