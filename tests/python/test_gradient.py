"""Slopes of simulated figures: closed forms, differences of evaluations, and settled slopes."""

from __future__ import annotations

import numpy as np
import openbook as ob
import pytest
from openbook import _normals
from openbook.sensitivities import simulated_marginals
from openbook.sensitivities.simulated import gradient
from sensitive_books import book, given, linear, normal, parameter


def test_a_linear_book_has_its_weights_everywhere() -> None:
    simulation = linear().simulate(8, every=("term",), progress=False)
    streams = [dimension.stream for dimension in _normals.dimensions(simulation)]
    slopes = gradient(simulation, _normals.normals(simulation, range(8)), "trust")
    for stream, weight in (("da", 6.0), ("db", 4.0), ("dc", 3.0)):
        assert slopes[:, streams.index(stream)] == pytest.approx(weight)
    both = simulation._core.gradient(np.zeros((2, 3)), [0, 1])
    assert both.shape == (2, 2, 3)
    assert both[0, 0] == pytest.approx(-both[0, 1])  # what one receives the other pays


@pytest.mark.parametrize("name", ["mental_health_alliance", "acute_contract"])
def test_slopes_are_differences_of_evaluations(name: str) -> None:
    """Away from kinks: where the differences to both sides agree."""
    shipped = ob.examples.book(name)
    simulation = shipped.simulate(2, every=("term",), seed=5, progress=False)
    dimensions = len(_normals.dimensions(simulation))
    column = len(simulation._columns()) - 1
    z = np.random.Generator(np.random.Philox(3)).standard_normal((2, dimensions))
    slopes = simulation._core.gradient(z, [column])[:, 0, :]
    h = 1e-4
    chosen = np.random.Generator(np.random.Philox(4)).choice(dimensions, min(dimensions, 60), replace=False)
    compared = 0
    for row in range(2):
        steps = np.repeat(z[row : row + 1], 2 * len(chosen), axis=0)
        for i, d in enumerate(chosen):
            steps[2 * i, d] += h
            steps[2 * i + 1, d] -= h
        values = _normals.evaluate(simulation, steps)[column]
        here = _normals.evaluate(simulation, z[row : row + 1])[column, 0]
        right, left = (values[0::2] - here) / h, (here - values[1::2]) / h
        size = 1e-3 * (1 + np.abs(right) + np.abs(left))
        smooth = np.abs(right - left) < size
        assert np.all(np.abs(slopes[row, chosen] - (right + left) / 2)[smooth] < size[smooth])
        compared += int(np.sum(smooth & (np.abs(right) > 1)))
    assert compared > 5


def test_lognormal_and_tabled_marginals_have_the_slopes_of_their_quantiles() -> None:
    drivers = [
        {"id": "da", "of": "a", "effect": "value", "kind": "lognormal", "mean": 100, "deviation": 0.2},
        {"id": "db", "of": "b", "effect": "value", "kind": "triangular", "low": 50, "mode": 90, "high": 200},
        normal("dc", "c", 10, 2, autoregression="0.6"),
    ]
    small = book(
        "£3 * a + £2 * b + £1 * power(c, 2, 6)",
        months=3,
        inputs=[given(name, 100) for name in "abc"],
        drivers=[{**driver, "illustrative": True} for driver in drivers],
    )
    simulation = small.simulate(2, every=("term",), progress=False)
    z = _normals.normals(simulation, range(4))
    slopes = gradient(simulation, z, "trust")
    h = 1e-5
    for d in range(z.shape[1]):
        up, down = z.copy(), z.copy()
        up[:, d] += h
        down[:, d] -= h
        column = simulation._select("trust", "term", 1, "practised")[0]
        numeric = (_normals.evaluate(simulation, up) - _normals.evaluate(simulation, down))[column] / (2 * h)
        assert slopes[:, d] == pytest.approx(numeric, rel=1e-5, abs=1e-4)


def test_mean_slopes_of_a_floor_are_the_probability_of_being_above_it() -> None:
    """d E[max(price * q - k, 0)] / d price = E[q; price * q > k]."""
    small = book(
        "positive(price * q - £1,000)",
        inputs=[given("q", 10)],
        parameters=[parameter("price", "£100")],
        drivers=[normal("dq", "q", 10, 2)],
    )
    found = simulated_marginals(small, "trust", scenarios=4_000, seed=3)
    rows = {(row["name"], row["period"]): row for row in found.table}
    by_price, by_q = rows["price", ""], rows["q", "2024-04"]
    # E[q; q > 10] = 10 / 2 + 2 f(0); the price where it is above.
    truth = 5 + 2 * 0.3989422804014327
    assert abs(by_price["slope"] - truth) < 4 * by_price["slope_error"]
    assert abs(by_q["slope"] - 50) < 4 * by_q["slope_error"]
    assert by_q["moves"] == pytest.approx(0.5, abs=0.05)
    assert by_price["unit"] == "£1"
    text = str(found)
    assert "Marginal pounds of Trust, simulated" in text
    again = simulated_marginals(small, "trust", scenarios=4_000, seed=3)
    assert again.table == found.table


def test_a_draw_alone_and_a_percentage() -> None:
    small = book(
        "share * £1 * q",
        inputs=[given("q", 100)],
        parameters=[parameter("share", "50%")],
        drivers=[normal("dq", "q", 100, 10)],
    )
    found = simulated_marginals(small, "trust", scenarios=1, first_draw=17, seed=2)
    q = small.simulate(1, first_draw=17, seed=2, track=["q"], progress=False).array("q", period=1)[0]
    [row] = found.table.where(name="share")
    assert row["slope"] == pytest.approx(q / 100)
    assert row["unit"] == "percentage point"


def test_points_of_another_shape_are_refused() -> None:
    simulation = linear().simulate(8, every=("term",), progress=False)
    with pytest.raises(ValueError, match="expected shape"):
        gradient(simulation, np.zeros((2, 4)), "trust")
    with pytest.raises(ValueError, match="finite"):
        gradient(simulation, np.full((1, 3), np.nan), "trust")
    with pytest.raises(IndexError):
        simulation._core.gradient(np.zeros((1, 3)), [99])
