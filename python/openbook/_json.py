"""JSON with exact decimals: numbers keep the digits they were written with, NaN and infinities are refused."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

from .errors import BookError

__all__ = ["Json", "decimal_text", "dumps", "loads"]

# A JSON value: None, bool, int, Decimal, str, list or dict of them.
Json = Any


def decimal_text(value: Decimal | float | int) -> str:
    """Plain decimal text without exponent; a float gives its shortest decimal.

    >>> decimal_text(0.1), decimal_text(1e-7), decimal_text(Decimal("2.50")), decimal_text(3)
    ('0.1', '0.0000001', '2.50', '3')
    """
    if isinstance(value, bool):
        raise TypeError(f"expected a number, found {value!r}")
    if isinstance(value, int):
        return str(value)
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    if not exact.is_finite():
        raise ValueError(f"expected a finite number, found {value!r}")
    text = format(exact, "f")
    if isinstance(value, float) and text.endswith(".0"):
        return text[:-2]
    return text


def _refuse(constant: str) -> Json:
    raise ValueError(f"{constant} is not a number")


def loads(text: str | bytes) -> Json:
    """Read JSON; numbers with a point or an exponent become `Decimal`."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise BookError("not valid JSON", [{"code": "malformed", "path": "", "message": reason}]) from None


def dumps(value: Json, *, indent: int | None = None) -> str:
    """Write JSON; compact without `indent`. Decimals are written as numbers with all their digits."""
    try:
        separators = (",", ":") if indent is None else None
        return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)
    except TypeError:  # decimals and read-only mappings, which the standard library does not write
        return _write(value, indent, 0)


def _write(value: Json, indent: int | None, level: int) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, (int, Decimal)):
        return decimal_text(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value!r} is not a finite number")
        return decimal_text(value)
    if isinstance(value, Mapping):
        gap = "" if indent is None else " "
        items = [f"{encode_basestring(str(key))}:{gap}{_write(item, indent, level + 1)}" for key, item in value.items()]
        return _joined("{", items, "}", indent, level)
    if isinstance(value, (list, tuple)):
        return _joined("[", [_write(item, indent, level + 1) for item in value], "]", indent, level)
    raise TypeError(f"{type(value).__name__} {value!r} has no JSON form")


def _joined(start: str, items: list[str], end: str, indent: int | None, level: int) -> str:
    if indent is None or not items:
        return start + ",".join(items) + end
    space = "\n" + " " * indent * (level + 1)
    return start + space + ("," + space).join(items) + "\n" + " " * indent * level + end
