"""Reliability against OpenTURNS on the same functions: design point, second order, importance sampling.

    python tests/benchmarks/reliability.py                     # the package's side, with closed forms
    python tests/benchmarks/reliability.py --with PYTHON       # and OpenTURNS in that interpreter (pip install openturns)

Both sides get the same limit-state functions of independent standard normal numbers, written twice: with NumPy here, and
as symbolic functions of OpenTURNS there. Evaluations of g are counted on both sides: every point counts.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

#: Draws of each importance sample.
DRAWS = 20_000


def normal_below(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


def paraboloid() -> float:
    """P(z1 > 3 + (z2^2 + z3^2) / 4), by its integral over the exponential sum of squares."""
    import numpy as np

    x = np.linspace(0.0, 120.0, 240_001)
    inner = np.array([normal_below(-(3.0 + v / 4.0)) for v in x])
    return float(np.trapezoid(0.5 * np.exp(-x / 2.0) * inner, x))


#: Name: dimensions, formula for OpenTURNS, exact beta of the nearest point, exact probability (None: unknown).
CASES: dict[str, tuple[int, str, float | None, Callable[[], float] | None]] = {
    "linear": (3, "3 - (0.48*x0 - 0.6*x1 + 0.64*x2)", 3.0, lambda: normal_below(-3.0)),
    "far": (2, "6 - (0.6*x0 + 0.8*x1)", 6.0, lambda: normal_below(-6.0)),
    "paraboloid": (3, "3 - x0 + 0.25*(x1^2 + x2^2)", 3.0, paraboloid),
    "saddle": (3, "3 - x0 + 0.25*x1^2 - 0.05*x2^2", 3.0, None),
    "two lognormals": (2, "400 - exp(4.6 + 0.3*x0) - exp(4.6 + 0.4*x1)", None, None),
    "series": (2, "min(2.5 - x0, 2.8 - x1)", 2.5, lambda: 1 - normal_below(2.5) * normal_below(2.8)),
    "two sides": (2, "2.5 - abs(x0)", 2.5, lambda: 2 * normal_below(-2.5)),
    "corner": (2, "3 - max(x0, 0) - max(x1, 0)", 3 / math.sqrt(2), None),
    "steps": (2, "floor(6 - 2*x0 - x1) + 0.5", 6 / math.sqrt(5), lambda: normal_below(-6 / math.sqrt(5))),
    "48 months": (48, "100 - (" + " + ".join(f"exp(0.6 + 0.2*x{i})" for i in range(48)) + ")", None, None),
}


def ours() -> dict[str, dict[str, Any]]:
    import numpy as np
    from openbook.reversing.curvature import second_order
    from openbook.reversing.design_points import design_points, starting_points
    from openbook.reversing.importance import importance, refined_centres

    words = {"np": np, "exp": np.exp, "abs": np.abs, "floor": np.floor, "min": np.minimum, "max": np.maximum}
    found = {}
    for name, (d, formula, _, _) in CASES.items():
        code = compile(formula.replace("^", "**"), name, "eval")
        counted = [0]

        def g(z: Any, code: Any = code, counted: list[int] = counted, d: int = d) -> Any:
            counted[0] += len(z)
            return eval(code, words | {f"x{i}": z[:, i] for i in range(d)})  # formulas of this file

        start = time.perf_counter()
        z = np.random.Generator(np.random.Philox(key=3)).standard_normal((2_000, d))
        margins = g(z)
        points = design_points(g, starting_points(z, margins), scale=float(margins.std()))
        first = {"seconds": time.perf_counter() - start, "evaluations": counted[0]}
        bent = [second_order(g, point) for point in points]

        def holds(z: Any, g: Any = g) -> Any:
            return g(z) <= 0

        centres, weights = refined_centres(holds, [p.point for p in points], 4_000, 9)
        sampled = importance(holds, centres, DRAWS, 1, weights=weights)
        found[name] = {
            "beta": [p.beta for p in points], "breitung": [b.breitung for b in bent],
            "hohenbichler": [b.hohenbichler_rackwitz for b in bent], "importance": sampled.value, "error": sampled.error,
            **first,
        }  # fmt: skip
    return found


def openturns() -> dict[str, dict[str, Any]]:
    import openturns as ot

    found = {}
    for name, (d, formula, _, _) in CASES.items():
        ot.RandomGenerator.SetSeed(1)
        row: dict[str, Any] = {"beta": [], "breitung": [], "hohenbichler": [], "importance": None, "error": None}
        try:
            g = ot.SymbolicFunction([f"x{i}" for i in range(d)], [formula])
            event = ot.ThresholdEvent(ot.CompositeRandomVector(g, ot.RandomVector(ot.Normal(d))), ot.LessOrEqual(), 0.0)
            search = ot.AbdoRackwitz()
            search.setStartingPoint([0.01] * d)
            search.setMaximumIterationNumber(200)
            start, before = time.perf_counter(), g.getEvaluationCallsNumber()
            form = ot.FORM(search, event)
            form.run()
            result = form.getResult()
            row["seconds"] = time.perf_counter() - start
            row["evaluations"] = g.getEvaluationCallsNumber() - before
            row["beta"] = [result.getHasoferReliabilityIndex()]
            sampler = ot.ProbabilitySimulationAlgorithm(
                event,
                ot.ImportanceSamplingExperiment(
                    ot.Normal(result.getStandardSpaceDesignPoint(), ot.CovarianceMatrix(d))
                ),
            )
            sampler.setBlockSize(1_000)
            sampler.setMaximumOuterSampling(DRAWS // 1_000)
            sampler.setMaximumCoefficientOfVariation(0.0)
            sampler.run()
            row["importance"] = sampler.getResult().getProbabilityEstimate()
            row["error"] = sampler.getResult().getStandardDeviation()
            sorm = ot.SORM(search, event)
            sorm.run()
            for key, ask in (("breitung", "Breitung"), ("hohenbichler", "Hohenbichler")):
                try:
                    row[key] = [getattr(sorm.getResult(), f"getEventProbability{ask}")()]
                except RuntimeError:
                    row[key] = [None]
        except (RuntimeError, TypeError) as error:
            row["fault"] = str(error).splitlines()[0][:120]
        found[name] = row
    return found


def shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(shown(one) for one in value) or "none"
    return "none" if value is None else f"{value:.6g}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--with", dest="other", help="A Python that has openturns.")
    parser.add_argument("--only", choices=["openturns"], help=argparse.SUPPRESS)
    parser.add_argument("--json", help="Write the figures to a file.")
    given = parser.parse_args()
    if given.only:
        print(json.dumps(openturns()))
        return
    sides = {"openbook": ours()}
    if given.other:
        told = subprocess.run(
            [given.other, __file__, "--only", "openturns"], capture_output=True, text=True, check=True
        )
        sides["OpenTURNS"] = json.loads(told.stdout)
    for name, (_, _, beta, exact) in CASES.items():
        truth = None if exact is None else exact()
        print(f"{name}: exact beta {shown(beta)}, exact probability {shown(truth)}")
        for side, rows in sides.items():
            row = rows[name]
            if "fault" in row:
                print(f"  {side:10} failed: {row['fault']}")
                continue
            off = (
                ""
                if truth is None or not row["error"]
                else f" ({(row['importance'] - truth) / row['error']:+.1f} errors off)"
            )
            print(
                f"  {side:10} beta {shown(row['beta'])}; Breitung {shown(row['breitung'])}; Hohenbichler-Rackwitz "
                f"{shown(row['hohenbichler'])}; importance {shown(row['importance'])} ± {shown(row['error'])}{off}; "
                f"search: {row['evaluations']:,} evaluations, {row['seconds']:.3f} s"
            )
    if given.json:
        with open(given.json, "w", encoding="utf-8") as file:
            json.dump(sides, file, indent=1)


if __name__ == "__main__":
    sys.exit(main())
