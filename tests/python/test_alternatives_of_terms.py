"""Alternatives are chosen for parameters, quantities and inputs by id, and for any term by its path."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import openbook as ob
import pytest


def other(value: str, figure: str) -> dict[str, Any]:
    return {"value": value, "alternatives": [{"name": "letter", "value": figure, "source": "a letter"}]}


BOOK = {
    "id": "alternatives",
    "calendar": {"start": "2024-04", "months": 1},
    "parties": [{"id": "payer"}, {"id": "trust"}],
    "dimensions": [{"id": "site", "members": ["east", "west"]}],
    "inputs": [{"id": "visits", "unit": "visits", "plan": other("10", "12")}],
    "parameters": [
        {"id": "price", "value": {**other("£3", "£4"), "unit": "£ per visit"}},
        {"id": "extra", "dimension": "site", "members": {"east": other("£100", "£150"), "west": "£0"}},
    ],
    "quantities": [
        {"id": "counted", "unit": "visits", "formula": other("visits", "visits - modulo(visits, 5) + 1")},
        {"id": "more", "unit": "£", "formula": "sum(extra)"},
    ],
    "contracts": [
        {
            "id": "contract",
            "payer": "payer",
            "payee": "trust",
            "clauses": [{"kind": "payment", "id": "care", "amount": other("counted * price", "£7")},
                        {"kind": "payment", "id": "sites", "amount": "more"}],
        }
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("chosen", "paid"),
    [
        ({}, 130),
        ({"price": "letter"}, 140),
        ({"counted": "letter"}, 133),  # 10 less nothing, and one
        ({"visits": "letter"}, 136),
        ({"visits": "letter", "counted": "letter"}, 133),  # 12 less 2, and one
        ({"/contracts/0/clauses/0/amount": "letter"}, 107),
        ({"/parameters/1/members/east": "letter"}, 180),
        ({"/quantities/0/formula": "letter", "price": "letter"}, 144),
    ],
)
def test_an_alternative_holds_where_it_is_chosen(chosen: dict[str, str], paid: int) -> None:
    book = ob.read_book(BOOK)
    assert book.settle(plan=True, alternatives=chosen).position("trust") == Decimal(paid)
    simulated = book.simulate(scenarios=2, seed=1, progress=False, alternatives=chosen)
    assert simulated.risk("trust")["mean"][0] == pytest.approx(paid)


@pytest.mark.parametrize(
    ("chosen", "code"),
    [({"counted": "letters"}, "unknown-alternative"), ({"more": "letter"}, "unknown-alternative"),
     ({"contract": "letter"}, "missing-reference"), ({"/parties/0/name": "letter"}, "missing-reference")],
)  # fmt: skip
def test_what_is_no_alternative_is_refused(chosen: dict[str, str], code: str) -> None:
    with pytest.raises(ob.BookError) as refused:
        ob.read_book(BOOK).settle(plan=True, alternatives=chosen)
    assert refused.value.problems[0].code == code
    assert next(iter(chosen)) in refused.value.problems[0].path


def test_the_movement_between_settlements_tells_of_a_quantity_s_alternative() -> None:
    book = ob.read_book(BOOK)
    last, now = book.settle(plan=True), book.settle(plan=True, alternatives={"counted": "letter"})
    told = now.versus(last).readings
    assert [(row["of"], row["before"], row["after"]) for row in told] == [("counted", "", "letter")]
