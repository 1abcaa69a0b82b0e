"""Correlation groups whose members are drawn by the month, the quarter and the year."""

from __future__ import annotations

from typing import Any

import numpy as np
import openbook as ob
import pytest

RHO = 0.8
DRAWS = 20_000
PERIODS = {"month": 12, "quarter": 4, "year": 1}


def book(*calendars: str, **group: Any) -> ob.Book:
    """One standard normal driver for each calendar, correlated."""
    names = [f"x{i}" for i in range(len(calendars))]
    matrix = [[1 if i == j else RHO for j in range(len(names))] for i in range(len(names))]
    return ob.Book.from_json(
        {
            "format": 1,
            "id": "mixed",
            "calendar": {"start": "2024-04", "months": 12},
            "parties": [{"id": "icb"}],
            "inputs": [
                {"id": name, "every": every, "plan": 0, "aggregate": "mean"}
                for name, every in zip(names, calendars, strict=True)
            ],
            "drivers": [
                {"id": f"d{name}", "kind": "normal", "of": name, "effect": "value", "mean": 0, "deviation": 1}
                for name in names
            ],
            "correlations": [{"id": "c", "drivers": [f"d{name}" for name in names], "matrix": matrix, **group}],
        }
    )


def draws(made: ob.Book, name: str, every: str) -> Any:
    """Periods by draws."""
    simulation = made.simulate(DRAWS, seed=4, track=[name], track_every=every, every=["term"], progress=False)
    return np.array([simulation.array(name, every=every, period=p + 1) for p in range(PERIODS[every])])


def near(found: float, expected: float) -> None:
    assert abs(found - expected) < 5 / np.sqrt(DRAWS), (found, expected)


@pytest.mark.parametrize(("first", "second"), [("month", "quarter"), ("quarter", "month"), ("month", "year")])
def test_a_period_moves_with_its_own_months(first: str, second: str) -> None:
    made = book(first, second)
    by = {every: draws(made, name, every) for name, every in (("x0", first), ("x1", second))}
    months = by.pop("month")
    [(_, longer)] = by.items()
    length = 12 // len(longer)
    for period, own in enumerate(longer):
        near(own.mean(), 0)
        near((own**2).mean(), 1)  # standard errors of squares are √2 of this; five of them are far
        inside = months[period * length : (period + 1) * length]
        near(np.corrcoef(inside.mean(axis=0), own)[0, 1], RHO)
        for month in range(12):
            expected = RHO / np.sqrt(length) if month // length == period else 0.0
            near(np.corrcoef(months[month], own)[0, 1], expected)
    near(np.corrcoef(months.mean(axis=0), longer.mean(axis=0))[0, 1], RHO)


def test_three_calendars_hold_together() -> None:
    made = book("month", "quarter", "year")
    months, quarters, year = (draws(made, f"x{i}", every) for i, every in enumerate(PERIODS))
    near(np.corrcoef(quarters.mean(axis=0), year[0])[0, 1], RHO)
    near(np.corrcoef(months.mean(axis=0), year[0])[0, 1], RHO)
    near(np.corrcoef(quarters[3], months[9:].mean(axis=0))[0, 1], RHO)


def test_members_of_one_calendar_draw_as_before() -> None:
    """The first member of a quarterly group is its own stream, as it is without a group."""
    alone = book("quarter", "quarter").with_all({"/correlations": []})
    assert np.array_equal(draws(book("quarter", "quarter"), "x0", "quarter"), draws(alone, "x0", "quarter"))


def test_a_t_copula_takes_one_calendar() -> None:
    with pytest.raises(ob.BookError, match="a t copula takes members of one calendar"):
        book("month", "quarter", degrees_of_freedom=4)
    assert book("quarter", "quarter", degrees_of_freedom=4)
