"""The error that each way of choosing draws reaches, per draw and per second of computing.

    python tests/benchmarks/sampling.py [--draws 1024 8192 65536 524288] [--seeds 12] [--threads 1] [--json FILE]

Two books: the benchmark book of ../../../shared/bench (where it is beside this checkout) and the shipped alliance. The
truth is a scrambled Sobol' run of several million draws. For each method and number of draws the error is the root mean
square, over seeds, of what the run said less the truth; seconds are the median of running and summing up. The slope is
that of log error against log draws by least squares: -1/2 for independent draws.
"""

from __future__ import annotations

import argparse
import json
import math
import pathlib
import statistics
import sys
import time
from typing import Any

import openbook as ob

here = pathlib.Path(__file__).resolve().parent
METHODS = ("independent", "antithetic", "latin_hypercube", "sobol")
FIGURES = ("mean", "var99")


def books() -> dict[str, tuple[ob.Book, str]]:
    """Name to book and the party whose position over the term is looked at."""
    found = {"alliance": (ob.examples.mental_health_alliance(), "mental_health_ft")}
    shared = here.parents[2] / "shared" / "bench"
    for folder in (shared, here.parents[3] / "shared" / "bench"):
        if (folder / "spec.py").exists():
            sys.path[:0] = [str(folder), str(here)]
            import bench_book
            import spec  # type: ignore[import-not-found]

            found["benchmark"] = (ob.read_book(bench_book.book_of(spec)), "provider_one")
            break
    return found


def run(book: ob.Book, party: str, draws: int, seed: int, method: str, threads: int) -> tuple[dict[str, Any], float]:
    start = time.perf_counter()
    simulation = ob.simulate(book, draws, seed=seed, sampling=method, every=("term",), threads=threads, progress=False)
    row = simulation.risk(party, every="term").to_dicts()[0]
    return row, time.perf_counter() - start


def slope(draws: list[int], errors: list[float]) -> float:
    x = [math.log(n) for n in draws]
    y = [math.log(e) for e in errors]
    mx, my = statistics.fmean(x), statistics.fmean(y)
    return sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True)) / sum((a - mx) ** 2 for a in x)


def measure(book: ob.Book, party: str, options: argparse.Namespace) -> dict[str, Any]:
    run(book, party, 1_000, 0, "sobol", options.threads)  # compiled once
    truth, _ = run(book, party, options.truth, 2**40 + 1, "sobol", options.threads)
    report: dict[str, Any] = {"truth": {name: [truth[name], truth[f"{name}_error"]] for name in FIGURES}}
    for method in METHODS:
        rows = []
        for draws in options.draws:
            seeds = max(4, min(options.seeds, options.work // draws))
            runs = [run(book, party, draws, seed, method, options.threads) for seed in range(seeds)]
            row: dict[str, Any] = {"draws": draws, "seconds": statistics.median(s for _, s in runs), "seeds": seeds}
            for name in FIGURES:
                row[name] = math.sqrt(statistics.fmean((r[name] - truth[name]) ** 2 for r, _ in runs))
                row[f"{name}_stated"] = math.sqrt(statistics.fmean(r[f"{name}_error"] ** 2 for r, _ in runs))
            rows.append(row)
        slopes = {name: slope(options.draws, [row[name] for row in rows]) for name in FIGURES}
        report[method] = {"rows": rows, "slopes": slopes}
    simulation = ob.simulate(book, 65_536, seed=0, every=("term",), threads=options.threads, progress=False)
    start = time.perf_counter()
    controlled = simulation.controlled(party).table.to_dicts()[0]
    report["controls"] = {**controlled, "draws": 65_536, "seconds": time.perf_counter() - start}
    return report


def show(name: str, report: dict[str, Any]) -> None:
    truth = ", ".join(f"{key} {value:,.0f} ± {error:,.0f}" for key, (value, error) in report["truth"].items())
    print(f"\n{name}: truth {truth}")
    print(f"{'method':<16}{'draws':>10}{'seconds':>10}{'mean ±':>12}{'stated':>10}{'var99 ±':>12}{'stated':>10}")
    for method in METHODS:
        for row in report[method]["rows"]:
            print(
                f"{method:<16}{row['draws']:>10,}{row['seconds']:>10.3f}{row['mean']:>12,.1f}{row['mean_stated']:>10,.1f}"
                f"{row['var99']:>12,.0f}{row['var99_stated']:>10,.0f}"
            )
        slopes = ", ".join(f"{key} {value:.2f}" for key, value in report[method]["slopes"].items())
        print(f"{'':<16}slopes: {slopes}")
    c = report["controls"]
    print(
        f"controls on {c['draws']:,} independent draws: {c['mean_error']:,.1f} without, {c['controlled_error']:,.2f} with, "
        f"variance ratio {c['variance_ratio']}, {c['seconds']:.2f} s more"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, nargs="+", default=[1_024, 8_192, 65_536, 524_288])
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--work", type=int, default=4_000_000, help="draws for each method and number of draws")
    parser.add_argument("--truth", type=int, default=4_194_304)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", help="one book")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    reports = {}
    for name, (book, party) in books().items():
        if options.only in (None, name):
            reports[name] = measure(book, party, options)
            show(name, reports[name])
    if options.json:
        options.json.write_text(json.dumps(reports, indent=1) + "\n")


if __name__ == "__main__":
    main()
