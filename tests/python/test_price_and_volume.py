"""Price and volume are exact where codes are renamed, merged, split or left out; pennies are rounded once."""

from __future__ import annotations

import csv
import os
import pickle
from collections import defaultdict
from decimal import Decimal as D
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openbook import tariff
from openbook.data import CodeMap
from openbook.tariff.effects import EFFECTS

EXAMPLES = int(os.environ.get("OPENBOOK_TEST_EXAMPLES", "12")) * 6
SHARED = Path(__file__).parents[3] / "shared" / "data"
FIRST, SECOND = (SHARED / f"nhs_national_cost_collection_{year}.csv" for year in ("2023_24", "2024_25"))
real = pytest.mark.skipif(not SECOND.is_file(), reason="the national cost collection is not beside this checkout")
OF = {"keys": "c", "quantity": "n", "price": "p"}


def frame(*rows: tuple[Any, Any, Any]) -> dict[str, list[Any]]:
    return {name: list(column) for name, column in zip("cnp", zip(*rows, strict=True), strict=True)}


def to(*lines: tuple[str, str | None, Any], **options: Any) -> CodeMap:
    columns = {name: list(column) for name, column in zip(("c", "to", "w"), zip(*lines, strict=True), strict=True)}
    return CodeMap(columns, source="c", target="to", weight="w", **options)


def moved(before: Any, after: Any, **options: Any) -> tariff.PriceAndVolume:
    return tariff.price_and_volume(before, after, **{**OF, **options})


def told(found: tariff.PriceAndVolume) -> dict[str, D]:
    return {name: amount for name, amount in found.totals.items() if amount}


MERGED = to(("X", "Z", 1), ("Y", "Z", 1))


# -- worked by hand ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weights", ["after", "before"])
def test_the_same_quantity_under_one_code_is_price_alone(weights: Any) -> None:
    # 10m at £100 and 20m at £50 cost £2,000m; 30m at £70 cost £2,100m: the average, £66.66..., is no decimal
    found = moved(frame(("X", 10**7, 100), ("Y", 2 * 10**7, 50)), frame(("Z", 3 * 10**7, 70)), codes=MERGED)
    assert told(found) == {"before": 2 * 10**9, "price": 10**8, "after": 2_100_000_000}
    (row,) = found
    assert (row["volume"], row["price"], row["price_before"]) == (0, 10**8, D("66.666667"))
    assert found.bridge().steps == (("price", D("100000000.00")),)
    codes = tariff.price_list(frame(("Z", 1, 70)), keys="c", price="p").codes(
        {"c": ["X", "Y"], "new": ["Z", "Z"]}, becomes={"c": "new"}
    )
    again = moved(
        frame(("X", 10**7, 100), ("Y", 2 * 10**7, 50)), frame(("Z", 3 * 10**7, 70)), codes=codes, weights=weights
    )
    assert told(again) == told(found)


def test_volume_of_a_merged_code_is_told_at_its_average() -> None:
    # £2,000 / 30 on average: three more are £200; 33 × £70 - 33 × £2,000 / 30 = £2,310 - £2,200
    before, after = frame(("X", 10, 100), ("Y", 20, 50)), frame(("Z", 33, 70))
    found = moved(before, after, codes=MERGED)
    assert told(found) == {"before": 2_000, "volume": 200, "price": 110, "after": 2_310}
    # at the quantities before: 30 × (£70 - £66.66...) = £100, and three more at £70
    turned = moved(before, after, codes=MERGED, weights="before")
    assert told(turned) == {"before": 2_000, "volume": 210, "price": 100, "after": 2_310}


def test_a_mix_that_changes_inside_a_merged_code_is_price() -> None:
    # Nobody's price moved: 10 at £100 and 20 at £50 became 20 and 10. One code sees £2,000 / 30 become £2,500 / 30.
    before, after = frame(("X", 10, 100), ("Y", 20, 50)), frame(("X", 20, 100), ("Y", 10, 50))
    assert told(moved(before, after, codes=MERGED)) == {"before": 2_000, "price": 500, "after": 2_500}
    # apart, and in a group, it is what it is
    grouped = [{**side, "g": ["g", "g"]} for side in (before, after)]
    found = moved(*grouped, keys=["g", "c"], by="g")
    assert told(found) == {"before": 2_000, "mix": 500, "after": 2_500}


def test_a_split_code_in_thirds() -> None:
    # B1 before: 10/3 at £7 and 1 at £5, 13/3 for £85/3; B2: 20/3 at £7
    before, after = frame(("X", 10, 7), ("B1", 1, 5)), frame(("B1", 4, 8), ("B2", 7, "6.5"))
    found = moved(before, after, codes=to(("X", "B1", "1/3"), ("X", "B2", "2/3")))
    assert found.exact["volume"] == F(-1, 3) * F(85, 13) + F(1, 3) * 7 == F(2, 13)
    assert found.exact["price"] == (32 - 4 * F(85, 13)) + 7 * F(-1, 2) == F(61, 26)
    assert told(found) == {"before": 75, "volume": D("0.15"), "price": D("2.35"), "after": D("77.50")}
    for row in found:
        assert sum(row[effect] for effect in EFFECTS) == row["value_after"] - row["value_before"]


def test_pennies_are_rounded_once_for_all_lines() -> None:
    # A line: 1 at 1p and 2 for nothing are 3 at a third of a penny; then 4 at 1p. Volume 1/3p, price 8/3p.
    before = frame(("X1", 1, "0.01"), ("Y1", 2, 0), ("X2", 1, "0.01"), ("Y2", 2, 0))
    after = frame(("Z1", 4, "0.01"), ("Z2", 4, "0.01"))
    codes = to(("X1", "Z1", 1), ("Y1", "Z1", 1), ("X2", "Z2", 1), ("Y2", "Z2", 1))
    found = moved(before, after, codes=codes)
    assert (found.exact["volume"], found.exact["price"]) == (F(2, 300), F(16, 300))
    # 2/3p and 16/3p: rounded down 0p and 5p, and the penny that lacks falls to the larger remainder, that of volume
    assert told(found) == {"before": D("0.02"), "volume": D("0.01"), "price": D("0.05"), "after": D("0.08")}
    assert [row["volume"] for row in found] == [D("0.003333")] * 2
    assert [row["volume"] for row in moved(before, after, codes=codes, decimals=2)] == [D("0.00")] * 2


def test_both_ends_are_rounded_as_the_ledger_rounds_and_the_effects_make_up_for_it() -> None:
    # -£0.005 and £0.005 are -£0.01 and £0.01 in a ledger: the penny between them is told as two
    found = moved(frame(("A", 1, "-0.005")), frame(("A", 1, "0.005")))
    assert found.exact["price"] == F(1, 100)
    assert told(found) == {"before": D("-0.01"), "price": D("0.02"), "after": D("0.01")}
    back = moved(frame(("A", 1, "0.005")), frame(("A", 1, "-0.005")))
    assert told(back) == {"before": D("0.01"), "price": D("-0.02"), "after": D("-0.01")}


def test_a_group_without_whole_mean_price() -> None:
    # three units cost £200 before: one more at £66.66..., of a line at £100, so £33.33... of mix
    before = {"g": ["g", "g"], "c": ["a", "b"], "n": [1, 2], "p": [100, 50]}
    after = {"g": ["g", "g"], "c": ["a", "b"], "n": [2, 2], "p": [100, 50]}
    found = moved(before, after, keys=["g", "c"], by="g")
    assert (found.exact["volume"], found.exact["mix"]) == (F(200, 3), F(100, 3))
    assert told(found) == {"before": 200, "volume": D("66.67"), "mix": D("33.33"), "after": 300}
    ((row),) = found.by_group()
    assert (row["lines"], row["volume"], row["mix"], row["price"]) == (2, D("66.67"), D("33.33"), 0)
    many = [{name: [*side[name] * 10**3] for name in side} for side in (before, after)]
    for side in many:
        side["c"] = [f"{code}{n // 2}" for n, code in enumerate(side["c"])]
        side["n"] = [n * 10**6 for n in side["n"]]
    assert moved(*many, keys=["g", "c"], by="g").totals["volume"] == D("66666666666.67")


def test_where_quantities_come_to_nothing_all_is_volume() -> None:
    # no average is not an average of nothing: ten at £70 that nobody did before are ten more, not £70 dearer each
    none = frame(("X", 0, 100), ("Y", 0, 50))
    assert told(moved(none, frame(("Z", 10, 70)), codes=MERGED)) == {"volume": 700, "after": 700}
    back = moved(frame(("X", 5, 10), ("Y", -5, 7)), frame(("Z", 2, 4)), codes=MERGED)
    assert told(back) == {"before": 15, "volume": -7, "after": 8}
    assert back["price_before"] == (None,)
    # one price is known without any quantity
    assert told(moved(frame(("Z", 0, 60)), frame(("Z", 10, 70)))) == {"volume": 600, "price": 100, "after": 700}
    # nor has a group a mean where its quantities come to nothing
    sides = [{"g": ["g"], "c": ["Z"], "n": [n], "p": [70]} for n in (0, 10)]
    assert told(moved(*sides, keys=["g", "c"], by="g")) == {"volume": 700, "after": 700}


def test_a_merged_code_of_which_a_part_is_held_back_cannot_be_compared() -> None:
    found = moved(frame(("X", 10, 100), ("Y", None, 50)), frame(("Z", 30, 70)), codes=MERGED)
    assert told(found) == {"before": 1_000, "not_comparable": 1_100, "after": 2_100}
    assert [(row["line"], row["reason"]) for row in found.set_aside] == [("Y", "no value")]


def test_what_a_map_leaves_out_is_told() -> None:
    before = {**frame(("X", 9, 10), ("Y", 4, 5)), "paid": [90, 20]}
    after = {**frame(("Z", 6, 10)), "paid": [60]}
    codes = to(("X", "Z", "2/3"), ("Y", None, 1), complete=False)
    found = moved(before, after, codes=codes, cost="paid")
    assert told(found) == {"before": 60, "after": 60}
    assert [(row["line"], row["reason"], row["cost"]) for row in found.set_aside] == [
        ("X", "1/3 of it left out by the map of codes", 30),
        ("Y", "left out by the map of codes", 20),
    ]
    assert found.note.endswith(
        "0 rows without a quantity or a price are in no figure, nor is what the map of codes leaves out of 2 rows; "
        "their cost is £50.00 before and £0.00 after."
    )
    # a part of nothing makes no line
    zero = moved(frame(("X", 9, 10)), frame(("Z", 9, 10), ("W", 1, 3)), codes=to(("X", "Z", 1), ("X", "W", 0)))
    assert {row["line"]: row["found"] for row in zero} == {"Z": "both", "W": "new"}


def test_a_map_of_other_columns_is_refused() -> None:
    prices = {"setting": ["E"], "currency": ["A"], "n": [1], "p": [2]}
    listed = tariff.price_list(prices, keys=["setting", "currency"], price="p")
    codes = listed.codes()
    for keys in (["currency", "setting"], ["currency"]):
        with pytest.raises(ValueError, match="codes: found a map of setting, currency, expected one of the key"):
            moved(prices, prices, keys=keys, codes=codes)
    with pytest.raises(ValueError, match="codes: found a map of c, expected one of the key columns in their order: se"):
        listed.unplaced(prices, quantity="n", codes=MERGED)
    assert moved(prices, prices, keys=["setting", "currency"], codes=codes).totals["after"] == 2


# -- against fractions ------------------------------------------------------------------------------------------------

CODES = "ABCDEF"
amounts = st.one_of(st.none(), st.decimals(-50, 5_000, places=3), st.integers(0, 10**9))
rows = st.lists(st.tuples(st.sampled_from(CODES), amounts, amounts), min_size=1, unique_by=lambda row: row[0])
weights = st.sampled_from([(1,), (1,), ("1/3", "2/3"), ("1/7", "2/7", "4/7"), ("0.25", "0.75")])
maps = st.dictionaries(
    st.sampled_from(CODES),
    weights.flatmap(
        lambda parts: st.lists(
            st.sampled_from([*CODES, "NEW", None]), min_size=len(parts), max_size=len(parts), unique=True
        ).map(lambda targets: list(zip(targets, parts, strict=True)))
    ),
)


def in_fractions(before: Any, after: Any, lines: Any, at: str) -> dict[str, F]:
    """The movement as the page says it, line by line."""
    sides: list[dict[str, list[tuple[F, F]]]] = []
    hidden: set[str] = set()
    for side in (before, after):
        found = defaultdict(list)
        for code, n, p in side:
            for target, part in lines.get(code) or [(code, 1)]:
                if target is not None and (n is None or p is None):
                    hidden.add(target)
                elif target is not None:
                    found[target].append((F(n) * F(part), F(p)))
        sides.append(dict(found))
    sums = dict.fromkeys(["before", *EFFECTS, "after"], F(0))
    for line in sides[0].keys() | sides[1].keys():
        first, second = (side.get(line) for side in sides)
        (q0, v0), (q1, v1) = ((sum(n for n, _ in s or ()), sum(n * p for n, p in s or ())) for s in (first, second))
        sums["before"], sums["after"] = sums["before"] + v0, sums["after"] + v1
        if line in hidden:
            sums["not_comparable"] += v1 - v0
        elif not first or not second:
            sums["discontinued" if first else "new"] += v1 - v0
        else:
            own, quantity, value = (first, q0, v0) if at == "after" else (second, q1, v1)
            price = own[0][1] if len({p for _, p in own}) == 1 else value / quantity if quantity else None
            dearer = F(0) if price is None else v1 - q1 * price if at == "after" else q0 * price - v0
            sums["price"] += dearer
            sums["volume"] += v1 - v0 - dearer
    return sums


@settings(max_examples=EXAMPLES, deadline=None)
@given(rows, rows, maps, st.sampled_from(["after", "before"]))
def test_every_effect_is_what_fractions_give(before: Any, after: Any, lines: Any, at: Any) -> None:
    entries = [(code, target, part) for code, targets in lines.items() for target, part in targets]
    codes = to(*entries) if entries else None
    found = moved(frame(*before), frame(*after), codes=codes, weights=at)
    assert dict(found.exact) == in_fractions(before, after, lines, at)
    totals = found.totals
    assert totals["before"] + sum(totals[effect] for effect in EFFECTS) == totals["after"]
    for name, amount in totals.items():
        assert abs(F(amount) - found.exact[name]) <= F(1, 100)
        assert amount == amount.quantize(D("0.01")) and (amount == 0 or found.exact[name] != 0)
    for end in ("before", "after"):
        assert abs(F(totals[end]) - found.exact[end]) <= F(1, 200)
    for row in found:
        assert sum(F(row[effect]) for effect in EFFECTS) == F(row["value_after"]) - F(row["value_before"])
    assert pickle.loads(pickle.dumps(found)).exact == found.exact


@settings(max_examples=EXAMPLES, deadline=None)
@given(rows, rows, st.permutations([*CODES, "K", "L"]), st.sampled_from(["after", "before"]))
def test_renaming_codes_one_to_one_changes_no_figure(before: Any, after: Any, names: Any, at: Any) -> None:
    plain = moved(frame(*before), frame(*after), weights=at)
    new = dict(zip(CODES, names, strict=False))
    renamed = [frame(*((new[code], n, p) for code, n, p in side)) for side in (before, after)]
    assert moved(*renamed, weights=at).totals == plain.totals
    # the first year under its old codes, and a map to the new ones
    old = frame(*((f"old {code}", n, p) for code, n, p in before))
    mapped = moved(old, renamed[1], codes=to(*((f"old {code}", new[code], 1) for code in CODES)), weights=at)
    assert mapped.exact == plain.exact and mapped.totals == plain.totals
    for effect in EFFECTS:
        assert mapped[effect] == plain[effect]


# -- the national cost collection -------------------------------------------------------------------------------------


def in_full(path: Path) -> list[tuple[str, str, F, F]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["activity"]]
    return [(row["setting"], row["currency"], F(row["activity"]), F(row["unit_cost"])) for row in rows]


@real
def test_the_real_collection_in_both_directions_with_currencies_merged() -> None:
    """Currencies of one root (AA22C, AA22D) as one code: thousands of averages, most of them no decimal."""
    keys = ["setting", "currency"]
    lines: dict[tuple[str, str], str] = {}
    for path in (FIRST, SECOND):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                lines[row["setting"], row["currency"]] = f"{row['setting']} / {row['currency'][:4]}"
    codes = CodeMap.one_to_one("roots", keys, "line", lines.items())
    options: Any = {"keys": keys, "quantity": "activity", "price": "unit_cost", "codes": codes, "by": "setting"}
    there = tariff.price_and_volume(FIRST, SECOND, weights="after", **options)
    back = tariff.price_and_volume(SECOND, FIRST, weights="before", **options)
    assert 500 < len(there) < len(lines) / 2
    costs = [sum(n * p for *_, n, p in in_full(path)) for path in (FIRST, SECOND)]
    for found, (before, after) in ((there, costs), (back, costs[::-1])):
        assert (found.exact["before"], found.exact["after"]) == (before, after)
        assert sum(found.exact[effect] for effect in EFFECTS) == after - before
        totals = found.totals
        assert sum(totals[effect] for effect in EFFECTS) == totals["after"] - totals["before"]
        assert all(abs(F(totals[name]) - found.exact[name]) < F(1, 100) for name in totals)
        for group in found.by_group():
            assert sum(group[effect] for effect in EFFECTS) == group["value_after"] - group["value_before"]
    # the way back is the way there with every sign turned; what was new is discontinued
    turned = {"new": "discontinued", "discontinued": "new"}
    assert all(back.exact[effect] == -there.exact[turned.get(effect, effect)] for effect in EFFECTS)
    # price and volume once more, from the rows, without the table
    sums: list[dict[str, list[F]]] = []
    for path in (FIRST, SECOND):
        side: dict[str, list[F]] = defaultdict(lambda: [F(0), F(0)])
        for setting, currency, n, p in in_full(path):
            line = side[lines[setting, currency]]
            line[0], line[1] = line[0] + n, line[1] + n * p
        sums.append(side)
    compared = [row["line"] for row in there if row["found"] == "both"]
    dearer = sum(sums[1][x][1] - sums[1][x][0] * sums[0][x][1] / sums[0][x][0] for x in compared)
    assert there.exact["price"] == dearer
    assert there.exact["volume"] + there.exact["mix"] == sum(sums[1][x][1] - sums[0][x][1] for x in compared) - dearer


@real
def test_the_real_collection_split_in_thirds_keeps_every_penny() -> None:
    """Of each currency a third under another code: nothing of it is lost, and no effect moves."""
    with FIRST.open(encoding="utf-8", newline="") as file:
        keys = [(row["setting"], row["currency"]) for row in csv.DictReader(file)][:400]
    table: dict[str, list[Any]] = {"setting": [], "currency": [], "to": [], "w": []}
    for setting, currency in keys:
        for part, weight in (("one", "1/3"), ("two", "2/3")):
            for name, value in zip(table, (setting, currency, f"{setting} / {currency} {part}", weight), strict=True):
                table[name].append(value)
    codes = CodeMap(table, source=["setting", "currency"], target="to", weight="w")
    options: Any = {"keys": ["setting", "currency"], "quantity": "activity", "price": "unit_cost"}
    for one, other in ((FIRST, SECOND), (SECOND, FIRST)):
        plain, split = (tariff.price_and_volume(one, other, codes=c, **options) for c in (None, codes))
        assert len(split) > len(plain)
        assert split.exact == plain.exact and split.totals == plain.totals
