"""The formula language: each function on numbers worked by hand, exactly in settlement and alike in simulation."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import openbook as ob
import pytest

MONTH_1, MONTH_3, MONTH_6, YEAR = ("month", 1), ("month", 3), ("month", 6), ("year", 1)


def setting() -> dict[str, Any]:
    """Twelve months from January 2024. Monthly `visits` are 10, 20, 30, ...; `claims` are 50, 30, 70 and 40 in the members a to d, of
    which a and b belong to north; `late` lacks c."""
    members = ("a", "b", "c", "d")
    return {
        "format": 1,
        "id": "language",
        "calendar": {
            "start": "2024-01",
            "months": 12,
            "holidays": ["2024-01-01", "2024-03-29", "2024-04-01", "2024-12-28"],
        },
        "dimensions": [
            {"id": "region", "members": ["north", "south"]},
            {
                "id": "claimant",
                "members": list(members),
                "parents": {"region": {"a": "north", "b": "north", "c": "south", "d": "south"}},
            },
        ],
        "parties": [{"id": "payer"}, {"id": "payee"}],
        "inputs": [
            {"id": "visits", "unit": "visits", "plan": "10 * month_number()"},
            {"id": "admitted", "unit": "date", "aggregate": "last", "plan": "date('2024-01-31')"},
            {"id": "late", "unit": "number", "dimension": "claimant", "may_be_missing": True},
        ],
        "parameters": [
            {
                "id": "claims",
                "dimension": "claimant",
                "members": dict(zip(members, ("£50", "£30", "£70", "£40"), strict=True)),
            },
            {"id": "weight", "dimension": "claimant", "members": dict(zip(members, ("1", "2", "3", "4"), strict=True))},
            {
                "id": "priority",
                "dimension": "claimant",
                "members": dict(zip(members, ("2", "1", "2", "3"), strict=True)),
            },
            {
                "id": "cap",
                "dimension": "claimant",
                "members": dict(zip(members, ("£5", "£100", "£12", "£100"), strict=True)),
            },
        ],
        "curves": [
            {"id": "ramp", "points": [{"at": 0, "value": 10}, {"at": 10, "value": 30}, {"at": 20, "value": 130}]},
            {
                "id": "falling",
                "points": [{"at": 0, "value": 10}, {"at": 5, "value": 0}],
                "below": "extend",
                "above": "extend",
            },
            {
                "id": "closed",
                "points": [{"at": 0, "value": 1}, {"at": 5, "value": 2}],
                "below": "missing",
                "above": "missing",
            },
        ],
        "tables": [
            {
                "id": "rate",
                "unit": "%",
                "keys": [{"name": "members", "match": "from"}],
                "rows": [{"at": [500], "value": "4%"}, {"at": [100], "value": "5%"}],
            },
            {
                "id": "fee",
                "unit": "£",
                "otherwise": "£0",
                "keys": [
                    {"name": "band", "match": "exact"},
                    {"name": "size", "match": "up_to", "uncovered": "nearest"},
                ],
                "rows": [
                    {"at": [1, 10], "value": "£1"},
                    {"at": [1, 20], "value": "£2"},
                    {"at": [2, 10], "value": "£3"},
                    {"at": [2, 30], "value": {"value": "£4", "steps": [{"from": "2024-06", "value": "£5"}]}},
                ],
            },
            {
                "id": "surface",
                "keys": [
                    {"name": "x", "match": "interpolate"},
                    {"name": "y", "match": "interpolate", "uncovered": "nearest"},
                ],
                "rows": [{"at": [x, y], "value": 100 * x + y} for x in (0, 2) for y in (0, 10)],
            },
            {
                "id": "above",
                "keys": [{"name": "x", "match": "above"}],
                "rows": [{"at": [1], "value": 1}, {"at": [2], "value": 2}],
            },
            {
                "id": "below",
                "keys": [{"name": "x", "match": "below"}],
                "rows": [{"at": [1], "value": 1}, {"at": [2], "value": 2}],
            },
        ],
        "quantities": [
            {"id": "busy", "formula": "visits >= 30"},
            {"id": "quarterly", "every": "quarter", "formula": "visits"},
        ],
    }


CASES: list[tuple[str, tuple[str, int], Any]] = [
    # other periods
    ("previous(visits, 7)", MONTH_1, 7),
    ("previous(visits, 7, 2)", ("month", 2), 7),
    ("previous(visits, 7, 2)", MONTH_6, 40),
    ("previous(visits, 7, 0)", MONTH_1, 10),  # the period itself
    ("number(in_unit(visits / visits / 4, 'visits') + visits)", MONTH_1, Decimal("10.25")),
    ("window(visits, 3)", MONTH_6, 40 + 50 + 60),
    ("window(visits, 3)", ("month", 2), 10 + 20),
    ("window(visits, 3, 'mean')", MONTH_6, 50),
    ("window(visits, 3, 'smallest')", MONTH_6, 40),
    ("window(visits, 3, 'largest')", MONTH_6, 60),
    ("window(busy, 12)", MONTH_6, 4),
    ("window(busy, 4, 'mean')", MONTH_6, 1),
    ("window(quarterly, 2)", YEAR, 100 + 110 + 120 + 70 + 80 + 90),
    ("later(visits, 2, 0)", MONTH_1, 30),
    ("later(visits, 1, 5)", ("month", 12), 5),
    ("first_when(busy)", ("month", 2), None),
    ("first_when(busy)", MONTH_6, 3),
    ("last_when(busy)", MONTH_6, 6),
    ("no_value()", MONTH_1, None),
    ("min(visits, no_limit())", MONTH_3, 30),
    ("clip(visits, 15, no_limit())", MONTH_1, 15),
    ("clip(visits, no_limit(), 15)", MONTH_3, 15),
    ("min(max(visits, no_limit()), 7)", MONTH_1, 7),
    ("visits >= no_limit()", MONTH_1, 0),
    ("no_limit() > visits", MONTH_1, 1),
    ("no_limit() + 1", MONTH_1, None),
    # over members
    ("product(weight)", MONTH_1, 24),
    ("member(product(weight, 'region'), 'south')", MONTH_1, 12),
    ("first(claims)", MONTH_1, 50),
    ("last(claims)", MONTH_1, 40),
    ("weighted_mean(claims, weight)", MONTH_1, Decimal(50 + 60 + 210 + 160) / 10),
    ("median(claims)", MONTH_1, 45),
    ("quantile(claims, 25%)", MONTH_1, Decimal("37.5")),  # 30 + 0.75 * 10
    ("quantile(claims, 25%, 'exclusive')", MONTH_1, Decimal("32.5")),  # place 1.25 of 5
    ("quantile(claims, 25%, 'nearest')", MONTH_1, 30),
    ("quantile(claims, 26%, 'nearest')", MONTH_1, 40),
    ("quantile(claims, 100%)", MONTH_1, 70),
    ("quantile(claims, 0%, 'exclusive')", MONTH_1, 30),
    ("deviation(weight, 'population', 6)", MONTH_1, Decimal("1.118034")),  # sqrt(1.25)
    ("deviation(weight, 'sample', 6)", MONTH_1, Decimal("1.290994")),  # sqrt(5 / 3)
    ("slope(claims, weight)", MONTH_1, 1),  # ((-1.5)(2.5) + (-.5)(-17.5) + .5*22.5 + 1.5*(-7.5)) / 5
    ("slope(2 * weight + 1, weight, priority)", MONTH_1, 2),
    ("member(percentile_group(claims, 2), 'a')", MONTH_1, 2),
    ("member(percentile_group(claims, 2), 'd')", MONTH_1, 1),
    ("member(percentile_group(claims, 3), 'a')", MONTH_1, 2),  # third of four: whole(2 * 3 / 4) + 1
    ("member(running(weight, 'forwards', 'product'), 'c')", MONTH_1, 6),
    ("member(running(claims, 'backwards', 'largest'), 'd')", MONTH_1, 40),
    ("member(running(claims, 'backwards', 'largest'), 'b')", MONTH_1, 70),
    ("member(running(claims, 'forwards', 'smallest'), 'c')", MONTH_1, 30),
    ("member(running_by(claims, priority), 'b')", MONTH_1, 30),
    ("member(running_by(claims, priority), 'a')", MONTH_1, 150),
    ("member(running_by(claims, priority), 'd')", MONTH_1, 190),
    ("member(apportion(£10, weight), 'c')", MONTH_1, 3),
    ("member(apportion(£1, priority, £0.01), 'a')", MONTH_1, Decimal("0.25")),
    (
        "member(apportion(£0.10, priority, £0.01), 'a')",
        MONTH_1,
        Decimal("0.03"),
    ),  # 2.5p each: the first has the larger claim
    ("member(apportion(£0.10, priority, £0.01), 'c')", MONTH_1, Decimal("0.02")),
    ("sum(apportion(£10.004, weight, £0.01))", MONTH_1, 10),
    # £100 by 1:2:3:4 would be 10, 20, 30, 40: a is full at 5 and c at 12; the other 83 go 2:4.
    ("member(apportion_capped(£100, weight, cap), 'a')", MONTH_1, 5),
    ("member(apportion_capped(£100, weight, cap), 'c')", MONTH_1, 12),
    ("round(member(apportion_capped(£100, weight, cap), 'b'), £0.01)", MONTH_1, Decimal("27.67")),
    ("sum(apportion_capped(£100, weight, cap))", MONTH_1, 100),
    ("sum(apportion_capped(£1000, weight, cap))", MONTH_1, 217),
    ("member(apportion_capped(£30, weight, cap), 'b')", MONTH_1, 6),  # nothing binds but nobody is hurt: 3, 6, 9, 12
    # missing members
    ("mean(late)", MONTH_1, None),
    ("mean(late, 'skip')", MONTH_1, Decimal(1 + 2 + 4) / 3),
    ("sum(late, 'skip')", MONTH_1, 7),
    ("largest(late, 'skip')", MONTH_1, 4),
    ("smallest(late, 'skip')", MONTH_1, 1),
    ("product(late, 'skip')", MONTH_1, 8),
    ("member(mean(late, 'region', 'skip'), 'south')", MONTH_1, 4),
    ("member(largest(late, 'region', 'skip'), 'south')", MONTH_1, 4),
    ("sum(missing(late))", MONTH_1, 1),
    # curves and tables
    ("inverse('ramp', 20)", MONTH_1, 5),
    ("inverse('ramp', 80)", MONTH_1, 15),
    ("inverse('ramp', 500)", MONTH_1, 20),
    ("inverse('falling', 4)", MONTH_1, 3),
    ("inverse('falling', 20)", MONTH_1, -5),
    ("curve('closed', 0)", MONTH_1, 1),
    ("curve('closed', 5)", MONTH_1, 2),
    ("curve('closed', 5.01)", MONTH_1, None),
    ("curve('closed', -0.01)", MONTH_1, None),
    ("lookup('rate', 99)", MONTH_1, None),
    ("lookup('rate', 100)", MONTH_1, Decimal("0.05")),
    ("lookup('rate', 499.99)", MONTH_1, Decimal("0.05")),
    ("lookup('rate', 500)", MONTH_1, Decimal("0.04")),
    ("lookup('fee', 1, 10)", MONTH_1, 1),
    ("lookup('fee', 1, 10.01)", MONTH_1, 2),
    ("lookup('fee', 1, 99)", MONTH_1, 2),
    ("lookup('fee', 3, 10)", MONTH_1, 0),
    ("lookup('fee', 2, 30)", ("month", 5), 4),
    ("lookup('fee', 2, 30)", MONTH_6, 5),
    ("lookup('fee', no_value(), 30)", MONTH_6, None),
    ("lookup('surface', 1, 4)", MONTH_1, 104),
    ("lookup('surface', 2, 99)", MONTH_1, 210),
    ("lookup('surface', 2.01, 5)", MONTH_1, None),
    ("lookup('above', 1)", MONTH_1, None),
    ("lookup('above', 2)", MONTH_1, 1),
    ("lookup('above', 2.01)", MONTH_1, 2),
    ("lookup('below', 0.99)", MONTH_1, 1),
    ("lookup('below', 1)", MONTH_1, 2),
    ("lookup('below', 2)", MONTH_1, None),
    ("sum(lookup('surface', weight / 2, 0))", MONTH_1, 50 + 100 + 150 + 200),
    # a factor that spends a pot of £100 on weights 1 to 4, each at least £15: x = 8.5 gives 15 + 17 + 25.5 + 34
    ("solve('x', sum(max(£15, £1 * x * weight)), £91.50, 0, 100, 0.5)", MONTH_1, Decimal("8.5")),
    ("solve('x', sum(max(£15, £1 * x * weight)), £91.40, 0, 100, 0.5)", MONTH_1, 8),
    ("solve('x', sum(max(£15, £1 * x * weight)), £59, 0, 100, 0.5)", MONTH_1, None),  # £60 already at 0
    ("solve('x', £1 * x, £101, 0, 100, 1)", MONTH_1, None),
    ("solve('x', £1 * x, £100, 0, 100, 1)", MONTH_1, 100),
    ("solve('x', £100 - £1 * x, £40.50, 0, 100, 1, 'falling')", MONTH_1, 59),
    # statistics
    ("normal_probability(1.96, 4)", MONTH_1, Decimal("0.9750")),
    ("normal_quantile(97.5%, 6)", MONTH_1, Decimal("1.959964")),
    ("t_quantile(97.5%, 10, 3)", MONTH_1, Decimal("2.228")),
    ("chi_square_quantile(95%, 1, 3)", MONTH_1, Decimal("3.841")),
    ("gamma_quantile(50%, 1, 2, 6)", MONTH_1, Decimal("1.386294")),
    ("beta_probability(0.3, 2, 1, 4)", MONTH_1, Decimal("0.09")),
    ("binomial_probability(1, 2, 0.5, 4)", MONTH_1, Decimal("0.75")),
    ("poisson_quantile(97.5%, 10, 0)", MONTH_1, 17),
    # halves go away from nought however the function is computed: 0.5^7 is 0.0078125, the root of 0.015625 is 0.125
    ("binomial_probability(0, 7, 0.5, 6)", MONTH_1, Decimal("0.007813")),
    ("power(0.015625, 0.5, 2)", MONTH_1, Decimal("0.13")),
    ("-power(0.015625, 0.5, 2)", MONTH_1, Decimal("-0.13")),
    ("binomial_quantile(0.5, 3, 0.5, 0)", MONTH_1, 1),  # P(at most 1 of 3) is 1/2 exactly
    ("normal_quantile(0, 3)", MONTH_1, None),
    # dates
    ("date('2024-03-01') - date('2024-02-28')", MONTH_1, 2),
    ("year_of(date('2024-02-29') + 366)", MONTH_1, 2025),
    ("month_of(date('2024-02-29') + 1)", MONTH_1, 3),
    ("day_of(date('2023-02-28') + 1)", MONTH_1, 1),
    ("day_of(date('1900-03-01') - 1)", MONTH_1, 28),
    ("weekday(date('2024-02-29'))", MONTH_1, 4),
    ("weekday(date('1969-12-28'))", MONTH_1, 7),
    ("day_of(add_months(date('2024-01-31'), 1))", MONTH_1, 29),
    ("day_of(add_months(date('2024-02-29'), 12))", MONTH_1, 28),
    ("day_of(add_months(date('2024-02-29'), 1))", MONTH_1, 29),
    ("day_of(add_months(date('2024-02-29'), 1, 'month_end'))", MONTH_1, 31),
    ("month_of(add_months(date('2024-01-15'), -2))", MONTH_1, 11),
    ("months_between(date('2024-01-31'), date('2024-02-29'))", MONTH_1, 1),
    ("months_between(date('2024-01-15'), date('2024-03-14'))", MONTH_1, 1),
    ("years_between(date('2004-02-29'), date('2022-02-28'))", MONTH_1, 18),
    ("years_between(date('2004-03-01'), date('2022-02-28'))", MONTH_1, 17),
    ("month_ends(date('2024-01-31'), date('2024-02-01'))", MONTH_1, 1),
    ("month_ends(date('2024-01-01'), date('2024-01-31'))", MONTH_1, 0),
    ("days()", ("month", 2), 29),
    ("days()", YEAR, 366),
    ("period_end() - period_start()", YEAR, 365),
    ("working_days(period_start(), period_end() + 1)", MONTH_1, 22),  # 23 weekdays less New Year
    ("working_days(period_start(), period_end() + 1)", MONTH_3, 20),  # 21 less Good Friday
    ("working_days(date('2024-12-27'), date('2024-12-30'))", MONTH_1, 1),  # a holiday on a Saturday takes no day away
    ("working_days(date('2024-01-06'), date('2024-01-06'))", MONTH_1, 0),
    ("year_fraction(date('2024-01-01'), date('2024-12-31'))", MONTH_1, 1),
    ("year_fraction(date('2024-01-31'), date('2024-02-29'), 'thirty_360')", MONTH_1, Decimal(29) / 360),
    ("year_fraction(date('2024-01-01'), date('2024-04-01'), 'actual_360')", MONTH_1, Decimal(91) / 360),
    ("day_of(admitted)", MONTH_1, 31),
    ("days_of_stay", MONTH_1, 30),
]


def asked() -> dict[str, Any]:
    data = setting()
    data["quantities"].append({"id": "days_of_stay", "unit": "days", "formula": "date('2024-03-01') - admitted"})
    for number, (formula, (every, _), _) in enumerate(CASES):
        data["quantities"].append({"id": f"case_{number}", "every": every, "formula": formula})
    return data


LATE = [1, 2, None, 4]


@pytest.fixture(scope="module")
def settled() -> dict[tuple[str, int], Any]:
    settlement = ob.read_book(asked()).settle({"late": LATE * 12}, plan=True)
    return {(row["id"], row["period"]): row["value"] for row in settlement.quantities}


@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES)), ids=[c[0] for c in CASES])
def test_a_function_gives_what_was_worked_by_hand(
    number: int, case: tuple[str, tuple[str, int], Any], settled: Any
) -> None:
    _, (_, period), expected = case
    found = settled[f"case_{number}", period]
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert abs(Decimal(found) - Decimal(expected)) < Decimal("1e-9")


def test_simulation_gives_the_same_where_nothing_is_missing() -> None:
    data = asked()
    chosen = [
        (n, case)
        for n, case in enumerate(CASES)
        if case[2] is not None
        and case[1][0] == "month"
        and "late" not in case[0]
        and "apportion(£0.10" not in case[0]
        and "apportion(£1," not in case[0]
        and "apportion(£10.004" not in case[0]
    ]
    data["inputs"] = [item for item in data["inputs"] if item["id"] != "late"]
    data["quantities"] = [q for q in data["quantities"] if "late" not in str(q["formula"])]
    simulation = ob.read_book(data).simulate(16, seed=1, track=[f"case_{n}" for n, _ in chosen], progress=False)
    for n, (formula, (_, period), expected) in chosen:
        found = simulation.array(f"case_{n}", period=period)
        assert found == pytest.approx(float(expected), rel=1e-6, abs=1e-6), formula


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("lookup('fee', 1)", "looked up by 2 keys, not 1"),
        ("lookup('fees', 1, 2)", "no table of the book"),
        ("inverse('closed2', 1)", "no curve of the book"),
        ("visits ^ 2", "a power is power(x, 2, decimals)"),
        ("visits ** 2", "a power is power(x, 2, decimals)"),
        ("visits % 2", "a remainder is modulo(x, y)"),
        ("10,000 * visits", "no separators of thousands"),
        ("if visits > 1 then 2 else 3", "a choice is if(condition, value, otherwise)"),
        ("visits > 1 & visits < 3", "say 'and'"),
        ("visits != none", "a missing value is no_value()"),
        ("in_unit(visits / visits, '£')", "money is made by £1 * x"),
        ("previous(visits, 0, -1)", "whole number of periods from 0 on, not -1"),
        ("later(busy, 1, 0)", "which only an input can bear"),
        ("window(visits, 2, 'middle')", "expected one of: sum, mean, smallest, largest, product, median"),
        ("product(claims)", "needs plain numbers, not £"),
        ("quantile(claims, 120%)", "lies between 0 and 1"),
        ("percentile_group(claims, 5)", "makes between 1 and 4 groups, not 5"),
        ("apportion(claims, weight)", "apportions one total"),
        ("median(visits)", "needs a value with a dimension"),
        ("solve('visits', 1 * visits, 3, 0, 1, 0.1)", "is a name of the book"),
        ("solve('x', x, 3, 0, 1, 0.3)", "a whole number of steps apart"),
        ("solve('x', claims * x, £3, 0, 1, 0.1)", "solves one equation"),
        ("normal_quantile(97.5%, 16)", "15 decimals at most"),
        ("date('2023-02-29')", "is no date such as"),
        ("date('2024-04-15') + date('2024-04-15')", "dates take days"),
        ("date('2024-04-15') * 2 + period_end()", "dates take days"),
        ("year_of(visits)", "needs a date"),
        ("first_when(visits)", "must be a condition"),
    ],
)
def test_a_function_that_cannot_be_is_refused_in_words(formula: str, said: str) -> None:
    data = setting()
    data["quantities"].append({"id": "wrong", "formula": formula})
    with pytest.raises(ob.BookError) as error:
        ob.read_book(data).settle(plan=True)
    assert said in str(error.value)


def test_two_rows_of_a_table_at_one_place_are_refused() -> None:
    data = setting()
    data["tables"][0]["rows"].append({"at": [100], "value": "6%"})
    data["quantities"].append({"id": "asked", "formula": "lookup('rate', 100)"})
    with pytest.raises(ob.BookError, match="rows 2 and 3 of table 'rate' stand at the same place"):
        ob.read_book(data).settle(plan=True)
