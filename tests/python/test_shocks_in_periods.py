"""Shocks by month on what has longer periods, shocks in no period, and figures of another kind than what they act on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import openbook as ob
import pytest
from small import small_book


def yearly(every: str = "year", aggregate: str = "sum", months: int = 12) -> ob.Book:
    """£1 for each of 1,200 visits of a year (300 of a quarter, 100 of a month)."""
    plan = {"month": 100, "quarter": 300, "half_year": 600, "year": 1200}[every]
    return ob.Book(
        id="longer",
        calendar=ob.Calendar(start="2024-04", months=months),
        parties=[ob.Party(id="icb"), ob.Party(id="trust")],
        inputs=[ob.Input(id="visits", unit="visits", every=every, plan=plan, aggregate=aggregate)],
        contracts=[
            ob.Contract(
                id="c",
                payer="icb",
                payee="trust",
                clauses=[
                    ob.Activity(id="a", every=every, quantity="visits", price=ob.Term("£1", unit="£ per visit")),
                ],
            )
        ],
        drivers=[ob.Normal(id="d", of="visits", mean=1, deviation="0.1")],
    )


def change(book: ob.Book, *shocks: Any) -> Decimal:
    [amount] = book.stress({"x": list(shocks)}, combined=False).party("trust")["change"]
    return Decimal(amount)


def shock(action: str, value: Any, on: str = "visits", **more: Any) -> dict[str, Any]:
    return {"on": on, "action": action, "value": value, **more}


WINTER = {"starts": "2024-12", "ends": "2025-02"}


@pytest.mark.parametrize("every", ["month", "quarter", "half_year", "year"])
def test_a_winter_moves_as_many_months_of_any_period(every: str) -> None:
    """Three months of twelve, 20% more: 3 * 100 * 20% = 60, however often the figure is given."""
    assert change(yearly(every), shock("scale", "1.2", **WINTER)) == 60
    assert change(yearly(every), shock("scale", "1.2", months=[12, 1, 2])) == 60
    # Of what is drawn as well: here nothing is, and the plan stands for the draw.
    assert change(yearly(every), shock("scale", "1.2", on="d", **WINTER)) == 60


def test_a_ramp_over_part_of_a_year_moves_the_sum_of_its_months() -> None:
    ramp = shock("ramp", "1.4", starts="2024-04", full="2024-08", ends="2024-10", gone="2024-12")
    # Weights by month: 0, 1/4, 1/2, 3/4, 1, 1, 1, 1/2, 0 ...: 5 months in full.
    for every in ("month", "quarter", "half_year", "year"):
        assert change(yearly(every), ramp) == 5 * 100 * Decimal("0.4"), every


def test_the_last_value_is_moved_if_its_month_is() -> None:
    for spans, moved in (({"starts": "2024-05"}, 100 * 4), ({"starts": "2024-05", "ends": "2024-05"}, 0)):
        assert change(yearly("quarter", "last"), shock("add", 100, **spans)) == moved


def test_a_part_is_said_in_the_receipt_and_in_explanations() -> None:
    table = yearly().stress({"x": [shock("scale", "1.2", **WINTER)]})
    assert table.receipt["note"] == ("moves 1/4 of a year: the months that it takes in",)
    told = [part.label for part in table.settlements["x"].explain("trust").walk()]
    assert any("1/4 of the year" in label for label in told), told


def test_a_record_by_month_is_added_up_for_a_quarter() -> None:
    path = {f"2024-{month:02d}": 110 + month for month in range(4, 10)} | {"2024-10": 500}
    replay = {"on": "visits", "action": "replay", "path": path}
    # April to June: 114 + 115 + 116, July to September: 117 + 118 + 119; of the third quarter one month is recorded.
    assert change(yearly("quarter"), replay) == 345 + 354 - 600
    note = yearly("quarter").stress({"x": [replay]}).receipt["note"][0]
    assert note == "not recorded in full, so that the value stays: 2024-10"
    ratios = {**replay, "path": {"2024-04": "1.1", "2024-05": "1.2", "2024-06": "1.3"}, "recorded": "ratio_to_plan"}
    assert change(yearly("quarter"), ratios) == 60


def test_months_without_a_record_are_named() -> None:
    path = {"2024-04": 150, "2024-06": 50}
    table = yearly("month").stress({"x": [{"on": "visits", "action": "replay", "path": path}]}, combined=False)
    assert table.party("trust")["change"] == (Decimal(0),)  # + 50 - 50
    assert table.receipt["note"] == ("not recorded in full, so that the value stays: 2024-05",)
    late = {"on": "visits", "action": "replay", "path": path, "aligned": "2025-02"}
    outside = yearly("month").stress({"x": [late]}).receipt["note"]
    assert outside == ("1 of 2 recorded months lie outside the calendar",)


@pytest.mark.parametrize(
    "given",
    [
        shock("set", 0, starts="2030-01"),
        shock("set", 0, ends="2020-01"),
        shock("scale", 2, months=[12], starts="2024-04", ends="2024-06"),
        {"on": "visits", "action": "replay", "path": {"2019-04": 5}},
        {"on": "trust", "action": "withdrawal", "starts": "2030-01"},
    ],
)
def test_a_shock_in_no_period_says_that_nothing_changes(given: dict[str, Any]) -> None:
    book = yearly("month")
    table = book.stress({"x": [given]})
    assert set(table.party("trust")["change"]) == {Decimal(0)}
    assert table.receipt["note"][0]
    [warning] = [w for w in book.settle(plan=True, shocks=[given]).warnings if w["code"].startswith("shock")]
    assert warning["code"] == "shock-changes-nothing"


def test_a_shock_that_moves_something_is_not_warned_of() -> None:
    settled = yearly().settle(plan=True, shocks=[shock("scale", "1.2", **WINTER)])
    assert not [w for w in settled.warnings if w["code"].startswith("shock")]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (shock("add", "£10"), "expected a figure in attendances"),
        (shock("set", "£10"), "expected a figure in attendances"),
        (shock("set", "90%"), "expected a figure in attendances"),
        (shock("add", "10%", on="price"), "to make it 10% more, scale by 1.1"),
        (shock("scale", "£2"), "expected a factor such as"),
        (shock("scale", True), "expected a factor such as"),
        (shock("add", True), "expected a figure in attendances"),
    ],
)
def test_a_figure_of_another_kind_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ob.BookError) as refused:
        small_book().stress({"x": [given]})
    [problem] = refused.value.problems
    assert problem.code == "wrong-unit" and words in problem.message and problem.path == "/x/shocks/0/value"


def test_figures_that_fit_are_taken() -> None:
    book = small_book()
    for given in (
        shock("scale", "110%"),
        shock("add", 10),
        shock("set", "90%", on="score"),
        shock("add", "£5", on="price"),
        shock("add", 5, on="price"),
        shock("set", "£800", on="fee"),
    ):
        assert change(book, given) != 0
