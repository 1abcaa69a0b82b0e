"""Contracts of other sectors, written with formulas alone, against small independent models on random data."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import openbook as ob
import pytest

PENNY = Fraction(1, 100)


def settled(name: str, inputs: dict[str, Any]) -> ob.Settlement:
    return ob.examples.book(name).settle(inputs, plan=True)


def moved(found: ob.Settlement, clause: str) -> dict[str, Fraction]:
    """What a clause moves, by the month in which its period ends; several receivers together."""
    amounts: dict[str, Fraction] = {}
    for row in found.payments.where(clause=clause):
        amounts[row["service_to"]] = amounts.get(row["service_to"], Fraction(0)) + Fraction(row["amount"])
    return amounts


def in_years(found: ob.Settlement, clause: str) -> list[Fraction]:
    return list(moved(found, clause).values())


def flat(rows: list[list[Any]]) -> list[Any]:
    return [value for row in rows for value in row]


# -- outcomes of a water company --------------------------------------------------------------------------------------

COMMITMENTS = [  # worse than, better than, collar, cap, enhanced worse, enhanced better, rates, good
    (175, 165, 200, 140, 190, 150, ("0.3", "0.2", "0.6", "0.4"), -1),
    (330, 300, 600, 200, 500, 240, ("0.02", "0.015", "0.04", "0.03"), -1),
    (100, 100, 80, 130, 85, 120, ("0.5", "0.4", "1.0", "0.8"), 1),
]


def outcome(value: int, commitment: tuple[Any, ...]) -> Fraction:
    worse, better, collar, cap, enhanced_worse, enhanced_better, rates, good = commitment
    under, over, more_under, more_over = (Fraction(rate) * 10**6 for rate in rates)
    if good < 0:
        value, worse, better, collar, cap = -value, -worse, -better, -collar, -cap
        enhanced_worse, enhanced_better = -enhanced_worse, -enhanced_better
    value = min(max(value, collar), cap)
    if value >= better:
        return over * (min(value, enhanced_better) - better) + more_over * max(0, value - enhanced_better)
    if value <= worse:
        return -under * (worse - max(value, enhanced_worse)) - more_under * max(0, enhanced_worse - value)
    return Fraction(0)


@pytest.mark.parametrize("seed", range(5))
def test_outcomes_two_years_later(seed: int) -> None:
    chance = random.Random(seed)
    edges = [sorted({*c[:6], *(e + d for e in c[:6] for d in (-7, 1))}) for c in COMMITMENTS]
    years = [[chance.choice(e) for e in edges] for _ in range(7)]
    prices = [Fraction(100 + 3 * year, 100) for year in range(7)]
    found = in_years(
        settled("water_outcomes", {"performance": flat(years), "price_index": [float(p) for p in prices]}), "outcomes"
    )
    limit = Fraction(18_000_000)
    for year in range(7):
        net = (
            sum((outcome(v, c) for v, c in zip(years[year - 2], COMMITMENTS, strict=True)), Fraction(0))
            if year >= 2
            else Fraction(0)
        )
        shared = min(max(net, -limit), limit) + (max(Fraction(0), net - limit) - max(Fraction(0), -net - limit)) / 2
        assert abs(found[year] - shared * prices[year] * Fraction("1.0296") ** 2) <= 3 * PENNY


# -- take or pay ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_make_up_and_carry_forward_by_year_of_origin(seed: int) -> None:
    chance = random.Random(seed)
    taken = [chance.randint(50, 140) for _ in range(8)]
    missing = [chance.choice((0, 0, 6)) for _ in range(8)]
    majeure = [chance.choice((0, 0, 9)) for _ in range(8)]
    found = settled("gas_take_or_pay", {"taken": taken, "not_delivered": missing, "majeure": majeure})
    carried: list[list[int]] = []
    made_up: list[list[int]] = []

    def used(funds: list[list[int]], wanted: int) -> int:
        left = wanted
        for fund in funds:
            take = min(fund[1], left)
            fund[1] -= take
            left -= take
        return wanted - left

    for year, amount in enumerate(taken):
        carried, made_up = ([f for f in funds if year - f[0] <= 3] for funds in (carried, made_up))
        obliged = max(0, 85 - missing[year] - majeure[year])
        carry = used(carried, min(15, max(0, obliged - amount)))
        free = used(made_up, max(0, amount - 100))
        deficiency = max(0, obliged - carry - amount)
        carried.append([year, max(0, amount - 100) - free])
        made_up.append([year, deficiency])
        assert in_years(found, "gas_taken")[year] == 5_000 * (amount - free)
        assert in_years(found, "take_or_pay")[year] == 5_000 * deficiency
