"""Disputes of a settlement, against the same book settled with each reading by itself: one plan that holds every reading says
the same as a plan of each, at any date, for other chosen readings and under shocks.
"""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import openbook as ob
import pytest

DISPUTED = (
    "overspend_reopener",
    "pool_or_member_by_member",
    "first_call_on_underspends",
    "insurance_risk_corridors",
    "practice_quality_payments",
    "no_unreasonable_profit_or_loss",
    "nested_limits",
)


def open_readings(book: ob.Book) -> dict[str, list[str]]:
    return {
        clause.id: [reading.name for reading in clause.readings]
        for container in (*book.contracts, *book.overlays)
        for clause in container.clauses
        if len(clause.readings) > 1
    }


def alone(book: ob.Book, readings: dict[str, str], **options: Any) -> dict[str, Decimal]:
    settled = book.settle(plan=True, disputes=False, readings=readings, **options)
    return {party.id: settled.position(party.id) for party in book.parties}


def check(book: ob.Book, chosen: dict[str, str] | None = None, **options: Any) -> None:
    settlement = book.settle(plan=True, readings=chosen or {}, **options)
    lines = [dict(row) for row in settlement.disputes]
    of_clauses = open_readings(book)
    for clause, names in of_clauses.items():
        for name in names:
            of_reading = [row for row in lines if row["clause"] == clause and row["reading"] == name]
            expected = alone(book, {**(chosen or {}), clause: name}, **options)
            assert {row["party"]: row["position"] for row in of_reading} == expected
    ends: dict[str, list[Decimal]] = {party.id: [] for party in book.parties}
    for together in itertools.product(*of_clauses.values()):
        for party, amount in alone(book, dict(zip(of_clauses, together, strict=True)), **options).items():
            ends[party].append(amount)
    for row in settlement.joint_range:
        assert (row["lowest"], row["highest"]) == (min(ends[row["party"]]), max(ends[row["party"]])), row


@pytest.mark.parametrize("name", DISPUTED)
def test_each_reading_and_all_of_them_together(name: str) -> None:
    check(ob.examples.book(name))


@pytest.mark.parametrize("name", DISPUTED)
def test_where_everything_is_a_fifth_more(name: str) -> None:
    book = ob.examples.book(name)
    check(book, shocks=[{"on": item.id, "action": "scale", "value": "1.2"} for item in book.inputs])


@pytest.mark.parametrize("name", ["pool_or_member_by_member", "practice_quality_payments"])
def test_beside_another_choice(name: str) -> None:
    book = ob.examples.book(name)
    check(book, {clause: names[-1] for clause, names in open_readings(book).items()})


def test_in_the_middle_of_the_term() -> None:
    book = ob.examples.book("practice_quality_payments")
    check(book, as_at="2014-08")


def test_readings_of_the_shipped_alliance() -> None:
    """A trigger, a netting and a share, whose readings decide what the others see."""
    book = ob.examples.mental_health_alliance()
    settlement = book.settle(ob.examples.data("mental_health_alliance"), plan=True)
    moved = [row for row in settlement.disputes if row["difference"] != 0]
    assert len({row["clause"] for row in moved}) > 1
    clause, reading = moved[0]["clause"], moved[0]["reading"]
    other = book.settle(
        ob.examples.data("mental_health_alliance"), plan=True, disputes=False, readings={clause: reading}
    )
    for row in moved:
        if (row["clause"], row["reading"]) == (clause, reading):
            assert row["position"] == other.position(row["party"])


def test_a_shock_on_a_term_of_the_clause_itself() -> None:
    check(
        ob.examples.book("nested_limits"),
        shocks=[{"on": "/overlays/0/clauses/0/amount", "action": "scale", "value": "0.5"}],
    )
