"""Laws of the reference packs that no single golden figure shows, against small independent models on random data."""

from __future__ import annotations

import json
import random
from collections import deque
from fractions import Fraction
from typing import Any

import openbook as ob
import pytest

PENNY = Fraction(1, 100)


def settled(name: str, inputs: dict[str, Any], **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ob.examples.book(name).settle(inputs, plan=True, **options).to_json())
    return found


def practised(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [r for r in found["entries"] if r["basis"] == "practised"]


def moved(found: dict[str, Any], clause: str, month: str | None = None) -> Fraction:
    """What a clause moves, in all or in the period that ends with a month."""
    rows = [r for r in practised(found) if r["clause"] == clause and month in (None, r["service_to"])]
    return sum((Fraction(r["amount"]) for r in rows), Fraction(0))


def value(found: dict[str, Any], quantity: str, period: int = 0) -> Fraction:
    return next(Fraction(r["value"]) for r in found["quantities"] if (r["id"], r["period"]) == (quantity, period))


def reallocated(quotas: list[int], excess: list[int], unused: Fraction) -> list[Fraction]:
    """Unused quota by quota among producers in excess, again until it is used up or everyone is covered."""
    need = [Fraction(x) for x in excess]
    while unused > 0 and any(need):
        quota = sum(q for q, n in zip(quotas, need, strict=True) if n)
        given = [min(n, unused * q / quota) if n else Fraction(0) for q, n in zip(quotas, need, strict=True)]
        need = [n - g for n, g in zip(need, given, strict=True)]
        unused -= sum(given)
    return need


@pytest.mark.parametrize("seed", range(8))
def test_milk_quota_is_reallocated_until_nothing_is_left(seed: int) -> None:
    chance = random.Random(seed)
    quotas = [400_000, 300_000, 200_000, 100_000, 500_000]
    deliveries = [q + chance.randint(-q // 8, q // 8) for q in quotas]
    found = settled("milk_quota_levy", {"deliveries": deliveries + quotas + quotas})
    unused = Fraction(sum(max(0, q - d) for q, d in zip(quotas, deliveries, strict=True)))
    left = reallocated(quotas, [max(0, d - q) for q, d in zip(quotas, deliveries, strict=True)], unused)
    for farm, kilograms in zip(("hill", "vale", "moor", "brook", "estate"), left, strict=True):
        assert abs(moved(found, f"{farm}_levy") - kilograms * Fraction("0.3091")) <= PENNY / 2
    assert value(found, "levied_in_all") == max(0, sum(deliveries) - sum(quotas))


@pytest.mark.parametrize("seed", range(6))
def test_the_layer_pays_the_buildings_all_that_it_covers(seed: int) -> None:
    chance = random.Random(seed)
    losses = {
        f"{name}_loss": [round(chance.lognormvariate(11, 1.5), 2) if chance.random() < 0.6 else 0 for _ in range(12)]
        for name in ("clinic", "ward_block", "laboratory")
    }
    found = settled("insurance_layers", losses)
    covered = Fraction(0)
    for month in range(12):
        label = f"2025-{month + 1:02d}"
        ceded = value(found, "ceded", month)
        covered += value(found, "covered", month)
        assert abs(moved(found, "recovery", label) - ceded) <= PENNY / 2
        loss = [Fraction(str(losses[f"{n}_loss"][month])) for n in ("clinic", "ward_block", "laboratory")]
        kept = sum(min(x, Fraction(d)) for x, d in zip(loss, (10_000, 20_000, 10_000), strict=True))
        cut = sum(
            max(Fraction(0), x - d - m)
            for x, d, m in zip(loss, (10_000, 20_000, 10_000), (500_000, 500_000, 100_000), strict=True)
        )
        net = sum(loss) - cut - min(max(kept, min(30_000, sum(loss) - cut)), 35_000)
        assert value(found, "in_layer", month) == min(max(0, net - 50_000), 400_000)
    assert covered <= 800_000


def corridor(far: Fraction) -> Fraction:
    """Half of what lies between 3% and 8%, 80% of what lies beyond."""
    inner = max(Fraction(0), min(far, Fraction(8, 100)) - Fraction(3, 100))
    return inner / 2 + max(Fraction(0), far - Fraction(8, 100)) * 4 / 5


def paid_oldest_first(owed: deque[list[Fraction]], collected: Fraction) -> list[Fraction]:
    """What each issuer gets of a year's collections; takes it off what is owed."""
    paid = [Fraction(0)] * 3
    while owed:
        total = sum(owed[0], Fraction(0))
        part = min(Fraction(1), collected / total) if total else Fraction(1)
        given = [part * x for x in owed[0]]
        paid = [p + x for p, x in zip(paid, given, strict=True)]
        collected -= sum(given, Fraction(0))
        owed[0] = [x - y for x, y in zip(owed[0], given, strict=True)]
        if part < 1:
            break
        owed.popleft()
    return paid


@pytest.mark.parametrize("seed", range(6))
def test_collections_pay_the_oldest_year_first(seed: int) -> None:
    chance = random.Random(seed)
    costs = [[chance.randint(60, 100) * 1_000_000 for _ in range(3)] for _ in range(3)]
    names = ("mutual", "cooperative", "national")
    readings = {f"{name}_payment": "from_collections" for name in names}
    given = {"allowable_costs": [x for row in costs for x in row]}
    found = settled("insurance_risk_corridors", given, readings=readings)
    owed: deque[list[Fraction]] = deque()
    for year, row in enumerate(costs):
        # adjusted by 2% in 2015, and in 2016 where costs are at least 80% of premiums
        adjusted = [year == 1 or (year == 2 and cost >= 80_000_000) for cost in row]
        targets = [78_000_000 if by else 80_000_000 for by in adjusted]
        far = [Fraction(cost, target) - 1 for cost, target in zip(row, targets, strict=True)]
        owed.append([target * corridor(x) for x, target in zip(far, targets, strict=True)])
        charged = sum((target * corridor(-x) for x, target in zip(far, targets, strict=True)), Fraction(0))
        paid = paid_oldest_first(owed, charged)
        for name, amount in zip(names, paid, strict=True):
            assert abs(moved(found, f"{name}_payment", f"{2014 + year}-12") - amount) <= PENNY / 2


@pytest.mark.parametrize("seed", range(6))
def test_underperformance_is_forgotten_after_the_fourth_year(seed: int) -> None:
    chance = random.Random(seed)
    net = [chance.randint(-80, 80) for _ in range(19)]
    found = settled("fund_performance_fee", {"net_performance": [x / 1000 for x in net]})
    losses: deque[int] = deque([0, 0, 0, 0], maxlen=4)  # the oldest first
    for year, result in enumerate(net):
        gain = max(0, result)
        for age, loss in enumerate(losses):
            losses[age] -= min(gain, loss)
            gain -= min(gain, loss)
        losses.append(max(0, -result))
        assert value(found, "carried", year) == Fraction(sum(losses), 1000)
        assert moved(found, "benchmark_fee", f"{2001 + year}-12") == gain * 20_000


@pytest.mark.parametrize("seed", range(6))
def test_the_waterfall_hands_on_every_penny(seed: int) -> None:
    chance = random.Random(seed)
    earned = [chance.randint(0, 18_000_000_00) / 100 for _ in range(6)]
    found = settled("debt_waterfall", {"earned": earned})
    for half, amount in enumerate(earned):
        label = f"{2025 + half // 2}-{'06' if half % 2 == 0 else '12'}"
        signed = {"from": -1, "to": 1}
        rows = [r for r in practised(found) if r["service_to"] == label]
        kept = sum(signed[side] * Fraction(r["amount"]) for r in rows for side in signed if r[side] == "project")
        assert rows and kept == 0, amount
        assert value(found, "senior_owed", half) >= 0 and value(found, "reserve", half) >= 0
        if value(found, "distributed", half):
            assert not value(found, "arrears", half) and value(found, "reserve", half) >= 8_000_000


def test_allowances_are_used_banked_or_lapse() -> None:
    chance = random.Random(1)
    landfilled = [chance.randint(15_000, 110_000) for _ in range(16)]
    found = settled("landfill_allowances", {"landfilled": landfilled})
    allocated = [100_000, 95_000, 88_000, 81_000, 74_000, 69_000, 64_000, 58_000]
    bank = 0
    for year, allowances in enumerate(allocated):
        left = max(0, allowances + bank - landfilled[2 * year])
        bank = 0 if year in (3, 4, 6, 7) else left  # nothing moves into, or out of, 2009/10 and 2012/13
        assert value(found, "banked_county", year) == bank
        assert value(found, "lapsed_county", year) == left - bank


def test_the_minimum_savings_rate_never_rises_with_beneficiaries() -> None:
    numbers = [400, 499, 500, 750, 999, 1000, 4999, 5000, 5500, 9999, 12_345, 19_999, 30_000, 59_999, 60_000, 80_000]
    rates = [
        value(settled("shared_savings_program", {"basic_beneficiaries": [n] + [10_000] * 4}), "basic_minimum_rate")
        for n in numbers
    ]
    assert rates == sorted(rates, reverse=True) and rates[0] == Fraction("0.122") and rates[-1] == Fraction("0.02")


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("milk_quota_levy", {"deliveries": [1, 2, 3]}, "deliveries"),
        ("toll_road_guarantee", {"toll_revenue": [float("nan")] * 12}, "toll_revenue"),
        ("rail_performance", {"milse": [1] * 36}, "milse"),
        ("bundled_payment", {"joint_cost": ["much"] * 5}, "joint_cost"),
    ],
)
def test_bad_input_is_refused_by_name(name: str, given: dict[str, Any], told: str) -> None:
    with pytest.raises(ob.errors.OpenbookError, match=told):
        ob.examples.book(name).settle(given, plan=True)
