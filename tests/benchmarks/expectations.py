"""Exact conditional expectations in place of draws: error and time of a mean, apart from the speed benchmark.

    python tests/benchmarks/expectations.py [--draws 1024 16384 262144] [--seeds 20] [--threads 1] [--json FILE]

Four figures, of which the plan proves more or less: the whole payment, its sum over months, a part of it, little. For
each number of draws and each seed the mean of the draws and `Simulation.controlled` are held against the truth: the
closed form where there is one, else a run of many draws with controls under another seed. Seconds are the median of
running and taking the mean; "worth" is the number of independent draws that would reach the error of the controlled mean,
and "faster" how many times as long those would take.
"""

from __future__ import annotations

import argparse
import json
import math
import pathlib
import statistics
import time
from dataclasses import dataclass
from typing import Any

import openbook as ob


@dataclass(frozen=True)
class Case:
    """A book, whose mean is asked for, and the closed form where there is one."""

    book: ob.Book
    party: str
    truth: float | None = None


def cases() -> dict[str, Case]:
    """Figures by what the plan can prove of them."""
    # £20m for 10,000 cases, and £1,000 for each one more; a lognormal number of cases, 5% about the plan.
    volume = ob.quick.cost_and_volume(plan=10_000, price="£2,000", marginal="50%", deviation="5%")
    bends = [(0.0, 20e6), (10_000.0, 20e6), (20_000.0, 30e6)]
    alone = ob.expected_payment(bends, 10_000, 0.05, driver="lognormal")
    # Twelve independent months of £100 a case, £30 above 1,000 cases: E[min(X, m)] = m - s / sqrt(2 pi) of a normal about m.
    months = 12 * (100 * 1_000 - 70 * 100 / math.sqrt(2 * math.pi))
    return {
        "a payment of one driver": Case(volume.book, "provider", alone),
        "twelve months of it": Case(_monthly(), "trust", months),
        "the alliance": Case(ob.examples.mental_health_alliance(), "mental_health_ft"),
        "a winter and a pandemic": Case(_winter(), "hospital"),
    }


def _monthly() -> ob.Book:
    """A marginal rate above each month's plan, with an independent normal in every month."""
    return ob.Book.from_json(
        {
            "format": 1,
            "id": "monthly",
            "calendar": {"start": "2024-04", "months": 12},
            "parties": [{"id": "icb", "roles": ["commissioner"]}, {"id": "trust", "roles": ["provider"]}],
            "parameters": [
                {"id": "price", "value": {"value": 100, "unit": "£ per case", "illustrative": True}},
                {"id": "cases_planned", "value": {"value": 1000, "unit": "cases", "illustrative": True}},
            ],
            "inputs": [{"id": "cases", "unit": "cases", "plan": 1000}],
            "drivers": [
                {"id": "demand", "of": "cases", "effect": "value", "kind": "normal", "mean": 1000, "deviation": 100,
                 "illustrative": True}
            ],
            "contracts": [
                {"id": "acute", "payer": "icb", "payee": "trust",
                 "clauses": [{"id": "pay", "kind": "payment", "amount": "price * min(cases, cases_planned) + 30% * price * max(cases - cases_planned, 0)"}]}
            ],
        }
    )  # fmt: skip


def _winter() -> ob.Book:
    """The shipped book with emergencies drawn, on top of its plan."""
    book = ob.examples.winter_and_pandemic()
    drawn = {
        "id": "emergencies_drawn",
        "of": "emergencies",
        "kind": "lognormal",
        "deviation": "0.1",
        "illustrative": True,
    }
    return book.replace(drivers=[*book.drivers, drawn])


def once(case: Case, draws: int, seed: int, threads: int, controlled: bool) -> tuple[float, float, bool, float]:
    """Mean, its stated error, whether it is exact, and seconds."""
    start = time.perf_counter()
    run = ob.simulate(case.book, draws, seed=seed, every=("term",), threads=threads, progress=False)
    if controlled:
        row = run.controlled(case.party, every="term").table.to_dicts()[0]
        return row["controlled"], row["controlled_error"], row["exact"], time.perf_counter() - start
    row = run.risk(case.party, every="term").to_dicts()[0]
    return row["mean"], row["mean_error"], False, time.perf_counter() - start


def measure(case: Case, options: argparse.Namespace) -> dict[str, Any]:
    """Root mean square errors over the seeds, beside what was stated, and seconds."""
    truth = case.truth
    if truth is None:
        truth = once(case, options.truth, 2**40 + 1, options.threads, True)[0]
    rows = []
    for draws in options.draws:
        row: dict[str, Any] = {"draws": draws}
        for name, controlled in (("plain", False), ("controlled", True)):
            runs = [once(case, draws, seed, options.threads, controlled) for seed in range(options.seeds)]
            row[f"{name}_rms"] = math.sqrt(statistics.fmean((mean - truth) ** 2 for mean, *_ in runs))
            row[f"{name}_stated"] = math.sqrt(statistics.fmean(error**2 for _, error, *_ in runs))
            row[f"{name}_seconds"] = statistics.median(seconds for *_, seconds in runs)
            row["exact"] = runs[0][2]
        error = row["controlled_stated"]
        row["worth"] = draws * (row["plain_stated"] / error) ** 2 if error else math.inf
        row["faster"] = row["worth"] / draws * row["plain_seconds"] / row["controlled_seconds"]
        rows.append(row)
    return {"truth": truth, "closed_form": case.truth is not None, "rows": rows}


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, nargs="+", default=[1024, 16384, 262144])
    parser.add_argument("--truth", type=int, default=4_000_000, help="draws of the truth where no closed form is")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    found = {name: measure(case, options) for name, case in cases().items()}
    print(
        "figure                     draws  exact   error drawn (stated)   with controls (stated)    worth draws  faster"
    )
    for name, result in found.items():
        for row in result["rows"]:
            print(
                f"{name:24} {row['draws']:>8,}  {'yes' if row['exact'] else 'no':5}"
                f" {row['plain_rms']:>10,.0f} ({row['plain_stated']:>8,.0f})"
                f" {row['controlled_rms']:>12,.2f} ({row['controlled_stated']:>9,.2f})"
                f" {row['worth']:>14,.0f} {row['faster']:>7,.1f}"
            )
    if options.json:
        options.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
