"""Data at the door."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import openbook as ob
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openbook.data import is_count
from openbook.data.cells import number_text, read_number
from small import MONTHS, small_book


def inputs_of(book: ob.Book, data: Any, **options: Any) -> dict[str, list[str | None]]:
    return {name: list(values) for name, values in ob.load(book, data, **options).inputs.items()}


def value_text(value: Any) -> str | None:
    number = read_number(value).value
    return None if number is None else number_text(number)


VISITS = [101, 102, 103, 104, 105, 106]
OTHER = [11, 12, 13, 14, 15, 16]
SCORE = ["0.25", "0.75"]
EXPECTED = {"visits": [str(v) for v in VISITS], "other": [str(v) for v in OTHER], "score": SCORE}


def wide() -> dict[str, list[Any]]:
    return {
        "period": MONTHS,
        "visits": list(VISITS),
        "other": list(OTHER),
        "score": ["0.25", None, None, "0.75", None, None],
    }


def coded() -> dict[str, list[Any]]:
    """Two providers, two types, as in published statistics."""
    rows = [
        (month, org, kind, value * factor)
        for org, factor in (("RF4", 1), ("RXX", 7))
        for kind, values in (("1", VISITS), ("other", OTHER))
        for month, value in zip(MONTHS, values, strict=True)
    ]
    return {name: [row[i] for row in rows] for i, name in enumerate(("period", "org_code", "type", "attendances"))}


def long() -> dict[str, list[Any]]:
    rows = [(m, "visits", v) for m, v in zip(MONTHS, VISITS, strict=True)]
    rows += [(m, "other", v) for m, v in zip(MONTHS, OTHER, strict=True)]
    rows += [("2016-04", "score", "0.25"), ("2016-07", "score", "0.75")]
    return {name: [row[i] for row in rows] for i, name in enumerate(("period", "quantity", "value"))}


def as_pandas(data: dict[str, list[Any]]) -> Any:
    return pytest.importorskip("pandas").DataFrame(data)


def as_polars(data: dict[str, list[Any]]) -> Any:
    return pytest.importorskip("polars").DataFrame(data)


def as_arrow(data: dict[str, list[Any]]) -> Any:
    return pytest.importorskip("pyarrow").table(data)


class Stream:
    """Something that only has the Arrow C stream."""

    def __init__(self, data: dict[str, list[Any]]) -> None:
        self.table = as_arrow(data)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


MAKERS = [dict, as_pandas, as_polars, as_arrow, Stream]


@pytest.mark.parametrize("make", MAKERS)
def test_a_column_per_input(make: Any) -> None:
    assert inputs_of(small_book(), make(wide())) == EXPECTED


@pytest.mark.parametrize("make", MAKERS)
def test_period_quantity_value(make: Any) -> None:
    data = long()
    data["value"] = [str(value) for value in data["value"]]
    assert inputs_of(small_book(), make(data)) == EXPECTED


@pytest.mark.parametrize("make", MAKERS)
def test_codes_are_looked_up(make: Any) -> None:
    data = [make(coded()), {"score": SCORE}]
    assert inputs_of(small_book(), data, where={"org_code": "RF4"}) == EXPECTED


def test_csv(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    data = coded()
    lines = [",".join(data), *(",".join(str(v) for v in row) for row in zip(*data.values(), strict=True))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = inputs_of(small_book(), [path, {"score": SCORE}], where={"org_code": "RF4"})
    assert found == EXPECTED


def test_duckdb() -> None:
    duckdb = pytest.importorskip("duckdb")
    frame = as_arrow(coded())  # noqa: F841 - DuckDB finds it by name
    relation = duckdb.sql("select * from frame")
    assert inputs_of(small_book(), [relation, {"score": SCORE}], where={"org_code": "RF4"}) == EXPECTED


@pytest.mark.parametrize(
    "period",
    [
        [f"{month}-01" for month in MONTHS],
        [datetime.date(2016, m, 1) for m in range(4, 10)],
        [datetime.datetime(2016, m, 15, 12) for m in range(4, 10)],
    ],
)
@pytest.mark.parametrize("make", MAKERS)
def test_cells_of_periods(make: Any, period: list[Any]) -> None:
    assert inputs_of(small_book(), make(wide() | {"period": period})) == EXPECTED


def test_pandas_periods_and_timestamps() -> None:
    pandas = pytest.importorskip("pandas")
    for period in (
        pandas.period_range("2016-04", periods=6, freq="M"),
        pandas.to_datetime([f"{m}-01" for m in MONTHS]),
    ):
        assert inputs_of(small_book(), as_pandas(wide() | {"period": period})) == EXPECTED


def test_the_named_index_of_a_grouped_frame_is_a_column() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(coded()).groupby(["period", "org_code", "type"]).sum()
    assert inputs_of(small_book(), [frame, {"score": SCORE}], where={"org_code": "RF4"}) == EXPECTED


def test_lists_by_input_and_values_by_month() -> None:
    lists = {"visits": VISITS, "other": OTHER, "score": SCORE}
    assert inputs_of(small_book(), lists) == EXPECTED
    by_month = lists | {"visits": dict(zip(MONTHS, VISITS, strict=True))}
    assert inputs_of(small_book(), by_month) == EXPECTED


def test_dimensions_take_members_from_a_column_or_fastest_in_a_list() -> None:
    book = small_book(
        dimensions=[ob.Dimension(id="site", members=["north", "south"])],
        inputs=[ob.Input(id="beds", unit="beds", dimension="site", plan=1)],
        contracts=[],
        drivers=[],
        scenarios=[],
    )
    expected = {"beds": [str(n) for n in range(12)]}
    frame = {
        "period": [m for m in MONTHS for _ in range(2)],
        "site": ["north", "south"] * 6,
        "beds": list(range(12)),
    }
    assert inputs_of(book, frame) == expected
    assert inputs_of(book, {"beds": list(range(12))}) == expected
    assert inputs_of(book, {"beds": {"north": list(range(0, 12, 2)), "south": list(range(1, 12, 2))}}) == expected
    with pytest.raises(ob.DataError, match="has no member 'nort'; did you mean 'north'"):
        inputs_of(book, frame | {"site": ["nort", "south"] * 6})


def beds() -> ob.Book:
    """Beds of two sites in six months."""
    site = ob.Dimension(id="site", members=["north", "south"])
    given = [ob.Input(id="beds", unit="beds", dimension="site")]
    return small_book(dimensions=[site], inputs=given, contracts=[], drivers=[], scenarios=[])


def test_members_of_a_month_may_stand_under_it() -> None:
    expected = {"beds": [str(n) for n in range(12)]}
    in_order = {month: [2 * n, 2 * n + 1] for n, month in enumerate(MONTHS)}
    by_name = {month: {"south": own[1], "north": own[0]} for month, own in in_order.items()}
    by_label = {f"M{n + 1} 2016/17": own for n, own in enumerate(in_order.values())}
    for values in (in_order, by_name, by_label, {m: np.array(own) for m, own in in_order.items()}):
        assert inputs_of(beds(), {"beds": values}) == expected


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"2016-04": [1, 2, 3]},
            "found 3 values for a month, expected one for each of 2 members, in their order or by",
        ),
        ({"2016-04": 1, "2016-05": 2}, "found one value for a month, expected one for each of 2 members"),
        ({"2016-04": "12"}, "found one value for a month, expected one for each of 2 members"),
        ({"2016-04": {"nort": 1, "south": 2}}, "found 'nort', expected a member of site; did you mean 'north'"),
        ({"nort": [1] * 6}, "found 'nort', expected a member of site; did you mean 'north'?, or a month"),
    ],
)
def test_what_stands_under_no_month_and_no_member_is_said_once(values: Any, said: str) -> None:
    with pytest.raises(ob.DataError) as caught:
        beds().settle({"beds": values})
    (problem,) = caught.value.problems
    assert said in problem.message


def test_a_column_for_each_member_is_told_apart_from_an_unknown_input() -> None:
    frame = {"period": MONTHS, "north": [1] * 6, "south": [2] * 6}
    with pytest.raises(
        ob.DataError, match="no input 'north'; it is a member of site: give a row for each member, with"
    ):
        beds().settle(frame)


# -- exact values -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (1e22, "10000000000000000000000"),
        (3.0, "3"),
        (123456789012345678000, "123456789012345678000"),
        (Decimal("2.50"), "2.50"),
        (Decimal("1E+3"), "1000"),
        (" 7.25 ", "7.25"),
        ("1e3", "1000"),
        (True, "1"),
        (None, None),
        ("", None),
    ],
)
def test_values_keep_their_digits(value: Any, text: str | None) -> None:
    assert value_text(value) == text


def test_more_digits_than_the_core_reads_as_a_decimal_go_as_a_fraction() -> None:
    assert value_text(12345678901234567890) == "12345678901234567890/1"
    book = small_book(inputs=[ob.Input(id="visits", unit="£")], contracts=[], drivers=[], scenarios=[])
    book = book.replace(quantities=[ob.Quantity(id="all", formula="visits", every="term")])
    settlement = book.settle({"visits": [12345678901234567890, 0, 0, 0, 0, Decimal("0.000001")]})
    assert settlement.quantities["value"] == (Decimal("12345678901234567890.000001"),)


def test_numpy_scalars_keep_their_digits() -> None:
    import numpy as np

    assert value_text(np.float32(0.1)) == "0.1"
    assert value_text(np.float64(0.1)) == "0.1"
    assert value_text(np.int64(7)) == "7"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_comes_back_from_its_text(value: float) -> None:
    text = value_text(value)
    assert text is not None
    assert "e" not in text.lower()
    assert float(text) == value


@pytest.mark.parametrize(
    ("unit", "count"),
    [
        ("attendances", True),
        ("bed days", True),
        ("£", False),
        ("£ per visit", False),
        ("%", False),
        ("", False),
        ("number", False),
    ],
)
def test_what_counts(unit: str, count: bool) -> None:
    assert is_count(unit) is count


# -- faults -----------------------------------------------------------------------------------------------------------


def faults(data: Any, **options: Any) -> dict[str, list[ob.Problem]]:
    with pytest.raises(ob.DataError) as caught:
        inputs_of(small_book(), data, **options)
    found: dict[str, list[ob.Problem]] = {}
    for problem in caught.value.problems:
        found.setdefault(problem.code, []).append(problem)
    return found


def test_all_faults_at_once() -> None:
    data = wide()
    data["visits"] = [101, None, -103, math.nan, math.inf, "many"]
    found = faults(data)
    assert sorted(found) == ["missing-month", "negative", "not-a-number"]
    (missing,) = found["missing-month"]
    assert missing.where == "input visits (Visits, type 1), 2016-05"
    assert "a gap is never a zero" in missing.message
    (negative,) = found["negative"]
    assert negative.where.endswith("2016-06")
    assert negative.message == "found -103, expected a count of at least 0"
    assert [p.where[-7:] for p in found["not-a-number"]] == ["2016-07", "2016-08", "2016-09"]
    assert [p.message for p in found["not-a-number"]] == [
        "found nan, expected a finite number",
        "found inf, expected a finite number",
        "found the text 'many', expected a number",
    ]


def test_duplicate_months() -> None:
    found = faults({key: [*column, column[0]] for key, column in wide().items()})
    assert [p.path for p in found["duplicate-month"]] == ["/inputs/0", "/inputs/1", "/inputs/2"]
    first = found["duplicate-month"][0]
    assert (
        "found a second value for 2016-04 (the first: columns, row 1, column 'visits'), expected one" in first.message
    )
    assert (first.row, first.column, first.value) == (7, "visits", "101")


def test_several_providers_ask_for_where() -> None:
    found = faults([coded(), {"score": SCORE}])
    assert "choose one with where=" in found["duplicate-month"][0].message


def test_missing_months_are_listed_as_ranges() -> None:
    data = {key: [column[i] for i in (0, 3, 5)] for key, column in wide().items()}
    (first, *_) = faults(data)["missing-month"]
    assert "no value for 2016-05 to 2016-06, 2016-08" in first.message


def test_months_outside_the_calendar() -> None:
    data = wide()
    data = {key: [*column, column[-1]] for key, column in data.items()} | {"period": [*MONTHS, "2016-10"]}
    found = faults(data)
    assert "found 2016-10, expected months from 2016-04 to 2016-09" in found["outside-calendar"][0].message
    assert inputs_of(small_book(), data, outside="drop") == EXPECTED


def test_unknown_codes_and_quantities_offer_the_nearest() -> None:
    assert "did you mean 'RF4'" in faults(coded(), where={"org_code": "RF5"})["unknown-code"][0].message
    data = coded()
    data["type"] = ["others" if kind == "other" else kind for kind in data["type"]]
    found = faults([data, {"score": SCORE}], where={"org_code": "RF4"})
    assert "no row has type = 'other'; did you mean 'others'" in found["unknown-code"][0].message
    assert "did you mean 'visits'" in faults(wide() | {"visit": VISITS})["unknown-quantity"][0].message
    assert "did you mean 'visits'" in faults({"visit": VISITS})["unknown-quantity"][0].message
    assert "no data has a column 'org'" in faults(wide(), where={"org": "RF4"})["unknown-column"][0].message


def test_missing_inputs_and_period_columns() -> None:
    data = wide()
    del data["other"]
    (problem,) = faults(data)["missing-input"]
    assert problem.where == "input other"
    assert "column 'attendances', type = 'other'" in problem.message
    assert inputs_of(small_book(), data, plan=True).keys() == {"visits", "score"}
    import pandas

    assert "no column 'period'" in faults(pandas.DataFrame({"perod": MONTHS}))["missing-column"][0].message


def test_a_quarterly_input_wants_the_first_month() -> None:
    data = wide()
    data["score"] = [None, "0.25", None, "0.75", None, None]
    assert "found 2016-05, expected the first month of each quarter" in faults(data)["wrong-period"][0].message


def test_wrong_lengths_and_periods() -> None:
    lists = {"visits": VISITS[:-1], "other": OTHER, "score": SCORE}
    assert "found 5 values, expected 6 (month periods)" in faults(lists)["wrong-length"][0].message
    bad = wide() | {"period": ["in April", *MONTHS[1:]]}
    assert "found 'in April', expected a month such as" in faults(bad)["wrong-period"][0].message


def test_data_to_a_date() -> None:
    data = {key: column[:4] for key, column in wide().items()}
    found = inputs_of(small_book(), data, as_at="2016-07")
    assert found["visits"] == ["101", "102", "103", "104", None, None]
    assert found["score"] == ["0.25", None]  # the quarter ends after it
    known = ob.load(small_book(), wide(), as_at="2016-06")
    assert known.inputs["visits"] == ("101", "102", "103", None, None, None)
    assert known.inputs["score"] == ("0.25", None)
    assert known.receipt.where(column="visits", reason="after as_at")["rows"] == (3,)


def test_pandas_nan_is_a_missing_value() -> None:
    data = wide() | {"visits": [101.0, None, 103.0, 104.0, 105.0, 106.0]}
    found = faults(as_pandas(data))
    assert list(found) == ["missing-month"]


def test_what_is_no_frame() -> None:
    with pytest.raises(ob.DataError, match="expected a data frame"):
        inputs_of(small_book(), object())


def test_a_ragged_or_doubled_csv(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("period,visits,visits\n2016-04,1\n", encoding="utf-8")
    with pytest.raises(ob.DataError) as caught:
        inputs_of(small_book(), path)
    assert [p.code for p in caught.value.problems] == ["duplicate-column", "ragged"]
