"""Loading: every row is accounted for, all faults come at once, gaps have reasons, provisional data say so."""

from __future__ import annotations

import pickle
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openbook as ob
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import MONTHS, small_book

REAL = Path(__file__).parents[3] / "shared" / "data"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the real data of NHS England are not beside this checkout")


def plain_book(**changes: Any) -> ob.Book:
    """Visits that a column of codes tells apart, and money."""
    fields: dict[str, Any] = {
        "inputs": [
            ob.Input(id="visits", unit="attendances", plan=1, data=ob.Source(column="n", where={"type": "1"})),
            ob.Input(id="other", unit="attendances", plan=1, data=ob.Source(column="n", where={"type": "2"})),
            ob.Input(id="spent", unit="£", plan=1, data=ob.Source(column="cost", where={"type": "1"})),
        ],
        "contracts": [
            ob.Contract(
                id="acute", payer="icb", payee="trust", clauses=[ob.Payment(id="all", amount="spent + visits * price")]
            )
        ],
        "drivers": [],
        "scenarios": [],
    }
    return small_book(**(fields | changes))


def rows(**changes: Any) -> dict[str, list[Any]]:
    """Two providers, two types, six months."""
    found = [
        (month, org, kind, 10 * number + int(kind), f"{100 * number}.50")
        for number, month in enumerate(MONTHS, 1)
        for org in ("RF4", "RXX")
        for kind in ("1", "2")
    ]
    names = ("period", "org", "type", "n", "cost")
    return {name: [row[i] for row in found] for i, name in enumerate(names)} | changes


def faults(data: Any, book: ob.Book | None = None, **options: Any) -> list[Any]:
    with pytest.raises(ob.DataError) as caught:
        ob.load(book or plain_book(), data, **options)
    return list(caught.value.problems)


def lines(receipt: ob.Receipt, column: str) -> dict[tuple[str, str], tuple[int, Any]]:
    return {(r["part"], r["reason"]): (r["rows"], r["value"]) for r in receipt if r["column"] == column}


# -- the receipt ------------------------------------------------------------------------------------------------------


def test_the_receipt_by_hand() -> None:
    found = ob.load(plain_book(), rows(), where={"org": "RF4"}, as_at="2016-08")
    # n: (10 + 20 + ... + 60) * 4 + (1 + 2) * 12 = 876; of RF4 to August (10 + ... + 50) * 2 + 3 * 5 = 315; September 123
    assert lines(found.receipt, "n") == {
        ("in", ""): (24, Decimal(876)),
        ("used", ""): (10, Decimal(315)),
        ("excluded", "after as_at"): (2, Decimal(123)),
        ("excluded", "not selected by where"): (12, Decimal(438)),
    }
    # cost: of type 2 nobody wants it
    assert lines(found.receipt, "cost") == {
        ("in", ""): (24, Decimal("8412.00")),
        ("used", ""): (5, Decimal("1502.50")),
        ("excluded", "after as_at"): (1, Decimal("600.50")),
        ("excluded", "no input wants it"): (6, Decimal("2103.00")),
        ("excluded", "not selected by where"): (12, Decimal("4206.00")),
    }
    assert found.receipt.balances
    assert found.receipt.rows("used", column="cost") == 5
    assert set(found.receipt.where(column="cost")["unit"]) == {"£"}
    assert pickle.loads(pickle.dumps(found)) == found
    assert "not selected by where" in repr(found) and "not selected by where" in found._repr_html_()


def test_a_receipt_that_does_not_balance_says_so() -> None:
    receipt = ob.load(plain_book(), rows(), where={"org": "RF4"}).receipt
    wrong = [row | ({"value": row["value"] + Decimal("0.01")} if row["part"] == "used" else {}) for row in receipt]
    assert not ob.Receipt.of_rows("r", receipt.schema, wrong).balances
    short = [row | ({"rows": row["rows"] - 1} if row["part"] == "used" else {}) for row in receipt]
    assert not ob.Receipt.of_rows("r", receipt.schema, short).balances


def test_months_outside_the_calendar_are_dropped_and_counted() -> None:
    data = rows()
    for name, value in {"period": "2016-10", "org": "RF4", "type": "1", "n": 5, "cost": 7}.items():
        data[name].append(value)
    assert {p.code for p in faults(data, where={"org": "RF4"})} == {"outside-calendar"}
    found = ob.load(plain_book(), data, where={"org": "RF4"}, outside="drop")
    assert lines(found.receipt, "n")["excluded", "outside the calendar"] == (1, Decimal(5))
    assert found.receipt.balances


def test_a_long_frame_has_a_line_for_each_quantity() -> None:
    data = {"period": MONTHS * 3, "quantity": ["visits"] * 6 + ["other"] * 6 + ["spent"] * 6, "value": range(18)}
    found = ob.load(plain_book(), data)
    assert [(r["column"], r["unit"], r["rows"], r["value"]) for r in found.receipt.where(part="used")] == [
        ("value of visits", "attendances", 6, Decimal(15)),
        ("value of other", "attendances", 6, Decimal(51)),
        ("value of spent", "£", 6, Decimal(87)),
    ]


def test_rows_without_a_value_are_counted() -> None:
    book = plain_book(inputs=[i.replace(may_be_missing=True) for i in plain_book().inputs], contracts=[])
    data = rows()
    data["n"][0], data["n"][1], data["n"][2] = None, "*", "?"  # the last is of the other provider
    found = ob.load(book, data, where={"org": "RF4"})
    assert found.inputs["visits"][0] is None and found.inputs["other"][0] is None
    kept = {r["reason"]: (r["rows"], r["without_value"]) for r in found.receipt.where(column="n") if r["part"] != "in"}
    assert kept["no value"] == (1, 1)
    assert kept["suppressed"] == (1, 1)
    assert kept["not selected by where"] == (12, 1)
    assert kept[""] == (10, 0)
    assert found.receipt.balances
    assert [w["code"] for w in found.warnings] == ["left-missing", "left-missing"]


def test_columns_that_nobody_reads_are_named() -> None:
    found = ob.load(plain_book(), rows(staff=[1] * 24), where={"org": "RF4"})
    assert "columns: not read: staff." in found.receipt.note
    misspelt = {"period": MONTHS, "n": [1] * 6, "type": ["1"] * 6, "spnt": [5] * 6}
    found = ob.load(plain_book(inputs=[plain_book().inputs[0], ob.Input(id="spent", plan=1)]), misspelt, plan=True)
    (warning,) = found.warnings.where(code="unread-column")
    assert "column 'spnt' is not read; did you mean 'spent'" in warning["message"]


cells = st.one_of(
    st.none(),
    st.just("*"),
    st.integers(0, 10**6),
    st.decimals(0, 10**6, places=3, allow_nan=False),
    st.floats(0, 1e9, allow_nan=False),
    st.sampled_from(["1,234", "£1.5k", "12.25", ""]),
)
lines_of_data = st.lists(
    st.tuples(
        st.sampled_from(["2016-03", *MONTHS, "2016-10", "Apr-16", "M2 2016/17"]),
        st.sampled_from(["RF4", "RXX"]),
        st.sampled_from(["1", "2", "3", "9"]),
        cells,
        cells,
        st.sampled_from(["flex", "freeze", "Freeze"]),
    ),
    max_size=40,
)


@given(lines_of_data, st.sampled_from([None, "RF4"]), st.sampled_from([None, "2016-06"]), st.booleans(), st.booleans())
def test_every_row_and_every_pound_is_accounted_for(
    given_rows: list[Any], org: str | None, as_at: str | None, mapped: bool, by_org: bool
) -> None:
    """In = used + excluded + suspended on random frames; each row's fate is worked out again, row by row."""
    inputs = [
        ob.Input(id=name, unit="", may_be_missing=True, data=ob.Source(column=column, where={"type": kind}))
        for name, column, kind in (("visits", "n", "1"), ("other", "n", "2"), ("spent", "cost", "1"))
    ]
    names = ("period", "org", "type", "n", "cost", "status")
    data: dict[str, Any] = {name: [row[i] for row in given_rows] for i, name in enumerate(names)}
    data["row"] = [str(number) for number in range(len(given_rows))]  # every row has a code of its own
    codes = ob.CodeMap(_weights(data), source="row", target="to", into="type", weight="w")
    options: dict[str, Any] = {"outside": "drop", "unmapped": "suspend"}
    options |= {"where": {"org": org}} if org in data["org"] else {}
    options |= {"codes": codes} if mapped else {}
    options |= {"status_by": "org"} if by_org else {}
    try:
        found = ob.load(plain_book(inputs=inputs, contracts=[]), data, as_at=as_at, **options)
    except ob.DataError as error:  # without a map, two rows of one month clash
        assert {p.code for p in error.problems} <= {"duplicate-month", "unknown-code"}
        return
    assert found.receipt.balances
    for column in ("n", "cost"):
        line = lines(found.receipt, column)
        assert line["in", ""][0] == len(given_rows)
        assert sum(rows for (part, _), (rows, _) in line.items() if part != "in") == len(given_rows)
    used = sum((Fraction(text) for values in found.inputs.values() for text in values if text), Fraction(0))
    assert Fraction(found.receipt.total("used")) == used
    assert len({row["row"] for row in found.faults}) == max(
        [found.receipt.rows("suspended", column=column) for column in ("n", "cost")]
    )


def _weights(data: dict[str, Any]) -> dict[str, list[Any]]:
    """A map of each row's own code: types 1 and 2 stay, 3 is split between 1 and 2, 9 is not in the map."""
    keys: dict[str, list[Any]] = defaultdict(list)
    for row, kind in zip(data["row"], data["type"], strict=True):
        for target, weight in {"1": [("1", "1")], "2": [("2", "1")], "3": [("1", "0.25"), ("2", "0.75")]}.get(kind, []):
            for name, value in (("row", row), ("to", target), ("w", weight)):
                keys[name].append(value)
    return dict(keys) if keys else {"row": ["none"], "to": ["1"], "w": ["1"]}


# -- rows that cannot be placed ---------------------------------------------------------------------------------------


def suspended() -> tuple[ob.CodeMap, dict[str, list[Any]]]:
    data = rows()
    data["type"][0] = "X9"
    data["cost"][0] = "1,234.56"
    extra = {"period": "2016-04", "org": "RF4", "type": "1", "n": 3, "cost": "100.50"}
    data = {name: [*column, extra[name]] for name, column in data.items()}
    return ob.CodeMap({"type": ["1", "2"], "new": ["1", "2"]}, source="type", target="new", into="type"), data


def test_unmapped_rows_are_refused_or_set_aside_openly() -> None:
    codes, data = suspended()
    (fault,) = faults(data, codes=codes, where={"org": "RF4"})
    assert (fault.code, fault.row, fault.value) == ("unmapped-code", 1, "X9")
    found = ob.load(plain_book(), data, codes=codes, where={"org": "RF4"}, unmapped="suspend")
    assert not found.complete
    assert found.faults.to_dicts() == [
        {
            "code": "unmapped-code",
            "input": "",
            "frame": "columns",
            "row": 1,
            "column": "type",
            "value": "X9",
            "expected": "a code of the map columns; the map columns does not have it",
            "message": "columns, row 1, column 'type': found 'X9', expected a code of the map columns; the map columns "
            "does not have it",
        }
    ]
    assert lines(found.receipt, "cost")["suspended", "unmapped code"] == (1, Decimal("1234.56"))
    assert found.receipt.balances
    settlement = plain_book().settle(data, codes=codes, where={"org": "RF4"}, unmapped="suspend")
    (warning,) = settlement.warnings.where(code="incomplete-data")
    assert warning["message"] == (
        "1 rows could not be placed and are left out: columns, n: 11 attendances (unmapped code, 1 rows); "
        "columns, cost: £1,234.56 (unmapped code, 1 rows)"
    )
    assert "incomplete-data" in settlement.to_json()
    assert settlement.receipt == found.receipt
    again = pickle.loads(pickle.dumps(settlement))
    assert (again.receipt, again.warnings) == (settlement.receipt, settlement.warnings)


def test_unknown_members_and_quantities_are_set_aside_too() -> None:
    site = ob.Dimension(id="site", members=["north", "south"])
    book = plain_book(dimensions=[site], inputs=[ob.Input(id="beds", unit="beds", dimension="site")], contracts=[])
    data = {
        "period": [m for m in MONTHS for _ in range(2)] + ["2016-04"],
        "site": ["north", "south"] * 6 + ["nort"],
        "beds": [*range(12), 99],
    }
    assert [f.code for f in faults(data, book)] == ["unknown-code"]
    found = ob.load(book, data, unmapped="suspend")
    assert found.inputs["beds"] == tuple(str(n) for n in range(12))
    assert lines(found.receipt, "beds")["suspended", "unknown member"] == (1, Decimal(99))
    long = {"period": [*MONTHS, "2016-04"], "quantity": ["visits"] * 6 + ["visit"], "value": [1] * 6 + [8]}
    assert [f.code for f in faults(long, plan=True)] == ["unknown-quantity"]
    found = ob.load(plain_book(), long, plan=True, unmapped="suspend")
    assert lines(found.receipt, "value of visit")["suspended", "unknown input"] == (1, Decimal(8))
    assert "did you mean 'visits'" in found.faults["message"][0]


def test_what_is_set_aside_leaves_no_hole_unseen() -> None:
    codes, data = suspended()
    data = {name: column[:-1] for name, column in data.items()}  # nothing stands in for the row that is set aside
    problems = faults(data, codes=codes, where={"org": "RF4"}, unmapped="suspend")
    assert {(p.code, p.input) for p in problems} == {("missing-month", "visits"), ("missing-month", "spent")}


def test_a_misspelt_choice_of_rows_is_never_set_aside() -> None:
    assert {f.code for f in faults(rows(), where={"org": "RF5"}, unmapped="suspend")} == {
        "unknown-code",
        "missing-input",
    }


# -- all faults at once -----------------------------------------------------------------------------------------------


def test_faults_are_a_frame_with_every_cell(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    values = ["101", "many", "-3", "1,5", "104", "105"]
    path.write_text(
        "Activity for the contract,,\nperiod,type,n\n"
        + "".join(f"{m},1,{v}\n" for m, v in zip(MONTHS, [f'"{v}"' for v in values], strict=True)),
        encoding="utf-8",
    )
    with pytest.raises(ob.DataError) as caught:
        ob.load(plain_book(inputs=plain_book().inputs[:1], contracts=[]), path)
    table = caught.value.faults
    assert table.columns == ("code", "input", "frame", "row", "column", "value", "expected", "message")
    assert [(r["code"], r["input"], r["frame"], r["row"], r["column"], r["value"]) for r in table] == [
        ("not-a-number", "visits", "data.csv", 4, "n", "many"),
        ("not-a-number", "visits", "data.csv", 6, "n", "1,5"),
        ("negative", "visits", "data.csv", 5, "n", "-3"),
    ]
    assert table["expected"][2] == "a count of at least 0"
    assert "data.csv, line 4, column 'n'" in table["message"][0]
    table.to_csv(tmp_path / "faults.csv")
    assert (
        (tmp_path / "faults.csv")
        .read_text(encoding="utf-8")
        .splitlines()[1]
        .startswith("not-a-number,visits,data.csv,4,n,many,")
    )
    assert pickle.loads(pickle.dumps(caught.value)).faults == table


def test_the_text_shows_twenty_and_counts_the_rest() -> None:
    data = {"period": MONTHS * 10, "type": ["1"] * 60, "n": ["x"] * 40 + [1] * 20, "cost": [1] * 60}
    with pytest.raises(ob.DataError) as caught:
        ob.load(plain_book(), data, plan=True)
    text = str(caught.value)
    assert text.splitlines()[0] == f"the data do not fit the book: {len(caught.value.problems)} faults"
    assert text.count("\n  - ") == 20
    counts = defaultdict(int)
    for problem in caught.value.problems[20:]:
        counts[problem.code] += 1
    assert f"{counts['not-a-number']} not-a-number" in text.splitlines()[-1]
    assert f"{counts['duplicate-month']} duplicate-month" in text.splitlines()[-1]


def test_text_that_a_spreadsheet_would_run_is_written_as_text(tmp_path: Path) -> None:
    data = rows()
    data["n"][0] = "=HYPERLINK(1)"
    with pytest.raises(ob.DataError) as caught:
        ob.load(plain_book(), data, where={"org": "RF4"})
    caught.value.faults.to_csv(tmp_path / "f.csv")
    assert ",'=HYPERLINK(1)," in (tmp_path / "f.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"wher": {}}, "'wher' is no option of data; did you mean 'where'"),
        ({"status": "frozen"}, "status: found 'frozen', expected 'any' or 'freeze'"),
        ({"unmapped": "drop"}, "unmapped: found 'drop', expected 'refuse' or 'suspend'"),
        ({"outside": "keep"}, "outside: found 'keep'"),
        ({"codes": {"a": "b"}}, "expected a CodeMap"),
    ],
)
def test_unknown_options_are_refused(options: Any, words: str) -> None:
    with pytest.raises((TypeError, ValueError), match=words):
        ob.load(plain_book(), rows(), **options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"columns": {"Month": "period"}}, "columns: no data has a column 'Month'"),
        ({"units": {"costs": "£k"}}, "units: no data has a column 'costs'; did you mean 'cost'"),
        ({"units": {"visits": "thousands"}}, "several inputs read it; state the unit of the column"),
        ({"decimals": {"costs": 2}}, "decimals: no data has a column 'costs'"),
        ({"units": {"cost": "ducats"}}, "found the unit 'ducats', expected £"),
        ({"columns": {"cost": "n"}}, "'cost' is to be 'n', but there is a column 'n' already"),
        ({"status": "freeze"}, "no data has a column 'status'"),
        ({"status_by": "org_code"}, None),
        ({"as_at": "September"}, "as_at: found 'September', expected a month"),
    ],
)
def test_options_that_name_nothing_are_faults(options: Any, words: str | None) -> None:
    if words is None:
        assert ob.load(plain_book(), rows(), where={"org": "RF4"}, **options).complete  # no status, nothing to group
        return
    with pytest.raises(ob.DataError, match=words):
        ob.load(plain_book(), rows(), where={"org": "RF4"}, **options)


def test_a_date_may_be_in_words_and_the_unit_of_an_input() -> None:
    options: dict[str, Any] = {"where": {"org": "RF4"}, "units": {"spent": "£k"}}
    found = ob.load(plain_book(), rows(), as_at="M3 2016/17", **options)
    assert (found.as_at, found.inputs["spent"][:2]) == ("2016-06", ("100500", "200500"))
    assert ob.load(plain_book(), rows(), as_at="Q1 2016/17", **options) == found
    with pytest.raises(ob.DataError, match="as_at: found 'FY16', expected a year such as '2015/16'"):
        ob.load(plain_book(), rows(), as_at="FY16", **options)


def test_columns_are_renamed() -> None:
    data = {{"period": "Month", "n": "Attendances"}.get(name, name): column for name, column in rows().items()}
    options: dict[str, Any] = {"columns": {"Month": "period", "Attendances": "n"}, "where": {"org": "RF4"}}
    assert ob.load(plain_book(), data, **options).inputs == ob.load(plain_book(), rows(), where={"org": "RF4"}).inputs


# -- missing months ---------------------------------------------------------------------------------------------------


def gappy(*months: str) -> dict[str, list[Any]]:
    data = rows()
    keep = [
        i
        for i, (m, org) in enumerate(zip(data["period"], data["org"], strict=True))
        if org == "RF4" and m not in months
    ]
    return {name: [column[i] for i in keep] for name, column in data.items()}


def test_a_missing_month_lists_the_reasons_that_may_be_given() -> None:
    problems = faults(gappy("2016-05", "2016-06"))
    assert {p.input for p in problems} == {"visits", "other", "spent"}
    assert problems[0].message == (
        "no value for 2016-05 to 2016-06, expected a number (a gap is never a zero), or its reason in missing=: "
        "not_open, closed, merged_into, not_submitted, suppressed"
    )


@pytest.mark.parametrize(("reason", "into"), [("not_open", ""), ("closed", ""), ("merged_into", "RXX")])
def test_where_nothing_happened_it_counts_as_nothing_and_says_so(reason: str, into: str) -> None:
    missing = [{"from": "2016-05", "to": "2016-06", "reason": reason, "into": into}]
    found = ob.load(plain_book(), gappy("2016-05", "2016-06"), missing=missing)
    assert found.inputs["visits"] == ("11", "0", "0", "41", "51", "61")
    assert found.inputs["spent"][1:3] == ("0", "0")
    words = "merged into RXX" if into else reason.replace("_", " ")
    warned = found.warnings.where(code="nothing-happened")
    assert warned["message"][0] == f"input visits: 2016-05 to 2016-06 {words}: counted as 0"
    assert len(warned) == 3
    stated = found.receipt.where(part="stated")
    assert (stated["reason"][0], stated["rows"][0], stated["value"][0]) == (f"{words}: counted as 0", 2, Decimal(0))
    assert found.receipt.balances


def test_what_is_not_known_is_never_zero() -> None:
    data = gappy("2016-05")
    unknown = {"input": ["visits"], "from": ["2016-05"], "to": ["2016-05"], "reason": ["not_submitted"]}
    closed = {"input": ["other", "spent"], "from": ["2016-05"] * 2, "to": ["2016-05"] * 2, "reason": ["closed"] * 2}
    both = {name: unknown[name] + closed[name] for name in unknown}
    (problem,) = faults(data, missing=both)
    assert "stated as not submitted; agree a value (value, agreed_by)" in problem.message
    agreed = both | {"value": ["£15", None, None], "agreed_by": ["J Smith", None, None]}
    assert "expected a number" not in str(agreed)
    estimate = both | {"value": [15, None, None], "agreed_by": ["contract meeting, 3 May", None, None]}
    found = ob.load(plain_book(), data, missing=estimate)
    assert found.inputs["visits"][1] == "15"
    (warning,) = found.warnings.where(code="estimated-month")
    assert warning["message"] == "input visits: 2016-05 not submitted: 15 as agreed by contract meeting, 3 May"
    line = found.receipt.where(part="stated", column="visits")
    assert line["value"] == (Decimal(15),)
    loose = plain_book(inputs=[i.replace(may_be_missing=True) for i in plain_book().inputs], contracts=[])
    left = ob.load(loose, data, missing=both)
    assert left.inputs["visits"][1] is None and left.inputs["other"][1] == "0"
    assert left.warnings.where(code="left-missing")["message"] == ("input visits: 2016-05 not submitted: left missing",)


def test_a_suppressed_cell_takes_an_agreed_value() -> None:
    data = gappy()
    data["n"][0] = "*"
    (problem,) = faults(data)
    assert "no value for 2016-04; suppressed in 2016-04, expected" in problem.message
    missing = {"visits": {"2016-04": {"reason": "suppressed", "value": 3, "agreed_by": "both"}}}
    assert ob.load(plain_book(), data, missing=missing).inputs["visits"][0] == "3"


def test_nothing_makes_no_zero_of_a_score() -> None:
    """A provider that is closed has seen nobody; its average is not 0 for that."""
    book = plain_book(inputs=[ob.Input(id="wait", unit="days", aggregate="mean")], contracts=[])
    data = {"period": MONTHS[1:], "wait": [3] * 5}
    (problem,) = faults(data, book, missing={"wait": {"2016-04": "closed"}})
    assert "which makes 0 only of what adds up" in problem.message
    missing = {"wait": {"2016-04": {"reason": "not_submitted", "value": 4, "agreed_by": "both"}}}
    assert ob.load(book, data, missing=missing).inputs["wait"][0] == "4"


def test_a_sum_of_which_a_part_is_missing_is_missing() -> None:
    codes = ob.CodeMap({"ward": ["a", "b"], "type": ["1", "1"]}, source="ward", target="type")
    data = {"period": MONTHS * 2, "ward": ["a"] * 6 + ["b"] * 6, "n": [1] * 6 + [2, None, 2, "*", 2, 2]}
    book = plain_book(inputs=plain_book().inputs[:1], contracts=[])
    problems = faults(data, book, codes=codes)
    assert [p.code for p in problems] == ["missing-month"]
    assert "in 2016-05 1 codes have a value and 1 have none" in problems[0].message
    missing = {"visits": {"2016-05": {"reason": "not_submitted", "value": 3, "agreed_by": "x"}, "2016-07": "closed"}}
    found = ob.load(book, data, codes=codes, missing=missing)
    assert found.inputs["visits"] == ("3", "3", "3", "0", "3", "3")
    assert lines(found.receipt, "n")["excluded", "part of a sum with a missing value"] == (2, Decimal(2))
    assert found.receipt.balances


def test_reasons_by_provider_and_member(tmp_path: Path) -> None:
    path = tmp_path / "why.csv"
    path.write_text("org,from,to,reason\nRF4,2016-05,2016-05,closed\nRXX,,,not_open\n", encoding="utf-8")
    found = ob.load(plain_book(), gappy("2016-05"), missing=path, where={"org": "RF4"})
    assert found.inputs["visits"][:3] == ("11", "0", "31")
    with pytest.raises(
        ob.DataError, match="the column 'org' says nothing of a missing month; select its rows with where"
    ):
        ob.load(plain_book(), gappy("2016-05"), missing=path)
    site = ob.Dimension(id="site", members=["north", "south"])
    book = plain_book(dimensions=[site], inputs=[ob.Input(id="beds", unit="beds", dimension="site")], contracts=[])
    data = {"period": MONTHS * 2, "site": ["north"] * 6 + ["south"] * 6, "beds": [1] * 6 + [2] * 3 + [None] * 3}
    why = [{"site": "south", "from": "2016-07", "reason": "closed"}]
    assert ob.load(book, data, missing=why).inputs["beds"] == ("1", "2") * 3 + ("1", "0") * 3
    assert "of site 'south'" in ob.load(book, data, missing=why).warnings["message"][0]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"reason": "shut"}, "found 'shut', expected one of not_open, closed"),
        ({"reason": "closd"}, "did you mean 'closed'"),
        ({"reason": ""}, "expected one of"),
        ({"reason": "closed", "into": "RXX"}, "with the reason merged_into and no other"),
        ({"reason": "merged_into"}, "whom it merged into"),
        ({"reason": "closed", "value": 3, "agreed_by": "x"}, "expected no value, since with 'closed' nothing happened"),
        ({"reason": "not_submitted", "value": 3}, "found nobody, expected who agreed the estimate"),
        ({"reason": "not_submitted", "value": "some", "agreed_by": "x"}, "expected a number"),
        ({"reason": "closed", "input": "vists"}, "expected an input of the book; did you mean 'visits'"),
        ({"reason": "closed", "from": "FY17"}, "which ends in 2017"),
        ({"reason": "closed", "from": "2016-06", "to": "2016-05"}, "an end that is not before the start"),
        ({"reason": "closed", "whom": "x"}, "the column 'whom' says nothing of a missing month"),
        ({"reson": "closed"}, "no column 'reason'; did you mean 'reson'"),
        ({"reason": "closed", "from": "2016-04", "to": "2016-04"}, "found the value 11 in a month stated as closed"),
    ],
)
def test_reasons_that_are_none(row: dict[str, Any], words: str) -> None:
    with pytest.raises(ob.DataError, match=words):
        ob.load(plain_book(), gappy("2016-05"), missing=[{"from": "2016-05", "to": "2016-05"} | row])


def test_two_reasons_for_one_month_and_a_reason_that_is_no_longer_needed() -> None:
    two = [{"from": "2016-05", "to": "2016-05", "reason": reason} for reason in ("closed", "not_open")]
    with pytest.raises(ob.DataError, match="'not_open' beside 'closed'"):
        ob.load(plain_book(), gappy("2016-05"), missing=two)
    late = [
        {"input": "visits", "from": "2016-05", "to": "2016-05", "reason": "not_submitted", "value": 9, "agreed_by": "x"}
    ]
    found = ob.load(plain_book(), gappy(), missing=late)
    assert found.inputs["visits"][1] == "21"  # what came in late wins over the estimate
    assert [w["code"] for w in found.warnings] == ["reason-not-needed"]


def test_an_input_that_was_never_open() -> None:
    data = gappy()
    keep = [i for i, kind in enumerate(data["type"]) if kind == "1"]
    data = {name: [column[i] for i in keep] for name, column in data.items()}
    found = ob.load(plain_book(), [data, {"period": MONTHS, "other": [None] * 6}], missing={"other": "not_open"})
    assert found.inputs["other"] == ("0",) * 6


# -- where months are missing -----------------------------------------------------------------------------------------


def test_gaps_by_hand() -> None:
    frame = {
        "period": [*MONTHS, *MONTHS[1:], *MONTHS[:3], MONTHS[5], "2016-06"],
        "org_code": ["A"] * 6 + ["B"] * 5 + ["C"] * 4 + ["D"],
    }
    table = ob.data.gaps(frame)
    assert [(r["code"], r["first"], r["last"], r["missing"], r["kind"]) for r in table] == [
        ("B", "2016-05", "2016-09", "", "starts late"),
        ("C", "2016-04", "2016-09", "2016-07 to 2016-08", "holes"),
        ("D", "2016-06", "2016-06", "", "starts late, ends early"),
    ]
    assert table.note == "3 of 4 lack months between 2016-04 and 2016-09: 2 start late, 1 end early, 1 have holes."
    assert set(table["may_be"][0].split(", ")) <= set(ob.data.REASONS)
    with pytest.raises(ob.DataError, match="no column 'org_code'; did you mean 'org'"):
        ob.data.gaps({"period": MONTHS, "org": ["A"] * 6})


@real
def test_gaps_in_the_real_attendances() -> None:
    table = ob.data.gaps(REAL / "nhs_ae_attendances_2016_2019.csv", by="org_code")
    assert len(table) == 84
    kinds = [row["kind"].split(", ") for row in table]
    assert [sum(kind in own for own in kinds) for kind in ("starts late", "ends early", "holes")] == [38, 48, 8]
    assert table.note.startswith(
        "84 of 274 lack months between 2016-04 and 2019-03: 38 start late, 48 end early, 8 have"
    )


# -- provisional data -------------------------------------------------------------------------------------------------


def submissions() -> dict[str, list[Any]]:
    """April frozen after flex, May and June flex only, with another figure in each."""
    months = ["2016-04", "2016-04", "2016-05", "2016-06", "2016-07", "2016-08", "2016-09"]
    status = ["flex", "Freeze", "FLEX", "flex", "freeze", "freeze", "freeze"]
    return {"period": months, "type": ["1"] * 7, "n": [100, 90, 80, 70, 60, 50, 40], "status": status}


def test_freeze_wins_and_flex_says_so() -> None:
    book = plain_book(inputs=[plain_book().inputs[0]], contracts=[])
    found = ob.load(book, submissions())
    assert found.inputs["visits"] == ("90", "80", "70", "60", "50", "40")
    assert found.flex == ("2016-05", "2016-06")
    assert lines(found.receipt, "n")["excluded", "superseded by freeze"] == (1, Decimal(100))
    settlement = book.settle(submissions())
    (warning,) = settlement.warnings.where(code="flex-data")
    assert warning["message"] == "2016-05 to 2016-06 still rest on provisional (flex) data: visits"
    assert settlement.flex == ("2016-05", "2016-06")
    assert [p.code for p in faults(submissions(), book, status="freeze")] == ["missing-month"]
    agreed = {"visits": {"2016-05 to 2016-06": {"reason": "not_submitted", "value": 75, "agreed_by": "x"}}}
    frozen = ob.load(book, submissions(), status="freeze", missing=agreed)
    assert (frozen.inputs["visits"][:3], frozen.flex) == (("90", "75", "75"), ())
    assert lines(frozen.receipt, "n")["excluded", "flex, where frozen rows are wanted"] == (3, Decimal(250))


def test_flex_and_freeze_may_come_in_two_frames_and_for_two_providers() -> None:
    inputs = [
        ob.Input(id=name, unit="visits", data=ob.Source(column="n", where={"org": name.upper()})) for name in ("a", "b")
    ]
    book = plain_book(calendar=ob.Calendar(start="2016-04", months=1), inputs=inputs, contracts=[])
    flex = {"period": ["2016-04"] * 2, "org": ["A", "B"], "n": [1, 2], "status": ["flex"] * 2}
    freeze = {"period": ["2016-04"], "org": ["A"], "n": [10], "status": ["freeze"]}
    found = ob.load(book, [flex, freeze])
    assert found.inputs == {"a": ("10",), "b": ("2",)}  # B is not frozen because A is
    assert found.flex == ("2016-04",)
    assert found.receipt.balances


def test_a_submission_is_replaced_as_a_whole_where_that_is_said() -> None:
    """At freeze a patient was recoded from type 1 to type 2: the old row must not count as well."""
    data = {
        "period": ["2016-04"] * 3,
        "org": ["A"] * 3,
        "type": ["1", "2", "2"],
        "n": [5, 7, 12],
        "status": ["flex", "flex", "freeze"],
    }
    book = plain_book(calendar=ob.Calendar(start="2016-04", months=1), inputs=plain_book().inputs[:2], contracts=[])
    assert ob.load(book, data).inputs == {"visits": ("5",), "other": ("12",)}
    (problem,) = faults(data, book, status_by="org")
    assert (problem.code, problem.input) == ("missing-month", "visits")
    with pytest.raises(ob.DataError, match="status_by: no column 'orgs'; did you mean 'org'"):
        ob.load(book, data, status_by="orgs")


@pytest.mark.parametrize("word", ["post-reconciliation", "F", "frozen", "", None])
def test_a_status_that_is_neither(word: Any) -> None:
    data = submissions()
    data["status"][3] = word
    found = [f for f in faults(data, plan=True) if f.code == "unknown-status"]
    assert [(f.row, f.column) for f in found] == [(4, "status")]
    assert "expected flex or freeze" in found[0].message


# -- a load in place of data ------------------------------------------------------------------------------------------


def test_a_load_is_as_good_as_its_data() -> None:
    book = plain_book(
        scenarios=[ob.Scenario(id="s", name="S", shocks=[ob.Shock(on="visits", action="scale", value=2)])]
    )
    where = {"org": "RF4"}
    loaded = book.load(rows(), where=where)
    assert book.settle(loaded) == book.settle(rows(), where=where)
    assert book.explain("trust", loaded).amount == book.settle(loaded).position("trust")
    assert book.stress(None, loaded) == book.stress(None, rows(), where=where)
    a, b = (
        book.simulate(50, data=data, progress=False, **options)
        for data, options in ((loaded, {}), (rows(), {"where": where}))
    )
    assert (a.array() == b.array()).all()
    changed = book.with_("price", 300)
    assert changed.settle(loaded).position("trust") == changed.settle(rows(), where=where).position("trust")


def test_a_load_brings_its_date_and_its_plan() -> None:
    book = plain_book()
    loaded = book.load(rows(), where={"org": "RF4"}, as_at="2016-06")
    assert book.settle(loaded).as_at == "2016-06"
    assert book.settle(loaded, as_at="2016-06") == book.settle(loaded)
    planned = book.load({"period": MONTHS, "visits": [1] * 6}, plan=True)
    assert book.settle(planned).position("trust") == 6 * (1 + 200)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"where": {"org": "RF4"}}, "found where beside a Load"),
        ({"as_at": "2016-05"}, "found as_at 2016-05 beside a Load to the end"),
    ],
)
def test_a_load_takes_no_options_again(options: Any, words: str) -> None:
    loaded = plain_book().load(rows(), where={"org": "RF4"})
    with pytest.raises(ob.DataError, match=words):
        plain_book().settle(loaded, **options)


def test_a_load_of_another_book_is_refused() -> None:
    loaded = plain_book().load(rows(), where={"org": "RF4"})
    with pytest.raises(ob.DataError, match="a Load for other inputs or another calendar"):
        small_book().settle(loaded)
    with pytest.raises(AttributeError, match="a load never changes"):
        loaded.flex = ()  # type: ignore[misc]


def test_warnings_of_the_data_reach_the_simulation() -> None:
    codes, data = suspended()
    simulation = plain_book().simulate(
        20, data=data, codes=codes, where={"org": "RF4"}, unmapped="suspend", progress=False
    )
    assert "incomplete-data" in simulation.warnings["code"]
    assert "incomplete-data" in pickle.loads(pickle.dumps(simulation)).warnings["code"]


# -- the real cost collection -----------------------------------------------------------------------------------------


@real
def test_suppressed_activity_of_the_real_cost_collection_is_reported() -> None:
    """1,820 rows have a cost and no activity: the cost is used, the activity is missing and never zero."""
    import csv

    path = REAL / "nhs_national_cost_collection_2024_25.csv"
    with path.open(encoding="utf-8", newline="") as file:
        given_rows = list(csv.DictReader(file))
    settings = sorted({row["setting"] for row in given_rows})
    keys = {"setting": [row["setting"] for row in given_rows], "currency": [row["currency"] for row in given_rows]}
    pairs = sorted(set(zip(*keys.values(), strict=True)))
    codes = ob.CodeMap(
        {"setting": [s for s, _ in pairs], "currency": [c for _, c in pairs], "group": [s for s, _ in pairs]},
        source=["setting", "currency"],
        target="group",
    )
    book = small_book(
        calendar=ob.Calendar(start="2024-04", months=1),
        dimensions=[ob.Dimension(id="group", members=settings)],
        inputs=[
            ob.Input(id="activity", unit="units", dimension="group", may_be_missing=True),
            ob.Input(id="cost", unit="£", dimension="group"),
        ],
        contracts=[],
        drivers=[],
        scenarios=[],
    )
    data = {name: [row[name] or None for row in given_rows] for name in ("setting", "currency", "activity", "cost")}
    found = ob.load(book, data | {"period": ["2024-04"] * len(given_rows)}, codes=codes)
    assert found.receipt.balances
    assert found.receipt.rows("in", column="cost") == 13_362
    assert found.receipt.where(column="activity", part="in")["without_value"] == (1_820,)
    assert found.receipt.where(column="activity", reason="no value")["rows"] == (1_820,)
    assert found.receipt.total("used", column="cost") == sum(Decimal(row["cost"]) for row in given_rows)
