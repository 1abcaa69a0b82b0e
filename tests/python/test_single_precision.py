"""Single precision inside a draw: the same draws, rounded, with the same statistics; and the same bits on every machine."""

from __future__ import annotations

from typing import Any

import numpy as np
import openbook as ob
import pytest
from openbook import _core

# What books mean is tested elsewhere; these have bands, shares, netting, ranks, tables, counts, gates and state.
BOOKS = ("mental_health_alliance", "acute_contract", "residential_flow", "joint_venture_outcomes", "third_sector_cash")
DRAWS = 4_000


def book_of(name: str) -> ob.Book:
    made: ob.Book = getattr(ob.examples, name)()
    return made


@pytest.fixture(scope="module", params=BOOKS)
def both(request: pytest.FixtureRequest) -> tuple[ob.Simulation, ob.Simulation]:
    book = book_of(request.param)
    options: dict[str, Any] = {"seed": 3, "progress": False}
    return book.simulate(DRAWS, **options), book.simulate(DRAWS, precision="single", **options)


def test_statistics_are_the_same_within_a_tenth_of_their_error(both: tuple[ob.Simulation, ob.Simulation]) -> None:
    double, single = both
    for wide, narrow in zip(double.summary().to_dicts(), single.summary().to_dicts(), strict=True):
        for name in ("mean", "sd", "var95", "es95", "var99", "es99", "p_deficit"):
            # A draw that lies within rounding of nought may fall on its other side.
            least = 5 / DRAWS if name == "p_deficit" else 1.0
            assert abs(wide[name] - narrow[name]) <= max(0.1 * wide[f"{name}_error"], least), (wide["party"], name)


def test_draws_are_the_same_draws(both: tuple[ob.Simulation, ob.Simulation]) -> None:
    double, single = both
    wide, narrow = double.array(), single.array()
    assert np.isnan(wide).sum() == np.isnan(narrow).sum()
    turnover = np.nanmax(np.abs(wide))
    near = np.abs(wide - narrow) <= 3e-6 * turnover
    assert near[~np.isnan(wide)].mean() > 0.999  # all but those at a threshold


@pytest.mark.parametrize("name", BOOKS[:3])
def test_bits_do_not_depend_on_level_threads_and_blocks(name: str) -> None:
    book = book_of(name)
    first: np.ndarray[Any, Any] | None = None
    for options in (
        *({"level": level} for level in _core.levels()),
        {"threads": 2, "block": 64},
        {"threads": 1, "block": 4096},
    ):
        found = book.simulate(500, seed=9, precision="single", progress=False, **options).array()  # type: ignore[arg-type]
        first = found if first is None else first
        assert found.tobytes() == first.tobytes(), options


def test_a_replayed_draw_is_the_draw_of_the_run() -> None:
    book = book_of("acute_contract")
    simulation = book.simulate(50, seed=4, precision="single", progress=False)
    for percentile in (1, 50, 99):
        draw = simulation.draw(party="hospital", percentile=percentile)
        assert draw.value == simulation.array("hospital")[draw.number]
        assert float(draw.explain().amount) == pytest.approx(draw.value, abs=0.005)


def test_exponentials_beyond_the_range_of_single_numbers_are_doubles_rounded() -> None:
    book = ob.Book.from_json(
        {
            "format": 1,
            "id": "far",
            "calendar": {"start": "2024-04", "months": 1},
            "parties": [{"id": "payer", "roles": ["commissioner"]}, {"id": "payee", "roles": ["provider"]}],
            "inputs": [{"id": "z", "plan": "0"}],
            "drivers": [{"id": "z_driver", "of": "z", "kind": "normal", "effect": "value", "deviation": "25"}],
            "quantities": [{"id": "small", "formula": "exp(z - 60, 15)"}, {"id": "odds", "formula": "logistic(z, 15)"}],
            "contracts": [
                {
                    "id": "contract",
                    "payer": "payer",
                    "payee": "payee",
                    "clauses": [{"id": "paid", "kind": "payment", "amount": "£1"}],
                }
            ],
        }
    )
    options: dict[str, Any] = {"seed": 1, "track": ["small", "odds", "z"], "progress": False}
    wide, narrow = book.simulate(2_000, **options), book.simulate(2_000, precision="single", **options)
    for name in ("small", "odds"):
        expected, found = wide.array(name), narrow.array(name)
        assert np.isfinite(found).all()
        near = np.isclose(found, expected, rtol=5e-5, atol=1e-37)
        assert near.all(), (expected[~near][:5], found[~near][:5])


def test_another_word_is_refused() -> None:
    with pytest.raises(ValueError, match="'half', expected 'double' or 'single'"):
        book_of("acute_contract").simulate(10, precision="half")  # type: ignore[arg-type]


def test_every_way_to_ask_for_a_deficit_counts_the_same_draws(both: tuple[ob.Simulation, ob.Simulation]) -> None:
    """A party that ends with nothing ends with some pounds of rounding: no statistic takes them for a deficit."""
    _, single = both
    for party in single.parties:
        told = single.risk(party, every="year").to_dicts()
        measured = single.measures(party, ["p_deficit"], every="year").to_dicts()
        assert [row["value"] for row in measured] == [row["p_deficit"] for row in told], party


def test_reducers_do_not_take_rounded_draws() -> None:
    with pytest.raises(ValueError, match="precision: found 'single', expected 'double'"):
        ob.risk.reduce(book_of("third_sector_cash"), 100, [ob.risk.Counts()], precision="single", progress=False)
