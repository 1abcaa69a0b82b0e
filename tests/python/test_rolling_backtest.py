"""Backtests from several origins: counts by how far ahead, and forecasts that overlap."""

from __future__ import annotations

from typing import Any

import numpy as np
import openbook as ob
import pytest
from openbook._intervals import binomial_interval

MONTHS = 36


def book(deviation: str = "0.1") -> ob.Book:
    """Visits with plan 100 and independent normal factors."""
    return ob.Book(
        id="rolled",
        calendar=ob.Calendar(start="2020-01", months=MONTHS),
        parties=[ob.Party(id="icb"), ob.Party(id="trust")],
        inputs=[ob.Input(id="visits", unit="visits", plan=100, data=ob.Source(column="visits"))],
        contracts=[
            ob.Contract(
                id="c",
                payer="icb",
                payee="trust",
                clauses=[ob.Activity(id="a", quantity="visits", price=ob.Term("£1", unit="£ per visit"))],
            )
        ],
        drivers=[ob.Normal(id="d", of="visits", mean=1, deviation=deviation)],
    )


def data(deviation: float) -> dict[str, list[Any]]:
    random = np.random.Generator(np.random.Philox(5))
    months = [f"{2020 + m // 12}-{m % 12 + 1:02d}" for m in range(MONTHS)]
    return {"period": months, "visits": [round(100 + 100 * deviation * x, 3) for x in random.normal(size=MONTHS)]}


ORIGINS = ["2021-03", "2021-06", "2021-09", "2021-12", "2022-03", "2022-06"]


def rolled(true: float, **options: Any) -> ob.RollingBacktest:
    options = {"what": ["visits"], "fit": False, "scenarios": 400, "bands": [0.5, 0.9], "progress": False} | options
    return ob.rolling_backtest(book(), data(true), until=ORIGINS, **options)


def test_forecasts_are_counted_by_how_far_they_look_ahead() -> None:
    found = rolled(0.1, most_ahead=9)
    assert found.origins == tuple(ORIGINS)
    ahead = {row["ahead"]: row for row in found.coverage if row["band"] == 0.9}
    assert list(ahead) == list(range(1, 10))
    # Up to December 2022 there are six months after the last origin: it looks no further ahead.
    assert [ahead[k]["forecasts"] for k in (1, 6, 7, 9)] == [6, 6, 5, 5]
    # Three months lie between origins: forecasts of up to three months overlap with none, six months with the next.
    assert [ahead[k]["apart"] for k in (1, 3, 4, 6, 7)] == [6, 6, 3, 3, 2]
    for row in ahead.values():
        expected = binomial_interval(round(row["share"] * row["apart"]), row["apart"])
        assert (row["low"], row["high"]) == expected
    for test in found.tests:
        inside = sum(row["ahead"] <= 9 for row in test.periods)
        assert inside == min(9, len(test.periods))
    assert sum(row["inside"] for row in ahead.values()) == sum(
        abs(row["realised"] - 100) <= 16.45 + 2
        and bool(test.fans["visits"].values[0, n] <= row["realised"] <= test.fans["visits"].values[-1, n])
        for test in found.tests
        for n, row in enumerate(list(test.periods)[:9])
    )


def test_what_is_far_too_narrow_is_found_at_every_distance() -> None:
    """What happens strays four times as far as the drivers say: a third lies inside."""
    found = rolled(0.4, most_ahead=3, bands=[0.9])
    assert {row["verdict"] for row in found.coverage} == {"too narrow"}
    assert "fails 1 to 3 ahead" in found.sentence
    assert "holds as far as can be told" in rolled(0.1, most_ahead=1).sentence


def test_errors_of_scores_are_of_the_forecasts_that_are_apart() -> None:
    found = rolled(0.1, most_ahead=6)
    by = {row["ahead"]: row for row in found.scores}
    better = [row["naive_crps"] - row["crps"] for test in found.tests for row in test.periods if row["ahead"] == 6]
    assert by[6]["better_by"] == pytest.approx(np.mean(better))
    assert by[6]["better_by_error"] == pytest.approx(np.std(better, ddof=1) / np.sqrt(3))
    shown = str(found)
    assert "Backtests of rolled" in shown and "periods ahead" in shown


def test_one_origin_is_no_roll() -> None:
    with pytest.raises(ValueError, match="expected two months at least"):
        ob.rolling_backtest(book(), data(0.1), until="2021-03")
    with pytest.raises(ValueError, match="expected two months at least"):
        ob.rolling_backtest(book(), data(0.1), until=["2021-03", "2021-03"])
    with pytest.raises(ValueError, match="expected a whole number from 1"):
        ob.rolling_backtest(book(), data(0.1), until=ORIGINS, most_ahead=0)
