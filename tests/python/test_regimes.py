"""Regime switching: a hidden Markov chain that several drivers share."""

from __future__ import annotations

from typing import Any

import numpy as np
import openbook as ob
import pytest
from uncertain import book_of, draws_of, near, variance_near, words_of

CHAIN: dict[str, Any] = {
    "id": "pressure",
    "name": "Winter pressure",
    "regimes": [
        {"name": "usual", "next": {"usual": "0.9", "severe": "0.1"}},
        {"name": "severe", "next": {"usual": "0.25", "severe": "0.75"}},
    ],
}
SHARE = 0.1 / (0.1 + 0.25)  # of severe in the long run


def fixed(value: float) -> dict[str, Any]:
    return {"shape": "fixed", "value": value}


def state(of: str = "a", chain: str = "pressure", **more: Any) -> dict[str, Any]:
    """A driver whose value is 1 in the severe regime, else 0."""
    regimes = {"usual": fixed(0), "severe": fixed(1)}
    return {
        "id": f"d_{of}", "of": of, "kind": "regime_switching", "chain": chain, "regimes": regimes, "effect": "value",
    } | more  # fmt: skip


@pytest.fixture(scope="module")
def severe() -> Any:
    return draws_of(book_of(["a"], 36, drivers=[state()], regime_chains=[CHAIN]), "a", 20_000)


def test_it_begins_with_its_long_run_shares_and_keeps_them(severe: Any) -> None:
    assert set(np.unique(severe)) == {0.0, 1.0}
    for month in (0, 1, 17, 35):
        near(severe[:, month], SHARE)
    near(severe.mean(axis=1), SHARE)


def test_runs_last_as_long_as_a_geometric_distribution_says(severe: Any) -> None:
    # Of the runs that begin in month 2 to 6: P(still severe after k months) = 0.75 ** k.
    for start in range(1, 6):
        begun = severe[(severe[:, start - 1] == 0) & (severe[:, start] == 1)]
        for k in (1, 2, 4, 8):
            near(begun[:, start : start + k + 1].min(axis=1), 0.75**k)
    lengths = (severe[(severe[:, 0] == 0) & (severe[:, 1] == 1), 1:].cumprod(axis=1)).sum(axis=1)
    near(lengths, 1 / 0.25, errors=6)  # cut off after 35 months, of which 0.75 ** 35 knows nothing
    # Memory: the correlation at lag k is (1 - 0.1 - 0.25) ** k.
    for lag in (1, 3):
        product = (severe[:, 5] - SHARE) * (severe[:, 5 + lag] - SHARE)
        near(product, 0.65**lag * SHARE * (1 - SHARE))


def test_initial_probabilities_and_dated_transitions() -> None:
    chain = {
        "id": "pressure",
        "regimes": [
            {"name": "usual", "initial": 1, "next": {
                "usual": {"value": 1, "steps": [{"from": "2020-07", "value": "0.6"}]},
                "severe": {"value": 0, "steps": [{"from": "2020-07", "value": "0.4"}]},
            }},
            {"name": "severe", "next": {"severe": 1}},
        ],
    }  # fmt: skip
    x = draws_of(book_of(["a"], 6, drivers=[state()], regime_chains=[chain]), "a", 20_000)
    assert not x[:, :3].any()  # April to June
    for month, expected in ((3, 0.4), (4, 1 - 0.6**2), (5, 1 - 0.6**3)):
        near(x[:, month], expected)


def test_drivers_share_regimes_and_each_has_its_own_distribution() -> None:
    normal = {"shape": "normal", "mean": "1", "deviation": "0.05"}
    pert = {"shape": "pert", "low": "1.1", "mode": "1.2", "high": "1.5"}
    switching = {
        "id": "d_b", "of": "b", "kind": "regime_switching", "chain": "pressure",
        "regimes": {"usual": normal, "severe": pert},
    }  # fmt: skip
    book = book_of(["a", "b"], 3, drivers=[state(), switching], regime_chains=[CHAIN])
    a, b = draws_of(book, "a", 30_000)[:, 2], draws_of(book, "b", 30_000)[:, 2]
    near(b[a == 0], 100)
    variance_near(b[a == 0], 25)
    mean = (1.1 + 4 * 1.2 + 1.5) / 6
    near(b[a == 1], 100 * mean)
    variance_near(b[a == 1], 100**2 * (mean - 1.1) * (1.5 - mean) / 7)  # of a PERT
    assert b[a == 1].min() >= 110


def test_three_regimes_and_a_chain_by_quarter() -> None:
    third = [["0.5", "0.3", "0.2"], ["0.2", "0.6", "0.2"], ["1/3", "1/3", "1/3"]]
    names = ["low", "mid", "high"]
    chain = {
        "id": "pressure", "every": "quarter",
        "regimes": [{"name": n, "next": dict(zip(names, row, strict=True))} for n, row in zip(names, third, strict=True)],
    }  # fmt: skip
    driver = state(regimes={n: fixed(i) for i, n in enumerate(names)})
    x = draws_of(book_of(["a"], 12, drivers=[driver], regime_chains=[chain]), "a", 20_000)
    assert np.array_equal(x[:, 0], x[:, 2])
    assert not np.array_equal(x[:, 2], x[:, 3])
    matrix = np.array([[0.5, 0.3, 0.2], [0.2, 0.6, 0.2], [1 / 3] * 3])
    shares = np.linalg.matrix_power(matrix, 200)[0]
    for i in range(3):
        near(x[:, 0] == i, shares[i])
        near(x[:, 9] == i, shares[i])
        near(x[x[:, 0] == 0, 3] == i, matrix[0, i])


def test_a_chain_changes_nobody_elses_draws_and_survives_renaming() -> None:
    other = {"id": "d_b", "of": "b", "kind": "normal", "deviation": 1, "effect": "value"}
    alone = book_of(["a", "b"], 4, drivers=[other])
    with_chain = book_of(["a", "b"], 4, drivers=[state(), other], regime_chains=[CHAIN])
    assert np.array_equal(draws_of(alone, "b", 400), draws_of(with_chain, "b", 400))
    renamed = CHAIN | {"id": "cold", "stream": "pressure"}
    again = book_of(["a"], 4, drivers=[state(chain="cold")], regime_chains=[renamed])
    assert np.array_equal(draws_of(again, "a", 400), draws_of(with_chain, "a", 400))


def test_an_explanation_names_the_regime() -> None:
    book = book_of(["a"], 3, drivers=[state()], regime_chains=[CHAIN], quantities=[{"id": "q", "formula": "a * 2"}])
    simulation = book.simulate(200, seed=3, track=["a"], track_every="month", progress=False)
    for draw in range(12):
        words = words_of(simulation.explain(draw, "q", every="month", period=2))
        expected = "severe" if simulation.array("a", every="month", period=2)[draw] else "usual"
        assert f"regime: {expected}" in words and "Winter pressure" in words
    # What the data say was not drawn.
    known = book.simulate(10, data={"a": [7, 8, 9]}, as_at="2020-05", progress=False)
    assert "regime" not in words_of(known.explain(1, "q", every="month", period=2))
    assert "regime" in words_of(known.explain(1, "q", every="month", period=3))


def wrong(change: Any) -> list[ob.Problem]:
    import copy

    chain, driver = copy.deepcopy(CHAIN), state()
    change(chain, driver)
    with pytest.raises(ob.BookError) as caught:
        book_of(["a"], 3, drivers=[driver], regime_chains=[chain]).simulate(10, track=["a"], progress=False)
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("change", "path", "code", "words"),
    [
        (
            lambda c, d: c["regimes"][0]["next"].update(usual="0.8"), "/regime_chains/0/regimes/0/next",
            "probability", 'after "usual" sum to 0.9; expected 1',
        ),
        (
            lambda c, d: c["regimes"][0]["next"].update(sever="0"), "/regime_chains/0/regimes/0/next/sever",
            "missing-reference", 'did you mean "severe"',
        ),
        (
            lambda c, d: c["regimes"][0].update(initial="0.5"), "/regime_chains/0/regimes", "probability", "sum to 0.5",
        ),
        (
            lambda c, d: c["regimes"][1]["next"].update(usual="1.25", severe="-0.25"),
            "/regime_chains/0/regimes/1/next/usual", "probability", "0 to 1",
        ),
        (lambda c, d: c.update(regimes=c["regimes"][:1]), "/regime_chains/0/regimes", "wrong-size", "two regimes"),
        (lambda c, d: c["regimes"][1].update(name="usual"), "/regime_chains/0/regimes/1/name", "duplicate-id", "usual"),
        (lambda c, d: d["regimes"].pop("severe"), "/drivers/0/regimes", "missing-key", 'regime "severe"'),
        (lambda c, d: d["regimes"].update(mild=fixed(1)), "/drivers/0/regimes/mild", "missing-reference", "mild"),
        (lambda c, d: d.update(chain="pressures"), "/drivers/0/chain", "missing-reference", "pressure"),
        (
            lambda c, d: d["regimes"].update(usual={"shape": "normal", "low": 1}), "/drivers/0/regimes/usual/low",
            "unknown-key", "mean, deviation",
        ),
        (
            lambda c, d: d["regimes"].update(usual={"shape": "pert", "low": 1, "high": 2}),
            "/drivers/0/regimes/usual/mode", "missing-key", "low, mode, high",
        ),
        (lambda c, d: c.update(stream="d_a"), "/drivers/0/stream", "duplicate-id", "regime chain"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(change: Any, path: str, code: str, words: str) -> None:
    problems = wrong(change)
    found = [p for p in problems if p.path == path and p.code == code]
    assert found, problems
    assert words in found[0].message


def test_formulas_as_probabilities_are_checked_when_it_is_simulated() -> None:
    problems = wrong(lambda c, d: c["regimes"][0]["next"].update(usual="0.5 + 0.3"))
    assert problems[0].code == "probability" and "sum to 0.9" in problems[0].message
    problems = wrong(lambda c, d: c.update(regimes=[
        {"name": "usual", "next": {"usual": 1}}, {"name": "severe", "next": {"severe": 1}},
    ]))  # fmt: skip
    assert "give initial probabilities" in problems[0].message


def test_a_chain_that_changes_within_an_inputs_period_is_refused() -> None:
    book = book_of(["a"], 12, drivers=[state()], regime_chains=[CHAIN])
    yearly = book.replace(inputs=[ob.Input(id="a", unit="number", every="year", plan=1)])
    with pytest.raises(ob.BookError, match="changes every month") as caught:
        yearly.simulate(10, track=["a"], track_every="year", progress=False)
    assert caught.value.problems[0].code == "calendar"
