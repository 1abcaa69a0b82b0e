"""Sobol' indices and the value of information against closed forms."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import openbook as ob
import pytest
from openbook.errors import BookError, LimitError
from openbook.sensitivities import driver_indices, perfect_information, sobol_indices
from openbook.sensitivities.estimators import IndexEstimate, normal_samples
from openbook.sensitivities.factors import factors_of
from openbook.sensitivities.lattices import multiplier
from sensitive_books import book, given, linear, normal

STANDARD = NormalDist()


def uniform(z: Any) -> Any:
    return np.vectorize(STANDARD.cdf)(z)


def within(estimate: IndexEstimate, truth: float, errors: float = 4.5) -> bool:
    return abs(estimate.value - truth) <= errors * estimate.error + 1e-12


def ishigami(z: Any) -> Any:
    x = np.pi * (2 * uniform(z) - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigamis_function() -> None:
    one, two = 0.5 * (1 + 0.1 * math.pi**4 / 5) ** 2, 49 / 8
    both = 8 * 0.01 * math.pi**8 / 225
    variance = one + two + both
    a, b = normal_samples(20_000, 3, seed=5)
    [found] = sobol_indices(ishigami, {"1": [0], "2": [1], "3": [2]}, a, b)
    for index, first, total in zip(found, (one, two, 0.0), (one + both, two, both), strict=True):
        assert within(index.first, first / variance)
        assert within(index.total, total / variance)
        assert within(index.explained, first)
        assert index.first.error < 0.02


def test_sobols_g_function_of_eight_factors_and_of_groups() -> None:
    weights = (0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0)
    own = [1 / (3 * (1 + w) ** 2) for w in weights]
    variance = math.prod(1 + v for v in own) - 1

    def g(z: Any) -> Any:
        u = uniform(z)
        return np.prod([(np.abs(4 * u[:, i] - 2) + w) / (1 + w) for i, w in enumerate(weights)], axis=0)

    a, b = normal_samples(20_000, 8, seed=6)
    [found] = sobol_indices(g, {str(i): [i] for i in range(8)}, a, b)
    for index, v in zip(found, own, strict=True):
        assert within(index.first, v / variance)
        assert within(index.total, v * (variance + 1) / (1 + v) / variance)
    # The first two as one factor: everything that they do together is its own.
    [[pair, rest]] = sobol_indices(g, {"pair": [0, 1], "rest": list(range(2, 8))}, a, b)
    assert within(pair.first, ((1 + own[0]) * (1 + own[1]) - 1) / variance)
    assert within(rest.first, (math.prod(1 + v for v in own[2:]) - 1) / variance)


def test_lattices_are_closer_and_say_how_close() -> None:
    def f(z: Any) -> Any:
        return np.sin(z[:, 0]) + z[:, 1] * np.cos(z[:, 0]) + 0.5 * z[:, 2]

    # Var(sin z) = (1 - e^-2) / 2, E[cos^2 z] = (1 + e^-2) / 2, E[cos z]^2 = e^-1.
    first = ((1 - math.exp(-2)) / 2, math.exp(-1), 0.25)
    total = (first[0] + (1 + math.exp(-2)) / 2 - first[1], (1 + math.exp(-2)) / 2, 0.25)
    variance = first[0] + total[1] + 0.25
    names = {"x": [0], "y": [1], "w": [2]}
    wrong = {1: 0.0, 8: 0.0}
    for seed in range(6):
        for shifts in wrong:
            a, b = normal_samples(4_096, 3, seed=seed, shifts=shifts)
            assert a.shape == (4_096, 3)
            [found] = sobol_indices(f, names, a, b, shifts=shifts)
            for index, s, t in zip(found, first, total, strict=True):
                # Of eight lattices the error itself is uncertain: seven degrees of freedom.
                assert within(index.first, s / variance, 7)
                assert within(index.total, t / variance, 7)
                wrong[shifts] += (index.first.value - s / variance) ** 2 + (index.total.value - t / variance) ** 2
    assert wrong[8] < wrong[1] / 4
    with pytest.raises(ValueError, match="to divide"):
        sobol_indices(f, names, a, b, shifts=3)
    with pytest.raises(ValueError, match="power of two"):
        multiplier(1_000)
    found = driver_indices(linear(), "trust", rows=1_000, shifts=8, seed=2)
    assert (found.rows, found.shifts) == (1_024, 8)
    assert "8 shifted lattices" in found.table.note


def test_errors_say_how_far_estimates_scatter() -> None:
    def f(z: Any) -> Any:
        return z[:, 0] + z[:, 0] * z[:, 1]

    values, errors, bootstrapped = [], [], []
    for seed in range(60):
        a, b = normal_samples(500, 2, seed=seed)
        [[first, _]] = sobol_indices(f, {"x": [0], "y": [1]}, a, b)
        values.append((first.first.value, first.total.value))
        errors.append((first.first.error, first.total.error))
        if seed < 5:
            [[again, _]] = sobol_indices(f, {"x": [0], "y": [1]}, a, b, errors="bootstrap", seed=seed)
            bootstrapped.append(again.first.error / first.first.error)
    scatter = np.std(values, axis=0, ddof=1) / np.mean(errors, axis=0)
    assert np.all((scatter > 0.7) & (scatter < 1.4))
    assert all(0.8 < ratio < 1.25 for ratio in bootstrapped)
    low, high = IndexEstimate(1.0, 0.1).interval(0.95)
    assert (round(low, 3), round(high, 3)) == (0.804, 1.196)


def test_samples_that_do_not_fit_are_refused() -> None:
    a, b = normal_samples(10, 2, seed=1)
    with pytest.raises(ValueError, match="same shape"):
        sobol_indices(lambda z: z[:, 0], {"x": [0]}, a, b[:5])
    with pytest.raises(ValueError, match="one factor at most"):
        sobol_indices(lambda z: z[:, 0], {"x": [0], "y": [0]}, a, b)
    [[flat]] = sobol_indices(lambda z: np.zeros(len(z)), {"x": [0]}, a, b)
    assert math.isnan(flat.first.value)


def test_a_linear_books_drivers_share_the_variance_by_their_squares() -> None:
    found = driver_indices(linear(), "trust", rows=4_000, seed=2)
    shares = {"da": 36 / 61, "db": 16 / 61, "dc": 9 / 61}
    assert [index.factor for index in found.indices] == ["da", "db", "dc"]
    for index in found.indices:
        assert within(index.first, shares[index.factor])
        assert within(index.total, shares[index.factor])
        assert within(index.explained, 61 * shares[index.factor])
    assert within(found.variance, 61)
    assert within(found.interactions, 0.0)
    [row] = found.table.where(factor="da")
    assert row["sd_left"] == pytest.approx(5, abs=0.5)
    assert "da" in str(found)
    again = driver_indices(linear(), "trust", rows=4_000, seed=2)
    assert again.table == found.table


def test_a_correlation_group_is_one_factor() -> None:
    group = [{"id": "together", "drivers": ["da", "db"], "matrix": [[1, 0.5], [0.5, 1]]}]
    found = driver_indices(linear(correlations=group), "Trust", rows=4_000, seed=3)
    assert {index.factor for index in found.indices} == {"together", "dc"}
    # Var(3a + 2b) = 36 + 16 + 2 * 0.5 * 6 * 4.
    [pair] = [index for index in found.indices if index.factor == "together"]
    assert within(pair.first, 76 / 85)
    assert next(f.drivers for f in found.factors if f.name == "together") == ("da", "db")


def test_streams_belong_to_the_drivers_they_are_named_after() -> None:
    small = linear()
    dimensions = [("da", 0), ("da/north", 0), ("da2", 0), ("db", 0), ("db", 1)]
    names = {factor.name: factor.columns for factor in factors_of(small, dimensions)}
    assert names == {"da": (0, 1), "db": (3, 4), "da2": (2,)}


def test_books_without_draws_and_wrong_names_are_refused() -> None:
    still = book("£3 * a", inputs=[given("a", 100)])
    with pytest.raises(BookError, match="nothing is drawn"):
        driver_indices(still, "trust")
    with pytest.raises(BookError, match="nothing is called"):
        driver_indices(linear(), "nobody")
    with pytest.raises(LimitError):
        driver_indices(linear(), "trust", rows=1)
    assert ob.sensitivity(still, "trust").indices is None


def test_perfect_information_between_a_fixed_sum_and_a_tariff() -> None:
    """The tariff's advantage is normal with mean m and deviation s: s f(m / s) - |m| F(-|m| / s)."""
    inputs, drivers = [given("q", 100)], [normal("dq", "q", 100, 10), normal("dn", "n", 0, 1)]
    inputs.append(given("n", 0))
    options = {
        "tariff": book("£10 * q + £0 * n", inputs=inputs, drivers=drivers),
        "block": book("£980 + £0 * n", inputs=inputs, drivers=drivers),
    }
    found = ob.value_of_information(options, "trust", scenarios=40_000, outer=400, inner=100, seed=4)
    m, s = 20.0, 100.0
    truth = s * STANDARD.pdf(m / s) - m * STANDARD.cdf(-m / s)
    assert found.best == "tariff"
    assert within(found.everything, truth)
    # All of it is in one driver.
    values = {factor.name: estimate for factor, estimate in found.factors}
    assert within(values["dq"], truth)
    assert found.table["known"][0] == "everything"
    assert "worth" in str(found)
    with pytest.raises(BookError, match="at least two"):
        ob.value_of_information({"one": options["block"]}, "trust")


def test_knowing_what_does_not_decide_is_worth_nothing() -> None:
    assert perfect_information(np.array([[5.0, 6.0, 7.0], [1.0, 2.0, 3.0]])) == IndexEstimate(0.0, 0.0)
