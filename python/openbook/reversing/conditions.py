"""A condition over results as a limit-state function: at most zero exactly where the condition holds.

A comparison a < b becomes a - b; "and" takes the largest, "or" the smallest of its parts. Where the comparison is
strict and both sides are equal, the margin is the smallest number above zero, so that the sign says to the last bit
whether the condition holds.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from ..drawn import HALF_A_PENNY
from ..errors import BookError
from .formulas import (
    Graph,
    Period,
    asked_periods,
    label,
    number_in,
    parsed,
    periods_in,
    text_of,
    without_periods,
)
from .normal import Floats

__all__ = ["Asked", "Condition"]

#: The smallest number above zero: just not holding.
HAIR = 5e-324

_FLIPPED = {
    "less": "greater_equal", "less_equal": "greater", "greater": "less_equal", "greater_equal": "less",
    "equal": "not_equal", "not_equal": "equal",
}  # fmt: skip
_SYMBOLS = {
    "less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=", "equal": "==", "not_equal": "!=",
}  # fmt: skip
_ARITHMETIC: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "negate": lambda a: -a,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A formula without a named period, and the period in which it is asked."""

    formula: str
    period: Period


@dataclass(frozen=True, slots=True)
class _Value:
    """One side of a comparison: a formula in a period, a number, or arithmetic over several of them."""

    asked: Asked | None = None
    number: Fraction | None = None
    function: str = ""
    operands: tuple[_Value, ...] = ()

    def of(self, values: Mapping[Asked, Any], exact: bool) -> Any:
        if self.asked is not None:
            return values[self.asked]
        if self.number is not None:
            return self.number if exact else float(self.number)
        return _ARITHMETIC[self.function](*(part.of(values, exact) for part in self.operands))

    def everything(self) -> Iterator[Asked]:
        if self.asked is not None:
            yield self.asked
        for part in self.operands:
            yield from part.everything()


@dataclass(frozen=True, slots=True)
class Test:
    """A comparison in one period, or a formula that is true or false.

    Attributes
    ----------
    words
        How it reads.
    sign
        The comparison's name; "" of a formula that is true or false, which `left` is.
    negated
        Of a formula: whether it must be false.
    truth
        The whole comparison as one formula, where both sides are asked in one period: the engine's own judgement.
    slack
        Differences smaller than this are none: half a penny between amounts of money, which in the lanes are off by the
        last bits of a sum and in a settlement are whole pennies.
    """

    words: str
    left: _Value
    right: _Value | None = None
    sign: str = ""
    negated: bool = False
    truth: Asked | None = None
    slack: float = 0.0

    def gap(self, values: Mapping[Asked, Floats]) -> Floats:
        """One side less the other, the smaller of which the comparison asks for; without slack or strictness."""
        left = self.left.of(values, False)
        if self.right is None:
            return np.asarray(left - 0.5 if self.negated else 0.5 - left, dtype=np.float64)
        right = self.right.of(values, False)
        with np.errstate(invalid="ignore"):
            gap = np.asarray(left - right if self.sign.startswith("less") else right - left, dtype=np.float64)
        return np.where((gap != gap) & (np.asarray(left) == np.asarray(right)), 0.0, gap)  # infinite on both sides

    def margin(self, values: Mapping[Asked, Floats]) -> Floats:
        """g: at most zero where the comparison holds."""
        gap, slack = self.gap(values), self.slack
        if self.sign in ("less", "greater"):
            gap = gap + slack if slack else np.where(gap == 0, HAIR, gap)
        elif self.sign in ("less_equal", "greater_equal") and slack:
            gap = np.where(gap == slack, HAIR, gap - slack)
        elif self.sign == "equal":
            gap = np.abs(gap) - slack
        elif self.sign == "not_equal":
            gap = slack - np.abs(gap) if slack else np.where(gap == 0, HAIR, -np.abs(gap))
        return np.where(np.isnan(gap), np.inf, gap)

    def holds(self, values: Mapping[Asked, Fraction | None]) -> bool:
        """Exactly; what is missing does not hold."""
        if self.truth is not None and self.truth in values:
            return bool(values[self.truth])
        if any(values[one] is None for side in (self.left, self.right) if side for one in side.everything()):
            return False
        left = self.left.of(values, True)
        if self.right is None:
            return bool((left == 0) if self.negated else (left != 0))
        right = self.right.of(values, True)
        return bool(
            {
                "less": left < right, "less_equal": left <= right, "greater": left > right,
                "greater_equal": left >= right, "equal": left == right, "not_equal": left != right,
            }[self.sign]
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Join:
    """Several conditions: all of them, or at least one."""

    every: bool
    parts: tuple[Test | Join, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition over the results of a book.

    Attributes
    ----------
    text
        As it was written.
    words
        With the periods in which it is asked.
    root
        Comparisons joined by "and" and "or".
    periods
        The periods in which it is asked as a whole; it holds where it holds in one of them (or in all, by `when`).
    """

    text: str
    words: str
    root: Test | Join
    periods: tuple[Period, ...]

    @classmethod
    def of(
        cls,
        text: str,
        calendar: Any,
        *,
        own: Mapping[str, str] | None = None,
        every: str | None = None,
        period: int | str | None = None,
        when: Literal["any", "all"] = "any",
    ) -> Condition:
        """Read a condition.

        Parameters
        ----------
        text
            A formula of the language that is true or false. Where it names a calendar, as ``position('trust', 'year')``
            does, a label of one period may stand in its place: 'year 2', 'month 7', '2016-04', '2016/17'.
        calendar
            Of the book.
        own
            The calendars of the book's inputs and quantities by id.
        every
            In the periods of which calendar it is asked; by default the shortest that it names or that what it names
            has, else the term.
        period
            In which one of them, by number from 1 or label; by default the one that it names if that is one, else all.
        when
            Asked in several periods: "any", it holds where it holds in one of them; "all", in every one.

        Raises
        ------
        BookError
            It is no formula, is not true or false, or names a period that the book does not have.
        """
        if when not in ("any", "all"):
            raise ValueError(f"when: found {when!r}, expected 'any' or 'all'")
        graph = parsed(text)
        named = periods_in(graph, calendar)
        asked = asked_periods(graph, named, calendar, own or {}, every, period)
        parts = tuple(_tree(graph, calendar, one, False) for one in asked)
        root = parts[0] if len(parts) == 1 else Join(when == "all", parts)
        if not any(
            True for test in _tests(root) for side in (test.left, test.right) if side for _ in side.everything()
        ):
            message = f"'{text}' asks for nothing of the book; expected a comparison of results"
            raise BookError("not a condition", [{"code": "type", "path": "/condition", "message": message}])
        shown = ", ".join(label(one, calendar) for one in asked)
        if len(asked) > 1:
            shown = f"{'any' if when == 'any' else 'every'} {asked[0].every.replace('_', ' ')}"
        loose = any(not periods_in(one, calendar) for one in _sides(graph))
        return cls(text, f"{text} ({shown})" if loose and shown != "term" else text, root, asked)

    def asked(self) -> tuple[Asked, ...]:
        """Every formula and period that must be known to judge it, each once."""
        found: dict[Asked, None] = {}
        for test in self.tests():
            for side in (test.left, test.right):
                if side is not None:
                    found |= dict.fromkeys(side.everything())
        return tuple(found)

    def truths(self) -> tuple[Asked, ...]:
        """The comparisons that the engine can judge by itself, each once."""
        return tuple(dict.fromkeys(test.truth for test in self.tests() if test.truth is not None))

    def tests(self) -> tuple[Test, ...]:
        """The comparisons, in their order."""
        return tuple(_tests(self.root))

    def to_the_penny(self, money: Container[str]) -> Condition:
        """The condition with half a penny of slack in comparisons of these formulas, which give amounts of money."""

        def slackened(node: Test | Join) -> Test | Join:
            if isinstance(node, Join):
                return replace(node, parts=tuple(slackened(part) for part in node.parts))
            sides = [side for side in (node.left, node.right) if side is not None]
            pounds = any(one.formula in money for side in sides for one in side.everything())
            return replace(node, slack=HALF_A_PENNY) if pounds and node.sign else node

        return replace(self, root=slackened(self.root))

    def legs(self) -> tuple[Test | Join, ...]:
        """The alternatives of which one suffices."""
        return self.root.parts if isinstance(self.root, Join) and not self.root.every else (self.root,)

    def scales(self, values: Mapping[Asked, Floats]) -> dict[Test, float]:
        """A usual size of each comparison's margin: what one of pounds and one of visits are measured by."""
        found = {}
        for test in self.tests():
            margins = test.margin(values)
            margins = margins[np.isfinite(margins)]
            spread = float(margins.std()) if margins.size else 0.0
            found[test] = spread if spread > 0 else float(np.abs(margins).max(initial=0.0)) or 1.0
        return found

    def margin(self, values: Mapping[Asked, Floats], scales: Mapping[Test, float] | None = None) -> Floats:
        """g: at most zero exactly where it holds; in the units of `scales`, which move no sign."""
        return _margin(self.root, values, scales or {})

    def leg_margins(self, values: Mapping[Asked, Floats], scales: Mapping[Test, float] | None = None) -> Floats:
        """g of each alternative, [alternatives, n]."""
        return np.array([_margin(leg, values, scales or {}) for leg in self.legs()])

    def holds(self, values: Mapping[Asked, Fraction | None]) -> bool:
        """Whether it holds on exact values; a comparison with what is missing does not hold."""
        return _holds(self.root, values)


# -- taking a formula apart -------------------------------------------------------------------------------------------


def _sides(graph: Graph) -> Iterator[Graph]:
    function = graph.get("function", "")
    if function in ("and", "or", "not", "any", "all", *_SYMBOLS):
        for part in graph["operands"]:
            yield from _sides(part)
    elif number_in(graph) is None and "truth" not in graph:
        yield graph


def _tree(graph: Graph, calendar: Any, period: Period, negated: bool) -> Test | Join:
    function = graph.get("function", "")
    if function == "not":
        return _tree(graph["operands"][0], calendar, period, not negated)
    if function in ("and", "or", "all", "any"):
        every = (function in ("and", "all")) != negated
        return Join(every, tuple(_tree(part, calendar, period, negated) for part in graph["operands"]))
    if function in _SYMBOLS:
        sign = _FLIPPED[function] if negated else function
        sides = graph["operands"]
        words = f"{text_of(sides[0])} {_SYMBOLS[sign]} {text_of(sides[1])}"
        left, right = (_side(side, calendar, period) for side in sides)
        asked = {side.asked.period if side.asked else None for side in (left, right) if side.number is None}
        single = next(iter(asked)) if len(asked) == 1 else None
        plain = {"function": sign, "operands": [without_periods(side, calendar) for side in sides]}
        return Test(words, left, right, sign, truth=Asked(text_of(plain), single) if single else None)
    words = f"not {text_of(graph)}" if negated else text_of(graph)
    return Test(words, _side(graph, calendar, period), None, "", negated)


def _side(graph: Graph, calendar: Any, period: Period) -> _Value:
    number = number_in(graph)
    if number is not None:
        return _Value(number=number)
    named = periods_in(graph, calendar)
    if not named:
        return _Value(asked=Asked(text_of(graph), period))
    if len(named) == 1:
        return _Value(asked=Asked(text_of(without_periods(graph, calendar)), next(iter(named))))
    function = str(graph.get("function", ""))
    if function not in _ARITHMETIC or not graph["operands"]:
        message = f"'{text_of(graph)}' names several periods inside {function}(...); they may meet in + - * / only"
        raise BookError("not a condition", [{"code": "several-periods", "path": "/condition", "message": message}])
    return _Value(function=function, operands=tuple(_side(part, calendar, period) for part in graph["operands"]))


def _tests(node: Test | Join) -> Iterator[Test]:
    if isinstance(node, Test):
        yield node
    else:
        for part in node.parts:
            yield from _tests(part)


def _margin(node: Test | Join, values: Mapping[Asked, Floats], scales: Mapping[Test, float]) -> Floats:
    if isinstance(node, Test):
        margins = node.margin(values)
        scale = scales.get(node, 1.0)
        if scale == 1.0:
            return margins
        with np.errstate(under="ignore"):
            scaled = margins / scale
        return np.where((scaled == 0) & (margins > 0), HAIR, scaled)
    parts: Sequence[Floats] = [_margin(part, values, scales) for part in node.parts]
    joined = np.maximum if node.every else np.minimum
    result = parts[0]
    for part in parts[1:]:
        result = joined(result, part)
    return result


def _holds(node: Test | Join, values: Mapping[Asked, Fraction | None]) -> bool:
    if isinstance(node, Test):
        return node.holds(values)
    judged = (_holds(part, values) for part in node.parts)
    return all(judged) if node.every else any(judged)
