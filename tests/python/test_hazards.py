"""Jump events: hazards that arrive, last and hurt."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import openbook as ob
import pytest
from uncertain import book_of, draws_of, near, variance_near, words_of

FLAG: dict[str, Any] = {"id": "d_a", "of": "a", "kind": "jump", "hazard": "flood", "effect": "value"}
DRAWS = 40_000


def jumps(given: dict[str, Any], months: int = 6, formula: str = "a", draws: int = DRAWS, **driver: Any) -> Any:
    inputs = ["a", "b"] if formula == "b" else ["a"]
    book = book_of(inputs, months, hazards=[{"id": "flood"} | given], drivers=[FLAG | driver])
    return draws_of(book, formula, draws)


# Severities with their first two moments.
SEVERITIES: list[tuple[dict[str, Any], float, float]] = [
    ({"shape": "normal", "mean": 3, "deviation": 2}, 3, 3**2 + 2**2),
    ({"shape": "lognormal", "mean": 5, "deviation": "0.5"}, 5, 25 * math.exp(0.25)),
    ({"shape": "triangular", "low": 1, "mode": 2, "high": 6}, 3, 9 + (1 + 4 + 36 - 2 - 6 - 12) / 18),
    ({"shape": "pert", "low": 1, "mode": 2, "high": 6}, 2.5, 2.5**2 + 1.5 * 3.5 / 7),
    ({"shape": "empirical", "values": [1, 2, 9]}, 4, (1 + 4 + 81) / 3),
    ({"shape": "pareto", "minimum": 2, "tail": 9}, 2.25, 9 * 4 / 7),
    ({"shape": "fixed", "value": 2}, 2, 4),
]


@pytest.mark.parametrize(("severity", "mean", "second"), SEVERITIES)
def test_bernoulli_arrivals_with_severity(severity: Any, mean: float, second: float) -> None:
    x = jumps({"rate": "0.3"}, 2, severity=severity)
    for month in range(2):
        near(x[:, month], 0.3 * mean)
        variance_near(x[:, month], 0.3 * second - (0.3 * mean) ** 2, errors=6)
        near(x[:, month] == 0, 0.7)
    near((x[:, 0] - 0.3 * mean) * (x[:, 1] - 0.3 * mean), 0)


@pytest.mark.parametrize(("severity", "mean", "second"), SEVERITIES)
def test_compound_poisson(severity: Any, mean: float, second: float) -> None:
    # Mean rate * E[S], variance rate * E[S ** 2].
    x = jumps({"rate": "0.8", "arrivals": "poisson"}, 1, severity=severity)[:, 0]
    near(x, 0.8 * mean)
    variance_near(x, 0.8 * second, errors=6)
    near(x == 0, math.exp(-0.8))


def test_events_that_last_add_up_over_their_periods() -> None:
    severity = {"shape": "lognormal", "mean": 5, "deviation": "0.5"}
    x = jumps({"rate": "0.5", "arrivals": "poisson", "lasts": 3}, 6, severity=severity)
    second = 25 * math.exp(0.25)
    for month, felt in ((0, 1), (1, 2), (2, 3), (5, 3)):
        near(x[:, month], felt * 0.5 * 5)
        variance_near(x[:, month], felt * 0.5 * second, errors=6)
    for apart, shared in ((1, 2), (2, 1), (3, 0)):  # months that two periods have in common
        product = (x[:, 2] - 7.5) * (x[:, 2 + apart] - 7.5)
        near(product, shared * 0.5 * second)


def test_the_severity_of_an_event_stays_while_it_lasts() -> None:
    x = jumps(
        {"rate": "0.1", "lasts": 4, "at_most_once": True}, 8, severity={"shape": "normal", "deviation": 1}, draws=4_000
    )
    for row in x[:200]:
        felt = row[row != 0]
        assert len(set(felt)) <= 1 and len(felt) <= 4


def test_factors_multiply() -> None:
    severity = {"shape": "normal", "mean": "1.2", "deviation": "0.1"}
    x = jumps({"rate": "0.7", "arrivals": "poisson"}, 1, severity=severity, effect="factor")[:, 0] / 100
    near(x, math.exp(0.7 * 0.2))  # E of a product of N factors: exp(rate * (E[S] - 1))
    near(x**2, math.exp(0.7 * (1.2**2 + 0.01 - 1)))
    added = jumps({"rate": "0.4"}, 1, severity={"shape": "fixed", "value": 7}, effect="addition")[:, 0]
    assert set(np.unique(added)) == {100.0, 107.0}


def test_an_event_as_an_input_that_a_formula_reads() -> None:
    book = book_of(["a"], 12, hazards=[{"id": "flood", "rate": "0.05", "lasts": 3}], drivers=[FLAG])
    x = draws_of(book, "if(a == 1, 7, 2)", DRAWS)
    assert set(np.unique(x)) == {2.0, 7.0}
    near(x[:, 0] == 7, 0.05)
    near(x[:, 5] == 7, 1 - 0.95**3)


def test_at_most_once() -> None:
    # Not yet by month n: (1 - p) ** n; of Poisson arrivals exp(-rate * n).
    x = jumps({"rate": "0.1", "at_most_once": True}, 12)
    assert x.sum(axis=1).max() == 1
    for n in (1, 4, 12):
        near(x[:, :n].max(axis=1), 1 - 0.9**n)
    near(x[:, 6], 0.9**6 * 0.1)
    counted = jumps({"rate": "0.1", "arrivals": "poisson", "at_most_once": True}, 12)
    assert counted.sum(axis=1).max() == 1
    near(counted.max(axis=1), 1 - math.exp(-1.2))


def test_one_at_a_time() -> None:
    certain = jumps({"rate": 1, "lasts": 3, "one_at_a_time": True}, 7, draws=2, severity={"shape": "fixed", "value": 1})
    assert np.array_equal(certain, np.ones((2, 7)))
    x = jumps({"rate": "0.4", "lasts": 3, "one_at_a_time": True}, 24, severity={"shape": "fixed", "value": 1})
    assert x.max() == 1
    # Renewal: 3 periods underway, then 1 / p - 1 idle ones on average.
    near(x[:, 23], 3 / (3 + 1 / 0.4 - 1), errors=6)


def test_from_and_to_months_and_dated_rates() -> None:
    x = jumps({"rate": 1, "starts": "2020-06", "ends": "2020-07"}, 6, draws=2)
    assert np.array_equal(x[0], [0, 0, 1, 1, 0, 0])
    dated = {"value": 0, "steps": [{"from": "2020-07", "value": "0.5"}]}
    y = jumps({"rate": dated}, 6)
    assert not y[:, :3].any()
    near(y[:, 3], 0.5)


def test_several_inputs_feel_one_hazard_each_in_its_own_way() -> None:
    drivers = [
        FLAG,
        {
            "id": "d_b", "of": "b", "kind": "jump", "hazard": "flood", "lasts": 2,
            "severity": {"shape": "pert", "low": "0.5", "mode": "0.6", "high": "0.8"},
        },
    ]  # fmt: skip
    book = book_of(["a", "b"], 6, hazards=[{"id": "flood", "rate": "0.1"}], drivers=drivers)
    a, b = draws_of(book, "a", 5_000), draws_of(book, "b", 5_000)
    felt = (a[:, 1:] + a[:, :-1]) > 0
    assert np.array_equal(b[:, 1:] < 100, felt)


def test_a_hazard_may_be_correlated_with_a_driver_and_severities_with_each_other() -> None:
    drivers = [
        FLAG, {"id": "d_b", "of": "b", "kind": "normal", "deviation": 1, "effect": "value"},
    ]  # fmt: skip
    group = {"id": "g", "drivers": ["d_b", "flood"], "matrix": [[1, "0.8"], ["0.8", 1]]}
    hazards = [{"id": "flood", "rate": "0.2"}]
    book = book_of(["a", "b"], 1, hazards=hazards, drivers=drivers, correlations=[group])
    a, b = draws_of(book, "a", DRAWS)[:, 0], draws_of(book, "b", DRAWS)[:, 0]
    near(a, 0.2)
    near(b[a == 1], 0.8 * 0.2799619 / 0.2)  # rho * density at the 80% quantile / p
    severity = {"shape": "normal", "mean": 10, "deviation": 1}
    both = [FLAG | {"id": f"d_{x}", "of": x, "severity": severity} for x in "ab"]
    group = {"id": "g", "drivers": ["d_a", "d_b"], "matrix": [[1, "0.8"], ["0.8", 1]]}
    book = book_of(["a", "b"], 1, hazards=hazards, drivers=both, correlations=[group])
    a, b = draws_of(book, "a", DRAWS)[:, 0], draws_of(book, "b", DRAWS)[:, 0]
    assert np.corrcoef(a[a > 0], b[a > 0])[0, 1] == pytest.approx(0.8, abs=0.02)


def test_drivers_on_one_input_act_in_their_order() -> None:
    drivers = [
        {"id": "noise", "of": "a", "kind": "normal", "mean": 1, "deviation": "0.1"},
        {"id": "season", "of": "a", "kind": "seasonal", "months": ["1.3", *["1"] * 11]},
        FLAG | {"effect": "addition", "severity": {"shape": "fixed", "value": 1000}},
    ]
    hazards = [{"id": "flood", "rate": "0.5"}]
    x = draws_of(book_of(["a"], 12, drivers=drivers, hazards=hazards), "a", 20_000)
    alone = draws_of(book_of(["a"], 12, drivers=drivers[:1]), "a", 20_000)
    january = x[:, 9]
    assert np.allclose(np.where(january > 500, january - 1000, january), 1.3 * alone[:, 9])
    near(january > 500, 0.5)


def test_an_explanation_names_the_hazard_and_whether_it_is_underway() -> None:
    book = book_of(
        ["a"], 3, quantities=[{"id": "q", "formula": "a * 2"}],
        hazards=[{"id": "flood", "name": "Flood of the lower site", "rate": "0.5", "lasts": 2}],
        drivers=[FLAG | {"severity": {"shape": "fixed", "value": 3}, "name": "Beds closed"}],
    )  # fmt: skip
    simulation = book.simulate(64, seed=1, track=["a"], track_every="month", progress=False)
    seen = set()
    for draw in range(24):
        words = words_of(simulation.explain(draw, "q", every="month", period=2))
        value = simulation.array("a", every="month", period=2)[draw]
        expected = {0: "not underway", 3: "underway", 6: "more than one underway"}[int(value)]
        assert "Flood of the lower site" in words and "Beds closed" in words
        assert expected in words
        seen.add(expected)
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("hazard", "driver", "path", "code"),
    [
        ({"rate": "1.5"}, {}, "/hazards/0/rate", "probability"),
        ({"rate": "-0.1"}, {}, "/hazards/0/rate", "probability"),
        ({"rate": 80, "arrivals": "poisson"}, {}, "/hazards/0/rate", "out-of-range"),
        ({"rate": "0.1", "lasts": 0}, {}, "/hazards/0/lasts", "out-of-range"),
        ({"rate": "0.1", "starts": "2021-01", "ends": "2020-01"}, {}, "/hazards/0/ends", "not-in-order"),
        ({"rate": "0.1", "stream": "d_a"}, {}, "/drivers/0/stream", "duplicate-id"),
        ({"rate": "0.1", "stream": "a#b"}, {}, "/hazards/0/stream", "malformed"),
        ({"rate": "0.1"}, {"hazard": "floods"}, "/drivers/0/hazard", "missing-reference"),
        ({"rate": "0.1"}, {"severity": {"shape": "pareto", "minimum": 1}}, "/drivers/0/severity/tail", "missing-key"),
        ({"rate": "0.1"}, {"severity": {"mean": 1}}, "/drivers/0/severity", "missing-key"),
    ],
)
def test_what_is_wrong_is_said_on_reading(hazard: Any, driver: Any, path: str, code: str) -> None:
    with pytest.raises(ob.BookError) as caught:
        jumps(copy.deepcopy(hazard), **driver)
    places = {(p.path, p.code) for p in caught.value.problems}
    assert (path, code) in places or any(p.startswith(path) and c == code for p, c in places), places


@pytest.mark.parametrize(
    ("driver", "code", "words"),
    [
        ({"autoregression": "0.5"}, "out-of-range", "autoregression"),
        ({"severity": {"shape": "triangular", "low": 3, "mode": 2, "high": 1}}, "distribution", "low"),
        ({"severity": {"shape": "normal", "deviation": -1}}, "out-of-range", "deviation"),
        ({"severity": {"shape": "pareto", "minimum": 0, "tail": 2}}, "distribution", "minimum"),
    ],
)
def test_what_is_wrong_is_said_when_it_is_simulated(driver: Any, code: str, words: str) -> None:
    with pytest.raises(ob.BookError, match=words) as caught:
        jumps({"rate": "0.5"}, **driver)
    assert caught.value.problems[0].code == code


def test_a_second_driver_must_not_undo_the_first() -> None:
    drivers = [FLAG, FLAG | {"id": "d_too"}]
    with pytest.raises(ob.BookError, match="would undo the first"):
        book_of(["a"], hazards=[{"id": "flood", "rate": "0.1"}], drivers=drivers)
