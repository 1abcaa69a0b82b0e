"""What is known already, apart from the other options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..data import loaded

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["known_and_rest"]

#: Options that say how data are read.
_READING = frozenset("where columns codes units decimals missing status status_by unmapped outside day_first".split())


def known_and_rest(book: Book, data: Any, options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Values of inputs that are known, to the date where one is given, and the options that do not concern data.

    With these values a settlement runs over the whole calendar, and a simulation draws what is not known.
    """
    reading = {name: value for name, value in options.items() if name in _READING}
    given = loaded(book, data, as_at=options.get("as_at"), plan=True, **reading)
    rest = {name: value for name, value in options.items() if name not in _READING and name != "as_at"}
    return dict(given.request()), rest
