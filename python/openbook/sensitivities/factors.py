"""The independent factors of a simulation: which standard normals belong to which driver."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["Factor", "factors_of"]


@dataclass(frozen=True, slots=True)
class Factor:
    """Something uncertain that is independent of everything else: a driver over all its periods, or drivers that are
    correlated.

    Attributes
    ----------
    name
        The driver's id; of a correlation group the group's.
    drivers
        Ids of the drivers that it stands for.
    title
        In words.
    columns
        Its dimensions among the simulation's standard normals.
    """

    name: str
    drivers: tuple[str, ...]
    title: str
    columns: tuple[int, ...]


def _belongs(stream: str, own: str) -> bool:
    """Whether a stream is one's own or a part of it: "attendances", "attendances/ward 3"."""
    return stream == own or (stream.startswith(own) and not (stream[len(own)].isalnum() or stream[len(own)] in "_-"))


def factors_of(book: Book, dimensions: Sequence[tuple[str, int]]) -> list[Factor]:
    """The factors of a book, in its order, without those of which nothing was drawn.

    Drivers of one correlation group are one factor: no part of the variance belongs to one of them alone. A driver's
    draws in all periods, with its memory, are one factor too.

    Parameters
    ----------
    book
        The simulated book.
    dimensions
        The simulation's standard normals as (stream, period).
    """
    drivers: dict[str, Any] = {driver.id: driver for driver in book.drivers}
    group_of = {id_: group for group in book.correlations for id_ in group.drivers}
    owners: dict[str, list[int]] = {}
    for column, (stream, _) in enumerate(dimensions):
        owners.setdefault(_owner(stream, drivers, book.correlations, group_of), []).append(column)
    order = [*dict.fromkeys(group_of[d].id if d in group_of else d for d in drivers)]
    names = sorted(owners, key=lambda name: order.index(name) if name in order else len(order))
    return [_factor(name, owners[name], drivers, book.correlations) for name in names]


def _owner(stream: str, drivers: dict[str, Any], groups: Iterable[Any], group_of: dict[str, Any]) -> str:
    found = [
        (len(own), group_of[id_].id if id_ in group_of else id_)
        for id_, driver in drivers.items()
        if _belongs(stream, own := (driver.stream or id_))
    ]
    found += [(len(group.id), group.id) for group in groups if _belongs(stream, group.id)]
    return max(found)[1] if found else stream


def _factor(name: str, columns: Sequence[int], drivers: dict[str, Any], groups: Iterable[Any]) -> Factor:
    group = next((group for group in groups if group.id == name), None)
    if group is not None and name not in drivers:
        title = f"{getattr(group, 'name', '') or name}: {', '.join(group.drivers)}"
        return Factor(name, tuple(group.drivers), title, tuple(columns))
    driver = drivers.get(name)
    return Factor(name, (name,) if driver else (), getattr(driver, "name", "") or name, tuple(columns))
