"""Families on figures worked by hand: capitation, pooled funds, subcontracts, conditional funds, challenges; where pennies fall."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import openbook as ob
import pytest

PARTIES = ("icb", "trust", "charity", "council", "fund")


def book(*clauses: dict[str, Any], months: int = 12, **more: Any) -> ob.Book:
    return ob.read_book(
        {
            "format": 1,
            "id": "families",
            "calendar": {"start": "2024-04", "months": months},
            "parties": [{"id": name} for name in PARTIES],
            "contracts": [{"id": "main", "payer": "icb", "payee": "trust", "clauses": list(clauses)}],
            **more,
        }
    )


def moved(settlement: ob.Settlement) -> list[tuple[str, str, str, str]]:
    """From, to, label and amount of every payment that is not nothing."""
    return [(r["from"], r["to"], r["label"], str(r["amount"])) for r in settlement.payments if r["amount"]]


def clause(kind: str, **fields: Any) -> dict[str, Any]:
    return {"id": f"the_{kind}", "kind": kind, "every": "year", **fields}


# -- capitation -------------------------------------------------------------------------------------------------------


def test_capitation_follows_the_list_and_weighs_its_groups() -> None:
    groups = {
        "dimensions": [{"id": "age", "members": ["young", "old"]}],
        "inputs": [{"id": "people", "unit": "people", "dimension": "age", "aggregate": "last"}],
        "parameters": [
            {"id": "weight", "dimension": "age", "members": {"young": "0.5", "old": "2"}},
            {"id": "rate", "value": {"value": 1200, "unit": "£ per person"}},
        ],
    }
    monthly = {"id": "heads", "kind": "capitation", "people": "people", "rate": "rate", "weight": "weight"}
    settlement = book(monthly, months=2, **groups).settle({"people": [100, 10, 110, 12]})
    # 100 * 0.5 + 10 * 2 = 70 weighted people at £100 a month; then 55 + 24 = 79.
    assert moved(settlement) == [
        ("icb", "trust", "capitation", "7000.00"),
        ("icb", "trust", "capitation", "7900.00"),
    ]


def test_a_weight_in_units_is_refused() -> None:
    wrong = clause("capitation", people="10", rate="£5", weight="£2")
    with pytest.raises(ob.BookError, match="a weight is a plain number"):
        book(wrong).settle()


# -- pooled fund ------------------------------------------------------------------------------------------------------

POOL = {
    "to": "fund",
    "budget": "£1,000.01",
    "contributions": [{"party": "icb", "weight": 2}, {"party": "council", "weight": 1}],
}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"spent": "£1,000.01"}, []),
        # £100.01 over: £66.67 1/3 and £33.33 2/3, the penny to the larger rest.
        ({"spent": "£1,100.02"}, [("icb", "fund", "overspend", "66.67"), ("council", "fund", "overspend", "33.34")]),
        ({"spent": "£700.01"}, [("fund", "icb", "underspend", "200.00"), ("fund", "council", "underspend", "100.00")]),
        (
            {"spent": "£700.01", "carried": "50%"},
            [("fund", "icb", "underspend", "100.00"), ("fund", "council", "underspend", "50.00")],
        ),
        ({"spent": "£1,090.01", "overspend": [{"party": "council"}]}, [("council", "fund", "overspend", "90.00")]),
        ({"spent": "£910.01", "underspend": [{"party": "icb"}]}, [("fund", "icb", "underspend", "90.00")]),
    ],
)
def test_a_pooled_fund_is_paid_by_ratio_and_settled(fields: dict[str, Any], expected: list[Any]) -> None:
    paid_in = [("icb", "fund", "contribution", "666.67"), ("council", "fund", "contribution", "333.34")]
    assert moved(book(clause("pooled_fund", **POOL, **fields)).settle()) == paid_in + expected


# -- subcontract ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("risk", ["0%", "25%", None])
def test_a_chain_of_subcontracts_passes_price_and_risk_down(risk: str | None) -> None:
    price = clause("block", amount="£12m")
    pain = clause("payment", **{"from": "trust", "to": "icb", "amount": "£120k"})
    first = clause(
        "subcontract", **{"from": "trust", "to": "charity", "of": "the_block", "portion": "50%", "margin": "10%"}
    )
    first |= {"risks": ["the_payment"], "risk": "40%"}
    second = {
        **clause("subcontract"),
        "id": "below",
        "from": "charity",
        "to": "council",
        "of": "the_subcontract",
        "margin": "5%",
        **({"risks": ["the_subcontract"], "risk": risk} if risk else {}),
    }
    settlement = book(price, pain, first, second).settle()
    # 12m * 0.5 * 0.9 = 5.4m; pain -120k * 0.5 * 0.4 = -24k flows up; below: 5.4m * 0.95, and of the pain what is said.
    expected = [
        ("trust", "charity", "price passed down", "5400000.00"),
        ("trust", "charity", "risk passed down", "-24000.00"),
        ("charity", "council", "price passed down", "5130000.00"),
    ]
    passed_on = [("charity", "council", "risk passed down", "-6000.00")] if risk == "25%" else []
    assert [row for row in moved(settlement)[2:] if row[3] != "0.00"] == expected + passed_on


@pytest.mark.parametrize(
    ("family", "field", "value"),
    [
        ("subcontract", "portion", "40"),
        ("subcontract", "margin", "1.2"),
        ("subcontract", "risk", "-0.1"),
        ("challenge", "upheld", "1.2"),
        ("penalty", "enforcement", "-0.1"),
        ("pooled_fund", "carried", "1.2"),
    ],
)
def test_a_part_of_something_lies_between_none_and_all(family: str, field: str, value: str) -> None:
    fields: dict[str, dict[str, Any]] = {
        "subcontract": {"from": "trust", "to": "charity", "of": "the_block"},
        "challenge": {"quantity": "10", "price": "£5"},
        "penalty": {"quantity": "10", "rate": "£5"},
        "pooled_fund": {**POOL, "spent": "£10"},
    }
    with pytest.raises(ob.BookError, match=f"/{field}: {field} must lie between 0 and 1, it is {value}"):
        book(clause("block", amount="£12m"), clause(family, **fields[family], **{field: value})).settle()


def test_a_chain_that_leads_back_to_itself_is_refused() -> None:
    one = clause("subcontract", **{"of": "other"})
    other = {**clause("subcontract", **{"of": "the_subcontract"}), "id": "other", "from": "trust", "to": "charity"}
    with pytest.raises(ob.BookError, match="need each other in the same period"):
        book(one, other).settle()


# -- fund -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unearned", "earned", "expected"),
    [
        ("kept", ("£0 >= £0", "£0 > £0", "true"), [("trust", "33.34"), ("council", "33.33")]),
        ("redistributed", ("£0 >= £0", "£0 > £0", "true"), [("trust", "50.00"), ("council", "50.00")]),
        ("redistributed", ("false", "false", "false"), []),
        ("kept", ("true", "true", "true"), [("trust", "33.34"), ("charity", "33.33"), ("council", "33.33")]),
    ],
)
def test_a_fund_pays_those_who_earned_it(unearned: str, earned: Any, expected: Any) -> None:
    members = [{"party": p, "earned": e} for p, e in zip(("trust", "charity", "council"), earned, strict=True)]
    settlement = book(clause("fund", pot="£100", members=members, unearned=unearned)).settle()
    assert [(to, amount) for _, to, _, amount in moved(settlement)] == expected


# -- challenge --------------------------------------------------------------------------------------------------------


def test_a_challenge_takes_back_what_is_upheld() -> None:
    price = {"value": 2000, "unit": "£ per spell"}
    units = {"value": 12, "unit": "spells"}
    all_of_it = clause("challenge", quantity=units, price=price, upheld="60%")
    assert moved(book(all_of_it).settle()) == [("trust", "icb", "challenge upheld", "14400.00")]
    repriced = all_of_it | {"repriced": {"value": 1500, "unit": "£ per spell"}}
    assert moved(book(repriced).settle()) == [("trust", "icb", "challenge upheld", "3600.00")]
    assert {row["kind"] for row in book(repriced).settle().ledger} == {"difference"}
    wrong = all_of_it | {"repriced": {"value": 1500, "unit": "£ per night"}}
    with pytest.raises(ob.BookError, match="the price is in £ per spell, the new one in £ per night"):
        book(wrong).settle()


# -- each member to its own party -------------------------------------------------------------------------------------


def test_each_member_of_an_amount_goes_to_the_party_of_its_name() -> None:
    claims = {
        "dimensions": [{"id": "claimant", "members": ["charity", "council"]}],
        "parameters": [{"id": "claim", "dimension": "claimant", "members": {"charity": "£70", "council": "-£20"}}],
    }
    each = clause("payment", amount="claim", each="claimant")
    assert moved(book(each, **claims).settle()) == [
        ("icb", "charity", "payment", "70.00"),
        ("icb", "council", "payment", "-20.00"),
    ]
    one = clause("payment", amount="£5", each="claimant")
    with pytest.raises(ob.BookError, match="must have the dimension 'claimant'"):
        book(one, **claims).settle()
    strangers = {
        "dimensions": [{"id": "claimant", "members": ["charity", "stranger"]}],
        "parameters": [{"id": "claim", "dimension": "claimant", "members": {"charity": "£70", "stranger": "£20"}}],
    }
    with pytest.raises(ob.BookError, match="'stranger' is no party of the book"):
        book(each, **strangers).settle()


# -- no limit ---------------------------------------------------------------------------------------------------------


def test_no_limit_is_a_value_that_a_cap_may_have_and_lose() -> None:
    cap = {"id": "cap", "value": {"value": "no_limit()", "unit": "£", "steps": [{"from": "2024-06", "value": "£5"}]}}
    charge = {"id": "charge", "kind": "penalty", "quantity": "10", "rate": "£1", "cap": "cap"}
    assert [amount for *_, amount in moved(book(charge, months=3, parameters=[cap]).settle())] == [
        "10.00",
        "10.00",
        "5.00",
    ]
    tranches = [{"name": "first", "limit": "no_limit()", "to": [{"party": "charity"}]}]
    waterfall = clause("waterfall", amount="£70", tranches=tranches)
    assert moved(book(waterfall).settle()) == [("icb", "charity", "first", "70.00")]


# -- pennies ----------------------------------------------------------------------------------------------------------

THREE = [{"party": name} for name in ("trust", "charity", "council")]


@pytest.mark.parametrize(
    ("pennies", "expected"),
    [
        ({}, ["0.34", "0.33", "0.33"]),
        ({"pennies": "first"}, ["0.34", "0.33", "0.33"]),
        ({"pennies": "last"}, ["0.33", "0.33", "0.34"]),
        ({"pennies": "named", "pennies_to": "charity"}, ["0.33", "0.34", "0.33"]),
        ({"pennies": "each"}, ["0.33", "0.33", "0.33"]),
    ],
)
def test_the_document_says_where_the_pennies_of_a_split_fall(pennies: dict[str, str], expected: list[str]) -> None:
    settlement = book(clause("payment", amount="£1", shares=THREE, **pennies)).settle()
    assert [amount for *_, amount in moved(settlement)] == expected


@pytest.mark.parametrize(
    ("pennies", "first", "second", "last", "total"),
    [
        ("fair", "8.33", "8.34", "8.33", "100.00"),
        ("first", "8.37", "8.33", "8.33", "100.00"),
        ("last", "8.33", "8.33", "8.37", "100.00"),
        ("each", "8.33", "8.33", "8.33", "99.96"),
    ],
)
def test_the_document_says_where_the_pennies_of_instalments_fall(
    pennies: str, first: str, second: str, last: str, total: str
) -> None:
    block = {"id": "block", "kind": "block", "amount": "£100", "pennies": pennies}
    settlement = book(block).settle()
    amounts = [amount for *_, amount in moved(settlement)]
    assert (amounts[0], amounts[1], amounts[-1]) == (first, second, last)
    assert sum(map(Decimal, amounts)) == Decimal(total)
    quarters = [amount for *_, amount in moved(book({**block, "every": "quarter"}).settle())]
    assert quarters == ["25.00"] * 4


def test_pennies_that_cannot_fall_so_are_refused() -> None:
    named = clause("payment", amount="£1", shares=THREE, pennies="named", pennies_to="icb")
    with pytest.raises(ob.BookError, match="'icb' is no receiver in shares"):
        book(named).settle()
    with pytest.raises(ob.BookError, match="fall to the first or the last, fairly"):
        book({"id": "block", "kind": "block", "amount": "£1", "pennies": "named", "pennies_to": "trust"}).settle()
    member = {"party": "trust", "variance": "£1"}
    with pytest.raises(ob.BookError, match="transfers between members always add up"):
        book(clause("netting", members=[member], pennies="each")).settle()
