"""What settlements of one run have in common, so that a book that is settled many times is read and compiled once."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .data.loads import shape_of
from .data.targets import Target, targets_of

if TYPE_CHECKING:
    from .book import Book

__all__ = ["Asked", "Desk"]

#: Books whose inputs are remembered: those that were settled last.
_MOST = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """What a book asks of data: its inputs, and by what a `Load` knows that it fits."""

    targets: dict[str, Target]
    shape: tuple[Any, ...]

    @classmethod
    def of(cls, book: Book) -> Asked:
        """Of a book."""
        return cls(targets_of(book), shape_of(book))


class Desk:
    """Plans and inputs of the books that were settled last; threads may share it."""

    def __init__(self) -> None:
        from . import _core

        self.plans = _core.Plans()
        self._books: list[tuple[Book, Asked]] = []
        self._lock = threading.Lock()

    def asked(self, book: Book) -> Asked:
        """What a book asks of data."""
        with self._lock:
            for at, (known, asked) in enumerate(self._books):
                if known is book:
                    self._books.insert(0, self._books.pop(at))
                    return asked
        asked = Asked.of(book)
        with self._lock:
            self._books = [(book, asked), *self._books][:_MOST]
        return asked
