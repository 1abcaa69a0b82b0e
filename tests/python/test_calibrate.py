"""Fitting a history: known level, trend, season, deviation and correlation come back."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import openbook as ob
import pytest
from openbook.calibration import fit_series
from small import small_book

START = 2013 * 12 + 3  # April 2013


def history(months: int, values: list[float], name: str = "visits") -> dict[str, list[object]]:
    periods = [f"{(START + m) // 12:04d}-{(START + m) % 12 + 1:02d}" for m in range(months)]
    return {"period": list(periods), name: list(values)}


def test_a_smooth_path_is_found_exactly() -> None:
    season = [1 + 0.1 * np.sin(m) for m in range(12)]
    values = [1000 * 1.01**t * season[(START + t) % 12] for t in range(36)]
    fit = fit_series("visits", range(START, START + 36), values)
    assert (fit.shape, fit.trend, fit.season) == ("lognormal", True, True)
    assert fit.deviation < 1e-9
    assert fit.coefficients[1] == pytest.approx(np.log(1.01))
    ahead = [1000 * 1.01**t * season[(START + t) % 12] for t in range(36, 48)]
    assert fit.path(range(START + 36, START + 48)) == pytest.approx(ahead)


def test_deviation_and_mean_of_a_noisy_path() -> None:
    noise = np.random.default_rng(3).standard_normal(600) * 0.2
    values = [float(v) for v in 500 * np.exp(noise)]
    fit = fit_series("visits", range(START, START + 600), values)
    assert fit.deviation == pytest.approx(0.2, rel=0.1)
    assert np.mean(fit.path(range(START, START + 600))) == pytest.approx(500 * np.exp(0.02), rel=0.03)


def test_short_histories_lose_season_then_trend() -> None:
    assert not fit_series("x", range(12), [100.0 + m for m in range(12)]).season
    assert not fit_series("x", range(5), [100.0, 101, 99, 100, 102]).trend
    with pytest.raises(ob.DataError, match="at least 3"):
        fit_series("x", range(2), [1.0, 2.0])
    with pytest.raises(ob.DataError, match="a gap is never a zero"):
        fit_series("x", [0, 1, 2, 4], [1.0] * 4)


def test_zeros_make_counts_and_only_zeros_stay_zero() -> None:
    rng = np.random.default_rng(5)
    assert fit_series("x", range(240), rng.poisson(2, 240).tolist()).shape in ("poisson", "negative_binomial")
    wide = fit_series("x", range(240), rng.negative_binomial(1, 0.2, 240).tolist())
    assert wide.shape == "negative_binomial"
    assert wide.dispersion == pytest.approx(1.0, rel=0.5)
    assert fit_series("x", range(24), [0.0] * 24).shape == "zero"
    assert fit_series("x", range(24), [0.0, 1.5] * 12, count=False).shape == "normal"


def test_a_calibrated_book_says_where_its_figures_come_from() -> None:
    values = [200 * 1.01**t for t in range(36)]
    book = ob.calibrate(small_book(), history(36, values))
    plan = book.inputs[0].plan
    assert plan.source == "fitted on 2013-04..2016-03"
    assert plan.illustrative is False
    assert Decimal(plan.value) == pytest.approx(Decimal(200 * 1.01**36), rel=Decimal("1e-6"))
    assert [step.from_ for step in plan.steps] == ["2016-05", "2016-06", "2016-07", "2016-08", "2016-09"]
    assert [driver.id for driver in book.drivers] == ["visits_fitted"]
    assert small_book().inputs[0].plan == ob.Term(100)


def test_correlation_of_residuals() -> None:
    rng = np.random.default_rng(11)
    shared = rng.standard_normal(120)
    a = 100 * np.exp(0.1 * shared)
    b = 50 * np.exp(0.1 * (0.8 * shared + 0.6 * rng.standard_normal(120)))
    data = history(120, a.tolist()) | {"other": b.tolist()}
    data["period"] = [f"{(2006 * 12 + 3 + m) // 12:04d}-{(2006 * 12 + 3 + m) % 12 + 1:02d}" for m in range(120)]
    group = ob.calibrate(small_book(), data).correlations[-1]
    assert group.drivers == ("visits_fitted", "other_fitted")
    assert float(group.matrix[0][1]) == pytest.approx(0.8, abs=0.1)
    assert group.matrix[0][0] == 1


def test_the_same_series_twice_gives_a_valid_matrix() -> None:
    values = (100 * np.exp(0.1 * np.random.default_rng(2).standard_normal(36))).tolist()
    book = ob.calibrate(small_book(), history(36, values) | {"other": values})
    matrix = np.array(book.correlations[-1].matrix, dtype=float)
    assert np.linalg.eigvalsh(matrix).min() > 0
    assert matrix[0, 1] > 0.9


def test_until_leaves_the_rest_for_the_test() -> None:
    values = [200.0] * 24 + [900.0] * 12
    book = ob.calibrate(small_book(), history(36, values), until="2015-03")
    assert float(book.inputs[0].plan.value) == pytest.approx(200)
    assert book.inputs[0].plan.source == "fitted on 2013-04..2015-03"


def test_nothing_to_fit() -> None:
    with pytest.raises(ob.DataError, match="no data to fit"):
        ob.calibrate(small_book(), history(36, [1.0] * 36), inputs=["other"])
