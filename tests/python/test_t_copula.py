"""Student's t: as a marginal, and as the copula of a correlation group."""

from __future__ import annotations

import json
import math
from statistics import NormalDist
from typing import Any

import numpy as np
import openbook as ob
import pytest
from uncertain import book_of, draws_of, variance_near

DRAWS = 100_000


def pair(correlation: float, freedom: float | None, months: int = 4, **more: Any) -> ob.Book:
    """Two standard normals in one group, and a third driver outside of it."""
    drivers = [
        {"id": f"d_{name}", "of": name, "kind": "normal", "deviation": 1, "effect": "value"} for name in ("a", "b", "c")
    ]
    group: dict[str, Any] = {"id": "both", "drivers": ["d_a", "d_b"], "matrix": [[1, correlation], [correlation, 1]]}
    if freedom is not None:
        group["degrees_of_freedom"] = freedom
    return book_of(["a", "b", "c"], months, drivers=drivers, correlations=[group | more])


@pytest.fixture(scope="module", params=[(0.5, 3), (-0.2, 4)])
def drawn(request: pytest.FixtureRequest) -> Any:
    correlation, freedom = request.param
    book = pair(correlation, freedom)
    return correlation, freedom, draws_of(book, "a", DRAWS).ravel(), draws_of(book, "b", DRAWS).ravel()


def test_kendalls_tau_is_that_of_every_elliptical_copula(drawn: Any) -> None:
    # Lindskog, McNeil, Schmock 2003: tau = 2 / pi * asin(rho). From pairs of independent draws.
    correlation, _, a, b = drawn
    signs = np.sign(a[::2] - a[1::2]) * np.sign(b[::2] - b[1::2])
    error = signs.std() / math.sqrt(signs.size)
    assert abs(signs.mean() - 2 / math.pi * math.asin(correlation)) < 5 * error


# P(B > its q quantile | A > its q quantile), from the integral over the chi-square, computed by other software.
JOINT = {
    (0.5, 3): {0.95: 0.36586, 0.99: 0.32958, 0.995: 0.32313, 0.999: 0.31608},
    (-0.2, 4): {0.95: 0.07611, 0.99: 0.05312, 0.995: 0.04907, 0.999: 0.04428},
}
#: Its limit: 2 * t(n + 1) of -sqrt((n + 1) * (1 - rho) / (1 + rho)) (Embrechts, McNeil, Straumann 2002); of a Gaussian
#: copula it is 0, and at 0.999 with rho 0.5 still only 0.054.
LIMIT = {(0.5, 3): 0.31250, (-0.2, 4): 0.04086}


def test_extremes_come_together_as_in_the_closed_form(drawn: Any) -> None:
    correlation, freedom, a, b = drawn
    for q, expected in JOINT[correlation, freedom].items():
        edge = NormalDist().inv_cdf(q)
        for sign in (1, -1):  # both tails alike
            beyond = sign * a > edge
            together = (sign * b[beyond] > edge).mean()
            error = math.sqrt(expected * (1 - expected) / beyond.sum())
            assert abs(together - expected) < 5 * error, (q, sign, together, expected, error)
            if q == 0.999:
                assert abs(together - LIMIT[correlation, freedom]) < 5 * error + 0.005


def test_marginals_stay_standard_normal_to_the_tails(drawn: Any) -> None:
    _, _, a, b = drawn
    for x in (a, b):
        n = x.size
        for z in (-4, -3, -2, -1, -0.3, 0, 0.5, 1.5, 2.5, 3.5):
            p = NormalDist().cdf(z)
            assert abs((x <= z).mean() - p) < 5 * math.sqrt(p * (1 - p) / n), z
        assert abs(x.mean()) < 5 / math.sqrt(n)
        variance_near(x, 1)
    # Months are independent: each has its own chi-square.
    first, second = np.abs(a[0::4]), np.abs(a[1::4])
    assert abs(np.corrcoef(first, second)[0, 1]) < 5 / math.sqrt(first.size)


def test_a_t_copula_changes_nobody_elses_draws() -> None:
    gaussian, heavy = pair(0.5, None), pair(0.5, 3)
    assert np.array_equal(draws_of(gaussian, "c", 500), draws_of(heavy, "c", 500))
    assert not np.array_equal(draws_of(gaussian, "a", 500), draws_of(heavy, "a", 500))
    named = pair(0.5, 3, stream="shared")
    assert not np.array_equal(draws_of(named, "b", 500), draws_of(heavy, "b", 500))
    # Signs come from the normals, which are the same; only sizes are shared out anew.
    assert np.array_equal(np.sign(draws_of(gaussian, "a", 500)), np.sign(draws_of(heavy, "a", 500)))


def test_many_degrees_of_freedom_are_a_gaussian_copula() -> None:
    gaussian, nearly = draws_of(pair(0.5, None), "b", 2_000), draws_of(pair(0.5, 1_000_000), "b", 2_000)
    assert np.abs(gaussian - nearly).max() < 0.02


def test_memory_keeps_the_marginal_under_a_t_copula() -> None:
    book = pair(0.5, 3, months=6)
    data = json.loads(book.to_json())
    for driver in data["drivers"]:
        driver["autoregression"] = 0.7
    a = draws_of(ob.Book.from_json(data), "a", DRAWS)
    variance_near(a[:, 5], 1)
    assert np.corrcoef(a[:, 4], a[:, 5])[0, 1] == pytest.approx(0.7, abs=0.01)


@pytest.mark.parametrize("freedom", [1, 3, 30])
def test_student_t_as_a_marginal(freedom: int) -> None:
    driver = {
        "id": "d", "of": "a", "kind": "student_t", "location": 10, "scale": 2, "degrees_of_freedom": freedom,
        "effect": "value",
    }  # fmt: skip
    x = (draws_of(book_of(["a"], 2, drivers=[driver]), "a", DRAWS).ravel() - 10) / 2
    quantiles = {1: (3.07768, 31.82052, 318.30884), 3: (1.63774, 4.54070, 10.21453), 30: (1.31042, 2.45726, 3.38518)}
    for p, edge in zip((0.9, 0.99, 0.999), quantiles[freedom], strict=True):
        for beyond in (x > edge, x < -edge):
            assert abs(beyond.mean() - (1 - p)) < 5 * math.sqrt(p * (1 - p) / x.size)
    if freedom == 30:
        variance_near(x, 30 / 28)


def test_bits_do_not_depend_on_threads_blocks_or_processors() -> None:
    from openbook import _core

    book = pair(0.5, 3, months=2)
    expected = draws_of(book, "b", 3_000, threads=1)
    assert np.array_equal(expected, draws_of(book, "b", 3_000, threads=2, block=64))
    for level in _core.levels():
        assert np.array_equal(expected, draws_of(book, "b", 3_000, level=level)), level


@pytest.mark.parametrize("freedom", [0, 0.5, -3, "many", 1e9])
def test_degrees_of_freedom_are_checked(freedom: Any) -> None:
    with pytest.raises(ob.BookError) as caught:
        pair(0.5, freedom)
    assert caught.value.problems[0].path == "/correlations/0/degrees_of_freedom"


def test_a_group_needs_a_stream_of_its_own() -> None:
    with pytest.raises(ob.BookError, match="is used by driver"):
        pair(0.5, 3, stream="d_c")


def test_an_impossible_matrix_names_its_eigenvalue_and_the_nearest_that_is_possible() -> None:
    drivers = [{"id": f"d_{n}", "of": n, "kind": "normal", "deviation": 1, "effect": "value"} for n in "abc"]
    matrix = [[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]]
    group = {"id": "three", "drivers": ["d_a", "d_b", "d_c"], "matrix": matrix}
    with pytest.raises(ob.BookError) as caught:
        book_of(["a", "b", "c"], drivers=drivers, correlations=[group]).simulate(10, progress=False)
    message = caught.value.problems[0].message
    assert "smallest eigenvalue is -0.8" in message and "the nearest valid matrix" in message
