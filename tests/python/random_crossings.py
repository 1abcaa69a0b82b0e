"""Two dimensions that cross, in random contracts: what a book may state by site and age band, and formulas that ask it.

The age bands stand anywhere among the other dimensions, so that pairs stand in both orders.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random_formulas import Formulas

Document = dict[str, Any]
BANDS = ("young", "middle_aged", "old")
WARDS = ("w0", "w1", "w2", "w3", "w4", "w5")
JOINED = ("sum", "mean", "first", "last", "minimum", "maximum")


class Crossed:
    """Dimensions that cross, and what is stated for their pairs."""

    def __init__(self, random: Random, months: int, month: Any, dimensions: list[Document], later: Any) -> None:
        self.random, self.months, self.month, self.later = random, months, month, later
        self.bands = [*BANDS[: random.randint(1, 2)], "east" if random.random() < 0.2 else "old"]
        dimensions.insert(
            random.randint(0, len(dimensions)), {"id": "band", "name": "Age bands", "members": self.bands}
        )
        self.listed = [item["id"] for item in dimensions]
        self.members = {item["id"]: item["members"] for item in dimensions}
        ward = {"id": "ward", "members": list(WARDS),
                "parents": {of: {name: random.choice(self.members[of]) for name in WARDS} for of in ("site", "band")}}  # fmt: skip
        dimensions.append(ward)

    def both(self, one: str, other: str) -> Document:
        first, second = sorted((one, other), key=self.listed.index)
        return {"dimension": first, "by": second}

    def name(self, one: str, other: str) -> str:
        return " by ".join(self.both(one, other).values())

    def places(self, one: str, other: str) -> list[tuple[str, str]]:
        first, second = self.both(one, other).values()
        return [(a, b) for a in self.members[first] for b in self.members[second]]

    def data(self) -> dict[str, list[Any]]:
        pick, count = self.random.choice, len(self.places("site", "band")) * self.months
        return {
            "admitted": [pick([10, 20, 20, self.random.randint(0, 40)]) for _ in range(count)],
            "waiting": [pick([3, 5, self.random.randint(0, 9), "*", None]) for _ in range(count)],
            "staffed": [pick([2, 4, self.random.randint(0, 9), None]) for _ in range(len(WARDS) * self.months)],
        }

    def names_of(self) -> dict[str, list[str]]:
        """The members of inputs of which a reason may say why they are missing."""
        return {"waiting": [f"{a}, {b}" for a, b in self.places("site", "band")]}

    def inputs(self, planned: Document) -> list[Document]:
        pick, both = self.random.choice, self.both("site", "band")
        return [
            {"id": "admitted", "unit": "cases", **both, "aggregate": pick(JOINED),
             "plan": pick(["7", "5 + month_number()", "10 * site_weight"])},
            {"id": "waiting", "unit": "number", **both, "aggregate": pick(JOINED), "may_be_missing": True, **planned},
            {"id": "staffed", "unit": "number", "dimension": "ward", "aggregate": pick(JOINED), "may_be_missing": True},
        ]  # fmt: skip

    def stated(self, one: str, other: str, *choices: str, unit: str = "") -> Document:
        """A parameter's value for all, for some first members and for some pairs."""
        first, second = self.both(one, other).values()

        def term() -> Any:
            if self.random.random() < 0.8:
                return self.random.choice(choices)
            return self.later(self.random.choice(choices), self.random.choice(choices))

        value: Any = {"value": self.random.choice(choices), **({"unit": unit} if unit else {})}
        rows = {a: {b: term() for b in self.members[second] if self.random.random() < 0.6} for a in self.members[first]}
        own = {a: term() for a in self.members[first] if self.random.random() < 0.4}
        return {"dimension": first, "by": second, "value": value, "members": own,
                "pairs": {a: row for a, row in rows.items() if row}}  # fmt: skip

    def parameters(self) -> list[Document]:
        weights = {band: self.random.choice(["0.5", "1", "1.5", "0", "1/3"]) for band in self.bands}
        return [
            {"id": "tariff", **self.stated("site", "band", "0", "4", "10.25", "90", "1/3", unit="£ per case")},
            {"id": "most", **self.stated("site", "band", "£20", "£500", "£90k")},
            {"id": "need_of", "category": "severity", **self.stated("site", "band", "'low'", "'middle'", "'high'")},
            {"id": "area_rate", **self.stated("area", "band", "0", "1", "2", "0.5")},
            {"id": "owed", **self.stated("trust", "band", "£0", "£12.34", "£700", "£90k")},
            {"id": "band_weight", "dimension": "band", "members": weights},
            {"id": "no_pair", **self.both("site", "band"), "value": "0"},
        ]  # fmt: skip

    def quantities(self) -> list[Document]:
        both, pick = self.both("site", "band"), self.random.choice
        grows = pick(["0.5 * previous(kept_pairs, 3) + number(admitted)", "max(previous(kept_pairs, band_weight), site_weight)",
                      "or_else(waiting, previous(kept_pairs, 0, 2))", "spread(priority, 'band')"])  # fmt: skip
        return [
            {"id": "kept_pairs", **both, "aggregate": pick(JOINED), "formula": grows},
            {"id": "of_wards", **both, "aggregate": pick(JOINED), "formula": f"sum(staffed, '{self.name('site', 'band')}', 'skip')"},
            {"id": "worst_pair", **both, "category": "severity", "aggregate": pick(["first", "last"]),
             "formula": "if(number(admitted) > 15, need_of, 'middle')"},
        ]  # fmt: skip


class OfPairs:
    """Parts of formulas over the pairs of sites and age bands."""

    def crossed(self: Formulas) -> Crossed:
        return self.maker.vocabulary.crossed

    def pair(self: Formulas) -> str:
        """A number of each pair."""
        return self.pick(
            ["number(admitted)", "number(admitted)", "number(admitted)", "number(tariff)", "(kept_pairs + band_weight)", "area_rate * site_weight", "number(admitted) * number(spells)", "(number(visits) + kept_pairs)",
             "number(admitted) * site_weight", "band_weight * (number(admitted) * factor)", "(number(admitted) + area_rate)",
             "min(priority * band_weight, number(admitted))", "(spread(site_weight, 'band') * band_weight)",
             "(spread(band_weight, 'site') + level)", f"(spread(3, '{self.names('site', 'band')}') + band_weight)",
             f"if({self.who()}, number(admitted), site_weight)", "number(plan(admitted))", "(of_wards + no_pair)",
             "running(number(admitted), over='band')", f"rank(number(admitted), over='{self.one_of_two()}')"]
        )  # fmt: skip

    def pair_or_missing(self: Formulas) -> str:
        return self.pick(
            ["waiting", "waiting", f"if({self.who()}, number(admitted), no_value())", "band_weight / site_weight * waiting",
             f"if({self.who()}, waiting, band_weight)"]
        )  # fmt: skip

    def who(self: Formulas) -> str:
        """A condition of each pair, of each site or of each band."""
        return self.pick(
            [f"admitted {self.sign()} 20", f"number(admitted) * 2 {self.sign()} number(spells)", "need_of >= 'middle'", "worst_pair == 'high'",
             f"band_weight {self.sign()} 1", "grade != 'low'", "missing(waiting)", "reason(waiting) == 'suppressed'",
             "number(admitted) > mean(number(admitted), over='site')", "any_member(admitted > 20, over='band')"]
        )  # fmt: skip

    def one_of_two(self: Formulas) -> str:
        return self.pick(["site", "band"])

    def names(self: Formulas, one: str, other: str) -> str:
        """The pairs of two dimensions, in one of the two orders."""
        return " by ".join(self.pick([(one, other), (other, one)]))

    def told(self: Formulas, name: str, dimension: str, always: bool = False) -> str:
        """A member of a pair, with its dimension where both have it."""
        clear = sum(name in self.crossed().members[of] for of in ("site", "band")) == 1
        return f"'{name}'" if clear and not always else f"'{name}', '{dimension}'"

    def one_pair(self: Formulas) -> str:
        """A pair by its two names, or by its own."""
        first, second = self.pick(self.crossed().places("site", "band"))
        turned = f"'{second}', '{first}'"
        return self.pick([f"'{first}, {second}'", f"'{first}', '{second}'", turned])

    def left(self: Formulas, x: str, over: str) -> str:
        """One number of what is left for each member of the other dimension."""
        member = self.pick(self.crossed().members["band" if over == "site" else "site"])
        return self.pick([f"member({x}, '{member}')", f"sum(or_else({x}, 0))", f"largest(or_else({x}, -1))"])

    def all_pairs(self: Formulas, x: str) -> str:
        """One number of what every pair has."""
        return self.pick([f"sum({x})", f"member({x}, {self.one_pair()})", f"sum(or_else({x}, 0), where={self.who()})",
                          f"sum(largest({x}, over='band'))"])  # fmt: skip

    def along(self: Formulas, what: str, *more: str) -> str:
        """A function that goes along one of the two, or over all pairs."""
        over = self.pick([", over='site'", ", over='band'", ""])
        return self.all_pairs(f"{what}({', '.join((self.pair(), *more))}{over})")

    def reduced(self: Formulas, how: str, x: str, *more: str, where: bool = True) -> str:
        """What is reduced over one of the two, or over both."""
        over, who = self.one_of_two(), f", where={self.who()}" if where and self.rand(0, 1) else ""
        inside = "".join((x, *(f", {word}" for word in more)))
        return self.pick([self.left(f"{how}({inside}, over='{over}'{who})", over)] * 2 + [f"{how}({inside}{who})"])


Write = Callable[["Formulas"], str]
HOWS = ("sum", "mean", "largest", "smallest", "product")
ABOVE = (("area", "band"), ("zone", "band"))

CROSSINGS: list[Write] = [
    lambda f: f.reduced(f.pick(HOWS), f.pair()),
    lambda f: f.reduced(f.pick(HOWS), f.pair()),
    lambda f: f.reduced(f.pick(HOWS), f.pair_or_missing(), *map(repr, f.skipping())),
    lambda f: f.reduced(f.pick(HOWS), f.pair_or_missing()),
    lambda f: f.reduced(f.pick(["first", "last"]), f.pick([f.pair(), f.pair_or_missing()])),
    lambda f: f.reduced("weighted_mean", f.pair(), f.pick(["site_weight", "band_weight", "number(admitted)", "waiting"])),
    lambda f: f.left(f"{f.pick(['min', 'max'])}({f.pair()}, over='site'{f.pick(['', ', where=' + f.who()])})", "site"),
    lambda f: f"{f.pick(['min', 'max'])}({f.pick([f.pair(), f.site()])}, where={f.pick(['band_weight >= 1 and admitted > 5', f.who()])})",
    lambda f: f.left(f"count({f.who()} and admitted > 2, over='band'{f.pick(['', ', where=' + f.who()])})", "band"),
    lambda f: f"count(admitted {f.sign()} 20, where={f.who()}) + count({f.where()}, over='site')",
    lambda f: f.left(f"number(if({f.pick(['any', 'all'])}({f.who()} or admitted > 30, over='site', where={f.who()}), 1, 0))", "site"),
    lambda f: f"sum(if({f.pick(['any', 'all'])}(admitted {f.sign()} 20, over='band'), site_weight, 0)) + sum(if(all({f.where()}, over='site'), 1, 0) + band_weight)"
    ,
    lambda f: f"sum(if({f.pick(['any_member', 'all_members'])}(waiting > 4, over='band'{f.pick(['', ', where=' + f.who()])}), 1, 2))",
    lambda f: f"{f.pick(['any', 'all'])}(admitted > 10, where={f.who()}) == {f.pick(['any_member', 'all_members'])}(admitted > 10, where={f.who()})",
    lambda f: f.reduced("median", f.pick([f.pair(), f.pair_or_missing()]), where=False),
    lambda f: f"median({f.pair_or_missing()}, 'skip') + quantile({f.pair_or_missing()}, {f.p()}, 'skip')",
    lambda f: f.reduced("quantile", f.pair(), f.p(), *f.pick([[], ["'exclusive'"], ["'nearest'"]]), where=False),
    lambda f: f.reduced("deviation", f.pair(), repr(f.pick(["sample", "population"])), str(f.rand(0, 8)), where=False),
    lambda f: f.reduced("slope", f.pair(), f.pick([f.pair(), "priority", "band_weight"]), *f.pick([[], ["site_weight"]]), where=False),
    lambda f: f.along("rank", *f.pick([[], ["'ascending'", "'mean'"], ["'descending'", "'order'"], ["'ascending'", "'best'"]])),
    lambda f: f.along("percentile_group", f.pick(["1", "2"])),
    lambda f: f.along("running", *f.pick([[], ["'backwards'"], ["'forwards'", "'product'"], ["'backwards'", "'largest'"]])),
    lambda f: f.along("running_by", f.pick(["priority", "band_weight", "-number(admitted)", "site_weight"])),
    lambda f: f.along("running_between", f.pick(["0", "no_limit()", "band_weight"]), f.pick(["25", "no_limit()", "priority * 20"]), *f.pick([[], ["7"]])),
    lambda f: f"sum(or_else(rank(waiting, over='{f.one_of_two()}'), 0) * (1 + band_weight))",
    # parts
    lambda f: f.all_pairs(f"apportion({f.pick(['load', '£100 * priority', '£1234.57', 'factor * £90'])}, {f.pick(['admitted', 'band_weight + no_pair', 'no_pair'])}{f.pick(['', ', £0.01', ', £5'])}{f.pick(['', *(', ' + repr(r) for r in ('nothing', 'equal', 'error'))])}, over='band')"),
    lambda f: f.all_pairs(f"apportion({f.pick(['£70 * band_weight', '£1k'])}, {f.pick(['admitted', 'number(admitted) * site_weight', 'no_pair'])}{f.pick(['', ', £0.01'])}, over='site')"),
    lambda f: f.all_pairs(f"apportion({f.pick(['£100.01', 'spells * spell_price'])}, admitted{f.pick(['', ', £0.01', ', £5'])})"),
    lambda f: f.all_pairs(f"apportion_capped({f.pick(['£60k', '£1k'])}, {f.pick(['admitted', 'no_pair'])}, most{f.pick(['', ', ' + repr('equal')])}{f.pick(['', ', over=' + repr('site'), ', over=' + repr('band')])})"),
    # joins, names and spreading
    lambda f: f.all_pairs(f"{f.pair()} * {f.pick(['site_weight', 'band_weight', 'area_rate', 'level', 'factor', f.pair()])}"),
    lambda f: f"sum({f.pick(['min', 'max'])}({f.pair()}, {f.pair()}, level)) - sum(clip({f.pair()}, band_weight, priority + 1))",
    lambda f: f"member({f.pick([f.pair(), 'waiting'])}, {f.one_pair()})",
    lambda f: f"sum(member({f.pair()}, {f.told(f.own(), 'site', f.rand(0, 1) == 1)}) * band_weight)",
    lambda f: f"member(member({f.pair()}, {f.told(f.pick(f.crossed().bands), 'band', f.rand(0, 1) == 1)}), '{f.own()}')",
    lambda f: f"sum(spread({f.pick(['site_weight', 'sum(admitted, over=' + repr('band') + ')', '2'])}, '{f.pick(['band', f.names('site', 'band')])}') * (1 + {f.pair()}))",
    lambda f: f"sum(spread(area_rate, '{f.names('site', 'band')}')) + sum(spread(factor, 'band') * area_rate)",
    lambda f: f"sum(divide({f.pair()}, band_weight, {f.rand(0, 2)}) + positive(site_weight * band_weight - 1) + negative({f.pair()} - 10))",
    lambda f: f"sum(round(spread(band_weight, 'trust') * number(owed) / 7, {f.pick(['0.1', '1', '5'])})) + sum(largest(owed, over='trust')) / £1",
    lambda f: f"sum(by_member('site', '{f.own()}', {f.rand(0, 3)}, 0.5) * by_member('band', 'young', 2, {f.rand(0, 3)}) * {f.pair()})",
    # parents, keys and rows
    lambda f: f"sum({f.pick(HOWS)}({f.pair()}, '{f.pick(['area', 'zone'])}') - 1, 'skip')" if f.rand(0, 1) else f"sum({f.pick(HOWS)}({f.pair()}, '{f.one_of_two()}'))",
    lambda f: f"sum(or_else({f.pick(HOWS)}({f.pick([f.pair(), f.pair_or_missing()])}, '{f.names(*f.pick(ABOVE))}'), 2) * band_weight)",
    lambda f: f"sum(or_else({f.pick([*HOWS, 'median'])}({f.pair_or_missing()}, '{f.pick(['area', 'zone'])}'{f.pick(['', ', ' + repr('skip')])}, over='site'), 2) * band_weight)",
    lambda f: f"sum(or_else(median({f.pair_or_missing()}, 'skip', over='{f.one_of_two()}'), 1)) + sum(or_else(weighted_mean({f.pair_or_missing()}, band_weight, 'skip', over='band'), 2))",
    lambda f: f"sum(or_else(sum(staffed, '{f.names('site', 'band')}', 'skip'), 1) - sum({f.pair()}, '{f.names('area', 'band')}'), 'skip')",
    lambda f: f"sum(or_else({f.pick([*HOWS, 'median'])}(staffed, '{f.names('site', 'band')}', 'skip'), 1) * {f.pair()})",
    lambda f: f"number(sum(or_else(staffed, 1) * {f.pick(['tariff', 'area_rate', 'site_weight', f.pair()])})) - sum(number(tariff) + band_weight)",
    lambda f: f.all_pairs(f"{f.pick(['sum', 'mean', 'smallest', 'median'])}({f.pair()}, {f.pick(['need_of', 'worst_pair', 'grade', 'band_weight', 'priority'])})"),
    lambda f: f.all_pairs(f"rank({f.pair()}, {f.pick(['need_of', repr('area'), repr('site'), 'priority'])})"),
    lambda f: f.pick([f"sum_matching({f.pair()}, need_of, {f.pick([repr('low'), repr('high')])})", f"sum(sum_matching({f.pair()}, number(admitted), {f.pick(['priority', '10 * band_weight', '20 + no_pair'])}))"]),
    lambda f: f.all_pairs(f"running_by({f.pair()}, number(admitted), {f.pick(['number(admitted) - 5', '20 * band_weight + no_pair', 'number(spells) + no_pair'])})"),
    # periods and missing values
    lambda f: f.all_pairs(f"previous({f.pick(['kept_pairs', 'admitted / 1', 'of_wards'])}, {f.pick(['2', 'band_weight', 'site_weight'])}, {f.rand(1, 3)})"),
    lambda f: f"sum(or_else(previous({f.pair()} * 1, {f.pick(['2', 'band_weight', 'level', 'area_rate'])}), 1))",
    lambda f: f"sum(previous({f.pick(['member(number(admitted), ' + repr('young') + ')', 'sum(number(admitted), over=' + repr('band') + ')', 'max(number(admitted), over=' + repr('band') + ')', 'sum(number(admitted), ' + repr('site') + ')'])}, {f.pick(['2', 'level', 'priority'])}))",
    lambda f: f"sum(number(window(admitted, {f.rand(1, 4)}{f.pick(['', *(', ' + repr(r) for r in ('mean', 'largest', 'median'))])}))) + sum(number(cumulative(admitted)))",
    lambda f: f"sum(or_else(window(waiting, 3, '{f.pick(['sum', 'smallest'])}', 'skip'), 1) * band_weight) + number(sum(later(admitted, 1, 3)))",
    lambda f: "sum(kept_pairs, where=missing(waiting)) + sum(sum(of_wards, over='band', where=site_weight > 0))",
    lambda f: f"count(reason(waiting) == '{f.pick(['suppressed', 'not_submitted', 'closed', 'none'])}', where=missing(waiting)) + sum(missing(waiting))",
    # of categories, tables, curves, definitions and money
    lambda f: f"sum(by_category(need_of, 'low', number(admitted), 'middle', band_weight, {f.pair()}))",
    lambda f: f"sum(sum(need_of {f.sign()} 'middle', over='band', where={f.who()}))",
    lambda f: f"sum(lookup('by_grade', need_of)) + sum(lookup('scale', {f.pair()}), where={f.who()})",
    lambda f: f"number(sum(or_else(curve('line', {f.pair()}), 0))) + sum(part_of_all({f.pair()})) + sum(by_group({f.pair()}, '{f.pick(['band', 'site', 'area'])}'))",
    lambda f: f"sum(admitted * tariff{f.pick(['', ' * band_weight', ' * site_weight * area_rate'])})",
    lambda f: f"sum(min(sum(admitted * tariff, over='{f.pick(['band'])}'), load))",
    lambda f: f"sum(mean({f.site()}, where={f.where()}) * band_weight) + sum(site_weight, over='site', where={f.where()})",
    lambda f: f"solve('x', sum(min(x * number(admitted), band_weight * 20 + no_pair)), {f.rand(1, 90)}, 0, {f.rand(1, 9)}, {f.pick(['0.01', '0.25'])})",
]  # fmt: skip
