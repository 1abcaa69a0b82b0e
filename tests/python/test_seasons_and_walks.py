"""Seasons, trends and random walks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import openbook as ob
import pytest
from uncertain import book_of, draws_of, near, variance_near

SEASON = ["1.2", "1.1", "1", "0.95", "0.9", "0.85", "0.85", "0.9", "0.95", "1", "1.1", "1.2"]
FACTORS = [float(f) for f in SEASON]
FROM_APRIL = FACTORS[3:] + FACTORS[:3]
DRAWS = 20_000


def draws(span: int = 12, number: int = DRAWS, **driver: Any) -> Any:
    return draws_of(book_of(["a"], span, drivers=[{"id": "d", "of": "a"} | driver]), "a", number)


def test_a_certain_season_is_its_factors() -> None:
    assert draws(number=2, kind="seasonal", months=SEASON)[1] == pytest.approx([100 * f for f in FROM_APRIL])
    added = draws(number=2, kind="seasonal", months=list(range(12)), effect="addition")[0]
    assert added == pytest.approx([100 + (m + 3) % 12 for m in range(12)])


def test_an_uncertain_amplitude_stretches_the_season_of_a_year() -> None:
    amplitude = {"shape": "lognormal", "mean": "1.5", "deviation": "0.3"}
    x = draws(24, kind="seasonal", months=SEASON, amplitude=amplitude) / 100
    for month in (0, 9, 15, 21):
        stretch = FROM_APRIL[month % 12] - 1
        near(x[:, month], 1 + 1.5 * stretch)
        variance_near(x[:, month], (1.5 * stretch) ** 2 * (math.exp(0.09) - 1), errors=6)
    # One amplitude a year: January says what July is; next January does not.
    assert np.allclose((x[:, 9] - 1) / 0.2, (x[:, 3] - 1) / -0.15)
    assert abs(np.corrcoef(x[:, 9], x[:, 21])[0, 1]) < 5 / math.sqrt(DRAWS)
    once = draws(24, kind="seasonal", months=SEASON, amplitude=amplitude, amplitude_every="term")
    assert np.allclose(once[:, 9], once[:, 21])


def test_an_amplitude_of_values_stretches_about_their_mean() -> None:
    amplitude = {"shape": "fixed", "value": 2}
    x = draws(number=2, kind="seasonal", months=SEASON, amplitude=amplitude, effect="value")[0]
    assert x == pytest.approx([1 + 2 * (f - 1) for f in FROM_APRIL])


def test_a_distribution_for_each_month_of_the_year() -> None:
    months = [{"shape": "normal", "mean": m, "deviation": m / 10} for m in range(1, 13)]
    x = draws(13, kind="calendar_month", months=months, effect="value", autoregression="0.6")
    for at, month in ((0, 4), (8, 12), (9, 1), (12, 4)):
        near(x[:, at], month)
        variance_near(x[:, at], (month / 10) ** 2)
    assert np.corrcoef(x[:, 0], x[:, 1])[0, 1] == pytest.approx(0.6, abs=0.03)


def test_a_walk_that_compounds() -> None:
    x = draws(kind="random_walk", drift="0.01", deviation="0.05") / 100
    for n in (1, 6, 12):
        near(x[:, n - 1], 1.01**n)
        variance_near(np.log(x[:, n - 1]), n * 0.05**2)
    steps = np.diff(np.log(x), axis=1)
    assert abs(np.corrcoef(steps[:, 0], steps[:, 1])[0, 1]) < 5 / math.sqrt(DRAWS)


def test_a_walk_whose_drift_is_uncertain() -> None:
    x = draws(kind="random_walk", drift="0.02", deviation="0.03", drift_deviation="0.01", start="1.1") / 100
    for n in (1, 6, 12):
        near(x[:, n - 1], 1.1 * 1.02**n)
        variance_near(np.log(x[:, n - 1]), n * 0.03**2 + (n * 0.01) ** 2)


def test_a_walk_that_adds() -> None:
    x = draws(kind="random_walk", steps="added", drift=2, deviation=3, drift_deviation=1, effect="addition")
    for n in (1, 12):
        near(x[:, n - 1], 100 + 2 * n)
        variance_near(x[:, n - 1], 9 * n + n**2)
    trend = draws(number=2, kind="random_walk", drift="0.1")[0]
    assert trend == pytest.approx([100 * 1.1 ** (n + 1) for n in range(12)])


def test_walks_may_be_correlated() -> None:
    walk = {"kind": "random_walk", "steps": "added", "deviation": 1, "effect": "value"}
    drivers = [walk | {"id": f"d_{x}", "of": x} for x in "ab"]
    group = {"id": "g", "drivers": ["d_a", "d_b"], "matrix": [[1, "0.7"], ["0.7", 1]]}
    book = book_of(["a", "b"], 5, drivers=drivers, correlations=[group])
    a, b = draws_of(book, "a", DRAWS), draws_of(book, "b", DRAWS)
    assert np.corrcoef(a[:, 4], b[:, 4])[0, 1] == pytest.approx(0.7, abs=0.02)


def test_pareto_as_a_marginal() -> None:
    x = draws(1, 100_000, kind="pareto", minimum=2, shape=3, effect="value").ravel()
    assert x.min() >= 2
    for at in (2.2, 3, 6, 20):
        p = (2 / at) ** 3
        assert abs((x > at).mean() - p) < 5 * math.sqrt(p * (1 - p) / x.size)


@pytest.mark.parametrize(
    ("driver", "code", "words"),
    [
        ({"kind": "seasonal", "months": SEASON[:11]}, "wrong-size", "twelve"),
        ({"kind": "calendar_month", "months": []}, "wrong-size", "twelve"),
        ({"kind": "seasonal", "months": SEASON, "amplitude": {"shape": "normal"}}, "missing-key", "deviation"),
        ({"kind": "seasonal", "months": SEASON, "autoregression": "0.5"}, "out-of-range", "autoregression"),
        ({"kind": "random_walk", "deviation": "-0.1"}, "out-of-range", "at least 0"),
        ({"kind": "random_walk", "drift": -2}, "out-of-range", "above -1"),
        ({"kind": "random_walk", "start": 0}, "out-of-range", "above 0"),
        ({"kind": "random_walk", "autoregression": "0.5"}, "out-of-range", "autoregression"),
        ({"kind": "pareto", "minimum": 1, "shape": 0}, "distribution", "tail index"),
        ({"kind": "student_t", "scale": 1, "degrees_of_freedom": "0.5"}, "distribution", "degrees_of_freedom"),
    ],
)
def test_what_is_wrong_is_said(driver: Any, code: str, words: str) -> None:
    with pytest.raises(ob.BookError, match=words) as caught:
        draws(**driver)
    assert caught.value.problems[0].code == code


def test_a_season_needs_months() -> None:
    book = book_of(["a"], 12, drivers=[{"id": "d", "of": "a", "kind": "seasonal", "months": SEASON}])
    yearly = book.replace(inputs=[ob.Input(id="a", unit="number", every="year", plan=1)])
    with pytest.raises(ob.BookError, match="known by month"):
        yearly.simulate(10, track=["a"], track_every="year", progress=False)
