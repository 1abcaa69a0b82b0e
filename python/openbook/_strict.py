"""Strict reading of small JSON objects beside the book: every fault is collected, unknown keys are refused."""

from __future__ import annotations

from typing import Any

from ._json import Json
from ._values import nearest

__all__ = ["Fields"]

_NAMES = {str: "text", list: "a list", dict: "an object", int: "a whole number"}


class Fields:
    """Takes the fields of one object and remembers what was wrong.

    Parameters
    ----------
    data
        The JSON value.
    path
        Where it stands.
    problems
        The faults found so far; new ones are appended.
    """

    def __init__(self, data: Json, path: str, problems: list[dict[str, str]]) -> None:
        self.path = path
        self.problems = problems
        self.known: list[str] = []
        self.data: dict[str, Any] = {}
        if isinstance(data, dict):
            self.data = data
        else:
            self.fault("wrong-type", path, f"found {data!r}, expected an object")

    def fault(self, code: str, path: str, message: str) -> None:
        self.problems.append({"code": code, "path": path, "message": message})

    def _take(self, key: str, kind: type, default: Any) -> Any:
        self.known.append(key)
        value = self.data.get(key)
        if value is None and default is not None:
            return default
        if value is None:
            self.fault("missing-key", f"{self.path}/{key}", f'"{key}" is missing, expected {_NAMES[kind]}')
        elif not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fault("wrong-type", f"{self.path}/{key}", f"found {value!r}, expected {_NAMES[kind]}")
        else:
            return value
        return kind()

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without `default` it must be there."""
        return str(self._take(key, str, default))

    def texts(self, *keys: str) -> None:
        """Texts that must be there."""
        for key in keys:
            self.text(key)

    def whole(self, key: str) -> int:
        """A whole number that must be there."""
        return int(self._take(key, int, None))

    def items(self, key: str, default: list[Json] | None = None) -> list[Json]:
        """A list; without `default` it must be there."""
        return list(self._take(key, list, default))

    def mapping(self, key: str, default: dict[str, Json] | None = None) -> dict[str, Json]:
        """An object; without `default` it must be there."""
        return dict(self._take(key, dict, default))

    def optional(self, key: str) -> Json:
        """Whatever stands there; None where nothing does."""
        self.known.append(key)
        return self.data.get(key)

    def format(self, expected: str, what: str) -> None:
        """The key "format" must say what this is."""
        self.known.append("format")
        found = self.data.get("format")
        if self.data and found != expected:
            self.fault("wrong-format", f"{self.path}/format", f'found {found!r}, expected "{expected}": {what}')

    def done(self) -> None:
        """Refuses the keys that were not taken."""
        for key in self.data:
            if key not in self.known:
                message = f'the key "{key}" is unknown; expected one of {", ".join(self.known)}'
                self.fault("unknown-key", f"{self.path}/{key}", message + nearest(key, self.known))
