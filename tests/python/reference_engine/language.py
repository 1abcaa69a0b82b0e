"""What formulas say: operators, and the functions that ask for names, for time and for tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction as F
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from . import dates, members
from .formula import Tree, replaced
from .functions import ADDED, JUMPS, PLAIN, STEPPED, Value, inverted, nearest, on_curve, plain
from .groups import called
from .statistics import ROUNDED, exactly
from .tables import looked_up
from .units import scale_of
from .values import NO_LIMIT, Members, Word, given

if TYPE_CHECKING:
    from .engine import At, Engine

LITERAL = {"number": None, "money": F(1), "ratio": F(1), "points": F(1, 100), "text": None}
VALUES_OF: dict[str, Callable[[Any], Any]] = {
    "if": lambda given: given[1:],
    "choose": lambda given: [*given[1:-1:2], given[-1]],
    "by_category": lambda given: [*given[2::2], given[-1]],
    "by_member": lambda given: [*given[2::2], given[-1]],
    **{name: lambda given: given for name in ("min", "max", "clip", "or_else")},
}


def lags_in(lags: Value) -> list[F]:
    """The whole numbers from 1 on among some, or in one; no other leads back."""
    several = lags.values if isinstance(lags, Members) else (lags,)
    return list(dict.fromkeys(by for by in several if by is not None and by >= 1 and by == int(by)))


class Language:
    """The part of the engine that evaluates formulas."""

    def evaluate(self: Engine, tree: Tree, at: At) -> Value:
        head = tree[0]
        if head in ("number", "money", "ratio", "points"):
            return tree[1] if isinstance(tree[1], F) else F(tree[1])
        if head == "text":
            return Word(tree[1])
        if head == "name":
            return self.value(tree[1], at)
        if head == "call":
            return self.call(tree[1], tree[2:], at)
        return self.operate(head, self.in_one_scale(head, tree[1:], at))

    def in_one_scale(self: Engine, name: str, arguments: Any, at: At) -> list[Value]:
        """What is added or compared; percentage points beside percentages become these."""
        values = [self.evaluate(argument, at) for argument in arguments]
        scales = [self.scale(argument) for argument in arguments] if name in ADDED else []
        if len({scale for scale in scales if scale is not None}) < 2:
            return values
        return [self.times(value, scale or F(1)) for value, scale in zip(values, scales, strict=True)]

    def times(self: Engine, value: Value, factor: F) -> Value:
        return self.operate("*", [value, factor])

    def operate(self: Engine, name: str, values: list[Value]) -> Value:
        return self.dimensions.pointwise(lambda *alone: self.operated(name, list(alone)), *values)

    def operated(self: Engine, name: str, values: list[Value]) -> Value:
        if None not in values and not any(isinstance(value, (float, str)) for value in values):  # no limit is a float
            if name in JUMPS:
                self.beside(values[0], values[1])
            elif name in STEPPED and values[1]:
                self.stepped(values[0], values[1])
        return plain(name, values)

    def call(self: Engine, name: str, arguments: Any, at: At) -> Value:
        name = called(name, arguments)
        own = getattr(self, f"call_{name}", None)
        if own is not None:
            return own(at, *arguments)
        if name in PLAIN or name in ("any", "all"):
            return self.operate(name, self.in_one_scale(name, arguments, at))
        if name in ROUNDED:
            return self.rounded(name, arguments, at)
        if name in dates.ONE:
            texts = [argument[1] for argument in arguments if argument[0] == "text"]
            days = [self.evaluate(argument, at) for argument in arguments if argument[0] != "text"]
            return self.every_one(partial(lambda *v: dates.ONE[name](*v, *texts)), *days)
        from .engine import Refused

        raise Refused(f"unknown function {name}")

    def every_one(self: Engine, work: Callable[..., Value], *values: Value) -> Value:
        """Member by member; missing where one of them is."""
        return self.dimensions.pointwise(lambda *alone: None if None in alone else work(*alone), *values)

    def rounded(self: Engine, name: str, arguments: Any, at: At) -> Value:
        """In settlement to the decimals that are stated, halves away from zero."""

        def work(*given: F) -> Value:
            value = exactly(name, *given[:-1])
            if value is None or not self.pennies:
                return value
            return nearest(value, F(1, 10 ** int(given[-1])))

        return self.every_one(work, *(self.evaluate(argument, at) for argument in arguments))

    # -- units ----------------

    def scale(self: Engine, tree: Tree) -> F | None:
        """What one of the formula's unit is in units without a scale; None: a number that takes its neighbour's."""
        if tree not in self.scales:
            self.scales[tree] = F(1)  # whatever asks for itself has a unit of its own
            self.scales[tree] = self.scaled(tree)
        return self.scales[tree]

    def scaled(self: Engine, tree: Tree) -> F | None:
        head, below = tree[0], tree[1:]
        if head in LITERAL:
            return LITERAL[head]
        if head == "name":
            return self.scale_of_name(tree[1])
        if head == "call" and tree[1] == "in_unit":
            return scale_of(tree[3][1])
        if head == "call" and tree[1] in ("curve", "lookup"):
            item = (self.curves if tree[1] == "curve" else self.tables)[tree[2][1]]
            return scale_of(item["unit"]) if item.get("unit") else None
        if head == "call" and tree[1] in ("number", "count", "missing", "rank", "percentile_group"):
            return None
        if head == "call":
            unnamed = tuple(part for part in tree[2:] if part[0] not in ("over", "where"))
            below = VALUES_OF.get(tree[1], lambda values: values[:1])(unnamed)
        found = [self.scale(part) for part in below]
        known = [scale for scale in found if scale is not None]
        if head == "*":
            return members.product(known) if known else None
        if head == "/":
            return (found[0] or F(1)) / (found[1] or F(1)) if known else None
        return (known[0] if len(set(known)) == 1 else F(1)) if known else None

    def scale_of_name(self: Engine, name: str) -> F | None:
        if name not in self.named:
            return None
        kind, item = self.named[name]
        if kind == "clause" or item.get("category"):
            return F(1)
        term = item.get("value" if kind == "parameter" else "formula")
        unit = item.get("unit") or (term.get("unit") if isinstance(term, dict) else None)
        if unit or kind == "input":
            return scale_of(unit) if unit not in (None, "number") else None
        text = term.get("value") if isinstance(term, dict) else term
        return self.scale(self.parsed(str(text))) if text is not None else None

    def call_in_unit(self: Engine, at: At, x: Tree, unit: Tree) -> Value:
        return self.times(self.evaluate(x, at), (self.scale(x) or F(1)) / scale_of(unit[1]))

    # -- choices ----------------

    def call_if(self: Engine, at: At, *arguments: Tree) -> Value:
        return self.call_choose(at, *arguments)

    def call_choose(self: Engine, at: At, *arguments: Tree) -> Value:
        if len(arguments) == 1:
            return self.evaluate(arguments[0], at)
        condition, then, rest = arguments[0], arguments[1], arguments[2:]
        holds = self.evaluate(condition, at)
        if not isinstance(holds, Members):
            if holds is None:
                return None
            return self.evaluate(then, at) if holds else self.call_choose(at, *rest)

        def chosen(condition: Value, a: Value, b: Value) -> Value:
            return None if condition is None else a if condition else b

        return self.dimensions.pointwise(chosen, holds, self.evaluate(then, at), self.call_choose(at, *rest))

    def call_divide(self: Engine, at: At, a: Tree, b: Tree, if_zero: Tree) -> Value:
        def work(above: Value, below: Value, otherwise: Value) -> Value:
            return otherwise if below == 0 else self.operated("/", [above, below])

        below = self.evaluate(b, at)
        if below == 0:
            return self.evaluate(if_zero, at)
        otherwise = self.evaluate(if_zero, at) if isinstance(below, Members) else None
        return self.dimensions.pointwise(work, self.evaluate(a, at), below, otherwise)

    def call_round(self: Engine, at: At, x: Tree, step: Tree, mode: Tree = ("text", "half_away")) -> Value:
        def work(value: F, unit: F) -> Value:
            if not unit or NO_LIMIT in (value, unit):
                return None
            self.stepped(value, unit, unit / 2 if mode[1].startswith("half") else F(0))
            return nearest(value, unit, mode[1])

        return self.every_one(work, self.evaluate(x, at), self.evaluate(step, at))

    def call_missing(self: Engine, at: At, x: Tree) -> Value:
        return self.dimensions.pointwise(lambda value: F(value is None), self.evaluate(x, at))

    def call_or_else(self: Engine, at: At, x: Tree, y: Tree) -> Value:
        value = self.evaluate(x, at)
        if isinstance(value, Members):
            return self.dimensions.pointwise(lambda a, b: b if a is None else a, value, self.evaluate(y, at))
        return self.evaluate(y, at) if value is None else value

    def call_no_limit(self: Engine, at: At) -> Value:
        return NO_LIMIT

    def call_no_value(self: Engine, at: At) -> Value:
        return None

    def call_by_category(self: Engine, at: At, x: Tree, *cases: Tree) -> Value:
        otherwise = cases[-1] if len(cases) % 2 else ("call", "no_value")

        def work(name: Value, *values: Value) -> Value:
            if name is None:
                return None
            return next((v for case, v in zip(cases[::2], values, strict=False) if case[1] == name), values[-1])

        branches = [*(self.evaluate(then, at) for then in cases[1::2]), self.evaluate(otherwise, at)]
        return self.dimensions.pointwise(work, self.evaluate(x, at), *branches)

    def call_reason(self: Engine, at: At, x: Tree) -> Value:
        """Of the first input in the formula that is missing."""
        found = [self.reasons(name, at) for name in self.inputs_in(x)]
        return self.dimensions.pointwise(
            lambda *reasons: next((r for r in reasons if r != "none"), Word("none")), *found
        )

    def inputs_in(self: Engine, tree: Tree) -> list[str]:
        if tree[0] == "name":
            return [tree[1]] if self.named.get(tree[1], ("",))[0] == "input" else []
        return [name for part in tree if isinstance(part, tuple) for name in self.inputs_in(part)]

    # -- curves, tables, solved numbers ----------------

    def points(self: Engine, curve: str, at: At) -> list[tuple[F, F]]:
        return [(self.need(p["at"], at), self.need(p["value"], at)) for p in self.curves[curve]["points"]]

    def call_curve(self: Engine, at: At, curve: Tree, x: Tree) -> Value:
        points = self.points(curve[1], at)

        def work(value: F) -> Value:
            for (a, _), (b, _) in pairwise(points):
                if a == b:
                    self.beside(value, a)
            return on_curve(self.curves[curve[1]], points, value)

        return self.every_one(work, self.evaluate(x, at))

    def call_inverse(self: Engine, at: At, curve: Tree, y: Tree) -> Value:
        points = self.points(curve[1], at)
        return self.every_one(lambda value: inverted(points, self.curves[curve[1]], value), self.evaluate(y, at))

    def call_lookup(self: Engine, at: At, table: Tree, *keys: Tree) -> Value:
        return self.every_one(
            lambda *given: looked_up(self, self.tables[table[1]], list(given), at),
            *(self.evaluate(key, at) for key in keys),
        )

    def call_solve(
        self: Engine, at: At, x: Tree, objective: Tree, target: Tree, low: Tree, high: Tree, step: Tree, *way: Tree
    ) -> Value:
        """The last step at which the target is not passed."""
        falls = bool(way) and way[0][1] == "falling"
        goal = self.evaluate(target, at)
        first, last, by = (self.evaluate(bound, at) for bound in (low, high, step))

        def left(steps: int) -> Value:
            """What is left to the target; below nought where it is passed."""
            value = self.evaluate(replaced(objective, {x[1]: ("number", first + steps * by)}), at)
            return None if value is None or goal is None else (value - goal if falls else goal - value)

        a, b = 0, int((last - first) // by)
        begins, ends = left(a), left(b)
        if begins is None or ends is None or begins < 0 or ends > 0:
            return None
        while b - a > 1:
            middle = (a + b) // 2
            rest = left(middle)
            if rest is None:
                return None
            a, b = (middle, b) if rest >= 0 else (a, middle)
        self.near = F(0)  # a step more or less: a draw says nothing
        return first + (b if left(b) >= 0 else a) * by

    # -- periods ----------------

    def history_of(self: Engine, tree: Tree, at: At) -> tuple[str, Callable[[int], Value], int]:
        """Of a name or a formula: its calendar, what it is in a period of it, and the last period up to this one."""
        every = at.every
        if tree[0] == "name" and self.named[tree[1]][0] != "parameter":
            every = self.named[tree[1]][1].get("every", "month")
        last = self.months.containing(every, at.last)

        def in_period(period: int) -> Value:
            world = at.world if period == last else at.history.world
            return self.evaluate(tree, self.at(world, every, period))

        return every, in_period, last

    def call_previous(self: Engine, at: At, x: Tree, initial: Tree, lag: Tree = ("number", F(1))) -> Value:
        every, _, _ = self.history_of(x, at)
        here = self.months.containing(every, at.first)

        def back(by: F) -> Value:
            before = here - int(by)
            return (
                self.evaluate(x, self.at(at.history.world, every, before))
                if before >= 0
                else self.evaluate(initial, at)
            )

        lags = self.evaluate(lag, at)
        if lag[0] == "number":
            return back(lags)
        found = {by: back(by) for by in lags_in(lags)}

        def work(by: Value, *values: Value) -> Value:
            if by is not None:
                self.stepped(by, F(1))
            return dict(zip(found, values, strict=True)).get(by)

        return self.dimensions.pointwise(work, lags, *found.values())

    def call_later(self: Engine, at: At, x: Tree, periods: Tree, otherwise: Tree) -> Value:
        every, in_period, last = self.history_of(x, at)
        after = last + int(self.evaluate(periods, at))
        return in_period(after) if after < len(self.months.periods(every)) else self.evaluate(otherwise, at)

    def last_values(self: Engine, at: At, x: Tree, periods: Tree) -> list[Value]:
        """What something was in the last periods, this one included; of as many as there are at the start."""
        _, in_period, last = self.history_of(x, at)
        first = max(last - int(self.evaluate(periods, at)) + 1, 0)
        return [in_period(period) for period in range(first, last + 1)]

    def call_window(self: Engine, at: At, x: Tree, periods: Tree, *more: Tree) -> Value:
        texts = [tree[1] for tree in more]
        how = next((text for text in texts if text != "skip"), "sum")
        return self.joined_in_time(how, "skip" in texts, self.last_values(at, x, periods))

    def joined_in_time(self: Engine, how: str, skip: bool, values: list[Value]) -> Value:
        def work(*alone: Value) -> Value:
            return members.together(how, given(alone) if skip else alone)

        return self.dimensions.pointwise(work, *values)

    def call_window_place(self: Engine, at: At, x: Tree, periods: Tree, place: Tree) -> Value:
        """From the smallest on, or with a place below zero from the largest."""
        number = int(self.evaluate(place, at))

        def work(*alone: Value) -> Value:
            if None in alone or abs(number) > len(alone):
                return None
            return sorted(alone, reverse=number < 0)[abs(number) - 1]

        return self.dimensions.pointwise(work, *self.last_values(at, x, periods))

    def when(self: Engine, at: At, condition: Tree, latest: bool) -> Value:
        _, in_period, last = self.history_of(condition, at)
        values = [in_period(period) for period in range(last + 1)]

        def work(*alone: Value) -> Value:
            found = [F(number) for number, holds in enumerate(alone, 1) if holds]
            return found[-1 if latest else 0] if found else None

        return self.dimensions.pointwise(work, *values)

    def call_first_when(self: Engine, at: At, condition: Tree) -> Value:
        return self.when(at, condition, False)

    def call_last_when(self: Engine, at: At, condition: Tree) -> Value:
        return self.when(at, condition, True)

    def call_cumulative(self: Engine, at: At, x: Tree, *more: Tree) -> Value:
        texts = [tree[1] for tree in more]
        longer = self.longer(at, next((text for text in texts if text != "skip"), "term"))
        every, _, last = self.history_of(x, at)
        if x[0] == "name" and self.named[x[1]][0] == "clause" and at.others == at.history:
            return self.paid(x[1], replace(at, first=longer.first))
        periods = [p for p in range(last + 1) if self.months.periods(every)[p][0] >= longer.first]
        values = [
            self.evaluate(x, self.at(at.begun(self.months.periods(every)[p][1]).world, every, p)) for p in periods
        ]
        return self.joined_in_time("sum", "skip" in texts, values)

    def call_over(self: Engine, at: At, name: Tree, every: Tree) -> Value:
        return self.value(name[1], self.longer(at, every[1]))

    def call_plan(self: Engine, at: At, name: Tree, every: Tree = ("text", None)) -> Value:
        return self.value(name[1], self.longer(at, every[1]), planned=True)

    def call_contract_year(self: Engine, at: At) -> Value:
        return F(self.months.containing("year", at.first) + 1)

    def call_month_number(self: Engine, at: At) -> Value:
        return F(at.last + 1)

    def call_calendar_month(self: Engine, at: At) -> Value:
        return F(self.months.calendar_month(at.first))

    def call_months(self: Engine, at: At) -> Value:
        return F(at.last - at.first + 1)

    def call_from_month(self: Engine, at: At, month: Tree) -> Value:
        return F(at.first >= self.months.index(month[1]))

    def call_date(self: Engine, at: At, text: Tree) -> Value:
        return dates.day(text[1])

    def call_period_start(self: Engine, at: At) -> Value:
        return dates.counted(dates.first_of(self.months.start + at.first))

    def call_period_end(self: Engine, at: At) -> Value:
        return dates.counted(dates.first_of(self.months.start + at.last + 1)) - 1

    def call_days(self: Engine, at: At) -> Value:
        return self.call_period_end(at) - self.call_period_start(at) + 1

    def call_working_days(self: Engine, at: At, a: Tree, b: Tree) -> Value:
        holidays = {dates.day(text) for text in self.book["calendar"].get("holidays", [])}
        return self.every_one(
            lambda x, y: dates.working_days(x, y, holidays), self.evaluate(a, at), self.evaluate(b, at)
        )
