"""What few draws cannot tell is said to be unknown: errors, intervals, targets; and single draws of any sampling."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import openbook as ob
import pytest
from gaussian import DEVIATIONS, MEANS, gaussian_book, with_total
from openbook.risk import estimate
from openbook.risk.estimates import ranks_around

#: Of the trust's position, which is normal.
MEAN, DEVIATION = sum(MEANS.values()), math.sqrt(sum(with_total(x) for x in DEVIATIONS))


def run(draws: int, **options: object) -> ob.Simulation:
    return gaussian_book().simulate(draws, seed=1, every=["term"], progress=False, **options)  # type: ignore[arg-type]


def binomial(count: int, draws: int, share: float) -> float:
    """P(at most so many of the draws)."""
    return sum(math.comb(draws, k) * share**k * (1 - share) ** (draws - k) for k in range(count + 1))


@pytest.mark.parametrize(("draws", "share"), [(20, 0.5), (100, 0.05), (100, 0.01), (377, 0.01), (1_000, 0.99)])
def test_order_statistics_hold_a_quantile_with_95_per_cent(draws: int, share: float) -> None:
    first, last = ranks_around(draws, share)
    too_high, too_low = binomial(first - 1, draws, share), 1 - binomial(last - 1, draws, share)
    assert too_high <= 0.025 + 1e-12 and too_low <= 0.025 + 1e-12
    # One rank further in would be too far.
    assert binomial(first, draws, share) > 0.025 and 1 - binomial(last - 2, draws, share) > 0.025


def test_an_interval_is_open_where_no_draw_can_be_its_end() -> None:
    draws = np.arange(100.0)
    tail = estimate(draws, "var99")
    assert (tail.low, tail.high) == (-3.0, math.inf)  # P(none of 100 draws lies below the first percentile) = 36.6%
    assert estimate(draws, "es99").error == math.inf
    assert estimate(np.array([1.0]), "mean").error == math.inf
    assert estimate(np.array([1.0, 1.0]), "es99") == estimate(np.array([1.0] * 50), "es99")


def test_intervals_cover_with_few_draws() -> None:
    """Of 400 runs of normal draws about 95% of the intervals hold the true figure, or more."""
    random = np.random.Generator(np.random.Philox(8))
    truth = {"mean": (5, 0.0), "var99": (100, 2.3263478740), "p5": (40, -1.6448536270), "es95": (400, 2.0627128)}
    for name, (count, true) in truth.items():
        found = [estimate(random.normal(size=count), name) for _ in range(400)]
        held = sum(one.low <= true <= one.high for one in found) / len(found)
        assert held > 0.915, (name, held)


def test_a_table_has_nothing_where_nothing_is_known() -> None:
    simulation = run(50)
    [row] = simulation.measures("trust", ["es99"], every="term")
    assert (row["error"], row["low"], row["high"]) == (None, None, None)
    assert "too few to tell" in simulation.measures("trust", ["es99"], every="term").note
    [risk] = simulation.risk("trust", every="term")
    assert risk["es99_error"] is None and risk["mean_error"] > 0
    assert "± ?" in str(simulation.risk("trust", every="term"))
    json.dumps(simulation.summary().to_dicts(), allow_nan=False)
    assert simulation == run(50)


def test_a_run_of_one_draw_has_no_errors() -> None:
    [risk] = run(1).risk("trust", every="term")
    assert [risk[f"{name}_error"] for name in ("mean", "sd", "var95", "es95")] == [None] * 4
    [pair] = run(2, sampling="antithetic").risk("trust", every="term")
    assert pair["mean"] == pytest.approx(MEAN) and pair["mean_error"] is None


def test_what_is_saved_has_no_errors_either(tmp_path: Path) -> None:
    simulation = run(20)
    simulation.save(tmp_path / "few.openbook")
    assert ob.read_result(tmp_path / "few.openbook") == simulation


@pytest.mark.parametrize("sampling", ["independent", "antithetic", "sobol"])
@pytest.mark.parametrize("begin", [2, 50, 100])
def test_a_target_is_not_reached_by_an_error_that_few_draws_do_not_tell(sampling: str, begin: int) -> None:
    begin = max(begin, 32 if sampling == "sobol" else 1)
    simulation = run(begin, sampling=sampling, target=("trust", "es99", 2_000.0))
    # Of a normal tail beyond 99% the shortfall has the error sd * 4.8 / √n about: 2,000 takes 20,000 draws or so.
    assert simulation.draws >= (10_000 if sampling != "sobol" else 1_600)
    assert simulation.warnings["code"][-1] == "target-reached"


def test_a_target_that_cannot_be_known_says_so() -> None:
    target = ob.Target("trust", "es99", 1.0, most_draws=100)
    message = run(50, target=target).warnings["message"][-1]
    assert "not known, for they are too few" in message


@pytest.mark.parametrize("sampling", ["sobol", "latin_hypercube", "antithetic", "independent"])
@pytest.mark.parametrize("precision", ["double", "single"])
def test_a_draw_of_any_sampling_is_made_again_alone(sampling: str, precision: str) -> None:
    whole = run(517, sampling=sampling, precision=precision)
    draws = whole.array("trust", every="term")
    for number in (0, 13, 516):
        again = whole.replay(number)
        assert again.array("trust", every="term")[0] == draws[number]
    bad, middle = (whole.draw(percentile=p, party="trust") for p in (5, 50))
    assert float(bad.explain().amount) == pytest.approx(draws[bad.number], abs=0.006)
    apart = bad.versus(middle)
    assert float(apart.bridge.end[1] - apart.bridge.start[1]) == pytest.approx(
        draws[bad.number] - draws[middle.number], abs=0.02
    )
    assert len(whole.three_draws("trust").sentences) == 3


def test_a_kept_quasi_random_draw_is_explained(tmp_path: Path) -> None:
    whole = run(64, sampling="sobol")
    whole.save(tmp_path / "kept.openbook", draws=True)
    kept = ob.read_result(tmp_path / "kept.openbook")
    assert isinstance(kept, ob.Simulation)
    tree = kept.explain(7, "trust", every="term")
    assert float(tree.amount) == pytest.approx(whole.array("trust", every="term")[7], abs=0.006)


def _heavy(shape: float) -> ob.Book:
    return ob.Book(
        id="heavy",
        calendar=ob.Calendar(start="2024-04", months=1),
        parties=[ob.Party(id="icb"), ob.Party(id="trust")],
        inputs=[ob.Input(id="loss", unit="£", plan="£1")],
        contracts=[ob.Contract(id="c", payer="trust", payee="icb", clauses=[ob.Payment(id="p", amount="loss")])],
        drivers=[ob.Pareto(id="d", of="loss", effect="value", minimum=1, shape=shape)],
    )


def test_one_draw_that_makes_the_variance_is_told() -> None:
    heavy = _heavy(1.2).simulate(5_000, seed=1, every=["term"], progress=False)
    for table in (heavy.risk("trust", every="term"), heavy.measures("trust", ["mean"], every="term")):
        assert "A single draw makes" in table.note and "no error or interval of them holds" in table.note
    assert "A single draw" not in run(5_000).risk("trust", every="term").note
