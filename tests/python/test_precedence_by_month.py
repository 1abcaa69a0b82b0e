"""Clauses that collide for a part of their period: each month is somebody's, none is paid twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import openbook as ob
import pytest


def book(first: list[str], every: str = "year", kind: dict[str, Any] | None = None, **overlay: Any) -> ob.Book:
    """£1,200 a year under a contract, £10 a month under an overlay for the same thing."""
    own = {"id": "written", "every": every, "subject": "care", **(kind or {"kind": "payment", "amount": "£1200"})}
    other = {
        "kind": "payment",
        "id": "agreed",
        "amount": "£10",
        "subject": "care",
        "from": "payer",
        "to": "trust",
        **overlay,
    }
    return ob.read_book(
        {
            "id": "collision",
            "calendar": {"start": "2024-04", "months": 12},
            "parties": [{"id": "payer"}, {"id": "trust"}],
            "contracts": [{"id": "contract", "payer": "payer", "payee": "trust", "clauses": [own]}],
            "overlays": [{"id": "alliance", "wraps": ["contract"], "clauses": [other]}],
            "precedence": first,
        }
    )


def paid(settlement: ob.Settlement, clause: str) -> Decimal:
    return sum((row["amount"] for row in settlement.payments.where(clause=clause)), Decimal(0))


@pytest.mark.parametrize(
    ("dates", "months_lost"),
    [({"starts": "2024-10"}, 6), ({"ends": "2024-05"}, 2), ({"starts": "2024-06", "ends": "2025-01"}, 8), ({}, 12)],
)
def test_a_yearly_clause_is_due_for_the_months_in_which_none_wins_over_it(
    dates: dict[str, str], months_lost: int
) -> None:
    settlement = book(["alliance"], **dates).settle(disputes=False)
    assert paid(settlement, "written") == Decimal(100) * (12 - months_lost)
    assert paid(settlement, "agreed") == Decimal(10) * months_lost
    assert list(settlement.superseded["clause"]) == ["written"]


def test_a_monthly_clause_loses_to_a_longer_one_in_all_its_months() -> None:
    settlement = book([], starts="2024-10").settle(disputes=False)
    assert (paid(settlement, "written"), paid(settlement, "agreed")) == (Decimal(1200), Decimal(0))


def test_a_longer_clause_of_an_overlay_gives_way_for_a_time() -> None:
    found = ob.read_book(
        {
            "id": "overlay_by_year",
            "calendar": {"start": "2024-04", "months": 12},
            "parties": [{"id": "payer"}, {"id": "trust"}],
            "contracts": [
                {
                    "id": "contract",
                    "payer": "payer",
                    "payee": "trust",
                    "clauses": [
                        {"kind": "payment", "id": "written", "amount": "£50", "subject": "care", "starts": "2024-09"}
                    ],
                }
            ],
            "overlays": [
                {
                    "id": "alliance",
                    "wraps": ["contract"],
                    "clauses": [
                        {
                            "kind": "payment",
                            "id": "agreed",
                            "every": "quarter",
                            "amount": "£300",
                            "subject": "care",
                            "from": "payer",
                            "to": "trust",
                        }
                    ],
                }
            ],
        }
    ).settle(disputes=False)
    assert [row["amount"] for row in found.payments.where(clause="agreed")] == [Decimal("300"), Decimal("200")]
    assert paid(found, "written") == Decimal(350)


def test_thresholds_are_those_of_the_whole_period() -> None:
    """£5 for each of 120 visits beyond 100 in the year, for five of twelve months: not what five months would reach."""
    bands = {"kind": "bands", "quantity": "visits", "bands": [{"to": "100", "rate": "0"}, {"rate": "1"}]}
    whole = book(["alliance"], starts="2024-09", kind=bands | {"price": {"value": "£5", "unit": "£ per visit"}})
    settlement = whole.replace(inputs=[ob.Input(id="visits", unit="visits", plan=10)]).settle(plan=True, disputes=False)
    assert paid(settlement, "written") == Decimal("41.67")  # 20 * £5 * 5 / 12


def test_what_a_formula_asks_of_the_clause_and_concessions_follow() -> None:
    changed = book(["alliance"], starts="2025-01").replace(
        quantities=[ob.Quantity(id="moved", unit="£", every="year", formula="written")],
        concessions=[ob.Concession(id="half", concession="waive", on="written", fraction="50%")],
    )
    settlement = changed.settle(disputes=False)
    assert [row["value"] for row in settlement.quantities] == [Decimal(450)]
    assert settlement.position("trust") == Decimal(450) + 30


def test_a_simulation_takes_the_same_part() -> None:
    simulated = book(["alliance"], starts="2024-10").simulate(scenarios=4, seed=1, progress=False)
    assert simulated.risk("trust")["mean"][0] == pytest.approx(660)


@pytest.mark.parametrize(
    ("order", "first", "second"),
    [
        (["alliance", "venture"], 120, 0),
        (["venture", "alliance"], 60, 60),
        (["venture", "contract", "alliance"], 0, 60),
        # The order names one of the two alone: nothing decides between them.
        (["alliance"], 120, 60),
    ],
)
def test_of_two_overlays_the_one_wins_that_the_order_names_first(order: list[str], first: int, second: int) -> None:
    document = book([]).to_dict()
    venture = {
        "kind": "payment", "id": "joint", "amount": "£10", "subject": "care",
        "from": "payer", "to": "trust", "starts": "2024-10",
    }  # fmt: skip
    document["overlays"].append({"id": "venture", "wraps": [], "clauses": [venture]})
    document["precedence"] = order
    settlement = ob.read_book(document).settle(disputes=False)
    assert (paid(settlement, "agreed"), paid(settlement, "joint")) == (first, second)
    said = [row["message"] for row in ob.read_book(document).lint() if "'agreed' and 'joint'" in row["message"]]
    assert len(said) == 1
    assert ("so both are settled" in said[0]) == (order == ["alliance"])
