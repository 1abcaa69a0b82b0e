"""Ways to choose draws: each is what it says, its errors are honest, and any draw can be had alone."""

from __future__ import annotations

import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import openbook as ob
import pytest
from openbook import _core, _normals

METHODS = ("sobol", "latin_hypercube", "antithetic")
Q99 = 2.3263478740408408


def book(inputs: int = 2, months: int = 1, *, amount: str = "", deviation: Any = 10) -> ob.Book:
    """Monthly sums in pounds, each £100 and a normal of its own; the payee gets their sum, or `amount`."""
    names = [f"x{i}" for i in range(inputs)]
    return ob.read_book(
        {
            "format": 1,
            "id": "sums",
            "calendar": {"start": "2024-04", "months": months},
            "parties": [{"id": "payer", "roles": ["commissioner"]}, {"id": "payee", "roles": ["provider"]}],
            "inputs": [{"id": name, "unit": "£", "plan": "£100"} for name in names],
            "drivers": [
                {"id": f"d{i}", "of": n, "effect": "addition", "kind": "normal", "mean": 0, "deviation": deviation}
                for i, n in enumerate(names)
            ],
            "contracts": [
                {
                    "id": "main",
                    "payer": "payer",
                    "payee": "payee",
                    "clauses": [{"id": "pay", "kind": "payment", "amount": amount or " + ".join(names)}],
                }
            ],
        }
    )


@pytest.fixture(scope="module")
def alliance() -> ob.Book:
    """Compiled once for all tests."""
    return ob.examples.mental_health_alliance()


def run(made: ob.Book, draws: int = 512, **options: Any) -> ob.Simulation:
    return ob.simulate(made, draws, progress=False, **{"seed": 7, **options})


def bits(values: Any) -> Any:
    return np.ascontiguousarray(values).view(np.uint64)


def probability_below(z: Any) -> Any:
    return np.vectorize(lambda x: 0.5 * math.erfc(-x / math.sqrt(2)))(z)


# -- the points are what they are said to be -------------------------------------------------------------------


def test_every_replication_of_a_sobol_sequence_is_a_net() -> None:
    points, replications = 256, 4
    simulation = run(book(2), points * replications, sampling="sobol", replications=replications)
    u = probability_below(_normals.normals(simulation, range(points * replications)))
    for r in range(replications):
        own = u[r::replications]
        for columns in range(9):  # boxes of every shape with the area of one point
            rows = 8 - columns
            boxes = np.floor(own[:, 0] * 2**columns) * 2**rows + np.floor(own[:, 1] * 2**rows)
            assert sorted(boxes) == list(range(points)), (r, columns)
    assert len({tuple(row) for row in u.round(12)}) == points * replications


def test_a_latin_hypercube_has_one_point_in_each_stratum() -> None:
    points, replications = 100, 5
    simulation = run(book(3, 4), points * replications, sampling="latin_hypercube", replications=replications)
    # The first coordinate of a stream is the sum of its normals.
    z = _normals.normals(simulation, range(points * replications)).reshape(-1, 3, 4)
    u = probability_below(z.sum(axis=2) / 2)
    for r in range(replications):
        for stream in range(3):
            assert sorted(np.floor(u[r::replications, stream] * points)) == list(range(points))
    orders = {tuple(np.argsort(u[r::replications, s])) for r in range(replications) for s in range(3)}
    assert len(orders) == 15


def test_pairs_are_mirror_images_of_independent_draws() -> None:
    pairs = _normals.normals(run(book(2, 3), 100, sampling="antithetic"), range(101))
    alone = _normals.normals(run(book(2, 3), 100), range(51))
    assert (bits(pairs[0::2]) == bits(alone)).all()
    assert (bits(pairs[1::2]) == bits(-alone[:50])).all()


@pytest.mark.parametrize("method", METHODS)
def test_the_normals_are_standard_and_independent(method: str) -> None:
    z = _normals.normals(run(book(2, 5), 8_000, sampling=method), range(8_000))
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=0.04)
    np.testing.assert_allclose(np.cov(z.T), np.eye(10), atol=0.06)
    np.testing.assert_allclose((z**4).mean(axis=0), 3, atol=0.35)


@pytest.mark.parametrize("method", METHODS)
def test_a_book_of_many_dimensions(method: str) -> None:
    made = book(32, 120)
    simulation = run(made, 128, sampling=method, replications=2)
    z = _normals.normals(simulation, range(128))
    assert z.shape == (128, 3840)
    assert abs(z.mean()) < 0.01
    assert abs(z.std() - 1) < 0.01
    codes = simulation.warnings["code"]
    assert ("beyond-sobol-table" in codes) == (method == "sobol")
    if method == "sobol":
        assert "the last 173, " in simulation.warnings["message"][0]


# -- same seed, same bits ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_threads_blocks_levels_and_pieces_do_not_change_a_bit(method: str, alliance: ob.Book) -> None:
    made = alliance
    way = ob.Sampling("latin_hypercube", 7, 200) if method == "latin_hypercube" else ob.Sampling(method, 7)  # type: ignore[arg-type]
    whole = run(made, 1_300, sampling=way, threads=1)
    for level in _core.levels():
        for threads, block in ((1, 16), (3, 0), (2, 1024)):
            other = run(made, 1_300, sampling=way, threads=threads, block=block, level=level)
            assert (bits(other.array()) == bits(whole.array())).all()
    piece = run(made, 333, first_draw=601, sampling=way)
    assert (bits(piece.array()) == bits(whole.array()[:, 601:934])).all()
    z = _normals.normals(whole, range(100))
    assert (bits(_normals.evaluate(whole, z)) == bits(whole.array()[:, :100])).all()
    assert whole != run(made, 1_300, sampling=way, seed=8)


@pytest.mark.parametrize("method", METHODS)
def test_a_draw_is_explained_as_it_was(method: str) -> None:
    """The position of a provider under correlated drivers, through formulas in between, at a bad and a middling draw."""
    simulation = run(ob.examples.acute_contract(), 400, sampling=method)
    for percentile in (1, 50):
        draw = simulation.draw(percentile=percentile, party="hospital")
        assert float(draw.explain().amount or 0) == pytest.approx(draw.value, abs=0.00501)


@pytest.mark.parametrize("method", METHODS)
def test_kept_and_read_again(method: str, tmp_path: Path) -> None:
    simulation = run(book(2, 3), 320, sampling=method)
    simulation.save(tmp_path / "sim.json")
    read = ob.read_result(tmp_path / "sim.json")
    assert isinstance(read, ob.Simulation)
    assert read.sampling == simulation.sampling == ob.Sampling(method)  # type: ignore[arg-type]
    assert read == simulation
    assert (bits(read.array()) == bits(simulation.array())).all()
    assert (bits(pickle.loads(pickle.dumps(simulation)).array()) == bits(simulation.array())).all()
    assert simulation.risk("payee").note.endswith(simulation.sampling.sentence)


# -- errors ------------------------------------------------------------------------------------------------------


def test_errors_come_from_between_replications() -> None:
    simulation = run(book(2, 2), 1_003, first_draw=5, sampling="sobol", replications=8)
    draws = simulation.array("payee", every="term")
    numbers = 5 + np.arange(1_003)
    row = simulation.risk("payee", every="term").to_dicts()[0]
    parts = [draws[numbers % 8 == r] for r in range(8)]

    def spread(figures: list[float]) -> float:
        return float(np.std(figures, ddof=1) / math.sqrt(8))

    assert row["mean"] == pytest.approx(draws.mean(), rel=1e-13)
    assert row["mean_error"] == pytest.approx(spread([p.mean() for p in parts]), rel=1e-9)
    assert row["sd_error"] == pytest.approx(spread([p.std(ddof=1) for p in parts]), rel=1e-9)
    worst = [np.sort(p) for p in parts]
    assert row["var95_error"] == pytest.approx(spread([w[len(w) // 20 - 1] for w in worst]), rel=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_errors_are_honest(method: str) -> None:
    """Of a payment with a known distribution, over many seeds: the errors made are as large as the errors stated."""
    made = book(2, 4, amount="x0 + 2 * x1 + max(x0 - £100, £0)")
    exact_mean = 4 * (300 + 10 / math.sqrt(2 * math.pi))
    made_errors: list[list[float]] = []
    stated: list[list[float]] = []
    middle = run(made, 200_000, sampling="sobol").risk("payee", every="term").to_dicts()[0]
    for seed in range(40):
        row = run(made, 1_024, seed=seed, sampling=method).risk("payee", every="term").to_dicts()[0]
        exact = {"mean": exact_mean, "sd": middle["sd"], "var95": middle["var95"], "es95": middle["es95"]}
        made_errors.append([row[name] - value for name, value in exact.items()])
        stated.append([row[f"{name}_error"] for name in exact])
    ratio = np.sqrt((np.array(made_errors) ** 2).mean(axis=0) / (np.array(stated) ** 2).mean(axis=0))
    assert ((ratio > 0.65) & (ratio < 1.5)).all(), ratio


def test_quasi_random_draws_know_more() -> None:
    def miss(streams: int, method: str, figure: str, truth: float) -> float:
        made = book(streams, 12)
        rows = [run(made, 4_096, seed=s, sampling=method).risk("payee", every="term").to_dicts()[0] for s in range(12)]
        return math.sqrt(sum((row[figure] - truth) ** 2 for row in rows) / len(rows))

    assert miss(4, "sobol", "mean", 4_800) < 0.04 * miss(4, "independent", "mean", 4_800)
    assert miss(4, "latin_hypercube", "mean", 4_800) < 0.05 * miss(4, "independent", "mean", 4_800)
    assert miss(4, "antithetic", "mean", 4_800) < 1e-9
    # The sum over a year is one coordinate. What is left is that the 40th of 4,096 draws is not quite the 1% point.
    var99 = Q99 * 10 * math.sqrt(12) - 1_200
    independent = 10 * math.sqrt(12) * math.sqrt(0.01 * 0.99 / 4_096) / 0.02665  # the normal density at its 1% point
    assert miss(1, "sobol", "var99", var99) < 0.4 * independent


def test_comparisons_have_the_errors_of_their_draws() -> None:
    books = {"a": book(2, 3), "b": book(2, 3, amount="x0 + 1.5 * x1")}
    plain = ob.compare(books, scenarios=1_024, seed=3, progress=False).to_dicts()
    quasi = ob.compare(books, scenarios=1_024, seed=3, progress=False, sampling="sobol").to_dicts()
    paired = ob.compare(books, scenarios=1_024, seed=3, progress=False, sampling="antithetic").to_dicts()
    payee = next(i for i, row in enumerate(plain) if row["party"] == "payee")
    assert quasi[payee]["mean_error"] < 0.2 * plain[payee]["mean_error"]
    assert paired[payee]["mean_error"] < 1e-9
    assert paired[payee]["sd_error"] == pytest.approx(plain[payee]["sd_error"], rel=0.8)


# -- stopping ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ("independent", *METHODS))
def test_draws_until_a_figure_is_known_well_enough(method: str) -> None:
    made = book(3, 4)
    found = run(made, 320, sampling=method, target=("payee", "var95", 1.0))
    assert found.risk("payee", every="term")["var95_error"][0] <= 1.0
    assert found.draws in {320 * 2**k for k in range(8)}
    assert found.draws > 320
    assert found.warnings["code"][-1] == "target-reached"
    assert f"after {found.draws:,} draws the standard error of var95 of payee is" in found.warnings["message"][-1]
    at_once = run(made, found.draws, sampling=method)
    assert (bits(at_once.array()) == bits(found.array())).all()
    before = run(made, found.draws // 2, sampling=method)
    assert before.risk("payee", every="term")["var95_error"][0] > 1.0


def test_a_target_that_is_too_far() -> None:
    target = ob.Target("payee", "mean", 1e-6, most_draws=1_000)
    found = run(book(), 200, target=target)
    assert found.draws == 800
    assert found.warnings["code"][-1] == "target-not-reached"
    assert "with no more than 1,000 draws" in found.warnings["message"][-1]


def test_a_share_of_no_draws_is_not_known_exactly() -> None:
    found = run(book(), 100, target=ob.Target("payee", "p_deficit", 0.002, most_draws=100_000))
    assert found.draws == 1_600  # 3 / n is at most 0.002


# -- what is refused ---------------------------------------------------------------------------------------------


def test_wrong_samplings_are_refused() -> None:
    made = book()
    for options, words in (
        ({"sampling": "halton"}, "found 'halton', expected one of independent, sobol"),
        ({"sampling": ob.Sampling("sobol"), "replications": 4}, "given twice"),
        ({"target": ("payee", "median", 1.0)}, "found the statistic 'median'"),
        ({"target": ("payee", "var0", 1.0)}, "found the statistic 'var0'"),
        ({"target": ("payee", "mean", 0)}, "expected a number above 0"),
        ({"target": ("payee", "mean", math.nan)}, "expected a number above 0"),
        ({"target": "payee"}, "expected \\(what, statistic, error\\)"),
    ):
        with pytest.raises(ValueError, match=words):
            run(made, **options)
    for options, words in (
        ({"sampling": "sobol", "replications": 1}, "expected a whole number from 2 to 1,000"),
        ({"sampling": "sobol", "draws": 31}, "at least two draws for each of 16 replications"),
        ({"sampling": ob.Sampling("latin_hypercube", 4, 100), "draws": 401}, "expected at least 101"),
        ({"sampling": "sobol", "first_draw": 2**40}, "at most 2\\^32 - 1 points"),
    ):
        with pytest.raises(ob.LimitError, match=words):
            run(made, **options)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="expected only for latin_hypercube"):
        ob.Sampling("sobol", points=100)
    with pytest.raises(ob.BookError, match="nothing is called"):
        run(made, target=("nobody", "mean", 1.0))
