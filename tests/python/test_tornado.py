"""Tornadoes against hand figures."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import openbook as ob
import pytest
from openbook.errors import BookError
from openbook.sensitivities import tornado
from sensitive_books import book, given, linear, normal, parameter

TENTH = NormalDist().inv_cdf(0.1)


def test_settled_drivers_stand_at_their_percentiles_and_the_rest_at_plan() -> None:
    found = tornado(linear(), "trust", scenarios=40_000, seed=1)
    rows = {row["name"]: row for row in found.table}
    assert list(rows) == ["da", "db", "dc"]
    for name, price, deviation in (("da", 3, 2), ("db", 2, 2), ("dc", 1, 3)):
        row = rows[name]
        assert row["base"] == 600
        assert row["at_low"] == pytest.approx(600 + price * deviation * TENTH, abs=0.15)
        assert row["at_high"] == pytest.approx(600 - price * deviation * TENTH, abs=0.15)
        assert row["swing"] == pytest.approx(row["at_high"] - row["at_low"])
        assert row["swing_error"] == 0
    assert "10th percentile" in rows["da"]["low"]


def test_means_over_common_draws_have_errors_that_cancel_in_the_swing() -> None:
    found = tornado(linear(), "trust", measure="mean", scenarios=4_000, seed=1)
    row = next(row for row in found.table if row["name"] == "da")
    assert row["swing"] == pytest.approx(-2 * 6 * TENTH, abs=0.9)
    assert row["swing_error"] < 1e-9  # the others are the same draws on both sides
    assert row["base_error"] == pytest.approx(61**0.5 / 4_000**0.5, rel=0.1)


def test_terms_take_their_sources_figures_or_the_callers() -> None:
    price = {"value": "£3", "alternatives": [{"name": "other", "value": "£5", "source": "another"}]}
    small = book("price * a", inputs=[given("a", 100)], parameters=[parameter("price", price)])
    [row] = tornado(small, "trust").table
    assert (row["kind"], row["low"], row["high"]) == ("term", "£3", "£5")
    assert (row["at_low"], row["base"], row["at_high"]) == (300, 300, 500)
    [row] = tornado(small, "trust", terms={"price": ("£1", "£2")}).table
    assert (row["at_low"], row["at_high"]) == (100, 200)
    with pytest.raises(BookError, match="low and a high"):
        tornado(small, "trust", terms={"price": "£1"})


def test_what_is_known_is_not_moved() -> None:
    inputs = [{"id": "a", "every": "month", "plan": 100}]
    small = book("£1 * a", months=2, inputs=inputs, drivers=[normal("da", "a", 100, 10)])
    [row] = tornado(small, "trust", {"a": [50, None]}, as_at="2024-04", scenarios=4_000).table
    assert row["base"] == 150
    assert row["at_low"] == pytest.approx(150 + 10 * TENTH, abs=1)
    assert not tornado(small, "trust", {"a": [50, 60]}, scenarios=100).table


def test_an_input_without_a_plan_stands_at_its_median() -> None:
    small = book("£1 * a", inputs=[{"id": "a", "every": "month"}], drivers=[normal("da", "a", 70, 10)])
    [row] = tornado(small, "trust", scenarios=10_000).table
    assert row["base"] == pytest.approx(70, abs=0.5)


def test_wrong_requests_are_refused() -> None:
    with pytest.raises(BookError, match="lower first"):
        tornado(linear(), "trust", percentiles=(90, 10))
    with pytest.raises(BookError, match="settled"):
        tornado(linear(), "trust", measure="median")
    with pytest.raises(BookError, match="no party"):
        tornado(linear(), "nobody")


def test_everything_in_one_result() -> None:
    found = ob.sensitivity(linear(), "Trust", scenarios=400)
    assert found.party == "trust"
    assert found.indices is not None
    assert found.marginal.of("a", "2024-04")["right"] == 3
    text = str(found)
    assert "What moves the position of Trust" in text
    assert "Marginal pounds of Trust" in text
    assert "<svg" in found._repr_html_()
    assert linear().sensitivity("trust", scenarios=400).tornado.table == found.tornado.table


def test_what_a_party_event_changes_is_changed_in_every_run() -> None:
    """A withdrawal ends clauses: that stands in the book, not among the values that are laid over it."""
    small = book(
        "£1 * a", months=12, inputs=[{"id": "a", "every": "month", "plan": 100}], drivers=[normal("da", "a", 100, 10)]
    )
    leaves = [{"on": "trust", "action": "withdrawal", "starts": "2024-10"}]
    stays, gone = (small.settle(plan=True, shocks=shocks).position("trust") for shocks in (None, leaves))
    assert (stays, gone) == (1200, 600)
    [row] = tornado(small, "trust", shocks=leaves, scenarios=4_000).table
    assert row["base"] == 600
    assert row["at_low"] == pytest.approx(600 + 6 * 10 * TENTH, abs=6)


def test_rare_events_that_stand_still_between_the_percentiles_are_named() -> None:
    rare = {"id": "fire", "kind": "poisson", "of": "a", "effect": "value", "mean": 0.02, "illustrative": True}
    inputs = [{"id": "a", "every": "month", "plan": 0}, given("b", 10)]
    small = book("£100 * a + £1 * b", inputs=inputs, drivers=[rare, normal("db", "b", 10, 2)])
    found = tornado(small, "trust", scenarios=500)
    assert {row["name"]: row["swing"] for row in found.table}["fire"] == 0
    assert "At both percentiles the same: fire. What is rarer" in str(found.table.note)
    farther = tornado(small, "trust", percentiles=(0.5, 99.5), scenarios=4_000)
    assert {row["name"]: row["swing"] for row in farther.table}["fire"] == 100
    assert "At both" not in str(farther.table.note)


def two_wards(**more: Any) -> ob.Book:
    """What two wards report, £5 for one that does not; the plan of each is 100."""
    return book(
        "sum(or_else(x, £5))",
        months=3,
        dimensions=[{"id": "ward", "members": ["u", "v"]}],
        inputs=[{"id": "x", "unit": "£", "dimension": "ward", "may_be_missing": True, "plan": 100, **more}],
        drivers=[normal("dx", "x", 100, 10, members="each")],
    )


def test_a_member_that_is_missing_stays_missing() -> None:
    values = [1, 2, None, 3, None, None]  # of the third month nothing is known yet
    for measure in ("settled", "mean"):
        [row] = tornado(two_wards(), "trust", {"x": values}, measure=measure, scenarios=4_000).table
        assert row["base"] == pytest.approx(1 + 2 + 5 + 3 + 100 + 100, abs=1)
        assert row["at_low"] == pytest.approx(211 + 2 * 10 * TENTH, abs=2)
        assert not tornado(two_wards(), "trust", {"x": [1, 2, None, 3, 4, 5]}, measure=measure, scenarios=100).table
    found = ob.sensitivity(two_wards(), "trust", {"x": [1, 2, None, 3, 4, 5]}, scenarios=100)
    assert found.marginal.of("x", "2024-04", "u")["right"] == 1


def test_a_month_without_any_value_before_the_last_with_one_is_missing_in_a_settlement() -> None:
    data = {"x": [1, 2, None, None, 3, 4]}
    assert two_wards().settle(data, plan=True).position("trust") == 1 + 2 + 5 + 5 + 3 + 4
    assert not tornado(two_wards(), "trust", data, scenarios=100).table
    [row] = tornado(two_wards(), "trust", data, measure="mean", scenarios=4_000).table  # a simulation draws it
    assert row["base"] == pytest.approx(210, abs=1)
    assert row["at_high"] - row["at_low"] == pytest.approx(-4 * 10 * TENTH, abs=3)


def test_reasons_for_what_is_missing_are_known_to_every_run() -> None:
    small = book(
        "if(reason(x) == 'suppressed', £7, or_else(x, £5)) + £1 * a",
        months=2,
        inputs=[{"id": "x", "unit": "£", "may_be_missing": True}, given("a", 100)],
        drivers=[normal("da", "a", 100, 10)],
    )
    data = {"period": ["2024-04", "2024-05"], "x": [1, "*"]}
    assert small.settle(data, plan=True).position("trust") == 1 + 7 + 200
    for measure in ("settled", "mean"):
        [row] = tornado(small, "trust", data, measure=measure, scenarios=2_000).table
        assert row["base"] == pytest.approx(208, abs=1)
