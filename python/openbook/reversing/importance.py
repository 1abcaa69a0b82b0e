"""Probabilities by sampling: crude, and by importance with a mixture of normals around the design points."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .normal import Flags, Floats, quantile

__all__ = ["Estimate", "Holds", "crude", "importance", "proportion_interval", "refined_centres"]

#: Whether a condition holds at points [n, dimensions].
Holds = Callable[[Floats], Flags]

#: Points evaluated in one call.
BLOCK = 4096
#: Effective breaches from which a centre is moved: along a few directions their mean is steady enough.
ENOUGH = 8.0
#: Share of the draws that come from the distribution itself, so that no weight is unbounded.
PLAIN = 0.1


@dataclass(frozen=True, slots=True)
class Estimate:
    """A probability with its error.

    Attributes
    ----------
    value, error
        The estimate, unbiased, and its standard error.
    draws, breaching
        How many draws were made, and in how many the condition holds.
    effective
        The effective number of breaching draws: (sum of weights)^2 / sum of squared weights over those that breach. A
        crude estimate with so many breaching draws says as much about what a breach looks like.
    shares
        Which share of the probability lies nearest to each centre; () for a crude estimate.
    """

    value: float
    error: float
    draws: int
    breaching: int
    effective: float
    shares: tuple[float, ...] = ()

    def apart(self, plain: Estimate) -> float:
        """How many standard errors lie between this and a share of plain draws; 0 where there is no error.

        The error of the share is what it would be if this estimate were true: a share of none says something too.
        """
        likely = min(max(self.value, 0.0), 1.0)
        error = math.hypot(self.error, math.sqrt(likely * (1 - likely) / plain.draws))
        return abs(self.value - plain.value) / error if error > 0 else 0.0


def proportion_interval(count: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of a proportion; it holds for counts of 0 and of all too.

    Examples
    --------
    >>> tuple(round(x, 4) for x in proportion_interval(0, 100))
    (0.0, 0.037)

    Notes
    -----
    Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    """
    if total == 0:
        return 0.0, 1.0
    z = quantile(0.5 + level / 2)
    share = count / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return max(0.0, middle - half), min(1.0, middle + half)


def _generator(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=seed))


def crude(holds: Holds, dimensions: int, draws: int, seed: int) -> Estimate:
    """The share of plain draws in which the condition holds; error of a proportion."""
    generator = _generator(seed)
    count = 0
    for begin in range(0, draws, BLOCK):
        count += int(np.count_nonzero(holds(generator.standard_normal((min(BLOCK, draws - begin), dimensions)))))
    share = count / draws
    return Estimate(share, math.sqrt(share * (1 - share) / draws), draws, count, float(count))


def _log_densities(z: Floats, centres: Floats) -> Floats:
    """Log of each component's density over that of the plain distribution, [components, n]."""
    return np.asarray(centres @ z.T - 0.5 * np.einsum("ij,ij->i", centres, centres)[:, None])


def importance(
    holds: Holds, centres: Sequence[Floats], draws: int, seed: int, *, weights: Sequence[float] | None = None
) -> Estimate:
    """The probability of a condition from draws around its design points.

    The draws are those of a mixture: standard normal numbers moved to each centre, and a tenth not moved at all. Each
    component gets a fixed number of draws, each draw the weight of the plain density over that of the whole mixture, so
    the estimate is unbiased wherever the centres lie; only its error depends on them.

    Parameters
    ----------
    holds
        Whether the condition holds, vectorised over points [n, dimensions].
    centres
        Such as design points, [dimensions] each.
    draws
        In all.
    seed
        Of the draws; the same seed gives the same estimate.
    weights
        How the moved draws are shared out among the centres; equally by default.

    Notes
    -----
    Mixture weights (the balance heuristic): Veach and Guibas, "Optimally combining sampling techniques", SIGGRAPH
    (1995); Owen and Zhou, "Safe and effective importance sampling", JASA 95 (2000). The standard error adds up the
    variances of the components.

    Examples
    --------
    >>> import numpy as np
    >>> found = importance(lambda z: z[:, 0] > 4.0, [np.array([4.0, 0.0])], 20_000, seed=1)
    >>> abs(found.value - 3.167124e-05) < 4 * found.error, found.error < 1e-6
    (True, True)
    """
    places = np.array(centres, dtype=np.float64)
    every = np.concatenate([np.zeros((1, places.shape[1])), places])
    given = np.ones(len(places)) if weights is None else np.asarray(weights, dtype=np.float64)
    shares = np.concatenate([[PLAIN], (1 - PLAIN) * given / given.sum()])
    counts = np.maximum(2, np.round(shares * draws).astype(int))
    shares = counts / counts.sum()
    generator = _generator(seed)
    total, variance, breaching, sums, squares = 0.0, 0.0, 0, 0.0, 0.0
    mass = np.zeros(len(places))
    for component, count in enumerate(counts):
        first = second = 0.0
        for begin in range(0, count, BLOCK):
            z = generator.standard_normal((min(BLOCK, count - begin), every.shape[1])) + every[component]
            inside = np.asarray(holds(z), dtype=bool)
            if not inside.any():
                continue
            ratios = _log_densities(z[inside], every)
            top = ratios.max(axis=0)
            weight = np.exp(-(top + np.log(shares @ np.exp(ratios - top))))
            first, second = first + float(weight.sum()), second + float((weight**2).sum())
            breaching += int(np.count_nonzero(inside))
            nearest = np.argmax(ratios[1:], axis=0)
            # A draw of component k stands for shares[k] / counts[k] of the whole.
            np.add.at(mass, nearest, weight * shares[component] / count)
        total += shares[component] * first / count
        spread = max(0.0, second / count - (first / count) ** 2) * count / max(count - 1, 1)
        variance += shares[component] ** 2 * spread / count
        sums, squares = sums + first, squares + second
    effective = sums**2 / squares if squares > 0 else 0.0
    parts = tuple(float(m) for m in mass / mass.sum()) if mass.sum() > 0 else tuple(0.0 for _ in mass)
    return Estimate(float(total), math.sqrt(variance), int(counts.sum()), breaching, effective, parts)


def refined_centres(
    holds: Holds, centres: Sequence[Floats], draws: int, seed: int, *, rounds: int = 4
) -> tuple[list[Floats], list[float]]:
    """Centres moved to the weighted mean of the breaches around each, with the share of the probability there.

    A design point is the densest place of a breach, not its middle: where the boundary bends or jumps, the mean of the
    breaching draws is the better centre. Only what the mean has along the centres themselves is taken: in many
    dimensions the rest of it is noise, and noise in a centre costs more than it brings.

    Notes
    -----
    Cross entropy for normals of unit variance: Rubinstein and Kroese, "The cross-entropy method" (2004), chapter 3.
    """
    places = np.array(centres, dtype=np.float64)
    along, _ = np.linalg.qr(places.T)
    share = np.full(len(places), 1.0 / len(places))
    for turn in range(rounds):
        sums, mass, squares = _breaching_means(holds, places, share, draws, seed + turn)
        steady = (mass > 0) & (mass**2 > ENOUGH * squares)
        if steady.any():
            means = (sums[steady] / mass[steady, None]) @ along @ along.T
            places[steady] = means
        share = np.maximum(mass / mass.sum(), 0.05) if steady.all() else np.full(len(places), 1.0 / len(places))
        share = share / share.sum()
    return [np.asarray(place) for place in places], [float(s) for s in share]


def _breaching_means(
    holds: Holds, places: Floats, share: Floats, draws: int, seed: int
) -> tuple[Floats, Floats, Floats]:
    """Of the breaching draws nearest to each centre: weighted sums, weights, and squares of weights."""
    generator = _generator(seed)
    sums, mass, squares = np.zeros_like(places), np.zeros(len(places)), np.zeros(len(places))
    counts = np.maximum(50, np.round(share * draws).astype(int))
    parts = counts / counts.sum()
    for component, count in enumerate(counts):
        for begin in range(0, count, BLOCK):
            z = generator.standard_normal((min(BLOCK, count - begin), places.shape[1])) + places[component]
            z = z[np.asarray(holds(z), dtype=bool)]
            if not len(z):
                continue
            ratios = _log_densities(z, places)
            top = ratios.max(axis=0)
            weight = np.exp(-(top + np.log(parts @ np.exp(ratios - top))))
            nearest = np.argmax(ratios, axis=0)
            for k in range(len(places)):
                mine = nearest == k
                sums[k] += weight[mine] @ z[mine]
                mass[k] += float(weight[mine].sum())
                squares[k] += float((weight[mine] ** 2).sum())
    return sums, mass, squares
