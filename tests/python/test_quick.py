"""One-line contracts: what they take, the book they are, and what can be asked of them."""

from __future__ import annotations

import math
import pickle
import re
from decimal import Decimal
from html import unescape
from typing import Any
from xml.etree import ElementTree

import numpy as np
import openbook as ob
import pytest
from openbook.quick import Curve, Options, Quick

quick = ob.quick
MONTHS = [f"2025-{month:02d}" for month in range(4, 13)] + ["2026-01", "2026-02", "2026-03"]

EVERY = {
    "block": lambda **more: quick.block("£1.2m", plan=1_200, **more),
    "cost_per_case": lambda **more: quick.cost_per_case("£1,000", plan=1_200, **more),
    "activity_cap": lambda **more: quick.activity_cap(1_200, "£1,000", cap="102%", **more),
    "cost_and_volume": lambda **more: quick.cost_and_volume(1_200, "£1,000", "50%", floor="98%", **more),
    "cap_and_collar": lambda **more: quick.cap_and_collar(1_200, "£1,000", cap="105%", collar="95%", **more),
    "emergency_marginal_rate": lambda **more: quick.emergency_marginal_rate(1_200, "£1,000", **more),
    "blended": lambda **more: quick.blended(1_200, "£1,000", variable="20%", **more),
    "forecast": lambda **more: quick.forecast(1_200, "£1,000", **more),
    "capitation": lambda **more: quick.capitation(1_200, "£1,000", **more),
    "gain_share": lambda **more: quick.gain_share("£1.2m", gain="50%", pain="50%", minimum="2%", **more),
    "gain_and_pain": lambda **more: quick.gain_and_pain("£140k", shares={"A": "60%", "B": "40%"}, **more),
    "reopener": lambda **more: quick.reopener("£1.2m", **more),
    "incentive": lambda **more: quick.incentive("£1.2m", share="1%", thresholds=("50%", "90%"), **more),
    "outcome_payment": lambda **more: quick.outcome_payment("£1.2m", at_risk="5%", **more),
    "ramp": lambda **more: quick.ramp("£1.2m", ["1%", "2%"], **more),
    "three_part": lambda **more: quick.three_part("£1.2m", fixed="94%", outcome="3%", contingency="3%", **more),
    "milestones": lambda **more: quick.milestones({"one": "£1,000"}, **more),
    "penalty": lambda **more: quick.penalty("£120", threshold="5%", of=12_000, value="£1.2m", cap="2%", **more),
}


# -- the book -------------------------------------------------------------------------------------------------


def test_every_form_is_tried() -> None:
    assert set(EVERY) == set(quick.__all__) - {"Curve", "Options", "Quick"}


@pytest.mark.parametrize("form", EVERY)
def test_every_form_is_a_proper_book(form: str) -> None:
    made = EVERY[form]()
    assert isinstance(made, Quick)
    assert made.form == made.book.id == form
    (contract,) = made.book.contracts
    assert (contract.id, contract.payer) == ("contract", "commissioner")
    assert all(clause.words for clause in contract.clauses)
    assert ob.read_book(made.book.to_json()) == made.book
    assert {row["severity"] for row in made.book.lint()} <= {"note", "warning"}
    assert {row["code"] for row in made.book.lint() if row["severity"] == "warning"} <= {"provisional-reading", "cliff"}
    stated = [row for row in made.terms() if row["path"].startswith("/parameters")]
    assert stated
    assert all(row["illustrative"] for row in stated)
    assert made.settle(disputes=False).position("commissioner") == -made.pay()
    assert EVERY[form]() == made
    assert pickle.loads(pickle.dumps(made)) == made
    assert hash(EVERY[form]()) == hash(made)


@pytest.mark.parametrize("form", EVERY)
def test_a_source_makes_the_terms_agreed(form: str) -> None:
    made = EVERY[form](
        source="Sch 3A", commissioner="Anytown ICB", provider="Anytown Trust", title="Our contract", starts="2024-04"
    )
    stated = [row for row in made.terms() if row["path"].startswith("/parameters")]
    assert {(row["source"], row["illustrative"]) for row in stated} == {("Sch 3A", False)}
    assert made.book.title == "Our contract"
    assert made.book.calendar.start == "2024-04"
    assert made.book.parties[0].name == "Anytown ICB"
    assert form == "gain_and_pain" or made.book.parties[1].name == "Anytown Trust"
    assert {clause.source for clause in made.book.contracts[0].clauses} == {"Sch 3A"}


def test_families_are_used() -> None:
    kinds = {form: {clause.kind for clause in EVERY[form]().book.contracts[0].clauses} for form in EVERY}
    assert kinds["cost_and_volume"] == kinds["cap_and_collar"] == kinds["emergency_marginal_rate"] == {"bands"}
    assert kinds["gain_share"] == {"share"}
    assert kinds["incentive"] == {"incentive"}
    assert kinds["penalty"] == {"block", "penalty"}
    assert kinds["forecast"] == {"forecast"}
    assert kinds["reopener"] == {"trigger"}


def test_units_and_names() -> None:
    form = quick.cost_per_case("£300", plan=10, unit="bed day")
    assert form.terms("price")["unit"][0] == "£ per bed day"
    assert form.terms().where(name="planned_activity")["unit"] == ("bed days",)
    with pytest.raises(AttributeError):
        form.form = "x"  # type: ignore[misc]


# -- data -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [1_260, "1,260", 1_260.0, Decimal(1_260), np.int64(1_260), np.float64(1_260)])
def test_a_number_is_the_years_total(data: Any) -> None:
    form = quick.cost_and_volume(1_200, "£1,000", "50%")
    assert form.pay(data) == 1_230_000


@pytest.mark.parametrize(
    "data",
    [
        [105] * 12,
        (105,) * 12,
        ["105"] * 12,
        np.full(12, 105),
        {"activity": [105] * 12},
        {"activity": np.full(12, 105)},
        {"activity": dict.fromkeys(MONTHS, 105)},
        {"period": MONTHS, "activity": [105] * 12},
    ],
)
def test_months_and_mappings(data: Any) -> None:
    assert quick.cost_and_volume(1_200, "£1,000", "50%").pay(data) == 1_230_000


def test_frames_and_series() -> None:
    pd = pytest.importorskip("pandas")
    form = quick.cost_and_volume(1_200, "£1,000", "50%")
    assert form.pay(pd.Series([105] * 12)) == 1_230_000
    assert form.pay(pd.DataFrame({"period": MONTHS, "activity": [105] * 12})) == 1_230_000


def test_a_total_is_spread_in_whole_units_and_none_is_lost() -> None:
    settled = quick.cost_per_case("£1").settle(1_205)
    assert [row["amount"] for row in settled.payments] == [101] * 5 + [100] * 7
    half = quick.cost_per_case("£1").settle("100.5")
    assert sum(row["amount"] for row in half.payments) == Decimal("100.5")
    spent = quick.gain_share("£12m", gain="100%").settle("£11,999,999.99")
    assert spent.position("provider") == Decimal("0.01")


def test_the_first_months_settle_to_date() -> None:
    form = quick.cost_and_volume(1_200, "£1,000", "50%")
    settled = form.settle([110, 110, 110])
    assert settled.as_at == "2025-06"
    # Three months on account, and a quarter of what 30 above the year's plan come to: 330 + 900 = 1,230.
    assert settled.position("provider") == 300_000 + Decimal("0.25") * 30 * 500
    # Told to a month earlier, June is plan again: a sixth of what 20 above the plan come to.
    assert form.pay([110, 110, 110], as_at="2025-05") == 200_000 + Decimal("1666.67")
    scores = quick.ramp("£1.2m", ["1%", "2%"])
    assert scores.settle([1]).as_at == "2025-09"


def test_without_data_the_plan_holds() -> None:
    assert quick.cost_and_volume(1_200, "£1,000", "50%").pay() == 1_200_000
    with pytest.raises(ob.DataError, match="missing"):
        quick.cost_per_case("£1").pay()
    assert quick.block("£12").pay() == 12


@pytest.mark.parametrize(
    ("form", "data", "words"),
    [
        ("cost_and_volume", "£5", "input activity, /inputs/activity: found '£5', expected cases"),
        ("cost_and_volume", "50%", "found '50%', expected cases"),
        ("cost_and_volume", [1, "x"], "Series|data frame|found"),
        ("cost_and_volume", [1] * 13, "found 13 values, expected 12"),
        ("cost_and_volume", -5, "expected a count of at least 0"),
        ("cost_and_volume", {"activty": 5}, "did you mean 'activity'"),
        ("cost_and_volume", float("nan"), "expected a finite number"),
        ("gain_share", "50%", "expected an amount of money"),
        ("gain_and_pain", "£5", "expected a score such as '85%'"),
    ],
)
def test_data_that_do_not_fit(form: str, data: Any, words: str) -> None:
    with pytest.raises((ob.DataError, OSError), match=words):
        EVERY[form]().settle(data)


def test_a_plain_number_needs_one_input() -> None:
    form = quick.incentive("£1", thresholds={"flu": "50%", "falls": "50%"})
    for ask in (lambda: form.pay(1), form.curve):
        with pytest.raises(ob.BookError, match="this contract has flu, falls"):
            ask()
    assert form.pay({"flu": 1, "falls": 0}) == Decimal("0.50")


# -- arguments ------------------------------------------------------------------------------------------------


def test_money_shares_and_counts_as_people_write_them() -> None:
    one = quick.cost_and_volume(plan="10,000", price=2_000, marginal=0.5)
    assert (
        one.pay(10_800) == quick.cost_and_volume(plan=10_000, price="£2,000", marginal="50%").pay(10_800) == 20_800_000
    )
    assert quick.block("£1.5m").pay() == quick.block(Decimal(1_500_000)).pay() == 1_500_000


@pytest.mark.parametrize(
    ("make", "faults"),
    [
        (lambda: quick.block("£-5"), ["amount: found '£-5', expected an amount of money of at least £0"]),
        (lambda: quick.block("ten"), ["amount: found 'ten'"]),
        (lambda: quick.block(None), ["amount: found None"]),
        (lambda: quick.block(float("inf")), ["amount: found inf"]),
        (lambda: quick.cost_per_case("50%"), ["price: found '50%', expected an amount of money"]),
        (
            lambda: quick.cost_and_volume(plan="£5", price="50%", marginal=50, below="120%"),
            ["plan: found '£5'", "price: found '50%'", "marginal: found 50", "below: found '120%'"],
        ),
        (
            lambda: quick.cost_and_volume(100, 1, "50%", floor="110%", ceiling=90, reading="neutrl"),
            ["floor: found '110%', expected at most the plan, 100", "ceiling: found 90", "did you mean 'neutral'"],
        ),
        (lambda: quick.cost_and_volume(100, 1, "50%", reading="neutral"), ["neither floor nor ceiling"]),
        (lambda: quick.cost_and_volume(0, 1, "50%"), ["plan: found 0, expected a number above 0"]),
        (
            lambda: quick.cap_and_collar(100, 1, cap="95%", collar="105%"),
            ["collar: found '105%', expected at most the cap"],
        ),
        (lambda: quick.activity_cap(100, 1, cap="£5"), ["cap: found '£5', expected a part of the plan"]),
        (lambda: quick.emergency_marginal_rate("50%", 1), ["baseline: found '50%'"]),
        (lambda: quick.blended(variable="20%"), ["plan: found None", "price: found None"]),
        (lambda: quick.blended(fixed="£1", variable="£2", price="£3"), ["price: found '£3', expected nothing"]),
        (lambda: quick.forecast(100, 1, reconcile="weekly"), ["reconcile: found 'weekly', expected one of month"]),
        (lambda: quick.capitation({"a": 1}, {"b": 1}), ["rate: found ['b'], expected a rate for each group"]),
        (lambda: quick.capitation({"a": 1}, "£5"), ["rate: found '£5', expected a mapping"]),
        (lambda: quick.gain_share("£1", gain="150%"), ["gain: found '150%', expected a percentage from 0% to 100%"]),
        (lambda: quick.gain_share("£1", gain="50%", minimum="2%", dead_band="2%"), ["dead_band: found '2%'"]),
        (lambda: quick.gain_share("£1", gain="50%", cap="-5%"), ["cap: found '-5%'"]),
        (lambda: quick.gain_and_pain("£1", shares={"a": "60%", "b": "30%"}), ["shares: found '90.00% in all'"]),
        (lambda: quick.gain_and_pain("£1", shares=["a"]), ["shares: found ['a'], expected a mapping"]),
        (lambda: quick.reopener("£1", reading="clif"), ["did you mean 'cliff'"]),
        (lambda: quick.incentive("£1", thresholds="£5"), ["thresholds: found '£5'"]),
        (lambda: quick.incentive("£1", thresholds=("50%", "50%")), ["two different thresholds"]),
        (lambda: quick.incentive("£1", thresholds=[("50%", 1), ("40%", 1)]), ["in ascending order"]),
        (lambda: quick.incentive("£1", thresholds=["50%"]), ["a target, a pair, or a list"]),
        (lambda: quick.incentive("£1", thresholds={"a": 1}, weights={"b": 1}), ["a weight for each goal: a"]),
        (lambda: quick.incentive("£1", thresholds={"a": 1, "b": 1}, weights={"a": ".5", "b": ".4"}), ["90.00% in all"]),
        (lambda: quick.outcome_payment("£1", at_risk="5%", every="week"), ["every: found 'week'"]),
        (lambda: quick.ramp("£1", []), ["at_risk: found []"]),
        (lambda: quick.three_part("£1", fixed="90%", outcome="3%", contingency="3%"), ["96.00% in all"]),
        (lambda: quick.milestones({}), ["amounts: found {}"]),
        (lambda: quick.penalty("£1", threshold="5%"), ["of: found None, expected the planned activity"]),
        (lambda: quick.penalty("£1", cap="5%"), ["value: found None, expected the contract value"]),
        (lambda: quick.penalty("£1", threshold=5, of=100), ["of: found 100, expected nothing"]),
        (lambda: quick.block("£1", starts="FY25"), ["starts: found 'FY25', expected a month such as '2016-04'"]),
        (lambda: quick.block("£1", deviation="£5"), ["deviation: found '£5'"]),
        (lambda: quick.block("£1", unti="x"), ["'unti' is not an option; did you mean 'unit'"]),
        (lambda: quick.gain_share("£1", gain="50%", unit_cost="£5"), ["unit_cost: found '£5', expected nothing"]),
    ],
)
def test_arguments_that_cannot_be_used(make: Any, faults: list[str]) -> None:
    with pytest.raises(ob.BookError, match="cannot be made from these arguments") as refused:
        make()
    told = [problem.message for problem in refused.value.problems]
    assert len(told) == len(faults), told
    for fault, message in zip(faults, told, strict=True):
        assert fault in message


def test_options_are_documented() -> None:
    assert all(f"{name}" in (Options.__doc__ or "") for name in Options.__annotations__)


# -- changing -------------------------------------------------------------------------------------------------


def test_a_price_from_a_month_on() -> None:
    form = quick.cost_and_volume(12_000, "£2,000", "50%")
    changed = form.with_("price", "£2,200", starts="2025-10", source="deed 1")
    # Half of the plan at each price; a unit above it brings half of their average, £2,100.
    assert changed.pay(12_000) == 25_200_000
    assert changed.pay(12_100) == 25_200_000 + 100 * 1_050
    assert quick.cost_per_case("£10", plan=12).with_("price", "£20", starts="2025-10").pay(12) == 180
    assert form.pay(12_000) == 24_000_000


def test_terms_by_name() -> None:
    form = quick.gain_share("£12m", gain="50%", cap="£1m")
    assert form.with_("gain cap", "£2m").pay("£10m") == 1_000_000
    assert form.with_("gain share", "25%").pay("£11m") == 250_000
    assert form.what_if({"gain cap": "£2m"}, "£10m").difference("provider") == 500_000
    with pytest.raises(ob.BookError, match="expected a percentage"):
        form.with_("gain share", "£2m")


def test_explained_down_to_the_inputs() -> None:
    tree = quick.cost_and_volume(10_000, "£2,000", "50%").explain(data=10_800)
    assert tree.amount == 20_800_000
    labels = {node.label for node in tree.walk()}
    assert {"Activity, 2025-04", "Price per case", "Marginal rate above", "Planned activity a year"} <= labels
    assert sum(child.amount for child in tree.children) == tree.amount


# -- simulated ------------------------------------------------------------------------------------------------


def test_uncertain_activity_has_the_deviation_of_the_year() -> None:
    form = quick.cost_per_case("£2,000", plan=10_000)
    drawn = form.simulate(20_000, deviation="5%", seed=3, progress=False).array("provider", every="term", period=1)
    assert drawn.mean() == pytest.approx(20_000_000, abs=4 * 1_000_000 / math.sqrt(20_000))
    assert drawn.std() == pytest.approx(20_000_000 * math.sqrt(math.exp(0.05**2) - 1), rel=0.03)
    made = quick.cost_per_case("£2,000", plan=10_000, deviation="5%")
    again = made.simulate(20_000, seed=3, progress=False).array("provider", every="term", period=1)
    assert np.array_equal(drawn, again)
    assert made.pay() == 20_000_000


def test_uncertain_scores() -> None:
    form = quick.outcome_payment("£12m", at_risk="10%")
    drawn = form.simulate(20_000, deviation=0.1, progress=False).array("provider", every="term", period=1)
    # Achievement is 1 + 0.1 z, cut at 1: what is lost is 1.2m * 0.1 * E[max(-z, 0)] = 0.12m / sqrt(2 pi).
    assert 12_000_000 - drawn.mean() == pytest.approx(120_000 / math.sqrt(2 * math.pi), rel=0.05)


def test_forms_are_compared_under_the_same_draws() -> None:
    forms = {
        "block": quick.block("£20m", plan=10_000, deviation="5%"),
        "tariff": quick.cost_per_case("£2,000", plan=10_000, deviation="5%"),
        "half": quick.cost_and_volume(10_000, "£2,000", "50%", below="50%", deviation="5%"),
    }
    table = ob.compare({name: form.book for name, form in forms.items()}, scenarios=2_000, seed=1, progress=False)
    tariff, half = (
        next(r for r in table if (r["book"], r["party"]) == (name, "provider")) for name in ("tariff", "half")
    )
    assert half["mean"] == pytest.approx(tariff["mean"] / 2, rel=1e-6)
    assert half["sd"] == pytest.approx(tariff["sd"] / 2, rel=1e-6)


def test_known_months_are_not_drawn() -> None:
    form = quick.cost_per_case("£1,000", plan=1_200, deviation="5%")
    known = form.simulate(500, data=[100] * 11, progress=False).array("provider", every="term", period=1)
    assert 0 < known.std() < 12_000
    assert known.mean() == pytest.approx(1_200_000, rel=0.001)


def test_what_cannot_be_simulated() -> None:
    with pytest.raises(ob.BookError, match="deviation='5%'"):
        quick.block("£1").simulate(10)
    with pytest.raises(ob.BookError, match="has no plan to be drawn around"):
        quick.cost_per_case("£1").simulate(10, deviation="5%")
    with pytest.raises(ob.BookError, match="deviation: found '£5'"):
        quick.cost_per_case("£1", plan=1).simulate(10, deviation="£5")


# -- curves ---------------------------------------------------------------------------------------------------


def test_a_curve_has_the_payment_at_whole_values() -> None:
    form = quick.cost_and_volume(1_000, "£2,000", "50%", below="50%", floor="98%", ceiling="102%")
    curve = form.curve(970, 1_030)
    assert isinstance(curve, Curve)
    assert list(curve["activity"]) == list(range(970, 1_031))
    assert curve["payment"] == tuple(form.pay(at) for at in range(970, 1_031))
    assert curve.at(1_021) == 2_001_000
    assert dict(zip(curve["activity"], curve["change"], strict=True))[Decimal(1_021)] == 1_000
    assert {row["note"]: row["activity"] for row in curve if row["note"]} == {
        "floor": 980,
        "plan": 1_000,
        "ceiling": 1_020,
    }
    assert curve.bends == {"floor": 980, "plan": 1_000, "ceiling": 1_020}
    with pytest.raises(KeyError, match="they go from 970 to 1030"):
        curve.at(5)


def test_long_curves_have_round_steps_and_every_bend() -> None:
    curve = quick.cap_and_collar(10_001, "£2,000", cap="105%", collar="95%").curve(8_500, 11_500)
    assert len(curve) <= 210
    assert {8_500, 8_520, 11_500} <= set(curve["activity"])
    assert {row["note"] for row in curve if row["note"]} == {"collar", "plan", "cap"}
    assert curve.bends["collar"] == Decimal("9500.95")  # the next whole unit has the note
    assert curve.at(9_501) == 2_000 * 9_501


def test_jumps_are_seen_from_both_sides() -> None:
    curve = quick.gain_share("£12m", gain="50%", minimum="2%").curve("£11.5m", "£12m", step="£100k")
    below = list(curve["spend"]).index(Decimal("11760000")) - 1
    assert curve["spend"][below] == Decimal("11759999.99")
    assert curve.at("£11,760,000.01") == curve.at("£11.8m") == 0
    assert curve.at("£11.76m") == 120_000
    scores = quick.incentive("£1,000", thresholds="90%").curve()
    assert scores.at("89.9%") == 0
    assert scores.at(0.9) == 1_000


def test_curves_are_tables_and_pictures() -> None:
    curve = EVERY["cap_and_collar"]().curve()
    assert pickle.loads(pickle.dumps(curve)) == curve
    assert pickle.loads(pickle.dumps(curve)).bends == curve.bends
    words = set(ElementTree.fromstring(curve.svg()).itertext())
    assert {"collar", "plan", "cap"} <= words
    pytest.importorskip("pandas")
    assert list(curve.to_pandas().columns) == ["activity", "payment", "change", "note"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("x", 5), "low: found 'x', expected a number"),
        ((5, 5), "expected a low below a high"),
        ((0, 10_000, 1), "at most 5,000 values"),
        ((0, 10, 0), "expected a step"),
    ],
)
def test_curves_that_cannot_be_drawn(arguments: Any, words: str) -> None:
    low, high, *step = arguments
    with pytest.raises((ob.BookError, ob.LimitError), match=words):
        EVERY["cap_and_collar"]().curve(low, high, step=step[0] if step else None)


@pytest.mark.parametrize("form", EVERY)
def test_displays_say_the_same_in_text_and_html(form: str) -> None:
    made = EVERY[form]()
    text, page = repr(made), unescape(made._repr_html_())
    assert made.words in text
    assert made.book.title in text
    for figure in set(re.findall(r"-?\d[\d,.]*\d", text)):
        assert figure in page
    assert "<script" not in page
