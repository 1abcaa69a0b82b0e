"""Laws of contracts, each on books that meet its conditions, and marginal pounds against differences.

Where a law needs that nothing is rounded, the reference says whether it is: it settles with and without pennies.
`OPENBOOK_TEST_EXAMPLES` sets how many books are tried for each law.
"""

from __future__ import annotations

import json
import os
import re
from decimal import Decimal
from fractions import Fraction as F
from itertools import pairwise
from random import Random
from typing import Any

import openbook as ob
from random_contracts import Maker
from reference_engine import Engine, NotSettled
from test_differential import KINDS, Document, concedes_on_cash, entries_expected, entries_of

EXAMPLES = int(os.environ.get("OPENBOOK_TEST_EXAMPLES", "12"))
YEARS = 8
PENNY = F(1, 100)


def settled(document: Document, **request: Any) -> Document:
    return dict(json.loads(ob.read_book(document).settle(plan=True, disputes=False, **request).to_json()))


def clauses(document: Document) -> list[Document]:
    return [c for group in (*document["contracts"], *document["overlays"]) for c in group["clauses"]]


def years(
    random: Random, clause: Document, unit: str = "spells", most: int = 2000, **more: Any
) -> tuple[Document, list[int]]:
    """A contract of several years under one clause, and what the input is in each of them, in ascending order."""
    values = sorted(random.randint(0, most) for _ in range(YEARS))
    text = [f"£{v}" if unit == "£" else str(v) for v in values]
    steps = [{"from": f"{2024 + i}-04", "value": value} for i, value in enumerate(text)][1:]
    parties = [{"id": "payer"}, *({"id": f"p{i}"} for i in range(3))]
    book = {
        "id": "law",
        "calendar": {"start": "2024-04", "months": 12 * YEARS},
        "parties": parties,
        "inputs": [{"id": "x", "unit": unit, "every": "year", "plan": {"value": text[0], "steps": steps}}],
        "contracts": [
            {"id": "contract", "payer": "payer", "payee": "p0", "clauses": [{"id": "c", "every": "year", **clause}]}
        ],
        **more,
    }
    return book, values


def received(found: Document, party: str = "p0") -> list[F]:
    """A party's position in each year."""
    rows = [r for r in found["positions"] if (r["party"], r["every"], r["basis"]) == (party, "year", "practised")]
    return [F(r["amount"]) for r in sorted(rows, key=lambda r: int(r["period"]))]


def bands(random: Random, rates: tuple[str, ...] = ("0", "0.5", "70%", "1")) -> Document:
    edges = sorted(random.sample(range(1, 2000), random.randint(1, 4)))
    found = [{"to": str(edge), "rate": random.choice(rates)} for edge in edges]
    found.append({"rate": random.choice(rates)})
    price = {"value": str(random.randint(0, 90_000) / 100), "unit": "£ per spell"}
    return {"kind": "bands", "quantity": "x", "base": f"£{random.randint(0, 10**6)}", "price": price, "bands": found}


# -- monotone and bounded ----------------


def test_more_activity_is_never_paid_less() -> None:
    """Bands of rates that are not negative, and a price times a quantity."""
    for number in range(EXAMPLES):
        random = Random(number)
        price = {"value": str(random.randint(0, 99_999) / 100), "unit": "£ per spell"}
        for clause in (bands(random), {"kind": "activity", "quantity": "x", "price": price}):
            book, _ = years(random, clause)
            paid = received(settled(book))
            assert all(a <= b for a, b in pairwise(paid)), (number, clause, paid)


def test_a_penalty_rises_to_its_cap_and_no_further() -> None:
    for number in range(EXAMPLES):
        random = Random(number)
        cap, allowance, rate = random.randint(0, 100_000), random.randint(0, 1500), random.randint(1, 30_000)
        part = random.choice(["0", "0.5", "1"])
        clause = {"kind": "penalty", "quantity": "x", "allowance": str(allowance), "enforcement": part}
        clause |= {"rate": {"value": str(Decimal(rate) / 100), "unit": "£ per spell"}, "cap": f"£{cap}"}
        book, values = years(random, clause)
        paid = [-amount for amount in received(settled(book))]
        assert all(a <= b for a, b in pairwise(paid))
        for value, amount in zip(values, paid, strict=True):
            assert 0 <= amount <= cap * F(part)
            if value <= allowance:
                assert amount == 0
            elif F(rate, 100) * (value - allowance) >= cap:
                assert abs(amount - cap * F(part)) <= PENNY / 2


def test_an_incentive_rises_with_the_score_between_pain_and_gain() -> None:
    for number in range(EXAMPLES):
        random = Random(number)
        gain, pain = random.randint(0, 10**6), random.randint(0, 10**6)
        clause = {"kind": "incentive", "gain": f"£{gain}", "pain": f"£{pain}", "score": "x / 1000 - 1"}
        book, values = years(random, clause, unit="number")
        paid = received(settled(book))
        assert all(a <= b for a, b in pairwise(paid))
        assert all(-pain <= amount <= gain for amount in paid)
        assert all((amount > 0) <= (value > 1000) for value, amount in zip(values, paid, strict=True))


def test_a_waterfall_hands_down_within_its_limits_and_no_more_than_there_is() -> None:
    for number in range(EXAMPLES):
        random = Random(number)
        limits = [random.randint(0, 600) for _ in range(3)]
        tranches = [
            {"name": f"t{i}", "limit": f"£{limit}", "to": [{"party": f"p{i}"}]} for i, limit in enumerate(limits)
        ]
        book, values = years(random, {"kind": "waterfall", "amount": "x", "tranches": tranches}, unit="£")
        found = settled(book)
        by_party = [received(found, f"p{i}") for i in range(3)]
        for year, value in enumerate(values):
            left = F(value)
            for limit, amounts in zip(limits, by_party, strict=True):
                assert amounts[year] == min(F(limit), left)  # earlier tranches first
                left -= amounts[year]
        assert all(a <= b for amounts in by_party for a, b in pairwise(amounts))


def test_what_is_shared_stays_within_cap_and_collar() -> None:
    """What the one that brings nothing gets or bears is its part of the pool, within cap and collar."""
    for number in range(EXAMPLES):
        random = Random(number)
        cap, collar, weight = random.randint(1, 900), random.randint(1, 900), random.randint(1, 5)
        members = [
            {"party": "p0", "variance": "£0", "weight": str(weight)},
            {"party": "p1", "variance": "x - £1000", "weight": "1"},
        ]
        clause = {"kind": "share", "members": members, "cap": f"£{cap}", "collar": f"£{collar}"}
        book, values = years(random, clause, unit="£")
        paid = received(settled(book))
        for value, amount in zip(values, paid, strict=True):
            pool = min(max(F(value - 1000), F(-collar)), F(cap))
            assert abs(amount - pool * weight / (weight + 1)) <= PENNY / 2
        assert all(a <= b for a, b in pairwise(paid))


def test_a_waiver_keeps_its_limit_and_never_turns_an_amount() -> None:
    for number in range(EXAMPLES):
        random = Random(number)
        limit, fraction = random.randint(0, 5000), random.choice(["0.3", "0.5", "1"])
        clause = {"kind": "payment", "amount": "x", "shares": [{"party": p, "weight": "1"} for p in ("p0", "p1", "p2")]}
        waiver = {"id": "w", "concession": "waive", "on": "c", "fraction": fraction, "limit": f"£{limit}"}
        book, values = years(random, clause, unit="£", most=20_000, concessions=[waiver])
        paid = [-amount for amount in received(settled(book), "payer")]
        for value, amount in zip(values, paid, strict=True):
            waived = value - amount
            assert 0 <= waived <= limit
            assert abs(waived - min(F(limit), value * F(fraction))) <= 2 * PENNY


# -- layers ----------------


def test_bands_are_the_sum_of_their_layers() -> None:
    """Each band as a clause of its own, with nothing paid outside it."""
    for number in range(EXAMPLES):
        random = Random(number)
        whole = bands(random)
        price = {"value": str(random.randint(1, 900)), "unit": "£ per spell"}
        whole |= {"price": price}
        for band in whole["bands"]:
            band["rate"] = random.choice(["0", "0.5", "0.25", "1", "-0.5"])
        layers = []
        for i in range(len(whole["bands"])):
            only = [{**band, "rate": band["rate"] if i == j else "0"} for j, band in enumerate(whole["bands"])]
            layers.append({**whole, "id": f"layer{i}", "every": "year", "bands": only, "base": "£0"})
        book, values = years(random, whole)
        base = F(whole["base"][1:])
        together = received(settled(book))
        book["contracts"][0]["clauses"] = layers
        apart = received(settled(book))
        # Halves and quarters of whole pounds: nothing is rounded.
        assert together == [base + amount for amount in apart], (number, values)


def test_items_that_a_layer_is_allocated_to_add_up_to_it() -> None:
    """A layer above an attachment, up to a limit, back to the losses that made it, in proportion."""
    for number in range(EXAMPLES):
        random = Random(number)
        attachment, limit = random.randint(0, 1500), random.randint(1, 900)
        losses = [str(random.randint(1, 10**6) / 100) for _ in range(3)]
        shares = [{"party": f"p{i}", "weight": loss} for i, loss in enumerate(losses)]
        clause = {"kind": "payment", "amount": f"clip(x - £{attachment}, £0, £{limit}) / 7", "shares": shares}
        book, values = years(random, clause, unit="£", most=3000)
        found = settled(book)
        by_party = [received(found, f"p{i}") for i in range(3)]
        for year, value in enumerate(values):
            exact = F(min(max(value - attachment, 0), limit), 7)
            assert abs(sum(amounts[year] for amounts in by_party) - exact) <= PENNY / 2
            for loss, amounts in zip(losses, by_party, strict=True):
                assert abs(amounts[year] - exact * F(loss) / sum(map(F, losses))) <= PENNY * F(3, 2)


# -- random books: time, worlds, money, parties ----------------


class Settled(Maker):
    """Without the formulas that are asked in turn: some are refused, and not all of them are laws of money."""

    def asked(self, i: int) -> list[Document]:
        return []


class Whole(Settled):
    """Whole pounds and plain fractions, so that often nothing is rounded."""

    def money(self, low: int = 0, high: int = 500_000) -> str:
        return self.random.choice([f"£{1200 * self.random.randint(0, high // 1200)}", "£0"])

    def fraction(self) -> str:
        return self.random.choice(["0", "1", "0.5", "50%", "0.25"])

    def price(self, unit: str) -> Any:
        return {"value": str(self.random.randint(0, 900)), "unit": f"£ per {unit.rstrip('s')}"}

    def formula(self, unit: str, every: str, depth: int = 2) -> str:
        return super().formula(unit, every, min(depth, 1))


def unrounded(kinds: tuple[str, ...] = KINDS) -> list[Document]:
    """Books in which no penny is rounded, and something moves."""
    found: list[Document] = []
    number = 0
    while len(found) < EXAMPLES:
        document = Whole(number, kinds).book()
        number += 1
        assert number < 60 * EXAMPLES + 600
        if concedes_on_cash(document):
            continue
        try:
            exact, rounded = (entries_expected(Engine(document, pennies=p), "practised") for p in (False, True))
        except NotSettled:  # rules that need each other
            continue
        if exact == rounded and exact:
            found.append(document)
    return found


def priced(term: Any) -> bool:
    return isinstance(term, dict) and str(term.get("unit", "")).startswith("£ per")


def hundredfold(term: Any) -> Any:
    """A term in £ per something; what is written with £ is a hundred times as much already."""
    if isinstance(term, dict):
        found = dict(term) | {"value": hundredfold(term["value"])}
        return found | ({"steps": [hundredfold(step) for step in term["steps"]]} if "steps" in term else {})
    return term if "£" in str(term) else str(100 * F(str(term)))


def in_pence(value: Any) -> Any:
    """A document whose money is a hundred times as much."""
    if isinstance(value, dict):
        found = {key: in_pence(inside) for key, inside in value.items()}
        if priced(value) and "value" in value:
            found = hundredfold(found)
        if priced(value.get("value")):  # its members' values have no unit of their own
            for rows in (found, *found.get("pairs", {}).values()):
                own = rows.get("members", {}) if rows is found else rows
                own.update({member: hundredfold(term) for member, term in own.items()})
        return found
    if isinstance(value, list):
        return [in_pence(inside) for inside in value]
    if not isinstance(value, str):
        return value
    return re.sub(r"£(\d+(?:,\d{3})*(?:\.\d+)?)", lambda m: f"£{Decimal(m[1].replace(',', '')) * 100}", value)


def test_in_another_unit_of_currency_everything_is_the_same() -> None:
    for document in unrounded():
        plain = {key: value for key, value in document.items() if key != "drivers"}
        scaled = in_pence(plain)
        for basis in ("practised", "written"):
            before, after = (entries_of(settled(d), basis) for d in (plain, scaled))
            assert after == {key: 100 * amount for key, amount in before.items()}, json.dumps(plain)


def turned(value: Any) -> Any:
    """A document with its parties, members and parts in the opposite order."""
    if isinstance(value, dict):
        return {
            key: turned(inside[::-1] if isinstance(inside, list) and key in TURNED else inside)
            for key, inside in value.items()
        }
    return [turned(inside) for inside in value] if isinstance(value, list) else value


TURNED = (
    "parties",
    "members",
    "shares",
    "to",
    "givers",
    "contributions",
    "underspend",
    "overspend",
    "inputs",
    "parameters",
)


def test_the_order_and_the_names_of_parties_move_nothing() -> None:
    for document in unrounded():
        before = entries_of(settled(document), "practised")
        assert entries_of(settled(turned(document)), "practised") == before, json.dumps(document)
        swapped = json.loads(
            re.sub(r"""(["'])p([01])\1""", lambda m: f"{m[1]}p{1 - int(m[2])}{m[1]}", json.dumps(document))
        )
        after = entries_of(settled(swapped), "practised")
        other = {"p0": "p1", "p1": "p0"}
        renamed = {}
        for key, amount in before.items():
            low, high = (other.get(party, party) for party in key[-2:])
            renamed[(*key[:-2], *sorted((low, high)))] = amount if low < high else -amount
        assert after == renamed, json.dumps(document)


def test_months_add_up_to_the_year_and_years_to_the_term() -> None:
    for number in range(EXAMPLES):
        document = Settled(number, KINDS).book()
        found = settled(document)
        sums: dict[tuple[str, str, str, int], F] = {}
        for row in found["positions"]:
            sums[row["basis"], row["party"], row["every"], row["period"]] = F(row["amount"])
        for (basis, party, every, period), amount in sums.items():
            months = range(document["calendar"]["months"])
            inside = {"month": [period], "year": months[12 * period : 12 * period + 12], "term": months}.get(every)
            if inside is not None:
                assert amount == sum(sums[basis, party, "month", m] for m in inside), (number, basis, party, every)


def test_without_concessions_what_is_written_is_what_is_practised() -> None:
    for number in range(EXAMPLES):
        document = {**Settled(number, KINDS).book(), "concessions": []}
        found = settled(document)
        assert entries_of(found, "practised") == entries_of(found, "written"), number
        positions: dict[Any, set[str]] = {}
        for row in found["positions"]:
            positions.setdefault((row["party"], row["every"], row["period"]), set()).add(row["amount"])
        assert all(len(amounts) == 1 for amounts in positions.values())
        assert all(F(row["gap"]) == 0 for row in found["gap"])


# -- marginal pounds ----------------


def straight(random: Random) -> Document:
    """A clause that is piecewise-linear in x, with features that lie further apart than the probes."""
    pick = random.choice
    edges = [100 * e + random.randint(-9, 9) for e in sorted(random.sample(range(2, 19), 3))]
    price = pick(["£7", "£1234.56", "£0.35"])
    per = {"value": price, "unit": "£ per spell"}
    a, b, c = edges
    rates = [pick(["0", "1", "50%", "-20%"]) for _ in range(4)]
    options: list[Document] = [
        {"kind": "bands", "quantity": "x", "price": per, "base": "£1000",
         "bands": [*({"to": str(e), "rate": r} for e, r in zip(edges, rates, strict=False)), {"rate": rates[3]}]},
        {"kind": "penalty", "quantity": "x", "allowance": str(a), "rate": per, "cap": f"£{(b - a) * F(price[1:])}",
         "enforcement": pick(["1", "0.5"])},
        {"kind": "payment", "amount": f"{price} * number(min(x, {b})) - {price} * number(positive(x - {c})) / 3"},
        {"kind": "payment", "amount": f"{price} * number(x) - if(x >= {b}, £5000, £0)"},
        {"kind": "payment", "amount": f"choose(x < {a}, £0, x <= {c}, {price} * number(x - {a}), £900)"},
        {"kind": "trigger", "tests": [{"name": "above", "holds": f"x > {b}"}], "amount": f"{price} * number(x - {a})"},
        {"kind": "incentive", "gain": "£90k", "pain": "£40k", "score": f"clip(number(x - {b}) / 400, -1, 1)"},
        {"kind": "activity", "quantity": f"clip(x, {a}, {c})", "price": per},
        {"kind": "share", "members": [{"party": "p0", "variance": f"£9 * number(x - {b})", "weight": "2"},
                                      {"party": "p1", "variance": "£0"}], "cap": "£2000", "rate": "50%"},
        {"kind": "waterfall", "amount": f"{price} * number(positive(x - {a}))",
         "tranches": [{"name": "first", "limit": f"{price} * {c - a}", "to": [{"party": "p0"}]},
                      {"name": "rest", "share": "0.5", "to": [{"party": "p0"}]}]},
    ]  # fmt: skip
    return pick(options)


def test_marginal_pounds_are_differences_but_at_cliffs() -> None:
    """On both sides of every place of the payment function, against the reference without pennies."""
    cliffs = 0
    for number in range(EXAMPLES):
        random = Random(number)
        clause = straight(random)
        book: Document = {
            "id": "law",
            "calendar": {"start": "2024-04"},
            "parties": [{"id": "payer"}, {"id": "p0"}, {"id": "p1"}],
            "inputs": [{"id": "x", "unit": "spells", "every": "year", "plan": "1"}],
            "contracts": [
                {"id": "contract", "payer": "payer", "payee": "p0", "clauses": [{"id": "c", "every": "year", **clause}]}
            ],
        }
        found = ob.payment_function(ob.read_book(book), "x", 0, 2000, party="p0", probes=40)

        def at(x: F, book: Document = book) -> F:
            return Engine(book, {"x": [x]}, pennies=False).positions("practised", "term").get(("p0", 0), F(0))

        for segment in found.segments:
            assert segment.slope is not None, (number, clause)
            width = segment.end - segment.start
            # Differences just inside both ends, and over a random stretch.
            low = segment.start + width * F(random.randint(1, 400), 1000)
            high = segment.end - width * F(random.randint(1, 400), 1000)
            close = width / 1000
            for x, y in (
                (low, high),
                (segment.start + close, segment.start + 2 * close),
                (segment.end - 2 * close, segment.end - close),
            ):
                assert abs((at(y) - at(x)) / (y - x) - segment.slope) <= segment.slope_error, (number, clause, segment)
        steepest = max(abs(F(segment.slope or 0)) for segment in found.segments)
        for place in found.breakpoints:
            step = F(1, 10**6)
            jump = at(place.high + step) - at(place.low - step)
            slack = steepest * (place.high - place.low + 2 * step) + 4 * PENNY
            assert abs(jump - (place.right - place.left)) <= slack, (number, clause, place)
            assert (place.kind == "jump") == (abs(jump) > slack), (number, clause, place)
            cliffs += place.kind == "jump"
    assert cliffs


def test_books_without_rounding_are_of_many_families() -> None:
    made = {c["kind"] for document in unrounded() for c in clauses(document)}
    assert len(made) >= len(KINDS) / 2
