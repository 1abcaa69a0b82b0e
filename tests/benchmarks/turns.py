"""Programs that do the same work, timed in turn in one process, and what their times say of each other."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

#: Does the work once and gives its seconds, or None where the clock around it shall be taken.
Program = Callable[[], float | None]


def in_turn(programs: Mapping[str, Program], rounds: int, *, warm: bool = False) -> dict[str, list[float]]:
    """Seconds of every program in every round, each in random order; unless they are warm, each runs once before."""
    for run in programs.values() if not warm else ():
        run()
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    order, shuffle = list(programs), random.Random(1)
    for _ in range(rounds):
        shuffle.shuffle(order)
        for name in order:
            start = time.perf_counter()
            own = programs[name]()
            seconds[name].append(time.perf_counter() - start if own is None else own)
    return seconds


def told(seconds: Mapping[str, list[float]], base: str, count: float, what: str) -> dict[str, Any]:
    """Least and median seconds, how many a second (of the median), and the median over rounds of other / base."""
    report = {}
    for name, own in seconds.items():
        ratios = [a / b for a, b in zip(own, seconds[base], strict=True)]
        ratio, best = statistics.median(ratios), min(own) / min(seconds[base])
        median = statistics.median(own)
        report[name] = {"least": min(own), "median": median, f"{what} a second": count / median}
        report[name] |= {f"median of ratios to {base}": ratio, f"ratio of the least to {base}": best}
        print(
            f"  {name:44} {min(own):9.4f} s  {median:9.4f} s  {count / median:14,.0f} {what}/s  {ratio:9.4f} of {base}"
        )
    return report
