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
    "curve": [("curve('ramp', 50%)", MONTH_1), ("curve('ramp', 120%)", MONTH_1)],
    "missing": [("missing(late_return)", MONTH_1)],
    "or_else": [("or_else(late_return, 95%)", MONTH_1)],
    "count": [("count(spells > 1000, spells > 5000, variance < £0)", YEAR_1)],
    "any": [("any(spells > 115, spells < 90)", MONTH_1)],
    "all": [("all(spells > 90, spells < 115)", MONTH_1)],
    "previous": [("previous(spells, 95)", MONTH_1), ("previous(spells, 95)", MONTH_2)],
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
    ],
    "largest": [("largest(weight)", MONTH_1), ("member(largest(beds, 'provider'), 'north')", MONTH_1)],
    "smallest": [("smallest(weight)", MONTH_1)],
    "mean": [("mean(weight)", MONTH_1), ("member(mean(beds, 'provider'), 'north')", MONTH_1)],
    "any_member": [("any_member(beds > 25)", MONTH_1)],
    "all_members": [("all_members(beds >= 10)", MONTH_1)],
    "rank": [
        ("member(rank(beds), 'ward_b')", MONTH_1),
        ("member(rank(beds, 'ascending', 'mean'), 'ward_b')", MONTH_1),
    ],
    "running": [
        ("member(running(beds), 'ward_b')", MONTH_1),
        ("member(running(beds, 'backwards'), 'ward_b')", MONTH_1),
    ],
    "spread": [("member(spread(sum(beds, 'provider'), 'ward'), 'ward_b')", MONTH_1)],
    "member": [("member(weight, 'over_65')", MONTH_1)],
    "contract_year": [("contract_year()", YEAR_2)],
    "month_number": [("month_number()", MONTH_3), ("month_number()", YEAR_1)],
    "calendar_month": [("calendar_month()", MONTH_1)],
    "months": [("months()", MONTH_1), ("months()", YEAR_1)],
    "from_month": [("from_month('2024-06')", MONTH_2), ("from_month('2024-06')", MONTH_3)],
    "number": [("number(spells)", MONTH_1)],
    "money": [("money(2.5 * number(spells))", MONTH_1)],
}

BOOK: dict[str, Any] = {
    "format": 1,
    "id": "formulas",
    "calendar": {"start": "2024-04", "months": 24},
    "dimensions": [
        {"id": "age_band", "members": ["under_65", "over_65"]},
        {"id": "provider", "members": ["north", "south"]},
        {
            "id": "ward",
            "members": ["ward_a", "ward_b", "ward_c"],
            "parents": {"provider": {"ward_a": "north", "ward_b": "north", "ward_c": "south"}},
        },
    ],
    "parties": [
        {"id": "ccg", "roles": ["commissioner"]},
        {"id": "trust", "roles": ["provider"]},
        {"id": "suppliers", "roles": ["supplier"], "legal": "outside"},
    ],
    "inputs": [
        {"id": "spells", "unit": "spells", "plan": 110},
        {"id": "late_return", "unit": "number", "may_be_missing": True},
        {"id": "seen_within_18_weeks", "unit": "number", "every": "year", "aggregate": "last", "plan": "90%"},
    ],
    "parameters": [
        {"id": "price", "value": {"value": 2000, "unit": "£ per spell"}},
        {"id": "variance", "value": "-£30,000"},
        {"id": "weight", "dimension": "age_band", "members": {"under_65": "0.8", "over_65": "1.7"}},
        {"id": "beds", "dimension": "ward", "members": {"ward_a": 10, "ward_b": 20, "ward_c": 20}},
    ],
    "curves": [
        {"id": "ramp", "points": [{"at": "0%", "value": 0}, {"at": "80%", "value": 0}, {"at": "100%", "value": 1}]}
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
    "£400,000; `variance` is -£30,000; `weight` is 0.8 for `under_65` and 1.7 for `over_65`; `beds` are 10 "
    "in `ward_a` and 20 in `ward_b`, both of the provider `north`, and 20 in `ward_c` of `south`; `late_return` is missing; the "
    "curve `ramp` is 0 up to 80% and rises to 1 at 100%; the framework `outcomes` has one measure, scored in steps: 90% "
    "seen in 18 weeks, pain at 85% and below, gain at 92% and above."
)


def results() -> dict[str, list[tuple[str, str, str]]]:
    """For each function its examples: formula, label of the period, result in words."""
    asked = [(name, formula, at) for name, list_ in EXAMPLES.items() for formula, at in list_]
    quantities = [
        {"id": f"example_{number}", "every": every, "formula": formula}
        for number, (_, formula, (every, _)) in enumerate(asked)
    ]
    book = ob.read_book(BOOK | {"quantities": quantities})
    rows = book.settle({"spells": [100, 110, *[120] * 22]}, plan=True).quantities
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
