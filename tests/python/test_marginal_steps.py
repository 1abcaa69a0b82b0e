"""Marginal pounds behind roundings that are coarse: what one more brings is told exactly, beside the slope."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import openbook as ob
import pytest


def book(amount: str, plan: Any, unit: str = "number") -> ob.Book:
    return ob.Book(
        id="steps",
        calendar=ob.Calendar(start="2024-04", months=12),
        parties=[ob.Party(id="icb"), ob.Party(id="trust")],
        inputs=[ob.Input(id="q", unit=unit, every="year", plan=plan)],
        parameters=[ob.Parameter(id="rate", value=ob.Term("£10", unit="£"))],
        contracts=[
            ob.Contract(id="c", payer="icb", payee="trust", clauses=[ob.Payment(id="p", every="year", amount=amount)])
        ],
    )


def settled(amount: str, value: Any) -> Decimal:
    return book(amount, value).settle(plan=True, disputes=False).position("trust")


@pytest.mark.parametrize(
    ("amount", "at", "step"),
    [
        ("£10 * round(q, 10)", 104, "10"),
        ("£10 * round(q, 10)", 105, "10"),
        ("£10 * round(q, 100, 'floor')", 299, "100"),
        ("round(£10 * q, £1000)", 149, "100"),
        ("£10 * round(q / 4, 1, 'ceiling')", 100, "4"),
    ],
)
def test_one_more_and_one_less_are_what_settling_again_gives(amount: str, at: int, step: str) -> None:
    row = book(amount, at).marginal("trust").of("q")
    more, less = (settled(amount, at + by) - settled(amount, at) for by in (1, -1))
    told = [f"{'-' if by < 0 else ''}£{abs(by):,.2f}" for by in (more, less)]
    assert row["note"] == f"rounded in steps of {step}: one more brings {told[0]}, one less {told[1]}"
    assert Decimal(row["percent"]) == settled(amount, str(Decimal(at) * Decimal("1.01"))) - settled(amount, at)
    # The slope is that of the straight line through the steps.
    whole = int(step)
    assert Decimal(row["right"]) * whole == settled(amount, at + whole) - settled(amount, at)


@pytest.mark.parametrize("amount", ["round(£10.333 * q, £0.01)", "£10 * q", "£100 * round(q, 1)", "£3 * round(q, 0.5)"])
def test_pennies_and_whole_units_are_no_steps(amount: str) -> None:
    assert book(amount, 100).marginal("trust").of("q")["note"] == ""


def test_a_term_behind_a_rounding_says_so_too() -> None:
    amount = "round(rate * q, £5,000)"
    found = book(amount, 1_000).marginal("trust")
    row = found.of("rate")  # £10,000; £1 more: £11,000, which is £10,000 in steps of £5,000
    assert row["note"] == "rounded in steps of 5: one more brings £0.00, one less £0.00"
    assert book("round(rate * q, £500)", 1_000).marginal("trust").of("rate")["note"] == ""


def test_a_rounding_that_moves_no_penny_is_passed_over() -> None:
    assert book("£0.0001 * round(q, 100)", 100).marginal("trust").of("q")["note"] == ""


def test_long_fractions_are_shown_rounded_and_kept_exactly() -> None:
    """A millionth of 1,234,567,891 is 0.00081000000671...; £20 are 24,691.35782 units."""
    found = book("£1000000 * number(q) / 1234567891", 1_000).marginal("trust")
    row = found.of("q")
    assert (row["left"], row["right"]) == ("1000000/1234567891",) * 2
    for shown in (str(found), found.table._repr_html_(), str(found.through("q"))):
        assert "0.00081000001" in shown and "1234567891" not in shown
    assert json.loads(json.dumps(found.table.to_dicts(), default=str))[0]["right"] == "1000000/1234567891"
    coarse = book("round(£1000000 * number(q) / 1234567891, £20)", 1_000).marginal("trust")
    assert coarse.of("q")["note"].startswith("rounded in steps of 24,691.35782: one more brings £0.00")
