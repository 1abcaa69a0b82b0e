"""A change opened into shocks and clauses: what each explains, by hand, adding up to the penny."""

from __future__ import annotations

from decimal import Decimal as D
from typing import Any

import openbook as ob
import pytest
from small import small_book

MORE = {"on": "visits", "value": "1.1"}
DEARER = {"on": "price", "action": "add", "value": 10}
FEE = {"on": "fee", "value": 2, "starts": "2016-07"}


def test_first_order_adds_up() -> None:
    table = small_book().stress({"both": [MORE, DEARER, FEE]})
    opened = table.attribution("The Trust")
    # Visits alone 6 * 10 * 200; the price alone 6 * 110 * 10; together 6 * (120 * 210 - 110 * 200) = 19,200. The fee: three
    # months of 1,000 and the quarter that begins in July, 500.
    assert {row["shock"]: row["amount"] for row in opened.shocks} == {
        "visits × 1.1": D(12_000),
        "price + 10": D(6_600),
        "fee × 2, 2016-07 to end": D(3_500),
        "interaction": D(600),
    }
    assert {row["clause"]: row["amount"] for row in opened.clauses} == {
        "standing": D(3_000),
        "by_visit": D(19_200),
        "quality": D(500),
    }
    assert opened.change == table.where(party="trust")["change"][0] == D(22_700)
    assert opened.where(shock="interaction")["clause"] == ("by_visit",)
    # The payer's side mirrors it.
    assert table.attribution("icb").change == -22_700


def test_shapley_shares_the_interaction_and_adds_up_to_the_penny() -> None:
    table = small_book().stress({"both": [MORE, DEARER, FEE]})
    opened = table.attribution("trust", method="shapley")
    assert {row["shock"]: row["amount"] for row in opened.shocks} == {
        "visits × 1.1": D(12_300),
        "price + 10": D(6_900),
        "fee × 2, 2016-07 to end": D(3_500),
    }
    # Three that only move together: a penny cannot be shared by three, and the first takes it.
    book = small_book(
        parameters=[*small_book().parameters, *(ob.Parameter(id=f"on_{n}", value=0) for n in "abc")],
        contracts=[
            ob.Contract(
                id="acute",
                payer="icb",
                payee="trust",
                clauses=[ob.Payment(id="p", every="year", amount="on_a * on_b * on_c * £100.01")],
            )
        ],
    )
    switches = [{"on": f"on_{n}", "action": "set", "value": 1} for n in "abc"]
    found = book.stress({"all": switches}).attribution("trust", method="shapley")
    assert found.shocks["amount"] == (D("33.34"), D("33.34"), D("33.33"))
    assert found.change == D("100.01")
    first = book.stress({"all": switches}).attribution("trust")
    assert first.shocks["amount"] == (D(0), D(0), D(0), D("100.01"))


def test_of_combined_scenarios_the_parts_are_scenarios() -> None:
    table = small_book().stress()
    opened = table.attribution("trust")
    assert {row["shock"]: row["amount"] for row in opened.shocks} == {
        "Busy": D(12_000),
        "Dear": D(6_600),
        "interaction": D(600),
    }
    assert table.attribution("trust", "Busy").shocks["amount"] == (D(12_000),)


def test_a_period_the_other_basis_and_order() -> None:
    table = small_book().stress({"both": [MORE, DEARER]}, every="month")
    one = table.attribution("trust", period="Apr 2016" if "Apr 2016" in table["period"] else table["period"][0])
    assert one.change == 3_200 and one.shocks["amount"] == (D(2_000), D(1_100), D(100))
    written = small_book().stress({"both": [MORE, DEARER]}, basis="written").attribution("trust")
    assert written.change == 19_200
    # Order matters: the set undoes what was before it, so that alone it explains less than it does together.
    ordered = small_book().stress(
        {"both": [{"on": "visits", "value": 2}, {"on": "visits", "action": "set", "value": 150}]}
    )
    assert ordered.attribution("trust").shocks["amount"] == (D(120_000), D(60_000), D(-120_000))
    same = small_book().stress({"twice": [MORE, MORE]}).attribution("trust")
    assert same.shocks["shock"] == ("visits × 1.1", "visits × 1.1 (2)", "interaction")
    assert same.shocks["amount"] == (D(12_000), D(12_000), D(1_200))


def test_what_is_refused() -> None:
    table = small_book().stress({"a": [MORE], "b": [DEARER]}, combined=False)
    with pytest.raises(KeyError, match="a, b"):
        table.attribution("trust")
    with pytest.raises(KeyError, match="windy"):
        table.attribution("trust", "windy")
    with pytest.raises(ob.BookError, match="no party"):
        table.attribution("trusty", "a")
    with pytest.raises(ValueError, match="shapley"):
        table.attribution("trust", "a", method="sharp")
    nine = small_book().stress({"nine": [MORE] * 9})
    with pytest.raises(ob.LimitError, match="at most 8"):
        nine.attribution("trust", method="shapley")
    world = small_book().stress({"a": [MORE]}, basis="written_world")
    with pytest.raises(ob.BookError, match="no ledger"):
        world.attribution("trust")


def test_pictures_say_the_figures() -> None:
    table = small_book().stress()
    drawing = table.svg()
    assert drawing.startswith("<svg") and "+12k" in drawing and "-6.6k" in drawing and "The Trust" in drawing
    assert drawing.count("fill-good") == drawing.count("fill-bad") == 3
    opened = table.attribution("trust")
    assert "interaction" in opened.svg() and "600" in opened.svg()
    assert "Change: +19,200.00." in str(opened) and "<svg" in opened._repr_html_()
    many = small_book().stress({f"s{n}": [{"on": "visits", "value": f"1.0{n}"}] for n in range(1, 10)}, combined=False)
    assert many.svg().count("<rect") == 18


def test_of_a_real_book_everything_adds_up() -> None:
    book = ob.examples.mental_health_alliance()
    table = book.stress("demand_up_12_mitigated")
    opened: Any = table.attribution("ccg")
    assert opened.change == table.where(party="ccg")["change"][0] == D("-2782140.00")
    assert sum(opened.shocks["amount"]) == sum(opened.clauses["amount"]) == opened.change


def test_the_whole_table_is_opened() -> None:
    table = small_book().stress({"both": [MORE, DEARER], "fee": [FEE]})
    opened = table.attributions()
    found = {(r["scenario"], r["party"], r["shock"]): r["amount"] for r in opened}
    assert found["both", "trust", "interaction"] == 600 and found["both", "icb", "visits × 1.1"] == -12_000
    assert found["combined", "trust", "both"] == 19_200 and found["combined", "trust", "fee"] == 3_500
    assert found["combined", "trust", "interaction"] == 0
    for row in table:
        assert sum(v for (s, p, _), v in found.items() if (s, p) == (row["scenario"], row["party"])) == row["change"]
