"""Who bears a risk: contributions add up, have their closed form, and are as uncertain as they say."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import openbook as ob
import pytest
from gaussian import DEVIATIONS, MEANS, covariance, gaussian_book, with_total
from openbook.risk.contributions import contributions
from openbook.risk.estimates import statistic

NORMAL = NormalDist()
DEVIATION = math.sqrt(sum(with_total(x) for x in MEANS))
STATISTICS = ("es99", "var95", "sd", "variance", "mean")
BOOKS = ("mental_health_alliance", "lead_provider", "acute_contract", "control_totals", "average_specialty_price")


def true(name: str, x: str) -> float:
    """The Euler contribution of a normal amount to a statistic of the normal sum."""
    along, asked = with_total(x) / DEVIATION, statistic(name)
    z = NORMAL.inv_cdf(asked.level) if asked.level else 0.0
    return {
        "mean": MEANS[x],
        "sd": along,
        "variance": with_total(x),
        "var": -MEANS[x] + along * z,
        "es": -MEANS[x] + (along * NORMAL.pdf(z) / (1 - asked.level) if asked.level else 0.0),
    }[asked.kind]


@pytest.fixture(scope="module")
def simulation() -> ob.Simulation:
    return gaussian_book().simulate(60_000, seed=5, progress=False)


@pytest.mark.parametrize("name", STATISTICS)
def test_contributions_of_clauses_have_their_closed_form(simulation: ob.Simulation, name: str) -> None:
    found = simulation.allocate("trust", by="clause", statistic=name)
    rows = {row["id"]: row for row in found.table()}
    assert set(rows) == {"pay_a", "pay_b", "pay_c"}
    for x in MEANS:
        row = rows[f"pay_{x}"]
        assert abs(row["contribution"] - true(name, x)) < 4 * row["contribution_error"]
        assert 0 < row["contribution_error"] < 0.05 * abs(true(name, x)) + 2_000
    assert sum(row["share"] for row in rows.values()) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("name", STATISTICS)
@pytest.mark.parametrize("by", ["clause", "party", "driver"])
def test_contributions_add_up_to_the_statistic_of_the_simulation(simulation: ob.Simulation, by: Any, name: str) -> None:
    found = simulation.allocate("trust", by=by, statistic=name)
    total = sum(row["contribution"] for row in found.table())
    assert total == pytest.approx(found.total, rel=1e-11)
    told = simulation.measures("trust", [name])
    assert (found.total, found.total_error) == pytest.approx((told["value"][0], told["error"][0]), rel=1e-9)


def test_with_whom_the_risk_comes(simulation: ob.Simulation) -> None:
    rows = {row["id"]: row for row in simulation.allocate("trust", by="party", statistic="sd").table()}
    assert set(rows) == {"icb", "other"}
    assert abs(rows["other"]["contribution"] - true("sd", "c")) < 4 * rows["other"]["contribution_error"]


def test_what_drivers_explain_is_all_there_is_of_a_sum(simulation: ob.Simulation) -> None:
    rows = {row["id"]: row for row in simulation.allocate("trust", by="driver", statistic="variance").table()}
    for x in MEANS:
        assert abs(rows[f"driver_{x}"]["share"] - with_total(x) / DEVIATION**2) < 4 * rows[f"driver_{x}"]["share_error"]
    assert abs(rows["rest"]["share"]) < 1e-9
    tail = {row["id"]: row for row in simulation.allocate("trust", by="driver", statistic="es95").table()}
    expected = true("es95", "a") + MEANS["a"]  # its mean stands in a line of its own
    assert abs(tail["driver_a"]["contribution"] - expected) < 4 * tail["driver_a"]["contribution_error"]
    assert tail["mean"]["contribution"] == pytest.approx(-sum(MEANS.values()), abs=4 * DEVIATION / math.sqrt(60_000))


def test_what_drivers_do_together_is_the_rest() -> None:
    # b * c of independent normals with means: first-order shares are known, the product of deviations is the rest.
    book = gaussian_book().with_("/contracts/contract_other/clauses/pay_c/amount", "b * c / £10k")
    found = book.simulate(60_000, seed=9, progress=False).allocate("other", by="driver", statistic="variance")
    rows = {row["id"]: row for row in found.table()}
    m, s = MEANS, DEVIATIONS
    first_b, first_c, both = (m["c"] * s["b"]) ** 2, (m["b"] * s["c"]) ** 2, (s["b"] * s["c"]) ** 2
    whole = first_b + first_c + both
    for name, part in (("driver_b", first_b), ("driver_c", first_c), ("rest", both)):
        assert rows[name]["share"] == pytest.approx(part / whole, abs=0.03)
    assert abs(rows["driver_a"]["share"]) < 0.02  # it moves with b, and explains nothing beside it


def test_who_bears_the_variance_of_several(simulation: ob.Simulation) -> None:
    found = simulation.allocate(["trust", "icb", "other"], by="party", statistic="sd")
    assert found.total == pytest.approx(0, abs=1e-6)  # what one pays the other receives
    pair = simulation.allocate(["trust", "icb"], by="party", statistic="variance")
    rows = {row["id"]: row for row in pair.table()}
    # Together they have -c... of the other: trust = a + b + c, icb = -a - b.
    assert pair.total == pytest.approx(covariance("c", "c"), rel=0.03)
    assert abs(rows["icb"]["share"]) < 4 * rows["icb"]["share_error"]


def test_errors_of_contributions_are_their_scatter_over_many_seeds() -> None:
    root = np.linalg.cholesky(np.array([[covariance(x, y) for y in MEANS] for x in MEANS]))
    found: dict[str, list[Any]] = {name: [] for name in STATISTICS}
    for seed in range(250):
        z = np.random.Generator(np.random.Philox(seed)).standard_normal((3, 4_000))
        parts = root @ z + np.array(list(MEANS.values()))[:, None]
        for name in STATISTICS:
            found[name].append(contributions(parts, parts.sum(axis=0), statistic(name)))
    for name, runs in found.items():
        values, errors = np.array([r.values for r in runs]), np.array([r.errors for r in runs])
        for number, x in enumerate(MEANS):
            scatter = values[:, number].std()
            assert 0.8 < errors[:, number].mean() / scatter < 1.25, (name, x)
            assert abs(values[:, number].mean() - true(name, x)) < 5 * scatter / math.sqrt(250), (name, x)
            covered = np.abs(values[:, number] - true(name, x)) < 1.96 * errors[:, number]
            assert 0.89 < covered.mean() < 0.99, (name, x)


@pytest.mark.parametrize("example", BOOKS)
def test_laws_on_shipped_books(example: str) -> None:
    book = getattr(ob.examples, example)()
    simulation = book.simulate(3_000, seed=4, progress=False)
    for party in simulation.parties[:3]:
        position = simulation.array(party)
        for name in ("es95", "var95", "sd"):
            found = simulation.allocate(party, by="clause", statistic=name)
            size = float(np.abs(position).max()) + 1
            assert abs(sum(row[3] for row in found.rows) - found.total) < 1e-9 * size
            if name in ("es95", "sd"):
                assert found.diversification > -1e-9 * size  # subadditive
    both = list(simulation.parties[:2])
    together = simulation.allocate(both, by="party", statistic="es95")
    alone = sum(simulation.measures(party, ["es95"])["value"][0] for party in both)
    assert together.total <= alone + 1e-6 * (1 + abs(alone))


def test_each_world_is_shared_out_by_itself() -> None:
    book = ob.examples.surge_relaxed_to_marginal_rate()
    worlds = ["practised", "written", "written_world"]
    simulation = book.simulate(1_000, seed=4, basis=worlds, progress=False)
    party = simulation.parties[-1]
    totals = []
    for basis in worlds:
        found = simulation.allocate(party, statistic="es95", basis=basis)
        told = simulation.measures(party, ["es95"], basis=basis)["value"][0]
        assert sum(row[3] for row in found.rows) == pytest.approx(told, rel=1e-9)
        totals.append(round(told))
    assert totals[0] != totals[2]


def test_a_sum_that_stands_still_is_shared_out_by_the_means_of_its_parts() -> None:
    # What one part gains the other loses, to the last bits; and a floor that half of all draws reach.
    z = np.random.Generator(np.random.Philox(3)).standard_normal(4_000) * 1e5
    parts = np.array([z, 1e-10 * np.sin(z) - z])
    found = contributions(parts, parts.sum(axis=0), statistic("var95"))
    assert abs(sum(found.values) - found.total) < 1e-4
    assert abs(found.values[0]) < 5 * found.errors[0] + 1e-6 and found.errors[0] < 1e4
    floored = np.array([z, np.maximum(-2e4 - z, 0)])
    found = contributions(floored, floored.sum(axis=0), statistic("var99"))
    assert found.total == 2e4 and sum(found.values) == pytest.approx(2e4, rel=1e-9)


def test_twice_the_money_is_twice_the_risk() -> None:
    one, two = (gaussian_book(scale).simulate(4_000, seed=3, progress=False) for scale in (1, 2))
    for name, factor in (("es95", 2), ("var95", 2), ("sd", 2), ("variance", 4), ("mean", 2)):
        a, b = (sim.allocate("trust", statistic=name) for sim in (one, two))
        assert b.total == pytest.approx(factor * a.total, rel=1e-12)
        for row, other in zip(a.rows, b.rows, strict=True):
            assert other[3:5] == pytest.approx((factor * row[3], factor * row[4]), rel=1e-9)


def test_the_worst_draws_taken_apart(simulation: ob.Simulation) -> None:
    found = simulation.tail("trust", worst=0.05)
    z = NORMAL.pdf(NORMAL.inv_cdf(0.95)) / 0.05
    assert found.number == 3_000
    assert found.rows[0].tail_mean == pytest.approx(-simulation.measures("trust", ["es95"])["value"][0], rel=1e-12)
    for row in found.of("clause"):
        x = row.id[-1]
        assert abs(row.difference + with_total(x) / DEVIATION * z) < 4 * row.difference_error
        assert row.in_deviations == pytest.approx(-with_total(x) / DEVIATION * z / DEVIATIONS[x], abs=0.06)
    clauses = sum(row.difference for row in found.of("clause", "funding", "cost"))
    assert clauses == pytest.approx(found.rows[0].difference, rel=1e-11)
    assert {row.id for row in found.of("party")} == {"icb", "other"}
    assert {row.id for row in found.of("driver")} == {"driver_a", "driver_b", "driver_c"}
    assert "mean of the worst 5%" in found.svg() and str(found).count("Payment a") >= 2


def test_errors_of_the_tail_are_its_scatter() -> None:
    book = gaussian_book()
    runs = [book.simulate(2_000, seed=seed, progress=False).tail("trust", worst=0.05).rows for seed in range(60)]
    for number in range(3):
        values, errors = (np.array([getattr(r[number], f) for r in runs]) for f in ("difference", "difference_error"))
        assert 0.7 < errors.mean() / values.std() < 1.4


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"what": "nobody"}, ob.BookError, "no party"),
        ({"by": "service"}, ValueError, "by: found 'service'"),
        ({"statistic": "p5"}, ValueError, "parts do not add up"),
        ({"statistic": "es"}, ValueError, "statistic: found"),
        ({"every": "year", "period": 7}, ob.BookError, "no such period"),
        ({"what": []}, ValueError, "at least one"),
        ({"basis": "said"}, ob.LimitError, "expected practised"),
    ],
)
def test_what_cannot_be_shared_out(options: dict[str, Any], error: type[Exception], words: str) -> None:
    simulation = gaussian_book().simulate(50, progress=False)
    with pytest.raises(error, match=words):
        simulation.allocate(**({"what": "trust"} | options))
    with pytest.raises(ValueError, match="worst: found 0"):
        simulation.tail("trust", worst=0)


def test_too_few_draws_to_tell_drivers_apart() -> None:
    with pytest.raises(ob.LimitError, match="simulate 120 at least"):
        gaussian_book().simulate(50, progress=False).allocate("trust", by="driver")
    assert gaussian_book().simulate(120, progress=False).allocate("trust", by="driver").rows
