"""Laws of the shipped books on prices, capitation, choice and disputed activity that no single figure shows."""

from __future__ import annotations

import os
from decimal import Decimal as D
from functools import cache
from typing import Any

import openbook as ob
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("OPENBOOK_TEST_EXAMPLES", "12"))
BOOKS = (
    "any_qualified_provider",
    "average_cost_yardstick",
    "average_specialty_price",
    "block_after_challenges",
    "capitation_of_over_65s",
    "dated_tariff",
    "disputed_activity",
    "local_price_roll_forward",
    "local_variations",
    "money_follows_the_patient",
    "patient_choice",
    "shift_to_population_funding",
    "three_part_payment",
)


@cache
def book(name: str) -> ob.Book:
    return ob.examples.book(name)


def members(of: ob.Book, name: str) -> list[str]:
    dimension = next(item.dimension for item in of.inputs if item.id == name)
    return next((list(d.members) for d in of.dimensions if d.id == dimension), [""])


def quantity(settlement: Any, name: str, period: int = 0) -> D:
    return next(row["value"] for row in settlement.quantities if (row["id"], row["period"]) == (name, period + 1))


@pytest.mark.parametrize("name", BOOKS)
def test_every_clause_is_explained_to_the_penny(name: str) -> None:
    settlement = book(name).settle(plan=True)
    for contract in book(name).contracts:
        for clause in contract.clauses:
            tree = settlement.explain(clause.id)
            assert tree.amount == sum((child.amount for child in tree.children), D(0)), clause.id


def data(of: ob.Book, value: Any, **other: Any) -> dict[str, list[Any]]:
    """The same value for every period and member of every input."""
    periods = {"month": of.calendar.months, "quarter": of.calendar.months // 3, "year": of.calendar.months // 12}
    return {
        item.id: [other.get(item.id, value)] * (periods[item.every] * len(members(of, item.id))) for item in of.inputs
    }


@pytest.mark.parametrize("name", BOOKS)
def test_settles_on_data_alone_and_conserves(name: str) -> None:
    settlement = book(name).settle(data(book(name), 1))
    assert len(settlement.ledger)
    assert sum(settlement.position(party.id) for party in book(name).parties) == 0


@pytest.mark.parametrize("name", BOOKS)
def test_data_that_are_no_numbers_are_refused_with_the_input(name: str) -> None:
    for number, item in enumerate(book(name).inputs):
        with pytest.raises(ob.DataError) as error:
            book(name).settle(data(book(name), 1, **{item.id: "many"}))
        assert {(problem.code, problem.path) for problem in error.value.problems} == {
            ("not-a-number", f"/inputs/{number}")
        }


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(0, 60), st.integers(0, 400))
def test_days_beyond_the_trim_point_are_counted_from_the_day_after(trim: int, spells: int) -> None:
    tariff = book("dated_tariff").with_("trim_point.members.pneumonia", trim)
    groups = members(tariff, "spells")
    stays = {"pneumonia_1_day": 1, "pneumonia_2_days": 2, "pneumonia_28_days": 28, "pneumonia_32_days": 32}
    values = [spells if group in stays else 0 for group in groups] * 3
    found = tariff.settle({"spells": values}, plan=True)
    assert quantity(found, "pneumonia_long_days") == sum(spells * max(0, stay - trim) for stay in stays.values())


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(0, 500))
def test_length_of_stay_and_casemix_never_move_an_average_price(heavier: int) -> None:
    wales = book("average_specialty_price")
    types = members(wales, "discharges")
    moved = {"surgery_minor": 500 - heavier, "surgery_major": heavier}
    values = [moved.get(kind, 0) for kind in types] * 12
    found = wales.settle({"discharges": values, "deaths": [0] * 72, "bed_days": [heavier] * 72}, plan=True)
    assert {row["amount"] for row in found.ledger if row["clause"] == "average_payment"} == {D(1_500_000)}


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=7, max_size=7), st.integers(0, 5), st.integers(0, 100))
def test_patients_are_neither_made_nor_lost_by_choice(waits: list[int], stickiness: int, bypass: int) -> None:
    choice = book("patient_choice").with_("stickiness", stickiness).with_("bypass", f"{bypass}%")
    found = choice.settle({"waits": waits * 5}, plan=True)
    on_menu = [int(quantity(found, f"menu_{n}")) for n in range(7)]
    assert sum(on_menu) == min(5, sum(wait <= 18 for wait in waits))
    assert all(waits[n] <= 18 for n in range(7) if on_menu[n])
    lost = (1 - D(bypass) / 100) if not any(on_menu) else D(0)
    assert abs(quantity(found, "not_placed") - lost) < D("1e-9")


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(3_000, 5_000), st.sampled_from([0, 25, 50, 100]), st.integers(0, 10))
def test_a_corridor_moves_gain_and_loss_and_makes_none(cost: int, part: int, width: int) -> None:
    plain = book("capitation_of_over_65s")
    agreed = plain.with_("corridor_part", f"{part}%").with_("corridor", f"{width}%")
    data = {"cost_a_head": [cost] * 3}
    without, within = (b.settle(data, plan=True) for b in (plain, agreed))
    parties = ("ccg", "lead_provider", "community_trust", "suppliers")
    assert sum(within.position(p) for p in parties) == sum(without.position(p) for p in parties) == 0
    gain = D(50_000 * (4_000 - cost))
    beyond = max(D(0), abs(gain) - D(200_000_000) * width / 100) * part / 100
    assert without.position("lead_provider") - within.position("lead_provider") == 3 * beyond.copy_sign(gain)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 200_000), st.integers(0, 1)), min_size=3, max_size=3))
def test_what_is_upheld_comes_back_and_no_more(lines: list[tuple[int, int]]) -> None:
    disputed = book("disputed_activity")
    data = {"challenged": [a for a, _ in lines] * 2, "upheld": [u for _, u in lines] * 2}
    found = disputed.settle(data, plan=True)
    upheld = sum(a * u for a, u in lines)
    assert quantity(found, "amount_upheld") == upheld <= quantity(found, "claimed")
    paid = sum(
        row["amount"] for row in found.ledger if row["clause"] == "challenge_upheld" and row["basis"] == "practised"
    )
    assert paid == 2 * upheld


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(195_000_000, 210_000_000), st.integers(195_000_000, 210_000_000))
def test_a_block_holds_only_inside_the_zone(block: int, viable: int) -> None:
    alpha = book("block_after_challenges").with_("block", f"£{block}").with_("viable_income", f"£{viable}")
    found = alpha.settle({"block_agreed": [1, 1, 1]}, plan=True)
    assert (quantity(found, "block_holds") == 1) == (viable <= block <= 203_800_000)
    assert quantity(found, "zone_exists") == (viable <= 203_800_000)
