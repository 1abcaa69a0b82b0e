"""What lint finds, and what it leaves alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import openbook as ob
import pytest
from openbook.linting import number_of
from small import small_book

PARTIES = [
    ob.Party(id="icb", roles=["commissioner"]),
    ob.Party(id="trust", roles=["provider"]),
    ob.Party(
        id="charity",
        roles=["provider"],
        legal="third_sector",
        bears=[ob.Bearing(mechanism="share", may_pay=False, reason="charitable funds")],
    ),
]


def findings(book: ob.Book, code: str) -> list[dict[str, Any]]:
    return [row for row in ob.lint(book) if row["code"] == code]


def with_clauses(*clauses: ob.Clause, **changes: Any) -> ob.Book:
    contract = ob.Contract(id="acute", payer="icb", payee="trust", clauses=list(clauses))
    return small_book(parties=PARTIES, contracts=[contract], **changes)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("£1.5m", 1_500_000),
        ("50%", Decimal("0.5")),
        ("1,000", 1000),
        ("£2k", 2000),
        ("-£2k", -2000),
        ("£-2k", -2000),
        ("-50%", Decimal("-0.5")),
        (3, 3),
        ("2 * x", None),
        ("", None),
    ],
)
def test_what_is_a_plain_number(text: Any, number: Any) -> None:
    assert number_of(text) == number


def test_provenance() -> None:
    book = small_book(
        parameters=[
            ob.Parameter(id="price", value=200),
            ob.Parameter(id="fee", value={"value": 1, "illustrative": True}),
        ]
    )
    (row,) = findings(book, "no-source")[:1]
    assert (row["severity"], row["path"]) == ("warning", "/parameters/0/value")
    assert [r["path"] for r in findings(book, "illustrative")] == ["/parameters/1/value"]
    assert not [r for r in findings(small_book(), "no-source") if r["path"].startswith("/parameters")]
    steps = [{"from": "2016-05", "value": 210, "source": "letter"}, {"from": "2016-06", "value": 220}]
    dated = small_book(parameters=[ob.Parameter(id="price", value=ob.Term(200, steps=steps))])
    assert [r["path"] for r in findings(dated, "no-source")][:1] == ["/parameters/0/value"]
    told = dated.with_("/parameters/0/value/steps/1/source", "letter")
    assert "/parameters/0/value" not in [r["path"] for r in findings(told, "no-source")]


def test_readings() -> None:
    readings = [
        ob.Reading(name="cliff", words="all"),
        ob.Reading(name="excess", words="part", overrides={"amount": "2"}),
    ]
    open_ = with_clauses(ob.Payment(id="p", amount="1", readings=readings))
    (row,) = findings(open_, "open-reading")
    assert row["severity"] == "error"
    assert "cliff, excess" in row["message"]
    provisional = with_clauses(ob.Payment(id="p", amount="1", readings=readings, provisional="cliff"))
    assert findings(provisional, "provisional-reading")
    assert not findings(provisional, "open-reading")
    assert not findings(
        with_clauses(ob.Payment(id="p", amount="1", readings=readings, reading="cliff")), "provisional-reading"
    )


def test_shares_that_do_not_sum() -> None:
    def paid(*weights: str) -> ob.Book:
        parts = [ob.Part(party=p, weight=w) for p, w in zip(("trust", "charity"), weights, strict=True)]
        return with_clauses(ob.Payment(id="p", amount="1", shares=parts))

    (row,) = findings(paid("0.6", "30%"), "shares")
    assert "sum to 0.9" in row["message"]
    assert "normalised" in row["message"]
    assert not findings(paid("0.6", "40%"), "shares")
    assert not findings(paid("fee", "0.5"), "shares")
    parts = [ob.Parameter(id=name, value=ob.Term(value, source="s")) for name, value in (("a", "60%"), ("b", "30%"))]
    named = paid("a", "b").replace(parameters=[*small_book().parameters, *parts])
    assert "sum to 0.9" in findings(named, "shares")[0]["message"]
    whole = named.with_("b", "40%")
    assert not findings(whole, "shares")
    assert not findings(paid("1", "1"), "shares")


def test_measures_scored_in_steps_are_cliffs() -> None:
    measures = [ob.Measure(id=m, value="score", weight="0.5", pain_at=0, gain_at=1) for m in ("a", "b")]
    measures[1] = measures[1].replace(shape="linear")
    book = small_book(frameworks=[ob.Framework(id="f", measures=measures)])
    assert [row["path"] for row in findings(book, "cliff")] == ["/frameworks/0/measures/0"]


def test_unused() -> None:
    book = small_book(parameters=[*small_book().parameters, ob.Parameter(id="spare", value=1)])
    assert [row["path"] for row in findings(book, "unused-parameter")] == ["/parameters/2"]
    assert not findings(small_book(), "unused-input")
    idle = small_book(contracts=[])
    assert {row["path"] for row in findings(idle, "unused-input")} == {"/inputs/0", "/inputs/1", "/inputs/2"}
    assert findings(idle, "unused-driver")


def test_cliffs() -> None:
    trigger = ob.Trigger(id="reopener", tests=[ob.Test(name="t", holds="visits >= 110")], amount="1000")
    assert any(row["path"] == "/contracts/0/clauses/0" for row in findings(with_clauses(trigger), "cliff"))
    jump = with_clauses(ob.Payment(id="p", amount="if(visits > 100, 5, 0) * fee"))
    found = [(row["severity"], row["path"]) for row in findings(jump, "cliff")]
    assert found == [("warning", "/contracts/0/clauses/0"), ("note", "/contracts/0/clauses/0/amount")]
    assert not findings(with_clauses(ob.Payment(id="p", amount="max(visits, 100) * price")), "cliff")


def test_advances() -> None:
    book = with_clauses(ob.Block(id="b", amount="£12", paid_after=-3))
    (row,) = findings(book, "advance")
    assert "3 months in advance" in row["message"]


def test_concessions_without_limit() -> None:
    waive = ob.Concession(id="w", concession="waive", on="standing")
    assert findings(small_book(concessions=[waive]), "unlimited-concession")
    assert not findings(small_book(concessions=[waive.replace(limit="£5")]), "unlimited-concession")
    scored = with_clauses(ob.Incentive(id="i", gain="£100", score="0.5", every="year"))
    credited = scored.replace(concessions=[ob.Concession(id="c", concession="credit", on="i", amount=1)])
    assert not findings(credited, "unlimited-concession")  # it cannot have one


def test_who_may_not_bear() -> None:
    members = [ob.Member(party=p, variance="fee") for p in ("trust", "charity")]
    (row,) = findings(with_clauses(ob.Share(id="pool", members=members)), "may-not-bear")
    assert "charitable funds" in row["message"]
    members[1] = members[1].replace(eligible="false")
    assert not findings(with_clauses(ob.Share(id="pool", members=members)), "may-not-bear")


def test_partners_of_a_pool_who_may_not_pay_into_it() -> None:
    barred = PARTIES[2].replace(bears=[ob.Bearing(mechanism="pooled_fund", may_pay=False)])
    partners = [ob.Part(party=p, weight="50%") for p in ("trust", "charity")]

    def pooled(**fields: Any) -> ob.Book:
        clause = ob.PooledFund(id="pool", every="year", budget="£1m", spent="£1m", **fields)
        return with_clauses(clause).replace(parties=[*PARTIES[:2], barred])

    assert [row["code"] for row in pooled(contributions=partners).lint() if row["code"] == "may-not-bear"]
    assert not findings(pooled(contributions=partners[:1], underspend=partners), "may-not-bear")  # receives only
    alone = pooled(contributions=partners[:1], overspend=partners[1:])
    assert [row["path"] for row in findings(alone, "no-bearer")] == ["/contracts/0/clauses/0/overspend"]
    uneven = [partners[0], partners[1].replace(weight="40%")]
    assert "sum to 0.9" in findings(pooled(contributions=uneven), "shares")[0]["message"]


def test_members_of_a_fund_take_part_by_what_they_earn() -> None:
    barred = PARTIES[2].replace(bears=[ob.Bearing(mechanism="fund", may_pay=False)])

    def fund(*earned: str) -> ob.Book:
        members = [ob.FundMember(party=p, earned=e) for p, e in zip(("trust", "charity"), earned, strict=True)]
        clause = ob.Fund(id="fund", pot="£1m", members=members)
        return with_clauses(clause).replace(parties=[*PARTIES[:2], barred])

    assert not findings(fund("score > 0", "true"), "no-bearer")
    assert not findings(fund("true", "true"), "may-not-bear")  # members of a fund only receive
    (row,) = findings(fund("false", "false"), "no-bearer")
    assert row["path"] == "/contracts/0/clauses/0/members" and "moves nothing" in row["message"]


def test_precedence() -> None:
    contract = ob.Contract(
        id="acute",
        payer="icb",
        payee="trust",
        clauses=[ob.Block(id="own", amount="£1", subject="standing", starts="2016-04", ends="2016-06")],
    )

    def overlay(starts: str, **changes: Any) -> ob.Book:
        clause = ob.Block(
            id="theirs", amount="£2", subject="standing", starts=starts, **{"from_": "icb", "to": "trust"}
        )
        wrapped = ob.Overlay(
            id="alliance", parties=["icb", "trust"], wraps=["acute"], clauses=[clause], claims_precedence=True
        )
        return small_book(contracts=[contract], overlays=[wrapped], **changes)

    messages = [row["message"] for row in findings(overlay("2016-05"), "precedence")]
    assert any("claims precedence" in message for message in messages)
    assert any("'own' is applied, 'theirs' not" in message for message in messages)
    named = [row["message"] for row in findings(overlay("2016-05", precedence=["alliance", "acute"]), "precedence")]
    assert len(named) == 1
    assert "'theirs' is applied, 'own' not" in named[0]
    assert not any("is applied" in row["message"] for row in findings(overlay("2016-07"), "precedence"))


@pytest.mark.parametrize(
    ("form", "clause", "found"),
    [
        ("Local modification", ob.Block(id="main", amount="£1m"), True),
        ("LOCAL MODIFICATION of the national tariff", ob.Block(id="main", amount="£1m"), True),
        ("Local modification", ob.Activity(id="main", quantity="visits", price="price"), False),
        ("Block contract", ob.Activity(id="main", quantity="visits", price="price"), True),
        ("Block contract", ob.Block(id="main", amount="£1m"), False),
        ("Cost per case", ob.Block(id="main", amount="£1m"), True),
        ("NHS Standard Contract", ob.Block(id="main", amount="£1m"), False),
        ("Local modification", ob.Payment(id="main", amount="£1m"), True),
    ],
)
def test_contracts_called_what_they_are_not(form: str, clause: ob.Clause, found: bool) -> None:
    first = small_book().contracts[0]
    book = small_book(contracts=[first.replace(form=form, clauses=[clause])])
    assert [row["path"] for row in findings(book, "form")] == ["/contracts/0/form"] * found


def test_the_gravest_come_first() -> None:
    order = ["error", "warning", "note"]
    severities = [order.index(row["severity"]) for row in ob.lint(ob.examples.mental_health_alliance())]
    assert severities == sorted(severities)


def test_deferred_terms_are_open_objects_with_a_default() -> None:
    amount = ob.Term(value="£12m", deferred="to be agreed by 30 June; until then as last year")
    book = with_clauses(ob.Block(id="main", amount=amount))
    (finding,) = findings(book, "deferred-term")
    assert finding["path"] == "/contracts/0/clauses/0/amount"
    assert "to be agreed by 30 June; until then as last year" in finding["message"] and "£12m" in finding["message"]
    settlement = book.replace(inputs=[], drivers=[], scenarios=[], quantities=[]).settle(disputes=False)
    assert settlement.position("trust") == Decimal("6000000.00")
    (warning,) = [row for row in settlement.warnings if row["code"] == "deferred-term"]  # once, not once a month
    assert "30 June" in warning["message"]
    agreed = book.with_("/contracts/0/clauses/0/amount", "£13m")
    assert not findings(agreed, "deferred-term") and agreed.digest != book.digest


def test_a_later_value_can_be_left_to_be_agreed_by_itself() -> None:
    later = {"from": "2016-07", "value": "£3m", "deferred": "the second quarter, by June"}
    book = with_clauses(ob.Payment(id="main", every="month", amount=ob.Term(value="£1m", steps=[later])))
    (finding,) = findings(book, "deferred-term")
    assert finding["path"] == "/contracts/0/clauses/0/amount/steps/0"
    assert "from 2016-07 has still to be agreed (the second quarter, by June); £3m is taken" in finding["message"]
    settlement = book.replace(inputs=[], drivers=[], scenarios=[], quantities=[]).settle(disputes=False)
    assert settlement.position("trust") == Decimal("12000000.00")  # three months at £1m, three at £3m
    (warning,) = [row for row in settlement.warnings if row["code"] == "deferred-term"]
    assert "the second quarter, by June" in warning["message"] and "£3m" in warning["message"]


def test_named_operands_are_no_comparisons() -> None:
    book = ob.read_book(
        {
            "format": 1,
            "id": "crossed",
            "calendar": {"start": "2024-04", "months": 12},
            "dimensions": [{"id": "site", "members": ["a", "b"]}, {"id": "age", "members": ["old", "young"]}],
            "parties": [{"id": "payer"}, {"id": "payee"}],
            "inputs": [{"id": "people", "dimension": "site", "by": "age", "plan": 5}],
            "quantities": [
                {"id": "in_all", "dimension": "site", "formula": "sum(people, over='age')"},
                {"id": "many", "dimension": "site", "formula": "sum(people, over='age', where=people > 3)"},
                {"id": "here", "dimension": "site", "formula": "sum(people, over = 'age', where=people == 5)"},
                {"id": "equal", "formula": "in_pounds = £10"},
                {"id": "in_pounds", "formula": "money(sum(in_all))"},
            ],
            "contracts": [
                {
                    "id": "c",
                    "payer": "payer",
                    "payee": "payee",
                    "clauses": [{"kind": "payment", "id": "paid_sum", "amount": "in_pounds"}],
                }
            ],
        }
    )
    told = [row["message"].split("'")[1] for row in findings(book, "cliff") if row["severity"] == "note"]
    assert sorted(told) == ["equal.formula", "here.formula", "many.formula"]
