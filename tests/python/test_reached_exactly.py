"""Thresholds that counts reach exactly: a simulated draw pays what a settlement of the same counts pays."""

from __future__ import annotations

from typing import Any

import openbook as ob
import pytest

# Each pays £1,000 where its condition holds; at some counts the two sides are equal as fractions and not as doubles.
CONDITIONS = {
    "a share avoided": "1 - referrals / planned >= 25%",
    "a share that is not to be passed": "referrals / planned * 3 < 2.1",
    "a sum of tenths": "0.1 * referrals + 0.2 >= 0.3 * 5",
    "equality": "referrals / 7 * 7 == referrals",
}
AMOUNTS = {
    "rounded to tenths": "£1 * round(referrals * 0.15, 0.1)",
    "whole steps": "£1 * whole(referrals * 0.1, 0.3)",
}


def book_of(amount: str) -> ob.Book:
    return ob.Book.from_json(
        {
            "format": 1,
            "id": "threshold",
            "calendar": {"start": "2024-04", "months": 1},
            "parties": [{"id": "payer", "roles": ["commissioner"]}, {"id": "payee", "roles": ["provider"]}],
            "inputs": [{"id": "referrals", "plan": "12"}],
            "parameters": [{"id": "planned", "value": "12"}],
            "drivers": [{"id": "drawn", "of": "referrals", "kind": "poisson", "effect": "value"}],
            "contracts": [
                {
                    "id": "contract",
                    "payer": "payer",
                    "payee": "payee",
                    "clauses": [{"id": "paid", "kind": "payment", "amount": amount}],
                }
            ],
        }
    )


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize(
    "amount", [*(f"if({condition}, £1000, £0)" for condition in CONDITIONS.values()), *AMOUNTS.values()]
)
def test_a_draw_pays_what_its_settlement_pays(amount: str, precision: Any) -> None:
    book = book_of(amount)
    simulation = book.simulate(400, seed=2, track=["referrals"], precision=precision, progress=False)
    drawn = simulation.array("referrals")
    paid = simulation.array("payee")
    settled = {
        count: float(book.settle({"referrals": [str(int(count))]}).position("payee")) for count in sorted(set(drawn))
    }
    assert len(settled) > 10
    for count, amount_of_draw in zip(drawn, paid, strict=True):
        assert amount_of_draw == pytest.approx(settled[count], abs=0.005), count
