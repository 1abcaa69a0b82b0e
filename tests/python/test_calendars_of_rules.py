"""Which periods a rule looks at: its own calendar's, and of other calendars those that its own lie in."""

from __future__ import annotations

from typing import Any

import openbook as ob
import pytest


def asked(formula: str, *, every: str = "year", **calendar: Any) -> list[float | None]:
    book = ob.read_book(
        {
            "format": 1,
            "id": "periods",
            "calendar": {"start": "2020-01", "months": 36, **calendar},
            "parties": [{"id": "payer"}],
            "inputs": [{"id": "x", "unit": "number", "plan": "month_number()"}],
            "parameters": [
                {
                    "id": "p",
                    "value": {
                        "value": 1,
                        "steps": [{"from": "2021-01", "value": 2}, {"from": "2022-01", "value": 3}],
                    },
                },
                {"id": "two", "value": 2},
            ],
            "quantities": [
                {"id": "yearly", "every": "year", "formula": "x"},
                {"id": "asked", "every": every, "formula": formula},
            ],
        }
    )
    rows = book.settle(plan=True).quantities.to_dicts()
    return [None if r["value"] is None else float(r["value"]) for r in rows if r["id"] == "asked"]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("previous(p, 0)", [0, 1, 2]),
        ("previous(p, 0, 2)", [0, 0, 1]),
        ("previous(p, 0, two)", [0, 0, 1]),
        ("window(p, 3)", [1, 3, 6]),
        ("window_place(p, 3, -2)", [None, 1, 2]),
        ("cumulative(p, 'term')", [1, 3, 6]),
        ("previous(p + 0, 0, 2)", [0, 0, 1]),
    ],
)
def test_a_parameter_is_looked_at_on_the_calendar_of_the_rule_that_asks(
    formula: str, expected: list[float | None]
) -> None:
    assert asked(formula) == expected


def test_a_period_across_two_of_another_calendar_is_refused() -> None:
    financial: dict[str, Any] = {"start": "2024-04", "months": 24, "financial_year_starts": 10}
    for formula, every in (
        ("over(x, 'year')", "financial_year"),
        ("over(x, 'financial_year')", "year"),
        ("plan(x, 'month')", "year"),
        ("cumulative(x, 'quarter')", "year"),
    ):
        with pytest.raises(ob.BookError, match="does not lie within one period of the calendar"):
            asked(formula, every=every, **financial)
    assert asked("over(x, 'year')", every="quarter", start="2024-01", months=12) == [78.0] * 4


def test_what_is_known_by_year_is_asked_by_month_in_words() -> None:
    with pytest.raises(ob.BookError, match=r"over\(yearly, 'year'\) is that of the period around it"):
        asked("yearly", every="month")
