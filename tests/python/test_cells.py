"""Numbers, percentages, units and periods as analysts write them."""

from __future__ import annotations

import datetime
import pickle
from decimal import Decimal
from fractions import Fraction
from typing import Any

import openbook as ob
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openbook._calendar import Months
from openbook.data.cells import BadCell, add, number_text, read_number, read_share, rounded, times, total
from openbook.data.periods import Periods
from openbook.data.units import Unit
from small import MONTHS, small_book

# -- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("£1.5m", "1500000"),
        ("£140k", "140000"),
        ("£2bn", "2000000000"),
        ("£ 1.5 million", "1500000"),
        ("12k", "12000"),
        ("50%", "0.50"),
        ("12.5 %", "0.125"),
        ("-5%", "-0.05"),
        ("1,234", "1234"),
        ("12,345,678.90", "12345678.90"),
        ("(2,800.00)", "-2800.00"),
        ("(£2,800)", "-2800"),
        ("£(2,800)", "-2800"),
        ("-£5", "-5"),
        ("£-5", "-5"),
        ("\u22125", "-5"),
        ("+3", "3"),
        (".5", "0.5"),
        ("1e3", "1000"),
        ("£1,234.56", "1234.56"),
    ],
)
def test_numbers_in_words(text: str, value: str) -> None:
    assert read_number(text).value == Decimal(value)
    assert read_number(f"  {text} ").value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1,5", "'1,5' could be 1.5 or 15"),
        ("1.234,56", "'1.234,56' could be 1234.56 or 1.23456"),
        ("1,234,56", "expected a number"),
        ("12,34", "could be 12.34 or 1234"),
        ("1 234", "expected a number"),
        ("$5", "money in pounds"),
        ("£50%", "expected a number"),
        ("(5", "expected a number"),
        ("-(5)", "expected a number"),
        ("--5", "expected a number"),
        ("<5", "expected a number"),
        ("n/a", "expected a number"),
        ("-", "leave the cell empty where it is not known"),
        ("1/3", "expected a number"),
        ("=1+1", "expected a number"),
        ("nan", "a finite number"),
        ("-Infinity", "a finite number"),
        ("1e400", "reasonable size"),
        ("9" * 2000, "reasonable size"),
        ("\u0663", "expected a number"),
        (10**500, "reasonable size"),
        (float("inf"), "a finite number"),
        (float("nan"), "a finite number"),
        (Decimal("NaN"), "a finite number"),
        (Decimal("1e9999"), "reasonable size"),
        ([1], "of type list"),
    ],
)
def test_what_is_no_number_or_could_be_two(text: Any, words: str) -> None:
    with pytest.raises(BadCell) as caught:
        read_number(text)
    assert words in str(caught.value)
    assert str(caught.value).startswith("found ")
    assert pickle.loads(pickle.dumps(caught.value)).expected == caught.value.expected


def test_blank_and_suppressed_cells_are_no_numbers() -> None:
    assert [read_number(cell).mark for cell in (None, "", "  ", "*", "suppressed", "Suppressed")] == [
        *("blank", "blank", "blank"),
        *("suppressed", "suppressed", "suppressed"),
    ]
    assert read_number(float("nan"), nan_is_missing=True).mark == "blank"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12))
def test_accounts_and_plain_numbers_agree(value: Decimal) -> None:
    shown = f"({abs(value):,.2f})" if value < 0 else f"{value:,.2f}"
    assert read_number(shown).value == value
    assert read_number(f"£{value}").value == value


@pytest.mark.parametrize(
    ("given_", "value"),
    [
        ("1/3", Fraction(1, 3)),
        ("25%", Decimal("0.25")),
        (0.4, Decimal("0.4")),
        ("2/8", Decimal("0.25")),
        (1, Decimal(1)),
    ],
)
def test_weights(given_: Any, value: Any) -> None:
    assert read_share(given_) == value
    assert type(read_share(given_)) is type(value)


@pytest.mark.parametrize("wrong", ["", None, "a third", "1/0", "£1", "1/3/4"])
def test_what_is_no_weight(wrong: Any) -> None:
    with pytest.raises(BadCell):
        read_share(wrong)


numbers = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**15), max_value=10**15),
    st.fractions(min_value=-1000, max_value=1000, max_denominator=60),
)


@given(numbers, numbers)
def test_sums_and_products_are_exact(a: Any, b: Any) -> None:
    assert Fraction(add(a, b)) == Fraction(a) + Fraction(b)
    assert Fraction(times(a, b)) == Fraction(a) * Fraction(b)
    assert Fraction(total([a, b, a])) == 2 * Fraction(a) + Fraction(b)
    assert Fraction(number_text(add(a, b))) == Fraction(a) + Fraction(b)


def test_no_rounding_where_python_would_round() -> None:
    assert total([Decimal(10**30), Decimal("1e-30"), Decimal(-(10**30))]) == Decimal("1e-30")
    assert rounded(Decimal("2.345"), 2) == Decimal("2.35")
    assert rounded(Decimal("-2.345"), 2) == Decimal("-2.35")


# -- units ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "base", "power"),
    [
        ("£", "£", 0),
        ("£k", "£", 3),
        ("£000", "£", 3),
        ("£'000s", "£", 3),
        ("£m", "£", 6),
        ("£ million", "£", 6),
        ("GBP", "£", 0),
        ("pence", "£", -2),
        ("thousands", "", 3),
        ("000s", "", 3),
        ("%", "%", -2),
    ],
)
def test_units_of_columns(text: str, base: str, power: int) -> None:
    unit = Unit.read(text)
    assert unit is not None
    assert (unit.base, unit.power) == (base, power)


@pytest.mark.parametrize("text", ["", "visits", "£ per visit", "excl. VAT", "kk", "£k£"])
def test_what_is_no_unit(text: str) -> None:
    assert Unit.read(text) is None


def costs(**inputs: Any) -> ob.Book:
    """One input of each unit that is named."""
    units = {"cost": "£", "rate": "%", "share": "number", "visits": "attendances", **inputs}
    made = [ob.Input(id=name, unit=unit, plan=0, aggregate="mean") for name, unit in units.items()]
    return small_book(inputs=made, contracts=[], drivers=[], scenarios=[])


def read(value: Any, name: str = "cost", **options: Any) -> str | None:
    return ob.load(costs(), {"period": MONTHS, name: [value] + ["1"] * 5}, plan=True, **options).inputs[name][0]


def test_the_unit_of_a_column() -> None:
    assert read("140", units={"cost": "£k"}) == "140000"
    assert read(1.5, units={"cost": "£m"}) == "1500000"
    assert read("£140", units={"cost": "£k"}) == "140000"
    assert read("12345", units={"cost": "pence"}) == "123.45"
    assert read("45", "share", units={"share": "%"}) == "0.45"
    assert read("1.5", "visits", units={"visits": "thousands"}) == "1500"
    assert read("7", "visits", units={"visits": "attendances"}) == "7"


def test_a_heading_declares_the_unit() -> None:
    def first(heading: str, value: Any, name: str) -> str | None:
        data = {"period": MONTHS, heading: [value] + [1] * 5}
        return ob.load(costs(), data, plan=True).inputs[name][0]

    assert first("cost [£k]", "2.5", "cost") == "2500"
    assert first("cost (£)", "2.5", "cost") == "2.5"
    assert first("share (%)", 45, "share") == "0.45"
    assert first("rate [%]", 12, "rate") == "0.12"  # as units={"rate": "%"}, which says the same
    assert first("rate (%)", "12", "rate") == first("rate [per cent]", "12", "rate") == "0.12"
    assert first("visits [attendances]", 12, "visits") == "12"
    with pytest.raises(ob.DataError, match=r"found the unit 'excl\. VAT', expected £ or "):
        first("cost (excl. VAT)", 1, "cost")


@pytest.mark.parametrize(("name", "expected"), [("cost", "£ or £k or £m"), ("visits", "attendances or thousands")])
def test_per_cent_of_pounds_or_counts_is_a_wrong_unit(name: str, expected: str) -> None:
    for heading, options in ((f"{name} (%)", {}), (f"{name} [%]", {}), (name, {"units": {name: "%"}})):
        with pytest.raises(ob.DataError, match=rf"found the unit '%', expected {expected}"):
            ob.load(costs(), {"period": MONTHS, heading: [12] * 6}, plan=True, **options)


def test_thousands_and_pounds_of_a_percentage_are_a_wrong_unit() -> None:
    for unit in ("£k", "thousands", "pence"):
        with pytest.raises(ob.DataError, match=rf"found the unit '{unit}', expected % \[wrong-unit\]"):
            ob.load(costs(), {"period": MONTHS, f"rate [{unit}]": [12] * 6}, plan=True)


def test_the_unit_of_a_long_column_holds_for_every_input_that_is_read_from_it() -> None:
    data = {"period": MONTHS * 2, "quantity": ["cost"] * 6 + ["visits"] * 6, "value [£k]": [1] * 12}
    with pytest.raises(ob.DataError) as caught:
        ob.load(costs(), data, plan=True)
    (fault,) = caught.value.problems
    assert "input visits" in str(fault) and "found the unit '£k', expected attendances or thousands" in fault.message
    shares = {"period": MONTHS * 2, "quantity": ["rate"] * 6 + ["share"] * 6, "value [%]": [12] * 6 + [45] * 6}
    found = ob.load(costs(), shares, plan=True).inputs
    assert (found["rate"][0], found["share"][5]) == ("0.12", "0.45")


def test_a_unit_is_asked_of_the_frames_that_have_the_column() -> None:
    frames = [{"period": MONTHS, "cost": [1] * 6}, {"period": MONTHS, "visits": [1] * 6}]
    assert ob.load(costs(), frames, plan=True, units={"cost": "£k"}).inputs["cost"][0] == "1000"
    with pytest.raises(ob.DataError, match="1 fault\n.*'people', expected £ or £k or £m or pence or thousands "):
        ob.load(costs(), frames, plan=True, units={"cost": "people"})


def test_in_a_column_of_per_cent_a_small_number_beside_signs_is_refused() -> None:
    def rates(*values: Any) -> Any:
        data = {"period": MONTHS, "rate [%]": [*values, *["95%"] * (6 - len(values))]}
        return ob.load(costs(), data, plan=True).inputs["rate"][: len(values)]

    assert rates(92.5, 250, 0) == ("0.925", "2.50", "0")
    with pytest.raises(ob.DataError, match=r"found 0\.9 beside values with the sign %, expected '0\.9%' or '90%'"):
        rates("0.9")


def test_a_percentage_is_one_where_it_can_be() -> None:
    assert read("95%", "rate") == "0.95"
    assert read("95%", "share") == "0.95"
    for name in ("cost", "visits"):
        with pytest.raises(ob.DataError, match="found '95%', expected a number of"):
            read("95%", name)


def test_other_currencies_are_written_without_their_sign() -> None:
    book = costs(cost="€").replace(currency="EUR")
    assert ob.load(book, {"period": MONTHS, "cost": [900] * 6}, plan=True).inputs["cost"][0] == "900"
    for text in ("€900", "$900"):
        with pytest.raises(ob.DataError, match="money in pounds and other currencies without their sign"):
            ob.load(book, {"period": MONTHS, "cost": [text] * 6}, plan=True)


def test_pounds_are_refused_where_attendances_are_wanted() -> None:
    assert read("£1.5m") == "1500000"
    for text in ("£12", "£1.5k"):
        with pytest.raises(ob.DataError, match="expected a number of attendances"):
            read(text, "visits")
    assert read("1.5k", "visits") == "1500"
    with pytest.raises(ob.DataError, match=r"column 'visits': found the unit '£k', expected attendances or"):
        read("1", "visits", units={"visits": "£k"})


def test_an_amount_with_its_own_power_in_a_column_of_thousands_is_refused() -> None:
    with pytest.raises(ob.DataError, match="expected a plain number in £k"):
        read("£1.5m", units={"cost": "£k"})
    with pytest.raises(ob.DataError, match="expected an amount in £k"):
        read("50%", units={"cost": "£k"})


def test_signs_of_per_cent_and_points_in_one_column_are_refused() -> None:
    data = {"period": MONTHS, "rate": ["95%", 92.5, "0.9", "91%", 1, 0]}
    with pytest.raises(ob.DataError) as caught:
        ob.load(costs(), data, plan=True)
    (fault,) = caught.value.problems
    assert "found 92.5 beside values with the sign %, expected '92.5%' or 0.925" in fault.message


def test_floats_are_rounded_only_where_that_is_asked() -> None:
    data = {"period": MONTHS, "cost": [89794775.00356208, "1.005", 2.675, 1, 1, 1]}
    assert ob.load(costs(), data, plan=True).inputs["cost"][0] == "89794775.00356208"
    found = ob.load(costs(), data, plan=True, decimals=2).inputs["cost"]
    assert found[:3] == ("89794775.00", "1.005", "2.68")  # text keeps its digits; halves go away from zero
    assert ob.load(costs(), data, plan=True, decimals={"cost": 0}).inputs["cost"][0] == "89794775"


def test_an_input_of_thousands_of_pounds() -> None:
    book = costs(cost="£k")
    values = ["£1.5m", "1500", "£1500", 1500, "1,500", 1500.0]
    assert ob.load(book, {"period": MONTHS, "cost": values}, plan=True).inputs["cost"] == ("1500",) * 6
    pounds = {"period": MONTHS, "cost [£]": [1500000] * 6}
    assert ob.load(book, pounds, plan=True).inputs["cost"] == ("1500",) * 6


# -- periods ----------------------------------------------------------------------------------------------------------

PERIODS = Periods(Months(2024 * 12 + 3, 24))


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2024-04", "2024-04"),
        ("2024-04-30", "2024-04"),
        ("2024/04/01", "2024-04"),
        ("Apr-24", "2024-04"),
        ("apr 24", "2024-04"),
        ("April 2024", "2024-04"),
        ("Sept-2024", "2024-09"),
        ("May 2024", "2024-05"),
        ("2024-Apr", "2024-04"),
        ("1 April 2024", "2024-04"),
        ("01-Apr-2024", "2024-04"),
        ("2nd May 2024", "2024-05"),
        ("M07 2024/25", "2024-10"),
        ("M7 2024-25", "2024-10"),
        ("2024/25 M7", "2024-10"),
        ("2024/25 M12", "2025-03"),
        ("Month 1 2024/2025", "2024-04"),
        ("FY2024/25 M1", "2024-04"),
        ("202404", "2024-04"),
        (202412, "2024-12"),
        ("04/04/2024", "2024-04"),
        ("13/04/2024", "2024-04"),
        (datetime.date(2024, 4, 30), "2024-04"),
    ],
)
def test_months_in_words(text: Any, month: str) -> None:
    assert str(PERIODS.read(text)) == month


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("Q2 2024/25", "2024-07 to 2024-09"),
        ("2024/25 Q4", "2025-01 to 2025-03"),
        ("H2 2024/25", "2024-10 to 2025-03"),
        ("2024/25", "2024-04 to 2025-03"),
        ("2024-25", "2024-04 to 2025-03"),
        ("2024/2025", "2024-04 to 2025-03"),
        ("FY 2024/25", "2024-04 to 2025-03"),
        ("year 2", "2025-04 to 2026-03"),
        ("quarter from 2024-07", "2024-07 to 2024-09"),
        ("half-year from 2024-10", "2024-10 to 2025-03"),
        ("term", "the term"),
    ],
)
def test_longer_periods_in_words(text: str, months: str) -> None:
    assert str(PERIODS.read(text)) == months


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("FY25", ("2024/25, which ends in 2025", "2025/26, which starts in 2025")),
        ("FY2025", ("2024/25, which ends in 2025", "2025/26, which starts in 2025")),
        ("24/25", ("financial year 2024/25", "calendar years 2024 and 2025")),
        ("2024/26", ("follow each other", "2024/25")),
        ("2024/04", ("follow each other", "2024-04")),
        ("04/01/2024", ("4 January 2024", "1 April 2024", "day_first")),
        ("1.4.24", ("1 April 2024", "4 January 2024")),
        ("2024", ("the calendar year", "2023/24", "2024/25")),
        ("M7", ("its year as well", "M7 2024/25")),
        ("M7 24/25", ("the year in full",)),
        ("Q2 2024", ("calendar year 2024", "2023/24 or 2024/25")),
        ("Q5 2024/25", ("from 1 to 4",)),
        ("M13 2024/25", ("from 1 to 12",)),
        ("201112", ("'2011-12' or '2011/12'",)),
        ("202425", ("2024/25",)),
        ("45383", ("spreadsheet's number of a day",)),
        ("24-Apr", ("a month such as",)),
        ("year 3", ("from 1 to 2",)),
        ("32 April 2024", ("day from 1 to 31",)),
        ("2024-13", ("follow each other",)),
        ("soon", ("a month such as",)),
        ("", ("a month such as",)),
        (None, ("a month such as",)),
        (True, ("a month such as",)),
    ],
)
def test_periods_that_are_none_or_could_be_two(text: Any, words: tuple[str, ...]) -> None:
    with pytest.raises(BadCell) as caught:
        PERIODS.read(text)
    for word in words:
        assert word in str(caught.value)


def test_the_order_of_day_and_month_may_be_stated() -> None:
    months = Months(2024 * 12, 12)
    assert str(Periods(months, True).read("04/01/2024")) == "2024-01"
    assert str(Periods(months, False).read("04/01/2024")) == "2024-04"
    with pytest.raises(BadCell, match="a date with the day first"):
        Periods(months, True).read("04/13/2024")
    data = {"period": [f"01/{m:02d}/2016" for m in range(4, 10)], "cost": [1] * 6}
    with pytest.raises(ob.DataError, match="day_first"):
        ob.load(costs(), data, plan=True)
    assert ob.load(costs(), data, plan=True, day_first=True).inputs["cost"] == ("1",) * 6


def test_financial_years_start_where_the_book_says() -> None:
    january = Periods(Months(2024 * 12, 12, financial_year_starts=1))
    assert str(january.read("M1 2024/25")) == "2024-01"


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("2024", "2024-01 to 2024-12"),
        (2024, "2024-01 to 2024-12"),
        ("FY2024", "2024-01 to 2024-12"),
        ("FY24", "2024-01 to 2024-12"),
        ("2024/25", "2024-01 to 2024-12"),  # the label that the calendar gives its financial year
        ("Q2 2024", "2024-04 to 2024-06"),
        ("2024 H2", "2024-07 to 2024-12"),
        ("M7 2024", "2024-07"),
    ],
)
def test_a_number_names_a_calendar_year_where_financial_years_are_calendar_years(text: Any, months: str) -> None:
    assert str(Periods(Months(2024 * 12, 24, financial_year_starts=1)).read(text)) == months


@pytest.mark.parametrize(
    ("text", "words"), [("Q5 2024", "from 1 to 4"), ("45383", "spreadsheet"), ("M7 24", "in full")]
)
def test_in_calendar_years_too_what_is_no_period_is_refused(text: str, words: str) -> None:
    with pytest.raises(BadCell, match=words):
        Periods(Months(2024 * 12, 24, financial_year_starts=1)).read(text)


def test_yearly_data_of_a_book_of_calendar_years() -> None:
    calendar = ob.Calendar(start="2024-01", months=24, financial_year_starts=1)
    own = [ob.Input(id="people", unit="people", every="year"), ob.Input(id="bed_days", every="financial_year")]
    book = small_book(calendar=calendar, inputs=own, contracts=[], drivers=[], scenarios=[])
    found = ob.load(book, {"period": [2024, "2025"], "people": [7, 8], "bed_days": [70, 80]}).inputs
    assert (found["people"], found["bed_days"]) == (("7", "8"), ("70", "80"))
    april = book.replace(calendar=ob.Calendar(start="2024-01", months=24))
    with pytest.raises(ob.DataError, match=r"'2024' could be the calendar year, 2023/24 or 2024/25"):
        ob.load(april, {"period": [2024, "2025"], "people": [7, 8]}, plan=True)


def test_pandas_quarters_and_years() -> None:
    pandas = pytest.importorskip("pandas")
    assert str(PERIODS.read(pandas.Period("2024Q3", "Q"))) == "2024-07 to 2024-09"
    assert str(PERIODS.read(pandas.Period("2024-04", "M"))) == "2024-04"


def test_labels_of_longer_periods_reach_their_inputs() -> None:
    inputs = [
        ob.Input(id="score", unit="number", every="quarter", aggregate="mean"),
        ob.Input(id="rate", unit="number", every="financial_year", aggregate="mean"),
        ob.Input(id="whole", unit="number", every="term"),
    ]
    book = small_book(
        calendar=ob.Calendar(start="2016-07", months=9), inputs=inputs, contracts=[], drivers=[], scenarios=[]
    )
    data = [
        {"period": ["Q2 2016/17", "2016-10", "2016/17 Q4"], "score": [1, 2, 3]},
        {"period": ["2016/17"], "rate": ["45%"]},
        {"period": ["term"], "whole": [7]},
    ]
    found = ob.load(book, data).inputs
    assert found == {"score": ("1", "2", "3"), "rate": ("0.45",), "whole": ("7",)}
    with pytest.raises(ob.DataError, match=r"found 3 months from 2016-07, expected a month"):
        ob.load(small_book(), {"period": ["Q2 2016/17"], "visits": [1]}, plan=True)
    with pytest.raises(ob.DataError, match=r"found 12 months from 2016-04, expected the first month of each quarter"):
        ob.load(small_book(), {"period": ["2016/17"], "score": [1]}, plan=True)
