"""Sobol' indices against SALib and closed forms, on the same functions and on the same points.

    python tests/benchmarks/sensitivity.py --salib PYTHON [--json FILE]

PYTHON is an interpreter that has SALib and NumPy (it needs no openbook). Three functions with known indices: Ishigami's,
Sobol's g-function of eight factors, and a book: three activities at three prices, with a limit on what is paid for one.
For each, SALib draws its Saltelli points (a scrambled Sobol' sequence) and analyses the values; openbook analyses the
same values, and the values at its own independent points. Errors are against the closed form; for the book, whose
indices have no simple form, against openbook's own estimate on two million rows.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "python"))

from openbook import _normals
from openbook.sensitivities.estimators import normal_samples, sobol_indices
from sensitive_books import book, given, normal

#: Run by the other interpreter: points of a design, or the analysis of values at them.
SALIB = """
import json, sys, time, warnings
warnings.filterwarnings("ignore")
import numpy as np
from SALib.sample import sobol as sample
from SALib.analyze import sobol as analyse
task, folder = json.loads(sys.argv[1]), sys.argv[2]
d = task["factors"]
problem = {"num_vars": d, "names": [str(i) for i in range(d)], "bounds": [[0, 1]] * d}
if task["do"] == "points":
    points = sample.sample(problem, task["rows"], calc_second_order=False, scramble=True, seed=task["seed"])
    np.save(folder + "/points.npy", points)
else:
    values = np.load(folder + "/values.npy")
    start = time.perf_counter()
    found = analyse.analyze(problem, values, calc_second_order=False, num_resamples=200, conf_level=0.68, seed=1)
    seconds = time.perf_counter() - start
    print(json.dumps({"first": list(found["S1"]), "total": list(found["ST"]), "first_error": list(found["S1_conf"]),
                      "total_error": list(found["ST_conf"]), "seconds": seconds}))
"""

#: Lattices on which openbook's even points lie.
SHIFTS = 4

Function = Callable[[np.ndarray], np.ndarray]
_NORMAL = NormalDist()


def ishigami(u: np.ndarray) -> np.ndarray:
    x = np.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def ishigami_indices() -> tuple[list[float], list[float]]:
    a, b = 7.0, 0.1
    one = 0.5 * (1 + b * math.pi**4 / 5) ** 2
    two, both = a**2 / 8, 8 * b**2 * math.pi**8 / 225
    variance = one + two + both
    return [one / variance, two / variance, 0.0], [(one + both) / variance, two / variance, both / variance]


G = (0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0)


def g_function(u: np.ndarray) -> np.ndarray:
    return np.prod([(np.abs(4 * u[:, i] - 2) + a) / (1 + a) for i, a in enumerate(G)], axis=0)


def g_indices() -> tuple[list[float], list[float]]:
    own = [1 / (3 * (1 + a) ** 2) for a in G]
    variance = math.prod(1 + v for v in own) - 1
    return [v / variance for v in own], [v * math.prod(1 + w for w in own) / (1 + v) / variance for v in own]


def book_function() -> Function:
    drivers = [normal("da", "a", 100, 10), normal("db", "b", 100, 20), normal("dc", "c", 100, 30)]
    small = book("£3 * a + £2 * min(b, 110) + £1 * c", inputs=[given(x, 100) for x in "abc"], drivers=drivers)
    simulation = small.simulate(1, every=("term",), progress=False)
    column = simulation._select("trust", "term", 1, "practised")[0]
    return lambda z: _normals.evaluate(simulation, z)[column]


def of_normals(function: Function) -> Function:
    """A function of uniforms as one of standard normals."""
    erf = np.vectorize(_NORMAL.cdf)
    return lambda z: function(erf(z))


def to_normals(u: np.ndarray) -> np.ndarray:
    inverse = np.vectorize(_NORMAL.inv_cdf)
    return inverse(np.clip(u, 1e-12, 1 - 1e-12))


class Salib:
    def __init__(self, python: str, folder: str) -> None:
        self.python, self.folder = python, folder

    def __call__(self, **task: Any) -> str:
        done = subprocess.run(
            [self.python, "-c", SALIB, json.dumps(task), self.folder], capture_output=True, text=True, check=True
        )
        return done.stdout

    def points(self, factors: int, rows: int, seed: int) -> np.ndarray:
        self(do="points", factors=factors, rows=rows, seed=seed)
        points: np.ndarray = np.load(f"{self.folder}/points.npy")
        return points

    def analysed(self, factors: int, values: np.ndarray) -> dict[str, Any]:
        np.save(f"{self.folder}/values.npy", values)
        found: dict[str, Any] = json.loads(self(do="analyse", factors=factors))
        return found


def by_rows(points: np.ndarray, factors: int) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """SALib's design, row by row: A, A with one factor of B each, B."""
    block = factors + 2
    return points[0::block], points[block - 1 :: block], [points[i + 1 :: block] for i in range(factors)]


def compared(name: str, function: Function, truth: Any, factors: int, rows: int, salib: Salib) -> dict[str, Any]:
    """Errors of both on SALib's points, and of openbook on its own; `function` takes uniforms."""
    points = salib.points(factors, rows, seed=7)
    values = function(points)
    theirs = salib.analysed(factors, values)
    a, b, _ = by_rows(points, factors)
    names = {str(i): [i] for i in range(factors)}
    start = time.perf_counter()
    [ours] = sobol_indices(function, names, a, b)
    own_seconds = time.perf_counter() - start
    za, zb = normal_samples(rows, factors, seed=11)
    [random] = sobol_indices(of_normals(function), names, za, zb)
    ya, yb = normal_samples(rows, factors, seed=11, shifts=SHIFTS)
    [even] = sobol_indices(of_normals(function), names, ya, yb, shifts=SHIFTS)
    report: dict[str, Any] = {"function": name, "factors": factors, "rows": rows, "evaluations": len(points)}
    for kind, exact in zip(("first", "total"), truth, strict=True):
        mine = [getattr(index, kind).value for index in ours]
        free = [getattr(index, kind) for index in random]
        lattice = [getattr(index, kind).value for index in even]
        report |= {
            f"{kind}: largest error, SALib": max(abs(x - y) for x, y in zip(theirs[kind], exact, strict=True)),
            f"{kind}: largest error, openbook, same points": max(abs(x - y) for x, y in zip(mine, exact, strict=True)),
            f"{kind}: largest error, openbook, independent points": max(
                abs(x.value - y) for x, y in zip(free, exact, strict=True)
            ),
            f"{kind}: largest error, openbook, {SHIFTS} shifted lattices": max(
                abs(x - y) for x, y in zip(lattice, exact, strict=True)
            ),
            f"{kind}: largest of error / standard error, openbook": max(
                abs(x.value - y) / x.error for x, y in zip(free, exact, strict=True) if x.error > 0
            ),
            f"{kind}: apart on the same points": max(abs(x - y) for x, y in zip(mine, theirs[kind], strict=True)),
        }
    return report | {"seconds, SALib's analysis": theirs["seconds"], "seconds, openbook with evaluations": own_seconds}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--salib", required=True, metavar="PYTHON", help="An interpreter that has SALib.")
    parser.add_argument("--rows", type=int, default=2**13)
    parser.add_argument("--json", metavar="FILE")
    given_arguments = parser.parse_args()
    evaluate = book_function()
    long_a, long_b = normal_samples(1_000_000, 3, seed=3)
    [book_truth] = sobol_indices(evaluate, {str(i): [i] for i in range(3)}, long_a, long_b)
    of_book = [index.first.value for index in book_truth], [index.total.value for index in book_truth]
    with tempfile.TemporaryDirectory() as folder:
        salib = Salib(given_arguments.salib, folder)
        reports = [
            compared("Ishigami", ishigami, ishigami_indices(), 3, given_arguments.rows, salib),
            compared("Sobol's g", g_function, g_indices(), 8, given_arguments.rows, salib),
            compared("a book", lambda u: evaluate(to_normals(u)), of_book, 3, given_arguments.rows, salib),
        ]
    for report in reports:
        print(f"\n{report['function']}: {report['factors']} factors, {report['rows']:,} rows")
        for name, value in report.items():
            if isinstance(value, float):
                print(f"  {name:56} {value:.6f}")
    if given_arguments.json:
        Path(given_arguments.json).write_text(json.dumps(reports, indent=2) + "\n")


if __name__ == "__main__":
    main()
