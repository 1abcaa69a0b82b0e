"""Why a value is missing: kept at the door, asked in formulas, and a rule for what is left out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import openbook as ob
import pytest
from asking import MEMBERS, alike, book_of, refused, settled

PARTS: dict[str, Any] = {
    "dimensions": [
        {"id": "area", "members": ["north", "south"]},
        {
            "id": "site",
            "members": list(MEMBERS),
            "parents": {"area": {"a": "north", "b": "north", "c": "south", "d": "south"}},
        },
    ],
    "inputs": [
        {"id": "deaths", "unit": "deaths", "may_be_missing": True},
        {"id": "returned", "unit": "cases", "dimension": "site", "may_be_missing": True},
    ],
}
# Of the sites b is suppressed in every month and d was not submitted in January.
DATA = {"deaths": [4, "*", 6, None, 8, 9], "returned": [3, "*", 5, None, *([1, "*", 3, 4] * 5)]}
ROWS = [
    {"input": "deaths", "from": "2024-04", "to": "2024-04", "reason": "not_submitted"},
    {"input": "returned", "member": "d", "from": "2024-01", "to": "2024-01", "reason": "not_submitted"},
]


def asked(*formulas: str) -> list[list[Any]]:
    data = ob.load(ob.read_book(book_of(**PARTS)), DATA, missing=ROWS)
    return settled(list(formulas), data, **PARTS)


def test_the_reason_of_an_input_is_asked() -> None:
    found = asked(
        "reason(deaths) == 'suppressed'",
        "reason(deaths) == 'not_submitted'",
        "reason(deaths) == 'none'",
        "reason(2 * deaths) == 'suppressed'",
        "sum(reason(returned) == 'suppressed')",
        "sum(reason(returned) == 'not_submitted')",
        "by_category(reason(deaths), 'suppressed', 1, 'not_submitted', 2, 0)",
    )
    assert [[int(v) for v in values] for values in found] == [
        [0, 1, 0, 0, 0, 0],
        [0, 0, 0, 1, 0, 0],
        [1, 0, 1, 0, 1, 1],
        [0, 1, 0, 0, 0, 0],
        [1, 1, 1, 1, 1, 1],
        [1, 0, 0, 0, 0, 0],
        [0, 1, 0, 2, 0, 0],
    ]


SKIPS = [
    ("sum(returned, 'skip', 'suppressed')", [None, 8]),
    ("sum(returned, 'skip')", [8, 8]),
    ("sum(returned, 'skip', 'suppressed', 'not_submitted')", [8, 8]),
    ("mean(returned, 'skip', 'suppressed')", [None, Decimal(8) / 3]),
    ("largest(returned, 'skip', 'suppressed')", [None, 4]),
    ("smallest(returned, 'skip', 'suppressed')", [None, 1]),
    ("product(number(returned), 'skip', 'suppressed')", [None, 12]),
    ("member(sum(returned, 'area', 'skip', 'suppressed'), 'north')", [3, 1]),
    ("member(sum(returned, 'area', 'skip', 'suppressed'), 'south')", [None, 7]),
    ("member(largest(returned, 'area', 'skip', 'suppressed'), 'south')", [None, 4]),
    ("member(smallest(returned, 'area', 'skip', 'suppressed'), 'north')", [3, 1]),
]


def test_a_sum_leaves_out_what_is_missing_for_a_reason() -> None:
    found = asked(*(formula for formula, _ in SKIPS))
    for (formula, expected), values in zip(SKIPS, found, strict=True):
        for value, wanted in zip(values, expected, strict=False):
            assert (value is None) == (wanted is None), formula
            assert value is None or abs(Decimal(value) - Decimal(wanted)) < Decimal("1e-9"), formula


def test_simulation_knows_the_reasons() -> None:
    data = ob.load(ob.read_book(book_of(**PARTS)), DATA, missing=ROWS)
    alike(
        ["reason(deaths) == 'suppressed'", "sum(reason(returned) == 'not_submitted')", *(f for f, _ in SKIPS)],
        data,
        **PARTS,
    )


def test_without_a_reason_it_is_said_that_nobody_said() -> None:
    (found,) = settled(
        ["by_category(reason(deaths), 'none', 0, 'not_stated', 1, 2)"], {"deaths": [1, None, 2, 3, 4, 5]}, **PARTS
    )
    assert [int(value) for value in found] == [0, 1, 0, 0, 0, 0]


def test_where_the_plan_stands_in_nothing_is_missing() -> None:
    inputs = [{"id": "deaths", "unit": "deaths", "may_be_missing": True, "plan": 5}]
    assert settled(["reason(deaths) == 'none'", "deaths"], None, inputs=inputs) == [[1] * 6, [5] * 6]


def test_the_plan_stands_in_only_where_the_data_do_not_speak_yet() -> None:
    inputs = [{"id": "deaths", "unit": "deaths", "may_be_missing": True, "plan": 5}]
    asked = ["or_else(deaths, 100)", "by_category(reason(deaths), 'none', 0, 'not_stated', 1, 'suppressed', 2, 3)"]

    def found(deaths: list[int | None], missing: Any = None) -> list[list[Any]]:
        data = ob.load(ob.read_book(book_of(inputs=inputs)), {"deaths": deaths}, missing=missing, plan=True)
        return [[int(value) for value in values] for values in settled(asked, data, inputs=inputs)]

    assert found([1, None, 3, 4, None, None]) == [[1, 100, 3, 4, 5, 5], [0, 1, 0, 0, 0, 0]]
    stated = found([1, 2, 3, 4, None, None], {"deaths": {"2024-05": "suppressed"}})
    assert stated == [[1, 2, 3, 4, 100, 5], [0, 0, 0, 0, 2, 0]]
    book = ob.read_book(book_of(inputs=inputs))
    (warning,) = ob.load(book, {"deaths": [1, None, 3, 4, None, None]}, plan=True).warnings
    assert "no value: left missing" in str(warning) and "no value: its plan stands in" in str(warning)


def test_a_closed_month_counts_nothing_and_says_why() -> None:
    inputs = [{"id": "deaths", "unit": "deaths"}]
    book = ob.read_book(book_of(inputs=inputs))
    data = ob.load(book, {"deaths": [1, 2, 3, 4, 5, None]}, missing={"deaths": {"2024-06": "closed"}})
    assert data.reasons["deaths"][-1] == "closed"
    assert settled(["deaths", "reason(deaths) == 'closed'"], data, inputs=inputs)[1] == [0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("reason(1 + 1) == 'closed'", "only what is given has a reason"),
        ("reason(deaths) == 'hidden'", "no value of category 'missing reason'"),
        ("sum(returned, 'skip', 'supressed')", "is no dimension of the book"),
    ],
)
def test_a_reason_that_cannot_be_is_refused(formula: str, said: str) -> None:
    refused(formula, said, **PARTS)
