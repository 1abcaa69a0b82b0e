"""Formulas with a name and arguments, and the library of measures against published worked examples."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import openbook as ob
import pytest
from asking import MEMBERS, alike, book_of, refused, settled

DEFINITIONS = [
    {
        "id": "share_of",
        "name": "Part of a whole",
        "arguments": [{"id": "part"}, {"id": "whole"}],
        "formula": "divide(part, whole, 0)",
    },
    {
        "id": "change",
        "arguments": [{"id": "of"}, {"id": "at_first"}],
        "formula": "of - previous(of, at_first)",
    },
    {"id": "twice", "arguments": [{"id": "x", "unit": "visits"}], "unit": "visits", "formula": "2 * x"},
    {"id": "four_times", "arguments": [{"id": "x"}], "formula": "twice(twice(x))"},
    {
        "id": "over_sites",
        "arguments": [{"id": "x"}, {"id": "parent"}],
        "formula": "largest(sum(x, parent))",
    },
]
PARTS: dict[str, Any] = {
    "definitions": DEFINITIONS,
    "dimensions": [
        {"id": "area", "members": ["north", "south"]},
        {
            "id": "site",
            "members": list(MEMBERS),
            "parents": {"area": {"a": "north", "b": "north", "c": "south", "d": "south"}},
        },
    ],
    "inputs": [{"id": "visits", "unit": "visits", "plan": "10 * month_number()"}],
    "parameters": [
        {"id": "beds", "dimension": "site", "members": dict(zip(MEMBERS, (1, 2, 3, 4), strict=True))},
        {"id": "tariff", "value": {"value": "£3", "unit": "£ per visit"}},
    ],
}

MEANS = [
    ("share_of(visits, 40)", ["0.25", "0.5", "0.75", "1", "1.25", "1.5"]),
    ("share_of(visits, 0)", ["0"] * 6),
    ("change(visits, 4)", ["6", "10", "10", "10", "10", "10"]),
    ("change(visits * tariff, £0)", ["30"] * 6),
    ("four_times(visits)", ["40", "80", "120", "160", "200", "240"]),
    ("over_sites(beds, 'area')", ["7"] * 6),
    ("over_sites(2 * beds, area)", ["14"] * 6),
]


def test_a_definition_is_written_out_where_it_is_called() -> None:
    found = alike([formula for formula, _ in MEANS], **PARTS)
    assert [[Decimal(v) for v in values] for values in found] == [[Decimal(v) for v in e] for _, e in MEANS]


def test_an_explanation_names_the_definition() -> None:
    quantity = {"id": "part", "formula": "share_of(visits, 40)"}
    settlement = ob.read_book(book_of(**PARTS, quantities=[quantity])).settle(plan=True)
    shown = str(settlement.explain("part", period=1))
    assert "Part of a whole: share_of(visits, 40)" in shown
    assert "visits" in shown


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("twice(visits * tariff)", "argument 'x' of twice(visits * tariff) is in £, not in visit"),
        ("share_of(visits)", "the definition 'share_of' has 2 arguments, not 1"),
        ("share_off(visits, 1)", "did you mean 'share_of'?"),
        ("sume(visits)", "a function of the language, see docs/reference/formulas.md; 'sume' is none"),
    ],
)
def test_a_call_that_cannot_be_is_refused(formula: str, said: str) -> None:
    refused(formula, said, **PARTS)


@pytest.mark.parametrize(
    ("definitions", "code", "said"),
    [
        (
            [
                {"id": "f", "arguments": [{"id": "x"}], "formula": "g(x)"},
                {"id": "g", "arguments": [{"id": "x"}], "formula": "f(x)"},
            ],
            "cycle",
            "f -> g -> f",
        ),
        (
            [{"id": "f", "arguments": [{"id": "x"}], "formula": "f(x)"}],
            "cycle",
            "a definition cannot call itself: f -> f",
        ),
        (
            [{"id": "sum", "arguments": [{"id": "x"}], "formula": "x"}],
            "duplicate-id",
            "a function of the language already",
        ),
        (
            [{"id": "f", "arguments": [{"id": "x"}, {"id": "x"}], "formula": "x"}],
            "duplicate-id",
            "two arguments are called",
        ),
        ([{"id": "f", "arguments": [{"id": "x"}], "formula": "x +"}], "formula", "found the end"),
    ],
)
def test_a_definition_that_cannot_be_is_refused(definitions: list[dict[str, Any]], code: str, said: str) -> None:
    with pytest.raises(ob.BookError) as error:
        ob.read_book(book_of(definitions=definitions))
    assert said in str(error.value)
    assert code in [problem.code for problem in error.value.problems]


def test_a_definition_does_not_grow_without_bound() -> None:
    chain = [{"id": "f0", "arguments": [{"id": "x"}], "formula": "x + x"}]
    chain += [{"id": f"f{n}", "arguments": [{"id": "x"}], "formula": f"f{n - 1}(f{n - 1}(x))"} for n in range(1, 40)]
    with pytest.raises(ob.BookError, match="more than 20,000 parts"):
        ob.read_book(book_of(definitions=chain, quantities=[{"id": "q", "formula": "f39(1)"}])).settle()


# -- windows over formulas --------------------------------------------------------------------------------------------

GAPS = {"inputs": [{"id": "waits", "unit": "number", "aggregate": "last", "may_be_missing": True}]}
WAITS = {"waits": [4, None, 6, 10, None, 2]}
WINDOWS: list[tuple[str, list[Any]]] = [
    ("window(waits, 3, 'sum', 'skip')", [4, 4, 10, 16, 16, 12]),
    ("window(waits, 3, 'sum')", [4, None, None, None, None, None]),
    ("window(waits, 3, 'mean', 'skip')", [4, 4, 5, 8, 8, 6]),
    ("window(waits, 2, 'smallest', 'skip')", [4, 4, 6, 6, 10, 2]),
    ("window(waits, 2, 'largest', 'skip')", [4, 4, 6, 10, 10, 2]),
    ("window(waits, 3, 'product', 'skip')", [4, 4, 24, 60, 60, 20]),
    ("cumulative(waits, 'term', 'skip')", [4, 4, 10, 20, 20, 22]),
    ("cumulative(waits, 'quarter', 'skip')", [4, 4, 10, 10, 10, 12]),
    ("window(2 * waits, 2, 'sum', 'skip')", [8, 8, 12, 32, 20, 4]),
    ("window(waits > 5, 6, 'sum', 'skip')", [0, 0, 1, 2, 2, 2]),
    ("cumulative(waits * waits, 'term', 'skip')", [16, 16, 52, 152, 152, 156]),
    ("previous(2 * or_else(waits, 0), 7)", [7, 8, 0, 12, 20, 0]),
    ("previous(2 * or_else(waits, 0), 7, 2)", [7, 7, 8, 0, 12, 20]),
    ("first_when(or_else(waits, 0) > 5)", [None, None, 3, 3, 3, 3]),
    ("last_when(or_else(waits, 0) > 5)", [None, None, 3, 4, 4, 4]),
    ("window(previous(or_else(waits, 0), 1) + 1, 2)", [2, 7, 6, 8, 18, 12]),
]


def test_windows_of_formulas_and_without_what_is_missing() -> None:
    found = alike([formula for formula, _ in WINDOWS], WAITS, **GAPS)
    for (formula, expected), values in zip(WINDOWS, found, strict=True):
        assert [None if v is None else Decimal(v) for v in values] == expected, formula


def test_a_formula_of_a_longer_calendar() -> None:
    inputs = [{"id": "waits", "unit": "number", "plan": "month_number()"}]
    quantities = [{"id": "quarterly", "every": "quarter", "formula": "previous(waits / 2, 0)"}]
    rows = ob.read_book(book_of(inputs=inputs, quantities=quantities)).settle(plan=True).quantities
    assert [row["value"] for row in rows] == [0, 3]  # half of 1 + 2 + 3


def test_members_have_a_history_in_formulas() -> None:
    (found,) = settled(["sum(previous(2 * beds, 1))"], **PARTS)
    assert found == [4, 20, 20, 20, 20, 20]


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("window(waits, 2, 'sum', 'skipp')", "expected one of: all, skip"),
        ("later(2 * waits, 1, 0)", "which only an input can bear; '2 * waits' is none"),
        ("solve('x', previous(x * 2, 0), 3, 0, 1, 0.1)", "make 'x * 2' a quantity"),
    ],
)
def test_a_window_that_cannot_be_is_refused(formula: str, said: str) -> None:
    refused(formula, said, **GAPS)


# -- the library ------------------------------------------------------------------------------------------------------

STRATA = ("under_20", "20_24", "25_29", "30_34", "35_39", "40_and_over")
#: Down's syndrome by birth order and mother's age, Michigan 1950 to 1964: Fleiss, Statistical Methods for Rates and Proportions, 2nd
#: edition 1981, p. 249; adjusted per 100,000 in Fay and Feuer, Statistics in Medicine 1997; 16: 791-801, table I, of which the
#: documentation of R's tidyrates prints rates and limits.
FLEISS = {
    "first": ((107, 141, 60, 40, 39, 25), (230061, 329449, 114920, 39487, 14208, 3052), ("92.3", "80.4", "106")),
    "second": ((25, 150, 110, 84, 82, 39), (72202, 326701, 208667, 83228, 28466, 5375), ("91.2", "82.4", "101")),
    "third": ((3, 71, 114, 103, 108, 75), (15050, 175702, 207081, 117300, 45026, 8660), ("85.1", "77.2", "94.2")),
    "fourth": ((1, 26, 64, 89, 137, 96), (2293, 68800, 132424, 98301, 46075, 9834), ("92.7", "80.0", "115")),
    "later": ((0, 8, 63, 112, 262, 295), (327, 30666, 123419, 149919, 104088, 34392), ("75.5", "67.7", "188")),
}
STANDARD = (63986.6, 186263.6, 157302.2, 97647.0, 47572.6, 12262.6)


@pytest.mark.parametrize("order", FLEISS)
def test_a_directly_standardised_rate_as_published(order: str) -> None:
    events, people, published = FLEISS[order]

    def by_stratum(name: str, values: Any) -> dict[str, Any]:
        return {"id": name, "dimension": "age", "members": {s: str(v) for s, v in zip(STRATA, values, strict=True)}}

    parts = {
        "definitions": [d.to_dict() for d in ob.measure_definitions()],
        "dimensions": [{"id": "age", "members": list(STRATA)}],
        "parameters": [by_stratum("events", events), by_stratum("people", people), by_stratum("standard", STANDARD)],
    }
    formulas = [
        "in_unit(directly_standardised_rate(events, people, standard), 'per 100,000')",
        "in_unit(directly_standardised_rate_lower(events, people, standard, 95%), 'per 100,000')",
        "in_unit(directly_standardised_rate_upper(events, people, standard, 95%), 'per 100,000')",
    ]
    found = alike(formulas, **parts)
    for values, wanted in zip(found, published, strict=True):
        places = Decimal("0.1") if "." in wanted else Decimal(1)
        assert abs(Decimal(values[0]) - Decimal(wanted)) <= places * Decimal("0.51")


def test_the_limits_of_a_directly_standardised_rate_to_seven_digits() -> None:
    """Later births against all: the example of the documentation of R's dsrTest, method "gamma", 95%."""
    events, people, _ = FLEISS["later"]
    total = [sum(order[1][n] for order in FLEISS.values()) for n in range(len(STRATA))]
    tables = {"events": events, "people": people, "standard": total}
    parts = {
        "definitions": [d.to_dict() for d in ob.measure_definitions()],
        "dimensions": [{"id": "age", "members": list(STRATA)}],
        "parameters": [
            {"id": name, "dimension": "age", "members": dict(zip(STRATA, values, strict=True))}
            for name, values in tables.items()
        ],
    }
    found = settled(
        [
            "in_unit(directly_standardised_rate(events, people, standard), 'per 100,000')",
            "in_unit(directly_standardised_rate_lower(events, people, standard, 95%), 'per 100,000')",
            "in_unit(directly_standardised_rate_upper(events, people, standard, 95%), 'per 100,000')",
        ],
        **parts,
    )
    assert [round(Decimal(values[0]), 5) for values in found] == [
        Decimal("75.52901"),
        Decimal("67.70212"),
        Decimal("188.30017"),
    ]


#: An area of 19 age bands: counts and people, counts and people of the reference, and the European standard population of 2013.
#: Test data of PHEindicatormethods (Public Health England, later UK Health Security Agency), testdata_DSR_ISR.xlsx.
AREA = {
    "cases": (127, 25, 18, 21, 12, 27, 48, 27, 29, 32, 32, 34, 45, 65, 38, 68, 74, 82, 91),
    "people": (636, 558, 609, 543, 384, 594, 669, 843, 660, 576, 606, 522, 426, 273, 300, 288, 153, 123, 207),
    "all_cases": (
        *(10303, 2824, 0, 3615, 3641, 3490, 3789, 3213, 3031, 2771),
        *(3089, 3490, 3595, 4745, 5514, 7125, 5694, 6210, 5757),
    ),
    "all_people": (
        *(50520, 57173, 60213, 54659, 44345, 50128, 62163, 67423, 62899, 55463),
        *(60479, 49974, 44140, 40888, 37239, 30819, 18136, 15325, 13918),
    ),
    "european": (
        *(5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000),
        *(7000, 6500, 6000, 5500, 5000, 4000, 2500, 1500, 1000),
    ),
}
RATIO = "indirectly_standardised_ratio{}(cases, people, all_cases, all_people{})"
AREA_PUBLISHED = [
    ("in_unit(directly_standardised_rate(cases, people, european), 'per 100,000')", "10430.247991469423"),
    ("expected_events(people, all_cases, all_people)", "835.88356123117433"),
    (RATIO.format("", ""), "1.0707232939020275"),
    (RATIO.format("_lower", ", 95%"), "1.0017147712553987"),
    (RATIO.format("_upper", ", 95%"), "1.1432332872498949"),
    (RATIO.format("_lower", ", 99.8%"), "0.96351556196144372"),
    (RATIO.format("_upper", ", 99.8%"), "1.1860070415876287"),
]


def test_standardised_as_by_public_health_england() -> None:
    strata = [f"band_{n}" for n in range(19)]
    parts = {
        "definitions": [d.to_dict() for d in ob.measure_definitions()],
        "dimensions": [{"id": "age", "members": strata}],
        "parameters": [
            {"id": name, "dimension": "age", "members": dict(zip(strata, values, strict=True))}
            for name, values in AREA.items()
        ],
    }
    found = settled([formula for formula, _ in AREA_PUBLISHED], **parts)
    for (formula, wanted), values in zip(AREA_PUBLISHED, found, strict=True):
        assert float(values[0]) == pytest.approx(float(wanted), rel=1e-9), formula


def test_an_indirectly_standardised_ratio() -> None:
    """Cancer deaths in the United States, 1940 against 1960: data of Selvin, Statistical Analysis of Epidemiologic Data, 1991, as in
    epitools; 71,058 observed. Expected and limits are worked out here."""
    deaths_60 = (141, 926, 1253, 1080, 1869, 4891, 14956, 30888, 41725, 26501, 5928)
    people_60 = (1784033, 7065148, 15658730, 10482916, 9939972, 10563872, 9114202, 6850263, 4702482, 1874619, 330915)
    deaths_40 = (45, 201, 320, 670, 1126, 3160, 9723, 17935, 22179, 13461, 2238)
    people_40 = (906897, 3794573, 10003544, 10629526, 9465330, 8249558, 7294330, 5022499, 2920220, 1019504, 142532)
    strata = [f"age_{n}" for n in range(11)]
    tables = {"d60": deaths_60, "p60": people_60, "d40": deaths_40, "p40": people_40}
    parts = {
        "definitions": [d.to_dict() for d in ob.measure_definitions()],
        "dimensions": [{"id": "age", "members": strata}],
        "parameters": [
            {"id": name, "dimension": "age", "members": dict(zip(strata, values, strict=True))}
            for name, values in tables.items()
        ],
    }
    found = settled(
        [
            "indirectly_standardised_ratio(d40, p40, d60, p60)",
            "indirectly_standardised_ratio_lower(d40, p40, d60, p60, 95%)",
            "indirectly_standardised_ratio_upper(d40, p40, d60, p60, 95%)",
        ],
        **parts,
    )
    expected = sum(d / p * q for d, p, q in zip(deaths_60, people_60, people_40, strict=True))
    observed = sum(deaths_40)
    z = 1.959963984540054
    lower = observed * (1 - 1 / (9 * observed) - z / (3 * observed**0.5)) ** 3
    upper = (observed + 1) * (1 - 1 / (9 * (observed + 1)) + z / (3 * (observed + 1) ** 0.5)) ** 3
    assert observed == 71058
    wanted = [observed / expected, lower / expected, upper / expected]
    assert [float(values[0]) for values in found] == pytest.approx(wanted, rel=1e-9)
    assert wanted[0] == pytest.approx(0.8305, abs=5e-5)


LIMITS = [
    # Newcombe, Statistics in Medicine 1998; 17: 857-872, table I, method 3 (Wilson)
    ("wilson_lower(81, 263, 95%)", "0.2553"),
    ("wilson_upper(81, 263, 95%)", "0.3662"),
    ("wilson_lower(15, 148, 95%)", "0.0624"),
    ("wilson_upper(15, 148, 95%)", "0.1605"),
    ("wilson_lower(0, 20, 95%)", "0"),
    ("wilson_upper(0, 20, 95%)", "0.1611"),
    ("wilson_lower(1, 29, 95%)", "0.0061"),
    ("wilson_upper(1, 29, 95%)", "0.1718"),
    # Byar's limits of a count of 10, from the formula; exact are 4.80 and 18.39
    ("byar_lower(10, 95%)", "4.7874"),
    ("byar_upper(10, 95%)", "18.3915"),
    ("byar_lower(0, 95%)", "0"),
    # PHEindicatormethods, testdata_Byars_Wilson.xlsx; it gives no lower limit where the formula falls below nothing
    ("byar_lower(65, 95%)", "50.163187710459454"),
    ("byar_upper(65, 95%)", "82.849138545939837"),
    ("byar_lower(1045, 95%)", "982.59320180733255"),
    ("byar_upper(1045, 95%)", "1110.3312129856499"),
    ("byar_lower(1, 95%)", "0.013072132901504351"),
    ("byar_upper(1, 95%)", "5.5637555824752605"),
    ("byar_lower(65, 99.8%)", "42.880261471480203"),
    ("byar_upper(65, 99.8%)", "94.000290844318016"),
    ("byar_lower(10, 99.8%)", "2.916318374695686"),
    ("byar_upper(10, 99.8%)", "24.193724927880535"),
    ("byar_lower(1, 99.8%)", "0"),
    ("byar_upper(1, 99.8%)", "9.362180217908362"),
    ("wilson_lower(65, 100, 95%)", "0.55254443296887967"),
    ("wilson_upper(65, 100, 95%)", "0.73635751756902468"),
    ("wilson_lower(1045, 5000, 99.8%)", "0.19179381799015244"),
    ("wilson_upper(1045, 5000, 99.8%)", "0.22731562902525818"),
    ("wilson_lower(1, 100, 95%)", "0.0017674320641406511"),
    ("wilson_upper(1, 100, 95%)", "0.054486196178705294"),
    # 0.1 and 3.0902 standard errors of 0.03
    ("funnel_lower(10%, 100, 99.8%)", "0.0073"),
    ("funnel_upper(10%, 100, 99.8%)", "0.1927"),
    ("funnel_lower(10%, 10, 99.8%)", "0"),
]


def test_limits_as_published() -> None:
    parts = {"definitions": [d.to_dict() for d in ob.measure_definitions()]}
    found = alike([formula for formula, _ in LIMITS], **parts)
    for (formula, wanted), values in zip(LIMITS, found, strict=True):
        digits = len(wanted.partition(".")[2])
        near = Decimal("0.00006") if digits <= 4 else Decimal("1e-7") * max(Decimal(1), Decimal(wanted))
        assert abs(Decimal(values[0]) - Decimal(wanted)) <= near, formula


def test_a_chart_of_individual_values_as_published() -> None:
    """Flow rates of ten batches: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2."""
    rates = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
    parts = {
        "calendar": {"start": "2024-01", "months": 10},
        "definitions": [d.to_dict() for d in ob.measure_definitions("xmr_lower", "xmr_upper")],
        "inputs": [{"id": "flow", "unit": "number", "aggregate": "last"}],
    }
    moving = "window(xmr_moving_range(flow), 10, 'mean', 'skip')"
    asked = ["xmr_centre(flow, 10)", moving, "xmr_upper(flow, 10)", "xmr_lower(flow, 10)"]
    found = alike(asked, {"flow": rates}, **parts)
    assert [round(Decimal(values[-1]), 4) for values in found] == [
        Decimal("50.81"),
        Decimal("1.8778"),
        Decimal("55.8041"),
        Decimal("45.8159"),
    ]


def test_the_library_brings_what_it_calls() -> None:
    names = [d.id for d in ob.measure_definitions("xmr_upper")]
    assert names == ["xmr_centre", "xmr_moving_range", "xmr_upper"]
    with pytest.raises(ValueError, match="did you mean"):
        ob.measure_definitions("byar_uper")
    assert all(d.source or d.id in ("normal_deviate", "gamma_upper_limit") for d in ob.measure_definitions())


def test_lint_sees_through_definitions() -> None:
    definitions = [
        {"id": "gate", "arguments": [{"id": "x"}], "formula": "inner(x) > limit"},
        {"id": "inner", "arguments": [{"id": "x"}], "formula": "sqrt(number(x), 2)"},
        {"id": "idle", "arguments": [{"id": "x"}], "formula": "x"},
    ]
    parts = {
        "definitions": definitions,
        "inputs": [{"id": "visits", "unit": "visits", "plan": 10}],
        "parameters": [{"id": "limit", "value": 3}],
        "quantities": [{"id": "open", "formula": "gate(visits)"}],
    }
    found = [(row["code"], row["path"]) for row in ob.read_book(book_of(**parts)).lint(probe=False)]
    assert ("inexact-threshold", "/quantities/0/formula") in found
    assert [path for code, path in found if code == "unused-definition"] == ["/definitions/2"]
    assert not [path for code, path in found if code in ("unused-parameter", "unused-input")]
