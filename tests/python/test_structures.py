"""How agreements are put together: chains, pools, portfolios, phases, deeds, termination, terms left to be agreed."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import numpy as np
import openbook as ob
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

law = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
PENNY = Decimal("0.01")

BOOKS = (
    "better_care_fund",
    "black_box_prime",
    "business_case_portfolio",
    "cut_off_reviews",
    "integrated_body",
    "joint_venture_memorandum",
    "layered_subcontracting",
    "lead_provider",
    "paired_lead_contracts",
    "pooled_budget",
    "preserved_payments",
    "public_health_grant",
    "public_health_tenders",
)
parts = st.integers(0, 1000).map(lambda n: Decimal(n) / 1000)


def months(start: int = 2024, count: int = 12) -> list[str]:
    return [f"{start + i // 12}-{i % 12 + 1:02}" for i in range(3, 3 + count)]


def paid(settlement: ob.Settlement, clause: str) -> Decimal:
    return sum((row["amount"] for row in settlement.payments.where(clause=clause)), Decimal(0))


def by_month(settlement: ob.Settlement, clause: str) -> dict[str, Decimal]:
    return {row["service_to"]: row["amount"] for row in settlement.payments.where(clause=clause)}


def positions(settlement: ob.Settlement) -> dict[str, Decimal]:
    return {row["party"]: row["amount"] for row in settlement.positions.where(every="term", basis="practised")}


# -- every book of this kind ----------------


@pytest.mark.parametrize("name", BOOKS)
def test_books_explain_every_entry_to_the_penny_and_sum_to_zero(name: str) -> None:
    settlement = ob.examples.book(name).settle(plan=True)
    assert sum(positions(settlement).values()) == 0
    for _, rows in itertools.groupby(settlement.payments, key=lambda row: (row["clause"], row["to"])):
        for row in itertools.islice(rows, 2):
            # a cost is explained by its exact amount, which the ledger rounds
            amount = settlement.explain(f"entry:{row['id']}").amount
            assert amount == row["amount"] if row["contract"] else abs(amount - row["amount"]) <= PENNY / 2


@pytest.mark.parametrize("name", BOOKS)
def test_books_refuse_what_is_wrong_and_say_where(name: str) -> None:
    book = ob.examples.book(name)
    with pytest.raises(ob.BookError) as caught:
        book.with_("/parameters/0/value", "1 +")
    assert caught.value.problems[0].path.startswith("/parameters/0/value")
    with pytest.raises(ob.BookError, match="'nowhere' is no parameter") as caught:
        book.with_("/parameters/0/value", "nowhere").settle(plan=True)
    assert all(problem.path for problem in caught.value.problems)
    with pytest.raises(ob.DataError, match=f"input {book.inputs[0].id} .*expected"):
        book.settle({book.inputs[0].id: [1] * 200}, plan=True)


@pytest.mark.parametrize("name", BOOKS)
def test_books_settle_on_data_that_equal_the_plan_to_the_plan(name: str) -> None:
    book = ob.examples.book(name)
    asked = [ob.Quantity(id=f"of_{i.id}", every=i.every, aggregate=i.aggregate, formula=i.id) for i in book.inputs]
    planned = book.replace(quantities=[*book.quantities, *asked]).settle(plan=True)
    data = {i.id: planned.quantities.where(id=f"of_{i.id}")["value"] for i in book.inputs}
    assert book.settle(data).positions == book.settle(plan=True).positions


# -- chains of subcontracts ----------------


def chain(overheads: list[Decimal], passed: list[Decimal], value: Decimal) -> ob.Book:
    """A head contract and one subcontract for each overhead: the price less the overhead, and part of a loss."""
    names = [f"tier_{k}" for k in range(len(overheads) + 2)]
    contracts = [
        ob.Contract(
            id="contract_0",
            payer=names[0],
            payee=names[1],
            clauses=[
                ob.Payment(id="price_0", amount="value"),
                ob.Payment(id="loss_0", every="year", amount="-1% * paid('price_0', 'year')"),
            ],
        )
    ]
    for k, (overhead, part) in enumerate(zip(overheads, passed, strict=True), 1):
        clauses = [
            ob.Payment(id=f"price_{k}", amount=f"(1 - {overhead}) * price_{k - 1}"),
            ob.Payment(id=f"loss_{k}", every="year", amount=f"{part} * loss_{k - 1}"),
        ]
        contracts.append(ob.Contract(id=f"contract_{k}", payer=names[k], payee=names[k + 1], clauses=clauses))
    return ob.Book(
        id="chain",
        calendar=ob.Calendar(start="2024-04", months=12),
        parties=[ob.Party(id=name) for name in names],
        inputs=[ob.Input(id="value", unit="£", plan=f"£{value}")],
        contracts=contracts,
    )


def tiers(smallest: int, largest: int) -> Any:
    count = st.integers(smallest, largest)
    return count.flatmap(lambda n: st.tuples(*[st.lists(parts, min_size=n, max_size=n)] * 2))


@law
@given(both=tiers(4, 4) | tiers(1, 9), pence=st.integers(0, 10**9))
def test_a_chain_of_any_depth_conserves_to_the_penny(both: tuple[list[Decimal], list[Decimal]], pence: int) -> None:
    overheads, passed = both
    depth = len(overheads)
    settlement = chain(overheads, passed, Decimal(pence) / 100).settle(plan=True)
    found = positions(settlement)
    prices = [paid(settlement, f"price_{k}") for k in range(depth + 1)]
    losses = [-paid(settlement, f"loss_{k}") for k in range(depth + 1)]
    kept = [prices[k] - prices[k + 1] - (losses[k] - losses[k + 1]) for k in range(depth)]
    delivered = prices[depth] - losses[depth]
    assert [found[f"tier_{k}"] for k in range(1, depth + 2)] == [*kept, delivered]
    assert sum(kept) + delivered == prices[0] - losses[0] == -found["tier_0"]
    for k, (overhead, part) in enumerate(zip(overheads, passed, strict=True)):
        # each tier rounds what it pays, once a month and once a year
        above, below = by_month(settlement, f"price_{k}"), by_month(settlement, f"price_{k + 1}")
        for month, amount in above.items():
            assert abs(below.get(month, Decimal(0)) - (1 - overhead) * amount) <= PENNY
        assert abs(losses[k + 1] - part * losses[k]) <= PENNY


@pytest.mark.parametrize("depth", [1, 4, 7])
def test_a_chain_that_bites_its_tail_is_refused_and_its_clauses_are_named(depth: int) -> None:
    book = chain([Decimal("0.05")] * depth, [Decimal("0.8")] * depth, Decimal(1000))
    looped = book.with_("price_0.amount", f"95% * price_{depth}")
    with pytest.raises(ob.BookError) as caught:
        looped.settle(plan=True)
    [problem] = caught.value.problems
    assert problem.code == "cycle"
    assert all(f"'price_{k}'" in problem.message for k in range(depth + 1))
    assert "loss" not in problem.message
    lagged = book.with_("price_0.amount", f"value + 1% * previous(price_{depth}, £0)")
    assert lagged.settle(plan=True).position("tier_0") < book.settle(plan=True).position("tier_0")


def test_what_a_lead_passes_down_leaves_its_own_margin() -> None:
    book = ob.examples.lead_provider()
    missed = {"outcome_score": [-1]}
    for rho in ("0", "0.3", "1"):
        settlement = book.with_("passed_down", rho).settle(missed, plan=True)
        kept = Decimal(120_000) * (1 - Decimal(rho))
        assert settlement.position("lead") == 120_000 - kept
        assert -paid(settlement, "pass_through") == 120_000 - kept


# -- pooled budgets and parties in two roles ----------------


@law
@given(share=parts, placements=st.lists(st.integers(120, 280), min_size=12, max_size=12))
def test_a_pool_ends_empty_and_partners_pay_by_their_ratio(share: Decimal, placements: list[int]) -> None:
    book = ob.examples.pooled_budget().with_("ccg_share", str(share))
    settlement = book.settle({"placements": placements}, plan=True)
    spent = Decimal(8_400_000 + 1500 * sum(placements))
    assert settlement.position("pool") == 0
    assert abs(-settlement.position("ccg") - share * spent) <= PENNY


@law
@given(shares=st.lists(parts, min_size=2, max_size=2, unique=True))
def test_a_party_in_two_roles_gains_by_its_part_of_the_pool(shares: list[Decimal]) -> None:
    nets, everybody = [], []
    for share in sorted(shares):  # of the local authority, which pays 40% of the pain
        book = ob.examples.pooled_budget().with_("ccg_share", str(1 - share))
        hit, calm = (book.settle({"outcome_score": [score]}, plan=True, disputes=False) for score in (-1, 0))
        moved = {party: hit.position(party) - calm.position(party) for party in ("local_authority", "ccg")}
        nets.append(moved["local_authority"])
        everybody.append(sum(moved.values()))
        assert moved["local_authority"] == 140_000 * share - 56_000
    assert nets[0] < nets[1]
    assert everybody == [84_000, 84_000]  # the split moves nothing between the public and the rest


def test_one_pool_is_steadier_than_its_parts() -> None:
    book = ob.examples.paired_lead_contracts()
    alone = book.replace(
        overlays=[], quantities=[q for q in book.quantities if q.id not in ("trust_bears", "providers_bear")]
    )
    leads = ("integrated_trust", "mental_health_ft")
    shared, apart = (made.simulate(2000, seed=3) for made in (book, alone))
    assert np.allclose(sum(shared.array(lead) for lead in leads), sum(apart.array(lead) for lead in leads))
    assert sum(np.std(shared.array(lead)) for lead in leads) < sum(np.std(apart.array(lead)) for lead in leads)


# -- agreements round contracts ----------------


def test_a_memorandum_moves_nothing() -> None:
    book = ob.examples.joint_venture_memorandum()
    *binding, memorandum = book.overlays
    assert memorandum.id == "memorandum" and not memorandum.clauses
    assert book.replace(overlays=binding).settle(plan=True).ledger == book.settle(plan=True).ledger


@pytest.mark.parametrize("price", [0, 600, 1234])
def test_inside_one_body_the_internal_price_cancels(price: int) -> None:
    body = ("acute", "community")
    moved = {"shifted": [100] * 10 + [0, 0]}
    settlements = [
        ob.examples.integrated_body().with_("internal_price", p).settle(moved, plan=True) for p in (600, price)
    ]
    at_cost, changed = ([s.position(party) for party in body] for s in settlements)
    assert sum(at_cost) == sum(changed) == 300_000
    assert changed[1] - at_cost[1] == 1000 * (price - 600)


# -- a portfolio of business cases ----------------


def test_the_simulated_deviation_of_three_cases_is_the_formula_within_its_error() -> None:
    book = ob.examples.business_case_portfolio()
    draws = 20_000
    total = book.simulate(draws, seed=11, track=["total_benefit"], track_every="year").array(
        "total_benefit", every="year", period=1
    )
    relative = np.std(total) / 3_000_000
    error = relative / np.sqrt(2 * draws)  # of a standard deviation, for a normal distribution
    assert abs(relative - 0.3 * np.sqrt((1 + 2 * 0.5) / 3)) < 4 * error
    assert abs(np.mean(total) / 3_000_000 - 1) < 4 * relative / np.sqrt(draws)
    [row] = book.settle(plan=True).quantities.where(id="total_deviation", period=1)
    assert abs(relative - float(row["value"])) < 4 * error
    matrix = book.correlations[0].matrix
    assert {float(matrix[i][j]) for i in range(3) for j in range(3) if i != j} == {0.5}


@law
@given(benefits=st.lists(st.integers(-1_000_000, 3_000_000), min_size=3, max_size=3))
def test_limits_case_by_case_are_never_worth_less_than_on_the_pool(benefits: list[int]) -> None:
    names = ("over_55s_benefit", "second_benefit", "third_benefit")
    inputs = {name: [value, value] for name, value in zip(names, benefits, strict=True)}
    rows = ob.examples.business_case_portfolio().settle(inputs, plan=True).quantities
    assert all(Decimal(row["value"]) >= 0 for row in rows.where(id="worth_of_limits"))


# -- phases, refreshes, deeds, backdating ----------------


@law
@given(starts=st.lists(st.integers(12, 59), min_size=3, max_size=3))
def test_phases_pay_for_the_months_in_which_they_are_in_force(starts: list[int]) -> None:
    names, values = ("practice_phase", "third_party_phase", "acute_phase"), (1_200_000, 600_000, 4_800_000)
    book = ob.examples.joint_venture_memorandum().with_("phases", 1)
    calendar = months(2016, 60)
    for name, value, start in zip(names, values, starts, strict=True):
        book = book.with_(name, ob.Term("£0", unit="£", steps=[{"from": calendar[start], "value": f"£{value}"}]))
    without = book.with_("phases", 0).settle(plan=True)
    more = paid(book.settle(plan=True), "community_services") - paid(without, "community_services")
    assert more == sum(value // 12 * (60 - start) for value, start in zip(values, starts, strict=True))


def known(count: int) -> dict[str, int]:
    return dict.fromkeys(months(2024, count), 100)


def yearly(block: str = "£1,200,000", price: str = "2000", **fields: Any) -> ob.Book:
    return ob.Book(
        id="yearly",
        calendar=ob.Calendar(start="2024-04", months=24),
        parties=[ob.Party(id="icb"), ob.Party(id="trust")],
        inputs=[ob.Input(id="spells", unit="spells", plan=100)],
        parameters=[
            ob.Parameter(id="block_value", value=ob.Term(block, unit="£", source="Sch 1")),
            ob.Parameter(id="price", value=ob.Term(price, unit="£ per spell", source="Sch 1")),
        ],
        contracts=[
            ob.Contract(
                id="service",
                payer="icb",
                payee="trust",
                clauses=[
                    ob.Block(id="standing", amount="block_value"),
                    ob.Activity(id="tariff", quantity="spells", price="price"),
                    ob.Payment(
                        id="quality", every="quarter", amount="1% * (paid('standing') + paid('tariff'))", paid_after=1
                    ),
                ],
            )
        ],
        **fields,
    )


@law
@given(
    effective=st.integers(0, 10),
    held_back=st.integers(1, 12),
    block=st.integers(900_000, 1_500_000),
    price=st.integers(1500, 2500),
    spells=st.lists(st.integers(60, 140), min_size=24, max_size=24),
)
def test_backdated_terms_settle_to_what_they_would_have_from_the_start(
    effective: int, held_back: int, block: int, price: int, spells: list[int]
) -> None:
    calendar = months(2024, 24)
    old, signed = yearly(), calendar[min(effective + held_back, 23)]
    data = {"spells": dict(zip(calendar, spells, strict=True))}
    until = {"spells": {m: n for m, n in data["spells"].items() if m <= signed}}
    before = old.settle(until, as_at=signed)
    history = {row["id"]: row for row in before.payments if row["kind"] != "accrual"}

    new = old.with_("block_value", f"£{block}", starts=calendar[effective], source="Deed 1").with_(
        "price", price, starts=calendar[effective], source="Deed 1"
    )
    after = new.settle(until, as_at=signed, posted=before)
    posted = [*history.values(), *after.to_post]
    # history is added to, never written over
    assert not {row["id"] for row in after.to_post} & set(history)
    assert {row["kind"] for row in after.to_post} <= {"difference"}
    quarter = calendar[effective // 3 * 3 + 2]
    assert all(row["service_to"] >= min(calendar[effective], quarter) for row in after.to_post)

    at_end = new.settle(data, posted=posted)
    ledger = [*posted, *at_end.to_post]
    from_start = new.settle(data)
    assert sum(row["amount"] for row in ledger) == sum(row["amount"] for row in from_start.payments)
    assert len({row["id"] for row in ledger}) == len(ledger)
    assert len(new.settle(data, posted=ledger).to_post) == 0


def test_a_refresh_changes_its_year_and_none_before() -> None:
    first = yearly()
    year_one = first.settle({"spells": known(12)}, as_at="2025-03")
    refreshed = first.with_("block_value", "£1,320,000", starts="2025-04", source="Refresh 2025/26")
    again = refreshed.settle({"spells": known(12)}, as_at="2025-03", posted=year_one)
    assert len(again.to_post) == 0
    second = refreshed.settle({"spells": known(24)}, posted=year_one)
    assert {row["service_from"] for row in second.to_post} == set(months(2025, 12))
    assert by_month(second, "standing")["2025-04"] - by_month(second, "standing")["2025-03"] == 10_000


def test_a_deed_varies_a_sealed_book_and_says_what_it_changed() -> None:
    signatories = {"icb": "A Jones", "trust": "B Khan"}
    sealed = yearly().seal(signatories, "2024-03-28")
    posted = sealed.settle({"spells": known(9)}, as_at="2024-12")
    varied = sealed.vary(
        sealed.book.with_("price", 2100, starts="2024-04", source="Deed 1"), deed="Deed 1", date="2024-12-20"
    )
    assert ob.verify(varied, before=sealed).passed
    assert {change["path"].rsplit("/", 1)[0] for change in varied.changes()} == {"/parameters/1/value"}
    due = varied.settle({"spells": known(9)}, as_at="2024-12", posted=posted).to_post
    tariff = [row for row in due if row["clause"] == "tariff"]
    assert [row["amount"] for row in tariff] == [100 * 100] * 9
    assert sealed.settle({"spells": known(9)}, as_at="2024-12").payments == posted.payments


# -- termination, fallback, precedence ----------------


@pytest.mark.parametrize("month", range(12))
def test_termination_stops_payments_from_its_month_and_the_fallback_starts(month: int) -> None:
    book, calendar = ob.examples.lead_provider(), months(2017)
    notice = [0] * month + [1] + [0] * (11 - month)
    ended, whole = book.settle({"terminated": notice}, plan=True), book.settle(plan=True)
    for clause in ("head", "community_block", "federation_block", "visits_paid"):
        assert [m for m, amount in by_month(ended, clause).items() if amount] == calendar[:month]
    for clause in ("fallback_community", "fallback_federation", "fallback_visits"):
        assert [m for m, amount in by_month(ended, clause).items() if amount] == calendar[month:]
    for party in ("community_trust", "charity", "gp_federation"):
        assert ended.position(party) == whole.position(party)  # the services go on
    assert ended.position("lead") == whole.position("lead") * month / 12


@pytest.mark.parametrize("last", ["2024-04", "2024-09", "2025-02"])
def test_a_contract_that_ends_is_followed_by_one_that_starts(last: str) -> None:
    calendar = months()
    following = calendar[calendar.index(last) + 1]

    def contract(name: str, payee: str, **dates: str) -> ob.Contract:
        clauses = [ob.Block(id=f"{name}_block", amount="£1.2m")]
        return ob.Contract(id=name, payer="icb", payee=payee, clauses=clauses, **dates)

    book = ob.Book(
        id="following",
        calendar=ob.Calendar(start="2024-04", months=12),
        parties=[ob.Party(id="icb"), ob.Party(id="lead"), ob.Party(id="trust")],
        contracts=[contract("head", "lead", ends=last), contract("fallback", "trust", starts=following)],
    )
    settlement = book.settle(plan=True)
    assert list(by_month(settlement, "head_block")) == calendar[: calendar.index(following)]
    assert list(by_month(settlement, "fallback_block")) == calendar[calendar.index(following) :]
    assert settlement.position("icb") == -1_200_000


@pytest.mark.parametrize("last", ["2015-04", "2015-09", "2016-02", "2016-03"])
def test_when_an_overlay_ends_the_contract_s_own_term_comes_back(last: str) -> None:
    book = ob.examples.alliance_precedence()
    first = book.replace(precedence=["alliance", "service_contract"]).with_("/overlays/alliance/ends", last)
    settlement, calendar = first.settle(plan=True), months(2015)
    assert list(by_month(settlement, "alliance_payment")) == [m for m in calendar if m <= last]
    assert list(by_month(settlement, "contract_payment")) == [m for m in calendar if m > last]
    without_order = book.with_("/overlays/alliance/ends", last).settle(plan=True)
    assert list(by_month(without_order, "contract_payment")) == calendar


# -- terms left to be agreed ----------------


@pytest.mark.parametrize(
    ("name", "term"), [("business_case_portfolio", "third_share"), ("preserved_payments", "outcome_part")]
)
def test_a_term_left_to_be_agreed_has_a_default_and_is_said_everywhere(name: str, term: str) -> None:
    book = ob.examples.book(name)
    [finding] = book.lint().where(code="deferred-term")
    assert finding["severity"] == "warning"
    assert term in finding["message"]
    assert [row["code"] for row in book.settle(plan=True).warnings] == ["deferred-term"]
    signatories = {party.id: "A Jones" for party in book.parties}
    choices = {p.id: None for p in book.parameters if p.value and p.value.alternatives}
    decided = book.decide(choices) if choices else book
    with pytest.raises(ob.BookError, match=term):
        decided.seal(signatories, "2018-04-01", accept_illustrative=True)
    held = next(p.value.value for p in book.parameters if p.value and p.id == term)
    agreed = decided.with_(term, ob.Term(held, source="Deed of Variation, April 2018"))
    assert len(agreed.lint().where(code="deferred-term")) == 0
    assert agreed.settle(plan=True).positions == decided.settle(plan=True).positions  # the default was what held
    assert agreed.seal(signatories, "2018-04-01", accept_illustrative=True).short


# -- tenders ----------------


def test_deeper_cuts_never_keep_a_service_alive_for_longer() -> None:
    served = []
    for cut in ("0%", "3%", "5%", "8%", "30%"):
        rows = ob.examples.public_health_tenders().with_("cut", cut).settle(plan=True).quantities
        served.append(Decimal(rows.where(id="cycles_until_failure")["value"][0]))
    assert served == sorted(served, reverse=True)
    assert served[0] == 5 > served[-1] == 1  # all cycles without cuts, one where the first cut goes below every cost
