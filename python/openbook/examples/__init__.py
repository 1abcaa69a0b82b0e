"""The books that ship with the package, one attribute each.

>>> from openbook import examples
>>> examples.mental_health_alliance().id
'mental_health_alliance'
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..book import Book

__all__ = ["book", "data", "manifest", "names", "path"]

_FOLDER = Path(__file__).parent


def names() -> tuple[str, ...]:
    """Names of the shipped books, in alphabetical order."""
    return tuple(sorted(folder.parent.name for folder in _FOLDER.glob("*/book.json")))


def path(name: str) -> Path:
    """Folder of a shipped book.

    Raises
    ------
    BookError
        There is no such book; the nearest are offered.
    """
    if name not in names():
        from .._values import nearest
        from ..errors import BookError

        message = f"no shipped book '{name}'{nearest(name, names())} There is {', '.join(names())}."
        raise BookError(f"no shipped book '{name}'", [{"code": "unknown-example", "path": "", "message": message}])
    return _FOLDER / name


def book(name: str) -> Book:
    """A shipped book by name."""
    from ..book import Book

    return Book.read(path(name) / "book.json")


def data(name: str) -> Path:
    """The path of a shipped book's data (CSV).

    Raises
    ------
    BookError
        There is no such book, or it ships without data.
    """
    file = path(name) / "data.csv"
    if not file.exists():
        from ..errors import BookError

        raise BookError(
            f"'{name}' ships without data", [{"code": "no-data", "path": "", "message": "settle it with plan=True"}]
        )
    return file


def manifest(name: str) -> dict[str, Any]:
    """What a shipped book shows: `systems` (rows of the list of systems) and `golden` (figures that are checked)."""
    file = path(name) / "manifest.json"
    content: dict[str, Any] = {"systems": [], "golden": []}
    if file.exists():
        content |= json.loads(file.read_text(encoding="utf-8"))
    return content


def __getattr__(name: str) -> Callable[[], Book]:
    if not name.startswith("_") and (_FOLDER / name / "book.json").exists():
        return partial(book, name)
    raise AttributeError(f"no shipped book '{name}'; there is {', '.join(names())}")


def __dir__() -> list[str]:
    return sorted([*__all__, *names()])
