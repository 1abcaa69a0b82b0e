"""Codes mapped by name: composite keys, dates, one to many, many to one; every value goes somewhere, exactly."""

from __future__ import annotations

import pickle
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openbook as ob
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openbook.data.cells import number_text
from small import MONTHS, small_book

KEYS = {
    "setting": ["ward", "clinic", "ward", "clinic"],
    "currency": ["AA01", "AA01", "AA02", "AA02"],
    "service": ["stroke", "visits", "stroke", "visits"],
}


def book_of(**changes: Any) -> ob.Book:
    """Two inputs that read one column by service, and one that a list gives."""
    source = {name: ob.Source(column="activity", where={"service": name}) for name in ("stroke", "visits")}
    inputs = [ob.Input(id=name, unit="spells", plan=1, data=data) for name, data in source.items()]
    fields: dict[str, Any] = {"inputs": inputs, "contracts": [], "drivers": [], "scenarios": []}
    return small_book(**(fields | changes))


def frame(**columns: Any) -> dict[str, list[Any]]:
    """Every key of `KEYS` in every month: 1, 2, 3 and 4 in the first, ten times as many in the second, ..."""
    rows = [
        (month, setting, currency, (number + 1) * 10**place)
        for place, month in enumerate(MONTHS)
        for number, (setting, currency) in enumerate(zip(KEYS["setting"], KEYS["currency"], strict=True))
    ]
    names = ("period", "setting", "currency", "activity")
    return {name: [row[i] for row in rows] for i, name in enumerate(names)} | columns


def composite(**options: Any) -> ob.CodeMap:
    return ob.CodeMap(KEYS, source=["setting", "currency"], target="service", **options)


def faults(call: Any, *arguments: Any, **options: Any) -> list[ob.Problem]:
    with pytest.raises(ob.DataError) as caught:
        call(*arguments, **options)
    return list(caught.value.problems)


# -- what a map does --------------------------------------------------------------------------------------------------


def test_many_codes_with_composite_keys_become_one() -> None:
    found = ob.load(book_of(), frame(), codes=composite())
    # ward: AA01 + AA02 = 1 + 3; clinic: 2 + 4; tenfold each month
    assert found.inputs["stroke"] == ("4", "40", "400", "4000", "40000", "400000")
    assert found.inputs["visits"] == ("6", "60", "600", "6000", "60000", "600000")
    assert found.receipt.balances
    assert (found.receipt.rows("in"), found.receipt.rows("used")) == (24, 24)
    assert found.receipt.total("used") == Decimal(1111110)


def test_the_same_code_twice_in_a_month_is_not_added_up() -> None:
    data = {name: [*column, column[0]] for name, column in frame().items()}
    (fault,) = faults(ob.load, book_of(), data, codes=composite())
    assert fault.code == "duplicate-month"
    assert "rows of one code in one month are not added up" in fault.message


def test_one_code_becomes_several_by_weight() -> None:
    keys = {"currency": ["AA01", "AA01", "AA02"], "to": ["stroke", "visits", "visits"], "part": ["25%", "0.75", 1]}
    codes = ob.CodeMap(keys, source="currency", target="to", into="service", weight="part")
    data = {"period": MONTHS * 2, "currency": ["AA01"] * 6 + ["AA02"] * 6, "activity": [10] * 6 + [7] * 6}
    found = ob.load(book_of(), data, codes=codes)
    assert found.inputs == {"stroke": ("2.50",) * 6, "visits": ("14.50",) * 6}
    assert found.receipt.total("used") == Decimal(102)  # in the units of the source
    assert found.receipt.rows("used") == 12
    assert found.receipt.balances


def test_thirds_stay_thirds() -> None:
    keys = {"currency": ["AA01"] * 2, "service": ["stroke", "visits"], "part": ["1/3", "2/3"]}
    codes = ob.CodeMap(keys, source="currency", target="service", weight="part")
    data = {"period": MONTHS, "currency": ["AA01"] * 6, "activity": [10, 9, 1, 0, 2, 3]}
    quantities = [ob.Quantity(id="both", formula="stroke + visits", every="term")]
    found = book_of(quantities=quantities).settle(data, codes=codes)
    assert found.request["inputs"]["stroke"] == ["10/3", "3", "1/3", "0", "2/3", "1"]
    assert found.quantities["value"] == (Decimal(25),)  # exact: no third is lost
    assert found.receipt is not None and found.receipt.balances


def test_weights_that_leave_something_over_say_so() -> None:
    keys = {"currency": ["AA01", "AA01"], "service": ["stroke", "visits"], "part": ["0.5", "0.3"]}
    with pytest.raises(ob.DataError, match=r"weights of 'AA01' that sum to 0\.8, expected a sum of exactly 1"):
        ob.CodeMap(keys, source="currency", target="service", weight="part")
    codes = ob.CodeMap(keys, source="currency", target="service", weight="part", complete=False)
    data = {"period": MONTHS, "currency": ["AA01"] * 6, "activity": [100] * 6}
    found = ob.load(book_of(), data, codes=codes)
    assert found.inputs == {"stroke": ("50.0",) * 6, "visits": ("30.0",) * 6}
    over = found.receipt.where(reason="not covered by the weights")
    assert (over["rows"], over["value"]) == ((0,), (Decimal(120),))
    assert found.receipt.balances


def test_codes_hold_for_their_months() -> None:
    keys = {
        "currency": ["AA01", "AA01", "AA02"],
        "service": ["stroke", "visits", "stroke"],
        "from": [None, "2016-07", "M4 2016/17"],
        "to": ["Jun-16", "", None],
    }
    codes = ob.CodeMap(keys, source="currency", target="service", starts="from", ends="to")
    data = {
        "period": [*MONTHS, *MONTHS[3:]],
        "currency": ["AA01"] * 6 + ["AA02"] * 3,
        "activity": [1, 2, 3, 4, 5, 6, 70, 80, 90],
    }
    zeros = {"input": ["visits"], "from": ["2016-04"], "to": ["2016-06"], "reason": ["not_open"]}
    found = ob.load(book_of(), data, codes=codes, missing=zeros)
    assert found.inputs["stroke"] == ("1", "2", "3", "70", "80", "90")
    assert found.inputs["visits"] == ("0", "0", "0", "4", "5", "6")
    early = {name: [*column, value] for (name, column), value in zip(data.items(), ("2016-04", "AA02", 5), strict=True)}
    problems = faults(ob.load, book_of(), early, codes=codes, missing=zeros)
    assert [p.code for p in problems] == ["unmapped-code"]
    assert "found 'AA02', expected a code of the map columns; the map has it from 2016-07 only" in problems[0].message


def test_an_empty_target_leaves_a_code_out() -> None:
    keys = {"currency": ["AA01", "AA02", "AA03"], "service": ["stroke", "visits", None]}
    codes = ob.CodeMap(keys, source="currency", target="service")
    data = {"period": MONTHS * 3, "currency": [c for c in keys["currency"] for _ in MONTHS], "activity": [1] * 18}
    found = ob.load(book_of(), data, codes=codes)
    left = found.receipt.where(reason="left out by the map of codes")
    assert (left["rows"], left["value"]) == ((6,), (Decimal(6),))


def test_new_codes_may_be_inputs_or_members() -> None:
    to_inputs = ob.CodeMap({"c": ["A", "B"], "id": ["stroke", "visits"]}, source="c", target="id", into="quantity")
    data = {"period": MONTHS * 2, "c": ["A"] * 6 + ["B"] * 6, "value": list(range(12))}
    found = ob.load(book_of(), data, codes=to_inputs)
    assert found.inputs == {"stroke": tuple("012345"), "visits": ("6", "7", "8", "9", "10", "11")}
    assert found.receipt["column"] == ("value", "value")

    site = ob.Dimension(id="site", members=["north", "south"])
    book = book_of(dimensions=[site], inputs=[ob.Input(id="beds", unit="beds", dimension="site")])
    wards = {"ward": ["w1", "w2", "w3"], "site": ["north", "south", "south"]}
    codes = ob.CodeMap(wards, source="ward", target="site")
    rows = [(month, ward, number) for month in MONTHS for number, ward in enumerate(wards["ward"], 1)]
    data = {name: [row[i] for row in rows] for i, name in enumerate(("period", "ward", "beds"))}
    assert ob.load(book, data, codes=codes).inputs["beds"] == ("1", "5") * 6


def test_maps_follow_one_another_and_the_data_may_name_columns_otherwise() -> None:
    first = ob.CodeMap({"hrg": ["x1", "x2"], "group": ["g", "h"]}, source={"HRG": "hrg"}, target="group")
    second = ob.CodeMap({"group": ["g", "h"], "service": ["stroke", "visits"]}, source="group", target="service")
    data = {"period": MONTHS * 2, "HRG": ["x1"] * 6 + ["x2"] * 6, "activity": [1] * 6 + [2] * 6}
    assert ob.load(book_of(), data, codes=[first, second]).inputs == {"stroke": ("1",) * 6, "visits": ("2",) * 6}


# -- what a map refuses -----------------------------------------------------------------------------------------------


def test_unmapped_codes_are_listed_row_by_row_with_the_nearest() -> None:
    data = frame()
    data["currency"][0] = data["currency"][5] = "AA10"
    problems = faults(ob.load, book_of(), data, codes=composite())
    assert [(p.code, p.row, p.column, p.value) for p in problems] == [  # type: ignore[attr-defined]
        ("unmapped-code", 1, "currency", "ward / AA10"),
        ("unmapped-code", 6, "currency", "clinic / AA10"),
    ]
    assert "; did you mean 'ward / AA0" in problems[0].message


def test_targets_that_no_input_wants() -> None:
    keys = KEYS | {"service": ["strokes", "visits", "strokes", "visits"]}
    codes = ob.CodeMap(keys, source=["setting", "currency"], target="service")
    problems = faults(ob.load, book_of(), frame(), codes=codes, plan=True)
    assert {p.code for p in problems} == {"unknown-target", "unknown-code"}
    (unknown,) = [p for p in problems if p.code == "unknown-target"]
    assert "no input of the book wants service 'strokes'; did you mean 'stroke'" in unknown.message
    national = ob.CodeMap(keys, source=["setting", "currency"], target="service", unwanted="leave")
    (missing,) = faults(ob.load, book_of(), frame(), codes=national, plan=True)
    assert "no row has service = 'stroke'; did you mean 'strokes'" in missing.message


def test_a_map_that_no_frame_can_use() -> None:
    codes = ob.CodeMap({"c": ["A"], "service": ["stroke"]}, source="c", target="service")
    problems = faults(ob.load, book_of(), {"period": MONTHS, "stroke": [1] * 6}, codes=codes, plan=True)
    assert [p.message for p in problems] == ["codes: no data has the columns that columns maps: c"]


@pytest.mark.parametrize(
    ("keys", "options", "code", "words"),
    [
        ({"c": ["A", "A"], "t": ["x", "y"]}, {}, "duplicate-key", "'A' again (it also stands in row 1)"),
        ({"c": ["A", "A"], "t": ["x", "x"]}, {}, "duplicate-key", "several need a column of weights"),
        (
            {"c": ["A", "A"], "t": ["x", "y"], "f": ["2016-04", "2016-06"], "e": ["2016-06", None]},
            {"starts": "f", "ends": "e"},
            "overlapping-validity",
            "'A' again in 2016-06",
        ),
        ({"c": ["A", "A"], "t": ["x", "x"], "w": [0.5, 0.5]}, {"weight": "w"}, "duplicate-key", "'A' again"),
        ({"c": ["A", "A"], "t": ["x", "y"], "w": [0.5, 0.6]}, {"weight": "w"}, "wrong-weight", "sum to 1.1"),
        ({"c": ["A", "A"], "t": ["x", "y"], "w": ["1/3", "1/3"]}, {"weight": "w"}, "wrong-weight", "sum to 2/3"),
        ({"c": ["A"], "t": ["x"], "w": ["much"]}, {"weight": "w"}, "wrong-weight", "expected a number"),
        ({"c": ["A"], "t": ["x"], "w": [-0.5]}, {"weight": "w"}, "wrong-weight", "a weight from 0 to 1"),
        ({"c": ["A"], "t": ["x"], "f": ["FY25"]}, {"starts": "f"}, "wrong-period", "which ends in 2025"),
        (
            {"c": ["A"], "t": ["x"], "f": ["2016-06"], "e": ["2016-04"]},
            {"starts": "f", "ends": "e"},
            "wrong-period",
            "an end that is not before the start",
        ),
        ({"c": ["A"], "to": ["x"]}, {}, "missing-column", "no column 't'"),
    ],
)
def test_maps_that_contradict_themselves(keys: Any, options: Any, code: str, words: str) -> None:
    problems = faults(ob.CodeMap, keys, source="c", target="t", **options)
    assert code in {p.code for p in problems}
    assert any(words in p.message for p in problems), problems


def test_weights_must_sum_in_every_month() -> None:
    keys = {
        "c": ["A", "A", "A"],
        "t": ["x", "y", "z"],
        "w": ["0.5", "0.5", "0.5"],
        "from": [None, None, "2016-06"],
        "to": [None, "2016-05", "2016-07"],
    }
    options = {"source": "c", "target": "t", "weight": "w", "starts": "from", "ends": "to"}
    (problem,) = faults(ob.CodeMap, keys, **options)
    assert "weights of 'A' that sum to 0.5 in 2016-08" in problem.message
    keys["to"][2] = None
    assert len(ob.CodeMap(keys, **options)) == 1


def test_a_map_from_a_file_that_says_what_its_columns_are(tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    path.write_text(
        "currency,target: service,weight,from,to,note: why\n"
        "AA01,stroke,25%,2016-04,,agreed 3 May\nAA01,visits,75%,2016-04,,\nAA02,visits,1,,,\n",
        encoding="utf-8",
    )
    codes = ob.CodeMap.read(path)
    assert (codes.source, codes.into) == (("currency",), "service")
    assert [(e.target, e.weight) for e in codes.find(("AA01",), 2016 * 12 + 3)] == [
        ("stroke", Decimal("0.25")),
        ("visits", Decimal("0.75")),
    ]
    assert codes.find(("AA01",), 2016 * 12 + 2) == ()
    path.write_text("currency,service\nAA01,stroke\n", encoding="utf-8")
    with pytest.raises(ob.DataError, match="expected one column headed 'target: NAME'"):
        ob.CodeMap.read(path)


def test_a_map_never_changes_and_travels() -> None:
    codes = composite()
    with pytest.raises(AttributeError, match="never changes"):
        codes.into = "x"  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(codes)) == codes
    assert hash(pickle.loads(pickle.dumps(codes))) == hash(codes)
    assert "4 keys of setting, currency into service" in repr(codes)


# -- exactness --------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=5),
    st.lists(st.decimals(0, 10**9, places=2, allow_nan=False), min_size=6, max_size=6),
)
def test_a_split_adds_up_exactly_whatever_the_weights(parts: list[int], values: list[Decimal]) -> None:
    targets = ["stroke", "visits", "a", "b", "c"][: len(parts)]
    weights = [f"{part}/{sum(parts)}" for part in parts]
    keys = {"currency": ["A"] * len(parts), "service": targets, "w": weights}
    codes = ob.CodeMap(keys, source="currency", target="service", weight="w")
    inputs = [
        ob.Input(id=name, unit="spells", data=ob.Source(column="activity", where={"service": name})) for name in targets
    ]
    data = {"period": MONTHS, "currency": ["A"] * 6, "activity": values}
    found = ob.load(book_of(inputs=inputs), data, codes=codes)
    for month, value in enumerate(values):
        got = [Fraction(found.inputs[name][month] or "0") for name in targets]
        assert got == [Fraction(value) * Fraction(part, sum(parts)) for part in parts]
        assert sum(got) == Fraction(value)
    assert found.receipt.balances
    assert found.receipt.total("used") == sum(values)
    assert number_text(Fraction(1, 4)) == "0.25"
