"""What a book offers between its parties: words, notes, private layers, decisions and seals."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from .book import Book
    from .layer import Layer
    from .layers import LayeredBook
    from .model import Clause
    from .seals import SealedBook
    from .table import Table

__all__ = ["Between"]


def _book(own: Between) -> Book:
    return cast("Book", own)


class Between:
    """The part of `openbook.Book` by which parties deal with each other; each method names where it is explained."""

    __slots__ = ()

    def clause(self, name: str) -> Clause:
        """The clause of an id, a name or a paragraph reference; see `openbook.wording`."""
        from . import wording

        return wording.clause(_book(self), name)

    def words(self) -> Table:
        """Every clause beside the contract's words: contract, clause, name, family, ref, words, formula, notes."""
        from . import wording

        return wording.words(_book(self))

    def with_note(
        self, on: str, text: str, *, author: str = "", date: str | datetime.date = "", status: str = "note"
    ) -> Book:
        """A book with one more note beside its terms, outside the digest; see `openbook.notes.with_note`."""
        from . import notes

        return notes.with_note(_book(self), on, text, author=author, date=date, status=status)

    def notes_on(self, path_or_name: str) -> Table:
        """The notes on a path, an id or a term's name: on, where, status, author, date, text."""
        from . import notes

        return notes.notes_on(_book(self), path_or_name)

    @property
    def private_to(self) -> str:
        """The party whose layer lies over the book; "" of a shared book."""
        return ""

    def with_layer(self, layer: Layer) -> LayeredBook:
        """The book as one party sees it, with its own layer; see `openbook.layers`."""
        from . import layers

        return layers.laid_over(_book(self), layer)

    def shareable(self) -> Book:
        """The book that all parties may have: nothing of any layer, no private note; see `openbook.layers`."""
        from . import layers

        return layers.shareable(_book(self))

    def decide(self, choices: Mapping[str, str | None]) -> Book:
        """A book whose readings and alternatives are chosen for good; see `openbook.sealing.decide`."""
        from . import sealing

        return sealing.decide(_book(self), choices)

    def open_points(self) -> Table:
        """What must be settled before the book can be sealed; see `openbook.sealing.open_points`."""
        from . import sealing

        return sealing.open_points(_book(self))

    def seal(self, signatories: Any, date: str | datetime.date, **options: Any) -> SealedBook:
        """Freeze the book for signature; see `openbook.seal` for the options."""
        from . import signing

        return signing.seal(_book(self), signatories, date, **options)
