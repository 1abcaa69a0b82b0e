"""What is asked of the core, put into its JSON form."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._json import Json, dumps
from ._processors import available
from .errors import LimitError

if TYPE_CHECKING:
    from .book import Book

__all__ = ["ShockList", "request_text", "shock_list", "texts", "thread_count", "whole"]

# Shocks as the document writes them.
ShockList = list[dict[str, Json]]

MOST_THREADS = 1024


def request_text(request: Mapping[str, Any]) -> str:
    """A request as the core reads it, inputs last: what is long and stands first is copied as more is read."""
    small = {name: value for name, value in request.items() if name != "inputs"}
    return dumps(small | {name: value for name, value in request.items() if name == "inputs"})


def texts(given: Mapping[str, Any] | None) -> dict[str, str]:
    """A mapping of names to names."""
    return {str(key): str(value) for key, value in (given or {}).items()}


def whole(name: str, value: Any, low: int, high: int) -> int:
    """A whole number within bounds.

    Raises
    ------
    LimitError
        It is not a whole number, or out of bounds.
    """
    if isinstance(value, bool) or not hasattr(value, "__index__") or not low <= value.__index__() <= high:
        message = f"{name}: found {value!r}, expected a whole number from {low:,} to {high:,}"
        raise LimitError(f"{name} is out of bounds", [{"code": "out-of-range", "path": f"/{name}", "message": message}])
    return int(value.__index__())


def shock_list(book: Book, given: Any) -> ShockList:
    """The shocks of whatever was given, in order and in the document's words; scenarios and sets are opened."""
    from .scenarios.naming import cases

    found = [] if given is None else [shock.to_dict() for case in cases(book, given) for shock in case.shocks]
    return [{"action": "scale", **shock} for shock in found]


def thread_count(threads: int | None) -> int:
    """How many threads to use: as told, else as ``OPENBOOK_THREADS`` says, else as many as this process may use.

    Raises
    ------
    LimitError
        What was told is no whole number from 1 to 1,024.
    """
    if threads is not None:
        return whole("threads", threads, 1, MOST_THREADS)
    told = os.environ.get("OPENBOOK_THREADS", "").strip()
    if told:
        number = int(told) if told.isascii() and told.isdigit() else told
        return whole("OPENBOOK_THREADS", number, 1, MOST_THREADS)
    return min(available(), MOST_THREADS)
