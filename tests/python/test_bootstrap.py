"""Block bootstraps of recorded series."""

from __future__ import annotations

from typing import Any

import numpy as np
import openbook as ob
import pytest
from uncertain import book_of, draws_of, near, words_of

N = 30
SERIES = [
    {"id": "first", "name": "Attendances", "starts": "2014-01", "values": list(range(N)), "source": "monthly return"},
    {"id": "second", "starts": "2013-12", "values": [-1, *(10 * x + 3 for x in range(N))]},
]
DRAWS = 20_000


def resampling(**more: Any) -> dict[str, Any]:
    return {"id": "past", "name": "The past", "block_length": 4, "starts": "2014-01", "ends": "2016-06"} | more


def drivers(**more: Any) -> list[dict[str, Any]]:
    return [
        {"id": f"d_{x}", "of": x, "kind": "bootstrap", "resampling": "past", "series": s, "effect": "value"} | more
        for x, s in (("a", "first"), ("b", "second"))
    ]


def drawn(months: int = 12, draws: int = DRAWS, of: str = "a", driver: Any = None, **more: Any) -> Any:
    book = book_of(
        ["a", "b"], months, recorded_series=SERIES, resamplings=[resampling(**more)], drivers=drivers(**driver or {})
    )
    return draws_of(book, of, draws)


def test_moving_blocks_run_on_as_recorded_from_any_place() -> None:
    x = drawn()
    for block in (0, 4, 8):
        assert (np.diff(x[:, block : block + 4], axis=1) == 1).all()
        begins = x[:, block]
        assert set(np.unique(begins)) == set(range(N - 3))
        for place in (0, 13, N - 4):
            near(begins == place, 1 / (N - 3))
    assert abs(np.corrcoef(x[:, 0], x[:, 4])[0, 1]) < 5 / np.sqrt(DRAWS)


def test_stationary_blocks_go_on_with_the_chance_that_their_mean_length_says() -> None:
    x = drawn(blocks="stationary")
    for month in (0, 5, 11):
        near(x[:, month] == 17, 1 / N)
    goes_on = (x[:, 1:] - x[:, :-1]) % N == 1
    # On by itself, or by a new block that happens to begin there.
    near(goes_on[:, 3], 3 / 4 + 1 / 4 / N)
    near(goes_on[:, 3] & goes_on[:, 4], (3 / 4 + 1 / 4 / N) ** 2)
    at_the_end = x[:, 3] == N - 1
    near(x[at_the_end, 4] == 0, 3 / 4 + 1 / 4 / N)


@pytest.mark.parametrize("blocks", ["moving", "stationary"])
def test_series_keep_how_they_moved_together(blocks: str) -> None:
    a, b = drawn(blocks=blocks, draws=3_000), drawn(blocks=blocks, draws=3_000, of="b")
    assert np.array_equal(b, 10 * a + 3)


@pytest.mark.parametrize("blocks", ["moving", "stationary"])
def test_a_january_stands_for_a_january(blocks: str) -> None:
    x = drawn(24, 3_000, blocks=blocks, same_calendar_month=True, block_length=5)
    wanted = np.array([(3 + m) % 12 for m in range(24)])  # from April on
    if blocks == "stationary":
        assert (x % 12 == wanted).all()
    for block in range(0, 20, 5):
        assert (x[:, block] % 12 == wanted[block]).all()
    # April 2014, 2015 and 2016; a block of five has no room in 2016.
    assert set(np.unique(x[:, 0])) == ({3.0, 15.0} if blocks == "moving" else {3.0, 15.0, 27.0})


def test_measured_over_and_less_their_mean() -> None:
    mean = (N - 1) / 2
    as_recorded = drawn(draws=500)
    over = drawn(draws=500, driver={"measured": "over_mean", "effect": "factor"})
    assert np.allclose(over, 100 * as_recorded / mean)
    less = drawn(draws=500, driver={"measured": "less_mean", "effect": "addition"})
    assert np.allclose(less, 100 + as_recorded - mean)


def test_it_has_a_stream_of_its_own_and_bits_do_not_depend_on_how_it_is_run() -> None:
    from openbook import _core

    again = drawn(draws=600, stream="elsewhere")
    assert not np.array_equal(again, drawn(draws=600))
    book = book_of(
        ["a", "b"], 6, recorded_series=SERIES, resamplings=[resampling(blocks="stationary")], drivers=drivers()
    )
    expected = draws_of(book, "b", 2_000, threads=1)
    assert np.array_equal(expected, draws_of(book, "b", 2_000, threads=2, block=32))
    for level in _core.levels():
        assert np.array_equal(expected, draws_of(book, "b", 2_000, level=level))


@pytest.mark.parametrize("blocks", ["moving", "stationary"])
def test_an_explanation_names_the_month_that_was_drawn(blocks: str) -> None:
    book = book_of(
        ["a", "b"], 3, recorded_series=SERIES, resamplings=[resampling(blocks=blocks)], drivers=drivers(),
        quantities=[{"id": "q", "formula": "a * 2"}],
    )  # fmt: skip
    simulation = book.simulate(20, track=["a"], track_every="month", progress=False)
    for draw in range(5):
        place = int(simulation.array("a", every="month", period=2)[draw])
        words = words_of(simulation.explain(draw, "q", every="month", period=2))
        assert f"as recorded in {2014 + place // 12}-{place % 12 + 1:02d}" in words and "The past" in words


@pytest.mark.parametrize(
    ("resample", "driver", "path", "code"),
    [
        ({"block_length": 31}, {}, "/resamplings/0/block_length", "out-of-range"),
        ({"block_length": 0}, {}, "/resamplings/0/block_length", "out-of-range"),
        ({"ends": "2016-07"}, {}, "/drivers/0/series", "out-of-range"),
        ({"starts": "2016-07", "ends": "2016-01"}, {}, "/resamplings/0/ends", "not-in-order"),
        ({}, {"series": "third"}, "/drivers/0/series", "missing-reference"),
        ({}, {"resampling": "first"}, "/drivers/0/resampling", "missing-reference"),
        ({"blocks": "overlapping"}, {}, "/resamplings/0/blocks", "unknown-choice"),
    ],
)
def test_what_is_wrong_is_said(resample: Any, driver: Any, path: str, code: str) -> None:
    with pytest.raises(ob.BookError) as caught:
        drawn(driver=driver, **resample)
    assert (path, code) in {(p.path, p.code) for p in caught.value.problems}


def test_recorded_months_do_not_stand_in_a_correlation_group() -> None:
    group = {"id": "g", "drivers": ["d_a", "d_b"], "matrix": [[1, "0.5"], ["0.5", 1]]}
    with pytest.raises(ob.BookError, match="move together already"):
        book_of(["a", "b"], recorded_series=SERIES, resamplings=[resampling()], drivers=drivers(), correlations=[group])


def test_a_month_that_nothing_can_stand_for_is_refused() -> None:
    with pytest.raises(ob.BookError, match="no block of 4"):
        drawn(same_calendar_month=True, starts="2014-05", ends="2014-10")
