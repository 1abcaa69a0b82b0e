"""What the worst draws are made of: clauses, parties and drivers there, beside their means over all draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import privacy, queries
from .._shown import Shown
from ..table import Column, Schema, Table
from ._again import horizon, members, rerun, sums
from ._batches import Labels, between, labels_of
from ._drivers import values_of_drivers
from .allocating import names_of
from .contributions import at_quantile, order
from .estimates import Floats, worst

if TYPE_CHECKING:
    from ..simulation import Simulation

__all__ = ["TAIL", "TailComposition", "TailRow", "tail"]

TAIL = Schema(
    "openbook.tail_composition",
    1,
    (
        Column("kind"),
        Column("id"),
        Column("name"),
        Column("unit"),
        Column("mean", "float"),
        Column("tail_mean", "float"),
        Column("difference", "float"),
        Column("difference_error", "float"),
        Column("in_deviations", "float", "difference / deviation"),
    ),
    "Money: + = in the party's favour. difference = mean over the tail - mean over all draws.",
)


@dataclass(frozen=True, slots=True)
class TailRow:
    """One clause, party or driver.

    Attributes
    ----------
    kind
        "total", "clause", "funding", "cost", "party" or "driver".
    unit
        "£", or the unit of the driver's input; of a driver the mean over the years up to the horizon.
    mean, tail_mean
        Over all draws, and over the worst.
    difference, difference_error
        Of the two, and its Monte Carlo standard error by its influence function, or between batches.
    deviation
        Standard deviation over all draws.
    """

    kind: str
    id: str
    name: str
    unit: str
    mean: float
    tail_mean: float
    difference: float
    difference_error: float
    deviation: float

    @property
    def in_deviations(self) -> float | None:
        """The difference in standard deviations; None of what does not vary."""
        return self.difference / self.deviation if self.deviation > 0 else None


@dataclass(frozen=True, slots=True)
class TailComposition(Shown):
    """The worst draws of a position, taken apart.

    Attributes
    ----------
    title
        What it shows.
    quantity, horizon
        Whose position, over which period.
    share, number, draws
        The share of the draws that is the tail, how many they are, and of how many.
    threshold
        The position that none of them exceeds.
    rows
        The total first; then clauses, funding and costs, which add up to it; the other parties; the drivers.
    private_to
        The party to which it is private; its title says so.
    """

    title: str
    quantity: str
    horizon: str
    share: float
    number: int
    draws: int
    threshold: float
    rows: tuple[TailRow, ...]
    private_to: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", privacy.titled(self.title, self.private_to))

    def of(self, *kinds: str) -> tuple[TailRow, ...]:
        """The rows of some kinds."""
        return tuple(row for row in self.rows if row.kind in kinds)

    def table(self) -> Table:
        """Columns kind, id, name, unit, mean, tail_mean, difference, difference_error, in_deviations."""
        rows = [{name: getattr(row, name) for name in (c.name for c in TAIL)} for row in self.rows]
        return Table.of_rows(self.title, TAIL, rows, self._note(), private_to=self.private_to)

    def svg(self) -> str:
        """A waterfall from the mean of all draws to the mean of the tail, clause by clause."""
        from .._display import allocated

        return allocated.waterfall(self)

    def _note(self) -> str:
        return (
            f"The worst {self.number:,} of {self.draws:,} draws by the {self.quantity} {self.horizon}. {TAIL.sign} "
            "A driver's figure is the mean of its input over the years."
        )

    def _blocks(self) -> list[Any]:
        from .._display import allocated

        return allocated.tail_blocks(self)

    def __repr__(self) -> str:
        return f"<TailComposition of {self.title}: {self.number:,} of {self.draws:,} draws, {len(self.rows)} rows>"


def tail(
    simulation: Simulation,
    what: str | Sequence[str],
    *,
    worst: float = 0.01,
    every: str = "term",
    period: int | str | None = None,
    basis: str = "practised",
) -> TailComposition:
    """What the worst draws of a position are made of, beside the mean of all draws.

    The same draws are run again with what is needed kept: same seed, same bits.

    Parameters
    ----------
    what
        A party (id or name), several parties, or an overlay, whose signatories are taken together.
    worst
        The share of the draws that is looked at, such as 0.01.
    every, period, basis
        Which position.

    Returns
    -------
    TailComposition
        For every clause, funding and cost of the position, for every party, and for every driver: its mean over all
        draws, over the tail, and the difference with its error.

    Raises
    ------
    BookError
        There is no such party, overlay or period.

    Examples
    --------
    >>> import openbook as ob
    >>> sim = ob.examples.mental_health_alliance().simulate(2_000, seed=7, progress=False)
    >>> bad = sim.tail("mental_health_ft", worst=0.05)
    >>> bad.number, bad.rows[0].difference < 0
    (100, True)
    """
    if not 0 < worst < 1:
        raise ValueError(f"worst: found {worst!r}, expected a share between 0 and 1, such as 0.01")
    name, ids = members(simulation, what)
    when = horizon(simulation, every, period)
    book, names = simulation.book, names_of(simulation.book)
    own = [{"party": party, "every": every, "period": when.period, "basis": basis} for party in ids]
    kept = rerun(simulation, parts=own, every=[every])
    groups: dict[tuple[str, str], list[int]] = {}
    for i in kept.of("part"):
        groups.setdefault((kept.columns[i]["formula"], kept.columns[i]["owner"]), []).append(i)
    parts = sums(kept, groups) if groups else np.zeros((0, simulation.draws))
    total = parts.sum(axis=0) if len(parts) else np.zeros(simulation.draws)
    labels = [("total", ",".join(ids), name, "£")]
    labels += [(kind, key, names.get((kind, key), key), "£") for kind, key in groups]
    values = [total, *parts]
    for i in kept.of("position", every=every, period=when.period, basis=basis):
        party = kept.columns[i]["party"]
        if party not in ids or len(ids) > 1:
            labels.append(("party", party, queries.party_name(book, party), "£"))
            values.append(kept.draws[i])
    for driver in values_of_drivers(simulation, when):
        labels.append(("driver", driver.id, driver.name, driver.unit))
        values.append(driver.values.mean(axis=0))
    rows, number, threshold = _rows(labels, values, total, worst, labels_of(simulation.request))
    return TailComposition(
        f"{name}: the worst {worst * 100:.10g}% {when.words}",
        f"position of {name}" + (f" ({basis})" if basis != "practised" else ""),
        when.words,
        worst,
        number,
        simulation.draws,
        threshold,
        tuple(rows),
        simulation.private_to,
    )


def _rows(
    labels: list[tuple[str, str, str, str]], values: list[Floats], total: Floats, share: float, batches: Labels | None
) -> tuple[list[TailRow], int, float]:
    draws = len(total)
    places = order(total)
    number = worst(draws, 1 - share)
    inside = np.zeros(draws, dtype=bool)
    inside[places[:number]] = True
    rows = []
    for (kind, key, name, unit), value in zip(labels, values, strict=True):
        mean, there = float(value.mean()), float(value[inside].mean())
        edge = -at_quantile(value[None, :], total, places, number)[0][0]
        # The influence of one draw on the mean of the tail, less that on the mean of all.
        influence = np.where(inside, (value - edge) / share, 0.0) + edge - there - (value - mean)
        error = float(influence.std()) / math.sqrt(draws)
        if batches is not None:
            error = float(between(batches, partial(_shift, value, total, share))[0])
        deviation = float(value.std()) * math.sqrt(draws / max(1, draws - 1))
        rows.append(TailRow(kind, key, name, unit, mean, there, there - mean, error, deviation))
    return rows, number, float(total[places[number - 1]])


def _shift(value: Floats, total: Floats, share: float, draws: Any) -> float:
    """The mean over the tail less the mean over all, of some of the draws."""
    value, total = value[draws], total[draws]
    tail = order(total)[: worst(len(total), 1 - share)]
    return float(value[tail].mean() - value.mean())
