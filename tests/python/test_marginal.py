"""The exact marginal pound: hand figures, exact sums, and finite differences on shipped books."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import openbook as ob
import pytest
from openbook._literals import figure
from openbook.errors import BookError
from sensitive_books import book, given, linear, parameter


def slopes(row: dict[str, Any]) -> tuple[Any, Any]:
    return row["left"], row["right"]


def test_a_price_and_a_quantity_have_their_products_slopes() -> None:
    small = book("max(£0, price * q - £1,000)", inputs=[given("q", 10)], parameters=[parameter("price", "£150")])
    pounds = small.settle(plan=True).marginal("trust")
    assert slopes(pounds.of("price")) == (10, 10)
    assert slopes(pounds.of("q", "2024-04")) == (150, 150)
    assert pounds.of("price")["percent"] == 15
    assert pounds.of("price")["unit"] == "£1"
    # What one receives the other pays.
    assert slopes(small.settle(plan=True).marginal("icb").of("price")) == (-10, -10)


def test_the_edge_of_a_band_has_two_slopes() -> None:
    small = book("£2,000 * min(q, 100) + £500 * positive(q - 100)", inputs=[given("q", 100)])
    row = small.settle(plan=True).marginal("trust", terms=False).of("q")
    assert slopes(row) == (2_000, 500)
    assert (row["cliff_left"], row["cliff_right"], row["note"]) == (0, 0, "a kink")
    assert slopes(small.settle({"q": [99]}).marginal("trust").of("q")) == (2_000, 2_000)
    assert slopes(small.settle({"q": [101]}).marginal("trust").of("q")) == (500, 500)


def test_slopes_hold_until_the_next_branch() -> None:
    small = book("£2,000 * min(q, 100) + £500 * positive(q - 100)", inputs=[given("q", 90)])
    pounds = small.settle(plan=True).marginal("trust", terms=False)
    assert pounds.holds("q") == 10
    assert pounds.holds("q", side="left") is None
    squared = book("£1 * q * q", inputs=[given("q", 90)]).settle(plan=True).marginal("trust", terms=False)
    assert squared.of("q")["right"] == 180
    assert squared.holds("q") == 0
    share = book("max(£10,000, share * £200,000)", parameters=[parameter("share", "4%")])
    assert share.settle().marginal("trust").holds("share") == 1  # percentage point


def test_a_cliff_tells_what_is_at_stake_and_no_slope() -> None:
    small = book("if(score >= 90, £50,000, £0) + £10 * score", inputs=[given("score", 90)])
    row = small.settle(plan=True).marginal("trust").of("score")
    assert slopes(row) == (10, 10)
    assert (row["cliff_left"], row["cliff_right"]) == (-50_000, 0)
    assert row["note"] == "a cliff"
    away = small.settle({"score": ["89.999"]}).marginal("trust").of("score")
    assert (away["cliff_left"], away["cliff_right"], away["note"]) == (0, 0, "")


def test_a_percentage_is_told_by_the_percentage_point() -> None:
    small = book("share * £200,000", parameters=[parameter("share", "5%")])
    row = small.settle().marginal("trust").of("share")
    assert (row["unit"], row["value"], *slopes(row)) == ("percentage point", 5, 2_000, 2_000)
    assert row["percent"] == 100


def test_dated_steps_are_terms_of_their_own() -> None:
    price = parameter("price", {"value": "£150", "steps": [{"from": "2024-06", "value": "£160"}]})
    small = book("price * q", months=12, inputs=[given("q", 10)], parameters=[price])
    pounds = small.settle(plan=True, as_at="2024-08").marginal("trust")
    assert pounds.of("price", "before 2024-06")["right"] == 20  # two months of ten
    assert pounds.of("price", "from 2024-06")["right"] == 30  # three months to the date
    with pytest.raises(BookError, match="ambiguous"):
        pounds.of("price")
    with pytest.raises(BookError, match="month has no tree|no tree"):
        pounds.chain("q", "2024-04")


def test_an_accrual_moves_by_the_part_that_has_passed() -> None:
    yearly = [{"id": "pay", "kind": "payment", "every": "year", "amount": "£12 * q"}]
    document = book("£0", months=12, inputs=[{"id": "q", "every": "year", "plan": 100}]).to_json()
    content = json.loads(document)
    content["contracts"][0]["clauses"] = yearly
    small = ob.Book.from_json(content)
    pounds = small.settle(plan=True, as_at="2024-06").marginal("trust")
    assert pounds.of("q")["right"] == 3  # three months of twelve


def test_members_have_their_own_slopes() -> None:
    wards = [{"id": "ward", "members": ["north", "south"]}]
    prices = [{"id": "price", "dimension": "ward", "members": {"north": "£3", "south": "£5"}}]
    small = book(
        "sum(price * beds)",
        dimensions=wards,
        parameters=prices,
        inputs=[given("beds", "by_member('ward', 'north', 10, 20)", dimension="ward")],
    )
    pounds = small.settle(plan=True).marginal("trust")
    assert pounds.of("beds", "2024-04", "north")["right"] == 3
    assert pounds.of("beds", "2024-04", "south")["right"] == 5
    assert pounds.of("price.members.south")["right"] == 20
    with pytest.raises(BookError, match="member"):
        pounds.of("beds")


def test_a_term_that_shapes_the_plan_says_so() -> None:
    small = book("round(£1.2345 * q, places)", inputs=[given("q", 10)], parameters=[parameter("places", "£2")])
    row = small.settle(plan=True).marginal("trust").of("places")
    assert "how the plan is made" in row["note"]


def test_through_and_chain_add_up() -> None:
    settled = ob.examples.mental_health_alliance().settle(plan=True, disputes=False)
    pounds = settled.marginal("ccg")
    for row in [row for row in pounds.table if row["right"]][::40]:
        names = row["name"], row["period"], row["member"]
        through = pounds.through(*names)
        assert sum(Fraction(str(s)) for s in through["slope"]) == Fraction(str(row["right"]))
    tree = pounds.chain("baseline")
    assert Fraction(tree.value) == Fraction(str(pounds.of("baseline")["right"]))
    assert sum(Fraction(child.value) for child in tree.children) == Fraction(tree.value)


@pytest.mark.parametrize(
    "name", ["acute_contract", "paired_lead_contracts", "first_call_on_underspends", "milk_quota_levy"]
)
def test_what_moves_between_parties_moves_nobody_on_the_whole(name: str) -> None:
    """Slopes and cliffs, to each side, exactly: what one receives another pays."""
    settled = ob.examples.book(name).settle(plan=True, disputes=False)
    sums: dict[Any, Fraction] = {}
    for party in settled.book.parties:
        for row in settled.marginal(party.id).table:
            for side in ("left", "right", "cliff_left", "cliff_right"):
                key = row["name"], row["period"], row["member"], side
                sums[key] = sums.get(key, Fraction(0)) + Fraction(str(row[side]))
    assert len(sums) > 20
    assert set(sums.values()) == {Fraction(0)}


def test_a_transfer_between_partners_begins_at_their_plan() -> None:
    """Nobody is over or under plan yet: one pound more is shared, one pound less as well."""
    settled = ob.examples.paired_lead_contracts().settle(plan=True, disputes=False)
    row = settled.marginal("integrated_trust").of("trust_spending.plan")
    again = settled.book.with_("/inputs/0/plan", "£13.1m")
    found = again.settle(plan=True, disputes=False).position("integrated_trust") - settled.position("integrated_trust")
    assert settled.book.inputs[0].id == "trust_spending"
    assert row["right"] * 100_000 == found == -600_000


# -- against settling again -----------------------------------------------------------------------------------------

#: Shipped books of many kinds, each quick to settle.
SHIPPED = (
    "acute_block_off_tariff",
    "better_care_fund",
    "blended_payment_scheme",
    "cost_and_volume_corridor",
    "dental_activity_contract",
    "emergency_marginal_rate",
    "financial_penalties",
    "insurance_layers",
    "lead_provider",
    "painshare_fund",
    "elective_recovery_funding",
    "third_sector_cash",
)


def pennies(settled: ob.Settlement) -> Decimal:
    """What rounding may move: a penny for each entry, before and after."""
    return Decimal("0.01") * (len(settled.payments) + 1)


def moved_term(settled: ob.Settlement, row: dict[str, Any]) -> tuple[ob.Book, Fraction] | None:
    """The book with one term larger by a hundredth, and by how many of the row's units."""
    place = next((p for p in settled.book.terms() if p["name"] == row["name"]), None)
    written = figure(place["value"]) if place else None
    if written is None or written.value == 0 or row["period"]:
        return None
    larger = written.value * Decimal("1.01")
    text = {"money": f"£{larger}", "percent": f"{larger * 100}%", "number": f"{larger}"}[written.kind]
    text = f"-£{-larger}" if written.kind == "money" and larger < 0 else text
    step = Fraction(written.value) / 100
    return settled.book.with_(place["path"], text), step * (100 if written.kind == "percent" else 1)


@pytest.mark.parametrize("name", SHIPPED)
def test_slopes_are_the_differences_of_settling_again(name: str) -> None:
    settled = ob.examples.book(name).settle(plan=True, disputes=False)
    chosen = random.Random(name)
    compared = 0
    for party in settled.book.parties[:2]:
        pounds = settled.marginal(party.id)
        rows = [row for row in pounds.table if not row["note"] and row["right"]]
        moved = [(row, other) for row in rows if (other := moved_term(settled, row)) is not None]
        for row, other in chosen.sample(moved, min(3, len(moved))):
            try:
                again = other[0].settle(plan=True, disputes=False)
            except ob.DataError:  # a bound of the book, such as a score above 1
                continue
            try:
                there = again.marginal(party.id).of(row["name"], row["period"], row["member"])
            except BookError:
                continue
            if there["left"] != row["right"]:
                continue  # a kink in between, or a product of two things that move
            expected = Fraction(str(row["right"])) * other[1]
            found = Fraction(again.position(party.id) - settled.position(party.id))
            assert abs(found - expected) <= pennies(settled), row
            compared += 1
    assert compared > 0


@pytest.mark.parametrize("name", ["acute_contract", "lead_provider"])
def test_slopes_by_data_are_the_differences_of_settling_again(name: str) -> None:
    settled = ob.examples.book(name).settle(plan=True, disputes=False)
    chosen = random.Random(name)
    inputs = {given.id: given for given in settled.book.inputs}
    compared = 0
    party = settled.book.parties[1].id
    pounds = settled.marginal(party, terms=False)
    rows = [row for row in pounds.table if row["name"] in inputs and row["right"] and not row["cliff_right"]]
    rows = [row for row in rows if inputs[row["name"]].every == "month" and not row["member"]]
    for row in chosen.sample(rows, min(6, len(rows))):
        step = max(Decimal(1), Decimal(str(row["value"])) / 100)
        far = pounds.holds(row["name"], row["period"])
        if compared == 2 or (far is not None and Fraction(str(far)) < Fraction(step)):
            continue
        shock = {"on": row["name"], "action": "add", "value": str(step), "starts": row["period"], "ends": row["period"]}
        again = settled.book.settle(plan=True, disputes=False, shocks=[shock])
        found = Fraction(again.position(party) - settled.position(party))
        expected = Fraction(str(row["right"])) * Fraction(step)
        assert abs(found - expected) <= pennies(settled), row
        compared += 1
    assert compared > 0


def test_the_books_own_door() -> None:
    small = linear()
    assert slopes(small.marginal("Trust").of("a", "2024-04")) == (3, 3)
    assert slopes(small.marginal("trust", {"a": [5], "b": [1], "c": [2]}, terms=False).of("b")) == (2, 2)
    with pytest.raises(BookError, match="no party"):
        small.marginal("nobody")
    with pytest.raises(BookError):
        small.marginal("trust", every="year", period=7)


def _paid(payment: Any, **more: Any) -> ob.Book:
    return ob.read_book(
        {
            "id": "slopes",
            "calendar": {"start": "2024-04", "months": 12},
            "parties": [{"id": "a"}, {"id": "b"}],
            "contracts": [{"id": "c", "payer": "a", "payee": "b", "clauses": [{"id": "p", **payment}]}],
            **more,
        }
    )


def test_the_unit_of_a_percentage_is_a_percentage_point_for_inputs_too() -> None:
    payment = {"kind": "payment", "every": "year", "amount": "£100 * r + £100 * rate"}
    inputs = [{"id": "r", "unit": "%", "every": "year", "plan": "4%"}]
    found = _paid(payment, inputs=inputs, parameters=[{"id": "rate", "value": {"value": "4%", "unit": "%"}}]).marginal(
        "b"
    )
    for name in ("r", "rate"):
        row = found.of(name)
        assert (row["value"], row["unit"], row["left"], row["right"]) == (4, "percentage point", 1, 1)


def test_terms_are_those_of_the_reading_in_force() -> None:
    price = {"value": "£7", "unit": "£ per spell", "steps": [{"from": "2024-07", "value": "£9"}]}
    readings = [{"name": "flat"}, {"name": "dated", "overrides": {"price": price}}]
    inputs = [{"id": "n", "unit": "spells", "plan": 10}]
    activity = {
        "kind": "activity",
        "quantity": "n",
        "price": {"value": "£5", "unit": "£ per spell"},
        "readings": readings,
    }

    def told(reading: str) -> list[tuple[Any, ...]]:
        table = _paid({**activity, "reading": reading}, inputs=inputs).marginal("b").table
        return [(r["period"], r["value"], r["right"]) for r in table if r["name"] == "p.price"]

    assert told("dated") == [("before 2024-07", 7, 30), ("from 2024-07", 9, 90)]
    assert told("flat") == [("", 5, 120)]


def test_what_is_solved_for_is_said_to_be_held() -> None:
    amount = "£1000 * solve('k', x * k, 90, 0, 100, 0.000001)"
    inputs = [{"id": "x", "unit": "number", "plan": 37, "every": "year"}]
    payment = {"kind": "payment", "every": "year", "amount": amount}
    assert "What solve(...) finds is held" in str(_paid(payment, inputs=inputs).marginal("b").table)
    assert "solve" not in str(_paid({**payment, "amount": "£1 * x"}, inputs=inputs).marginal("b").table)
