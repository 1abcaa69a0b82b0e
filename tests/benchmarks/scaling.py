"""How time and memory grow: over draws, months, activity lines, providers and clauses, each alone, with one and two threads.

    python tests/benchmarks/scaling.py [--rounds 5] [--threads 1 2] [--json FILE]

A made-up book: providers with activity lines that follow correlated lognormal drivers and are paid by bands; one size grows, the others stay.
For each size the least time of some rounds in turn; a straight line through them (least squares), its slope, and R squared.
Also what stands before the first draw: importing the package, compiling a book, changing one clause and running again.
Memory is the peak of a process of its own.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import openbook as ob

#: What a size is where another one grows.
USUAL = {"draws": 20_000, "months": 60, "lines": 8, "providers": 2, "clauses": 32}
GROWING = {
    "draws": (20_000, 40_000, 80_000, 120_000, 160_000),
    "months": (24, 60, 120, 180, 240),
    "lines": (4, 8, 16, 24, 32),
    "providers": (2, 8, 14, 20, 26),
    "clauses": (32, 64, 96, 128, 160),
}


def price(pounds: int) -> dict[str, str]:
    return {"value": f"£{pounds}", "unit": "£ per case"}


def book_of(months: int, lines: int, providers: int, clauses: int) -> dict[str, Any]:
    """`lines` and `clauses` are spread over the providers in turn."""
    payees = [f"provider_{k}" for k in range(providers)]
    inputs = [{"id": f"activity_{i}", "unit": "cases", "plan": str(200 + 10 * i)} for i in range(lines)]
    drivers = [
        {"id": f"driver_{i}", "of": f"activity_{i}", "kind": "lognormal", "deviation": str(0.1 + 0.01 * (i % 8))}
        for i in range(lines)
    ]
    groups = [list(range(first, min(first + 4, lines))) for first in range(0, lines, 4)]
    correlations = [
        {
            "id": f"group_{g}",
            "drivers": [f"driver_{i}" for i in group],
            "matrix": [[1.0 if i == j else 0.4 for j in group] for i in group],
        }
        for g, group in enumerate(groups)
        if len(group) > 1
    ]
    paid: dict[str, list[dict[str, Any]]] = {payee: [] for payee in payees}
    for c in range(clauses):
        plan = (200 + 10 * (c % lines)) * 12
        paid[payees[c % providers]].append(
            {
                "id": f"paid_{c}",
                "kind": "bands",
                "every": "year",
                "quantity": f"activity_{c % lines}",
                "bands": [
                    {"to": str(plan), "rate": price(300 + c)},
                    {"to": str(plan * 1.05), "rate": price(150 + c)},
                    {"rate": price(20 + c)},
                ],
            }
        )
    return {
        "format": 1,
        "id": "growing",
        "calendar": {"start": "2020-04", "months": months},
        "parties": [
            {"id": "commissioner", "roles": ["commissioner"]},
            *({"id": payee, "roles": ["provider"]} for payee in payees),
        ],
        "inputs": inputs,
        "drivers": drivers,
        "correlations": correlations,
        "contracts": [
            {"id": f"contract_{k}", "payer": "commissioner", "payee": payee, "clauses": paid[payee]}
            for k, payee in enumerate(payees)
            if paid[payee]
        ],
    }


def made(**sizes: int) -> ob.Book:
    sizes = {name: value for name, value in {**USUAL, **sizes}.items() if name != "draws"}
    return ob.Book.from_json(book_of(**sizes))


def runs(book: ob.Book, draws: int, threads: int) -> Callable[[int], None]:
    def run(seed: int) -> None:
        book.simulate(draws, seed=seed, threads=threads, every=["year"], progress=False).summary()

    return run


def least(programs: Sequence[Callable[[int], None]], rounds: int) -> list[float]:
    """Seconds; in turn, after one run of each that compiles."""
    for run in programs:
        run(0)
    best = [float("inf")] * len(programs)
    for seed in range(1, rounds + 1):
        for i, run in enumerate(programs):
            start = time.perf_counter()
            run(seed)
            best[i] = min(best[i], time.perf_counter() - start)
    return best


def line(sizes: Sequence[int], seconds: Sequence[float]) -> tuple[float, float, float]:
    """Seconds at size nought, seconds for each unit more, R squared."""
    slope, start = np.polyfit(sizes, seconds, 1)
    rest = np.asarray(seconds) - (start + slope * np.asarray(sizes))
    return float(start), float(slope), float(1 - (rest**2).sum() / ((seconds - np.mean(seconds)) ** 2).sum())


def growth(rounds: int, threads: int) -> dict[str, Any]:
    report = {}
    for name, sizes in GROWING.items():
        programs = [runs(made(**{name: size}), size if name == "draws" else USUAL["draws"], threads) for size in sizes]
        seconds = least(programs, rounds)
        start, slope, fit = line(sizes, seconds)
        report[name] = {"sizes": sizes, "seconds": seconds, "start": start, "slope": slope, "r_squared": fit}
        told = "  ".join(f"{size:,}: {1e3 * s:.1f} ms" for size, s in zip(sizes, seconds, strict=True))
        print(f"  {name:10} {told}   {1e6 * slope:,.2f} µs each, R² {fit:.4f}")
    return report


def before_the_first_draw(rounds: int) -> dict[str, float]:
    """Medians in milliseconds."""

    def timed(work: Callable[[], object]) -> float:
        start = time.perf_counter()
        work()
        return 1e3 * (time.perf_counter() - start)

    def importing(what: str) -> float:
        command = [
            sys.executable,
            "-c",
            f"import time; t = time.perf_counter(); {what}; print(time.perf_counter() - t)",
        ]
        return 1e3 * float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    document = book_of(**{name: value for name, value in USUAL.items() if name != "draws"})
    book = ob.Book.from_json(document)
    book.simulate(16, progress=False)
    changes = iter(range(1, 1000))

    def change_and_run() -> object:
        rate = "paid_0.bands.1.rate"
        return book.with_(rate, price(100 + next(changes))).simulate(100_000, progress=False, threads=1).summary()

    def run_again() -> object:
        return book.simulate(100_000, seed=next(changes), progress=False, threads=1).summary()

    work = {
        "import numpy": lambda: importing("import numpy"),
        "import openbook": lambda: importing("import openbook"),
        "read the book": lambda: timed(lambda: ob.Book.from_json(document)),
        "compile it and run 16 draws": lambda: timed(lambda: ob.Book.from_json(document).simulate(16, progress=False)),
        "run 100,000 draws of a compiled book": lambda: timed(run_again),
        "change one clause, run 100,000 draws": lambda: timed(change_and_run),
    }
    report = {name: statistics.median(measure() for _ in range(rounds)) for name, measure in work.items()}
    for name, milliseconds in report.items():
        print(f"  {name:40} {milliseconds:8.1f} ms")
    return report


def memory() -> dict[int, float]:
    """Peak of a process that runs so many draws of the usual book, MB."""
    report = {}
    for draws in (10_000, 100_000, 1_000_000, 10_000_000):
        command = [sys.executable, __file__, "--peak", str(draws)]
        report[draws] = float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        print(f"  {draws:12,} draws {report[draws]:8.0f} MB")
    return report


def peak(draws: int) -> float:
    import resource

    runs(made(), draws, 2)(1)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--peak", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peak:
        print(peak(options.peak))
        return
    report: dict[str, Any] = {}
    for threads in options.threads:
        print(f"{threads} thread(s)")
        report[f"{threads} threads"] = growth(options.rounds, threads)
    print("before the first draw")
    report["before"] = before_the_first_draw(options.rounds)
    print("memory")
    report["memory"] = memory()
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
