"""What the data say of a period that has begun is known, though the period has not ended."""

from __future__ import annotations

from typing import Any

import openbook as ob
import pytest


def book(every: str, **price: Any) -> ob.Book:
    return ob.read_book(
        {
            "format": 1,
            "id": "prices",
            "calendar": {"start": "2024-01", "months": 12},
            "parties": [{"id": "a"}, {"id": "b"}],
            "inputs": [
                {"id": "units", "unit": "number", "plan": "100"},
                {"id": "price", "unit": "£", "every": every, "aggregate": "last", **price},
            ],
            "contracts": [
                {
                    "id": "c",
                    "payer": "a",
                    "payee": "b",
                    "clauses": [{"kind": "payment", "id": "p", "amount": f"units * over(price, '{every}')"}],
                }
            ],
        }
    )


TO_JUNE = [10] * 6 + [None] * 6


@pytest.mark.parametrize(("every", "periods"), [("year", 1), ("half_year", 2), ("quarter", 4)])
@pytest.mark.parametrize("plan", [{"plan": "£1"}, {}])
def test_a_price_that_is_given_holds_from_the_first_month(every: str, periods: int, plan: dict[str, str]) -> None:
    prices = [7] * periods
    for month in ("2024-01", "2024-05"):
        settled = book(every, **plan).settle({"units": TO_JUNE, "price": prices}, as_at=month)
        paid = {
            str(row["amount"]) for row in settled.ledger if row["basis"] == "practised" and row["kind"] == "payment"
        }
        assert paid == {"70.00"}, month


def test_a_price_of_a_later_period_is_not_known() -> None:
    settled = book("quarter", plan="£1").settle({"units": TO_JUNE, "price": [7, 8, 9, 10]}, as_at="2024-03")
    assert settled.position("b") == 3 * 70


def test_what_is_not_given_of_a_running_period_takes_its_plan() -> None:
    settled = book("year", plan="£2").settle({"units": TO_JUNE}, as_at="2024-05", plan=True)
    assert settled.position("b") == 5 * 20
