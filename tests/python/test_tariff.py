"""Price lists of any size: settled, taken apart and checked; on made frames, and on the real national cost collection."""

from __future__ import annotations

import csv
import json
import os
import pickle
from decimal import Decimal as D
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import openbook as ob
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openbook import tariff

EXAMPLES = int(os.environ.get("OPENBOOK_TEST_EXAMPLES", "12")) * 4
SHARED = Path(__file__).parents[3] / "shared" / "data"
FIRST, SECOND = (SHARED / f"nhs_national_cost_collection_{year}.csv" for year in ("2023_24", "2024_25"))
real = pytest.mark.skipif(not SECOND.is_file(), reason="the national cost collection is not beside this checkout")
KEYS = ["setting", "currency"]
COLUMNS = {"keys": KEYS, "quantity": "activity", "price": "unit_cost"}

PRICES = {
    "setting": ["Elective", "Emergency", "Emergency", "Ambulance"],
    "currency": ["AA01A", "AA01A", "AA02B", "01"],
    "unit_cost": ["1200.50", "3000", None, "65.5602"],
}
ACTIVITY = {
    "setting": ["Elective", "Emergency", "Emergency", "Ambulance", "Elective", "Ambulance"],
    "currency": ["AA01A", "AA01A", "AA02B", "01", "ZZ99Z", "02"],
    "activity": [2, 10, 7, 1000, 3, None],
    "cost": [2401, 30000, 700, "65560.20", 90, 12],
}


def listed() -> tariff.PriceList:
    return tariff.price_list(PRICES, keys=KEYS, price="unit_cost")


def faults(call: Any) -> list[dict[str, Any]]:
    with pytest.raises(ob.DataError) as error:
        call()
    return list(error.value.faults)


# -- settling ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("frame", [dict, pd.DataFrame, lambda d: pd.DataFrame(d).set_index(KEYS)])
def test_a_price_list_settles_in_one_call(frame: Any) -> None:
    settlement = listed().settle(frame(ACTIVITY), quantity="activity", period="2024/25")
    assert settlement.position("provider") == D("2401.00") + D("30000.00") + D("65560.20")
    assert settlement.receipt is not None and settlement.receipt.balances
    assert {row["part"]: row["rows"] for row in settlement.receipt} == {"in": 6, "used": 3, "suspended": 3}
    assert "incomplete-data" in settlement.warnings["code"]


def test_what_is_not_placed_is_listed_with_its_cost() -> None:
    prices = listed()
    assert [(row["currency"], row["reason"]) for row in prices.without_price] == [("AA02B", "no value")]
    found = [
        (row["row"], row["reason"], row["cost"]) for row in prices.unplaced(ACTIVITY, quantity="activity", cost="cost")
    ]
    assert found == [(3, "no price in the list", 700), (5, "not in the price list", 90), (6, "no value", 12)]


def test_clauses_by_a_part_of_the_key_and_months() -> None:
    prices = listed()
    book = prices.book(by="setting", every="month", source="Annex A", payer="icb", payee="trust")
    assert {row["code"] for row in book.lint()} == {"no-reference"}
    activity = {**{k: v[:2] for k, v in ACTIVITY.items()}, "period": ["2024-05", "2024-07"]}
    settlement = prices.settle(activity, quantity="activity", book=book)
    paid = {(row["service_from"], row["amount"]) for row in settlement.ledger if row["amount"]}
    assert paid == {("2024-05", D("2401.00")), ("2024-07", D("30000.00"))}
    assert pickle.loads(pickle.dumps(prices)).book(by="setting") == prices.book(by="setting")


def test_refused_where_asked_and_without_a_period() -> None:
    codes = {fault["code"] for fault in faults(lambda: listed().settle(ACTIVITY, quantity="n", period="2024/25"))}
    assert codes == {"missing-column"}
    (fault,) = faults(lambda: listed().settle(ACTIVITY, quantity="activity"))
    assert "period" in fault["message"]
    found = faults(lambda: listed().settle(ACTIVITY, quantity="activity", period="2024/25", unmapped="refuse"))
    assert {fault["code"] for fault in found} == {"unmapped-code"}


def test_keys_that_do_not_tell_rows_apart() -> None:
    (fault,) = faults(lambda: tariff.price_list(PRICES, keys="currency", price="unit_cost"))
    assert (fault["code"], fault["row"], fault["column"], fault["value"]) == ("duplicate-key", 2, "currency", "AA01A")
    assert "row 1" in fault["message"] and "name more columns" in fault["message"]


def test_faults_of_a_price_list_come_at_once() -> None:
    wrong = {"setting": ["A", None], "currency": ["1", "2"], "unit_cost": ["dear", 3]}
    found = {
        (f["code"], f["row"], f["column"])
        for f in faults(lambda: tariff.price_list(wrong, keys=KEYS, price="unit_cost"))
    }
    assert found == {("missing-value", 2, "setting"), ("not-a-number", 1, "unit_cost")}
    joined = {"setting": ["A", "A / B"], "currency": ["B / C", "C"], "unit_cost": [1, 2]}
    (fault,) = faults(lambda: tariff.price_list(joined, keys=KEYS, price="unit_cost"))
    assert "both make 'A / B / C'" in fault["message"]
    (fault,) = faults(lambda: tariff.price_list({"a": ["x"], "p": [None]}, keys="a", price="p"))
    assert "no price" in fault["message"]
    long = {"a": ["x"], "p": ["0.1234567890123456789"]}
    (fault,) = faults(lambda: tariff.price_list(long, keys="a", price="p"))
    assert (fault["row"], fault["column"]) == (1, "p") and "18 digits" in fault["message"]
    assert tariff.price_list(long, keys="a", price="p", decimals=4).prices["x"] == D("0.1235")
    with pytest.raises(ValueError, match="keys: found"):
        tariff.price_list(PRICES, keys=[], price="unit_cost")
    with pytest.raises(ValueError, match="by: found 'ward'"):
        listed().book(by="ward")


def test_codes_that_changed_are_placed_by_month_and_weight() -> None:
    prices = tariff.price_list(
        {"setting": ["E", "E", "E"], "currency": ["N1", "N2", "K"], "price": [100, 300, 7]}, keys=KEYS, price="price"
    )
    changes = {
        "setting": ["E", "E", "E", "E"],
        "currency": ["OLD", "OLD", "RENAMED", "DROPPED"],
        "new": ["N1", "N2", "K", None],
        "from": [None, None, "2024-07", None],
        "part": ["2/3", "1/3", "1", "1"],
    }
    codes = prices.codes(changes, becomes={"currency": "new"}, starts="from", weight="part")
    frame = {"setting": ["E"] * 4, "currency": ["OLD", "RENAMED", "DROPPED", "K"], "n": [9, 10, 5, 1]}
    july = prices.settle(frame, quantity="n", period="2024-07", codes=codes, book=prices.book(every="month"))
    assert july.position("provider") == 6 * 100 + 3 * 300 + 11 * 7
    june = prices.settle(frame, quantity="n", period="2024-06", codes=codes, book=prices.book(every="month"))
    assert june.position("provider") == 6 * 100 + 3 * 300 + 7
    reasons = [row["reason"] for row in prices.unplaced(frame, quantity="n", codes=codes, period="2024-06")]
    assert reasons == ["not in the price list", "left out by the map of codes"]
    with pytest.raises(ValueError, match="the map of codes is dated"):
        prices.unplaced(frame, quantity="n", codes=codes)


@pytest.mark.parametrize("key", ["line", "starts", "ends", "weight"])
def test_key_columns_may_be_called_as_the_columns_of_a_map(key: str) -> None:
    """Eight of A are six of B1 at £100 and two of B2 at £300."""
    prices = tariff.price_list({key: ["B1", "B2"], "price": [100, 300]}, keys=key, price="price")
    split = {key: ["A", "A"], "new": ["B1", "B2"], "part": ["3/4", "1/4"]}
    codes = prices.codes(split, becomes={key: "new"}, weight="part")
    settled = prices.settle({key: ["A"], "n": [8]}, quantity="n", period="2024/25", codes=codes)
    assert settled.position("provider") == D("1200.00")


def test_changes_to_codes_that_are_not_in_the_list() -> None:
    changes = {"setting": ["Elective"], "currency": ["OLD"], "new": ["AA01B"]}
    (fault,) = faults(lambda: listed().codes(changes, becomes={"currency": "new"}))
    assert fault["code"] == "unknown-target" and "Elective / AA01A" in fault["message"]
    with pytest.raises(ValueError, match="becomes: found"):
        listed().codes(changes, becomes={"ward": "new"})


# -- price and volume -------------------------------------------------------------------------------------------------

BEFORE = {
    "setting": ["E", "E", "N", "N", "N"],
    "currency": ["A", "B", "A", "OLD", "S"],
    "activity": [10, 30, 4, 2, 8],
    "unit_cost": [100, 20, 500, 50, 9],
}
AFTER = {
    "setting": ["E", "E", "N", "N", "N"],
    "currency": ["A", "B", "A", "NEW", "S"],
    "activity": [20, 20, 5, 3, None],
    "unit_cost": [110, 20, 400, 60, None],
    "cost": [2200, 400, 2000, 180, "77.70"],
}


def both(**options: Any) -> tariff.PriceAndVolume:
    before = {**BEFORE, "cost": [1000, 600, 2000, 100, 72]}
    return tariff.price_and_volume(before, AFTER, **{**COLUMNS, "cost": "cost", **options})


def test_price_and_volume_by_hand() -> None:
    moved = both(by="setting")
    rows = {row["line"]: row for row in moved}
    assert [rows[line]["found"] for line in rows] == ["both", "both", "both", "discontinued", "not comparable", "new"]
    # E: 40 units cost £1,600, £40 each; none more in all: what moved from B to A is mix
    assert [rows["E / A"][e] for e in ("volume", "mix", "price")] == [400, 600, 200]
    assert [rows["E / B"][e] for e in ("volume", "mix", "price")] == [-400, 200, 0]
    assert [rows["N / A"][e] for e in ("volume", "mix", "price")] == [500, 0, -500]
    assert {name: float(amount) for name, amount in moved.totals.items()} == {
        "before": 3772,
        "volume": 500,
        "mix": 800,
        "price": -300,
        "new": 180,
        "discontinued": -100,
        "not_comparable": -72,
        "after": 4780,
    }
    (aside,) = moved.set_aside
    assert (aside["frame"], aside["line"], aside["reason"], aside["cost"]) == ("after", "N / S", "no value", D("77.70"))
    assert "£77.70 after" in moved.note
    assert moved.bridge().end == ("after", D("4780.00"))
    groups = {row["group"]: row for row in moved.by_group()}
    assert (groups["E"]["volume"], groups["E"]["mix"], groups["N"]["lines"]) == (0, 800, 4)
    again = pickle.loads(pickle.dumps(moved))
    assert again == moved and again.set_aside == moved.set_aside and again.totals == moved.totals


def test_weights_of_before_move_the_joint_part_from_price_to_volume() -> None:
    later, earlier = both(), both(weights="before")
    assert (later.totals["price"], later.totals["volume"]) == (-300, 1300)
    assert (earlier.totals["price"], earlier.totals["volume"]) == (100 - 400, 1300)
    a = next(row for row in earlier if row["line"] == "E / A")
    assert (a["price"], a["volume"]) == (100, 1100)


def test_a_renamed_code_is_one_line() -> None:
    prices = tariff.price_list({**AFTER, "unit_cost": [1, 1, 1, 1, 1]}, keys=KEYS, price="unit_cost")
    codes = prices.codes({"setting": ["N"], "currency": ["OLD"], "new": ["NEW"]}, becomes={"currency": "new"})
    moved = both(codes=codes)
    (row,) = moved.where(line="N / NEW")
    assert (row["found"], row["volume"], row["price"]) == ("both", 50, 30)
    assert moved.totals["new"] == moved.totals["discontinued"] == 0


def test_a_split_keeps_the_total_in_thirds() -> None:
    before = {"c": ["X", "B1"], "n": [10, 1], "p": ["7", "5"]}
    after = {"c": ["B1", "B2"], "n": [4, 7], "p": ["8", "6.5"]}
    prices = tariff.price_list(after, keys="c", price="p")
    codes = prices.codes({"c": ["X", "X"], "new": ["B1", "B2"], "w": ["1/3", "2/3"]}, becomes={"c": "new"}, weight="w")
    moved = tariff.price_and_volume(before, after, keys="c", quantity="n", price="p", codes=codes)
    assert (moved.totals["before"], moved.totals["after"]) == (75, D("77.50"))
    assert set(moved["found"]) == {"both"}


numbers = st.one_of(st.none(), st.decimals(0, 5000, places=2), st.integers(0, 10**6))
frames = st.lists(
    st.tuples(st.sampled_from("EN"), st.sampled_from("ABCDEF"), numbers, numbers), unique_by=lambda r: r[:2]
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(frames, frames, st.sampled_from(["after", "before"]), st.sampled_from([None, "setting"]))
def test_effects_always_add_up(first: Any, second: Any, weights: Any, by: Any) -> None:
    made = [
        dict(zip((*KEYS, "activity", "unit_cost"), map(list, zip(*rows, strict=True)), strict=True))
        for rows in (first, second)
        if rows
    ]
    if len(made) < 2:
        return
    moved = tariff.price_and_volume(*made, **COLUMNS, by=by, weights=weights)
    effects = ("volume", "mix", "price", "new", "discontinued", "not_comparable")
    for row in moved:
        assert sum(F(row[e]) for e in effects) == F(row["value_after"]) - F(row["value_before"])
    totals = moved.totals
    assert totals["before"] + sum(totals[e] for e in effects) == totals["after"]
    for rows, name in ((first, "before"), (second, "after")):
        value = sum((F(n) * F(p) for _, _, n, p in rows if n is not None and p is not None), F(0))
        assert abs(F(totals[name]) - value) <= F(1, 200)
    hidden = {f"{s} / {c}" for s, c, n, p in (*first, *second) if n is None or p is None}
    assert not hidden & {row["line"] for row in moved if row["found"] in ("new", "discontinued")}
    assert len(moved.set_aside) == sum(n is None or p is None for _, _, n, p in (*first, *second))


def test_choices_of_price_and_volume() -> None:
    with pytest.raises(ValueError, match="by: found 'ward'"):
        both(by="ward")
    with pytest.raises(ValueError, match="weights: found 'now'"):
        both(weights="now")
    assert {fault["code"] for fault in faults(lambda: both(keys="setting"))} == {"duplicate-key"}
    (fault,) = faults(lambda: tariff.price_and_volume(BEFORE, {**AFTER, "activity": [1, 1, 1, "x", 1]}, **COLUMNS))
    assert (fault["frame"], fault["row"], fault["column"], fault["value"]) == ("after", 4, "activity", "x")


# -- checking ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cost", "finding"), [("16.65", False), ("16.68", False), ("16.69", True), ("16.62", False), ("16.61", True)]
)
def test_costs_are_checked_to_what_rounding_explains(cost: str, finding: bool) -> None:
    # 5 × £3.33: half a penny of the price is 2.5p, half a penny of the cost 0.5p, so 3p are explained
    found = tariff.check_costs(
        {"c": ["A"], "n": [5], "p": ["3.33"], "x": [cost]}, keys="c", quantity="n", price="p", cost="x"
    )
    assert [row["finding"] for row in found] == ["differs"] * finding
    if finding:
        assert abs(found["difference"][0]) == D("0.04") and found["allowed"][0] == D("0.03")


def test_rows_without_figures_and_stated_places() -> None:
    frame = {"c": list("ABCD"), "n": [1, None, 3, None], "p": [2, None, 3, None], "x": [2, 8, None, None]}
    options = {"keys": "c", "quantity": "n", "price": "p", "cost": "x"}
    found = tariff.check_costs(frame, **options)
    assert [(row["row"], row["finding"]) for row in found] == [(2, "no quantity or price"), (3, "no cost")]
    rounded = {"c": ["A"], "n": [4], "p": [3], "x": ["14.5"]}
    assert len(tariff.check_costs(rounded, **options)) == 1
    assert not tariff.check_costs(rounded, **options, places={"p": 0, "x": 0})
    with pytest.raises(ValueError, match="places: found"):
        tariff.check_costs(rounded, **options, places={"q": 0})


def test_the_command_line_checks_costs_and_takes_movements_apart(run: Any, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("before.csv", "after.csv")]
    for path, frame in zip(paths, ({**BEFORE, "cost": [1000, 600, 2001, 100, 72]}, AFTER), strict=True):
        pd.DataFrame(frame).to_csv(path, index=False)
    columns = [
        "--key",
        "setting",
        "--key",
        "currency",
        "--quantity",
        "activity",
        "--price",
        "unit_cost",
        "--cost",
        "cost",
    ]
    code, out, _ = run("check-costs", str(paths[0]), *columns, "--places", "unit_cost=2", "--json")
    assert code == 4 and [row["line"] if "line" in row else row["row"] for row in json.loads(out)] == [4]
    assert run("check-costs", str(paths[0]), *columns, "--places", "unit_cost=0")[0] == 0
    assert run("check-costs", str(paths[0]), *columns, "--places", "unit_cost")[0] == 2
    code, out, _ = run("price-and-volume", *map(str, paths), *columns, "--by", "setting")
    assert code == 0 and "mix" in out and "800.00" in out and "£77.70" in out
    made = json.loads(run("price-and-volume", *map(str, paths), *columns, "--json")[1])
    assert (made["totals"]["before"], made["totals"]["after"], len(made["lines"])) == ("3772.00", "4780.00", 6)
    assert run("price-and-volume", *map(str, paths), *columns, "--by", "ward")[0] == 2
    assert run("check-costs", str(paths[1]), *columns[:-1], "paid")[0] == 4


# -- the national cost collection -------------------------------------------------------------------------------------


@real
def test_each_year_at_the_prices_of_the_other() -> None:
    lists = [tariff.price_list(path, keys=KEYS, price="unit_cost") for path in (FIRST, SECOND)]
    assert [len(prices) for prices in lists] == [11_303, 11_542]
    assert [len(prices.without_price) for prices in lists] == [0, 1_820]
    moved = tariff.price_and_volume(FIRST, SECOND, **COLUMNS, cost="cost", by="setting")
    found = list(moved["found"])
    assert (found.count("both"), found.count("not comparable")) == (10_783, 246)  # 11,029 keys are in both years
    # first prices on second activity, and the other way round, are the halves of the movement
    shared = [row for row in moved if row["found"] == "both"]
    for prices, path, period, price, quantity in (
        (lists[0], SECOND, "2024/25", "price_before", "quantity_after"),
        (lists[1], FIRST, "2023/24", "price_after", "quantity_before"),
    ):
        settlement = prices.settle(path, quantity="activity", period=period)
        value = sum(F(row[price]) * F(row[quantity]) for row in shared)
        assert abs(F(settlement.position("provider")) - value) <= F(1, 200)
        assert settlement.receipt is not None and settlement.receipt.balances
    totals = moved.totals
    assert totals["before"] == lists[0].settle(FIRST, quantity="activity", period="2023/24").position("provider")
    assert sum(totals.values()) - totals["after"] == totals["after"]
    old = tariff.price_and_volume(FIRST, SECOND, **COLUMNS, weights="before")
    dearer = old.totals["price"] / sum(r["value_before"] for r in old if r["found"] == "both")
    assert round(dearer * 100, 1) == D("5.2")


@real
def test_suppressed_rows_are_told_and_never_zero() -> None:
    prices = tariff.price_list(FIRST, keys=KEYS, price="unit_cost")
    settlement = prices.settle(SECOND, quantity="activity", period="2024/25")
    with SECOND.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    without = [row for row in rows if not row["activity"]]
    assert settlement.receipt is not None
    assert settlement.receipt.rows("in") == len(rows) == 13_362
    assert [row["without_value"] for row in settlement.receipt.where(part="in")] == [len(without)] == [1_820]
    unplaced = prices.unplaced(SECOND, quantity="activity", cost="cost")
    hidden = unplaced.where(reason="no value")
    assert len(hidden) == 1_820 and sum(hidden["cost"]) == sum(D(row["cost"]) for row in without)
    checked = tariff.check_costs(SECOND, **COLUMNS, cost="cost")
    assert set(checked["finding"]) == {"no quantity or price"} and len(checked) == 1_820


@real
def test_the_costs_of_the_first_year_are_explained_by_rounding_and_a_slip_is_not() -> None:
    assert not tariff.check_costs(FIRST, **COLUMNS, cost="cost")
    frame = pd.read_csv(FIRST, dtype=str)
    at = frame.index[(frame["setting"] == "Daycase") & (frame["currency"] == "JA45Z")][0]
    frame.loc[at, "cost"] = str(D(frame.loc[at, "cost"]) + D("0.20"))
    (row,) = tariff.check_costs(frame, **COLUMNS, cost="cost")
    assert (row["currency"], row["finding"]) == ("JA45Z", "differs")


@real
def test_currencies_alone_do_not_tell_rows_apart() -> None:
    found = faults(lambda: tariff.price_list(SECOND, keys="currency", price="unit_cost"))
    assert {fault["code"] for fault in found} == {"duplicate-key"}
    assert len({fault["value"] for fault in found}) == 2_742
