"""Statistics with their errors, breaches and their dates: against closed forms and over many seeds."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np
import openbook as ob
import pytest
from gaussian import gaussian_book
from openbook.risk import estimate, share_of
from openbook.risk._batches import labels_of, student
from openbook.risk._paths import counted
from openbook.risk.contributions import contributions
from openbook.risk.estimates import statistic

NORMAL = NormalDist()
Z99 = NORMAL.inv_cdf(0.99)


def normals(seed: int, *shape: int) -> np.ndarray:
    return np.random.Generator(np.random.Philox(seed)).standard_normal(shape)


# -- statistics ------------------------------------------------------------------------------------------------------

#: What a normal column of mean 1 and deviation 2 comes to.
TRUE = {
    "mean": 1.0,
    "sd": 2.0,
    "variance": 4.0,
    "p_deficit": NORMAL.cdf(-0.5),
    "p5": 1 + 2 * NORMAL.inv_cdf(0.05),
    "p50": 1.0,
    "var95": -1 + 2 * NORMAL.inv_cdf(0.95),
    "es95": -1 + 2 * NORMAL.pdf(NORMAL.inv_cdf(0.95)) / 0.05,
}


@pytest.mark.parametrize("name", TRUE)
def test_errors_are_the_scatter_and_intervals_cover_over_many_seeds(name: str) -> None:
    runs = [estimate(1 + 2 * normals(seed, 4_000), name) for seed in range(400)]
    values, errors = np.array([r.value for r in runs]), np.array([r.error for r in runs])
    covered = np.mean([r.low <= TRUE[name] <= r.high for r in runs])
    assert 0.85 < errors.mean() / values.std() < 1.18
    assert 0.915 < covered < 0.985
    # ES and VaR have a bias of the order 1 / draws, far below their error.
    assert abs(values.mean() - TRUE[name]) < 5 * values.std() / 20


def test_intervals_of_a_skewed_column_cover_too() -> None:
    # Exponential losses: VaR is -log(1 - level), ES one more.
    for name, true in (("var99", math.log(100)), ("es99", math.log(100) + 1), ("p1", -math.log(100))):
        runs = []
        for seed in range(300):
            draws = -np.random.Generator(np.random.Philox(seed)).standard_exponential(5_000)
            runs.append(estimate(draws, name))
        assert 0.9 < np.mean([r.low <= true <= r.high for r in runs]) < 0.99, name


@pytest.mark.parametrize("share", [0.001, 0.02, 0.5])
def test_the_interval_of_wilson_covers_small_shares(share: float) -> None:
    random = np.random.Generator(np.random.Philox(5))
    counts = random.binomial(1_000, share, 3_000)
    covered = np.mean([share_of(int(n), 1_000).low <= share <= share_of(int(n), 1_000).high for n in counts])
    assert 0.915 < covered < 0.985  # counts come in steps: of one in a thousand 92.5%
    assert share_of(0, 1_000).low == 0 < share_of(0, 1_000).high
    assert share_of(1_000, 1_000).high == 1 > share_of(1_000, 1_000).low


def test_statistics_by_hand() -> None:
    draws = np.arange(-10.0, 90.0)  # 100 draws
    assert estimate(draws, "var95").value == 6  # the fifth worst is -6
    assert estimate(draws, "es95").value == 8  # of -10, -9, -8, -7, -6
    assert estimate(draws, "p_deficit").value == 0.1
    assert estimate(np.array([-0.004, 1.0]), "p_deficit", nothing=0.005).value == 0
    assert estimate(draws, "p50").value == 40
    # Homogeneous: twice the money, twice the figure and its error.
    for name in ("mean", "sd", "p5", "var95", "es95"):
        one, two = estimate(draws, name), estimate(2 * draws, name)
        assert (two.value, two.error) == pytest.approx((2 * one.value, 2 * one.error), rel=1e-12)


@pytest.mark.parametrize("name", ["es", "var0", "es100", "p", "median", "es99%", ""])
def test_no_statistic_of_that_name(name: str) -> None:
    with pytest.raises(ValueError, match="statistic: found"):
        estimate(np.zeros(3), name)


@pytest.mark.parametrize("draws", [np.array([]), np.array([1.0, np.nan]), np.zeros((2, 2))])
def test_draws_that_are_none(draws: np.ndarray) -> None:
    with pytest.raises(ValueError, match="draws: expected"):
        estimate(draws, "mean")


def test_measures_name_quantity_horizon_and_tail() -> None:
    simulation = gaussian_book().simulate(4_000, seed=2, progress=False)
    table = simulation.measures("The trust", ["mean", "es99", "p5"], every="year")
    assert set(table["quantity"]) == {"position of trust"} and set(table["horizon"]) == {"year 1"}
    assert table["tail"] == ("all draws", "low: the worst 1%", "5% lie below")
    assert table["method"][1] == "influence function"
    own = simulation.risk("trust", every="year", levels=[0.99])
    assert (table["value"][0], table["error"][0]) == (own["mean"][0], own["mean_error"][0])
    assert (table["value"][1], table["error"][1]) == (own["es99"][0], own["es99_error"][0])
    assert table["value"][2] == simulation.quantiles("trust", [0.05])[0, 0]


# -- breaches ----------------------------------------------------------------------------------------------------------


def walk(months: int = 6, cash: str = "£50k") -> ob.Book:
    """A trust that receives a normal amount each month: cash is a random walk with a known law."""
    return ob.Book(
        id="walk",
        calendar=ob.Calendar(start="2024-04", months=months),
        parties=[ob.Party(id="icb"), ob.Party(id="trust", name="The Trust")],
        inputs=[ob.Input(id="amount", unit="£", plan="£0")],
        parameters=[ob.Parameter(id="control_total", value="-£10k"), ob.Parameter(id="floor", value="£20k")],
        contracts=[
            ob.Contract(id="c", payer="icb", payee="trust", clauses=[ob.Payment(id="pay", amount="amount")]),
        ],
        drivers=[ob.Normal(id="noise", of="amount", effect="addition", deviation=20_000)],
        finances=ob.Finances(opening_cash={"trust": cash}, reserves={"trust": "£30k"}),
    )


DRAWS = 40_000


@pytest.fixture(scope="module")
def simulation() -> ob.Simulation:
    return walk().simulate(DRAWS, seed=11, progress=False)


def within(found: ob.risk.Estimate, true: float) -> bool:
    return abs(found.value - true) < 4.5 * math.sqrt(true * (1 - true) / DRAWS)


def test_cash_below_a_floor_at_each_date_has_its_closed_form(simulation: ob.Simulation) -> None:
    found = simulation.insolvency("trust")
    assert found.labels == ("2024-04", "2024-05", "2024-06", "2024-07", "2024-08", "2024-09")
    for month in range(1, 7):
        assert within(found.at(month), NORMAL.cdf(-50_000 / (20_000 * math.sqrt(month))))


def test_ever_below_is_more_than_below_at_the_end(simulation: ob.Simulation) -> None:
    found = simulation.insolvency("trust", "floor")  # £20k of the book: £30k away
    # After two months: 1 - P(S1 >= -30k, S2 >= -30k); the integral over the first month by Simpson's rule.
    x = np.linspace(-1.5, 8, 2_001)
    f = np.array([NORMAL.pdf(v) * NORMAL.cdf(1.5 + v) for v in x])
    weights = np.ones(2_001)
    weights[1:-1:2], weights[2:-1:2] = 4, 2
    stays = float((f * weights).sum() * (x[1] - x[0]) / 3)
    assert within(found.by(2), 1 - stays)
    assert found.by(2).value > found.at(2).value
    assert found.ever_counts == tuple(np.cumsum(found.first_counts))
    assert found.first(2).value == pytest.approx(found.by(2).value - found.by(1).value)


def test_dates_of_first_breach_are_those_of_the_paths(simulation: ob.Simulation) -> None:
    found = simulation.insolvency("trust", 10_000)
    paths = walk().simulate(DRAWS, seed=11, track=["amount"], progress=False).array("amount", every="month")
    cash = 50_000 + np.cumsum(paths, axis=0)
    out = cash < 10_000
    assert found.at_counts == tuple(out.sum(axis=1))
    assert found.ever_counts == tuple(np.logical_or.accumulate(out, axis=0).sum(axis=1))
    first = np.where(out.any(axis=0), out.argmax(axis=0), 6)
    assert found.first_counts == tuple(np.bincount(first, minlength=7)[:6])
    broken = np.sort(first[first < 6])
    middle = broken[(len(broken) + 1) // 2 - 1]
    assert found.median_date == found.labels[middle]


def test_counting_stretch_by_stretch_counts_the_same(
    simulation: ob.Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [simulation.insolvency("trust", of=of) for of in ("cash", "reserves")]
    monkeypatch.setattr("openbook.risk._paths.MOST", 6 * 2 * 3_000)
    assert [simulation.insolvency("trust", of=of) for of in ("cash", "reserves")] == whole


def test_reserves_are_used_up_by_positions(simulation: ob.Simulation) -> None:
    found = simulation.insolvency("The Trust", of="reserves")
    assert within(found.at(4), NORMAL.cdf(-30_000 / 40_000))
    assert found.quantity == "reserves of The Trust"


def test_a_limit_is_a_number_a_parameter_or_a_formula(simulation: ob.Simulation) -> None:
    each = [
        simulation.breaches("trust", -10_000, every="month"),
        simulation.breaches("The Trust", "control_total", every="month"),
        simulation.breaches("trust", "2 * control_total - control_total", every="month"),
        simulation.breaches("position('trust')", "-£10k", every="month"),
        simulation.breaches("-amount", 10_000, above=True, every="month"),
    ]
    assert len({one.at_counts for one in each}) == 1
    assert within(each[0].at(3), NORMAL.cdf(-0.5))
    # Months are independent here.
    assert within(each[0].by(3), 1 - (1 - NORMAL.cdf(-0.5)) ** 3)
    assert each[0].limit == "below -£10,000"


def test_what_cancels_to_the_last_bits_is_no_breach() -> None:
    zero = walk().with_("/contracts/c/clauses/pay/amount", "amount * 3 - amount * 2 - amount")
    found = zero.simulate(2_000, seed=1, progress=False).breaches("trust", 0, every="term")
    assert found.at_counts == (0,) and found.median_date is None
    assert found.by().high > 0


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        (lambda s: s.breaches("nobody", 0), ob.BookError, "nobody"),
        (lambda s: s.breaches("trust", math.nan), ValueError, "limit: found nan"),
        (lambda s: s.breaches("trust", 0, tolerance=-1), ValueError, "tolerance: found -1"),
        (lambda s: s.breaches("trust", True), ValueError, "limit: found True"),
        (lambda s: s.breaches("trust", "amount >"), ob.BookError, "formula"),
        (lambda s: s.insolvency("nobody"), ob.BookError, "no party"),
        (lambda s: s.insolvency("trust", "amount / £2"), ob.BookError, "unit|£"),
        (lambda s: s.insolvency("trust", of="credit"), ValueError, "expected 'cash' or 'reserves'"),
        (lambda s: s.insolvency("trust").at(7), ValueError, "expected 1 to 6"),
        (lambda s: s.breaches("trust", 0, every="day"), ob.LimitError, "every"),
    ],
)
def test_questions_without_answer(
    simulation: ob.Simulation, ask: Callable[[ob.Simulation], object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        ask(simulation)


def test_a_picture_and_a_sentence(simulation: ob.Simulation) -> None:
    found = simulation.insolvency("trust", 10_000)
    ever = found.by().value
    assert f"By 2024-09, {round(ever * 100)} in 100 have been in breach" in found.sentence
    assert found.sentence in str(found)
    drawing = found.svg()
    assert drawing.startswith("<svg") and "cash below £10,000" in drawing
    assert found.table().columns[:2] == ("period", "at")
    assert found == simulation.insolvency("trust", 10_000)


# -- draws that are not independent --------------------------------------------------------------------------------------


def hypercubes(seed: int, replications: int, points: int) -> tuple[np.ndarray, np.ndarray]:
    """Normals of Latin hypercubes in one dimension, dealt out by turns, and the replication of each draw."""
    random = np.random.Generator(np.random.Philox(seed))
    cells = np.array([random.permutation(points) for _ in range(replications)])
    spread = (cells + random.random(cells.shape)) / points
    column = np.array([NORMAL.inv_cdf(float(p)) for p in spread.T.ravel()])
    return column, np.arange(len(column)) % replications


def test_errors_between_replications_are_the_scatter() -> None:
    runs = [hypercubes(seed, 8, 40) for seed in range(150)]
    for name in ("mean", "sd", "p50", "es90"):
        found = [estimate(column, name, batches=batches) for column, batches in runs]
        values, errors = np.array([f.value for f in found]), np.array([f.error for f in found])
        assert 0.75 < math.sqrt((errors**2).mean()) / values.std() < 1.35, name
        alone = np.mean([estimate(column, name).error for column, _ in runs])
        assert values.std() < alone, name  # what errors of independent draws would overstate
    covered = np.mean([f.low <= 0 <= f.high for f in (estimate(c, "mean", batches=b) for c, b in runs)])
    assert 0.9 < covered < 0.995
    assert "between 8 batches" in estimate(runs[0][0], "mean", batches=runs[0][1]).method


SOBOL = {"method": "sobol", "replications": 16}


def test_batches_follow_the_sampling_of_a_simulation() -> None:
    request = {"first_draw": 3, "draws": 6}
    assert labels_of(request) is None
    replicated = labels_of(request | {"sampling": {"method": "sobol", "replications": 4}})
    assert replicated is not None and replicated.tolist() == [3, 0, 1, 2, 3, 0]
    pairs = labels_of({"first_draw": 0, "draws": 6, "sampling": {"method": "antithetic"}})
    assert pairs is not None and pairs.tolist() == [0, 0, 1, 1, 2, 2]
    assert student(9) == pytest.approx(2.262157, abs=1e-5)
    # A share that is none in every batch may still be something.
    none = estimate(np.ones(40), "p_deficit", batches=np.arange(40) % 4)
    assert (none.value, none.error) == (0, 0) and none.high > 0.05


def test_breaches_and_contributions_between_batches() -> None:
    batches = np.arange(4_000) % 8
    parts = normals(3, 2, 4_000)
    total = parts.sum(axis=0)
    for name in ("es90", "var90", "sd", "variance", "mean"):
        one, other = (contributions(parts, total, statistic(name), b) for b in (None, batches))
        assert other.values == one.values
        for number in range(2):  # independent draws: both errors mean the same
            assert 0.3 < other.errors[number] / one.errors[number] < 2.5, name
    gap = normals(4, 3, 4_000)
    found = counted(gap, 0.0, above=False, batches=labels_of({"first_draw": 0, "draws": 4_000, "sampling": SOBOL}))
    assert found["batches"] == 16 and found["at_counts"] == tuple((gap < 0).sum(axis=1))
    binomial = math.sqrt(0.25 / 4_000)
    assert 0.4 < found["between"][0][0] / binomial < 1.9
