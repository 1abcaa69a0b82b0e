"""Reducers: the figures of a simulation without its draws, whatever the threads; bounds that hold; little memory."""

from __future__ import annotations

import math
import pickle
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import openbook as ob
import pytest
from gaussian import gaussian_book
from openbook import _core
from openbook.risk import Counts, Moments, Quantiles, Sketch
from openbook.risk._figures import Figures
from openbook.risk.estimates import statistic
from small import small_book

DRAWS = 30_000
ALL = [Moments(), Counts(below=[0, -50_000]), Sketch(error=0.002), Quantiles("trust")]


@pytest.fixture(scope="module")
def reduced() -> ob.risk.Reduced:
    return ob.risk.reduce(gaussian_book(), DRAWS, ALL, seed=6, progress=False)


@pytest.fixture(scope="module")
def simulation() -> ob.Simulation:
    return gaussian_book().simulate(DRAWS, seed=6, progress=False)


def test_kept_draws_are_those_of_the_simulation(reduced: ob.risk.Reduced, simulation: ob.Simulation) -> None:
    assert np.array_equal(reduced.array("trust"), simulation.array("trust"))
    assert not reduced.array("trust").flags.writeable
    names = ["mean", "sd", "p_deficit", "p5", "var99", "es99"]
    assert reduced.measure("trust", names)["value"] == simulation.measures("trust", names)["value"]
    number = reduced.draw_number(party="The trust", percentile=1)
    draw = simulation.draw(party="trust", percentile=1)
    assert number == draw.number
    assert reduced.explain(number, "trust").amount == draw.explain().amount
    assert reduced.draw(number).array("trust")[0] == draw.value


def test_moments_and_counts_are_those_of_the_draws(reduced: ob.risk.Reduced, simulation: ob.Simulation) -> None:
    rows = {(row["quantity"], row["horizon"]): row for row in reduced.moments()}
    draws = simulation.array("icb")
    away = draws - draws.mean()
    row = rows["position of icb", "term"]
    m2, m3, m4 = (float((away**k).mean()) for k in (2, 3, 4))
    assert row["mean"] == pytest.approx(draws.mean(), rel=1e-13)
    assert row["sd"] == pytest.approx(draws.std(ddof=1), rel=1e-12)
    assert row["skewness"] == pytest.approx(m3 / m2**1.5, abs=1e-10)
    assert row["kurtosis"] == pytest.approx(m4 / m2**2 - 3, abs=1e-10)
    assert (row["minimum"], row["maximum"]) == (draws.min(), draws.max())
    told = simulation.measures("icb", ["mean", "sd"])
    assert (row["mean_error"], row["sd_error"]) == pytest.approx(told["error"], rel=1e-10)
    counts = {(r["quantity"], r["below"]): r["p"] for r in reduced.counts() if r["horizon"] == "term"}
    assert counts["position of icb", 0.0] == float((draws <= -0.005).mean())
    assert counts["position of icb", -50_000.0] == float((draws <= -50_000.005).mean())


def test_a_sketch_keeps_its_bound(reduced: ob.risk.Reduced, simulation: ob.Simulation) -> None:
    draws = np.sort(simulation.array("icb"))
    for name in ("p1", "p5", "p50", "p99", "var95", "es95"):
        told, exact = (one.measure("icb", [name]) for one in (reduced, _Asked(simulation)))
        assert told["low"][0] <= exact["value"][0] <= told["high"][0]
        if name.startswith("p"):
            rank = np.searchsorted(draws, told["value"][0])
            assert abs(rank - float(name[1:]) / 100 * DRAWS) <= 0.002 * DRAWS + 1
        assert "sketch, rank within" in told["method"][0]
    assert reduced.measure("icb", ["es95"])["value"][0] == pytest.approx(exact["value"][0], rel=0.02)


class _Asked:
    def __init__(self, simulation: ob.Simulation) -> None:
        self.measure = simulation.measures


def test_threads_change_no_bit(reduced: ob.risk.Reduced) -> None:
    for options in ({"threads": 1}, {"threads": 3}, {"threads": 2, "block": 16}):
        other = ob.risk.reduce(gaussian_book(), DRAWS, ALL, seed=6, progress=False, **options)
        assert other == reduced
        assert other.moments() == reduced.moments() and other.counts() == reduced.counts()
    assert ob.risk.reduce(gaussian_book(), DRAWS, ALL, seed=7, progress=False) != reduced
    assert ob.risk.reduce(gaussian_book(), DRAWS - 1, ALL, seed=6, progress=False) != reduced


def test_memory_of_what_is_gathered_does_not_grow() -> None:
    small, large = (
        ob.risk.reduce(small_book(), n, [Moments(), Counts(), Sketch(error=0.005)], progress=False, every="term").memory
        for n in (20_000, 400_000)
    )
    assert 0 < large < 3 * small
    kept = ob.risk.reduce(small_book(), 20_000, Quantiles("trust"), progress=False, every="term")
    assert kept.memory == 8 * 20_000


def test_the_interval_of_a_sketch_covers_over_many_seeds() -> None:
    true = {"var99": math.log(100), "es99": math.log(100) + 1, "p50": -math.log(2), "p_deficit": 1.0}
    covered: dict[str, list[bool]] = {name: [] for name in true}
    for seed in range(120):
        draws = -np.random.Generator(np.random.Philox(seed)).standard_exponential(20_000)
        reduction = _core.Reduction([(True, False, [], 0.002)], len(draws))
        reduction.add(draws[None, :])
        figures = Figures.of(reduction.column(0), len(draws), False, ())
        for name, value in true.items():
            found = figures.estimate(statistic(name), 0.0)
            assert found is not None
            covered[name].append(found.low <= value <= found.high)
    for name, hits in covered.items():  # wider than the Monte Carlo interval by the bound of the sketch
        assert np.mean(hits) > 0.93, name


def test_tracked_formulas_and_single_parties(simulation: ob.Simulation) -> None:
    found = ob.risk.reduce(
        gaussian_book(), 5_000, [Moments(of="a + b"), Counts("trust", [0])], seed=6, track=["a + b"], track_every="year"
    )
    assert found.moments()["quantity"] == ("a + b",)
    assert set(found.counts()["quantity"]) == {"position of trust"}
    assert found.measure("a + b", "mean")["horizon"] == ("year 1",)
    assert len(found.columns) == 7


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        (lambda b: ob.risk.reduce(b, 10, []), ValueError, "reducers: found"),
        (lambda b: ob.risk.reduce(b, 10, [ob.risk.Reducer()]), ValueError, "expected Moments, Counts"),
        (lambda b: ob.risk.reduce(b, 10, Moments("trsut")), ob.BookError, "trust"),
        (lambda b: ob.risk.reduce(b, 0, Moments()), ob.LimitError, "scenarios"),
        (lambda b: ob.risk.reduce(b, 10, Moments(), track=["1 /"]), ob.BookError, "formula"),
        (lambda b: ob.risk.reduce(b, 10, Moments()).measure("trust", "es99"), ob.BookError, "Quantiles"),
        (lambda b: ob.risk.reduce(b, 10, Sketch()).array("trust"), ob.BookError, "was not gathered"),
        (lambda b: ob.risk.reduce(b, 10, Moments()).measure("trust", "mean", every="month"), ob.BookError, "not kept"),
        (lambda b: ob.risk.reduce(b, 10, Moments()).measure("trsut", "mean"), ob.BookError, "did you mean 'trust'"),
        (lambda b: ob.risk.reduce(b, 10, Quantiles()).array("trust", period=2), ob.BookError, "there is 1 to 1: term"),
        (lambda b: ob.risk.reduce(b, 10, Quantiles()).draw(10), ob.LimitError, "number"),
        (lambda b: Counts(below=[math.nan]), ValueError, "finite"),
        (lambda b: Counts(below=[]), ValueError, "finite"),
        (lambda b: Sketch(error=0), ValueError, "error: found 0"),
    ],
)
def test_what_cannot_be_gathered(ask: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        ask(gaussian_book())


def test_pieces_of_a_run_are_joined(reduced: ob.risk.Reduced, simulation: ob.Simulation) -> None:
    cuts = [0, 5_000, 20_001, DRAWS]
    pieces = [
        ob.risk.reduce(gaussian_book(), end - start, ALL, seed=6, first_draw=start, progress=False)
        for start, end in pairwise(cuts)
    ]
    whole = ob.risk.join([pieces[2], pieces[0], pieces[1]])
    assert whole == ob.risk.join(pieces)
    assert (whole.draws, whole.first_draw) == (DRAWS, 0)
    assert np.array_equal(whole.array("trust"), reduced.array("trust"))
    assert whole.counts() == reduced.counts()
    for row, other in zip(whole.moments(), reduced.moments(), strict=True):
        for name in ("mean", "sd", "mean_error", "sd_error", "skewness", "kurtosis", "minimum", "maximum"):
            assert row[name] == pytest.approx(other[name], rel=1e-11, abs=1e-11)
    told = whole.measure("icb", ["p5"])
    rank = np.searchsorted(np.sort(simulation.array("icb")), told["value"][0])
    assert abs(rank - 0.05 * DRAWS) <= 0.002 * DRAWS + 1
    assert pickle.loads(pickle.dumps(whole)) == whole


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ({"first_draw": 101}, "begins with draw 100, found 101"),
        ({"first_draw": 50}, "begins with draw 100, found 50"),
        ({"first_draw": 100, "seed": 2}, "one seed"),
        ({"first_draw": 100, "every": "year"}, "one request"),
        ({"first_draw": 100, "reducers": Counts()}, "same reducers"),
    ],
)
def test_pieces_that_do_not_fit(second: dict[str, Any], words: str) -> None:
    asked: dict[str, Any] = {"reducers": Moments(), "seed": 1, "progress": False}
    one = ob.risk.reduce(gaussian_book(), 100, **asked)
    with pytest.raises(ValueError, match=words):
        ob.risk.join([one, ob.risk.reduce(gaussian_book(), 100, **(asked | second))])
    with pytest.raises(ValueError, match="found none"):
        ob.risk.join([])


def test_a_run_is_stopped_by_whoever_watches() -> None:
    def watch(done: int, total: int) -> None:
        assert 0 <= done <= total == 20_000_000
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        ob.risk.reduce(gaussian_book(), 20_000_000, Moments(), progress=watch)


def test_missing_results_are_refused() -> None:
    book = small_book(quantities=[ob.Quantity(id="gap", formula="1 / (visits - visits)")])
    with pytest.raises(ValueError, match="missing values, first at position 0"):
        ob.risk.reduce(book, 10, Moments(), track=["gap"], progress=False)
    # Of what nobody asked for nothing need be there.
    assert ob.risk.reduce(book, 10, Moments("trust"), track=["gap"], progress=False).moments()


def test_kept_in_a_file(reduced: ob.risk.Reduced, tmp_path: Path) -> None:
    reduced.save(tmp_path / "many.openbook")
    again = ob.read_result(tmp_path / "many.openbook")
    assert again == reduced and again.memory == reduced.memory
    for name in ("p_deficit", "p5", "es95"):
        assert again.measure("icb", [name]) == reduced.measure("icb", [name])
    assert "30,000 draws" in str(again)
