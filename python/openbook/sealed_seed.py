"""A seed that is fixed by what the parties sealed.

Whoever seals can seal again, and gets another; `openbook.agreed_seed` has seeds that nobody could choose by trying.

The rule, edition 1, so that any other program can do it: take the ASCII text ``openbook-seed-1:`` followed by the
seal's digest (64 hexadecimal digits in small letters), hash it with SHA-256, read the first eight bytes as a big-endian
number and drop its last bit. The result lies from 0 to 2**63 - 1. Several sealed books have one seed together: the
different digests in alphabetical order, joined by commas, stand in the place of the one.

In a shell, for one book::

    printf 'openbook-seed-1:%s' "$DIGEST" | sha256sum | cut -c1-16

gives sixteen hexadecimal digits, of which the seed is the half, rounded down.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from .agreed_seed import SeedDraw
from .errors import BookError

if TYPE_CHECKING:
    from .book import Book

__all__ = ["PREFIX", "SEALED", "Opened", "opened", "seed_of", "seed_of_all"]

#: What stands before the digest: the use and the edition of the rule, so that no other hash of the seal is a seed.
PREFIX = "openbook-seed-1:"
#: What `seed` says instead of a number.
SEALED = "sealed"


class Opened(NamedTuple):
    """A book to be simulated: with its seed, its edition where it is under seal, and what the reader should know."""

    book: Book
    seed: Any
    edition: str | None
    notes: tuple[dict[str, str], ...]


def seed_of(*digests: str) -> int:
    """The seed of one seal's digest, or of several together.

    Examples
    --------
    >>> seed_of("0" * 64)
    3946392726108542695
    """
    text = PREFIX + ",".join(sorted(set(digests)))
    return int.from_bytes(hashlib.sha256(text.encode("ascii")).digest()[:8], "big") >> 1


def _sealed(book: Any) -> bool:
    from .seals import SealedBook

    return isinstance(book, SealedBook)


def _refused(book: Any) -> BookError:
    message = (
        f"'{book.id}' is not under seal, so there is nothing from which a seed could be drawn that nobody chose; seal "
        "it (book.seal(...)) and simulate what that gives, or name a seed as a number"
    )
    return BookError("no seal to draw a seed from", [{"code": "unsealed", "path": "/seed", "message": message}])


def opened(book: Any, seed: Any) -> Opened:
    """The book itself, and its seed as a number.

    Raises
    ------
    BookError
        The seed is to be drawn from the seal of a book that is not sealed.
    """
    from .book import Book

    if isinstance(book, Book):
        if seed == SEALED or isinstance(seed, SeedDraw):
            raise _refused(book)
        return Opened(book, seed, None, ())
    if not _sealed(book):
        raise TypeError(f"book: found {type(book).__name__}, expected a Book or a SealedBook")
    if isinstance(seed, SeedDraw):
        return _drawn_together(book, seed)
    if seed != SEALED:
        return Opened(book.book, seed, book.edition, ())
    drawn: int = book.seed()
    message = (
        f"seed {drawn} is drawn from the seal {book.short} (SHA-256 of '{PREFIX}' and its digest); whoever sealed "
        "could have sealed again for another one, which openbook.seed_draw rules out"
    )
    return Opened(book.book, drawn, book.edition, ({"code": "sealed-seed", "path": "", "message": message},))


def _drawn_together(book: Any, draw: SeedDraw) -> Opened:
    """The book with the seed that its parties drew for this very seal."""
    if draw.seal != book.digest:
        message = f"the seed was drawn for the seal {draw.short}, this book's is {book.short}"
        raise BookError("another seal's seed", [{"code": "other-book", "path": "/seed", "message": message}])
    drawn = draw.seed()
    message = f"seed {drawn} was drawn together for the seal {book.short}; SeedDraw.choosers says who could choose"
    return Opened(book.book, drawn, book.edition, ({"code": "agreed-seed", "path": "", "message": message},))


def seed_of_all(books: Iterable[Any], seed: Any) -> Any:
    """The seed of several books: as named, or drawn from all their seals together.

    Raises
    ------
    BookError
        One of them is not sealed.
    """
    if isinstance(seed, SeedDraw):
        each = [opened(book, seed).seed for book in books]
        return each[0]
    if seed != SEALED:
        return seed
    digests = []
    for book in books:
        if not _sealed(book):
            raise _refused(book)
        digests.append(book.digest)
    return seed_of(*digests)
