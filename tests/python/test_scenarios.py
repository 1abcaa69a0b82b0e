"""Scenarios as plain data: what every action comes to, by hand, on every kind of thing that it may act on."""

from __future__ import annotations

from decimal import Decimal as D
from pathlib import Path
from typing import Any

import openbook as ob
import pytest
from openbook.scenarios.laying import ramp_weight
from small import MONTHS, small_book


def moved(shocks: Any, book: ob.Book | None = None, party: str = "trust", **options: Any) -> D:
    """What shocks move for a party, over the term."""
    book = book or small_book()
    return book.stress(shocks, combined=False, **options).where(party=party)["change"][0]


def visits(**fields: Any) -> dict[str, Any]:
    return {"on": "visits", **fields}


# -- set, add, scale, in order ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "month"),
    [
        (("set", 200), ("scale", "1.1"), 220),
        (("scale", "1.1"), ("set", 200), 200),
        (("add", 10), ("scale", 2), 220),
        (("scale", 2), ("add", 10), 210),
        (("set", 150), ("add", 10), 160),
        (("add", 10), ("set", 150), 150),
    ],
)
def test_shocks_act_in_order(first: Any, second: Any, month: int) -> None:
    shocks = [visits(action=action, value=value) for action, value in (first, second)]
    assert moved([shocks[0], shocks[1]]) == 6 * 200 * (month - 100)
    # The same as scenarios that are combined, in their order.
    table = small_book().stress({"a": [shocks[0]], "b": [shocks[1]]})
    assert table.where(scenario="combined", party="trust")["change"] == (D(6 * 200 * (month - 100)),)


def test_months_of_a_shock() -> None:
    assert moved(visits(value=2, starts="2016-06", ends="2016-07")) == 2 * 100 * 200
    assert moved(visits(value=2, months=[4, 9])) == 2 * 100 * 200
    assert moved(visits(value=2, months=[4, 5, 9], starts="2016-05")) == 2 * 100 * 200
    # A rule of a longer calendar takes what holds in its first month: the quarters begin in April and July.
    assert moved({"on": "fee", "value": 2, "months": [7, 8]}) == 2 * 1000 + 500


# -- ramps ---------------------------------------------------------------------------------------------------------


def test_weights_of_a_ramp() -> None:
    weights = [ramp_weight(month, 2, 5, 6, 9, steps=3) for month in range(11)]
    assert [str(weight) for weight in weights] == ["0", "0", "0", "1/3", "2/3", "1", "1", "2/3", "1/3", "0", "0"]
    assert ramp_weight(0, 0, 0, None, None) == 1  # full at once


@pytest.mark.parametrize(
    ("fields", "more"),
    [
        # April nothing, then a quarter, a half, three quarters, all, all: 0 + 10 + 20 + 30 + 40 + 40.
        ({"value": "1.4", "starts": "2016-04", "full": "2016-08"}, 140),
        # In two steps: 0, 0, a half, a half, all, all.
        ({"value": "1.4", "starts": "2016-04", "full": "2016-08", "shape": "stepped", "steps": 2}, 120),
        # Added: nothing, all, all, a half, nothing.
        (
            {
                "value": 40,
                "towards": "add",
                "starts": "2016-04",
                "full": "2016-05",
                "ends": "2016-06",
                "gone": "2016-08",
            },
            100,
        ),
        # Towards 200: 100, 200, 200, 150, 100, 100.
        (
            {
                "value": 200,
                "towards": "set",
                "starts": "2016-04",
                "full": "2016-05",
                "ends": "2016-06",
                "gone": "2016-08",
            },
            250,
        ),
        # It ends at once where nothing is said of fading.
        ({"value": 40, "towards": "add", "starts": "2016-04", "full": "2016-05", "ends": "2016-06"}, 80),
        # A ramp that began before the book.
        ({"value": "1.4", "starts": "2016-02", "full": "2016-06"}, 20 + 30 + 4 * 40),
    ],
)
def test_ramps(fields: dict[str, Any], more: int) -> None:
    assert moved(visits(action="ramp", **fields)) == 200 * more


def test_a_ramp_of_thirds_is_exact_and_told() -> None:
    table = small_book().stress(visits(action="ramp", value="1.3", starts="2016-04", full="2016-07"))
    assert table.where(party="trust")["change"] == (D(200 * (10 + 20 + 30 + 30 + 30)),)
    told = table.settlements["stress"].explain("trust").to_text()
    assert "shock: ramp, × 1.3, 1/3 of it" in told and "shock: ramp, × 1.3, 2/3 of it" in told


# -- replay ---------------------------------------------------------------------------------------------------------

DATA = {"period": MONTHS, "attendances": [80, 80, 80, 80, 80, 80], "type": ["1"] * 6}
PATH = {"2020-01": 150, "2020-02": 90}


def data() -> dict[str, list[Any]]:
    return {"visits": [80] * 6, "other": [10] * 6, "score": ["0.5"] * 2}


def test_a_recorded_path_is_replayed() -> None:
    assert moved(visits(action="replay", path=PATH, aligned="2016-06")) == 200 * (50 - 10)
    assert moved(visits(action="replay", path=PATH)) == 0  # months that the book does not have
    # As ratios to the plan of 100, whatever the data of 80 say: 50 and 120 in place of 80.
    path = {"2016-06": "0.5", "2016-07": "1.2"}
    shock = visits(action="replay", path=path, recorded="ratio_to_plan")
    assert moved(shock, data=data()) == 200 * (50 - 80 + 120 - 80)
    # What has no plan of its own is its own plan.
    assert moved({"on": "price", "action": "replay", "path": path, "recorded": "ratio_to_plan"}) == 110 * (-100 + 40)


def test_a_path_from_frames_and_files(tmp_path: Path) -> None:
    frame = {
        "period": ["Jan-20", "Feb-20", "Mar-20"],
        "seen": [150, 90, None],
        "planned": [100, 100, 100],
        "org": ["A"] * 3,
    }
    shock = ob.scenarios.replay("visits", frame, "seen", aligned="2016-06", source="returns of 2020")
    assert dict(shock.path) == {"2020-01": D(150), "2020-02": D(90)} and shock.source == "returns of 2020"
    assert moved(shock) == 200 * 40
    file = tmp_path / "seen.csv"
    file.write_text("period,seen,planned,org\n2020-01,150,120,A\n2020-02,90,100,A\n2020-01,1,1,B\n", encoding="utf-8")
    ratio = ob.scenarios.replay("visits", file, "seen", plan="planned", where={"org": "A"})
    assert dict(ratio.path) == {"2020-01": D("1.25"), "2020-02": D("0.9")} and ratio.recorded == "ratio_to_plan"
    for broken, code in (
        ({**frame, "seen": [1, "x", 2]}, "not-a-number"),
        ({**frame, "period": ["Jan-20"] * 3}, "duplicate-period"),
        ({**frame, "period": ["Q1 2020/21"] * 3}, "wrong-period"),
        ({**frame, "planned": [0, 1, 1]}, "out-of-range"),
        ({"period": ["Jan-20"]}, "missing-column"),
        ({**frame, "seen": [None] * 3}, "no-data"),
    ):
        with pytest.raises(ob.DataError) as wrong:
            ob.scenarios.replay("visits", broken, "seen", plan="planned" if code == "out-of-range" else None)
        assert wrong.value.problems[0].code == code


# -- what a shock may act on ------------------------------------------------------------------------------------------


def wide_book() -> ob.Book:
    """Two sites, a cost, a measure, a clause with figures of its own."""
    return small_book(
        parties=[
            ob.Party(id="icb", roles=["commissioner"]),
            ob.Party(id="trust", roles=["provider"]),
            ob.Party(id="suppliers", roles=["supplier"], legal="outside"),
        ],
        dimensions=[ob.Dimension(id="site", members=["site_a", "site_b"])],
        inputs=[
            *small_book().inputs,
            ob.Input(id="stays", unit="bed days", dimension="site", plan=30),
        ],
        parameters=[
            *small_book().parameters,
            ob.Parameter(
                id="rate",
                dimension="site",
                value=ob.Term(0, unit="£ per bed day"),
                members={"site_a": 10, "site_b": 20},
            ),
        ],
        contracts=[
            *small_book().contracts,
            ob.Contract(
                id="beds",
                payer="icb",
                payee="trust",
                clauses=[
                    ob.Payment(id="stay", amount="sum(stays * rate)"),
                    ob.Activity(id="own", quantity="visits", price=ob.Term("£3", unit="£ per attendance")),
                    ob.Payment(id="gate", amount="£7", every="month", ends="2016-05"),
                ],
            ),
        ],
        finances={"costs": [{"id": "wards", "kind": "fixed", "party": "trust", "amount": "£500"}]},
    )


@pytest.mark.parametrize(
    ("shock", "change"),
    [
        ({"on": "stays[site_a]", "value": 2}, 6 * 30 * 10),
        ({"on": "stays[site_b]", "action": "add", "value": 1}, 6 * 20),
        ({"on": "rate[site_b]", "action": "set", "value": 25}, 6 * 30 * 5),
        ({"on": "stays[site_b]", "action": "ramp", "value": 2, "starts": "2016-07", "full": "2016-09"}, (15 + 30) * 20),
        ({"on": "wards", "value": "1.1"}, -6 * 50),
        ({"on": "/finances/costs/wards/amount", "action": "add", "value": "£1"}, -6),
        ({"on": "own.price", "action": "set", "value": "£4"}, 600),
        ({"on": "/contracts/beds/clauses/own/price", "value": 3, "starts": "2016-09"}, 600),
        ({"on": "Price of a visit", "action": "add", "value": 10}, 6600),
        ({"on": "Visits, type 1", "value": 2}, 6 * 100 * 203),
        ({"on": "visits.plan", "value": 2}, 6 * 100 * 203),
        ({"on": "gate.ends", "action": "add", "value": 2}, 14),
        ({"on": "/contracts/beds/clauses/gate/ends", "action": "set", "value": "2016-04"}, -7),
        ({"on": "demand", "value": "1.1"}, 6 * 10 * 203),
        ({"on": "demand.mean", "action": "add", "value": "0.2"}, 6 * 20 * 203),
        ({"on": "demand.deviation", "value": 3}, 0),
    ],
)
def test_targets(shock: dict[str, Any], change: int) -> None:
    assert moved(shock, wide_book()) == change


def test_a_driver_moves_what_is_drawn_and_leaves_data() -> None:
    assert moved({"on": "demand", "value": "1.1"}, data=data()) == 0
    certain = small_book(drivers=[ob.Lognormal(id="demand", of="visits", deviation=0)])
    for shock, seen in (
        ({"on": "demand", "value": "1.1"}, 110),
        ({"on": "demand.mean", "value": "1.1"}, 110),
        ({"on": "demand", "action": "set", "value": 2, "starts": "2016-09"}, 100 + 100 / 6),
        (visits(action="ramp", value="1.4", starts="2016-04", full="2016-08"), 100 + 140 / 6),
        (None, 100),
    ):
        run = certain.simulate(3, seed=1, shocks=shock, every="term", progress=False)
        assert run.array("trust", every="term", period=1) == pytest.approx(6 * (1000 + 2000) + 1000 + 6 * 200 * seen)
    # The deviation: half of it, half the distance from the mean on the logarithmic scale.
    wide = small_book().simulate(200, seed=3, every="term", progress=False, track=["visits"])
    half = small_book().simulate(
        200, seed=3, every="term", progress=False, track=["visits"], shocks={"on": "demand.deviation", "value": "0.5"}
    )
    import numpy as np

    a, b = (np.log(run.array("visits", every="month", period=1) / 100) for run in (wide, half))
    assert (b + 0.05**2 / 2) == pytest.approx((a + 0.1**2 / 2) / 2)


def test_members_and_missing_values_in_lanes() -> None:
    book = wide_book().replace(drivers=[])
    run = book.simulate(2, shocks={"on": "stays[site_a]", "value": 2}, every="term", progress=False)
    base = book.simulate(2, every="term", progress=False)
    assert run.array("trust", every="term", period=1) - base.array("trust", every="term", period=1) == pytest.approx(
        1800
    )


# -- what is refused ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shock", "code", "path"),
    [
        ({"on": "vizits", "value": 2}, "unknown-name", "/shocks/0/on"),
        ({"on": "stays[site_c]", "value": 2}, "missing-member", "/shocks/0/on"),
        ({"on": "visits[site_a]", "value": 2}, "missing-member", "/shocks/0/on"),
        ({"on": "acute", "value": 2}, "not-a-value", "/shocks/0/on"),
        ({"on": "visits"}, "missing-key", "/shocks/0/value"),
        ({"action": "scale", "value": 2}, "missing-key", "/shocks/0/on"),
        (visits(action="ramp", value=2, starts="2016-04"), "missing-key", "/shocks/0/full"),
        (visits(action="ramp", value=2, starts="2016-06", full="2016-05"), "not-in-order", "/shocks/0/full"),
        (visits(action="replay"), "missing-key", "/shocks/0/path"),
        (visits(action="replay", path={"2016": 1}), "wrong-period", "/shocks/0/path/2016"),
        (visits(value=2, path={"2016-04": 1}), "unknown-key", "/shocks/0/path"),
        (visits(value=2, months=[13]), "out-of-range", "/shocks/0/months/0"),
        (visits(value=2, starts="2016-06", ends="2016-05"), "not-in-order", "/shocks/0/ends"),
        ({"on": "own.price", "action": "set", "value": "10%"}, "wrong-unit", "/shocks/0/value"),
        ({"on": "gate.ends", "value": 2}, "wrong-change", "/shocks/0/action"),
        ({"on": "gate.ends", "action": "set", "value": "soon"}, "wrong-period", "/shocks/0/value"),
        ({"on": "visits", "select": {"units": ["count"]}, "value": 2}, "twice", "/shocks/0/select"),
        ({"select": {"kind": "party"}, "value": 2}, "not-a-value", "/shocks/0/select/kind"),
    ],
)
def test_what_cannot_be_applied(shock: dict[str, Any], code: str, path: str) -> None:
    with pytest.raises(ob.BookError) as wrong:
        wide_book().stress(shock)
    assert [(p.code, p.path) for p in wrong.value.problems] == [(code, path)]


def test_all_faults_at_once_and_unknown_keys() -> None:
    with pytest.raises(ob.BookError) as wrong:
        small_book().stress([{"on": "x", "value": 1}, visits(), {"on": "y", "value": 1}])
    assert [p.path for p in wrong.value.problems] == ["/shocks/0/on", "/shocks/1/value", "/shocks/2/on"]
    with pytest.raises(ob.BookError, match="speed"):
        small_book().stress(visits(value=2, speed=1))
    with pytest.raises(ob.BookError, match="expected one of"):
        small_book().stress(visits(value=2, action="explode"))


# -- scenarios that include others, files --------------------------------------------------------------------------------


def with_scenarios(*scenarios: dict[str, Any]) -> ob.Book:
    return small_book(scenarios=[ob.Scenario.from_json(scenario) for scenario in scenarios])


def test_includes_come_first_and_in_order() -> None:
    book = with_scenarios(
        {"id": "set_it", "shocks": [visits(action="set", value=200)]},
        {"id": "double", "name": "Twice", "shocks": [visits(value=2)]},
        {"id": "both", "includes": ["set_it", "Twice"], "shocks": [visits(action="add", value=1)]},
    )
    assert moved("both", book) == 6 * 200 * (401 - 100)
    circle = with_scenarios({"id": "a", "includes": ["b"]}, {"id": "b", "includes": ["a"]})
    with pytest.raises(ob.BookError) as wrong:
        circle.stress("a")
    assert wrong.value.problems[0].code == "cycle" and "a -> b -> a" in wrong.value.problems[0].message
    with pytest.raises(ob.BookError) as wrong:
        with_scenarios({"id": "a", "includes": ["windy"]}).stress("a")
    assert wrong.value.problems[0].path == "/scenarios/0/includes/0"


SET = {
    "id": "storm",
    "name": "A storm",
    "narrative": "It comes in June.",
    "written_for": "2000-01",
    "scenarios": [
        {"id": "more", "shocks": [visits(value=2, starts="2000-03", ends="2000-03")]},
        {"id": "path", "includes": ["more"], "shocks": [{"on": "other", "action": "replay", "path": {"2000-03": 30}}]},
    ],
}


def test_a_set_moves_to_the_book_and_holds_alternatives(tmp_path: Path) -> None:
    storm = ob.ScenarioSet.from_json(SET)
    file = tmp_path / "storm.json"
    ob.scenarios.write(storm, file)
    assert ob.scenarios.read(file) == storm
    for given in (storm, file, str(file), SET):
        table = small_book().stress(given)
        # March of 2000 is the third month of the set, June 2016 that of the book.
        assert table.where(party="trust")["change"] == (D(20_000), D(24_000))
        assert table["scenario"][0] == "more" and "combined" not in table["scenario"]
    assert "combined" in small_book().stress(storm, combined=True)["scenario"]
    with pytest.raises(ob.BookError) as wrong:
        small_book().settle(plan=True, shocks=storm)
    assert wrong.value.problems[0].code == "several-scenarios"


def test_files_in_every_form(tmp_path: Path) -> None:
    twice = visits(value="2")
    for number, content in enumerate(
        (
            [twice],
            twice,
            {"more": [twice]},
            {"more": twice},
            {"id": "more", "shocks": [twice]},
            [{"id": "more", "shocks": [twice]}],
            {"id": "a", "scenarios": [{"id": "more", "shocks": [twice]}]},
        )
    ):
        file = tmp_path / f"{number} forms.json"
        file.write_text(str(content).replace("'", '"'), encoding="utf-8")
        assert moved(file) == 120_000
        found = ob.scenarios.read(file)
        assert found.scenarios[0].shocks == (ob.Shock(on="visits", value="2"),)
        again = tmp_path / "again.json"
        ob.scenarios.write(found, again)
        assert ob.scenarios.read(again) == found
    ob.scenarios.write({"more": [ob.Shock(on="visits", value="2")]}, again)
    assert moved(again) == 120_000


def test_faults_of_files_have_paths(tmp_path: Path) -> None:
    file = tmp_path / "s.json"
    file.write_text(
        '{"id": "s", "scenarios": [{"id": "a", "shocks": [{"on": "v"}, {"value": 1}]}, {"id": "a", "shocks": []}, '
        '{"id": "c", "includes": ["c"]}]}'
    )
    with pytest.raises(ob.BookError) as wrong:
        ob.scenarios.read(file)
    assert [(p.code, p.path) for p in wrong.value.problems] == [
        ("missing-key", "/scenarios/0/shocks/0/value"),
        ("missing-key", "/scenarios/0/shocks/1/on"),
        ("duplicate-id", "/scenarios/1/id"),
        ("missing-key", "/scenarios/1/shocks"),
        ("cycle", "/scenarios/2/includes"),
    ]
    file.write_text('{"id": "s", "scenarios": [{"id": "a", "shock": []}]}')
    with pytest.raises(ob.BookError) as wrong:
        ob.scenarios.read(file)
    assert wrong.value.problems[0].path == "/scenarios/0/shock"
    with pytest.raises(ob.BookError):
        ob.scenarios.write(ob.ScenarioSet.from_json({"id": "s", "scenarios": [{"id": "a"}]}), file)


# -- wherever shocks go ---------------------------------------------------------------------------------------------------


def test_settle_what_if_and_explanations() -> None:
    shock = visits(action="ramp", value="1.4", starts="2016-04", full="2016-08")
    settled = small_book().settle(plan=True, shocks=shock)
    assert settled.position("trust") == 139_000 + 28_000
    assert "shock: ramp, × 1.4, 1/4 of it" in settled.explain("trust").to_text()
    what = small_book().what_if({"more": shock, "dearer": {"on": "price", "action": "add", "value": 10}})
    sums = {row["change"]: row["difference"] for row in what if row["party"] == "trust" and row["basis"] == "practised"}
    assert sums == {"more": 28_000, "dearer": 6_600, "interaction": 1_400, "all together": 36_000}
    again = small_book().what_if({"fee": "£2,000"}, shocks="busy")
    assert again.difference("trust") == 7_000


def test_stress_tests_keep_their_scenarios(tmp_path: Path) -> None:
    table = small_book().stress()
    table.save(tmp_path / "s.openbook")
    kept = ob.read_result(tmp_path / "s.openbook")
    assert kept == table and dict(kept.cases) == dict(table.cases) and kept.receipt == table.receipt
    assert kept.attribution("trust") == table.attribution("trust")
