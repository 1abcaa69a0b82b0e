"""A clause is written once and applied over the members of a dimension."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import openbook as ob
import pytest

MEMBERS = [f"hrg_{i:03d}" for i in range(40)]
PRICES = [Decimal(1000 + 37 * i) / 100 for i in range(40)]


def fields() -> dict[str, Any]:
    return {
        "format": 1, "id": "tariff", "calendar": {"start": "2024-04", "months": 3},
        "dimensions": [{"id": "currency", "members": MEMBERS}, {"id": "site", "members": ["north", "south"]}],
        "parties": [{"id": "icb"}, {"id": "trust"}],
        "inputs": [{"id": "spells", "unit": "spells", "dimension": "currency", "plan": 10},
                   {"id": "beds", "unit": "beds", "dimension": "site", "plan": 2}],
        "parameters": [{"id": "price", "dimension": "currency", "value": {"value": 0, "unit": "£ per spell"},
                        "members": dict(zip(MEMBERS, map(str, PRICES), strict=True))}],
        "quantities": [{"id": "dearest", "unit": "£", "formula": "largest(spells * price)"},
                       {"id": "first", "unit": "£", "formula": "member(spells * price, 'hrg_000')"},
                       {"id": "value", "unit": "£", "formula": "sum(spells * price)"}],
        "contracts": [{"id": "acute", "payer": "icb", "payee": "trust",
                       "clauses": [{"id": "at_tariff", "kind": "activity", "quantity": "spells", "price": "price"}]}],
    }


def test_prices_meet_activity_member_by_member() -> None:
    book = ob.Book.from_json(fields())
    activity = [[(7 * m + 3 * c) % 23 for c in range(40)] for m in range(3)]
    settlement = book.settle({"spells": [x for month in activity for x in month], "beds": [1, 2] * 3}, disputes=False)
    expected = [sum(a * p for a, p in zip(month, PRICES, strict=True)) for month in activity]
    found = [r["amount"] for r in settlement.ledger.to_dicts() if r["basis"] == "practised"]
    assert found == expected
    values = {(r["id"], r["period"]): Decimal(r["value"]) for r in settlement.quantities.to_dicts()}
    assert values["dearest", 1] == max(a * p for a, p in zip(activity[0], PRICES, strict=True))
    assert values["first", 2] == activity[1][0] * PRICES[0]
    assert values["value", 3] == expected[2]


def test_simulation_applies_the_same_members() -> None:
    book = ob.Book.from_json(fields())
    simulation = book.simulate(16, seed=1, track=["sum(spells * price)"], progress=False)
    total = float(sum(10 * p for p in PRICES))
    assert simulation.array("sum(spells * price)", period=1) == pytest.approx(total)
    assert simulation.array("trust", every="term") == pytest.approx(3 * total)


def test_members_of_different_dimensions_do_not_mix_and_are_not_reduced_silently() -> None:
    mixed = fields()
    mixed["quantities"].append({"id": "mixed", "formula": "number(spells) * number(beds)"})
    with pytest.raises(ob.BookError, match="mixes the dimensions 'currency' and 'site'"):
        ob.Book.from_json(mixed).settle(plan=True)
    silent = fields()
    silent["contracts"][0]["clauses"].append({"id": "unreduced", "kind": "payment", "amount": "spells * price"})
    with pytest.raises(ob.BookError, match="still has the dimension 'currency'; reduce it with sum"):
        ob.Book.from_json(silent).settle(plan=True)
