"""One formula for everything that the language can say beyond the arithmetic of clauses; in turn, so that none is rare.

`FORMULAS` makes the text of one formula for a calendar. What it comes to is a number, a condition or a name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from random_crossings import CROSSINGS, OfPairs
from random_groups import GROUPS, OfGroups
from random_vocabulary import REASONS

if TYPE_CHECKING:
    from random_contracts import Maker

Write = Callable[["Formulas"], str]
MIDDLE = "'middle', "
SIGNS = ("<", "<=", ">", ">=", "==", "!=")


class Formulas(OfPairs, OfGroups):
    """Parts of formulas, for one calendar of one book."""

    def __init__(self, maker: Maker, every: str) -> None:
        self.maker, self.every, self.pick, self.rand = maker, every, maker.random.choice, maker.random.randint

    def sign(self) -> str:
        return self.pick(SIGNS)

    def own(self) -> str:
        """A dimension's member."""
        return self.pick(self.maker.vocabulary.sites)

    def count(self) -> str:
        return self.pick(["spells", "visits"])

    def month(self) -> str:
        return self.maker.month(self.rand(0, self.maker.months - 1))

    def p(self) -> str:
        return self.pick(["2.5%", "10%", "0.5", "95%", "99.8%", "1/3"])

    def site(self) -> str:
        """A number of each site."""
        return self.pick(
            ["number(beds)", "number(beds)", "site_weight", "priority", "number(load)", "number(beds) * factor", "number(beds) + level",
             "number(beds) * number(spells)", "(number(visits) - number(beds))", "sum(number(admitted), over='band')", "rank(number(beds), priority)",
             f"by_member('site', '{self.own()}', 2, {self.rand(0, 3)})", "number(running(beds))", "none_of_it + 1",
             f"if({self.where()}, number(beds), site_weight)", "number(plan(beds))"]
        )  # fmt: skip

    def site_or_missing(self) -> str:
        return self.pick(
            [
                "returned",
                "returned",
                f"if({self.where()}, number(beds), no_value())",
                "site_weight / priority * returned",
            ]
        )

    def where(self) -> str:
        """A condition of each site."""
        return self.pick(
            [f"beds {self.sign()} 20", "grade >= 'middle'", "grade != 'low'", "danger == 'red'", f"site_weight {self.sign()} 1",
             "missing(returned)", "reason(returned) == 'suppressed'", "period_start() >= began", "beds > mean(beds)"]
        )  # fmt: skip

    def parent(self) -> str:
        return self.pick(["area", "zone"])

    def day(self) -> str:
        return self.pick(
            ["period_start()", "period_end()", "date('2024-02-29')", f"member(began, '{self.own()}')", "date('2023-12-31') + 31",
             "add_months(period_end(), 1)", "add_months(date('2024-01-31'), month_number(), 'month_end')"]
        )  # fmt: skip

    def shuffled(self, *items: str) -> str:
        return ", ".join(self.maker.random.sample(items, len(items)))

    def number(self) -> str:
        return self.maker.leaf("number", self.every)

    def whole(self, x: str) -> str:
        """One number of what every site has."""
        return self.pick([f"sum({x})", f"member({x}, '{self.own()}')", f"largest({x})"])

    def over_parent(self, how: str, x: str, *more: str) -> str:
        parent = self.parent()
        texts = "".join(f", '{text}'" for text in (parent, *more))
        member = self.pick({"area": ["city", "county", "coast"], "zone": ["inner", "outer"]}[parent])
        return self.pick([f"member({how}({x}{texts}), '{member}')", f"sum(or_else({how}({x}{texts}), 0))"])

    def skipping(self) -> list[str]:
        return self.pick([["skip"], ["skip", self.pick(REASONS)], ["skip", self.pick(REASONS), "not_stated"]])

    def slow_input(self) -> str:
        """A name with a calendar that fits into this one."""
        slow, length = self.maker.vocabulary.slow, self.maker.length
        fits = self.every in (slow, "term") or (
            "financial_year" not in (slow, self.every) and length(slow) <= length(self.every)
        )
        return self.pick(["people", "previous(people, 10)", "plan(people)"]) if fits else "spells"

    def texts(self, *texts: str) -> str:
        return "".join(f", '{text}'" for text in texts)

    def periodic(self) -> str:
        """A name or a formula with a value in each period."""
        own = [name for name, unit, e in self.maker.quantities if unit != "condition" and e == self.every]
        return self.pick([self.count(), "deaths", "number(spells) * 0.5", "spells * spell_price", *own[-1:]])


def law(name: str, *parameters: str, x: str = "") -> tuple[Write, Write]:
    """The probability and the quantile of one law."""
    whole = name in ("binomial", "poisson")

    def given(f: Formulas) -> str:
        return "".join(f", {f.pick(p.split('|'))}" for p in parameters)

    return (
        lambda f: f"{name}_probability({f.pick(x.split('|'))}{given(f)}, {f.rand(2, 12)})",
        lambda f: f"{name}_quantile({f.p()}{given(f)}, {f.rand(0, 3) if whole else f.rand(2, 9)})",
    )


FORMULAS: list[Write] = [
    # units
    lambda f: f"attained {f.pick('+-')} {f.rand(1, 5)}pp",
    lambda f: f"goal - attained {f.sign()} {f.pick(['1pp', '2.5pp'])}",
    lambda f: f"in_unit(goal - attained, 'pp') * {f.pick(['charge', '2'])}",
    lambda f: f"number({f.rand(1, 9)}pp * charge)",
    lambda f: f"in_unit(fee, '£ per {f.pick(['person', '100 people'])} per {f.pick(['month', 'quarter', 'year'])}')",
    lambda f: f"in_unit(spells / {f.rand(2, 9)}000, 'spells per {f.pick(['1000', '100'])}')",
    lambda f: f"rent * exchange + {f.pick(['£10', '2 * €5 * exchange'])}",
    lambda f: "max(rent, €299.50) / €1 + $7 / $2",
    lambda f: f"money(number(spells)) + sum_in_doubt * {f.rand(0, 3)}",
    # categories and statuses
    lambda f: f"sum(grade {f.sign()} 'middle')",
    lambda f: f"by_category(member(grade, '{f.own()}'), 'high', £30, 'low', £10, {f.pick(['', MIDDLE])}£20)"
    if f.rand(0, 1)
    else "by_category(state, 'open', 1, 'suspended', 0.5, 'closed', 0)",
    lambda f: "sum(by_category(grade, 'low', beds, 2 * beds))",
    lambda f: f"max(member(grade, '{f.own()}'), member(grade, 'east')) == largest(grade)",
    lambda f: f"first_when(state == '{f.pick(['open', 'suspended', 'closed'])}')",
    lambda f: "last_when(state != 'open')",
    lambda f: "any_member(danger == 'red') and not all_members(danger == 'green')",
    lambda f: "lookup('by_grade', smallest(grade))",
    # periods
    lambda f: f"previous({f.periodic()}, {f.rand(0, 9)}, {f.rand(1, 4)})",
    lambda f: f"window({f.periodic()}, {f.rand(1, 5)}{f.texts(*f.pick([[], ['mean'], ['smallest'], ['largest'], ['sum', 'skip']]))})",
    lambda f: f"window(number(deaths), {f.rand(1, 4)}{f.texts(f.pick(['sum', 'mean', 'product', 'largest']), 'skip')})",
    lambda f: f"window({f.count()} {f.sign()} {f.rand(0, 100)}, {f.rand(2, 6)}{f.pick(['', ', ' + repr('mean')])})",
    lambda f: f"later({f.pick(['spells', 'visits', 'deaths'])}, {f.rand(1, 3)}, {f.rand(0, 9)})",
    lambda f: f"first_when({f.maker.condition(f.every, 0)})",
    lambda f: f"last_when({f.pick(['deaths > 5', f.maker.condition(f.every, 0)])})",
    lambda f: f"cumulative({f.pick(['deaths', f.count(), f.count() + ' * 2'])}, '{f.pick([f.maker.longer(f.every), f.every])}'{f.pick(['', ', ' + repr('skip')])})",
    lambda f: f"number(over(spells, '{f.maker.longer(f.every)}')) + sum(number(window(beds, 2)))",
    lambda f: f"change_of({f.pick(['spells, 8', 'spells * spell_price, £5', 'sum(beds), 0'])})",
    lambda f: f"{f.pick(['sum', 'mean', 'largest'])}(kept_beds) + member(previous(kept_beds, 1), 'east')",
    lambda f: f"sum(worst {f.sign()} 'middle') + by_category(stage, 'red', 1, 'amber', 2, 3) + if(stage == 'green', 1, 0)",
    lambda f: f"number({f.slow_input()}) + number({f.slow_input()}) * 2",
    lambda f: "choose(missing(deaths), 1, deaths > 5, 2, 3)",
    # missing values
    lambda f: f"reason({f.pick(['deaths', '2 * deaths', 'deaths + number(spells)'])}) == '{f.pick([*REASONS, 'none', 'not_stated'])}'"
    ,
    lambda f: "by_category(reason(deaths), 'suppressed', 1, 'closed', 2, 'not_submitted', 3, 4)",
    lambda f: f"sum({f.site_or_missing()}{f.texts(*f.skipping())})",
    lambda f: "if(sum(not missing(returned)) >= 2, mean(returned, 'skip'), no_value())",
    lambda f: f"{f.pick(['mean', 'largest', 'smallest', 'product'])}(returned{f.texts(*f.skipping())})",
    lambda f: f.over_parent(f.pick(["sum", "mean", "largest", "smallest", "product"]), "returned", *f.skipping()),
    lambda f: f"min({f.number()}, no_limit()) + if(no_limit() > {f.number()}, 1, 2)",
    lambda f: f"missing(1 + no_limit()) and clip(spells, 5, no_limit()) {f.sign()} 6",
    lambda f: "or_else(no_value(), or_else(deaths, 3 * no_limit()))",
    lambda f: f"{f.pick(['min', 'max'])}({f.number()}, if({f.maker.condition(f.every, 0)}, {f.shuffled('no_limit()', f.number())}))",
    lambda f: f"clip({f.number()}, {f.pick(['0', 'no_limit()', 'no_limit() * 2'])}, choose(deaths > 5, no_limit(), {f.maker.condition(f.every, 0)}, 9, 4))",
    lambda f: f"sum(min({f.site()}, by_member('site', '{f.own()}', {f.shuffled('no_limit()', '7')})))",
    lambda f: f"sum(clip({f.site()}, if({f.where()}, {f.shuffled('no_limit()', 'level')}), max(priority + 3, if({f.where()}, no_limit(), 9))))",
    lambda f: f"if(min({f.number()}, or_else(number(deaths), no_limit())) {f.sign()} if(deaths > 3, no_limit(), 5), 1, 2)",
    lambda f: f.whole(f"running_between({f.site()} - 9, if({f.where()}, no_limit(), 0), if({f.where()}, {f.shuffled('no_limit()', '12')}))"),
    lambda f: f"member(apportion_capped(fraction, site_weight, if({f.where()}, {f.shuffled('no_limit()', '0.4')})), '{f.own()}')",
    lambda f: f"{f.pick(['0 * number(deaths)', 'number(deaths) - number(deaths)', 'if(deaths > 3, 2, 2)', 'fraction * 0 * number(deaths)'])} + {f.number()}",
    lambda f: f"sum({f.pick(['0 * returned', 'returned - returned', 'if(returned > 3, 2, 2)'])}) + {f.number()}",
    # members
    lambda f: f.over_parent(f.pick(["sum", "mean", "largest", "smallest", "product"]), f.site()),
    lambda f: f"{f.pick(['sum', 'mean', 'largest', 'smallest', 'product'])}({f.site()})",
    lambda f: f"{f.pick(['first', 'last'])}({f.site()})",
    lambda f: f"weighted_mean({f.site()}, {f.pick(['site_weight', 'number(beds)', 'returned'])})",
    lambda f: f"median({f.site()})",
    lambda f: f"quantile({f.site()}, {f.p()}{f.pick(['', *(', ' + repr(r) for r in ('inclusive', 'exclusive', 'nearest'))])})",
    lambda f: f"deviation({f.site()}, '{f.pick(['sample', 'population'])}', {f.rand(0, 8)})",
    lambda f: f"slope({f.site()}, {f.site()}{f.pick(['', ', site_weight'])})",
    lambda f: f"any_member({f.where()}) or all_members({f.where()})",
    lambda f: f"sum(if(any_member({f.where()}, '{f.parent()}'), 1, 0)) + sum(if(all_members({f.where()}, 'area'), 1, 0))",
    lambda f: f.whole(f"rank({f.pick([f.site(), 'returned'])}{f.pick(['', *(f.texts(a, b) for a in ('ascending', 'descending') for b in ('best', 'mean', 'order'))])})"),
    lambda f: f"sum(or_else(rank(returned, 'ascending', '{f.pick(['best', 'mean', 'order'])}'), 0) * priority)",
    lambda f: f.whole(f"percentile_group({f.site()}, {f.rand(1, len(f.maker.vocabulary.sites))})"),
    lambda f: f.whole(f"running({f.site()}{f.pick(['', *(f.texts(a, b) for a in ('forwards', 'backwards') for b in ('sum', 'product', 'smallest', 'largest'))])})"),
    lambda f: f.whole(f"running_between({f.site()} - {f.rand(0, 15)}, {f.pick(['0', 'no_limit()', '-priority'])}, {f.pick(['15', 'no_limit()', 'number(beds)'])}{f.pick(['', ', 3', ', priority'])})"),
    lambda f: f.whole(f"running_by({f.site()}, {f.pick(['priority', 'site_weight', 'number(beds)'])})"),
    lambda f: f"member(spread({f.pick([f'sum(beds, {chr(39)}area{chr(39)})', 'level', '3'])}, 'site'), '{f.own()}')",
    lambda f: f"sum(by_member('area', 'city', 2, 'coast', {f.rand(0, 5)}, {f.rand(0, 3)}) * sum({f.site()}, 'area'))",
    lambda f: f"mean(if({f.where()}, {f.site()}, no_value()), 'skip')",
    lambda f: f"sum({f.where()}) + sum({f.where()} and {f.where()})",
    lambda f: f"sum({f.pick(['min', 'max'])}({f.site()}, {f.site()}, level)) - sum(clip({f.site()}, 1, priority + 1))",
    lambda f: f"sum(divide({f.site()}, {f.site()}, {f.rand(0, 3)}) + positive({f.site()} - 10) + negative(site_weight - 1))",
    lambda f: f"sum(round({f.site()} / 7, {f.pick(['0.1', '1', '5'])}, '{f.pick(['half_even', 'floor', 'ceiling'])}'))",
    lambda f: f"sum(part_of_all({f.site()})) + sum(by_group({f.site()}, '{f.parent()}'))",
    # parts
    lambda f: f.whole(f"apportion({f.pick(['£100', '£1234.57', 'spells * spell_price'])}, {f.pick(['site_weight', 'beds', 'none_of_it'])}{f.pick(['', ', £0.01', ', £5'])}{f.pick(['', *(', ' + repr(r) for r in ('nothing', 'equal', 'error'))])})"),
    lambda f: f.whole(f"apportion_capped({f.pick(['£60k', '£1k'])}, {f.pick(['beds', 'site_weight', 'none_of_it'])}, site_limit{f.pick(['', *(', ' + repr(r) for r in ('nothing', 'equal'))])})"),
    lambda f: f"solve('x', {f.pick(['sum(max(5, x * number(beds)))', 'sum(min(x * load, site_limit)) / £1', 'x * x * number(spells)'])}, {f.rand(1, 400)}, 0, {f.rand(1, 9)}, {f.pick(['0.01', '0.25', '1'])}{f.pick(['', ', ' + repr('rising')])})",
    lambda f: f"solve('x', number(spells) - x * {f.rand(1, 9)}, {f.rand(0, 60)}, 0, {f.rand(10, 30)}, {f.pick(['0.1', '1'])}, 'falling')",
    # tables and curves
    lambda f: f"lookup('scale', {f.pick(['month_number()', '5', '10', '2', f.number()])})",
    lambda f: f"lookup('slope_table', {f.pick(['month_number()', '4', '3 / 2', f.number()])})",
    lambda f: f"lookup('grid', {f.pick(['spells', '100', '10'])}, {f.pick(['month_number()', '10', f.number()])})",
    lambda f: f"lookup('exact', contract_year(), {f.pick(['month_number()', '6', '0'])})",
    lambda f: "sum(lookup('by_grade', grade))",
    lambda f: f"sum(lookup('scale', {f.site()}))",
    lambda f: f"curve('line', {f.pick(['10', '0', '25', '-3', '40', f.number()])})",
    lambda f: f"inverse('line', curve('line', {f.pick(['0', '10', '7', '25', '31'])}) + {f.rand(-20, 20)})",
    lambda f: f"sum(curve('line', {f.site()}))",
    # days
    lambda f: f"{f.pick(['year_of', 'month_of', 'day_of', 'weekday'])}({f.day()})",
    lambda f: f"day_of(add_months({f.day()}, {f.rand(-14, 14)}, '{f.pick(['same_day', 'month_end'])}'))",
    lambda f: f"months_between({f.day()}, {f.day()}) + years_between({f.day()}, {f.day()})",
    lambda f: f"month_ends({f.day()}, {f.day()})",
    lambda f: f"number(working_days({f.pick(['period_start()', f.day()])}, {f.pick(['period_end() + 1', f.day()])}))",
    lambda f: f"year_fraction({f.day()}, {f.day()}{f.pick(['', *(', ' + repr(r) for r in ('actual_365', 'actual_360', 'thirty_360'))])})",
    lambda f: f"number(days()) + number(period_end() - period_start()) + year_of({f.day()})",
    lambda f: "sum(if(missing(finished), 0, months_between(began, finished)))",
    lambda f: "sum(clip(month_ends(began, or_else(finished, period_end() + 1)), 0, 12))",
    # functions with decimals
    lambda f: f"exp({f.pick(['0.5', '-2', 'weight_of_it', '3/7'])}, {f.rand(0, 12)})",
    lambda f: f"log({f.pick(['2', '0.01', '1', 'number(spells) + 1'])}, {f.rand(0, 12)})",
    lambda f: f"power({f.pick(['1.025', '2', '0.5', 'weight_of_it'])}, {f.pick(['2', '-3', '0.5', 'contract_year()', '1/3'])}, {f.rand(0, 12)})",
    lambda f: f"sqrt({f.pick(['2', '0', '6.25', 'number(spells)'])}, {f.rand(0, 12)})",
    lambda f: f"logistic({f.pick(['0', '1.5', '-4', 'weight_of_it'])}, {f.rand(0, 12)})",
    *law("normal", x="1.96|-0.3|0|4.2|weight_of_it"),
    *law("t", "10|3|1|24.5", x="2.228|-1|0|0.4"),
    *law("chi_square", "1|4|21", x="3.841|0.2|17|weight_of_it"),
    *law("gamma", "2|11|0.5", "1|0.25", x="3|0.4|12"),
    *law("beta", "2|9|0.5", "5|12|1.5", x="30%|0.9|0.02"),
    *law("binomial", "20|7|1", "10%|0.5|1/3", x="3|0|7|2.5"),
    *law("poisson", "5|0.3|17.5", x="3|0|9|4.5"),
    # the measure library
    lambda f: f"byar_lower({f.pick(['10', '0', 'number(spells)'])}, {f.pick(['95%', '99.8%'])}) + byar_upper({f.pick(['10', '3'])}, 95%)",
    lambda f: f"wilson_{f.pick(['lower', 'upper'])}({f.rand(0, 40)}, {f.rand(41, 300)}, 95%)",
    lambda f: f"funnel_{f.pick(['lower', 'upper'])}({f.pick(['10%', '0.5'])}, {f.rand(5, 300)}, 95%)",
    lambda f: f"xmr_{f.pick(['centre', 'lower', 'upper'])}(number(deaths), {f.rand(2, 6)}) + number(xmr_centre({f.count()}, 3))",
    lambda f: "directly_standardised_rate(number(beds), 100 * priority, 1 + level)",
    lambda f: f"directly_standardised_rate_{f.pick(['lower', 'upper'])}(1 + number(beds), 100 * priority, 1 + level, 95%)",
    lambda f: "indirectly_standardised_ratio(number(beds), 100 * priority, 1 + number(beds), 50 * priority)",
    lambda f: f"indirectly_standardised_ratio_{f.pick(['lower', 'upper'])}(number(beds), 100 * priority, 1 + number(beds), 50 * priority, 95%)",
    lambda f: "number(ratio_of(£700, spells)) + number(expected_events(priority, beds, 2))",
]  # fmt: skip
FORMULAS += [*CROSSINGS, *GROUPS]
