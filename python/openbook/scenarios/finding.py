"""What a set of scenarios finds in a book, by what its scenarios look for, without anything being calculated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .files import standard
from .selecting import in_words, select
from .targets import Index

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["BROAD_SETS", "looked_for"]

#: The standard sets that are written for any book; the others are those of one case.
BROAD_SETS = (
    *("demand_surge", "winter", "pandemic", "inflation", "late_data", "savings_slip", "partner_exit"),
    "tariff_rebasing",
)


def looked_for(book: Book, names: Iterable[str] = BROAD_SETS) -> dict[str, dict[str, tuple[str, ...]]]:
    """For each standard set what its shocks look for, in words, and what of the book that is; nothing where it is none.

    Examples
    --------
    >>> import openbook as ob
    >>> found = looked_for(ob.examples.third_sector_cash(), ["demand_surge", "partner_exit"])
    >>> found["demand_surge"]
    {'input; unit count': (), 'input; unit £; tag demand': ()}
    >>> found["partner_exit"]["party; role provider"]
    ('Third-sector provider',)
    """
    index = Index(book)
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for name in names:
        shocks = [shock for scenario in standard(name).scenarios for shock in scenario.shocks if shock.select]
        selectors = {in_words(shock.select): shock.select for shock in shocks}
        found[name] = {
            words: tuple(target.name for target in select(index, selector)) for words, selector in selectors.items()
        }
    return found
