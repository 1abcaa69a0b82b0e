"""What a quarter or year comes to is known when it ends; a value that is given before is not used, and that is said."""

from __future__ import annotations

import openbook as ob
import pytest


def book(every: str) -> ob.Book:
    clause = {"kind": "payment", "id": "p", "amount": f"units * over(price, '{every}')"}
    return ob.read_book(
        {
            "id": "prices",
            "calendar": {"start": "2024-01", "months": 12},
            "parties": [{"id": "a"}, {"id": "b"}],
            "inputs": [
                {"id": "units", "unit": "number", "plan": "100"},
                {"id": "price", "unit": "£", "every": every, "aggregate": "last", "plan": "£1"},
            ],
            "contracts": [{"id": "c", "payer": "a", "payee": "b", "clauses": [clause]}],
        }
    )


@pytest.mark.parametrize(("every", "periods", "told"), [("year", 1, "2024-01"), ("quarter", 4, "2024-04")])
def test_a_value_of_a_period_that_has_not_ended_is_set_aside_with_a_warning(
    every: str, periods: int, told: str
) -> None:
    settled = book(every).settle({"units": [10] * 12, "price": [7] * periods}, as_at="2024-05")
    ended = 3 if every == "quarter" else 0
    assert settled.position("b") == ended * 70 + (5 - ended) * 10
    (warning,) = [row for row in settled.warnings if row["code"] == "not-ended"]
    assert f"the value for the {every} from {told} is not used" in warning["message"]


def test_nothing_is_said_where_nothing_was_given_or_all_has_ended() -> None:
    for data, to in (({"price": [7]}, "2024-12"), ({}, "2024-05")):
        settled = book("year").settle({"units": [10] * 12, **data}, as_at=to, plan=True)
        assert not [row for row in settled.warnings if row["code"] == "not-ended"]
    assert book("year").settle({"units": [10] * 12, "price": [7]}, as_at="2024-12").position("b") == 840
