"""Functions of the language over members, for the engine."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction as F
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from . import members
from .formula import Tree
from .functions import Value, nearest
from .groups import ALONG, REDUCING, Asked, called
from .statistics import exactly
from .values import Members, given

if TYPE_CHECKING:
    from .engine import At, Engine

# Whose result is of no dimension.
SINGLE = {"solve", "score", "measure"}


class OverMembers:
    """The part of the engine that knows dimensions."""

    def dimension_of(self: Engine, tree: Tree) -> str | None:
        """The dimension that a formula has, whatever its value is."""
        if tree not in self.dimensioned:
            self.dimensioned[tree] = None  # whatever asks for itself declares its dimension
            self.dimensioned[tree] = self.find_dimension(tree)
        return self.dimensioned[tree]

    def find_dimension(self: Engine, tree: Tree) -> str | None:
        if tree[0] in ("number", "money", "ratio", "points", "text"):
            return None
        if tree[0] == "name":
            kind, item = self.named.get(tree[1], ("", {}))
            if item.get("dimension") or kind != "quantity":
                return self.dimensions.of(item) if kind != "clause" else None
            term = item["formula"]
            return self.dimension_of(self.parsed(str(term["value"] if isinstance(term, dict) else term)))
        if tree[0] != "call":
            return self.dimensions.finest([self.dimension_of(part) for part in tree[1:]])
        name, arguments = called(tree[1], tree[2:]), tree[2:]
        if name in SINGLE:
            return None
        if name in REDUCING or name in ALONG:
            return self.dimension_over_members(name, arguments)
        if name == "sum_matching":
            return self.dimension_of(arguments[2])
        if name == "spread":
            return self.spread_to(*arguments)
        if name == "member":
            of = self.dimension_of(arguments[0])
            assert of is not None, f"{arguments[0]} has no dimension"
            return self.dimensions.told(of, [argument[1] for argument in arguments[1:]])[0]
        own = [str(arguments[0][1])] if name == "by_member" else []
        return self.dimensions.finest([*own, *(self.dimension_of(argument) for argument in arguments)])

    def members_of(self: Engine, tree: Tree, at: At, of: str | None = None) -> Members:
        """A value for each member of the formula's dimension, or of the one that is named."""
        dimension = of or self.dimension_of(tree)
        assert dimension is not None, f"{tree} has no dimension"
        return self.dimensions.spread(self.evaluate(tree, at), dimension)

    def aligned(self: Engine, at: At, *trees: Tree) -> list[Members]:
        of = self.dimensions.finest([self.dimension_of(tree) for tree in trees])
        return [self.members_of(tree, at, of) for tree in trees]

    def apart(self: Engine, values: Any) -> None:
        """Remembers how near members are to changing places."""
        known = [value for value in given(list(values)) if isinstance(value, F)]
        for a, b in pairwise(sorted(known)):
            self.beside(a, b)

    def call_sum(self: Engine, at: At, *more: Tree) -> Value:
        return self.summed(at, "sum", more)

    def call_mean(self: Engine, at: At, *more: Tree) -> Value:
        return self.summed(at, "mean", more)

    def call_product(self: Engine, at: At, *more: Tree) -> Value:
        return self.summed(at, "product", more)

    def call_largest(self: Engine, at: At, *more: Tree) -> Value:
        return self.summed(at, "largest", more)

    def call_smallest(self: Engine, at: At, *more: Tree) -> Value:
        return self.summed(at, "smallest", more)

    def summed(self: Engine, at: At, how: str, more: Any) -> Value:
        return self.reduced(at, how, lambda values: members.together(how, values), more)

    def call_any_member(self: Engine, at: At, *more: Tree) -> Value:
        return self.reduced(at, "any_member", lambda values: members.decided(values, True), more)

    def call_all_members(self: Engine, at: At, *more: Tree) -> Value:
        return self.reduced(at, "all_members", lambda values: members.decided(values, False), more)

    def call_first(self: Engine, at: At, *more: Tree) -> Value:
        return self.reduced(at, "first", lambda values: values[0] if values else None, more)

    def call_last(self: Engine, at: At, *more: Tree) -> Value:
        return self.reduced(at, "last", lambda values: values[-1] if values else None, more)

    def call_weighted_mean(self: Engine, at: At, *more: Tree) -> Value:
        return self.reduced(at, "weighted_mean", members.weighted_mean, more)

    def call_median(self: Engine, at: At, *more: Tree) -> Value:
        return self.reduced(at, "median", members.median, more)

    def call_quantile(self: Engine, at: At, x: Tree, p: Tree, *more: Tree) -> Value:
        rule = next((w for w in self.asked("quantile", (x, p, *more)).words if w != "skip"), "inclusive")
        place = self.evaluate(p, at)
        return self.reduced(at, "quantile", lambda values: members.quantile(values, place, rule), (x, p, *more))

    def call_deviation(self: Engine, at: At, x: Tree, rule: Tree, decimals: Tree, *more: Tree) -> Value:
        digits = self.evaluate(decimals, at)

        def work(values: Any) -> Value:
            spread = members.variance(values, rule[1])
            if spread is None:
                return None
            root = exactly("sqrt", spread)
            return nearest(root, F(1, 10 ** int(digits))) if self.pennies else root

        return self.reduced(at, "deviation", work, (x, rule, decimals, *more))

    def call_slope(self: Engine, at: At, *more: Tree) -> Value:
        def work(y: Any, x: Any, weight: Any = None) -> Value:
            found = members.slope(y, x, weight)
            if not found and not self.pennies:
                self.near = F(
                    0
                )  # places that are all one, or no slope, which in doubles is nearly none: a draw says nothing
            return found

        return self.reduced(at, "slope", work, more)

    def call_rank(self: Engine, at: At, x: Tree, *more: Tree) -> Value:
        words = self.asked("rank", (x, *more)).words
        way = next((word for word in words if word in ("ascending", "descending")), "descending")
        ties = next((word for word in words if word in ("best", "mean", "order")), "best")

        def work(_: int, values: Any) -> Any:
            self.apart(values)
            return members.rank(values, way, ties)

        return self.along(at, "rank", work, (x, *more))

    def call_percentile_group(self: Engine, at: At, x: Tree, groups: Tree, *more: Tree) -> Value:
        count = self.evaluate(groups, at)

        def work(_: int, values: Any) -> Any:
            self.apart(values)
            return members.percentile_group(values, count)

        return self.along(at, "percentile_group", work, (x, groups, *more))

    def call_running(self: Engine, at: At, x: Tree, *more: Tree) -> Value:
        words = self.asked("running", (x, *more)).words
        return self.along(at, "running", lambda _, values: members.running(values, *words), (x, *more))

    def call_apportion(self: Engine, at: At, *more: Tree) -> Value:
        asked = self.asked("apportion", more)
        step = self.evaluate(asked.formulas[2], at) if len(asked.formulas) == 3 else None
        rule = asked.words[0] if asked.words else "nothing"
        totals = self.totals(at, asked)

        def work(group: int, weights: Any) -> Any:
            if step is not None and totals[group] is not None:
                self.near = F(0)  # whole steps: a draw says nothing
            return self.split_by_weight(members.apportion, totals[group], weights, step, rule)

        return self.along(at, "apportion", work, more)

    def call_apportion_capped(self: Engine, at: At, *more: Tree) -> Value:
        asked = self.asked("apportion_capped", more)
        rule = asked.words[0] if asked.words else "nothing"
        totals = self.totals(at, asked)

        def work(group: int, weights: Any, caps: Any) -> Any:
            return self.split_by_weight(members.apportion_capped, totals[group], weights, caps, rule)

        return self.along(at, "apportion_capped", work, more)

    def totals(self: Engine, at: At, asked: Asked) -> list[Value]:
        """What is split in each group: one total, or with `over` one for each member of what is left."""
        whole = self.evaluate(asked.formulas[0], at)
        left = self.dimensions.rest(self.joined_dimension(asked), asked.over) if asked.over else None
        return [whole] if left is None else list(self.dimensions.spread(whole, left).values)

    def split_by_weight(self: Engine, how: Callable[..., Any], *given: Any) -> Any:
        from .engine import NotSettled

        try:
            return how(*given)
        except members.Impossible as problem:
            raise NotSettled(str(problem)) from problem

    # -- members by name ----------------

    def call_spread(self: Engine, at: At, x: Tree, dimension: Tree) -> Value:
        return self.dimensions.spread(self.evaluate(x, at), self.spread_to(x, dimension))

    def spread_to(self: Engine, x: Tree, dimension: Tree) -> str:
        named = self.dimensions.named(dimension[1])
        assert named is not None, f"{dimension[1]} is no dimension"
        return self.dimensions.wider(self.dimension_of(x), named)

    def call_by_member(self: Engine, at: At, dimension: Tree, *cases: Tree) -> Value:
        names = self.dimensions.members(dimension[1])
        named = {case[1]: self.evaluate(then, at) for case, then in zip(cases[:-1:2], cases[1::2], strict=False)}
        otherwise = self.evaluate(cases[-1], at) if len(cases) % 2 else None
        return Members(dimension[1], tuple(named.get(name, otherwise) for name in names))

    def call_member(self: Engine, at: At, x: Tree, *names: Tree) -> Value:
        return self.dimensions.taken(self.members_of(x, at), [name[1] for name in names])
