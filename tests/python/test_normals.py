"""A simulation as a function of its standard normals: to the bit what the run gave."""

from __future__ import annotations

from typing import Any

import numpy as np
import openbook as ob
import pytest
from openbook import _core, _normals

DRAWS = 300

CORRELATED: dict[str, Any] = {
    "format": 1,
    "id": "correlated",
    "calendar": {"start": "2024-04", "months": 3},
    "parties": [{"id": "payer", "roles": ["commissioner"]}, {"id": "payee", "roles": ["provider"]}],
    "inputs": [
        {"id": "a", "unit": "£", "plan": "£100"},
        {"id": "b", "unit": "£", "plan": "£100"},
        {"id": "c", "unit": "£", "plan": "£100"},
    ],
    "drivers": [
        {"id": "da", "of": "a", "effect": "addition", "kind": "normal", "mean": 0, "deviation": 10},
        {"id": "db", "of": "b", "effect": "addition", "kind": "normal", "mean": 0, "deviation": 10},
        {"id": "dc", "of": "c", "kind": "lognormal", "deviation": "0.2", "autoregression": "0.5"},
    ],
    "correlations": [{"id": "together", "drivers": ["da", "db"], "matrix": [["1", "0.6"], ["0.6", "1"]]}],
    "contracts": [
        {
            "id": "main",
            "payer": "payer",
            "payee": "payee",
            "clauses": [{"id": "pay", "kind": "payment", "amount": "a + 2 * b + max(c - £100, 0)"}],
        }
    ],
}


def bits(values: Any) -> Any:
    return np.ascontiguousarray(values).view(np.uint64)


def books() -> dict[str, ob.Book]:
    examples = ob.examples
    return {
        "alliance": examples.mental_health_alliance(),
        "acute": examples.acute_contract(),
        "overspends": examples.first_call_on_underspends(),
        "rail": examples.rail_performance(),
    }


@pytest.mark.parametrize("name", books())
def test_given_its_own_normals_a_draw_is_what_it_was(name: str) -> None:
    for seed, first in ((7, 0), (2**64 - 1, 2**40)):
        simulation = ob.simulate(
            books()[name], DRAWS, seed=seed, first_draw=first, every=("month", "term"), progress=False
        )
        z = _normals.normals(simulation, range(first, first + DRAWS))
        assert z.shape == (DRAWS, len(_normals.dimensions(simulation)))
        assert (bits(_normals.evaluate(simulation, z)) == bits(simulation.array())).all()


def test_threads_blocks_and_levels_do_not_change_a_bit() -> None:
    book = books()["alliance"]
    first = ob.simulate(book, 5_000, seed=3, threads=1, progress=False)
    z = _normals.normals(first, range(5_000))
    for level in _core.levels():
        for threads, block in ((1, 16), (3, 0), (2, 4096)):
            other = ob.simulate(book, 5_000, seed=3, threads=threads, block=block, level=level, progress=False)
            assert (bits(_normals.normals(other, range(5_000))) == bits(z)).all()
            assert (bits(_normals.evaluate(other, z)) == bits(first.array())).all()
            backwards = _normals.evaluate(other, z[::-1])
            assert (bits(backwards[:, ::-1]) == bits(first.array())).all()


def test_one_draw_alone_is_the_same() -> None:
    simulation = ob.simulate(books()["alliance"], DRAWS, seed=11, progress=False)
    for draw in (0, 1, 17, DRAWS - 1):
        z = _normals.normals(simulation, draw)
        assert z.shape == (len(_normals.dimensions(simulation)),)
        assert (bits(_normals.evaluate(simulation, z)) == bits(simulation.array()[:, draw])).all()
    some = _normals.normals(simulation, [5, 6, 7, 2, 2])
    assert (bits(some[3]) == bits(some[4])).all()
    assert (bits(some[1]) == bits(_normals.normals(simulation, 6))).all()


def test_the_normals_are_those_of_the_streams() -> None:
    book = ob.read_book(CORRELATED)
    simulation = ob.simulate(book, 4_000, seed=5, every=("month",), track=("a", "b", "c"), progress=False)
    dimensions = _normals.dimensions(simulation)
    assert dimensions == tuple((stream, period) for stream in ("da", "db", "dc") for period in range(3))
    z = _normals.normals(simulation, range(4_000))
    np.testing.assert_allclose(np.corrcoef(z.T), np.eye(9), atol=0.07)
    np.testing.assert_allclose(z.mean(0), 0, atol=0.07)
    np.testing.assert_allclose(z.std(0), 1, atol=0.07)
    a, b, c = (simulation.array(what) for what in "abc")
    np.testing.assert_allclose(a, 100 + 10 * z[:, 0:3].T, rtol=1e-12)
    np.testing.assert_allclose(b, 100 + 10 * (0.6 * z[:, 0:3] + 0.8 * z[:, 3:6]).T, rtol=1e-12)
    path = np.empty((3, 4_000))
    path[0] = z[:, 6]
    for t in (1, 2):
        path[t] = 0.5 * path[t - 1] + np.sqrt(0.75) * z[:, 6 + t]
    np.testing.assert_allclose(c, 100 * np.exp(0.2 * path - 0.02), rtol=1e-12)


def test_values_that_are_asked_for() -> None:
    book = ob.read_book(CORRELATED)
    simulation = ob.simulate(book, 10, every=("month",), track=("a", "b", "c"), progress=False)
    z = np.zeros((2, 9))
    z[1, 0] = 2.0
    values = _normals.evaluate(simulation, z)
    columns = simulation.columns.to_dicts()
    named = {(c["formula"] or c["party"], c["period"]): values[i] for i, c in enumerate(columns)}
    np.testing.assert_allclose(named["a", 1], [100, 120])
    np.testing.assert_allclose(named["b", 1], [100, 112])
    np.testing.assert_allclose(named["payee", 1], [300, 344])
    np.testing.assert_allclose(named["payee", 2], [300, 300])
    assert _normals.evaluate(simulation, np.empty((0, 9))).shape == (len(columns), 0)
    assert _normals.normals(simulation, []).shape == (0, 9)


def test_wrong_normals_are_refused() -> None:
    simulation = ob.simulate(ob.read_book(CORRELATED), 10, progress=False)
    with pytest.raises(ValueError, match=r"expected shape \(n, 9\)"):
        _normals.evaluate(simulation, np.zeros((2, 8)))
    for value in (np.nan, np.inf):
        with pytest.raises(ValueError, match="finite"):
            _normals.evaluate(simulation, np.full((1, 9), value))
