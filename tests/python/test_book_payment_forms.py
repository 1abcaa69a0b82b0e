"""Books of payment forms: laws over any activity, what simulation says of them, bad input, explanations that add up."""

from __future__ import annotations

import json
import math
import os
from decimal import Decimal
from typing import Any

import openbook as ob
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("OPENBOOK_TEST_EXAMPLES", "12"))
law = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
NAMES = (
    "seven_payment_forms",
    "community_block_rebased",
    "small_distant_blocks",
    "cost_and_volume_corridor",
    "emergency_marginal_rate",
    "activity_cap_removed",
    "non_elective_cap",
    "acute_block_off_tariff",
    "acute_fixed_sum_outside_tariff",
    "cap_and_collar_step_down",
    "blended_emergency_payment",
    "tariff_by_spell",
    "fundholder_cost_per_case",
)
BOOKS = {name: ob.examples.book(name) for name in NAMES}


@given(st.lists(st.integers(0, 2_000), min_size=12, max_size=12))
@law
def test_seven_forms_pay_by_their_formulas(months: list[int]) -> None:
    """Research 004, part A, at any activity; what one pays another receives."""
    settled = BOOKS["seven_payment_forms"].settle({"cases": months}, disputes=False)
    a, plan, price = sum(months), 10_000, Decimal(2_000)
    wanted = {
        "tariff": price * a,
        "block": price * plan,
        "marginal": price * (min(a, plan) + Decimal("0.3") * max(0, a - plan)),
        "capped": price * min(a, plan),
        "volume": price * plan + Decimal("0.5") * price * max(0, a - plan),
        "collar": price * min(max(a, 9_500), 10_500),
        "blended": price * plan + Decimal("0.2") * price * (a - plan),
    }
    cost = 8_000_000 + 1_150 * a
    assert {form: settled.position(f"{form}_trust") + cost for form in wanted} == wanted
    assert settled.position("commissioner") == -sum(wanted.values())


@given(st.integers(0, 2_500), st.integers(1, 50))
@law
def test_no_reading_of_the_corridor_pays_less_for_more(year: int, more: int) -> None:
    def paid(cases: int, reading: str) -> Decimal:
        data = {"cases": [cases, *[0] * 11, *[0] * 24]}
        settled = BOOKS["cost_and_volume_corridor"].settle(data, readings={"disputed_clause": reading}, disputes=False)
        return -settled.position("health_board", every="year", period=1)

    paths = {reading: (paid(year, reading), paid(year + more, reading)) for reading in READINGS}
    for first, then in paths.values():
        assert first <= then
    at = [path[0] for path in paths.values()]
    assert (max(at) == min(at)) == (year == 1_000)  # the plan itself is the only activity that nobody disputes


READINGS = ("neutral", "from_plan", "from_ceiling")


def test_how_often_a_corridor_bites_h17() -> None:
    """Cases normal with mean 1,000 and deviation 50: inside 98% to 102% in 0.3108 of years, inside 50% to 150% always."""
    draws = 20_000
    simulation = BOOKS["cost_and_volume_corridor"].simulate(
        draws, seed=17, track=["inside_corridor", "inside_wide_corridor"], track_every="year", progress=False
    )
    narrow = simulation.array("inside_corridor", every="year", period=1).mean()
    wide = simulation.array("inside_wide_corridor", every="year", period=1).mean()
    assert abs(narrow - 0.3108) < 4 * math.sqrt(0.3108 * 0.6892 / draws)
    assert wide == 1


def test_a_block_off_tariff_transfers_all_variance_and_is_flagged() -> None:
    """SCN-04: equal expectation, no variance left in the payment, and the wrong label found."""
    book = BOOKS["acute_block_off_tariff"]
    simulation = book.simulate(4_000, seed=4, track=["at_tariff"], track_every="year", progress=False)
    tariff = simulation.array("at_tariff", every="year", period=1)
    paid = simulation.array("commissioner", every="year", period=1)
    assert abs(tariff.mean() - 20_000_000) < 4 * tariff.std() / math.sqrt(len(tariff))
    assert paid.std() == 0 and tariff.std() > 0 and paid[0] == -20_000_000
    compared = ob.compare_forms({"block": ob.Form(book, "cases")}, [8_500, 11_500], scenarios=4_000, seed=4)
    assert compared.risk is not None and compared.risk["transferred"] == (1.0,)
    assert [row["path"] for row in book.lint() if row["code"] == "form"] == ["/contracts/0/form"]
    for other in set(NAMES) - {"acute_block_off_tariff"}:
        assert "form" not in BOOKS[other].lint()["code"], other


@pytest.mark.parametrize("name", NAMES)
def test_bad_input_raises_with_its_path(name: str) -> None:
    book = BOOKS[name]
    first = book.inputs[0]
    bad: dict[str, Any] = {first.id: {first.dimension: ["x"]} if first.dimension else ["x"] * 12}
    with pytest.raises(ob.DataError) as raised:
        book.settle(bad, plan=True)
    assert any(first.id in str(problem) or first.id in problem.path for problem in raised.value.problems)
    with pytest.raises(ob.BookError, match="unknown"):
        ob.Book.from_json({**json.loads(book.to_json()), "contract": []})
    unit = next(
        number for number, item in enumerate(book.parameters) if item.value and item.value.unit.startswith("£ per")
    )
    with pytest.raises(ob.BookError) as refused:
        book.with_(f"/parameters/{unit}/value", ob.Term(1, unit="spells", source="x")).settle(plan=True)
    assert any(problem.code == "unit" for problem in refused.value.problems)


@pytest.mark.parametrize("name", NAMES)
def test_every_clause_is_explained_to_the_penny(name: str) -> None:
    book = BOOKS[name]
    settled = book.settle(plan=True, disputes=False)
    for clause in (clause.id for contract in book.contracts for clause in contract.clauses):
        for entry in settled.payments.where(clause=clause)["id"][:3]:
            (row,) = settled.payments.where(id=entry)
            assert settled.explain(f"entry:{entry}").amount == row["amount"]
    for party in book.parties:
        told = settled.explain(f"party:{party.id}")
        assert told.amount == settled.position(party.id) == sum((child.amount for child in told.children), Decimal(0))
