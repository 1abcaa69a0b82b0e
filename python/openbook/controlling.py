"""Control variates: means that are known more closely because what is known exactly is taken out of the error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _normals, privacy, queries
from ._shown import Shown
from .drawn import Floats
from .table import Column, Schema, Table

if TYPE_CHECKING:
    from .simulation import Simulation

__all__ = ["Controlled", "controlled"]

#: Controls that are used at most: those that go with the figure most closely.
MOST = 32
#: Draws for each control that is fitted, at least.
DRAWS_EACH = 20

CONTROLLED = Schema(
    "openbook.controlled",
    1,
    (
        Column("period"),
        Column("mean", "float", "", "£, or the unit of a tracked formula"),
        Column("mean_error", "float", "", "£, or the unit of a tracked formula"),
        Column("controlled", "float", "with controls", "£, or the unit of a tracked formula"),
        Column("controlled_error", "float", "", "£, or the unit of a tracked formula"),
        Column("variance_ratio", "float", "variance ratio", "times"),
        Column("controls", "int"),
        Column("exact", "bool"),
    ),
    "+ = in the party's favour; each error is one standard error; the ratio is variance without by variance with.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Controlled(Shown):
    """Means with and without control variates.

    Attributes
    ----------
    title
        What they are means of.
    table
        One row per period: mean and error of the draws alone, the same with controls, the ratio of the variances, how
        many controls were used, and whether the plan proved the expectation itself, so that no draw is needed.
    draws
        How many.
    private_to
        The party to which it is private.
    """

    title: str
    table: Table
    draws: int
    private_to: str = ""

    def __eq__(self, other: object) -> bool:
        return self.table == other.table if isinstance(other, Controlled) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.title, self.draws))

    def _blocks(self) -> list[Any]:
        return [self.table._block()]

    def __repr__(self) -> str:
        return f"<Controlled {self.title}: {len(self.table)} periods, {self.draws:,} draws>"


def _known(simulation: Simulation, column: int) -> tuple[Floats, bool]:
    """Controls less their expectations, shape (controls, draws), and whether the only one is the column itself.

    Those that the plan proves, and for every stream the sum of its normals, whose expectation is zero.
    """
    expected, whole, values = simulation._core.controls(column)
    proved: Floats = values - np.asarray(expected).reshape(-1, 1)
    if whole:
        return proved, True
    streams: dict[str, list[int]] = {}
    for number, dimension in enumerate(_normals.dimensions(simulation)):
        streams.setdefault(dimension.stream, []).append(number)
    sums = np.zeros((len(streams), simulation.draws))
    step = 4096
    for start in range(0, simulation.draws, step):
        count = min(step, simulation.draws - start)
        z = simulation._core.normals_of(simulation.first_draw + start, count)
        for row, numbers in enumerate(streams.values()):
            sums[row, start : start + count] = z[:, numbers].sum(axis=1) / math.sqrt(len(numbers))
    return np.concatenate([proved, sums]), False


def _chosen(figure: Floats, controls: Floats, most: int) -> Floats:
    """Controls that vary, those that go with the figure most closely first; scaled to a deviation of one."""
    scale = np.sqrt((controls**2).mean(axis=1))
    size = np.abs(figure).max() if len(figure) else 0.0
    varies = scale > 1e-12 * max(float(size), 1e-300)
    controls = controls[varies] / scale[varies, None]
    closeness = np.abs(controls @ (figure - figure.mean()))
    order = np.argsort(-closeness, kind="stable")[:most]
    chosen: Floats = controls[order]
    return chosen


def _regressed(figure: Floats, controls: Floats) -> tuple[float, Floats]:
    """The mean where every control has its expectation, and what the controls do not explain."""
    design = np.concatenate([np.ones((1, len(figure))), controls]).T
    centre = float(figure.mean())
    coefficients, *_ = np.linalg.lstsq(design, figure - centre, rcond=None)
    return centre + float(coefficients[0]), figure - centre - design @ coefficients


def _plain_error(simulation: Simulation, draws: Floats) -> float:
    if len(draws) < 2:
        return math.nan
    errors = simulation.sampling.errors(lambda part: (float(part.mean()),), draws, simulation.first_draw)
    return float(draws.std(ddof=1)) / math.sqrt(len(draws)) if errors is None else errors[0]


def controlled(
    simulation: Simulation,
    what: str,
    *,
    every: str = "term",
    period: int | str | None = None,
    basis: str = "practised",
    most: int = MOST,
) -> Controlled:
    """Estimate means with control variates.

    A figure is regressed on controls whose expectation is known exactly, and its mean is read where every control has
    its expectation (Lavenberg and Welch 1981). Controls are the values below the figure that the plan proves to be
    sums of piecewise-linear functions, each of one normal or lognormal quantity (`openbook.expected_payment` has the
    closed form), and each stream's sum of standard normals. Where that is the figure itself, its expectation is exact
    and needs no draw.

    The error is that of what the controls do not explain: of independent draws its deviation over the square root of
    the draws less the controls; of other samplings it is estimated as for any figure, the regression fitted on all
    draws. The bias of fitting on the same draws is of the order of the controls divided by the draws. Errors of means
    are not below the last digits of the figures themselves.

    Parameters
    ----------
    simulation
        Its draws are used.
    what, every, period, basis
        As for `Simulation.risk`.
    most
        Controls at most; never more than one for twenty draws.

    Examples
    --------
    >>> import openbook as ob
    >>> sim = ob.simulate(ob.examples.mental_health_alliance(), 2_000, seed=7, progress=False)
    >>> means = sim.controlled("mental_health_ft")
    >>> means.table["controlled_error"][0] < means.table["mean_error"][0]
    True
    """
    rows = []
    columns, everything = simulation._columns(), simulation._array()
    for column in simulation._select(what, every, period, basis):
        figure = everything[column]
        mean, error = float(figure.mean()), _plain_error(simulation, figure)
        controls, whole = _known(simulation, column)
        if whole:
            # The column less its expectation is the control: any draw gives the expectation.
            better, better_error, used = float(figure[0] - controls[0, 0]), 0.0, 1
        else:
            chosen = _chosen(figure, controls, max(1, min(most, simulation.draws // DRAWS_EACH)))
            better, rest = _regressed(figure, chosen)
            used = len(chosen)
            freedom = max(simulation.draws - used - 1, 1)
            better_error = _plain_error(simulation, rest) * math.sqrt(max(simulation.draws - 1, 1) / freedom)
        ratio = (error / better_error) ** 2 if better_error > 0 else math.inf if error > 0 else 1.0
        rows.append(
            {
                "period": columns[column]["label"],
                "mean": mean,
                "mean_error": None if math.isnan(error) else error,
                "controlled": better,
                "controlled_error": None if math.isnan(better_error) else better_error,
                "variance_ratio": None if math.isinf(ratio) else ratio,
                "controls": used,
                "exact": whole,
            }
        )
    title = privacy.titled(f"Mean of {queries.party_name(simulation.book, what)} with controls", simulation.private_to)
    note = f"{simulation.draws:,} draws, seed {simulation.seed}. {simulation.sampling.sentence}".strip()
    table = Table.of_rows(title, CONTROLLED, rows, note, simulation._about())
    return Controlled(title, table, simulation.draws, simulation.private_to)
