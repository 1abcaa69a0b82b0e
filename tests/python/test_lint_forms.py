"""What a contract is called, held against what it pays as activity moves, whatever family pays it."""

from __future__ import annotations

from typing import Any

import openbook as ob
import pytest
from test_lint_behaviour import ACTIVITY, CASES, SCORE, book, price

PEOPLE = ob.Input(id="registered", unit="people", plan=50_000)
BILLED = ob.Input(id="billed", unit="£", plan="£90k")
QUALITY = ob.Input(id="quality", unit="%", aggregate="last", plan="90%")
LIST = ob.Input(id="list_size", unit="patients", plan=6_000)
BREACHES = ob.Input(id="breaches", unit="breaches", plan=3)
READINGS = [ob.Reading(name="a"), ob.Reading(name="b", overrides={"words": "otherwise"})]

BLOCK = ob.Block(id="block", amount="£24k")
CAPITATION = ob.Capitation(id="listed", people="registered", rate=ob.Term("£2", unit="£ per person"))


def yearly(amount: str, **fields: Any) -> ob.Payment:
    return ob.Payment(id="paid", every="year", amount=amount, **fields)


def bands(*ends: tuple[Any, Any], base: Any = "£24k") -> ob.Bands:
    steps = [ob.Band(to=to, rate=rate) for to, rate in ends]
    return ob.Bands(
        id="bands", every="year", base=base, edges_of="plan(cases)", quantity="cases", price=price("£20"), bands=steps
    )


def told(form: str, *clauses: ob.Clause, **options: Any) -> list[str]:
    contract = ob.Contract(id="acute", payer="icb", payee="trust", form=form, clauses=list(clauses))
    made = book(contracts=[contract], inputs=[CASES, SCORE, PEOPLE, LIST, BILLED, QUALITY, BREACHES])
    rows = [row for row in made.lint(**options) if row["code"] == "form"]
    assert all((row["severity"], row["path"]) == ("warning", "/contracts/0/form") for row in rows)
    return [row["message"] for row in rows]


FIXED = "sets a price for activity, but its clauses pay a fixed sum"


@pytest.mark.parametrize(
    ("form", "clauses", "says"),
    [
        # A sum that is fixed, whoever writes it.
        ("Payment by Results", [BLOCK], FIXED),
        ("PbR", [yearly("£24k")], FIXED),
        ("Local modification", [yearly("£24k")], FIXED),
        ("Cost & volume", [BLOCK], FIXED),
        ("Payment by Results", [bands((None, 0))], FIXED),
        ("Payment by Results", [yearly("£20 * plan(number(cases))")], FIXED),
        # Flat between half and one and a half times the plan: a block in all but name.
        ("Cost-and-volume", [bands(("50%", 1), ("150%", 0), (None, 1))], FIXED),
        ("Payment by Results", [BLOCK, yearly("£90 * number(cases)", from_="trust", to="charity")], FIXED),
        # Quality and breaches are no activity.
        ("National tariff", [yearly("£24k * quality")], FIXED),
        ("Payment by Results", [BLOCK, yearly("-£200 * number(breaches)")], FIXED),
        (
            "Payment by Results",
            [BLOCK, ob.Penalty(id="p", quantity="breaches", rate=ob.Term("£9", unit="£ per breach"))],
            FIXED,
        ),
        ("Local modification", [CAPITATION], "follow the list ('registered') and not the activity"),
        ("Payment by Results", [CAPITATION], "follow the list ('registered') and not the activity"),
        # 100 cases a month at £20 are £24,000 a year.
        ("Block", [yearly("£20 * number(cases)")], "£24,000 of £24,000 at the plan follows the activity ('cases')"),
        ("Block contract", [ACTIVITY], "£24,000 of £24,000 at the plan follows the activity ('cases')"),
        ("Block", [bands((None, 1), base=0)], "£24,000 of £24,000 at the plan follows"),
        ("Block", [BLOCK, ACTIVITY], "£24,000 of £48,000 at the plan follows"),
        # Cases that are not seen are given back at £20: all of the £24,000 goes with them.
        (
            "Block",
            [BLOCK, yearly("£20 * positive(1200 - number(cases))", from_="trust", to="icb")],
            "£24,000 of £24,000 at the plan follows",
        ),
        ("Capitation", [ACTIVITY], "pays for the people on a list, but £24,000 of £24,000 at the plan follows"),
    ],
)
def test_contracts_that_pay_otherwise_than_they_are_called(form: str, clauses: list[ob.Clause], says: str) -> None:
    (message,) = told(form, *clauses)
    assert f"contract 'acute' is called \"{form}\"" in message and says in message


@pytest.mark.parametrize(
    ("form", "clauses"),
    [
        ("Block", [yearly("£1 * number(registered)")]),
        ("Block", [yearly("£1 * number(list_size)")]),
        ("Local modification", [ACTIVITY]),
        ("Payment by Results", [yearly("£20 * number(cases)")]),
        ("Payment by Results", [bands((None, "10%"))]),
        ("Payment by Results", [BLOCK, ACTIVITY]),
        # A sum that is worked out elsewhere may be of activity.
        ("Payment by Results", [ob.Payment(id="paid", amount="billed")]),
        ("Payment by Results", [yearly("if(cases == 0, £0, £20 * number(cases))")]),
        # The sum buys what is planned, and each case beyond is paid for.
        ("Cost and volume", [bands((1, 0), (None, 1))]),
        ("Block", [BLOCK]),
        ("Block", [yearly("£24k")]),
        ("Block", [CAPITATION]),
        ("Block", [yearly("£20 * plan(number(cases))")]),
        ("Block", [bands((None, "20%"))]),  # £24,000 stays, £4,800 goes
        ("Block", [BLOCK, yearly("£20 * positive(number(cases) - 1200)")]),
        ("Block", [BLOCK, ob.Penalty(id="p", quantity="breaches", rate=ob.Term("£9,000", unit="£ per breach"))]),
        ("Block outside the national tariff", [BLOCK]),
        ("Capitation", [CAPITATION, ACTIVITY]),
        # What the provider pays for its own supplies is no part of what it is paid.
        ("Block", [BLOCK, yearly("£90 * number(cases)", from_="trust", to="charity")]),
        ("NHS Standard Contract", [BLOCK]),
        ("NHS Standard Contract", [ACTIVITY]),
    ],
)
def test_contracts_that_are_what_they_are_called(form: str, clauses: list[ob.Clause]) -> None:
    assert not told(form, *clauses)


@pytest.mark.parametrize(
    ("form", "clauses", "found"),
    [
        ("Cost and volume", [BLOCK], True),
        ("Local modification", [CAPITATION], True),
        ("Payment by Results", [bands((None, 0))], True),
        ("Block", [yearly("£20 * number(cases)")], True),
        ("Block", [BLOCK, ACTIVITY], False),
        ("Block", [yearly("£20 * plan(number(cases))")], False),
        ("Payment by Results", [ACTIVITY], False),
        ("Cost and volume", [bands(("150%", 0), (None, 1))], False),
    ],
)
def test_without_trying_the_formulas_say_what_is_paid_for(form: str, clauses: list[ob.Clause], found: bool) -> None:
    assert bool(told(form, *clauses, probe=False)) is found
    open_ = [*clauses, ob.Incentive(id="extra", gain="£1", score="reached", every="year", readings=READINGS)]
    assert bool(told(form, *open_)) is found  # what has an open reading cannot be tried


def test_a_subcontract_pays_for_what_its_head_contract_does() -> None:
    """£24,000 of activity, of which 40% are passed down: £9,600."""
    passed = ob.Subcontract(id="passed", of="main", portion="40%")
    head = ob.Contract(id="head", payer="icb", payee="trust", clauses=[ACTIVITY])

    def forms(called: str, **options: Any) -> list[str]:
        below = ob.Contract(id="below", payer="trust", payee="charity", form=called, clauses=[passed])
        return [row["message"] for row in book(contracts=[head, below]).lint(**options) if row["code"] == "form"]

    assert "£9,600 of £9,600" in forms("Block")[0]
    assert forms("Block", probe=False)
    assert not forms("Cost per case") and not forms("Cost per case", probe=False)


def test_what_is_passed_down_of_a_capitation_follows_its_list() -> None:
    passed = ob.Subcontract(id="passed", of="listed", portion="40%")
    head = ob.Contract(id="head", payer="icb", payee="trust", clauses=[CAPITATION])
    cases = PEOPLE.replace(unit="cases")

    def forms(called: str) -> list[str]:
        below = ob.Contract(id="below", payer="trust", payee="charity", form=called, clauses=[passed])
        made = book(contracts=[head, below], inputs=[cases])
        return [row["message"] for row in made.lint() if row["code"] == "form"]

    assert not forms("Block") and not forms("Capitation")
    assert "follow the list ('registered')" in forms("Payment by Results")[0]
