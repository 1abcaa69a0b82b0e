"""Errors of draws that are not independent: a figure is found in each batch by itself, and the batches are compared.

Draws of a Sobol' sequence or of Latin hypercubes come in independent replications, which are the batches. Antithetic
draws come in pairs; 32 batches take whole pairs by turns. The error of a figure is its deviation between the batches
over the root of their number, its interval is that of Student's t with one degree of freedom less than batches.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Labels", "between", "labels_of", "student"]

Labels = npt.NDArray[np.int64]

#: Batches of antithetic pairs.
OF_PAIRS = 32


def labels_of(request: Mapping[str, Any]) -> Labels | None:
    """The batch of each draw of a simulation; None where its draws are independent."""
    asked = request.get("sampling") or {}
    method = asked.get("method", "independent")
    if method == "independent":
        return None
    numbers = int(request["first_draw"]) + np.arange(int(request["draws"]), dtype=np.int64)
    labels = numbers // 2 % OF_PAIRS if method == "antithetic" else numbers % int(asked.get("replications", 16))
    return labels if len(np.unique(labels)) > 1 else None


def between(labels: Labels, figure: Callable[[Any], Any]) -> npt.NDArray[np.float64]:
    """The error of a figure, or of several: `figure` is asked for the draws of each batch, as an index."""
    found = np.array([figure(np.flatnonzero(labels == batch)) for batch in np.unique(labels)], dtype=np.float64)
    error: npt.NDArray[np.float64] = np.atleast_1d(found.std(axis=0, ddof=1)) / math.sqrt(len(found))
    return error


@lru_cache(maxsize=64)
def student(freedom: int) -> float:
    """The 97.5% quantile of Student's t, by bisection of Simpson's rule over its density.

    >>> round(student(15), 4), round(student(1), 3)
    (2.1314, 12.706)
    """
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)
    weights = np.ones(4_001)
    weights[1:-1:2], weights[2:-1:2] = 4, 2

    def probability(t: float) -> float:
        x = np.linspace(0, t, 4_001)
        density = scale * (1 + x * x / freedom) ** (-(freedom + 1) / 2)
        return 0.5 + float((density * weights).sum()) * t / 4_000 / 3

    low, high = 1.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if probability(middle) < 0.975 else (low, middle)
    return (low + high) / 2
