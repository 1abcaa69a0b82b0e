"""Groups of members in random contracts: by a parent, by a key that is computed; sums as others ask; places in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random_formulas import Formulas

Write = Callable[["Formulas"], str]


class OfGroups:
    """Parts of formulas over groups of sites."""

    def key(self: Formulas) -> str:
        """What sites have in common; one that is missing belongs to no group."""
        return self.pick(
            ["grade", "danger", "priority", "priority", "site_weight", "number(beds)", "beds > 15", "whole(number(beds), 10)",
             "returned", f"if({self.where()}, priority, no_value())", "running(priority)", "rank(number(beds))"]
        )  # fmt: skip

    def group(self: Formulas) -> str:
        return self.pick([self.key(), self.key(), f"'{self.parent()}'"])

    def of_group(self: Formulas, how: str, *more: str, skip: bool = True) -> str:
        """What a function of groups comes to, as one number."""
        x = self.pick([self.site(), self.site(), self.site_or_missing()])
        words = self.pick(["", ", 'skip'"]) if skip else ""
        if self.rand(0, 1):
            return self.each(f"{how}({', '.join((x, *more, self.key()))}{words})")
        return self.over_parent_of(f"{how}({', '.join((x, *more))}", words)

    def over_parent_of(self: Formulas, begun: str, words: str) -> str:
        parent = self.parent()
        member = self.pick({"area": ["city", "county", "coast"], "zone": ["inner", "outer"]}[parent])
        whole = f"{begun}, '{parent}'{words})"
        return self.pick([f"member({whole}, '{member}')", f"sum(or_else({whole}, 0))"])

    def each(self: Formulas, x: str) -> str:
        """One number of what every site has, or may lack."""
        return self.pick([f"sum(or_else({x}, 0) * priority)", f"member({x}, '{self.own()}')", f"sum({x}, 'skip')"])

    def wanted(self: Formulas) -> str:
        """Who asks: one, the sites themselves, or the members of another dimension."""
        return self.pick(["2", "priority + 1", "priority - 1", "level", "number(deaths)", "number(spells)", "returned",
                          "level * 10", "number(beds)", "20"])  # fmt: skip

    def one_of(self: Formulas, x: str) -> str:
        """One number, whatever dimension it has: of none the pair with a level spreads it."""
        return f"sum(or_else(spread(0, 'zone') * 0 + {x}, 1))"


GROUPS: list[Write] = [
    lambda f: f.of_group("median"),
    lambda f: f.of_group("quantile", f.p(), *f.pick([[], ["'inclusive'"], ["'exclusive'"], ["'nearest'"]])),
    lambda f: f.of_group("deviation", f"'{f.pick(['sample', 'population'])}'", str(f.rand(0, 8))),
    lambda f: f.of_group("weighted_mean", f.pick(["site_weight", "number(beds)", "priority"])),
    lambda f: f.each(f"{f.pick(['sum', 'mean', 'largest', 'smallest'])}({f.site()}, {f.key()})"),
    lambda f: f.each(f"{f.pick(['sum', 'mean', 'largest', 'smallest'])}({f.site_or_missing()}, {f.key()}, 'skip')"),
    lambda f: f.each(f"sum({f.where()}, {f.key()})"),
    lambda f: f"sum(if(or_else({f.pick(['any_member', 'all_members'])}({f.where()}, {f.key()}), false), 1, 2))",
    lambda f: f.each(f"rank({f.pick([f.site(), 'returned'])}{f.pick(['', *(f.texts(a, b) for a in ('ascending', 'descending') for b in ('best', 'mean', 'order'))])}, {f.group()})"),
    lambda f: f.each(f"percentile_group({f.pick([f.site(), 'returned'])}, {f.rand(1, 3)}, {f.group()})"),
    lambda f: f.each(f"percentile_group(returned, {f.rand(1, 2)})"),
    lambda f: f"sum(if(rank({f.site()}, 'order', {f.group()}) == 1, {f.site()}, 0), 'skip')",
    lambda f: f.one_of(f"sum_matching({f.site()}, {f.pick(['priority', 'number(beds)', 'site_weight', 'level * 10'])}, {f.wanted()})"),
    lambda f: f.one_of(f"sum_matching({f.site_or_missing()}, {f.pick(['priority', 'returned'])}, {f.wanted()})"),
    lambda f: f"sum_matching({f.site()}, grade, {f.pick(['smallest(grade)', repr('high'), 'largest(grade)'])})",
    lambda f: f.each(f"sum_matching({f.site()}, running(1 + none_of_it), running(1 + none_of_it) - 1)"),
    lambda f: f"running_by({f.site()}, grade, {f.pick([repr('low'), repr('middle'), 'largest(grade)', 'smallest(grade)'])})",
    lambda f: f.each(f"running_by({f.site()}, grade) + sum_matching({f.site()}, grade, grade)"),
    lambda f: f.one_of(f"running_by({f.site()}, {f.pick(['priority', 'number(beds)', 'returned'])}, {f.wanted()})"),
    lambda f: f.each(f"running_by({f.site()}, number(beds)) - running_by({f.site_or_missing()}, number(beds), number(beds) - {f.rand(1, 20)})"),
    lambda f: f"window_place({f.periodic()}, {f.rand(3, 6)}, {f.pick([1, 2, 3, -1, -2, -3])})",
    lambda f: f"sum(or_else(number(window_place({f.pick(['beds', 'returned', 'number(beds) * site_weight'])}, {f.rand(2, 4)}, {f.pick([1, 2, -1, -2])})), 1) * priority)",
    lambda f: f"window({f.periodic()}, {f.rand(1, 6)}, 'median')",
    lambda f: f"previous(number({f.periodic()}), {f.rand(0, 9)}, {f.pick(['number(deaths)', 'contract_year()', 'month_number()', 'modulo(number(spells), 4)', 'number(visits) / 10', 'number(spells) - 99'])})",
    lambda f: f"sum(or_else(previous({f.pick(['sum(number(beds), ' + repr('area') + ')', 'level * site_weight', 'spread(level, ' + repr('site') + ')', 'rank(beds)', 'sum(number(beds), priority)', 'by_member(' + repr('area') + ', ' + repr('city') + ', 2, 3)', 'sum_matching(number(beds), priority, level)'])}, {f.pick(['2', 'level'])}, {f.rand(1, 2)}), 1))",
    lambda f: f"sum(or_else(previous({f.pick(['number(beds)', 'kept_beds'])}, 1, {f.pick(['priority', 'returned', 'site_weight', 'level'])}), 7))",
]  # fmt: skip
