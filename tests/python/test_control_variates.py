"""Exact expectations of piecewise-linear payments, and means that use them."""

from __future__ import annotations

import itertools
import json
import math
from typing import Any

import numpy as np
import openbook as ob
import pytest
from test_sampling import book, run

#: Points of payments: a hinge, a corridor, a jump, bands falling and rising.
PAYMENTS: dict[str, list[tuple[float, float]]] = {
    "hinge": [(0, 0), (100, 0), (200, 500)],
    "corridor": [(0, -50), (80, 0), (120, 0), (130, 70)],
    "jump": [(0, 10), (95, 10), (95, -40), (150, 15)],
    "steps": [(90, 0), (90, 1), (110, 1), (110, 2), (200, 2)],
}


def value(points: list[tuple[float, float]], x: Any) -> Any:
    """The payment, straight outside the points as in the first and last segment."""
    x = np.asarray(x, dtype=float)
    total = np.zeros_like(x)
    pieces = [(a, b) for a, b in itertools.pairwise(points) if b[0] > a[0]]
    for i, ((x0, y0), (x1, y1)) in enumerate(pieces):
        slope = (y1 - y0) / (x1 - x0)
        total = np.where((x >= x0) & (x < x1), y0 + slope * (x - x0), total)
        if i == 0:
            total = np.where(x < points[0][0], points[0][1] + slope * (x - points[0][0]), total)
        if i == len(pieces) - 1:
            total = np.where(x >= points[-1][0], points[-1][1] + slope * (x - points[-1][0]), total)
    return total


def integral(points: list[tuple[float, float]], mean: float, deviation: float, lognormal: bool) -> float:
    """By Gauss-Legendre on every stretch between breakpoints, in standard normal units from -9 to 9."""
    nodes, weights = np.polynomial.legendre.leggauss(60)

    def quantity(z: Any) -> Any:
        return mean * np.exp(deviation * z - deviation**2 / 2) if lognormal else mean + deviation * z

    def place(x: float) -> float:
        if not lognormal:
            return (x - mean) / deviation
        return (math.log(x / mean) + deviation**2 / 2) / deviation if x > 0 else -math.inf

    marks = sorted({-9.0, 9.0, *range(-8, 9), *(z for x, _ in points if -9 < (z := place(x)) < 9)})
    total = 0.0
    for a, b in itertools.pairwise(marks):
        z = (a + b) / 2 + (b - a) / 2 * nodes
        density = np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
        total += float((weights * value(points, quantity(z)) * density).sum()) * (b - a) / 2
    return total


@pytest.mark.parametrize("name", PAYMENTS)
@pytest.mark.parametrize(("mean", "deviation"), [(100, 15), (70, 40), (100, 0.5), (130, 200)])
def test_a_normal_quantity(name: str, mean: float, deviation: float) -> None:
    exact = ob.expected_payment(PAYMENTS[name], mean, deviation)
    assert exact == pytest.approx(integral(PAYMENTS[name], mean, deviation, False), rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("name", PAYMENTS)
@pytest.mark.parametrize(("mean", "deviation"), [(100, 0.15), (70, 0.6), (100, 0.01), (130, 1.2)])
def test_a_lognormal_quantity(name: str, mean: float, deviation: float) -> None:
    exact = ob.expected_payment(PAYMENTS[name], mean, deviation, driver="lognormal")
    assert exact == pytest.approx(integral(PAYMENTS[name], mean, deviation, True), rel=1e-9, abs=1e-9)


def test_known_formulas() -> None:
    # Black's formula for a call: m N(d1) - k N(d2).
    m, k, s = 100.0, 110.0, 0.25

    def phi(x: float) -> float:
        return 0.5 * math.erfc(-x / math.sqrt(2))

    d1 = math.log(m / k) / s + s / 2
    call = ob.expected_payment([(0, 0), (k, 0), (2 * k, k)], m, s, driver="lognormal")
    assert call == pytest.approx(m * phi(d1) - k * phi(d1 - s), rel=1e-12)
    assert ob.expected_payment([(1, 5)], 3, 2, slope_below=1, slope_above=1) == pytest.approx(7, rel=1e-13)
    assert ob.expected_payment(PAYMENTS["corridor"], 125, 0) == pytest.approx(35)
    assert ob.expected_payment(PAYMENTS["hinge"], 120, 0, driver="lognormal") == pytest.approx(100)


def test_a_payment_function_of_a_book() -> None:
    made = book(1, 1, amount="max(x0 - £100, £0)")
    payment = ob.payment_function(made, "x0", 0, 300, party="payee")
    assert ob.expected_payment(payment, 100, 10) == pytest.approx(10 / math.sqrt(2 * math.pi), rel=1e-9)


def test_wrong_payments_are_refused() -> None:
    for points, options, words in (
        ([(2, 0), (1, 0)], {}, "ascending"),
        ([(1, 0)], {}, "two at least"),
        ([(1, 0), (1, 2)], {}, "two different"),
        ([(1, math.nan), (2, 0)], {}, "finite"),
        ([(0, 0), (1, 1)], {"deviation": -1.0}, "at least 0"),
        ([(0, 0), (1, 1)], {"mean": 0.0, "driver": "lognormal"}, "more than 0"),
        ([(0, 0), (1, 1)], {"driver": "gamma"}, "expected 'normal' or 'lognormal'"),
    ):
        with pytest.raises(ValueError, match=words):
            ob.expected_payment(points, **{"mean": 1.0, "deviation": 1.0, **options})  # type: ignore[arg-type]


# -- means with controls -----------------------------------------------------------------------------------------


def test_what_the_plan_proves_needs_no_draw() -> None:
    """Every month a hinge of one normal quantity, and of the sum of two."""
    made = book(2, 6, amount="max(x0 - £105, £0) + min(x0 + x1, £190) + 3 * abs(x1 - £100)")
    table = run(made, 200).controlled("payee").table.to_dicts()[0]
    half = (105 - 100) / 10

    def hinge(d: float) -> float:  # E max(z - d, 0)
        return math.exp(-d * d / 2) / math.sqrt(2 * math.pi) - d * 0.5 * math.erfc(d / math.sqrt(2))

    deep = (200 - 190) / (10 * math.sqrt(2))
    least = 190 - 10 * math.sqrt(2) * hinge(deep)  # min(s, k) = k - max(k - s, 0)
    exact = 6 * (10 * hinge(half) + least + 30 * math.sqrt(2 / math.pi))
    assert table["exact"]
    assert table["controlled"] == pytest.approx(exact, rel=1e-9)
    assert table["controlled_error"] == 0
    assert abs(table["mean"] - exact) < 4 * table["mean_error"]


def test_controls_take_away_error_and_stay_right() -> None:
    """A product is not piecewise linear; its factors are, and explain most of it."""
    made = book(2, 6, amount="x0 * x1 / £100")
    ratios, misses = [], []
    for seed in range(60):
        row = run(made, 400, seed=seed).controlled("payee").table.to_dicts()[0]
        assert not row["exact"]
        ratios.append(row["variance_ratio"])
        misses.append((row["controlled"] - 600) / row["controlled_error"])
    assert min(ratios) > 20  # one part in a hundred of the variance is the product of the deviations
    assert 0.7 < np.sqrt(np.mean(np.square(misses))) < 1.35
    assert abs(np.mean(misses)) < 4 / math.sqrt(60)


@pytest.mark.parametrize("method", ["sobol", "latin_hypercube", "antithetic"])
def test_controls_with_other_samplings(method: str) -> None:
    made = book(2, 3, amount="x0 * x1 / £100")
    row = run(made, 1_600, sampling=method).controlled("payee").table.to_dicts()[0]
    assert abs(row["controlled"] - 300) < 6 * row["controlled_error"] + 1e-9
    assert row["controlled_error"] <= 1.2 * row["mean_error"]


def test_a_lognormal_driver_and_a_band() -> None:
    data = json.loads(book(1, 1, amount="max(x0 - £110, £0)").to_json())
    data["drivers"] = [{"id": "d0", "of": "x0", "kind": "lognormal", "deviation": "0.25"}]
    row = run(ob.read_book(data), 100).controlled("payee").table.to_dicts()[0]
    exact = ob.expected_payment([(0, 0), (110, 0), (220, 110)], 100, 0.25, driver="lognormal")
    assert row["exact"]
    assert row["controlled"] == pytest.approx(exact, rel=1e-9)


def test_nothing_that_varies() -> None:
    row = run(book(1, 1, amount="£100"), 100).controlled("payee").table.to_dicts()[0]
    assert (row["controlled"], row["controlled_error"], row["exact"]) == (100, 0, True)
