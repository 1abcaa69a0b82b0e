"""Which books a run has, each under a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..book import Book, read_book
from ..errors import BookError

__all__ = ["Books", "NamedBook", "named_books"]

# One book, or where it can be read.
OneBook = Book | str | Path | bytes | Mapping[str, Any]
Books = Mapping[str, OneBook] | Iterable[Book | str | Path] | Book | str | Path


@dataclass(frozen=True, slots=True)
class NamedBook:
    """A book of a run, not read yet where a file is given."""

    name: str
    given: OneBook

    def load(self) -> Book:
        """The book.

        Raises
        ------
        BookError
            It is not valid, or its file cannot be read.
        """
        if isinstance(self.given, Book):
            return self.given
        try:
            return read_book(self.given)
        except OSError as error:
            message = f"{error.strerror or error}; expected a book as a JSON file"
            problem = {"code": "unreadable-file", "path": str(self.given), "message": message}
            raise BookError("the book cannot be read", [problem]) from None


def named_books(books: Books) -> tuple[NamedBook, ...]:
    """The books of a run in their order: names from a mapping, ids of books, names of files without their ending.

    Raises
    ------
    BookError
        There is none, a folder is not there, or several have one name.
    """
    if isinstance(books, Mapping):
        found = [NamedBook(str(name), given) for name, given in books.items()]
    else:
        listed = [books] if isinstance(books, (Book, str, Path)) else books
        found = [book for given in listed for book in _of_one(given)]
    if not found:
        message = f"found none in {books!r}, expected books, their files (.json), or a folder of such files"
        raise BookError("no books", [{"code": "no-books", "path": "", "message": message}])
    names = [book.name for book in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        problems = [
            {
                "code": "duplicate-book",
                "path": "",
                "message": f"{names.count(name)} books are called '{name}'; give a mapping from names to books",
            }
            for name in twice
        ]
        raise BookError("several books have one name", problems)
    return tuple(found)


def _of_one(given: Any) -> list[NamedBook]:
    if isinstance(given, Book):
        return [NamedBook(given.id, given)]
    if not isinstance(given, (str, Path)):
        message = f"found {type(given).__name__} {given!r}, expected a book or the path of one"
        raise BookError("not a book", [{"code": "wrong-type", "path": "", "message": message}])
    path = Path(given)
    if path.is_dir():
        files = sorted(file for file in path.glob("*.json") if not file.name.startswith("."))
        return [NamedBook(file.stem, file) for file in files]
    return [NamedBook(path.stem, path)]
