"""The error that each way of choosing draws reaches, per draw and per second of computing.

    python tests/benchmarks/sampling.py [--draws 1024 4096 ...] [--repetitions 32] [--only alliance]
                                        [--json out/sampling.json] [--chart docs/_static/sampling.svg]

For each method and number of draws the error is the root mean square, over repetitions with independent seeds, of what
the run said less a reference; seconds are processor seconds of one thread, drawing and summing up (the median). A slope
is that of log error against log draws, or log seconds, by least squares weighted with the repetitions; the error of a
root mean square over r repetitions is taken as 1/sqrt(2r) of it. Independent draws have -1/2. Lines over seconds leave
out runs of which what every run costs, whatever its draws, is more than a tenth, where three others remain.

The references (`sampling_books.py`) are certified: of one book the figures are known in closed form; of the others they
come from many independent draws, in a piece of the random numbers that no repetition uses, with an interval that needs
no assumption but independence.
"""

from __future__ import annotations

import argparse
import json
import math
import pathlib
import statistics
import time
from typing import Any, NamedTuple

import openbook as ob
from sampling_books import Case, Reference, cases

METHODS = ("independent", "antithetic", "latin_hypercube", "sobol")
#: Controls are for means only.
CONTROLLED = "independent, controls"
FIGURES = ("mean", "var99")
#: Pounds: errors below are the last bits of sums.
EXACT = 0.01


class Line(NamedTuple):
    """log y = level + slope * log x."""

    level: float
    slope: float
    slope_error: float

    def at(self, x: float) -> float:
        return math.exp(self.level + self.slope * math.log(x))


def fitted(xs: list[float], ys: list[float], repetitions: list[int]) -> Line:
    """Weighted least squares; the logarithm of a root mean square over r repetitions has a variance of 1/(2r)."""
    x, y = [math.log(v) for v in xs], [math.log(v) for v in ys]
    weights = [2.0 * r for r in repetitions]
    total = sum(weights)
    mx = sum(w * a for w, a in zip(weights, x, strict=True)) / total
    my = sum(w * b for w, b in zip(weights, y, strict=True)) / total
    spread = sum(w * (a - mx) ** 2 for w, a in zip(weights, x, strict=True))
    slope = sum(w * (a - mx) * (b - my) for w, a, b in zip(weights, x, y, strict=True)) / spread
    return Line(my - slope * mx, slope, 1 / math.sqrt(spread))


def once(case: Case, draws: int, seed: int, method: str) -> dict[str, float]:
    """Figures of one run, their stated errors, and processor seconds."""
    start = time.process_time()
    sampling = "independent" if method == CONTROLLED else method
    simulation = ob.simulate(case.book, draws, seed=seed, sampling=sampling, every=("term",), threads=1, progress=False)
    if method == CONTROLLED:
        row = simulation.controlled(case.party).table.to_dicts()[0]
        found = {"mean": row["controlled"], "mean_error": row["controlled_error"]}
    else:
        row = simulation.risk(case.party, every="term").to_dicts()[0]
        found = {name: row[name] for figure in FIGURES for name in (figure, f"{figure}_error")}
    return found | {"seconds": time.process_time() - start}


def root_mean_square(values: list[float]) -> float:
    return math.sqrt(statistics.fmean(v * v for v in values))


def measured(case: Case, reference: Reference, method: str, options: argparse.Namespace) -> dict[str, Any]:
    """Errors and seconds of one method for every number of draws, and the lines through them."""
    rows: list[dict[str, Any]] = []
    fixed = statistics.median(once(case, 32, seed, method)["seconds"] for seed in range(9))
    figures = ("mean",) if method == CONTROLLED else FIGURES
    for draws in options.draws:
        if method == CONTROLLED and draws > options.most_controlled:
            continue
        repetitions = max(options.least, min(options.repetitions, options.work // draws))
        once(case, draws, 0, method)
        runs = [once(case, draws, seed, method) for seed in range(1, repetitions + 1)]
        row: dict[str, Any] = {"draws": draws, "repetitions": repetitions}
        row["seconds"] = statistics.median(r["seconds"] for r in runs)
        for name in figures:
            row[name] = root_mean_square([r[name] - getattr(reference, name) for r in runs])
            row[f"{name}_stated"] = root_mean_square([r[f"{name}_error"] for r in runs])
        rows.append(row)
    long = [row for row in rows if row["seconds"] > 10 * fixed]
    long = long if len(long) > 2 else rows
    lines: dict[str, Any] = {}
    for name in figures:
        if max(row[name] for row in rows) < EXACT:
            continue
        lines[name] = {"draws": line_of(rows, "draws", name), "seconds": line_of(long, "seconds", name)}
    return {"rows": rows, "lines": lines, "fixed": fixed}


def line_of(rows: list[dict[str, Any]], over: str, name: str) -> dict[str, float]:
    return fitted([r[over] for r in rows], [r[name] for r in rows], [r["repetitions"] for r in rows])._asdict()


def show(report: dict[str, Any]) -> None:
    """The tables of docs/explanation/sampling.md."""
    print(f"\n{report['title']}. Reference: {report['reference']['words']}")
    draws = [row["draws"] for row in report["methods"]["independent"]["rows"]]
    for name in FIGURES:
        print(f"\n| error of {name}: method | " + " | ".join(f"{n:,}" for n in draws) + " | stated |")
        print("|---" * (len(draws) + 2) + "|")
        for method, own in report["methods"].items():
            rows = [row for row in own["rows"] if name in row]
            if rows:
                cells = [f"£{row[name]:,.0f}" for row in rows] + [""] * (len(draws) - len(rows))
                print(f"| {method} | " + " | ".join(cells) + f" | £{rows[-1][name + '_stated']:,.0f} |")
    print(
        "\n| method | figure | slope over draws | slope over seconds | error after one second | seconds of most draws |"
    )
    print("|---|---|---|---|---|---|")
    for method, own in report["methods"].items():
        last = own["rows"][-1]
        for name, lines in own["lines"].items():
            by_draws, seconds = Line(**lines["draws"]), Line(**lines["seconds"])
            print(
                f"| {method} | {name} | {by_draws.slope:.2f} ± {by_draws.slope_error:.2f} | "
                f"{seconds.slope:.2f} ± {seconds.slope_error:.2f} | £{seconds.at(1.0):,.0f} | "
                f"{last['seconds']:.2f} for {last['draws']:,} |"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, nargs="+", default=[1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576])
    parser.add_argument("--repetitions", type=int, default=24)
    parser.add_argument("--least", type=int, default=8, help="repetitions, however many draws")
    parser.add_argument("--work", type=int, default=4_194_304, help="draws of a method and size, above the least")
    parser.add_argument("--most-controlled", type=int, default=65_536, help="draws that controls are tried with")
    parser.add_argument("--reference", type=int, default=67_108_864, help="independent draws of a reference")
    parser.add_argument("--only", nargs="+", help="books by name")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--chart", type=pathlib.Path, help="an SVG file; needs matplotlib")
    parser.add_argument("--kept", type=pathlib.Path, help="show what --json wrote before, and draw its chart")
    options = parser.parse_args()
    reports: dict[str, Any] = {}
    if options.kept:
        reports = json.loads(options.kept.read_text())
        for report in reports.values():
            show(report)
    for case in [] if options.kept else cases(options.only):
        reference = case.reference(options.reference)
        report: dict[str, Any] = {"title": case.title, "reference": reference._asdict(), "methods": {}}
        for method in (*METHODS, CONTROLLED):
            report["methods"][method] = measured(case, reference, method, options)
        reports[case.name] = report
        show(report)
        if options.json:  # what is done is kept if the rest is interrupted
            options.json.parent.mkdir(parents=True, exist_ok=True)
            options.json.write_text(json.dumps(reports, indent=1) + "\n")
    if options.chart:
        from sampling_chart import draw

        draw(reports, options.chart)


if __name__ == "__main__":
    main()
