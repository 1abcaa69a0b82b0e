"""Laws of the shipped books on incentives, penalties, concessions and general practice that single golden figures cannot state."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from fractions import Fraction as F
from math import floor
from typing import Any

import openbook as ob
import pytest

BOOKS = (
    "alternative_provider_practice",
    "dormant_penalties",
    "financial_penalties",
    "flat_budget_rising_demand",
    "forecast_reconciliation",
    "gainshare_within_cquin",
    "general_practice_income",
    "incentive_intensity",
    "painshare_fund",
    "practice_equalisation",
    "practice_quality_payments",
    "practice_targets",
    "quality_incentive_goals",
    "regulator_enforcement",
    "surge_relaxed_to_marginal_rate",
    "tariff_converted_to_block",
    "transition_milestones",
)
SEEDS = range(3)


def rounded(value: F, step: F) -> F:
    return step * floor(value / step + F(1, 2))


def settled(name: str, inputs: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ob.examples.book(name).settle(inputs, plan=True, **options).to_json())
    return found


def quantity(found: dict[str, Any], name: str, period: int = 0) -> F:
    return next(F(row["value"]) for row in found["quantities"] if (row["id"], row["period"]) == (name, period))


def position(found: dict[str, Any], party: str, period: int = 0, basis: str = "practised") -> F:
    key = (party, "year", period, basis)
    return next(F(r["amount"]) for r in found["positions"] if (r["party"], r["every"], r["period"], r["basis"]) == key)


def moved(found: dict[str, Any], clause: str, to: str) -> F:
    rows = [row for row in found["entries"] if (row["clause"], row["basis"]) == (clause, "practised")]
    return sum((F(r["amount"]) * ((r["to"] == to) - (r["from"] == to)) for r in rows), F(0))


@pytest.mark.parametrize("seed", SEEDS)
def test_quality_is_paid_in_the_order_of_rounding(seed: int) -> None:
    rng = random.Random(seed)
    lists = [rng.randint(1500, 15000) for _ in range(3)]
    eligible = [rng.randint(50, 2000) for _ in range(9)]
    excepted = [rng.randint(0, n // 4) for n in eligible]
    met = [rng.randint(0, n - e) for n, e in zip(eligible, excepted, strict=True)]
    found = settled(
        "general_practice_income", {"list_size": lists, "eligible": eligible, "excepted": excepted, "met": met}
    )
    terms = ((57, F("0.4"), F("0.8")), (40, F("0.4"), F("0.85")), (25, F("0.5"), F("0.9")))
    for at, practice in enumerate(("elm", "oak", "ash")):
        points = F(0)
        for j, (most, low, high) in enumerate(terms):
            line = 3 * at + j
            share = rounded(F(met[line], eligible[line] - excepted[line]), F(1, 1000))
            points += most * min(F(1), max(F(0), (share - low) / (high - low)))
        value = rounded(F("118.45") * rounded(F(lists[at], 5891), F(1, 100)), F(1, 100))
        assert moved(found, f"{practice}_quality", practice) == rounded(points * value, F(1, 100))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_freed_is_spent_diverted_or_left(seed: int) -> None:
    rng = random.Random(seed)
    lists = [rng.randint(2000, 16000) for _ in range(20)]
    achieved = [F(rng.randint(0, 20), 20) for _ in range(80)]
    diversion = F(rng.randint(0, 4), 4)
    book = ob.examples.practice_equalisation().with_("diversion", str(float(diversion)))
    given = {"list_size": lists, "achieved": [float(x) for x in achieved]}
    found = json.loads(book.settle(given, plan=True).to_json())
    for year in range(5):
        four = lists[4 * year : 4 * year + 4]
        release = sum(max(F(0), F(rate - 80 * n)) for rate, n in zip((1_200_000, 600_000), four[:2], strict=True))
        release *= F(year, 4)
        assert quantity(found, "release", year) == release
        fund = release * (1 - diversion) + 100_000
        assert 0 <= quantity(found, "scale_back", year) <= 1
        earned = quantity(found, "scheme_cost", year)
        assert quantity(found, "unspent", year) == max(F(0), fund - earned)


@pytest.mark.parametrize("seed", SEEDS)
def test_penalties_never_pass_the_cap_and_are_spared_only_in_deficit(seed: int) -> None:
    rng = random.Random(seed)
    never = [rng.randint(0, 4) for _ in range(4)]
    waits = [rng.randint(0, 600) for _ in range(4)]
    seen = [rng.randint(900, 1000) / 1000 for _ in range(4)]
    cost = [3 * rng.choice((4_900_000, 5_000_000, 5_000_001)) for _ in range(4)]
    found = settled(
        "financial_penalties",
        {"never_events": never, "long_waits": waits, "seen_in_time": seen, "running_cost": cost},
    )
    for q in range(4):
        points = 100 * max(F(0), F(95, 100) - F(str(seen[q])))
        face = 60_000 * never[q] + 300 * max(0, waits[q] - 10) + 20_000 * points
        due = min(F(150_000), face)
        spared = quantity(found, "result_before_penalties", q) < 0
        assert spared == (cost[q] > 15_000_000)
        assert quantity(found, "charged", q) == (due / 2 if spared else due)


@pytest.mark.parametrize("way", [1, 2])
@pytest.mark.parametrize("rate", ["0%", "20%", "37%", "60%", "100%"])
def test_relief_moves_money_and_creates_none(way: int, rate: str) -> None:
    cases = [4200] * 8 + [4725] * 4
    book = ob.examples.surge_relaxed_to_marginal_rate().with_all({"relaxed_rate": rate, "way_of_relief": way})
    found = json.loads(book.settle({"cases": cases}, plan=True).to_json())
    part = F(rate[:-1]) / 100
    assert position(found, "pct") == 1_000_000 - 5_000_000 * part
    assert position(found, "pct") + position(found, "trust") == -2_000_000
    assert position(found, "pct", basis="written") == -4_000_000
    assert position(found, "trust", basis="written") == 2_000_000


def test_a_block_bears_no_risk_of_the_bill() -> None:
    def second_year(bill: int) -> Sequence[F]:
        found = settled("tariff_converted_to_block", {"tariff_bill": [203_158_000, bill]})
        return position(found, "pct", 1), position(found, "pct", 1, "written")

    low, high = second_year(203_100_000), second_year(203_300_000)
    assert low[0] == high[0]
    assert low[1] - high[1] == 200_000


@pytest.mark.parametrize("seed", SEEDS)
def test_the_dedicated_fund_changes_no_years_result(seed: int) -> None:
    rng = random.Random(seed)
    names = ("residential", "employment", "health", "participation")
    scores = {f"{name}_score": [rng.randint(-10, 10) / 10 for _ in range(3)] for name in names}
    likely = {"forecast_score": [rng.randint(-10, 10) / 10 for _ in range(3)], "pain_likelihood": [1, 1, 1]}
    without, with_fund = settled("painshare_fund", scores), settled("painshare_fund", scores | likely)
    for party in ("ccg", "local_authority", "mental_health_ft", "third_sector_a", "third_sector_b", "dedicated_fund"):
        for year in range(3):
            assert abs(position(without, party, year) - position(with_fund, party, year)) <= F(1, 100)
    for month in (11, 23, 35):
        assert quantity(with_fund, "fund_balance", month) == 0


def test_effort_never_falls_as_the_stake_rises() -> None:
    book = ob.examples.incentive_intensity()
    found = [json.loads(book.with_("stake_part", f"{p / 10}%").settle(plan=True).to_json()) for p in range(0, 100, 7)]
    efforts = [quantity(f, "effort") for f in found]
    assert efforts == sorted(efforts) and efforts[0] == 0 and efforts[-1] == 1
    assert [e for e, p in zip(efforts, range(0, 100, 7), strict=True) if p <= 15] == [0, 0, 0]


@pytest.mark.parametrize("name", BOOKS)
def test_wrong_input_is_refused(name: str) -> None:
    book = ob.examples.book(name)
    document = json.loads(book.to_json())
    first = document["inputs"][0]
    for value in ("many", float("nan"), float("inf")):
        with pytest.raises(ob.OpenbookError, match=first["id"]):
            book.settle({first["id"]: [value]}, plan=True)
    document["parameters"][0]["value"] = {"value": "no_such_name"}
    with pytest.raises(ob.OpenbookError, match="no_such_name"):
        ob.Book.from_json(document).settle(plan=True)
    document = json.loads(book.to_json())
    document["contracts"][0]["clauses"][0]["amout"] = 1
    with pytest.raises(ob.OpenbookError, match="/contracts/0/clauses/0"):
        ob.Book.from_json(document)


@pytest.mark.parametrize("growth", ["0.5%", "3%", "10%"])
def test_rising_demand_orders_the_deficits(growth: str) -> None:
    found = json.loads(
        ob.examples.flat_budget_rising_demand().with_("demand_growth", growth).settle(plan=True).to_json()
    )
    forms = ("tariff", "cost_and_volume", "block")
    commissioners = [quantity(found, f"{form}_pct_balance", 2) for form in forms]
    trusts = [quantity(found, f"{form}_trust_balance", 2) for form in forms]
    assert commissioners == sorted(commissioners) and len(set(commissioners)) == 3
    assert trusts == sorted(trusts, reverse=True) and len(set(trusts)) == 3


def test_risk_of_an_outcome_based_incentive_rises_with_the_noise_of_the_outcome() -> None:
    def deviation(noise: str, process: int) -> float:
        changes = {
            "assessed_weight": process,
            "satisfied_weight": 0,
            "dementia_weight": 1 - process,
            "local_incentive_pot": "£0",
            "local_penalty_cap": "£0",
            "/drivers/2/deviation": noise,
        }
        book = ob.examples.quality_incentive_goals().with_all(changes)
        rows = book.simulate(2000, seed=1, progress=False).risk("trust").to_dicts()
        return float(next(row["sd"] for row in rows if row["every"] == "year"))

    noises = ("0.01", "0.03", "0.09")
    on_outcome = [deviation(noise, process=0) for noise in noises]
    on_process = {deviation(noise, process=1) for noise in noises}
    assert on_outcome[0] < on_outcome[1] < on_outcome[2]
    assert len(on_process) == 1
