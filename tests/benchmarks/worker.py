"""openbook's part in the comparison: the work as a book through the public API, one answer for each seed on standard input.

python worker.py SPEC_FOLDER THREADS
"""

from __future__ import annotations

import importlib
import json
import pathlib
import resource
import sys

sys.path.insert(0, sys.argv[1])
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import bench_book
import openbook as ob

spec = importlib.import_module("spec")
threads = int(sys.argv[2])
book = ob.Book.from_json(bench_book.book_of(spec))
parties = ["commissioner", "provider_one", "provider_two"]


def answer(seed: int) -> list[list[float]]:
    """Six statistics of fifteen columns, year by year and in each year party by party."""
    simulation = book.simulate(scenarios=spec.S, seed=seed, threads=threads, every=["year"], progress=False)
    by_column = {(s["party"], s["period"]): s for s in simulation.summary(levels=(0.95, 0.99)).to_dicts()}
    rows: list[list[float]] = [[] for _ in range(6)]
    for year in range(1, spec.Y + 1):
        for party in parties:
            s = by_column[party, f"year {year}"]
            figures = [s[name] for name in ("mean", "var95", "var99", "es95", "es99", "p_deficit")]
            for row, figure in zip(rows, figures, strict=True):
                row.append(figure)
    return rows


answer(1)
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    risk = answer(int(line))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"peak_mb": peak, "risk": risk}), flush=True)
