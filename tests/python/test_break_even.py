"""Break-even values against closed forms, and terms made to fool a bisection."""

from __future__ import annotations

from decimal import Decimal
from statistics import NormalDist

import openbook as ob
import pytest
from openbook.errors import BookError
from sensitive_books import book, given, linear, normal, parameter


def priced(amount: str, value: str = "£150", **more: object) -> ob.Book:
    return book(amount, inputs=[given("q", 10)], parameters=[parameter("price", value)], **more)


def test_both_sides_of_a_crossing_are_settled() -> None:
    small = priced("price * q * 3 - £1,000")
    found = ob.break_even(small, "price", "trust")
    [crossing] = found.crossings
    assert (crossing.below, crossing.above, crossing.crosses) == ("£33.33", "£33.34", "upwards")
    assert (crossing.difference_below, crossing.difference_above) == (Decimal("-0.10"), Decimal("0.20"))
    assert (found.value, found.monotone) == ("£33.34", True)
    for side in (crossing.below, crossing.above):
        settled = small.with_("price", side).settle(plan=True)
        assert settled.position("trust") in (crossing.difference_below, crossing.difference_above)
    assert small.break_even("price", "trust", step="£1").value == "£34"


def test_a_percentage_stays_one() -> None:
    small = book("share * £200,000 - £7,001", parameters=[parameter("share", "5%")])
    found = ob.break_even(small, "share", "trust", low="0%", high="100%")
    [crossing] = found.crossings
    assert (crossing.below, crossing.above) == ("3.5%", "3.51%")


def test_a_target_may_be_another_party() -> None:
    small = priced("price * q - £1,000")
    found = ob.break_even(small, "price", "trust", target="icb", step="£1")
    assert found.value == "£100"
    assert "Board" in found.target
    assert ob.break_even(small, "price", "icb", target="-£200", step="£1").value == "£120"


def test_a_payment_that_goes_up_and_down_has_all_its_crossings() -> None:
    small = book("£100 - £1 * abs(number(level) - 50) * 4", parameters=[parameter("level", "50")])
    found = ob.break_even(small, "level", "trust", low="0", high="100")
    assert [(c.below, c.crosses) for c in found.crossings] == [("25", "exactly"), ("75", "exactly")]
    assert not found.monotone
    assert found.unproven == () and "no crossing is missed" in found.table.note
    with pytest.raises(BookError, match="expected one"):
        found.value  # noqa: B018


def level(amount: str) -> ob.Book:
    return book(amount, parameters=[parameter("level", "50")])


def test_pairs_of_crossings_between_the_first_points_are_found() -> None:
    """A spike 1.2 wide, between points that are 6.25 apart: up at 30.9 and down at 32.1."""
    found = ob.break_even(
        level("max(£2 - £10 * abs(number(level) - 31.5), £0 - £4)"), "level", "trust", low="0", high="100", step="0.1"
    )
    assert [(c.below, c.above, c.crosses) for c in found.crossings] == [
        ("31.3", "31.3", "exactly"), ("31.7", "31.7", "exactly"),
    ]  # fmt: skip
    assert found.unproven == () and len(found.evaluated) < 60


def test_a_window_between_two_cliffs_is_found() -> None:
    amount = "if(number(level) >= 31.2 and number(level) < 31.5, £5, £0 - £5)"
    found = ob.break_even(level(amount), "level", "trust", low="0", high="100", step="0.1")
    assert [(c.below, c.above, c.crosses) for c in found.crossings] == [
        ("31.1", "31.2", "upwards"), ("31.4", "31.5", "downwards"),
    ]  # fmt: skip
    assert found.unproven == ()


def test_many_teeth() -> None:
    """Twenty teeth of a saw, each a pair of crossings, more than points that are looked at first."""
    teeth = " + ".join(f"max(£0, £3 - £6 * abs(number(level) - {5 * n + 2}.3))" for n in range(20))
    found = ob.break_even(level(f"{teeth} - £1.5"), "level", "trust", low="0", high="100", step="0.01")
    assert len(found.crossings) == 40 and found.unproven == ()
    assert [float(c.below) for c in found.crossings][:4] == [2.05, 2.55, 7.05, 7.55]


def test_what_is_nothing_throughout_is_one_stretch() -> None:
    found = ob.break_even(level("max(£0, £1 * (number(level) - 60))"), "level", "trust", low="0", high="100", step="1")
    [crossing] = found.crossings
    assert (crossing.below, crossing.above, crossing.crosses) == ("0", "60", "throughout")


def test_what_the_plan_cannot_prove_is_named() -> None:
    curved = ob.break_even(
        level("£1 * (number(level) - 30) * (number(level) - 33)"), "level", "trust", low="0", high="100", step="1"
    )
    assert curved.unproven and curved.unproven[0][0] == "0"
    assert "Not proven straight" in curved.table.note and "may hide there" in curved.table.note
    # With as many points as there are values nothing can hide between two.
    every = ob.break_even(
        level("£1 * (number(level) - 30) * (number(level) - 33)"), "level", "trust",
        low="0", high="100", step="1", points=101,
    )  # fmt: skip
    assert every.unproven == () and [c.below for c in every.crossings] == ["30", "33"]
    drawn = ob.break_even(small_drawn(), "price", "trust", measure="mean", scenarios=50, step="£1", points=5)
    assert len(drawn.unproven) == 4 and "may hide" in drawn.table.note


def small_drawn() -> ob.Book:
    drivers = [normal("dq", "q", 10, 2)]
    return priced("price * q - £1,000", drivers=drivers)


def test_a_target_of_another_party_bends_with_both() -> None:
    """The trust pays £4 and is paid a cost that peaks at £5: both are equal where the cost is £4, a tenth to either side."""
    small = book(
        "£0 - £4",
        inputs=[given("q", 1)],
        parameters=[parameter("level", "50")],
        finances={"costs": [
            {"id": "c", "kind": "fixed", "party": "icb", "to": "trust", "amount": "max(£0, £5 - £10 * abs(number(level) - 31.5))"}
        ]},
    )  # fmt: skip
    found = ob.break_even(small, "level", "trust", target="icb", low="0", high="100", step="0.1")
    assert [(c.below, c.crosses) for c in found.crossings] == [("31.4", "exactly"), ("31.6", "exactly")]
    assert found.unproven == ()


def test_a_cliff_is_found_between_two_pennies() -> None:
    small = book("if(price >= £77.77, £5, £0 - £5)", parameters=[parameter("price", "£50")])
    [crossing] = ob.break_even(small, "price", "trust").crossings
    assert (crossing.below, crossing.above) == ("£77.76", "£77.77")
    assert (crossing.difference_below, crossing.difference_above) == (-5, 5)


def test_what_cannot_be_reached_is_told() -> None:
    small = priced("price * q + £1")
    found = ob.break_even(small, "price", "trust")
    assert found.crossings == ()
    assert "No change of sign: from £1.00 at £0 to £3,001.00 at £300" in found.table.note
    assert "nowhere" in str(found)


def test_a_mean_breaks_even_where_the_means_do() -> None:
    small = book(
        "price * q - £1,000",
        inputs=[given("q", 10)],
        parameters=[parameter("price", "£150")],
        drivers=[normal("dq", "q", 10, 2)],
    )
    found = ob.break_even(small, "price", "trust", measure="mean", scenarios=4_000, seed=1, step="£0.01")
    [crossing] = found.crossings
    # The mean is price * E[q] - 1,000 with deviation price * 2: the value is 100 but for the mean of q.
    assert crossing.value_error == pytest.approx(100 * 2 / 10 / 4_000**0.5, rel=0.05)
    assert abs(float(crossing.above.removeprefix("£")) - 100) < 4 * crossing.value_error + 0.01


def test_a_quantile_breaks_even_where_the_quantile_does() -> None:
    small = book(
        "price * q - £1,000",
        inputs=[given("q", 10)],
        parameters=[parameter("price", "£150")],
        drivers=[normal("dq", "q", 10, 2)],
    )
    found = ob.break_even(small, "price", "trust", measure=0.05, scenarios=20_000, seed=1, step="£0.01")
    [crossing] = found.crossings
    truth = 1_000 / (10 + 2 * NormalDist().inv_cdf(0.05))
    assert crossing.value_error < 3
    assert abs(float(crossing.above.removeprefix("£")) - truth) < 4 * crossing.value_error


def test_two_terms_make_a_frontier() -> None:
    small = book("price * volume - £12,000", parameters=[parameter("price", "£100"), parameter("volume", "120")])
    found = ob.break_even(
        small, ["volume", "price"], "trust", values=["100", "120", "150"], low="£1", high="£200", step="£1"
    )
    assert [(row["first"], row["second_below"]) for row in found.table] == [
        ("100", "£120"),
        ("120", "£100"),
        ("150", "£80"),
    ]
    assert "<svg" in found._repr_html_()
    with pytest.raises(BookError, match="values of the first"):
        ob.break_even(small, ["volume", "price"], "trust")


def test_wrong_requests_are_refused() -> None:
    small = priced("price * q - £1,000")
    for wrong in (
        {"term": "nothing", "party": "trust"},
        {"term": "price", "party": "nobody"},
        {"term": "price", "party": "trust", "low": "5%"},
        {"term": "price", "party": "trust", "low": "£5", "high": "£4"},
        {"term": "price", "party": "trust", "step": "£0"},
        {"term": "price", "party": "trust", "measure": "median"},
        {"term": "/contracts/0", "party": "trust"},
    ):
        with pytest.raises(BookError):
            ob.break_even(small, **wrong)
    formula = book("price * 2", parameters=[parameter("base", "£5"), parameter("price", "base * 2")])
    with pytest.raises(BookError, match="plain number"):
        ob.break_even(formula, "price", "trust")
    with pytest.raises(BookError):
        ob.break_even(linear(), "a.plan", "trust", low=0, high=0)


def test_a_price_is_moved_by_its_last_decimal() -> None:
    clauses = [{"kind": "payment", "id": "p", "amount": "x * rate"}, {"kind": "payment", "id": "q", "amount": "-£375"}]
    book = ob.read_book(
        {
            "id": "power",
            "calendar": {"start": "2024-01", "months": 1},
            "parties": [{"id": "a"}, {"id": "b"}],
            "inputs": [{"id": "x", "unit": "kWh", "plan": 10_000}],
            "parameters": [{"id": "rate", "value": {"value": "£0.031", "unit": "£ per kWh"}}],
            "contracts": [{"id": "c", "payer": "a", "payee": "b", "clauses": clauses}],
        }
    )
    found = str(book.break_even("rate", "b", plan=True))
    assert "£0.037" in found and "£0.038" in found  # 10,000 kWh at £0.0375 are £375
