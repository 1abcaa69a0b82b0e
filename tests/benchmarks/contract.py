"""Evaluating one cost-and-volume contract over activity that is already in memory.

The work: paths of twelve months of activity; every month the first part of the volume is paid in full, what lies above
the plan at half price and what lies above a second limit not at all; the sum over the year is one evaluation.

openbook is asked in its two public ways. *Simulating* holds the activity as it is drawn, a block of lanes at a time: a
book with many such contracts, each with limits and a price of its own (nothing of one serves another), over the same
drawn activity, less the time of the same book with one of them (both at their best), is the time of the others alone. *Settling* is exact and has the activity as a `Load`, one member of a
dimension for each path. NumPy has the same paths as a matrix and is asked to pay them under as many contracts.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import openbook as ob
from turns import in_turn, told

MONTHS, MARGINAL = 12, 0.5
CONTRACTS, DRAWS, PATHS = 33, 200_000, 5_000
SEED = 5


def terms(contract: int) -> tuple[int, int, int]:
    """Plan, second limit and price."""
    return 1000 + 3 * contract, 1150 + 4 * contract, 1500 + 7 * contract


def _base(activity: dict[str, Any], contracts: list[dict[str, Any]], **more: Any) -> ob.Book:
    parties = [{"id": "commissioner", "roles": ["commissioner"]}, {"id": "provider", "roles": ["provider"]}]
    document = {"format": 1, "id": "cost_and_volume", "calendar": {"start": "2024-04", "months": MONTHS}}
    return ob.Book.from_json(
        {**document, "parties": parties, "inputs": [activity], "contracts": contracts, **more},
    )


def drawn_book(contracts: int) -> ob.Book:
    """As many contracts over one drawn activity, each with a price of its own."""

    def clause(number: int) -> dict[str, Any]:
        plan, limit, price = terms(number)
        bands = [{"to": str(plan), "rate": "1"}, {"to": str(limit), "rate": str(MARGINAL)}, {"rate": "0"}]
        own = {"id": f"clause_{number}", "kind": "bands", "every": "month", "quantity": "activity", "bands": bands}
        return {**own, "price": {"value": f"£{price}", "unit": "£ per case", "illustrative": True}}

    return _base(
        {"id": "activity", "unit": "cases", "plan": {"value": str(terms(0)[0]), "illustrative": True}},
        [
            {"id": f"contract_{n}", "payer": "commissioner", "payee": "provider", "clauses": [clause(n)]}
            for n in range(contracts)
        ],
        drivers=[
            {"id": "volume", "of": "activity", "kind": "normal", "mean": "1", "deviation": "0.1", "illustrative": True}
        ],
    )


def listed_book(paths: int) -> ob.Book:
    """One contract for every member of a dimension, added up exactly."""
    plan, limit, price = terms(0)
    paid = f"min(activity, {plan}) + {MARGINAL} * max(min(activity, {limit}) - {plan}, 0)"
    clause = {"id": "all", "kind": "payment", "every": "month", "amount": f"sum(price * ({paid}))"}
    return _base(
        {"id": "activity", "unit": "cases", "dimension": "path"},
        [{"id": "contract", "payer": "commissioner", "payee": "provider", "clauses": [clause]}],
        dimensions=[{"id": "path", "members": [f"path {number}" for number in range(paths)]}],
        parameters=[
            {"id": "price", "value": {"value": f"£{price}", "unit": "£ per case", "illustrative": True}},
        ],
    )


def paid(activity: np.ndarray, contract: int) -> np.ndarray:
    """What textbook NumPy pays for every path: months down, paths across."""
    plan, limit, price = terms(contract)
    return price * np.sum(np.minimum(activity, plan) + MARGINAL * np.clip(activity - plan, 0, limit - plan), axis=0)


class Tuned:
    """NumPy in blocks that stay in cache, without temporary arrays."""

    def __init__(self, paths: int, block: int = 4096) -> None:
        self.block, self.total = block, np.empty(paths)
        self.one, self.two, self.sum = np.empty((MONTHS, block)), np.empty((MONTHS, block)), np.empty(block)

    def paid(self, activity: np.ndarray, contracts: int) -> np.ndarray:
        for start in range(0, activity.shape[1], self.block):
            part = activity[:, start : start + self.block]
            width = part.shape[1]
            one, two, sum_ = self.one[:, :width], self.two[:, :width], self.sum[:width]
            total = self.total[start : start + width]
            total[:] = 0
            for contract in range(1, contracts):
                plan, limit, price = terms(contract)
                np.minimum(part, plan, out=one)
                np.clip(part, plan, limit, out=two)
                np.subtract(two, plan, out=two)
                np.multiply(two, MARGINAL, out=two)
                np.add(one, two, out=one)
                np.sum(one, axis=0, out=sum_)
                np.multiply(sum_, price, out=sum_)
                np.add(total, sum_, out=total)
        return self.total


def bandwidth(size: int = 1 << 25) -> float:
    """Bytes a second that one thread streams: the best of several sums of an array far larger than any cache."""
    data = np.ones(size)
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        data.sum()
        best = min(best, time.perf_counter() - start)
    return data.nbytes / best


def run(rounds: int, threads: int) -> dict[str, Any]:
    """Time all ways in turn, and check that they pay the same."""
    many, one = drawn_book(CONTRACTS), drawn_book(1)

    def simulate(book: ob.Book, draws: int = DRAWS, **more: Any) -> ob.Simulation:
        return book.simulate(draws, seed=SEED, threads=threads, every=["year"], progress=False, **more)

    kept = simulate(one, track=["activity"], track_every="month")
    activity = np.ascontiguousarray(kept.array()[[column["kind"] == "track" for column in kept.columns]])
    tuned = Tuned(DRAWS)
    position = [column["party"] == "provider" for column in simulate(many, 1).columns]
    own = simulate(many).array()[position][0]
    expected = sum(paid(activity, n) for n in range(CONTRACTS))
    if not np.allclose(own, expected, rtol=1e-12):
        raise SystemExit("openbook and NumPy do not pay the same")
    if not np.allclose(tuned.paid(activity, CONTRACTS), expected - paid(activity, 0), rtol=1e-12):
        raise SystemExit("the two programs in NumPy do not pay the same")

    def textbook() -> None:
        for contract in range(1, CONTRACTS):
            paid(activity, contract)

    many_name, one_name, alone = (
        f"openbook, {CONTRACTS} contracts",
        "openbook, 1 contract",
        "openbook, the others alone",
    )
    seconds = in_turn(
        {
            many_name: lambda: simulate(many) is None or None,
            one_name: lambda: simulate(one) is None or None,
            "NumPy, blocks in cache": lambda: tuned.paid(activity, CONTRACTS) is None or None,
            "NumPy, textbook": textbook,
        },
        rounds,
    )
    print(f"contract, {threads} thread(s): {DRAWS:,} paths of {MONTHS} months under {CONTRACTS - 1} contracts")
    whole = {name: seconds.pop(name) for name in (many_name, one_name)}
    report = told({one_name: whole[one_name]}, one_name, DRAWS, "evaluations")
    # The difference of two short times is noise in a single round: each is taken at its best.
    seconds[alone] = [min(whole[many_name]) - min(whole[one_name])] * rounds
    report |= told(seconds, alone, DRAWS * (CONTRACTS - 1), "evaluations")
    stream = bandwidth()
    bound = stream / (8 * MONTHS)
    print(f"  streaming {stream / 1e9:.1f} GB/s by one thread: {bound:,.0f} evaluations/s, each of {8 * MONTHS} bytes")
    report["streaming"] = {"bytes a second": stream, "evaluations a second": bound}
    report["exact"] = exact(rounds)
    return report


def exact(rounds: int) -> dict[str, Any]:
    """Exact settlement of whole numbers of cases that are already loaded."""
    cases = np.random.default_rng(SEED).poisson(terms(0)[0], (MONTHS, PATHS))
    book = listed_book(PATHS)
    known = ob.load(book, {"activity": cases.ravel().tolist()})
    plan, limit, price = terms(0)
    expected = int(np.sum(2 * np.minimum(cases, plan) + np.clip(cases - plan, 0, limit - plan))) * price
    if 2 * book.settle(known).position("provider") != expected:
        raise SystemExit("the exact settlement is not what whole numbers come to")
    seconds = in_turn(
        {
            "openbook, exact settlement": lambda: book.settle(known, disputes=False) is None or None,
            "NumPy, textbook": lambda: paid(cases, 0) is None or None,
        },
        rounds,
    )
    print(f"the same settled exactly: {PATHS:,} paths")
    return told(seconds, "openbook, exact settlement", PATHS, "evaluations")
