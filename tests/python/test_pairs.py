"""Books in pairs under the same draws: statistics, paired errors, matrices, frontiers."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any

import numpy as np
import openbook as ob
import pytest
from openbook._estimated import Estimated, Statistic, apart, by_design, difference_error
from openbook.frontiers import _standing
from openbook.pairing import pair_rows
from openbook.plotting import svg_text
from openbook.replaying import request_of
from small import small_book

NAMES = ("mean", "sd", "p_deficit", "var95", "es95", "p10")
RUN: dict[str, Any] = {"scenarios": 2_000, "seed": 5, "progress": False}


def normal_pairs(rng: np.random.Generator, count: int, together: float) -> tuple[np.ndarray, np.ndarray]:
    x, y = rng.standard_normal((2, count))
    return x + 0.5, 2 * (together * x + math.sqrt(1 - together**2) * y) + 1


# -- statistics -----------------------------------------------------------------------------------------------------


def test_statistics_are_those_of_the_risk_table() -> None:
    simulation = small_book().simulate(3_000, seed=2, progress=False)
    [row] = simulation.risk("trust", every="term", levels=[0.95, 0.99])
    draws = simulation.array("trust")
    for name in ("mean", "sd", "p_deficit", "var95", "es95", "var99", "es99"):
        found = Statistic(name).of(draws)
        assert found.value == pytest.approx(row[name], rel=1e-12)
        assert found.error == pytest.approx(row[f"{name}_error"], rel=1e-9)
        assert abs(found.scores.mean()) < 1e-6 * max(1.0, found.scores.std())
    assert Statistic("p10").of(draws).value == simulation.quantiles("trust", [0.1])[0, 0]


@pytest.mark.parametrize("together", [0.0, 0.9, -0.7])
def test_paired_errors_are_the_scatter_of_differences(together: float) -> None:
    rng = np.random.Generator(np.random.Philox(11))
    differences: dict[str, list[float]] = {name: [] for name in NAMES}
    stated: dict[str, list[float]] = {name: [] for name in NAMES}
    for _ in range(500):
        a, b = normal_pairs(rng, 1_000, together)
        for name in NAMES:
            one, other = Statistic(name).of(a), Statistic(name).of(b)
            differences[name].append(other.value - one.value)
            stated[name].append(difference_error(other, one))
    for name in NAMES:
        # 500 differences tell their own deviation to 3%; the errors of quantiles are themselves estimates.
        assert np.std(differences[name]) == pytest.approx(np.sqrt(np.mean(np.square(stated[name]))), rel=0.13), name


def test_a_statistic_differs_from_itself_without_error() -> None:
    draws = np.random.Generator(np.random.Philox(3)).standard_normal(500)
    for name in NAMES:
        found = Statistic(name).of(draws)
        assert difference_error(found, found) == 0.0
    # Twice the draws are twice the loss: what moves wholly together has the difference of the errors.
    one, other = Statistic("var95").of(draws), Statistic("var95").of(2 * draws)
    assert difference_error(other, one) == pytest.approx(one.error, rel=1e-9)


def test_statistics_of_nothing_that_moves() -> None:
    still = np.full(100, -7.0)
    values = {name: Statistic(name).of(still) for name in NAMES}
    assert {name: found.value for name, found in values.items()} == {
        "mean": -7, "sd": 0, "p_deficit": 1, "var95": 7, "es95": 7, "p10": -7,
    }  # fmt: skip
    assert all(found.error == 0 for found in values.values())
    half_pennies = np.array([-0.004, -0.006, 0.0, 1.0])
    assert Statistic("p_deficit").of(half_pennies).value == 0.25


@pytest.mark.parametrize("name", ["median", "var", "var0", "var100", "es-5", "p100.0", "", "VAR95", 95, None])
def test_unknown_statistics_are_refused(name: Any) -> None:
    with pytest.raises(ValueError, match="statistic: found"):
        Statistic(name)


def test_names_of_statistics() -> None:
    said = {name: Statistic(name).label for name in ("p1", "p2", "p3", "p5", "p11", "p21", "p22", "p97.5", "var99.5")}
    assert said == {
        "p1": "1st percentile", "p2": "2nd percentile", "p3": "3rd percentile", "p5": "5th percentile",
        "p11": "11th percentile", "p21": "21st percentile", "p22": "22nd percentile",
        "p97.5": "97.5th percentile", "var99.5": "var99.5",
    }  # fmt: skip
    assert [Statistic(name).favour for name in ("mean", "p5", "sd", "p_deficit", "var95", "es95")] == [
        1,
        1,
        -1,
        -1,
        -1,
        -1,
    ]


# -- comparisons ----------------------------------------------------------------------------------------------------


def compared() -> ob.Comparison:
    book = small_book()
    books = {"as it is": book, "dearer": book.with_("price", "£220"), "fee": book.with_("fee", "£2,000")}
    return ob.compare(books, **RUN)


def test_a_price_moves_every_statistic_of_a_linear_payment_alike() -> None:
    table = compared().paired(["mean", "sd", "var95", "p5"], party="The Trust")
    rows = {(row["book"], row["statistic"]): row for row in table}
    # Activity is paid at £220 in place of £200: what is not fixed grows by a tenth.
    fixed = 6 * 1_000 + 2 * 500
    mean = rows["dearer", "mean"]
    assert mean["difference"] == pytest.approx((mean["base"] - fixed) / 10, rel=1e-9)
    for name in ("sd", "var95", "p5"):
        row = rows["dearer", name]
        own = row["base"] if name == "sd" else row["base"] + (fixed if name == "var95" else -fixed)
        assert row["difference"] == pytest.approx(own / 10, rel=1e-6), name
        assert row["difference_error"] == pytest.approx(row["base_error"] / 10, rel=1e-6), name
    assert (mean["favour"], rows["dearer", "sd"]["favour"]) == ("better", "worse")
    assert mean["p_better"] == 1.0
    # A fee is fixed: the mean moves by it in every draw, the spread does not move.
    assert rows["fee", "mean"]["difference"] == pytest.approx(6 * 1_000 + 2 * 500)
    assert rows["fee", "mean"]["difference_error"] == pytest.approx(0, abs=1e-6)
    assert rows["fee", "sd"]["difference"] == pytest.approx(0, abs=1e-6)


def test_pairs_are_those_of_the_comparison_itself() -> None:
    table = compared()
    means = {(row["book"], row["party"]): row for row in table.paired("mean")}
    for row in table:
        pair = means[row["book"], row["party"]]
        assert pair["difference"] == pytest.approx(row["mean"], abs=1e-6)
        assert pair["difference_error"] == pytest.approx(row["mean_error"], abs=1e-6)
        assert pair["p_worse"] == row["p_worse"]


def test_a_matrix_has_every_book_against_every_other() -> None:
    matrix = compared().matrix("trust", "sd")
    cells = {(row["book"], row["against"]): row for row in matrix}
    assert len(cells) == 6
    for (book, against), row in cells.items():
        other = cells[against, book]
        assert row["difference"] == -other["difference"]
        assert row["p_better"] == other["p_worse"]
    assert cells["dearer", "as it is"]["difference"] == pytest.approx(
        cells["dearer", "fee"]["difference"] + cells["fee", "as it is"]["difference"], abs=1e-6
    )
    shown = str(matrix).splitlines()
    assert re.split(r"\s{2,}", shown[1].strip()) == ["book, against:", "as it is", "dearer", "fee"]


def test_shares_of_draws_count_pennies_not_last_bits() -> None:
    book = small_book()
    [row] = ob.compare({"a": book, "b": book}, **RUN).paired("p_deficit", party="icb")
    assert (row["p_better"], row["p_worse"], row["favour"]) == (0.0, 0.0, "none")
    assert row["base"] == 1.0


def test_in_single_precision_last_bits_are_no_difference() -> None:
    book = small_book()
    other = book.with_("/contracts/acute/clauses/by_visit/quantity", "(visits + other) * 3 / 3")
    double = ob.compare({"a": book, "b": other}, **RUN).paired("p_deficit", party="trust")
    single = ob.compare({"a": book, "b": other}, precision="single", **RUN).paired("p_deficit", party="trust")
    for table in (double, single):
        assert (table["p_better"], table["p_worse"], table["favour"]) == ((0.0,), (0.0,), ("none",))


def by_replications(figures: Any, draws: np.ndarray) -> list[float]:
    """The design of ten replications that are dealt round: errors from between them."""
    parts = np.array([figures(draws[..., r::10]) for r in range(10)])
    return list(parts.std(axis=0, ddof=1) / math.sqrt(10))


def test_draws_that_are_not_independent_have_the_errors_of_their_design() -> None:
    rng = np.random.Generator(np.random.Philox(6))
    # Ten replications of 40 strata each: far closer to the mean than 400 independent draws.
    x = np.stack([np.sort(rng.random(40)) / 40 + np.arange(40) / 40 for _ in range(10)]).T.reshape(-1)
    draws = {"a": {"trust": x}, "b": {"trust": 2 * x + 1}}
    rows = list(pair_rows(draws, ["mean", "p_deficit", "var95"], ["trust"], False, design=by_replications))
    parts = [x[r::10].mean() for r in range(10)]
    error = np.std(parts, ddof=1) / math.sqrt(10)
    mean = rows[0]
    assert (mean["base_error"], mean["value_error"]) == pytest.approx((error, 2 * error))
    assert mean["difference_error"] == pytest.approx(error)  # b - a = x + 1
    assert error < x.std() / math.sqrt(400) / 5
    plain = next(pair_rows(draws, ["mean"], ["trust"], False))
    assert plain["base_error"] == pytest.approx(x.std(ddof=1) / math.sqrt(400))
    assert rows[1]["base_error"] == 0.0 and mean["p_better_error"] == 0.0
    one, other = (by_design(Statistic("mean"), d["trust"], by_replications) for d in draws.values())
    assert (one.error, other.error) == pytest.approx((error, 2 * error))
    assert apart(other, one) == pytest.approx((x.mean() + 1, error))
    assert by_design(Statistic("sd"), x, None).error == Statistic("sd").of(x).error


def test_one_draw_of_a_latin_hypercube_says_how_many_points_there_were() -> None:
    run = small_book().simulate(100, seed=3, progress=False)
    asked = ob.Simulation._of_kept(
        run.book, {**run.request, "sampling": {"method": "latin_hypercube", "replications": 8}}, run._kept, "0"
    )
    assert request_of(asked, 5)["sampling"] == {"method": "latin_hypercube", "replications": 8, "points": 13}
    assert request_of(run, 5) == {**run.request, "draws": 1, "first_draw": 5}


def test_a_comparison_that_was_read_again_is_run_again(tmp_path: Any) -> None:
    table = compared()
    table.save(tmp_path / "c.openbook")
    again = ob.read_result(tmp_path / "c.openbook")
    assert again.paired(party="trust").to_dicts() == table.paired(party="trust").to_dicts()
    table.paired().save(tmp_path / "p.openbook")
    kept = ob.read_result(tmp_path / "p.openbook")
    assert isinstance(kept, ob.PairedStatistics) and kept == table.paired()


def test_bad_questions_of_a_comparison() -> None:
    table = compared()
    with pytest.raises(ValueError, match="pairs: found 'some'"):
        table.paired(pairs="some")  # type: ignore[arg-type]
    with pytest.raises(ob.BookError, match="no party 'trusst'"):
        table.matrix("trusst")
    with pytest.raises(ValueError, match="statistic: found 'middle'"):
        table.matrix("trust", "middle")


# -- frontiers ------------------------------------------------------------------------------------------------------


def test_a_fee_beats_a_smaller_one_and_prices_trade_risk_for_gain() -> None:
    found = ob.frontier(small_book(), {"fee": ["£600", "£1,000", "£1,400"]}, x="sd", party="trust", **RUN)
    assert [(p.name, p.words) for p in found.points] == [
        ("£600", "beaten"),
        ("£1,000", "beaten"),
        ("£1,400", "efficient"),
    ]
    assert found.points[1].beaten_by == "£1,400"
    prices = ob.frontier(small_book(), {"price": [180, 200, 220]}, x="sd", party="trust", **RUN)
    assert [p.standing for p in prices.efficient] == ["efficient"] * 3
    assert [p.name for p in prices.efficient] == ["220", "200", "180"]  # from the worst spread to the best
    assert prices.points[0].settings == (("price", "180"),)
    sd = small_book().with_("price", 180).simulate(2_000, seed=5, progress=False).array("trust").std(ddof=1)
    assert prices.points[0].x == pytest.approx(sd)


def test_party_against_party_and_several_terms() -> None:
    both = ob.frontier(
        small_book(),
        {"price": [180, 220], "fee": ["£600", "£1,000"]},
        x=("mean", "icb"),
        y=("mean", "The Trust"),
        **RUN,
    )
    assert both.title == "The Trust against Integrated Care Board"
    assert [p.name for p in both.points][:2] == ["price 180, fee £600", "price 180, fee £1,000"]
    # What one pays the other receives: nothing beats anything.
    assert {p.standing for p in both.points} == {"efficient"}
    assert all(p.x == pytest.approx(-p.y) for p in both.points)
    table = both.table()
    assert table["x"] == tuple(p.x for p in both.points) and table["clear"] == (True,) * 4


def estimated(value: float, error: float, scores: np.ndarray) -> Estimated:
    return Estimated(value, error, (scores - scores.mean()) / scores.std() * error * math.sqrt(len(scores)))


def test_standing_is_judged_by_paired_errors() -> None:
    z, own = np.random.Generator(np.random.Philox(1)).standard_normal((2, 400))
    none = np.zeros(400)
    a = ("a", (), estimated(10, 5, z), estimated(3, 0, z))
    b = ("b", (), estimated(12, 5, z), estimated(3, 0, z))  # together with a: clearly better
    c = ("c", (), estimated(12, 5, own), estimated(3, 0, z))  # by itself: within the error
    still = ("still", (), Estimated(9.0, 0.0, none), Estimated(3.0, 0.0, none))
    first = _standing([a, b], 0, 1, 1)
    assert (first.standing, first.clear, first.beaten_by, first.words) == ("beaten", True, "b", "beaten")
    unsure = _standing([a, c], 0, 1, 1)
    assert (unsure.standing, unsure.clear, unsure.words) == ("beaten", False, "beaten, not clear")
    assert _standing([a, c], 1, 1, 1).words == "efficient, not clear"
    assert _standing([a, b], 0, -1, 1).words == "efficient"  # where less is better
    assert _standing([still, still], 0, 1, 1).words == "efficient"  # the same is no better


def test_a_frontier_is_drawn() -> None:
    found = ob.frontier(small_book(), {"price": [180, 200, 220]}, x="p_deficit", y="mean", party="icb", **RUN)
    picture = found.svg()
    assert picture.count("<circle") == 3 and "P(below zero)" in picture and "illustrative" not in picture
    axes = ob.plotting.frontier(found)
    assert axes.get_xlabel() == found.x.label and axes.get_title() == found.title
    assert svg_text(axes).startswith("<svg")
    alliance = ob.examples.mental_health_alliance()
    assumed = ob.frontier(alliance, {"gain cap": ["£1m", "£2m"]}, party="ccg", scenarios=100, progress=False)
    assert "illustrative drivers" in assumed.svg() and "Illustrative drivers" in assumed.table().note
    words = [text.get_text() for text in ob.plotting.frontier(assumed).texts]
    assert "illustrative drivers" in words


def test_bad_frontiers_are_refused() -> None:
    book = small_book()
    with pytest.raises(ValueError, match="say of which party"):
        ob.frontier(book, {"price": [1, 2]})
    with pytest.raises(ob.BookError, match="expected terms and their values"):
        ob.frontier(book, {"price": []}, party="trust")
    with pytest.raises(ob.BookError, match="expected terms and their values"):
        ob.frontier(book, party="trust")
    with pytest.raises(ob.BookError, match="at least two books"):
        ob.frontier({"one": book}, party="trust")
    with pytest.raises(ValueError, match="give one book with a sweep"):
        ob.frontier({"one": book, "two": book}, {"price": [1]}, party="trust")
    with pytest.raises(ob.LimitError, match="600 points"):
        ob.frontier(book, {"price": list(range(600))}, party="trust")
    with pytest.raises(ob.BookError, match="prise"):
        ob.frontier(book, {"prise": [1, 2]}, party="trust")
    with pytest.raises(ob.BookError, match="no party"):
        ob.frontier(book, {"price": [1, 2]}, party="nobody")


def test_a_comparison_of_fixed_sums_adds_up() -> None:
    assert Decimal(compared()["mean"][2]).quantize(Decimal(1)) == -7_000  # the commissioner pays the fee
