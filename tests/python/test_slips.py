"""Thousand-fold and hundred-fold slips: pounds for thousands of pounds, 95 for 95%, in the data and in the book."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import openbook as ob
import pytest
from openbook.data.slips import is_slip
from small import MONTHS, small_book


def found(book: ob.Book, data: Any = None, code: str = "thousand-fold", **options: Any) -> list[tuple[str, str]]:
    rows = book.lint(data, probe=False, **options)
    return [(row["path"], row["message"]) for row in rows if row["code"] == code and row["severity"] == "warning"]


def hundredfold(plan: Any, values: Any, heading: str = "rate", unit: str = "%") -> list[str]:
    inputs = [ob.Input(id="rate", unit=unit, plan=plan, aggregate="mean")]
    book = small_book(inputs=inputs, contracts=[], drivers=[], scenarios=[])
    data = {"period": MONTHS, heading: values}
    return [message for _, message in found(book, data, "hundred-fold")]


def book_of(unit: str = "£", plan: Any = 140_000, **changes: Any) -> ob.Book:
    inputs = [ob.Input(id="spent", unit=unit, plan=plan, **changes)]
    return small_book(inputs=inputs, contracts=[], drivers=[], scenarios=[])


@pytest.mark.parametrize(
    ("a", "b", "slip"),
    [
        (1, 1000, True),
        (1, 300, True),
        (1, 299, False),
        (1, 3000, True),
        (1, 3001, False),
        (0, 1000, False),
        (-2, 2000, True),
    ],
)
def test_what_is_near_a_thousand(a: int, b: int, slip: bool) -> None:
    assert is_slip(Decimal(a), Decimal(b)) is slip
    assert is_slip(Decimal(b), Decimal(a)) is slip


def test_one_month_in_pounds_among_thousands() -> None:
    data = {"spent": [140, 141_000, 139_000, 138_000, 142_000, 140_500]}
    ((path, message),) = found(book_of(), data)
    assert path == "/inputs/0"
    assert (
        message == "input spent: near a thousand times off in 2016-04: 140 (plan 140,000, median of the others 140,500)"
    )


def test_a_whole_series_in_thousands_differs_from_its_plan() -> None:
    ((_, message),) = found(book_of(), {"spent": [140, 141, 139, 138, 142, 140]})
    assert "2016-04: 140 (plan 140,000); 2016-05: 141 (plan 140,000)" in message
    assert not found(book_of(plan=None), {"spent": [140, 141, 139, 138, 142, 140]})


def test_a_plan_that_is_a_formula_or_has_steps() -> None:
    plan = {"value": "each * 700", "steps": [{"from": "2016-07", "value": "£1"}]}
    book = book_of(plan=plan).replace(parameters=[ob.Parameter(id="each", value="£200")])
    ((_, message),) = found(book, {"spent": [140, 140_000, 140_000, 2, 2, 2]})
    assert message.count("plan") == 1 and "2016-04: 140 (plan 140,000)" in message


def test_small_counts_and_short_series_may_vary() -> None:
    assert not found(book_of("visits", None), {"spent": [1, 2, 1, 2, 1, 900]})  # below 1,000
    assert found(book_of("visits", None), {"spent": [1, 2, 1, 2, 1, 1000]})
    assert not found(
        book_of("visits", None, may_be_missing=True), {"spent": [1, 1, 1, 1000, None, None]}
    )  # three others
    assert not found(book_of("visits", None), {"spent": [0, 0, 0, 0, 0, 1000]})  # zeros say nothing
    assert found(book_of("£ per visit", None), {"spent": ["0.2", 200, 210, 190, 205, 1999]}) == []
    assert found(book_of("number", None), {"spent": ["0.2", 200, 210, 190, 205, 195]})  # of a ratio any size counts


def test_members_are_series_of_their_own() -> None:
    site = ob.Dimension(id="site", members=["north", "south"])
    inputs = [ob.Input(id="beds", unit="bed days", dimension="site", plan=5)]
    book = small_book(dimensions=[site], inputs=inputs, contracts=[], drivers=[], scenarios=[])
    ((_, message),) = found(book, {"beds": {"north": [5000] * 6, "south": [5] * 6}})
    assert message.count("site 'north': 5,000 (plan 5)") == 6
    data = {"beds": {"north": [900_000] * 6, "south": [5, 5, 5, 5, 5, 5000]}}
    ((_, message),) = found(book, data)
    assert message.endswith("2016-09 site 'south': 5,000 (plan 5, median of the others 5)")


def test_columns_of_thousands_that_look_like_pounds() -> None:
    data = {"period": MONTHS, "spent": ["140000.55", "141", "139", "138", "142", "140"]}
    messages = [message for _, message in found(book_of(plan=None), data, units={"spent": "£k"})]
    assert "input spent: 1 of 6 values in £k look like pounds, such as 140,001" in messages[-1]
    fine = {"period": MONTHS, "spent": ["140.55", "141", "139", "138", "142", "140"]}
    assert not found(book_of(), fine, units={"spent": "£k"})


def test_per_cent_without_its_sign() -> None:
    # 12 is 1,200%, 120 times the plan of 10%; the same column headed in % is 12%, 1.2 times the plan.
    (message,) = hundredfold("10%", [12] * 6)
    assert message.startswith("input rate: near a hundred times off in 2016-04: 1,200% (plan 10%); 2016-05: 1,200%")
    assert message.endswith("a plain number is a ratio, 0.95 for 95%, where the column is not headed [%]")
    assert not hundredfold("10%", [12] * 6, "rate [%]")
    assert not hundredfold("10%", ["12%"] * 6)
    (message,) = hundredfold("10%", ["0.12"] * 6, "rate [%]")  # a ratio in a column of per cent: 0.12%
    assert "2016-04: 0.12% (plan 10%)" in message
    assert hundredfold("4.3%", ["4.3"] * 6, unit="percent")


def test_how_far_percentages_may_be_apart() -> None:
    def slips_at(plan: Any, value: Any) -> bool:
        return bool(hundredfold(plan, [value] * 6))

    assert [slips_at("10%", value) for value in ("2.9", "3", "300", "301")] == [False, True, True, False]
    assert [slips_at("0.1%", value) for value in ("0.049", "0.05", "0.2", "0.201")] == [False, True, True, False]
    assert [slips_at("1%", value) for value in (0, "-1", "1")] == [False, True, True]
    assert not slips_at("10%", "2.5") and not slips_at(None, 12)


def test_one_month_without_its_sign_among_the_others() -> None:
    (message,) = hundredfold(None, ["0.95", "0.96", "0.94", "0.95", 97, "0.93"])
    assert "in 2016-08: 9,700% (median of the others 95%);" in message


def test_a_number_that_is_no_percentage_is_not_looked_at_for_hundreds() -> None:
    assert not hundredfold("0.1", [12] * 6, unit="number")


def test_terms_of_the_book() -> None:
    def priced(**term: Any) -> list[tuple[str, str]]:
        parameter = ob.Parameter(id="fee", name="Fee", value=term)
        return found(small_book(parameters=[parameter, small_book().parameters[0]]))

    steps = [{"from": "2016-06", "value": "£1.1m"}]
    assert priced(value="£1,000", steps=steps) == [
        ("/parameters/0/value", "'fee' goes from 1,000 to 1,100,000 in 2016-06: near a thousand times")
    ]
    other = [{"name": "low", "value": "£900", "source": "letter"}]
    assert priced(value="£1m", alternatives=other) == [
        ("/parameters/0/value", "'fee' is 1,000,000, its alternative 'low' 900: near a thousand times")
    ]
    assert not priced(value="£1,000", alternatives=[{"name": "low", "value": "£600"}])
    assert not priced(value="£1,000", steps=[{"from": "2016-06", "value": "£200,000"}])


def test_thousands_in_a_term_that_look_like_pounds() -> None:
    def cap(value: Any) -> list[tuple[str, str]]:
        parameters = [*small_book().parameters, ob.Parameter(id="cap", value={"value": value, "unit": "£k"})]
        return found(small_book(parameters=parameters))

    assert cap(2_000_000) == [("/parameters/2/value", "'cap' is 2,000,000 in £k: this looks like pounds")]
    assert len(cap("12345.67")) == 1
    assert not cap(2_000) and not cap("999.95")


def test_shipped_books_have_no_slips() -> None:
    for name in ob.examples.names():
        assert not found(ob.examples.book(name)), name
    book = ob.examples.acute_contract()
    assert not found(book, ob.examples.data("acute_contract"), where={"org_code": "ZX1"})
    assert book.lint(ob.load(book, ob.examples.data("acute_contract"), where={"org_code": "ZX1"}, plan=True))
