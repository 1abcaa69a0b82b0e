"""The dimensions of a book's values: one, or two that cross, whose members are the pairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .book import Book

__all__ = ["columns_of", "dimension_of", "members_by_dimension", "members_of", "pair"]


def dimension_of(item: Any) -> str:
    """The dimension of an input, parameter or quantity: "" where it has one value, "site by age" over two.

    Examples
    --------
    >>> import openbook as ob
    >>> dimension_of(ob.Input(id="people", dimension="site", by="age"))
    'site by age'
    """
    first, second = (_field(item, name) for name in ("dimension", "by"))
    return f"{first} by {second}" if second else first


def columns_of(item: Any) -> tuple[str, ...]:
    """The dimensions of an input, parameter or quantity one by one: none, one, or two that cross."""
    return tuple(name for name in (_field(item, "dimension"), _field(item, "by")) if name)


def pair(first: str, second: str) -> str:
    """What a pair of members is called, as in explanations."""
    return f"{first}, {second}"


def members_by_dimension(book: Book) -> dict[str, tuple[str, ...]]:
    """The members of each dimension of a book by its id, and of each crossing that something of the book is over."""
    own = {dimension.id: tuple(dimension.members) for dimension in book.dimensions}
    crossed: dict[str, tuple[str, ...]] = {}
    items: tuple[Any, ...] = (*book.inputs, *book.parameters, *book.quantities)
    for item in items:
        name = dimension_of(item)
        if item.by and name not in crossed:
            crossed[name] = tuple(pair(a, b) for a in own.get(item.dimension, ()) for b in own.get(item.by, ()))
    return own | crossed


def members_of(book: Book, item: Any) -> tuple[str, ...]:
    """The members of an input, parameter or quantity, in order; pairs over two dimensions; none without a dimension."""
    return members_by_dimension(book).get(dimension_of(item), ())


def _field(item: Any, name: str) -> str:
    return str((item.get(name) if isinstance(item, Mapping) else getattr(item, name, "")) or "")
