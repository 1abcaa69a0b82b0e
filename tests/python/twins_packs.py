"""Twins of the golden cases of the NHS payment schemes: each scheme worked out again in exact fractions.

A reference is written from the published rule and the book's illustrative amounts; it knows nothing of the library.
It gives any figure that a golden case names, for whatever inputs are drawn.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction as F
from typing import Any

from reference import pence

Case = dict[str, Any]
Inputs = dict[str, list[Any]]
Reference = Callable[[Inputs, Case], F]
Draw = Callable[[random.Random, Case], tuple[Inputs, dict[str, Any]]]
MAKERS: list[tuple[str, str, Callable[[random.Random, Case], tuple[Case, F]]]] = []


def scheme(example: str, draw: Draw) -> Callable[[Reference], Reference]:
    """A reference gives a twin to every golden case of its book."""

    def note(reference: Reference) -> Reference:
        def maker(rng: random.Random, case: Case) -> tuple[Case, F]:
            inputs, terms = draw(rng, case)
            other = {k: v for k, v in case.items() if k != "expect"}
            other |= {"inputs": inputs, "changes": {**case.get("changes", {}), **terms}}
            expect = reference(inputs, other)
            if "minus" in case:
                other["minus"] = {"inputs": draw(rng, case)[0]}
                expect -= reference(other["minus"]["inputs"], other)
            return other, expect

        maker.__name__ = example
        MAKERS.append((example, "*", maker))
        return reference

    return note


def number(said: Any) -> F:
    """A term as it is written: £201.16, 0.5%, 6000."""
    text = str(said).replace("£", "").replace(",", "").replace("m", "e6")
    return F(text[:-1]) / 100 if text.endswith("%") else F(text)


def nearest(value: F, step: F) -> F:
    """To the nearest multiple of a step, halves away from zero; for values of at least zero."""
    return int(value / step + F(1, 2)) * step


def clip(x: F, low: F, high: F) -> F:
    return min(max(x, low), high)


def text(value: F, places: int = 3) -> str:
    return f"{int(value * 10**places) / 10**places:.{places}f}"


def ints(rng: random.Random, low: int, high: int, count: int) -> list[int]:
    return [rng.randint(low, high) for _ in range(count)]


# -- aligned payment and incentive -------------------------------------------------------------------------------------

LINES = {
    "ordinary_elective": (200, 4000),
    "day_case": (1000, 800),
    "outpatient_procedure": (1500, 200),
    "first_attendance": (5000, 180),
}
FORCES = F(105, 100)


def draw_aligned(rng: random.Random, case: Case) -> tuple[Inputs, dict[str, Any]]:
    inputs: Inputs = {k: ints(rng, base * 8 // 10, base * 13 // 10, 48) for k, (base, _) in LINES.items()}
    inputs |= {"best_practice_met": ints(rng, 40, 90, 48), "advice_requests": ints(rng, 300, 500, 48)}
    inputs["cquin_earned"] = [text(F(rng.randint(0, 1000), 1000)) for _ in range(4)]
    if case["figure"].get("quantity") != "in_scope":
        return inputs, {}
    value = rng.choice([29_999_999, 30_000_000, 30_000_001, rng.randint(1, 60_000_000)])
    return inputs, {"expected_value": f"£{value}", "same_system": rng.randint(0, 1)}


@scheme("aligned_payment_incentive", draw_aligned)
def aligned_payment(x: Inputs, case: Case) -> F:
    figure, chosen = case["figure"], case.get("alternatives", {})

    def worth(month: int, cases: Mapping[str, Any]) -> F:
        prices = {k: F(p) if month < 24 else nearest(p * F("1.029") * F("0.989"), F(1)) for k, (_, p) in LINES.items()}
        return sum((cases[k] * prices[k] for k in LINES), F(0)) * FORCES

    def actual(month: int) -> F:
        return worth(month, {k: x[k][month] for k in LINES})

    def agreed(month: int) -> F:
        target = F(1) if month < 12 else F("1.04") if month < 24 else F("1.07")
        return worth(month, {k: base for k, (base, _) in LINES.items()}) * target

    def difference(quarter: int, written: bool = False) -> F:
        if not 2 <= quarter <= 7:
            return F(0)
        months = range(3 * quarter, 3 * quarter + 3)
        over = sum(map(actual, months), F(0)) - sum(map(agreed, months), F(0))
        rate = F(1, 2) if quarter < 4 or (over < 0 and "rate_below" in chosen) else F(3, 4)
        forgone = quarter < 4 or over < 0  # block payments went on in 2021/22; nothing was taken back in 2022/23
        return F(0) if forgone and not written else pence(rate * over)

    def best_practice(quarter: int) -> F:
        met = sum(x["best_practice_met"][3 * quarter : 3 * quarter + 3]) - 180
        return pence(met * 200 * FORCES) if quarter >= 4 else F(0)

    def advice(quarter: int) -> F:
        return F(sum(x["advice_requests"][3 * quarter : 3 * quarter + 3]) - 1200) * 25 if 4 <= quarter < 8 else F(0)

    if figure.get("quantity") == "in_scope":
        value, limit = number(case["changes"]["expected_value"]), F(30_000_000)
        above = value > limit if chosen else value >= limit
        return F(bool(case["changes"]["same_system"]) or above)
    period = figure["period"] - 1
    if "gap" in figure:
        return difference(period) - difference(period, written=True)
    if figure["clause"] == "elective_difference":
        return difference(period, written=figure.get("basis") == "written")
    if figure["clause"] == "elective_payment":
        return pence(actual(period)) if period >= 24 else F(0)
    if figure["clause"] == "best_practice_difference":
        return best_practice(period)
    if figure["clause"] == "advice_difference":
        return advice(period)
    base = F(300_000_000)
    if case.get("readings"):
        base += sum((difference(q) + best_practice(q) + advice(q) for q in range(4, 8)), F(0))
    return pence(-F("0.0125") * (1 - F(x["cquin_earned"][1])) * base)


# -- blended emergency payment -----------------------------------------------------------------------------------------


def draw_blended(rng: random.Random, case: Case) -> tuple[Inputs, dict[str, Any]]:
    level = rng.choice([F(9, 10), F(1), F(11, 10), F(rng.randint(80, 120), 100)])
    inputs: Inputs = {"attendances": [int(4000 * level)] * 12, "admissions": [int(800 * level)] * 12}
    inputs["attendances"][0] += rng.randint(-1, 1)
    terms = {}
    if "least_value" in case.get("changes", {}):
        terms = {"least_value": f"£{rng.choice([26_399_999, 26_400_000, 26_400_001])}"}
    return inputs, terms


@scheme("blended_payment_scheme", draw_blended)
def blended_payment(x: Inputs, case: Case) -> F:
    figure, plan = case["figure"], F(26_400_000)
    values = [F(150 * a + 2000 * b) for a, b in zip(x["attendances"], x["admissions"], strict=True)]
    value, low, high = sum(values, F(0)), plan * F(9, 10), plan * F(11, 10)
    blended = plan >= number(case["changes"].get("least_value", "£10m"))
    if "quantity" in figure:
        return F(not low <= value <= high)
    if "party" in figure:
        return plan / 12 - 1_600_000 - F(3, 10) * values[0]
    if figure["clause"] == "tariff_payment":
        return F(0) if blended else value
    if not blended:
        return F(0)
    if case.get("readings", {}).get("blended_payment") == "tariff_beyond":
        return plan + (clip(value, low, high) - plan) / 5 + max(value - high, F(0)) - max(low - value, F(0))
    return plan + (value - plan) / 5


# -- elective recovery funding -----------------------------------------------------------------------------------------


def draw_recovery_funding(rng: random.Random, case: Case) -> tuple[Inputs, dict[str, Any]]:
    around = rng.choice([9_400_000, 10_400_000, 10_500_000])
    values = [100 * rng.randint(65_000, 110_000) for _ in range(12)]
    values += [around + 100 * rng.randint(-500, 500) for _ in range(12)]
    return {"elective_value": values + [100 * rng.randint(95_000, 118_000) for _ in range(12)]}, {}


@scheme("elective_recovery_funding", draw_recovery_funding)
def recovery_funding(x: Inputs, case: Case) -> F:
    figure, chosen, base = case["figure"], case.get("alternatives", {}), F(10_000_000)
    values = [F(v) for v in x["elective_value"]]
    period = figure.get("period", 0) - 1
    if figure.get("clause") == "recovery_fund_2021":
        if period > 5:
            return F(0)
        first = F([70, 75, 80, 85, 85, 85][period] if chosen else [70, 75, 80, 95, 95, 95][period], 100)
        higher = F(85 if chosen or period < 3 else 100, 100)
        level = values[period]
        return max(min(level, higher * base) - first * base, F(0)) + F(6, 5) * max(level - higher * base, F(0))

    def quarters(level: Sequence[F], targets: Sequence[F], rate: F, floor: F) -> list[F]:
        so_far = [sum(level[:n], F(0)) - base * sum(targets[:n], F(0)) for n in (3, 6, 9, 12)]
        due = [max(rate * over, -floor) for over in so_far]
        return [now - before for now, before in zip(due, [F(0), *due[:3]], strict=True)]

    if figure.get("clause") == "elective_adjustment_2022":
        year = values[12:24]
        moved = quarters(year, [F("1.04")] * 12, F(3, 4), F(3_000_000))
        if case.get("readings"):
            met = sum(year, F(0)) >= 12 * F("1.04") * base
            moved = [F(0)] * 3 + [sum(moved, F(0)) if met else F(-3_000_000)]
        return moved[period - 4] if period >= 0 else sum(moved, F(0))
    target = F("1.14") if chosen else F("1.07")
    lowered = [target] * 12 if chosen else [F("1.05")] * 7 + [F("1.03")] * 5
    practised = quarters(values[24:], lowered, F(1), F(5_000_000))
    if "gap" in figure:
        past = 3 * (period - 8)  # the words are applied to the history as practised
        written = quarters(values[24:], lowered[:past] + [target] * (12 - past), F(1), F(5_000_000))
        return practised[period - 8] - written[period - 8]
    return sum(practised, F(0))


# -- CQUIN -------------------------------------------------------------------------------------------------------------

CQUIN = {
    "flu_vaccination": (70, 90),
    "deterioration": (20, 60),
    "urinary_infection": (40, 60),
    "cancer_pathway": (55, 65),
    "pneumonia_bundle": (45, 70),
    "anaemia_screening": (45, 60),
    "mobilising": (60, 70),
}


def draw_cquin(rng: random.Random, case: Case) -> tuple[Inputs, dict[str, Any]]:
    return {k: [text(F(rng.randint(low - 5, high + 5), 100))] for k, (low, high) in CQUIN.items()}, {}


@scheme("cquin_five_indicators", draw_cquin)
def cquin(x: Inputs, case: Case) -> F:
    taken = [k for k in CQUIN if case["changes"].get(f"{k}_applies", 1)][:5]
    if not taken:
        return F(0)
    each = F(1_250_000, len(taken))
    if "quantity" in case["figure"]:
        return each
    earned = [clip((100 * F(x[k][0]) - CQUIN[k][0]) / (CQUIN[k][1] - CQUIN[k][0]), F(0), F(1)) for k in taken]
    return pence(-each * (len(taken) - sum(earned, F(0))))


# -- dental contracts --------------------------------------------------------------------------------------------------


def draw_dental(rng: random.Random, case: Case) -> tuple[Inputs, dict[str, Any]]:
    target = int(number(case.get("changes", {}).get("contracted", 12000)))
    years = []
    for _ in range(3):
        total = rng.choice(
            [target * 96 // 100, target * 102 // 100, rng.randint(target * 93 // 100, target * 105 // 100)]
        )
        total += rng.randint(-1, 1)
        years += [total // 12] * 11 + [total - 11 * (total // 12)]
    return {"scheduled_activity": years, "home_courses": ints(rng, 90, 110, 3)}, {}


@scheme("dental_activity_contract", draw_dental)
def dental_contract(x: Inputs, case: Case) -> F:
    figure, period = case["figure"], case["figure"]["period"] - 1
    target = number(case["changes"].get("contracted", 12000))
    value = number(case["changes"].get("contract_value", "£336,000"))
    units = [F(sum(x["scheduled_activity"][12 * y : 12 * y + 12])) for y in range(3)]
    if figure.get("quantity") == "action_plan":
        return F(sum(x["scheduled_activity"][:6]) < F(3, 10) * target)
    if figure.get("clause") == "home_courses_clawback":
        return F(max(100 - x["home_courses"][period], 0) * 50)
    carried, back = F(0), F(0)
    for year in range(period + 1):
        adjusted = units[year] + carried
        enough = adjusted >= F(96, 100) * target
        back = F(0) if enough else clip(target - adjusted, F(0), target) * value / target
        carried = min(adjusted - target, F(2, 100) * target) if enough else F(0)
    return carried if "quantity" in figure else pence(back)


def draw_thresholds(rng: random.Random, case: Case) -> tuple[Inputs, dict[str, Any]]:
    def months(total: int, count: int) -> list[int]:
        return [total // count] * (count - 1) + [total - (count - 1) * (total // count)]

    near = rng.randint(-1, 1)
    second = rng.choice([600, rng.randint(0, 900)]) + near
    fourth = rng.choice([1080, 1350, rng.randint(900, 1500)]) + near
    half = rng.choice([2880, 3600, rng.randint(2500, 4000)]) + near
    seventh = rng.choice([1560, 1950, rng.randint(1300, 2200)]) + near
    eighth = rng.choice([2550, rng.randint(2300, 3100)]) + near
    units = [0] * 3 + months(second, 3) + months(750, 3) + months(fourth, 3) + months(half, 6)
    terms = {"urgent_centre": rng.randint(0, 1)} if case["figure"].get("clause") == "lockdown_abatement" else {}
    return {"scheduled_activity": units + months(seventh, 3) + months(eighth, 3)}, terms


@scheme("dental_recovery_thresholds", draw_thresholds)
def dental_thresholds(x: Inputs, case: Case) -> F:
    figure, units = case["figure"], x["scheduled_activity"]
    if figure.get("quantity") == "non_compliant":
        return F(sum(units[3:6]) < 600)
    kind, _, started = figure["clause"].rpartition("_20")
    if figure["clause"] == "lockdown_abatement":
        return (1 - case["changes"]["urgent_centre"]) * pence(F("0.1675") * 336_000 * F(68, 365))
    first, months, full, lowest, saved = {
        "21_01": (9, 3, F("0.45"), F("0.36"), F("0.1675")),
        "21_04": (12, 6, F("0.60"), F("0.48"), F("0.1675")),
        "21_10": (18, 3, F("0.65"), F("0.52"), F("0.1275"))
        if figure.get("period") == 7
        else (21, 3, F("0.85"), F("0.85"), F("0.1275")),
    }[started]
    delivered, value = F(sum(units[first : first + months]), 1000 * months), F(28_000 * months)
    kept = delivered
    if delivered >= full:
        kept = F(1)
    elif delivered >= lowest:
        kept = F(8, 10) + F(2, 10) * (delivered - lowest) / (full - lowest)
    return pence((1 - kept) * value) if kind == "clawback" else pence(saved * max(kept - delivered, F(0)) * value)


# -- quality and outcomes framework ------------------------------------------------------------------------------------

QOF = {  # points, lower and upper threshold, national prevalence
    "cholesterol": (14, F("0.70"), F("0.95"), F("0.05")),
    "diabetes": (17, F("0.35"), F("0.75"), F("0.07")),
    "hypertension": (14, F("0.40"), F("0.77"), F("0.14")),
    "asthma": (20, F("0.45"), F("0.70"), F("0.065")),
    "dementia": (14, F("0.35"), F("0.70"), F("0.008")),
}


def draw_quality(rng: random.Random, case: Case) -> tuple[Inputs, dict[str, Any]]:
    inputs: Inputs = {"list_size": ints(rng, 3000, 25000, 2), "improvement_scored": ints(rng, 0, 74, 2)}
    for area, (_, low, high, _) in QOF.items():
        part = clip(F(rng.randint(int(low * 1000) - 60, int(high * 1000) + 60), 1000), F(0), F(1))
        inputs |= {f"{area}_achieved": [text(part)] * 2, f"{area}_register": ints(rng, 10, 2500, 2)}
    return inputs, {}


@scheme("quality_outcomes_framework", draw_quality)
def quality(x: Inputs, case: Case) -> F:
    figure, terms = case["figure"], case["changes"]
    year = figure["period"] - 1 if "quantity" in figure else 0
    worth = [number(terms.get("point_value", "213.43")), F("220.62")][year]
    average = [number(terms.get("average_list", 9639)), F(9962)][year]
    chosen = case.get("alternatives", {})
    step = F(1, 10**10) if "population_step" in chosen else F(1, 100)
    factor_step = F(1, 100) if "factor_step" in chosen else F(1, 1000)
    point_step = F(1, 10**10) if "point_step" in chosen else F(1, 100)
    size = x["list_size"][year]
    found = {"population_index": nearest(F(size) / average, step)}
    clinical = F(0)
    for area, (points, low, high, national) in QOF.items():
        points, national = number(terms.get(f"{area}_points", points)), number(terms.get(f"{area}_national", national))
        met = clip((F(x[f"{area}_achieved"][year]) - low) / (high - low), F(0), F(1))
        found[f"{area}_scored"] = nearest(points * met, F(1, 100))
        found[f"{area}_factor"] = nearest(F(x[f"{area}_register"][year], size) / national, factor_step)
        found[f"{area}_point"] = nearest(worth * found[f"{area}_factor"], point_step)
        found[f"{area}_payment"] = found[f"{area}_scored"] * found[f"{area}_point"]
        clinical += found[f"{area}_payment"]
    found["clinical_payment"] = clinical * found["population_index"]
    found["improvement_payment"] = x["improvement_scored"][year] * worth * found["population_index"]
    found["achievement_payment"] = found["clinical_payment"] + found["improvement_payment"]
    if "quantity" in figure:
        return found[figure["quantity"]]
    paid = F(7, 10) * 18_000
    return paid / 12 if figure["clause"] == "aspiration_payment" else pence(found["achievement_payment"] - paid)
