"""Whether stated errors are honest: the scatter over seeds, and a verdict that knows its own uncertainty."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import openbook as ob
import pytest
from openbook import many_seeds
from openbook._intervals import beta_share, binomial_interval, chi_square_quantile, chi_square_share, normal_quantile
from openbook.plotting import svg_text
from openbook.simulation import Simulation
from small import small_book

RUN: dict[str, Any] = {"scenarios": 400, "progress": False}


# -- intervals: against SciPy 1.16, worked out once -----------------------------------------------------------------


def test_quantiles_of_chi_square() -> None:
    expected = {(0.001, 1): 1.5707971492986697e-06, (0.025, 19): 8.906516481987971, (0.975, 200): 241.05789567}
    for (p, freedom), value in expected.items():
        assert chi_square_quantile(p, freedom) == pytest.approx(value, rel=1e-8)
        assert chi_square_share(value, freedom) == pytest.approx(p, rel=1e-7)
    assert chi_square_quantile(0.5, 2) == pytest.approx(2 * math.log(2))
    assert [normal_quantile(p) for p in (0.5, 0.975, 0.3)] == pytest.approx([0, 1.959963984540054, -0.5244005127080409])
    assert chi_square_share(0, 3) == 0.0 and chi_square_share(1e5, 3) == 1.0


def test_exact_intervals_of_shares() -> None:
    assert binomial_interval(9, 12) == pytest.approx((0.4281415381, 0.9451393554), abs=1e-9)
    assert binomial_interval(0, 10) == pytest.approx((0.0, 0.3084971078), abs=1e-9)
    assert binomial_interval(10, 10) == pytest.approx((0.6915028922, 1.0), abs=1e-9)
    assert binomial_interval(0, 0) == (0.0, 1.0)
    low, high = binomial_interval(450, 500)
    # Whoever sees as few or fewer under the upper end sees them one time in forty: summed directly.
    terms = [math.comb(500, k) * high**k * (1 - high) ** (500 - k) for k in range(451)]
    assert sum(terms) == pytest.approx(0.025, rel=1e-9)
    terms = [math.comb(500, k) * low**k * (1 - low) ** (500 - k) for k in range(450, 501)]
    assert sum(terms) == pytest.approx(0.025, rel=1e-9)
    assert beta_share(0.3, 1, 1) == pytest.approx(0.3)
    assert (beta_share(-1, 2, 3), beta_share(2, 2, 3)) == (0.0, 1.0)


# -- stability ------------------------------------------------------------------------------------------------------


def test_ratios_are_the_spread_over_the_stated_error() -> None:
    simulation = small_book().simulate(400, seed=10, progress=False)
    found = simulation.stability(12, what=["trust"], levels=[0.9])
    assert found.seeds == tuple(range(10, 22)) and found.draws == 400
    assert len(found.ratios) == 5 and len(found.values) == 60
    means, errors = [], []
    for seed in range(10, 22):
        [row] = small_book().simulate(400, seed=seed, progress=False).risk("trust", every="term", levels=[0.9])
        means.append(row["mean"])
        errors.append(row["mean_error"])
    row = found.row("trust", "mean")
    assert row["mean"] == pytest.approx(np.mean(means))
    assert (row["lowest"], row["highest"]) == (min(means), max(means))
    assert row["spread"] == pytest.approx(np.std(means, ddof=1))
    assert row["stated"] == pytest.approx(math.sqrt(np.mean(np.square(errors))))
    assert row["ratio"] == pytest.approx(row["spread"] / row["stated"])
    within = np.abs(np.array(means) - np.mean(means)) <= 2 * np.array(errors)
    assert row["cover"] == pytest.approx(within.mean())
    # p_deficit does not move, so that the level is shared by four: chi-square quantiles at 0.05 / 4 / 2 of 11.
    low, high = (row["ratio"] * math.sqrt(11 / chi_square_quantile(p, 11)) for p in (1 - 0.00625, 0.00625))
    assert (row["ratio_low"], row["ratio_high"]) == pytest.approx((low, high))
    assert found.row("trust", "p_deficit")["verdict"] == "no spread"


def test_twenty_seeds_are_bounded_as_chi_square_says() -> None:
    rows = [{"value": float(n % 2), "error": math.sqrt(20 / 19) / 2} for n in range(20)]
    found = many_seeds._ratio(rows, 0.025)
    assert found["ratio"] == pytest.approx(1)
    assert (found["ratio_low"], found["ratio_high"]) == pytest.approx((0.7604904, 1.4605716), abs=1e-7)


def test_honest_errors_are_found_honest() -> None:
    found = ob.stability(small_book(), 20, **RUN)
    assert found.verdict == "honest"
    assert found.sentence.startswith(
        "The stated errors are honest as far as 20 seeds can tell. Over 20 seeds of 400 draws"
    )
    assert found.private_to == "" and "illustrative" not in found.svg()


@pytest.mark.parametrize(("factor", "verdict"), [(1 / 3, "understated"), (3.0, "overstated")])
def test_errors_that_lie_are_found_out(factor: float, verdict: str, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Simulation.risk

    def lying(self: Simulation, *given: Any, **options: Any) -> Any:
        rows = honest(self, *given, **options).to_dicts()
        return [{k: v * factor if k == "mean_error" else v for k, v in row.items()} for row in rows]

    monkeypatch.setattr(Simulation, "risk", lying)
    found = ob.stability(small_book(), 20, what=["trust"], **RUN)
    assert found.verdict == verdict
    assert found.row(statistic="mean")["verdict"] == verdict
    assert found.row(statistic="sd")["verdict"] == "honest"
    assert f"{verdict} for mean of trust, term" in found.sentence
    assert found.row() == found.row("trust", "mean")  # what strays furthest


def test_a_book_without_drivers_does_not_move() -> None:
    found = ob.stability(small_book(drivers=[]), 5, scenarios=10, progress=False)
    assert found.verdict == "no spread"
    assert found.sentence == "Over 5 seeds of 10 draws no figure moves."
    assert all(math.isnan(row["ratio"]) for row in found.ratios)
    assert "<svg" in found._repr_html_()


def test_it_is_shown_and_drawn() -> None:
    alliance = ob.examples.mental_health_alliance()
    found = ob.stability(alliance, [3, 1, 4, 15, 9], scenarios=100, what=["ccg"], progress=False)
    assert found.seeds == (3, 1, 4, 15, 9)
    text = str(found)
    assert "Stability of Alliance" in text and "within two errors" in text and "Illustrative drivers" in text
    picture = found.svg("ccg", "sd")
    assert (
        picture.count("<circle") == 5 and "illustrative drivers" in picture and "standard deviation of ccg" in picture
    )
    axes = ob.plotting.stability(found, party="ccg", statistic="p_deficit")
    assert axes.get_title() == found.title and svg_text(axes).startswith("<svg")
    assert "illustrative drivers" in [words.get_text() for words in axes.texts]


def test_bad_questions_of_stability() -> None:
    book = small_book()
    for seeds in (4, [1, 2, 3], [1, 1, 2, 3, 4, 5], 0, -3, True):
        with pytest.raises((ValueError, TypeError)):
            ob.stability(book, seeds, **RUN)
    with pytest.raises(ValueError, match="level: found 1"):
        ob.stability(book, 5, level=1, **RUN)
    with pytest.raises(ob.BookError, match="neither a party nor"):
        ob.stability(book, 5, what=["nobody"], **RUN)
    with pytest.raises(ValueError, match="there is icb mean"):
        ob.stability(book, 5, **RUN).row("nobody")
