"""What is asked of the core, put into its JSON form."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._json import Json, dumps, loads
from ._processors import available
from ._values import Value, nearest, plain
from .errors import BookError, LimitError

if TYPE_CHECKING:
    from .book import Book

__all__ = ["ShockList", "request_text", "shock_list", "texts", "thread_count", "whole"]

# One shock as the core reads it.
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


def _value_text(value: Json) -> str:
    if isinstance(value, dict):
        value = value.get("value", "")
    return value if isinstance(value, str) else dumps(value)


def _shock(given: Any) -> dict[str, Json]:
    data = plain(given)
    if not isinstance(data, dict):
        message = f"found {given!r}, expected a shock: on, action, value, starts, ends"
        raise BookError("not a shock", [{"code": "wrong-type", "path": "", "message": message}])
    from .model import Shock

    checked = data if isinstance(given, Value) else plain(Shock.from_json(data))
    shock = {
        "on": checked["on"],
        "action": checked.get("action", "scale"),
        "value": _value_text(checked.get("value", "")),
    }
    shock.update({key: checked[key] for key in ("starts", "ends") if checked.get(key)})
    return shock


def _scenario(book: Book, name: str) -> ShockList:
    for scenario in book.scenarios:
        if name in (scenario.id, scenario.name):
            return [_shock(shock) for shock in scenario.shocks]
    names = [scenario.id for scenario in book.scenarios]
    message = f"no scenario '{name}'{nearest(name, names)} The book has {', '.join(names) or 'none'}."
    raise BookError(f"no scenario '{name}'", [{"code": "unknown-scenario", "path": "/scenarios", "message": message}])


def shock_list(book: Book, given: Any) -> ShockList:
    """Shocks for the core, from a scenario's name, a `Scenario`, one shock, or a list of any of these."""
    if given is None:
        return []
    if isinstance(given, str):
        return _scenario(book, given)
    if isinstance(given, Value) and given._record == "scenario":
        return [_shock(shock) for shock in given.shocks]  # type: ignore[attr-defined]
    if isinstance(given, Mapping) and "shocks" in given:
        return [_shock(shock) for shock in given["shocks"]]
    if isinstance(given, (Value, Mapping)):
        return [_shock(given)]
    if isinstance(given, Iterable):
        return [shock for item in given for shock in shock_list(book, item)]
    return [_shock(given)]


def read_shocks(path: str | Path) -> Json:
    """Shocks from a JSON file: a list of shocks, or an object from names to lists of shocks."""
    return loads(Path(path).read_bytes())


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
