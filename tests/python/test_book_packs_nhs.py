"""Laws of the published NHS payment schemes that no single golden figure shows."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction as F
from typing import Any

import openbook as ob
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from test_golden import book_of

law = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def settle(name: str, inputs: dict[str, Any], book: ob.Book | None = None, **request: Any) -> dict[str, Any]:
    settled = (book or book_of(name)).settle(inputs or None, plan=True, disputes=False, **request)
    return json.loads(settled.to_json())


def moved(found: dict[str, Any], clause: str, first: str = "", last: str = "9999", basis: str = "practised") -> Decimal:
    """What a clause moves from its payer in the months from `first` to `last`."""
    entries = [e for e in found["entries"] if (e["clause"], e["basis"]) == (clause, basis)]
    return sum((Decimal(e["amount"]) for e in entries if first <= e["service_from"] <= last), Decimal(0))


def quantity(found: dict[str, Any], name: str, period: int = 0) -> Decimal:
    return next(Decimal(r["value"]) for r in found["quantities"] if (r["id"], r["period"]) == (name, period))


def spread(total: int, months: int) -> list[int]:
    return [total // months] * (months - 1) + [total - (months - 1) * (total // months)]


def nearest(value: F, step: str) -> F:
    """To the nearest multiple of a step, halves away from zero."""
    parts = value / F(step)
    whole = Decimal(parts.numerator) / Decimal(parts.denominator)
    return int(whole.to_integral_value(ROUND_HALF_UP)) * F(step)


# -- dental contracts --------------------------------------------------------------------------------------------------

UNITS = st.integers(11000, 12700)


@law
@given(st.tuples(UNITS, UNITS, UNITS))
@example((11520, 12000, 11999))
@example((12241, 11279, 12480))
@example((11519, 11520, 11521))
def test_units_carried_over_three_years(delivered: tuple[int, ...]) -> None:
    found = settle("dental_activity_contract", {"scheduled_activity": [m for d in delivered for m in spread(d, 12)]})
    carried = 0
    for year, units in enumerate(delivered):
        adjusted = units + carried
        back = (12000 - adjusted) * 28 if adjusted < 11520 else 0
        carried = 0 if adjusted < 11520 else min(adjusted - 12000, 240)
        starts = f"{2022 + year}-04"
        assert (moved(found, "clawback", starts, starts), quantity(found, "carried_forward", year)) == (back, carried)


def test_a_unit_more_never_leaves_the_practice_less_in_the_recovery() -> None:
    kept = []
    for units in (0, 600, 1079, 1080, 1081, 1200, 1349, 1350, 1351, 2000, 2999, 3000, 3001):
        found = settle("dental_recovery_thresholds", {"scheduled_activity": [0] * 9 + spread(units, 3) + [1000] * 12})
        kept.append(84000 - moved(found, "clawback_2021_01") - moved(found, "variable_costs_2021_01"))
    assert kept == sorted(kept) and kept[0] == 0 and kept[-1] == 84000


# -- indicators --------------------------------------------------------------------------------------------------------

CQUIN = {
    "flu_vaccination": (70, 90),
    "deterioration": (20, 60),
    "urinary_infection": (40, 60),
    "cancer_pathway": (55, 65),
    "pneumonia_bundle": (45, 70),
    "anaemia_screening": (45, 60),
    "mobilising": (60, 70),
}


@law
@given(
    st.lists(st.booleans(), min_size=7, max_size=7),
    st.lists(st.integers(0, 1000), min_size=7, max_size=7),
)
def test_cquin_rests_on_the_first_five_that_apply(applies: list[bool], tenths: list[int]) -> None:
    book = book_of("cquin_five_indicators").with_all(
        {f"{name}_applies": int(held) for name, held in zip(CQUIN, applies, strict=True)}
    )
    inputs = {name: [str(Decimal(t) / 1000)] for name, t in zip(CQUIN, tenths, strict=True)}
    taken = [(F(t, 10), *limits) for t, held, limits in zip(tenths, applies, CQUIN.values(), strict=True) if held][:5]
    lost = [1 - min(max((x - low) / (high - low), F(0)), F(1)) for x, low, high in taken]
    expected = nearest(1_250_000 * sum(lost, F(0)) / len(lost), "0.01") if lost else F(0)
    assert F(-moved(settle("cquin_five_indicators", inputs, book), "cquin_deduction")) == expected


QOF = {  # points, lower and upper threshold, national prevalence
    "cholesterol": (14, F(70, 100), F(95, 100), F(5, 100)),
    "diabetes": (17, F(35, 100), F(75, 100), F(7, 100)),
    "hypertension": (14, F(40, 100), F(77, 100), F(14, 100)),
    "asthma": (20, F(45, 100), F(70, 100), F(65, 1000)),
    "dementia": (14, F(35, 100), F(70, 100), F(8, 1000)),
}


@law
@given(
    st.integers(1000, 40000),
    st.lists(st.integers(0, 1000), min_size=5, max_size=5),
    st.lists(st.integers(0, 3000), min_size=5, max_size=5),
    st.integers(0, 74),
)
def test_quality_payment_rounds_where_it_says(size: int, met: list[int], registers: list[int], qi: int) -> None:
    inputs: dict[str, Any] = {"list_size": [size, size], "improvement_scored": [qi, qi]}
    clinical = F(0)
    for (area, (points, low, high, national)), part, register in zip(QOF.items(), met, registers, strict=True):
        inputs |= {f"{area}_achieved": [str(Decimal(part) / 1000)] * 2, f"{area}_register": [register] * 2}
        scored = nearest(points * min(max((F(part, 1000) - low) / (high - low), F(0)), F(1)), "0.01")
        clinical += scored * nearest(F("213.43") * nearest(F(register, size) / national, "0.001"), "0.01")
    index = nearest(F(size, 9639), "0.01")
    found = settle("quality_outcomes_framework", inputs)
    assert F(quantity(found, "achievement_payment")) == (clinical + qi * F("213.43")) * index
    year = [moved(found, c, "2023-04", "2024-03") for c in ("aspiration_payment", "achievement_balance")]
    assert F(sum(year, Decimal(0))) == nearest((clinical + qi * F("213.43")) * index, "0.01")


# -- fixed and variable ------------------------------------------------------------------------------------------------


@law
@given(st.lists(st.integers(8_000_000, 12_500_000), min_size=12, max_size=12))
def test_quarters_of_recovery_funding_add_up_to_the_year(values: list[int]) -> None:
    found = settle("elective_recovery_funding", {"elective_value": [8_500_000] * 12 + values + [10_700_000] * 12})
    expected = max(F(3, 4) * (sum(values) - 12 * 10_400_000), F(-3_000_000))
    assert F(moved(found, "elective_adjustment_2022")) == nearest(expected, "0.01")


@pytest.mark.parametrize("factor", ["0.05", "0.2", "0.37"])
def test_marginal_rates_are_written_the_same_both_ways(factor: str) -> None:
    book = book_of("aligned_payment_incentive")
    lines = ("ordinary_elective", "day_case", "outpatient_procedure", "first_attendance")

    def year(sign: str, basis: str = "written") -> Decimal:
        plans = {f"/inputs/{k}/plan/value": f"baseline_{k} * elective_target * (1 {sign} {factor})" for k in lines}
        found = settle("", {}, book.with_all(plans))
        return moved(found, "elective_difference", "2022-04", "2023-03", basis)

    assert year("+") == -year("-") == Decimal("36691200") * Decimal(factor) * Decimal("0.75")
    assert (year("+", "practised"), year("-", "practised")) == (year("+"), 0)


@pytest.mark.parametrize(("attendances", "beyond"), [(4400, 0), (4401, 12), (3600, 0), (3599, -12), (8000, 43200)])
def test_readings_of_the_broken_glass_differ_beyond_the_band_alone(attendances: int, beyond: int) -> None:
    inputs = {"attendances": [attendances] * 12, "admissions": [880 if attendances >= 4000 else 720] * 12}
    talks, tariff = (
        moved(settle("blended_payment_scheme", inputs, readings={"blended_payment": r}), "blended_payment")
        for r in ("talks_only", "tariff_beyond")
    )
    assert tariff - talks == Decimal(beyond) * 150 * Decimal("0.8")


# -- what does not fit -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "term", "value", "path"),
    [
        ("aligned_payment_incentive", "cquin_share", "£1.25", "cquin_share"),
        ("blended_payment_scheme", "least_value", "20%", "least_value"),
        ("elective_recovery_funding", "target_2022", "£104", "target_2022"),
        ("cquin_five_indicators", "fixed_element", "5%", "fixed_element"),
        ("dental_activity_contract", "performance_threshold", "£96", "performance_threshold"),
        ("dental_recovery_thresholds", "contract_value", "36%", "contract_value"),
        ("quality_outcomes_framework", "point_value", "3%", "point_value"),
    ],
)
def test_a_figure_of_another_kind_is_refused(name: str, term: str, value: str, path: str) -> None:
    with pytest.raises(ob.BookError) as refused:
        book_of(name).with_(term, value).settle(plan=True)
    assert path in str(refused.value)


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("dental_activity_contract", {"scheduled_activity": [1000] * 35}),
        ("elective_recovery_funding", {"elective_values": [1] * 36}),
        ("cquin_five_indicators", {"flu_vaccination": ["ninety"]}),
        ("quality_outcomes_framework", {"list_size": [float("nan"), 1]}),
    ],
)
def test_data_that_do_not_fit_name_their_input(name: str, inputs: dict[str, Any]) -> None:
    with pytest.raises(ob.OpenbookError) as refused:
        settle(name, inputs)
    assert next(iter(inputs)) in str(refused.value)
