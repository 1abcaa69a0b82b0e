"""Functions of the formula language that need nothing but their arguments. A missing value is None."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction as F
from math import ceil, floor
from typing import Any

from .values import NO_LIMIT, Word

Value = Any  # a fraction, a name, NO_LIMIT, members, or None where it is missing


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


def ordered(a: Any, b: Any) -> tuple[Any, Any]:
    """Two things that are compared: names by their place in the list."""
    order = getattr(a, "order", ()) or getattr(b, "order", ())
    if isinstance(a, str) and order:
        return order.index(a), order.index(b)
    return a, b


def furthest(choose: Callable[..., Any], values: tuple[Any, ...]) -> Any:
    order: tuple[str, ...] = next((v.order for v in values if isinstance(v, Word) and v.order), ())
    return choose(values, key=order.index) if order else choose(values)


PLAIN: dict[str, Callable[..., Value]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": divided,
    "negated": lambda a: -a,
    "min": lambda *values: furthest(min, values),
    "max": lambda *values: furthest(max, values),
    "clip": lambda x, low, high: min(x if low == NO_LIMIT else max(x, low), high),
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
}
# What one condition decides, whatever the others are.
DECIDED = {"any": True, "or": True, "all": False, "and": False}
UNBOUNDED = {"min", "max", "clip", "<", "<=", ">", ">=", "==", "!="}
ADDED = {"+", "-", "<", "<=", ">", ">=", "==", "!=", "min", "max", "clip"}
JUMPS = {"<", "<=", ">", ">=", "==", "!="}
STEPPED = {"whole", "modulo"}


def plain(name: str, values: list[Value]) -> Value:
    """Missing where an argument is; but a condition may decide alone."""
    if name in DECIDED:
        if any(value is not None and bool(value) == DECIDED[name] for value in values):
            return F(DECIDED[name])
        return None if None in values else F(not DECIDED[name])
    if None in values:
        return None
    if name not in UNBOUNDED and any(value is NO_LIMIT for value in values):
        return None
    if name in JUMPS:
        values = list(ordered(*values))
    return PLAIN[name](*values)


def aggregate(how: str, values: list[Value]) -> Value:
    """How the periods of a thing make up a longer one; of the first or the last alone the others do not matter."""
    if None in (values[:1] if how == "first" else values[-1:] if how == "last" else values):
        return None
    ways: dict[str, Callable[[list[F]], F]] = {
        "sum": lambda found: sum(found, F(0)),
        "mean": lambda found: sum(found, F(0)) / len(found),
        "first": lambda found: found[0],
        "last": lambda found: found[-1],
        "minimum": min,
        "maximum": max,
    }
    return ways[how](values)


def on_curve(curve: dict[str, Any], points: list[tuple[F, F]], x: F) -> Value:
    """Straight between points; two at one place are a jump, whose place belongs to the side that the curve names."""
    at_jump, below, above = (
        curve.get(key, default) for key, default in (("at_jump", "upper"), ("below", "clamp"), ("above", "clamp"))
    )
    here = [value for at, value in points if at == x]
    if here:
        return here[-1] if at_jump == "upper" else here[0]
    if x < points[0][0] and below != "extend":
        return points[0][1] if below == "clamp" else None
    if x > points[-1][0] and above != "extend":
        return points[-1][1] if above == "clamp" else None
    places = [at for at, _ in points]
    i = min(max(sum(1 for at in places if at < x) - 1, 0), len(points) - 2)
    (a, low), (b, high) = points[i], points[i + 1]
    return low + (high - low) * (x - a) / (b - a) if b > a else low


def inverted(points: list[tuple[F, F]], curve: dict[str, Any], y: F) -> Value:
    """Where a curve that rises or falls all the way has a value; beyond its ends as the curve says."""
    ends = curve.get("below", "clamp"), curve.get("above", "clamp")
    if points[0][1] > points[-1][1]:
        ends = ends[::-1]
    return on_curve(dict(zip(("below", "above"), ends, strict=True)), sorted((value, at) for at, value in points), y)
