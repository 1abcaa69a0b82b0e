"""What assumed drivers went into says so; what a fan says is grammatical, and true of its period and threshold."""

from __future__ import annotations

from typing import Any

import numpy as np
import openbook as ob
import pytest
from openbook import queries
from small import small_book

ASSUMED = "Illustrative drivers, assumed and not agreed: Demand."
RUN: dict[str, Any] = {"seed": 1, "progress": False}


def book(illustrative: bool) -> ob.Book:
    driver = ob.Lognormal(id="demand", name="Demand", of="visits", deviation="0.1", illustrative=illustrative)
    return small_book(drivers=[driver])


def told(illustrative: bool) -> dict[str, str]:
    """Everything that draws went into, as text."""
    own = book(illustrative)
    simulation = own.simulate(60, every=["year", "term"], **RUN)
    seen = own.with_layer(
        ob.Layer(party="trust", over=own, beliefs={"fee": "£900"}, outside_options=[ob.OutsideOption("block", "£1m")])
    )
    compared = ob.compare({"a": own, "b": own}, scenarios=20, **RUN)
    quick = ob.compare_forms({"ours": ob.Form(own, "visits")}, [100, 600], price="£200", scenarios=20)
    return {
        "simulation": str(simulation),
        "risk": simulation.risk("trust").note,
        "summary": simulation.summary().note,
        "fan": simulation.fan("trust").sentence,
        "draw": str(simulation.draw(1, party="trust")),
        "draws": simulation.percentile_draws("trust", [5, 50]).note,
        "difference": simulation.draw(1, party="trust").versus(simulation.draw(2, party="trust")).table().note,
        "three draws": simulation.three_draws("trust").parts.note,
        "comparison": compared.note,
        "pairs": compared.paired().note,
        "matrix": compared.matrix("trust").note,
        "frontier": ob.frontier(own, {"price": [190, 210]}, party="trust", scenarios=20, **RUN).note,
        "stability": ob.stability(own, 5, scenarios=20, progress=False).sentence,
        "backtest": own.backtest(
            {"visits": [100] * 6, "other": [10] * 6, "score": ["0.5", "1"]},
            until="2016-06",
            fit=False,
            scenarios=20,
            **RUN,
        ).sentence,
        "what if": own.what_if({"fee": "£900"}, scenarios=20, **RUN).simulated.note,
        "forms": quick.risk.note if quick.risk is not None else "",
        "outside options": seen.against_outside_options(seen.simulate(20, **RUN)).note,
    }


def test_everything_that_assumed_drivers_went_into_says_so() -> None:
    assumed, agreed = told(True), told(False)
    assert {name for name, text in assumed.items() if ASSUMED not in text} == set()
    assert {name for name, text in agreed.items() if "assumed and not agreed" in text} == set()


def test_files_name_the_assumed_drivers() -> None:
    table = book(True).simulate(10, **RUN).risk("trust")
    assert table.about["illustrative_drivers"] == "Demand"
    assert "illustrative_drivers" not in book(False).simulate(10, **RUN).risk("trust").about


def test_many_assumed_drivers_are_counted() -> None:
    assert queries.assumed_drivers([]) == ""
    assert queries.assumed_drivers("abcde") == "Illustrative drivers, assumed and not agreed: a, b, c and 2 more."
    assert queries.assumed_drivers("abcde", most=9).endswith("a, b, c, d, e.")
    assert queries.assumed([book(True), book(True), book(False)]) == ASSUMED


def fan(low: float, middle: float, high: float, below: float, threshold: float | None = 0.0) -> ob.Fan:
    values = np.array([[low, -1.0], [middle, 5.0], [high, 9.0]])
    shares = () if threshold is None else (below, 0.25)
    return ob.Fan("Trust", ("year 1", "term"), (0.05, 0.5, 0.95), values, True, 500, threshold, shares)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            fan(-10, 0, 20, 0.01),
            "In year 1, 1 in 100 ends below zero, half end at or below zero, 5 in 100 below -£10, ",
        ),
        (fan(-10, 1, 20, 0.0), "In year 1, none of 500 draws ends below zero, half end below £1, "),
        (fan(-10, -5, 0, 1.0), "In year 1, all of 500 draws end below zero, half end below -£5, 5 in 100 below -£10, "),
        (fan(-10, -5, 0, 1.0), "5 in 100 at or above zero. Of 500 draws."),
        (
            fan(0, 5, 9, 0.4, -1_000.0),
            "In year 1, 40 in 100 end below -£1,000, half end below £5, 5 in 100 at or below zero",
        ),
        (fan(1, 5, 9, 0.0, None), "In year 1, half end below £5, 5 in 100 below £1, 5 in 100 above £9. Of 500 draws."),
    ],
)
def test_a_fan_speaks_grammatically(given: ob.Fan, words: str) -> None:
    assert words in given.said(1) == given.said("year 1")


def test_a_fan_speaks_of_any_period_and_threshold() -> None:
    simulation = book(False).simulate(400, every=["month"], **RUN)
    shown = simulation.fan("The Trust", every="month", threshold=22_500.0)
    draws = simulation.array("trust", every="month")
    for number, label in enumerate(shown.labels):
        share = float((draws[number] <= 22_500 - 0.005).mean())
        assert shown.below[number] == share
        said = shown.said(label)
        assert said.startswith(f"In {label}, ") and "below £22,500" in said
        if 0 < share < 0.995:
            assert f"{round(share * 100)} in 100 end" in said
    assert shown.sentence == shown.said(6) == shown.said("2016-09")
    with pytest.raises(ValueError, match="there is 1 to 6: 2016-04"):
        shown.said(7)
