"""Small books whose sensitivities are known in closed form."""

from __future__ import annotations

from typing import Any

import openbook as ob

PARTIES = [
    {"id": "icb", "name": "Board", "roles": ["commissioner"]},
    {"id": "trust", "name": "Trust", "roles": ["provider"]},
]


def book(amount: Any, *, months: int = 1, **more: Any) -> ob.Book:
    """A payment of a formula from the board to the trust, once a month."""
    clauses = [{"id": "pay", "kind": "payment", "amount": amount}]
    return ob.Book.from_json(
        {
            "format": 1,
            "id": "small",
            "calendar": {"start": "2024-04", "months": months},
            "parties": PARTIES,
            "contracts": [{"id": "acute", "payer": "icb", "payee": "trust", "clauses": clauses}],
            **more,
        }
    )


def given(name: str, plan: Any, **more: Any) -> dict[str, Any]:
    return {"id": name, "every": "month", "plan": plan, **more}


def normal(name: str, of: str, mean: float, deviation: float, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "of": of,
        "effect": "value",
        "kind": "normal",
        "mean": mean,
        "deviation": deviation,
        "illustrative": True,
        **more,
    }


def parameter(name: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"id": name, "value": value, **more}


#: Three independent activities at three prices: shares of the variance 36, 16 and 9 of 61.
def linear(**more: Any) -> ob.Book:
    return book(
        "£3 * a + £2 * b + £1 * c",
        inputs=[given("a", 100), given("b", 100), given("c", 100)],
        drivers=[normal("da", "a", 100, 2), normal("db", "b", 100, 2), normal("dc", "c", 100, 3)],
        **more,
    )
