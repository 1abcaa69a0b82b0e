"""Everything that the documentation of books says occurs in the random contracts of the differential test."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import random_coverage
from openbook._description import RecordType, records
from random_contracts import Document
from random_coverage import Place

CONTRACTS = 6000
FORMULAS = Path(__file__).resolve().parents[2] / "docs" / "reference" / "formulas.md"
#: Records that a settlement does not read: what is uncertain and what might happen have tests of their own.
OF_SIMULATIONS = {
    "recorded_series", "resampling", "regime", "regime_chain", "hazard", "distribution", "correlation", "selector",
    "shock", "scenario", "scenario_set",
}  # fmt: skip
#: Fields that make no sense where they stand, and are refused there or have no effect.
SENSELESS = {
    ("block", "pennies_to"): "instalments have no names",
    ("share", "pennies"): "transfers always add up",
    ("share", "pennies_to"): "transfers always add up",
    ("netting", "pennies"): "transfers always add up",
    ("netting", "pennies_to"): "transfers always add up",
    ("netting", "zero_weights"): "there are no weights",
}
SENSELESS_CHOICES = {
    ("block", "pennies", "named"): "instalments have no names",
    **{
        ("forecast", "every", every): "it has to be corrected within its period" for every in ("financial_year", "term")
    },
}
#: The words that functions know, beside names of the book.
WORDS = {
    "round": ("half_away", "half_up", "half_even", "floor", "ceiling", "truncate"),
    "window": ("sum", "mean", "smallest", "largest", "product", "median", "skip"),
    "cumulative": ("month", "quarter", "half_year", "year", "term", "skip"),
    "over": ("month", "quarter", "half_year", "year", "term"),
    "sum": ("skip", "suppressed", "not_submitted", "closed", "not_open", "merged_into", "not_stated", "area", "zone"),
    "mean": ("skip", "area", "zone"), "largest": ("skip", "area", "zone"), "smallest": ("skip", "area", "zone"),
    "product": ("skip", "area", "zone"), "any_member": ("area", "zone"), "all_members": ("area",),
    "quantile": ("inclusive", "exclusive", "nearest"), "deviation": ("sample", "population"),
    "rank": ("ascending", "descending", "best", "mean", "order"),
    "running": ("forwards", "backwards", "sum", "product", "smallest", "largest"),
    "apportion": ("nothing", "equal", "error"), "apportion_capped": ("nothing", "equal"),
    "solve": ("rising", "falling"), "add_months": ("same_day", "month_end"),
    "year_fraction": ("actual_365", "actual_360", "thirty_360"), "in_unit": ("pp", "spells per 1000"),
    "reason": (),
}  # fmt: skip
#: What functions over members are told beside these: `over` and `where`, a key, groups by a parent or by pairs.
TOLD = {
    **dict.fromkeys(("sum", "mean", "largest", "smallest", "product", "first", "last", "weighted_mean", "min", "max", "count",
                     "any", "all", "any_member", "all_members"), ("over=", "where=")),
    **dict.fromkeys(("median", "quantile", "deviation", "slope", "rank", "percentile_group", "running", "running_by",
                     "running_between", "apportion", "apportion_capped"), ("over=",)),
}  # fmt: skip
IN_GROUPS = {
    **dict.fromkeys(("mean", "largest", "smallest"), ("key", "skip")),
    "sum": ("key", "skip", "site by band", "band by site", "area by band", "band by area", "site", "band"),
    **dict.fromkeys(("median", "quantile", "deviation", "weighted_mean"), ("key", "area", "zone", "skip")),
    **dict.fromkeys(("rank", "percentile_group"), ("key", "area", "zone")),
    **dict.fromkeys(("any_member", "all_members"), ("key",)),
    "spread": ("site", "band", "site by band", "band by site"), "running_by": ("2 arguments", "3 arguments"),
    "member": ("site", "band", "3 arguments"), "previous": ("3 arguments",),
}  # fmt: skip
SIGNS = {"+", "-", "*", "/", "negated", "<", "<=", ">", ">=", "==", "!=", "and", "or", "not"} | {
    "number", "money", "ratio", "points",
}  # fmt: skip


@cache
def found() -> Counter[Place]:
    return random_coverage.counted(CONTRACTS)[0]


def read() -> list[RecordType]:
    """Records that a settlement reads."""
    return [record for record in records().values() if record.name not in OF_SIMULATIONS and record.kind_of != "driver"]


def lacking(seen: Counter[Place]) -> list[str]:
    missed = [
        f"{record.name}.{field.name}"
        for record in read()
        for field in record.fields
        if ("field", record.name, field.name) not in seen
        and (record.name, field.name) not in SENSELESS
        and ("book", field.name) not in {("book", name) for name in OF_BOOK}
    ]
    missed += [
        f"{record.name}.{field.name} = {choice}"
        for record in read()
        for field in record.fields
        if field.type.kind == "choice" and (record.name, field.name) not in SENSELESS
        for choice in field.type.choices
        if choice != field.default
        and ("choice", record.name, field.name, choice) not in seen
        and (record.name, field.name, choice) not in SENSELESS_CHOICES
    ]
    functions = re.findall(r"^\| \[`(\w+)\(", FORMULAS.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(functions) > 90
    missed += [f"{name}()" for name in functions if ("function", name) not in seen]
    missed += [
        f"{name}('{word}')"
        for said in (WORDS, TOLD, IN_GROUPS)
        for name, words in said.items()
        for word in words
        if ("function", name, word) not in seen
    ]
    return missed + [sign for sign in SIGNS if ("sign", sign) not in seen]


#: Lists of the book that hold what a settlement does not read.
OF_BOOK = {"recorded_series", "resamplings", "regime_chains", "hazards", "correlations", "scenarios"}


def test_what_is_documented_occurs_in_random_contracts() -> None:
    assert not lacking(found())


def test_exceptions_are_none_where_they_occur() -> None:
    assert not [place for place in SENSELESS if ("field", *place) in found()]
    assert not [place for place in SENSELESS_CHOICES if ("choice", *place) in found()]
    assert {name for name, _ in SENSELESS} <= set(records())


def test_a_field_and_a_function_that_no_contract_has_are_missed() -> None:
    without: Any = Counter(found())
    del without["field", "penalty", "cap"], without["function", "rank"], without["choice", "share", "split", "causer"]
    assert lacking(without) == ["penalty.cap", "share.split = causer", "rank()"]


def test_a_formula_is_counted_with_its_words() -> None:
    book: Document = {
        "quantities": [
            {"id": "q", "formula": {"value": "1", "steps": [{"from": "2024-05", "value": "round(2.5, 1, 'floor')"}]}}
        ]
    }
    places = set(random_coverage.of_record(book, records()["book"]))
    assert {("function", "round"), ("function", "round", "floor"), ("field", "dated_value", "value")} <= places
