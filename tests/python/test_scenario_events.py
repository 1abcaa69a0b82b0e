"""Events that befall parties and rules, by hand."""

from __future__ import annotations

from decimal import Decimal as D
from typing import Any

import openbook as ob
import pytest
from small import small_book


def pair(**changes: Any) -> ob.Book:
    """A commissioner, a trust and a charity over two years: two contracts, an alliance, costs, what is due on leaving."""
    part = [{"party": "trust", "weight": 6}, {"party": "charity", "weight": 4}]
    document: dict[str, Any] = {
        "format": 1,
        "id": "pair",
        "calendar": {"start": "2016-04", "months": 24},
        "parties": [
            {"id": "icb", "roles": ["commissioner"]},
            {"id": "trust", "name": "The Trust", "roles": ["provider"]},
            {"id": "charity", "roles": ["provider"], "legal": "third_sector"},
            {"id": "suppliers", "roles": ["supplier"], "legal": "outside"},
        ],
        "inputs": [
            {"id": "visits", "unit": "visits", "party": "trust", "plan": 100},
            {"id": "calls", "unit": "calls", "party": "charity", "plan": 10},
            {"id": "income", "unit": "£", "party": "charity", "plan": 7},
        ],
        "parameters": [{"id": "has_left", "value": 0}, {"id": "lag", "value": 2}],
        "contracts": [
            {
                "id": "acute",
                "payer": "icb",
                "payee": "trust",
                "clauses": [
                    {"id": "block", "kind": "block", "amount": "£1.2m"},
                    {
                        "id": "refund",
                        "kind": "payment",
                        "from": "trust",
                        "to": "icb",
                        "amount": "£1,000",
                        "paid_after": "lag",
                    },
                ],
            },
            {
                "id": "care",
                "payer": "icb",
                "payee": "charity",
                "clauses": [
                    {"id": "standing", "kind": "block", "amount": "£120,000"},
                    {
                        "id": "on_leaving",
                        "kind": "payment",
                        "subject": "termination",
                        "every": "year",
                        "amount": "has_left * £5,000",
                    },
                ],
            },
        ],
        "overlays": [
            {
                "id": "alliance",
                "parties": ["icb", "trust", "charity"],
                "clauses": [
                    {
                        "id": "pool",
                        "kind": "payment",
                        "from": "icb",
                        "every": "year",
                        "amount": "£10,000",
                        "shares": part,
                    }
                ],
            }
        ],
        "finances": {
            "costs": [
                {"id": "staff", "kind": "fixed", "party": "charity", "amount": "£8,000"},
                {
                    "id": "per_call",
                    "kind": "variable",
                    "party": "charity",
                    "quantity": "calls",
                    "rate": {"value": 2, "unit": "£ per call"},
                },
            ]
        },
    }
    return ob.Book.from_json(document | changes)


def changes(shocks: Any, book: ob.Book | None = None, **options: Any) -> dict[str, D]:
    table = (book or pair()).stress(shocks, combined=False, **options)
    return {row["party"]: row["change"] for row in table if row["change"]}


# -- withdrawal ---------------------------------------------------------------------------------------------------


def leaves(party: str = "charity", **more: Any) -> dict[str, Any]:
    return {"on": party, "action": "withdrawal", "starts": "2017-04", **more}


def test_who_leaves_is_not_paid_and_takes_no_part() -> None:
    # Its second year's block goes, and its four tenths of the pool go to the one that stays; its costs are stranded.
    assert changes(leaves()) == {"icb": D(120_000), "charity": D(-124_000), "trust": D(4_000)}
    # In the middle of a year: the monthly block ends at once, the yearly pool has begun and is shared as it was.
    assert changes(leaves(starts="2017-10")) == {"icb": D(60_000), "charity": D(-60_000)}


def test_costs_go_on_as_stated() -> None:
    saved = 12 * (8_000 + 20) * D("0.75")
    assert changes(leaves(costs="0.25")) == {
        "icb": D(120_000),
        "charity": -124_000 + saved,
        "trust": D(4_000),
        "suppliers": -saved,
    }


def test_what_is_due_on_termination_goes_on() -> None:
    # The clause of the subject "termination" is there in the second year, when it is said that somebody has left.
    left = {"on": "has_left", "action": "set", "value": 1, "starts": "2017-04"}
    assert changes([leaves(), left]) == {"icb": D(115_000), "charity": D(-119_000), "trust": D(4_000)}
    # A clause that is kept by name goes on too.
    assert changes(leaves(keeps=["standing"])) == {"charity": D(-4_000), "trust": D(4_000)}
    # Of some contracts only.
    assert changes(leaves(contracts=["care"])) == {"icb": D(120_000), "charity": D(-120_000)}
    assert changes(leaves(contracts=["alliance"])) == {"charity": D(-4_000), "trust": D(4_000)}


def test_a_withdrawal_before_the_start_and_a_commissioner() -> None:
    assert changes(leaves(starts="2016-04")) == {"icb": D(240_000), "charity": D(-248_000), "trust": D(8_000)}
    everything = changes(leaves("icb"))
    assert everything == {
        "icb": D(1_320_000 - 12_000 + 10_000),
        "trust": D(-1_200_000 + 12_000 - 6_000),
        "charity": D(-124_000),
    }
    with pytest.raises(ob.BookError) as wrong:
        changes(leaves("chariti"))
    assert wrong.value.problems[0].path == "/shocks/0/on" and "'charity'" in wrong.value.problems[0].message
    with pytest.raises(ob.BookError) as wrong:
        changes({"on": "charity", "action": "withdrawal"})
    assert [(p.code, p.path) for p in wrong.value.problems] == [("missing-key", "/shocks/0/starts")]


def test_two_leave_one_after_the_other() -> None:
    both = [leaves("trust"), leaves("charity", starts="2017-10")]
    found = changes(both)
    # The trust: a year's block less a year's refunds, and its part of the pool, which the charity takes.
    assert found["trust"] == D(-1_200_000 + 12_000 - 6_000)
    assert found["charity"] == D(-60_000 + 6_000)
    assert changes(both[::-1]) == found


def test_who_is_paid_one_of_the_amounts_of_each_leaves_with_its_own() -> None:
    def after(party: str) -> dict[str, D]:
        payment = {"kind": "payment", "id": "p", "amount": "by_member('plan', 'a', £10, £7)", "each": "plan"}
        document = {
            "id": "plans",
            "calendar": {"start": "2024-01", "months": 12},
            "dimensions": [{"id": "plan", "members": ["a", "b"]}],
            "parties": [{"id": "medicare"}, {"id": "a"}, {"id": "b"}],
            "contracts": [{"id": "k", "payer": "medicare", "payee": "a", "clauses": [payment]}],
        }
        table = ob.read_book(document).stress({"on": party, "action": "withdrawal", "starts": "2024-03"})
        return {row["party"]: row["change"] for row in table if row["change"]}

    assert after("a") == {"medicare": D(100), "a": D(-100)}
    assert after("b") == {"medicare": D(70), "b": D(-70)}
    assert after("medicare") == {"medicare": D(170), "a": D(-100), "b": D(-70)}


# -- insolvency -------------------------------------------------------------------------------------------------------


def test_an_insolvent_party_pays_in_part_what_falls_due() -> None:
    fails = {"on": "trust", "action": "insolvency", "starts": "2017-04", "recovered": "0.25"}
    table = pair().stress(fails)
    # Refunds of February and March 2017 fall due from April on: three quarters of 2,000 are lost to the commissioner.
    assert {r["party"]: r["change"] for r in table if r["change"]} == {
        "icb": D(1_200_000 - 12_000 - 1_500),
        "trust": D(-1_200_000 + 12_000 - 6_000 + 1_500),
        "charity": D(6_000),
    }
    # The words still say that it is owed.
    gap = table.settlements["stress"].gap
    assert sum(row["gap"] for row in gap if row["clause"] == "refund") == D(-1_500)
    assert table.by("term", basis="written").where(party="icb")["change"] == (D(1_188_000),)
    with pytest.raises(ob.BookError) as wrong:
        pair().stress({**fails, "recovered": "1.25"})
    assert [(p.code, p.path) for p in wrong.value.problems] == [("out-of-range", "/shocks/0/recovered")]


# -- what a party does, and what is known -----------------------------------------------------------------------------


def test_a_key_person_leaves() -> None:
    shock = {"on": "charity", "action": "key_person_leaves", "value": "0.5", "starts": "2016-05", "ends": "2016-08"}
    # Its calls fall to half for four months, and with them what they cost: 4 * 5 calls at £2. Its income is money.
    assert changes(shock) == {"charity": D(40), "suppliers": D(-40)}
    table = ob.scenarios.receipt(pair(), shock)
    assert table["what"] == ("calls",) and table["found"] == (1,)
    scores = {**shock, "select": {"kind": "score"}}
    assert ob.scenarios.receipt(pair(), scores)["found"] == (0,)


def test_a_data_embargo() -> None:
    book, options = (
        small_book(),
        {"data": {"visits": [120, 130, 90, 80, 70, 60], "other": [10] * 6, "score": ["0.5"] * 2}},
    )
    shock = {"on": "visits", "action": "data_embargo", "starts": "2016-06", "ends": "2016-07"}

    def change(**more: Any) -> D:
        return book.stress({**shock, **more}, **options).where(party="trust")["change"][0]

    assert change(stand_in="plan") == 200 * (10 + 20)
    assert change(stand_in="last") == 200 * (40 + 50)
    assert change(stand_in="zero") == -200 * (90 + 80)
    assert change(value=85) == 200 * (-5 + 5)
    assert change(starts=None, stand_in="last", ends="2016-04") == 200 * -20  # nothing before it: the plan
    with pytest.raises(ob.BookError) as wrong:
        change()
    assert [(p.code, p.path) for p in wrong.value.problems] == [("missing-value", "/shocks/0/stand_in")]


def test_an_embargo_leaves_values_missing_where_they_may_be() -> None:
    inputs = [item.replace(may_be_missing=True) if item.id == "other" else item for item in small_book().inputs]
    covered = ob.Activity(id="by_visit", quantity="visits + if(missing(other), 4, other)", price="price")
    contract = small_book().contracts[0]
    book = small_book(inputs=inputs, contracts=[contract.replace(clauses=[covered])])
    shock = {"on": "other", "action": "data_embargo", "starts": "2016-08"}
    assert book.stress(shock).where(party="trust")["change"] == (D(2 * 200 * -6),)
    run = book.replace(drivers=[]).simulate(2, shocks=shock, every="term", progress=False)
    assert run.array("trust", every="term", period=1) == pytest.approx(6 * 110 * 200 - 2 * 200 * 6)


# -- rules ---------------------------------------------------------------------------------------------------------------


def read_book(**more: Any) -> ob.Book:
    clause = ob.Activity(
        id="by_visit",
        quantity="visits + other",
        price="price",
        readings=[
            {"name": "as written"},
            {"name": "strict", "overrides": {"price": {"value": 150, "unit": "£ per attendance"}}},
            {"name": "by year", "overrides": {"every": "year"}},
        ],
        reading="as written",
        **more,
    )
    contract = small_book().contracts[0]
    return small_book(contracts=[contract.replace(clauses=[contract.clauses[0], clause])])


def test_a_reading_holds_from_a_month_on() -> None:
    def change(**more: Any) -> D:
        shock = {"on": "by_visit", "action": "rule_change", "chosen": "strict", **more}
        return read_book().stress(shock).where(party="trust")["change"][0]

    assert change() == 6 * 110 * -50
    assert change(starts="2016-07") == 3 * 110 * -50
    assert change(starts="2016-07", ends="2016-08") == 2 * 110 * -50
    assert change(ends="2016-05") == 2 * 110 * -50
    # A reading that was asked for does not undo the change.
    shock = {"on": "by_visit", "action": "rule_change", "chosen": "strict"}
    settled = read_book().settle(plan=True, shocks=shock, readings={"by_visit": "as written"}, disputes=False)
    assert settled.position("trust") == 6 * 1000 + 6 * 110 * 150
    with pytest.raises(ob.BookError) as wrong:
        change(chosen="by year", starts="2016-07")
    assert wrong.value.problems[0].code == "undated-field"
    with pytest.raises(ob.BookError) as wrong:
        change(chosen="loose")
    assert wrong.value.problems[0].code == "unknown-reading" and "strict" in wrong.value.problems[0].message


def test_an_alternative_or_a_figure_holds_from_a_month_on() -> None:
    def change(**more: Any) -> D:
        shock = {"on": "fee", "action": "rule_change", **more}
        return small_book().stress(shock).where(party="trust")["change"][0]

    assert change(chosen="low", starts="2016-08") == 2 * -400
    assert change(chosen="low") == 6 * -400 + 2 * -200
    assert change(value="£1,100", starts="2016-09") == 100
    assert change(value="£1,100", ends="2016-04") == 100 + 50
    for wrong_one, code in (
        (dict(chosen="high"), "unknown-alternative"),
        (dict(chosen="low", value=1), "missing-key"),
        ({}, "missing-key"),
    ):
        with pytest.raises(ob.BookError) as wrong:
            change(**wrong_one)
        assert [(p.code, p.path) for p in wrong.value.problems] == [(code, "/shocks/0/chosen")]


def test_late_payment_moves_cash_and_no_position() -> None:
    late = {"on": "icb", "action": "delay_of_payment", "value": 2, "starts": "2016-06"}
    table = pair().stress(late)
    assert not any(table["change"])
    cash = {
        name: {r["month"]: r["received"] for r in one.cash if r["party"] == "charity"}
        for name, one in table.settlements.items()
    }
    # Ten thousand a month less 8,020 of costs; June's and July's are not there until August and September.
    assert cash["base"]["2016-06"] == 3 * (10_000 - 8_020) and cash["stress"]["2016-06"] == 20_000 - 3 * 8_020
    assert cash["stress"]["2016-08"] == 30_000 - 5 * 8_020
    for on in ("care", "standing"):
        one = pair().stress({**late, "on": on}).settlements["stress"]
        assert {r["month"]: r["received"] for r in one.cash if r["party"] == "charity"}["2016-06"] == 20_000 - 3 * 8_020
    with pytest.raises(ob.BookError) as wrong:
        pair().stress({**late, "value": "1.5"})
    assert [(p.code, p.path) for p in wrong.value.problems] == [("out-of-range", "/shocks/0/value")]


def test_cash_in_a_formula_knows_that_payment_is_late() -> None:
    book = pair(quantities=[{"id": "held", "unit": "£", "aggregate": "last", "formula": "cash('charity')"}])
    shocks = {"on": "icb", "action": "delay_of_payment", "value": 2, "starts": "2017-01"}
    held = {r["label"]: r["value"] for r in book.settle(plan=True, shocks=shocks).quantities if r["id"] == "held"}
    by_month = list(held.values())
    # Up to December 2016 paid in the month; from January 2017 two months later. The lag is each period's own: the pool
    # of the year that began in April 2016 is paid in its last month as before.
    assert by_month[8] == 9 * (10_000 - 8_020)
    assert by_month[9] == 90_000 - 10 * 8_020 and by_month[11] == 100_000 - 12 * 8_020 + 4_000


def test_of_a_fund_a_member_that_has_left_earns_nothing() -> None:
    def book(unearned: str) -> ob.Book:
        members = [{"party": "trust", "weight": 6}, {"party": "charity", "weight": 4}]
        fund = {"id": "pot", "kind": "fund", "from": "icb", "every": "year", "pot": "£10,000", "members": members}
        return pair(
            overlays=[{"id": "alliance", "parties": ["icb"], "clauses": [{**fund, "unearned": unearned}]}], contracts=[]
        )

    assert changes(leaves(), book("redistributed")) == {"trust": D(4_000), "charity": D(-4_000)}
    assert changes(leaves(), book("kept")) == {"icb": D(4_000), "charity": D(-4_000)}


def test_events_hold_in_simulations_and_what_ifs() -> None:
    left = pair().simulate(2, shocks=leaves(costs="0.25"), every="term", progress=False)
    base = pair().simulate(2, every="term", progress=False)
    moved = {p: left.array(p, every="term", period=1) - base.array(p, every="term", period=1) for p in base.parties}
    assert moved["icb"] == pytest.approx(120_000) and moved["trust"] == pytest.approx(4_000)
    assert moved["charity"] == pytest.approx(-124_000 + 12 * 8_020 * 0.75)
    what = pair().what_if({"charity leaves": leaves(), "more": {"on": "calls", "value": 2}})
    assert what.difference("charity", change="charity leaves") == -124_000
    # Stranded: its calls go on and double, 24 months of ten more at £2.
    assert what.difference("charity", change="more") == -480 and what.difference("charity", change="interaction") == 0
