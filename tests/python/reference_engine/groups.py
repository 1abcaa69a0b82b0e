"""Whom a function over members takes together: all, those of a parent or of a key, or one of two dimensions in the other.

Decisions 13 and 19: a name of a dimension in quotes is a parent, any other formula a key; `over` names the dimension that
goes, `where` says who takes part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction as F
from typing import TYPE_CHECKING, Any

from . import members
from .formula import Tree
from .functions import Value
from .values import REASONS, Members

if TYPE_CHECKING:
    from .engine import At, Engine

#: How many formulas stand before a key; and which of them have members.
FORMULAS = {"weighted_mean": 2, "quantile": 2, "deviation": 2, "percentile_group": 2, "slope": 3, "running_by": 3,
            "running_between": 4, "apportion": 3, "apportion_capped": 3}  # fmt: skip
OF_MEMBERS = {
    "weighted_mean": (0, 1),
    "slope": (0, 1, 2),
    "running_by": (0, 1),
    "running_between": (0, 1, 2, 3),
    "apportion": (1,),
    "apportion_capped": (1, 2),
}
#: One value of each group; a value for each member; what is over members only with `over` or `where`.
REDUCING = {"sum", "largest", "smallest", "mean", "product", "any_member", "all_members", "first", "last", "weighted_mean",
            "median", "quantile", "deviation", "slope"}  # fmt: skip
ALONG = {"rank", "percentile_group", "running", "running_by", "running_between", "apportion", "apportion_capped"}
ALSO = {"min": "smallest", "max": "largest", "count": "sum", "any": "any_member", "all": "all_members"}


@dataclass(frozen=True)
class Asked:
    """The arguments of a function over members."""

    formulas: tuple[Tree, ...]
    words: tuple[str, ...]
    parent: str | None
    key: Tree | None
    over: str | None
    where: Tree | None
    having: tuple[Tree, ...]  # the formulas that have members

    @property
    def joined(self) -> tuple[Tree, ...]:
        """Everything that has to meet."""
        return (*self.having, *(tree for tree in (self.key, self.where) if tree is not None))


@dataclass(frozen=True)
class Grouping:
    """Members of a dimension in groups, each group a member of another dimension, or all of them of a key."""

    of: str
    to: str | None
    places: tuple[int | None, ...]  # of each member the number of its group
    count: int
    keyed: bool = False

    def group(self, number: int) -> list[int]:
        return [i for i, place in enumerate(self.places) if place == number]

    def spread(self, found: list[Value]) -> Value:
        """What groups came to, as the function gives it."""
        if self.keyed:
            return Members(self.of, tuple(None if place is None else found[place] for place in self.places))
        return found[0] if self.to is None else Members(self.to, tuple(found))


def called(name: str, arguments: Any) -> str:
    """The function over members that is meant, or the name itself."""
    return ALSO.get(name, name) if any(tree[0] in ("over", "where") for tree in arguments) else name


class Groups:
    """The part of the engine that knows who belongs together."""

    def asked(self: Engine, name: str, arguments: Any) -> Asked:
        said = {tree[0]: tree[1] for tree in arguments if tree[0] in ("over", "where")}
        texts = [tree[1] for tree in arguments if tree[0] == "text"]
        formulas = [tree for tree in arguments if tree[0] not in ("over", "where", "text")]
        own = FORMULAS.get(name, 1)
        parents = [text for text in texts if self.dimensions.named(text)]
        having = tuple(formulas[i] for i in OF_MEMBERS.get(name, (0,)) if i < len(formulas))
        return Asked(
            formulas=tuple(formulas[:own]),
            words=tuple(text for text in texts if text not in parents),
            parent=self.dimensions.named(parents[0]) if parents else None,
            key=formulas[own] if len(formulas) > own else None,
            over=said.get("over"),
            where=said.get("where"),
            having=having,
        )

    def joined_dimension(self: Engine, asked: Asked) -> str:
        of = self.dimensions.finest([self.dimension_of(tree) for tree in asked.joined])
        assert of is not None, f"{asked.having} have no dimension"
        return of

    def dimension_over_members(self: Engine, name: str, arguments: Any) -> str | None:
        """The dimension of what a function over members gives."""
        asked = self.asked(name, arguments)
        of = self.joined_dimension(asked)
        if name == "running_by" and len(asked.formulas) == 3:
            return self.dimension_of(asked.formulas[2])
        if name in ALONG or asked.key is not None:
            return of
        return self.left(of, asked)

    def left(self: Engine, of: str, asked: Asked) -> str | None:
        """The dimension that groups are members of: what remains, a parent, or the pairs of what remains and a parent."""
        rest = self.dimensions.rest(of, asked.over) if asked.over else None
        if rest is None or asked.parent is None:
            return asked.parent or rest
        return self.dimensions.crossed(rest, asked.parent)

    def grouping(self: Engine, at: At, of: str, asked: Asked) -> Grouping:
        if asked.key is not None:
            keys = self.dimensions.spread(self.evaluate(asked.key, at), of).values
            self.apart(keys)
            known = list(dict.fromkeys(key for key in keys if key is not None))
            places = tuple(None if key is None else known.index(key) for key in keys)
            return Grouping(of, of, places, len(known), keyed=True)
        to = self.left(of, asked)
        if to is None:
            return Grouping(of, None, (0,) * len(self.dimensions.members(of)), 1)
        up = self.dimensions.up(of, to)
        assert up is not None
        return Grouping(of, to, tuple(up), len(self.dimensions.members(to)))

    def reduced(self: Engine, at: At, name: str, how: Callable[..., Value], arguments: Any) -> Value:
        """One value of each group: of those who take part, without those who are missing and may be left out."""
        asked = self.asked(name, arguments)
        of = self.joined_dimension(asked)
        groups = self.grouping(at, of, asked)
        values = [self.dimensions.spread(self.evaluate(tree, at), of).values for tree in asked.having]
        part = self.taking_part(at, of, asked)
        may_go = self.left_out(at, of, asked)
        found: list[Value] = []
        for number in range(groups.count):
            here = groups.group(number)
            if any(part[i] is None for i in here):
                found.append(None)
                continue
            here = [i for i in here if part[i] and not (may_go[i] and any(given[i] is None for given in values))]
            found.append(how(*([given[i] for i in here] for given in values)))
        return groups.spread(found)

    def taking_part(self: Engine, at: At, of: str, asked: Asked) -> list[Value]:
        if asked.where is None:
            return [F(1)] * len(self.dimensions.members(of))
        return list(self.dimensions.spread(self.evaluate(asked.where, at), of).values)

    def left_out(self: Engine, at: At, of: str, asked: Asked) -> list[bool]:
        """Who is left out where a value is missing: everyone, or those whose reason is named."""
        reasons = [word for word in asked.words if word in REASONS]
        if not reasons:
            return ["skip" in asked.words] * len(self.dimensions.members(of))
        why = self.dimensions.spread(self.call_reason(at, asked.having[0]), of)
        return [reason in reasons for reason in why.values]

    def along(self: Engine, at: At, name: str, how: Callable[..., Any], arguments: Any) -> Members:
        """A value for each member among those of its group."""
        asked = self.asked(name, arguments)
        of = self.joined_dimension(asked)
        groups = self.grouping(at, of, asked)
        values = [self.dimensions.spread(self.evaluate(tree, at), of).values for tree in asked.having]
        found: list[Value] = [None] * len(groups.places)
        for number in range(groups.count):
            here = groups.group(number)
            given = [[each[i] for i in here] for each in values]
            for i, value in zip(here, how(number, *given), strict=True):
                found[i] = value
        return Members(of, tuple(found))

    # -- sums that others ask for ----------------

    def call_running_by(self: Engine, at: At, x: Tree, order: Tree, *more: Tree) -> Value:
        asking = [tree for tree in more if tree[0] != "over"]
        if asking:
            return self.asked_for(at, x, order, asking[0], members.not_above)

        def work(_: int, values: Any, places: Any) -> Any:
            self.apart(places)
            return members.running_by(values, places)

        return self.along(at, "running_by", work, (x, order, *more))

    def call_running_between(self: Engine, at: At, *arguments: Tree) -> Value:
        return self.along(at, "running_between", lambda _, *given: members.kept_between(*given), arguments)

    def call_sum_matching(self: Engine, at: At, x: Tree, key: Tree, wanted: Tree) -> Value:
        return self.asked_for(at, x, key, wanted, lambda own, asked: own == asked)

    def asked_for(self: Engine, at: At, x: Tree, key: Tree, wanted: Tree, holds: Callable[[Any, Any], bool]) -> Value:
        """For each value that is asked for, the sum over the members whose key fits it; those without a key fit none."""
        values, keys = (each.values for each in self.aligned(at, x, key))

        def work(asked: Value) -> Value:
            for own in keys:
                if own is not None and not isinstance(own, str):
                    self.beside(own, asked)
            fit = [v for v, own in zip(values, keys, strict=True) if own is not None and holds(own, asked)]
            return None if None in fit else sum(fit, F(0))

        return self.every_one(work, self.evaluate(wanted, at))
