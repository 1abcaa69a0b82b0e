"""Whole paths of the draws, counted stretch by stretch: memory does not grow with the draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ._again import rerun
from ._batches import between, labels_of
from .estimates import Floats

if TYPE_CHECKING:
    from ..simulation import Simulation

__all__ = ["counted", "followed"]

#: Numbers that are held at a time.
MOST = 32 * 2**20

Gap = Callable[[list[Floats]], Floats]


def followed(
    simulation: Simulation, formulas: Sequence[str], every: str, gap: Gap, tolerance: float, *, above: bool
) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The periods, and how many draws are in breach in each.

    `gap` makes the quantity less its limit, shape (periods, draws), of the values of the formulas, each of that shape.
    """
    draws = simulation.draws
    batches = labels_of(simulation.request)
    size = max(2_048, MOST // (simulation.book.calendar.months * len(formulas)))
    if simulation.request.get("sampling"):  # such draws may depend on how many there are
        size = draws
    labels: tuple[str, ...] = ()
    totals: dict[str, Any] = {}
    for start in range(0, draws, size):
        stretch = (start, min(size, draws - start))
        kept = rerun(simulation, track=formulas, track_every=every, stretch=stretch)
        rows = [kept.of("track", formula=formula) for formula in formulas]
        labels = tuple(str(kept.columns[i]["label"]) for i in rows[0])
        found = counted(gap([kept.draws[own] for own in rows]), tolerance, above=above, batches=batches)
        for name, counts in found.items():
            if name.endswith("_counts") and name in totals:
                totals[name] = tuple(a + b for a, b in zip(totals[name], counts, strict=True))
            else:
                totals[name] = counts
    return labels, {**totals, "draws": draws}


def counted(gap: Floats, tolerance: float, *, above: bool, batches: Any = None) -> dict[str, Any]:
    """How many draws are in breach at, by and first in each period, and errors of draws that come in batches.

    What is missing is not in breach: nothing is known of it.
    """
    out = gap if above else -gap
    breached = out >= tolerance if tolerance > 0 else out > 0
    ever = np.logical_or.accumulate(breached, axis=0)
    before = np.vstack([np.zeros((1, gap.shape[1]), dtype=bool), ever[:-1]])
    kinds = (breached, ever, ever & ~before)
    names = ("at_counts", "ever_counts", "first_counts")
    counts: dict[str, Any] = {
        name: tuple(int(n) for n in kind.sum(axis=1)) for name, kind in zip(names, kinds, strict=True)
    }
    if batches is None:
        return counts
    errors = [between(batches, partial(_shares, kind)) for kind in kinds]
    return counts | {"between": tuple(tuple(e.tolist()) for e in errors), "batches": len(np.unique(batches))}


def _shares(breached: Any, draws: Any) -> Any:
    """The share of some draws that is in breach, for each period."""
    return breached[:, draws].mean(axis=1)
