"""How the draws of a simulation are chosen, and when there are enough of them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from ._request import whole
from ._simulated import LEVELS
from .errors import LimitError

if TYPE_CHECKING:
    from .simulation import Simulation

__all__ = ["METHODS", "Sampling", "Target", "run_to"]

Floats = npt.NDArray[np.float64]

METHODS = ("independent", "sobol", "latin_hypercube", "antithetic")
_WORDS = {
    "sobol": "scrambled Sobol' sequences",
    "latin_hypercube": "Latin hypercubes",
    "antithetic": "antithetic pairs",
}


@dataclass(frozen=True, slots=True)
class Sampling:
    """How draws are chosen.

    Draw *n* of ``"sobol"`` and ``"latin_hypercube"`` is point *n // replications* of replication *n % replications*;
    the replications are independent of each other, and the standard error of a figure is the standard deviation of
    that figure between them, divided by the square root of their number (*replications* - 1 degrees of freedom).
    Draws 2k and 2k + 1 of ``"antithetic"`` have the normals of the independent draw k and their negatives; errors
    come from the pairs.

    Attributes
    ----------
    method
        "independent"; "sobol": scrambled Sobol' sequences with the direction numbers of Joe and Kuo (2008), each
        replication with its own nested uniform scramble (Owen 1995; by hash, Burley 2020) and digital shift;
        "latin_hypercube" (McKay, Beckman and Conover 1979); "antithetic" (Hammersley and Morton 1956).
    replications
        How many independent randomisations, from 2; for errors, 8 to 32 are usual. Of no effect on independent and
        antithetic draws.
    points
        Of each Latin hypercube. None: as many as the run needs, so that draws depend on how many there are. Say how
        many to compute a long run in pieces.

    Examples
    --------
    >>> import openbook as ob
    >>> ob.Sampling("sobol").of_draw(35)
    (3, 2)
    """

    method: Literal["independent", "sobol", "latin_hypercube", "antithetic"] = "independent"
    replications: int = 16
    points: int | None = None

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"sampling: found {self.method!r}, expected one of {', '.join(METHODS)}")
        whole("replications", self.replications, 2, 1_000)
        if self.points is not None:
            if self.method != "latin_hypercube":
                raise ValueError(f"points: found {self.points!r} for {self.method}, expected only for latin_hypercube")
            whole("points", self.points, 2, 2**32 - 1)

    @classmethod
    def read(cls, given: Sampling | str, replications: int | None = None) -> Sampling:
        """From a method's name, or as it is; `replications` of a named method."""
        if isinstance(given, Sampling):
            if replications is not None:
                raise ValueError("replications: given twice, expected in the Sampling alone")
            return given
        return cls(given, 16 if replications is None else replications)  # type: ignore[arg-type]

    @classmethod
    def of_request(cls, request: Mapping[str, Any]) -> Sampling:
        """What a simulation was asked for."""
        asked = request.get("sampling", {})
        points = asked.get("points")
        return cls(
            asked.get("method", "independent"),
            int(asked.get("replications", 16)),
            None if points is None else int(points),
        )

    def request(self) -> dict[str, Any]:
        """The part of a request; nothing for independent draws."""
        if self.method == "independent":
            return {}
        asked: dict[str, Any] = {"method": self.method}
        if self.replicated:
            asked["replications"] = self.replications
        return {"sampling": asked if self.points is None else {**asked, "points": self.points}}

    def enough(self, draws: int) -> int:
        """The number of draws, if every replication has two of them: fewer have no errors.

        Raises
        ------
        LimitError
            There are fewer.
        """
        least = 2 * self.replications if self.replicated else 1
        if draws < least:
            message = f"got {draws}; expected at least two draws for each of {self.replications} replications: {least}"
            raise LimitError(
                "the sampling does not fit", [{"code": "out-of-range", "path": "/draws", "message": message}]
            )
        return draws

    @property
    def replicated(self) -> bool:
        """Whether the draws are independent replications of a set of points."""
        return self.method in ("sobol", "latin_hypercube")

    @property
    def sentence(self) -> str:
        """What a note says of it; "" for independent draws."""
        if self.method == "independent":
            return ""
        words = _WORDS[self.method]
        if not self.replicated:
            return f"Drawn in {words}; errors come from the pairs."
        freedom = self.replications - 1
        return f"{self.replications} {words}; errors come from between them ({freedom} degrees of freedom)."

    def of_draw(self, number: int) -> tuple[int, int]:
        """Replication and point of a draw; of pairs the member and the pair; of independent draws 0 and itself."""
        by = self.replications if self.replicated else 2 if self.method == "antithetic" else 1
        return number % by, number // by

    def errors(
        self, figures: Callable[[Floats], Sequence[float]], draws: Floats, first_draw: int = 0
    ) -> tuple[float, ...] | None:
        """Standard errors of figures of draws, from between replications or by leaving out pairs in groups.

        Parameters
        ----------
        figures
            What is to be known of draws; called with part of them, in order.
        draws
            Shape (..., draws).
        first_draw
            Number of the first.

        Returns
        -------
        tuple of float or None
            None for independent draws, for which each figure has its own formula.
        """
        if self.method == "independent":
            return None
        count = draws.shape[-1]
        numbers = first_draw + np.arange(count)
        if self.replicated:
            parts = [figures(draws[..., numbers % self.replications == r]) for r in range(self.replications)]
            spread = np.std(np.array(parts, dtype=float), axis=0, ddof=1) / math.sqrt(self.replications)
        else:
            # Pairs are independent of each other: so are groups of pairs that are dealt round.
            groups = min(_GROUPS, count // 2)
            if groups < 2:
                return (math.nan,) * len(figures(draws))
            group = (numbers // 2) % groups
            left = np.array([figures(draws[..., group != g]) for g in range(groups)], dtype=float)
            spread = np.sqrt(np.sum((left - left.mean(axis=0)) ** 2, axis=0) * (groups - 1) / groups)
        return tuple(float(error) for error in spread)


#: Groups of pairs of which each is left out in turn.
_GROUPS = 50


@dataclass(frozen=True, slots=True)
class Target:
    """Draw until a figure is known well enough.

    Attributes
    ----------
    what
        A party (id or name) or a tracked formula.
    statistic
        A column of `Simulation.risk`: "mean", "sd", "p_deficit", "var99", "es95", ...
    error
        The standard error that is enough: pounds, or a share for "p_deficit".
    every, period, basis
        As for `Simulation.risk`.
    most_draws
        Where to stop in any case; draws are doubled no further than that.

    Examples
    --------
    >>> import openbook as ob
    >>> book = ob.examples.mental_health_alliance()
    >>> sim = ob.simulate(book, 1_000, seed=7, target=("mental_health_ft", "mean", 2_000), progress=False)
    >>> sim.draws, sim.warnings["code"][-1]
    (8000, 'target-reached')
    """

    what: str
    statistic: str
    error: float
    every: str = "term"
    period: int | str = 1
    basis: str = "practised"
    most_draws: int = 10_000_000

    def __post_init__(self) -> None:
        self.levels()
        if not (isinstance(self.error, (int, float)) and 0 < self.error < math.inf):
            raise ValueError(f"target: found the error {self.error!r}, expected a number above 0")
        whole("most_draws", self.most_draws, 1, 100_000_000)

    @classmethod
    def read(cls, given: Target | tuple[str, str, float]) -> Target:
        """As it is, or from (what, statistic, error)."""
        if isinstance(given, Target):
            return given
        if not isinstance(given, tuple) or len(given) != 3:
            raise ValueError(f"target: found {given!r}, expected (what, statistic, error) or a Target")
        return cls(*given)

    def levels(self) -> tuple[float, ...]:
        """Levels that the statistic needs."""
        if self.statistic in ("mean", "sd", "p_deficit"):
            return LEVELS
        found = re.fullmatch(r"(?:var|es)(\d{1,2}(?:\.\d+)?)", self.statistic)
        level = float(found[1]) / 100 if found else 0.0
        if not 0 < level < 1:
            expected = "mean, sd, p_deficit, or var or es with a level, such as var99"
            raise ValueError(f"target: found the statistic {self.statistic!r}, expected {expected}")
        return (level,)

    def error_of(self, simulation: Simulation) -> float:
        """The standard error that a simulation has; infinite where its draws are too few to tell one.

        A share of none or of all draws has no spread: three in the number of draws stands for it, the 95% limit. The
        estimated error of a few draws is often far too small, and a search for a small error would find just these: an
        error counts from thirty draws on, of a tail from ten draws in it and from one in it in every replication.
        """
        table = simulation.risk(self.what, every=self.every, period=self.period, levels=self.levels(), basis=self.basis)
        row = table.to_dicts()[0]
        share = 1.0 if self.levels() == LEVELS else 1 - self.levels()[0]
        parts = simulation.sampling.replications if simulation.sampling.replicated else 1
        if round(simulation.draws * share, 9) < max(LEAST_IN_TAIL if share < 1 else LEAST_DRAWS, parts):
            return math.inf
        if self.statistic == "p_deficit" and row["p_deficit"] in (0.0, 1.0):
            return 3 / simulation.draws
        error = row[f"{self.statistic}_error"]
        return math.inf if error is None else float(error)


#: Draws, and draws in a tail, from which on an estimated error is believed when it decides whether to stop.
LEAST_DRAWS, LEAST_IN_TAIL = 30, 10


def _amount(target: Target, error: float) -> str:
    if math.isinf(error):
        return "not known, for they are too few"
    return f"{error:.3g}" if target.statistic == "p_deficit" else f"{error:,.2f}"


def run_to(target: Target, simulation: Simulation) -> Simulation:
    """Double the draws of a simulation until the target's error is reached, or its most draws are.

    The figure's standard error is estimated anew from all draws so far, as its sampling says. What comes out has the
    same bits as one run of that many draws. Stopping where an estimated error first is small enough makes the error
    that is stated a little too small on average; the figure itself is not changed by it to first order.
    """
    error = target.error_of(simulation)
    while error > target.error and 2 * simulation.draws <= target.most_draws:
        simulation = simulation._extended(2 * simulation.draws)
        error = target.error_of(simulation)
    reached = error <= target.error
    message = (
        f"after {simulation.draws:,} draws the standard error of {target.statistic} of {target.what} is "
        f"{_amount(target, error)}; {_amount(target, target.error)} was asked for"
    )
    if not reached:
        message += f", with no more than {target.most_draws:,} draws"
    return simulation._noting(
        {"code": "target-reached" if reached else "target-not-reached", "path": "/target", "message": message}
    )
