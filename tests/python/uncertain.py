"""A book of inputs and drivers alone, and its draws, for tests of drivers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import openbook as ob

Floats = npt.NDArray[np.float64]


def book_of(inputs: list[str], months: int = 12, start: str = "2020-04", **lists: Any) -> ob.Book:
    """Monthly inputs with plan 100, and what the lists say of them."""
    return ob.Book.from_json(
        {
            "format": 1,
            "id": "uncertain",
            "calendar": {"start": start, "months": months},
            "parties": [{"id": "icb"}],
            "inputs": [{"id": name, "unit": "number", "plan": 100, "aggregate": "mean"} for name in inputs],
            **lists,
        }
    )


def draws_of(book: ob.Book, formula: str, draws: int, seed: int = 11, **options: Any) -> Floats:
    """A formula in every month: draws by months."""
    simulation = book.simulate(draws, seed=seed, track=[formula], track_every="month", progress=False, **options)
    months = book.calendar.months
    return np.column_stack([simulation.array(formula, every="month", period=m + 1) for m in range(months)])


def near(values: Any, expected: float, errors: float = 5) -> None:
    """The mean of independent values is what is expected, within some of its standard errors."""
    values = np.asarray(values, dtype=np.float64)
    error = values.std(ddof=1) / np.sqrt(values.size)
    assert abs(values.mean() - expected) <= errors * error + 1e-12, (values.mean(), expected, error)


def variance_near(values: Any, expected: float, errors: float = 5) -> None:
    """The variance of independent values is what is expected, within some standard errors of their squares."""
    values = np.asarray(values, dtype=np.float64)
    squares = (values - values.mean()) ** 2
    error = squares.std(ddof=1) / np.sqrt(values.size)
    assert abs(squares.mean() - expected) <= errors * error, (squares.mean(), expected, error)


def words_of(explanation: Any) -> str:
    """Everything that an explanation says."""
    return str([(part.label, part.note) for part in explanation.walk()])
