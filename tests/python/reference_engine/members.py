"""Functions over the members of a dimension: sums, places, scans, parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction as F
from itertools import accumulate
from math import ceil, floor
from typing import Any

from .functions import furthest, nearest, ordered
from .values import NO_LIMIT, given

Values = Sequence[Any]


def product(values: Values) -> F:
    whole = F(1)
    for value in values:
        whole *= value
    return whole


# Over no members at all: a sum of nothing is zero, a product one, and there is no largest of nothing.
TOGETHER: dict[str, Callable[[Values], Any]] = {
    "median": lambda values: median(values),
    "sum": lambda values: sum(values, F(0)),
    "product": product,
    "mean": lambda values: sum(values, F(0)) / len(values) if values else None,
    "largest": lambda values: furthest(max, tuple(values)) if values else None,
    "smallest": lambda values: furthest(min, tuple(values)) if values else None,
}


def together(how: str, values: Values) -> Any:
    """One value of all; missing where one of them is."""
    return None if None in values else TOGETHER[how](values)


def decided(conditions: Values, by: bool) -> Any:
    """Whether one holds, or all do; what is missing may not matter."""
    if any(value is not None and bool(value) == by for value in conditions):
        return F(by)
    return None if None in conditions else F(not by)


def weighted_mean(values: Values, weights: Values) -> Any:
    if None in values or None in weights or not sum(weights):
        return None
    return sum((v * w for v, w in zip(values, weights, strict=True)), F(0)) / sum(weights)


def median(values: Values) -> Any:
    if None in values or not values:
        return None
    middle, ascending = len(values) // 2, sorted(values)
    return ascending[middle] if len(values) % 2 else (ascending[middle - 1] + ascending[middle]) / 2


def quantile(values: Values, p: F, rule: str = "inclusive") -> Any:
    if None in values or p is None or not values or not 0 <= p <= 1:
        return None
    ascending, count = sorted(values), len(values)
    if rule == "nearest":
        return ascending[max(ceil(p * count), 1) - 1]
    place = (p * (count - 1)) if rule == "inclusive" else (p * (count + 1) - 1)
    place = min(max(place, F(0)), F(count - 1))
    low = floor(place)
    high = min(low + 1, count - 1)
    return ascending[low] + (place - low) * (ascending[high] - ascending[low])


def variance(values: Values, rule: str) -> Any:
    less = int(rule == "sample")
    if None in values or len(values) <= less:
        return None
    middle = sum(values, F(0)) / len(values)
    return sum(((value - middle) ** 2 for value in values), F(0)) / (len(values) - less)


def slope(y: Values, x: Values, weight: Values | None = None) -> Any:
    weight = [F(1)] * len(y) if weight is None else weight
    if None in y or None in x or None in weight or not sum(weight):
        return None
    across = sum((w * v for w, v in zip(weight, x, strict=True)), F(0)) / sum(weight)
    up = sum((w * v for w, v in zip(weight, y, strict=True)), F(0)) / sum(weight)
    below = sum((w * (v - across) ** 2 for w, v in zip(weight, x, strict=True)), F(0))
    above = sum((w * (v - across) * (u - up) for w, v, u in zip(weight, x, y, strict=True)), F(0))
    return above / below if below else None


def rank(values: Values, way: str = "descending", ties: str = "best") -> list[Any]:
    found: list[Any] = []
    for i, value in enumerate(values):
        if value is None:
            found.append(None)
            continue
        others = [v for v in given(values)]
        before = sum(1 for v in others if (v > value if way == "descending" else v < value))
        same = sum(1 for v in others if v == value)
        earlier = sum(1 for v in values[:i] if v == value)
        found.append({"best": F(before + 1), "mean": before + F(same + 1, 2), "order": F(before + earlier + 1)}[ties])
    return found


def percentile_group(values: Values, groups: F) -> list[Any]:
    """Places in ascending order, ties in the members' order, cut into groups of one size."""
    places = rank(values, "ascending", "order")
    count = len(given(values))
    return [None if place is None else 1 + F(floor((place - 1) * groups / count)) for place in places]


def running(values: Values, way: str = "forwards", how: str = "sum") -> list[Any]:
    step: Callable[[Any, Any], Any] = {
        "sum": lambda a, b: a + b, "product": lambda a, b: a * b, "smallest": min, "largest": max,
    }[how]  # fmt: skip

    def joined(a: Any, b: Any) -> Any:
        return None if a is None or b is None else step(a, b)

    if way == "forwards":
        return list(accumulate(values, joined))
    return list(accumulate(reversed(values), joined))[::-1]


def not_above(a: Any, b: Any) -> bool:
    """Names by their place in the list."""
    low, high = ordered(a, b)
    return bool(low <= high)


def running_by(values: Values, order: Values) -> list[Any]:
    """A member without a place has no sum; those without a place count in no other's."""
    found: list[Any] = []
    for own in order:
        if own is None:
            found.append(None)
            continue
        up_to = [value for value, at in zip(values, order, strict=True) if at is not None and not_above(at, own)]
        found.append(None if None in up_to else sum(up_to, F(0)))
    return found


def kept_between(values: Values, lows: Values, highs: Values, starts: Values | None = None) -> list[Any]:
    """What stands after each member: what stood before and its own, kept between bounds where there are any."""
    found: list[Any] = []
    level = starts[0] if starts else F(0)
    for value, low, high in zip(values, lows, highs, strict=True):
        level = None if None in (level, value, low, high) else level + value
        if level is not None:
            level = level if low == NO_LIMIT else max(level, low)
            level = level if high == NO_LIMIT else min(level, high)
        found.append(level)
    return found


class Impossible(Exception):
    """Weights that cannot be: below zero, or all zero where the rule says that this is an error."""


def weights_by(rule: str, weights: Values) -> list[F]:
    if any(weight < 0 for weight in weights):
        raise Impossible("a weight below zero")
    if not sum(weights):
        if rule == "error":
            raise Impossible("all weights are zero")
        return [F(rule == "equal")] * len(weights)
    return list(weights)


def apportion(total: F, weights: Values, step: F | None = None, rule: str = "nothing") -> list[Any]:
    if total is None or None in weights:
        return [None] * len(weights)
    by = weights_by(rule if total else "nothing", weights)
    whole = sum(by)
    if not whole:
        return [F(0)] * len(by)
    exact = [total * weight / whole for weight in by]
    if step is None:
        return exact
    steps = nearest(total, step) / step
    parts = [steps * weight / whole for weight in by]
    down = [floor(part) for part in parts]
    order = sorted(range(len(by)), key=lambda i: (down[i] - parts[i], i))
    for i in order[: int(steps) - sum(down)]:
        down[i] += 1
    return [part * step for part in down]


def apportion_capped(total: F, weights: Values, caps: Values, rule: str = "nothing") -> list[Any]:
    """Those whose part would pass its cap get the cap; the rest goes round among the others."""
    if total is None or None in weights or None in caps:
        return [None] * len(weights)
    by = weights_by(rule if total else "nothing", weights)
    parts = [F(0)] * len(by)
    left, active = total, [i for i, weight in enumerate(by) if weight > 0]
    while active:
        whole = sum(by[i] for i in active)
        full = [i for i in active if left * by[i] / whole >= caps[i]]
        if not full:
            for i in active:
                parts[i] = left * by[i] / whole
            break
        for i in full:
            parts[i] = caps[i]
        left -= sum((caps[i] for i in full), F(0))
        active = [i for i in active if i not in full]
    return parts
