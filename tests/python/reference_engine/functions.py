"""Functions of the formula language that need nothing but their arguments. A missing value is None."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction as F
from math import ceil, floor
from typing import Any

Value = F | None


def nearest(x: F, step: F, mode: str = "half_away") -> F:
    steps = x / step
    low = floor(steps)
    over = steps - low
    if mode == "floor":
        return low * step
    if mode == "ceiling":
        return ceil(steps) * step
    if mode == "truncate":
        return int(steps) * step
    if over == F(1, 2):
        up = {"half_up": True, "half_even": low % 2 == 1, "half_away": steps > 0}[mode]
        return (low + up) * step
    return (low + (over > F(1, 2))) * step


def divided(a: F, b: F) -> Value:
    return a / b if b else None


PLAIN: dict[str, Callable[..., Value]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": divided,
    "negated": lambda a: -a,
    "min": min,
    "max": max,
    "clip": lambda x, low, high: min(max(x, low), high),
    "abs": abs,
    "positive": lambda x: max(x, F(0)),
    "negative": lambda x: max(-x, F(0)),
    "whole": lambda a, b: F(floor(a / b)) if b else None,
    "modulo": lambda a, b: a - b * floor(a / b) if b else None,
    "number": lambda x: x,
    "money": lambda x: x,
    "not": lambda a: F(not a),
    "<": lambda a, b: F(a < b),
    "<=": lambda a, b: F(a <= b),
    ">": lambda a, b: F(a > b),
    ">=": lambda a, b: F(a >= b),
    "==": lambda a, b: F(a == b),
    "!=": lambda a, b: F(a != b),
    "count": lambda *conditions: F(sum(1 for c in conditions if c)),
    "any": lambda *conditions: F(any(conditions)),
    "all": lambda *conditions: F(all(conditions)),
    "or": lambda a, b: F(bool(a or b)),
    "and": lambda a, b: F(bool(a and b)),
}
JUMPS = {"<", "<=", ">", ">=", "==", "!="}
STEPPED = {"whole", "modulo"}


def plain(name: str, values: list[Value]) -> Value:
    """Missing where an argument is."""
    given = [value for value in values if value is not None]
    return PLAIN[name](*given) if len(given) == len(values) else None


def aggregate(how: str, values: list[Value]) -> Value:
    """How the periods of a thing make up a longer one."""
    given = [value for value in values if value is not None]
    if len(given) < len(values):
        return None
    ways: dict[str, Callable[[list[F]], F]] = {
        "sum": lambda found: sum(found, F(0)),
        "mean": lambda found: sum(found, F(0)) / len(found),
        "first": lambda found: found[0],
        "last": lambda found: found[-1],
        "minimum": min,
        "maximum": max,
    }
    return ways[how](given)


def on_curve(curve: dict[str, Any], points: list[tuple[F, F]], x: F) -> F:
    """Straight between points; two at one place are a jump, whose place belongs to the side that the curve names."""
    at_jump, below, above = (
        curve.get(key, default) for key, default in (("at_jump", "upper"), ("below", "clamp"), ("above", "clamp"))
    )
    here = [value for at, value in points if at == x]
    if here:
        return here[-1] if at_jump == "upper" else here[0]
    if x < points[0][0] and below == "clamp":
        return points[0][1]
    if x > points[-1][0] and above == "clamp":
        return points[-1][1]
    places = [at for at, _ in points]
    i = min(max(sum(1 for at in places if at < x) - 1, 0), len(points) - 2)
    (a, low), (b, high) = points[i], points[i + 1]
    return low + (high - low) * (x - a) / (b - a) if b > a else low
