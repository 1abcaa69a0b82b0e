"""Peak memory of ten thousand to ten million draws: all draws kept, one column kept, or only gathered.

    python tests/benchmarks/memory.py [--most 10000000] [--json out/memory.json]

Each figure is the largest resident size of a process of its own, less that of the same process before the run. What is
gathered must not grow with the draws; kept draws take 8 bytes each and column.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

WAYS = ("simulate", "moments and counts", "sketch", "one column kept")


def run(way: str, draws: int, threads: int) -> None:
    """In a process of its own: prints megabytes and seconds."""
    import resource
    import time

    import openbook as ob
    from openbook.risk import Counts, Moments, Quantiles, Sketch, reduce

    book = ob.examples.mental_health_alliance()
    options = {"seed": 7, "every": "term", "threads": threads, "progress": False}
    reducers = {
        "moments and counts": [Moments(), Counts(below=[0.0, -1e5])],
        "sketch": [Sketch()],
        "one column kept": [Quantiles("mental_health_ft")],
    }
    book.simulate(1_000, **options)  # compiled, and every part of the program loaded
    if way in reducers:
        reduce(book, 1_000, reducers[way], **options)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    kept = book.simulate(draws, **options) if way == "simulate" else reduce(book, draws, reducers[way], **options)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"megabytes": (after - before) / 1024, "seconds": seconds, "draws": kept.draws}))


def main() -> None:
    """All ways and sizes, as a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=10_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", nargs=2, metavar=("WAY", "DRAWS"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        run(given.one[0], int(given.one[1]), given.threads)
        return
    sizes = [n for n in (10_000, 100_000, 1_000_000, 10_000_000) if n <= given.most]
    found: dict[str, dict[int, dict[str, float]]] = {}
    for way in WAYS:
        for draws in sizes:
            command = [sys.executable, __file__, "--threads", str(given.threads), "--one", way, str(draws)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found.setdefault(way, {})[draws] = json.loads(done.stdout)
    print(f"{'peak memory, MB':20}" + "".join(f"{draws:>14,}" for draws in sizes))
    for way in WAYS:
        print(f"{way:20}" + "".join(f"{found[way][draws]['megabytes']:14,.1f}" for draws in sizes))
    print(f"{'seconds':20}" + "".join(f"{draws:>14,}" for draws in sizes))
    for way in WAYS:
        print(f"{way:20}" + "".join(f"{found[way][draws]['seconds']:14,.2f}" for draws in sizes))
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
