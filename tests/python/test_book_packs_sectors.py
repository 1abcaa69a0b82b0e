"""Contracts of other sectors, written with formulas alone, against small independent models on random data."""

from __future__ import annotations

import datetime
import math
import random
import statistics
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


def half_up(value: Fraction, step: Fraction) -> Fraction:
    return math.floor(value / step + Fraction(1, 2)) * step


def flat(rows: list[list[Any]]) -> list[Any]:
    return [value for row in rows for value in row]


# -- insurance by the yield of an area ----------------------------------------------------------------------------------


def crop(yields: list[list[int]], areas: list[list[int]]) -> list[tuple[Fraction, Fraction]]:
    """Claims in all and what governments bear of them, year by year."""
    found = []
    for year, (grown, hectares) in enumerate(zip(yields, areas, strict=True)):
        claims = Fraction(0)
        for area, level in enumerate((90, 80, 70)):
            if year < 7:
                continue
            best = sorted(yields[y][area] for y in range(year - 7, year))[2:]
            threshold = Fraction(level, 100) * sum(best) / 5
            claims += max(Fraction(0), threshold - grown[area]) / threshold * 50_000 * hectares[area]
        insured = 50_000 * sum(hectares)
        bound = (
            max(Fraction(35, 10) * Fraction(11, 100) * insured, Fraction(35, 100) * insured)
            if year >= 7
            else Fraction(0)
        )
        found.append((claims, max(Fraction(0), claims - bound)))
    return found


@pytest.mark.parametrize("seed", range(5))
def test_claims_by_the_yield_of_an_area(seed: int) -> None:
    chance = random.Random(seed)
    yields = [[chance.choice((400, 1500, 2600, 3900)) + chance.randint(0, 300) for _ in range(3)] for _ in range(10)]
    areas = [[chance.randint(0, 2000) for _ in range(3)] for _ in range(10)]
    found = settled("crop_area_yield", {"yield": flat(yields), "insured": flat(areas)})
    for got, beyond, (claims, excess) in zip(
        in_years(found, "claims"), in_years(found, "excess_claims"), crop(yields, areas), strict=True
    ):
        assert abs(got - (claims - excess)) <= PENNY
        assert abs(beyond - excess) <= PENNY


# -- apprenticeship levy ----------------------------------------------------------------------------------------------

LEARNERS = {
    "amy": (datetime.date(2021, 5, 17), datetime.date(2022, 11, 16), 9_000),
    "ben": (datetime.date(2021, 7, 5), datetime.date(2023, 7, 4), 11_000),
    "cat": (datetime.date(2022, 9, 12), datetime.date(2024, 3, 11), 4_500),
}


def month_of(day: datetime.date) -> int:
    return (day.year - 2021) * 12 + day.month - 5


def levy_account(levy: list[int], known: dict[str, tuple[str, int, datetime.date]]) -> dict[str, list[Fraction]]:
    """Month by month, with a list of funds by age. `known`: of a learner what became known, from which month, and the day."""
    funds: list[list[Any]] = []  # month of entry, what is left
    paid: dict[str, list[tuple[Fraction, Fraction, Fraction]]] = {name: [] for name in LEARNERS}
    earned_before = dict.fromkeys(LEARNERS, Fraction(0))
    flows: dict[str, list[Fraction]] = {"from_account": [], "from_employer": [], "from_government": [], "expiry": []}
    for month in range(48):
        funds.append([month, Fraction(levy[month]) * Fraction(11, 10)])
        sums = [Fraction(0)] * 3
        for name, (began, planned, price) in LEARNERS.items():
            what, since, day = known.get(name, ("", 99, began))
            instalments = month_of(planned) - month_of(began)
            passed = min(max(0, month - month_of(began) + 1), instalments)
            left = what == "left" and month >= since
            earned = half_up(Fraction(8, 10) * price * passed / instalments, PENNY)
            if what == "completed" and month >= since:
                earned = Fraction(price)
            due = Fraction(0) if left else max(Fraction(0), earned - earned_before[name])
            earned_before[name] = earned
            met = Fraction(0)
            for fund in funds:
                take = min(fund[1], due - met)
                fund[1] -= take
                met += take
            own = half_up(Fraction(5, 100) * (due - met), PENNY)
            paid[name].append((met, own, due - met - own))
            sums = [a + b for a, b in zip(sums, paid[name][-1], strict=True)]
        for name, (what, since, day) in known.items():
            if what == "left" and month == since:  # what was paid for months that ended after the day goes back
                for then in range(month_of(day), month):
                    back = paid[name][then]
                    sums = [a - b for a, b in zip(sums, back, strict=True)]
                    funds[0][1] += back[0]
                    funds.sort(key=lambda fund: fund[0])
        old = [fund for fund in funds if fund[0] <= month - 24]
        flows["expiry"].append(sum((fund[1] for fund in old), Fraction(0)))
        funds = [fund for fund in funds if fund not in old]
        for clause, amount in zip(("from_account", "from_employer", "from_government"), sums, strict=True):
            flows[clause].append(amount)
    return flows


def days_known(known: dict[str, tuple[str, int, datetime.date]], what: str) -> list[Any]:
    epoch = datetime.date(1970, 1, 1)
    rows = []
    for month in range(48):
        for name in LEARNERS:
            kind, since, day = known.get(name, ("", 99, epoch))
            rows.append((day - epoch).days if kind == what and month >= since else None)
    return rows


@pytest.mark.parametrize("seed", range(6))
def test_a_levy_account(seed: int) -> None:
    """Funds are kept by age here and by sums to date in the book; no refund while funds that old are gone."""
    chance = random.Random(seed)
    levy = [chance.choice((0, 150, 400, 900)) for _ in range(48)] if seed else [400] * 48
    known = {
        "amy": [("completed", 15, datetime.date(2022, 8, 20)), ("completed", 18, datetime.date(2022, 11, 16))][
            seed % 2
        ],
        "ben": ("left", 10 + seed % 4, datetime.date(2021, 11 + seed % 2, 3 + 5 * seed)),
    }
    found = settled(
        "apprenticeship_levy",
        {"levy": levy, "completed": days_known(known, "completed"), "left": days_known(known, "left")},
    )
    wanted = levy_account(levy, known)
    for clause in ("from_account", "from_employer", "from_government", "expiry"):
        got = list(moved(found, clause).values())
        assert len(got) == 48
        assert max(abs(a - b) for a, b in zip(got, wanted[clause], strict=True)) <= PENNY, clause
    assert any(amount < 0 for amount in wanted["from_government"] + wanted["from_account"])


# -- readmissions -----------------------------------------------------------------------------------------------------


def numbers(book: ob.Book, parameter: str) -> list[Fraction]:
    [found] = [p for p in book.parameters if p.id == parameter]
    texts = [str(term.value).removeprefix("£") for term in found.members.values()]
    return [Fraction(t.removesuffix("m")) * (10**6 if t.endswith("m") else 1) for t in texts]


def readmissions(
    ratio: list[Fraction], cases: list[int], part: list[Fraction], dual: list[Fraction], base: list[Fraction]
):
    """Neutrality modifier and factors."""
    hospitals, peers = len(dual), {}
    for place, hospital in enumerate(sorted(range(hospitals), key=lambda h: dual[h])):
        peers[hospital] = place * 5 // hospitals
    sums, over_one = [Fraction(0)] * hospitals, [Fraction(0)] * hospitals
    for hospital in range(hospitals):
        for condition in range(2):
            line = 2 * hospital + condition
            if cases[line] < 25:
                continue
            group = [
                ratio[2 * h + condition]
                for h in range(hospitals)
                if peers[h] == peers[hospital] and cases[2 * h + condition] >= 25
            ]
            sums[hospital] += part[line] * max(Fraction(0), ratio[line] - statistics.median(group))
            over_one[hospital] += part[line] * max(Fraction(0), ratio[line] - 1)
    cap = Fraction(3, 100)

    def reduced(factor: Fraction, by: list[Fraction]) -> Fraction:
        return sum((b * min(factor * s, cap) for b, s in zip(base, by, strict=True)), Fraction(0))

    aim, low, high = reduced(Fraction(1), over_one), 0, 200_000
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if reduced(Fraction(middle, 10_000), sums) <= aim else (low, middle)
    modifier = Fraction(low, 10_000)
    return modifier, [half_up(1 - min(modifier * s, cap), Fraction(1, 10_000)) for s in sums]


@pytest.mark.parametrize("seed", range(5))
def test_readmissions_by_peers(seed: int) -> None:
    chance = random.Random(seed)
    book = ob.examples.readmissions_reduction()
    ratio = [Fraction(chance.randint(8500, 11800), 10_000) for _ in range(30)]
    cases = [chance.choice((24, 25, 26, 100)) for _ in range(30)]
    found = settled("readmissions_reduction", {"ratio": [float(r) for r in ratio], "discharges": cases})
    base = numbers(book, "base_payments")
    modifier, factors = readmissions(ratio, cases, numbers(book, "payment_part"), numbers(book, "dual"), base)
    [got] = [row["value"] for row in found.quantities if row["id"] == "modifier"]
    assert Fraction(got) == modifier
    assert [Fraction(row["value"]) for row in found.members("adjustment")] == factors
    paid = {row["to"]: Fraction(row["amount"]) for row in found.payments.where(clause="base")}
    back = {
        row["from"] if row["from"] != "medicare" else row["to"]: abs(Fraction(row["amount"]))
        for row in found.payments.where(clause="readmissions")
    }
    for hospital, money, factor in zip(book.dimensions[0].members, base, factors, strict=True):
        assert paid[hospital] == money
        assert abs(back.get(hospital, Fraction(0)) - money * (1 - factor)) <= PENNY


# -- demand response --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_response_against_the_last_ten_ordinary_days(seed: int) -> None:
    chance = random.Random(seed)
    book = ob.examples.demand_response_baseline()
    [events] = [p for p in book.parameters if p.id == "event"]
    event = [day in events.members for day in book.dimensions[0].members]
    months = [[[chance.randint(40, 160) for _ in event] for _ in range(3)] for _ in range(2)]
    load, before = months
    spot = [[chance.randint(5, 900) for _ in event] for _ in range(3)]
    found = settled(
        "demand_response_baseline",
        {"load": flat(load), "load_before": flat(before), "spot": [s / 100 for s in flat(spot)]},
    )
    wanted, in_all = [], []
    for month in range(3):
        money, energy = Fraction(0), Fraction(0)
        for day in range(30):
            last = [d for d in range(day) if not event[d]][-10:]
            if not event[day] or len(last) < 10:
                continue
            base = Fraction(sum(load[month][d] for d in last), 10)
            usual = Fraction(sum(before[month][d] for d in last), 10)
            by = min(max(before[month][day] / usual, Fraction(8, 10)), Fraction(12, 10))
            response = max(Fraction(0), base * by - load[month][day])
            money, energy = money + response * Fraction(spot[month][day], 100), energy + response
        wanted.append(money)
        in_all.append(energy)
    assert max(abs(a - b) for a, b in zip(in_years(found, "response_paid"), wanted, strict=True)) <= PENNY
    assert (
        max(abs(a - b * Fraction(12, 100)) for a, b in zip(in_years(found, "reimbursement"), in_all, strict=True))
        <= PENNY
    )


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
