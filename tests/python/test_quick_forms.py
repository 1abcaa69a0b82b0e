"""What the one-line forms pay: against the figures of the research, at their boundaries, and against the rule by hand.

"Q-1" is the table of payment forms of the research catalogue 004 (price £2,000, plan and baseline 10,000, fixed cost
£8.0m, £1,150 a unit; illustrative); the other names are its entries and scenarios and those of catalogues 000 to 003.
"""

from __future__ import annotations

import os
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import openbook as ob
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

quick = ob.quick
EXAMPLES = int(os.environ.get("OPENBOOK_TEST_EXAMPLES", "12"))
law = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
PENNY = Decimal("0.01")

COSTS: dict[str, Any] = {"fixed_cost": "£8m", "unit_cost": "£1,150"}
FORMS = {
    "PbR": quick.cost_per_case("£2,000", plan=10_000, **COSTS),
    "Block": quick.block("£20m", plan=10_000, **COSTS),
    "MRET 30%": quick.emergency_marginal_rate(baseline=10_000, price="£2,000", **COSTS),
    "Capped (2011-12)": quick.activity_cap(10_000, "£2,000", **COSTS),
    "Cost & volume (50% above)": quick.cost_and_volume(10_000, "£2,000", "50%", **COSTS),
    "Cap & collar ±5%": quick.cap_and_collar(10_000, "£2,000", cap="105%", collar="95%", **COSTS),
    "Blended v=20%": quick.blended(10_000, "£2,000", variable="20%", **COSTS),
}
# Payment and provider's margin in £m at 8,500, 10,000 and 11,500.
Q_1 = {
    "PbR": (("17.0", "20.0", "23.0"), ("-0.775", "0.5", "1.775")),
    "Block": (("20.0", "20.0", "20.0"), ("2.225", "0.5", "-1.225")),
    "MRET 30%": (("17.0", "20.0", "20.9"), ("-0.775", "0.5", "-0.325")),
    "Capped (2011-12)": (("17.0", "20.0", "20.0"), ("-0.775", "0.5", "-1.225")),
    "Cost & volume (50% above)": (("20.0", "20.0", "21.5"), ("2.225", "0.5", "0.275")),
    "Cap & collar ±5%": (("19.0", "20.0", "21.0"), ("1.225", "0.5", "-0.225")),
    "Blended v=20%": (("19.4", "20.0", "20.6"), ("1.625", "0.5", "-0.625")),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("column", "activity"), list(enumerate((8_500, 10_000, 11_500))))
def test_seven_forms_on_one_activity(form: str, column: int, activity: int) -> None:
    payments, margins = Q_1[form]
    settled = FORMS[form].settle(activity)
    assert -settled.position("commissioner") == Decimal(payments[column]) * 1_000_000
    assert settled.position("provider") == Decimal(margins[column]) * 1_000_000
    assert FORMS[form].pay(activity) == Decimal(payments[column]) * 1_000_000


# -- research -------------------------------------------------------------------------------------------------


def test_marginal_pricing_has_three_readings_h16() -> None:
    """Plan 1,000, ceiling 1,020, actual 1,080, £2,000, half: £2.06m, £2.08m or £2.10m, £40,000 in dispute."""
    form = quick.cost_and_volume(1_000, "£2,000", "50%", ceiling="102%")
    settled = form.settle(1_080)
    left = {row["reading"]: row["position"] for row in settled.disputes if row["party"] == "provider"}
    assert left == {"neutral": 2_060_000, "from_plan": 2_080_000, "full_price": 2_100_000}
    span = next(row for row in settled.joint_range if row["party"] == "provider")
    assert span["highest"] - span["lowest"] == 40_000
    assert settled.provisional == ("cost_and_volume",)
    for reading, paid in left.items():
        chosen = quick.cost_and_volume(1_000, "£2,000", "50%", ceiling="102%", reading=reading)
        assert chosen.pay(1_080) == paid
        assert chosen.settle(1_080).provisional == ()


def test_corridors_h17() -> None:
    def corridor(floor: str, ceiling: str) -> ob.quick.Quick:
        return quick.cost_and_volume(1_000, "£2,000", "50%", below="50%", floor=floor, ceiling=ceiling)

    assert corridor("98%", "102%").pay(1_080) == 2_060_000
    assert corridor("50%", "150%").pay(1_080) == 2_000_000
    assert corridor("98%", "102%").pay(930) == 1_950_000


def test_baseline_moved_after_arbitration_scn_02() -> None:
    before, after = (quick.emergency_marginal_rate(baseline, "£2,000") for baseline in (10_000, 11_000))
    assert after.pay(11_500) == 22_300_000
    assert after.pay(11_500) - before.pay(11_500) == 1_400_000
    assert before.what_if({"baseline": 11_000}, 11_500).difference("provider") == 1_400_000


def test_removal_of_the_activity_cap_scn_05() -> None:
    assert FORMS["PbR"].pay(11_500) - FORMS["Capped (2011-12)"].pay(11_500) == 3_000_000


def test_step_down_scn_06() -> None:
    """10% less activity saves £1.15m: the provider's gain under tariff, 5% collar and block."""
    gains = [FORMS[name].settle(9_000).position("provider") - 500_000 for name in ("PbR", "Cap & collar ±5%", "Block")]
    assert gains == [-850_000, 150_000, 1_150_000]


def test_capitation_s_a5() -> None:
    for cost, kept in (("£3,600", 20_400_000), ("£4,200", -10_200_000)):
        form = quick.capitation(50_000, "£4,000", unit_cost=cost)
        assert form.pay(50_000) == 200_000_000
        assert form.pay(51_000) == 204_000_000
        assert form.settle(51_000).position("provider") == kept


def test_case_b_pool_scn_08_s_b2() -> None:
    form = quick.gain_and_pain(
        "£140,000", shares={"LA": "40%", "FT": "40%", "Third sector A": "10%", "Third sector B": "10%"}
    )
    for score, la, third in ((1, 56_000, 14_000), (-1, -56_000, -14_000), ("50%", 28_000, 7_000)):
        settled = form.settle(score)
        assert [settled.position(p) for p in ("la", "ft", "third_sector_a", "third_sector_b")] == [la, la, third, third]
    assert form.pay(0) == 0


@pytest.mark.parametrize(
    ("cost", "excess_only", "cliff"),
    [
        ("£11m", 0, 0),
        ("£12.8m", 0, 0),
        ("£13,199,999.99", 0, 0),
        ("£13.2m", 0, 1_200_000),
        ("£13.44m", 240_000, 1_440_000),
        ("£13.5m", 300_000, 1_500_000),
    ],
)
def test_ten_percent_or_more_scn_09_s_b7(cost: str, excess_only: int, cliff: int) -> None:
    assert quick.reopener("£12m", reading="excess_only").pay(cost) == excess_only
    assert quick.reopener("£12m", reading="cliff").pay(cost) == cliff
    assert quick.reopener("£12m", reading="declined").pay(cost) == 0


def test_cquin_goals_s33() -> None:
    goals = {"goal one": (0, 1), "goal two": (0, 1), "goal three": (0, 1)}
    weights = {"goal one": ".5", "goal two": ".3", "goal three": ".2"}
    form = quick.incentive("£150m", share="1%", thresholds=goals, weights=weights)
    assert form.pay({"goal_one": 1, "goal_two": 0.5, "goal_three": 0}) == 975_000
    assert form.pay() == 1_500_000


def test_ramp_s_c2() -> None:
    form = quick.ramp("£20m", ["0%", "1%", "2%", "3%"])
    paid = [row["amount"] for row in form.settle(1).payments if row["clause"] == "outcome_part"]
    assert [amount for amount in paid if amount] == [100_000, 200_000, 300_000]
    assert form.pay(1) == 40_000_000
    assert form.pay(1) - form.pay(0) == 600_000
    assert form.pay([1, 0, 1, 0]) - form.pay(0) == 200_000


@pytest.mark.parametrize(("at_risk", "lost"), [("1%", 36_000), ("5%", 180_000), ("100%", 3_600_000)])
def test_what_a_missed_outcome_costs_s_g1(at_risk: str, lost: int) -> None:
    form = quick.outcome_payment("£12m", at_risk=at_risk)
    assert form.pay(1) - form.pay("70%") == lost


def test_three_part_payment_s_c5() -> None:
    form = quick.three_part("£20m", fixed="94%", outcome="3%", contingency="3%")
    assert form.pay(0) == 18_800_000
    assert form.pay("50%") == 19_100_000
    assert form.pay({"achievement": 1, "draw": "£250k"}) == 19_650_000
    assert form.pay({"achievement": 1, "draw": "£5m"}) == 20_000_000


@pytest.mark.parametrize(("enforcement", "paid"), [("100%", 400_000), ("50%", 200_000), (0, 0)])
def test_enforcement_of_a_penalty_s07(enforcement: Any, paid: int) -> None:
    form = quick.penalty("£1,000", threshold=100, enforcement=enforcement)
    assert form.pay(500) == -paid


def test_milestones_s_c4() -> None:
    form = quick.milestones({"payment mechanism": "£150k", "shared records": "£200k"})
    assert form.pay({"payment_mechanism": 1, "shared_records": 1}) == 350_000
    assert form.pay({"shared_records": 1}) == 200_000
    assert form.pay({"payment_mechanism": "99%"}) == 0


def test_bilateral_share_pay_31() -> None:
    """Variance of ± 10% of £12m at s = 0, 0.5 and 1."""
    for share, moved in (("0%", 0), ("50%", 600_000), ("100%", 1_200_000)):
        form = quick.gain_share("£12m", gain=share, pain=share)
        assert form.pay("£10.8m") == moved
        assert form.pay("£13.2m") == -moved


def test_target_cost_rs_01() -> None:
    """A true cost of £10m, the target padded by 10%: at half the provider gets £0.5m for nothing."""
    assert quick.gain_share("£11m", gain="50%").pay("£10m") == 500_000


# -- boundaries -----------------------------------------------------------------------------------------------


def test_cost_and_volume_at_its_edges() -> None:
    form = quick.cost_and_volume(1_000, "£100", "50%", below="25%", floor=980, ceiling=1_020)
    paid = {at: form.pay(at) for at in (978, 979, 980, 981, 1_000, 1_019, 1_020, 1_021, 1_022)}
    # Nothing is adjusted up to and at the floor and the ceiling; the next unit moves £25 or £50.
    assert paid == {
        978: 99_950,
        979: 99_975,
        980: 100_000,
        981: 100_000,
        1_000: 100_000,
        1_019: 100_000,
        1_020: 100_000,
        1_021: 100_050,
        1_022: 100_100,
    }


def test_cap_and_collar_at_its_edges() -> None:
    form = quick.cap_and_collar(1_000, "£100", cap=1_050, collar="95%")
    assert [form.pay(at) for at in (0, 949, 950, 951)] == [95_000, 95_000, 95_000, 95_100]
    assert [form.pay(at) for at in (1_049, 1_050, 1_051)] == [104_900, 105_000, 105_000]


def test_marginal_rate_at_its_baseline() -> None:
    for baseline in (1_000, "£100k"):
        form = quick.emergency_marginal_rate(baseline, "£100")
        assert [form.pay(at) for at in (999, 1_000, 1_001)] == [99_900, 100_000, 100_030]


def test_a_baseline_in_pounds_is_reached_sooner_at_a_higher_price() -> None:
    count, value = (quick.emergency_marginal_rate(b, "£125") for b in (1_000, "£100k"))
    assert count.pay(1_000) == 125_000
    assert value.pay(1_000) == 100_000 + 200 * 125 * Decimal("0.3")


def test_activity_cap_at_its_edge() -> None:
    form = quick.activity_cap(1_000, "£100", cap="103%")
    assert [form.pay(at) for at in (1_029, 1_030, 1_031)] == [102_900, 103_000, 103_000]


@pytest.mark.parametrize(
    ("spend", "paid"),
    [
        ("£11.9m", "0"),  # a saving of £100k is below the minimum of £240k
        ("£11,760,000.01", "0"),
        ("£11.76m", "120000"),  # meets the minimum: half of all £240,000, from the first pound
        ("£11,759,999.98", "120000.01"),
        ("£11m", "500000"),  # the cap: £1m is shared
        ("£10m", "500000"),
        ("£12m", "0"),
        ("£12,000,000.10", "-0.04"),
        ("£13.2m", "-480000"),  # the collar: 10% of the target is shared, at 40%
        ("£14m", "-480000"),
    ],
)
def test_gain_share_at_its_edges(spend: str, paid: str) -> None:
    form = quick.gain_share("£12m", gain="50%", pain="40%", cap="£1m", collar="10%", minimum="2%")
    settled = form.settle(spend)
    assert form.pay(spend) == Decimal(paid)
    assert settled.position("provider") == Decimal(paid)


@pytest.mark.parametrize(
    ("spend", "paid"),
    [("£11.76m", 0), ("£11.75m", 5_000), ("£11m", 380_000), ("£10m", 500_000), ("£12.24m", 0), ("£12.25m", -4_000)],
)
def test_dead_band_shares_only_what_exceeds_it(spend: str, paid: int) -> None:
    form = quick.gain_share("£12m", gain="50%", pain="40%", cap="£1m", dead_band="£240k")
    assert form.pay(spend) == paid


@pytest.mark.parametrize(
    ("thresholds", "results"),
    [
        ("90%", {"89.9%": 0, "90%": 1_000, "91%": 1_000}),
        (("50%", "90%"), {"49%": 0, "50%": 0, "60%": 250, "89%": 975, "90%": 1_000, "99%": 1_000}),
        (("10%", "2%"), {"11%": 0, "10%": 0, "6%": 500, "2%": 1_000, "0%": 1_000}),
        ([("50%", "25%"), ("90%", "100%")], {"49.9%": 0, "50%": 250, "89.9%": 250, "90%": 1_000}),
        (18, {17: 0, "18": 1_000}),
    ],
)
def test_thresholds_of_an_incentive(thresholds: Any, results: dict[Any, int]) -> None:
    form = quick.incentive("£1,000", thresholds=thresholds)
    assert {result: form.pay(result) for result in results} == results


def test_goals_without_weights_are_equal_parts() -> None:
    form = quick.incentive("£900", thresholds={"a": "50%", "b": "50%", "c": "50%"})
    assert form.pay({"a": 1, "b": 1, "c": 0}) == 600


def test_penalty_at_its_edges() -> None:
    form = quick.penalty("£120", threshold="5%", of=100_000, value="£20m", cap="2.5%")
    # 5,000 breaches are free; the cap of £500,000 is reached by 4,166 2/3 more.
    wanted = {5_000: 20_000_000, 5_001: 19_999_880, 9_166: 19_500_080, 9_167: 19_500_000, 50_000: 19_500_000}
    assert {breaches: form.pay(breaches) for breaches in wanted} == wanted
    more = {"breaches": 6_000, "activity": 120_000}  # the threshold follows the activity: 6,000 are free
    assert form.pay(more) == 20_000_000
    few = quick.penalty("£120", threshold=3, cap="£600")
    assert [few.pay(at) for at in (3, 4, 8, 9)] == [0, -120, -600, -600]


def test_scores_outside_their_range_earn_no_more() -> None:
    assert quick.gain_and_pain("£100").pay(3) == 100
    assert quick.gain_and_pain("£100", pain="£40").pay(-3) == -40
    assert quick.outcome_payment("£100", at_risk="10%").pay(-1) == 90
    assert quick.outcome_payment("£100", at_risk="10%").pay("120%") == 100


def test_forecast_is_corrected_in_its_periods() -> None:
    form = quick.forecast(1_000, "£10", reconcile="quarter")
    settled = form.settle([90] * 3 + [80] * 9)
    paid: dict[str, Decimal] = {}
    for row in settled.payments:
        paid[row["label"]] = paid.get(row["label"], Decimal(0)) + row["amount"]
    assert form.pay([90] * 3 + [80] * 9) == 270 * 10 + 720 * 10
    assert sum(paid.values()) == 9_900
    assert quick.forecast(1_000, "£10", reconcile="year").pay(990) == 9_900


def test_blended_with_a_stated_sum() -> None:
    assert quick.blended(fixed="£16m", variable="£400").pay(10_000) == 20_000_000
    assert quick.blended(price="£2,000", fixed="£16m", variable="20%").pay(11_000) == 20_400_000
    assert quick.blended(10_000, "£2,000", variable="£500").pay(9_000) == 19_500_000


def test_groups_of_a_list() -> None:
    form = quick.capitation({"under 65": 40_000, "65 and over": 10_000}, {"under 65": "£900", "65 and over": "£4,000"})
    assert form.pay() == 36_000_000 + 40_000_000
    assert form.pay({"people_under_65": 41_000}) == 36_900_000 + 40_000_000


# -- against the rule by hand ---------------------------------------------------------------------------------


@law
@given(
    plan=st.integers(1, 20_000),
    pence=st.integers(0, 500_000),
    above=st.integers(0, 100),
    below=st.integers(0, 100),
    down=st.integers(0, 30),
    up=st.integers(0, 30),
    reading=st.sampled_from(["neutral", "from_plan", "full_price"]),
    share=st.integers(0, 200),
)
def test_cost_and_volume_by_hand(
    plan: int, pence: int, above: int, below: int, down: int, up: int, reading: str, share: int
) -> None:
    price, activity = Decimal(pence) / 100, plan * share // 100
    m, b = Decimal(above) / 100, Decimal(below) / 100
    floor, ceiling = plan * (1 - Decimal(down) / 100), plan * (1 + Decimal(up) / 100)
    form = quick.cost_and_volume(
        plan, price, f"{above}%", below=f"{below}%", floor=f"{100 - down}%", ceiling=f"{100 + up}%", reading=reading
    )
    if reading == "from_plan":
        units = plan + m * max(0, activity - plan) - b * max(0, plan - activity)
    else:
        units = plan + m * max(Decimal(0), activity - ceiling) - b * max(Decimal(0), floor - activity)
        if reading == "full_price":
            units += min(max(activity, floor), ceiling) - plan
    assert form.pay(activity) == (price * units).quantize(PENNY, ROUND_HALF_UP)


@law
@given(
    target=st.integers(1, 20_000_000),
    spend=st.integers(0, 40_000_000),
    gain=st.integers(0, 100),
    pain=st.integers(0, 100),
    cap=st.none() | st.integers(0, 5_000_000),
    collar=st.none() | st.integers(0, 5_000_000),
    limit=st.sampled_from(["none", "minimum", "dead_band"]),
    size=st.integers(0, 3_000_000),
)
def test_gain_share_by_hand(
    target: int, spend: int, gain: int, pain: int, cap: int | None, collar: int | None, limit: str, size: int
) -> None:
    bound = {} if limit == "none" else {limit: f"£{size}"}
    form = quick.gain_share(
        f"£{target}",
        gain=f"{gain}%",
        pain=f"{pain}%",
        cap=None if cap is None else f"£{cap}",
        collar=None if collar is None else f"£{collar}",
        **bound,
    )
    saving, loss = max(0, target - spend), max(0, spend - target)
    if limit == "minimum" and target - spend < size:
        saving = 0
    if limit == "dead_band":
        saving, loss = max(0, saving - size), max(0, loss - size)
    saving = saving if cap is None else min(saving, cap)
    loss = loss if collar is None else min(loss, collar)
    assert form.pay(f"£{spend}") == Decimal(saving * gain - loss * pain) / 100


@law
@given(people=st.lists(st.integers(0, 99_999), min_size=12, max_size=12), pence=st.integers(1, 999_999))
def test_capitation_by_the_month_by_hand(people: list[int], pence: int) -> None:
    form = quick.capitation(50_000, Decimal(pence) / 100)
    wanted = sum(Decimal(month) * pence for month in people) / 100 / 12
    assert form.pay(people) == wanted.quantize(PENNY, ROUND_HALF_UP)
