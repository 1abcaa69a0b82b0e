"""For each function of the formula language one or more examples; the page shows what each comes to.

An example is the formula, the calendar on which it is asked, and the number of the period (from 1).
"""

from __future__ import annotations

from typing import Any

import openbook as ob

MONTH_1, MONTH_2, MONTH_3 = ("month", 1), ("month", 2), ("month", 3)
YEAR_1, YEAR_2 = ("year", 1), ("year", 2)

EXAMPLES: dict[str, list[tuple[str, tuple[str, int]]]] = {
    "min": [("min(spells, 105)", MONTH_2)],
    "max": [("max(spells, 105)", MONTH_1)],
    "clip": [("clip(spells, 105, 115)", MONTH_3)],
    "abs": [("abs(variance)", YEAR_1)],
    "positive": [("positive(variance)", YEAR_1), ("positive(-variance)", YEAR_1)],
    "negative": [("negative(variance)", YEAR_1)],
    "if": [("if(spells >= 120, £5,000, £0)", MONTH_3)],
    "choose": [("choose(spells < 105, 1, spells < 115, 2, 3)", MONTH_2)],
    "divide": [("divide(spells, 0, 0)", MONTH_1), ("spells / 4", MONTH_1)],
    "whole": [("whole(spells, 30)", MONTH_1)],
    "modulo": [("modulo(spells, 30)", MONTH_1)],
    "round": [
        ("round(£1,234.565, £0.01)", MONTH_1),
        ("round(spells / 30, 1, 'ceiling')", MONTH_1),
        ("round(12.5, 1, 'half_even')", MONTH_1),
    ],
    "exp": [("exp(1, 6)", MONTH_1)],
    "log": [("log(2, 6)", MONTH_1)],
    "power": [("power(1.025, 2, 6)", MONTH_1)],
    "sqrt": [("sqrt(2, 6)", MONTH_1)],
    "logistic": [("logistic(0, 6)", MONTH_1)],
    **{
        name: [(formula, MONTH_1)]
        for name, formula in {
            "normal_probability": "normal_probability(1.96, 4)",
            "normal_quantile": "normal_quantile(97.5%, 4)",
            "t_probability": "t_probability(2.228, 10, 4)",
            "t_quantile": "t_quantile(97.5%, 10, 4)",
            "chi_square_probability": "chi_square_probability(3.841, 1, 4)",
            "chi_square_quantile": "chi_square_quantile(95%, 1, 4)",
            "gamma_probability": "gamma_probability(3, 2, 1, 4)",
            "gamma_quantile": "gamma_quantile(97.5%, 11, 1, 4)",
            "beta_probability": "beta_probability(30%, 2, 5, 4)",
            "beta_quantile": "beta_quantile(2.5%, 9, 12, 4)",
            "binomial_probability": "binomial_probability(3, 20, 10%, 4)",
            "binomial_quantile": "binomial_quantile(97.5%, 20, 10%, 0)",
            "poisson_probability": "poisson_probability(3, 5, 4)",
            "poisson_quantile": "poisson_quantile(97.5%, 5, 0)",
        }.items()
    },
    "inverse": [("inverse('line', 25)", MONTH_1)],
    "lookup": [("lookup('minimum_rate', 500)", MONTH_1), ("lookup('minimum_rate', 99)", MONTH_1)],
    "solve": [("solve('x', sum(max(5, x * number(beds))), 100, 0, 10, 0.01)", MONTH_1)],
    "curve": [("curve('ramp', 50%)", MONTH_1), ("curve('ramp', 120%)", MONTH_1)],
    "missing": [("missing(late_return)", MONTH_1)],
    "reason": [("reason(late_return) == 'suppressed'", MONTH_1)],
    "by_category": [("by_category(standing, 'open', £100, 'closed', £0)", MONTH_1)],
    "in_unit": [("in_unit(spells / 8000, 'spells per 1000')", MONTH_1), ("in_unit(52% - 50%, 'pp')", MONTH_1)],
    "or_else": [("or_else(late_return, 95%)", MONTH_1)],
    "count": [("count(spells > 1000, spells > 5000, variance < £0)", YEAR_1)],
    "any": [("any(spells > 115, spells < 90)", MONTH_1)],
    "all": [("all(spells > 90, spells < 115)", MONTH_1)],
    "no_limit": [("min(spells, no_limit())", MONTH_1), ("spells < no_limit()", MONTH_1)],
    "no_value": [("or_else(no_value(), 5)", MONTH_1)],
    "previous": [
        ("previous(spells, 95)", MONTH_1),
        ("previous(spells, 95)", MONTH_2),
        ("previous(spells, 95, 2)", MONTH_3),
        ("previous(spells, 95, if(busy, 2, 1))", MONTH_3),
    ],
    "window": [
        ("window(spells, 2)", MONTH_3),
        ("window(busy, 3, 'mean')", MONTH_3),
        ("window(spells * price, 2, 'largest')", MONTH_3),
        ("window(spells, 3, 'median')", MONTH_3),
    ],
    "window_place": [("window_place(spells, 3, 1)", MONTH_3), ("window_place(spells, 3, -2)", MONTH_3)],
    "later": [("later(spells, 1, 120)", MONTH_1)],
    "first_when": [("first_when(busy)", MONTH_1), ("first_when(busy)", MONTH_3)],
    "last_when": [("last_when(busy)", MONTH_3)],
    "cumulative": [("cumulative(spells, 'year')", MONTH_3)],
    "over": [("spells / over(spells, 'year')", MONTH_1)],
    "plan": [("spells - plan(spells)", MONTH_3)],
    "paid": [("paid('tariff')", MONTH_1), ("paid('tariff', 'year')", YEAR_1)],
    "received": [("received('tariff', 'trust', 'year')", YEAR_1)],
    "position": [("position('trust', 'year')", YEAR_1)],
    "provisional": [("provisional('trust', 'year')", YEAR_1)],
    "income": [("income('trust', 'year')", YEAR_1)],
    "cost": [("cost('trust', 'year')", YEAR_1)],
    "cash": [("cash('trust')", MONTH_1), ("cash('trust')", MONTH_2)],
    "reserves": [("reserves('trust')", MONTH_1)],
    "score": [("score('outcomes')", YEAR_1)],
    "measure": [("measure('seen_in_time')", YEAR_1)],
    "sum": [
        ("sum(weight)", MONTH_1),
        ("member(sum(beds, 'provider'), 'north')", MONTH_1),
        ("sum(beds >= 15)", MONTH_1),
        ("member(sum(people, over='age_band'), 'north')", MONTH_1),
        ("member(sum(people, over='provider', where=people > 25), 'over_65')", MONTH_1),
    ],
    "largest": [("largest(weight)", MONTH_1), ("member(largest(beds, 'provider'), 'north')", MONTH_1)],
    "smallest": [("smallest(weight)", MONTH_1)],
    "mean": [("mean(weight)", MONTH_1), ("member(mean(beds, 'provider'), 'north')", MONTH_1)],
    "product": [("product(weight)", MONTH_1)],
    "first": [("first(beds)", MONTH_1)],
    "last": [("last(weight)", MONTH_1)],
    "weighted_mean": [("weighted_mean(occupancy, beds)", MONTH_1)],
    "median": [
        ("median(beds)", MONTH_1),
        ("member(median(beds, 'provider'), 'north')", MONTH_1),
        ("member(median(occupancy, beds), 'ward_b')", MONTH_1),
    ],
    "quantile": [("quantile(beds, 25%)", MONTH_1), ("quantile(beds, 25%, 'nearest')", MONTH_1)],
    "deviation": [("deviation(beds, 'population', 4)", MONTH_1)],
    "slope": [("slope(occupancy, beds)", MONTH_1)],
    "percentile_group": [("member(percentile_group(beds, 3), 'ward_a')", MONTH_1)],
    "running_by": [
        ("member(running_by(beds, occupancy), 'ward_a')", MONTH_1),
        ("running_by(beds, occupancy, 75%)", MONTH_1),
    ],
    "sum_matching": [
        ("sum_matching(occupancy, beds, 20)", MONTH_1),
        ("member(sum_matching(beds, rank(occupancy), rank(occupancy) - 1), 'ward_a')", MONTH_1),
    ],
    "apportion": [
        ("member(apportion(£100, beds), 'ward_b')", MONTH_1),
        ("member(apportion(£100.01, beds, £0.01), 'ward_b')", MONTH_1),
        ("member(apportion(£90, 0 * beds, 'equal'), 'ward_b')", MONTH_1),
    ],
    "apportion_capped": [("member(apportion_capped(£100, beds, money(1.5 * number(beds))), 'ward_a')", MONTH_1)],
    "by_member": [("sum(beds * by_member('ward', 'ward_a', 2, 1))", MONTH_1)],
    "any_member": [("any_member(beds > 25)", MONTH_1)],
    "all_members": [("all_members(beds >= 10)", MONTH_1)],
    "rank": [
        ("member(rank(beds), 'ward_b')", MONTH_1),
        ("member(rank(beds, 'ascending', 'mean'), 'ward_b')", MONTH_1),
        ("member(rank(people, over='provider'), 'north', 'under_65')", MONTH_1),
    ],
    "running": [
        ("member(running(beds), 'ward_b')", MONTH_1),
        ("member(running(beds, 'backwards'), 'ward_b')", MONTH_1),
        ("member(running(beds, 'forwards', 'largest'), 'ward_c')", MONTH_1),
    ],
    "running_between": [
        ("member(running_between(beds - 8, 0, 5), 'ward_b')", MONTH_1),
        ("member(running_between(beds - 8, no_limit(), 5, 3), 'ward_a')", MONTH_1),
    ],
    "spread": [
        ("sum(spread(weight, 'provider'))", MONTH_1),
        ("member(spread(sum(beds, 'provider'), 'ward'), 'ward_b')", MONTH_1),
    ],
    "member": [("member(weight, 'over_65')", MONTH_1), ("member(people, 'north', 'over_65')", MONTH_1)],
    "contract_year": [("contract_year()", YEAR_2)],
    "month_number": [("month_number()", MONTH_3), ("month_number()", YEAR_1)],
    "calendar_month": [("calendar_month()", MONTH_1)],
    "months": [("months()", MONTH_1), ("months()", YEAR_1)],
    "from_month": [("from_month('2024-06')", MONTH_2), ("from_month('2024-06')", MONTH_3)],
    "date": [("date('2024-04-15') - date('2024-02-15')", MONTH_1)],
    "period_start": [("date('2025-03-31') - period_start()", YEAR_1)],
    "period_end": [("period_end() - period_start()", MONTH_1)],
    "days": [("days()", MONTH_1)],
    "year_of": [("year_of(date('2024-12-31') + 1)", MONTH_1)],
    "month_of": [("month_of(period_end())", MONTH_3)],
    "day_of": [("day_of(period_end())", MONTH_3)],
    "weekday": [("weekday(date('2024-04-15'))", MONTH_1)],
    "add_months": [
        ("day_of(add_months(date('2024-02-29'), 1))", MONTH_1),
        ("day_of(add_months(date('2024-02-29'), 1, 'month_end'))", MONTH_1),
    ],
    "months_between": [("months_between(date('2024-01-31'), date('2024-02-29'))", MONTH_1)],
    "years_between": [("years_between(date('1956-05-01'), period_end())", MONTH_1)],
    "month_ends": [("month_ends(date('2024-04-15'), date('2024-07-01'))", MONTH_1)],
    "working_days": [("working_days(period_start(), period_end() + 1)", MONTH_1)],
    "year_fraction": [
        ("year_fraction(date('2024-04-01'), date('2025-04-01'))", MONTH_1),
        ("year_fraction(date('2024-04-01'), date('2024-07-01'), 'thirty_360')", MONTH_1),
    ],
    "number": [("number(spells)", MONTH_1)],
    "money": [("money(2.5 * number(spells))", MONTH_1)],
}

BOOK: dict[str, Any] = {
    "format": 1,
    "id": "formulas",
    "calendar": {"start": "2024-04", "months": 24, "holidays": ["2024-04-01", "2024-05-06"]},
    "dimensions": [
        {"id": "age_band", "members": ["under_65", "over_65"]},
        {"id": "provider", "members": ["north", "south"]},
        {
            "id": "ward",
            "members": ["ward_a", "ward_b", "ward_c"],
            "parents": {"provider": {"ward_a": "north", "ward_b": "north", "ward_c": "south"}},
        },
    ],
    "categories": [{"id": "standings", "values": ["open", "closed"]}],
    "parties": [
        {"id": "ccg", "roles": ["commissioner"]},
        {"id": "trust", "roles": ["provider"]},
        {"id": "suppliers", "roles": ["supplier"], "legal": "outside"},
    ],
    "inputs": [
        {"id": "spells", "unit": "spells", "plan": 110},
        {"id": "late_return", "unit": "number", "may_be_missing": True},
        {"id": "standing", "category": "standings", "aggregate": "last", "plan": "'open'"},
        {"id": "seen_within_18_weeks", "unit": "number", "every": "year", "aggregate": "last", "plan": "90%"},
    ],
    "parameters": [
        {"id": "price", "value": {"value": 2000, "unit": "£ per spell"}},
        {"id": "variance", "value": "-£30,000"},
        {"id": "weight", "dimension": "age_band", "members": {"under_65": "0.8", "over_65": "1.7"}},
        {
            "id": "people",
            "dimension": "age_band",
            "by": "provider",
            "pairs": {"under_65": {"north": 50, "south": 80}, "over_65": {"north": 20, "south": 30}},
        },
        {"id": "beds", "dimension": "ward", "members": {"ward_a": 10, "ward_b": 20, "ward_c": 20}},
        {"id": "occupancy", "dimension": "ward", "members": {"ward_a": "80%", "ward_b": "90%", "ward_c": "70%"}},
    ],
    "curves": [
        {"id": "ramp", "points": [{"at": "0%", "value": 0}, {"at": "80%", "value": 0}, {"at": "100%", "value": 1}]},
        {"id": "line", "points": [{"at": 0, "value": 10}, {"at": 10, "value": 40}]},
    ],
    "tables": [
        {
            "id": "minimum_rate",
            "keys": [{"name": "people", "match": "from"}],
            "rows": [{"at": [100], "value": "5%"}, {"at": [500], "value": "4%"}],
        }
    ],
    "frameworks": [
        {
            "id": "outcomes",
            "measures": [
                {"id": "seen_in_time", "value": "seen_within_18_weeks", "weight": 1, "pain_at": "85%", "gain_at": "92%"}
            ],
        }
    ],
    "contracts": [
        {
            "id": "acute",
            "payer": "ccg",
            "payee": "trust",
            "clauses": [{"id": "tariff", "kind": "activity", "quantity": "spells", "price": "price", "paid_after": 1}],
        }
    ],
    "finances": {
        "opening_cash": {"trust": "£50k"},
        "reserves": {"trust": "£400k"},
        "costs": [{"id": "wards", "kind": "fixed", "party": "trust", "amount": "£190,000"}],
    },
}
SETTING = (
    "The examples stand in a book of 24 months from April 2024: `spells` were 100 in the first month, 110 in the second "
    "and 120 in every later one, with a plan of 110; `price` is £2,000 per spell, paid a month in arrears under the clause "
    "`tariff` from `ccg` to `trust`; the trust spends £190,000 a month, starts with £50,000 in cash and has reserves of "
    "£400,000; `variance` is -£30,000; `weight` is 0.8 for `under_65` and 1.7 for `over_65`; `people` are 50 and 20 in `north`, 80 and 30 in `south`, by these age bands; `beds` are 10 "
    "in `ward_a` and 20 in `ward_b`, both of the provider `north`, and 20 in `ward_c` of `south`; their `occupancy` is 80%, 90% and "
    "70%; `busy` says that spells are 110 or more; `late_return` is missing, suppressed at its source; `standing` is one of the names open and closed, and is open; the curve `ramp` is 0 up to 80% and rises to 1 at 100%, "
    "`line` rises from 10 at 0 to 40 at 10; the table `minimum_rate` says 5% from 100 people and 4% from 500; 1 April and 6 May "
    "2024 are holidays; the framework `outcomes` has one measure, scored in steps: 90% "
    "seen in 18 weeks, pain at 85% and below, gain at 92% and above."
)


def results() -> dict[str, list[tuple[str, str, str]]]:
    """For each function its examples: formula, label of the period, result in words."""
    asked = [(name, formula, at) for name, list_ in EXAMPLES.items() for formula, at in list_]
    quantities = [
        {"id": f"example_{number}", "every": every, "formula": formula}
        for number, (_, formula, (every, _)) in enumerate(asked)
    ]
    book = ob.read_book(BOOK | {"quantities": [*quantities, {"id": "busy", "formula": "spells >= 110"}]})
    rows = book.settle({"spells": [100, 110, *[120] * 22], "late_return": ["*"] * 24}, plan=True).quantities
    found = {(row["id"], row["period"]): row for row in rows}
    made: dict[str, list[tuple[str, str, str]]] = {}
    for number, (name, formula, (_, period)) in enumerate(asked):
        row = found[f"example_{number}", period]
        made.setdefault(name, []).append((formula, row["label"], _words(row["value"], row["unit"])))
    return made


def _words(value: Any, unit: str) -> str:
    if value is None:
        return "missing"
    if unit == "condition":
        return "yes" if value else "no"
    number = f"{value:,f}".rstrip("0").rstrip(".") if value != value.to_integral() else f"{value:,.0f}"
    if unit == "£":
        number = f"{value:,.2f}"
        return f"-£{number[1:]}" if value < 0 else f"£{number}"
    return number if unit == "number" else f"{number} {unit}"
