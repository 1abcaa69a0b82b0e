"""The second order: how the boundary of a condition bends at a design point, and what that does to its probability."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .design_points import DesignPoint, LimitState
from .normal import Floats, density, probability_above

__all__ = ["SecondOrder", "second_order"]

Places = npt.NDArray[np.intp]

#: Points evaluated in one call.
BLOCK = 8192
#: Below this, 1 + beta k is all but nothing: the boundary is as bent as the sphere that touches it, so that there is no
#: nearest point, and a formula of a nearest point has no limit.
AS_A_SPHERE = 0.05


@dataclass(frozen=True, slots=True)
class SecondOrder:
    """The boundary as a paraboloid.

    Attributes
    ----------
    curvatures
        Main curvatures of the boundary, + = bent away from the origin's other side (fewer breaches); descending.
    breitung, hohenbichler_rackwitz
        The probability by the two formulas; None where a curvature is so negative that they do not apply: the boundary
        then bends around the origin like a sphere, or closer, and what they say may be anything, above 1 too.
    steady
        Whether curvatures from steps of half the width agree; False where the boundary has corners or jumps, and then
        the second order says nothing and gives nothing.
    directions
        How many of the dimensions were bent enough to be looked at.
    """

    curvatures: tuple[float, ...]
    breitung: float | None
    hohenbichler_rackwitz: float | None
    steady: bool
    directions: int


def _values(function: LimitState, points: Floats) -> Floats:
    blocks = [np.asarray(function(points[i : i + BLOCK])) for i in range(0, len(points), BLOCK)]
    return np.concatenate(blocks) if blocks else np.empty(0)


def _hessian(function: LimitState, z: Floats, chosen: Places, step: float) -> Floats:
    """Second differences of g over some of the dimensions."""
    k = len(chosen)
    unit = np.zeros((k, len(z)))
    unit[np.arange(k), chosen] = step
    pairs = [(i, j) for i in range(k) for j in range(i)]
    single = np.concatenate([z + unit, z - unit, z[None, :]])
    values = _values(function, single)
    up, down, middle = values[:k], values[k : 2 * k], values[2 * k]
    result = np.diag((up + down - 2.0 * middle) / step**2)
    for begin in range(0, len(pairs), BLOCK // 4):
        part = pairs[begin : begin + BLOCK // 4]
        a, b = np.array([p[0] for p in part]), np.array([p[1] for p in part])
        corners = np.concatenate(
            [z + unit[a] + unit[b], z + unit[a] - unit[b], z - unit[a] + unit[b], z - unit[a] - unit[b]]
        )
        pp, pm, mp, mm = np.split(_values(function, corners), 4)
        mixed = (pp - pm - mp + mm) / (4.0 * step**2)
        result[a, b] = result[b, a] = mixed
    return np.where(np.isfinite(result), result, 0.0)


def _bent(function: LimitState, at: DesignPoint, step: float, most: int) -> Places:
    """The dimensions that steer the point or along which g bends, the most important first."""
    d = len(at.point)
    if d <= most:
        return np.arange(d)
    shifts = np.eye(d) * step
    values = _values(function, np.concatenate([at.point + shifts, at.point - shifts, at.point[None, :]]))
    bend = np.abs(values[:d] + values[d : 2 * d] - 2.0 * values[2 * d]) / step**2
    weight = np.nan_to_num(bend) / at.slope + np.abs(at.direction)
    return np.sort(np.argsort(-weight, kind="stable")[:most])


def _main_curvatures(function: LimitState, at: DesignPoint, chosen: Places, step: float) -> Floats:
    hessian = _hessian(function, at.point, chosen, step)
    toward = at.direction[chosen]
    length = float(np.linalg.norm(toward))
    if length > 0:
        toward = toward / length
        across = np.eye(len(chosen)) - np.outer(toward, toward)
        hessian = across @ hessian @ across
    found = np.linalg.eigvalsh(0.5 * (hessian + hessian.T)) / at.slope
    if length > 0:  # the direction of the gradient itself has none
        found = np.delete(found, int(np.argmin(np.abs(found))))
    return np.asarray(np.sort(found)[::-1])


def second_order(function: LimitState, at: DesignPoint, *, step: float = 0.1, most: int = 120) -> SecondOrder:
    """The second-order probability at a design point.

    Parameters
    ----------
    function
        g, vectorised over points [n, dimensions]; at most zero where the condition holds.
    at
        A design point of it.
    step
        Of the second differences; half of it is tried as well.
    most
        Of many dimensions, only so many are looked at pair by pair: those that steer or bend.

    Notes
    -----
    Breitung, "Asymptotic approximations for multinormal integrals", J. Eng. Mech. 110 (1984): Phi(-beta) times the
    product of (1 + beta k)^(-1/2). Hohenbichler and Rackwitz, "Improvement of second-order reliability estimates by
    importance sampling", J. Eng. Mech. 114 (1988): phi(beta) / Phi(-beta) in place of beta.

    Examples
    --------
    >>> import numpy as np
    >>> from openbook.reversing.design_points import design_point
    >>> bowl = lambda z: 3.0 - z[:, 0] + 0.25 * z[:, 1] ** 2
    >>> found = second_order(bowl, design_point(bowl, np.array([0.1, 0.0]), scale=1.0))
    >>> round(found.curvatures[0], 4), round(found.breitung / 0.0013498980316, 4)
    (0.5, 0.6325)
    """
    if not (at.converged and at.slope > 0):
        return SecondOrder((), None, None, False, 0)
    chosen = _bent(function, at, step, most)
    sign = -1.0 if at.beta < 0 else 1.0
    wide = sign * _main_curvatures(function, at, chosen, step)
    narrow = sign * _main_curvatures(function, at, chosen, step / 2.0)
    wide, narrow = np.sort(wide)[::-1], np.sort(narrow)[::-1]
    largest = float(np.abs(wide).max(initial=0.0))
    steady = bool(np.abs(wide - narrow).max(initial=0.0) <= 0.02 + 0.15 * largest)
    beta = abs(at.beta)
    tail = probability_above(beta)
    ratio = density(beta) / tail if tail > 0 else beta
    breitung, improved = _product(narrow, beta), _product(narrow, ratio)

    def probability(product: float | None) -> float | None:
        if product is None or tail * product > 1.0:
            return None
        return 1.0 - tail * product if at.beta < 0 else tail * product

    if not steady:
        return SecondOrder((), None, None, False, len(chosen))
    seen = tuple(float(k) for k in narrow if abs(k) > 1e-9)
    return SecondOrder(seen, probability(breitung), probability(improved), steady, len(chosen))


def _product(curvatures: Floats, by: float) -> float | None:
    factors = 1.0 + by * curvatures
    if (factors <= AS_A_SPHERE).any():
        return None
    return math.exp(-0.5 * float(np.log(factors).sum()))
