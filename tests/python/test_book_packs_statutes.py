"""Schemes of statute law, written with formulas alone, against small independent models on random data."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import openbook as ob
import pytest

F = Fraction


def settled(name: str, inputs: dict[str, Any]) -> ob.Settlement:
    return ob.examples.book(name).settle(inputs, plan=True)


def moved(found: ob.Settlement, clause: str, party: str = "") -> list[Fraction]:
    """What a clause moves, period by period; with a party what it receives under it."""
    amounts: dict[str, Fraction] = {}
    for row in found.payments.where(clause=clause):
        sign = 1 if not party or row["to"] == party else -1 if row["from"] == party else 0
        amounts[row["service_to"]] = amounts.get(row["service_to"], F(0)) + sign * F(row["amount"])
    return list(amounts.values())


def values(found: ob.Settlement, quantity: str, period: int) -> list[Fraction]:
    return [F(row["value"]) for row in found.members(quantity) if row["period"] == period]


def near(found: Sequence[Fraction], expected: Sequence[Fraction]) -> bool:
    """Each to the penny that an entry is rounded to."""
    return all(abs(x - y) <= F(1, 100) for x, y in zip(found, expected, strict=True))


def flat(rows: Sequence[Sequence[Any]]) -> list[Any]:
    return [float(value) if isinstance(value, Fraction) else value for row in rows for value in row]


def half_up(value: Fraction) -> int:
    return math.floor(value + F(1, 2))


# -- motor bonus-malus ------------------------------------------------------------------------------------------------

REFERENCE, NOVICE = (600, 720, 540, 900), (F(0), F(1), F(1, 2), F(0))


def coefficients(claims: Sequence[int], shared: Sequence[int]) -> list[Fraction]:
    """The coefficient of one driver, year by year."""

    def cut(value: Fraction) -> Fraction:
        return F(math.floor(value * 100), 100)

    found, now, at_least, saved, free_before = [], F(1), 0, False, False
    protected = False
    for sole, part in zip(claims, shared, strict=True):
        found.append(now)
        if not saved and at_least >= 3:
            protected = True
        at_least = at_least + 1 if now == F(1, 2) else 0
        if sole + part == 0:
            now = max(cut(now * F(95, 100)), F(1, 2))
            now = min(now, F(1)) if free_before else now
            free_before = True
            continue
        free_before = False
        if protected and not saved:
            saved, protected = True, False
            sole, part = (sole - 1, part) if sole else (sole, part - 1)
        now = min(cut(now * F(5, 4) ** sole * F(9, 8) ** part), F(7, 2))
    return found


def premiums(claims: Sequence[Sequence[int]], shared: Sequence[Sequence[int]]) -> list[Fraction]:
    """Premiums of all drivers, year by year; claims by year and driver."""
    due = [F(0)] * len(claims)
    for driver in range(4):
        sole, part = [row[driver] for row in claims], [row[driver] for row in shared]
        free = 0
        for year, coefficient in enumerate(coefficients(sole, part)):
            more = NOVICE[driver] * max(F(0), 1 - F(free, 2)) if year < 3 else F(0)
            due[year] += F(half_up(coefficient * REFERENCE[driver] * (1 + more) * 100), 100)
            free += sole[year] + part[year] == 0
    return due


@pytest.mark.parametrize("seed", range(8))
def test_a_coefficient_is_carried_from_year_to_year(seed: int) -> None:
    chance = random.Random(seed)
    claims = [[chance.choice((0,) * (3 + 4 * seed) + (1, 2)) for _ in range(4)] for _ in range(20)]
    shared = [[chance.choice((0,) * 14 + (1,)) for _ in range(4)] for _ in range(20)]
    found = settled("motor_bonus_malus", {"claims": flat(claims), "shared_claims": flat(shared)})
    assert moved(found, "premiums") == premiums(claims, shared)


def expected_coefficients(rate: float, shared_rate: float) -> list[float]:
    """The mean coefficient of each year, over the chain of states of one driver with claims by Poisson laws."""

    def chances(mean: float) -> list[float]:
        return [math.exp(-mean) * mean**n / math.factorial(n) for n in range(6)]

    states: dict[tuple[int, int, bool, bool], float] = {(100, 0, False, False): 1.0}
    means = []
    for _ in range(20):
        means.append(sum(hundredths * p for (hundredths, *_), p in states.items()) / 100)
        after: dict[tuple[int, int, bool, bool], float] = {}
        for (now, at_least, saved, free_before), p in states.items():
            protected = not saved and at_least >= 3  # it stays so until a claim, since nothing else leaves 0.50
            run = at_least + 1 if now == 50 else 0
            for sole, chance in enumerate(chances(rate)):
                for part, other in enumerate(chances(shared_rate)):
                    if sole + part == 0:
                        low = max(now * 95 // 100, 50)
                        then = (min(low, 100) if free_before else low, run, saved, True)
                    else:
                        a, b = (sole - 1, part) if protected and sole else (sole, part - 1 if protected else part)
                        raised = min(now * 5**a * 9**b // (4**a * 8**b), 350)
                        then = (raised, run, saved or protected, False)
                    after[then] = after.get(then, 0.0) + p * chance * other
        states = after
    return means


def test_simulated_coefficients_follow_the_chain_of_states() -> None:
    book = ob.examples.book("motor_bonus_malus")
    track = ["coefficient_anne"]
    simulation = book.simulate(10_000, seed=5, track=track, track_every="year", progress=False)
    means = expected_coefficients(0.08, 0.03)
    for year in (2, 5, 10, 15, 18, 20):
        drawn = simulation.array(track[0], period=year)
        assert abs(drawn.mean() - means[year - 1]) < 4 * drawn.std(ddof=1) / len(drawn) ** 0.5, year


# -- averaging of a farmer's profits -----------------------------------------------------------------------------------

ALLOWANCE = (11_000, 11_500, 11_850, 12_500, 12_500, 12_570, 12_570, 12_570, 12_570)
BASIC = (32_000, 33_500, 34_500, 37_500, 37_500, 37_700, 37_700, 37_700, 37_700)
HIGHER = (150_000,) * 7 + (125_140,) * 2


def income_tax(income: Fraction, year: int) -> Fraction:
    allowance = max(0, ALLOWANCE[year] - math.floor(max(F(0), income - 100_000) / 2))
    taxable, basic, higher = max(F(0), income - allowance), BASIC[year], HIGHER[year]
    bands = (min(taxable, F(basic)), min(max(F(0), taxable - basic), F(higher - basic)), max(F(0), taxable - higher))
    return sum((rate * part for rate, part in zip((F(20, 100), F(40, 100), F(45, 100)), bands, strict=True)), F(0))


def averaged_taxes(
    results: Sequence[int], other: Sequence[int], claims: Sequence[str]
) -> tuple[list[Fraction], list[Fraction]]:
    """The tax of each year, and what changes with it in the tax of earlier years."""
    profits = {year: F(40_000) for year in range(-4, 0)}
    taxes, changes = [], []
    for year, (result, claim) in enumerate(zip(results, claims, strict=True)):
        profits[year] = F(max(0, result))
        reach = {"none": 0, "two_years": 1, "five_years": 4}[claim]
        years = range(year - reach, year + 1)
        before = [profits[y] for y in years[:-1]]
        change = F(0)
        if before:
            mean = sum(before, F(0)) / len(before)
            low, high = sorted((mean, profits[year]))
            nil = [p == 0 for p in (*before, profits[year])]
            if 4 * low < 3 * high or (any(nil) and not all(nil)):
                new = sum((profits[y] for y in years), F(0)) / len(years)
                for y in years:
                    if 0 <= y < year:
                        change += income_tax(new + other[y], y) - income_tax(profits[y] + other[y], y)
                    profits[y] = new
        taxes.append(income_tax(profits[year] + other[year], year))
        changes.append(change)
    return taxes, changes


@pytest.mark.parametrize("seed", range(10))
def test_averaged_profits_change_the_tax_of_earlier_years(seed: int) -> None:
    chance = random.Random(seed)
    some = (-5_000, 0, 20_000, 30_000, 40_000, 70_000, 110_000, 130_000, 200_000)
    results = [chance.choice(some) + chance.choice((0, 0, 777)) for _ in range(9)]
    other = [chance.choice((0, 5_000)) for _ in range(9)]
    claims = [chance.choice(("none", "two_years", "five_years")) for _ in range(9)]
    found = settled("farmers_averaging", {"result": results, "other_income": other, "claim": claims})
    taxes, changes = averaged_taxes(results, other, claims)
    assert near(moved(found, "tax"), taxes)
    assert near(moved(found, "tax_of_earlier_years"), changes)


# -- hospital value-based purchasing ------------------------------------------------------------------------------------

THRESHOLD = [F(text) for text in ("0.87", "0.84", "0.784", "0.52", "0.79", "0.795", "0.98")]
BENCHMARK = [F(text) for text in ("0.89", "0.872", "0.004", "0.02", "0.871", "0.88", "0.84")]
LEAST_CASES = (25, 25, 1, 1, 100, 100, 25)
DOMAINS = (((0, 1), 1), ((2, 3), 2), ((4, 5), 2), ((6,), 1))
Rates = Sequence[Sequence[Fraction | None]]


def points_of(measure: int, now: Fraction, past: Fraction | None) -> int:
    low, high = THRESHOLD[measure], BENCHMARK[measure]
    way = 1 if high > low else -1
    if way * (now - high) >= 0:
        return 10
    achieved = 0 if way * (now - low) < 0 else min(9, max(1, half_up(9 * (now - low) / (high - low) + F(1, 2))))
    if past is None or way * (now - past) <= 0:
        return achieved
    return max(achieved, min(9, max(0, half_up(10 * (now - past) / (high - past) - F(1, 2)))))


def score_of(now: Sequence[Fraction | None], past: Sequence[Fraction | None]) -> Fraction | None:
    """The Total Performance Score of one hospital; None where it takes no part."""
    scores = []
    for measures, least in DOMAINS:
        points = [points_of(m, value, past[m]) for m in measures if (value := now[m]) is not None]
        if len(points) >= least:
            scores.append(F(10 * sum(points), len(points)))
    return sum(scores, F(0)) / len(scores) if len(scores) >= 3 else None


def adjustments(now: Rates, past: Rates, payments: Sequence[int]) -> list[Fraction]:
    scores = [score_of(a, b) for a, b in zip(now, past, strict=True)]
    withheld = [F(0) if s is None else F(p, 50) for s, p in zip(scores, payments, strict=True)]
    earned = sum((w * s / 100 for w, s in zip(withheld, scores, strict=True) if s is not None), F(0))
    slope = sum(withheld, F(0)) / earned if earned else F(0)
    return [w * ((s or F(0)) / 100 * slope - 1) for w, s in zip(withheld, scores, strict=True)]


@pytest.mark.parametrize("seed", range(10))
def test_a_slope_pays_out_what_was_withheld(seed: int) -> None:
    chance = random.Random(seed)

    def rate(m: int) -> Fraction:
        far = F(chance.randint(-8, 24), 20)
        return max(F(0), F(round((THRESHOLD[m] + far * (BENCHMARK[m] - THRESHOLD[m])) * 10_000), 10_000))

    measured, before = ([[rate(m) for m in range(7)] for _ in range(6)] for _ in range(2))
    cases = [[chance.choice((least - 1, least, 3 * least, 5 * least)) for least in LEAST_CASES] for _ in range(6)]
    now = [
        [r if n >= least else None for r, n, least in zip(*row, LEAST_CASES, strict=True)]
        for row in zip(measured, cases, strict=True)
    ]
    past = [[None if chance.random() < 0.15 else r for r in row] for row in before]
    payments = [chance.randint(10, 90) * 1_000_000 for _ in range(6)]
    data = {"performance": flat(measured), "cases": flat(cases), "baseline": flat(past)}
    data |= {"base_payments": payments, "drift": [0] * 6}
    found = ob.examples.book("value_based_purchasing").settle(data)  # without plan: what is missing stays missing
    expected = adjustments(now, past, payments)
    names = ob.examples.book("value_based_purchasing").dimensions[0].members
    received = [sum(moved(found, "value_based_adjustment", h), F(0)) for h in names]
    assert near(received, expected)
    assert sum(expected) == 0 or all(score_of(a, b) in (None, 0) for a, b in zip(now, past, strict=True))


# -- hospice cap --------------------------------------------------------------------------------------------------------

CAPS = [F(x) for x in ("28689.04", "29205.44", "29964.78", "30683.93", "31297.61", "32486.92", "33494.01")]
Days = Sequence[Sequence[int]]


def hospice(
    here: Days, elsewhere: Days, paid: Sequence[int], inpatient: Sequence[int], inpatient_days: Sequence[int]
) -> dict[str, list[Fraction]]:
    """What the hospice pays back, year by year; days by year and patient."""
    found: dict[str, list[Fraction]] = {"inpatient_limit": [], "aggregate_cap": [], "reopened_caps": []}
    counted: list[Fraction] = []
    known: dict[int, Fraction] = {}
    for year in range(len(here)):
        limit, over = F(sum(here[year]), 5), F(0)
        if inpatient_days[year] > limit:
            allowed = inpatient[year] * limit / inpatient_days[year] + 200 * (inpatient_days[year] - limit)
            over = inpatient[year] - allowed
        counted.append(paid[year] + inpatient[year] - over)
        to_date = [sum(h[p] + e[p] for h, e in zip(here[: year + 1], elsewhere, strict=False)) for p in range(8)]
        again = F(0)
        for cap_year in range(max(0, year - 3), year + 1):
            count = sum((F(d, all_days) for d, all_days in zip(here[cap_year], to_date, strict=True) if all_days), F(0))
            excess = max(F(0), counted[cap_year] - CAPS[cap_year] * count)
            if cap_year < year:
                again += excess - known[cap_year]
            known[cap_year] = excess
        found["inpatient_limit"].append(over)
        found["aggregate_cap"].append(known[year])
        found["reopened_caps"].append(again)
    return found


@pytest.mark.parametrize("seed", range(8))
def test_a_cap_is_determined_again_as_patients_live_on(seed: int) -> None:
    chance = random.Random(seed)
    here = [[chance.choice((0, 0, 30, 90, 200, 365)) for _ in range(8)] for _ in range(7)]
    elsewhere = [[chance.choice((0, 0, 0, 60, 150)) for _ in range(8)] for _ in range(7)]
    paid, inpatient = ([chance.randint(5, most) * 1_000 for _ in range(7)] for most in (300, 60))
    inpatient_days = [chance.randint(20, 300) for _ in range(7)]
    data = {"days_here": flat(here), "days_elsewhere": flat(elsewhere), "payments": paid}
    data |= {"inpatient_payments": inpatient, "inpatient_days": inpatient_days}
    found = settled("hospice_cap", data)
    for clause, expected in hospice(here, elsewhere, paid, inpatient, inpatient_days).items():
        assert near(moved(found, clause, "medicare"), expected), clause


# -- Renewables Obligation ------------------------------------------------------------------------------------------------

SUPPLIERS = ("amber", "bright", "current", "dynamo", "echo")


def renewables(
    supplied: Sequence[int], roc: Sequence[int], in_time: Sequence[int], late: Sequence[int], days: Sequence[int]
) -> dict[str, list[Fraction]]:
    """What each supplier receives under each clause for one obligation period."""
    obligation = [half_up(F(s) * F("0.468")) for s in supplied]
    due = [max(0, o - r) * F("47.22") for o, r in zip(obligation, roc, strict=True)]
    bought = [min(F(p), d) for p, d in zip(in_time, due, strict=True)]
    later = [min(F(p), d - b) for p, d, b in zip(late, due, bought, strict=True)]
    interest = [F(half_up(x * F("0.0575") * n / 365 * 100), 100) for x, n in zip(later, days, strict=True)]
    unpaid = [d - b - x for d, b, x in zip(due, bought, later, strict=True)]
    all_roc, short = sum(roc), sum(unpaid, F(0))
    open_roc = sum(r for r, u in zip(roc, unpaid, strict=True) if u)
    shared = min(short, F(20_000_000)) * (1 - F(open_roc, all_roc)) if short >= 1_000_000 else F(0)

    def recycled(fund: Fraction, weights: Sequence[int]) -> list[Fraction]:
        return [F(math.floor(fund * w / sum(weights))) if sum(weights) else F(0) for w in weights]

    return {
        "buy_out_payments": [-x for x in bought],
        "late_payments": [-x - i for x, i in zip(later, interest, strict=True)],
        "buy_out_recycled": recycled(sum(bought, F(0)), roc),
        "late_recycled": recycled(sum(later, F(0)) + sum(interest, F(0)), roc),
        "mutualisation": [-shared * o / sum(obligation) for o in obligation],
        "mutualisation_recycled": recycled(shared, [0 if u else r for r, u in zip(roc, unpaid, strict=True)]),
    }


@pytest.mark.parametrize("seed", range(6))
def test_buy_out_payments_are_recycled_and_shortfalls_are_shared(seed: int) -> None:
    chance = random.Random(seed)
    supplied = [[chance.randint(100, 3_000) * 1_000 + chance.randint(0, 999) for _ in SUPPLIERS] for _ in range(6)]
    roc = [[int(s * chance.choice((0.2, 0.3, 0.45, 0.5))) for s in row] for row in supplied]
    in_time = [[chance.choice((0, 5_000_000, 10**9)) for _ in SUPPLIERS] for _ in range(6)]
    late = [[chance.choice((0, 0, 10**9)) for _ in SUPPLIERS] for _ in range(6)]
    days = [[chance.randint(1, 61) for _ in SUPPLIERS] for _ in range(6)]
    names = ("supplied", "certificates", "paid_in_time", "paid_late", "days_late")
    data = dict(zip(names, map(flat, (supplied, roc, in_time, late, days)), strict=True))
    found = settled("renewables_obligation", data)
    years = [renewables(*rows) for rows in zip(supplied, roc, in_time, late, days, strict=True)]
    for number, supplier in enumerate(SUPPLIERS):
        for clause in years[0]:
            expected = [year[clause][number] for year in years]
            if clause == "mutualisation":  # in four instalments, two years later
                expected = [F(0)] * 8 + [amount / 4 for amount in expected[:4] for _ in range(4)]
            assert near(moved(found, clause, supplier), expected), (clause, supplier)
