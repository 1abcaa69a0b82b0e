"""Pools and funds of several partners on random data, against their rules written out in exact fractions."""

from __future__ import annotations

import random
from fractions import Fraction as F

import openbook as ob
import pytest

PARTNERS = ("ccg_north", "ccg_south", "local_authority")
TRUSTS = ("acute", "community", "mental_health")
PARTIES = {"acute": "acute_trust", "community": "community_trust", "mental_health": "mental_health_ft"}
Flows = dict[tuple[str, int, str], F]


def split(total: F, weights: list[F]) -> list[F]:
    """A sum in pennies, the odd ones to the largest rests, of equal ones to the first."""
    whole = sum(weights)
    exact = [total * 100 * weight / whole if whole else F(0) for weight in weights]
    pence = [part.numerator // part.denominator for part in exact]
    left = (int(total * 100) if whole else 0) - sum(pence)
    for place in sorted(range(len(exact)), key=lambda i: pence[i] - exact[i])[:left]:
        pence[place] += 1
    return [F(part, 100) for part in pence]


def rounded(amount: F) -> F:
    """To the penny, halves up; amounts below are not negative."""
    return F((amount * 100 + F(1, 2)).__floor__(), 100)


def flows(settlement: ob.Settlement, clause: str, months: int, first: str) -> Flows:
    """What each party paid (+) or was paid (-) under a clause, by label and period."""
    found: Flows = {}
    start = int(first[:4]) * 12 + int(first[5:])
    for row in settlement.payments.where(clause=clause):
        month = int(row["service_to"][:4]) * 12 + int(row["service_to"][5:]) - start
        party = row["from"] if row["label"] in ("contribution", "overspend") else row["to"]
        key = (row["label"], month // months, party)
        found[key] = found.get(key, F(0)) + F(row["amount"])
    return found


@pytest.mark.parametrize("seed", range(12))
def test_partners_of_a_pool_pay_what_its_rules_say(seed: int) -> None:
    rng = random.Random(seed)
    plan = F(rng.randint(100_000_000, 900_000_000), 100)
    parts = [F(rng.randint(1, 60)) for _ in PARTNERS]
    cut, carried = F(rng.choice([0, 5, 10, 37]), 100), F(rng.choice([0, 40, 100]), 100)
    reading = rng.choice(["by_contribution", "as_planned"])
    spending = [F(round(plan / 12 * 100) + rng.randint(-9_000_000, 9_000_000), 100) for _ in range(12)]
    weights = [F(round(part / sum(parts) * 1000), 1000) for part in parts]
    weights[2] = council = 1 - weights[0] - weights[1]
    book = ob.examples.section_75_pool().with_all(
        {
            "pool_plan": f"£{float(plan):.2f}",
            "north_part": str(float(weights[0])),
            "south_part": str(float(weights[1])),
            "council_part": str(float(weights[2])),
            "council_cut": str(float(cut)),
            "part_carried": str(float(carried)),
        }
    )
    settlement = book.settle(
        {"spending": [f"{float(amount):.2f}" for amount in spending]}, plan=True, readings={"pooled": reading}
    )
    expected: Flows = {}
    brought = F(0)
    paid_in = [weights[0], weights[1], weights[2] * (1 - cut)]
    for quarter in range(4):
        ask = plan / 4 * (1 - council * cut)
        spent = sum(spending[3 * quarter : 3 * quarter + 3], F(0))
        ratio = paid_in if reading == "by_contribution" else weights
        amounts = {
            "contribution": (ask - brought, paid_in),
            "overspend": (max(spent - ask, F(0)), ratio),
            "underspend": (max(ask - spent, F(0)) * (1 - carried), ratio),
        }
        for label, (amount, by) in amounts.items():
            for party, part in zip(PARTNERS, split(rounded(amount), by), strict=True):
                expected[label, quarter, party] = part
        brought = carried * max(ask - spent, F(0))
    assert flows(settlement, "pooled", 3, "2016-04") == expected


@pytest.mark.parametrize("seed", range(12))
def test_trusts_earn_their_parts_of_a_fund_as_its_rules_say(seed: int) -> None:
    rng = random.Random(seed)
    pot = F(rng.randint(1, 300_000_000), 100)
    parts = {trust: F(rng.randint(1, 100)) for trust in TRUSTS}
    totals = {trust: rng.randint(-3, 3) * 100_000 for trust in TRUSTS}
    # Often exactly at the total, and a penny on either side of it.
    results = {
        trust: [F(totals[trust]) + rng.choice([F(0), F(-1, 100), F(1, 100), F(rng.randint(-900_000, 900_000))])] * 2
        for trust in TRUSTS
    }
    regime, carry = rng.randint(1, 3), rng.choice([0, 1])
    reading = rng.choice(["kept", "redistributed"])
    changes: dict[str, object] = {"pot": f"£{float(pot):.2f}", "regime": regime, "shortfall_carried": carry}
    for trust in TRUSTS:
        changes |= {f"{trust}_part": f"{parts[trust]}%", f"{trust}_total": f"£{totals[trust]}".replace("£-", "-£")}
    settlement = (
        ob.examples.fund_for_three_trusts()
        .with_all(changes)
        .settle(
            {f"{trust}_result": [f"{float(value):.2f}" for value in results[trust]] for trust in TRUSTS},
            plan=True,
            readings={"fund_paid": reading},
        )
    )
    expected: Flows = {}
    short = dict.fromkeys(TRUSTS, F(0))
    for year in range(2):
        target = {trust: totals[trust] + carry * short[trust] for trust in TRUSTS}
        system = sum(results[trust][year] - target[trust] for trust in TRUSTS) >= 0
        own = {trust: results[trust][year] >= target[trust] for trust in TRUSTS}
        earned = {trust: (regime == 2 or own[trust]) and (regime == 1 or system) for trust in TRUSTS}
        shared = [parts[trust] if reading == "kept" or earned[trust] else F(0) for trust in TRUSTS]
        for trust, part in zip(TRUSTS, split(pot, shared), strict=True):
            expected["fund", year, PARTIES[trust]] = part if earned[trust] else F(0)
        short = {trust: max(target[trust] - results[trust][year], F(0)) for trust in TRUSTS}
    assert flows(settlement, "fund_paid", 12, "2018-04") == expected
