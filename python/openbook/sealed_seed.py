"""A seed that nobody chose: drawn from what the parties sealed.

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
        if seed == SEALED:
            raise _refused(book)
        return Opened(book, seed, None, ())
    if not _sealed(book):
        raise TypeError(f"book: found {type(book).__name__}, expected a Book or a SealedBook")
    if seed != SEALED:
        return Opened(book.book, seed, book.edition, ())
    drawn: int = book.seed()
    message = (
        f"seed {drawn} is drawn from the seal {book.short} (SHA-256 of '{PREFIX}' and its digest); nobody chose it"
    )
    return Opened(book.book, drawn, book.edition, ({"code": "sealed-seed", "path": "", "message": message},))


def seed_of_all(books: Iterable[Any], seed: Any) -> Any:
    """The seed of several books: as named, or drawn from all their seals together.

    Raises
    ------
    BookError
        One of them is not sealed.
    """
    if seed != SEALED:
        return seed
    digests = []
    for book in books:
        if not _sealed(book):
            raise _refused(book)
        digests.append(book.digest)
    return seed_of(*digests)
