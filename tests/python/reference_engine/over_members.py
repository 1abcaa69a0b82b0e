"""Functions of the language over members, for the engine."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction as F
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from . import members
from .formula import Tree
from .functions import Value, nearest
from .statistics import exactly
from .values import REASONS, Members, given

if TYPE_CHECKING:
    from .engine import At, Engine

# Whose result is of no dimension; of one that is named; of the finest of some arguments.
SINGLE = {"first", "last", "weighted_mean", "median", "quantile", "deviation", "slope", "member", "solve", "score",
          "measure"}  # fmt: skip
REDUCING = {"sum", "largest", "smallest", "mean", "product", "any_member", "all_members"}


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
                return item.get("dimension") if kind != "clause" else None
            term = item["formula"]
            return self.dimension_of(self.parsed(str(term["value"] if isinstance(term, dict) else term)))
        if tree[0] != "call":
            return self.dimensions.finest([self.dimension_of(part) for part in tree[1:]])
        name, arguments = tree[1], tree[2:]
        texts = [argument[1] for argument in arguments if argument[0] == "text"]
        if name in SINGLE:
            return None
        if name in REDUCING:
            return next((text for text in texts if text in self.dimensions.items), None)
        if name == "spread":
            return str(texts[0])
        own = [str(texts[0])] if name == "by_member" else []
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

    def reduced(self: Engine, at: At, how: Callable[..., Value], x: Tree, *more: Tree) -> Value:
        """One value of all members, or of those of each member of a parent; `how` is told who may be left out."""
        texts = [tree[1] for tree in more]
        values = self.members_of(x, at)
        parent = next((text for text in texts if text in self.dimensions.items), None)
        reasons = [text for text in texts if text in REASONS]
        skipped = [bool("skip" in texts)] * len(values.values)
        if reasons:
            why = self.dimensions.spread(self.call_reason(at, x), values.of)
            skipped = [reason in reasons for reason in why.values]
        if parent is None:
            return how(list(values.values), skipped)
        groups = self.dimensions.below(values, parent)
        leave = self.dimensions.below(Members(values.of, tuple(skipped)), parent)
        return Members(parent, tuple(how(group, away) for group, away in zip(groups, leave, strict=True)))

    def call_sum(self: Engine, at: At, x: Tree, *more: Tree) -> Value:
        return self.summed(at, "sum", x, *more)

    def call_mean(self: Engine, at: At, x: Tree, *more: Tree) -> Value:
        return self.summed(at, "mean", x, *more)

    def call_product(self: Engine, at: At, x: Tree, *more: Tree) -> Value:
        return self.summed(at, "product", x, *more)

    def call_largest(self: Engine, at: At, x: Tree, *more: Tree) -> Value:
        return self.summed(at, "largest", x, *more)

    def call_smallest(self: Engine, at: At, x: Tree, *more: Tree) -> Value:
        return self.summed(at, "smallest", x, *more)

    def summed(self: Engine, at: At, how: str, x: Tree, *more: Tree) -> Value:
        return self.reduced(at, lambda values, away: members.together(how, values, lambda i: away[i]), x, *more)

    def call_any_member(self: Engine, at: At, x: Tree, *more: Tree) -> Value:
        return self.reduced(at, lambda values, _: members.decided(values, True), x, *more)

    def call_all_members(self: Engine, at: At, x: Tree, *more: Tree) -> Value:
        return self.reduced(at, lambda values, _: members.decided(values, False), x, *more)

    def call_first(self: Engine, at: At, x: Tree) -> Value:
        return self.members_of(x, at).values[0]

    def call_last(self: Engine, at: At, x: Tree) -> Value:
        return self.members_of(x, at).values[-1]

    def call_weighted_mean(self: Engine, at: At, x: Tree, weight: Tree) -> Value:
        values, weights = (each.values for each in self.aligned(at, x, weight))
        if None in values or None in weights or not sum(weights):
            return None
        return sum((v * w for v, w in zip(values, weights, strict=True)), F(0)) / sum(weights)

    def call_median(self: Engine, at: At, x: Tree) -> Value:
        return members.median(self.members_of(x, at).values)

    def call_quantile(self: Engine, at: At, x: Tree, p: Tree, rule: Tree = ("text", "inclusive")) -> Value:
        return members.quantile(self.members_of(x, at).values, self.evaluate(p, at), rule[1])

    def call_deviation(self: Engine, at: At, x: Tree, rule: Tree, decimals: Tree) -> Value:
        spread = members.variance(self.members_of(x, at).values, rule[1])
        if spread is None:
            return None
        root = exactly("sqrt", spread)
        return nearest(root, F(1, 10 ** int(self.evaluate(decimals, at)))) if self.pennies else root

    def call_slope(self: Engine, at: At, y: Tree, x: Tree, weight: Tree = ("number", F(1))) -> Value:
        return members.slope(*(each.values for each in self.aligned(at, y, x, weight)))

    def call_rank(self: Engine, at: At, x: Tree, *more: Tree) -> Value:
        values = self.members_of(x, at)
        self.apart(values.values)
        return Members(values.of, tuple(members.rank(values.values, *(tree[1] for tree in more))))

    def call_percentile_group(self: Engine, at: At, x: Tree, groups: Tree) -> Value:
        values = self.members_of(x, at)
        self.apart(values.values)
        return Members(values.of, tuple(members.percentile_group(values.values, self.evaluate(groups, at))))

    def call_running(self: Engine, at: At, x: Tree, *more: Tree) -> Value:
        values = self.members_of(x, at)
        return Members(values.of, tuple(members.running(values.values, *(tree[1] for tree in more))))

    def call_running_by(self: Engine, at: At, x: Tree, order: Tree) -> Value:
        values, places = self.aligned(at, x, order)
        self.apart(places.values)
        return Members(values.of, tuple(members.running_by(values.values, places.values)))

    def call_apportion(self: Engine, at: At, total: Tree, weight: Tree, *more: Tree) -> Value:
        weights, rule = self.members_of(weight, at), next((tree[1] for tree in more if tree[0] == "text"), "nothing")
        step = next((self.evaluate(tree, at) for tree in more if tree[0] != "text"), None)
        whole = self.evaluate(total, at)
        if step is not None and whole is not None:
            self.near = F(0)  # whole steps: a draw says nothing
        return Members(weights.of, tuple(self.split_by_weight(members.apportion, whole, weights.values, step, rule)))

    def call_apportion_capped(self: Engine, at: At, total: Tree, weight: Tree, cap: Tree, *rule: Tree) -> Value:
        weights, caps = self.aligned(at, weight, cap)
        how = rule[0][1] if rule else "nothing"
        whole = self.evaluate(total, at)
        return Members(
            weights.of, tuple(self.split_by_weight(members.apportion_capped, whole, weights.values, caps.values, how))
        )

    def split_by_weight(self: Engine, how: Callable[..., Any], *given: Any) -> Any:
        from .engine import NotSettled

        try:
            return how(*given)
        except members.Impossible as problem:
            raise NotSettled(str(problem)) from problem

    def call_spread(self: Engine, at: At, x: Tree, dimension: Tree) -> Value:
        return self.dimensions.spread(self.evaluate(x, at), dimension[1])

    def call_by_member(self: Engine, at: At, dimension: Tree, *cases: Tree) -> Value:
        names = self.dimensions.members(dimension[1])
        named = {case[1]: self.evaluate(then, at) for case, then in zip(cases[:-1:2], cases[1::2], strict=False)}
        otherwise = self.evaluate(cases[-1], at) if len(cases) % 2 else None
        return Members(dimension[1], tuple(named.get(name, otherwise) for name in names))

    def call_member(self: Engine, at: At, x: Tree, name: Tree) -> Value:
        values = self.members_of(x, at)
        return values.values[self.dimensions.members(values.of).index(name[1])]
