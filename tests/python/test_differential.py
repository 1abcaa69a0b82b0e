"""The library against a second evaluator in exact fractions, on random contracts that stand on their boundaries.

The reference (`reference_engine`) is written from the design and the reference pages and shares no code with the
library. Settlement has to agree to the penny, entry by entry and on every basis; a simulation to rounding on every draw
that stands at no cliff; and everything that one party pays another has to receive. `OPENBOOK_TEST_EXAMPLES` times 200
contracts are made, in books of several. A book that fails is made as small as possible before it is shown.

`OPENBOOK_TEST_SHARD=2/8` makes the second of eight parts, so that eight processes or machines share the work; no book is
in two parts (`make differential JOBS=8`). `test_random_coverage.py` says what occurs in the contracts.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from fractions import Fraction as F
from typing import Any

import openbook as ob
import pytest
from drawn_quantities import planned, quantities_differ
from openbook import _description
from random_contracts import COUNTS, FAMILIES, Maker, contracts_of
from reference_engine import NO_LIMIT, Engine, NotSettled
from shrinking import shrunk

CONTRACTS = int(os.environ.get("OPENBOOK_TEST_EXAMPLES", "5")) * 200
#: Of how many parts this process makes which, from 1.
SHARD, SHARDS = (int(number) for number in os.environ.get("OPENBOOK_TEST_SHARD", "1/1").split("/"))
RUNS = 8
KNOWN = {record.name for record in _description.families()["clause"]}
KINDS = tuple(kind for kind in FAMILIES if kind in KNOWN)
BASES = ("practised", "written", "written_world")
DRAWS = 2
Document = dict[str, Any]


def signed(rows: list[tuple[tuple[Any, ...], str, str, F]]) -> dict[tuple[Any, ...], F]:
    """What moves between two parties, under each key, in one direction."""
    found: dict[tuple[Any, ...], F] = defaultdict(F)
    for key, giver, taker, amount in rows:
        low, high = sorted((giver, taker))
        found[(*key, low, high)] += amount if giver == low else -amount
    return {key: amount for key, amount in found.items() if amount and key[-2] != key[-1]}


def entries_of(settled: Document, basis: str) -> dict[tuple[Any, ...], F]:
    """What the library moves; a cost or a grant carries its id as label."""
    dates = ("service_from", "service_to", "posting", "due")
    return signed(
        [
            (
                (e["clause"], e["label"].replace("balance", "bands"), *(e[date] for date in dates)),
                e["from"],
                e["to"],
                F(e["amount"]),
            )
            for e in settled["entries"]
            if e["basis"] == basis
        ]
    )


def entries_expected(engine: Engine, basis: str) -> dict[tuple[Any, ...], F]:
    return signed(
        [
            (
                (
                    e.clause,
                    e.label.replace("balance", "bands"),
                    *map(engine.months.text, (e.first, e.last, e.last, e.due)),
                ),
                e.giver,
                e.taker,
                e.amount,
            )
            for e in engine.ledger(basis)
        ]
    )


def differences(found: dict[Any, F], expected: dict[Any, F], what: str) -> list[str]:
    return [
        f"{what} {' '.join(map(str, key))}: the library {float(found.get(key, F(0)))}, the reference {float(expected.get(key, F(0)))}"
        for key in sorted({*found, *expected}, key=str)
        if found.get(key, F(0)) != expected.get(key, F(0))
    ]  # fmt: skip


def settlement_differs(case: Document) -> list[str]:
    """Where the library and the reference disagree, with the readings that the book chooses and with the others."""
    document = case["book"]
    other = {
        clause["id"]: reading["name"]
        for group in (*document.get("contracts", []), *document.get("overlays", []))
        for clause in group["clauses"]
        for reading in clause.get("readings", [])
        if reading["name"] != clause.get("reading", clause.get("provisional"))
    }
    alternatives = case.get("alternatives", {})
    ways = [({}, {}), (other, alternatives)][: 1 + bool(other or alternatives)]
    return [line for way in ways for line in settled_differs(case, *way)]


def settled_differs(case: Document, readings: dict[str, str], alternatives: dict[str, str]) -> list[str]:
    document, data, missing = case["book"], case["data"], case.get("missing", [])
    engine = Engine(document, data, readings, missing=missing, alternatives=alternatives)
    book = ob.read_book(document)
    given = ob.load(book, data, missing=missing or None, plan=True)
    options: Any = {"plan": True, "readings": readings, "alternatives": alternatives, "disputes": False}
    try:
        expected_refusal = refusal(engine)
        settled = json.loads(book.settle(given, **options).to_json())
    except (ob.DataError, ob.BookError) as problem:  # the book, where the weights are known from the start
        if expected_refusal:
            return []
        if isinstance(problem, ob.BookError):
            if asks_in_a_circle(document, problem):
                return []
            raise
        return [f"the library refuses: {problem}"]
    if expected_refusal:
        return [f"the reference refuses: {expected_refusal}"]
    result: list[str] = []
    for basis in BASES[: 2 + bool(document.get("concessions"))]:
        if basis != "written_world":
            result += differences(entries_of(settled, basis), entries_expected(engine, basis), f"{basis} entry")
        for every in ("month", "year", "term"):
            rows = [r for r in settled["positions"] if (r["basis"], r["every"]) == (basis, every)]
            amounts = {(r["party"], r["period"]): F(r["amount"]) for r in rows}
            result += differences(amounts, engine.positions(basis, every), f"{basis} position by {every},")
            sums: dict[int, F] = defaultdict(F)
            for row in rows:
                sums[row["period"]] += F(row["amount"])
            result += [f"{basis} positions do not sum to nought in {every} {p}: {s}" for p, s in sums.items() if s]
    cash = {(row["party"], row["month"]): F(row["received"]) for row in settled["cash"]}
    result += differences(cash, engine.cash(min(row["month"] for row in settled["cash"])), "cash of")
    for row in settled["quantities"]:
        name, period, value = row["id"], row["period"], row["value"]
        every = engine.named[name][1].get("every", "month")
        expected = engine.value(name, engine.at("practised", every, period))
        if expected == NO_LIMIT:
            expected = None  # neither has a figure to show
        if value is None or expected is None or isinstance(expected, str):
            same = value == expected
        else:
            same = abs(F(value) - expected) <= F(1, 10**10)  # shown to ten decimals where a value has no end
        if not same:
            result.append(f"quantity {name} in {period}: the library {value}, the reference {expected}")
    return result


def asks_in_a_circle(document: Document, problem: ob.BookError) -> bool:
    """Whether a concession asks for cash that may rest on it.

    The library refuses a circle that stands in the words, the reference one that the figures walk.
    """
    return all(each.code == "cycle" for each in problem.problems) and concedes_on_cash(document)


def concedes_on_cash(document: Document) -> bool:
    """Whether a concession is decided on cash, which may rest on the concession itself."""
    return any("cash(" in str(concession) for concession in document.get("concessions", []))


def refusal(engine: Engine) -> str:
    """Why the reference does not settle."""
    try:
        engine.check_statuses()
        for basis in BASES[: 2 + bool(engine.book.get("concessions"))]:
            engine.ledger(basis)
        for name, (kind, item) in engine.named.items():
            if kind == "quantity":
                for period in range(len(engine.months.periods(item.get("every", "month")))):
                    engine.value(name, engine.at("practised", item.get("every", "month"), period))
    except NotSettled as problem:
        return str(problem)
    return ""


def simulation_differs(case: Document) -> tuple[list[str], int]:
    """Where they disagree on a draw; and how many draws stand too near a cliff to say."""
    document = planned(case["book"])
    book = ob.read_book(document)
    yearly = [item["id"] for item in document["inputs"] if item.get("every") == "year" and item.get("unit") == "£"]
    options: Any = {"scenarios": DRAWS, "seed": 5, "progress": False, "parties": "all"}
    try:
        monthly = book.simulate(track=list(COUNTS), track_every="month", every=("year", "term"), **options)
    except ob.BookError as problem:
        if all(each.code == "weights" for each in problem.problems):  # known from the start to be none
            return [], 0
        engine = Engine(case["book"], case["data"], missing=case.get("missing", []))
        if asks_in_a_circle(document, problem) or refusal(engine):
            return [], 0
        raise
    by_year = book.simulate(track=yearly, track_every="year", every=(), **options) if yearly else None
    values: Any = monthly.array()
    result: list[str] = []
    skipped = 0
    for draw in range(DRAWS):
        data: dict[str, list[Any]] = {
            name: [float(monthly.array(name, every="month", period=m + 1)[draw]) for m in range(document["calendar"]["months"])]
            for name in COUNTS
        }  # fmt: skip
        for name in yearly if by_year is not None else ():
            years = -(-document["calendar"]["months"] // 12)
            data[name] = [float(by_year.array(name, every="year", period=y + 1)[draw]) for y in range(years)]
        engine = Engine(document, data, pennies=False)
        try:
            expected = {every: engine.positions("practised", every) for every in ("year", "term")}
        except NotSettled:  # a settlement would be refused; the draw goes on with what is missing
            expected = {}
        if not expected or engine.near < F(1, 1000):
            skipped += 1
            continue
        # What no driver moves is known when the book is compiled, and is rounded as a settlement is; the rest is not.
        # Where such pennies are multiplied, the reference with pennies says how far they lead.
        entries = engine.ledger("practised")
        slack = F(1, 100) * (10 + len(entries)) + sum(abs(e.amount) for e in entries) / 10**9
        found = {
            (column["every"], column["party"], column["period"] - 1): F(float(values[i][draw]))
            for i, column in enumerate(monthly.columns)
            if column.get("party")
        }
        exact = {key: expected[key[0]].get(key[1:], F(0)) for key in found}
        if any(abs(found[key] - exact[key]) > slack for key in found):
            rounded = Engine(document, data)
            positions = {every: rounded.positions("practised", every) for every in ("year", "term")}
            slack += 5 * max(abs(positions[key[0]].get(key[1:], F(0)) - exact[key]) for key in found)
        result += [
            f"draw {draw}, position by {' '.join(map(str, key))}: the library {float(found[key])}, the reference {float(exact[key])}"
            for key in found
            if abs(found[key] - exact[key]) > slack
        ]
    return result, skipped


def drawn_differs(case: Document) -> list[str]:
    return [*simulation_differs(case)[0], *quantities_differ(case["book"], DRAWS)[0]]


def smallest(case: Document, differs: Any) -> str:
    """A case that fails, made small, in words."""
    small = shrunk(case, lambda candidate: bool(differs(candidate)))
    return f"{json.dumps(small, ensure_ascii=False)}\n" + "\n".join(differs(small)[:10])


@pytest.mark.parametrize("run", range(RUNS))
def test_the_library_settles_and_simulates_as_the_reference_does(run: int) -> None:
    count, made, drawn, skipped = 0, 0, 0, 0
    while made < CONTRACTS / RUNS / SHARDS:
        number = run + RUNS * (SHARD - 1 + SHARDS * count)
        case = Maker(number, KINDS).case()
        made += contracts_of(case["book"])
        assert not settlement_differs(case), f"contracts {number}: {smallest(case, settlement_differs)}"
        if count % 3 == 0:
            found, near = simulation_differs(case)
            found += quantities_differ(case["book"], DRAWS)[0]
            assert not found, f"contracts {number}: {smallest(case, drawn_differs)}"
            drawn, skipped = drawn + DRAWS, skipped + near
        count += 1
    assert skipped < drawn / 2


def one_clause(clause: Document, **more: Any) -> Document:
    """A year of three parties under one contract."""
    parties = [{"id": "payer"}, {"id": "trust"}, {"id": "charity"}]
    clauses = [{"id": "clause", **clause}]
    contract = {"id": "contract", "payer": "payer", "payee": "trust", "clauses": clauses}
    book = {"id": "one", "calendar": {"start": "2024-04"}, "parties": parties, "contracts": [contract], **more}
    return {"book": book, "data": {}}


BANDS = {"kind": "bands", "every": "year", "quantity": "0", "base": "£1200", "bands": [{"rate": "£1"}]}
FORECAST = {"kind": "forecast", "forecast": "1", "actual": "2", "price": "£10"}
PAYMENT = {"kind": "payment", "amount": "£100", "shares": [{"party": "trust"}, {"party": "charity"}]}
DIFFERENT = {
    "an account that begins with nought": one_clause(
        {**BANDS, "on_account": {"value": "£0", "steps": [{"from": "2024-06", "value": "£100"}]}}
    ),
    "bearings of parts": one_clause(
        PAYMENT,
        parties=[
            {"id": "payer"},
            {"id": "trust"},
            {"id": "charity", "bears": [{"mechanism": "payment", "may_receive": False}]},
        ],
    ),
    "forecasts in a part of a period": one_clause({**FORECAST, "starts": "2024-05", "ends": "2024-08"}),
    "limits with fractions of a penny": one_clause(
        {"kind": "payment", "amount": "£100"},
        concessions=[{"id": "kept", "concession": "waive", "on": "clause", "limit": "£100 / 3"}],
    ),
    "pennies of a block in a part of its year": one_clause(
        {"kind": "block", "amount": "£100", "pennies": "first", "starts": "2024-06"}
    ),
    "the last has no part": one_clause(
        {
            "kind": "payment",
            "amount": "£100",
            "pennies": "last",
            "shares": [
                {"party": "trust"},
                {"party": "charity"},
                {"party": "council"},
                {"party": "payer", "eligible": "false"},
            ],
        },
        parties=[{"id": "payer"}, {"id": "trust"}, {"id": "charity"}, {"id": "council"}],
    ),
    "a block over more than a contract year": one_clause(
        {
            "kind": "block",
            "amount": {"value": "£100", "steps": [{"from": "2025-02", "value": "£70.01"}]},
            "every": "term",
        },
        calendar={"start": "2024-04", "months": 29},
    ),
    "a block by financial years that lie across contract years": one_clause(
        {"kind": "block", "amount": "£100", "every": "financial_year", "profile": [str(n) for n in range(1, 13)]},
        calendar={"start": "2024-10", "months": 30},
    ),
    "a share in which nobody has a weight": one_clause(
        {
            "kind": "share",
            "members": [
                {"party": "trust", "variance": "£1", "weight": "0 * visits"},
                {"party": "charity", "variance": "-£9", "weight": "0"},
            ],
        },
        inputs=[{"id": "visits", "unit": "visits", "plan": "7"}],
    ),
    "a member that may not receive": one_clause(
        {"kind": "payment", "amount": "by_member('trusts', 'trust', £7, £9)", "each": "trusts"},
        dimensions=[{"id": "trusts", "members": ["trust", "charity"]}],
        parties=[
            {"id": "payer"},
            {"id": "trust"},
            {"id": "charity", "bears": [{"mechanism": "payment", "may_receive": False}]},
        ],
    ),
    "positions while an account is paid": one_clause(
        {**BANDS, "on_account": "£150"},
        quantities=[
            {"id": "monthly", "unit": "£", "formula": "position('trust')"},
            {"id": "yearly", "unit": "£", "every": "year", "formula": "paid('clause')"},
        ],
        concessions=[{"id": "waived", "concession": "waive", "on": "clause", "limit": "£333.33"}],
    ),
    "a named receiver, the last of them, that may not receive": one_clause(
        {
            "kind": "fund",
            "pot": "£1",
            "members": [{"party": "payer"}, {"party": "trust"}, {"party": "council"}, {"party": "charity"}],
            "pennies": "named",
            "pennies_to": "charity",
        },
        parties=[
            {"id": "payer"},
            {"id": "trust"},
            {"id": "council"},
            {"id": "charity", "bears": [{"mechanism": "fund", "may_receive": False}]},
        ],
    ),
    "a forecast that another term supersedes within a quarter": one_clause(
        {"kind": "activity", "quantity": "1", "price": "£2", "subject": "care", "starts": "2024-08"},
        overlays=[
            {
                "id": "overlay",
                "wraps": ["contract"],
                "clauses": [
                    {
                        **FORECAST,
                        "id": "expected",
                        "from": "payer",
                        "to": "trust",
                        "agreed_shift": "£1",
                        "subject": "care",
                    }
                ],
            }
        ],
    ),
    "what comes back to partners of a pooled fund": one_clause(
        {
            "kind": "pooled_fund",
            "budget": "£100",
            "contributions": [{"party": "payer"}, {"party": "charity"}],
            "spent": "£80",
        },
        quantities=[{"id": "moved", "unit": "£", "formula": "paid('clause')"}],
    ),
    "the payer among the parts": one_clause(
        {**PAYMENT, "shares": [{"party": "trust"}, {"party": "payer"}]},
        quantities=[{"id": "moved", "unit": "£", "formula": "paid('clause')"}],
    ),
}


ASKED = {
    "a condition of no members": ("sum(if(any_member(beds > 5, 'area'), 1, 2))", "sum(all_members(beds > 5, 'area'))"),
    "an input later than a longer period": ("sum(later(beds, 1, 0))", "sum(window(beds, 2))"),
    "holidays before which one counts backwards": ("number(working_days(period_end(), period_start()))",),
    "plans of members": ("sum(plan(beds))", "sum(running(plan(beds)))"),
    "what another condition decides": ("true or 1 / 0 > 1", "all(1 / 0 > 1, false)", "missing(any(1 / 0 > 1, false))"),
    "months of 30 days": ("year_fraction(date('2024-02-29'), date('2025-01-31'), 'thirty_360')",),
    "places that do not divide": ("sum(percentile_group(beds, 2) * running(beds))",),
    "beyond the ends of a curve": (
        "inverse('line', 99)",
        "inverse('line', -99)",
        "inverse('falls', 99)",
        "inverse('falls', -99)",
    ),
    "points and percentages": ("90% + 5pp", "2pp * number(£3)", "90% - 89.5% > 1pp", "in_unit(90% - 88%, 'pp')"),
}


@pytest.mark.parametrize("every", ["month", "quarter", "term"])
@pytest.mark.parametrize("name", sorted(ASKED))
def test_what_formulas_once_gave_otherwise_is_the_same(name: str, every: str) -> None:
    asked = [{"id": f"asked{i}", "every": every, "formula": text} for i, text in enumerate(ASKED[name])]
    case = one_clause(
        {"kind": "payment", "amount": "£0"},
        calendar={"start": "2024-04", "months": 6, "holidays": ["2024-05-06"]},
        dimensions=[
            {"id": "area", "members": ["city", "nobody"]},
            {"id": "site", "members": ["a", "b", "c"], "parents": {"area": {"a": "city", "b": "city", "c": "city"}}},
        ],
        inputs=[{"id": "beds", "unit": "beds", "dimension": "site", "plan": "month_number()"}],
        curves=[
            {"id": "line", "points": [{"at": "0", "value": "1"}, {"at": "2", "value": "9"}], "above": "missing"},
            {"id": "falls", "points": [{"at": "0", "value": "9"}, {"at": "2", "value": "1"}], "above": "missing"},
        ],
        quantities=asked,
    )
    assert not settlement_differs(case)


@pytest.mark.parametrize("name", sorted(DIFFERENT))
def test_what_once_differed_is_the_same(name: str) -> None:
    assert not settlement_differs(DIFFERENT[name])


def test_every_family_of_the_library_is_made() -> None:
    assert set(FAMILIES) >= KNOWN, f"random_contracts.py makes no {', '.join(sorted(KNOWN - set(FAMILIES)))}"
    made = {
        clause["kind"]
        for number in range(60)
        for group in (lambda book: (*book["contracts"], *book["overlays"]))(Maker(number, KINDS).book())
        for clause in group["clauses"]
    }
    assert made == set(KINDS)


def test_a_half_penny_is_seen_and_its_case_is_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    class Careless(Engine):
        """Drops what is less than a penny."""

        def __init__(self, *given: Any, **options: Any) -> None:
            super().__init__(*given, **options)
            self.pence = lambda amount: F(int(amount * 100), 100)

    monkeypatch.setitem(globals(), "Engine", Careless)
    case = next(case for n in range(50) if settlement_differs(case := Maker(n, KINDS).case()))
    small = shrunk(case, lambda candidate: bool(settlement_differs(candidate)))
    assert len(json.dumps(small)) < 900 < len(json.dumps(case))
    assert "the library" in smallest(small, settlement_differs)
