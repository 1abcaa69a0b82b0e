"""Rows of a frame as members: a fee per stay on the stay's own dates, worked by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import openbook as ob
import pandas as pd
import polars as pl
import pytest

DISCHARGED = [dt.date(2024, 4, 30), dt.date(2024, 5, 1), dt.date(2024, 5, 31), None]
STAYS: dict[str, Any] = {
    "spell": ["s1", "s2", "s3", "s4"],
    "hrg": ["hip", "hip", "eye", "eye"],
    "nights": [4, 12, 1, 2],
    "discharged": DISCHARGED,
}
NAMES: dict[str, Any] = {
    "member": "spell",
    "parents": {"currency": "hrg"},
    "values": {"nights": "nights", "discharged": "discharged"},
}


def book() -> ob.Book:
    """£1,000 a hip and £400 an eye in the month of discharge, and £50 for each night beyond ten."""
    return ob.read_book(
        {
            "format": 1,
            "id": "stays",
            "calendar": {"start": "2024-04", "months": 2},
            "dimensions": [
                {"id": "currency", "members": ["hip", "eye"]},
                {"id": "stay", "members": ["example"], "parents": {"currency": {"example": "hip"}}},
            ],
            "parties": [{"id": "icb"}, {"id": "trust"}],
            "parameters": [
                {"id": "price", "dimension": "currency", "members": {"hip": "£1,000", "eye": "£400"}},
                {"id": "nights", "dimension": "stay", "value": {"value": 0, "unit": "nights"}},
                {"id": "discharged", "dimension": "stay", "value": {"value": "date('2024-04-01')", "unit": "date"}},
            ],
            "quantities": [
                {
                    "id": "ended",
                    "formula": "or_else(discharged >= period_start() and discharged <= period_end(), false)",
                },
                {"id": "fee", "unit": "£", "formula": "price + £50 * positive(number(nights) - 10)"},
            ],
            "contracts": [
                {
                    "id": "acute",
                    "payer": "icb",
                    "payee": "trust",
                    "clauses": [{"id": "by_stay", "kind": "payment", "amount": "sum(if(ended, fee, £0))"}],
                }
            ],
        }
    )


@pytest.mark.parametrize(
    "frame", [STAYS, pd.DataFrame(STAYS), pl.DataFrame(STAYS)], ids=["columns", "pandas", "polars"]
)
def test_each_stay_is_paid_in_the_month_of_its_end(frame: Any) -> None:
    settlement = book().with_rows("stay", frame, **NAMES).settle()
    # April: s1, £1,000. May: s2 at £1,000 and two nights beyond ten, s3 at £400. s4 has not ended.
    assert [row["amount"] for row in settlement.payments] == [Decimal(1000), Decimal(1500)]
    assert "s2 12, s3 1" in str(settlement.explain("trust"))


def test_an_input_may_be_a_date() -> None:
    signed = {"id": "signed", "unit": "date", "aggregate": "last"}
    late = {"id": "late", "unit": "days", "formula": "period_end() - signed"}
    document = {"format": 1, "id": "dated", "calendar": {"start": "2024-04", "months": 2}}
    dated = ob.read_book({**document, "inputs": [signed], "quantities": [late]})
    given = [["2024-04-15", dt.date(2024, 5, 30)], list(pd.to_datetime(["2024-04-15", "2024-05-30"]))]
    for dates in given:
        assert [row["value"] for row in dated.settle({"signed": dates}).quantities] == [15, 1]
    with pytest.raises(ob.DataError, match="found '15/04/2024', expected a date such as 2024-04-15"):
        dated.settle({"signed": ["15/04/2024", "2024-05-30"]})


def test_a_boundary_date_belongs_to_its_own_month() -> None:
    frame = {**STAYS, "discharged": ["2024-05-01", "2024-04-30", "2024-06-01", "2024-03-31"]}
    settlement = book().with_rows("stay", frame, **NAMES).settle()
    assert [row["amount"] for row in settlement.payments] == [Decimal(1100), Decimal(1000)]


def test_the_book_given_stays_as_it_was() -> None:
    given = book()
    given.with_rows("stay", STAYS, **NAMES)
    assert given == book()


def test_all_faults_of_the_rows_at_once() -> None:
    wrong = {
        "spell": ["s1", "s1", None],
        "hrg": ["hip", "knee", "eye"],
        "nights": [4, "many", 1],
        "discharged": ["2024-04-30", "30/04/2024", None],
    }
    with pytest.raises(ob.DataError) as error:
        book().with_rows("stay", wrong, **NAMES)
    assert [problem.code for problem in error.value.problems] == [
        "duplicate-key",
        "missing-value",
        "unknown-code",
        "not-a-number",
        "not-a-number",
    ]
    assert "'knee'" in str(error.value) and "a member of dimension 'currency'" in str(error.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"member": "id"}, "no column 'id'"),
        ({"parents": {}}, "belongs to 'currency': name its column"),
        ({"values": {"price": "nights"}}, "is not over the dimension 'stay'"),
        ({"values": {"night": "nights"}}, "'night' is no parameter of the book"),
    ],
)
def test_what_does_not_fit_the_book_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises((ob.BookError, ob.DataError), match=said):
        book().with_rows("stay", STAYS, **{**NAMES, **change})


def test_an_unknown_dimension_is_refused() -> None:
    with pytest.raises(ob.BookError, match="'stays' is no dimension of the book.*'stay'"):
        book().with_rows("stays", STAYS, **NAMES)


def claims() -> ob.Book:
    """£10 for each claim that ended at home, whatever it is worth, and a tenth of its worth."""
    return ob.read_book(
        {
            "format": 1,
            "id": "claims",
            "calendar": {"start": "2024-04", "months": 1},
            "categories": [{"id": "ending", "values": ["home", "ward", "no claim"]}],
            "dimensions": [{"id": "claim", "members": ["example"]}],
            "parties": [{"id": "icb"}, {"id": "trust"}],
            "parameters": [
                {"id": "ended", "dimension": "claim", "category": "ending", "value": "'home'"},
                {"id": "worth", "dimension": "claim", "value": {"value": 0, "unit": "£"}},
            ],
            "contracts": [
                {
                    "id": "acute",
                    "payer": "icb",
                    "payee": "trust",
                    "clauses": [
                        {
                            "id": "by_claim",
                            "kind": "payment",
                            "amount": "sum(10% * worth + if(or_else(ended == 'home', false), £10, £0))",
                        }
                    ],
                }
            ],
        }
    )


CLAIMED: dict[str, Any] = {"member": "no", "values": {"ended": "to", "worth": "value"}}


def test_names_of_a_category() -> None:
    frame = {"no": [1, 2, 3, 4], "to": ["home", "ward", " home ", None], "value": [100, 200, 0, "£1k"]}
    for rows in (frame, pd.DataFrame(frame), pl.DataFrame({**frame, "value": [100, 200, 0, 1000]})):
        settlement = claims().with_rows("claim", rows, **CLAIMED).settle()
        assert settlement.position("trust") == 10 + 20 + 0 + 100 + 2 * 10


def test_what_is_no_name_of_the_category_is_refused() -> None:
    frame = {"no": [1, 2, 3], "to": ["hom", "Ward", "home"], "value": [1, 2, "x"]}
    with pytest.raises(ob.DataError) as caught:
        claims().with_rows("claim", frame, **CLAIMED)
    assert [problem.code for problem in caught.value.problems] == ["unknown-choice", "unknown-choice", "not-a-number"]
    assert "row 1, column 'to': found 'hom', expected one of home, ward, no claim; did you mean 'home'?" in str(
        caught.value
    )


@pytest.mark.parametrize("kind", [dict, pd.DataFrame, pl.DataFrame])
def test_a_table_without_rows_is_refused_with_the_row_that_stands_for_none(kind: Any) -> None:
    with pytest.raises(ob.DataError) as caught:
        claims().with_rows("claim", kind({"no": [], "to": [], "value": []}), **CLAIMED)
    (problem,) = caught.value.problems
    assert problem.code == "empty"
    assert "found no rows, expected at least one" in problem.message
    assert '{"no": ["none"], "to": ["..."], "value": [0]}' in problem.message
    none = {"no": ["none"], "to": ["no claim"], "value": [0]}
    assert claims().with_rows("claim", kind(none), **CLAIMED).settle().position("trust") == 0


def over_stays(*parameters: dict[str, Any], formula: str) -> ob.Book:
    """A quantity over stays with these parameters."""
    return ob.read_book(
        {
            "format": 1,
            "id": "stays",
            "calendar": {"start": "2024-04", "months": 1},
            "dimensions": [{"id": "stay", "members": ["example"]}],
            "parameters": [{"dimension": "stay", **parameter} for parameter in parameters],
            "quantities": [{"id": "asked", "formula": formula}],
        }
    )


@pytest.mark.parametrize("said", [["yes", "no", "Yes"], ["TRUE", "false", " true "], [True, False, True], [1, 0, 1]])
def test_yes_and_no_may_be_written_in_words(said: list[Any], tmp_path: Any) -> None:
    book = over_stays({"id": "urgent", "value": "false"}, formula="sum(if(urgent, 1, 0))")
    columns: dict[str, Any] = {"member": "no", "values": {"urgent": "urgent"}}
    assert book.with_rows("stay", {"no": [1, 2, 3], "urgent": said}, **columns).settle().quantities["value"][0] == 2
    file = tmp_path / "stays.csv"
    file.write_text("no,urgent\n" + "".join(f"{n},{word}\n" for n, word in enumerate(said)))
    if not isinstance(said[0], bool):
        assert book.with_rows("stay", file, **columns).settle().quantities["value"][0] == 2


@pytest.mark.parametrize(
    ("value", "column", "cells", "total"),
    [
        ({"value": 0, "unit": "£k"}, "fee", ["£1.5m", 20], 1520),
        ({"value": 0, "unit": "£k"}, "fee [£m]", [1, 2], 3000),
        ({"value": 0, "unit": "£"}, "fee [£k]", ["1.5", 20], 21_500),
        ("£0", "fee", ["£1.5k", -20], 1480),
        ({"value": 0, "unit": "%"}, "fee [%]", [12, "30%"], "0.42"),
        ({"value": 0, "unit": "%"}, "fee", ["0.12", "30%"], "0.42"),
        ({"value": 0, "unit": "nights"}, "fee [nights]", [3, 4], 7),
    ],
)
def test_rows_say_their_unit_as_other_data_do(value: Any, column: str, cells: list[Any], total: Any) -> None:
    book = over_stays({"id": "fee", "value": value}, formula="sum(fee)")
    filled = book.with_rows("stay", {"no": [1, 2], column: cells}, member="no", values={"fee": column})
    assert filled.settle().quantities["value"][0] == Decimal(total)


@pytest.mark.parametrize(
    ("unit", "column", "cell", "expected"),
    [
        ("nights", "fee", "£12", "a number of nights"),
        ("nights", "fee", "12%", "a number of nights"),
        ("%", "fee", "£12", "a number of %"),
        ("£", "fee [%]", 12, "found the unit '%', expected £ or £k"),
        ("nights", "fee [£k]", 12, "found the unit '£k', expected nights or thousands"),
        ("nights", "fee", "yes", "expected a number"),
    ],
)
def test_a_unit_that_the_parameter_does_not_have_is_refused(unit: str, column: str, cell: Any, expected: str) -> None:
    book = over_stays({"id": "fee", "value": {"value": 0, "unit": unit}}, formula="sum(fee)")
    with pytest.raises(ob.DataError, match=expected):
        book.with_rows("stay", {"no": [1], column: [cell]}, member="no", values={"fee": column})


def persons() -> ob.Book:
    """Claims belong to persons; of each claim its person's share is paid."""
    return ob.read_book(
        {
            "format": 1,
            "id": "persons",
            "calendar": {"start": "2024-04", "months": 1},
            "dimensions": [
                {"id": "person", "members": ["p1"]},
                {"id": "claim", "members": ["c1"], "parents": {"person": {"c1": "p1"}}},
            ],
            "parameters": [
                {"id": "share", "dimension": "person", "value": {"value": 0, "unit": "%"}},
                {"id": "worth", "dimension": "claim", "value": {"value": 0, "unit": "£"}},
            ],
            "quantities": [{"id": "paid", "formula": "sum(share * worth)", "unit": "£"}],
        }
    )


PERSONS: dict[str, Any] = {"data": {"name": ["ann", "bob"], "of": ["50%", "10%"]}, "values": {"share": "of"}}
CLAIMS: dict[str, Any] = {
    "data": {"no": [1, 2, 3], "who": ["ann", "bob", "bob"], "value": [100, 200, 300]},
    "member": "no",
    "parents": {"person": "who"},
    "values": {"worth": "value"},
}


def test_two_dimensions_of_which_one_belongs_to_the_other_are_filled_in_one_step() -> None:
    own = PERSONS | {"member": "name"}
    both = [
        persons().with_rows("person", **own, also={"claim": CLAIMS}),
        persons().with_rows("claim", **CLAIMS, also={"person": own}),
    ]
    for book in both:
        assert book.settle().quantities["value"][0] == 50 + 20 + 30
    with pytest.raises(
        ob.BookError, match=r"members of 'claim' belong to members of 'person' that are gone.*also={'cl"
    ):
        persons().with_rows("person", **own)
    with pytest.raises(ob.DataError) as caught:
        persons().with_rows("person", **own, also={"claim": CLAIMS | {"parents": {"person": "no"}}})
    assert [problem.code for problem in caught.value.problems] == ["unknown-code"] * 3
