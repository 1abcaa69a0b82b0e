"""Depth three in a book: boxes over the drivers, found on some draws and certified on others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .conditions import Asked, Condition
from .features import Feature
from .importance import PLAIN
from .joint import Joint, Pilot
from .normal import Flags, Floats
from .regions import Box, Quality, boxes, quality
from .working import Working

__all__ = ["Region", "Sample", "regions_of", "weighted_sample"]

#: With fewer breaching draws than this the boxes are sought among draws by importance.
ENOUGH = 200


@dataclass(frozen=True, slots=True)
class Sample:
    """Draws with their features: values [n, features], whether the condition holds, and weights of draws by
    importance."""

    values: Floats
    holds: Flags
    weights: Floats | None


@dataclass(frozen=True, slots=True)
class Region:
    """A box and how good it is on draws that had no part in finding it."""

    box: Box
    quality: Quality


def _matrix(values: dict[Asked, Floats] | object, chosen: Sequence[Feature]) -> Floats:
    return np.column_stack([values[one.asked] for one in chosen])  # type: ignore[index]


def weighted_sample(
    working: Working, condition: Condition, seen: Pilot, joint: Joint, chosen: Sequence[Feature], draws: int, seed: int
) -> Sample:
    """Draws around the centres of the importance sample, with the weights of the plain distribution."""
    places = np.concatenate([np.zeros((1, working.count)), np.array(joint.centres)])
    shares = np.concatenate([[PLAIN], (1 - PLAIN) * np.asarray(joint.weights) / sum(joint.weights)])
    counts = np.maximum(2, np.round(shares * draws).astype(int))
    generator = np.random.Generator(np.random.Philox(key=seed))
    z = np.concatenate(
        [generator.standard_normal((n, working.count)) + place for n, place in zip(counts, places, strict=True)]
    )
    ratios = places @ z.T - 0.5 * np.einsum("ij,ij->i", places, places)[:, None]
    top = ratios.max(axis=0)
    weights = np.exp(-(top + np.log((counts / counts.sum()) @ np.exp(ratios - top))))
    values = working.values(z)
    return Sample(_matrix(values, chosen), condition.margin(values, seen.scales) <= 0, weights)


def regions_of(
    working: Working,
    condition: Condition,
    seen: Pilot,
    fresh: Pilot,
    joint: Joint | None,
    chosen: Sequence[Feature],
    *,
    most: int,
    draws: int,
    seed: int,
) -> tuple[tuple[Region, ...], str]:
    """Boxes, each certified on fresh draws; and on what draws they were sought.

    Parameters
    ----------
    seen, fresh
        Plain draws for finding, and others for judging.
    joint
        Where breaches are rare: around which points draws by importance are made.
    chosen
        The features that limits are put on.
    most
        At most so many boxes.
    draws, seed
        Of samples by importance.
    """
    if not chosen or working.count == 0:
        return (), "no driver moves it"
    if min(int(seen.holds.sum()), int((~seen.holds).sum())) >= ENOUGH or joint is None or not joint.centres:
        learning = Sample(_matrix(seen.values, chosen), seen.holds, None)
        judging = Sample(_matrix(fresh.values, chosen), fresh.holds, None)
        how = "plain draws"
    else:
        learning = weighted_sample(working, condition, seen, joint, chosen, draws, seed + 101)
        judging = weighted_sample(working, condition, seen, joint, chosen, draws, seed + 202)
        how = "draws by importance"
    # Draws by importance are learnt from as they fell, about half of them breaching: their weights are far too uneven
    # to draw limits by. What a box is worth is then judged with the weights.
    found = boxes(learning.values, learning.holds, most=most)
    return tuple(Region(box, quality(box, judging.values, judging.holds, judging.weights)) for box in found), how
