"""Laws of the shipped books on shares that no single figure shows."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import openbook as ob
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openbook import examples
from test_golden import book_of

law = settings(max_examples=8, deadline=None, derandomize=True)
TRUSTS = ("acute", "community", "mental_health")
MEMBERS = ("local_authority", "mental_health_ft", "third_sector_a", "third_sector_b")
SHORT = ("la", "ft", "tsa", "tsb")
pounds = st.integers(-900, 900).map(lambda thousands: thousands * 1000)

SHARES = (
    "admissions_risk_share",
    "alliance_collar",
    "control_totals",
    "deficit_takeover",
    "first_call_on_underspends",
    "joint_venture_tolerances",
    "nested_limits",
    "no_unreasonable_profit_or_loss",
    "overspend_reopener",
    "pilot_to_area",
    "pool_or_member_by_member",
    "provider_failure",
    "savings_retention",
    "savings_targets",
    "system_saving_share",
    "target_cost_pool",
    "transitional_support",
    "underspend_waterfall",
    "ward_of_several_commissioners",
    "year_end_settlement",
)


def settle(name: str, inputs: dict[str, list[Any]] | None = None, **request: Any) -> dict[str, Any]:
    settlement = book_of(name).settle(inputs or None, plan=True, **{"disputes": False, **request})
    return json.loads(settlement.to_json())


def position(found: dict[str, Any], party: str, year: int = 1) -> Decimal:
    wanted = (party, "year", year - 1, "practised")
    rows = [r for r in found["positions"] if (r["party"], r["every"], r["period"], r["basis"]) == wanted]
    return Decimal(rows[0]["amount"])


def quantity(found: dict[str, Any], name: str, period: int = 1) -> Decimal:
    return next(Decimal(r["value"]) for r in found["quantities"] if (r["id"], r["period"]) == (name, period - 1))


def variances(values: tuple[int, ...], names: tuple[str, ...], what: str) -> dict[str, list[Any]]:
    return {f"{name}_{what}": [value] for name, value in zip(names, values, strict=True)}


@pytest.mark.parametrize("name", SHARES)
def test_every_figure_of_a_party_opens_to_the_penny(name: str) -> None:
    book = book_of(name)
    settlement = book.settle(plan=True, disputes=False)
    for party in book.parties:
        tree = settlement.explain(f"party:{party.id}")
        assert tree.amount == sum(child.amount for child in tree.children), party.id


@pytest.mark.parametrize("name", SHARES)
def test_data_that_is_no_number_is_refused_by_name(name: str) -> None:
    book = book_of(name)
    first = book.inputs[0].id
    with pytest.raises(ob.OpenbookError, match=first):
        book.settle({first: ["a lot"]}, plan=True)
    with pytest.raises(ob.OpenbookError, match="no_such_input"):
        book.settle({"no_such_input": [1]}, plan=True)


@pytest.mark.parametrize("name", ["control_totals", "first_call_on_underspends", "year_end_settlement"])
def test_the_data_that_ship_with_a_book_settle_it_without_its_plan(name: str) -> None:
    settlement = book_of(name).settle(examples.data(name), disputes=False)
    assert sum(Decimal(r["amount"]) for r in json.loads(settlement.to_json())["positions"]) == 0


# -- level and order ----------------


@law
@given(st.tuples(pounds, pounds, pounds))
def test_without_limits_the_level_of_a_linear_share_does_not_matter(values: tuple[int, int, int]) -> None:
    inputs = variances(values, TRUSTS, "variance")
    both = {"losses_count": "both ways"}
    got = [
        position(
            settle(
                "pool_or_member_by_member",
                inputs,
                alternatives=both,
                readings={f"{name}_share": reading for name in TRUSTS},
            ),
            "commissioner",
        )
        for reading in ("at_the_pool", "member_by_member")
    ]
    assert abs(got[0] - got[1]) <= Decimal("0.03")  # three payments, each rounded to the penny


@law
@given(st.tuples(pounds, pounds, pounds))
def test_gains_only_are_worth_at_least_as_much_member_by_member(values: tuple[int, int, int]) -> None:
    assert quantity(settle("pool_or_member_by_member", variances(values, TRUSTS, "variance")), "between_levels") >= 0


@law
@given(st.tuples(pounds, pounds, pounds))
def test_every_order_of_limits_keeps_every_limit(values: tuple[int, int, int]) -> None:
    inputs = variances(values, TRUSTS, "loss")
    limits = dict(zip(TRUSTS, (400_000, 300_000, 200_000), strict=True))
    for reading, part in (("members_then_pool", 2), ("pool_then_members", 2), ("part_then_limits", 1)):
        found = settle("nested_limits", inputs, readings={"losses_met": reading})
        received = {
            name: sum(
                Decimal(r["amount"])
                for r in found["entries"]
                if (r["clause"], r["to"], r["basis"]) == ("losses_met", f"{name}_trust", "practised")
            )
            for name in TRUSTS
        }
        assert all(part * received[name] <= limits[name] + Decimal("0.02") for name in TRUSTS), reading
        assert part * sum(received.values()) <= 900_000
        assert position(found, "commissioner") == -sum(received.values())


@law
@given(st.tuples(*[st.integers(0, 300)] * 3).map(lambda t: (t[0] * 1000, t[1] * 1000, t[2] * 500)))
def test_where_no_limit_binds_the_order_does_not_matter(values: tuple[int, int, int]) -> None:
    assert sum(values) <= 900_000
    assert quantity(settle("nested_limits", variances(values, TRUSTS, "loss")), "in_dispute") == 0


# -- conservation and fairness ----------------


@law
@given(shifted=st.integers(0, 900), cost=st.integers(100, 2000))
def test_a_share_moves_money_and_makes_none(shifted: int, cost: int) -> None:
    book = book_of("system_saving_share").with_("community_cost", cost)
    for reading in ("equal_thirds", "by_weight", "unshared"):
        settlement = book.settle(
            {"shifted_spells": [shifted] + [0] * 11}, plan=True, disputes=False, readings={"system_share": reading}
        )
        found = json.loads(settlement.to_json())
        parties = [position(found, party) for party in ("commissioner", "acute_trust", "community_trust")]
        assert sum(parties) == shifted * (900 - cost), reading


@law
@given(st.tuples(pounds, pounds, pounds, pounds))
def test_what_is_unreasonable_is_moved_and_nobody_changes_sign(values: tuple[int, ...]) -> None:
    found = settle(
        "no_unreasonable_profit_or_loss",
        variances(values, SHORT, "variance"),
        readings={f"{name}_correction": "partners_make_good" for name in SHORT},
    )
    after = [position(found, party) for party in MEMBERS]
    assert abs(sum(after) - sum(values)) <= Decimal("0.04")  # four payments, each rounded to the penny
    for before, result in zip(values, after, strict=True):
        assert min(0, before) - Decimal("0.01") <= result <= max(0, before) + Decimal("0.01")


@law
@given(st.tuples(pounds, pounds, pounds, pounds))
def test_first_call_leaves_underspends_or_overspends_but_not_both(values: tuple[int, ...]) -> None:
    found = settle(
        "first_call_on_underspends",
        variances(values, SHORT, "variance"),
        alternatives={"charities_take_part": "as written"},
        readings={"first_call": "first_call", "loss_left": "where_it_falls"},
    )
    assert min(quantity(found, "released"), quantity(found, "unfunded")) == 0
    assert quantity(found, "released") - quantity(found, "unfunded") == sum(values)


@law
@given(st.tuples(pounds, pounds, pounds))
def test_offsets_of_control_totals_leave_the_system_where_it_was(values: tuple[int, int, int]) -> None:
    inputs = {f"{name}_underlying": [x, 0, 0] for name, x in zip(("acute", "community", "ccg"), values, strict=True)}
    found = settle("control_totals", inputs, readings={"offset_transfer": "least_transfer"})
    entries = [r for r in found["entries"] if (r["clause"], r["basis"]) == ("offset_transfer", "practised")]
    moved = [Decimal(r["amount"]) for r in entries]
    assert sum(moved) == quantity(found, "least_transfer")
    assert quantity(found, "system_result") == sum(values)


# -- one-sided laws ----------------


def test_a_stake_pro_rata_never_costs_more_than_a_binary_one_and_falls_with_the_reduction() -> None:
    lost = {}
    for reading in ("binary", "pro_rata"):
        lost[reading] = [
            quantity(
                settle("admissions_risk_share", {"reduction": [r / 1000]}, readings={"risk_share": reading}),
                "stake_lost",
            )
            for r in range(-20, 130, 15)
        ]
        assert lost[reading] == sorted(lost[reading], reverse=True)
    assert all(a >= b for a, b in zip(lost["binary"], lost["pro_rata"], strict=True))


@law
@given(cases=st.integers(9000, 13000), yielding=st.integers(0, 20))
def test_a_year_end_deal_lies_between_what_is_affordable_and_what_is_due(cases: int, yielding: int) -> None:
    changed = book_of("year_end_settlement").with_("yielding", f"{5 * yielding}%")
    inputs = {"cases": [cases] + [0] * 11 + [0] * 12, "independent_cases": [100] * 24}
    found = json.loads(changed.settle(inputs, plan=True, disputes=False).to_json())
    due, settled = quantity(found, "due"), quantity(found, "settled")
    assert min(due, Decimal(21_000_000)) <= settled <= due


@law
@given(saved=st.lists(st.integers(0, 500), min_size=4, max_size=4))
def test_what_is_saved_is_kept_or_goes_back(saved: list[int]) -> None:
    inputs = {"saved": [x * 1000 for x in saved]}
    net = {}
    for regime in ("fundholding", "practice_based", "primary_care_trust", "ccg"):
        alternatives = {} if regime == "fundholding" else {"kept": regime}
        if regime == "primary_care_trust":
            alternatives["recalculated"] = regime
        found = settle("savings_retention", inputs, alternatives=alternatives, readings={"retention": regime})
        for year in range(1, 5):
            assert (
                quantity(found, "kept_of_year", year) + quantity(found, "surrendered", year)
                == inputs["saved"][year - 1]
            )
        net[regime] = quantity(found, "net_to_date", 4)
    assert net["fundholding"] >= net["practice_based"] >= net["ccg"] == 0
    assert net["fundholding"] >= net["primary_care_trust"]


def test_a_failure_of_two_per_cent_costs_the_commissioner_three_million_on_average() -> None:
    book = book_of("provider_failure").with_("capital", "£400m")
    draws = book.simulate(20_000, seed=11, progress=False).array("commissioner", every="year", period=1)
    error = 150e6 * (0.02 * 0.98 / 20_000) ** 0.5
    assert abs(draws.mean() + 3e6) < 4 * error
    assert set(draws.round().ravel()) == {0.0, -150e6}
