"""What a simulation says about risk: statistics with their errors, breaches and their dates, tails and who bears them.

>>> import openbook as ob
>>> sim = ob.examples.mental_health_alliance().simulate(2_000, seed=7, progress=False)
>>> table = ob.risk.measure(sim, "mental_health_ft", ["mean", "es99"], every="term")
>>> table["statistic"], [error > 0 for error in table["error"]]
(('mean', 'es99'), [True, True])
"""

from __future__ import annotations

from .allocating import Allocation, allocate
from .breaches import Breaches, breaches, insolvency
from .estimates import Estimate, estimate, share_of
from .measures import STATISTICS, measure
from .reduced import Reduced
from .reducers import Counts, Moments, Quantiles, Reducer, Sketch
from .reducing import join, reduce
from .tails import TailComposition, tail

__all__ = [
    "STATISTICS",
    "Allocation",
    "Breaches",
    "Counts",
    "Estimate",
    "Moments",
    "Quantiles",
    "Reduced",
    "Reducer",
    "Sketch",
    "TailComposition",
    "allocate",
    "breaches",
    "estimate",
    "insolvency",
    "join",
    "measure",
    "reduce",
    "share_of",
    "tail",
]
