"""Forecasts of the known past: coverage, transforms, proper scores, and forecasts that should fail."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import openbook as ob
import pytest
from openbook.plotting import svg_text
from openbook.scoring import crps, naive_ensemble, quantiles_of, transform
from small import small_book

RUN: dict[str, Any] = {"scenarios": 1_000, "progress": False}
YEARS = 10


# -- scores ---------------------------------------------------------------------------------------------------------


def test_the_score_of_a_normal_forecast() -> None:
    draws = np.random.Generator(np.random.Philox(4)).standard_normal(200_000)
    # y (2 F(y) - 1) + 2 f(y) - 1 / sqrt(pi) (Gneiting and Raftery 2007, equation 5).
    for y, expected in ((0.0, 0.23369497725510918), (1.5, 0.9944240039774529), (-2.0, 1.4527918216859033)):
        assert crps(draws, y) == pytest.approx(expected, abs=0.005)


def test_the_score_is_fair_to_small_ensembles() -> None:
    rng = np.random.Generator(np.random.Philox(8))
    scores = [crps(rng.standard_normal(3), 0.0) for _ in range(20_000)]
    assert np.mean(scores) == pytest.approx(0.23369, abs=0.01)
    draws = rng.standard_normal(40)
    apart = [abs(a - b) for i, a in enumerate(draws) for j, b in enumerate(draws) if i != j]
    assert crps(draws, 0.3) == pytest.approx(np.abs(draws - 0.3).mean() - np.mean(apart) / 2)


def test_the_true_forecast_scores_best() -> None:
    rng = np.random.Generator(np.random.Philox(9))
    happened = rng.standard_normal(400)
    score = {}
    for deviation in (0.5, 1.0, 2.0):
        draws = rng.standard_normal(2_000) * deviation
        score[deviation] = np.mean([crps(draws, y) for y in happened])
    assert score[1.0] < score[0.5] and score[1.0] < score[2.0]


def test_transforms_and_quantiles() -> None:
    draws = np.array([4.0, 1.0, 3.0, 2.0, 2.0])
    assert [transform(draws, y) for y in (0, 1, 2, 2.5, 9)] == [0, 0.1, 0.4, 0.6, 1]
    assert transform(draws, 2.004, near=0.005) == transform(draws, 2)
    assert quantiles_of(draws, [0, 0.25, 0.5, 1]) == [1, 2, 2, 4]


def test_naive_forecasts() -> None:
    seasonal = {n: 100.0 + n + 10 * (n % 12) for n in range(24)}
    ensemble, said = naive_ensemble(seasonal, 26, 12) or (None, "")
    # The same month of the last year, 14, and every change over twelve months seen: always 12.
    assert ensemble.tolist() == [100 + 14 + 20 + 12] * 12 and said.startswith("last year's")
    ensemble, _ = naive_ensemble(seasonal, 38, 12) or (None, "")
    assert ensemble == pytest.approx([134 + 12 * math.sqrt(2)] * 12)
    short = {n: float(n * n) for n in range(8)}
    ensemble, said = naive_ensemble(short, 9, 12) or (None, "")
    assert ensemble.tolist() == [49.0 + (n * n - (n - 2) ** 2) for n in range(2, 8)] and said.startswith(
        "the last value"
    )
    ensemble, said = naive_ensemble({0: 1.0, 1: 5.0, 2: 3.0}, 4, 12) or (None, "")
    assert ensemble.tolist() == [1, 5, 3] and said == "any of the values seen"
    assert naive_ensemble({0: 1.0, 1: 5.0}, 4, 12) is None


# -- backtests ------------------------------------------------------------------------------------------------------


def history(deviation: float, months: int = 12 * YEARS) -> dict[str, list[Any]]:
    """Months whose logs are independent and normal around a known mean."""
    rng = np.random.Generator(np.random.Philox(21))
    level = 500 * np.exp(deviation * rng.standard_normal(months) - deviation**2 / 2)
    periods = [f"{2010 + (3 + m) // 12:04d}-{(3 + m) % 12 + 1:02d}" for m in range(months)]
    return {"period": periods, "visits": [float(v) for v in level.round(6)], "other": [10.0] * months}


def book(deviation: str, months: int = 12 * YEARS) -> ob.Book:
    base = small_book()
    inputs = [base.inputs[0].replace(plan=500, every="month"), base.inputs[1]]
    clause = ob.Activity(id="by_visit", quantity="visits + other", price="price")
    contracts = [ob.Contract(id="acute", payer="icb", payee="trust", clauses=[clause])]
    return small_book(
        calendar=ob.Calendar(start="2010-04", months=months),
        inputs=inputs,
        contracts=contracts,
        drivers=[ob.Lognormal(id="demand", of="visits", deviation=deviation)],
    )


@cache
def right() -> ob.Backtest:
    return ob.backtest(book("0.1"), history(0.1), until="2013-03", fit=False, **RUN)


def test_the_right_forecast_holds() -> None:
    found = right()
    assert set(found.coverage["verdict"]) == {"holds"}
    assert {row["what"]: row["periods"] for row in found.scores} == {"icb": 84, "trust": 84, "visits": 84}
    for row in found.coverage:
        assert row["low"] <= row["share"] <= row["high"]
        assert row["share"] == pytest.approx(row["band"], abs=0.15)
    for row in found.scores:
        assert row["mean_transform"] == pytest.approx(0.5, abs=0.1)
        assert row["skill"] > 0  # the naive forecast adds the noise of two years
    assert "fitted" not in found.periods.note and "as written" in found.periods.note


def test_every_period_says_what_happened_and_where_it_fell() -> None:
    found = right()
    data = history(0.1)
    rows = [row for row in found.periods if row["what"] == "visits"]
    assert [row["period"] for row in rows] == data["period"][36:]
    assert [row["realised"] for row in rows] == pytest.approx(data["visits"][36:])
    simulation = book("0.1").simulate(
        1_000, seed=0, data=data, as_at="2013-03", track=["visits"], every="month", progress=False
    )
    draws = simulation.array("visits", every="month")[36:]
    for number, row in enumerate(rows):
        assert row["transform"] == pytest.approx((draws[number] < row["realised"]).mean(), abs=1e-12)
        assert row["crps"] == pytest.approx(crps(draws[number], row["realised"]))
    low, high = np.quantile(draws, [0.05, 0.95], axis=1, method="inverted_cdf")
    inside = int(((low <= data["visits"][36:]) & (data["visits"][36:] <= high)).sum())
    [counted] = [row["inside"] for row in found.coverage.where(what="visits", band=0.9)]
    assert abs(counted - inside) <= 2  # another rule of quantiles
    # The trust is paid £200 a visit: what happened to it follows from the visits.
    paid = [row["realised"] for row in found.periods if row["what"] == "trust"]
    assert paid == pytest.approx([round((v + 10) * 200, 2) for v in data["visits"][36:]], abs=0.01)


@pytest.mark.parametrize(("deviation", "verdict"), [("0.02", "too narrow"), ("0.5", "too wide")])
def test_wrong_forecasts_fail(deviation: str, verdict: str) -> None:
    found = ob.backtest(book(deviation), history(0.1), until="2013-03", fit=False, what=["visits"], **RUN)
    assert set(found.coverage["verdict"]) == {verdict}
    assert found.scores["crps"][0] > right().scores.where(what="visits")["crps"][0]
    assert verdict in found.sentence


def test_a_forecast_that_is_off_is_seen_in_the_transforms() -> None:
    low = book("0.1").with_("/inputs/visits/plan", 450)
    found = ob.backtest(low, history(0.1), until="2013-03", fit=False, what=["visits"], **RUN)
    assert found.scores["mean_transform"][0] > 0.75


def test_a_fitted_forecast_knows_nothing_of_what_comes() -> None:
    data = history(0.1)
    changed = {**data, "visits": data["visits"][:36] + [9_999.0] * 84}
    first, second = (
        ob.backtest(book("0.1"), d, until="2013-03", what=["visits"], scenarios=200, progress=False)
        for d in (data, changed)
    )
    assert np.array_equal(first.forecast.array(), second.forecast.array())
    assert first.fitted and first.forecast.book.drivers[0].source == "fitted on 2010-04..2013-03"
    assert second.scores["mean_transform"] == (1.0,)
    assert set(second.coverage["verdict"]) == {"too narrow"}


def test_a_plan_that_is_paid_against_stays_as_it_was_agreed() -> None:
    clause = ob.Payment(id="over", amount="max(£0, (visits - plan(visits)) * price)")
    contracts = [ob.Contract(id="acute", payer="icb", payee="trust", clauses=[clause])]
    data = history(0.1)
    busier = {**data, "visits": [v * 1.2 for v in data["visits"]]}  # 600 a month against a plan of 500
    given = book("0.1").replace(contracts=contracts)
    found = ob.backtest(given, busier, until="2015-03", what=["trust", "visits"], **RUN)
    rows = {(row["what"], row["period"]): row for row in found.periods}
    for month, visits in zip(busier["period"][60:], busier["visits"][60:], strict=True):
        if ("trust", month) in rows:
            row = rows["trust", month]
            assert row["realised"] == pytest.approx(max(0, visits - 500) * 200, abs=0.01)
            assert row["median"] == pytest.approx((rows["visits", month]["median"] - 500) * 200, rel=1e-6)
    medians = [row["median"] for (what, _), row in rows.items() if what == "visits"]
    assert np.mean(medians) > 540  # the forecast follows the history, not the plan


def test_what_one_party_believes_is_no_history() -> None:
    shared = book("0.1")
    seen = shared.with_layer(ob.Layer(party="trust", over=shared, beliefs={"visits": 450}))
    data = history(0.1)
    options: dict[str, Any] = {"until": "2013-03", "what": ["visits"], "scenarios": 50, "progress": False}
    fitted = ob.backtest(seen, data, **options)
    assert fitted.private_to == "" and fitted.forecast.book == ob.backtest(shared, data, **options).forecast.book
    believed = ob.backtest(seen, data, fit=False, **options)
    assert believed.private_to == "trust" and believed.title.endswith("(private to trust)")
    assert believed.scores["mean_transform"] > ob.backtest(shared, data, fit=False, **options).scores["mean_transform"]


def test_longer_periods_and_histories_before_the_calendar() -> None:
    found = ob.backtest(book("0.1"), history(0.1), until="2013-03", every="quarter", fit=False, what=["visits"], **RUN)
    assert found.coverage["periods"] == (28, 28, 28)
    data = history(0.1)
    assert found.periods["realised"][0] == pytest.approx(sum(data["visits"][36:39]))
    later = book("0.1", 48).replace(calendar=ob.Calendar(start="2016-04", months=48))
    ahead = ob.backtest(later, data, until="2016-03", what=["visits"], outside="drop", **RUN)
    assert len(ahead.periods) == 48 and ahead.periods["period"][0] == "2016-04"
    assert ahead.scores["naive"][0].startswith("last year's")


def test_it_is_shown_and_drawn() -> None:
    found = right()
    text = str(found)
    assert "The 90% band holds for 3 of 3 forecasts" in text and "score (CRPS)" in text
    assert found.svg().count("<circle") == 3 * 84 and "illustrative" not in found.svg()
    assert found.svg("visits").count("<circle") >= 84
    assert found.fan("trust").money and not found.fan("visits").money
    axes = ob.plotting.backtest(found)
    assert svg_text(axes).startswith("<svg") and axes.get_title(loc="right") == found.title
    assert ob.plotting.backtest(found, "visits").get_title() == "Visits, type 1"
    with pytest.raises(ValueError, match="there is icb, trust, visits"):
        found.fan("nobody")


def test_a_real_contract_with_assumed_drivers_is_marked() -> None:
    given, data = ob.examples.acute_contract(), ob.examples.data("acute_contract")
    options: dict[str, Any] = {"where": {"org_code": "ZX1"}, "scenarios": 300, "progress": False}
    found = given.backtest(data, until="2018-03", fit=False, **options)
    assert "illustrative drivers" in found.svg() and "Illustrative drivers" in found.sentence
    words = [text.get_text() for text in ob.plotting.backtest(found).texts]
    assert "illustrative drivers" in words
    fitted = given.backtest(data, until="2018-03", what=["hospital"], **options)
    assert "Illustrative" not in fitted.sentence and list(fitted.fans) == ["hospital"]


def test_what_cannot_be_tested_is_refused() -> None:
    data = history(0.1, 24)
    with pytest.raises(ob.DataError, match="no period by month ends after it") as caught:
        ob.backtest(book("0.1"), data, until="2012-03", **RUN)
    assert caught.value.problems[0].code == "too-short"
    with pytest.raises(ob.DataError, match="not driven"):
        ob.backtest(book("0.1"), data, until="2011-03", fit=False, what=["other"], **RUN)
    with pytest.raises(ob.BookError, match="no party"):
        ob.backtest(book("0.1"), data, until="2011-03", what=["nobody"], **RUN)
    with pytest.raises(ob.DataError, match="as_at is not a month"):
        ob.backtest(book("0.1"), data, until="soon", **RUN)
    with pytest.raises(ValueError, match="bands"):
        ob.backtest(book("0.1"), data, until="2011-03", bands=[1.5], **RUN)
