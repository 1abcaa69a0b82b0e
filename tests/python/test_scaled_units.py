"""Percentages, percentage points, rates with a scale and a time base, and currencies, on numbers worked by hand."""

from __future__ import annotations

from decimal import Decimal

import openbook as ob
import pytest
from asking import alike, book_of, refused, settled

PARTS = {
    "inputs": [
        {"id": "rate", "unit": "%", "aggregate": "last", "plan": "90%"},
        {"id": "gap", "unit": "pp", "aggregate": "last", "plan": "3pp"},
        {"id": "visits", "unit": "visits", "plan": 200},
        {"id": "people", "unit": "people", "aggregate": "last", "plan": 4000},
    ],
    "parameters": [
        {"id": "target", "value": {"value": "92%", "unit": "%"}},
        {"id": "charge", "value": {"value": "£1,500", "unit": "£ per pp"}},
        {"id": "tariff", "value": {"value": "£24", "unit": "£ per person per year"}},
        {"id": "list_fee", "value": {"value": "£50", "unit": "£ per 1000 people"}},
        {"id": "euro", "value": {"value": "€300", "unit": "€"}},
        {"id": "dollar", "value": {"value": "$10", "unit": "$"}},
        {
            "id": "exchange",
            "value": {"value": "£0.80", "unit": "£ per €", "steps": [{"from": "2024-04", "value": "£0.85"}]},
        },
        {"id": "baseline", "value": 8000},
    ],
}

MEANS = [
    # points and percentages
    ("rate + 5pp", "0.95"),
    ("5pp + rate", "0.95"),
    ("rate - gap", "0.87"),
    ("rate + 5%", "0.95"),
    ("1 - rate", "0.1"),
    ("1 + rate", "1.9"),
    ("rate - 100%", "-0.1"),
    ("rate - 1", "-0.1"),
    ("min(visits / 160, 115%) - 1", "0.15"),
    ("rate + 0.02", "0.92"),
    ("target - rate", "0.02"),
    ("target - rate > 1pp", "1"),
    ("target - rate >= 2pp", "1"),
    ("target - rate > 2pp", "0"),
    ("in_unit(target - rate, 'pp')", "2"),
    ("in_unit(gap, '%')", "0.03"),
    ("in_unit(target - rate, 'pp') * charge", "3000"),
    ("gap * charge", "4500"),
    ("gap + 1", "4"),
    ("gap + 2pp", "5"),
    ("max(target - rate, 5pp)", "0.05"),
    ("if(rate < target, 4pp, 1%)", "0.04"),
    ("or_else(rate, 5pp)", "0.9"),
    ("5% * visits", "10"),
    ("2 * rate", "1.8"),
    ("(target - rate) / 1% * 3", "6"),
    ("98% * baseline + 10", "7850"),
    ("number(5pp)", "5"),
    # scale and time
    ("in_unit(visits / people, 'visits per 1000 people')", "50"),
    ("in_unit(0.0123, 'per 1000')", "12.3"),
    ("in_unit(in_unit(visits / people, 'visits per 1000 people'), 'visits per person')", "0.05"),
    ("in_unit(tariff, '£ per person per month')", "2"),
    ("in_unit(tariff, '£ per member-month')", None),
    ("in_unit(list_fee * people, '£')", "200"),
    ("in_unit(£1.5m, '£k')", "1500"),
    # currencies
    ("euro * exchange", "240"),
    ("£10 + euro * exchange", "250"),
    ("euro + €20.50", "320.5"),
]


@pytest.mark.parametrize(("formula", "expected"), [m for m in MEANS if m[1] is not None])
def test_a_scaled_unit_means_what_it_says(formula: str, expected: str) -> None:
    (found,) = settled([formula], **PARTS)
    assert Decimal(found[0]) == Decimal(expected)


def test_simulation_says_the_same() -> None:
    means = [
        (f, e) for f, e in MEANS if e is not None and f != "target - rate > 2pp"
    ]  # a cliff: doubles own no boundary
    formulas = [formula for formula, _ in means]
    found = alike(formulas, **PARTS)
    assert [Decimal(values[0]) for values in found] == [Decimal(e) for _, e in means]


def test_a_rate_of_exchange_is_dated() -> None:
    (found,) = settled(["euro * exchange"], **PARTS)
    assert [Decimal(value) for value in found] == [240, 240, 240, 255, 255, 255]


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("rate + 1", "the number 1, which is 100%; write 1% for a percentage, 1pp for percentage points"),
        ("1pp + rate + 1", "or the whole first: 1 + x"),
        ("rate + 5", "which is 500%"),
        ("rate >= 95", "which is 9500%; write 95%"),
        ("min(rate, 95)", "write 95% for a percentage"),
        ("visits + 5%", "a part more is x * (1 + 5%)"),
        ("visits + rate", "a sum of visit and %"),
        ("visits * 5pp + visits", "a sum of"),
        ("in_unit(visits, 'per 1000')", "measures something else"),
        ("in_unit(tariff, '£ per member-month')", "measures something else"),
        ("in_unit(tariff, '£ per day')", "measures something else"),
        ("list_fee * people + £1", "in_unit(..., '"),
        ("euro + £1", "unlike currencies: multiply one by a rate of exchange in € per £"),
        ("euro + dollar", "unlike currencies"),
        ("euro + 5", "write € before the number"),
    ],
)
def test_what_is_not_meant_is_refused(formula: str, said: str) -> None:
    refused(formula, said, **PARTS)


def test_a_percentage_is_no_number_of_points() -> None:
    parts = PARTS | {"quantities": [{"id": "moved", "unit": "pp", "formula": "target - rate"}]}
    refused("moved", "in_unit(..., 'pp') converts", **parts)
    parts = PARTS | {"quantities": [{"id": "moved", "unit": "pp", "formula": "in_unit(target - rate, 'pp')"}]}
    assert settled(["moved * charge"], **parts)[0][0] == 3000
    wrong = PARTS | {"parameters": [{"id": "p", "value": {"value": "5%", "unit": "pp"}}], "quantities": []}
    refused("p", "in_unit(..., 'pp') converts", **wrong)
    wrong = PARTS | {"parameters": [{"id": "p", "value": {"value": "5pp", "unit": "%"}}], "quantities": []}
    refused("p", "in_unit(..., '%') converts", **wrong)


def test_a_penalty_per_percentage_point() -> None:
    clause = {
        "kind": "penalty",
        "id": "late",
        "quantity": "in_unit(target - rate, 'pp')",
        "allowance": "1pp",
        "rate": "charge",
    }
    contract = {"id": "contract", "payer": "payer", "payee": "payee", "clauses": [clause]}
    settlement = ob.read_book(book_of(**PARTS, contracts=[contract])).settle(plan=True)
    assert settlement.position("payer") == 6 * 1500  # two points below, one free


def test_the_ledger_has_one_currency() -> None:
    clause = {"kind": "payment", "id": "fee", "amount": "euro"}
    contract = {"id": "contract", "payer": "payer", "payee": "payee", "clauses": [clause]}
    with pytest.raises(ob.BookError, match="must be in £, it is in €"):
        ob.read_book(book_of(**PARTS, contracts=[contract])).settle(plan=True)


@pytest.mark.parametrize(("value", "found"), [("95", True), ("95%", False), ("0.95", False), ("1.2", False)])
def test_lint_asks_for_the_sign_of_a_percentage(value: str, found: bool) -> None:
    parameters = [{"id": "target", "value": {"value": value, "unit": "%"}}]
    codes = list(ob.read_book(book_of(parameters=parameters)).lint(probe=False)["code"])
    assert ("percent-figure" in codes) is found
