"""Several design points together: the probability that at least one of several linear boundaries is passed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .design_points import DesignPoint
from .normal import both_above

__all__ = ["series_bounds"]


def series_bounds(points: Sequence[DesignPoint]) -> tuple[float, float]:
    """Bounds of the probability that one of several linearised conditions holds; equal for one or two points.

    Notes
    -----
    Ditlevsen, "Narrow reliability bounds for structural systems", J. Struct. Mech. 7 (1979), with the probability of
    each pair from the bivariate normal distribution. Of a condition that holds at the origin, the same for its
    opposite.

    Examples
    --------
    >>> import numpy as np
    >>> from openbook.reversing.design_points import DesignPoint
    >>> one = DesignPoint(np.array([2.0, 0.0]), 2.0, np.array([1.0, 0.0]), 1.0, True, 1)
    >>> other = DesignPoint(np.array([0.0, 2.0]), 2.0, np.array([0.0, 1.0]), 1.0, True, 1)
    >>> low, high = series_bounds([one, other])
    >>> round(low, 7) == round(high, 7) == 0.0449827
    True
    """
    inside = bool(points) and points[0].beta < 0
    betas = [abs(p.beta) for p in points]
    order = np.argsort(betas, kind="stable")
    chosen = [points[int(i)] for i in order]
    single = [(1.0 - p.probability) if inside else p.probability for p in chosen]
    low = high = single[0] if single else 0.0
    for i in range(1, len(chosen)):
        pairs = [
            both_above(abs(chosen[i].beta), abs(chosen[j].beta), float(chosen[i].direction @ chosen[j].direction))
            for j in range(i)
        ]
        low += max(0.0, single[i] - sum(pairs))
        high += single[i] - max(pairs)
    low, high = min(low, 1.0), min(high, 1.0)
    return (1.0 - high, 1.0 - low) if inside else (low, high)
