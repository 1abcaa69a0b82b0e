"""Every rule of insurance terms, said as a formula, settles to what the published rule pays."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openbook as ob
import pytest
from insurance_rules import CONDITIONAL, FORMULAS, REFERENCES, STEP_FORMULAS, State, Terms, expected
from insurance_vectors import BELOW, PUBLISHED, TENS, Vector, numbers

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "layered_terms.md"
MONEY = ("deductible", "attachment", "limit", "insured", "least", "most")
RATES = ("rate", "limit_rate", "share", "ceded", "placed", "order")
ZERO = {name: Fraction(0) for name in (*MONEY, *RATES)}


def exact(value: Fraction) -> str:
    """A fraction of hundredths as a decimal."""
    return str(Decimal(value.numerator) / Decimal(value.denominator))


def book_of(formulas: Mapping[str, str], months: int, terms: Terms, **more: Any) -> ob.Book:
    """Every rule is a quantity and a clause; a state of the losses is a month."""
    parameters = [
        {"id": name, "value": {"value": ("£" if name in MONEY else "") + exact(value), "illustrative": True}}
        for name, value in terms.items()
    ]
    return ob.read_book(
        {
            "format": 1,
            "id": "rules",
            "calendar": {"start": "2020-01", "months": months},
            "parties": [{"id": "payer", "roles": ["commissioner"]}, {"id": "payee", "roles": ["provider"]}],
            "inputs": [{"id": name, "unit": "£"} for name in State._fields],
            "parameters": [*parameters, *more.pop("parameters", ())],
            "quantities": [
                *more.pop("quantities", ()),
                *({"id": f"rule_{rule}", "unit": "£", "formula": formula} for rule, formula in formulas.items()),
            ],
            "contracts": [
                {
                    "id": "policy",
                    "payer": "payer",
                    "payee": "payee",
                    "clauses": [
                        {"id": f"clause_{rule}", "kind": "payment", "amount": f"rule_{rule}"} for rule in formulas
                    ],
                }
            ],
            **more,
        }
    )


def settled(book: ob.Book, states: Sequence[State]) -> dict[str, list[Fraction]]:
    """By rule, what it comes to in every state, exactly; its clause pays as much, to the penny."""
    below = {name: [exact(getattr(s, name)) for s in states] for name in State._fields}
    settlement = book.settle(below, disputes=False)
    found: dict[str, list[Fraction]] = {}
    for row in settlement.quantities:
        if row["id"].startswith("rule_"):
            found.setdefault(row["id"].removeprefix("rule_"), []).append(Fraction(row["value"]))
    paid: dict[str, Decimal] = dict.fromkeys(found, Decimal(0))
    for row in settlement.payments:
        paid[row["clause"].removeprefix("clause_")] += row["amount"]
    for rule, values in found.items():
        assert abs(Fraction(paid[rule]) - sum(values)) <= Fraction(1, 200) * len(states), rule
    return found


def drawn_states(seed: int, count: int) -> list[State]:
    """Pennies: at the edges of the terms, a penny beside them, and anywhere."""
    draw = random.Random(seed)

    def pence(most: int) -> Fraction:
        return Fraction(draw.randrange(100 * most), 100)

    states = []
    for edge in (0, 5, 10, 15, 20, 25, 30, 40, 45, 55):
        states += [State(max(Fraction(edge) + Fraction(d, 100), Fraction(0))) for d in (-1, 0, 1)]
    states += [State(pence(80), pence(40), pence(20), pence(20)) for _ in range(count)]
    return [*states, State(Fraction(0), Fraction(30)), State(Fraction(3), Fraction(0), Fraction(10), Fraction(0))]


def vector_states(vector: Vector) -> list[State]:
    if not vector.below:
        return [State(loss) for loss in numbers(TENS)]
    return [State(*state) for state in zip(*map(numbers, BELOW), strict=True)]


@pytest.mark.parametrize("vector", PUBLISHED, ids=lambda v: f"{v.rule}-{v.terms.get('limit_rate', '')}")
def test_published_rule_vectors(vector: Vector) -> None:
    states = vector_states(vector)
    terms = ZERO | {name: Fraction(value) for name, value in vector.terms.items()}
    found = settled(book_of({vector.rule: FORMULAS[vector.rule]}, len(states), terms), states)[vector.rule]
    assert found == numbers(vector.paid)
    assert [expected(vector.rule, state, terms) for state in states] == numbers(vector.paid)


def test_the_published_vectors_are_of_every_rule_that_has_them() -> None:
    without = {
        "4",
        "6",
        "9",
        "18",
        "21",
    }  # Deductibles of the insured value or the limit: other rules once they are pounds.
    without |= {"39", "40", "41", "100", "200"}
    assert {v.rule for v in PUBLISHED} == set(REFERENCES) - without


TERMS = (
    {"deductible": "5", "attachment": "10", "limit": "25", "insured": "100", "least": "10", "most": "20"},
    {"deductible": "15", "attachment": "0.01", "limit": "30", "insured": "33.34", "least": "0", "most": "15"},
    {"deductible": "0", "attachment": "0", "limit": "55", "insured": "0", "least": "25", "most": "25"},
)
SHARES = (
    {"rate": "0.25", "limit_rate": "0.5", "share": "0.5", "ceded": "0.5", "placed": "0.75", "order": "0.8"},
    {"rate": "0.3", "limit_rate": "0.7", "share": "0.9", "ceded": "1", "placed": "0.1", "order": "1"},
    {"rate": "0.05", "limit_rate": "0.99", "share": "1", "ceded": "0.15", "placed": "1", "order": "0.35"},
)


@pytest.mark.parametrize("case", range(3))
def test_every_rule_at_edges_and_anywhere(case: int) -> None:
    states = drawn_states(case, 60)
    terms = {name: Fraction(value) for name, value in {**TERMS[case], **SHARES[case]}.items()}
    found = settled(book_of(FORMULAS, len(states), terms), states)
    for rule in FORMULAS:
        assert found[rule] == [expected(rule, state, terms) for state in states], rule


# -- rules by steps ----------------------------------------------------------------------------------------------------

STEP_TERMS: dict[str, Sequence[str]] = {
    "trigger_start": ("0.1", "0.3", "0.6"),
    "trigger_end": ("0.3", "0.6", "1000"),
    "payout": ("0.2", "0.5", "0.9"),
    "expenses": ("0", "0.1", "0.05"),
    "extra_rate": ("0.5", "0.2", "0"),
}
STEP_MONEY: dict[str, Sequence[str]] = {
    "step_deductible": ("1", "0", "2.5"),
    "step_limit": ("12", "30", "40"),
    "extra_limit": ("3", "2", "7"),
    "fixed": ("4", "11", "0.5"),
    "trigger_amount": ("8", "25", "50"),
}
INSURED = Fraction(80)


def step_paid(rule: str, state: State) -> Fraction:
    """Step by step as the engine does: a step that is reached replaces (28, 37) or adds (27 and its kin, 32)."""
    total = Fraction(0)
    for k in range(3):
        t = {name: Fraction(values[k]) for name, values in {**STEP_TERMS, **STEP_MONEY}.items()}
        inside = t["trigger_start"] * INSURED <= state.loss < t["trigger_end"] * INSURED
        if rule == "32":
            inside = t["trigger_amount"] <= state.loss
        elif rule not in ("28", "37"):
            inside = inside and (state.loss > 0 or state.kept > 0)
        if not inside:
            continue
        of = {"27": INSURED, "29": INSURED, "30": t["step_limit"]}.get(rule, state.loss)
        base = t["payout"] * of - t["step_deductible"]
        if rule == "31":
            base = t["fixed"] - t["step_deductible"]
        if rule == "32":
            base = t["payout"] * state.loss
        base = max(base, Fraction(0))
        if rule in ("27", "32", "37"):
            base = min(base, t["step_limit"])
        value = (base + min(base * t["extra_rate"], t["extra_limit"])) * (1 + t["expenses"])
        total = value if rule in ("28", "37") else total + value
    return total


def by_step(name: str, values: Sequence[str], sign: str) -> dict[str, Any]:
    members = {f"step_{k}": {"value": sign + value, "illustrative": True} for k, value in enumerate(values)}
    return {"id": name, "dimension": "step", "value": {"value": f"{sign}0", "illustrative": True}, "members": members}


def test_rules_by_steps() -> None:
    states = [*drawn_states(9, 40), *(State(Fraction(n)) for n in (8, 24, 48, 50, 80))]
    parameters = [by_step(name, values, "") for name, values in STEP_TERMS.items()]
    parameters += [by_step(name, values, "£") for name, values in STEP_MONEY.items()]
    quantities = [{"id": f"paid_{rule}", "formula": own} for rule, (_, own) in STEP_FORMULAS.items()]
    formulas = {rule: re.sub(r"\bpaid\b", f"paid_{rule}", whole) for rule, (whole, _) in STEP_FORMULAS.items()}
    book = book_of(
        formulas,
        len(states),
        {"insured": INSURED},
        parameters=parameters,
        quantities=quantities,
        dimensions=[{"id": "step", "members": ["step_0", "step_1", "step_2"]}],
    )
    found = settled(book, states)
    for rule in STEP_FORMULAS:
        assert found[rule] == [step_paid(rule, state) for state in states], rule


def test_cover_on_top_of_what_steps_paid() -> None:
    states = drawn_states(3, 40)
    names = {"trigger_start": "0.25", "trigger_end": "0.75", "extra_rate": "0.4", "expenses": "0.1", "paid": "5"}
    terms = {name: Fraction(value) for name, value in names.items()}
    money = {"paid": "10", "extra_limit": "3", "insured": "80"}
    parameters = [{"id": name, "value": {"value": f"£{value}", "illustrative": True}} for name, value in money.items()]
    del terms["paid"]
    found = settled(book_of(CONDITIONAL, len(states), terms, parameters=parameters), states)
    for state, by_38, by_281 in zip(states, found["38"], found["281"], strict=True):
        extra = min(10 * terms["extra_rate"], Fraction(3))
        if 20 <= state.loss < 60:
            assert by_38 == (10 + extra) * (1 + terms["expenses"])
            assert by_281 == 10 + extra * (1 + terms["expenses"])
        else:
            assert by_38 == by_281 == 10


def test_the_guide_says_every_rule_as_it_is_tested() -> None:
    lines = GUIDE.read_text(encoding="utf-8").splitlines()
    said = dict(
        re.findall(r"^\| (\d+) \|.*\| `([^`]+)` \|$", line)[0] for line in lines if re.match(r"\| \d+ \|.*`", line)
    )
    pools = {rule: formula for rule, formula in FORMULAS.items() if "kept" in formula or 100 < int(rule) < 200}
    assert said == {rule: formula for rule, formula in FORMULAS.items() if rule not in pools}
