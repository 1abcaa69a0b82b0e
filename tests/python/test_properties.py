"""Laws that hold for every book that meets their conditions, in settlement and on every draw.

Random books are small and plain: amounts in whole pounds, a few parties, one or two years. `OPENBOOK_TEST_EXAMPLES`
sets how many are tried for each law.
"""

from __future__ import annotations

import json
import os
from decimal import Decimal
from typing import Any

import numpy as np
import openbook as ob
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openbook import _core

EXAMPLES = int(os.environ.get("OPENBOOK_TEST_EXAMPLES", "12"))
law = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
DRAWS = 256
PENNY = Decimal("0.01")

pounds = st.integers(-400_000, 400_000)
sums_of_money = st.integers(0, 2_000_000)
weights = st.integers(0, 9)

# -- building and asking ----------------


def money(value: Any) -> str:
    amount = Decimal(value)
    return f"-£{-amount}" if amount < 0 else f"£{amount}"


def read(**fields: Any) -> ob.Book:
    return ob.read_book({"format": 1, "id": "law", "calendar": {"start": "2024-04", "months": 12}, **fields})


def parties(count: int) -> list[dict[str, Any]]:
    named = [
        {"id": "payer", "roles": ["commissioner"]},
        *({"id": f"p{i}", "roles": ["provider"]} for i in range(count)),
    ]
    return [*named, {"id": "outside", "roles": ["supplier"], "legal": "outside"}]


def variances(values: list[int], spread: int = 50_000) -> dict[str, Any]:
    """Inputs with each provider's own variance as its plan, and a driver on each."""
    inputs = [{"id": f"v{i}", "unit": "£", "every": "year", "plan": money(v)} for i, v in enumerate(values)]
    drivers = [
        {"id": f"d{i}", "of": f"v{i}", "effect": "addition", "kind": "normal", "mean": 0, "deviation": spread}
        for i in range(len(values))
    ]
    return {"inputs": inputs, "drivers": drivers}


def overlay(*clauses: dict[str, Any]) -> dict[str, Any]:
    return {"overlays": [{"id": "alliance", "parties": ["payer"], "clauses": list(clauses)}]}


def settle(book: ob.Book, **request: Any) -> dict[str, Any]:
    return json.loads(book.settle(plan=True, **request).to_json())


def simulate(book: ob.Book, **request: Any) -> ob.Simulation:
    options = {"scenarios": DRAWS, "seed": 20240401, "track_every": "year", "progress": False, **request}
    return book.simulate(**options)


def moved(settlement: dict[str, Any], clause: str, basis: str = "practised") -> dict[str, Decimal]:
    """What each party receives under a clause, less what it pays."""
    result: dict[str, Decimal] = {}
    for entry in settlement["entries"]:
        if entry["clause"] == clause and entry["basis"] == basis:
            amount = Decimal(entry["amount"])
            result[entry["to"]] = result.get(entry["to"], Decimal(0)) + amount
            result[entry["from"]] = result.get(entry["from"], Decimal(0)) - amount
    return result


def position(
    settlement: dict[str, Any], party: str, every: str = "term", period: int = 0, basis: str = "practised"
) -> Decimal:
    for row in settlement["positions"]:
        if (row["party"], row["every"], row["period"], row["basis"]) == (party, every, period, basis):
            return Decimal(row["amount"])
    raise AssertionError(f"no position of {party}")


# -- random books of every family ----------------


@st.composite
def parts(draw: st.DrawFn, count: int, zero: bool = False) -> list[dict[str, Any]]:
    given_weights = draw(st.lists(weights, min_size=count, max_size=count))
    if not zero:
        given_weights[draw(st.integers(0, count - 1))] += 1
    return [{"party": f"p{i}", "weight": w} for i, w in enumerate(given_weights)]


def members(count: int) -> list[dict[str, Any]]:
    return [{"party": f"p{i}", "variance": f"v{i}", "weight": i + 1} for i in range(count)]


@st.composite
def clause(draw: st.DrawFn, number: int, count: int) -> dict[str, Any]:
    family = draw(
        st.sampled_from(
            [
                "block",
                "activity",
                "forecast",
                "bands",
                "incentive",
                "penalty",
                "payment",
                "trigger",
                "share",
                "netting",
                "waterfall",
            ]
        )
    )
    payee = f"p{draw(st.integers(0, count - 1))}"
    price = {"value": f"{draw(st.integers(1, 900))}.{draw(st.integers(0, 99)):02d}", "unit": "£ per visit"}
    head = {"id": f"c{number}", "kind": family, "from": "payer", "to": payee, "paid_after": draw(st.integers(-2, 3))}
    if family == "block":
        profile = draw(st.one_of(st.just([]), st.lists(st.integers(1, 9), min_size=12, max_size=12)))
        every = draw(st.sampled_from(["month", "quarter", "year"]))
        return {
            **head,
            "every": every,
            "amount": money(draw(sums_of_money)),
            **({"profile": profile} if profile else {}),
        }
    if family == "activity":
        return {
            **head,
            "every": draw(st.sampled_from(["month", "quarter", "half_year", "year"])),
            "quantity": "visits",
            "price": price,
        }
    if family == "forecast":
        forecast = {"value": draw(st.integers(0, 900)), "unit": "visits"}
        shift = money(draw(pounds))
        return {
            **head,
            "forecast": forecast,
            "actual": "visits",
            "price": price,
            "agreed_shift": shift,
            "reconcile": draw(st.sampled_from(["quarter", "half_year", "year"])),
        }
    if family == "bands":
        edges = sorted(draw(st.lists(st.integers(100, 12_000), min_size=1, max_size=3, unique=True)))
        rates = draw(st.lists(st.sampled_from([0, 0.3, 0.5, 1]), min_size=len(edges) + 1, max_size=len(edges) + 1))
        bands = [{"to": e, "rate": r} for e, r in zip(edges, rates, strict=False)] + [{"rate": rates[-1]}]
        return {
            **head,
            "every": "year",
            "quantity": "visits",
            "base": money(draw(sums_of_money)),
            "price": price,
            "bands": bands,
            "on_account": money(draw(st.integers(0, 50_000))),
        }
    if family == "incentive":
        return {
            **head,
            "every": "year",
            "gain": money(draw(sums_of_money)),
            "pain": money(draw(sums_of_money)),
            "score": "achieved",
            "modifier": 0.02,
            "modifier_applies": draw(st.sampled_from(["true", "false"])),
            "shares": draw(parts(count)),
        }
    if family == "penalty":
        return {
            **head,
            "quantity": "visits",
            "allowance": {"value": draw(st.integers(0, 600)), "unit": "visits"},
            "rate": price,
            "cap": money(draw(sums_of_money)),
            "enforcement": draw(st.sampled_from([0, 0.5, 1])),
        }
    if family == "payment":
        return {
            **head,
            "every": draw(st.sampled_from(["month", "year"])),
            "amount": money(draw(pounds)),
            "shares": draw(parts(count)),
        }
    if family == "trigger":
        return {
            **head,
            "every": "year",
            "tests": [{"name": "above", "holds": f"v0 >= {money(draw(pounds))}"}],
            "amount": money(draw(pounds)),
            "shares": draw(parts(count)),
        }
    head.pop("to")
    if family == "share":
        return {
            **head,
            "every": "year",
            "members": members(count),
            "shared": draw(st.sampled_from(["gains", "losses", "both"])),
            "split": draw(st.sampled_from(["weight", "equal", "causer", "where_it_falls"])),
            "rate": draw(st.sampled_from([1, 0.5])),
        }
    if family == "netting":
        return {**head, "every": "year", "members": members(count)}
    tranches = [
        {"name": "first", "limit": money(draw(sums_of_money)), "to": [{"party": "payer"}]},
        {"name": "half", "share": 0.5, "to": [{"party": "payer"}]},
        {"name": "rest", "to": draw(parts(count))},
    ]
    return {**head, "every": "year", "amount": "positive(v0)", "givers": draw(parts(count)), "tranches": tranches}


@st.composite
def books(draw: st.DrawFn) -> dict[str, Any]:
    count = draw(st.integers(2, 4))
    clauses = [draw(clause(k, count)) for k in range(draw(st.integers(1, 5)))]
    values = variances(draw(st.lists(pounds, min_size=count, max_size=count)))
    values["inputs"] += [
        {"id": "visits", "unit": "visits", "plan": draw(st.integers(0, 900))},
        {"id": "achieved", "unit": "number", "every": "year", "plan": draw(st.sampled_from([-1, -0.4, 0, 0.25, 1]))},
    ]
    values["drivers"].append(
        {"id": "demand", "of": "visits", "kind": "lognormal", "deviation": 0.2, "autoregression": 0.5}
    )
    costs = [
        {
            "id": f"cost{i}",
            "party": f"p{i}",
            "kind": "variable",
            "quantity": "visits",
            "rate": {"value": 1.37, "unit": "£ per visit"},
        }
        for i in range(count)
    ]
    return {
        "parties": parties(count),
        **values,
        **overlay(*clauses),
        "finances": {"costs": costs},
        "calendar": {"start": "2024-04", "months": draw(st.sampled_from([12, 24]))},
    }


@law
@given(books())
def test_what_one_pays_another_receives(fields: dict[str, Any]) -> None:
    book = read(**fields)
    found = settle(book)
    sums: dict[tuple[str, str, int], Decimal] = {}
    for row in found["positions"]:
        key = (row["basis"], row["every"], row["period"])
        sums[key] = sums.get(key, Decimal(0)) + Decimal(row["amount"])
    assert sums and all(total == 0 for total in sums.values())
    assert all(Decimal(e["amount"]) % PENNY == 0 for e in found["entries"])


@law
@given(books())
def test_what_one_pays_another_receives_on_every_draw(fields: dict[str, Any]) -> None:
    simulation = simulate(read(**fields), parties="all")
    values = simulation.array()
    groups: dict[tuple[str, int], list[int]] = {}
    for i, column in enumerate(simulation.columns):
        groups.setdefault((column["every"], column["period"]), []).append(i)
    for rows in groups.values():
        scale = np.abs(values[rows]).sum(axis=0) + 1
        assert np.all(np.abs(values[rows].sum(axis=0)) <= 1e-12 * scale)


@law
@given(books())
def test_settling_again_with_what_was_posted_posts_nothing(fields: dict[str, Any]) -> None:
    book = read(**fields)
    first = settle(book)
    again = settle(book, posted=[e for e in first["entries"] if e["basis"] == "practised"])
    assert not again["to_post"]
    assert again["positions"] == first["positions"]


# -- netting, shares and pools ----------------


@st.composite
def pools(draw: st.DrawFn) -> tuple[list[int], list[bool]]:
    count = draw(st.integers(2, 5))
    return (
        draw(st.lists(pounds, min_size=count, max_size=count)),
        draw(st.lists(st.booleans(), min_size=count, max_size=count)),
    )


def net_book(values: list[int], eligible: list[bool]) -> ob.Book:
    seats = [{"party": f"p{i}", "variance": f"v{i}", "eligible": str(e).lower()} for i, e in enumerate(eligible)]
    return read(
        parties=parties(len(values)),
        **variances(values),
        **overlay({"id": "net", "kind": "netting", "every": "year", "members": seats}),
    )


@law
@given(pools())
@example(([1, -1, 0, -1, 2], [True, True, False, True, True]))  # £0.67 and £1.33 in halves: 0.34 + 0.67 is too much
def test_netting_never_changes_a_sign_and_leaves_no_surplus_beside_a_deficit(
    pool: tuple[list[int], list[bool]],
) -> None:
    values, eligible = pool
    transfers = moved(settle(net_book(values, eligible)), "net")
    assert sum(transfers.values()) == 0
    after = [Decimal(v) + transfers.get(f"p{i}", Decimal(0)) for i, v in enumerate(values)]
    for own, left, inside in zip(values, after, eligible, strict=True):
        assert left == own if not inside else (left >= 0 if own >= 0 else left <= 0)
        assert abs(left) <= abs(own)
    surplus = any(x > 0 for x, e in zip(after, eligible, strict=True) if e)
    deficit = any(x < 0 for x, e in zip(after, eligible, strict=True) if e)
    assert not (surplus and deficit)


@law
@given(pools())
def test_netting_on_every_draw(pool: tuple[list[int], list[bool]]) -> None:
    values, eligible = pool
    own = [f"v{i}" for i in range(len(values))]
    change = [f"received('net', 'p{i}')" for i in range(len(values))]
    simulation = simulate(net_book(values, eligible), track=own + change)
    before = np.array([simulation.array(f) for f in own])
    transfer = np.array([simulation.array(f) for f in change])
    after = before + transfer
    tiny = 1e-6
    assert np.all(np.abs(transfer.sum(axis=0)) < tiny)
    assert np.all(np.sign(before) * after >= -tiny)
    inside = np.array(eligible)
    assert np.all(transfer[~inside] == 0)
    surplus, deficit = np.any(after[inside] > tiny, axis=0), np.any(after[inside] < -tiny, axis=0)
    assert not np.any(surplus & deficit)


@law
@given(pools(), st.sampled_from(["weight", "equal", "causer"]))
def test_a_shared_pool_is_only_handed_round(pool: tuple[list[int], list[bool]], split: str) -> None:
    values, eligible = pool
    seats = [
        {"party": f"p{i}", "variance": f"v{i}", "weight": i + 1, "eligible": str(e).lower()}
        for i, e in enumerate(eligible)
    ]
    book = read(
        parties=parties(len(values)),
        **variances(values),
        **overlay({"id": "pool", "kind": "share", "every": "year", "split": split, "members": seats}),
    )
    transfers = moved(settle(book), "pool")
    assert sum(transfers.values()) == 0
    assert all(amount == 0 for party, amount in transfers.items() if not eligible[int(party[1:])])
    total = sum(v for v, e in zip(values, eligible, strict=True) if e)
    inside = [i for i, e in enumerate(eligible) if e]
    if split == "weight" and inside and total:
        whole = sum(i + 1 for i in inside)
        for i in inside:
            due = Decimal(total) * (i + 1) / whole
            assert abs(Decimal(values[i]) + transfers.get(f"p{i}", Decimal(0)) - due) <= 2 * PENNY * len(inside)


@law
@given(st.integers(0, 100_000_00), st.lists(st.tuples(weights, st.booleans()), min_size=1, max_size=6))
def test_parts_add_up_after_eligibility(amount: int, seats: list[tuple[int, bool]]) -> None:
    seats = [(seats[0][0] + 1, seats[0][1]), *seats[1:]]  # weights that are all nothing are refused
    to = [{"party": f"p{i}", "weight": w, "eligible": str(e).lower()} for i, (w, e) in enumerate(seats)]
    total = Decimal(amount) / 100
    book = read(
        parties=parties(len(seats)),
        **overlay(
            {"id": "pay", "kind": "payment", "from": "payer", "every": "year", "amount": money(total), "shares": to}
        ),
    )
    got = moved(settle(book), "pay")
    open_weights = sum(w for w, e in seats if e)
    assert sum((got.get(f"p{i}", Decimal(0)) for i in range(len(seats))), Decimal(0)) == (total if open_weights else 0)
    for i, (weight, eligible) in enumerate(seats):
        part = got.get(f"p{i}", Decimal(0))
        if not eligible or weight == 0:
            assert part == 0
        else:
            assert abs(part - total * weight / open_weights) < PENNY


# -- reopeners, precedence, backdating ----------------


def reopener_book(plan: int, cost: str, activity: str, flags: list[int]) -> ob.Book:
    count = len(flags)
    inputs = [
        {"id": "activity", "unit": "contacts", "every": "year", "plan": activity},
        {"id": "spent", "unit": "£", "every": "year", "plan": cost},
    ]
    inputs += [{"id": f"used{i}", "every": "year", "plan": flag} for i, flag in enumerate(flags)]
    tests = [
        {"name": "activity", "holds": "activity >= 1.1 * planned_activity"},
        {"name": "finance", "holds": "spent >= 1.1 * planned"},
    ]
    tests += [{"name": f"mitigated {i}", "holds": f"used{i} == 1"} for i in range(count)]
    return read(
        parties=parties(count),
        inputs=inputs,
        parameters=[
            {"id": "planned", "value": f"£{plan}"},
            {"id": "planned_activity", "value": {"value": 1000, "unit": "contacts"}},
        ],
        **overlay(
            {
                "id": "reopener",
                "kind": "trigger",
                "from": "payer",
                "to": "p0",
                "every": "year",
                "tests": tests,
                "amount": "spent - planned",
            }
        ),
    )


@law
@given(st.integers(1_000_000, 30_000_000), st.lists(st.integers(0, 1), min_size=1, max_size=5))
def test_a_reopener_needs_every_member_and_exactly_ten_per_cent(plan: int, flags: list[int]) -> None:
    exactly = Decimal(plan) * Decimal("1.1")
    due = settle(reopener_book(plan, f"£{exactly}", "1100", flags))
    assert moved(due, "reopener").get("p0", Decimal(0)) == ((exactly - plan).quantize(PENNY) if all(flags) else 0)
    short = exactly - Decimal("1e-9")
    assert moved(settle(reopener_book(plan, f"£{short}", "1100", flags)), "reopener").get("p0", Decimal(0)) == 0
    assert (
        moved(settle(reopener_book(plan, f"£{exactly}", "1099.999999999", flags)), "reopener").get("p0", Decimal(0))
        == 0
    )


@law
@given(st.integers(1, 500), st.integers(1, 500), st.booleans(), st.booleans(), st.booleans())
def test_the_contract_term_wins_unless_the_order_says_otherwise(
    own: int, other: int, claims: bool, same: bool, named: bool
) -> None:
    contract = {
        "id": "service",
        "payer": "payer",
        "payee": "p0",
        "clauses": [{"id": "own", "kind": "payment", "every": "year", "subject": "price", "amount": f"£{own}"}],
    }
    over = {
        "id": "alliance",
        "parties": ["payer", "p0"],
        "wraps": ["service"],
        "claims_precedence": claims,
        "clauses": [
            {
                "id": "theirs",
                "kind": "payment",
                "every": "year",
                "subject": "price" if same else "something else",
                "from": "payer",
                "to": "p0",
                "amount": f"£{other}",
            }
        ],
    }
    order = ["alliance", "service"] if named else []
    found = settle(read(parties=parties(1), contracts=[contract], overlays=[over], precedence=order))
    expected = own + other if not same else other if named else own
    assert position(found, "p0") == expected
    lost = {"own"} if named and same else {"theirs"} if same else set()
    assert {row["clause"] for row in found["superseded"]} == lost


@law
@given(sums_of_money, sums_of_money, st.integers(0, 11))
def test_backdated_terms_end_where_terms_from_the_start_would(before: int, after: int, month: int) -> None:
    def book(amount: int) -> ob.Book:
        return read(
            parties=parties(1),
            contracts=[
                {
                    "id": "service",
                    "payer": "payer",
                    "payee": "p0",
                    "clauses": [{"id": "pay", "kind": "block", "amount": f"£{amount}"}],
                }
            ],
        )

    at = f"2024-{month + 4:02d}" if month < 9 else f"2025-{month - 8:02d}"
    early = settle(book(before), as_at=at)
    posted = [e for e in early["entries"] if e["basis"] == "practised" and e["kind"] != "accrual"]
    corrected, fresh = settle(book(after), posted=posted), settle(book(after))
    assert position(corrected, "p0") == position(fresh, "p0") == after
    sign = {("payer", "p0"): 1, ("p0", "payer"): -1}
    assert sum(sign[e["from"], e["to"]] * Decimal(e["amount"]) for e in posted + corrected["to_post"]) == after


# -- numbers that nothing else may move ----------------


def same_bits(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and np.array_equal(a.view(np.uint64), b.view(np.uint64))


@law
@given(books())
def test_threads_blocks_pieces_and_levels_change_no_bit(fields: dict[str, Any]) -> None:
    book = read(**fields)
    whole = simulate(book, threads=1).array()
    for request in [
        {"threads": 2},
        *({"block": size} for size in (32, 128, 512)),
        *({"level": name} for name in _core.levels()),
    ]:
        assert same_bits(simulate(book, **request).array(), whole), request
    pieces = [
        simulate(book, scenarios=n, first_draw=start).array() for start, n in ((0, 100), (100, 57), (157, DRAWS - 157))
    ]
    assert same_bits(np.concatenate(pieces, axis=1), whole)


@law
@given(books())
def test_an_unused_driver_or_party_changes_no_bit(fields: dict[str, Any]) -> None:
    plain = simulate(read(**fields))
    more = json.loads(json.dumps(fields))
    more["parties"].insert(0, {"id": "bystander", "roles": ["provider"]})
    more["inputs"].insert(0, {"id": "unrelated", "unit": "£", "plan": "£1"})
    more["drivers"].insert(0, {"id": "noise", "of": "unrelated", "kind": "lognormal", "deviation": 1})
    other = simulate(read(**more))
    rows = [i for i, column in enumerate(other.columns) if column["party"] != "bystander"]
    assert same_bits(np.ascontiguousarray(other.array()[rows]), plain.array())


@law
@given(books())
def test_renaming_changes_no_bit(fields: dict[str, Any]) -> None:
    plain = simulate(read(**fields))
    named = json.loads(json.dumps(fields))
    for driver in named["drivers"]:
        driver["stream"], driver["id"], driver["name"] = (
            driver["id"],
            "renamed_" + driver["id"],
            "A driver by another name",
        )
    named["id"], named["title"] = "another", "Another title"
    for party in named["parties"]:
        party["name"] = party["id"].upper()
    assert same_bits(simulate(read(**named)).array(), plain.array())


# -- one plan, two uses ----------------


@law
@given(books())
def test_settlement_and_a_still_simulation_agree(fields: dict[str, Any]) -> None:
    still = json.loads(json.dumps(fields))
    for driver in still["drivers"]:
        driver["deviation"] = 0
    # Prices with pence make the two differ only by the rounding of entries.
    book = read(**still)
    settled, simulation = settle(book), simulate(book, scenarios=3)
    entries = sum(1 for e in settled["entries"] if e["basis"] == "practised")
    for i, column in enumerate(simulation.columns):
        exact = position(settled, column["party"], column["every"], column["period"] - 1)
        assert np.all(np.abs(simulation.array()[i] - float(exact)) <= 0.01 * entries + 1e-6)


@pytest.mark.parametrize(
    ("activity", "cost", "due"), [("1100", "£13.2m", 1), ("1099.999", "£13.2m", 0), ("1100", "£13.19m", 0)]
)
def test_at_a_cliff_each_says_what_it_does(activity: str, cost: str, due: int) -> None:
    """At exactly 10% both pay: constants of the book are exact in a simulation too, and its comparison is >=."""
    book = reopener_book(12_000_000, cost, activity, [1])
    settled = moved(settle(book), "reopener").get("p0", Decimal(0))
    assert settled == (1_200_000 if due else 0)
    simulation = simulate(book, scenarios=2, track=["received('reopener', 'p0')"])
    assert np.all(simulation.array("received('reopener', 'p0')") == float(settled))
