"""Books whose figures are known well enough to measure the errors of runs against."""

from __future__ import annotations

import math
import pathlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import openbook as ob

here = pathlib.Path(__file__).resolve().parent
#: References take their draws from here on: no repetition comes so far.
FAR = 2**40


class Reference(NamedTuple):
    """Mean and 99% value at risk (positive = loss), in pounds, and how far each may be off: half of a 99% interval."""

    mean: float
    var99: float
    mean_half: float
    var99_half: float
    words: str


@dataclass(frozen=True)
class Case:
    """A book, and the party whose position over the term is looked at."""

    name: str
    title: str
    book: ob.Book
    party: str

    def reference(self, draws: int) -> Reference:
        return drawn(self, draws)


def drawn(case: Case, draws: int, piece: int = 2**20) -> Reference:
    """From independent draws. The interval of a quantile is that of order statistics: no distribution is assumed."""
    values = np.empty(draws)
    for start in range(0, draws, piece):
        count = min(piece, draws - start)
        simulation = ob.simulate(
            case.book, count, seed=0, first_draw=FAR + start, every=("term",), threads=1, progress=False
        )
        values[start : start + count] = simulation.array(case.party, every="term")
    mean, half = float(values.mean()), 2.576 * float(values.std()) / math.sqrt(draws)
    rank = draws // 100
    aside = math.ceil(2.576 * math.sqrt(draws * 0.01 * 0.99))
    low, at, high = np.partition(values, [rank - 1 - aside, rank - 1, rank - 1 + aside])[
        [rank - 1 - aside, rank - 1, rank - 1 + aside]
    ]
    words = f"{draws:,} independent draws: mean £{mean:,.0f} ± £{half:,.0f}, "
    words += f"var99 £{-at:,.0f}, between £{-high:,.0f} and £{-low:,.0f} (99% intervals)"
    return Reference(mean, float(-at), half, float(high - low) / 2, words)


LINES, MONTHS = 8, 60
MEAN = 100_000
#: Whole payment up to the first, half of what lies above it up to the second, a quarter of the rest.
EDGES = (47_900_000, 48_300_000)


class ClosedForm(Case):
    """Eight lines of normal monthly sums, each month on its own; all are paid by bands on their total of five years.

    The total is normal, and the payment rises with it: so the payment at a quantile of the total is that quantile of
    the payment, and its mean is that of a piecewise-linear function of a normal number.
    """

    def reference(self, draws: int) -> Reference:
        deviation = math.sqrt(MONTHS * sum(_deviation(i) ** 2 for i in range(LINES)))
        total = NormalDist(LINES * MONTHS * MEAN, deviation)

        def excess(edge: float) -> float:
            """Mean of what lies above an edge."""
            z = (total.mean - edge) / deviation
            return deviation * NormalDist().pdf(z) + (total.mean - edge) * NormalDist().cdf(z)

        mean = total.mean - 0.5 * excess(EDGES[0]) - 0.25 * excess(EDGES[1])
        var99 = -_paid(total.inv_cdf(0.01))
        return Reference(mean, var99, 0, 0, f"closed form: mean £{mean:,.2f}, var99 £{var99:,.2f}")


def _deviation(line: int) -> int:
    return 1_000 * (4 + line)


def _paid(total: float) -> float:
    return total - 0.5 * max(total - EDGES[0], 0) - 0.25 * max(total - EDGES[1], 0)


def _closed_form() -> ob.Book:
    names = [f"line_{i}" for i in range(LINES)]
    bands = [{"to": f"£{EDGES[0]}", "rate": "1"}, {"to": f"£{EDGES[1]}", "rate": "0.5"}, {"rate": "0.25"}]
    own = {"id": "paid", "kind": "bands", "every": "term", "quantity": "spent", "base": "£0", "bands": bands}
    return ob.read_book(
        {
            "format": 1,
            "id": "closed_form",
            "calendar": {"start": "2024-04", "months": MONTHS},
            "parties": [{"id": "payer", "roles": ["commissioner"]}, {"id": "payee", "roles": ["provider"]}],
            "inputs": [{"id": name, "unit": "£", "plan": f"£{MEAN}"} for name in names],
            "drivers": [
                {
                    "id": f"driver_{i}",
                    "of": name,
                    "effect": "addition",
                    "kind": "normal",
                    "mean": 0,
                    "deviation": _deviation(i),
                    "illustrative": True,
                }
                for i, name in enumerate(names)
            ],
            "quantities": [{"id": "spent", "unit": "£", "formula": " + ".join(names)}],
            "contracts": [{"id": "main", "payer": "payer", "payee": "payee", "clauses": [own]}],
        }
    )


def cases(only: Iterable[str] | None = None) -> Iterator[Case]:
    """The shipped alliance, the book in closed form, and the benchmark book where its specification is at hand."""
    wanted = set(only) if only else {"alliance", "closed_form", "benchmark"}
    if "closed_form" in wanted:
        title = "Bands on a total of normal sums, 480 dimensions"
        yield ClosedForm("closed_form", title, _closed_form(), "payee")
    if "alliance" in wanted:
        yield Case("alliance", "Alliance, 387 dimensions", ob.examples.mental_health_alliance(), "mental_health_ft")
    folders = [parent / "shared" / "bench" for parent in here.parents[2:4]]
    shared = next((folder for folder in folders if (folder / "spec.py").exists()), None)
    if "benchmark" in wanted and shared:
        sys.path[:0] = [str(shared), str(here)]
        import bench_book
        import spec  # type: ignore[import-not-found]

        yield Case("benchmark", "Benchmark work", ob.read_book(bench_book.book_of(spec)), "provider_one")
