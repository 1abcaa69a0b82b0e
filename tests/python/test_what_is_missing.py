"""Missing is not zero, in whatever a missing value takes part; and the message says what is missing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import openbook as ob
import pytest


def book(amount: str, **more: Any) -> ob.Book:
    document = {
        "format": 1,
        "id": "gaps",
        "calendar": {"start": "2024-01", "months": 6},
        "dimensions": [{"id": "site", "members": ["north", "south"]}],
        "parties": [{"id": "a"}, {"id": "b"}],
        "inputs": [
            {"id": "x", "unit": "number", "may_be_missing": True},
            {"id": "y", "unit": "number", "dimension": "site", "may_be_missing": True},
        ],
        "parameters": [{"id": "nought", "value": "0"}],
        "contracts": [
            {
                "id": "c",
                "payer": "a",
                "payee": "b",
                "clauses": [{"kind": "payment", "id": "p", "every": "year", "amount": amount}],
            }
        ],
        **more,
    }
    return ob.read_book(document)


NORTH_LACKS_MARCH = [1, 1, 1, 1, None, 1, 1, 1, 1, 1, 1, 1]
"""Two sites in six months; of the third month the first site has no value."""


@pytest.mark.parametrize(
    "formula",
    [
        "0 * x",
        "nought * x",
        "x - x",
        "if(x > 1, 5, 5)",
        "choose(x > 1, 2, x <= 1, 2, 2)",
        "x + 1 - x",
        "0 * no_value()",
    ],
)
def test_what_rests_on_something_missing_is_missing(formula: str) -> None:
    rule = {"quantities": [{"id": "q", "unit": "number", "every": "month", "formula": formula}]}
    settled = book("£1", **rule).settle({"x": [None] * 6, "y": [1] * 12})
    assert [row["value"] for row in settled.quantities if row["id"] == "q"] == [None] * 6
    settled = book("£1", **rule).settle({"x": [3] * 6, "y": [1] * 12})
    known = {"if(x > 1, 5, 5)": 5, "choose(x > 1, 2, x <= 1, 2, 2)": 2, "x + 1 - x": 1}.get(formula, 0)
    expected = None if "no_value" in formula else known
    assert [row["value"] for row in settled.quantities if row["id"] == "q"] == [expected] * 6


def test_members_times_nothing_are_missing_too() -> None:
    for formula in ("sum(y * nought)", "sum(y - y)", "sum(if(y > 1, 5, 5))"):
        rule = {"quantities": [{"id": "q", "unit": "number", "every": "month", "formula": formula}]}
        settled = book("£1", **rule).settle({"x": [1] * 6, "y": NORTH_LACKS_MARCH})
        given = [row["value"] for row in settled.quantities if row["id"] == "q"]
        assert given[2] is None
        assert given[0] == given[5] == (10 if "if" in formula else 0)


def test_a_price_of_nothing_does_not_pay_for_a_gap() -> None:
    activity = {"kind": "activity", "id": "p", "quantity": "x", "price": "price"}
    price = {"id": "price", "value": {"value": "£0", "steps": [{"from": "2024-04", "value": "£5"}]}}
    contract = {"id": "c", "payer": "a", "payee": "b", "clauses": [activity]}
    priced = book("", parameters=[price], contracts=[contract])
    with pytest.raises(ob.DataError, match=r"'p' \(activity\) for 2024-01 .*: input 'x' has no value for 2024-01"):
        priced.settle({"x": [None, 1, 1, 2, 2, 2], "y": [1] * 12})
    assert priced.settle({"x": [1, 1, 1, 2, 2, 2], "y": [1] * 12}).position("b") == Decimal(30)


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("£1 * sum(y)", "input 'y' of member 'north' has no value for 2024-03"),
        ("£1 * if(month_number() > 0, x, 3)", "input 'x' has no value for 2024-02"),
        ("£6 / or_else(x, 0)", "a division by zero has no result"),
        (
            "£1 * (1 + no_limit())",
            "a formula has no value: no_value(), a calculation with no_limit(), or a division by zero",
        ),
    ],
)
def test_the_message_names_the_value_that_is_missing(formula: str, why: str) -> None:
    with pytest.raises(ob.DataError) as raised:
        book(formula).settle({"x": [1, None, 1, 1, 1, 1], "y": NORTH_LACKS_MARCH})
    assert f"depends on a value that is missing: {why}" in str(raised.value)


def test_a_dimension_has_a_member() -> None:
    with pytest.raises(ob.BookError, match="/dimensions/0/members: a dimension has at least one member"):
        book("£1 * sum(y)", dimensions=[{"id": "site", "members": []}])


def test_numbers_that_grow_without_end_are_refused() -> None:
    squared = {"id": "q", "unit": "number", "formula": "previous(q, 1.1) * previous(q, 1.1) + 0.3"}
    long = book("£1 * q", quantities=[squared], calendar={"start": "2024-01", "months": 60}, inputs=[])
    with pytest.raises(ob.OpenbookError, match="more than 30,000 digits.*round what is carried on"):
        long.settle()
    for formula in ("power(10, 1000000, 2)", "exp(1000000, 2)"):
        with pytest.raises(ob.OpenbookError, match=r"a power or exponential comes to more than 10\^60"):
            book(f"£1 * {formula}", inputs=[]).settle()
