"""What a document is held against: the schema, the faults that reading and compiling find, and another document."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _json
from .errors import BookError, Problem
from .table import Column, Schema, Table
from .wording import speaking

if TYPE_CHECKING:
    from .book import Book

__all__ = ["diff", "schema", "validate"]

CHANGES = Schema(
    "openbook.changes", 1, (Column("path"), Column("what"), Column("before"), Column("after"), Column("words"))
)


def validate(source: Book | str | Path | bytes | Mapping[str, Any]) -> tuple[Problem, ...]:
    """Every fault of a document, or nothing when it is a valid book.

    A valid book compiles: units and dimensions fit, nothing needs itself. Of a clause whose reading is not chosen the
    first reading is compiled.

    Parameters
    ----------
    source
        As for `read_book`.

    Examples
    --------
    >>> [problem.path for problem in validate('{"format": 1, "id": "x", "calender": {}}')][:1] != []
    True
    """
    from . import _core, queries
    from .book import Book, read_book

    try:
        book = source if isinstance(source, Book) else read_book(source)
        undecided = {
            item.id: item.readings[0].name
            for _, item, _ in queries.clauses(book)
            if item.readings and not (item.reading or item.provisional)
        }
        with speaking(book._data):
            _core.compile_check(book._core, _json.dumps({"readings": undecided}))
    except BookError as error:
        return error.problems or (Problem("book", "", error.summary),)
    return ()


def diff(a: Book, b: Book) -> Table:
    """What changed from one book to another.

    Returns
    -------
    Table
        Columns path, what (added, removed, changed), before, after, words.

    Examples
    --------
    >>> from openbook import read_book
    >>> small = read_book('{"format": 1, "id": "small", "title": "A", "calendar": {"start": "2024-04", "months": 12}}')
    >>> len(diff(small, small)), len(diff(small, small.replace(title="B")))
    (0, 1)
    """
    from . import _core

    rows = [
        {key: value if isinstance(value, str) or value is None else _json.dumps(value) for key, value in row.items()}
        for row in _json.loads(_core.diff(a._core, b._core))
    ]
    return Table.of_rows(f"Changes from {a.id} to {b.id}", CHANGES, rows, private_to=a.private_to or b.private_to)


def schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    from . import _core

    return dict(_json.loads(_core.json_schema()))
